//! The bodies of functions, which are most of a program. They are set aside while the items are collected and are parsed
//! one by one when they are walked, so that the memory for a large program is that for its items.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Delimiter, Group, LineColumn, Span, TokenStream, TokenTree};
use syn::Block;

use super::modules::SourceFile;
use super::tokens::{no_code, tokens};
use crate::export::tree;

/// Empties the bodies of functions and remembers where they begin. A body that has items of its own stays: names lead
/// into it.
pub(super) fn set_aside(
    text: &str,
    tokens: TokenStream,
    aside: &mut HashSet<LineColumn>,
) -> TokenStream {
    each(tokens, &mut |body| {
        // The text is looked at, because a reader of tokens gets copies of them.
        if text.get(body.span().byte_range()).is_none_or(stays) {
            return body;
        }
        aside.insert(body.span_open().start());
        around(body.span(), TokenStream::new())
    })
}

/// The bodies of a file that were set aside.
pub(super) struct Bodies<'a> {
    file: &'a SourceFile,
    tests: bool,
    /// Those that were not asked for yet.
    groups: HashMap<LineColumn, Group>,
}

impl<'a> Bodies<'a> {
    pub(super) fn of(file: &'a SourceFile, tests: bool) -> Self {
        Self {
            file,
            tests,
            groups: HashMap::new(),
        }
    }

    /// The body that was set aside from this block; `None` when the block is whole.
    pub(super) fn parse(&mut self, block: &Block) -> Option<syn::Result<Block>> {
        let open = block.brace_token.span.open();
        let at = open.start();
        if !self.file.aside.contains(&at) {
            return None;
        }
        // A file that is a module at two places has each body twice.
        if !self.groups.contains_key(&at) {
            self.read();
        }
        Some(match self.groups.remove(&at) {
            Some(group) => syn::parse2(TokenTree::Group(group).into()),
            None => Err(syn::Error::new(open, "its body is not found again")),
        })
    }

    fn read(&mut self) {
        let read = tree::text(self.file.text.as_bytes(), &self.file.shown)
            .ok()
            .and_then(|text| tokens(&text, self.tests).ok());
        let groups = &mut self.groups;
        each(read.unwrap_or_default(), &mut |body| {
            let span = body.span();
            let at = body.span_open().start();
            if self.file.aside.contains(&at) {
                groups.insert(at, body);
            }
            around(span, TokenStream::new())
        });
    }
}

/// What the next braces are the body of.
#[derive(Clone, Copy)]
enum Next {
    Function,
    /// Of `mod`, `impl` or `trait`.
    Items,
    Other,
}

/// Goes through the bodies of the functions among items, and replaces each of them.
fn each(tokens: TokenStream, replace: &mut impl FnMut(Group) -> Group) -> TokenStream {
    let mut next = Next::Other;
    let mut tokens = tokens.into_iter().peekable();
    let mut out = Vec::new();
    while let Some(token) = tokens.next() {
        let token = match token {
            TokenTree::Ident(ident) => {
                if matches!(next, Next::Other) {
                    // `fn(..)` is a type.
                    if ident == "fn" && matches!(tokens.peek(), Some(TokenTree::Ident(_))) {
                        next = Next::Function;
                    } else if ident == "mod" || ident == "impl" || ident == "trait" {
                        next = Next::Items;
                    }
                }
                TokenTree::Ident(ident)
            }
            TokenTree::Punct(punct) => {
                if punct.as_char() == ';' {
                    next = Next::Other;
                }
                TokenTree::Punct(punct)
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                let group = match next {
                    Next::Function => replace(group),
                    Next::Items => {
                        let (span, inner) = (group.span(), group.stream());
                        // Tokens that nobody else has are not copied.
                        drop(group);
                        around(span, each(inner, replace))
                    }
                    Next::Other => group,
                };
                next = Next::Other;
                TokenTree::Group(group)
            }
            token => token,
        };
        out.push(token);
    }
    out.into_iter().collect()
}

/// Braces at this place.
fn around(span: Span, inner: TokenStream) -> Group {
    let mut group = Group::new(Delimiter::Brace, inner);
    group.set_span(span);
    group
}

