//! Quick fixes are the edits of `fix`.

use serde_json::{Value, json};

use super::session::Session;
use crate::support::{Directory, WRONG};

const TWO: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": ["rekognition:DetectLabel", "rekognition:DetectFace"], "Resource": "*"}
  ]
}
"#;

/// The text after an action.
fn applied(text: &str, action: &Value, uri: &str) -> String {
    let edits = action["edit"]["changes"][uri].as_array().unwrap();
    let mut lines: Vec<String> = text.split('\n').map(String::from).collect();
    for edit in edits.iter().rev() {
        let place = |end: &str, of: &str| edit["range"][end][of].as_u64().unwrap() as usize;
        assert_eq!(place("start", "line"), place("end", "line"));
        let line = &mut lines[place("start", "line")];
        line.replace_range(
            place("start", "character")..place("end", "character"),
            edit["newText"].as_str().unwrap(),
        );
    }
    lines.join("\n")
}

#[test]
fn a_quick_fix_is_the_edit_of_fix() {
    let directory = Directory::new("lsp-fix");
    directory.file("a.json", WRONG);
    let mut session = Session::start(&directory);
    session.open("a.json", "json", WRONG);
    let uri = session.uri("a.json");
    let column = WRONG.lines().nth(3).unwrap().find("DetectLabel").unwrap() as u32;
    let actions = session.actions("a.json", [3, column, 3, column], Some("quickfix"));
    let titles: Vec<&str> = actions
        .iter()
        .map(|action| action["title"].as_str().unwrap())
        .collect();
    assert_eq!(titles, ["replace with `\"rekognition:DetectLabels\"`"]);
    assert_eq!(actions[0]["kind"], "quickfix");
    assert_eq!(actions[0]["diagnostics"][0]["code"], "INVALID_ACTION");
    assert_eq!(directory.run(&["fix", "a.json"]).code, 0);
    assert_eq!(applied(WRONG, &actions[0], &uri), directory.text("a.json"));
    // Next to the finding.
    assert_eq!(
        session.actions("a.json", [0, 0, 1, 0], Some("quickfix")),
        Vec::<Value>::new()
    );
    // Right away after a change, before its diagnostics.
    let changed = WRONG.replace("DetectLabel", "DetectFace");
    let params =
        json!({"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": changed}]});
    session.notify("textDocument/didChange", &params);
    let actions = session.actions("a.json", [3, column, 3, column], None);
    assert_eq!(
        actions[0]["title"],
        "replace with `\"rekognition:DetectFaces\"`"
    );
    assert_eq!(session.end(), 0);
}

#[test]
fn all_fixes_of_a_file() {
    let directory = Directory::new("lsp-fix-all");
    directory.file("a.json", TWO);
    let mut session = Session::start(&directory);
    session.open("a.json", "json", TWO);
    let uri = session.uri("a.json");
    for only in ["source", "source.fixAll", "source.fixAll.rekognition-iam"] {
        let actions = session.actions("a.json", [0, 0, 0, 0], Some(only));
        assert_eq!(actions.len(), 1, "{actions:#?}");
        assert_eq!(actions[0]["title"], "apply all 2 fixes of this file");
        directory.file("a.json", TWO).run(&["fix", "a.json"]);
        assert_eq!(applied(TWO, &actions[0], &uri), directory.text("a.json"));
    }
    assert_eq!(
        session.actions("a.json", [0, 0, 9, 0], Some("source.fix")),
        Vec::<Value>::new()
    );
    assert_eq!(
        session.actions("a.json", [0, 0, 9, 0], Some("refactor")),
        Vec::<Value>::new()
    );
    assert_eq!(session.end(), 0);
}

#[test]
fn edits_are_for_a_version_if_the_client_wants_it() {
    let directory = Directory::new("lsp-versions");
    let mut session = Session::with(
        &directory,
        &json!({"workspace": {"workspaceEdit": {"documentChanges": true}}}),
    );
    session.open("a.json", "json", WRONG);
    let actions = session.actions("a.json", [3, 0, 3, 99], Some("quickfix"));
    let change = &actions[0]["edit"]["documentChanges"][0];
    assert_eq!(
        change["textDocument"],
        json!({"uri": session.uri("a.json"), "version": 1})
    );
    assert_eq!(
        change["edits"][0]["newText"],
        "\"rekognition:DetectLabels\""
    );
    assert_eq!(session.end(), 0);
}

#[test]
fn a_fix_that_is_refused_is_not_offered() {
    // `locals.tf` needs the value as it is.
    let main = "\
variable \"action\" {
  default = \"rekognition:DetectLabel\"
}
data \"aws_iam_policy_document\" \"a\" {
  statement {
    actions   = [var.action]
    resources = [\"*\"]
  }
}
";
    let directory = Directory::new("lsp-refused");
    directory
        .file("main.tf", main)
        .file("other.tf", "locals {\n  name = var.action\n}\n");
    let reason = directory.run(&["fix", "main.tf"]);
    assert_eq!(reason.code, 1, "{reason:?}");
    let mut session = Session::start(&directory);
    session.open("main.tf", "terraform", main);
    assert_eq!(
        session.actions("main.tf", [0, 0, 9, 0], None),
        Vec::<Value>::new()
    );
    assert_eq!(session.end(), 0);
    let client = json!({"textDocument": {"codeAction": {"disabledSupport": true}}});
    let mut session = Session::with(&directory, &client);
    session.open("main.tf", "terraform", main);
    let actions = session.actions("main.tf", [0, 0, 9, 0], None);
    let disabled = actions[0]["disabled"]["reason"].as_str().unwrap();
    assert!(reason.err.contains(disabled), "{disabled} {reason:?}");
    assert!(actions[0].get("edit").is_none());
    assert_eq!(session.end(), 0);
}
