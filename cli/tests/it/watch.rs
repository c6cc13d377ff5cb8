//! `check --watch` checks again when a file changes.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::support::{CLEAN, Directory, WRONG};

/// A command that watches, stopped when it is dropped.
struct Watching {
    child: Child,
    /// The last line of each report.
    reports: Receiver<String>,
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Watching {
    fn new(directory: &Directory, arguments: &[&str]) -> Self {
        let all: Vec<&str> = ["check", "--watch"]
            .iter()
            .chain(arguments)
            .copied()
            .collect();
        let mut child = (directory.command(&all))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (sender, reports) = channel();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if line.contains(" in ") && line.contains(" file") && sender.send(line).is_err() {
                    return;
                }
            }
        });
        Self { child, reports }
    }

    fn next(&self) -> String {
        // It takes milliseconds, but on a busy machine.
        self.reports.recv_timeout(Duration::from_secs(60)).unwrap()
    }

    fn is_idle(&self) -> bool {
        self.reports
            .recv_timeout(Duration::from_millis(700))
            .is_err()
    }
}

#[test]
fn a_change_is_checked() {
    let directory = Directory::new("watch");
    directory.file("policies/a.json", CLEAN);
    let watching = Watching::new(&directory, &["policies"]);
    assert_eq!(watching.next(), "1 policy in 1 file: nothing found");
    assert!(watching.is_idle());
    directory.file("policies/a.json", WRONG);
    assert_eq!(watching.next(), "1 policy in 1 file: 1 error");
    // A new file, in a new directory too.
    directory.file("policies/below/b.json", WRONG);
    let mut last = watching.next();
    if !last.starts_with("2 policies") {
        // The directory was there before the file.
        last = watching.next();
    }
    assert_eq!(last, "2 policies in 2 files: 2 errors");
    // The configuration in the current directory.
    directory.file(
        "rekognition-iam.toml",
        "[rules.INVALID_ACTION]\nlevel = \"off\"\nreason = \"x\"\n",
    );
    assert_eq!(watching.next(), "2 policies in 2 files: nothing found");
    // Other files do not matter.
    directory
        .file("policies/notes.txt", "x")
        .file("policies/.hidden/c.json", WRONG);
    assert!(watching.is_idle());
}

#[test]
fn what_a_module_reads_is_watched() {
    let directory = Directory::new("watch-module");
    let text = CLEAN.replace("DetectLabels", "DetectText");
    directory.file("d/p.txt", &text).file(
        "d/main.tf",
        "resource \"aws_iam_policy\" \"p\" {\n  policy = file(\"${path.module}/p.txt\")\n}\nresource \"aws_iam_policy\" \"l\" {\n  policy = local.policy\n}\n",
    );
    let watching = Watching::new(&directory, &["d/main.tf"]);
    assert!(watching.next().ends_with("nothing found"));
    // A file that the module names, and one that comes to it.
    directory.file("d/p.txt", WRONG);
    assert!(watching.next().ends_with("1 error"));
    directory.file(
        "d/locals.tf",
        format!("locals {{\n  policy = <<EOF\n{WRONG}EOF\n}}\n"),
    );
    assert!(watching.next().ends_with("2 errors"));
    // Another file of the directory is neither.
    directory.file("d/notes.txt", WRONG);
    assert!(watching.is_idle());
}

#[test]
fn directories_that_come_and_go_are_watched() {
    let directory = Directory::new("watch-directories");
    let path = |name: &str| directory.path().join(name);
    directory.file("d/below/a.json", WRONG);
    let watching = Watching::new(&directory, &["d"]);
    assert!(watching.next().ends_with("1 error"));
    std::fs::rename(path("d/below"), path("d/renamed")).unwrap();
    assert!(watching.next().ends_with("1 error"));
    std::fs::rename(path("d/renamed"), path("elsewhere")).unwrap();
    assert!(watching.next().contains("nothing was checked"));
    // The directory itself is made again, as `git checkout` does.
    std::fs::remove_dir_all(path("d")).unwrap();
    assert!(watching.next().contains("could not be used"));
    directory.file("d/b.json", WRONG);
    let mut last = watching.next();
    if !last.starts_with("1 policy") {
        last = watching.next();
    }
    assert!(last.ends_with("1 error"), "{last}");
    directory.file("d/b.json", CLEAN);
    assert!(watching.next().ends_with("nothing found"));
}

#[test]
fn its_own_report_is_not_a_change() {
    let directory = Directory::new("watch-output");
    directory.file("a.json", CLEAN);
    let _watching = Watching::new(
        &directory,
        &["--format", "sarif", "--output", "out.json", "."],
    );
    let path = directory.path().join("out.json");
    let written = || {
        std::fs::metadata(&path)
            .and_then(|data| data.modified())
            .ok()
    };
    while written().is_none() {
        std::thread::sleep(Duration::from_millis(50));
    }
    std::thread::sleep(Duration::from_millis(700));
    let first = written();
    std::thread::sleep(Duration::from_millis(700));
    assert_eq!(written(), first);
}

#[test]
fn standard_input_cannot_be_watched() {
    let directory = Directory::new("watch-stdin");
    let done = directory.feed(&["check", "--watch", "-"], CLEAN.as_bytes());
    assert_eq!(done.code, 2);
    assert!(
        done.err
            .contains("standard input cannot be watched; name a file"),
        "{}",
        done.err
    );
    let done = directory.run(&["check", "--watch", "absent"]);
    assert_eq!(done.code, 2);
    assert!(
        done.err.contains("absent: no such file or directory"),
        "{}",
        done.err
    );
}
