//! Texts that programs have put something around or into: the box of Terraform, quoted mail, Markdown, and typographic quotes.

use alloc::borrow::Cow;
use alloc::string::String;

use super::read::known;
use super::{AccessDenied, On, Why};

/// What Terraform, mail programs, chats, and tables begin a line with.
const LINES: [char; 6] = ['│', '║', '┃', '|', '>', '▏'];

/// Characters that JSON writers escape although they need not.
const ESCAPED: [(&str, &str); 6] = [
    ("\\u0022", "\""),
    ("\\u0026", "&"),
    ("\\u0027", "'"),
    ("\\u002B", "+"),
    ("\\u003C", "<"),
    ("\\u003E", ">"),
];

/// The text without decoration; none if it has none.
pub(super) fn plain(text: &str) -> Option<String> {
    let decorated = |line: &str| line.trim_start().starts_with(LINES);
    let is_plain = !text.contains(['`', '“', '”', '„', '‟'])
        && !text.contains("\\u00")
        && !text.lines().any(decorated);
    if is_plain {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    for (number, line) in text.lines().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        let mut line = line;
        while decorated(line) {
            let mut chars = line.trim_start().chars();
            chars.next();
            line = chars.as_str();
        }
        let mut rest = line;
        while let Some(c) = rest.chars().next() {
            let escaped = (ESCAPED.iter())
                .find_map(|(escape, plain)| Some((starts_with(rest, escape)?, *plain)));
            match (c, escaped) {
                (_, Some((behind, plain))) => {
                    out.push_str(plain);
                    rest = behind;
                    continue;
                }
                ('`', None) => {}
                ('“' | '”' | '„' | '‟', None) => out.push('"'),
                (c, None) => out.push(c),
            }
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }
    Some(out)
}

/// What follows these letters of ASCII, whatever their case.
fn starts_with<'t>(text: &'t str, start: &str) -> Option<&'t str> {
    let (head, rest) = text.split_at_checked(start.len())?;
    head.eq_ignore_ascii_case(start).then_some(rest)
}

/// What `aws sts decode-authorization-message` prints: JSON, which may be in a string in JSON. See
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html>.
pub(super) fn decoded(text: &str) -> Option<AccessDenied<'static>> {
    if !text.contains("explicitDeny") || !text.contains("context") {
        return None;
    }
    // Of what is read, nothing has a quote or an escape.
    let text: String = text.chars().filter(|c| *c != '\\').collect();
    if value(&text, "allowed")? != "false" {
        return None;
    }
    let explicit = value(&text, "explicitDeny")? == "true";
    let context = text.get(text.find("\"context\"")?..)?;
    let action = value(context, "action")?;
    let action = match known(action) {
        Some(action) => action.into_owned(),
        None => String::from(action),
    };
    if !action.contains(':') {
        return None;
    }
    let principal = (context.find("\"principal\""))
        .and_then(|at| context.get(at..))
        .and_then(|principal| value(principal, "arn"));
    let on = match value(context, "resource") {
        None | Some("") => On::Nothing,
        Some("*") => On::Any,
        Some(arn) if arn.starts_with("arn:") => On::Arn(Cow::Owned(arn.into())),
        Some(other) => On::Text(Cow::Owned(other.into())),
    };
    Some(AccessDenied {
        operation: None,
        principal: principal.map(|arn| Cow::Owned(arn.into())),
        action: Cow::Owned(action),
        on,
        why: match explicit {
            true => Why::Denied {
                layer: None,
                through: None,
                policy: None,
            },
            false => Why::Unstated,
        },
        encoded: None,
        wrapped: false,
    })
}

/// The first text, number, or Boolean of this name.
fn value<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let quoted = alloc::format!("\"{name}\"");
    let rest = text.get(text.find(&quoted)? + quoted.len()..)?;
    let rest = rest.trim_start().strip_prefix(':')?.trim_start();
    match rest.strip_prefix('"') {
        Some(rest) => rest.split('"').next(),
        None => rest.split([',', '}', ' ', '\n', '\r']).next(),
    }
}
