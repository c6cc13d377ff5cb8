//! A policy over a quota as the documents that it is split into.

use rekognition_iam_runtime::split::Quota;

use super::error::Problem;
use super::format::Choices;
#[cfg(feature = "compare")]
use super::format::SplitChoice;
use super::parameters::{Filled, Of};

/// What is known of a document that is a part of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Part {
    /// The number of the document, from 1. The documents should be attached in this order.
    pub number: usize,
    /// How many documents the policy was split into.
    pub count: usize,
    /// The quota that each of them fits.
    pub quota: Quota,
    /// What to know before the documents are attached, as sentences without a period.
    pub notes: Vec<String>,
}

/// A document of a policy, and its size.
pub(super) struct OfPart {
    pub(super) filled: Filled,
    pub(super) size: usize,
    pub(super) part: Part,
}

/// Nothing asks for it without the comparison, which proves what is split.
#[cfg(not(feature = "compare"))]
pub(super) fn documents(
    _: &Of<'_>,
    _: &Filled,
    _: &Choices,
) -> Result<Option<Vec<OfPart>>, Problem> {
    Ok(None)
}

/// The documents of a policy that is over the quota that was asked for; `None` if it is not, or if none was asked for.
#[cfg(feature = "compare")]
pub(super) fn documents(
    of: &Of<'_>,
    filled: &Filled,
    choices: &Choices,
) -> Result<Option<Vec<OfPart>>, Problem> {
    use rekognition_iam_runtime::split::{Options, split};

    let Some(SplitChoice { quota, of_policy }) = choices.split(of.item) else {
        return Ok(None);
    };
    let problem = |message: String| Problem::new(of.file, message);
    if let Some(kind) = quota.kind()
        && kind != of.kind
    {
        return match of_policy {
            false => Ok(None),
            true => Err(problem(format!(
                "the quota `{quota}` is for {} policies, and `{}` is one of the kind {}",
                kind.name(),
                of.item,
                of.kind.name()
            ))
            .help("choose the quota of its kind, or a number of characters")),
        };
    }
    let open = (filled.variables.iter()).find(|variable| !variable.is_given());
    // Without the values, it is at least this long.
    let size = quota.size_of(&filled.document);
    if let Some(open) = open {
        return match size > quota.limit() || of_policy {
            false => Ok(None),
            true => Err(problem(format!(
                "`{}` cannot be split: the value of `{}` is not known, so its size is not known either",
                of.item, open.name
            ))
            .help(format!(
                "give the value with `.value_of(\"{}\", \"{}\", ..)`, or split the rendered policy with `rekognition-iam split`",
                of.item, open.name
            ))),
        };
    }
    if size <= quota.limit() {
        return Ok(None);
    }
    let split = split(&filled.document, Options::new(quota)).map_err(|error| {
        let problem = problem(format!("`{}` cannot be split: {error}", of.item));
        match error.help() {
            Some(help) => problem.help(help),
            None => problem,
        }
    })?;
    let (count, notes) = (split.parts.len(), split.notes());
    let parts = split.parts.into_iter().enumerate();
    Ok(Some(
        parts
            .map(|(number, part)| OfPart {
                filled: Filled::without_variables(part.document),
                size: part.size,
                part: Part {
                    number: number + 1,
                    count,
                    quota,
                    notes: notes.clone(),
                },
            })
            .collect(),
    ))
}
