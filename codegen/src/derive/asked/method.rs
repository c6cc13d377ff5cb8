//! A method of the AWS SDK for Rust, alone or as an expression.

use std::collections::BTreeSet;

use rekognition_iam_runtime::suggest;

use super::{Asked, Call, FORMS, bare, operation, problem};
use crate::derive::call::How;
use crate::derive::scan::Scan;
use crate::derive::sdk::{self, Op, Sdk};
use crate::export::{Error, Problem};

pub(super) fn read(text: &str) -> Result<Asked, Error> {
    let sdk = Sdk::new(sdk::crates_in(text));
    let krate = sdk::crates_in(text).next();
    let client = krate.and_then(|krate| sdk.client(krate));
    if let (Some(krate), Some(client)) = (krate, client)
        && !sdk.is_known(client)
    {
        return Err(problem(format!(
            "the operations of `{}` are not in the catalogue",
            krate.replace('_', "-")
        ))
        .into());
    }
    let clients = match client {
        Some(client) => vec![client],
        None => sdk.all(),
    };
    let names = names(text);
    let found = names.iter().find_map(|name| {
        let ops: Vec<Op> = sdk.clients_with(&clients, name).collect();
        (!ops.is_empty()).then_some((*name, ops))
    });
    let Some((method, ops)) = found else {
        return Err(unknown(&sdk, &clients, &names).into());
    };
    let op = match ops.as_slice() {
        [only] => *only,
        several => chosen(&sdk, several, text, method)?,
    };
    let how = match sdk.waiter(op.client, method) {
        Some(_) => How::Waiter,
        None => How::Method,
    };
    let calls = match in_source(text, sdk.package(op.client)) {
        Some(calls) => calls,
        None => vec![bare(op, how)],
    };
    Ok(Asked {
        calls,
        notes: Vec::new(),
    })
}

/// The names in a text, in their order.
fn names(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|name| !name.is_empty())
        .collect()
}

/// The client of a method that several have: the one that the text names.
fn chosen(sdk: &Sdk, ops: &[Op], text: &str, method: &str) -> Result<Op, Error> {
    let before = text.split(method).next().unwrap_or_default().to_lowercase();
    let named: Vec<&Op> = (ops.iter())
        .filter(|op| {
            let name = sdk.package(op.client).trim_start_matches("aws-sdk-");
            names(&before)
                .iter()
                .any(|word| word.split('_').any(|part| part == name))
        })
        .collect();
    if let [only] = named.as_slice() {
        return Ok(**only);
    }
    let all: Vec<String> = (ops.iter())
        .map(|op| {
            let krate = sdk.package(op.client).replace('-', "_");
            format!("`{krate}::Client::{method}`")
        })
        .collect();
    Err(problem(format!("several clients have a method `{method}`"))
        .help(format!("ask for one of {}", all.join(", ")))
        .into())
}

/// The calls of an expression that sets something; none when the text is not one.
fn in_source(text: &str, package: &str) -> Option<Vec<Call>> {
    let krate = package.replace('-', "_");
    let text = text.trim().trim_end_matches(';');
    let receiver: String = (text.chars())
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect();
    let rest = text.get(receiver.len()..)?.trim_start();
    if !rest.starts_with('.') {
        return None;
    }
    let receiver = match receiver.as_str() {
        "" | "self" => "client",
        name => name,
    };
    // Data types that the expression names without their module.
    let types: BTreeSet<&str> = (names(rest).into_iter())
        .filter(|name| name.starts_with(|c: char| c.is_ascii_uppercase()))
        .collect();
    let types: Vec<&str> = types.into_iter().collect();
    let uses = match types.is_empty() {
        true => String::new(),
        false => format!("use {krate}::types::{{{}}};\n", types.join(", ")),
    };
    let source =
        format!("{uses}async fn asked({receiver}: &{krate}::Client) {{ {receiver}{rest}; }}");
    let scan = Scan::text("question", &source).ok()?;
    let calls: Vec<Call> = (scan.calls.into_iter())
        .map(|mut call| {
            // The question is not in a file.
            call.file.clear();
            (call.line, call.column) = (0, 0);
            Call {
                bare: call.fields.is_empty(),
                sdk: call,
                region: None,
            }
        })
        .map(|call| match call.bare {
            true => bare(call.sdk.op, call.sdk.how),
            false => call,
        })
        .collect();
    (!calls.is_empty()).then_some(calls)
}

fn unknown(sdk: &Sdk, clients: &[sdk::Client], names: &[&str]) -> Problem {
    if let [only] = names {
        let found = operation::named(only);
        if !found.is_empty() {
            return problem(format!("`{only}` has no service"))
                .help(format!("ask for {}", found.join(" or ")));
        }
    }
    let known: Vec<&str> = (clients.iter())
        .flat_map(|client| sdk.operations(*client).map(|op| op.method))
        .collect();
    // The last name that is close to one: the first are those of variables and modules.
    let near = (names.iter().rev())
        .filter(|name| name.contains('_') && !name.starts_with("aws_sdk_"))
        .find_map(|name| Some((*name, suggest::nearest(name, known.iter().copied())?)));
    match near {
        Some((name, near)) => problem(format!("no client has a method `{name}`"))
            .help(format!("did you mean `{near}`?")),
        None => problem("the text names no operation that the catalogue has").help(FORMS),
    }
}
