//! Methods of clients in tokens that are not parsed.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};

use super::sdk::{Client, Sdk};
use super::tokens::unraw;

pub(super) fn is_punct(token: Option<&TokenTree>, expected: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == expected)
}

/// A method of a client's name in tokens: `. name (`, and `. [<list_ $what>] (`, a name that is put together.
pub(super) fn method_in(
    sdk: &Sdk,
    clients: &[Client],
    stream: TokenStream,
) -> Option<(String, Span)> {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| tokens.get(at));
        let called = matches!(tokens.get(at + 1), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis);
        let is_method = is_punct(before, '.') && called;
        match token {
            TokenTree::Group(group) => {
                if is_method
                    && group.delimiter() == Delimiter::Bracket
                    && let Some(name) = put_together(sdk, clients, group.stream())
                {
                    return Some((name, group.span()));
                }
                if let Some(found) = method_in(sdk, clients, group.stream()) {
                    return Some(found);
                }
            }
            TokenTree::Ident(ident) if is_method => {
                let name = unraw(ident);
                if sdk.clients_with(clients, &name).next().is_some() {
                    return Some((name, ident.span()));
                }
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    None
}

/// A name that `paste!` puts together, `<list_ $what>`, when a client's method may have it.
fn put_together(sdk: &Sdk, clients: &[Client], stream: TokenStream) -> Option<String> {
    let mut pattern = String::new();
    let mut tokens = stream.into_iter();
    if !is_punct(tokens.next().as_ref(), '<') {
        return None;
    }
    let mut open = false;
    for token in tokens {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '$' => open = true,
            // `$what:snake` changes the letters of a parameter.
            TokenTree::Punct(_) => {}
            TokenTree::Ident(_) if std::mem::take(&mut open) => pattern.push('*'),
            TokenTree::Ident(ident) => {
                if !matches!(
                    ident.to_string().as_str(),
                    "snake" | "lower" | "upper" | "camel"
                ) {
                    pattern.push_str(&unraw(&ident));
                }
            }
            TokenTree::Literal(_) | TokenTree::Group(_) => pattern.push('*'),
        }
    }
    let may_be = |method: &str| rekognition_iam_runtime::glob::matches(&pattern, method, false);
    (clients.iter())
        .any(|&client| {
            sdk.operations(client).any(|op| may_be(op.method)) || sdk.waiters(client).any(may_be)
        })
        .then_some(pattern)
}
