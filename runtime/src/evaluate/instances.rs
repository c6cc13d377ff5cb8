//! Resources of an action that are examples of what a statement names.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::condition::name_and_default;
use super::request::ActionName;
use super::target::Checked;
use crate::arn::Arn;
use crate::catalogue::{self, ArnField, ArnFormat, Piece};
use crate::glob;

/// What is known of a principal for examples.
#[derive(Clone, Copy)]
pub(super) struct Known<'k> {
    pub(super) account: &'k str,
    pub(super) name: Option<&'k str>,
    /// Keys that its requests have.
    pub(super) keys: &'k [(String, Vec<String>)],
    /// It has no tags but those among the keys.
    pub(super) all_tags: bool,
}

impl Known<'_> {
    /// What a policy variable with this text becomes; `None` where the request has no value for it, and it has no default.
    fn value<'v>(&'v self, variable: &'v str) -> Option<&'v str> {
        let (key, default) = name_and_default(variable.as_bytes());
        let text = |bytes| core::str::from_utf8(bytes).ok();
        let key = text(key).unwrap_or_default();
        let known = (self.keys.iter()).find(|(known, _)| known.eq_ignore_ascii_case(key));
        if let Some((_, values)) = known {
            return match values.as_slice() {
                [one] => Some(one),
                _ => default.and_then(text),
            };
        }
        if key.eq_ignore_ascii_case("aws:username") {
            return Some(self.name.unwrap_or("example"));
        }
        if key.eq_ignore_ascii_case("aws:PrincipalAccount") {
            return Some(self.account);
        }
        let is_tag = (key.get(..TAG.len())).is_some_and(|start| start.eq_ignore_ascii_case(TAG));
        if self.all_tags && is_tag {
            return default.and_then(text);
        }
        Some("example")
    }

    /// Whether a pattern can match anything.
    pub(super) fn can_match(&self, pattern: &str) -> bool {
        filled(pattern, *self).is_some()
    }
}

/// How the keys of the tags of a principal begin.
pub(super) const TAG: &str = "aws:PrincipalTag/";

/// The account of examples when the principal's is not known.
pub(super) const ACCOUNT: &str = "123456789012";

/// The resources of an action, as the catalogue has them.
pub(super) enum Resources {
    /// The action has no resource types.
    None,
    /// ARNs of these forms.
    Of(Vec<&'static ArnFormat>),
    /// The catalogue does not have the action.
    Unknown,
}

pub(super) fn resources_of(action: ActionName<'_>) -> Resources {
    let known = catalogue::service(action.service()).and_then(|service| {
        let info = service.action_ignore_case(action.name())?;
        Some((service, info))
    });
    let Some((service, info)) = known else {
        return Resources::Unknown;
    };
    if info.resources.is_empty() {
        return Resources::None;
    }
    Resources::Of(
        (info.resources_of(service))
            .flat_map(|(_, kind)| kind.formats)
            .collect(),
    )
}

/// Resources that a pattern matches: of these forms, where any are known.
pub(super) fn examples(
    pattern: &str,
    action: ActionName<'_>,
    formats: &[&'static ArnFormat],
    known: Known<'_>,
) -> Vec<String> {
    let mut found = Vec::new();
    let checked = Checked::of(action);
    for format in formats {
        let example = example(format, known.account);
        let more = checked.target(&example).tail.map_or("", |tail| tail.text);
        let compared = alloc::format!("{example}{more}");
        if glob::matches(pattern, &compared, false) && !found.contains(&example) {
            found.push(example);
        }
    }
    let Some(plain) = filled(pattern, known).and_then(|text| named(&text, pattern, action)) else {
        return found;
    };
    let fits =
        |format: &&ArnFormat| Arn::parse(&plain).is_ok_and(|arn| arn.could_be_strictly(format));
    let is_one = formats.is_empty() || formats.iter().any(fits);
    if is_one && !found.contains(&plain) {
        found.push(plain);
    }
    found
}

/// What a request for an action names where a policy names this: the log group, and not what is in it. `None` where no request
/// names it.
fn named(text: &str, pattern: &str, action: ActionName<'_>) -> Option<String> {
    let row = (catalogue::written().iter())
        .find(|row| row.service.eq_ignore_ascii_case(action.service()));
    let last = text.splitn(6, ':').nth(5);
    let Some((row, name)) = row.and_then(|row| Some((row, last?.strip_prefix(row.head)?))) else {
        return Some(String::from(text));
    };
    let after = name
        .find(':')
        .and_then(|at| name.get(at..))
        .unwrap_or_default();
    let group = text.strip_suffix(after).unwrap_or(text);
    match Checked::of(action) {
        Checked::Written(_, false) => Some(String::from(group)),
        // Some stream of it.
        Checked::Written(_, true) if after.starts_with(row.request) => Some(String::from(text)),
        Checked::Written(_, true) => {
            let part = alloc::format!("{group}{}example", row.request);
            Some(part).filter(|part| glob::matches(pattern, part, false))
        }
        Checked::Named | Checked::Star | Checked::Recorded(_) | Checked::Undocumented => {
            after.is_empty().then(|| String::from(text))
        }
    }
}

/// The pattern with a name for each wildcard and the value of each variable; `None` where one has none.
fn filled(pattern: &str, known: Known<'_>) -> Option<String> {
    let mut out = String::new();
    let mut colons = 0;
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let mut length = c.len_utf8();
        match c {
            '$' if rest.starts_with("${") => {
                length = rest.find('}').map_or(rest.len(), |at| at + 1);
                let name = rest.get(2..length.saturating_sub(1)).unwrap_or_default();
                out.push_str(match name {
                    "*" | "?" | "$" => name,
                    _ => known.value(name)?,
                });
            }
            '*' => out.push_str(match colons {
                1 => "aws",
                3 => "us-east-1",
                4 => known.account,
                _ => "example",
            }),
            '?' => out.push('e'),
            c => {
                if c == ':' {
                    colons += 1;
                }
                out.push(c);
            }
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    Some(out)
}

fn example(format: &ArnFormat, account: &str) -> String {
    let field = |field: ArnField, value: &str| match field {
        ArnField::Empty => String::new(),
        ArnField::Variable | ArnField::Any => value.to_string(),
        ArnField::Fixed(text) => text.to_string(),
    };
    let mut out = alloc::format!(
        "arn:aws:{}:{}:{}:",
        format.service_or("backup"),
        field(format.region, "us-east-1"),
        field(format.account, account)
    );
    for piece in format.resource {
        out.push_str(match piece {
            Piece::Literal(text) => text,
            Piece::Variable(_) => "example",
        });
    }
    out
}
