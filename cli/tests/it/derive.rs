//! `derive` and `coverage`, on the application in `tests/apps/sdk` and on small packages.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Directory, Done, run_in};

fn app() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("tests/apps/sdk")
}

fn package(name: &str, library: &str) -> Directory {
    let directory = Directory::new(name);
    directory
        .file(
            "Cargo.toml",
            "[package]\nname = \"demo\"\n[dependencies]\naws-sdk-rekognition = \"1\"\n",
        )
        .file("src/lib.rs", library);
    directory
}

#[test]
fn derive_prints_the_policy() {
    let Done { code, out, err } = run_in(&app(), &["derive"]);
    // What depends on the configuration of the bucket and of the objects, in a line each.
    let hint = |of: &str, action: &str| {
        format!(
            "hint: if a customer managed KMS key encrypts the {of}, the caller also needs `kms:{action}` on the key: `allow(kms::{action}).on(kms::key(region, account, \
             key_id)).when(kms::ViaService.string_like(\"s3.*.amazonaws.com\"))`\n"
        )
    };
    let hints = hint("bucket", "GenerateDataKey") + &hint("object", "Decrypt");
    assert_eq!((code, err), (0, hints));
    assert_eq!(out, fs::read_to_string(app().join("needed.rs")).unwrap());
    let manifest = app().join("Cargo.toml");
    let elsewhere = run_in(
        Path::new(env!("CARGO_TARGET_TMPDIR")),
        &["derive", "--manifest-path", manifest.to_str().unwrap()],
    );
    assert_eq!(elsewhere.out, out);
    let Done { out: calls, .. } = run_in(&app(), &["derive", "--calls"]);
    assert_eq!(calls.lines().count(), 13);
    assert!(calls.starts_with("src/collections.rs:22: list_collections\n"));

    let Done { code, out, err } = run_in(&app(), &["derive", "--format", "json"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(
        err.contains("`region` (Region)") && err.contains("--allow-wildcards"),
        "{err}"
    );
    let json = run_in(
        &app(),
        &[
            "derive",
            "--format",
            "json",
            "--allow-wildcards",
            "--set",
            "region=eu-west-1",
        ],
    );
    assert!(
        json.out
            .contains("\"arn:aws:rekognition:eu-west-1:*:collection/staff-faces\""),
        "{}",
        json.out
    );
    let terraform = run_in(
        &app(),
        &["derive", "--format", "terraform", "--name", "app"],
    );
    assert!(
        terraform
            .out
            .contains("data \"aws_iam_policy_document\" \"app\" {")
    );
    let Done { code, err, .. } = run_in(&app(), &["derive", "--set", "regoin=x"]);
    assert!(
        code == 2 && err.contains("the policy has no parameter `regoin`"),
        "{err}"
    );
}

#[cfg(unix)]
#[test]
fn no_name_of_a_file_ends_a_comment() {
    let path = "a\u{1b}\nfn evil() {}\n::error::x\u{202e}.rs";
    let root = package("cli-hostile", &format!("#[path = {path:?}] mod a;"));
    root.file(
        &format!("src/{path}"),
        r#"fn f(c: &aws_sdk_rekognition::Client) {
            c.detect_text(); other::run(c); c.index_faces().collection_id("x\u{1b}\n::error::y");
            const P: Policy = policy![allow(rekognition::DetectFaces).on_any()];
        }"#,
    );
    for arguments in [
        &["derive"][..],
        &["derive", "--format", "terraform"],
        &["derive", "--calls"],
        &["coverage"],
    ] {
        let Done { out, err, .. } = root.run(arguments);
        assert!(
            out.contains("src/a\\u{1b}\\nfn evil() {}\\n::error::x\\u{202e}.rs:"),
            "{out}"
        );
        for text in [out, err] {
            let hidden = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
            assert!(!text.contains(hidden), "{text:?}");
            assert!(
                !text
                    .lines()
                    .any(|line| line.starts_with("fn evil") || line.starts_with("::")),
                "{text}"
            );
        }
    }
}

#[test]
fn what_is_not_followed_is_told() {
    let root = package(
        "cli-unfollowed",
        "fn f(c: &aws_sdk_rekognition::Client) { c.detect_text(); other::run(c); }",
    );
    let note = "not followed: src/lib.rs:1:58: a client of `aws-sdk-rekognition` is handed to `other::run(..)`, whose code is not followed\n";
    let Done { code, out, err } = root.run(&["derive"]);
    assert_eq!((code, err.as_str()), (0, note));
    assert!(out.contains("// src/lib.rs:1:58: a client of"), "{out}");
    assert_eq!(root.run(&["derive", "--deny-unfollowed"]).code, 1);
    assert_eq!(root.run(&["derive", "--manifest-path", "gone"]).code, 2);
}

#[test]
fn coverage_tells_what_is_out_of_step() {
    let root = package(
        "cli-coverage",
        "static A: Policy = policy![allow(rekognition::DetectText).on_any()];\nfn f(c: &aws_sdk_rekognition::Client) { c.detect_faces(); }\n",
    );
    let Done { code, out, .. } = root.run(&["coverage"]);
    assert_eq!(code, 1);
    assert_eq!(
        out,
        "src/lib.rs:1:47: unused: `rekognition:DetectText` in statement 1 of `A`: no call uses it
  help: remove it, or accept it: `// rekognition-iam: allow unused, REASON`
src/lib.rs:2:43: `detect_faces` needs `rekognition:DetectFaces` on `*`, and no policy allows it
1 call, 1 policy: 2 problems
"
    );
    let root = package(
        "cli-covered",
        "static A: Policy = policy![allow(rekognition::DetectText).on_any()];\nfn f(c: &aws_sdk_rekognition::Client) { c.detect_text(); }\n",
    );
    let Done { code, out, err } = root.run(&["coverage"]);
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (0, "1 call, 1 policy: the policies match the calls\n", "")
    );
    assert_eq!(root.run(&["coverage", "--only", "B"]).code, 2);
}

