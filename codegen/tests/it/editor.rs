//! What an editor needs of the expansion, tested without an editor.
//!
//! rust-analyzer expands a macro call twice: as it is, and with a marker identifier at the cursor. It looks for the
//! marker in the second expansion, by span and by text, and goes on at the same offset of the first. So the marker must
//! come out as an identifier, all that is before it must not depend on it, and the first expansion must reach as
//! far. What stands just before the marker decides what is offered there.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;
use rekognition_iam_codegen::dsl::{expand, expand_assert, mirror, mirror_guarantees};
use rekognition_iam_runtime::document::PolicyKind;

const MARKER: &str = "raCompletionMarker";

/// An input of `policy!` with `$0` at the cursor, and the tokens that must be before the marker in the mirror.
const PLACES: &[(&str, &str)] = &[
    // The top level.
    ("$0", "__ri::statements::"),
    ("al$0", "__ri::statements::"),
    (
        "allow(rekognition::DetectText).on_any(), $0",
        "__ri::statements::",
    ),
    (
        "$0 allow(rekognition::DetectText).on_any()",
        "__ri::statements::",
    ),
    (
        "allow(rekognition::DetectText).on_any(), de$0, allow(rekognition::DetectFaces).on_any()",
        "__ri::statements::",
    ),
    (
        "al$0(rekognition::DetectText).on_any()",
        "__ri::statements::",
    ),
    // Actions.
    ("allow($0)", "__ri::actions::"),
    ("allow($0).on_any()", "__ri::actions::"),
    ("allow(rek$0)", "__ri::actions::"),
    ("allow(rekognition::$0)", "__ri::actions::rekognition::"),
    (
        "allow(rekognition::$0).on_any()",
        "__ri::actions::rekognition::",
    ),
    (
        "allow(rekognition::Det$0).on_any()",
        "__ri::actions::rekognition::",
    ),
    (
        "allow(rekognition::DetectText, $0).on_any()",
        "__ri::actions::",
    ),
    (
        "allow(rekognition::DetectText, rekognition::$0).on_any()",
        "__ri::actions::rekognition::",
    ),
    (
        "allow($0, rekognition::DetectText).on_any()",
        "__ri::actions::",
    ),
    (
        "allow(rekognition::$0, rekognition::DetectText).on_any()",
        "__ri::actions::rekognition::",
    ),
    (
        "allow(rekognition::A, $0, rekognition::B).on_any()",
        "__ri::actions::",
    ),
    (
        "allow(rekognition::A, rekognition::$0, rekognition::B).on_any()",
        "__ri::actions::rekognition::",
    ),
    (
        "allow(rekognition::DetectLabls, rekognition::Detect$0).on_any()",
        "__ri::actions::rekognition::",
    ),
    (
        "allow(rekogniton::$0).on_any()",
        "__ri::actions::rekogniton::",
    ),
    (
        "allow(rekognition::DetectText $0).on_any()",
        "__ri::actions::",
    ),
    (
        "allow(rekognition::DetectText rekognition::$0).on_any()",
        "__ri::actions::rekognition::",
    ),
    (
        "allow(rekognition::$0 rekognition::DetectText).on_any()",
        "__ri::actions::rekognition::",
    ),
    (
        "allow(rekognition::DetectText, rekognition::$0 rekognition::DetectFaces, rekognition::A)",
        "__ri::actions::rekognition::",
    ),
    (
        "allow(rekognition::$0 s3::GetObject).on_any()",
        "__ri::actions::rekognition::",
    ),
    ("allow(ri::rekognition::$0).on_any()", "ri::rekognition::"),
    (
        "allow(::rekognition_iam::rekognition::Det$0).on_any()",
        "::rekognition_iam::rekognition::",
    ),
    (
        "allow(\"rekognition:DetectText\", $0).on_any()",
        "__ri::actions::",
    ),
    (
        "allow(+ rekognition::DetectText, rekognition::$0).on_any()",
        "__ri::actions::rekognition::",
    ),
    ("allow(not($0)).on_any()", "__ri::actions::"),
    (
        "allow(not(rekognition::$0)).on_any()",
        "__ri::actions::rekognition::",
    ),
    (
        "allow(not(rekognition::DetectText, $0)).on_any()",
        "__ri::actions::",
    ),
    ("allow(no$0).on_any()", "__ri::actions::"),
    ("allow([$0]).on_any()", "__ri::actions::"),
    (
        "allow([rekognition::DetectText, rekognition::$0]).on_any()",
        "__ri::actions::rekognition::",
    ),
    (
        "allow(rekognition::mat$0(\"Describe*\")).on_any()",
        "__ri::actions::rekognition::",
    ),
    ("nonsense(rekognition::$0)", "__ri::actions::rekognition::"),
    // Methods of a statement.
    ("allow(rekognition::DetectText).$0", "__ri::STATEMENT."),
    ("allow(rekognition::DetectText).on$0", "__ri::STATEMENT."),
    (
        "allow(rekognition::DetectText).$0, deny(rekognition::DetectFaces).on_any()",
        "__ri::STATEMENT.",
    ),
    (
        "allow(rekognition::DetectText).on_any().$0",
        "__ri::STATEMENT.",
    ),
    (
        "allow(rekognition::DetectText).on_any().wh$0(aws::SourceVpc.null(true))",
        "__ri::STATEMENT.",
    ),
    (
        "allow(rekognition::DetectText).$0.sid(\"A\")",
        "__ri::STATEMENT.",
    ),
    ("allow().$0", "__ri::STATEMENT."),
    // Principals.
    ("allow(sts::AssumeRole).to($0)", "__ri::principals::"),
    ("allow(sts::AssumeRole).to(ser$0)", "__ri::principals::"),
    ("allow(sts::AssumeRole).to(not($0))", "__ri::principals::"),
    (
        "allow(sts::AssumeRole).to(service(\"rekognition.amazonaws.com\"), $0)",
        "__ri::principals::",
    ),
    (
        "allow(sts::AssumeRole).to(acc$0(\"123456789012\"))",
        "__ri::principals::",
    ),
    (
        "allow(sts::AssumeRole).to($0).on_any()",
        "__ri::principals::",
    ),
    // Resources.
    ("allow(rekognition::IndexFaces).on($0)", "__ri::resources::"),
    (
        "allow(rekognition::IndexFaces).on(rek$0)",
        "__ri::resources::",
    ),
    (
        "allow(rekognition::IndexFaces).on(rekognition::$0)",
        "__ri::resources::rekognition::",
    ),
    (
        "allow(rekognition::IndexFaces).on(rekognition::col$0)",
        "__ri::resources::rekognition::",
    ),
    (
        "allow(rekognition::IndexFaces).on(rekognition::col$0(\"*\", \"*\", \"a\"))",
        "__ri::resources::rekognition::",
    ),
    (
        "allow(rekognition::IndexFaces).on(rekognition::collection(\"*\", \"*\", \"a\"), $0)",
        "__ri::resources::",
    ),
    (
        "allow(rekognition::IndexFaces).on($0, rekognition::collection(\"*\", \"*\", \"a\"))",
        "__ri::resources::",
    ),
    (
        "allow(rekognition::IndexFaces).on(rekognition::collection(\"*\", \"*\", \"a\").$0)",
        ").",
    ),
    (
        "allow(rekognition::IndexFaces).on(rekognition::collection(\"*\", \"*\", \"a\").par$0)",
        ").",
    ),
    (
        "allow(rekognition::IndexFaces).on(rekognition::collection(self.ids[$0], \"*\", \"a\"))",
        "self.ids[",
    ),
    (
        "allow(rekognition::IndexFaces).on(rekognition::collection(ids[nu$0], \"*\", \"a\"))",
        "ids[",
    ),
    (
        "allow(rekognition::IndexFaces).on(rekognition::collection(pair.0.re$0, \"*\", \"a\"))",
        "pair.0.",
    ),
    (
        "allow(rekognition::IndexFaces).on(pairs[0].1, rekognition::$0)",
        "__ri::resources::rekognition::",
    ),
    (
        "allow(rekognition::IndexFaces).on(not($0))",
        "__ri::resources::",
    ),
    (
        "allow(rekognition::IndexFaces).on([rekognition::$0])",
        "__ri::resources::rekognition::",
    ),
    (
        "allow().on(rekognition::$0 rekognition::collection(\"*\", \"*\", \"a\"))",
        "__ri::resources::rekognition::",
    ),
    (
        "allow().on(rekognition::$0)",
        "__ri::resources::rekognition::",
    ),
    (
        "allow(rekognition::Nothing).on(rekognition::nothing(), rekognition::$0)",
        "__ri::resources::rekognition::",
    ),
    // Conditions.
    (
        "allow(rekognition::DetectText).on_any().when($0)",
        "__ri::keys::",
    ),
    (
        "allow(rekognition::DetectText).on_any().when(a$0)",
        "__ri::keys::",
    ),
    (
        "allow(rekognition::DetectText).on_any().when(aws::$0)",
        "__ri::keys::aws::",
    ),
    (
        "allow(rekognition::DetectText).on_any().when(aws::Source$0)",
        "__ri::keys::aws::",
    ),
    (
        "allow(rekognition::DetectText).on_any().when(aws::SourceVpc.$0)",
        "__ri::keys::aws::SourceVpc.",
    ),
    (
        "allow(rekognition::DetectText).on_any().when(aws::SourceVpc.string_$0)",
        "__ri::keys::aws::SourceVpc.",
    ),
    (
        "allow(rekognition::DetectText).on_any().when(aws::SourceVpc.string_$0(\"vpc-1\"))",
        "__ri::keys::aws::SourceVpc.",
    ),
    (
        "allow(rekognition::DetectText).on_any().when(aws::SourceVpc.string_equals(\"vpc-1\").$0)",
        ").",
    ),
    (
        "allow(rekognition::DetectText).on_any().when(aws::TagKeys.for_any_value().$0)",
        ").",
    ),
    (
        "allow(rekognition::DetectText).on_any().when(aws::PrincipalTag(\"team\").$0)",
        ").",
    ),
    (
        "allow(rekognition::DetectText).on_any().when(aws::Princ$0(\"team\").string_equals(\"a\"))",
        "__ri::keys::aws::",
    ),
    (
        "allow(rekognition::DetectText).on_any().when(aws::SourceVpc.null(true), $0)",
        "__ri::keys::",
    ),
    (
        "allow(rekognition::DetectText).on_any().when(aws::SourceVpc.null(true), aws::$0)",
        "__ri::keys::aws::",
    ),
    (
        "allow(rekognition::DetectText).on_any().when($0, aws::SourceVpc.null(true))",
        "__ri::keys::",
    ),
    (
        "allow(rekognition::DetectText).on_any().when(aws::$0, aws::SourceVpc.null(true))",
        "__ri::keys::aws::",
    ),
    (
        "allow(rekognition::DetectText).on_any().when(aws::Nothing.nothing(), aws::$0)",
        "__ri::keys::aws::",
    ),
    (
        "allow(rekognition::DetectText).on_any().when(aws::$0 aws::SourceVpc.null(true))",
        "__ri::keys::aws::",
    ),
    (
        "allow(rekognition::DetectText).on_any().when(aws::SourceIp.$0 aws::SourceVpc.null(true))",
        "__ri::keys::aws::SourceIp.",
    ),
    (
        "allow(rekognition::DetectText).$0 deny(rekognition::DetectFaces).on_any()",
        "__ri::STATEMENT.",
    ),
    (
        "allow(rekognition::DetectText).on_any().when(aws::SourceVpc.null(true) aws::$0)",
        "__ri::keys::aws::",
    ),
    // Rules to accept.
    (
        "allow(rekognition::DetectText).on_any().accept($0)",
        "__ri::rules::",
    ),
    (
        "allow(rekognition::DetectText).on_any().accept(INV$0)",
        "__ri::rules::",
    ),
    (
        "allow(rekognition::DetectText).on_any().accept(INV$0, \"why\")",
        "__ri::rules::",
    ),
    // Behind other mistakes.
    (
        "allow(rekognition::DetectText).on_any(),, allow(rekognition::$0)",
        "__ri::actions::rekognition::",
    ),
    (
        "allow(rekognition::), allow(rekognition::$0)",
        "__ri::actions::rekognition::",
    ),
    ("?, allow(rekognition::$0)", "__ri::actions::rekognition::"),
    (
        "allow(format!(\"x\"), rekognition::$0)",
        "__ri::actions::rekognition::",
    ),
    (
        "allow(rekognition:DetectText, rekognition::$0)",
        "__ri::actions::rekognition::",
    ),
    (
        "allow(rekognition::*, rekognition::$0)",
        "__ri::actions::rekognition::",
    ),
    (
        "let a = 1; allow(rekognition::DetectText), allow(rekognition::$0)",
        "__ri::actions::rekognition::",
    ),
    (
        "allow(rekognition::DetectText).on_any().sid(\"not legal\"), allow(rekognition::$0)",
        "__ri::actions::rekognition::",
    ),
];

