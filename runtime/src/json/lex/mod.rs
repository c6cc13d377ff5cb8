//! The tokens of JSON, strictly as RFC 8259 has them, each with its place.
//!
//! A cursor and nothing more: no tree, no recursion, no allocation except for strings that hold escapes.

mod error;
mod number;
mod string;

pub use self::error::ReadError;
use self::error::comma_before_end;
pub use self::string::literal_offset;
#[doc(hidden)]
pub use self::string::plain_end;
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
    /// Bytes of one string as written between its quotes: `\n` counts as two.
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
    /// At the beginning of the text, after a byte order mark if there is one.
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

    /// The kind of the value that begins after the white space.
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
                    return Err(comma_before_end(comma, bracket));
                }
                Ok(true)
            }
            Some(byte) if byte == bracket => {
                self.at += 1;
                Ok(false)
            }
            _ => Err(self.not_separated(bracket)),
        }
    }

    /// The name of a member of an object, and the colon after it.
    ///
    /// # Errors
    ///
    /// When no string comes next, or no colon after it.
    #[inline]
    pub fn name(&mut self) -> Result<(Text<'t>, Span), ReadError> {
        self.skip_space();
        if self.byte() != Some(b'"') {
            return Err(self.no_name());
        }
        let name = self.string()?;
        self.skip_space();
        if self.byte() != Some(b':') {
            return Err(self.expected("`:` after the name"));
        }
        self.at += 1;
        Ok(name)
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

    /// Nothing but white space may follow.
    ///
    /// # Errors
    ///
    /// When something does.
    pub fn finish(&mut self) -> Result<(), ReadError> {
        self.skip_space();
        if self.at == self.text.len() {
            Ok(())
        } else {
            Err(self.left_over())
        }
    }
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
