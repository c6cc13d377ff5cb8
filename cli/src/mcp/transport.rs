//! Messages of JSON-RPC, one a line.
//!
//! The SDK has a transport too. It skips a line that it cannot read, so the client would wait for an answer forever.

use std::io::{self, BufRead, Read, Write};
use std::thread;

use rmcp::RoleServer;
use rmcp::service::{RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc::{Receiver, channel};

/// Bytes of one line.
const MAX_LINE: u64 = 16 << 20;

const PARSE_ERROR: i32 = -32_700;
const INVALID_REQUEST: i32 = -32_600;
const INVALID_PARAMS: i32 = -32_602;

/// Standard input and output.
#[derive(Debug)]
pub(super) struct Lines(Receiver<RxJsonRpcMessage<RoleServer>>);

impl Lines {
    pub(super) fn start() -> Self {
        let (sender, receiver) = channel(16);
        thread::spawn(move || {
            let mut input = io::stdin().lock();
            while let Ok(Some(line)) = line(&mut input) {
                let sent = match line.and_then(|line| message(&line)) {
                    Ok(message) => sender.blocking_send(*message).is_ok(),
                    Err(Some(refused)) => write(&refused).is_ok(),
                    Err(None) => true,
                };
                if !sent {
                    return;
                }
            }
        });
        Self(receiver)
    }
}

impl Transport<RoleServer> for Lines {
    type Error = io::Error;

    fn send(
        &mut self,
        item: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = io::Result<()>> + Send + 'static {
        let sent = serde_json::to_value(item)
            .map_err(io::Error::from)
            .and_then(|message| write(&message));
        std::future::ready(sent)
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        self.0.recv().await
    }

    async fn close(&mut self) -> io::Result<()> {
        self.0.close();
        Ok(())
    }
}

fn write(message: &Value) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{message}")?;
    out.flush()
}

/// An answer to what is not a message, if it has one.
type Refused = Option<Value>;

/// The next line. Nothing at the end of the input. A line that is too long is read to its end.
fn line(input: &mut impl BufRead) -> io::Result<Option<Result<Vec<u8>, Refused>>> {
    let mut line = Vec::new();
    input.by_ref().take(MAX_LINE).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    if line.ends_with(b"\n") || (line.len() as u64) < MAX_LINE {
        return Ok(Some(Ok(line)));
    }
    loop {
        let rest = input.fill_buf()?;
        let end = rest.iter().position(|&byte| byte == b'\n');
        let (length, is_end) = end.map_or((rest.len(), rest.is_empty()), |at| (at + 1, true));
        input.consume(length);
        if is_end {
            let why = format!("a message is longer than {MAX_LINE} bytes");
            return Ok(Some(Err(Some(refused(Value::Null, INVALID_REQUEST, &why)))));
        }
    }
}

/// What of a message can be read although the rest of it cannot.
#[derive(Debug, Deserialize)]
struct Head {
    id: Option<Value>,
    method: Option<String>,
}

fn message(line: &[u8]) -> Result<Box<RxJsonRpcMessage<RoleServer>>, Refused> {
    if line.trim_ascii().is_empty() {
        return Err(None);
    }
    let head: Option<Head> = serde_json::from_slice(line).ok();
    let is_notification = head
        .as_ref()
        .is_some_and(|head| head.id.is_none() && head.method.is_some());
    let method = head.as_ref().and_then(|head| head.method.clone());
    let id = (head.and_then(|head| head.id))
        .filter(|id| id.is_number() || id.is_string())
        .unwrap_or(Value::Null);
    let refuse = |code, why: &str| match is_notification {
        true => None,
        false => Some(refused(id.clone(), code, why)),
    };
    let value: Value =
        serde_json::from_slice(line).map_err(|error| refuse(PARSE_ERROR, &error.to_string()))?;
    // The SDK would take it for a method that does not exist.
    let name = value.pointer("/params/name");
    if method.as_deref() == Some("tools/call") && !name.is_some_and(Value::is_string) {
        return Err(refuse(
            INVALID_PARAMS,
            "`params.name` must be the name of a tool",
        ));
    }
    serde_json::from_value(value)
        .map(Box::new)
        .map_err(|_| refuse(INVALID_REQUEST, "this is not a message of JSON-RPC"))
}

fn refused(id: Value, code: i32, why: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": why}})
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use serde_json::Value;

    use super::{MAX_LINE, line, message};

    #[test]
    fn what_is_not_a_message_is_answered() {
        let deep = format!(
            r#"{{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{{"name":"check","arguments":{{"a":{}{}}}}}}}"#,
            "[".repeat(500),
            "]".repeat(500)
        );
        for (text, expected) in [
            ("{", Some((Value::Null, -32_700))),
            (deep.as_str(), Some((Value::from(7), -32_700))),
            (
                r#"{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"\ud800"}}"#,
                Some((Value::from("a"), -32_700)),
            ),
            (
                r#"{"jsonrpc":"2.0","id":1,"method":"tools/call"}"#,
                Some((Value::from(1), -32_602)),
            ),
            (
                r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":1}}"#,
                Some((Value::from(1), -32_602)),
            ),
            ("[]", Some((Value::Null, -32_600))),
            // A notification has no answer.
            (r#"{"jsonrpc":"2.0","method":"x","params":"\ud800"}"#, None),
            ("  ", None),
        ] {
            let refused = message(text.as_bytes()).err().unwrap_or_default();
            let answer = refused.map(|answer| {
                let code = answer["error"]["code"].as_i64().unwrap_or_default();
                (answer["id"].clone(), code)
            });
            assert_eq!(answer, expected, "{text}");
        }
        let call = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"check"}}"#;
        assert!(message(call.as_bytes()).is_ok());
    }

    #[test]
    fn a_line_that_is_too_long_does_not_hide_the_next() {
        let text = format!("{}\nnext\nlast", "x".repeat(MAX_LINE as usize + 1));
        let mut input = Cursor::new(text);
        let mut next = || line(&mut input).unwrap_or_default();
        assert!(matches!(next(), Some(Err(Some(_)))));
        assert!(matches!(next(), Some(Ok(line)) if line == b"next\n"));
        assert!(matches!(next(), Some(Ok(line)) if line == b"last"));
        assert!(next().is_none());
    }
}
