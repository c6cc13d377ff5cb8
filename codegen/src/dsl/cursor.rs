//! Places among tokens, to look ahead from and come back to.
//!
//! What `syn::buffer` is for. That comes with syn's whole parser, which would be a third of what syn costs everybody who
//! compiles a macro.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Span, TokenStream, TokenTree};

/// How many groups may be in one another: rustc's own limit for recursion, unless a crate raises it.
const DEPTH: usize = 128;

/// All tokens of an input in their order.
pub(super) struct Buffer(Vec<Entry>);

enum Entry {
    Token(TokenTree),
    /// A group, whose tokens follow, and how far behind it its end stands.
    Open(Group, usize),
    /// The end of a group, or of all.
    Close(Span),
}

impl Buffer {
    /// The tokens, or where they are nested too deeply to be read without running out of stack.
    pub(super) fn new(input: TokenStream) -> Result<Self, Span> {
        let mut entries = Vec::with_capacity(128);
        push(&mut entries, input, DEPTH)?;
        entries.push(Entry::Close(Span::call_site()));
        Ok(Self(entries))
    }

    pub(super) fn begin(&self) -> Cursor<'_> {
        Cursor(&self.0, 0)
    }
}

fn push(entries: &mut Vec<Entry>, input: TokenStream, depth: usize) -> Result<(), Span> {
    for token in input {
        match token {
            TokenTree::Group(group) if depth == 0 => return Err(group.span_open()),
            // What another macro has put in is in a group that nobody sees.
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                push(entries, group.stream(), depth - 1)?;
            }
            TokenTree::Group(group) => {
                let (stream, close) = (group.stream(), group.span_close());
                let at = entries.len();
                entries.push(Entry::Open(group, 0));
                push(entries, stream, depth - 1)?;
                let length = entries.len() - at;
                if let Some(Entry::Open(_, end)) = entries.get_mut(at) {
                    *end = length;
                }
                entries.push(Entry::Close(close));
            }
            token => entries.push(Entry::Token(token)),
        }
    }
    Ok(())
}

/// A place before a token, or at the end of a group.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'b>(&'b [Entry], usize);

impl<'b> Cursor<'b> {
    fn behind(self) -> Self {
        self.further(1)
    }

    fn further(self, by: usize) -> Self {
        Self(self.0, self.1 + by)
    }

    /// What is here. Behind the end there is nothing.
    fn entry(self) -> Option<&'b Entry> {
        self.0.get(self.1)
    }

    pub(super) fn eof(self) -> bool {
        matches!(self.entry(), Some(Entry::Close(_)) | None)
    }

    /// The span of the token, or of what ends the group.
    pub(super) fn span(self) -> Span {
        match self.entry() {
            Some(Entry::Token(token)) => token.span(),
            Some(Entry::Open(group, _)) => group.span(),
            Some(Entry::Close(span)) => *span,
            None => Span::call_site(),
        }
    }

    pub(super) fn ident(self) -> Option<(Ident, Self)> {
        match self.entry() {
            Some(Entry::Token(TokenTree::Ident(ident))) => Some((ident.clone(), self.behind())),
            _ => None,
        }
    }

    pub(super) fn literal(self) -> Option<(Literal, Self)> {
        match self.entry() {
            Some(Entry::Token(TokenTree::Literal(literal))) => {
                Some((literal.clone(), self.behind()))
            }
            _ => None,
        }
    }

    /// A punctuation character, but not the `'` of a lifetime.
    pub(super) fn punct(self) -> Option<(Punct, Self)> {
        match self.entry() {
            Some(Entry::Token(TokenTree::Punct(punct))) if punct.as_char() != '\'' => {
                Some((punct.clone(), self.behind()))
            }
            _ => None,
        }
    }

    /// Whether this character is here.
    pub(super) fn is(self, c: char) -> bool {
        match self.entry() {
            Some(Entry::Token(TokenTree::Punct(punct))) => punct.as_char() == c,
            _ => false,
        }
    }

    /// A group with these delimiters: its inside, the group, and what is after it.
    pub(super) fn group(self, delimiter: Delimiter) -> Option<(Self, &'b Group, Self)> {
        match self.entry() {
            Some(Entry::Open(group, end)) if group.delimiter() == delimiter => {
                Some((self.behind(), group, self.further(end + 1)))
            }
            _ => None,
        }
    }

    pub(super) fn token_tree(self) -> Option<(TokenTree, Self)> {
        match self.entry() {
            Some(Entry::Token(token)) => Some((token.clone(), self.behind())),
            Some(Entry::Open(group, end)) => {
                Some((TokenTree::Group(group.clone()), self.further(end + 1)))
            }
            Some(Entry::Close(_)) | None => None,
        }
    }
}
