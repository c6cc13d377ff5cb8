//! JSON to source and back: through the library for thousands of documents, and through rustfmt.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::str::FromStr;

use crate::documents::document;
use proc_macro2::TokenStream;
use rekognition_iam_codegen::dsl;
use rekognition_iam_codegen::import::{self, Imported, Options};
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::json::to_minified;
use serde_json::Value;

/// Imports a document and reads the source back, as the macro would.
#[track_caller]
fn round_trip(text: &str, options: &Options) -> Imported {
    let imported = import::import(text, options).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let source = imported.item();
    let open = source.find("![").unwrap() + 2;
    let close = source.rfind("];").unwrap();
    let tokens = TokenStream::from_str(&source[open..close])
        .unwrap_or_else(|error| panic!("{error}\n{source}"));
    let evaluated = dsl::evaluate(imported.kind, tokens);
    let denied: Vec<_> = (evaluated.diagnostics.iter())
        .filter(|diagnostic| diagnostic.denied)
        .map(|diagnostic| diagnostic.text())
        .collect();
    assert!(denied.is_empty(), "{denied:#?}\n{source}");
    let json: Value =
        serde_json::from_str(&to_minified(evaluated.document.as_ref().unwrap())).unwrap();
    let expected: Value = serde_json::from_str(text).unwrap();
    assert_eq!(json, expected, "{source}");
    imported
}

/// What `rustfmt` makes of the source.
fn rustfmt(source: &str) -> String {
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024", "--style-edition", "2024"])
        // Without the settings of this repository or of the machine.
        .args([
            "--config-path",
            concat!(env!("CARGO_MANIFEST_DIR"), "/../rustfmt.toml"),
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let text = source.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(text.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

/// The first items that differ.
#[track_caller]
fn assert_formatted(source: &str) {
    let formatted = rustfmt(source);
    if formatted == source {
        return;
    }
    let items = |text: &str| -> Vec<String> { text.split("\n\n").map(str::to_owned).collect() };
    let (ours, theirs) = (items(source), items(&formatted));
    let different: Vec<_> = ours.iter().zip(&theirs).filter(|(a, b)| a != b).collect();
    let (ours, theirs) = different.first().unwrap();
    panic!(
        "{} of the items differ; ours:\n{ours}\nrustfmt's:\n{theirs}",
        different.len()
    );
}

#[test]
fn generated_documents() {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let imported: Vec<_> = (0..300)
        .map(|seed| {
            let options = Options::new().name(format!("policy-{seed}"));
            let imported = round_trip(&document(seed), &options);
            *kinds.entry(imported.kind.name()).or_default() += 1;
            imported
        })
        .collect();
    for kind in ["identity", "role-trust", "resource"] {
        assert!(kinds[kind] > 30, "{kinds:?}");
    }
    assert_formatted(&import::source(&imported));
}

/// Any document can be said as any kind, also as one that it makes no sense as.
#[test]
fn every_kind_of_every_document() {
    let imported: Vec<_> = (0..200)
        .map(|seed| {
            let kind = PolicyKind::ALL[seed as usize % PolicyKind::ALL.len()];
            let options = Options::new().kind(kind).name(format!("policy-{seed}"));
            let imported = round_trip(&document(10_000 + seed), &options);
            // The language has no macro for policies of VPC endpoints.
            let said = match kind {
                PolicyKind::VpcEndpoint => PolicyKind::Resource,
                kind => kind,
            };
            assert_eq!(imported.kind, said);
            imported
        })
        .collect();
    assert_formatted(&import::source(&imported));
}

/// The AWS managed policies, in the shapes in which AWS writes them.
#[test]
fn managed_policies() {
    let full_access = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["rekognition:*"], "Resource": "*"}]}"#;
    let service_role = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["sns:Publish"], "Resource": "arn:aws:sns:*:*:AmazonRekognition*"},
        {"Effect": "Allow", "Action": ["kinesis:PutRecord", "kinesis:PutRecords"],
         "Resource": "arn:aws:kinesis:*:*:stream/AmazonRekognition*"},
        {"Effect": "Allow", "Action": ["kinesisvideo:GetDataEndpoint", "kinesisvideo:GetMedia"], "Resource": "*"}]}"#;
    let custom_labels = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow",
         "Action": ["s3:ListBucket", "s3:ListAllMyBuckets", "s3:GetObject", "s3:PutObject"],
         "Resource": ["arn:aws:s3:::*custom-labels*"]},
        {"Effect": "Allow", "Action": ["rekognition:CreateProject", "rekognition:DescribeProjects"],
         "Resource": "*"}]}"#;
    let imported: Vec<_> = [
        ("AmazonRekognitionFullAccess.json", full_access),
        ("AmazonRekognitionServiceRole.json", service_role),
        (
            "AmazonRekognitionCustomLabelsFullAccess.json",
            custom_labels,
        ),
    ]
    .map(|(file, text)| round_trip(text, &Options::new().file(file)))
    .into();
    let source = import::source(&imported);
    for part in [
        "use rekognition_iam::{Policy, kinesis, kinesisvideo, policy, rekognition, s3, sns};\n",
        "/// Imported from `AmazonRekognitionFullAccess.json`.\n\
         pub static AMAZON_REKOGNITION_FULL_ACCESS: Policy = policy![\n",
        "\n    allow([rekognition::all()]).on_any(),\n",
        "\n    allow([sns::Publish]).on(sns::topic(\"*\", \"*\", \"AmazonRekognition*\")),\n",
        "\n    allow(kinesis::PutRecord, kinesis::PutRecords).on(kinesis::stream(\n        \"*\",\n",
        "\n    allow(kinesisvideo::GetDataEndpoint, kinesisvideo::GetMedia).on_any(),\n",
        // AWS's own mistake: reported, and accepted.
        ": `s3::ListAllMyBuckets` does not support resources",
        "\n    .on([s3::bucket(\"*custom-labels*\")])\n    .accept(",
    ] {
        assert!(source.contains(part), "{part}\n{source}");
    }
    assert_formatted(&source);
}

