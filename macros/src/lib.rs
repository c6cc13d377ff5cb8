//! The procedural macros of `rekognition-iam`: tokens in, [`rekognition_iam_codegen`] called, tokens out.
//!
//! Use them through the crate `rekognition-iam`, which documents them.

use proc_macro::TokenStream;
use proc_macro2::TokenTree;

/// What the facade's `policy!` calls, with its own path in brackets before the input.
#[proc_macro]
pub fn policy(input: TokenStream) -> TokenStream {
    let mut input = proc_macro2::TokenStream::from(input).into_iter();
    let facade = match input.next() {
        Some(TokenTree::Group(facade)) => facade.stream(),
        _ => proc_macro2::TokenStream::new(),
    };
    rekognition_iam_codegen::dsl::expand(&facade, input.collect()).into()
}
