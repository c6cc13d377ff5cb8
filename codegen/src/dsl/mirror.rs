//! The mirror: everything that was typed, once more, for rust-analyzer alone.
//!
//! An editor asks what it can complete or explain at a token by expanding the macro and looking where the token went.
//! So each token of the input comes back here as it is, known or not, finished or not, behind a path that says what may
//! stand in its place. The rules, each learnt from an editor that failed without it:
//!
//! 1. The mirror comes first in the expansion, and nothing before a token depends on that token or on what follows it:
//!    an editor expands twice, with and without a marker at the cursor, and goes by the offset.
//! 2. Tokens keep their text and their span.
//! 3. Where something may be typed and nothing is yet, a hole (a path that ends in `::`) keeps the place.
//! 4. The mirror stands inside a macro call under `#[cfg(rust_analyzer)]`, in the user's crate: rustc never parses it,
//!    so unfinished tokens are no syntax errors, and the cfg is the one that rust-analyzer sets for open packages.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use rekognition_iam_runtime::catalogue;

use super::syntax::{Expr, Items, MethodCall, Path, Primary};

/// What may stand at a place of the language; each is a module of the facade's `__private::mirror`.
#[derive(Clone, Copy)]
enum Place {
    Statement,
    Action,
    Principal,
    Resource,
    Condition,
}

impl Place {
    fn module(self) -> TokenStream {
        match self {
            Self::Action => quote!(__ri::mirror::actions::),
            Self::Statement => quote!(__ri::mirror::statements::),
            Self::Principal => quote!(__ri::mirror::principals::),
            Self::Resource => quote!(__ri::mirror::resources::),
            Self::Condition => quote!(__ri::mirror::keys::),
        }
    }
}

