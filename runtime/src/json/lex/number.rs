//! Numbers, which stay as they are spelled.

use alloc::format;

use super::{Lexer, ReadError, Span};

impl<'t> Lexer<'t> {
    /// A number in its own digits.
    ///
    /// # Errors
    ///
    /// When none comes next, or it is spelled in a way that JSON forbids.
    pub fn number(&mut self) -> Result<(&'t str, Span), ReadError> {
        self.skip_space();
        let bytes = self.text.as_bytes();
        let start = self.at;
        let digits = |mut at: usize| {
            while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            at
        };
        let mut at = start + usize::from(bytes.get(start) == Some(&b'-'));
        let whole = at;
        at = digits(at);
        if at == whole {
            self.at = at;
            return Err(self.expected(if whole == start {
                "a number"
            } else {
                "a digit after `-`"
            }));
        }
        if bytes.get(whole) == Some(&b'0') && at > whole + 1 {
            return Err(ReadError::new(
                "the number starts with `0`".into(),
                "remove the zeros; if it is an ID, such as an account ID, write it in double quotes",
                Span::new(start, at),
            ));
        }
        if bytes.get(at) == Some(&b'.') {
            let from = at + 1;
            at = digits(from);
            if at == from {
                self.at = at;
                return Err(self.expected("a digit after the decimal point"));
            }
        }
        if matches!(bytes.get(at), Some(b'e' | b'E')) {
            at += 1;
            at += usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
            let from = at;
            at = digits(from);
            if at == from {
                self.at = at;
                return Err(self.expected("a digit in the exponent"));
            }
        }
        if at - start > self.string_limit {
            return Err(ReadError::limit(
                format!("a number is longer than {} bytes", self.string_limit),
                Span::new(start, start + 1),
            ));
        }
        self.at = at;
        Ok((
            self.text.get(start..at).unwrap_or_default(),
            Span::new(start, at),
        ))
    }
}
