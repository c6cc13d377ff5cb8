//! The protocol itself: life cycle, errors, positions, and input that no editor sends.

use serde_json::{Value, json};

use super::session::{Session, range_of};
use crate::support::{CLEAN, Directory, WRONG};

#[test]
fn a_session_from_start_to_end() {
    let directory = Directory::new("lsp-session");
    let mut session = Session::silent(&directory, &[]);
    let early = session.request("textDocument/hover", &json!({}));
    assert_eq!(early["error"]["code"], -32002, "{early}");
    // Without effect.
    session.notify("textDocument/didOpen", &json!({}));
    let result = session.initialize(&json!({}));
    assert_eq!(result["serverInfo"]["name"], "rekognition-iam");
    assert_eq!(result["capabilities"]["positionEncoding"], "utf-16");
    assert_eq!(result["capabilities"]["textDocumentSync"]["change"], 2);
    let second = session.request("initialize", &json!({"capabilities": {}}));
    assert_eq!(second["error"]["code"], -32600, "{second}");
    for method in ["textDocument/rename", "$/unknown", "workspace/symbol", ""] {
        let answer = session.request(method, &json!({}));
        assert_eq!(answer["error"]["code"], -32601, "{answer}");
    }
    let answer = session.request("textDocument/codeAction", &json!({"textDocument": 1}));
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
    session.notify("$/unknown", &json!({"x": 1}));
    session.notify("textDocument/didChange", &json!([1, 2]));
    session.notify("textDocument/didChange", &json!({"textDocument": {"uri": session.uri("x.json"), "version": 1}, "contentChanges": []}));
    assert_eq!(session.open("a.json", "json", CLEAN), Vec::<Value>::new());
    let id = session.ask("shutdown", &Value::Null);
    assert!(session.answer(id).get("error").is_none());
    let late = session.request("textDocument/codeAction", &json!({}));
    assert_eq!(late["error"]["code"], -32600, "{late}");
    session.notify("exit", &Value::Null);
    assert_eq!(session.code(), 0);
}

#[test]
fn an_end_without_shutdown_is_an_error() {
    let directory = Directory::new("lsp-end");
    let mut session = Session::start(&directory);
    session.notify("exit", &Value::Null);
    assert_eq!(session.code(), 1);
    // The editor is gone.
    assert_eq!(Session::start(&directory).code(), 1);
    assert_eq!(Session::start(&directory).end(), 0);
}

#[test]
fn utf_8_when_the_client_offers_it() {
    let text = WRONG.replace("\"Effect\"", "\"Sid\": \"\u{e4}\u{1f600}\", \"Effect\"");
    let directory = Directory::new("lsp-encoding");
    for (offered, encoding, extra) in [
        (json!(["utf-8", "utf-16"]), "utf-8", 6),
        (json!(["utf-32", "utf-16"]), "utf-16", 3),
        (json!([]), "utf-16", 3),
    ] {
        let mut session = Session::silent(&directory, &[]);
        let result = session.initialize(&json!({"general": {"positionEncodings": offered}}));
        assert_eq!(result["capabilities"]["positionEncoding"], encoding);
        let found = session.open("a.json", "json", &text);
        let action = found
            .iter()
            .find(|found| found["code"] == "INVALID_ACTION")
            .unwrap();
        let column = text.lines().nth(3).unwrap().find("DetectLabel").unwrap() - 6;
        assert_eq!(
            action["range"]["start"],
            json!({"line": 3, "character": column + extra}),
            "{encoding}"
        );
        assert_eq!(session.end(), 0);
    }
}