#[test]
fn derive_explains_and_reports() {
    let Done { code, out, .. } = run_in(&app(), &["derive", "--explain"]);
    assert_eq!(code, 0);
    assert!(
        out.contains(
            "rekognition:IndexFaces on arn:aws:rekognition:{region}:{account}:collection/staff-faces\n    src/collections.rs:38:39: \
             `index_faces`\n"
        ),
        "{out}"
    );
    let Done { code, out, err } = run_in(&app(), &["derive", "--format", "json-report"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(
        out.contains("\"version\": 1") && out.contains("\"operation\": \"ListCollections\""),
        "{out}"
    );
    // What depends on the configuration of the bucket is part of both.
    assert!(out.contains("kms::GenerateDataKey"), "{out}");
}

#[test]
fn members_of_a_workspace() {
    let directory = Directory::new("derive_workspace");
    directory.file("Cargo.toml", "[workspace]\nmembers = [\"one\", \"two\"]\n");
    let member = |name: &str, method: &str| {
        let manifest =
            format!("[package]\nname = \"{name}\"\n[dependencies]\naws-sdk-rekognition = \"1\"\n");
        let source = format!("pub fn f(c: &aws_sdk_rekognition::Client) {{ c.{method}(); }}");
        (manifest, source)
    };
    let (one, two) = (member("one", "detect_faces"), member("two", "detect_text"));
    directory
        .file("one/Cargo.toml", &one.0)
        .file("one/src/lib.rs", &one.1)
        .file("two/Cargo.toml", &two.0)
        .file("two/src/lib.rs", &two.1);
    let calls = |arguments: &[&str]| {
        let arguments: Vec<&str> = ["derive", "--calls"]
            .iter()
            .chain(arguments)
            .copied()
            .collect();
        run_in(directory.path(), &arguments)
    };
    assert_eq!(
        calls(&["--workspace"]).out,
        "one/src/lib.rs:1: detect_faces\ntwo/src/lib.rs:1: detect_text\n"
    );
    assert_eq!(calls(&["-p", "two"]).out, "two/src/lib.rs:1: detect_text\n");
    let Done { code, err, .. } = calls(&[]);
    assert_eq!(code, 2);
    assert!(
        err.contains("`one`, `two`") && err.contains("--workspace"),
        "{err}"
    );
}

#[test]
fn coverage_in_other_formats() {
    let directory = package(
        "coverage_formats",
        "use rekognition_iam::{Policy, policy, rekognition};\n\
         pub static P: Policy = policy![\n    allow(rekognition::DetectFaces, rekognition::DetectText).on_any(),\n];\n\
         pub fn f(c: &aws_sdk_rekognition::Client) { c.detect_faces(); c.detect_labels(); }\n",
    );
    let coverage = |arguments: &[&str]| {
        let arguments: Vec<&str> = ["coverage"].iter().chain(arguments).copied().collect();
        run_in(directory.path(), &arguments)
    };
    let Done { code, out, .. } = coverage(&["--format", "json"]);
    assert_eq!((code, out.lines().count()), (1, 2));
    assert!(
        out.starts_with("{\"file\":\"src/lib.rs\",\"line\":3,"),
        "{out}"
    );
    let Done { out, .. } = coverage(&["--format", "github"]);
    assert!(
        out.starts_with("::error file=src/lib.rs,line=3,col="),
        "{out}"
    );
    let Done { out, .. } = coverage(&["--format", "sarif"]);
    assert!(
        out.contains("\"version\":\"2.1.0\"") && out.contains("\"startLine\":5"),
        "{out}"
    );
    let Done { code, out, .. } = coverage(&["--fix"]);
    assert_eq!(code, 1);
    assert_eq!(
        out,
        "--- a/src/lib.rs\n+++ b/src/lib.rs\n@@ -1,5 +1,7 @@\n use rekognition_iam::{Policy, policy, rekognition};\n \
         pub static P: Policy = policy![\n\
         -    allow(rekognition::DetectFaces, rekognition::DetectText).on_any(),\n\
         +    allow(rekognition::DetectFaces).on_any(),\n\
         +    // src/lib.rs:5: detect_labels\n\
         +    allow(rekognition::DetectLabels).on_any(),\n ];\n \
         pub fn f(c: &aws_sdk_rekognition::Client) { c.detect_faces(); c.detect_labels(); }\n"
    );
    // A policy document, and a template, as what is declared.
    directory
        .file(
            "app.json",
            "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\",\n\"Action\": [\"rekognition:DetectFaces\",\n\
             \"rekognition:DetectLabels\", \"rekognition:DetectText\"], \"Resource\": \"*\"}]}",
        )
        .file(
            "stack.yaml",
            "AWSTemplateFormatVersion: \"2010-09-09\"\nResources:\n  Policy:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      \
             PolicyDocument:\n        Version: \"2012-10-17\"\n        Statement:\n          - Effect: Allow\n            Action: \
             [rekognition:DetectFaces, rekognition:DetectLabels]\n            Resource: \"*\"\n",
        );
    let coverage = |arguments: &[&str]| {
        let arguments: Vec<&str> = ["coverage"].iter().chain(arguments).copied().collect();
        run_in(directory.path(), &arguments)
    };
    let Done { code, out, .. } = coverage(&["--policies", "app.json"]);
    assert_eq!(code, 1);
    assert!(
        out.starts_with("app.json:3:29: unused: `rekognition:DetectText` in statement 1 of `app`: no call uses it"),
        "{out}"
    );
    let Done { code, out, .. } = coverage(&["--policies", "stack.yaml"]);
    assert_eq!(
        (code, out.as_str()),
        (0, "2 calls, 1 policy: the policies match the calls\n")
    );
}

#[test]
fn coverage_says_what_it_did_not_see() {
    let directory = package(
        "coverage_unseen",
        "pub fn f(c: aws_sdk_rekognition::Client) { signer::new(c); }",
    );
    let Done { code, out, err } = run_in(directory.path(), &["coverage"]);
    assert_eq!(code, 2, "{out}");
    assert!(
        err.contains("not followed: src/lib.rs:1:") && err.contains("no calls and no policies"),
        "{err}"
    );
    let directory = package(
        "coverage_part",
        "use rekognition_iam::{Policy, policy, rekognition};\npub static P: Policy = policy![allow(rekognition::DetectFaces).on_any()];\n\
         pub fn f(c: aws_sdk_rekognition::Client) { c.detect_faces(); signer::new(c); }",
    );
    let Done { code, out, .. } = run_in(directory.path(), &["coverage"]);
    assert_eq!(
        (code, out.as_str()),
        (
            0,
            "1 call, 1 policy: no problem in what was followed, 1 place not followed\n"
        )
    );
}

/// The commands of the guide work on the example application, and the values that it sets are those of the policy.
#[test]
fn the_guide_is_right() {
    let guide = fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("docs/from-program-to-role.md"),
    )
    .unwrap();
    let values: Vec<(&str, &str)> = (guide.split("```hcl\n"))
        .filter_map(|block| block.split("```").next())
        .filter(|block| block.starts_with("region"))
        .flat_map(str::lines)
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.trim(), value.trim().trim_matches('"')))
        .collect();
    let Done { out, .. } = run_in(
        &app(),
        &["derive", "--format", "terraform", "--name", "app"],
    );
    let variables: Vec<&str> = (out.lines())
        .filter_map(|line| line.strip_prefix("variable \"")?.split('"').next())
        .collect();
    let names: Vec<&str> = values.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, variables);
    let mut arguments = vec![
        "derive".to_owned(),
        "--format".to_owned(),
        "json".to_owned(),
    ];
    for (name, value) in &values {
        assert!(guide.contains(&format!("{name}={value}")), "{name}");
        arguments.extend(["--set".to_owned(), format!("{name}={value}")]);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let Done { code, out, .. } = run_in(&app(), &arguments);
    assert_eq!(code, 0);
    let directory = Directory::new("guide");
    let policy = directory.file("app.json", out).path().join("app.json");
    let Done { code, out, .. } = run_in(
        &app(),
        &["coverage", "--policies", policy.to_str().unwrap()],
    );
    assert_eq!(
        (code, out.as_str()),
        (0, "13 calls, 1 policy: the policies match the calls\n")
    );
}