/// What items begin with, behind `pub`, `unsafe`, `async` and attributes.
const ITEMS: [&str; 13] = [
    "const",
    "enum",
    "extern",
    "fn",
    "impl",
    "macro_rules",
    "mod",
    "static",
    "struct",
    "trait",
    "type",
    "union",
    "use",
];

/// Whether a body may have items, or has attributes of the function in it.
fn stays(body: &str) -> bool {
    let in_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut rest = body;
    while let Some(c) = rest.chars().next() {
        // Raw texts of bytes and for C.
        let raw = ["br\"", "br#", "cr\"", "cr#"]
            .iter()
            .any(|raw| rest.starts_with(raw));
        let skipped = usize::from(raw);
        let length = if let Some(length) = no_code(rest.get(skipped..).unwrap_or_default()) {
            let inside = rest.get(2..skipped + length).unwrap_or_default();
            if rest.starts_with("/*") && inside.contains("/*") {
                // The end of a comment in a comment is not looked for.
                return true;
            }
            skipped + length
        } else if in_word(c) {
            let length = rest.find(|c| !in_word(c)).unwrap_or(rest.len());
            if (rest.get(..length)).is_some_and(|word| ITEMS.contains(&word)) {
                return true;
            }
            length
        } else {
            let behind = rest.get(c.len_utf8()..).unwrap_or_default();
            if c == '#' && behind.trim_start().starts_with('!') {
                return true;
            }
            c.len_utf8()
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bodies that are set aside, by the line that each begins in.
    fn lines(text: &str) -> Vec<usize> {
        let mut aside = HashSet::new();
        set_aside(text, text.parse().expect("tokens"), &mut aside);
        let mut lines: Vec<usize> = aside.iter().map(|at| at.line).collect();
        lines.sort_unstable();
        lines
    }

    #[test]
    fn bodies_of_functions_are_set_aside() {
        let text = "fn a() { 1 }\nimpl A { fn b() { 2 }\nfn c(); }\nmod m { trait T {\nfn d() { 3 } } }\nasync fn e() -> fn() { 4 }";
        assert_eq!(lines(text), [1, 2, 5, 6]);
    }

    #[test]
    fn what_names_lead_into_stays() {
        for text in [
            "fn a() { if b { use c::d; } }",
            "fn a() { const B: u8 = 1; }",
            "fn a() { #![allow(unused)] b() }",
            "const A: fn() = { b };",
            "struct A { b: fn() }",
            "a! { fn b() { c() } }",
            "fn a() { let b = \"\u{e4}/*\"; type C = u8; }",
            "fn a() { let b = br\"\\\"; type C = u8; }",
            "fn a() { /* /* */ \" */ type C = u8; }",
        ] {
            assert!(lines(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn words_in_texts_and_comments_are_no_items() {
        assert_eq!(
            lines("fn a() { b(\"use c\") /* fn */ }\nfn d() {\n// use e\nf(usec, '\u{e4}') }"),
            [1, 2]
        );
    }

    #[test]
    fn a_body_is_found_again_where_it_was() {
        let text = "fn a() {\n    b();\n}\nfn c() { use d::e; e() }".to_owned();
        let mut aside = HashSet::new();
        let left = set_aside(&text, text.parse().expect("tokens"), &mut aside);
        let syntax: syn::File = syn::parse2(left).expect("items");
        let file = SourceFile {
            shown: String::new(),
            text,
            syntax,
            aside,
        };
        let mut bodies = Bodies::of(&file, false);
        let blocks: Vec<&Block> = (file.syntax.items.iter())
            .filter_map(|item| match item {
                syn::Item::Fn(item) => Some(&*item.block),
                _ => None,
            })
            .collect();
        assert!(blocks[0].stmts.is_empty() && blocks[1].stmts.len() == 2);
        let parsed = bodies.parse(blocks[0]).expect("set aside").expect("Rust");
        assert_eq!(parsed.stmts.len(), 1);
        assert!(bodies.parse(blocks[1]).is_none());
        // Of a file that is a module twice.
        let again = bodies.parse(blocks[0]).expect("set aside").expect("Rust");
        assert_eq!(again.stmts.len(), parsed.stmts.len());
    }
}
