//! What is shown is what `check` reports.

use std::fs;

use serde_json::{Value, json};

use super::session::Session;
use crate::support::{CLEAN, Directory, WRONG};

fn codes(found: &[Value]) -> Vec<&str> {
    found
        .iter()
        .map(|found| found["code"].as_str().unwrap_or("note"))
        .collect()
}

const TEMPLATE: &str = "\
Resources:
  Reader:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Action: [rekognition:DetectLabel, 'rekognition:DetectFaces']
            Resource: '*'
";

const MODULE: &str = r#"
data "aws_iam_policy_document" "labels" {
  statement {
    actions   = [local.action]
    resources = ["*"]
  }
}
"#;

#[test]
fn the_same_findings_as_check_in_every_language() {
    let directory = Directory::new("lsp-same");
    let main = MODULE.replace("local.action", "\"rekognition:DetectLabel\"");
    let files = [
        ("a.json", "json", WRONG),
        ("b.yaml", "yaml", TEMPLATE),
        ("main.tf", "terraform", &main),
    ];
    let mut session = Session::start(&directory);
    for (name, language, text) in files {
        directory.file(name, text);
        let reported = directory.found(&[name]);
        let shown = session.open(name, language, text);
        let shown: Vec<Value> = shown
            .into_iter()
            .filter(|shown| shown.get("code").is_some())
            .collect();
        assert_eq!(
            shown.len(),
            reported.len(),
            "{name}: {shown:#?} {reported:#?}"
        );
        for (shown, reported) in shown.iter().zip(&reported) {
            assert_eq!(shown["code"], reported["id"]);
            assert_eq!(shown["source"], "rekognition-iam");
            assert_eq!(
                shown["range"]["start"]["line"],
                reported["line"].as_u64().unwrap() - 1
            );
            assert!(
                shown["message"]
                    .as_str()
                    .unwrap()
                    .starts_with(reported["message"].as_str().unwrap())
            );
            let page = shown["codeDescription"]["href"].as_str().unwrap();
            assert!(page.contains(reported["id"].as_str().unwrap()), "{page}");
        }
        assert!(codes(&shown).contains(&"INVALID_ACTION"));
    }
    assert_eq!(session.end(), 0);
}

#[test]
fn closing_a_file_clears_its_diagnostics() {
    let directory = Directory::new("lsp-close");
    let mut session = Session::start(&directory);
    assert_eq!(
        codes(&session.open("a.json", "json", WRONG)),
        ["INVALID_ACTION"]
    );
    let uri = session.uri("a.json");
    session.notify(
        "textDocument/didClose",
        &json!({"textDocument": {"uri": uri}}),
    );
    let cleared = session.wait(&|message| message["method"] == "textDocument/publishDiagnostics");
    assert_eq!(cleared["params"]["diagnostics"], json!([]));
    assert!(cleared["params"].get("version").is_none());
    assert_eq!(session.end(), 0);
}

#[test]
fn a_text_that_is_not_finished_keeps_the_findings_of_its_other_parts() {
    let directory = Directory::new("lsp-unfinished");
    let mut session = Session::start(&directory);
    assert_eq!(
        codes(&session.open("a.yaml", "yaml", TEMPLATE)),
        ["INVALID_ACTION"]
    );
    let broken = TEMPLATE.replace("  Reader:\n", "  Reader:\n    Metadata: {\"a\n");
    let found = session.replace("a.yaml", 2, &broken);
    let known = found
        .iter()
        .find(|found| found["code"] == "INVALID_ACTION")
        .unwrap();
    assert_eq!(known["range"]["start"]["line"], 9, "{found:#?}");
    assert!(
        found
            .iter()
            .any(|found| found.get("code").is_none() && found["severity"] == 1)
    );
    // A part that changed may have another meaning.
    let broken = broken.replace("DetectLabel", "DetectLa");
    let found = session.replace("a.yaml", 3, &broken);
    assert_eq!(codes(&found), ["note"]);
    assert_eq!(
        codes(&session.replace("a.yaml", 4, TEMPLATE)),
        ["INVALID_ACTION"]
    );
    // From the first letter to the last.
    for (length, _) in WRONG.char_indices() {
        let name = "b.json";
        let text = &WRONG[..length];
        match length {
            0 => session.open(name, "json", text),
            _ => session.replace(name, length as i64 + 1, text),
        };
    }
    assert_eq!(
        codes(&session.replace("b.json", 1_000, WRONG)),
        ["INVALID_ACTION"]
    );
    assert_eq!(session.end(), 0);
}