#[test]
fn coverage_reads_text_and_sam_templates() {
    let directory = package(
        "coverage_forms",
        "pub fn f(c: &aws_sdk_rekognition::Client) { c.detect_faces(); c.detect_labels(); }",
    );
    directory
        .file(
            "sam.yaml",
            "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      \
             Policies:\n        - RekognitionDetectOnlyPolicy: {}\n",
        )
        .file(
            "main.tf.json",
            r#"{"resource": {"aws_iam_policy": {"p": {"name": "p", "policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"rekognition:DetectFaces\", \"Resource\": \"*\"}]}"}}}}"#,
        );
    let coverage = |file: &str| directory.run(&["coverage", "--policies", file]);
    let Done { code, out, err } = coverage("sam.yaml");
    assert!(
        !out.contains("no policy allows it") && out.contains("unused: `rekognition:DetectText`"),
        "{code} {out} {err}"
    );
    let Done { code, out, err } = coverage("main.tf.json");
    assert_eq!(code, 1, "{err}");
    assert!(
        out.contains(
            "`detect_labels` needs `rekognition:DetectLabels` on `*`, and no policy allows it"
        ) && !out.contains("detect_faces"),
        "{out} {err}"
    );
}

#[test]
fn coverage_removes_resources_that_no_call_uses() {
    let directory = package(
        "coverage_resources",
        "use rekognition_iam::{Policy, policy, rekognition};\n\
         pub static P: Policy = policy![\n    allow(rekognition::ListFaces).on(\n        \
         rekognition::collection(\"us-east-1\", \"111122223333\", \"a\"),\n        \
         rekognition::collection(\"us-east-1\", \"111122223333\", \"b\"),\n        \
         rekognition::collection(\"us-east-1\", \"111122223333\", \"c\")\n    ),\n];\n\
         pub fn f(c: &aws_sdk_rekognition::Client) { c.list_faces().collection_id(\"a\"); }\n",
    );
    let Done { out, .. } = directory.run(&["coverage", "--fix"]);
    let removed: Vec<&str> = (out.lines())
        .filter(|line| line.starts_with('-') && line.contains("collection("))
        .collect();
    assert!(
        removed.len() == 2
            && !out
                .lines()
                .any(|line| line.starts_with('-') && line.contains("\"a\"")),
        "{out}"
    );
}

