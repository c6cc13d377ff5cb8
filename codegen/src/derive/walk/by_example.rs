//! Macros by example of the program, expanded where they are called.
//!
//! Only patterns without repetitions are matched. A macro with a call that is not expanded keeps its notes.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use syn::parse::Parser;
use syn::{Block, Expr, Macro, Type};

use super::mentions::GROUPS;
use super::{Val, Walker};
use crate::derive::names::Names;
use crate::derive::tokens::{depth, unraw};

/// Expansions in one function: more than anybody writes, and few enough for macros that call themselves.
const MOST: usize = 512;

/// Which macros were expanded, and which were called in a way that they could not be.
#[derive(Debug, Default)]
pub(super) struct Expanded {
    done: HashSet<String>,
    left: HashSet<String>,
}

impl Expanded {
    /// With what was seen in other packages.
    pub(super) fn add(&mut self, other: Self) {
        self.done.extend(other.done);
        self.left.extend(other.left);
    }

    /// Whether every call of a macro is followed, so that its body needs no note.
    pub(super) fn everywhere(&self, names: &Names<'_>, item: &syn::ItemMacro) -> bool {
        let Some(ident) = &item.ident else {
            return false;
        };
        let name = unraw(ident);
        let exported = item
            .attrs
            .iter()
            .any(|attr| attr.path().is_ident("macro_export"));
        let names_this =
            |tokens: &TokenStream| depth(tokens.clone(), GROUPS) || names_it(tokens.clone(), &name);
        // What the bodies of expanded macros call was expanded with them.
        let is_followed = |other: &syn::ItemMacro| {
            std::ptr::eq(other, item)
                || (other.ident.as_ref()).is_some_and(|ident| self.follows(names, &unraw(ident)))
        };
        self.follows(names, &name)
            && !exported
            && !(names.unread.iter()).any(|unread| names_this(&unread.tokens))
            && !(names.macro_bodies.iter())
                .any(|(_, _, other)| !is_followed(other) && names_this(&other.mac.tokens))
    }

    /// Whether every call of a macro that was seen is expanded.
    fn follows(&self, names: &Names<'_>, name: &str) -> bool {
        self.done.contains(name) && !self.left.contains(name) && !names.item_macros.contains(name)
    }
}

/// Whether a name is among these tokens.
fn names_it(stream: TokenStream, name: &str) -> bool {
    stream.into_iter().any(|token| match token {
        TokenTree::Group(group) => names_it(group.stream(), name),
        TokenTree::Ident(ident) => unraw(&ident) == name,
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

impl Walker<'_, '_, '_> {
    /// What a macro of the program gives for this input; `None` when there is no such macro, or it cannot be expanded.
    pub(super) fn by_example(&mut self, mac: &Macro, name: &str) -> Option<Val> {
        let mut found = (self.names.macro_bodies.iter()).filter(|(_, _, item)| {
            item.ident
                .as_ref()
                .is_some_and(|ident| unraw(ident) == name)
        });
        let (_, _, item) = found.next()?;
        let only = found.next().is_none();
        let span = mac.path.segments.last()?.ident.span();
        let expanded = match only && self.expansions < MOST && !depth(mac.tokens.clone(), GROUPS) {
            true => expand(item.mac.tokens.clone(), &mac.tokens, span),
            false => None,
        };
        self.expansions += 1;
        let parsed = expanded
            .filter(|tokens| !depth(tokens.clone(), GROUPS))
            .and_then(|tokens| match syn::parse2::<Expr>(tokens.clone()) {
                Ok(expr) => Some(Ok(expr)),
                Err(_) => Block::parse_within.parse2(tokens).ok().map(Err),
            });
        let Some(parsed) = parsed else {
            self.found.expanded.left.insert(name.to_owned());
            return None;
        };
        self.found.expanded.done.insert(name.to_owned());
        Some(match parsed {
            Ok(expr) => self.expr(&expr),
            Err(statements) => self.scope(|walker| walker.statements(&statements)),
        })
    }
}

/// A part of a pattern.
enum Part {
    Token(TokenTree),
    /// `$name:kind`
    Fragment(String, String),
}

/// What a macro makes of its input, with its own tokens at this place.
fn expand(rules: TokenStream, input: &TokenStream, span: Span) -> Option<TokenStream> {
    if depth(rules.clone(), GROUPS) {
        return None;
    }
    let mut rules = rules.into_iter().peekable();
    let input: Vec<TokenTree> = input.clone().into_iter().collect();
    while let Some(TokenTree::Group(pattern)) = rules.next() {
        let (Some(TokenTree::Punct(_)), Some(TokenTree::Punct(_)), Some(TokenTree::Group(body))) =
            (rules.next(), rules.next(), rules.next())
        else {
            return None;
        };
        if matches!(rules.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == ';') {
            rules.next();
        }
        // Whether a rule that is not understood matches is not known, nor so whether a later one does.
        let pattern = pattern_of(pattern.stream())?;
        if let Some(given) = matched(&pattern, &input) {
            return filled(body.stream(), &given, span);
        }
    }
    None
}

fn pattern_of(stream: TokenStream) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut tokens = stream.into_iter();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '$' => {
                let (TokenTree::Ident(name), TokenTree::Punct(_), TokenTree::Ident(kind)) =
                    (tokens.next()?, tokens.next()?, tokens.next()?)
                else {
                    return None;
                };
                parts.push(Part::Fragment(unraw(&name), kind.to_string()));
            }
            // What is in brackets is matched too, by rules that nobody needs here.
            TokenTree::Group(_) => return None,
            token => parts.push(Part::Token(token)),
        }
    }
    Some(parts)
}

