//! The server for assistants: the commands as tools of the Model Context Protocol, over standard input and output.
//!
//! The tools call what the commands call. No file outside of the directories that the server was started for is read, by whichever way:
//! `confine` of the library of derivations sets the limit for the whole process, and every reader opens files there.

mod arguments;
mod schemas;
mod tools;
mod transport;

use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use rekognition_iam_codegen::confine;
use rmcp::ErrorData;
use rmcp::handler::server::ServerHandler;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation,
    JsonObject, ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool,
};
use rmcp::service::{RequestContext, RoleServer, ServiceExt};
use serde_json::Value;

use self::arguments::Arguments;
use self::transport::Lines;
use crate::plain::cut;

/// Bytes of one answer. A longer one is given in parts.
const MAX_ANSWER: usize = 32_000;

/// Characters of a reason why there is no answer.
const MAX_REASON: usize = 4_000;

/// What an assistant reads first.
const INSTRUCTIONS: &str = "\
Checks and compares AWS IAM policies offline. Paths are relative to the directories that the server was started for, and nothing else
is read. An answer that is cut says so; call the tool again with the `offset` that it names. `unknown` is an answer: it is neither
allowed nor denied.";

/// Serves until the client closes the input.
pub(crate) fn serve(directories: &[PathBuf]) -> io::Result<()> {
    confine::confine(directories)?;
    // Relative paths, and the names of files in answers, are those of the first one.
    if let Some(first) = confine::directories().unwrap_or_default().first() {
        std::env::set_current_dir(first)?;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let running = Server
            .serve(Lines::start())
            .await
            .map_err(io::Error::other)?;
        running.waiting().await.map_err(io::Error::other)?;
        Ok(())
    })
}

#[derive(Debug, Clone, Copy)]
struct Server;

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let name = Implementation::new("rekognition-iam", env!("CARGO_PKG_VERSION"));
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(name)
            .with_instructions(INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let tools = schemas::all().into_iter().map(|schema| {
            let members = match schema.input {
                Value::Object(members) => members,
                _ => JsonObject::new(),
            };
            Tool::new(schema.name, schema.description, members)
        });
        Ok(ListToolsResult::with_all_items(tools.collect()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let arguments = Arguments::new(request.arguments.unwrap_or_default());
        let Some(tool) = schemas::find(&request.name) else {
            let message = format!("there is no tool `{}`", cut(&request.name));
            return Err(ErrorData::invalid_params(message, None));
        };
        // Not on this thread, which answers the client meanwhile.
        let answer = tokio::task::spawn_blocking(move || in_turn(tool, arguments))
            .await
            .unwrap_or_else(|error| Err(error.to_string()));
        let content = |text| vec![ContentBlock::text(text)];
        Ok(match answer {
            Ok(text) => CallToolResult::success(content(text)),
            Err(reason) => CallToolResult::error(content(bounded(reason))),
        }
        .into())
    }
}

/// The answer of a tool when its turn comes: as in the command, there is one question at a time.
fn in_turn(tool: schemas::Tool, arguments: Arguments) -> Result<String, String> {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    answer(tool, arguments)
}

/// A reason, which may have the question in it, of a length that an answer may have.
fn bounded(reason: String) -> String {
    let Some((at, _)) = reason.char_indices().nth(MAX_REASON) else {
        return reason;
    };
    format!("{}\n[cut]", reason.get(..at).unwrap_or_default())
}

/// The answer of a tool, or the part of it that is asked for.
fn answer(tool: schemas::Tool, mut arguments: Arguments) -> Result<String, String> {
    let offset = arguments.number("offset")?.unwrap_or_default();
    let run = move || {
        let text = tool(&mut arguments)?;
        arguments.finish()?;
        Ok(text)
    };
    // A bug must not end the session.
    let text = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run))
        .unwrap_or_else(|_| Err("this failed; this is a bug in rekognition-iam".to_string()))?;
    part(&text, offset)
}

/// A part of a text from an offset on, with what is left.
fn part(text: &str, offset: usize) -> Result<String, String> {
    let Some(rest) = text.get(offset..) else {
        return Err(format!(
            "`offset` must be one that an answer named; this answer has {} bytes",
            text.len()
        ));
    };
    if rest.len() <= MAX_ANSWER {
        return Ok(rest.to_string());
    }
    let mut end = MAX_ANSWER;
    while !rest.is_char_boundary(end) {
        end -= 1;
    }
    let shown = rest.get(..end).unwrap_or_default();
    // At the end of a line, where there is one: each is an object of its own.
    let shown = shown
        .rfind('\n')
        .map_or(shown, |line| shown.get(..=line).unwrap_or_default());
    let next = offset + shown.len();
    let left = text.len() - next;
    Ok(format!(
        "{shown}\n[cut: {left} more bytes; call the tool again with \"offset\": {next}]\n"
    ))
}

#[cfg(test)]
mod tests {
    use super::{MAX_ANSWER, part};

    #[test]
    fn the_parts_of_an_answer_are_all_of_it() {
        let text: String = (0..20_000)
            .map(|number| format!("{number}\u{e4}\n"))
            .collect();
        let (mut all, mut offset) = (String::new(), 0);
        while let Ok(shown) = part(&text, offset) {
            assert!(shown.len() < MAX_ANSWER + 100);
            let Some((shown, cut)) = shown.split_once("\n[cut: ") else {
                all.push_str(&shown);
                break;
            };
            all.push_str(shown);
            let next = cut
                .split(": ")
                .nth(1)
                .and_then(|next| next.trim_end().trim_end_matches(']').parse().ok());
            offset = next.unwrap_or_default();
        }
        assert_eq!(all, text);
        assert_eq!(part("abc", 3), Ok(String::new()));
        assert!(part("abc", 4).is_err());
        assert!(part("\u{e4}", 1).is_err());
    }
}
