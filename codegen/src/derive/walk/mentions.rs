//! Calls in tokens that cannot be followed: the bodies of `macro_rules!`, and inputs of macros that are not Rust.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};

use super::{Note, Walked};
use crate::derive::attributes::is_test;
use crate::derive::methods::{is_punct, method_in};
use crate::derive::modules::Sources;
use crate::derive::names::{Names, Unread};
use crate::derive::sdk::Client;
use crate::derive::tokens::{depth, is_test_mark, tokens, unraw};

/// How deep groups may nest in the input of a macro: syn's grammar recurses.
pub(super) const GROUPS: usize = 256;

/// Notes what looks like a call in all tokens that are not followed.
pub(super) fn look_over(
    sources: &Sources,
    names: &Names<'_>,
    clients: &[Client],
    walked: &mut Walked,
) {
    let sdk = names.sdk;
    let mut calling = BTreeSet::new();
    let mut expanded = std::mem::take(&mut walked.own.expanded);
    for other in walked.others.values_mut() {
        expanded.add(std::mem::take(&mut other.expanded));
    }
    for (file, module, item) in &names.macro_bodies {
        let tokens = item.mac.tokens.clone();
        if depth(tokens.clone(), GROUPS) || expanded.everywhere(names, item) {
            continue;
        }
        let name = item.ident.as_ref().map_or_else(String::new, unraw);
        if calls_parameter(tokens.clone()) {
            calling.insert(name.clone());
        }
        if let Some((method, span)) = method_in(sdk, clients, tokens) {
            walked.of(names, *module).notes.push(Note {
                file: *file,
                at: span.start(),
                text: format!(
                    "`.{method}(..)` is in the body of the macro `{name}!`, which is not followed"
                ),
            });
        }
    }
    for Unread {
        file,
        module,
        tokens,
        what,
    } in &names.unread
    {
        let found = match depth(tokens.clone(), GROUPS) {
            true => None,
            false => method_in(sdk, clients, tokens.clone()),
        };
        if let Some((method, span)) = found {
            walked.of(names, *module).notes.push(Note {
                file: *file,
                at: span.start(),
                text: format!("`.{method}(..)` is in {what}, where it cannot be followed"),
            });
        }
    }
    walked.own.expanded = expanded;
    if !calling.is_empty() && !clients.is_empty() {
        handed_methods(sources, names, clients, calling, walked);
    }
}

/// Notes the methods of clients that are handed to macros which call what they are given: `$client.$method()`.
fn handed_methods(
    sources: &Sources,
    names: &Names<'_>,
    clients: &[Client],
    mut calling: BTreeSet<String>,
    walked: &mut Walked,
) {
    // A macro that hands its own parameter to such a macro is one too.
    loop {
        let before = calling.len();
        for (_, _, item) in &names.macro_bodies {
            let name = item.ident.as_ref().map_or_else(String::new, unraw);
            if calling.contains(&name) || depth(item.mac.tokens.clone(), GROUPS) {
                continue;
            }
            let mut hands_on = false;
            each_input(item.mac.tokens.clone(), &calling, &mut |_, input| {
                hands_on |= has_dollar(input);
            });
            if hands_on {
                calling.insert(name);
            }
        }
        if calling.len() == before {
            break;
        }
    }
    let own: BTreeSet<usize> = (0..names.modules.len())
        .filter(|&module| names.is_own(module))
        .map(|module| names.file_of(module))
        .collect();
    for (number, file) in sources.files.iter().enumerate() {
        let may_call = |name: &String| file.text.contains(name.as_str());
        if !own.contains(&number) || !calling.iter().any(may_call) || is_test(&file.syntax.attrs) {
            continue;
        }
        let Ok(stream) = tokens(&file.text, sources.tests) else {
            continue;
        };
        if depth(stream.clone(), GROUPS) {
            continue;
        }
        each_input(stream, &calling, &mut |name, input| {
            each_ident(input, &mut |ident, span| {
                if names.sdk.clients_with(clients, ident).next().is_some() {
                    walked.own.notes.push(Note {
                        file: number,
                        at: span.start(),
                        text: format!(
                            "`{ident}` is handed to the macro `{name}!`, which calls the methods that it is given and is not \
                             followed"
                        ),
                    });
                }
            });
        });
    }
}

/// Runs for the input of each invocation of these macros, without what is compiled for tests only.
fn each_input(
    stream: TokenStream,
    names: &BTreeSet<String>,
    run: &mut impl FnMut(&str, TokenStream),
) {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    // Behind `#[cfg(test)]`, up to the end of the item.
    let mut skips = false;
    for (at, token) in tokens.iter().enumerate() {
        let before = |back: usize| at.checked_sub(back).and_then(|at| tokens.get(at));
        match token {
            TokenTree::Group(group) if is_punct(before(1), '#') => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                skips |= is_test_mark(&inner);
            }
            TokenTree::Group(group) => {
                let ends_item = group.delimiter() == Delimiter::Brace;
                if skips {
                    skips = !ends_item;
                    continue;
                }
                match before(2) {
                    Some(TokenTree::Ident(name)) if is_punct(before(1), '!') => {
                        let name = unraw(name);
                        if names.contains(&name) {
                            run(&name, group.stream());
                        }
                    }
                    _ => {}
                }
                each_input(group.stream(), names, run);
            }
            TokenTree::Punct(punct) if punct.as_char() == ';' => skips = false,
            TokenTree::Punct(_) | TokenTree::Ident(_) | TokenTree::Literal(_) => {}
        }
    }
}

fn each_ident(stream: TokenStream, run: &mut impl FnMut(&str, Span)) {
    for token in stream {
        match token {
            TokenTree::Group(group) => each_ident(group.stream(), run),
            TokenTree::Ident(ident) => run(&unraw(&ident), ident.span()),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

fn has_dollar(stream: TokenStream) -> bool {
    stream.into_iter().any(|token| match token {
        TokenTree::Group(group) => has_dollar(group.stream()),
        token => is_punct(Some(&token), '$'),
    })
}

/// Whether the body of a macro calls a method that is a parameter: `.$method(..)`, `.$($call)*`.
fn calls_parameter(stream: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    tokens.iter().enumerate().any(|(at, token)| {
        if let TokenTree::Group(group) = token
            && calls_parameter(group.stream())
        {
            return true;
        }
        let behind = |step: usize| tokens.get(at + step);
        // `0..$n` is a range.
        let dots = at.checked_sub(1).and_then(|at| tokens.get(at));
        if !is_punct(Some(token), '.') || is_punct(dots, '.') || !is_punct(behind(1), '$') {
            return false;
        }
        match behind(2) {
            Some(TokenTree::Group(_)) => true,
            Some(TokenTree::Ident(_)) => match behind(3) {
                Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Parenthesis,
                token => is_punct(token, '$') || is_punct(token, ':'),
            },
            _ => false,
        }
    })
}
