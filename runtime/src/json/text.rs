//! JSON as text: indented, and with escapes.

use alloc::string::String;

/// Indents minified JSON: two spaces a level, empty containers on one line, a line end after it.
///
/// The text must be JSON as [`to_minified`](crate::json::to_minified) writes it; only white space is added.
#[must_use]
#[inline]
pub fn pretty(minified: &str) -> String {
    let mut out = String::with_capacity(minified.len() * 2);
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut escaped = false;
    let mut chars = minified.chars().peekable();
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        for _ in 0..depth {
            out.push_str("  ");
        }
    };
    while let Some(c) = chars.next() {
        if in_string {
            out.push(c);
            if escaped {
                escaped = false;
            } else if c == '\\' {
                escaped = true;
            } else if c == '"' {
                in_string = false;
            }
            continue;
        }
        match c {
            '"' => {
                in_string = true;
                out.push(c);
            }
            '{' | '[' => {
                out.push(c);
                if let Some(close @ ('}' | ']')) = chars.peek().copied() {
                    out.push(close);
                    chars.next();
                } else {
                    depth += 1;
                    line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.push(c);
            }
            ',' => {
                out.push(c);
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            _ => out.push(c),
        }
    }
    out.push('\n');
    out
}

/// The text as it is between the quotes of a JSON string.
pub(crate) fn push_escaped(out: &mut String, text: &str) {
    if is_plain(text.as_bytes()) {
        out.push_str(text);
        return;
    }
    // Bytes that need an escape are all ASCII, so the text between them can be copied in whole pieces.
    let mut start = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x08 => "\\b",
            0x0c => "\\f",
            0..=0x1f => "",
            _ => continue,
        };
        out.push_str(text.get(start..at).unwrap_or_default());
        start = at + 1;
        if escape.is_empty() {
            out.push_str("\\u00");
            for digit in [byte >> 4, byte & 15] {
                out.extend(char::from_digit(u32::from(digit), 16));
            }
        } else {
            out.push_str(escape);
        }
    }
    out.push_str(text.get(start..).unwrap_or_default());
}

/// Whether no byte needs an escape, as in nearly all texts. Eight bytes at once, because macros are compiled without optimization.
fn is_plain(mut bytes: &[u8]) -> bool {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    // The highest bit of each byte that is below the limit, and perhaps of some after one that is.
    let below = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word & HIGH;
    while let Some((chunk, behind)) = bytes.split_first_chunk() {
        let word = u64::from_le_bytes(*chunk);
        let quote = word ^ (ONES * b'"' as u64);
        let backslash = word ^ (ONES * b'\\' as u64);
        if below(word, 0x20) | below(quote, 1) | below(backslash, 1) != 0 {
            return false;
        }
        bytes = behind;
    }
    while let Some((&byte, behind)) = bytes.split_first() {
        if byte < 0x20 || byte == b'"' || byte == b'\\' {
            return false;
        }
        bytes = behind;
    }
    true
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;

    use super::{is_plain, push_escaped};

    /// Each character at each place of texts of each length: a word has eight of them.
    #[test]
    fn escapes_at_each_place() {
        for length in 0..20 {
            let around = "a".repeat(length);
            assert!(is_plain(around.as_bytes()));
            for c in ('\0'..='\u{ff}').chain(['\u{2028}', '😀']) {
                for at in 0..=length {
                    let (before, after) = around.split_at(at);
                    let text = format!("{before}{c}{after}");
                    let mut escaped = String::new();
                    push_escaped(&mut escaped, &text);
                    let own = match c {
                        '"' | '\\' => format!("\\{c}"),
                        '\n' => String::from("\\n"),
                        '\r' => String::from("\\r"),
                        '\t' => String::from("\\t"),
                        '\u{8}' => String::from("\\b"),
                        '\u{c}' => String::from("\\f"),
                        '\0'..='\u{1f}' => format!("\\u{:04x}", u32::from(c)),
                        _ => String::from(c),
                    };
                    assert_eq!(escaped, format!("{before}{own}{after}"));
                    assert_eq!(is_plain(text.as_bytes()), escaped == text, "{text:?}");
                }
            }
        }
    }
}
