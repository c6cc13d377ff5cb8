//! The tools with the JSON schemas of their arguments.

use serde_json::{Value, json};

use super::arguments::Arguments;
use super::tools;

/// A tool takes its arguments, and gives a text or why there is none.
pub(super) type Tool = fn(&mut Arguments) -> Result<String, String>;

pub(super) struct Schema {
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    /// The schema of the arguments.
    pub(super) input: Value,
    pub(super) run: Tool,
}

pub(super) fn find(name: &str) -> Option<Tool> {
    (all().into_iter())
        .find(|schema| schema.name == name)
        .map(|schema| schema.run)
}

/// An object with these members, and the one that all tools have.
fn object(mut members: Value, required: &[&str]) -> Value {
    if let Some(members) = members.as_object_mut() {
        let offset = json!({
            "type": "integer", "minimum": 0,
            "description": "where to go on in an answer that was cut, as the answer says",
        });
        members.insert("offset".to_string(), offset);
    }
    json!({"type": "object", "properties": members, "required": required, "additionalProperties": false})
}

fn texts(description: &str) -> Value {
    json!({"type": "array", "items": {"type": "string"}, "description": description})
}

fn text(description: &str) -> Value {
    json!({"type": "string", "description": description})
}

fn flag(description: &str) -> Value {
    json!({"type": "boolean", "description": description})
}

/// A policy document, or the file that has it.
fn document(description: &str) -> Value {
    json!({"type": "object", "description": format!("{description}: a policy document, or {{\"file\": PATH}}")})
}

fn policies() -> Value {
    json!({
        "type": "array",
        "description": "the policies that apply together",
        "items": {
            "type": "object",
            "properties": {
                "kind": text("identity (default), resource, role-trust, boundary, scp, rcp, session, ..; scp@1 is a level of the organization"),
                "document": {"type": "object", "description": "the policy document"},
                "file": text("the file that has it, instead of `document`: JSON, or a template with FILE#PLACE"),
            },
            "additionalProperties": false,
        },
    })
}

pub(super) fn all() -> [Schema; 7] {
    [
        Schema {
            name: "check",
            description: "Check IAM policies in files or in a text, and list mistakes, one JSON object per line. The first line has the counts, and what was not checked.",
            input: object(
                json!({
                    "paths": texts("files or directories"),
                    "text": text("a text instead of files"),
                    "name": text("the name of the text, whose extension says what language it is in; by default policy.json"),
                }),
                &[],
            ),
            run: tools::check,
        },
        Schema {
            name: "explain",
            description: "Explain a rule: what it checks, why, and a bad and a good policy. Without a rule, list all rules.",
            input: object(
                json!({"rule": text("the ID of a rule, as in a finding of `check`")}),
                &[],
            ),
            run: tools::explain,
        },
        Schema {
            name: "evaluate",
            description: "Decide whether policies allow a request, and why. The decision is allowed, explicit_deny, implicit_deny, or unknown.",
            input: object(
                json!({
                    "policies": policies(),
                    "request": {
                        "type": "object",
                        "properties": {
                            "principal": text("the ARN of the caller"),
                            "action": text("such as s3:GetObject"),
                            "resource": {"description": "an ARN, or a list of them"},
                            "context": {"type": "object", "description": "condition keys with their values; null for an unknown value"},
                            "unknown": texts("condition keys with unknown values"),
                            "resource_account": text("the account that owns the resource"),
                        },
                        "required": ["action"],
                        "additionalProperties": false,
                    },
                }),
                &["policies", "request"],
            ),
            run: tools::evaluate,
        },
        Schema {
            name: "diff",
            description: "Compare two policies, files, or directories: what access is new and lost, over every request that could exist, with an example request of each.",
            input: object(
                json!({"old": document("the old side"), "new": document("the new side")}),
                &["old", "new"],
            ),
            run: tools::diff,
        },
        Schema {
            name: "prove",
            description: "Prove guarantees about policies over every request that could exist. A broken guarantee comes with a request that breaks it.",
            input: object(
                json!({
                    "policies": policies(),
                    "principal": text("the only caller"),
                    "resource_account": text("the account that owns the resources"),
                    "guarantees": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "description": "one of {\"never\": ACTION, \"on\": [RESOURCE]}, {\"only_on\": [RESOURCE]}, {\"no_wider_than\": DOCUMENT}, {\"actions\": [..], \"resources\": [..]} (grants none of these), {\"no_public\": true}, and {\"only_to\": [ACCOUNT]}",
                        },
                    },
                }),
                &["policies", "guarantees"],
            ),
            run: tools::prove,
        },
        Schema {
            name: "needs",
            description: "List the permissions that a call to AWS needs, with the policy for it.",
            input: object(
                json!({
                    "call": text("an operation such as rekognition:DetectLabels, or a command line of the AWS CLI; it is not run"),
                    "with": texts("members of the request, such as notification_channel"),
                }),
                &["call"],
            ),
            run: tools::needs,
        },
        Schema {
            name: "derive",
            description: "Derive the smallest policy for the AWS SDK calls of a Rust package. Code that could not be followed is listed.",
            input: object(
                json!({
                    "package": text("the directory of the package or workspace, or its Cargo.toml"),
                    "members": texts("only these members of the workspace"),
                    "workspace": flag("read all members of the workspace as one program"),
                }),
                &["package"],
            ),
            run: tools::derive,
        },
    ]
}
