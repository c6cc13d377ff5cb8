//! Names of files and texts of policies that would do something to a terminal, or to a log that takes lines for commands.

use serde_json::{Value, json};

use crate::support::{Directory, Done};

/// A line end, a command of GitHub Actions, and what clears a terminal in both of its forms.
const NAME: &str = "a\n::error::b%0A,c:\u{1b}[2J\u{9b}2J\u{202e}.json";
const SID: &str = "s\r\n::stop-commands::x\u{1b}[2J\u{9b}2J\u{7f}";

fn policy() -> Value {
    json!({"Version": "2012-10-17", "Statement": [
        {"Sid": SID, "Effect": "Allow", "Action": format!("rekognition:Detect{SID}"), "Resource": format!("arn:aws:s3:::{SID}"),
         "Condition": {"StringEquals": {format!("aws:PrincipalTag/{SID}"): SID}}},
        {"Sid": SID, "Effect": "Allow", "Action": "rekognition:DetectLabel", "Resource": "*"},
    ]})
}

fn directory(name: &str) -> Directory {
    let directory = Directory::new(name);
    // As it is in JSON, and with the characters that JSON need not escape.
    let text = policy().to_string();
    let raw = text.replace("\\u007f", "\u{7f}");
    assert!(raw.contains('\u{7f}') && raw.contains('\u{9b}'));
    directory.file(NAME, raw).file(
        "good.json",
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}"#,
    );
    directory
}

/// Nothing is written but what is seen, and no line is a command.
#[track_caller]
fn is_plain(done: &Done) {
    for text in [&done.out, &done.err] {
        let hidden = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!text.contains(hidden), "{text:?}");
        for line in text.lines() {
            assert!(!line.trim_start().starts_with("::"), "{text}");
        }
    }
}

#[test]
fn for_people() {
    let directory = directory("hostile_people");
    let done = directory.run(&["check", NAME]);
    assert_eq!(done.code, 1, "{}", done.err);
    is_plain(&done);
    // The name is reported all the same, and the place in it.
    assert!(
        done.out
            .contains("--> a\\n::error::b%0A,c:\\u{1b}[2J\\u{9b}2J\\u{202e}.json:1:"),
        "{}",
        done.out
    );
    let absent = format!("x{NAME}");
    for arguments in [
        &["check", &absent][..],
        &["check", "--format", "json", &absent],
        &["fix", &absent],
        &["import", &absent],
        &["diff", NAME, "good.json"],
        &["diff", "good.json", NAME],
        &["diff", &absent, NAME],
        &["prove", NAME, "--never", "*"],
        &["prove", NAME, "--only-on", "arn:aws:sns:*"],
        &["prove", "good.json", "--no-wider-than", NAME],
        &["derive", "--manifest-path", &absent],
        &["coverage", "--manifest-path", &absent],
    ] {
        is_plain(&directory.run(arguments));
    }
    for policies in [
        &["--policy", NAME][..],
        &["--policy", NAME, "--policy", "good.json"],
    ] {
        let mut arguments = vec!["evaluate", "--action", "s3:GetObject", "--resource", "*"];
        arguments.extend(policies);
        let done = directory.run(&arguments);
        assert!(done.out.contains("statement "), "{}{}", done.out, done.err);
        is_plain(&done);
    }
}

#[test]
fn notes_for_people() {
    let directory = Directory::new("hostile_notes");
    directory.json(
        "main.tf.json",
        &json!({"resource": {"aws_iam_policy": {SID: {"policy": "${file(\"p.json\")}"}}}}),
    );
    directory.file("sub/x\n::error::y\u{1b}.json", "{ // no JSON\n}");
    for format in ["human", "json"] {
        let done = directory.run(&["check", "--format", format, "main.tf.json", "sub"]);
        // Nothing of it could be checked.
        assert_eq!(done.code, 2);
        is_plain(&done);
        let told = format!("{}{}", done.out, done.err);
        assert_eq!(told.matches("note: ").count(), 2, "{told}");
    }
    // A configuration speaks too.
    directory.file(
        "c\n::error::.toml",
        "[unlisted]\n\"a:b\" = \"why\\n::error::x\\u001b\"\n",
    );
    is_plain(&directory.run(&["check", "--config", "c\n::error::.toml", "main.tf.json"]));
    directory.file("c\n::error::.toml", "[\"x\\n::error::\\u001b\"]\n");
    is_plain(&directory.run(&["check", "--config", "c\n::error::.toml", "main.tf.json"]));
}

#[test]
fn for_github() {
    let directory = directory("hostile_github");
    let done = directory.run(&["check", "--format", "github", NAME]);
    assert_eq!(done.code, 1);
    assert!(!done.out.contains(|c: char| c.is_control() && c != '\n'));
    for line in done.out.lines() {
        let (head, message) = (line.strip_prefix("::"))
            .and_then(|rest| rest.split_once("::"))
            .unwrap();
        // `%` of the name is escaped before what `%` begins.
        assert!(
            head.contains(
                " file=a\\n%3A%3Aerror%3A%3Ab%250A%2Cc%3A\\u{1b}[2J\\u{9b}2J\\u{202e}.json,line=1,"
            ),
            "{line}"
        );
        assert_eq!(head.split(',').count(), 6, "{line}");
        let kind = head.split(' ').next().unwrap();
        assert!(["error", "warning", "notice"].contains(&kind), "{line}");
        // The only line ends in a message are those before our own words.
        for (at, _) in message.match_indices("%0A") {
            assert!(message[at..].starts_with("%0Ahelp: "), "{line}");
        }
    }
    assert!(
        done.out.contains("s\\r\\n::stop-commands::x"),
        "{}",
        done.out
    );
}

#[test]
fn for_programs() {
    let directory = directory("hostile_programs");
    let done = directory.run(&["check", "--format", "json", NAME]);
    is_plain(&done);
    for line in done.out.lines() {
        let found: Value = serde_json::from_str(line).unwrap();
        assert_eq!(found["file"], NAME);
    }
    assert!(done.out.contains("\\u001b"), "{}", done.out);
    let done = directory.run(&["check", "--format", "sarif", NAME]);
    is_plain(&done);
    let sarif: Value = serde_json::from_str(&done.out).unwrap();
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "a%0A%3A%3Aerror%3A%3Ab%250A%2Cc%3A%1B%5B2J%C2%9B2J%E2%80%AE.json"
    );
    // The head of a diff is in the words of git.
    let done = directory.run(&["fix", "--dry-run", NAME]);
    assert!(
        done.out.starts_with(
            "--- \"a\\012::error::b%0A,c:\\033[2J\\302\\2332J\\342\\200\\256.json\"\n+++ \"a\\012"
        ),
        "{}",
        done.out
    );
}
