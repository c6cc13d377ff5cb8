//! The values of the keys of `rekognition-iam.toml`, or why they are wrong.

use rekognition_iam_runtime::check::{Severity, UnknownSeverity};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A byte of the text, and what is wrong there.
pub(super) type Wrong = (usize, String);

pub(super) fn table_of<'v>(
    value: &'v Spanned<DeValue<'v>>,
    name: &str,
) -> Result<&'v DeTable<'v>, Wrong> {
    (value.get_ref().as_table())
        .ok_or_else(|| (value.span().start, format!("{name} must be a table")))
}

/// A severity, or nothing for `off`.
pub(super) fn level_of(value: &Spanned<DeValue<'_>>) -> Result<Option<Severity>, Wrong> {
    match value.get_ref().as_str().unwrap_or_default() {
        "off" => Ok(None),
        text => text.parse().map(Some).map_err(|error: UnknownSeverity| {
            let message = format!("the level must be `off` or a severity; {error}");
            (value.span().start, message)
        }),
    }
}

/// A list of strings, or this error.
pub(super) fn list_of(value: &Spanned<DeValue<'_>>, wrong: &str) -> Result<Vec<String>, Wrong> {
    let wrong = || (value.span().start, wrong.to_string());
    (value.get_ref().as_array().ok_or_else(wrong)?.iter())
        .map(|item| Ok(item.get_ref().as_str().ok_or_else(wrong)?.to_string()))
        .collect()
}

/// Text that is not empty, or this error.
pub(super) fn text_of(value: &Spanned<DeValue<'_>>, wrong: &str) -> Result<String, Wrong> {
    match value.get_ref().as_str() {
        Some(text) if !text.trim().is_empty() => Ok(text.to_string()),
        _ => Err((value.span().start, wrong.to_string())),
    }
}

pub(super) fn reason_of(value: &Spanned<DeValue<'_>>, name: &str) -> Result<String, Wrong> {
    match value.get_ref().as_str().map(str::trim) {
        Some("") => Err((
            value.span().start,
            format!("the reason for {name} is empty; write one"),
        )),
        Some(reason) => Ok(reason.to_string()),
        None => Err((
            value.span().start,
            format!("the reason for {name} must be a string"),
        )),
    }
}
