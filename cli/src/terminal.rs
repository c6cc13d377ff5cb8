//! What leaves the program: standard output, standard error, and the exit codes.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::ValueEnum;
use rekognition_iam_codegen::replace::replace;

use crate::input::files;
use crate::plain;

/// Done, and nothing was found.
pub(crate) const CLEAN: u8 = 0;
/// Something was found, or the answer is no.
pub(crate) const FOUND: u8 = 1;
/// Input that cannot be used.
pub(crate) const UNUSABLE: u8 = 2;

pub(crate) fn print_bytes(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

pub(crate) fn print(bytes: &[u8]) -> io::Result<u8> {
    print_bytes(bytes).map(|()| CLEAN)
}

/// When a report has colors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR, CLICOLOR=0, or TERM=dumb is set; CLICOLOR_FORCE=1 forces colors
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Color {
    /// Whether text that goes to standard output, or else to a file, has colors.
    ///
    /// See <https://no-color.org> and <https://bixense.com/clicolors>.
    pub(crate) fn is_on(self, to_file: bool) -> bool {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto if set("NO_COLOR").is_some() => false,
            Self::Auto if set("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
            Self::Auto => {
                !to_file
                    && io::stdout().is_terminal()
                    && set("CLICOLOR").is_none_or(|value| value != "0")
                    && set("TERM").is_none_or(|value| value != "dumb")
            }
        }
    }
}

/// How far a long run is, on a terminal of standard error.
#[derive(Debug)]
pub(crate) struct Progress {
    on: bool,
    total: usize,
    done: usize,
    /// What is done with files: `checked`.
    what: &'static str,
    began: Instant,
    shown: bool,
}

impl Progress {
    /// Runs that are shorter show nothing.
    const SOON: Duration = Duration::from_millis(500);

    pub(crate) fn new(total: usize, quiet: bool) -> Self {
        Self {
            on: !quiet && io::stderr().is_terminal(),
            total,
            done: 0,
            what: "checked",
            began: Instant::now(),
            shown: false,
        }
    }

    /// The same of files with which something else is done.
    pub(crate) fn doing(mut self, what: &'static str) -> Self {
        self.what = what;
        self
    }

    /// Counts files that are done, and says whether there is something to show.
    pub(crate) fn advance(&mut self, files: usize) -> bool {
        self.done += files;
        self.on && self.done < self.total && self.began.elapsed() >= Self::SOON
    }

    pub(crate) fn show(&mut self) {
        let mut out = io::stderr();
        let _ = write!(out, "\r{} of {} files {}", self.done, self.total, self.what);
        let _ = out.flush();
        self.shown = true;
    }

    /// Makes room for other text.
    pub(crate) fn clear(&mut self) {
        if std::mem::take(&mut self.shown) {
            // To the start of the line, and erase it: both ends may be one terminal.
            let _ = write!(io::stderr(), "\r\u{1b}[K");
        }
    }
}

/// Refuses to write to one of these files, which a run reads or writes as well.
pub(crate) fn refuse_to_replace<'p>(
    output: &Path,
    others: impl IntoIterator<Item = &'p Path>,
) -> io::Result<()> {
    match others
        .into_iter()
        .any(|other| files::is_same(output, other))
    {
        true => Err(is_used(output)),
        false => Ok(()),
    }
}

fn is_used(output: &Path) -> io::Error {
    io::Error::other(format!(
        "{} is used by this run; write the result to another file",
        output.display()
    ))
}

/// Refuses to write to a file that the run has read.
pub(crate) fn refuse_inputs(output: &Path) -> io::Result<()> {
    match files::was_input(output) {
        true => Err(is_used(output)),
        false => Ok(()),
    }
}

/// Writes the result of a run to a file, as a whole or not at all. Nothing that the run has read is replaced.
pub(crate) fn write_result(path: &Path, text: &[u8]) -> io::Result<()> {
    refuse_inputs(path)?;
    replace(path, text).map_err(|error| {
        let reason = files::reason(&error);
        io::Error::other(format!("{}: {reason}", path.display()))
    })
}

/// Where a report goes.
#[derive(Debug)]
pub(crate) enum Sink {
    Standard(io::BufWriter<io::StdoutLock<'static>>),
    /// A file, which is written when the report is complete.
    File(PathBuf, Vec<u8>),
}

impl Sink {
    pub(crate) fn new(file: Option<&Path>) -> Self {
        match file {
            Some(file) => Self::File(file.to_path_buf(), Vec::new()),
            None => Self::Standard(io::BufWriter::new(io::stdout().lock())),
        }
    }

    /// Ends the report.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.flush()?;
        match self {
            Self::Standard(_) => Ok(()),
            Self::File(path, text) => write_result(&path, &text),
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Standard(out) => out.write(bytes),
            Self::File(_, text) => text.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Standard(out) => out.flush(),
            Self::File(..) => Ok(()),
        }
    }
}

pub(crate) fn complain(message: &str) {
    // Standard error is the last place to say anything.
    let _ = writeln!(io::stderr(), "rekognition-iam: {}", plain::plain(message));
}

/// The same for a message of several lines, each of them our own.
pub(crate) fn complain_in_lines(message: &str) {
    let _ = writeln!(
        io::stderr(),
        "rekognition-iam: {}",
        plain::plain_lines(message)
    );
}
