//! The documents that AWS prints in its guides, where this checkout has them next to it.

use std::path::Path;

use rekognition_iam_runtime::check::Iam;
use rekognition_iam_runtime::json::{self, Limits, position};

const PRINTED: &str = "../../shared/catalogue/rekognition-doc-policies";

/// The place and words of the error in each document that is no JSON.
const BROKEN: [(&str, &str); 5] = [
    (
        "10-managed-CustomLabelsFullAccess-2023.json",
        "line 32 column 17: expected `,` or `]`, found `\"`",
    ),
    (
        "15-fragment-action-list.json",
        "line 1 column 9: expected the end of the text, found `:`",
    ),
    (
        "16-fragment-action-wildcard.json",
        "line 1 column 9: expected the end of the text, found `:`",
    ),
    (
        "18-s3-getobject-version-2023.json",
        "line 15 column 1: expected `,` or `}`, found the end of the text",
    ),
    (
        "29-cl-managed-CustomLabelsFullAccess-2023.json",
        "line 31 column 17: expected `,` or `]`, found `\"`",
    ),
];

/// Single statements, and one whose effect is a choice.
const NO_POLICY: [&str; 6] = [
    "03-kms-key-policy-statement-video.json",
    "21-kms-key-policy-statement-labels.json",
    "23-kms-key-policy-statement-labels-cli.json",
    "31-cl-console-external-bucket.json",
    "40-project-policy-cli-template.json",
    "43-cl-console-external-bucket-2025.json",
];

#[test]
fn printed_documents_are_read_as_they_are() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join(PRINTED);
    let Ok(entries) = std::fs::read_dir(&directory) else {
        println!("SKIPPED: no printed documents next to this checkout");
        return;
    };
    let mut seen = 0;
    for entry in entries {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        seen += 1;
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let parsed = json::parse(&text, &Limits::default());
        let first = parsed.findings.first().map(|located| {
            let message = located.finding.message.render(&Iam);
            format!("{}: {message}", position(&text, located.span.start))
        });
        if let Some((_, expected)) = BROKEN.iter().find(|(broken, _)| *broken == name) {
            assert!(!parsed.is_json, "{name}");
            assert_eq!(first.as_deref(), Some(*expected), "{name}");
            continue;
        }
        assert!(parsed.is_json, "{name}: {first:?}");
        assert_eq!(
            parsed.is_complete(),
            !NO_POLICY.contains(&name.as_str()),
            "{name}: {first:?}"
        );
        if parsed.is_complete() {
            let written: serde_json::Value =
                serde_json::from_str(&json::to_minified(&parsed.document)).unwrap();
            assert_eq!(
                written,
                serde_json::from_str::<serde_json::Value>(&text).unwrap(),
                "{name}"
            );
        }
    }
    assert!(seen >= 43, "{seen} documents");
}
