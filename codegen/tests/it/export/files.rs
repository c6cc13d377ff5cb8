//! What an export does to the files on disk.

use std::fs;
use std::time::{Duration, SystemTime};

use crate::export::support::{GOOD, Package};
use rekognition_iam_codegen::Export;
use serde_json::{Value, json};

#[test]
fn the_files_and_their_list() {
    let package = Package::new(
        "golden",
        &[(
            "src/lib.rs",
            &format!("pub const LABELS: Policy = {GOOD};\n#[cfg(test)] const T: P = policy![];"),
        )],
    );
    let report = package.export().write().unwrap();
    assert_eq!(
        report.to_string(),
        "excluded: src/lib.rs:2:27: T: only compiled for tests\nwrote policies/labels.json\nwrote policies/manifest.json\n1 policies, 1 excluded, 2 files written, 0 removed"
    );
    assert_eq!(
        package.read("policies/labels.json"),
        r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "rekognition:DetectLabels",
      "Resource": "*"
    }
  ]
}
"#
    );
    let text = package.read("policies/manifest.json");
    let list: Value = serde_json::from_str(&text).unwrap();
    let sha256 = &report.policies()[0].sha256;
    assert_eq!(
        list,
        json!({
            "generated_by": "rekognition-iam-codegen",
            "package": "demo",
            "catalogue": {
                "as_of": rekognition_iam_runtime::catalogue::AS_OF,
                "source": rekognition_iam_runtime::catalogue::SOURCE,
            },
            "policies": [{
                "name": "labels",
                "kind": "identity",
                "file": "labels.json",
                "format": "json",
                "item": "LABELS",
                "source": "src/lib.rs",
                "parameters": [],
                "size": 108,
                "quota": 6144,
                "sha256": sha256,
                "exceptions": [],
                "warnings": [],
            }],
            "left_out": [{"item": "T", "source": "src/lib.rs", "why": "only compiled for tests"}],
        })
    );
    assert!(text.starts_with("{\n  \"generated_by\": ") && text.ends_with("}\n"));
    let root = package.root.to_str().unwrap();
    assert!(!text.contains(root), "no path of this machine");
}

#[test]
fn exceptions_and_warnings_are_listed() {
    let package = Package::new("exceptions", &[("src/lib.rs", EXCEPTIONS)]);
    let report = package.export().write().unwrap();
    let list: Value = serde_json::from_str(&package.read("policies/manifest.json")).unwrap();
    assert_eq!(
        list["policies"][0]["exceptions"],
        json!([
            {"unlisted": "rekognition:NewAction", "reason": "released \"yesterday\""},
            {"accepted": "REKOGNITION_IAM_RESOURCE_UNUSED", "statement": 1, "reason": "comes with the next release"},
        ])
    );
    assert!(
        report
            .to_string()
            .contains("exception: a: statement 2: REKOGNITION_IAM_RESOURCE_UNUSED: comes with"),
        "{report}"
    );
    assert!(
        report
            .to_string()
            .contains("exception: a: unlisted rekognition:NewAction: released"),
        "{report}"
    );
}

const EXCEPTIONS: &str = r#"static A: Policy = policy![
    allow(unlisted("rekognition:NewAction", "released \"yesterday\"")).on_any(),
    allow(rekognition::IndexFaces)
        .on(
            rekognition::collection("us-east-1", "123456789012", "faces"),
            s3::object("uploads", "*"),
        )
        .accept(REKOGNITION_IAM_RESOURCE_UNUSED, "comes with the next release"),
];"#;