/// A package of a repository whose checkout cargo has is followed, wherever in the repository it is.
#[test]
fn a_git_dependency_is_followed() {
    let revision = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d";
    let directory = Directory::new("git_dependency");
    directory
        .file(
            "app/Cargo.toml",
            "[package]\nname = \"app\"\n[dependencies]\nbridge = { git = \"https://example.com/bridge.git\" }\n",
        )
        .file("app/src/main.rs", "fn main() { bridge::store().get_object(); }")
        .file(
            "app/Cargo.lock",
            format!(
                "version = 4\n\n[[package]]\nname = \"app\"\nversion = \"0.0.0\"\ndependencies = [\n \"bridge\",\n]\n\n\
                 [[package]]\nname = \"bridge\"\nversion = \"0.1.0\"\nsource = \"git+https://example.com/bridge.git#{revision}\"\n\
                 dependencies = [\n \"aws-sdk-s3\",\n]\n"
            ),
        );
    let run = || {
        let mut command = directory.command(&["derive", "--calls", "--manifest-path", "app"]);
        command.env("CARGO_HOME", directory.path().join("cargo"));
        Done::from(command.output().unwrap())
    };
    let Done { err, .. } = run();
    assert!(
        err.contains("`bridge` depends on the AWS SDK and its source is not in cargo's checkouts"),
        "{err}"
    );
    let checkout = "cargo/git/checkouts/bridge-0123456789abcdef/1a2b3c4";
    directory
        .file(&format!("{checkout}/Cargo.toml"), "[workspace]\nmembers = [\"crates/*\"]\n")
        .file(
            &format!("{checkout}/crates/bridge/Cargo.toml"),
            "[package]\nname = \"bridge\"\n[dependencies]\naws-sdk-s3 = \"1\"\n",
        )
        .file(
            &format!("{checkout}/crates/bridge/src/lib.rs"),
            "pub fn store() -> aws_sdk_s3::Client { loop {} }\npub fn own() { store().list_buckets(); }\n",
        );
    let Done { code, out, err } = run();
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (
            0,
            "bridge@1a2b3c4/crates/bridge/src/lib.rs:2: list_buckets\nsrc/main.rs:1: get_object\n",
            ""
        )
    );
}

