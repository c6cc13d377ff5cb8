//! Names of macros that are being typed, so that a policy seems to be gone: `static P: Policy = polic![..]`.

use std::collections::BTreeSet;
use std::path::Path;

use proc_macro2::{Ident, TokenStream, TokenTree};
use rekognition_iam_runtime::suggest;

use super::error::Problem;
use super::walk::Sources;
use super::{scan, tree};

/// A macro that nothing in the sources makes or imports, and that one of ours may be meant by, in a file that rustc compiles: rustc
/// reports it. A file of a policy is only removed when there is none.
pub(super) fn find(sources: &Sources, package: &Path) -> Option<Problem> {
    let known: Vec<&str> = scan::macros().map(|(name, _)| name).collect();
    let mut made = BTreeSet::new();
    for file in &sources.files {
        if let Some(tokens) = tree::tokens_of(file) {
            add_made(tokens, &mut made);
        }
    }
    let is_meant = |name: &str| {
        !made.contains(name)
            && !known.contains(&name)
            && (known.iter().any(|known| known.starts_with(name))
                || suggest::nearest_of(name, &known).is_some())
    };
    tree::compiled(sources, package)
        .into_iter()
        .find_map(|number| {
            let file = sources.files.get(number)?;
            let name = called(tree::tokens_of(file)?, &is_meant)?;
            let problem = Problem::new(&file.shown, format!("there is no macro `{name}!`"));
            Some(problem.at(name.span().start()).of_rustc(true))
        })
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

/// The first macro that is called and meant.
fn called(tokens: TokenStream, is_meant: &dyn Fn(&str) -> bool) -> Option<Ident> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        let found = match token {
            TokenTree::Ident(ident) => match (tokens.get(at + 1), tokens.get(at + 2)) {
                (Some(TokenTree::Punct(bang)), Some(TokenTree::Group(_)))
                    if bang.as_char() == '!' && is_meant(&ident.to_string()) =>
                {
                    Some(ident.clone())
                }
                _ => None,
            },
            TokenTree::Group(group) => called(group.stream(), is_meant),
            TokenTree::Punct(_) | TokenTree::Literal(_) => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}
