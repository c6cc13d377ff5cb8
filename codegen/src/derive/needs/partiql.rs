//! Statements of PartiQL: which action they need, on which table or index.

use super::arn::{arg, built, field_name, format, hole_value, is_hole, of_arns, of_name, pieces};
use super::companions::values_at;
use super::{Needs, Resource};
use crate::derive::call::SdkCall;
use crate::derive::value::{Piece, Value};

/// The first word of a statement of PartiQL, and the action for it.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html>
const ACTIONS: [(&str, &str); 4] = [
    ("select", "PartiQLSelect"),
    ("insert", "PartiQLInsert"),
    ("update", "PartiQLUpdate"),
    ("delete", "PartiQLDelete"),
];

/// A part of a statement.
#[derive(Debug, PartialEq, Eq)]
enum Token<'t> {
    /// A keyword, or a name without quotes.
    Word(&'t str),
    /// A name in double quotes, in which a dot is part of the name.
    Quoted(String),
    Dot,
    Other,
}

/// The parts of a statement, without comments.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let in_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-') || is_hole(c);
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let behind = rest.get(first.len_utf8()..).unwrap_or_default();
        rest = match first {
            '-' if behind.starts_with('-') => rest.split_once('\n').map_or("", |(_, rest)| rest),
            '/' if behind.starts_with('*') => rest.split_once("*/").map_or("", |(_, rest)| rest),
            '"' => {
                let (name, rest) = quoted(behind, '"');
                found.push(Token::Quoted(name));
                rest
            }
            '\'' => {
                found.push(Token::Other);
                quoted(behind, '\'').1
            }
            '.' => {
                found.push(Token::Dot);
                behind
            }
            c if in_word(c) => {
                let end = rest.find(|c| !in_word(c)).unwrap_or(rest.len());
                let (word, rest) = rest.split_at(end);
                found.push(Token::Word(word));
                rest
            }
            c => {
                if !c.is_whitespace() {
                    found.push(Token::Other);
                }
                behind
            }
        };
    }
    found
}

/// A text up to its closing quote, which is written twice within it, and what is behind.
fn quoted(text: &str, quote: char) -> (String, &str) {
    let mut name = String::new();
    let mut rest = text;
    loop {
        let Some((before, behind)) = rest.split_once(quote) else {
            name.push_str(rest);
            return (name, "");
        };
        name.push_str(before);
        match behind.strip_prefix(quote) {
            Some(behind) => {
                name.push(quote);
                rest = behind;
            }
            None => return (name, behind),
        }
    }
}

/// The action of a statement, its table, and the index of the table.
fn understood(text: &str) -> Option<(&'static str, Option<String>, Option<String>)> {
    let tokens = tokens(text);
    let mut rest = tokens.as_slice();
    let is = |token: &Token<'_>, word: &str| matches!(token, Token::Word(found) if found.eq_ignore_ascii_case(word));
    // `EXISTS(SELECT ..)`, in a transaction.
    if rest.first().is_some_and(|first| is(first, "exists")) {
        rest = rest.get(2..).unwrap_or_default();
    }
    let (first, mut rest) = rest.split_first()?;
    let (verb, action) = ACTIONS.iter().find(|(verb, _)| is(first, verb))?;
    // `SELECT .. FROM "table"."index"`, `INSERT INTO "table"`, `UPDATE "table"`, `DELETE FROM "table"`
    let before = match *verb {
        "update" => None,
        "insert" => Some("into"),
        _ => Some("from"),
    };
    if let Some(before) = before {
        let at = rest.iter().position(|token| is(token, before));
        rest = at.and_then(|at| rest.get(at + 1..)).unwrap_or_default();
    }
    let name = |token: Option<&Token<'_>>| match token {
        Some(Token::Word(name)) => Some((*name).to_owned()),
        Some(Token::Quoted(name)) => Some(name.clone()),
        Some(Token::Dot | Token::Other) | None => None,
    };
    let table = name(rest.first());
    let index = match rest.get(1) {
        Some(Token::Dot) if *verb == "select" => name(rest.get(2)),
        _ => None,
    };
    Some((action, table, index))
}

/// A name in a statement as a value: what it is made of, where it is not all known.
fn value_of(statement: &Value, name: &str) -> Value {
    let mut parts: Vec<Piece> = Vec::new();
    let mut text = String::new();
    for c in name.chars() {
        match is_hole(c) {
            true => {
                parts.push(Piece::Text(std::mem::take(&mut text).into()));
                parts.push(Piece::Value(
                    hole_value(statement, c).cloned().unwrap_or_default(),
                ));
            }
            false => text.push(c),
        }
    }
    parts.push(Piece::Text(text.into()));
    parts.retain(|part| !matches!(part, Piece::Text(text) if text.is_empty()));
    Value::of_pieces(parts)
}

/// The actions of statements of PartiQL, by their texts.
pub(super) fn add(call: &SdkCall, needs: &mut Needs) {
    let path = match call.op.operation.name {
        "ExecuteStatement" => vec!["statement"],
        "BatchExecuteStatement" => vec!["statements", "statement"],
        _ => vec!["transact_statements", "statement"],
    };
    let (statements, unseen) = values_at(call, &path);
    if statements.is_empty() || unseen {
        unknown(call, needs);
    }
    for value in &statements {
        let text = pieces(value).unwrap_or_default();
        let Some((action, table, index)) = understood(&text) else {
            unknown(call, needs);
            continue;
        };
        let table = table.map_or(Value::Unknown, |table| value_of(value, &table));
        let resources = match index {
            // The index of a table is a resource of its own.
            Some(index) => of_index(&table, &value_of(value, &index)),
            None => of_name("dynamodb", "table", &[table], "table_name"),
        };
        needs.add("dynamodb", action, resources);
    }
}

fn of_index(table: &Value, index: &Value) -> Vec<Resource> {
    let Some((service, found)) = format("dynamodb", "index") else {
        return Vec::new();
    };
    if pieces(table).is_some_and(|text| text.starts_with("arn:")) {
        let parts = [table.clone(), Value::text("/index/"), index.clone()];
        let whole = Value::of_pieces(parts.map(Piece::Value));
        return of_arns("dynamodb", &["index"], &[whole], "index_arn");
    }
    built(service, found, |variable| {
        let value = if variable.name == "IndexName" {
            index
        } else {
            table
        };
        vec![arg(value, variable, &field_name(variable))]
    })
}

/// A statement that is put together elsewhere may be of each of the four kinds.
fn unknown(call: &SdkCall, needs: &mut Needs) {
    let actions: Vec<String> = (ACTIONS.iter())
        .map(|(_, action)| format!("`dynamodb:{action}`"))
        .collect();
    needs.unsure_of(
        &["dynamodb:PartiQL*"],
        format!(
            "the text of a statement of `{}` is not seen; it needs one of {} on its table",
            call.op.method,
            actions.join(", ")
        ),
    );
}
