//! `rekognition-iam check`: what is wrong in each file.

use std::io::{self, IsTerminal, Write};

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use rekognition_iam_runtime::check::Severity;

use crate::catalogues::age::{self, Day};
use crate::checking::{self, Settings};
use crate::config::Config;
use crate::input::files::{self, Collected, Input};
use crate::input::kind::InputArgs;
use crate::parallel::{BATCH, in_parallel};
use crate::report::format::Format;
use crate::report::{Reporter, Run, Told, Totals, note_line};
use crate::terminal::{CLEAN, FOUND, UNUSABLE, complain};

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
    /// Lowest severity that causes exit code 1
    #[arg(long, default_value_t = Severity::SecurityWarning, value_parser = severities(), value_name = "LEVEL")]
    pub(crate) deny: Severity,
    /// Report AWS data that is older than this, with exit code 1; by default, `max-catalogue-age` of rekognition-iam.toml
    #[arg(long, value_name = "DAYS")]
    pub(crate) max_catalogue_age: Option<u32>,
    /// The day to count the age of the data to; by default, today
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = Day::read, hide = true)]
    pub(crate) today: Option<Day>,
}

pub(crate) fn run(arguments: &CheckArgs) -> io::Result<u8> {
    let settings = Settings::of(&arguments.input)?;
    let Collected {
        inputs,
        mut errors,
        notes: passed_over,
    } = files::collect(&arguments.input.paths);
    for error in &errors {
        complain(error);
    }
    let terminal = io::stdout().is_terminal()
        && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let reporter = arguments.format.reporter(terminal);
    let mut totals = Totals::default();
    totals.applied.resize(settings.config.rules.len(), 0);
    let mut out = Output {
        reporter: &*reporter,
        out: io::BufWriter::new(io::stdout().lock()),
        notes: Vec::new(),
    };
    out.out.write_all(reporter.begin().as_bytes())?;
    let mut first = true;
    for batch in inputs.chunks(BATCH) {
        let reports = in_parallel(batch, |input| {
            let mut report = checking::check(input, &settings);
            let text = reporter.file(&report);
            // Only the report is kept; the texts of a whole batch may be large.
            report.text = String::new();
            (report, text)
        });
        for (report, text) in &reports {
            if !text.is_empty() {
                if !std::mem::take(&mut first) {
                    out.out.write_all(reporter.between().as_bytes())?;
                }
                out.out.write_all(text.as_bytes())?;
            }
            totals.add(report, &settings.config);
            if let Some(reason) = &report.unusable {
                let error = format!("{}: {reason}", report.name);
                out.tell(reporter.unusable(report), &error)?;
                errors.push(error);
            }
            for note in &report.notes {
                out.note(Some(&report.name), note)?;
            }
        }
    }
    let too_old = too_old(arguments, &settings.config).map_err(io::Error::other)?;
    let unused = unused(&totals, &settings.config, &inputs);
    let notes = passed_over.iter().chain(&unused);
    for note in notes.chain(&totals.uncovered_note()).chain(&too_old) {
        out.note(None, note)?;
    }
    // Nobody shall take a run that looked at nothing for a clean one.
    let nothing = totals.checked() == 0 && errors.is_empty();
    if nothing {
        let told = "nothing was checked: no policy was found";
        let place = reporter.nothing();
        if place == Told::AtEnd {
            errors.push(told.to_string());
        }
        out.tell(place, told)?;
    }
    let Output { mut out, notes, .. } = out;
    let end = reporter.end(&Run {
        totals: &totals,
        config: &settings.config,
        notes: &notes,
        errors: &errors,
    });
    out.write_all(end.as_bytes())?;
    out.flush()?;
    Ok(if nothing || !errors.is_empty() {
        UNUSABLE
    } else if too_old.is_some() || totals.at_or_above(arguments.deny) {
        FOUND
    } else {
        CLEAN
    })
}

/// What to say about the age of the data, if someone asked for it.
fn too_old(arguments: &CheckArgs, config: &Config) -> Result<Option<String>, String> {
    let Some(max) = arguments.max_catalogue_age.or(config.max_age) else {
        return Ok(None);
    };
    let today = arguments.today.map_or_else(Day::today, Ok)?;
    age::too_old(today, max)
}

/// The entries of the configuration that accept nothing.
fn unused(totals: &Totals, config: &Config, inputs: &[Input]) -> Vec<String> {
    // Without a search, an entry may be about files that were left out on purpose.
    let searched = inputs.iter().any(|input| !input.named);
    let mut out = Vec::new();
    for (number, entry) in config.accepts.iter().enumerate() {
        let why = match totals.entries.get(number).copied().flatten() {
            Some(0) => format!("`{}` reports nothing {}", entry.id, entry.place()),
            None if searched || config.is_missing(entry) => {
                format!("no checked file matches `{}`", entry.file)
            }
            Some(_) | None => continue,
        };
        out.push(format!(
            "{}:{}: unused `[[accept]]`: {why}; remove the entry",
            config.name, entry.line
        ));
    }
    out
}

/// The report as it is written.
struct Output<'r, W> {
    reporter: &'r dyn Reporter,
    out: W,
    /// What was not checked, for the end of the report.
    notes: Vec<(String, String)>,
}

impl<W: Write> Output<'_, W> {
    fn note(&mut self, file: Option<&str>, note: &str) -> io::Result<()> {
        let place = self.reporter.note(file, note);
        if place == Told::AtEnd {
            let file = file.unwrap_or_default().to_string();
            self.notes.push((file, note.to_string()));
        }
        self.tell(place, &note_line(file, note))
    }

    fn tell(&mut self, place: Told, message: &str) -> io::Result<()> {
        match place {
            Told::Here(text) => self.out.write_all(text.as_bytes()),
            Told::Apart => {
                // In the order of the report, where both end up on one terminal.
                self.out.flush()?;
                complain(message);
                Ok(())
            }
            Told::AtEnd | Told::Already => Ok(()),
        }
    }
}

/// The severities by their names.
fn severities() -> impl TypedValueParser<Value = Severity> {
    let named = Severity::ALL.map(|severity| {
        let help = match severity {
            Severity::Suggestion => "Worth a thought",
            Severity::Warning => "Probably not what was meant",
            Severity::SecurityWarning => "Grants more than is safe",
            Severity::Error => "Rejected by AWS, or without effect",
        };
        PossibleValue::new(severity.name())
            .help(help)
            .alias(severity.name().replace('-', "_"))
    });
    PossibleValuesParser::new(named).try_map(|name| name.parse())
}