/// What AWS prints in the guides to Rekognition, where the copies are present.
#[test]
fn printed_documents() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/catalogue/rekognition-doc-policies");
    let Ok(entries) = fs::read_dir(&directory) else {
        println!("\n!!! SKIPPED: there are no printed documents next to the repository");
        return;
    };
    let mut files: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    files.sort();
    let mut imported = Vec::new();
    let mut refused = Vec::new();
    for path in &files {
        let name = path.file_name().unwrap().to_str().unwrap();
        let text = fs::read_to_string(path).unwrap();
        match import::import(&text, &Options::new().file(name)) {
            Ok(_) => imported.push(round_trip(&text, &Options::new().file(name))),
            Err(error) => refused.push(format!("{}: {}", &name[..2], error.message)),
        }
    }
    assert_formatted(&import::source(&imported));
    // No JSON, one statement of a policy, or an effect that is none.
    assert_eq!(
        refused,
        [
            "03: the text is a statement, not a policy",
            "10: expected `,` or `]`, found `\"`",
            "15: expected the end of the text, found `:`",
            "16: expected the end of the text, found `:`",
            "18: expected `,` or `}`, found the end of the text",
            "21: the text is a statement, not a policy",
            "23: the text is a statement, not a policy",
            "29: expected `,` or `]`, found `\"`",
            "31: the text is a statement, not a policy",
            "40: unknown effect `ALLOW or DENY`",
            "43: the text is a statement, not a policy",
        ]
    );
    assert_eq!(imported.len(), files.len() - refused.len());
}

#[test]
fn reads_as_a_person_would_write_it() {
    let text = r#"{
      "Version": "2008-10-17",
      "Id": "queue",
      "Statement": {
        "Sid": "Results",
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com", "AWS": ["arn:aws:iam::123456789012:role/indexer"]},
        "Action": ["sqs:SendMessage", "assurance:GetReport"],
        "Resource": "arn:aws-us-gov:sqs:us-gov-west-1:123456789012:video-results",
        "Condition": {
          "ArnEquals": {"aws:SourceArn": "arn:aws:sns:us-east-1:123456789012:AmazonRekognition-video"},
          "ForAnyValue:StringLikeIfExists": {"aws:TagKeys": ["team", "cost*"]},
          "NumericLessThan": {"aws:MultiFactorAuthAge": 3600},
          "Bool": {"aws:SecureTransport": "true"},
          "StringEquals": {"aws:PrincipalTag/team": "vision", "aws:principaltag/team": "media"}
        }
      }
    }"#;
    let imported = round_trip(text, &Options::new());
    assert_eq!(imported.name, "RESULTS");
    let source: String = (import::source(std::slice::from_ref(&imported)).lines())
        // What the rules say is theirs.
        .filter(|line| !line.trim_start().starts_with("//") && !line.contains(".accept("))
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(
        source,
        r#"use rekognition_iam::{ResourcePolicy, aws, resource_policy, sqs};

pub static RESULTS: ResourcePolicy = resource_policy![
    version("2008-10-17"),
    id("queue"),
    only(
        allow(
            sqs::SendMessage,
            unlisted("assurance:GetReport", "imported"),
        )
        .to(
            service("sns.amazonaws.com"),
            [role("123456789012", "indexer")],
        )
        .on(sqs::queue("us-gov-west-1", "123456789012", "video-results").partition("aws-us-gov"))
        .when(
            aws::SourceArn.arn_equals("arn:aws:sns:us-east-1:123456789012:AmazonRekognition-video"),
            aws::TagKeys
                .for_any_value()
                .string_like("team", "cost*")
                .if_exists(),
            aws::MultiFactorAuthAge.numeric_less_than(json(3600)),
            aws::SecureTransport.bool(true),
            aws::PrincipalTag("team").string_equals("vision"),
            "aws:principaltag/team".string_equals("media"),
        )
        .sid("Results")
    ),
];
"#
    );
    assert_eq!(
        imported.services.iter().copied().collect::<Vec<_>>(),
        ["sqs"]
    );
    let note = (imported.notes.iter())
        .find(|note| note.message.contains("assurance"))
        .unwrap();
    assert_eq!(
        (note.position.line, note.statement, note.vouched),
        (8, Some(0), true)
    );
}