fn expansion(source: &str) -> TokenStream {
    expand(
        PolicyKind::Identity,
        &quote!(::rekognition_iam),
        source.parse().unwrap(),
    )
}

fn mirrored(source: &str) -> TokenStream {
    mirror(&quote!(::rekognition_iam), source.parse().unwrap())
}

/// All tokens in their order, groups taken apart.
fn flat(tokens: TokenStream, out: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                out.push(open.to_string());
                flat(group.stream(), out);
                out.push(close.to_string());
            }
            token => out.push(token.to_string()),
        }
    }
}

fn tokens(expansion: TokenStream) -> Vec<String> {
    let mut out = Vec::new();
    flat(expansion, &mut out);
    out
}

/// Where the mirror's tokens lie.
fn inside(tokens: &[String]) -> std::ops::Range<usize> {
    let start = tokens.iter().position(|token| token == "__mirror").unwrap() + 2;
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(start) {
        match token.as_str() {
            "{" => depth += 1,
            "}" => {
                depth -= 1;
                if depth == 0 {
                    return start..at;
                }
            }
            _ => {}
        }
    }
    panic!("the mirror does not end");
}

#[test]
fn the_marker_survives_where_something_can_be_typed() {
    for (source, before) in PLACES {
        let without = tokens(mirrored(&source.replace("$0", "")));
        let with = tokens(mirrored(&source.replace("$0", MARKER)));
        let mirror = inside(&with);
        let Some(at) = with[mirror.clone()]
            .iter()
            .position(|token| token.ends_with(MARKER))
        else {
            panic!("{source}: the marker is lost");
        };
        let at = mirror.start + at;
        assert_eq!(
            with[..at],
            without[..at],
            "{source}: what stands before the marker depends on it"
        );
        assert!(
            at < without.len(),
            "{source}: the expansion ends before the cursor"
        );
        // The beginning of a name stays where the editor looks for it.
        if with[at] != MARKER {
            assert_eq!(with[at], format!("{}{MARKER}", without[at]), "{source}");
        }
        let found = with[..at].concat();
        assert!(found.ends_with(before), "{source}: found `{found}`");
    }
}

