//! What guarantees are about: one policy, or policies that apply together.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::quote;

use crate::dsl::errors::Errors;

/// The head of `assert_policy!`.
#[derive(Debug)]
pub(crate) enum About {
    /// It could not be read, and an error says so.
    Unread,
    /// The path of one policy, taken alone.
    One(TokenStream),
    /// The paths of policies that apply together.
    Together(Vec<TokenStream>),
}

const EXAMPLE: &str = "write, for example, `assert_policy!([POLICY, BOUNDARY]: never(rekognition::DeleteCollection))`";

impl About {
    /// Reads what is before the colon.
    pub(crate) fn read(head: TokenStream, errors: &mut Errors) -> Self {
        let mut tokens = head.clone().into_iter();
        let (list, more) = match (tokens.next(), tokens.next()) {
            (Some(TokenTree::Group(group)), more) if group.delimiter() == Delimiter::Bracket => {
                (group, more)
            }
            (None, _) => return Self::Unread,
            (Some(_), _) => return Self::One(head),
        };
        if let Some(more) = more {
            errors
                .push(more.span(), "expected `:` after the list of policies")
                .help(EXAMPLE);
            return Self::Unread;
        }
        let mut paths: Vec<TokenStream> = Vec::new();
        let mut path = TokenStream::new();
        let mut comma: Option<Span> = None;
        for token in list.stream() {
            match &token {
                TokenTree::Punct(punct) if punct.as_char() == ',' => {
                    if path.is_empty() {
                        errors
                            .push(punct.span(), "expected the name of a policy before `,`")
                            .help(EXAMPLE);
                        return Self::Unread;
                    }
                    paths.push(std::mem::take(&mut path));
                    comma = Some(punct.span());
                }
                TokenTree::Ident(_) => path.extend([token]),
                TokenTree::Punct(punct) if punct.as_char() == ':' => path.extend([token]),
                TokenTree::Punct(_) | TokenTree::Group(_) | TokenTree::Literal(_) => {
                    errors
                        .push(token.span(), "expected the name of a policy")
                        .help(EXAMPLE);
                    return Self::Unread;
                }
            }
        }
        if !path.is_empty() {
            paths.push(path);
        }
        if paths.is_empty() {
            errors
                .push(
                    comma.unwrap_or_else(|| list.span()),
                    "the list of policies is empty",
                )
                .help(EXAMPLE);
            return Self::Unread;
        }
        Self::Together(paths)
    }

    /// The paths, for editors.
    pub(crate) fn paths(&self) -> &[TokenStream] {
        match self {
            Self::Unread => &[],
            Self::One(path) => std::slice::from_ref(path),
            Self::Together(paths) => paths,
        }
    }

    /// The constant that holds the policies of a set.
    pub(crate) fn set(&self) -> TokenStream {
        match self {
            Self::Unread | Self::One(_) => TokenStream::new(),
            Self::Together(paths) => {
                let count = paths.len();
                quote! {
                    static __RI_SET: [__ri::Attached<'static>; #count] =
                        [#(__ri::prove::set::of(&#paths)),*];
                }
            }
        }
    }

    /// The call that proves that guarantees can say anything.
    pub(crate) fn says_something(&self) -> Option<TokenStream> {
        match self {
            Self::Unread | Self::Together(_) => None,
            Self::One(policy) => Some(quote!(says_something(&#policy))),
        }
    }

    /// The call that proves a guarantee.
    pub(crate) fn call(&self, function: &TokenStream, arguments: &TokenStream) -> TokenStream {
        match self {
            // Nothing is proved of it.
            Self::Unread => TokenStream::new(),
            Self::One(policy) => quote!(#function(#policy.__program(), #arguments)),
            Self::Together(_) => quote!(set::#function(&__RI_SET, #arguments)),
        }
    }
}
