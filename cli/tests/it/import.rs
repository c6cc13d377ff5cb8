//! `import`.

use std::fs;

use crate::support::{Directory, Done};

const INDEXER: &str = r#"{"Version":"2012-10-17","Statement":[
  {"Sid":"Images","Effect":"Allow","Action":"rekognition:DetectText","Resource":"*"}]}"#;
const READER: &str = r#"{"Version":"2012-10-17","Statement":[
  {"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::uploads/*"},
  {"Effect":"Allow","Action":"rekognition:DetectLabel","Resource":"*"}]}"#;

fn directory(name: &str, files: &[(&str, &str)]) -> Directory {
    let directory = Directory::new(name);
    for (file, text) in files {
        directory.file(file, text);
    }
    directory
}

fn run(directory: &Directory, arguments: &[&str]) -> Done {
    let mut all = vec!["import"];
    all.extend(arguments);
    directory.run(&all)
}

#[test]
fn files_as_one_module() {
    let root = directory(
        "files",
        &[
            ("face-indexer.json", INDEXER),
            ("reader.json", READER),
            ("template.yaml", "Resources: {}"),
        ],
    );
    let Done {
        code,
        out,
        err: error,
    } = run(&root, &["."]);
    assert_eq!(code, 0, "{error}");
    assert!(
        out.starts_with("use rekognition_iam::{Policy, policy, rekognition, s3};\n\n"),
        "{out}"
    );
    assert!(
        out.contains("pub static FACE_INDEXER: Policy = policy!["),
        "{out}"
    );
    assert!(
        out.contains("allow(s3::GetObject).on(s3::object(\"uploads\", \"*\")),"),
        "{out}"
    );
    assert!(
        out.contains("unlisted(\"rekognition:DetectLabel\", \"imported\")"),
        "{out}"
    );
    assert!(error.contains("features = [\"s3\"]"), "{error}");
    assert!(
        error.contains("1 finding would stop the compiler"),
        "{error}"
    );

    let Done { code, out, .. } = run(
        &root,
        &[
            "face-indexer.json",
            "--name",
            "x",
            "--kind",
            "session",
            "--out",
            "x.rs",
        ],
    );
    assert_eq!((code, out.as_str()), (0, ""));
    let written = root.text("x.rs");
    assert!(
        written.contains("pub static X: SessionPolicy =\n    session_policy![allow("),
        "{written}"
    );
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 4);
}

#[test]
fn standard_input() {
    let root = directory("stdin", &[]);
    let Done { code, out, .. } = root.feed(&["import", "-"], INDEXER.as_bytes());
    assert_eq!(code, 0);
    assert!(out.contains("pub static IMAGES: Policy"), "{out}");
}

/// All mistakes at once, and nothing written.
#[test]
fn mistakes() {
    let root = directory(
        "mistakes",
        &[("a.json", INDEXER), ("b.json", "{"), ("c.json", "[]")],
    );
    let Done {
        code,
        out,
        err: error,
    } = run(&root, &[".", "no.json", "--out", "x.rs"]);
    assert_eq!((code, out.as_str()), (2, ""));
    for part in [
        "b.json:1:2: expected a name in double quotes",
        "c.json:1:1: expected an object in the text, found a list",
        "no.json: no such file",
    ] {
        assert!(error.contains(part), "{error}");
    }
    assert!(!root.path().join("x.rs").exists());
    let Done {
        code, err: error, ..
    } = run(&root, &["a.json", "b.json", "--name", "x"]);
    assert_eq!(code, 2);
    assert!(
        error.contains("--name requires a single policy, but there are 2"),
        "{error}"
    );
}

#[cfg(unix)]
#[test]
fn a_file_is_written_as_fix_writes_it() {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    let directory = directory("out", &[("a.json", crate::support::CLEAN)]);
    let path = |name: &str| directory.path().join(name);
    // What was to be the temporary file, by those who knew its name.
    directory.file("elsewhere", "mine").file("old.rs", "old");
    symlink("elsewhere", path("link.rs.new")).unwrap();
    symlink("old.rs", path("link.rs")).unwrap();
    fs::set_permissions(path("old.rs"), fs::Permissions::from_mode(0o600)).unwrap();
    let done = run(&directory, &["a.json", "--out", "link.rs"]);
    assert_eq!(done.code, 2);
    assert!(
        done.err
            .contains("link.rs: the file exists and has other contents; add --force"),
        "{}",
        done.err
    );
    assert_eq!(directory.text("old.rs"), "old");
    let done = run(&directory, &["a.json", "--out", "link.rs", "--force"]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(directory.text("old.rs").contains("DetectLabels"));
    assert!(path("link.rs").is_symlink());
    assert_eq!(directory.text("elsewhere"), "mine");
    let mode = fs::metadata(path("old.rs")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // A device is not a file.
    symlink("/dev/null", path("null.rs")).unwrap();
    let done = run(&directory, &["a.json", "--out", "null.rs"]);
    assert_eq!(done.code, 2);
    assert!(
        done.err.contains("null.rs: not a regular file"),
        "{}",
        done.err
    );
    assert!(path("null.rs").is_symlink());
}