/// Names: given, of the file, of a Sid, of nothing; twice the same one.
#[test]
fn names() {
    let text = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":"rekognition:DetectText","Resource":"*","Sid":"ReadText"}]}"#;
    let named = |options: &Options| import::import(text, options).unwrap().name;
    assert_eq!(named(&Options::new()), "READ_TEXT");
    assert_eq!(named(&Options::new().file("policies/a-b.json")), "A_B");
    assert_eq!(named(&Options::new().file("a-b.json").name("x")), "X");
    assert_eq!(named(&Options::new().name("é")), "READ_TEXT");
    let one = import::import(text, &Options::new()).unwrap();
    let source = import::source(&[one.clone(), one.clone(), one]);
    for name in ["READ_TEXT:", "READ_TEXT_2:", "READ_TEXT_3:"] {
        assert_eq!(source.matches(name).count(), 1, "{source}");
    }
}

/// A name that the functions of the language refuse is a string, which only the rules report: placeholders of examples.
#[test]
fn names_that_functions_refuse() {
    let policy = |principal: &str, resource: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":["{principal}"]}},
            "Action":["s3:GetObject","sns:Publish"],
            "Resource":["{resource}","arn:aws:s3:::media/*","arn:aws:sns:us-east-1:123456789012:news"]}}]}}"#
        )
    };
    let role = "arn:aws:iam::123456789012:role/indexer";
    let bucket = "arn:aws:s3:::media";
    for (principal, resource, written) in [
        (
            role,
            "arn:aws:s3:::<bucket>/*",
            "\"arn:aws:s3:::<bucket>/*\"",
        ),
        (
            role,
            "arn:aws:s3:::<bucket>[/<prefix>]/${aws:userid}/*",
            "\"arn:aws:s3:::<bucket>[/<prefix>]/${aws:userid}/*\"",
        ),
        (
            role,
            "arn:aws:sns:us-east-1:123456789012:a topic",
            "\"arn:aws:sns:us-east-1:123456789012:a topic\"",
        ),
        (
            "arn:aws:iam::123456789012:role/<name>",
            bucket,
            "\"arn:aws:iam::123456789012:role/<name>\"",
        ),
        (
            "arn:awz:iam::123456789012:role/indexer",
            bucket,
            "\"arn:awz:iam::123456789012:role/indexer\"",
        ),
        // What has the form of its type is a function, whatever the rules say about it.
        (role, bucket, "s3::bucket(\"media\")"),
        (role, bucket, "role(\"123456789012\", \"indexer\")"),
        (role, "arn:aws:s3:::a_b/*", "s3::object(\"a_b\", \"*\")"),
    ] {
        let imported = round_trip(&policy(principal, resource), &Options::new());
        let source = imported.item();
        assert!(source.contains(written), "{written}: {source}");
        // One such name does not make strings of the others.
        assert!(source.contains("s3::object(\"media\", \"*\")"), "{source}");
    }
}

/// An `.accept(..)` of what rules cannot say yet is not a second mistake.
#[test]
fn one_mistake_with_an_accept() {
    let source = "allow(s3::GetObject).on(s3::object(\"<bucket>\", \"*\")).accept(REKOGNITION_IAM_ID_GRAMMAR, \"why\")";
    let evaluated = dsl::evaluate(PolicyKind::Identity, TokenStream::from_str(source).unwrap());
    let messages: Vec<_> = (evaluated.diagnostics.iter())
        .map(|diagnostic| diagnostic.message.as_str())
        .collect();
    assert_eq!(messages, ["`<` is not allowed in a BucketName"]);
}

/// What is not a policy is refused, with its place.
#[test]
fn refused() {
    for (text, message) in [
        (
            "",
            "line 1 column 1: expected a value, found the end of the text",
        ),
        (
            "{",
            "line 1 column 2: expected a name in double quotes, found the end of the text",
        ),
        (
            "[]",
            "line 1 column 1: expected an object in the text, found a list",
        ),
        (
            r#"{"Version":"2012-10-17"}"#,
            "line 1 column 1: the policy has no `Statement`",
        ),
        (
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow"}]}"#,
            "line 1 column 38: the statement has no `Action`",
        ),
        (
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"allow","Action":"*","Resource":"*"}]}"#,
            "line 1 column 48: unknown effect `allow`",
        ),
        (
            "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\n\"Condition\":{\"Bool\":{},\"Bool\":{}}}}",
            "line 2 column 24: `Bool` appears twice in one condition",
        ),
        (
            "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\n\"Action\":\"*\"}}",
            "line 2 column 1: `Action` appears twice in the statement",
        ),
    ] {
        let error = import::import(text, &Options::new())
            .unwrap_err()
            .to_string();
        assert_eq!(error, message);
    }
}
