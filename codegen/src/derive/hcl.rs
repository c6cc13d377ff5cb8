//! A document as Terraform's `aws_iam_policy_document`.

use std::collections::BTreeMap;

use rekognition_iam_runtime::document::{
    Document, Effect, Element, PrincipalSet, Principals, Statement, Value,
};
use rekognition_iam_runtime::invisible::is_invisible;

/// The variables of a module, by the private character that a document has for each.
pub(super) type Variables = BTreeMap<char, String>;

/// The first of the characters that represent variables; the private use plane 16.
const FIRST: u32 = 0x10_0000;

/// The private character of the next variable.
pub(super) fn marker(variables: &mut Variables, name: &str) -> char {
    let number = u32::try_from(variables.len()).unwrap_or_default();
    let marker = char::from_u32(FIRST + number).unwrap_or(char::REPLACEMENT_CHARACTER);
    variables.insert(marker, name.to_owned());
    marker
}

/// The data source of a document, with comment lines above each statement.
pub(super) fn document(
    document: &Document<'_>,
    name: &str,
    variables: &Variables,
    comments: impl Fn(usize) -> Vec<String>,
) -> String {
    let mut out = format!("data \"aws_iam_policy_document\" \"{name}\" {{\n");
    for (number, statement) in document.statements.iter().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        for comment in comments(number) {
            out.push_str(&format!("  # {comment}\n"));
        }
        self::statement(&mut out, statement, variables);
    }
    out.push_str("}\n");
    out
}

fn statement(out: &mut String, statement: &Statement<'_>, variables: &Variables) {
    out.push_str("  statement {\n");
    let list = |element: &Element<'_>| -> String {
        let values: Vec<String> = (element.values.iter())
            .map(|value| quoted(value, variables))
            .collect();
        match values.as_slice() {
            [only] => format!("[{only}]"),
            values => {
                let lines: Vec<String> = (values.iter())
                    .map(|value| format!("      {value},\n"))
                    .collect();
                format!("[\n{}    ]", lines.concat())
            }
        }
    };
    let mut attributes: Vec<(&str, String)> = Vec::new();
    if let Some(sid) = &statement.sid {
        attributes.push(("sid", quoted(sid, variables)));
    }
    if statement.effect == Effect::Deny {
        attributes.push(("effect", "\"Deny\"".to_owned()));
    }
    let not = |element: &Element<'_>, plain: &'static str, not: &'static str| match element.not {
        true => not,
        false => plain,
    };
    let actions = &statement.actions;
    attributes.push((not(actions, "actions", "not_actions"), list(actions)));
    if let Some(resources) = &statement.resources {
        let name = not(resources, "resources", "not_resources");
        attributes.push((name, list(resources)));
    }
    write_attributes(out, &attributes);
    if let Some(principals) = &statement.principals {
        self::principals(out, principals, variables);
    }
    for block in &statement.conditions {
        for (key, values) in &block.keys {
            let values: Vec<String> = (values.iter())
                .map(|value| quoted(Value::as_text(value), variables))
                .collect();
            out.push_str(&format!(
                "\n    condition {{\n      test     = {}\n      variable = {}\n      values   = [{}]\n    }}\n",
                quoted(&block.operator, variables),
                quoted(key, variables),
                values.join(", ")
            ));
        }
    }
    out.push_str("  }\n");
}

/// Attributes as `terraform fmt` aligns them: those on one line each with their neighbors.
fn write_attributes(out: &mut String, attributes: &[(&str, String)]) {
    let several = |(_, value): &(&str, String)| value.contains('\n');
    for run in attributes.chunk_by(|one, next| !several(one) && !several(next)) {
        let width = run.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (name, value) in run {
            out.push_str(&format!("    {name:width$} = {value}\n"));
        }
    }
}

fn principals(out: &mut String, principals: &Principals<'_>, variables: &Variables) {
    let head = match principals.not {
        true => "not_principals",
        false => "principals",
    };
    let mut block = |kind: &str, names: Vec<String>| {
        out.push_str(&format!(
            "\n    {head} {{\n      type        = \"{kind}\"\n      identifiers = [{}]\n    }}\n",
            names.join(", ")
        ));
    };
    match &principals.set {
        PrincipalSet::Anyone => block("*", vec!["\"*\"".to_owned()]),
        PrincipalSet::Listed(kinds) => {
            for (kind, names) in kinds {
                let names = names.iter().map(|name| quoted(name, variables)).collect();
                block(kind.name(), names);
            }
        }
    }
}

/// A string of Terraform. Its provider writes IAM's `${..}` as `&{..}`, which needs no escape.
pub(super) fn quoted(text: &str, variables: &Variables) -> String {
    let mut out = String::from("\"");
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            c if is_invisible(c) && u32::from(c) > 0xffff => {
                out.push_str(&format!("\\U{:08x}", u32::from(c)));
            }
            c if is_invisible(c) => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            '$' if chars.peek() == Some(&'{') => out.push('&'),
            '%' if chars.peek() == Some(&'{') => out.push_str("%%"),
            c => match variables.get(&c) {
                Some(name) => out.push_str(&format!("${{var.{name}}}")),
                None => out.push(c),
            },
        }
    }
    out.push('"');
    out
}
