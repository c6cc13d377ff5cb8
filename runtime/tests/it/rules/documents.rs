//! No false alarm: what the rules say about the policies that AWS prints in the documentation of Rekognition, and why a person
//! agrees. Runs where the documents are at hand.

#![cfg(feature = "json")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rekognition_iam_runtime::check::{Iam, Options};
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::{catalogue, json};

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/catalogue/rekognition-doc-policies")
}

/// The findings of a document, with the number of each. A statement on its own is put into a document.
fn findings(text: &str) -> BTreeMap<String, (usize, String)> {
    let whole = if text.contains("\"Statement\"") {
        text.to_owned()
    } else {
        format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{text}]}}")
    };
    let parsed = json::parse(&whole, &json::Limits::default());
    let options = Options::new(PolicyKind::detect(&parsed.document));
    let mut found = BTreeMap::new();
    for located in json::judge(&whole, parsed, &options).findings {
        let message = format!("{}: {}", located.path, located.finding.message.render(&Iam));
        found
            .entry(located.finding.id.to_owned())
            .or_insert((0, message))
            .0 += 1;
    }
    found
}

/// The beginning of the file's name, the rule, how often it fires, and why that is right. All other documents, and all
/// other rules, are silent.
const EXPECTED: &[(&str, &str, usize, &str)] = &[
    (
        "01",
        "INVALID_ARN_PREFIX",
        2,
        "`data-arn` and `video-arn` are placeholders",
    ),
    (
        "02",
        "MISSING_ARN_FIELD",
        1,
        "`arn:Service role ARN from step 7` is a placeholder",
    ),
    ("04", "INVALID_ARN_PREFIX", 1, "`topicarn` is a placeholder"),
    (
        "05",
        "REKOGNITION_IAM_MIXED_PRINCIPALS",
        1,
        "the user never carries aws:SourceAccount, so its part is dead",
    ),
    (
        "05",
        "REKOGNITION_IAM_PRINCIPAL_FORMAT",
        1,
        "`arn:User ARN` is a placeholder",
    ),
    (
        "05",
        "REKOGNITION_IAM_ACCOUNT_VALUE",
        1,
        "`Account ID` is a placeholder",
    ),
    (
        "05",
        "REKOGNITION_IAM_TRUST_SOURCE_ARN",
        1,
        "`region` is a placeholder",
    ),
    (
        "05",
        "STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS",
        1,
        "AWS itself advises ArnLike for aws:SourceArn",
    ),
    (
        "06",
        "REKOGNITION_IAM_MIXED_PRINCIPALS",
        1,
        "the user never carries aws:SourceAccount, so its part is dead",
    ),
    (
        "06",
        "REKOGNITION_IAM_PRINCIPAL_FORMAT",
        1,
        "`arn:User ARN` is a placeholder",
    ),
    (
        "06",
        "REKOGNITION_IAM_ACCOUNT_VALUE",
        1,
        "`Account ID` is a placeholder",
    ),
    (
        "07",
        "REKOGNITION_IAM_SERVICE_WILDCARD",
        1,
        "it does grant everything, as its name says",
    ),
    (
        "08",
        "REKOGNITION_IAM_ACTION_ENDED",
        1,
        "people pathing ended",
    ),
    (
        "08",
        "REKOGNITION_IAM_ACTION_CLOSED",
        2,
        "stream processors, and in 37 bulk analysis, take no new customers",
    ),
    (
        "08",
        "REKOGNITION_IAM_STAR_RESOURCE",
        1,
        "collections and projects could be named; of DetectLabels and the like nothing is said",
    ),
    (
        "09",
        "REKOGNITION_IAM_STAR_RESOURCE",
        1,
        "video streams could be named",
    ),
    ("10", "JSON_SYNTAX_ERROR", 1, "a comma is missing"),
    (
        "11",
        "REKOGNITION_IAM_ACTION_ENDED",
        1,
        "people pathing ended",
    ),
    (
        "11",
        "REKOGNITION_IAM_ACTION_CLOSED",
        2,
        "stream processors, and in 37 bulk analysis, take no new customers",
    ),
    (
        "11",
        "REKOGNITION_IAM_STAR_RESOURCE",
        1,
        "collections and projects could be named; of DetectLabels and the like nothing is said",
    ),
    (
        "12",
        "REKOGNITION_IAM_SERVICE_WILDCARD",
        1,
        "it does grant everything",
    ),
    (
        "13",
        "REKOGNITION_IAM_STAR_RESOURCE",
        1,
        "groups and policies could be named",
    ),
    ("15", "JSON_SYNTAX_ERROR", 1, "a fragment"),
    ("15", "DATA_TYPE_MISMATCH", 1, "a fragment"),
    ("16", "JSON_SYNTAX_ERROR", 1, "a fragment"),
    ("16", "DATA_TYPE_MISMATCH", 1, "a fragment"),
    ("18", "JSON_SYNTAX_ERROR", 1, "the last brace is missing"),
    (
        "19",
        "MISSING_ARN_FIELD",
        1,
        "`arn:servicerole` is a placeholder",
    ),
    (
        "20",
        "MISSING_ARN_REGION",
        2,
        "streams and topics have a region",
    ),
    (
        "20",
        "MISSING_ARN_ACCOUNT",
        2,
        "streams and topics have an account",
    ),
    (
        "21",
        "REKOGNITION_IAM_PRINCIPAL_FORMAT",
        1,
        "three colons, so no account",
    ),
    ("22", "EMPTY_SID_VALUE", 1, "it is empty"),
    (
        "22",
        "REKOGNITION_IAM_TRUST_WITHOUT_SOURCE",
        1,
        "the confused deputy of AWS's own page",
    ),
    (
        "23",
        "REKOGNITION_IAM_PRINCIPAL_FORMAT",
        1,
        "three colons, so no account",
    ),
    ("24", "INVALID_ARN_PREFIX", 2, "as 01"),
    (
        "25",
        "REKOGNITION_IAM_MIXED_PRINCIPALS",
        1,
        "the user never carries aws:SourceAccount, so its part is dead",
    ),
    (
        "25",
        "REKOGNITION_IAM_PRINCIPAL_FORMAT",
        1,
        "`arn:User ARN` is a placeholder",
    ),
    (
        "25",
        "REKOGNITION_IAM_ACCOUNT_VALUE",
        1,
        "`Account ID` is a placeholder",
    ),
    (
        "25",
        "REKOGNITION_IAM_TRUST_SOURCE_ARN",
        1,
        "`region` is a placeholder",
    ),
    (
        "25",
        "STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS",
        1,
        "AWS itself advises ArnLike for aws:SourceArn",
    ),
    (
        "27",
        "REKOGNITION_IAM_ACTION_RESOURCE_DISPUTED",
        2,
        "CreateProject on a project: AWS's pages disagree",
    ),
    (
        "27",
        "REKOGNITION_IAM_ACTION_DEAD_BESIDE_OTHERS",
        1,
        "CreateProjectVersion works on projects, not on versions",
    ),
    (
        "03",
        "REKOGNITION_IAM_PRINCIPAL_FORMAT",
        1,
        "`user from step 1` is a placeholder",
    ),
    ("29", "JSON_SYNTAX_ERROR", 1, "a comma is missing"),
    (
        "30",
        "REKOGNITION_IAM_SERVICE_WILDCARD",
        2,
        "rekognition and groundtruthlabeling",
    ),
    ("35", "REKOGNITION_IAM_TRUST_WITHOUT_SOURCE", 1, "as 22"),
    (
        "37",
        "REKOGNITION_IAM_ACTION_ENDED",
        1,
        "people pathing ended",
    ),
    (
        "30",
        "REKOGNITION_IAM_STAR_RESOURCE",
        1,
        "ListBucket is limited to the buckets of the console in no other way",
    ),
    (
        "31",
        "REKOGNITION_IAM_OPEN_BUCKET_NAME",
        1,
        "`my-bucket*` matches buckets of the same beginning too",
    ),
    (
        "37",
        "REKOGNITION_IAM_ACTION_CLOSED",
        4,
        "stream processors, and in 37 bulk analysis, take no new customers",
    ),
    (
        "37",
        "REKOGNITION_IAM_STAR_RESOURCE",
        1,
        "collections and projects could be named; of DetectLabels and the like nothing is said",
    ),
    (
        "38",
        "REKOGNITION_IAM_ACTION_DEAD_BESIDE_OTHERS",
        1,
        "ListAllMyBuckets takes no bucket",
    ),
    (
        "38",
        "REKOGNITION_IAM_STAR_RESOURCE",
        1,
        "projects could be named",
    ),
    ("40", "INVALID_EFFECT", 1, "`ALLOW or DENY`"),
    ("40", "INVALID_ARN_PREFIX", 1, "a placeholder"),
    ("40", "REKOGNITION_IAM_PRINCIPAL_FORMAT", 1, "a placeholder"),
    (
        "41",
        "REKOGNITION_IAM_STAR_RESOURCE",
        1,
        "model versions could be named",
    ),
    (
        "43",
        "REKOGNITION_IAM_OPEN_BUCKET_NAME",
        1,
        "`amzn-s3-demo-bucket*` matches buckets of the same beginning too",
    ),
];

#[test]
fn printed_policies_give_what_a_person_agrees_with() {
    if !directory().is_dir() {
        println!("SKIPPED: no {}", directory().display());
        return;
    }
    if !(catalogue::KNOWN_SERVICES.iter()).all(|service| catalogue::service(service).is_some()) {
        println!("SKIPPED: the documents name services of a build with all features");
        return;
    }
    let mut files: Vec<_> = std::fs::read_dir(directory())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    files.sort();
    assert_eq!(files.len(), 43);
    let mut wrong = Vec::new();
    let mut seen = 0;
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&file).unwrap();
        for (id, (count, message)) in findings(&text) {
            let expected =
                (EXPECTED.iter()).find(|(begin, rule, ..)| name.starts_with(begin) && *rule == id);
            match expected {
                Some((_, _, times, _)) if *times == count => seen += 1,
                Some((_, _, times, _)) => {
                    wrong.push(format!("{name}: {id} {count} times and not {times}"));
                }
                None => wrong.push(format!("{name}: {id}: {message}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(
        seen,
        EXPECTED.len(),
        "something that was expected is not found"
    );
}
