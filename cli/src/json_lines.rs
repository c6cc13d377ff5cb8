//! JSON lines: one question a line in, one answer a line out.
//!
//! A line is an object. Its member `id`, which may be any JSON, is repeated at the head of its answer, an error included:
//! blank lines have no answer, so that counting lines does not say which answer belongs to which question.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, BufRead, BufReader, BufWriter, Write};

use clap::{Args, ValueEnum};
use rekognition_iam_runtime::document::Document;
use rekognition_iam_runtime::json::{self, Kind, Lexer, ReadError, position};
use rekognition_iam_runtime::{check, suggest};

use crate::input::documents;
use crate::json_text::{write_json, write_string};
use crate::plain;
use crate::terminal::{CLEAN, UNUSABLE};

// No comment on the struct itself: it would become the command's description.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(crate) struct LineArgs {
    /// With --stdin, exit with code 0 even if some lines could not be used; each is still answered with an error
    #[arg(long, requires = "stdin")]
    pub(crate) keep_going: bool,
}

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

impl Wrong {
    /// The byte where.
    pub(crate) const fn at(&self) -> usize {
        self.at
    }

    /// The column in a text of one line.
    pub(crate) fn column(&self, text: &str) -> usize {
        position(text, self.at).column
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
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

/// A line of standard input that is not blank.
#[derive(Debug)]
pub(crate) struct Line<'t> {
    number: usize,
    text: Result<&'t str, Unread<'t>>,
}

/// A line that is not a text, or too much of it: the part that is, and what is wrong after it.
#[derive(Debug)]
struct Unread<'t> {
    good: &'t str,
    message: String,
}

/// Why a line has no answer.
#[derive(Debug)]
pub(crate) struct Failure<'t> {
    /// The JSON of the line's `id`, as far as it could be found.
    id: Option<&'t str>,
    number: usize,
    column: usize,
    reason: String,
}

impl Failure<'_> {
    /// What is wrong, without the place.
    pub(crate) fn reason(&self) -> &str {
        &self.reason
    }

    /// Writes the members of the answer.
    fn write(&self, out: &mut String) {
        let Self {
            number,
            column,
            reason,
            ..
        } = self;
        out.push_str("\"error\":");
        write_string(out, &format!("line {number} column {column}: {reason}"));
    }
}

impl<'t> Line<'t> {
    /// Reads the members of the line, and gives the JSON of its `id` and which of the members were there, a bit for each
    /// name.
    pub(crate) fn members(
        &self,
        names: &[&'static str],
        mut take: impl FnMut(&mut Lexer<'t>, &'static str) -> Result<(), Wrong>,
    ) -> Result<(Option<&'t str>, u32), Failure<'t>> {
        const ID: &str = "id";
        let text = match &self.text {
            Ok(text) => *text,
            Err(unread) => {
                let end = Wrong::new(unread.good.len(), unread.message.clone());
                return Err(self.failure(unread.good, end));
            }
        };
        let mut lexer = Lexer::new(text);
        let mut id = None;
        // Last, so that each name of the caller's keeps its bit.
        let names: Vec<&'static str> = names.iter().copied().chain([ID]).collect();
        let read = members(&mut lexer, "the line", &names, |lexer, name| {
            if name == ID {
                id = Some(lexer.skip()?.of(text));
                return Ok(());
            }
            take(lexer, name)
        });
        let seen = read
            .and_then(|seen| Ok((seen, lexer.finish()?)))
            .map_err(|wrong| self.failure(text, wrong))?
            .0;
        Ok((id, seen))
    }

    /// What is wrong with a line that was read to its end.
    pub(crate) fn refuse(&self, wrong: Wrong) -> Failure<'t> {
        let text = match &self.text {
            Ok(text) => text,
            Err(unread) => unread.good,
        };
        self.failure(text, wrong)
    }

    fn failure(&self, text: &'t str, wrong: Wrong) -> Failure<'t> {
        let (number, column) = (self.number, position(text, wrong.at).column);
        Failure {
            id: find_id(text),
            number,
            column,
            reason: wrong.message,
        }
    }
}

/// The JSON of a line's `id`, whatever else is wrong with the line.
fn find_id(text: &str) -> Option<&str> {
    let mut lexer = Lexer::new(text);
    lexer.open(b'{').ok()?;
    loop {
        let (name, _) = lexer.name().ok()?;
        let span = lexer.skip().ok()?;
        if name == "id" {
            return Some(span.of(text));
        }
        if !lexer.more(b'}').ok()? {
            return None;
        }
    }
}

/// Has each line of standard input answered, a bad one with what is wrong with it. `work` writes the members of the answer
/// and gives the line's `id`, which [`Line::members`] has found. A line for which it writes nothing has no answer.
pub(crate) fn answer(
    arguments: LineArgs,
    mut work: impl for<'t> FnMut(&Line<'t>, &mut String) -> Result<Option<&'t str>, Failure<'t>>,
) -> io::Result<u8> {
    let mut code = CLEAN;
    let mut body = String::new();
    each(|line, out| {
        body.clear();
        let id = match work(line, &mut body) {
            Ok(id) => id,
            Err(failure) => {
                code = UNUSABLE;
                body.clear();
                failure.write(&mut body);
                failure.id
            }
        };
        if body.is_empty() {
            return;
        }
        out.push('{');
        if let Some(id) = id {
            out.push_str("\"id\":");
            write_json(out, id);
            out.push(',');
        }
        out.push_str(&body);
        out.push_str("}\n");
    })?;
    Ok(if arguments.keep_going { CLEAN } else { code })
}

/// Answers one question that is not a line of standard input, or says what is wrong with it.
#[cfg(feature = "mcp")]
pub(crate) fn answer_one(
    text: &str,
    work: impl for<'t> FnOnce(&Line<'t>, &mut String) -> Result<Option<&'t str>, Failure<'t>>,
) -> Result<String, String> {
    let line = Line {
        number: 1,
        text: Ok(text),
    };
    let mut body = String::new();
    match work(&line, &mut body) {
        Ok(_) => Ok(format!("{{{body}}}\n")),
        Err(failure) => Err(failure.reason().to_string()),
    }
}

