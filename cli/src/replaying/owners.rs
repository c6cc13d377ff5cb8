//! Which resource a policy of a resource is attached to.
//!
//! A trust policy does not name its role, and the policies of keys and secrets say `*`, so the document alone does not show whether
//! it is about the resource of a call. The command line can say so; otherwise it is not known.

use std::collections::BTreeSet;

use rekognition_iam_runtime::document::{Document, PolicyKind};
use rekognition_iam_runtime::evaluate::ActionName;
use rekognition_iam_runtime::{glob, json};

use super::sets::Given;

/// What is known of the resource that a policy is attached to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The policy is not attached to a resource.
    None,
    /// One of these ARNs or patterns.
    One(Vec<String>),
    /// Any that this kind of policy and these patterns of actions are for.
    Any(PolicyKind, Vec<String>),
}

/// Whether a policy is attached to the resource of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    Yes,
    Perhaps,
    No,
}

impl Owner {
    pub(crate) fn of(given: &Given) -> Self {
        let kind = given.attached.kind();
        if !kind.layer().is_of_resource() {
            return Self::None;
        }
        if let Some(arn) = &given.of {
            return Self::One(vec![arn.clone()]);
        }
        let Ok(document) = json::read(&given.text) else {
            return Self::None;
        };
        let named = named(&document);
        match named.is_empty() {
            true => Self::Any(kind, actions(&document)),
            false => Self::One(named),
        }
    }

    /// Whether nothing says which resource it is.
    pub(crate) const fn is_open(&self) -> bool {
        matches!(self, Self::Any(..))
    }

    fn fits(&self, action: &str, resources: &[&str]) -> Fit {
        match self {
            Self::None => Fit::No,
            Self::One(arns) => {
                let is_it = |resource: &&str| arns.iter().any(|arn| is_in(resource, arn));
                match resources.iter().any(is_it) {
                    true => Fit::Yes,
                    false => Fit::No,
                }
            }
            Self::Any(kind, actions) => {
                let possible = match kind {
                    PolicyKind::RoleTrust => ActionName::from(action).needs_trust(),
                    PolicyKind::Project => action.starts_with("rekognition:"),
                    _ => {
                        let service = |text: &str| text.split(':').next().map(str::to_lowercase);
                        (actions.iter()).any(|one| one == "*" || service(one) == service(action))
                    }
                };
                match possible {
                    true => Fit::Perhaps,
                    false => Fit::No,
                }
            }
        }
    }
}

/// The resources that the statements name, without wildcards in what tells resources apart: objects belong to their bucket.
fn named(document: &Document<'_>) -> Vec<String> {
    let elements = (document.statements.iter()).filter_map(|one| one.resources.as_ref());
    let names: BTreeSet<String> = elements
        .filter(|element| !element.not)
        .flat_map(|element| element.values.iter())
        .map(|resource| whole(resource).to_owned())
        .filter(|resource| resource.starts_with("arn:") && !resource.contains(['*', '?', '$']))
        .collect();
    names.into_iter().collect()
}

fn actions(document: &Document<'_>) -> Vec<String> {
    (document.statements.iter())
        .flat_map(|statement| match statement.actions.not {
            true => vec!["*".to_owned()],
            false => statement
                .actions
                .values
                .iter()
                .map(ToString::to_string)
                .collect(),
        })
        .collect()
}

/// The bucket of an object; any other resource as it is.
fn whole(text: &str) -> &str {
    match text.split_once('/') {
        Some((bucket, _)) if text.split(':').nth(2) == Some("s3") => bucket,
        _ => text,
    }
}

/// Whether a resource is one of a pattern, or in it: an object in a bucket, a version of a function, an index of a table.
fn is_in(resource: &str, pattern: &str) -> bool {
    glob::matches(pattern, resource, false)
        || (resource.rmatch_indices(['/', ':']))
            .filter_map(|(at, _)| resource.get(..at))
            .any(|start| start.matches(':').count() >= 5 && glob::matches(pattern, start, false))
}

/// The policies of resources that a request may be subject to, by their numbers: each set is one way things may be. Only the first
/// when it is known.
pub(super) fn applying(owners: &[Owner], action: &str, resources: &[&str]) -> Vec<Vec<usize>> {
    let fits: Vec<Fit> = (owners.iter())
        .map(|owner| owner.fits(action, resources))
        .collect();
    let all = |fit: Fit| {
        (fits.iter().enumerate())
            .filter(move |(_, other)| **other == fit)
            .map(|(number, _)| number)
    };
    let known: Vec<usize> = all(Fit::Yes).collect();
    // A resource has one policy, and that is known.
    let open = all(Fit::Perhaps).take(if known.is_empty() { usize::MAX } else { 0 });
    let more = open.map(|number| vec![number]);
    std::iter::once(known.clone()).chain(more).collect()
}

/// What decides when it is not known which resource a policy is attached to.
pub(super) fn owner_of(is_old: bool, number: usize) -> String {
    let old = if is_old { "old " } else { "" };
    format!("{OWNER}{old}policy {} is attached to", number + 1)
}

const OWNER: &str = "the resource that ";

/// The same with the name of the policy. Any other text stays as it is.
pub(crate) fn with_name(what: &str, new: &[String], old: Option<&[String]>) -> String {
    let named = || {
        let text = what.strip_prefix(OWNER)?.strip_suffix(" is attached to")?;
        let (names, number) = match text.strip_prefix("old policy ") {
            Some(number) => (old?, number),
            None => (new, text.strip_prefix("policy ")?),
        };
        let number: usize = number.parse().ok()?;
        let name = names.get(number.checked_sub(1)?)?;
        Some(format!("{OWNER}{name} is attached to"))
    };
    named().unwrap_or_else(|| what.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_a_resource_belongs_to_it() {
        for (resource, pattern, expected) in [
            ("arn:aws:s3:::b/k/l", "arn:aws:s3:::b", true),
            ("arn:aws:s3:::b2/k", "arn:aws:s3:::b", false),
            (
                "arn:aws:lambda:r:1:function:f:live",
                "arn:aws:lambda:r:1:function:f",
                true,
            ),
            (
                "arn:aws:lambda:r:1:function:f2",
                "arn:aws:lambda:r:1:function:f",
                false,
            ),
            (
                "arn:aws:iam::1:role/team/App",
                "arn:aws:iam::1:role/team/App",
                true,
            ),
            (
                "arn:aws:iam::1:role/team/App",
                "arn:aws:iam::1:role/*",
                true,
            ),
            ("arn:aws:sqs:r:1:q", "arn:aws:sqs:r:1", false),
        ] {
            assert_eq!(is_in(resource, pattern), expected, "{resource} {pattern}");
        }
    }
}
