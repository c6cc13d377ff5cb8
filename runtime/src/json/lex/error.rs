//! Why a text is not JSON, in words, with help for the usual mistakes.

use alloc::format;
use alloc::string::String;
use core::fmt;

use super::{Lexer, MAX_DEPTH, Span, word_length};

/// Why a text could not be read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// What is wrong, in lower case and without a full stop.
    pub message: String,
    /// Help, if the mistake is a usual one.
    pub help: Option<&'static str>,
    /// Where. Empty at the end of the text.
    pub span: Span,
    /// Whether the text may be JSON and only goes over a limit.
    pub limit: bool,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl core::error::Error for ReadError {}

impl ReadError {
    #[cold]
    pub(super) fn new(message: String, help: &'static str, span: Span) -> Self {
        Self {
            message,
            help: Some(help),
            span,
            limit: false,
        }
    }

    #[cold]
    pub(super) fn limit(message: String, span: Span) -> Self {
        Self {
            message,
            help: None,
            span,
            limit: true,
        }
    }
}

impl Lexer<'_> {
    /// The error that something else than expected is at the cursor.
    #[must_use]
    pub fn expected(&self, what: &str) -> ReadError {
        let (found, length, help) = found(self.text, self.at);
        ReadError {
            message: format!("expected {what}, found {found}"),
            help,
            span: Span::new(self.at, self.at + length),
            limit: false,
        }
    }

    /// The error of a value that nests too deep, at the cursor.
    #[must_use]
    pub fn too_deep(&self) -> ReadError {
        ReadError::limit(
            format!("values nest deeper than {MAX_DEPTH} levels"),
            Span::new(self.at, self.at + 1),
        )
    }

    /// Neither a comma nor the end of the container is after a value.
    #[cold]
    pub(super) fn not_separated(&self, bracket: u8) -> ReadError {
        let object = bracket == b'}';
        let mut error = self.expected(if object { "`,` or `}`" } else { "`,` or `]`" });
        error.help = error.help.or(match self.byte() {
            Some(b'"' | b'{' | b'[' | b'0'..=b'9' | b'-' | b't' | b'f' | b'n') => {
                Some("add a comma after the value before it")
            }
            Some(b']' | b'}') if object => Some("close the object that starts before it"),
            Some(b']' | b'}') => Some("close the list that starts before it"),
            Some(b':') if !object => {
                Some("write names with values in an object, between `{` and `}`")
            }
            _ => None,
        });
        error
    }

    /// No name stands where a member of an object begins.
    #[cold]
    pub(super) fn no_name(&self) -> ReadError {
        let mut error = self.expected("a name in double quotes");
        if matches!(self.byte(), Some(b'a'..=b'z' | b'A'..=b'Z' | b'_')) {
            error.help = Some("write the name in double quotes");
        }
        error
    }

    /// Something is after the value of the whole text.
    #[cold]
    pub(super) fn left_over(&self) -> ReadError {
        let mut error = self.expected("the end of the text");
        error.help = error.help.or(match self.byte() {
            Some(b'}' | b']') => Some("remove the extra closing bracket"),
            Some(b',') => Some("write only one document in a file"),
            Some(b':') => Some("write a name and its value in an object, between `{` and `}`"),
            _ => None,
        });
        error
    }
}

/// A comma is the last thing in its container.
#[cold]
pub(super) fn comma_before_end(comma: usize, bracket: u8) -> ReadError {
    ReadError::new(
        format!("there is a comma before `{}`", char::from(bracket)),
        "remove the comma, or add the missing value; JSON does not allow a comma after the last value",
        Span::new(comma, comma + 1),
    )
}

/// What is at a place, in words, with its length and the help for the usual mistakes.
fn found(text: &str, at: usize) -> (String, usize, Option<&'static str>) {
    let rest = text.get(at..).unwrap_or_default();
    let Some(first) = rest.chars().next() else {
        return ("the end of the text".into(), 0, None);
    };
    let word = word_length(text.as_bytes(), at);
    if word > 1 {
        let all = rest.get(..word).unwrap_or_default();
        let help = match all {
            "True" | "False" => Some("write `true` and `false` in lower case"),
            "None" | "undefined" | "nil" | "NULL" | "Null" => Some("write `null`"),
            "NaN" | "Infinity" => Some("write a number in digits; JSON has no such value"),
            _ => None,
        };
        let shown: String = all.chars().take(24).collect();
        let dots = if word > 24 { ".." } else { "" };
        return (format!("`{shown}{dots}`"), word, help);
    }
    let help = match first {
        '\'' | '\u{201c}' | '\u{201d}' | '\u{2018}' | '\u{2019}' | '\u{ab}' => {
            Some("write strings in straight double quotes")
        }
        '/' if rest.starts_with("//") || rest.starts_with("/*") => {
            Some("remove the comment; JSON does not support comments")
        }
        '#' => Some("remove the comment; JSON does not support comments"),
        '+' => Some("remove the `+`; JSON does not allow it before a number"),
        '.' => Some("start the number with a digit"),
        '\u{a0}' | '\u{feff}' | '\u{200b}' | '\u{3000}' => {
            Some("remove this character; it looks like white space but is not")
        }
        '=' => Some("separate a name and its value with `:`"),
        ';' => Some("separate values with `,`"),
        _ => None,
    };
    let shown = match first {
        '\u{a0}' | '\u{feff}' | '\u{200b}' | '\u{3000}' => {
            format!("the character U+{:04X}", first as u32)
        }
        '"' => "`\"`".into(),
        '\'' => "`'`".into(),
        c => format!("`{}`", c.escape_debug()),
    };
    (shown, first.len_utf8(), help)
}