#[test]
fn files_of_others_have_no_notes() {
    let directory = Directory::new("lsp-others");
    let mut session = Session::start(&directory);
    for (name, language, text) in [
        (
            "package.json",
            "json",
            "{\"name\": \"x\", \"version\": \"1.0.0\"}",
        ),
        ("tsconfig.json", "jsonc", "{// comment\n}"),
        (
            "workflow.yml",
            "yaml",
            "on: push\njobs: {a: {steps: [{run: x}]}}",
        ),
        ("broken.yml", "yaml", "a: [b"),
        ("empty.json", "json", ""),
        ("versions.tf", "terraform", "terraform {}\n"),
    ] {
        assert_eq!(
            session.open(name, language, text),
            Vec::<Value>::new(),
            "{name}"
        );
    }
    assert_eq!(session.end(), 0);
}

#[test]
fn the_configuration_of_the_workspace() {
    let directory = Directory::new("lsp-configuration");
    let off = "[rules.INVALID_ACTION]\nlevel = \"off\"\nreason = \"x\"\nfiles = [\"legacy/*\"]\n";
    directory.file("rekognition-iam.toml", off);
    let mut session = Session::start(&directory);
    assert_eq!(
        session.open("legacy/a.json", "json", WRONG),
        Vec::<Value>::new()
    );
    assert_eq!(
        codes(&session.open("new/a.json", "json", WRONG)),
        ["INVALID_ACTION"]
    );
    // As it is now.
    directory.file("rekognition-iam.toml", "");
    session.notify("workspace/didChangeWatchedFiles", &json!({"changes": []}));
    let uri = session.uri("legacy/a.json");
    assert_eq!(codes(&session.diagnostics(&uri, 1)), ["INVALID_ACTION"]);
    // A run with this configuration would check nothing.
    directory.file(
        "rekognition-iam.toml",
        "[rules.NOTHING]\nlevel = \"off\"\nreason = \"x\"\n",
    );
    session.notify(
        "workspace/didChangeConfiguration",
        &json!({"settings": null}),
    );
    let found = session.diagnostics(&uri, 1);
    assert_eq!(codes(&found), ["note"]);
    let message = found[0]["message"].as_str().unwrap();
    assert!(
        message.starts_with("not checked: ") && message.contains("there is no rule `NOTHING`"),
        "{message}"
    );
    assert_eq!(session.end(), 0);
}

#[test]
fn findings_that_are_accepted_are_not_shown() {
    let directory = Directory::new("lsp-accepted");
    directory
        .file("a.json", WRONG)
        .file("rekognition-iam.toml", "baseline = \"known.json\"\n");
    assert_eq!(directory.run(&["check", ".", "--write-baseline"]).code, 0);
    let mut session = Session::start(&directory);
    assert_eq!(session.open("a.json", "json", WRONG), Vec::<Value>::new());
    assert_eq!(
        codes(&session.open("other.json", "json", WRONG)),
        ["INVALID_ACTION"]
    );
    let commented = TEMPLATE.replace(
        "          - Effect",
        "          # rekognition-iam: allow INVALID_ACTION, tried\n          - Effect",
    );
    assert_eq!(
        session.open("a.yaml", "yaml", &commented),
        Vec::<Value>::new()
    );
    // A baseline that is away, or damaged, and then repaired.
    let uri = session.uri("a.json");
    let known = directory.text("known.json");
    let path = directory.path().join("known.json");
    for text in [None, Some("{"), Some(known.as_str())] {
        match text {
            None => fs::remove_file(&path).unwrap(),
            Some(text) => fs::write(&path, text).unwrap(),
        }
        session.notify(
            "textDocument/didSave",
            &json!({"textDocument": {"uri": uri}}),
        );
        let found = session.diagnostics(&uri, 1);
        let is_refused = (found.iter()).any(|found| {
            found["message"]
                .as_str()
                .unwrap()
                .starts_with("not checked")
        });
        assert_eq!(
            is_refused,
            text != Some(known.as_str()),
            "{text:?}: {found:?}"
        );
        assert_eq!(found.len(), usize::from(is_refused), "{text:?}: {found:?}");
    }
    assert_eq!(session.end(), 0);
}

