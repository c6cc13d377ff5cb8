//! The bodies of functions, which are most of a program. They are set aside while the items are collected and are parsed
//! one by one when they are walked, so that the memory for a large program is that for its items.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Delimiter, Group, LineColumn, TokenStream, TokenTree};
use syn::Block;

use super::modules::{SourceFile, tokens};
use crate::export::tree;

/// Empties the bodies of functions and remembers where they begin. A body that has items of its own stays: names lead
/// into it.
pub(super) fn set_aside(tokens: TokenStream, aside: &mut HashSet<LineColumn>) -> TokenStream {
    each(tokens, &mut |body| {
        if stays(body.stream()) {
            return body;
        }
        aside.insert(body.span_open().start());
        emptied(&body, TokenStream::new())
    })
}

/// The bodies of a file that were set aside.
#[derive(Default)]
pub(super) struct Bodies {
    groups: HashMap<LineColumn, Group>,
}

impl Bodies {
    pub(super) fn of(file: &SourceFile, tests: bool) -> Self {
        let mut groups = HashMap::new();
        // A text that was read once can be read again.
        if !file.aside.is_empty()
            && let Ok(text) = tree::text(file.text.as_bytes(), &file.shown)
            && let Ok(tokens) = tokens(&text, tests)
        {
            each(tokens, &mut |body| {
                let at = body.span_open().start();
                let rest = emptied(&body, TokenStream::new());
                if file.aside.contains(&at) {
                    groups.insert(at, body);
                }
                rest
            });
        }
        Self { groups }
    }

    /// The body that was set aside from this block; `None` when the block is whole.
    pub(super) fn parse(&self, block: &Block) -> Option<syn::Result<Block>> {
        let group = self.groups.get(&block.brace_token.span.open().start())?;
        Some(syn::parse2(TokenTree::Group(group.clone()).into()))
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

/// Goes through the bodies of the functions among items, and puts something in the place of each.
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
                        let inner = each(group.stream(), replace);
                        emptied(&group, inner)
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

/// The same braces around something else.
fn emptied(group: &Group, inner: TokenStream) -> Group {
    let mut new = Group::new(group.delimiter(), inner);
    new.set_span(group.span());
    new
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
fn stays(body: TokenStream) -> bool {
    let mut tokens = body.clone().into_iter();
    let inner = matches!(tokens.next(), Some(TokenTree::Punct(punct)) if punct.as_char() == '#')
        && matches!(tokens.next(), Some(TokenTree::Punct(punct)) if punct.as_char() == '!');
    inner || has_items(body)
}

fn has_items(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ITEMS.iter().any(|item| ident == item),
        TokenTree::Group(group) => has_items(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bodies that are set aside, by the line that each begins in.
    fn lines(text: &str) -> Vec<usize> {
        let mut aside = HashSet::new();
        set_aside(text.parse().expect("tokens"), &mut aside);
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
        ] {
            assert!(lines(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_body_is_found_again_where_it_was() {
        let text = "fn a() {\n    b();\n}\nfn c() { use d::e; e() }".to_owned();
        let mut aside = HashSet::new();
        let left = set_aside(text.parse().expect("tokens"), &mut aside);
        let syntax: syn::File = syn::parse2(left).expect("items");
        let file = SourceFile {
            shown: String::new(),
            text,
            syntax,
            aside,
        };
        let bodies = Bodies::of(&file, false);
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
    }
}
