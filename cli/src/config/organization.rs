//! Rules of an organization: what an action needs, and in which accounts it is allowed.

use rekognition_iam_runtime::check::Severity;
use rekognition_iam_runtime::json::{self, Limits};
use toml::Spanned;
use toml::de::DeValue;

use super::keys::{Organization as Key, each};
use super::values::{Wrong, level_of, list_of, reason_of, table_of};
use crate::json_text::{quoted, write_string};

/// A rule of the organization.
#[derive(Debug)]
pub(crate) struct Organization {
    /// Patterns of the actions that it is about.
    pub(crate) actions: Vec<String>,
    pub(crate) limit: Limit,
    pub(crate) reason: String,
    pub(crate) level: Severity,
    /// Patterns of the paths that it is about. Empty: all.
    pub(super) files: Vec<String>,
    /// Where the configuration has it, for messages.
    pub(crate) line: usize,
}

/// What the actions are limited to.
#[derive(Debug)]
pub(crate) enum Limit {
    /// Requests that meet a condition, as JSON.
    With(String),
    /// Resources of these accounts, or callers from them where a policy names its callers.
    In(Vec<String>),
}

impl Organization {
    /// The policy that allows all that the rule permits, for policies with these elements. `named`: the resources that the policy
    /// names. Those in the right accounts are permitted as they are written: a pattern for all of them, `arn:*:*:*:ACCOUNT:*`,
    /// would also match an ARN that has the number in another place.
    pub(crate) fn permitted(&self, principals: bool, resources: bool, named: &[&str]) -> String {
        let actions = list(&self.actions);
        let anyone = if principals {
            ",\"Principal\":\"*\""
        } else {
            ""
        };
        let anything = if resources { ",\"Resource\":\"*\"" } else { "" };
        let mut out = format!(
            "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"NotAction\":{actions}{anyone}{anything}}}"
        );
        let mut allow = |rest: String| {
            out.push_str(&format!(
                ",{{\"Effect\":\"Allow\",\"Action\":{actions}{rest}}}"
            ));
        };
        match &self.limit {
            Limit::With(condition) => {
                allow(format!("{anyone}{anything},\"Condition\":{condition}"));
            }
            Limit::In(accounts) => {
                let key = if principals {
                    allow(format!(
                        ",\"Principal\":{{\"AWS\":{}}}{anything}",
                        list(accounts)
                    ));
                    "aws:PrincipalAccount"
                } else {
                    let is_inside = |arn: &&&str| {
                        (arn.split(':').nth(4))
                            .is_some_and(|account| accounts.iter().any(|known| known == account))
                    };
                    let arns: Vec<String> = (named.iter().filter(is_inside))
                        .map(|arn| (*arn).to_string())
                        .collect();
                    if !arns.is_empty() {
                        allow(format!(",\"Resource\":{}", list(&arns)));
                    }
                    "aws:ResourceAccount"
                };
                allow(format!(
                    "{anyone}{anything},\"Condition\":{{\"StringEquals\":{{\"{key}\":{}}}}}",
                    list(accounts)
                ));
            }
        }
        out.push_str("]}");
        out
    }
}

fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    format!("[{}]", texts.join(","))
}

/// Reads a rule of the organization.
pub(super) fn read(value: &Spanned<DeValue<'_>>, line: usize) -> Result<Organization, Wrong> {
    let at = value.span().start;
    let what = "`organization`";
    let (mut actions, mut reason, mut files) = (None, None, Vec::new());
    let (mut condition, mut accounts) = (None, None);
    let mut level = Severity::Error;
    each::<Key>(table_of(value, what)?, what, |key, _, value| {
        let at = value.span().start;
        match key {
            Key::Actions => {
                let wrong =
                    "`actions` must be a list of actions, such as `[\"rekognition:Delete*\"]`";
                let listed = list_of(value, wrong)?;
                let is_action = |text: &String| text == "*" || text.contains(':');
                if listed.is_empty() || !listed.iter().all(is_action) {
                    return Err((at, wrong.to_string()));
                }
                actions = Some(listed);
            }
            Key::OnlyWith => condition = Some(self::condition(value)?),
            Key::OnlyInAccounts => {
                let wrong = "`only-in-accounts` must be a list of account IDs, such as `[\"111122223333\"]`";
                let listed = list_of(value, wrong)?;
                let is_account = |text: &String| {
                    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
                };
                if listed.is_empty() || !listed.iter().all(is_account) {
                    return Err((at, wrong.to_string()));
                }
                accounts = Some(listed);
            }
            Key::Level => {
                level = level_of(value)?.ok_or_else(|| {
                    let message = "the level must be a severity; remove the `[[organization]]` to turn it off";
                    (at, message.to_string())
                })?;
            }
            Key::Reason => reason = Some(reason_of(value, what)?),
            Key::Files => {
                files = list_of(
                    value,
                    "`files` must be a list of patterns, such as `[\"legacy/*\"]`",
                )?;
            }
        }
        Ok(())
    })?;
    let missing = |name: &str| {
        (
            at,
            format!("this `[[organization]]` has no `{name}`; add one"),
        )
    };
    let limit = match (condition, accounts) {
        (Some(condition), None) => Limit::With(condition),
        (None, Some(accounts)) => Limit::In(accounts),
        (None, None) | (Some(_), Some(_)) => {
            let message =
                "write either `only-with` or `only-in-accounts` in each `[[organization]]`";
            return Err((at, message.to_string()));
        }
    };
    Ok(Organization {
        actions: actions.ok_or_else(|| missing("actions"))?,
        reason: reason.ok_or_else(|| missing("reason"))?,
        limit,
        level,
        files,
        line,
    })
}

/// A condition in TOML, written as in a policy, as JSON.
fn condition(value: &Spanned<DeValue<'_>>) -> Result<String, Wrong> {
    let what = "`only-with`";
    let mut out = String::from("{");
    for (operator, keys) in table_of(value, what)? {
        out.push_str(if out.len() > 1 { "," } else { "" });
        write_string(&mut out, operator.get_ref());
        out.push_str(":{");
        let name = format!("`{}`", operator.get_ref());
        for (number, (key, values)) in table_of(keys, &name)?.iter().enumerate() {
            out.push_str(if number > 0 { "," } else { "" });
            write_string(&mut out, key.get_ref());
            out.push(':');
            match values.get_ref().as_str() {
                Some(text) => write_string(&mut out, text),
                None => {
                    let wrong =
                        format!("`{}` must be a string or a list of strings", key.get_ref());
                    out.push_str(&list(&list_of(values, &wrong)?));
                }
            }
        }
        out.push('}');
    }
    out.push('}');
    // An empty condition would permit everything.
    let whole = format!(
        "{{\"Version\":\"2012-10-17\",\"Statement\":{{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{out}}}}}"
    );
    let parsed = json::parse(&whole, &Limits::default());
    let has_one = (parsed.document.statements.items.iter()).any(|statement| {
        statement
            .conditions
            .iter()
            .any(|block| !block.keys.is_empty())
    });
    match parsed.is_complete() && has_one {
        true => Ok(out),
        false => Err((
            value.span().start,
            "`only-with` must be a condition, such as `{ StringEquals = { \"aws:RequestedRegion\" = \"eu-west-1\" } }`"
                .to_string(),
        )),
    }
}