#[test]
fn what_the_rules_doubt_is_a_warning() {
    let package = Package::new(
        "doubt",
        &[(
            "src/lib.rs",
            "static A: Policy = policy![\n    allow(rekognition::CreateProject)\n        \
             .on(rekognition::project(\"us-east-1\", \"123456789012\", \"*\", \"*\")),\n];",
        )],
    );
    let report = package.export().write().unwrap();
    let warnings: Vec<_> = report.warnings().collect();
    let [warning] = warnings.as_slice() else {
        panic!("{warnings:?}")
    };
    assert_eq!(
        (warning.file().to_str(), warning.line()),
        (Some("src/lib.rs"), Some(2))
    );
    let rule = "note: rule REKOGNITION_IAM_ACTION_RESOURCE_DISPUTED: ";
    assert!(
        warning.notes().iter().any(|note| note.starts_with(rule)),
        "{warning}"
    );
    let list: Value = serde_json::from_str(&package.read("policies/manifest.json")).unwrap();
    assert_eq!(list["policies"][0]["warnings"], json!([warning.message()]));
}

#[test]
fn a_policy_that_is_too_large_is_refused_unless_accepted() {
    let resources: String = (0..150)
        .map(|number| format!("s3::object(\"bucket-number-{number}\", \"a prefix/*\"),"))
        .collect();
    let package = |name: &str, accepted: &str| {
        let text = format!(
            "static BIG: Policy = policy![{accepted}allow(s3::GetObject).on({resources})];"
        );
        Package::new(name, &[("src/lib.rs", &text)])
    };
    let error = package("size", "")
        .export()
        .write()
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("more than a managed policy may have"),
        "{error}"
    );
    assert!(
        error.contains("POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA"),
        "{error}"
    );

    let package = package(
        "size_accepted",
        "accept(POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA, \"an inline policy of a role\"), ",
    );
    let report = package.export().write().unwrap();
    let size = report.policies()[0].size;
    // Counted without white space, that in strings included.
    let minified: Value = serde_json::from_str(&package.read("policies/big.json")).unwrap();
    assert_eq!(size, minified.to_string().replace(' ', "").len());
    assert!(size > 6_144);
    assert_eq!(report.warnings().count(), 0);
}

#[test]
fn a_second_export_writes_nothing() {
    let package = Package::new(
        "second",
        &[("src/lib.rs", &format!("const A: Policy = {GOOD};"))],
    );
    let first = package.export().write().unwrap();
    assert_eq!(
        first.written(),
        ["policies/a.json", "policies/manifest.json"]
    );
    let modified = |file: &str| {
        fs::metadata(package.root.join(file))
            .unwrap()
            .modified()
            .unwrap()
    };
    // Cargo would take a newer file for one that was changed after the build script ran.
    assert_eq!(modified("policies/a.json"), modified("src/lib.rs"));
    let before = modified("policies/manifest.json");
    assert!(package.export().write().unwrap().written().is_empty());
    assert_eq!(modified("policies/manifest.json"), before);
    package.export().check().unwrap();

    // The same source elsewhere gives the same bytes, and lines move without a change of any file.
    let other = Package::new(
        "second_elsewhere",
        &[("src/lib.rs", &format!("\n\n\nconst A: Policy = {GOOD};"))],
    );
    other.export().write().unwrap();
    assert_eq!(other.files(), package.files());
}

#[test]
fn line_ends_of_git_are_no_change() {
    let package = Package::new(
        "crlf",
        &[("src/lib.rs", &format!("const A: Policy = {GOOD};"))],
    );
    package.export().write().unwrap();
    for file in ["policies/a.json", "policies/manifest.json"] {
        let text = package.read(file).replace('\n', "\r\n");
        package.write(file, text);
    }
    package.export().check().unwrap();
    // Nor do they make an edit of it.
    package.write("src/lib.rs", "");
    assert_eq!(
        package.export().write().unwrap().removed(),
        ["policies/a.json"]
    );
}

#[test]
fn minified_files() {
    let package = Package::new(
        "minified",
        &[("src/lib.rs", &format!("const A: Policy = {GOOD};"))],
    );
    package.export().pretty(false).write().unwrap();
    assert_eq!(
        package.read("policies/a.json"),
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"rekognition:DetectLabels","Resource":"*"}]}"#
    );
}

