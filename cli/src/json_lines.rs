//! JSON lines: one question a line in, one answer a line out.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, BufWriter, Write};

use clap::ValueEnum;
use rekognition_iam_runtime::document::Document;
use rekognition_iam_runtime::json::{self, Kind, Lexer, ReadError, position};
use rekognition_iam_runtime::{check, suggest};

use crate::input::documents;
use crate::json_text::write_string;
use crate::plain;
use crate::terminal::{CLEAN, UNUSABLE};

/// Bytes of one line: room for a dozen documents as long as the reader takes them.
const MAX_LINE: usize = 16 << 20;

const BUFFER: usize = 1 << 16;

/// What is wrong with a line, and the byte where.
#[derive(Debug)]
pub(crate) struct Wrong {
    at: usize,
    message: String,
}

impl Wrong {
    pub(crate) fn new(at: usize, message: impl Into<String>) -> Self {
        Self {
            at,
            message: message.into(),
        }
    }
}

impl From<ReadError> for Wrong {
    fn from(error: ReadError) -> Self {
        let mut message = error.message;
        if let Some(help) = error.help {
            message.push_str("; ");
            message.push_str(help);
        }
        Self::new(error.span.start, message)
    }
}

/// Has each line of standard input answered, a bad one with what is wrong with it. Blank lines have no answer.
///
/// Whoever writes one line and waits gets the answer: all answers are out before more input is waited for.
pub(crate) fn answer(
    mut work: impl FnMut(&str, &mut String) -> Result<(), Wrong>,
) -> io::Result<u8> {
    let mut input = BufReader::with_capacity(BUFFER, io::stdin().lock());
    let mut out = BufWriter::with_capacity(BUFFER, io::stdout().lock());
    let mut line = Vec::new();
    let mut text = String::new();
    let mut number = 0_usize;
    let mut code = CLEAN;
    while let Some(fits) = next(&mut input, &mut out, &mut line)? {
        number += 1;
        if line.iter().all(u8::is_ascii_whitespace) && fits {
            continue;
        }
        text.clear();
        let done = if fits {
            match std::str::from_utf8(&line) {
                Ok(line) => work(line, &mut text)
                    .map_err(|wrong| (position(line, wrong.at).column, wrong.message)),
                Err(error) => {
                    let good = line.get(..error.valid_up_to()).unwrap_or_default();
                    let good = std::str::from_utf8(good).unwrap_or_default();
                    let column = position(good, good.len()).column;
                    Err((column, "the text is not UTF-8".to_string()))
                }
            }
        } else {
            Err((1, format!("the line is longer than {MAX_LINE} bytes")))
        };
        if let Err((column, message)) = done {
            code = UNUSABLE;
            text.clear();
            text.push_str("{\"error\":");
            write_string(
                &mut text,
                &format!("line {number} column {column}: {message}"),
            );
            text.push('}');
        }
        text.push('\n');
        out.write_all(text.as_bytes())?;
    }
    out.flush()?;
    Ok(code)
}

