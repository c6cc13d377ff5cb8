//! A client of the language server, which does what a script says.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::Directory;

/// Longer than any answer takes, also on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) struct Session {
    child: Child,
    stdin: Option<ChildStdin>,
    received: Receiver<Value>,
    /// What was not asked for yet.
    waiting: Vec<Value>,
    next: i64,
    root: String,
}

impl Session {
    /// A server that has not heard anything.
    pub(super) fn silent(directory: &Directory, arguments: &[&str]) -> Self {
        let mut all = vec!["lsp"];
        all.extend(arguments);
        let mut child = (directory.command(&all))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = child.stdout.take().unwrap();
        let (sender, received) = channel();
        std::thread::spawn(move || {
            let mut stdout = BufReader::new(stdout);
            while let Some(message) = message(&mut stdout) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let root = uri_of(directory.path().to_str().unwrap());
        Self {
            stdin: child.stdin.take(),
            child,
            received,
            waiting: Vec::new(),
            next: 0,
            root,
        }
    }

    /// A server with this directory as its workspace.
    pub(super) fn start(directory: &Directory) -> Self {
        Self::with(directory, &json!({}))
    }

    /// The same with these capabilities of the client.
    pub(super) fn with(directory: &Directory, capabilities: &Value) -> Self {
        let mut session = Self::silent(directory, &["--stdio"]);
        session.initialize(capabilities);
        session
    }

    pub(super) fn initialize(&mut self, capabilities: &Value) -> Value {
        let params = json!({
            "processId": null,
            "rootUri": self.root,
            "capabilities": capabilities,
        });
        let answer = self.request("initialize", &params);
        self.notify("initialized", &json!({}));
        answer["result"].clone()
    }

    pub(super) fn raw(&mut self, bytes: &[u8]) {
        let stdin = self.stdin.as_mut().unwrap();
        // The server may have ended.
        let _ = stdin.write_all(bytes).and_then(|()| stdin.flush());
    }

    pub(super) fn send(&mut self, message: &Value) {
        let text = message.to_string();
        self.raw(format!("Content-Length: {}\r\n\r\n{text}", text.len()).as_bytes());
    }

    pub(super) fn notify(&mut self, method: &str, params: &Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Sends a request without waiting for its response.
    pub(super) fn ask(&mut self, method: &str, params: &Value) -> i64 {
        self.next += 1;
        let id = self.next;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        id
    }

    pub(super) fn request(&mut self, method: &str, params: &Value) -> Value {
        let id = self.ask(method, params);
        self.answer(id)
    }

    pub(super) fn answer(&mut self, id: i64) -> Value {
        self.wait(&|message| message["id"] == id && message.get("method").is_none())
    }

    pub(super) fn wait(&mut self, is_it: &dyn Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.waiting.iter().position(is_it) {
            return self.waiting.remove(at);
        }
        loop {
            match self.received.recv_timeout(PATIENCE) {
                Ok(message) if is_it(&message) => return message,
                Ok(message) => self.waiting.push(message),
                Err(error) => panic!("{error}; received {:#?}", self.waiting),
            }
        }
    }

    pub(super) fn uri(&self, file: &str) -> String {
        format!("{}/{file}", self.root)
    }

    /// Opens a text and returns its diagnostics.
    pub(super) fn open(&mut self, file: &str, language: &str, text: &str) -> Vec<Value> {
        let uri = self.uri(file);
        self.open_uri(&uri, language, text)
    }

    pub(super) fn open_uri(&mut self, uri: &str, language: &str, text: &str) -> Vec<Value> {
        let item = json!({"uri": uri, "languageId": language, "version": 1, "text": text});
        self.notify("textDocument/didOpen", &json!({"textDocument": item}));
        self.diagnostics(uri, 1)
    }

    /// Replaces the whole text and returns its diagnostics.
    pub(super) fn replace(&mut self, file: &str, version: i64, text: &str) -> Vec<Value> {
        self.change(file, version, &json!([{"text": text}]))
    }

    pub(super) fn change(&mut self, file: &str, version: i64, changes: &Value) -> Vec<Value> {
        let uri = self.uri(file);
        let params =
            json!({"textDocument": {"uri": uri, "version": version}, "contentChanges": changes});
        self.notify("textDocument/didChange", &params);
        self.diagnostics(&uri, version)
    }

    pub(super) fn diagnostics(&mut self, uri: &str, version: i64) -> Vec<Value> {
        let message = self.wait(&|message| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri
                && message["params"]["version"] == version
        });
        message["params"]["diagnostics"].as_array().unwrap().clone()
    }

    /// Asks about the place of the `|` of a text.
    pub(super) fn at(&mut self, method: &str, file: &str, language: &str, text: &str) -> Value {
        let (before, after) = text.split_once('|').unwrap();
        // The text of the last question may be open.
        let uri = self.uri(file);
        self.notify(
            "textDocument/didClose",
            &json!({"textDocument": {"uri": uri}}),
        );
        let item = json!({"uri": uri, "languageId": language, "version": 1, "text": format!("{before}{after}")});
        self.notify("textDocument/didOpen", &json!({"textDocument": item}));
        let line = before.matches('\n').count();
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let character = before[start..].encode_utf16().count();
        let params = json!({
            "textDocument": {"uri": uri},
            "position": {"line": line, "character": character},
        });
        self.request(method, &params)["result"].clone()
    }

    /// The actions for a range, which starts and ends at these lines and columns.
    pub(super) fn actions(
        &mut self,
        file: &str,
        range: [u32; 4],
        only: Option<&str>,
    ) -> Vec<Value> {
        let mut context = json!({"diagnostics": []});
        if let Some(only) = only {
            context["only"] = json!([only]);
        }
        let params = json!({
            "textDocument": {"uri": self.uri(file)},
            "range": range_of(range),
            "context": context,
        });
        let answer = self.request("textDocument/codeAction", &params);
        answer["result"]
            .as_array()
            .unwrap_or_else(|| panic!("{answer}"))
            .clone()
    }

    /// Says `shutdown` and `exit`, and returns the exit code.
    pub(super) fn end(mut self) -> i32 {
        let answer = self.request("shutdown", &Value::Null);
        assert_eq!(answer["result"], Value::Null, "{answer}");
        assert!(answer.get("error").is_none(), "{answer}");
        self.notify("exit", &Value::Null);
        self.code()
    }

    /// The exit code after the end of the input.
    pub(super) fn code(mut self) -> i32 {
        drop(self.stdin.take());
        loop {
            match self.received.recv_timeout(PATIENCE) {
                Ok(_) => {}
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("the server does not end"),
            }
        }
        self.child.wait().unwrap().code().unwrap_or(-1)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // A failed test leaves no process.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(super) fn uri_of(path: &str) -> String {
    format!("file://{path}")
}

pub(super) fn range_of([line, column, end_line, end_column]: [u32; 4]) -> Value {
    json!({
        "start": {"line": line, "character": column},
        "end": {"line": end_line, "character": end_column},
    })
}

fn message(stdout: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if stdout.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().split_once(": ") {
            Some(("Content-Length", value)) => length = value.parse().unwrap(),
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    stdout.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).unwrap())
}