#[test]
fn files_of_policies_that_are_gone() {
    let package = Package::new(
        "stale",
        &[(
            "src/lib.rs",
            &format!(
                "const A: Policy = {GOOD}; const B: Policy = {GOOD}; const C: Policy = {GOOD};"
            ),
        )],
    );
    package.write("policies/README.md", "ours too, but not of an export");
    package.write("policies/other.json", "{}");
    package.export().write().unwrap();
    let edited = package
        .read("policies/c.json")
        .replace("DetectLabels", "DetectFaces");
    package.write("policies/c.json", &edited);
    package.write("src/lib.rs", format!("const A: Policy = {GOOD};"));

    let error = package.export().check().unwrap_err();
    assert!(error.is_out_of_date());
    assert!(
        error.to_string().contains("policies/b.json: is left over"),
        "{error}"
    );
    assert_eq!(package.exported().len(), 6, "checking removes nothing");

    let report = package.export().write().unwrap();
    assert_eq!(report.removed(), ["policies/b.json"]);
    let warnings: Vec<_> = report.warnings().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        [
            "policies/c.json: no policy produces this file anymore; it was kept because it was edited\n  help: delete it, or move it to a different directory"
        ]
    );
    assert_eq!(
        package.exported(),
        [
            "README.md",
            "a.json",
            "c.json",
            "manifest.json",
            "other.json"
        ]
    );
    assert_eq!(package.read("policies/c.json"), edited);

    // Now it is someone's own, and in the way of a new policy of its name.
    package.write(
        "src/lib.rs",
        format!("const A: Policy = {GOOD}; const C: Policy = {GOOD};"),
    );
    assert_eq!(
        package.error(),
        "policies/c.json: this file was not written by an export and would be overwritten\n  \
           help: move it away, delete it if it is an old export, or rename the policy"
    );
}

/// The JSON that a policy was imported from is the same document, whatever its layout.
#[test]
fn a_file_with_the_same_policy_is_taken_over() {
    let package = Package::new(
        "same",
        &[("src/lib.rs", &format!("const A: Policy = {GOOD};"))],
    );
    package.export().write().unwrap();
    let written = package.read("policies/a.json");
    package.remove("policies/manifest.json");
    package.write("policies/a.json", written.replace([' ', '\n'], ""));
    package.export().write().unwrap();
    assert_eq!(package.read("policies/a.json"), written);
    package.remove("policies/manifest.json");
    package.write("policies/a.json", written.replace("Allow", "Deny"));
    assert!(
        package
            .error()
            .starts_with("policies/a.json: this file was not written")
    );
}

#[test]
fn our_own_files_are_restored() {
    let package = Package::new(
        "restored",
        &[(
            "src/lib.rs",
            &format!("const A: Policy = {GOOD}; const B: Policy = {GOOD};"),
        )],
    );
    package.export().write().unwrap();
    let before = package.files();
    package.write("policies/a.json", "edited");
    package.remove("policies/b.json");
    let report = package.export().write().unwrap();
    assert_eq!(report.written(), ["policies/a.json", "policies/b.json"]);
    assert_eq!(package.files(), before);
    // The edit is not lost without a word.
    let warnings: Vec<String> = report.warnings().map(ToString::to_string).collect();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(
        warnings[0].starts_with(
            "policies/a.json: the file was edited after its export; the edit was replaced\n"
        ) && warnings[0].contains("\n  +edited\n")
            && warnings[0].ends_with("help: change the policy in Rust instead"),
        "{}",
        warnings[0]
    );
    // A changed policy replaces a file that nobody edited, and there is nothing to report.
    package.write("src/lib.rs", format!("const A: Policy = policy![allow(rekognition::DetectText).on_any()]; const B: Policy = {GOOD};"));
    let report = package.export().write().unwrap();
    assert_eq!(
        report.written(),
        ["policies/a.json", "policies/manifest.json"]
    );
    assert_eq!(report.warnings().count(), 0);
    package.write(
        "src/lib.rs",
        format!("const A: Policy = {GOOD}; const B: Policy = {GOOD};"),
    );
    package.export().write().unwrap();

    // Without the list, what is up to date is taken over.
    package.remove("policies/manifest.json");
    package.export().write().unwrap();
    assert_eq!(package.files(), before);
}

