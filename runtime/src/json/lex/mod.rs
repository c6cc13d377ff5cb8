//! The tokens of JSON, strictly as RFC 8259 has them, each with its place.
//!
//! A cursor and nothing more: no tree, no recursion, no allocation except for strings that hold escapes.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use core::fmt;

use crate::document::Text;

/// A piece of a text: bytes from `start` up to but not including `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

impl Span {
    /// From one byte to another.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The piece itself, or nothing when the text has no such piece.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
    }
}

/// How much a reader takes before it gives up. Memory stays within a small multiple of these.
///
/// The longest document that AWS takes has 20,480 characters (a bucket policy), so the defaults leave plenty of room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole text.
    pub text: usize,
    /// Bytes of one string, as written.
    pub string: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            text: 1 << 20,
            string: 1 << 17,
        }
    }
}

/// How deep values may nest. A policy has seven levels; what goes deeper is none.
pub const MAX_DEPTH: usize = 32;

/// Why a text could not be read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// What is wrong, in lower case and without a full stop.
    pub message: String,
    /// A way out, where the mistake is a usual one.
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

/// What kind of value begins here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `"`
    String,
    /// A digit or a minus.
    Number,
    /// `true` or `false`
    Bool,
    /// `null`
    Null,
    /// `[`
    List,
    /// `{`
    Object,
}

impl Kind {
    /// With its article: `a string`.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::String => "a string",
            Self::Number => "a number",
            Self::Bool => "a Boolean",
            Self::Null => "`null`",
            Self::List => "a list",
            Self::Object => "an object",
        }
    }
}

/// A cursor over JSON text.
///
/// ```
/// use rekognition_iam_runtime::json::Lexer;
///
/// let mut lexer = Lexer::new(r#"{"a": 1}"#);
/// lexer.open(b'{')?;
/// let (name, span) = lexer.name()?;
/// assert_eq!((name.as_ref(), span.start, span.end), ("a", 1, 4));
/// assert_eq!(lexer.number()?.0, "1");
/// assert!(!lexer.more(b'}')?);
/// lexer.finish()?;
/// # Ok::<(), rekognition_iam_runtime::json::ReadError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Lexer<'t> {
    text: &'t str,
    at: usize,
    string_limit: usize,
}

