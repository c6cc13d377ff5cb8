//! The server for assistants. `tests/external/mcp.py` tries it with the client of the official SDK, and every way to other files.

use serde_json::{Value, json};

use crate::support::{Directory, WRONG};

/// The results of calls, in their order.
fn calls(directory: &Directory, calls: &[Value]) -> Vec<Value> {
    let client = json!({"name": "test", "version": "1"});
    let start = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client});
    let mut messages = vec![
        json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": start}),
        json!({"jsonrpc": "2.0", "method": "notifications/initialized"}),
    ];
    for (id, call) in (1..).zip(calls) {
        messages.push(json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": call}));
    }
    let input: String = messages
        .iter()
        .map(|message| format!("{message}\n"))
        .collect();
    let done = directory.feed(&["mcp", "inside"], input.as_bytes());
    assert_eq!(done.code, 0, "{done:?}");
    let mut answers: Vec<Value> = (done.out.lines())
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    answers.sort_by_key(|answer| answer["id"].as_i64());
    answers
        .iter()
        .skip(1)
        .map(|answer| answer["result"].clone())
        .collect()
}

fn text(result: &Value) -> &str {
    result["content"][0]["text"]
        .as_str()
        .unwrap_or_else(|| panic!("{result}"))
}

#[test]
fn tools_read_only_the_directories_of_the_server() {
    let directory = Directory::new("mcp");
    directory
        .file("inside/a.json", WRONG)
        .file("outside.json", WRONG);
    let long = "x".repeat(300_000);
    let check = |path: &str| json!({"name": "check", "arguments": {"paths": [path]}});
    let results = calls(
        &directory,
        &[
            check("a.json"),
            check("../outside.json"),
            check("/etc/passwd"),
            json!({"name": "explain", "arguments": {"rule": "INVALID_ACTION"}}),
            json!({"name": "check", "arguments": {"paths": ["a.json"], "pats": []}}),
            // What is asked is not repeated without a limit, and takes no longer than it is long.
            check(&long),
            json!({"name": "explain", "arguments": {"rule": long}}),
            json!({"name": "needs", "arguments": {"call": format!("aws {long}")}}),
            json!({"name": "check", "arguments": {long.as_str(): 1}}),
            json!({"name": long}),
        ],
    );
    for result in &results[5..9] {
        assert_eq!(result["isError"], true, "{result}");
        assert!(result.to_string().len() < 40_000);
    }
    assert!(results[9].to_string().len() < 1_000);
    assert!(
        text(&results[0]).contains("\"INVALID_ACTION\""),
        "{}",
        results[0]
    );
    for refused in &results[1..3] {
        assert_eq!(refused["isError"], true);
        assert!(
            text(refused).contains("outside of the directories"),
            "{refused}"
        );
    }
    assert!(text(&results[3]).starts_with("# INVALID_ACTION"));
    assert_eq!(text(&results[4]), "there is no argument `pats`");
}

/// Without its configuration, an answer would be another one.
#[cfg(unix)]
#[test]
fn a_configuration_outside_is_an_error() {
    let directory = Directory::new("mcp-config");
    directory
        .file("inside/a.json", WRONG)
        .file("inside/real.toml", "")
        .file("outside.toml", "");
    let link = directory.path().join("inside/rekognition-iam.toml");
    let check = json!({"name": "check", "arguments": {"paths": ["a.json"]}});
    for (target, is_refused) in [("../outside.toml", true), ("real.toml", false)] {
        std::os::unix::fs::symlink(target, &link).unwrap();
        let results = calls(&directory, std::slice::from_ref(&check));
        std::fs::remove_file(&link).unwrap();
        assert_eq!(
            text(&results[0]).contains("rekognition-iam.toml"),
            is_refused,
            "{results:?}"
        );
        assert_eq!(results[0]["isError"] == true, is_refused, "{results:?}");
    }
}

#[test]
fn the_server_needs_directories_that_are_there() {
    let directory = Directory::new("mcp-directories");
    directory.file("a.json", WRONG);
    assert_eq!(directory.run(&["mcp"]).code, 2);
    for name in ["missing", "a.json"] {
        let done = directory.feed(&["mcp", name], b"");
        assert!(done.code == 2 && done.err.contains(name), "{done:?}");
    }
}
