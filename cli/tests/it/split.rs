//! `split`: documents and files, what is said about them, and what is refused.

use serde_json::{Value, json};

use crate::support::{Directory, allow};

fn long(count: usize) -> Value {
    let statements: Vec<_> = (0..count)
        .map(|number| {
            json!({
                "Sid": format!("Read{number}"),
                "Effect": "Allow",
                "Action": "s3:GetObject",
                "Resource": format!("arn:aws:s3:::bucket-{number}/*"),
                "Condition": {"StringEquals": {"aws:PrincipalTag/team": format!("team-{number}")}}
            })
        })
        .chain([
            json!({"Sid": "Never", "Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*"}),
        ])
        .collect();
    json!({"Version": "2012-10-17", "Statement": statements})
}

#[test]
fn files_within_the_quota() {
    let directory = Directory::new("split_files");
    directory.json("big.json", &long(60));
    let done = directory.run(&["split", "big.json", "--quota", "managed", "--out", "parts"]);
    assert_eq!((done.code, done.out.as_str()), (0, ""), "{}", done.err);
    assert!(
        done.err.starts_with(
            "big.json: 2 documents of at most 6144 characters without white space, from "
        ),
        "{}",
        done.err
    );
    assert!(done.err.contains("parts/big-1.json: "), "{}", done.err);
    assert!(
        done.err
            .contains("also for actions that AWS adds later\nnote: attach all 2 documents"),
        "{}",
        done.err
    );
    let first = directory.text("parts/big-1.json");
    assert!(first.contains("\"Never\""));
    for part in ["parts/big-1.json", "parts/big-2.json"] {
        let size = directory
            .text(part)
            .chars()
            .filter(|c| !c.is_whitespace())
            .count();
        assert!(size <= 6144, "{size}");
    }
    // The same again changes nothing; other contents stay unless asked.
    let again = ["split", "big.json", "--out", "parts"];
    assert_eq!(directory.run(&again).code, 0);
    assert_eq!(directory.text("parts/big-1.json"), first);
    directory
        .file("parts/big-2.json", "{}")
        .file("parts/big-3.json", "{}");
    let done = directory.run(&again);
    assert_eq!(done.code, 2);
    assert!(
        done.err
            .contains("big-2.json: the file exists and has other contents"),
        "{}",
        done.err
    );
    assert_eq!(directory.text("parts/big-2.json"), "{}");
    let done = directory.run(&["split", "big.json", "--out", "parts", "--force"]);
    assert_eq!(done.code, 0);
    assert!(
        done.err
            .contains("note: parts/big-3.json is not one of these documents"),
        "{}",
        done.err
    );
    // Together they are the policy.
    directory.file("parts/big-3.json", "");
    let done = directory.run(&[
        "diff",
        "--old",
        "big.json",
        "--new",
        "parts/big-1.json",
        "--new",
        "parts/big-2.json",
    ]);
    assert!(
        done.out.starts_with("equivalent"),
        "{}{}",
        done.out,
        done.err
    );
}

#[test]
fn standard_output_has_only_the_documents() {
    let directory = Directory::new("split_out");
    directory.json("big.json", &long(5));
    let done = directory.run(&["split", "big.json", "--quota", "600"]);
    assert_eq!(done.code, 0, "{}", done.err);
    let documents: Vec<Value> = done
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(documents.len(), 2);
    assert!(done.out.lines().all(|line| line.len() <= 600));
    let done = directory.run(&["split", "big.json", "--quota", "600", "--format", "json"]);
    let report: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(
        (&report["equality"], &report["proof"], &report["least"]),
        (&json!("always"), &json!("whole"), &json!(2))
    );
    assert_eq!(report["documents"][0]["document"], documents[0]);
    assert_eq!(report["documents"][0]["denies"], true);
}

#[test]
fn patterns_only_when_asked() {
    let directory = Directory::new("split_fold");
    let labels = json!([
        "rekognition:DetectLabels",
        "rekognition:DetectFaces",
        "rekognition:DetectText",
        "rekognition:DetectModerationLabels",
        "rekognition:DetectProtectiveEquipment",
        "rekognition:DetectCustomLabels"
    ]);
    directory.json("detect.json", &allow(&labels));
    let done = directory.run(&["split", "detect.json"]);
    assert!(
        !done.out.contains('*') || !done.out.contains("Detect*"),
        "{}",
        done.out
    );
    let done = directory.run(&["split", "detect.json", "--actions-of-today"]);
    assert!(done.out.contains("\"rekognition:Detect*\""), "{}", done.out);
    assert!(
        done.err.contains("for the actions that exist today"),
        "{}",
        done.err
    );
    assert!(
        done.err
            .contains("patterns also match actions that AWS adds later"),
        "{}",
        done.err
    );
}

#[test]
fn what_cannot_be_split() {
    let directory = Directory::new("split_refused");
    directory.json("big.json", &long(60));
    let done = directory.run(&[
        "split",
        "big.json",
        "--quota",
        "inline-user",
        "--out",
        "parts",
    ]);
    assert_eq!(done.code, 1);
    assert!(
        done.err
            .contains("all inline policies of a user together may have 2048")
            && done.err.contains("; use managed policies"),
        "{}",
        done.err
    );
    assert!(!directory.path().join("parts").exists());
    directory.json(
        "bucket.json",
        &json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}]}),
    );
    let done = directory.run(&["split", "bucket.json"]);
    assert_eq!(done.code, 1);
    assert!(
        done.err.contains("statement 1 has principals"),
        "{}",
        done.err
    );
    directory.file(
        "wrong.json",
        "{\"Version\": \"2012-10-17\",\n \"Statement\": 1}",
    );
    let done = directory.run(&["split", "wrong.json"]);
    assert_eq!(done.code, 2);
    assert!(done.err.contains("wrong.json: 2:"), "{}", done.err);
    let done = directory.run(&["split", "big.json", "--quota", "small"]);
    assert_eq!(done.code, 2);
    assert!(
        done.err.contains("`small` is not a quota; write `managed`"),
        "{}",
        done.err
    );
}

#[test]
fn a_policy_of_a_template() {
    let directory = Directory::new("split_template");
    directory.file(
        "t.yaml",
        "Resources:\n  A:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        Version: '2012-10-17'\n        Statement:\n          - {Effect: Allow, Action: 's3:GetObject', Resource: '*'}\n  B:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        Version: '2012-10-17'\n        Statement:\n          - {Effect: Allow, Action: 's3:GetObject', Resource: !Ref Bucket}\n",
    );
    let place = |name: &str| format!("t.yaml#Resources.{name}.Properties.PolicyDocument");
    let done = directory.run(&["split", &place("A")]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(done.out.contains("s3:GetObject"));
    let done = directory.run(&["split", &place("B")]);
    assert_eq!(done.code, 2, "{}", done.out);
    let done = directory.run(&["split", "t.yaml"]);
    assert!(done.err.contains("the file has 2 policies"), "{}", done.err);
    // The quota of another kind.
    let done = directory.run(&["split", &place("A"), "--quota", "scp"]);
    assert!(
        done.err.contains("this is a identity policy")
            || done.err.contains("is for service-control policies"),
        "{}",
        done.err
    );
}
