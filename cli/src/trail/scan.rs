//! A cursor over the JSON of a record, for the speed of a trail with a billion of them.
//!
//! It accepts what [`Lexer`] accepts. What is not plain, such as a string with escapes, is left to the lexer, and so are errors.

use std::borrow::Cow;
use std::fmt;

use rekognition_iam_runtime::json::{Kind, Lexer, Limits, MAX_DEPTH, ReadError, plain_end};

/// Why a record was not read. It quotes nothing of the record, since reports show it.
#[derive(Debug)]
pub(crate) struct Unreadable(Box<Cow<'static, str>>);

impl Unreadable {
    #[cold]
    pub(crate) fn new(message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(message.into()))
    }

    #[cold]
    fn at(offset: usize) -> Self {
        let byte = offset + 1;
        Self::new(format!("not valid JSON: see byte {byte} of the record"))
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Bytes of one string: parameters of a request may be one.
const MAX_STRING: usize = 16 << 20;

pub(crate) fn lexer(text: &str) -> Lexer<'_> {
    let limits = Limits {
        string: MAX_STRING,
        ..Limits::default()
    };
    Lexer::with_limits(text, &limits)
}

/// A place in a text.
#[derive(Debug)]
pub(crate) struct Scan<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Scan<'t> {
    /// At the start of the text, after a byte order mark if there is one.
    pub(crate) fn new(text: &'t str) -> Self {
        Self {
            text,
            at: if text.starts_with('\u{feff}') { 3 } else { 0 },
        }
    }

    pub(crate) const fn offset(&self) -> usize {
        self.at
    }

    /// The text from a place to the cursor.
    pub(crate) fn since(&self, start: usize) -> &'t str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    #[inline]
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline]
    pub(crate) fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.byte() {
            self.at += 1;
        }
    }

    #[inline]
    pub(crate) fn kind(&mut self) -> Result<Kind, Unreadable> {
        self.skip_space();
        match self.byte() {
            Some(b'"') => Ok(Kind::String),
            Some(b'{') => Ok(Kind::Object),
            Some(b'[') => Ok(Kind::List),
            Some(b'-' | b'0'..=b'9') => Ok(Kind::Number),
            Some(b't' | b'f') => Ok(Kind::Bool),
            Some(b'n') => Ok(Kind::Null),
            _ => Err(Unreadable::at(self.at)),
        }
    }

    #[inline]
    pub(crate) fn open(&mut self, bracket: u8) -> Result<(), Unreadable> {
        self.skip_space();
        match self.byte() == Some(bracket) {
            true => {
                self.at += 1;
                Ok(())
            }
            false => Err(Unreadable::at(self.at)),
        }
    }

    #[inline]
    pub(crate) fn closes(&mut self, bracket: u8) -> bool {
        self.skip_space();
        let closes = self.byte() == Some(bracket);
        self.at += usize::from(closes);
        closes
    }

    /// Whether another member or element comes. Steps over the comma, or over the end of the container.
    #[inline]
    pub(crate) fn more(&mut self, bracket: u8) -> Result<bool, Unreadable> {
        self.skip_space();
        match self.byte() {
            Some(b',') => {
                let comma = self.at;
                self.at += 1;
                self.skip_space();
                match self.byte() == Some(bracket) {
                    true => Err(Unreadable::at(comma)),
                    false => Ok(true),
                }
            }
            Some(byte) if byte == bracket => {
                self.at += 1;
                Ok(false)
            }
            _ => Err(Unreadable::at(self.at)),
        }
    }

    /// The name of a member, and the colon after it.
    #[inline]
    pub(crate) fn name(&mut self) -> Result<Cow<'t, str>, Unreadable> {
        let name = self.string()?;
        self.colon()?;
        Ok(name)
    }

    #[inline]
    fn colon(&mut self) -> Result<(), Unreadable> {
        self.skip_space();
        match self.byte() {
            Some(b':') => {
                self.at += 1;
                Ok(())
            }
            _ => Err(Unreadable::at(self.at)),
        }
    }

    #[inline]
    pub(crate) fn string(&mut self) -> Result<Cow<'t, str>, Unreadable> {
        self.skip_space();
        let from = self.at + 1;
        match self.plain_end() {
            Some(end) => {
                self.at = end + 1;
                Ok(Cow::Borrowed(self.text.get(from..end).unwrap_or_default()))
            }
            None => self.slowly(|lexer| Ok(lexer.string()?.0)),
        }
    }

    #[inline]
    fn skip_string(&mut self) -> Result<(), Unreadable> {
        match self.plain_end() {
            Some(end) => {
                self.at = end + 1;
                Ok(())
            }
            None => self.slowly(|lexer| lexer.string().map(drop)),
        }
    }

    /// The closing quote of the string here, if it is one without escapes.
    #[inline]
    fn plain_end(&self) -> Option<usize> {
        let bytes = self.text.as_bytes();
        if bytes.get(self.at) != Some(&b'"') {
            return None;
        }
        let from = self.at + 1;
        let end = plain_end(bytes, from);
        (bytes.get(end) == Some(&b'"') && end - from <= MAX_STRING).then_some(end)
    }

    /// `true`, `false`, or `null`, which is `None`.
    #[inline]
    pub(crate) fn word(&mut self) -> Result<Option<bool>, Unreadable> {
        self.skip_space();
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let (value, length) = match rest {
            [b't', b'r', b'u', b'e', ..] => (Some(true), 4),
            [b'f', b'a', b'l', b's', b'e', ..] => (Some(false), 5),
            [b'n', b'u', b'l', b'l', ..] => (None, 4),
            _ => return Err(Unreadable::at(self.at)),
        };
        match rest.get(length) {
            Some(byte) if byte.is_ascii_alphanumeric() || *byte == b'_' => {
                Err(Unreadable::at(self.at))
            }
            _ => {
                self.at += length;
                Ok(value)
            }
        }
    }

    /// A number as it is written.
    #[inline]
    pub(crate) fn number(&mut self) -> Result<&'t str, Unreadable> {
        self.skip_space();
        let start = self.at;
        let bytes = self.text.as_bytes().get(start..).unwrap_or_default();
        let digits = (bytes.iter().take(32))
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let is_plain = matches!(
            bytes.get(digits),
            Some(b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t')
        );
        if is_plain && (digits == 1 || digits > 1 && bytes.first() != Some(&b'0')) {
            self.at += digits;
        } else {
            self.slowly(|lexer| lexer.number().map(drop))?;
        }
        Ok(self.since(start))
    }

    /// Steps over a value, and returns it as it is written.
    pub(crate) fn skip(&mut self) -> Result<&'t str, Unreadable> {
        self.skip_space();
        let start = self.at;
        // Bit n says whether the container at depth n is an object.
        let mut objects = 0_u64;
        let mut depth = 0_usize;
        loop {
            match self.kind()? {
                Kind::String => self.skip_string()?,
                Kind::Number => drop(self.number()?),
                Kind::Bool | Kind::Null => drop(self.word()?),
                kind @ (Kind::List | Kind::Object) => {
                    if depth == MAX_DEPTH {
                        return Err(Unreadable::at(self.at));
                    }
                    self.at += 1;
                    let object = kind == Kind::Object;
                    if !self.closes(if object { b'}' } else { b']' }) {
                        depth += 1;
                        objects = objects << 1 | u64::from(object);
                        if object {
                            self.skip_name()?;
                        }
                        continue;
                    }
                }
            }
            loop {
                if depth == 0 {
                    return Ok(self.since(start));
                }
                let object = objects & 1 == 1;
                if self.more(if object { b'}' } else { b']' })? {
                    if object {
                        self.skip_name()?;
                    }
                    break;
                }
                depth -= 1;
                objects >>= 1;
            }
        }
    }

    #[inline]
    fn skip_name(&mut self) -> Result<(), Unreadable> {
        self.skip_space();
        self.skip_string()?;
        self.colon()
    }

    /// Nothing but white space may follow.
    pub(crate) fn finish(&mut self) -> Result<(), Unreadable> {
        self.skip_space();
        match self.at == self.text.len() {
            true => Ok(()),
            false => Err(Unreadable::at(self.at)),
        }
    }

    /// What the lexer says about the value here.
    #[cold]
    fn slowly<T>(
        &mut self,
        read: impl FnOnce(&mut Lexer<'t>) -> Result<T, ReadError>,
    ) -> Result<T, Unreadable> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        // It steps over a byte order mark, which only the start of a text may have.
        if rest.starts_with('\u{feff}') {
            return Err(Unreadable::at(self.at));
        }
        let mut lexer = lexer(rest);
        match read(&mut lexer) {
            Ok(value) => {
                self.at += lexer.offset();
                Ok(value)
            }
            Err(error) => Err(Unreadable::at(self.at + error.span.start)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both readers accept the same texts, and find the same bytes wrong in others.
    #[test]
    fn it_accepts_what_the_lexer_accepts() {
        let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let seeds = [
            r#"{"a":[1,-2.5e3,0,true,false,null,"x\n\u00e9\"y",{}],"lang\u0065":{"b":[[],[{"c":"0123456789abcdefé"}]]},"d":12345678901234567890}"#,
            "\u{feff}{\"a\" : [ 1 , \"\u{feff}\" ] }",
            r#""a string without anything around it""#,
            "[01,1.,-,+1,1e,truex,nul,\u{feff}1]",
            &deep(32),
            &deep(33),
            "1",
        ];
        let check = |text: &str| {
            let mut slow = lexer(text);
            let slowly = slow.skip().and_then(|_| slow.finish());
            let mut fast = Scan::new(text);
            let fast = fast.skip().map(drop).and_then(|()| fast.finish());
            let slowly = slowly.map_err(|error| Unreadable::at(error.span.start).to_string());
            assert_eq!(fast.map_err(|wrong| wrong.to_string()), slowly, "{text}");
        };
        for seed in seeds {
            check(seed);
            for (at, _) in seed.char_indices() {
                let (before, after) = seed.split_at(at);
                check(before);
                for put in [
                    '"', '\\', '{', ']', ',', ':', '0', '.', '_', '\t', '\u{feff}', 'e',
                ] {
                    check(&format!("{before}{put}{after}"));
                    let rest = after.chars().skip(1).collect::<String>();
                    check(&format!("{before}{put}{rest}"));
                }
            }
        }
    }
}
