//! The policy as a whole.

use rekognition_iam_codegen::derive::{Derive, Derived, Scan};

use super::{HEAD, derive};

/// Every operation of every client gives a policy that is right, whatever its setters say.
#[test]
fn every_operation_has_a_policy() {
    use rekognition_iam_runtime::catalogue;
    use std::collections::BTreeMap;
    let mut texts: BTreeMap<String, (String, usize)> = BTreeMap::new();
    for service in catalogue::typed_services() {
        for operation in service.operations {
            for (client, method) in operation.sdk {
                let krate = match *client {
                    "events" => "eventbridge".to_owned(),
                    "logs" => "cloudwatchlogs".to_owned(),
                    "stepfunctions" => "sfn".to_owned(),
                    client => client.replace('-', ""),
                };
                let (text, count) = texts.entry(krate.clone()).or_default();
                text.push_str(&format!(
                    "async fn f{count}(c: &aws_sdk_{krate}::Client) {{ c.{method}().tags(a, b).kms_key_id(k).role_arn(r).image(i).send().await; }}\n"
                ));
                *count += 1;
            }
        }
    }
    let mut derived = 0;
    for (krate, (text, count)) in texts {
        let scan = Scan::text("src/lib.rs", &text).unwrap();
        assert_eq!(scan.calls().len(), count, "{krate}");
        derived += count;
        let policy = Derive::new()
            .of(scan)
            .unwrap_or_else(|error| panic!("{krate}: {error}"));
        assert!(policy.rust().contains("policy!["), "{krate}");
    }
    assert!(derived > 1_500, "{derived}");
}

/// A program that needs more than a managed policy holds gets all of it, and is reported.
#[test]
fn a_policy_that_is_too_large_is_derived() {
    let program = |count: usize| {
        let calls: String = (0..count)
            .map(|number| {
                format!(
                    "c.head_object().bucket(\"a-bucket-of-{number}\").key(\"k\").send().await;\n"
                )
            })
            .collect();
        let text = format!("async fn f(c: &aws_sdk_s3::Client) {{ {calls} }}");
        let scan = Scan::text("src/lib.rs", &text).unwrap();
        Derive::new().of(scan).unwrap()
    };
    let (large, small) = (program(300), program(3));
    assert!(
        large
            .json()
            .unwrap()
            .contains("arn:aws:s3:::a-bucket-of-299/k")
    );
    let told = |derived: &Derived| {
        derived
            .hints()
            .any(|hint| hint.contains("split the statements"))
    };
    assert!(told(&large) && !told(&small));
}

#[test]
fn nothing_to_derive_is_an_error() {
    let scan = Scan::text("src/lib.rs", "fn f() {}").unwrap();
    let error = Derive::new().of(scan).unwrap_err().to_string();
    assert!(
        error.starts_with("derive: no call to an AWS SDK client was found"),
        "{error}"
    );
}

/// Each statement says which lines need it.
#[test]
fn comments_name_the_calls() {
    let rust = derive(
        "use aws_sdk_rekognition::Client;\nfn f(c: &Client) {\n    c.detect_faces();\n    c.detect_text();\n    c.detect_faces();\n}\n",
    )
    .rust();
    assert_eq!(
        rust,
        "// Derived by `rekognition-iam derive` from the calls to the AWS SDK.

use rekognition_iam::{Policy, policy, rekognition};

/// What the program's calls to AWS need.
pub static NEEDED: Policy = policy![
    // src/lib.rs:3: detect_faces
    // src/lib.rs:4: detect_text
    // src/lib.rs:5: detect_faces
    allow(rekognition::DetectFaces, rekognition::DetectText).on_any(),
];
"
    );
}

/// A text of the program cannot end the comment that contains it.
#[test]
fn comments_end_where_their_line_does() {
    let text = format!(
        "{HEAD}async fn f(c: &Client) {{ c.list_faces().collection_id(\"a\\n}} fn evil() {{}} //\").send().await; }}"
    );
    let rust = derive(&text).rust();
    assert!(rust.contains("as in `a\\n} fn evil() {} //`"), "{rust}");
    assert!(
        !rust
            .lines()
            .any(|line| line.starts_with('}') && line.len() > 1),
        "{rust}"
    );
}
