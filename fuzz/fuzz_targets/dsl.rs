//! The input of `policy!`: the front end of the macro, outside of a compiler.

#![no_main]

use std::str::FromStr;

use libfuzzer_sys::fuzz_target;
use proc_macro2::TokenStream;
use rekognition_iam_codegen::dsl::{evaluate, expand};
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::json;

fuzz_target!(|text: &str| {
    // What is no Rust never reaches a macro. Long input says nothing more, and rustc limits its depth.
    if text.len() > 16_384 || depth(text) > 64 {
        return;
    }
    let Ok(input) = TokenStream::from_str(text) else {
        return;
    };
    let facade = TokenStream::from_str("::rekognition_iam").expect("a path");
    for kind in [PolicyKind::Identity, PolicyKind::Resource] {
        let expansion = expand(kind, &facade, input.clone()).to_string();
        // As text, two tokens may read as the beginning of a comment; rustc gets the tokens themselves.
        if !text.contains('/') {
            TokenStream::from_str(&expansion).expect("the expansion is Rust");
        }
        let evaluated = evaluate(kind, input.clone());
        if !evaluated.is_denied() && evaluated.parameters.is_empty() {
            let written = json::to_minified(&evaluated.document);
            let read = json::read(&written).expect("what is accepted is a policy");
            assert_eq!(json::to_minified(&read), written);
        }
    }
});

fn depth(text: &str) -> usize {
    let (mut depth, mut most) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        most = most.max(depth);
    }
    most
}