const DETECT: &str =
    "pub async fn f(c: &aws_sdk_rekognition::Client) { let _ = c.detect_labels().send().await; }\n";

#[test]
fn policies_of_a_directory_in_json_count() {
    let directory = package("coverage_directory", DETECT);
    directory
        .file(
            "pol/p.json",
            r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["rekognition:DetectLabels", "rekognition:DetectText"], "Resource": "*"}]}"#,
        )
        .file(
            "pol/trust.json",
            r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}]}"#,
        )
        .file("pol/manifest.json", "{\"policies\": []}");
    let done = run_in(directory.path(), &["coverage", "--policies", "pol"]);
    assert_eq!(done.code, 1, "{}{}", done.out, done.err);
    assert!(
        done.out.starts_with("pol/p.json:1:")
            && done.out.contains("unused: `rekognition:DetectText`")
            && done.out.ends_with("1 call, 1 policy: 1 problem\n"),
        "{}",
        done.out
    );
    // A comment is not possible in JSON.
    assert!(done.out.contains("help: remove it\n"), "{}", done.out);
    assert!(
        done.err.contains("pol/trust.json: it is a trust policy"),
        "{}",
        done.err
    );
}

#[test]
fn a_fix_without_a_policy_in_rust_names_the_reason() {
    let directory = package("coverage_fix_nothing", DETECT);
    let done = run_in(directory.path(), &["coverage", "--fix"]);
    assert_eq!((done.code, done.out.as_str()), (1, ""));
    assert_eq!(
        done.err,
        "not fixed: there is no policy in Rust to add the missing actions to; write one with `rekognition-iam derive`\n"
    );
}

#[test]
fn comments_of_a_dependency_are_not_those_of_the_program() {
    let directory = package("coverage_dependency", DETECT);
    let mark = "// rekognition-iam: allow uncovered, by hand\n";
    directory
        .file(
            "app/Cargo.toml",
            "[package]\nname = \"app\"\n[dependencies]\naws-sdk-rekognition = \"1\"\nother = { path = \"../other\" }\n",
        )
        .file("app/src/main.rs", format!("{mark}{DETECT}"))
        .file("other/Cargo.toml", "[package]\nname = \"other\"\n[dependencies]\naws-sdk-rekognition = \"1\"\n")
        .file(
            "other/src/lib.rs",
            "// rekognition-iam: allow unused, for other programs\n// rekognition-iam: allow nonsense\npub fn f() {}\n",
        );
    let run = |package: &str| run_in(&directory.path().join(package), &["coverage"]);
    let done = run("app");
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    // In the package itself they are reported.
    let done = run("other");
    assert_eq!(done.code, 1, "{}{}", done.out, done.err);
    assert!(
        done.out.contains("this exception is not needed")
            && done
                .out
                .contains("expected `// rekognition-iam: allow unused, REASON`"),
        "{}",
        done.out
    );
}

