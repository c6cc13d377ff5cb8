//! The procedural macros of `rekognition-iam`: tokens in, [`rekognition_iam_codegen`] called, tokens out.
//!
//! Use them through the crate `rekognition-iam`, which documents them.

use proc_macro::TokenStream;
use proc_macro2::TokenTree;
use rekognition_iam_codegen::dsl;
use rekognition_iam_runtime::PolicyKind;

macro_rules! policies {
    ($($name:ident $kind:ident)*) => {$(
        /// What the facade's macro of this name calls, with its own path in brackets before the input.
        #[proc_macro]
        pub fn $name(input: TokenStream) -> TokenStream {
            expand(PolicyKind::$kind, input)
        }
    )*};
}

policies! {
    policy Identity
    trust_policy RoleTrust
    project_policy Project
    resource_policy Resource
    session_policy Session
    permissions_boundary PermissionsBoundary
    service_control_policy ServiceControl
    resource_control_policy ResourceControl
}

fn expand(kind: PolicyKind, input: TokenStream) -> TokenStream {
    let mut input = proc_macro2::TokenStream::from(input).into_iter();
    let facade = match input.next() {
        Some(TokenTree::Group(facade)) => facade.stream(),
        _ => proc_macro2::TokenStream::new(),
    };
    dsl::expand(kind, &facade, input.collect()).into()
}