/// The spans of the mirror are those of the input: an editor goes by them.
#[test]
fn every_name_keeps_its_span() {
    fn names(tokens: TokenStream, out: &mut Vec<(String, std::ops::Range<usize>)>) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => names(group.stream(), out),
                TokenTree::Ident(ident) => out.push((ident.to_string(), ident.span().byte_range())),
                _ => {}
            }
        }
    }
    for source in [
        r#"allow(rekognition::IndexFaces, rekognition::all()).on(rekognition::collection("*", "*", "a").partition("aws")).when(aws::PrincipalTag("t").string_like("a").if_exists()).sid("A")"#,
        r#"allow(rekognition::DetectLabls).onany().when(aws::Foo.bar(baz)), x y, .z"#,
        "deny(not(rekognition::IndexFaces)).on(not(s3::bucket(\"b\"))).accept(INVALID_ACTION, \"w\")",
    ] {
        let input: TokenStream = source.parse().unwrap();
        let mut typed = Vec::new();
        names(input, &mut typed);
        let mut found = Vec::new();
        names(mirrored(source), &mut found);
        for name in typed {
            assert!(found.contains(&name), "{source}: {name:?} is lost");
        }
    }
}

/// An unfinished token is inside a macro call. The expansion that rustc sees has no mirror.
#[test]
fn the_mirror_is_for_editors_alone() {
    let source = "allow(rekognition::DetectText).on_any()";
    let text = mirrored(source).to_string();
    let head = "use :: rekognition_iam :: __private as __ri ; __ri :: __mirror ! {";
    assert!(text.starts_with(head) && text.ends_with("; }"), "{text}");
    let text = expansion(source).to_string();
    assert!(
        !text.contains("__mirror") && !text.contains("on_any"),
        "{text}"
    );
}

