//! Policies of VPC endpoints: what they may contain, and what they mean for a request.

#![cfg(all(feature = "json", feature = "evaluate"))]

use rekognition_iam_runtime::PolicyKind;
use rekognition_iam_runtime::check::Options;
use rekognition_iam_runtime::evaluate::{Attached, Program, Reason, Request, Verdict, evaluate};
use rekognition_iam_runtime::json::{check, read};

fn ids(kind: PolicyKind, statement: &str) -> Vec<&'static str> {
    let text = format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{statement}]}}");
    let options = Options::new(kind);
    let report = check(&text, &options);
    (report.findings.iter())
        .map(|located| located.finding.id)
        .collect()
}

#[test]
fn everyone_is_usual_and_principals_are_required() {
    let open =
        r#"{"Effect":"Allow","Principal":"*","Action":"rekognition:DetectLabels","Resource":"*"}"#;
    assert_eq!(ids(PolicyKind::VpcEndpoint, open), [""; 0]);
    assert_eq!(ids(PolicyKind::Identity, open), ["UNSUPPORTED_PRINCIPAL"]);
    let nobody = r#"{"Effect":"Allow","Action":"rekognition:DetectLabels","Resource":"*"}"#;
    assert_eq!(ids(PolicyKind::VpcEndpoint, nobody), ["MISSING_PRINCIPAL"]);
    let nothing = r#"{"Effect":"Allow","Principal":"*","Action":"rekognition:DetectLabels"}"#;
    assert_eq!(ids(PolicyKind::VpcEndpoint, nothing), ["MISSING_RESOURCE"]);
}

#[test]
fn white_space_counts_against_the_quota() {
    let policy = |blanks: usize| {
        format!(
            r#"{{"Effect":"Allow","Principal":"*",{}"Action":"rekognition:DetectLabels","Resource":"*"}}"#,
            " ".repeat(blanks)
        )
    };
    let sized = |blanks: usize| {
        let text = format!(
            "{{\"Version\":\"2012-10-17\",\"Statement\":[{}]}}",
            policy(blanks)
        );
        let options = Options::new(PolicyKind::VpcEndpoint).text(text.as_str());
        check(&text, &options).findings.len()
    };
    assert_eq!((sized(20_000), sized(20_480)), (0, 1));
}

#[test]
fn it_limits_and_never_grants() {
    let endpoint = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"rekognition:Detect*","Resource":"*"}]}"#;
    let identity = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"rekognition:*","Resource":"*"}]}"#;
    let (endpoint, identity) = (read(endpoint).unwrap(), read(identity).unwrap());
    let attached = |kind, document| Attached::new(kind, Program::compile(document));
    let both = [
        attached(PolicyKind::Identity, &identity),
        attached(PolicyKind::VpcEndpoint, &endpoint),
    ];
    let request =
        |action| Request::new(action, "*").principal("arn:aws:iam::123456789012:role/indexer");
    let verdict = |documents: &[Attached<'_>], action| {
        let request = request(action);
        let decision = evaluate(documents, &request);
        (decision.verdict(), decision.reason())
    };
    assert_eq!(
        verdict(&both, "rekognition:DetectLabels").0,
        Verdict::Allowed
    );
    assert_eq!(
        verdict(&both, "rekognition:ListCollections"),
        (Verdict::ImplicitDeny, Reason::EndpointDoesNotAllow)
    );
    assert_eq!(
        verdict(&both[1..], "rekognition:DetectLabels"),
        (Verdict::ImplicitDeny, Reason::NothingAllows)
    );
}
