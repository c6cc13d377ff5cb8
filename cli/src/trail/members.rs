//! The members of an object in a record, by their names whatever their case, and their values as texts.

use std::borrow::Cow;

use rekognition_iam_runtime::json::Kind;

use super::scan::{Scan, Unreadable};

/// A text, or nothing.
pub(crate) type Text<'t> = Option<Cow<'t, str>>;

pub(super) fn is_null(scan: &mut Scan<'_>) -> Result<bool, Unreadable> {
    let is_null = scan.kind()? == Kind::Null;
    if is_null {
        scan.word()?;
    }
    Ok(is_null)
}

/// A text; of a number or a Boolean, how it is written. An empty text is nothing, and so is what has parts.
#[inline]
pub(super) fn text_of<'t>(scan: &mut Scan<'t>) -> Result<Text<'t>, Unreadable> {
    let text = match scan.kind()? {
        Kind::String => scan.string()?,
        Kind::Number => Cow::Borrowed(scan.number()?),
        Kind::Bool | Kind::Null => match scan.word()? {
            Some(true) => Cow::Borrowed("true"),
            Some(false) => Cow::Borrowed("false"),
            None => return Ok(None),
        },
        Kind::List | Kind::Object => {
            scan.skip()?;
            return Ok(None);
        }
    };
    Ok((!text.is_empty() && !is_hidden(&text)).then_some(text))
}

/// What CloudTrail writes instead of a value that it does not show.
const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// Whether CloudTrail does not show the text that the request had here.
pub(crate) fn is_hidden(text: &str) -> bool {
    text == HIDDEN
}

/// Reads an object that is a member. `false` where there is none.
pub(super) fn inner<'t, M: Copy>(
    scan: &mut Scan<'t>,
    what: &str,
    known: &[(&str, M)],
    mut take: impl FnMut(&mut Scan<'t>, Option<M>) -> Result<(), Unreadable>,
) -> Result<bool, Unreadable> {
    match scan.kind()? {
        Kind::Null => {
            scan.word()?;
            Ok(false)
        }
        Kind::Object => {
            members(scan, known, |scan, _, member| take(scan, member))?;
            Ok(true)
        }
        Kind::String => {
            let text = scan.string()?;
            let message = if text.starts_with('{') {
                format!(
                    "`{what}` is text and not an object; in Athena, select `CAST({} AS JSON)`, and in CloudTrail Lake `eventJson`",
                    what.to_ascii_lowercase()
                )
            } else {
                format!("`{what}` is a string, but must be an object")
            };
            Err(Unreadable::new(message))
        }
        kind @ (Kind::List | Kind::Number | Kind::Bool) => Err(Unreadable::new(format!(
            "`{what}` is {}, but must be an object",
            kind.words()
        ))),
    }
}

/// Reads the members of an object, those that are known by their names whatever their case.
#[inline]
pub(super) fn members<'t, M: Copy>(
    scan: &mut Scan<'t>,
    known: &[(&str, M)],
    mut take: impl FnMut(&mut Scan<'t>, &str, Option<M>) -> Result<(), Unreadable>,
) -> Result<(), Unreadable> {
    scan.open(b'{')?;
    if scan.closes(b'}') {
        return Ok(());
    }
    // Members are nearly always in the same order, so that the next one is after the last one.
    let mut next = 0;
    loop {
        let name = scan.name()?;
        let number = found(known, next, &name);
        next = number.map_or(next, |number| number + 1);
        let member = number.and_then(|number| known.get(number));
        take(scan, &name, member.map(|(_, member)| *member))?;
        if !scan.more(b'}')? {
            return Ok(());
        }
    }
}

/// The number of the member with a name. The search begins at `next`.
#[inline]
fn found<M>(known: &[(&str, M)], next: usize, name: &str) -> Option<usize> {
    let (before, after) = known.split_at_checked(next).unwrap_or((known, &[]));
    let is_it = |(known, _): &(&str, M)| *known == name;
    (after.iter().position(is_it))
        .map(|number| next + number)
        .or_else(|| before.iter().position(is_it))
        .or_else(|| (known.iter()).position(|(known, _)| known.eq_ignore_ascii_case(name)))
}

/// Hands each member of the JSON of an object to `take`, by its name and its JSON as it is written.
pub(crate) fn each_member<'t>(
    json: &'t str,
    mut take: impl FnMut(Cow<'t, str>, &'t str),
) -> Result<(), Unreadable> {
    let mut scan = Scan::new(json);
    scan.open(b'{')?;
    if scan.closes(b'}') {
        return Ok(());
    }
    loop {
        let name = scan.name()?;
        take(name, scan.skip()?);
        if !scan.more(b'}')? {
            return Ok(());
        }
    }
}

/// The text of JSON that is a text, a number or a Boolean.
pub(crate) fn scalar(json: &str) -> Option<Cow<'_, str>> {
    let mut scan = Scan::new(json);
    match scan.kind().ok()? {
        Kind::String => scan.string().ok(),
        Kind::Number => Some(Cow::Borrowed(scan.number().ok()?)),
        Kind::Bool => Some(Cow::Borrowed(match scan.word().ok()?? {
            true => "true",
            false => "false",
        })),
        Kind::Null | Kind::List | Kind::Object => None,
    }
}

/// The texts of JSON that is a text or a list of texts.
pub(crate) fn texts(json: &str) -> Option<Vec<Cow<'_, str>>> {
    let mut scan = Scan::new(json);
    if scan.kind().ok()? != Kind::List {
        return Some(vec![scalar(json)?]);
    }
    scan.open(b'[').ok()?;
    let mut found = Vec::new();
    if scan.closes(b']') {
        return Some(found);
    }
    loop {
        found.push(scalar(scan.skip().ok()?)?);
        if !scan.more(b']').ok()? {
            return Some(found);
        }
    }
}

/// A member of the JSON of an object, by its name whatever its case, as JSON. `null` is none.
pub(crate) fn member<'t>(json: &'t str, wanted: &str) -> Option<&'t str> {
    let mut found = None;
    let read = each_member(json, |name, value| {
        if name.eq_ignore_ascii_case(wanted) && value != "null" {
            found = Some(value);
        }
    });
    read.ok().and(found)
}
