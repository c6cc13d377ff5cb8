//! Directories with files, the command run in them, and what it said.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

pub(crate) const CLEAN: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": "rekognition:DetectLabels", "Resource": "*"}
  ]
}
"#;

pub(crate) const WRONG: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": "rekognition:DetectLabel", "Resource": "*"}
  ]
}
"#;

pub(crate) const INDEXER: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "Index", "Effect": "Allow", "Action": "rekognition:IndexFaces",
     "Resource": "arn:aws:rekognition:us-east-1:123456789012:collection/staff",
     "Condition": {"StringEquals": {"aws:SourceVpc": ["vpc-1", "vpc-2"]}}},
    {"Sid": "Plain", "Effect": "Deny", "Action": "*", "Resource": "*",
     "Condition": {"Bool": {"aws:SecureTransport": false}}}
  ]
}
"#;

pub(crate) const STAFF: &str = "arn:aws:rekognition:us-east-1:123456789012:collection/staff";

pub(crate) fn allow(actions: &Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]})
}

/// A directory of one test.
pub(crate) struct Directory(PathBuf);

impl Drop for Directory {
    fn drop(&mut self) {
        // What a failed test leaves is worth a look.
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}

impl Directory {
    pub(crate) fn new(name: &str) -> Self {
        // Tests run in parallel, some tools run each in a process of its own, and two of them may choose one name.
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let process = std::process::id();
        let path =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{process}-{number}"));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn file(&self, name: &str, text: impl AsRef<[u8]>) -> &Self {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    pub(crate) fn json(&self, name: &str, value: &Value) -> &Self {
        self.file(name, value.to_string())
    }

    pub(crate) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        command_in(&self.0, arguments)
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Done {
        run_in(&self.0, arguments)
    }

    /// The same with something on standard input.
    pub(crate) fn feed(&self, arguments: &[&str], input: &[u8]) -> Done {
        let mut child = (self.command(arguments))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        // Next to the reading: both pipes may fill up.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Done::from(output)
    }

    /// The findings of `check --format json`.
    pub(crate) fn found(&self, arguments: &[&str]) -> Vec<Value> {
        let mut all = vec!["check", "--format", "json"];
        all.extend(arguments);
        let done = self.run(&all);
        (done.out.lines())
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// The same as `id path line:column`.
    pub(crate) fn lines(&self, arguments: &[&str]) -> Vec<String> {
        (self.found(arguments).iter())
            .map(|found| {
                format!(
                    "{} {} {}:{}",
                    found["id"].as_str().unwrap(),
                    found["path"].as_str().unwrap(),
                    found["line"],
                    found["column"]
                )
            })
            .collect()
    }
}

fn command_in(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rekognition-iam"));
    command.current_dir(directory).args(arguments);
    command
}

pub(crate) fn run_in(directory: &Path, arguments: &[&str]) -> Done {
    Done::from(command_in(directory, arguments).output().unwrap())
}

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Done {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

#[track_caller]
pub(crate) fn has(lines: &[String], expected: &str) {
    assert!(
        lines.iter().any(|line| line == expected),
        "{expected}\n{lines:#?}"
    );
}
