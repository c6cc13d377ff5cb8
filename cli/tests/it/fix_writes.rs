//! What `rekognition-iam fix` says that it did is what it did.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const WRONG: &str = r#"{"Version":"2012-10-17","Statement":[
  {"Effect":"Allow","Action":"rekognition:DetectLabel","Resource":"*"}]}"#;

fn directory(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fix-{name}"));
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(&root).unwrap();
    root
}

/// The exit code and standard error.
fn fix(directory: &Path, arguments: &[&str], input: &str) -> (i32, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rekognition-iam"))
        .current_dir(directory)
        .arg("fix")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("DetectLabels"));
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn a_read_only_file_stays_as_it_is() {
    let directory = directory("read-only");
    for name in ["locked.json", "open.json"] {
        fs::write(directory.join(name), WRONG).unwrap();
    }
    let locked = directory.join("locked.json");
    let mut permissions = fs::metadata(&locked).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&locked, permissions).unwrap();
    assert_eq!(
        fix(&directory, &["."], ""),
        (
            2,
            "changed 1 value in 1 file\nrekognition-iam: locked.json: the file is read-only\n"
                .to_string()
        )
    );
    assert_eq!(fs::read_to_string(&locked).unwrap(), WRONG);
    let open = fs::read_to_string(directory.join("open.json")).unwrap();
    assert!(open.contains("DetectLabels"), "{open}");
}

#[test]
fn standard_input_is_only_shown() {
    let directory = directory("stdin");
    assert_eq!(
        fix(&directory, &["-"], WRONG),
        (0, "would change 1 value in 1 file\n".to_string())
    );
    fs::write(directory.join("wrong.json"), WRONG).unwrap();
    assert_eq!(
        fix(&directory, &["-", "wrong.json"], WRONG),
        (
            0,
            "changed 1 value in 1 file\nwould change 1 value in 1 file\n".to_string()
        )
    );
}

#[cfg(unix)]
#[test]
fn other_names_of_a_file_keep_the_old_text() {
    let directory = directory("links");
    fs::write(directory.join("a.json"), WRONG).unwrap();
    fs::hard_link(directory.join("a.json"), directory.join("b.json")).unwrap();
    std::os::unix::fs::symlink("a.json", directory.join("c.json")).unwrap();
    let (code, _) = fix(&directory, &["c.json"], "");
    assert_eq!(code, 0);
    let read = |name| fs::read_to_string(directory.join(name)).unwrap();
    assert!(read("a.json").contains("DetectLabels"));
    assert_eq!(read("b.json"), WRONG);
    assert!(
        fs::symlink_metadata(directory.join("c.json"))
            .unwrap()
            .is_symlink()
    );
}