/// Hands each line of standard input that is not blank to `take`, and prints what it writes.
///
/// A caller that writes one line and waits for its answer gets it: all answers are out before more input is waited for.
pub(crate) fn each(mut take: impl FnMut(&Line<'_>, &mut String)) -> io::Result<()> {
    let mut input = BufReader::with_capacity(BUFFER, io::stdin().lock());
    let mut out = BufWriter::with_capacity(BUFFER, io::stdout().lock());
    let mut line = Vec::new();
    let mut text = String::new();
    let mut number = 0_usize;
    while let Some(fits) = next(&mut input, &mut out, &mut line)? {
        number += 1;
        if line.iter().all(u8::is_ascii_whitespace) && fits {
            continue;
        }
        let read = match (fits, std::str::from_utf8(&line)) {
            (false, _) => Err(Unread {
                good: "",
                message: format!("the line is longer than {MAX_LINE} bytes"),
            }),
            (true, Ok(line)) => Ok(line),
            (true, Err(error)) => {
                let good = line.get(..error.valid_up_to()).unwrap_or_default();
                Err(Unread {
                    good: std::str::from_utf8(good).unwrap_or_default(),
                    message: "the text is not UTF-8".to_string(),
                })
            }
        };
        text.clear();
        take(&Line { number, text: read }, &mut text);
        out.write_all(text.as_bytes())?;
    }
    out.flush()
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

/// Reads the version of what this program wrote before, and refuses another one: nobody knows what its numbers count.
pub(crate) fn version(lexer: &mut Lexer<'_>, what: &str, version: &str) -> Result<(), Wrong> {
    lexer.skip_space();
    let (found, span) = lexer.number()?;
    if found == version {
        return Ok(());
    }
    Err(Wrong::new(
        span.start,
        format!("a {what} of version {found} cannot be merged; this is version {version}"),
    ))
}

/// Reads the members of an object, which are in any order and each once at most, and says which were there, a bit
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
                || format!("the members are {}", names.join(", ")),
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

/// The first of the names, if any, that was not there: [`members`] says which were.
pub(crate) fn require(seen: u32, at: usize, what: &str, names: &[&str]) -> Result<(), Wrong> {
    match (0..).zip(names).find(|(bit, _)| seen & (1 << bit) == 0) {
        None => Ok(()),
        Some((_, name)) => Err(Wrong::new(at, format!("{what} has no member `{name}`"))),
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

/// A string or a list of them, each handed to `take`.
pub(crate) fn texts<'t>(
    lexer: &mut Lexer<'t>,
    what: &str,
    mut take: impl FnMut(Cow<'t, str>),
) -> Result<(), Wrong> {
    if lexer.kind()? != Kind::List {
        take(text(lexer, what)?);
        return Ok(());
    }
    items(lexer, what, |lexer, number| {
        take(text(lexer, &format!("{what}[{number}]"))?);
        Ok(())
    })
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

pub(crate) fn expect(lexer: &mut Lexer<'_>, what: &str, kind: Kind) -> Result<(), Wrong> {
    let found = lexer.kind()?;
    if found == kind {
        return Ok(());
    }
    // Text that is not JSON at all is reported first: a value is reported by its first letter.
    lexer.clone().skip()?;
    Err(Wrong::new(
        lexer.offset(),
        format!("{what} is {}, but must be {}", found.words(), kind.words()),
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