#[test]
fn lists_that_are_none_of_ours() {
    let package = Package::new(
        "lists",
        &[("src/lib.rs", &format!("const A: Policy = {GOOD};"))],
    );
    package.export().write().unwrap();
    let list = package.read("policies/manifest.json");
    for (text, expected) in [
        (
            "{\"name\": \"a web app\"}".to_owned(),
            "policies/manifest.json: this file was not written by an export and would be overwritten\n  help: export into a separate directory",
        ),
        (
            list.replacen("{\n", "{\n<<<<<<< ours\n", 1),
            "policies/manifest.json:2:1: the list of the earlier export is not valid JSON: expected a string\n  help: restore it, or delete it; exported files that are up to date are then listed again",
        ),
        (
            list.replace("\"demo\"", "\"another\""),
            "policies/manifest.json: this directory contains the policies of the package `another`, not of `demo`\n  help: export each package into a separate directory\n  help: if the package was renamed, change its name in this file too",
        ),
        (
            list.replace("\"a.json\"", "\"../../a.json\""),
            "policies/manifest.json: policies[0] has no `file` in this directory, or no `sha256`\n  help: restore it, or delete it; exported files that are up to date are then listed again",
        ),
        (
            list.replace("sha256", "sha1"),
            "policies/manifest.json: policies[0] has no `file` in this directory, or no `sha256`\n  help: restore it, or delete it; exported files that are up to date are then listed again",
        ),
    ] {
        package.write("policies/manifest.json", text);
        assert_eq!(package.error(), expected);
    }
}

#[test]
fn the_difference_is_shown() {
    let package = Package::new(
        "check",
        &[("src/lib.rs", &format!("const A: Policy = {GOOD};"))],
    );
    let error = package.export().check().unwrap_err();
    assert!(error.is_out_of_date());
    assert_eq!(
        error.to_string(),
        "policies/a.json: is missing\npolicies/manifest.json: is missing"
    );
    assert!(package.exported().is_empty());

    package.export().write().unwrap();
    let before = package.files();
    package.write(
        "src/lib.rs",
        format!(
            "const A: Policy = {};",
            GOOD.replace("DetectLabels", "DetectFaces")
        ),
    );
    let error = package.export().check().unwrap_err();
    assert!(error.is_out_of_date());
    let shown = r#"policies/a.json: is out of date
  @@ -3,7 +3,7 @@
     "Statement": [
       {
         "Effect": "Allow",
  -      "Action": "rekognition:DetectLabels",
  +      "Action": "rekognition:DetectFaces",
         "Resource": "*"
       }
     ]
policies/manifest.json: is out of date
"#;
    let error = error.to_string();
    assert!(error.starts_with(shown), "{error}");
    assert_eq!(package.files(), before);

    // A mistake in a policy is not a file that is out of date.
    package.write("src/lib.rs", "const A: Policy = policy![];");
    assert!(!package.export().check().unwrap_err().is_out_of_date());
}

#[test]
fn one_mistake_and_nothing_is_written() {
    let package = Package::new(
        "half",
        &[(
            "src/lib.rs",
            &format!("const A: Policy = {GOOD}; const B: Policy = {GOOD};"),
        )],
    );
    package.export().write().unwrap();
    package.write(
        "src/lib.rs",
        "const A: Policy = policy![allow(rekognition::DetectFaces).on_any()]; const C: Policy = policy![];",
    );
    // `error` compares the files.
    assert!(
        package
            .error()
            .starts_with("src/lib.rs:1:88: this policy has no statement")
    );
}

