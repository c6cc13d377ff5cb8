//! What a replay comes to, and a file for each format.

mod html;
mod human;
mod markdown;
mod redact;

use clap::ValueEnum;

pub(crate) use self::redact::redacted;

use crate::json_text::catalogue;
use crate::replaying::owners::with_name;
use crate::replaying::partial::{Group, Outcome, Partial};
use crate::replaying::parts::{self, About};

/// How the result is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReplayFormat {
    /// For people
    Human,
    /// One JSON object
    Json,
    /// Markdown, for pull requests
    Markdown,
    /// One HTML page
    Html,
}

/// The report in a format.
pub(crate) fn text(format: ReplayFormat, about: &About, partial: &Partial) -> String {
    match format {
        ReplayFormat::Human => human::text(about, partial),
        ReplayFormat::Json => format!(
            "{{\"version\":1,{},{},{}}}\n",
            catalogue(),
            about.members(),
            parts::members(partial)
        ),
        ReplayFormat::Markdown => markdown::text(about, partial),
        ReplayFormat::Html => html::text(about, partial),
    }
}

/// What an outcome is called above its list.
fn heading(outcome: Outcome, about: &About) -> &'static str {
    match (outcome, &about.old) {
        (Outcome::WouldBeDenied, _) => "would be denied",
        (Outcome::WouldBeAllowed, _) => "would be allowed",
        (Outcome::Depends, _) => "depends on what the records do not show",
        (Outcome::Contradicted, _) => {
            "AWS decided otherwise than the old policies, so policies are missing"
        }
        (Outcome::StillAllowed, _) => "still allowed",
        (Outcome::StillDenied, _) => "still denied",
    }
}

/// Why the requests of a group are decided so.
fn reason(group: &Group, about: &About) -> String {
    let names = match (group.outcome, &about.old) {
        (Outcome::Contradicted, Some(old)) => old,
        _ => &about.new,
    };
    let statement = group.by.as_ref().map(|by| {
        let name = names.get(by.policy).map_or("", String::as_str);
        let sid = by
            .sid
            .as_ref()
            .map_or_else(String::new, |sid| format!(" `{sid}`"));
        format!("statement {}{sid} of {name}", by.statement + 1)
    });
    let depends = || {
        let all: Vec<String> = (group.depends.iter())
            .map(|what| match what.contains(' ') {
                true => with_name(what, &about.new, about.old.as_deref()),
                false => format!("`{what}`"),
            })
            .collect();
        all.join(", ")
    };
    if !group.depends.is_empty() {
        return match statement {
            Some(statement) => format!("{} decides whether {statement} applies", depends()),
            None => format!("{} decides", depends()),
        };
    }
    let plain = match group.code.as_str() {
        "denied" => return format!("{} denies it", statement.unwrap_or_default()),
        "granted" | "granted_by_resource" => match statement {
            Some(statement) => return format!("{statement} allows it"),
            None => "it is allowed",
        },
        "resource_policy_may_allow" => {
            "no statement allows it; a policy of the resource that was not given may"
        }
        "nothing_allows" => "no statement allows it",
        "denied_by_policy_not_given" => "AWS says that a policy denied it that was not given",
        "denied_by_unknown_policy" => "the record does not say which policy denied it",
        "identity_does_not_allow" => {
            "no identity policy allows it, and the resource belongs to another account"
        }
        "resource_does_not_allow" => "no policy of the resource allows it, and one must",
        "boundary_does_not_allow" => "the permissions boundary does not allow it",
        "session_does_not_allow" => "the session policies do not allow it",
        "endpoint_does_not_allow" => "the policy of the VPC endpoint does not allow it",
        "service_control_does_not_allow" => "no service control policy allows it",
        "resource_policy_not_given" => {
            "the resource belongs to another account, and its policy was not given"
        }
        "identity_policy_not_given" => "the identity policies of the caller were not given",
        "root" => "the account's root user needs no statement",
        code => return format!("reason: {code}"),
    };
    plain.to_owned()
}

/// The resource of a group.
fn resource(group: &Group) -> &str {
    group
        .resource
        .as_deref()
        .unwrap_or("a resource that the records do not show")
}

/// How many records were not counted, because another one has the same event ID.
fn copies(partial: &Partial) -> Option<String> {
    match partial.repeated {
        0 => None,
        1 => Some("1 copy of another record was not counted".to_owned()),
        count => Some(format!("{count} copies of other records were not counted")),
    }
}

/// What was read: how many records, from when to when.
fn scope(partial: &Partial) -> String {
    let mut text = format!(
        "{} in {}, {}",
        many(partial.records, "record"),
        many(partial.files, "file"),
        many(partial.requests, "request")
    );
    if !partial.first.is_empty() {
        text.push_str(", ");
        text.push_str(&span(&partial.first, &partial.last));
    }
    text
}

/// The first and last time, as days where that is enough.
fn span(first: &str, last: &str) -> String {
    match first == last {
        true => first.to_owned(),
        false => format!("{first} to {last}"),
    }
}

fn many(count: u64, one: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {one}s"),
    }
}