impl<'t> Lexer<'t> {
    /// At the beginning of the text, behind a byte order mark if there is one.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        Self::with_limits(text, &Limits::default())
    }

    /// The same with limits. The length of the text is for the caller to look at.
    #[must_use]
    pub fn with_limits(text: &'t str, limits: &Limits) -> Self {
        Self {
            text,
            at: if text.starts_with('\u{feff}') { 3 } else { 0 },
            string_limit: limits.string,
        }
    }

    /// The whole text.
    #[must_use]
    pub const fn text(&self) -> &'t str {
        self.text
    }

    /// Where the cursor stands.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.at
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Steps over white space.
    #[inline]
    pub fn skip_space(&mut self) {
        let bytes = self.text.as_bytes();
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(self.at) {
            self.at += 1;
        }
    }

    /// The kind of the value that begins behind the white space.
    ///
    /// # Errors
    ///
    /// When no value begins here.
    #[inline]
    pub fn kind(&mut self) -> Result<Kind, ReadError> {
        self.skip_space();
        match self.byte() {
            Some(b'"') => Ok(Kind::String),
            Some(b'{') => Ok(Kind::Object),
            Some(b'[') => Ok(Kind::List),
            Some(b'-' | b'0'..=b'9') => Ok(Kind::Number),
            Some(b't' | b'f') => Ok(Kind::Bool),
            Some(b'n') => Ok(Kind::Null),
            _ => Err(self.expected("a value")),
        }
    }

    /// Steps over an opening `{` or `[`, which must come next.
    ///
    /// # Errors
    ///
    /// When something else comes next.
    #[inline]
    pub fn open(&mut self, bracket: u8) -> Result<(), ReadError> {
        self.skip_space();
        if self.byte() == Some(bracket) {
            self.at += 1;
            Ok(())
        } else {
            Err(self.expected(if bracket == b'{' { "`{`" } else { "`[`" }))
        }
    }

    /// Whether the container that was just opened is empty; steps over its end if so.
    #[inline]
    pub fn closes(&mut self, bracket: u8) -> bool {
        self.skip_space();
        let closes = self.byte() == Some(bracket);
        self.at += usize::from(closes);
        closes
    }

    /// Behind a value: steps over a comma and says true, or over the end of the container and says false.
    ///
    /// # Errors
    ///
    /// When neither comes next, or the comma is the last thing in the container.
    #[inline]
    pub fn more(&mut self, bracket: u8) -> Result<bool, ReadError> {
        self.skip_space();
        match self.byte() {
            Some(b',') => {
                let comma = self.at;
                self.at += 1;
                self.skip_space();
                if self.byte() == Some(bracket) {
                    return Err(ReadError {
                        message: format!("a comma stands before `{}`", char::from(bracket)),
                        help: Some(
                            "JSON allows no comma behind the last value; take it away, or write the value that is missing",
                        ),
                        span: Span::new(comma, comma + 1),
                        limit: false,
                    });
                }
                Ok(true)
            }
            Some(byte) if byte == bracket => {
                self.at += 1;
                Ok(false)
            }
            _ => {
                let mut error = self.expected(if bracket == b'}' {
                    "`,` or `}`"
                } else {
                    "`,` or `]`"
                });
                error.help = error.help.or(match self.byte() {
                    Some(b'"' | b'{' | b'[' | b'0'..=b'9' | b'-' | b't' | b'f' | b'n') => {
                        Some("a comma separates it from the value before it")
                    }
                    Some(b']' | b'}') => Some(if bracket == b'}' {
                        "the object that begins before it is not closed"
                    } else {
                        "the list that begins before it is not closed"
                    }),
                    Some(b':') if bracket == b']' => {
                        Some("names with values stand in an object, in `{` and `}`")
                    }
                    _ => None,
                });
                Err(error)
            }
        }
    }

    /// The name of a member of an object, and the colon behind it.
    ///
    /// # Errors
    ///
    /// When no string comes next, or no colon behind it.
    #[inline]
    pub fn name(&mut self) -> Result<(Text<'t>, Span), ReadError> {
        self.skip_space();
        if self.byte() != Some(b'"') {
            let mut error = self.expected("a name in double quotes");
            if matches!(self.byte(), Some(b'a'..=b'z' | b'A'..=b'Z' | b'_')) {
                error.help = Some("names stand in double quotes");
            }
            return Err(error);
        }
        let name = self.string()?;
        self.skip_space();
        if self.byte() != Some(b':') {
            return Err(self.expected("`:` behind the name"));
        }
        self.at += 1;
        Ok(name)
    }

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
        let mut out = String::new();
        let mut copied = start + 1;
        loop {
            if at - start > self.string_limit {
                return Err(ReadError {
                    message: format!("a string is longer than {} bytes", self.string_limit),
                    help: None,
                    span: Span::new(start, start + 1),
                    limit: true,
                });
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
                Some(&control) => {
                    return Err(ReadError {
                        message: format!(
                            "a string holds {}",
                            match control {
                                b'\n' | b'\r' => "the end of a line".into(),
                                b'\t' => "a tab".into(),
                                other => format!("the control character U+{other:04X}"),
                            }
                        ),
                        help: Some(match control {
                            b'\n' | b'\r' => {
                                "close the string with `\"` on its line, or write `\\n`"
                            }
                            b'\t' => "write `\\t`",
                            _ => "write it as an escape, such as `\\u0000`",
                        }),
                        span: Span::new(at, at + 1),
                        limit: false,
                    });
                }
                None => {
                    return Err(ReadError {
                        message: "a string does not end".into(),
                        help: Some("close it with `\"`"),
                        span: Span::new(start, start + 1),
                        limit: false,
                    });
                }
            }
            at = plain_end(bytes, at);
        }
    }

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
                "a digit behind `-`"
            }));
        }
        if bytes.get(whole) == Some(&b'0') && at > whole + 1 {
            return Err(ReadError {
                message: "a number begins with `0`".into(),
                help: Some(
                    "JSON allows no zeros before a number; ids such as account numbers are strings, in double quotes",
                ),
                span: Span::new(start, at),
                limit: false,
            });
        }
        if bytes.get(at) == Some(&b'.') {
            let from = at + 1;
            at = digits(from);
            if at == from {
                self.at = at;
                return Err(self.expected("a digit behind the decimal point"));
            }
        }
        if matches!(bytes.get(at), Some(b'e' | b'E')) {
            at += 1;
            at += usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
            let from = at;
            at = digits(from);
            if at == from {
                self.at = at;
                return Err(self.expected("a digit of the exponent"));
            }
        }
        if at - start > self.string_limit {
            return Err(ReadError {
                message: format!("a number is longer than {} bytes", self.string_limit),
                help: None,
                span: Span::new(start, start + 1),
                limit: true,
            });
        }
        self.at = at;
        Ok((
            self.text.get(start..at).unwrap_or_default(),
            Span::new(start, at),
        ))
    }

    /// `true`, `false` or `null`, which is `None`.
    ///
    /// # Errors
    ///
    /// When none of them comes next.
    pub fn word(&mut self) -> Result<(Option<bool>, Span), ReadError> {
        self.skip_space();
        let start = self.at;
        let end = start + word_length(self.text.as_bytes(), start);
        let value = match self.text.get(start..end) {
            Some("true") => Some(true),
            Some("false") => Some(false),
            Some("null") => None,
            _ => return Err(self.expected("a value")),
        };
        self.at = end;
        Ok((value, Span::new(start, end)))
    }

    /// Steps over one value of any kind, however much it holds, and says where it stood.
    ///
    /// # Errors
    ///
    /// When it is not JSON or nests deeper than [`MAX_DEPTH`].
    pub fn skip(&mut self) -> Result<Span, ReadError> {
        self.skip_space();
        let start = self.at;
        // Bit n says whether the container at depth n is an object.
        let mut objects = 0_u64;
        let mut depth = 0_usize;
        loop {
            let kind = self.kind()?;
            match kind {
                Kind::String => drop(self.string()?),
                Kind::Number => drop(self.number()?),
                Kind::Bool | Kind::Null => drop(self.word()?),
                Kind::List | Kind::Object => {
                    if depth == MAX_DEPTH {
                        return Err(self.too_deep());
                    }
                    self.at += 1;
                    let close = if kind == Kind::Object { b'}' } else { b']' };
                    if !self.closes(close) {
                        depth += 1;
                        objects = objects << 1 | u64::from(kind == Kind::Object);
                        if kind == Kind::Object {
                            self.name()?;
                        }
                        continue;
                    }
                }
            }
            loop {
                if depth == 0 {
                    return Ok(Span::new(start, self.at));
                }
                let object = objects & 1 == 1;
                if self.more(if object { b'}' } else { b']' })? {
                    if object {
                        self.name()?;
                    }
                    break;
                }
                depth -= 1;
                objects >>= 1;
            }
        }
    }

    /// The error of a value that nests too deep, at the cursor.
    #[must_use]
    pub fn too_deep(&self) -> ReadError {
        ReadError {
            message: format!("values nest deeper than {MAX_DEPTH} levels"),
            help: None,
            span: Span::new(self.at, self.at + 1),
            limit: true,
        }
    }

    /// Nothing but white space may follow.
    ///
    /// # Errors
    ///
    /// When something does.
    pub fn finish(&mut self) -> Result<(), ReadError> {
        self.skip_space();
        if self.at == self.text.len() {
            return Ok(());
        }
        let mut error = self.expected("the end of the text");
        error.help = error.help.or(match self.byte() {
            Some(b'}' | b']') => Some("there is one closing bracket too many"),
            Some(b',') => Some("a text holds one document; several stand in several files"),
            Some(b':') => Some("a name and its value stand in an object, in `{` and `}`"),
            _ => None,
        });
        Err(error)
    }

    /// The error that something else than expected stands at the cursor.
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
}