#[test]
fn a_disk_that_fails_changes_nothing() {
    let package = Package::new(
        "disk",
        &[(
            "src/lib.rs",
            &format!("const A: Policy = {GOOD}; const B: Policy = {GOOD};"),
        )],
    );
    package.export().write().unwrap();
    let read = |name: &str| fs::read_to_string(package.root.join(name)).unwrap();
    let before = read("policies/a.json");
    package.write(
        "src/lib.rs",
        format!("const A: Policy = {GOOD}; const B: Policy = {GOOD};")
            .replace("DetectLabels", "DetectFaces"),
    );
    // The second file cannot be replaced.
    let second = package.root.join("policies/b.json");
    let mut permissions = fs::metadata(&second).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&second, permissions).unwrap();
    assert_eq!(
        package.error(),
        "policies/b.json: cannot be written: the file is read-only"
    );
    assert_eq!(read("policies/a.json"), before);
}

#[test]
fn what_a_killed_run_left_behind_is_removed() {
    let package = Package::new(
        "killed",
        &[("src/lib.rs", &format!("const A: Policy = {GOOD};"))],
    );
    for name in ["a.json", "policies.json", "mine.json"] {
        package.write(&format!("policies/.{name}.0123456789abcdef.tmp"), "half");
    }
    package.export().write().unwrap();
    let mut names: Vec<_> = fs::read_dir(package.root.join("policies"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".tmp"))
        .collect();
    names.sort();
    // Only what is ours, going by the list of our files.
    assert!(names.contains(&".mine.json.0123456789abcdef.tmp".to_owned()));
    assert!(!names.contains(&".a.json.0123456789abcdef.tmp".to_owned()));
}

#[test]
fn targets_that_cannot_be_written() {
    let package = Package::new(
        "target",
        &[("src/lib.rs", &format!("const A: Policy = {GOOD};"))],
    );
    package.write("file", "");
    let error = |export: Export| export.write().unwrap_err().to_string();
    let with = |directory: &str| error(package.export().into_source(directory));
    for directory in ["file", "file/policies", "file/a/b"] {
        assert_eq!(
            with(directory),
            format!("{directory}: the directory cannot be created: a file with this name exists")
        );
    }

    fs::create_dir_all(package.root.join("policies/a.json")).unwrap();
    assert!(
        package
            .error()
            .starts_with("policies/a.json: cannot be read: ")
    );

    for directory in ["src", "src/policies", "./src/../src/x"] {
        let message = with(directory);
        assert!(
            message.contains("this directory is inside the source directory `src`"),
            "{message}"
        );
    }
    // Next to it, with a name that begins in the same way, is fine.
    package
        .export()
        .into_source("src_policies")
        .write()
        .unwrap();
    assert!(package.root.join("src_policies/a.json").exists());
}

/// A file system that takes no files, also from root.
#[cfg(target_os = "linux")]
#[test]
fn read_only_targets() {
    let package = Package::new(
        "read_only",
        &[("src/lib.rs", &format!("const A: Policy = {GOOD};"))],
    );
    let error = package
        .export()
        .out_dir("/proc/policies")
        .write()
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("/proc/policies: the directory cannot be created: "),
        "{error}"
    );
    let error = package
        .export()
        .out_dir("/proc/self")
        .write()
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("/proc/self/a.json: cannot be written: "),
        "{error}"
    );
}

#[test]
fn old_clocks_do_no_harm() {
    let package = Package::new(
        "clock",
        &[("src/lib.rs", &format!("const A: Policy = {GOOD};"))],
    );
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
    let file = fs::File::options()
        .append(true)
        .open(package.root.join("src/lib.rs"))
        .unwrap();
    file.set_modified(old).unwrap();
    package.export().write().unwrap();
    package.export().check().unwrap();
}
