//! `diff` of the work tree and git revisions.

use crate::diff_all::{STACK, lines};
use crate::diff_denies::guarded;
use crate::support::{Directory, Done, allow};
use serde_json::json;
use std::process::Command;

fn git(directory: &Directory, arguments: &[&str]) {
    let done = Command::new("git")
        .current_dir(directory.path())
        .args([
            "-c",
            "user.name=test",
            "-c",
            "user.email=test@example.com",
            "-c",
            "commit.gpgsign=false",
        ])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
}

#[test]
fn the_work_tree_against_a_revision() {
    let directory = Directory::new("work_tree");
    directory
        .json("policies/changed.json", &allow(&json!("s3:GetObject")))
        .json("policies/gone.json", &allow(&json!("sns:Publish")))
        .json("policies/same.json", &allow(&json!("sqs:SendMessage")))
        .json(
            "policies/node_modules/x.json",
            &allow(&json!("sqs:SendMessage")),
        )
        .file("stack.yaml", STACK);
    git(&directory, &["init", "-q", "-b", "main"]);
    git(&directory, &["add", "-A"]);
    git(&directory, &["commit", "-qm", "first"]);
    directory
        .json(
            "policies/changed.json",
            &allow(&json!(["s3:GetObject", "s3:PutObject"])),
        )
        .json("policies/added.json", &allow(&json!("kms:Decrypt")));
    std::fs::remove_file(directory.path().join("policies/gone.json")).unwrap();
    let done = directory.run(&[
        "diff",
        "--git",
        "main",
        "--format",
        "json",
        "policies",
        "stack.yaml",
    ]);
    assert_eq!(
        (done.code, done.err.lines().count()),
        (1, 2),
        "{}",
        done.err
    );
    let found: Vec<String> = (lines(&done).iter())
        .map(|line| {
            format!(
                "{} {} {} {}",
                line["old"].as_str().unwrap_or("-"),
                line["new"].as_str().unwrap_or("-"),
                line["in"].as_str().unwrap(),
                line["relation"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            "- policies/added.json added wider",
            "main:policies/changed.json policies/changed.json both wider",
            "main:policies/gone.json - removed narrower",
            "main:policies/same.json policies/same.json both equivalent",
            "main:stack.yaml stack.yaml both equivalent",
            "main:stack.yaml stack.yaml both equivalent",
        ]
    );
    // A file that is gone can be named, in a directory below the top too, and by its whole path.
    let whole = directory.path().join("policies/gone.json");
    for path in ["policies/gone.json", whole.to_str().unwrap()] {
        let done = directory.run(&["diff", "--git", "HEAD", path]);
        assert_eq!(done.code, 0, "{}", done.err);
        assert!(
            done.out
                .starts_with("removed policy: HEAD:policies/gone.json\n"),
            "{}",
            done.out
        );
    }
    let below = Command::new(env!("CARGO_BIN_EXE_rekognition-iam"))
        .current_dir(directory.path().join("policies"))
        .args(["diff", "--git", "HEAD", "../stack.yaml", "./changed.json"])
        .output()
        .unwrap();
    assert_eq!(below.status.code(), Some(1));
    let out = String::from_utf8(below.stdout).unwrap();
    assert!(
        out.contains("wider: HEAD:policies/changed.json -> changed.json\n"),
        "{out}"
    );
}

#[test]
fn a_revision_is_never_an_option_or_a_command() {
    let directory = Directory::new("a_revision_is_never");
    directory.json("a.json", &allow(&json!("s3:GetObject")));
    git(&directory, &["init", "-q", "-b", "main"]);
    git(&directory, &["add", "-A"]);
    git(&directory, &["commit", "-qm", "first"]);
    for (revision, says) in [
        ("--output=owned", "does not start with `-`"),
        ("-h", "does not start with `-`"),
        ("", "is not a git revision"),
        ("nowhere", "`nowhere` is not a commit of this repository"),
        ("main:a.json", "is not a commit of this repository"),
        ("main;touch owned", "is not a commit of this repository"),
        ("$(touch owned)", "is not a commit of this repository"),
    ] {
        let done = directory.run(&["diff", &format!("--git={revision}"), "a.json"]);
        assert_eq!((done.code, done.out.as_str()), (2, ""), "{revision}");
        assert!(done.err.contains(says), "{revision}: {}", done.err);
    }
    assert!(!directory.path().join("owned").exists());
    let done = directory.run(&["diff", "--git", "main", "nothing.json"]);
    assert_eq!(done.code, 2);
    assert!(
        done.err
            .contains("nothing.json: no such file in the work tree or at `main`"),
        "{}",
        done.err
    );
    let done = directory.run(&[
        "diff",
        "--git",
        "main",
        "../../../../../../../../etc/x.json",
    ]);
    assert!(
        done.code == 2 && done.err.contains("outside the repository"),
        "{}",
        done.err
    );
    let done = Done::from(
        (directory.command(&["diff", "--git", "main", "a.json"]))
            .env("PATH", "/nowhere")
            .output()
            .unwrap(),
    );
    assert!(
        done.code == 2 && done.err.contains("`git` was not found"),
        "{}",
        done.err
    );
    let done = Done::from(
        (directory.command(&["diff", "--git", "main", "a.json"]))
            .env("GIT_DIR", "/nowhere")
            .output()
            .unwrap(),
    );
    assert!(
        done.code == 2 && done.err.contains("not a git repository"),
        "{}",
        done.err
    );
}

#[test]
fn what_was_a_policy_and_cannot_be_read_is_not_removed() {
    let directory = Directory::new("a_broken_policy");
    let [_, new] = guarded();
    directory
        .json("policies/a.json", &new)
        .file("policies/odd.json", "{");
    git(&directory, &["init", "-q"]);
    git(&directory, &["add", "."]);
    git(&directory, &["commit", "-q", "-m", "all"]);
    // What never was a policy is only noted.
    let done = directory.run(&["diff", "--git", "HEAD", "policies"]);
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    assert!(
        done.out.contains("policies/odd.json: skipped:"),
        "{}",
        done.out
    );
    directory.file("policies/a.json", "{\"Version\":");
    let done = directory.run(&["diff", "--git", "HEAD", "policies"]);
    assert_eq!(done.code, 2, "{}", done.out);
    assert!(
        done.err.contains("policies/a.json: ") && done.err.contains("; it was a policy before"),
        "{}",
        done.err
    );
    assert!(!done.out.contains("removed policy"), "{}", done.out);
    // Repaired again, all of it is new: nobody knows what the broken file would have allowed.
    git(&directory, &["commit", "-qam", "broken"]);
    directory.json("policies/a.json", &new);
    let done = directory.run(&["diff", "--git", "HEAD", "policies"]);
    assert_eq!(done.code, 1, "{}{}", done.out, done.err);
    assert!(
        done.out.contains("new policy: policies/a.json"),
        "{}",
        done.out
    );
}
