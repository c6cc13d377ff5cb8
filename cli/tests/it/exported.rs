//! The kind of a policy that nothing but its contents shows, and what `manifest.json` says about exported files.

use serde_json::{Value, json};

use crate::support::Directory;

fn statement(action: &str, principal: bool) -> Value {
    let mut statement = json!({"Effect": "Allow", "Action": action, "Resource": "*"});
    if principal {
        statement["Principal"] = "*".into();
    }
    statement
}

fn policy(statements: &[Value]) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

#[test]
fn a_stray_principal_is_one_finding_and_the_guess_is_said() {
    let directory = Directory::new("stray");
    let plain = statement("rekognition:DetectText", false);
    let stray = statement("rekognition:DetectText", true);
    directory.json(
        "mixed.json",
        &policy(&[plain.clone(), stray.clone(), plain]),
    );
    let done = directory.run(&["check", "mixed.json"]);
    assert_eq!(done.out.matches("error[").count(), 1, "{}", done.out);
    assert!(
        done.out.contains("error[UNSUPPORTED_PRINCIPAL]"),
        "{}",
        done.out
    );
    let note = "note: mixed.json: checked as an identity policy, because only statement 2 of 3 has `Principal`; use `--kind resource` if it is a resource policy\n";
    assert!(done.out.contains(note), "{}", done.out);
    let given = directory.run(&["check", "--kind", "resource", "mixed.json"]);
    assert!(!given.out.contains("checked as"), "{}", given.out);
    assert_eq!(
        given.out.matches("error[MISSING_PRINCIPAL]").count(),
        2,
        "{}",
        given.out
    );
    directory.json("whole.json", &policy(&[stray.clone(), stray]));
    let done = directory.run(&["check", "whole.json"]);
    assert!(!done.out.contains("checked as"), "{}", done.out);
}

/// A directory as an export writes it.
fn exported(name: &str, exceptions: &Value) -> Directory {
    use sha2::{Digest, Sha256};
    let directory = Directory::new(name);
    let deny = json!({"Effect": "Deny", "Action": "rekognition:DeleteCollection", "Resource": "*"});
    let guard = policy(&[statement("*", false), deny]).to_string();
    let digest = Sha256::digest(guard.as_bytes());
    let sha256: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    directory.file("policies/guard.json", &guard).json(
        "policies/manifest.json",
        &json!({
            "generated_by": "rekognition-iam-codegen",
            "policies": [{
                "file": "guard.json", "kind": "service-control", "sha256": sha256, "exceptions": exceptions
            }]
        }),
    );
    directory
}

#[test]
fn the_kind_of_an_exported_file_is_that_of_its_manifest() {
    let directory = exported("manifest", &json!([]));
    let done = directory.run(&["check", "policies"]);
    assert_eq!((done.code, done.err.as_str()), (0, ""), "{}", done.out);
    let evaluated = directory.run(&[
        "evaluate",
        "--policy",
        "policies/guard.json",
        "--action",
        "rekognition:DetectText",
    ]);
    assert!(!evaluated.out.starts_with("allowed"), "{}", evaluated.out);
    // A list that something else wrote says nothing, and neither does one that does not have the file.
    let other = directory
        .text("policies/manifest.json")
        .replace("-codegen", "");
    directory.file("policies/manifest.json", other);
    let done = directory.run(&["check", "policies/guard.json"]);
    assert_eq!(done.code, 1, "{}", done.out);
    let note = "checked as an identity policy; use `--kind service-control` or `--kind permissions-boundary` if it is one";
    assert!(done.out.contains(note), "{}", done.out);
}

#[test]
fn what_the_program_accepts_is_accepted_in_the_file_that_it_wrote() {
    let accepted =
        json!([{"accepted": "REDUNDANT_ACTION", "statement": 0, "reason": "both are read"}]);
    let directory = exported("accepted", &accepted);
    let text = directory.text("policies/guard.json");
    let double = text.replace("\"Action\":\"*\"", "\"Action\":[\"*\",\"s3:GetObject\"]");
    let manifest = directory.text("policies/manifest.json");
    let run = |text: &str, manifest: &str| {
        directory.file("policies/guard.json", text);
        directory.file("policies/manifest.json", manifest);
        directory.run(&["check", "--deny", "suggestion", "policies/guard.json"])
    };
    use sha2::{Digest, Sha256};
    let digest = |text: &str| -> String {
        let digest = Sha256::digest(text.as_bytes());
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    };
    let right = manifest.replace(&digest(&text), &digest(&double));
    let done = run(&double, &right);
    assert_eq!(done.code, 0, "{}", done.out);
    let expected = "accepted: REDUNDANT_ACTION (1 finding in policies/guard.json): both are read\n";
    assert!(done.out.contains(expected), "{}", done.out);
    // The file is not the one that was written.
    assert_eq!(run(&double, &manifest).code, 1);
    // Another statement.
    let elsewhere = right.replace("\"statement\":0", "\"statement\":1");
    assert_eq!(run(&double, &elsewhere).code, 1);
}

/// Help is written as the file is.
#[test]
fn help_names_any_resource_in_the_words_of_the_file() {
    let directory = Directory::new("any_resource");
    let arn = "arn:aws:rekognition:us-east-1:123456789012:collection/a";
    let terraform = format!(
        "data \"aws_iam_policy_document\" \"d\" {{\n  statement {{\n    actions   = [\"rekognition:DetectText\"]\n    resources = [\"{arn}\"]\n  }}\n}}\n"
    );
    let encoded = format!(
        "resource \"aws_iam_policy\" \"p\" {{\n  policy = jsonencode({{\n    Version = \"2012-10-17\"\n    Statement = [{{ Effect = \"Allow\", Action = \"rekognition:DetectText\", Resource = \"{arn}\" }}]\n  }})\n}}\n"
    );
    let yaml = format!(
        "Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        Version: '2012-10-17'\n        Statement:\n          - Effect: Allow\n            Action: rekognition:DetectText\n            Resource: {arn}\n"
    );
    let document =
        policy(&[json!({"Effect": "Allow", "Action": "rekognition:DetectText", "Resource": arn})]);
    for (name, text, help) in [
        ("a/main.tf", terraform, "`resources = [\"*\"]`"),
        ("b/main.tf", encoded, "`Resource = \"*\"`"),
        ("stack.yaml", yaml, "`Resource: '*'`"),
        ("policy.json", document.to_string(), "`\"Resource\": \"*\"`"),
    ] {
        directory.file(name, text);
        let done = directory.run(&["check", name]);
        assert!(done.out.contains(help), "{name}: {}", done.out);
    }
}