#[test]
fn variables_of_terraform_accept_wildcards_only_if_they_are_allowed() {
    let directory = package(
        "derive_terraform_values",
        "pub async fn f(c: &aws_sdk_rekognition::Client, id: &str) { let _ = c.search_faces().collection_id(id).send().await; }\n",
    );
    let run = |more: &[&str]| {
        let arguments = ["derive", "--format", "terraform"];
        run_in(directory.path(), &[&arguments[..], more].concat()).out
    };
    let strict = run(&[]);
    assert!(
        strict.contains("variable \"region\"") && !strict.contains("[*?]"),
        "{strict}"
    );
    let wide = run(&["--allow-wildcards"]);
    assert_eq!(
        wide.matches("can(regex(\"[*?]\", var.").count(),
        3,
        "{wide}"
    );
}

/// What `derive --format terraform` writes is compared again, and what cannot be compared is never silent.
#[test]
fn terraform_is_compared_in_hcl() {
    let directory = package(
        "coverage_hcl",
        "pub async fn f(c: &aws_sdk_rekognition::Client) { c.detect_text().send().await; }",
    );
    let derived = directory.run(&["derive", "--format", "terraform"]);
    directory.file("infra/policy.tf", &derived.out);
    for policies in ["infra/policy.tf", "infra"] {
        let done = directory.run(&["coverage", "--policies", policies]);
        let expected = "1 call, 1 policy: the policies match the calls\n";
        assert_eq!(
            (done.code, done.out.as_str()),
            (0, expected),
            "{}",
            done.err
        );
    }
    let wider = derived
        .out
        .replace("DetectText", "DetectText\", \"rekognition:DetectFaces");
    directory.file("wide/policy.tf", wider);
    let done = directory.run(&["coverage", "--policies", "wide"]);
    assert_eq!(done.code, 1, "{}", done.out);
    assert!(done.out.contains("wide/policy.tf:"), "{}", done.out);
    directory.file("empty/readme.md", "");
    for (policies, error) in [
        ("Cargo.toml", "Cargo.toml: not a file with policies; "),
        ("nope.tf", "nope.tf: no such file or directory; "),
        ("empty", "empty: no policy to compare the calls with"),
    ] {
        let done = directory.run(&["coverage", "--policies", policies]);
        assert_eq!((done.code, done.out.as_str()), (2, ""), "{policies}");
        assert!(done.err.contains(error), "{}", done.err);
    }
}

#[test]
fn a_directory_without_a_package_and_wildcards_are_said() {
    let directory = Directory::new("no_package");
    directory.file("empty", "");
    let done = directory.run(&["derive"]);
    assert_eq!(done.code, 2);
    let error = "Cargo.toml: there is no such file\n  help: run the command in the directory of a package, or name its Cargo.toml";
    assert!(done.err.contains(error), "{}", done.err);
    let directory = package(
        "wildcards",
        "pub async fn f(c: &aws_sdk_rekognition::Client, id: &str) { c.list_faces().collection_id(id).send().await; }",
    );
    let json = ["derive", "--format", "json"];
    let done = directory.run(&json);
    assert!(done.err.contains("--set NAME=VALUE"), "{}", done.err);
    let done = directory.run(&[&json[..], &["--allow-wildcards"]].concat());
    assert_eq!(done.code, 0);
    assert!(
        done.err
            .starts_with("note: `*` was written for `region`, `account`, "),
        "{}",
        done.err
    );
    let given = [
        "--set",
        "region=us-east-1",
        "--set",
        "account=123456789012",
        "--set",
        "id=a",
    ];
    let done = directory.run(&[&json[..], &["--allow-wildcards"], &given].concat());
    assert!(!done.err.contains("note: `*`"), "{}", done.err);
}
