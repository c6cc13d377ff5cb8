//! The documents that requests are put to, read and compiled once.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use rekognition_iam_runtime::document::{Document, PolicyKind};
use rekognition_iam_runtime::evaluate::{Attached, Program};
use rekognition_iam_runtime::json::Lexer;

use crate::input::documents::{self, Source};
use crate::json_lines::{self, Wrong};

/// A document of the command line.
pub(crate) struct Given {
    pub(crate) path: PathBuf,
    /// Its kind and level, where they were said.
    pub(crate) kind: Option<(PolicyKind, u8)>,
}

impl Given {
    /// `[KIND=]FILE`.
    pub(crate) fn read(argument: &OsString) -> Result<Self, String> {
        let whole = |kind| Self {
            path: PathBuf::from(argument),
            kind,
        };
        let Some((before, file)) = argument.to_str().and_then(|text| text.split_once('=')) else {
            return Ok(whole(None));
        };
        match documents::kind(before) {
            Ok(kind) => Ok(Self {
                path: PathBuf::from(file),
                kind: Some(kind),
            }),
            // File names may hold `=` too.
            Err(_) if Path::new(argument).exists() => Ok(whole(None)),
            Err(error) => Err(error),
        }
    }
}

pub(crate) fn attach(document: &Document<'_>, kind: Option<(PolicyKind, u8)>) -> Attached<'static> {
    let (kind, level) = kind.unwrap_or_else(|| (PolicyKind::detect(document), 0));
    Attached::new(kind, Program::compile(document)).level(level)
}

/// Documents and the names of their files.
#[derive(Debug, Default)]
pub(crate) struct Policies {
    pub(crate) attached: Vec<Attached<'static>>,
    pub(crate) names: Vec<String>,
}

impl Policies {
    /// Reads the files of the command line.
    pub(crate) fn open(arguments: &[OsString]) -> Result<Self, String> {
        let mut policies = Self::default();
        for argument in arguments {
            let given = Given::read(argument)?;
            let source = Source::open(&given.path)?;
            policies
                .attached
                .push(attach(&source.document()?, given.kind));
            policies.names.push(source.name);
        }
        Ok(policies)
    }

    /// These and others behind them.
    pub(super) fn and(&self, more: Self) -> Self {
        let owned = |attached: &Vec<Attached<'static>>| attached.clone();
        Self {
            attached: owned(&self.attached)
                .into_iter()
                .chain(more.attached)
                .collect(),
            names: self.names.iter().cloned().chain(more.names).collect(),
        }
    }
}

/// Whether standard input is among the files, and more than once.
pub(crate) fn standard_input(arguments: &[&[OsString]]) -> Result<bool, String> {
    let mut count = 0;
    for argument in arguments.iter().flat_map(|arguments| arguments.iter()) {
        count += usize::from(Given::read(argument)?.path == Path::new("-"));
    }
    if count > 1 {
        return Err("standard input can be read once only".to_string());
    }
    Ok(count == 1)
}

/// Reads a policy of a line.
pub(crate) fn policy(lexer: &mut Lexer<'_>, number: usize) -> Result<Attached<'static>, Wrong> {
    let what = |member: &str| format!("policies[{number}]{member}");
    lexer.skip_space();
    let start = lexer.offset();
    let mut document = None;
    let mut kind = None;
    let mut level = None;
    json_lines::members(
        lexer,
        &what(""),
        &["document", "kind", "level"],
        |lexer, name| {
            match name {
                "document" => document = Some(json_lines::document(lexer, &what(".document"))?),
                "kind" => {
                    lexer.skip_space();
                    let at = lexer.offset();
                    if let Some(text) = json_lines::optional(lexer, &what(".kind"))? {
                        let read = documents::kind(&text).map_err(|error| {
                            Wrong::new(at, format!("{}: {error}", what(".kind")))
                        })?;
                        kind = Some(read);
                    }
                }
                _ => {
                    if !json_lines::is_null(lexer)? {
                        let (text, span) = lexer.number()?;
                        let read = documents::level(text).map_err(|error| {
                            Wrong::new(span.start, format!("{}: {error}", what(".level")))
                        })?;
                        level = Some((read, span.start));
                    }
                }
            }
            Ok(())
        },
    )?;
    let Some(document) = document else {
        let error = format!("{} has no member `document`", what(""));
        return Err(Wrong::new(start, error));
    };
    if let Some((level, at)) = level {
        match &mut kind {
            Some((PolicyKind::ServiceControl, known)) => *known = level,
            _ => {
                let error = "only service control policies have levels";
                return Err(Wrong::new(at, format!("{}: {error}", what(".level"))));
            }
        }
    }
    Ok(attach(&document, kind))
}