/// The same of guarantees. Next to it is an import of the same name.
#[test]
fn the_mirror_of_guarantees_is_for_editors_alone() {
    let source = "POLICY: never(rekognition::DeleteCollection)";
    let facade = quote!(::rekognition_iam);
    let text = mirror_guarantees(&facade, source.parse().unwrap()).to_string();
    let head = "{ use :: rekognition_iam :: __private as __ri ; __ri :: __mirror ! { POLICY ;";
    assert!(text.starts_with(head) && text.ends_with("} }"), "{text}");
    assert!(text.contains("__ri :: guarantees :: never"), "{text}");
    let text = expand_assert(&facade, source.parse().unwrap(), |_, _| true).to_string();
    assert!(!text.contains("__mirror"), "{text}");
}

/// The names that are right are used, and the value is an error: to rustc it has every type, so one mistake is one error.
#[test]
fn a_wrong_policy_has_every_type() {
    for source in [
        "",
        "allow()",
        "allow(rekognition::DetectLabls).on_any()",
        "?",
    ] {
        let tokens = tokens(expansion(source));
        let errors = || {
            tokens
                .iter()
                .enumerate()
                .filter(|(_, token)| *token == "compile_error")
        };
        let (last, _) = errors().next_back().unwrap();
        let (before, value) = tokens.split_at(last);
        assert!(
            before
                .concat()
                .contains(r#"let_=__ri::identity("","",false&&__ri::typed(["#),
            "{source}: {}",
            tokens.concat()
        );
        assert!(before.concat().ends_with(";::core::"), "{source}");
        assert!(
            value.concat().ends_with(")}") && !value.contains(&";".to_string()),
            "{source}: {}",
            value.concat()
        );
    }
}

/// An editor expands at every keystroke and compares.
#[test]
fn the_expansion_is_the_same_each_time() {
    for (source, _) in PLACES {
        let source = source.replace("$0", "");
        assert_eq!(tokens(mirrored(&source)), tokens(mirrored(&source)));
        assert_eq!(tokens(expansion(&source)), tokens(expansion(&source)));
    }
}
