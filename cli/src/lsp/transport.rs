//! Messages of JSON-RPC with their headers, as the language server protocol frames them.
//!
//! `lsp-server` has a reader too. It ends at the first message that is not valid, and allocates as much memory as a header asks for.

use std::io::{self, BufRead, Read, Write};

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId};
use serde_json::{Value, json};

/// Bytes of one message: a file of the largest size that is read, with escapes.
const MAX_MESSAGE: u64 = 256 << 20;

/// Bytes of one line of a header.
const MAX_HEADER: u64 = 4 << 10;

/// What a client sent.
#[derive(Debug)]
pub(super) enum Received {
    Message(Message),
    /// What is not a message, and why.
    Malformed(ErrorCode, String),
}

/// The next message. Nothing at the end of the input, and an error when it is not clear where the next message would start.
pub(super) fn receive(input: &mut impl BufRead) -> io::Result<Option<Received>> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        input
            .by_ref()
            .take(MAX_HEADER)
            .read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let Some(line) = line.strip_suffix('\n') else {
            return Err(invalid("a header is not ended, or is too long"));
        };
        let line = line.trim_end_matches('\r');
        if line.is_empty() {
            break;
        }
        let Some((name, value)) = line.split_once(':') else {
            return Err(invalid("a header has no `:`"));
        };
        if name.trim().eq_ignore_ascii_case("Content-Length") {
            let value = value.trim().parse::<u64>();
            let value = value.map_err(|_| invalid("`Content-Length` is not a number"))?;
            if value > MAX_MESSAGE {
                return Err(invalid(&format!(
                    "a message is longer than {MAX_MESSAGE} bytes"
                )));
            }
            length = Some(value);
        }
    }
    let length = length.ok_or_else(|| invalid("a message has no `Content-Length`"))?;
    let mut body = Vec::new();
    if input.by_ref().take(length).read_to_end(&mut body)? as u64 != length {
        return Ok(None);
    }
    Ok(Some(match serde_json::from_slice(&body) {
        Ok(value) => message(value),
        Err(error) => Received::Malformed(ErrorCode::ParseError, error.to_string()),
    }))
}

fn invalid(message: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

fn message(value: Value) -> Received {
    let wrong = |message: &str| Received::Malformed(ErrorCode::InvalidRequest, message.to_string());
    let Value::Object(mut members) = value else {
        return wrong("a message must be an object");
    };
    let params = members.remove("params").unwrap_or_default();
    let id = members.remove("id");
    let method = match members.remove("method") {
        Some(Value::String(method)) => method,
        Some(_) => return wrong("`method` must be a string"),
        None if members.contains_key("result") || members.contains_key("error") => {
            // A response to one of our requests, none of which has an answer that matters.
            let method = "$/response".to_string();
            let params = Value::Null;
            return Received::Message(Notification { method, params }.into());
        }
        None => return wrong("a message must have a `method`"),
    };
    match id.map(serde_json::from_value::<RequestId>) {
        None => Received::Message(Notification { method, params }.into()),
        Some(Ok(id)) => Received::Message(Request { id, method, params }.into()),
        Some(Err(_)) => wrong("`id` must be an integer of 32 bits or a string"),
    }
}

/// Sends a message as a whole.
pub(super) fn send(out: &mut dyn Write, message: &Message) -> io::Result<()> {
    let mut bytes = Vec::new();
    message.write(&mut bytes)?;
    out.write_all(&bytes)?;
    out.flush()
}

/// Sends the response to what is not a message, and so has no ID.
pub(super) fn send_malformed(
    out: &mut dyn Write,
    code: ErrorCode,
    message: &str,
) -> io::Result<()> {
    let error = json!({"code": code as i32, "message": message});
    let text = json!({"jsonrpc": "2.0", "id": null, "error": error}).to_string();
    write!(out, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use lsp_server::{ErrorCode, Message};

    use super::{Received, receive};

    /// What is read of an input, one word for each message.
    fn read(input: &str) -> Vec<String> {
        let mut input = Cursor::new(input.as_bytes());
        let mut out = Vec::new();
        loop {
            out.push(match receive(&mut input) {
                Ok(Some(Received::Message(Message::Request(request)))) => request.method,
                Ok(Some(Received::Message(Message::Notification(notification)))) => {
                    notification.method
                }
                Ok(Some(Received::Message(Message::Response(_)))) => "response".to_string(),
                Ok(Some(Received::Malformed(ErrorCode::ParseError, _))) => "not JSON".to_string(),
                Ok(Some(Received::Malformed(..))) => "no message".to_string(),
                Ok(None) => return out,
                Err(error) => {
                    out.push(error.to_string());
                    return out;
                }
            });
        }
    }

    fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    #[test]
    fn messages_after_a_malformed_one_are_read() {
        let bodies = [
            "{",
            "[]",
            r#"{"id":1}"#,
            r#"{"id":1.5,"method":"a"}"#,
            r#"{"id":1,"method":2}"#,
            r#"{"id":"x","method":"b"}"#,
            r#"{"method":"c"}"#,
            r#"{"id":1,"result":null}"#,
        ];
        let input: String = bodies.iter().map(|body| framed(body)).collect();
        assert_eq!(
            read(&input),
            [
                "not JSON",
                "no message",
                "no message",
                "no message",
                "no message",
                "b",
                "c",
                "$/response"
            ]
        );
        let deep = "[".repeat(100_000);
        assert_eq!(read(&framed(&deep)), ["not JSON"]);
    }

    #[test]
    fn headers_that_cannot_be_used() {
        let headers = "Content-Type: x\r\ncontent-length:2\r\n\r\n{}";
        assert_eq!(read(headers), ["no message"]);
        for (input, error) in [
            ("Content-Length: 99999999999\r\n\r\n", "longer than"),
            ("Content-Length: -1\r\n\r\n", "not a number"),
            ("Content-Type: x\r\n\r\n", "no `Content-Length`"),
            ("hello\r\n", "no `:`"),
            ("hello", "not ended"),
        ] {
            assert!(
                read(input).concat().contains(error),
                "{input}: {:?}",
                read(input)
            );
        }
        // The end of the input within a message.
        assert!(read("Content-Length: 9\r\n\r\n{}").is_empty());
    }
}
