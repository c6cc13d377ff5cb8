//! Values that are known only when the program runs: paths where a literal might stand.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use rekognition_iam_runtime::values::Place;

use super::holes::{Hole, MOST, marker};
use super::lowerer::Lowerer;
use crate::dsl::constants;
use crate::dsl::errors::Read;
use crate::dsl::syntax::{Expr, Primary};
use crate::dsl::tokens::unraw;

impl Lowerer<'_> {
    /// Makes a hole of a variable, a constant, or a part of one; `None` for every other expression.
    pub(super) fn hole(
        &mut self,
        expr: &Expr,
        kind: &'static str,
        place: Place,
    ) -> Read<Option<String>> {
        if let Some(reported) = expr.reported() {
            return Err(reported);
        }
        let Some((name, tokens)) = variable(expr) else {
            return Ok(None);
        };
        let Some(marker) = marker(self.holes.len()) else {
            let limit = MOST;
            return (self.errors)
                .push(
                    expr.span(),
                    format!("a policy cannot have more than {limit} variables"),
                )
                .err();
        };
        let path = match &expr.primary {
            Primary::Path(path) if expr.calls.is_empty() => path.segments.as_slice(),
            Primary::Path(_)
            | Primary::Call(..)
            | Primary::Place(_)
            | Primary::Literal(..)
            | Primary::List(_)
            | Primary::Unknown(..) => &[],
        };
        let constant = path.last().is_some_and(is_in_capitals) && constants::is_checked(kind);
        // What belongs to the type around the policy, or to a parameter of the function, no other constant can name.
        let of_self = match path {
            [first, _, ..] => first == "Self" || is_parameter(first),
            [] | [_] => false,
        };
        self.holes.push(Hole {
            name,
            tokens,
            span: expr.span(),
            kind,
            place,
            constant,
            of_self,
        });
        Ok(Some(marker.to_string()))
    }
}

/// A variable, a constant, or a part of one, with the last name in it.
fn variable(expr: &Expr) -> Option<(String, TokenStream)> {
    let (mut name, tokens) = match &expr.primary {
        Primary::Path(path) => {
            let last = path.complete()?.last()?;
            if path.is("true") || path.is("false") {
                return None;
            }
            (unraw(last), &path.tokens)
        }
        Primary::Place(place) => (place.name.clone(), &place.tokens),
        Primary::Call(..) | Primary::Literal(..) | Primary::List(_) | Primary::Unknown(..) => {
            return None;
        }
    };
    let mut tokens = quote!(#(#tokens)*);
    for call in &expr.calls {
        let field = call.name.as_ref().ok().filter(|_| call.args.is_none())?;
        call.dot.to_tokens(&mut tokens);
        field.to_tokens(&mut tokens);
        name = unraw(field);
    }
    Some((name, tokens))
}

/// Whether a name is that of a constant: `ACCOUNT`, `_REGION`, `R`.
fn is_in_capitals(name: &Ident) -> bool {
    let name = unraw(name);
    name.trim_start_matches('_')
        .starts_with(|c: char| c.is_ascii_uppercase())
        && !name.contains(|c: char| c.is_ascii_lowercase())
}

/// Whether a name is that of a type parameter, as `T` in `T::ID`: a single letter, perhaps with a digit.
fn is_parameter(name: &Ident) -> bool {
    let name = name.to_string();
    name.len() <= 2
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && !name.contains(|c: char| c.is_ascii_lowercase() || c == '_')
}
