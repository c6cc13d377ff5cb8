//! Everything that a document may hold can be said in the language, also what only older or odd documents hold.

use std::str::FromStr;

use proc_macro2::TokenStream;
use rekognition_iam_codegen::dsl;
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::json::to_minified;

const ACTION: &str = r#""Action":"rekognition:DetectLabels""#;
const ANY: &str = r#""Action":"rekognition:DetectLabels","Resource":"*""#;

fn evaluate(kind: PolicyKind, source: &str) -> (String, Vec<String>) {
    let evaluated = dsl::evaluate(kind, TokenStream::from_str(source).unwrap());
    let denied = (evaluated.diagnostics.iter())
        .filter(|diagnostic| diagnostic.denied)
        .map(|diagnostic| diagnostic.id().unwrap_or(&diagnostic.message).to_string());
    let json = (evaluated.document.as_ref()).map_or_else(String::new, to_minified);
    (json, denied.collect())
}

/// The language's own errors; what the rules say is not looked at.
fn own_errors(kind: PolicyKind, source: &str) -> Vec<String> {
    let evaluated = dsl::evaluate(kind, TokenStream::from_str(source).unwrap());
    (evaluated.diagnostics.into_iter())
        .filter(|diagnostic| diagnostic.id().is_none())
        .map(|diagnostic| diagnostic.message)
        .collect()
}

