//! The tree of a macro input: expressions as they were typed, finished or not.
//!
//! It knows Rust's grammar of paths, calls, lists and method chains, and nothing of IAM. The mirror and the lowering
//! both work on it.

use proc_macro2::{Ident, Literal, Punct, Span, TokenStream, TokenTree};

use super::errors::{Read, Reported};

/// A comma-separated list, between delimiters or up to the end of the input.
#[derive(Debug, Clone)]
pub(crate) struct Items {
    pub(crate) items: Vec<Expr>,
    /// Set when a comma between two of them was missing, which was reported: nobody knows how many were meant.
    pub(crate) told: Option<Reported>,
    /// Of the delimiters, or of the whole invocation.
    pub(crate) span: Span,
}

/// An expression: a primary and the method calls after it.
#[derive(Debug, Clone)]
pub(crate) struct Expr {
    pub(crate) primary: Primary,
    pub(crate) calls: Vec<MethodCall>,
}

#[derive(Debug, Clone)]
pub(crate) enum Primary {
    /// `rekognition::IndexFaces`, `rekognition::`
    Path(Path),
    /// `allow(..)`, `rekognition::collection(..)`
    Call(Path, Items),
    /// `ids[0]`, `pair.1`, `self.tenants[n].0`
    Place(Place),
    /// `"text"`, `17`, `-1`, `true` is a path. The text is the literal as typed.
    Literal(Option<Punct>, Literal, String),
    /// `[a, b]`
    List(Items),
    /// Tokens that are not an expression, which was reported: kept so that the mirror loses no token.
    Unknown(TokenStream, Span, Reported),
}

/// Identifiers with `::` between them.
#[derive(Debug, Clone)]
pub(crate) struct Path {
    pub(crate) leading: bool,
    pub(crate) segments: Vec<Ident>,
    /// Whether the path ends in `::`, as it does while it is being typed.
    pub(crate) open: bool,
    /// Set when the tokens after it were reported, so that nothing else is reported as missing there.
    pub(crate) told: Option<Reported>,
    /// As typed.
    pub(crate) tokens: Vec<TokenTree>,
    /// As typed, with two colons between the segments: a token writes its name into a new string each time it is compared.
    pub(super) text: String,
    /// Where the last segment and the one before it begin in the text.
    pub(super) last_at: usize,
    pub(super) module_at: usize,
}

/// A part of a variable that an index or a number leads to, and whatever fields are before it.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// As typed.
    pub(crate) tokens: Vec<TokenTree>,
    /// The last name and the indexes and numbers after it: `tenants_n_0`.
    pub(crate) name: String,
    pub(crate) span: Span,
}

/// `.on(..)`, `.on`, `.`
#[derive(Debug, Clone)]
pub(crate) struct MethodCall {
    pub(crate) dot: Punct,
    pub(crate) name: Read<Ident>,
    pub(crate) args: Option<Items>,
}

impl Items {
    /// The report because of which nobody knows how many items were meant.
    pub(crate) fn uncounted(&self) -> Option<Reported> {
        self.told.or_else(|| {
            (self.items.iter()).find_map(|item| match &item.primary {
                Primary::Unknown(_, _, reported) => Some(*reported),
                Primary::Path(_)
                | Primary::Call(..)
                | Primary::Literal(..)
                | Primary::List(_)
                | Primary::Place(_) => None,
            })
        })
    }
}

impl Path {
    /// The first segment's span; a path has at least one segment or is open.
    pub(crate) fn span(&self) -> Span {
        self.segments
            .last()
            .map(Ident::span)
            .or_else(|| self.tokens.first().map(TokenTree::span))
            .unwrap_or_else(Span::call_site)
    }

    /// The segments, unless the path ends in `::`.
    pub(crate) fn complete(&self) -> Option<&[Ident]> {
        (!self.open).then_some(self.segments.as_slice())
    }

    /// The segment, when there is only one and nothing around it.
    pub(crate) fn as_word(&self) -> Option<&Ident> {
        match self.segments.as_slice() {
            [word] if !self.open && !self.leading => Some(word),
            _ => None,
        }
    }

    /// As typed.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The path of the module, the module and the name in it, without `r#`. `None` when there is no module, or no name yet.
    pub(crate) fn in_module(&self) -> Option<[&str; 3]> {
        if self.open || self.segments.len() < 2 {
            return None;
        }
        let module = self.text.get(..self.last_at.checked_sub(2)?)?;
        let name = module.get(self.module_at..)?;
        Some([module, bare(name), bare(self.text.get(self.last_at..)?)])
    }

    /// The path of the module, as typed.
    pub(crate) fn module(&self) -> Option<&str> {
        if self.open {
            return None;
        }
        self.text.get(..self.last_at.checked_sub(2)?)
    }

    /// Whether it is this segment, with nothing around it.
    pub(crate) fn is(&self, word: &str) -> bool {
        // The text of any other path has colons in it.
        self.text == word
    }
}

/// A name without `r#`.
fn bare(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}

impl Place {
    /// As typed, for an error message.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for token in &self.tokens {
            text.push_str(&token.to_string());
        }
        text
    }
}

impl Expr {
    /// The report of the first part of it that was not understood while parsing; what is inside of it has its own.
    pub(crate) fn reported(&self) -> Option<Reported> {
        let primary = match &self.primary {
            Primary::Unknown(_, _, reported) => Some(*reported),
            Primary::Path(path) | Primary::Call(path, _) => path.told,
            Primary::Literal(..) | Primary::List(_) | Primary::Place(_) => None,
        };
        primary.or_else(|| {
            self.calls
                .iter()
                .find_map(|call| call.name.as_ref().err().copied())
        })
    }

    /// The span to complain about when the whole expression is wrong.
    pub(crate) fn span(&self) -> Span {
        match &self.primary {
            Primary::Path(path) | Primary::Call(path, _) => path.span(),
            Primary::Place(place) => place.span,
            Primary::Literal(_, literal, _) => literal.span(),
            Primary::List(items) => items.span,
            Primary::Unknown(_, span, _) => *span,
        }
    }
}