#[test]
fn changes_in_the_middle_of_lines_with_any_ends() {
    let directory = Directory::new("lsp-changes");
    let mut session = Session::start(&directory);
    let text = CLEAN
        .replace('\n', "\r\n")
        .replace("\"Effect\"", "\"Sid\": \"\u{1f600}\", \"Effect\"");
    session.open("a.json", "json", &text);
    // `DetectLabels` loses its last letter, in two steps that refer to each other.
    let line = text.lines().nth(3).unwrap();
    let column = |part: &str| line.split(part).next().unwrap().encode_utf16().count();
    let end = column("\", \"Resource");
    let at = |from: usize, to: usize, text: &str| {
        let range =
            json!({"start": {"line": 3, "character": from}, "end": {"line": 3, "character": to}});
        json!({"range": range, "text": text})
    };
    let changes = json!([at(end - 1, end, "xy"), at(end - 1, end + 1, "")]);
    let found = session.change("a.json", 2, &changes);
    let action = found
        .iter()
        .find(|found| found["code"] == "INVALID_ACTION")
        .unwrap();
    assert!(
        action["message"]
            .as_str()
            .unwrap()
            .contains("rekognition:DetectLabel"),
        "{action}"
    );
    assert_eq!(action["range"]["start"]["character"], column("DetectLabel"));
    // A whole new line, and the end of a line from a column after it.
    let range = json!({"start": {"line": 0, "character": 99}, "end": {"line": 1, "character": 0}});
    let found = session.change("a.json", 3, &json!([{"range": range, "text": "\n\n\n"}]));
    let action = found
        .iter()
        .find(|found| found["code"] == "INVALID_ACTION")
        .unwrap();
    assert_eq!(action["range"]["start"]["line"], 5);
    assert_eq!(session.end(), 0);
}

#[test]
fn a_canceled_request_is_answered_as_canceled() {
    let directory = Directory::new("lsp-cancel");
    let mut session = Session::start(&directory);
    // Long enough that the second request waits for the first one, which needs the findings.
    let many: Vec<String> = (0..100)
        .map(|number| format!("\"s3:Get{number}\""))
        .collect();
    let text = WRONG.replace(
        "\"rekognition:DetectLabel\"",
        &format!("[{}]", many.join(",")),
    );
    let uri = session.uri("a.json");
    let item = json!({"uri": uri, "languageId": "json", "version": 1, "text": text});
    session.notify("textDocument/didOpen", &json!({"textDocument": item}));
    let params = json!({
        "textDocument": {"uri": uri},
        "range": range_of([0, 0, 0, 0]),
        "context": {"diagnostics": [], "only": ["quickfix"]},
    });
    let slow = session.ask("textDocument/codeAction", &params);
    let canceled = session.ask("textDocument/codeAction", &params);
    session.notify("$/cancelRequest", &json!({"id": canceled}));
    session.notify("$/cancelRequest", &json!({"id": "unknown"}));
    session.notify("$/cancelRequest", &Value::Null);
    assert_eq!(session.answer(canceled)["error"]["code"], -32800);
    assert_eq!(session.answer(slow)["result"], json!([]));
    assert_eq!(session.end(), 0);
}

#[test]
fn a_text_with_many_fixes_does_not_stop_the_server() {
    let directory = Directory::new("lsp-many");
    let client = json!({"textDocument": {"codeAction": {"disabledSupport": true}}});
    let mut session = Session::with(&directory, &client);
    let many: Vec<String> = (0..101)
        .map(|_| "\n\"rekognition:DetectLabel\"".to_string())
        .collect();
    let text = WRONG.replace(
        "\"rekognition:DetectLabel\"",
        &format!("[{}]", many.join(",")),
    );
    session.open("a.json", "json", &text);
    let actions = session.actions("a.json", [0, 0, 0, 0], Some("source"));
    let reason = actions[0]["disabled"]["reason"].as_str().unwrap();
    assert!(reason.contains("`rekognition-iam fix`"), "{reason}");
    assert_eq!(session.end(), 0);
}

#[test]
fn messages_that_are_not_valid_do_not_end_the_session() {
    let directory = Directory::new("lsp-malformed");
    let mut session = Session::start(&directory);
    for (body, code) in [
        ("{", -32700),
        ("[]", -32600),
        ("{\"id\": 7}", -32600),
        ("\u{0}", -32700),
    ] {
        session.raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
        let answer =
            session.wait(&|message| message["id"].is_null() && message.get("error").is_some());
        assert_eq!(answer["error"]["code"], code, "{body}");
    }
    assert_eq!(session.open("a.json", "json", WRONG).len(), 1);
    // From here on, nobody knows where a message starts.
    session.raw(b"Content-Length: 99999999999999\r\n\r\n");
    assert_eq!(session.code(), 2);
}
