//! Objects with a key that is written twice, which Terraform accepts and the parser does not.
//!
//! Terraform evaluates the members of an object in their order, and the last one of a name is its value. So the parser gets
//! the text with another key of the same length in place of each that is repeated, and an evaluated object reads its keys from the file.

use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::Body;
use rekognition_iam_runtime::json::Span;

use crate::input::tree::TreeError;

/// Repeated keys of a file. The text is parsed again for each of them, so that many of them would take long.
const MAX_REPEATED: usize = 16;

/// The parser's words for what is repeated. An attribute of a block that is, Terraform rejects as well.
const REPEATED: &str = "found redefined object key";

/// A text of HCL. The places in it are those of the text, and of a key that is repeated only the place is that of the text.
pub(super) fn body(text: &str) -> Result<Body, TreeError> {
    let mut changed: Option<String> = None;
    let mut number = 0;
    loop {
        let read = changed.as_deref().unwrap_or(text);
        let error = match hcl_edit::parser::parse_body(read) {
            Ok(body) => return Ok(body),
            Err(error) => error,
        };
        let at = error.location().offset();
        let message = error.message().trim_end_matches('.');
        let is_repeated = message.ends_with(REPEATED) && number < MAX_REPEATED;
        match is_repeated.then(|| renamed(read, at, number)).flatten() {
            Some(renamed) => changed = Some(renamed),
            None => {
                return Err(TreeError {
                    message: format!("invalid HCL: {message}"),
                    help: is_after_heredoc(read, at)
                        .then_some("the line that ends a heredoc has nothing but its name"),
                    span: Span::new(at, at),
                });
            }
        }
        number += 1;
    }
}

/// Whether a place is directly after the name of a heredoc at the start of a line, as in `EOF"`.
///
/// See <https://developer.hashicorp.com/terraform/language/expressions/strings#heredoc-strings>.
fn is_after_heredoc(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let (earlier, line) = before.rsplit_once('\n').unwrap_or(("", before));
    let name = line.trim();
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    !name.is_empty()
        && name.bytes().all(is_name)
        && ["<<", "<<-"]
            .iter()
            .any(|sign| earlier.contains(&format!("{sign}{name}\n")))
}

/// The text with another name of the same length in place of the key at this place, if the key is a name or a plain string.
fn renamed(text: &str, at: usize, number: usize) -> Option<String> {
    let (before, rest) = text.split_at_checked(at)?;
    let (quote, rest) = match rest.strip_prefix('"') {
        Some(rest) => ("\"", rest),
        None => ("", rest),
    };
    let key = match quote {
        "" => name(rest),
        _ => plain(rest)?,
    };
    if key.is_empty() {
        return None;
    }
    let last = char::from(b'a' + u8::try_from(number).ok()?);
    let rest = rest.get(key.len()..)?;
    let new = format!("{last:x>length$}", length = key.len());
    Some(format!("{before}{quote}{new}{rest}"))
}

/// The name that a text begins with.
fn name(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')));
    text.get(..end.unwrap_or(text.len())).unwrap_or_default()
}

/// What a string says after its quote, if nothing in it means anything else.
fn plain(text: &str) -> Option<&str> {
    let end = text.find(['"', '\\', '$', '%', '\n'])?;
    let (inside, rest) = text.split_at_checked(end)?;
    rest.starts_with('"').then_some(inside)
}

/// A key as the file writes it, where this is what it means.
pub(super) fn written<'t>(key: &ObjectKey, text: &'t str) -> Option<&'t str> {
    match key {
        ObjectKey::Ident(_) | ObjectKey::Expression(Expression::Variable(_)) => Some(name(text)),
        ObjectKey::Expression(Expression::String(_)) => plain(text.strip_prefix('"')?),
        ObjectKey::Expression(_) => None,
    }
}
