//! The procedural macros of `rekognition-iam`: tokens in, [`rekognition_iam_codegen`] called, tokens out.
//!
//! Use them through the crate `rekognition-iam`, which documents them.

use proc_macro::TokenStream;
use proc_macro2::TokenTree;
use rekognition_iam_codegen::dsl;
use rekognition_iam_runtime::PolicyKind;

macro_rules! policies {
    ($($kind:ident $name:ident $type:ident $constructor:ident)*) => {$(
        /// What the facade's macro of this name calls, with its own path in brackets and the input in others.
        #[proc_macro]
        pub fn $name(input: TokenStream) -> TokenStream {
            expand(PolicyKind::$kind, input)
        }
    )*};
}

rekognition_iam_runtime::__kinds!(policies);

/// What an editor sees of the input of each of them. The facade's macros call it next to the other one, for editors only.
#[proc_macro]
pub fn mirror(input: TokenStream) -> TokenStream {
    let (facade, input) = facade(input);
    dsl::mirror(&facade, input).into()
}

/// The same of the input of `assert_policy!`.
#[cfg(feature = "evaluate")]
#[proc_macro]
pub fn mirror_guarantees(input: TokenStream) -> TokenStream {
    let (facade, input) = facade(input);
    dsl::mirror_guarantees(&facade, input).into()
}

/// What the facade's macro of this name calls, with its own path in brackets and the input in others.
#[cfg(feature = "json")]
#[proc_macro]
pub fn include_policy(input: TokenStream) -> TokenStream {
    let (facade, input) = facade(input);
    dsl::include::expand(&facade, input, |path| {
        let directory = std::env::var_os("CARGO_MANIFEST_DIR")
            .ok_or("the directory of the package is not known: build with cargo")?;
        std::fs::read_to_string(std::path::Path::new(&directory).join(path))
            .map_err(|error| dsl::include::reason(&error))
    })
    .into()
}

/// What the facade's macro of this name calls, with its own path in brackets and the input in others.
#[cfg(feature = "evaluate")]
#[proc_macro]
pub fn assert_policy(input: TokenStream) -> TokenStream {
    let (facade, input) = facade(input);
    dsl::expand_assert(&facade, input, |one, other| {
        // The compiler's own spans, which there always are inside a macro.
        let (one, other) = (one.unwrap(), other.unwrap());
        // What has no token of the author's has its place in the facade, and is reported where the macro begins.
        one.file() != other.file() || one.line() == other.line()
    })
    .into()
}

fn expand(kind: PolicyKind, input: TokenStream) -> TokenStream {
    let (facade, input) = facade(input);
    dsl::expand_with(kind, &facade, input, literal).into()
}

/// A literal of a JSON text, as a raw string if the text cannot end one. JSON has no control characters.
fn literal(json: &str) -> proc_macro2::TokenStream {
    let is_raw = json.is_ascii() && !json.contains('#');
    let raw = is_raw.then(|| format!("r#\"{json}\"#").parse::<proc_macro::Literal>());
    let literal = match raw {
        Some(Ok(literal)) => literal,
        Some(Err(_)) | None => proc_macro::Literal::string(json),
    };
    TokenStream::from(proc_macro::TokenTree::from(literal)).into()
}

/// The path of the facade, and what the author wrote.
fn facade(input: TokenStream) -> (proc_macro2::TokenStream, proc_macro2::TokenStream) {
    let mut input = proc_macro2::TokenStream::from(input).into_iter();
    let mut inside = || match input.next() {
        Some(TokenTree::Group(group)) => group.stream(),
        _ => proc_macro2::TokenStream::new(),
    };
    (inside(), inside())
}