/// What stands at a place, in words, with its length and the help for the usual mistakes.
fn found(text: &str, at: usize) -> (String, usize, Option<&'static str>) {
    let rest = text.get(at..).unwrap_or_default();
    let Some(first) = rest.chars().next() else {
        return ("the end of the text".into(), 0, None);
    };
    let word = word_length(text.as_bytes(), at);
    if word > 1 {
        let all = rest.get(..word).unwrap_or_default();
        let help = match all {
            "True" | "False" => Some("JSON writes `true` and `false` in lower case"),
            "None" | "undefined" | "nil" | "NULL" | "Null" => Some("JSON writes `null`"),
            "NaN" | "Infinity" => Some("JSON has no such number"),
            _ => None,
        };
        let shown: String = all.chars().take(24).collect();
        let dots = if word > 24 { ".." } else { "" };
        return (format!("`{shown}{dots}`"), word, help);
    }
    let help = match first {
        '\'' | '\u{201c}' | '\u{201d}' | '\u{2018}' | '\u{2019}' | '\u{ab}' => {
            Some("strings stand in straight double quotes")
        }
        '/' if rest.starts_with("//") || rest.starts_with("/*") => Some("JSON has no comments"),
        '#' => Some("JSON has no comments"),
        '+' => Some("JSON allows no `+` before a number"),
        '.' => Some("a number begins with a digit"),
        '\u{a0}' | '\u{feff}' | '\u{200b}' | '\u{3000}' => {
            Some("this character looks like white space and is none; take it away")
        }
        '=' => Some("a name and its value are separated by `:`"),
        ';' => Some("values are separated by `,`"),
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

/// The length of the word of letters and digits that begins here with a letter.
fn word_length(bytes: &[u8], at: usize) -> usize {
    if !bytes.get(at).is_some_and(u8::is_ascii_alphabetic) {
        return 0;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter()
        .position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_')
        .unwrap_or(rest.len())
}

/// Where the first byte stands that is not just part of a string: a quote, a backslash or a control character.
#[inline]
fn plain_end(bytes: &[u8], mut at: usize) -> usize {
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

/// The character that the escape at this backslash stands for, and the length of the escape.
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
        other => {
            let length = text
                .get(at + 1..)
                .and_then(|rest| rest.chars().next())
                .map_or(0, char::len_utf8);
            let shown = match other {
                Some(_) => format!(
                    "`\\{}` is no escape of JSON",
                    text.get(at + 1..at + 1 + length)
                        .unwrap_or_default()
                        .escape_debug()
                ),
                None => "the text ends within an escape".into(),
            };
            return Err(ReadError {
                message: shown,
                help: Some("write `\\\\` for a backslash"),
                span: Span::new(at, at + 1 + length),
                limit: false,
            });
        }
    };
    Ok((c, 2))
}

fn unicode_escape(text: &str, at: usize) -> Result<(char, usize), ReadError> {
    let wrong = |length: usize, message: &str, help: &'static str| ReadError {
        message: message.into(),
        help: Some(help),
        // A cut through a character would be no piece of the text.
        span: Span::new(
            at,
            (at + length..=at + 12)
                .find(|&end| text.is_char_boundary(end))
                .unwrap_or(text.len()),
        ),
        limit: false,
    };
    let unit = |at: usize| -> Option<u32> {
        let digits = text.as_bytes().get(at..at + 6)?;
        let [b'\\', b'u', hex @ ..] = digits else {
            return None;
        };
        hex.iter().try_fold(0, |code, &digit| {
            Some(code * 16 + char::from(digit).to_digit(16)?)
        })
    };
    let Some(first) = unit(at) else {
        return Err(wrong(
            2,
            "`\\u` lacks its four hexadecimal digits",
            "an escape by number has four digits, as in `\\u002a`",
        ));
    };
    let (code, length) = match first {
        0xd800..=0xdbff => match unit(at + 6) {
            Some(second @ 0xdc00..=0xdfff) => {
                (0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00), 12)
            }
            _ => {
                return Err(wrong(
                    6,
                    "this escape is the first half of a character, and the second does not follow",
                    "characters above U+FFFF take two escapes; or write the character itself",
                ));
            }
        },
        0xdc00..=0xdfff => {
            return Err(wrong(
                6,
                "this escape is the second half of a character, and the first is not before it",
                "characters above U+FFFF take two escapes; or write the character itself",
            ));
        }
        code => (code, 6),
    };
    match char::from_u32(code) {
        Some(c) => Ok((c, length)),
        None => Err(wrong(
            length,
            "this escape is no character",
            "write the character itself",
        )),
    }
}

/// Where a place in the value of a string literal stands in its text: offsets of the value in, offsets of the text out.
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
