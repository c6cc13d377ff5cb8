//! Names of macros that are being typed, so that a policy seems to be gone: `static P: Policy = polic![..]`.

use std::collections::BTreeSet;
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use rekognition_iam_runtime::suggest;

use super::collect::snake_case;
use super::error::Problem;
use super::scan::{self, Names, Owner};
use super::tree;
use super::walk::Sources;

/// A policy whose file would be `removed`, and that is still there: its item calls a macro that nothing in the sources makes or
/// imports, and that one of ours may be meant by, in a file that rustc compiles. rustc reports the macro.
pub(super) fn find(sources: &Sources, package: &Path, removed: &[&str]) -> Option<Problem> {
    let known: Vec<&str> = scan::macros().map(|(name, _)| name).collect();
    let (mut made, mut called) = (BTreeSet::new(), BTreeSet::new());
    for file in &sources.files {
        if let Some(tokens) = tree::tokens_of(file) {
            add_called(tokens.clone(), &mut called);
            add_made(tokens, &mut made);
        }
    }
    let is_meant = |name: &String| {
        // The language has this one.
        name != "include"
            && !made.contains(name)
            && !known.contains(&name.as_str())
            && (known.iter().any(|known| known.starts_with(name.as_str()))
                || suggest::nearest_of(name, &known).is_some())
    };
    let meant: Names = (called.into_iter().filter(is_meant))
        .map(|name| (name, None))
        .collect();
    if meant.is_empty() {
        return None;
    }
    let is_removed = |item: &str| {
        let name = snake_case(item);
        removed.iter().any(|file| is_of(file, &name))
    };
    tree::compiled(sources, package)
        .into_iter()
        .find_map(|number| {
            let file = sources.files.get(number)?;
            let found = scan::scan(tree::tokens_of(file)?, &meant);
            let (invocation, item) = (found.invocations.iter()).find_map(|invocation| {
                match &invocation.owner {
                    Owner::Item(item) if is_removed(item) => Some((invocation, item)),
                    _ => None,
                }
            })?;
            let message = format!(
                "`{item}` calls a macro that does not exist; correct its name, or remove the item together with its exported file"
            );
            let problem = Problem::new(&file.shown, message);
            Some(problem.at(invocation.at).of_rustc(true))
        })
}

/// Whether a file is one of the policy of this name: `name.json`, `name.tf`, and `name-2.json` for a part of it.
fn is_of(file: &str, name: &str) -> bool {
    (file.strip_prefix(name)).is_some_and(|rest| rest.starts_with(['.', '-']))
}

/// The names of macros that are called.
fn add_called(tokens: TokenStream, called: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Ident(name) => {
                if let (Some(TokenTree::Punct(bang)), Some(TokenTree::Group(_))) =
                    (tokens.get(at + 1), tokens.get(at + 2))
                    && bang.as_char() == '!'
                {
                    called.insert(name.to_string());
                }
            }
            TokenTree::Group(group) => add_called(group.stream(), called),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// The names that `macro_rules!` makes and `use` imports.
fn add_made(tokens: TokenStream, made: &mut BTreeSet<String>) {
    let (mut imports, mut makes) = (false, false);
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                let name = ident.to_string();
                if imports || makes {
                    made.insert(name.clone());
                }
                makes = name == "macro_rules";
                imports |= name == "use";
            }
            TokenTree::Group(group) => {
                if imports {
                    made.extend(words(group.stream()));
                }
                add_made(group.stream(), made);
                makes = false;
            }
            TokenTree::Punct(punct) => imports &= punct.as_char() != ';',
            TokenTree::Literal(_) => {}
        }
    }
}

fn words(tokens: TokenStream) -> Vec<String> {
    let mut out = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => out.push(ident.to_string()),
            TokenTree::Group(group) => out.extend(words(group.stream())),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    out
}
