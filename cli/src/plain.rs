//! Text of strangers in output that is read line by line: by terminals, and by logs that take some lines for commands.

use std::borrow::Cow;

pub(crate) use rekognition_iam_runtime::invisible::is_invisible as is_hidden;

/// The text as one line: what would move the cursor, end the line or turn the direction of writing stands as an escape,
/// such as `\n` and `\u{1b}`.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    escaped(text, is_hidden)
}

/// The same for text whose line ends are ours.
pub(crate) fn plain_lines(text: &str) -> Cow<'_, str> {
    escaped(text, |c| is_hidden(c) && c != '\n')
}

/// The same for a line of a file, which is shown as it is indented.
pub(crate) fn plain_line(text: &str) -> Cow<'_, str> {
    escaped(text, |c| is_hidden(c) && c != '\t')
}

fn escaped(text: &str, hidden: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if hidden(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// A name in the head of a diff, which `git` and `patch` read: in quotes and with their escapes when it has to be.
pub(crate) fn diff_name(name: &str) -> Cow<'_, str> {
    if !name.contains(|c| is_hidden(c) || c == '"' || c == '\\') {
        return Cow::Borrowed(name);
    }
    let mut out = String::from("\"");
    for c in name.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if is_hidden(c) => {
                for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                    out.push_str(&format!("\\{byte:03o}"));
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
    Cow::Owned(out)
}

/// What is said about a text that someone sent: not all of it, when it is long.
pub(crate) fn cut(text: &str) -> Cow<'_, str> {
    const MOST: usize = 100;
    match text.char_indices().nth(MOST) {
        None => Cow::Borrowed(text),
        Some((at, _)) => Cow::Owned(format!("{}...", text.get(..at).unwrap_or_default())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_not_seen_is_left() {
        for (text, expected) in [
            ("a b – ä", "a b – ä"),
            ("a\nb\r\tc", "a\\nb\\r\\tc"),
            ("\u{1b}[2J", "\\u{1b}[2J"),
            ("\u{9b}2J\u{7f}", "\\u{9b}2J\\u{7f}"),
            ("\u{202e}a\u{2066}\u{2028}", "\\u{202e}a\\u{2066}\\u{2028}"),
        ] {
            assert_eq!(plain(text), expected);
        }
        assert_eq!(plain_lines("a\n\u{1b}b\r"), "a\n\\u{1b}b\\r");
        assert_eq!(diff_name("a b.json"), "a b.json");
        assert_eq!(diff_name("a\"\n\u{9b}"), "\"a\\\"\\012\\302\\233\"");
    }
}