/// The mirror of a macro input.
pub(crate) fn mirror(input: &Items) -> TokenStream {
    let mut out = TokenStream::new();
    for item in &input.items {
        statement(item, &mut out);
    }
    out.extend(quote!(let _ = __ri::mirror::statements::;));
    quote! {
        #[allow(unexpected_cfgs)]
        const _: () = {
            #[cfg(rust_analyzer)]
            __ri::__mirror! { #out }
        };
    }
}

fn statement(expr: &Expr, out: &mut TokenStream) {
    match &expr.primary {
        Primary::Path(path) => path_in(&quote!(__ri::mirror::statements::), path, None, out),
        Primary::Call(path, _) if path.segments.len() > 1 => {
            chain(expr, Place::Statement, out);
            return;
        }
        Primary::Call(path, args) => {
            path_in(
                &quote!(__ri::mirror::statements::),
                path,
                Some(&quote!(())),
                out,
            );
            entries(args, Place::Action, out);
        }
        other => raw(other, out),
    }
    for call in &expr.calls {
        method(&quote!(__ri::mirror::STATEMENT), call, out);
        let Some(args) = &call.args else { continue };
        match call.name.as_ref().map(ToString::to_string).as_deref() {
            Some("to") => entries(args, Place::Principal, out),
            Some("on") => entries(args, Place::Resource, out),
            Some("when") => {
                for item in &args.items {
                    chain(item, Place::Condition, out);
                }
                hole(Place::Condition, out);
            }
            Some("accept") => {
                for (number, item) in args.items.iter().enumerate() {
                    match &item.primary {
                        Primary::Path(path) if number == 0 => {
                            path_in(&quote!(__ri::mirror::rules::), path, None, out);
                        }
                        _ => raw_expr(item, out),
                    }
                }
                if args.items.is_empty() {
                    out.extend(quote!(let _ = __ri::mirror::rules::;));
                }
            }
            _ => {
                for item in &args.items {
                    raw_expr(item, out);
                }
            }
        }
    }
}

/// The entries of `allow(..)` or `.on(..)`, with what may stand around all of them.
fn entries(args: &Items, place: Place, out: &mut TokenStream) {
    for item in &args.items {
        match &item.primary {
            Primary::Call(path, inner) if path.as_word().is_some_and(|word| word == "not") => {
                path_in(&place.module(), path, Some(&quote!(())), out);
                entries(inner, place, out);
            }
            Primary::List(inner) => entries(inner, place, out),
            _ => chain(item, place, out),
        }
    }
    hole(place, out);
}

fn hole(place: Place, out: &mut TokenStream) {
    let module = place.module();
    out.extend(quote!(let _ = #module;));
}

/// `let _ = <module><path>(<values>).<method>(<values>);`: one expression of the typed API, so that an editor knows the
/// type at every dot.
fn chain(expr: &Expr, place: Place, out: &mut TokenStream) {
    match &expr.primary {
        Primary::Path(path) => open_path(&place.module(), path, out),
        Primary::Call(path, args) => {
            open_path(&place.module(), path, out);
            let args = list(args);
            out.extend(quote!((#args)));
        }
        other => {
            out.extend(quote!(let _ =));
            primary(other, out);
        }
    }
    for call in &expr.calls {
        call.dot.to_tokens(out);
        call.name.to_tokens(out);
        if let Some(args) = &call.args {
            let values = list(args);
            let slice = matches!(place, Place::Condition) && !args.items.is_empty();
            out.extend(if slice {
                quote!(([#values]))
            } else {
                quote!((#values))
            });
        }
    }
    out.extend(quote!(;));
}

/// `let _ = <receiver>.<method>();`
fn method(receiver: &TokenStream, call: &MethodCall, out: &mut TokenStream) {
    out.extend(quote!(let _ = #receiver));
    call.dot.to_tokens(out);
    if let Some(name) = &call.name {
        name.to_tokens(out);
        out.extend(quote!(()));
    }
    out.extend(quote!(;));
}

fn path_in(module: &TokenStream, path: &Path, behind: Option<&TokenStream>, out: &mut TokenStream) {
    open_path(module, path, out);
    behind.to_tokens(out);
    out.extend(quote!(;));
}

/// A path of at most two segments is looked up in the module; a longer one names its crate itself.
///
/// `rekognition::` on a line of its own above `rekognition::DetectText` is one path to a parser and two to its author,
/// who is about to type the first to its end.
fn open_path(module: &TokenStream, path: &Path, out: &mut TokenStream) {
    let mut segments = path.segments.as_slice();
    let mut tokens = path.tokens.as_slice();
    while let [service, next, ..] = segments
        && !path.leading
        && (segments.len() > 2 || path.open)
        && is_service(service)
        && is_service(next)
        // A segment and the two colons behind it.
        && let Some((first, rest)) = tokens.split_at_checked(3)
    {
        out.extend(quote!(let _ = #module #(#first)*;));
        segments = segments.get(1..).unwrap_or_default();
        tokens = rest;
    }
    let own = path.leading || segments.len() + usize::from(path.open) > 2;
    if own {
        out.extend(quote!(let _ =));
    } else {
        out.extend(quote!(let _ = #module));
    }
    out.extend(tokens.iter().cloned());
}

fn is_service(segment: &Ident) -> bool {
    segment == "aws" || (catalogue::KNOWN_SERVICES.iter()).any(|service| segment == service)
}

fn list(items: &Items) -> TokenStream {
    let mut out = TokenStream::new();
    for item in &items.items {
        expr(item, &mut out);
        out.extend(quote!(,));
    }
    out
}

fn raw_expr(item: &Expr, out: &mut TokenStream) {
    out.extend(quote!(let _ =));
    expr(item, out);
    out.extend(quote!(;));
}

fn raw(item: &Primary, out: &mut TokenStream) {
    out.extend(quote!(let _ =));
    primary(item, out);
    out.extend(quote!(;));
}

fn expr(item: &Expr, out: &mut TokenStream) {
    primary(&item.primary, out);
    for call in &item.calls {
        call.dot.to_tokens(out);
        call.name.to_tokens(out);
        if let Some(args) = &call.args {
            let values = list(args);
            out.extend(quote!((#values)));
        }
    }
}

fn primary(item: &Primary, out: &mut TokenStream) {
    match item {
        Primary::Path(path) => out.extend(path.tokens.iter().cloned()),
        Primary::Call(path, args) => {
            out.extend(path.tokens.iter().cloned());
            let values = list(args);
            out.extend(quote!((#values)));
        }
        Primary::Literal(minus, literal) => {
            minus.to_tokens(out);
            literal.to_tokens(out);
        }
        Primary::List(items) => {
            let values = list(items);
            out.extend(quote!([#values]));
        }
        Primary::Unknown(tokens, _) => {
            out.extend(tokens.clone().into_iter().filter(|token| {
                // A group keeps its delimiters and stray punctuation is harmless; a semicolon would end the statement.
                !matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';')
            }));
        }
    }
}
