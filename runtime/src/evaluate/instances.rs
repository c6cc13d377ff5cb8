//! Resources of an action that are examples of what a statement names.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::request::ActionName;
use crate::arn::Arn;
use crate::catalogue::{self, ArnField, ArnFormat, Piece};
use crate::glob;

/// What is known of a principal for examples.
#[derive(Clone, Copy)]
pub(super) struct Known<'k> {
    pub(super) account: &'k str,
    pub(super) name: Option<&'k str>,
}

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
    formats: &[&'static ArnFormat],
    known: Known<'_>,
) -> Vec<String> {
    let mut found = Vec::new();
    for format in formats {
        let example = example(format, known.account);
        if glob::matches(pattern, &example, false) && !found.contains(&example) {
            found.push(example);
        }
    }
    let plain = filled(pattern, known);
    let fits =
        |format: &&ArnFormat| Arn::parse(&plain).is_ok_and(|arn| arn.could_be_strictly(format));
    let is_one = formats.is_empty() || formats.iter().any(fits);
    if is_one && !found.contains(&plain) {
        found.push(plain);
    }
    found
}

/// The pattern with a name for each wildcard and each variable.
fn filled(pattern: &str, known: Known<'_>) -> String {
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
                    _ if name.eq_ignore_ascii_case("aws:username") => {
                        known.name.unwrap_or("example")
                    }
                    _ if name.eq_ignore_ascii_case("aws:PrincipalAccount") => known.account,
                    _ => "example",
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
    out
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
