//! Policies in JSON files, exported like those in Rust.

use crate::export::support::Package;
use rekognition_iam_runtime::document::PolicyKind;

const RIGHT: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"rekognition:DetectText","Resource":"*"}}"#;

#[test]
fn a_file_is_exported() {
    let package = Package::new(
        "include",
        &[
            (
                "src/lib.rs",
                "use rekognition_iam::include_policy as file;\nstatic READER: SessionPolicy = file!(SessionPolicy, \"iam/reader.json\");",
            ),
            ("iam/reader.json", RIGHT),
        ],
    );
    let report = package.export().pretty(false).write().unwrap();
    let policy = &report.policies()[0];
    assert_eq!(
        (policy.name.as_str(), policy.kind),
        ("reader", PolicyKind::Session)
    );
    assert_eq!(policy.included.as_deref(), Some("iam/reader.json"));
    assert_eq!(package.read("policies/reader.json").trim_end(), RIGHT);
}

#[test]
fn mistakes_are_those_of_the_file() {
    let package = Package::new(
        "include_mistakes",
        &[
            (
                "src/lib.rs",
                "static A: Policy = include_policy!(\"a.json\");\nstatic B: Policy = include_policy!(\"b.json\");",
            ),
            ("a.json", &RIGHT.replace("DetectText", "DetectTxt")),
        ],
    );
    let error = package.export().write().unwrap_err().to_string();
    for part in [
        "src/lib.rs:1:36: a.json:1:77: `rekognition` has no action `DetectTxt`",
        "src/lib.rs:2:36: b.json: no such file or directory",
    ] {
        assert!(error.contains(part), "{error}");
    }
}
