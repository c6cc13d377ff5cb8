//! The modules of services that a policy names, and whether its file imports them.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::{Item, UseTree};

use super::fix::offset;

/// The crate whose modules policies name.
const CRATE: &str = "rekognition_iam";

/// What a file is missing.
#[derive(Debug, Default)]
pub(super) struct Imports {
    /// Where text is inserted, and the text.
    pub(super) edits: Vec<(usize, String)>,
    /// Modules that the file did not import before.
    pub(super) new: BTreeSet<String>,
    /// Those for which the file has no import of the crate to add to.
    pub(super) by_hand: BTreeSet<String>,
}

/// The modules that an expression names: `sqs` of `sqs::PurgeQueue`.
pub(super) fn modules(expression: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    if let Ok(tokens) = expression.parse::<TokenStream>() {
        paths(tokens, &mut found);
    }
    found
}

fn paths(tokens: TokenStream, found: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is_colon = |at: Option<&TokenTree>| matches!(at, Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => paths(group.stream(), found),
            TokenTree::Ident(ident)
                if is_colon(tokens.get(at + 1))
                    && is_colon(tokens.get(at + 2))
                    && !is_colon(at.checked_sub(1).and_then(|at| tokens.get(at))) =>
            {
                found.insert(ident.to_string());
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// The imports that a file is missing for these modules.
pub(super) fn missing(text: &str, modules: &BTreeSet<String>) -> Imports {
    let mut imports = Imports::default();
    let Ok(file) = syn::parse_file(text) else {
        imports.by_hand.clone_from(modules);
        return imports;
    };
    let mut known = BTreeSet::new();
    // Behind the brace of a group, or in front of another import of the crate.
    let mut place = None;
    for item in &file.items {
        let Item::Use(item) = item else {
            if let Item::Mod(module) = item {
                known.insert(module.ident.to_string());
            }
            continue;
        };
        names(&item.tree, &mut known);
        if let UseTree::Path(path) = &item.tree
            && path.ident == CRATE
        {
            if matches!(&*path.tree, UseTree::Glob(_)) {
                return imports;
            }
            let found = match &*path.tree {
                UseTree::Group(group) => {
                    offset(text, group.brace_token.span.open().end()).map(|at| (at, true))
                }
                UseTree::Path(_) | UseTree::Name(_) | UseTree::Rename(_) | UseTree::Glob(_) => {
                    offset(text, item.use_token.span.start()).map(|at| (at, false))
                }
            };
            place = match (place, found) {
                (Some((_, true)), _) | (Some(_), Some((_, false)) | None) => place,
                (None | Some((_, false)), found) => found,
            };
        }
    }
    for module in modules.difference(&known) {
        match place {
            Some((at, true)) => imports.edits.push((at, format!("{module}, "))),
            Some((at, false)) => imports
                .edits
                .push((at, format!("use {CRATE}::{module};\n"))),
            None => {
                imports.by_hand.insert(module.clone());
                continue;
            }
        }
        imports.new.insert(module.clone());
    }
    imports
}

/// The names that an import brings in.
fn names(tree: &UseTree, found: &mut BTreeSet<String>) {
    match tree {
        UseTree::Path(path) => names(&path.tree, found),
        UseTree::Name(name) => {
            found.insert(name.ident.to_string());
        }
        UseTree::Rename(rename) => {
            found.insert(rename.rename.to_string());
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| names(tree, found)),
        UseTree::Glob(_) => {}
    }
}
