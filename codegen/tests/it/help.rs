//! What an error offers can be written: each piece of code in a `help:` of the compile-fail cases is read by the macro itself, in
//! some place of the language, without an error about how it is written.

#![cfg(all(feature = "services", feature = "evaluate"))]

use std::collections::BTreeSet;
use std::path::Path;

use proc_macro2::TokenStream;
use rekognition_iam_codegen::dsl::{evaluate, expand_assert};
use rekognition_iam_runtime::check::Rule;
use rekognition_iam_runtime::document::PolicyKind;

/// Every place of the language that a piece of code may be meant for. `¤` is the piece.
const PLACES: &[(PolicyKind, &str)] = &[
    (PolicyKind::Identity, "allow(¤).on_any()"),
    (PolicyKind::Identity, "allow(rekognition::IndexFaces).on(¤)"),
    (
        PolicyKind::Identity,
        "allow(rekognition::IndexFaces).on_any().when(¤)",
    ),
    (
        PolicyKind::Identity,
        "allow(rekognition::IndexFaces).on_any().when(¤.string_equals(\"a\"))",
    ),
    (
        PolicyKind::Identity,
        "allow(rekognition::IndexFaces).on_any().when(¤.for_any_value().string_equals(\"a\"))",
    ),
    (
        PolicyKind::Identity,
        "allow(rekognition::IndexFaces).on_any().when(¤.bool(true))",
    ),
    (
        PolicyKind::Identity,
        "allow(rekognition::IndexFaces).on_any().when(aws::PrincipalArn.string_equals(¤))",
    ),
    (PolicyKind::Identity, "allow(rekognition::IndexFaces)¤"),
    (
        PolicyKind::Identity,
        "allow(rekognition::IndexFaces).on_any()¤",
    ),
    (
        PolicyKind::Identity,
        "allow(rekognition::IndexFaces).on_any().when(aws::PrincipalArn.string_equals(\"a\")¤)",
    ),
    (
        PolicyKind::Identity,
        "allow(rekognition::IndexFaces).on_any().when(aws::CalledVia¤.string_equals(\"a\"))",
    ),
    (
        PolicyKind::Identity,
        "allow(rekognition::IndexFaces).on(rekognition::collection(\"*\", \"*\", \"a\")¤)",
    ),
    (
        PolicyKind::Resource,
        "allow(sns::Publish)¤.on(sns::topic(\"us-east-1\", \"123456789012\", \"done\"))",
    ),
    (
        PolicyKind::Resource,
        "allow(sns::Publish).to(¤).on(sns::topic(\"us-east-1\", \"123456789012\", \"done\"))",
    ),
    (
        PolicyKind::Identity,
        "allow(rekognition::IndexFaces).on(rekognition::collection(\"*\", \"*\", \"a\"), rekognition::project(\"*\", \"*\", \"a\", \"*\"))¤",
    ),
    (
        PolicyKind::Identity,
        "¤, allow(rekognition::DetectText).on_any()",
    ),
    (PolicyKind::Identity, "¤"),
    (
        PolicyKind::Identity,
        "allow(rekognition::DetectText).on_any().when(aws::SourceVpc¤)",
    ),
    (PolicyKind::Identity, "¤.on_any()"),
    (PolicyKind::RoleTrust, "allow(sts::AssumeRole).to(¤)"),
];

/// Code that the macros of policies do not read.
const OTHER: [&str; 2] = [
    // The name of a macro, with a file.
    "include_policy!(\"policies/indexer.json\")",
    // Of the crate next to the macros, with a role to be put in.
    "companion::pass_role(..)",
];

#[test]
fn code_in_help_can_be_written() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/ui");
    let mut pieces = BTreeSet::new();
    for directory in ["fail", "default"] {
        for file in std::fs::read_dir(tests.join(directory)).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|end| end == "stderr") {
                let text = std::fs::read_to_string(&path).unwrap();
                for line in text.lines() {
                    if let Some(help) = line.trim_start().strip_prefix("help: ") {
                        // `default` is a build without the table of all services, where such a name has to be vouched for.
                        let known = |piece: &&str| {
                            directory == "default"
                                && cfg!(feature = "all-services")
                                && piece.starts_with("unlisted(")
                        };
                        pieces.extend(code(help).filter(|piece| !known(piece)).map(str::to_string));
                    }
                }
            }
        }
    }
    assert!(pieces.len() > 60, "only {} pieces of code", pieces.len());
    let wrong: Vec<_> = (pieces.iter())
        .filter(|piece| !OTHER.contains(&piece.as_str()) && !can_stand_somewhere(piece))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What is between backticks and is Rust: a path, a call or a string. A text of IAM has one colon, and `..` is not a code but
/// a place for some.
fn code(help: &str) -> impl Iterator<Item = &str> {
    help.split('`')
        .skip(1)
        .step_by(2)
        .filter(|piece| piece.contains("::") || piece.contains('(') || piece.starts_with('"'))
        // An ARN without an account or a region has two colons as well, and so have an address and a CloudFormation parameter.
        .filter(|piece| {
            !piece.contains("..")
                && !piece.starts_with("arn:")
                && !piece.starts_with("${")
                && !piece.starts_with(|c: char| c.is_ascii_digit())
        })
}

fn can_stand_somewhere(piece: &str) -> bool {
    PLACES.iter().any(|(kind, place)| {
        let Ok(tokens) = place.replace('¤', piece).parse::<TokenStream>() else {
            return false;
        };
        // What the rules say about the policy around it is not about the piece; that a name does not exist is.
        (evaluate(*kind, tokens).diagnostics.iter()).all(|diagnostic| match diagnostic.id() {
            None => !diagnostic.denied,
            Some(id) => Rule::find(id).is_none() || !is_about_names(id),
        })
    }) || is_guarantee(piece)
}

fn is_about_names(id: &str) -> bool {
    matches!(
        id,
        "INVALID_ACTION"
            | "INVALID_SERVICE"
            | "INVALID_SERVICE_IN_ACTION"
            | "INVALID_GLOBAL_CONDITION_KEY"
            | "INVALID_SERVICE_CONDITION_KEY"
            | "REKOGNITION_IAM_ACTION_FORMAT"
            | "REKOGNITION_IAM_ACTION_PATTERN_MATCHES_NOTHING"
    )
}

fn is_guarantee(piece: &str) -> bool {
    let input = match piece.strip_prefix("assert_policy!(") {
        Some(rest) => rest.strip_suffix(')').unwrap_or(rest).to_string(),
        None if piece.starts_with('.') => format!(
            "POLICY: denies(rekognition::IndexFaces).on(rekognition::collection(\"us-east-1\", \"123456789012\", \"a\")){piece}"
        ),
        None => format!("POLICY: {piece}"),
    };
    input.parse::<TokenStream>().is_ok_and(|tokens| {
        let facade: TokenStream = "rekognition_iam".parse().unwrap();
        !(expand_assert(&facade, tokens, |_, _| true).to_string()).contains("compile_error")
    })
}
