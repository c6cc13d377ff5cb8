//! A token list under construction.
//!
//! An expansion of a policy is a few hundred tokens, written at every compile of every policy. A vector that becomes a
//! token stream once costs the compiler's bridge one call; appending streams to streams costs one for each.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::ToTokens;

/// Tokens in their order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tokens(pub(crate) Vec<TokenTree>);

impl Tokens {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    /// `a::b::`, each name followed by `::`.
    pub(crate) fn prefix(names: &[&str]) -> Self {
        let mut tokens = Self::with_capacity(names.len() * 3);
        for name in names {
            tokens.ident(name);
            tokens.colons();
        }
        tokens
    }

    pub(crate) fn push(&mut self, token: impl Into<TokenTree>) {
        self.0.push(token.into());
    }

    pub(crate) fn all(&mut self, tokens: &[TokenTree]) {
        self.0.extend_from_slice(tokens);
    }

    pub(crate) fn ident(&mut self, name: &str) {
        self.push(Ident::new(name, Span::call_site()));
    }

    pub(crate) fn punct(&mut self, c: char) {
        self.push(Punct::new(c, Spacing::Alone));
    }

    pub(crate) fn colons(&mut self) {
        self.push(Punct::new(':', Spacing::Joint));
        self.punct(':');
    }

    pub(crate) fn string(&mut self, text: &str) {
        self.push(Literal::string(text));
    }

    pub(crate) fn group(&mut self, delimiter: Delimiter, inside: Self) {
        self.push(Group::new(delimiter, inside.into()));
    }

    pub(crate) fn parentheses(&mut self, inside: Self) {
        self.group(Delimiter::Parenthesis, inside);
    }

    /// The same with `(<literal>)` after it.
    pub(crate) fn called_with(mut self, literal: &Literal) -> Self {
        let mut inside = Self::default();
        inside.push(literal.clone());
        self.parentheses(inside);
        self
    }
}

impl ToTokens for Tokens {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.0.iter().cloned());
    }
}

impl From<Tokens> for TokenStream {
    fn from(tokens: Tokens) -> Self {
        tokens.0.into_iter().collect()
    }
}

/// The name of an identifier, without `r#`.
pub(crate) fn unraw(ident: &Ident) -> String {
    let text = ident.to_string();
    match text.strip_prefix("r#") {
        Some(text) => text.to_string(),
        None => text,
    }
}