/// What the fragments of a pattern are for this input.
fn matched(pattern: &[Part], input: &[TokenTree]) -> Option<HashMap<String, TokenStream>> {
    let mut given = HashMap::new();
    let mut left = input;
    for (at, part) in pattern.iter().enumerate() {
        match part {
            Part::Token(token) => {
                let (first, rest) = left.split_first()?;
                if first.to_string() != token.to_string() {
                    return None;
                }
                left = rest;
            }
            Part::Fragment(name, kind) => {
                let stop = match pattern.get(at + 1) {
                    Some(Part::Token(token)) => Some(token.to_string()),
                    Some(Part::Fragment(..)) | None => None,
                };
                let count = length(kind, left, stop.as_deref(), at + 1 == pattern.len())?;
                let (own, rest) = left.split_at_checked(count)?;
                given.insert(name.clone(), own.iter().cloned().collect());
                left = rest;
            }
        }
    }
    left.is_empty().then_some(given)
}

/// How many tokens a fragment takes.
fn length(kind: &str, left: &[TokenTree], stop: Option<&str>, is_last: bool) -> Option<usize> {
    let parses = |tokens: &[TokenTree]| {
        let stream: TokenStream = tokens.iter().cloned().collect();
        match kind {
            "expr" | "expr_2021" => syn::parse2::<Expr>(stream).is_ok(),
            "ty" => syn::parse2::<Type>(stream).is_ok(),
            "path" => syn::parse2::<syn::Path>(stream).is_ok(),
            _ => false,
        }
    };
    match (kind, left.first()?) {
        ("tt", _) | ("ident", TokenTree::Ident(_)) | ("literal", TokenTree::Literal(_)) => Some(1),
        ("block", TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => Some(1),
        ("expr" | "expr_2021" | "ty" | "path", _) if is_last => parses(left).then_some(left.len()),
        ("expr" | "expr_2021" | "ty" | "path", _) => {
            let stop = stop?;
            (left.iter().enumerate())
                .filter(|(_, token)| token.to_string() == stop)
                .map(|(at, _)| at)
                .find(|&at| left.get(..at).is_some_and(&parses))
        }
        _ => None,
    }
}

/// A body with its fragments put in; `None` when it has repetitions or other parameters.
fn filled(
    body: TokenStream,
    given: &HashMap<String, TokenStream>,
    span: Span,
) -> Option<TokenStream> {
    let mut out = Vec::new();
    let mut tokens = body.into_iter();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '$' => match tokens.next()? {
                TokenTree::Ident(name) if name == "crate" => {
                    out.push(TokenTree::Ident(Ident::new("crate", span)));
                }
                TokenTree::Ident(name) => {
                    let value = given.get(&unraw(&name))?.clone();
                    let tokens: Vec<TokenTree> = value.clone().into_iter().collect();
                    match <[TokenTree; 1]>::try_from(tokens) {
                        Ok([only]) => out.push(only),
                        // It stays together, as the compiler keeps it.
                        Err(_) => out.push(TokenTree::Group(Group::new(Delimiter::None, value))),
                    }
                }
                TokenTree::Group(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => return None,
            },
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), filled(group.stream(), given, span)?);
                inner.set_span(span);
                out.push(TokenTree::Group(inner));
            }
            mut token => {
                token.set_span(span);
                out.push(token);
            }
        }
    }
    Some(out.into_iter().collect())
}