#[test]
fn the_open_files_of_a_module_are_read_as_they_are_in_the_editor() {
    let directory = Directory::new("lsp-module");
    directory.file("main.tf", MODULE).file(
        "locals.tf",
        "locals {\n  action = \"rekognition:DetectLabels\"\n}\n",
    );
    let mut session = Session::start(&directory);
    assert_eq!(
        session.open("main.tf", "terraform", MODULE),
        Vec::<Value>::new()
    );
    let uri = session.uri("main.tf");
    session.open(
        "locals.tf",
        "terraform",
        "locals {\n  action = \"rekognition:DetectLabel\"\n}\n",
    );
    assert_eq!(codes(&session.diagnostics(&uri, 1)), ["INVALID_ACTION"]);
    // Closed without being saved.
    let locals = session.uri("locals.tf");
    session.notify(
        "textDocument/didClose",
        &json!({"textDocument": {"uri": locals}}),
    );
    assert_eq!(session.diagnostics(&uri, 1), Vec::<Value>::new());
    assert_eq!(session.end(), 0);
}

#[test]
fn texts_without_a_file() {
    let directory = Directory::new("lsp-untitled");
    // Not a part of the new text's module.
    directory.file(
        "locals.tf",
        "locals {\n  action = \"rekognition:DetectLabel\"\n}\n",
    );
    let mut session = Session::start(&directory);
    assert_eq!(
        codes(&session.open_uri("untitled:Untitled-1", "json", WRONG)),
        ["INVALID_ACTION"]
    );
    assert_eq!(
        codes(&session.open_uri("untitled:Untitled-2", "yaml", TEMPLATE)),
        ["INVALID_ACTION"]
    );
    let written = MODULE.replace("local.action", "\"rekognition:DetectLabel\"");
    let found = session.open_uri("untitled:Untitled-3", "terraform", &written);
    assert_eq!(codes(&found), ["INVALID_ACTION"]);
    let found = session.open_uri("untitled:Untitled-4", "terraform", MODULE);
    assert!(!codes(&found).contains(&"INVALID_ACTION"), "{found:#?}");
    assert_eq!(
        session.open_uri("vscode-vfs://host/a.json", "json", CLEAN),
        Vec::<Value>::new()
    );
    assert_eq!(session.end(), 0);
}

#[test]
fn names_that_a_uri_escapes() {
    let directory = Directory::new("lsp-names");
    let off = "[rules.INVALID_ACTION]\nlevel = \"off\"\nreason = \"x\"\nfiles = [\"\u{e4} b/*\"]\n";
    directory.file("rekognition-iam.toml", off);
    let mut session = Session::start(&directory);
    assert_eq!(
        session.open("%C3%A4%20b/c.json", "json", WRONG),
        Vec::<Value>::new()
    );
    assert_eq!(
        codes(&session.open("%00/c.json", "json", WRONG)),
        ["INVALID_ACTION"]
    );
    assert!(
        fs::read_dir(directory.path()).unwrap().count() == 1,
        "the server writes no file"
    );
    assert_eq!(session.end(), 0);
}
