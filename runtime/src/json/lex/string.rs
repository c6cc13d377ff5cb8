//! Strings, borrowed from the text unless they hold escapes.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;

use super::{Lexer, ReadError, Span};
use crate::document::Text;

impl<'t> Lexer<'t> {
    /// A string. The span includes the quotes.
    ///
    /// # Errors
    ///
    /// When none comes next, it does not end, or it holds what JSON forbids.
    #[inline]
    pub fn string(&mut self) -> Result<(Text<'t>, Span), ReadError> {
        self.skip_space();
        if self.byte() != Some(b'"') {
            return Err(self.expected("a string"));
        }
        let start = self.at;
        let from = start + 1;
        let at = plain_end(self.text.as_bytes(), from);
        if self.text.as_bytes().get(at) == Some(&b'"') && at - from <= self.string_limit {
            self.at = at + 1;
            return Ok((
                Cow::Borrowed(self.text.get(from..at).unwrap_or_default()),
                Span::new(start, at + 1),
            ));
        }
        self.escaped(start, at)
    }

    /// The rest of a string that is not plain to its end: `at` is where it stops to be.
    #[cold]
    fn escaped(&mut self, start: usize, mut at: usize) -> Result<(Text<'t>, Span), ReadError> {
        let bytes = self.text.as_bytes();
        let from = start + 1;
        let mut out = String::new();
        let mut copied = from;
        loop {
            if at - from > self.string_limit {
                return Err(ReadError::limit(
                    format!("a string is longer than {} bytes", self.string_limit),
                    Span::new(start, start + 1),
                ));
            }
            match bytes.get(at) {
                Some(b'"') => {
                    out.push_str(self.text.get(copied..at).unwrap_or_default());
                    self.at = at + 1;
                    return Ok((Cow::Owned(out), Span::new(start, at + 1)));
                }
                Some(b'\\') => {
                    out.push_str(self.text.get(copied..at).unwrap_or_default());
                    let (c, length) = escape(self.text, at)?;
                    out.push(c);
                    at += length;
                    copied = at;
                }
                Some(&control) => return Err(unescaped_control(control, at)),
                None => {
                    return Err(ReadError::new(
                        "the string is not closed".into(),
                        "close it with `\"`",
                        Span::new(start, start + 1),
                    ));
                }
            }
            at = plain_end(bytes, at);
        }
    }
}

/// Where the first byte is that is not just part of a string: a quote, a backslash, or a control character. For readers that
/// leave everything else to the [`Lexer`].
#[doc(hidden)]
#[must_use]
#[inline]
pub fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = ONES * 0x80;
    // Eight bytes at a time. In each term a byte's high bit is set where the byte is zero (or, last, below 0x20). A
    // borrow can set a wrong bit only above a right one, and the lowest is taken.
    let zero = |word: u64| word.wrapping_sub(ONES) & !word;
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*chunk);
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        let special = (zero(word ^ (ONES * 0x22)) | zero(word ^ (ONES * 0x5c)) | control) & HIGH;
        if special != 0 {
            return at + (special.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while let Some(&byte) = bytes.get(at) {
        if byte == b'"' || byte == b'\\' || byte < 0x20 {
            break;
        }
        at += 1;
    }
    at
}

/// A control character is in a string as itself.
fn unescaped_control(control: u8, at: usize) -> ReadError {
    let (held, help) = match control {
        b'\n' | b'\r' => (
            "the end of a line".into(),
            "close the string with `\"` on its line, or write `\\n`",
        ),
        b'\t' => ("a tab".into(), "write `\\t`"),
        other => (
            format!("the control character U+{other:04X}"),
            "write it as an escape, such as `\\u0000`",
        ),
    };
    let message = format!("the string contains {held}");
    ReadError::new(message, help, Span::new(at, at + 1))
}

/// The character that the escape at this backslash represents, and the length of the escape.
fn escape(text: &str, at: usize) -> Result<(char, usize), ReadError> {
    let c = match text.as_bytes().get(at + 1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode_escape(text, at),
        _ => return Err(no_escape(text, at)),
    };
    Ok((c, 2))
}

/// The character after this backslash makes no escape, or there is none.
fn no_escape(text: &str, at: usize) -> ReadError {
    let mut rest = text.get(at + 1..).unwrap_or_default().chars();
    let (message, length) = match rest.next() {
        Some(c) => (
            format!("`\\{}` is not a JSON escape", c.escape_debug()),
            c.len_utf8(),
        ),
        None => ("the text ends inside an escape".into(), 0),
    };
    let span = Span::new(at, at + 1 + length);
    ReadError::new(message, "write `\\\\` for a backslash", span)
}

/// The same for `\u`: four digits, or twice four for the two halves of a character above U+FFFF.
fn unicode_escape(text: &str, at: usize) -> Result<(char, usize), ReadError> {
    const HALF: &str = "write the character itself; a character above U+FFFF needs two escapes";
    let Some(first) = unit(text, at) else {
        return Err(wrong_unicode(
            text,
            at,
            2,
            "`\\u` is not followed by four hexadecimal digits",
            "write four digits, as in `\\u002a`",
        ));
    };
    let (code, length) = match first {
        0xd800..=0xdbff => match unit(text, at + 6) {
            Some(second @ 0xdc00..=0xdfff) => {
                (0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00), 12)
            }
            _ => {
                let message =
                    "this escape is the first half of a character, and the second does not follow";
                return Err(wrong_unicode(text, at, 6, message, HALF));
            }
        },
        0xdc00..=0xdfff => {
            let message =
                "this escape is the second half of a character, and the first is not before it";
            return Err(wrong_unicode(text, at, 6, message, HALF));
        }
        code => (code, 6),
    };
    match char::from_u32(code) {
        Some(c) => Ok((c, length)),
        None => Err(wrong_unicode(
            text,
            at,
            length,
            "this escape is not a character",
            "write the character itself",
        )),
    }
}

/// The number of one escape `\u0000`.
fn unit(text: &str, at: usize) -> Option<u32> {
    let digits = text.as_bytes().get(at..at + 6)?;
    let [b'\\', b'u', hex @ ..] = digits else {
        return None;
    };
    hex.iter().try_fold(0, |code, &digit| {
        Some(code * 16 + char::from(digit).to_digit(16)?)
    })
}

fn wrong_unicode(
    text: &str,
    at: usize,
    length: usize,
    message: &str,
    help: &'static str,
) -> ReadError {
    // A cut through a character would be no piece of the text.
    let end = (at + length..=at + 12).find(|&end| text.is_char_boundary(end));
    let span = Span::new(at, end.unwrap_or(text.len()));
    ReadError::new(message.into(), help, span)
}

/// Where a place in the value of a string literal is in its text: offsets of the value in, offsets of the text out.
///
/// `literal` is the string with its quotes as [`Lexer::string`] read it; the result counts from its first quote.
#[must_use]
pub fn literal_offset(literal: &str, offset: usize) -> usize {
    let mut value = 0;
    let mut at = 1;
    while value < offset && at < literal.len() {
        if literal.as_bytes().get(at) == Some(&b'\\') {
            let Ok((c, length)) = escape(literal, at) else {
                break;
            };
            value += c.len_utf8();
            at += length;
        } else {
            value += 1;
            at += 1;
        }
    }
    at
}