/// Reads the next line without its end. `None` at the end of the input; `false` for a line that is too long to keep.
fn next(
    input: &mut impl Buffered,
    out: &mut impl Write,
    line: &mut Vec<u8>,
) -> io::Result<Option<bool>> {
    line.clear();
    let mut fits = true;
    let mut any = false;
    loop {
        if input.is_drained() {
            out.flush()?;
        }
        let mut buffer = match input.fill_buf() {
            Ok(buffer) => buffer,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if buffer.is_empty() {
            return Ok(any.then_some(fits));
        }
        any = true;
        let taken = buffer.read_until(b'\n', line)?;
        input.consume(taken);
        let ends = line.last() == Some(&b'\n');
        if ends {
            line.pop();
        }
        if line.len() > MAX_LINE {
            fits = false;
        }
        if !fits {
            // Memory stays bounded: what is left of the line is read and dropped.
            line.clear();
        }
        if ends {
            return Ok(Some(fits));
        }
    }
}

/// A reader that says whether the next read may wait.
trait Buffered: BufRead {
    fn is_drained(&self) -> bool;
}

impl<R: io::Read> Buffered for BufReader<R> {
    fn is_drained(&self) -> bool {
        self.buffer().is_empty()
    }
}

/// Reads the members of an object, which stand in any order and each once at most, and says which were there, a bit
/// for each name.
pub(crate) fn members<'t>(
    lexer: &mut Lexer<'t>,
    what: &str,
    names: &[&'static str],
    mut take: impl FnMut(&mut Lexer<'t>, &'static str) -> Result<(), Wrong>,
) -> Result<u32, Wrong> {
    expect(lexer, what, Kind::Object)?;
    lexer.open(b'{')?;
    let mut seen = 0_u32;
    if lexer.closes(b'}') {
        return Ok(seen);
    }
    loop {
        let (name, span) = lexer.name()?;
        let Some((at, &known)) = names.iter().enumerate().find(|(_, known)| **known == name) else {
            let near = suggest::nearest(&name, names.iter().copied());
            let help = near.map_or_else(
                || format!("it takes {}", names.join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            return Err(Wrong::new(
                span.start,
                format!("{what} has no member `{}`; {help}", plain::cut(&name)),
            ));
        };
        if seen & (1 << at) != 0 {
            return Err(Wrong::new(
                span.start,
                format!("{what} has `{known}` twice"),
            ));
        }
        seen |= 1 << at;
        take(lexer, known)?;
        if !lexer.more(b'}')? {
            return Ok(seen);
        }
    }
}

/// Reads a list, item by item.
pub(crate) fn items<'t>(
    lexer: &mut Lexer<'t>,
    what: &str,
    mut take: impl FnMut(&mut Lexer<'t>, usize) -> Result<(), Wrong>,
) -> Result<(), Wrong> {
    expect(lexer, what, Kind::List)?;
    lexer.open(b'[')?;
    if lexer.closes(b']') {
        return Ok(());
    }
    let mut number = 0;
    loop {
        take(lexer, number)?;
        number += 1;
        if !lexer.more(b']')? {
            return Ok(());
        }
    }
}

pub(crate) fn text<'t>(lexer: &mut Lexer<'t>, what: &str) -> Result<Cow<'t, str>, Wrong> {
    expect(lexer, what, Kind::String)?;
    Ok(lexer.string()?.0)
}

/// A string, or nothing where the value is `null`.
pub(crate) fn optional<'t>(
    lexer: &mut Lexer<'t>,
    what: &str,
) -> Result<Option<Cow<'t, str>>, Wrong> {
    if is_null(lexer)? {
        return Ok(None);
    }
    text(lexer, what).map(Some)
}

/// Steps over `null` where it comes next.
pub(crate) fn is_null(lexer: &mut Lexer<'_>) -> Result<bool, Wrong> {
    let null = lexer.kind()? == Kind::Null;
    if null {
        lexer.word()?;
    }
    Ok(null)
}

/// A policy document within a line.
pub(crate) fn document<'t>(lexer: &mut Lexer<'t>, what: &str) -> Result<Document<'t>, Wrong> {
    expect(lexer, what, Kind::Object)?;
    let span = lexer.skip()?;
    let read = json::read(span.of(lexer.text()));
    if let Some(error) = read.as_ref().ok().and_then(documents::version) {
        return Err(Wrong::new(span.start, format!("{what}.Version: {error}")));
    }
    read.map_err(|refused| {
        let located = &refused.located;
        let message = located.finding.message.render(&check::Iam);
        let place = if located.path.is_empty() {
            what.to_string()
        } else {
            format!("{what}.{}", located.path)
        };
        Wrong::new(
            span.start + located.span.start,
            format!("{place}: {message}"),
        )
    })
}

fn expect(lexer: &mut Lexer<'_>, what: &str, kind: Kind) -> Result<(), Wrong> {
    let found = lexer.kind()?;
    if found == kind {
        return Ok(());
    }
    // What is no JSON at all is said first: a value is told by its first letter.
    lexer.clone().skip()?;
    Err(Wrong::new(
        lexer.offset(),
        format!("{what} holds {}, and takes {}", found.words(), kind.words()),
    ))
}

/// How a question about access is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Answer {
    /// For people
    Human,
    /// One JSON object a line
    Json,
}
