//! What a witness is made of: callers, resources and values of variables that stand for others.

use alloc::string::String;
use alloc::vec::Vec;

use super::language::{self, VARIABLE, is_variable};
use super::model::Model;
use crate::catalogue;
use crate::evaluate::request::{Caller, Form};

/// Values of the variables of a pattern for which it matches the text, each variable taken by itself.
pub(crate) fn bind(pattern: &[u32], text: &[u32], found: &mut Vec<(u32, Vec<u32>)>) -> bool {
    let Some((&first, rest)) = pattern.split_first() else {
        return text.is_empty();
    };
    if first == language::MANY || is_variable(first) {
        for length in 0..=text.len() {
            let (value, behind) = text.split_at(length);
            if bind(rest, behind, found) {
                if is_variable(first) {
                    found.push((first - VARIABLE, value.to_vec()));
                }
                return true;
            }
        }
        return false;
    }
    match text.split_first() {
        Some((symbol, behind)) if language::matches(&[first], &[*symbol]) => {
            bind(rest, behind, found)
        }
        _ => false,
    }
}

/// An ARN of a format, for people to recognize.
pub(crate) fn example(format: &catalogue::ArnFormat) -> String {
    let field = |field: catalogue::ArnField, value: &'static str| match field {
        catalogue::ArnField::Empty => "",
        catalogue::ArnField::Variable => value,
        catalogue::ArnField::Fixed(text) => text,
    };
    let mut out = alloc::format!(
        "arn:aws:{}:{}:{}:",
        format.service,
        field(format.region, "us-east-1"),
        field(format.account, "123456789012")
    );
    for piece in format.resource {
        out.push_str(match piece {
            catalogue::Piece::Literal(text) => text,
            catalogue::Piece::Variable(_) => "example",
        });
    }
    out
}

/// Callers of which one stands for each way that the principals of the rules can be met.
pub(crate) fn callers(model: &Model<'_>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut any = false;
    for rule in &model.rules {
        any |= !crate::evaluate::principal::is_absent(rule.principals);
        let mut at = 1;
        while let Some((kind, text, next)) =
            crate::evaluate::program::principal(rule.principals, at)
        {
            at = next;
            let Ok(name) = core::str::from_utf8(text) else {
                continue;
            };
            if kind != b'A' || name == "*" {
                found.extend((name != "*").then(|| String::from(name)));
                continue;
            }
            if let Some(account) = crate::evaluate::principal::account_of(text) {
                let account = String::from_utf8_lossy(account);
                let partition = name.split(':').nth(1).unwrap_or("aws");
                found.push(alloc::format!("arn:{partition}:iam::{account}:root"));
                found.push(alloc::format!(
                    "arn:{partition}:iam::{account}:user/example"
                ));
                continue;
            }
            found.push(String::from(name));
            let caller = Caller::read(text);
            let account = caller.account.map_or("".into(), String::from_utf8_lossy);
            let partition = String::from_utf8_lossy(caller.partition);
            let who = String::from_utf8_lossy(caller.name);
            match caller.form {
                Form::Role => found.push(alloc::format!(
                    "arn:{partition}:sts::{account}:assumed-role/{who}/example"
                )),
                Form::User => found.push(alloc::format!(
                    "arn:{partition}:sts::{account}:federated-user/{who}"
                )),
                _ => {}
            }
            if !account.is_empty() {
                found.push(alloc::format!(
                    "arn:{partition}:iam::{account}:user/example"
                ));
            }
        }
    }
    if any {
        // Somebody of an account that no rule names, and somebody who is not signed in.
        let account = (0..)
            .map(|number: u64| alloc::format!("{:012}", 210_987_654_321 + number))
            .find(|account| !found.iter().any(|known| known.contains(account.as_str())))
            .unwrap_or_default();
        found.push(alloc::format!("arn:aws:iam::{account}:user/example"));
        found.push(String::from("example.amazonaws.com"));
        found.push(String::from("*"));
    }
    found
}
