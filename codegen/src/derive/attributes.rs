//! What attributes and conditions say: where a module is, and what is compiled for tests only.

use std::collections::BTreeSet;

use proc_macro2::TokenTree;
use quote::ToTokens;
use syn::{Attribute, BinOp, Expr, UnOp};

use super::tokens::{TESTS, unraw};
use crate::export::scan;

/// The files that `#[path = ".."]` names, on its own or in `cfg_attr`.
pub(super) fn paths(attributes: &[Attribute]) -> Vec<String> {
    let mut found = BTreeSet::new();
    for attribute in attributes {
        let tokens: Vec<TokenTree> = attribute.meta.to_token_stream().into_iter().collect();
        if let Some(path) = scan::path_of(&tokens) {
            found.insert(path);
        } else if attribute.path().is_ident("cfg_attr")
            && let Ok(list) = attribute.meta.require_list()
        {
            let tokens: Vec<TokenTree> = list.tokens.clone().into_iter().collect();
            let parts = tokens
                .split(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ','));
            found.extend(parts.filter_map(scan::path_of));
        }
    }
    found.into_iter().collect()
}

/// Whether the item with these attributes is compiled for tests only.
pub(super) fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let path = attribute.path();
        if path.is_ident("cfg") {
            let tokens: Vec<TokenTree> = attribute.meta.to_token_stream().into_iter().collect();
            return scan::is_test(&tokens);
        }
        let last = path.segments.last();
        last.is_some_and(|last| TESTS.contains(&unraw(&last.ident).as_str()))
    })
}

/// The attributes of an expression, which stand before its first operand.
fn attributes(expr: &Expr) -> &[Attribute] {
    match expr {
        Expr::Array(inner) => &inner.attrs,
        Expr::Assign(inner) => attributes(&inner.left),
        Expr::Async(inner) => &inner.attrs,
        Expr::Await(inner) => &inner.attrs,
        Expr::Binary(inner) => attributes(&inner.left),
        Expr::Block(inner) => &inner.attrs,
        Expr::Break(inner) => &inner.attrs,
        Expr::Call(inner) => &inner.attrs,
        Expr::Cast(inner) => attributes(&inner.expr),
        Expr::Closure(inner) => &inner.attrs,
        Expr::Const(inner) => &inner.attrs,
        Expr::Field(inner) => &inner.attrs,
        Expr::ForLoop(inner) => &inner.attrs,
        Expr::If(inner) => &inner.attrs,
        Expr::Let(inner) => &inner.attrs,
        Expr::Loop(inner) => &inner.attrs,
        Expr::Macro(inner) => &inner.attrs,
        Expr::Match(inner) => &inner.attrs,
        Expr::MethodCall(inner) => &inner.attrs,
        Expr::Paren(inner) => &inner.attrs,
        Expr::Path(inner) => &inner.attrs,
        Expr::Reference(inner) => &inner.attrs,
        Expr::Return(inner) => &inner.attrs,
        Expr::Struct(inner) => &inner.attrs,
        Expr::Try(inner) => &inner.attrs,
        Expr::TryBlock(inner) => &inner.attrs,
        Expr::Tuple(inner) => &inner.attrs,
        Expr::Unary(inner) => &inner.attrs,
        Expr::Unsafe(inner) => &inner.attrs,
        Expr::While(inner) => &inner.attrs,
        // Nothing in these calls anything.
        _ => &[],
    }
}

/// Whether an expression is compiled for tests only.
pub(super) fn is_test_expr(expr: &Expr) -> bool {
    is_test(attributes(expr))
}

/// What a condition is in a program, where `cfg!` alone settles it: `cfg!(test)`, `!cfg!(test)`, `cfg!(test) && x`.
pub(super) fn in_program(condition: &Expr) -> Option<bool> {
    match condition {
        Expr::Macro(call) if call.mac.path.is_ident("cfg") => {
            let tokens: Vec<TokenTree> = call.mac.tokens.clone().into_iter().collect();
            scan::in_program(&tokens)
        }
        Expr::Paren(inner) => in_program(&inner.expr),
        Expr::Unary(inner) if matches!(inner.op, UnOp::Not(_)) => {
            in_program(&inner.expr).map(|holds| !holds)
        }
        Expr::Binary(inner) => {
            let settles = match inner.op {
                BinOp::And(_) => false,
                BinOp::Or(_) => true,
                _ => return None,
            };
            match (in_program(&inner.left), in_program(&inner.right)) {
                (Some(left), _) if left == settles => Some(settles),
                (_, Some(right)) if right == settles => Some(settles),
                (Some(_), Some(_)) => Some(!settles),
                _ => None,
            }
        }
        _ => None,
    }
}
