//! Policy documents: the reader, the rules and the writer.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rekognition_iam_runtime::check::Options;
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::json::{self, Limits};

fuzz_target!(|text: &str| {
    let parsed = json::parse(text, &Limits::default());
    let kind = PolicyKind::detect(&parsed.document);
    let complete = parsed.is_complete().then(|| parsed.document.clone());
    let options = Options::new(kind);
    let report = json::judge(text, parsed, &options);
    for (located, (start, end)) in report.findings.iter().zip(report.positions(text)) {
        assert!(text.get(located.span.start..located.span.end).is_some());
        assert!(start <= end);
        if let Some(edit) = &located.edit {
            assert!(text.get(edit.span.start..edit.span.end).is_some());
        }
    }
    let has = |id| (report.findings.iter()).any(|located| located.finding.id == id);
    // serde_json takes no byte order mark, and no number that a float cannot hold.
    let theirs =
        serde_json::from_str::<serde_json::Value>(text.strip_prefix('\u{feff}').unwrap_or(text));
    let too_large = (theirs.as_ref()).is_err_and(|error| {
        let error = error.to_string();
        error.contains("out of range") || error.contains("recursion limit")
    });
    if !too_large && !has("REKOGNITION_IAM_JSON_LIMIT") {
        assert_eq!(report.is_json, theirs.is_ok());
    }
    if let Some(document) = complete {
        let written = json::to_minified(&document);
        assert_eq!(json::parse(&written, &Limits::default()).document, document);
        if let (Ok(theirs), false) = (theirs, has("REKOGNITION_IAM_DUPLICATE_KEY")) {
            let ours: serde_json::Value = serde_json::from_str(&written).expect("our JSON is JSON");
            assert_eq!(ours, theirs);
        }
    }
});