#[test]
fn says_it() {
    let identity = |statement: &str| {
        format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow",{statement}}}]}}"#)
    };
    let cases = [
        (
            r#"version("2008-10-17"), id("photos"), allow(rekognition::DetectLabels).on_any()"#,
            format!(
                r#"{{"Version":"2008-10-17","Id":"photos","Statement":[{{"Effect":"Allow",{ANY}}}]}}"#
            ),
        ),
        (
            "no_version(), only(allow(rekognition::DetectLabels).on_any())",
            format!(r#"{{"Statement":{{"Effect":"Allow",{ANY}}}}}"#),
        ),
        (
            "allow(rekognition::DetectLabels).no_resource()",
            identity(ACTION),
        ),
        (
            "deny([]).on(not([]))",
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":[],"NotResource":[]}]}"#
                .to_string(),
        ),
        (
            "allow(rekognition::DetectLabels).on_any().when([])",
            identity(&format!(r#"{ANY},"Condition":{{}}"#)),
        ),
        (
            r#"allow(rekognition::DetectLabels).on_any().when(operator("Bool"))"#,
            identity(&format!(r#"{ANY},"Condition":{{"Bool":{{}}}}"#)),
        ),
        (
            r#"allow(rekognition::DetectLabels).on_any().when(
                aws::SourceVpc.operator("stringequals", "vpc-1"),
                "aws:SourceVpc".operator("StringEquals", ["vpc-1"]),
                aws::SecureTransport.bool(json(true)),
                aws::MultiFactorAuthAge.numeric_less_than(json(-1.50e3), json(3600)),
                aws::SourceIp.ip_address([]),
                "aws:sourcevpc".string_equals("vpc-2"),
            )"#,
            identity(&format!(
                r#"{ANY},"Condition":{{"stringequals":{{"aws:SourceVpc":"vpc-1"}},"StringEquals":{{"aws:SourceVpc":["vpc-1"],"aws:sourcevpc":"vpc-2"}},"Bool":{{"aws:SecureTransport":true}},"NumericLessThan":{{"aws:MultiFactorAuthAge":[-1.50e3,3600]}},"IpAddress":{{"aws:SourceIp":[]}}}}"#
            )),
        ),
        (
            "allow(\"x:\u{f0000}\").on(\"\u{f0001}\")",
            identity("\"Action\":\"x:\u{f0000}\",\"Resource\":\"\u{f0001}\""),
        ),
    ];
    for (source, json) in cases {
        assert_eq!(evaluate(PolicyKind::Identity, source).0, json);
        assert_eq!(
            own_errors(PolicyKind::Identity, source),
            [""; 0],
            "{source}"
        );
    }
}

#[test]
fn says_principals() {
    let cases = [
        (
            r#".to(["123456789012"], service("a.amazonaws.com"), [federated("b"), federated("c")])"#,
            r#","Principal":{"AWS":["123456789012"],"Service":"a.amazonaws.com","Federated":["b","c"]}"#,
        ),
        (
            r#".to([service("a.amazonaws.com"), account("123456789012")])"#,
            r#","Principal":{"Service":["a.amazonaws.com"],"AWS":["arn:aws:iam::123456789012:root"]}"#,
        ),
        (r#".to("*")"#, r#","Principal":{"AWS":"*"}"#),
        (".to(anyone())", r#","Principal":"*""#),
        (".to([])", r#","Principal":{}"#),
        (
            ".to(account([]), service([]), federated([]), canonical_user([]))",
            r#","Principal":{"AWS":[],"Service":[],"Federated":[],"CanonicalUser":[]}"#,
        ),
        (".to(not([]))", r#","NotPrincipal":{}"#),
        (".no_principal()", ""),
    ];
    for (to, principal) in cases {
        let source = format!("allow(rekognition::DetectLabels){to}.on_any()");
        let json = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow"{principal},{ANY}}}]}}"#
        );
        assert_eq!(evaluate(PolicyKind::Resource, &source).0, json);
        assert_eq!(
            own_errors(PolicyKind::Resource, &source),
            [""; 0],
            "{source}"
        );
    }
}

/// What is unfinished stays an error, and so does what contradicts itself.
#[test]
fn errors() {
    for (source, message) in [
        (
            "version(\"2012-10-17\"), no_version(), allow(rekognition::DetectLabels).on_any()",
            "this policy already has a version",
        ),
        (
            "id(\"a\"), id(\"b\"), allow(rekognition::DetectLabels).on_any()",
            "this policy already has an id",
        ),
        ("id(\"a\")", "this policy has no statement"),
        (
            "only(allow(rekognition::DetectLabels).on_any()), deny(rekognition::DetectLabels).on_any()",
            "`only(..)` is used in a policy with several statements",
        ),
        ("only()", "`only` accepts one statement"),
        ("allow().on_any()", "the list of actions is empty"),
        (
            "allow(rekognition::DetectLabels).on()",
            "the list of resources is empty",
        ),
        (
            "allow(rekognition::DetectLabels)",
            "this statement has no resources",
        ),
        (
            "allow(rekognition::DetectLabels).on_any().no_resource()",
            "this statement already has resources",
        ),
        (
            "allow(rekognition::DetectLabels).on_any().when()",
            "this `.when()` has no condition",
        ),
        (
            "allow(rekognition::DetectLabels).on_any().when(aws::SourceVpc.string_equals())",
            "`string_equals` has no value to compare with",
        ),
        (
            "allow(rekognition::DetectLabels).on_any().when(aws::SourceVpc.string_equals(json(\"a\")))",
            "`json` accepts a number, `true`, or `false`",
        ),
        (
            "allow(rekognition::DetectLabels).on_any().when(aws::SourceVpc.string_equals(json(0x10)))",
            "`json` accepts a number, `true`, or `false`",
        ),
        (
            "allow(rekognition::DetectLabels).on_any().when(aws::SourceVpc.operator())",
            "`.operator(..)` is missing the name of an operator",
        ),
        (
            "allow(rekognition::DetectLabels).on_any().when(aws::SourceVpc.operator(\"StringEquals\"))",
            "`operator` has no value to compare with",
        ),
        (
            "allow(rekognition::DetectLabels).on_any().when(aws::SourceVpc.operator(\"A\", \"b\").if_exists())",
            "`.operator(..)` cannot be combined with other methods",
        ),
        (
            "allow(\"x:\u{f0000}\").on(rekognition::collection(region, \"123456789012\", \"a\"))",
            "characters from private use plane 15 are not allowed in a policy with variables",
        ),
        (
            "accept(INVALID_ACTION, \"why\"), allow(rekognition::DetectLabels).on_any()",
            "unused `accept(..)`: `INVALID_ACTION` reports nothing in the policy as a whole",
        ),
    ] {
        assert_eq!(
            own_errors(PolicyKind::Identity, source),
            [message],
            "{source}"
        );
    }
    assert_eq!(
        own_errors(
            PolicyKind::Resource,
            "allow(rekognition::DetectLabels).to(service(\"a.amazonaws.com\")).no_principal().on_any()"
        ),
        ["this statement has both `.to(..)` and `.no_principal()`"]
    );
}
