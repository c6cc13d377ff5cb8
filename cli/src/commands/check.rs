//! `rekognition-iam check`: what is wrong in each file.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use rekognition_iam_runtime::check::Severity;

use crate::catalogues::age::{self, Day};
use crate::checking::baseline::Baseline;
use crate::checking::{self, Settings};
use crate::config::{self, Config};
use crate::input::files::{self, Collected, Input};
use crate::input::hcl::{Readers, VariableArgs};
use crate::input::kind::InputArgs;
use crate::parallel::{BATCH, in_parallel};
use crate::report::format::Format;
use crate::report::{Note, Reporter, Run, Told, Totals};
use crate::terminal::{CLEAN, Color, FOUND, Progress, Sink, UNUSABLE, complain, refuse_to_replace};
use crate::watching::Watched;

const CHECK_HELP: &str = "\
Examples: rekognition-iam check policies/ stack.yaml main.tf.json
          rekognition-iam check --baseline known.json --write-baseline .   # adopt: accept what is there
          rekognition-iam check --baseline known.json .                    # only new findings fail";

#[derive(Debug, Args)]
#[command(after_help = CHECK_HELP)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
    /// Lowest severity that causes exit code 1
    #[arg(long, default_value_t = Severity::SecurityWarning, value_parser = severities(), value_name = "LEVEL")]
    pub(crate) deny: Severity,
    /// Accept the findings that this file lists, so that only new ones fail; by default, `baseline` of rekognition-iam.toml
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write the findings of this run to the baseline file
    #[arg(long)]
    pub(crate) write_baseline: bool,
    /// Check again whenever a file changes, until stopped
    #[arg(long, conflicts_with = "write_baseline")]
    pub(crate) watch: bool,
    /// Write the report to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Report only findings: no notes and no summary
    #[arg(long, short)]
    pub(crate) quiet: bool,
    /// When to use colors in the human format
    #[arg(long, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(crate) color: Color,
    /// Report AWS data that is older than this, with exit code 1; by default, `max-catalogue-age` of rekognition-iam.toml
    #[arg(long, value_name = "DAYS")]
    pub(crate) max_catalogue_age: Option<u32>,
    /// The day to count the age of the data to; by default, today
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = Day::read, hide = true)]
    pub(crate) today: Option<Day>,
}

pub(crate) fn run(arguments: &CheckArgs) -> io::Result<u8> {
    if !arguments.watch {
        return once(arguments);
    }
    let mut watched = Watched::new(&arguments.input.paths).map_err(io::Error::other)?;
    let config = arguments.input.config.as_deref();
    for file in (arguments.baseline.as_deref().into_iter())
        .chain(config)
        .chain([Path::new(config::FILE)])
        .chain(arguments.input.variables.files())
    {
        watched.file(file);
    }
    if let Some(output) = &arguments.output {
        watched.except(output);
    }
    watched.each(|| once(arguments))
}

fn once(arguments: &CheckArgs) -> io::Result<u8> {
    let mut settings = Settings::of(&arguments.input)?;
    let Collected {
        mut inputs,
        mut errors,
        notes: passed_over,
    } = arguments.input.collect();
    settings.readers = Readers::of(&inputs);
    for error in &errors {
        complain(error);
    }
    let mut baseline = baseline(arguments, &settings.config).map_err(io::Error::other)?;
    if let Some(baseline) = &baseline {
        // It has findings, not policies.
        inputs.retain(|input| input.named || !baseline.is_file(input));
    }
    if let Some(output) = &arguments.output {
        let named = (inputs.iter())
            .filter(|input| input.named)
            .filter_map(|input| input.path.as_deref());
        let read = (named)
            .chain(baseline.as_ref().map(Baseline::path))
            .chain(arguments.input.config.as_deref())
            .chain([Path::new(config::FILE)]);
        refuse_to_replace(output, read)?;
    }
    let colors = arguments.color.is_on(arguments.output.is_some());
    let reporter = arguments
        .format
        .reporter(colors, arguments.quiet, arguments.deny);
    let mut totals = Totals::default();
    totals.applied.resize(settings.config.rules.len(), 0);
    let mut out = Output {
        reporter: &*reporter,
        out: Sink::new(arguments.output.as_deref()),
        quiet: arguments.quiet,
        notes: Vec::new(),
    };
    out.out.write_all(reporter.begin().as_bytes())?;
    let mut first = true;
    let mut progress = Progress::new(inputs.len(), arguments.quiet);
    for batch in inputs.chunks(BATCH) {
        let reports = in_parallel(batch, |input| {
            let mut report = checking::check(input, &settings);
            let text = match &baseline {
                // What is new is only known when the file is written.
                Some(_) if arguments.write_baseline => return (report, String::new()),
                Some(baseline) => {
                    baseline.accept(&mut report);
                    reporter.file(&report)
                }
                None => reporter.file(&report),
            };
            // Only the report is kept; the texts of a whole batch may be large.
            report.text = String::new();
            (report, text)
        });
        progress.clear();
        for (mut report, mut text) in reports {
            if let Some(baseline) = (baseline.as_mut()).filter(|_| arguments.write_baseline) {
                baseline.update(&mut report);
                text = reporter.file(&report);
            }
            let report = &report;
            if !text.is_empty() {
                if !std::mem::take(&mut first) {
                    out.out.write_all(reporter.between().as_bytes())?;
                }
                out.out.write_all(text.as_bytes())?;
            }
            if report.policies > 0 {
                // A report of an earlier run may be in a directory that is checked. A policy is not to be lost.
                files::remember(Path::new(&report.name));
            }
            totals.add(report, &settings.config);
            if let Some(reason) = &report.unusable {
                let error = format!("{}: {reason}", report.name);
                out.tell(reporter.unusable(report), &error)?;
                errors.push(error);
            }
            for note in &report.notes {
                out.note(Note::File(&report.name, note))?;
            }
        }
        if progress.advance(batch.len()) {
            out.out.flush()?;
            progress.show();
        }
    }
    progress.clear();
    let too_old = too_old(arguments, &settings.config).map_err(io::Error::other)?;
    let mut unused = unused(&totals, &settings.config, &inputs);
    unused.extend(VariableArgs::unused());
    unused.extend(totals.unread_notes());
    let notes = passed_over.iter().chain(&unused);
    for note in notes.chain(&totals.uncovered_note()).chain(&too_old) {
        out.note(Note::Run(note))?;
    }
    if let Some(baseline) = &mut baseline {
        let notes = match arguments.write_baseline {
            true => vec![written(baseline).map_err(io::Error::other)?],
            false => known(baseline, &totals),
        };
        for note in &notes {
            out.note(Note::Accepted(note))?;
        }
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
    out.finish()?;
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

/// The baseline that the arguments or the configuration name.
fn baseline(arguments: &CheckArgs, config: &Config) -> Result<Option<Baseline>, String> {
    match arguments.baseline.as_ref().or(config.baseline.as_ref()) {
        Some(path) => Baseline::read(path, arguments.write_baseline).map(Some),
        None if arguments.write_baseline => Err(format!(
            "--write-baseline needs a file; add `--baseline FILE`, or `baseline` in {}",
            config::FILE
        )),
        None => Ok(None),
    }
}

/// Writes the baseline, and says what it has.
fn written(baseline: &mut Baseline) -> Result<String, String> {
    let count = baseline.write()?;
    let name = baseline.name();
    Ok(match count {
        1 => format!("the baseline {name} has 1 finding"),
        _ => format!("the baseline {name} has {count} findings"),
    })
}

/// What the baseline accepted, and what it no longer has to.
fn known(baseline: &Baseline, totals: &Totals) -> Vec<String> {
    let name = baseline.name();
    let mut out = Vec::new();
    match totals.known.accepted {
        0 => {}
        1 => out.push(format!("1 finding is in the baseline {name}")),
        count => out.push(format!("{count} findings are in the baseline {name}")),
    }
    let gone = totals.known.gone + baseline.in_missing_files();
    if gone > 0 {
        let what = match gone {
            1 => "1 finding of the baseline is".to_string(),
            _ => format!("{gone} findings of the baseline are"),
        };
        let mut note = format!("{what} gone; `--write-baseline` removes them from {name}");
        if let Some(version) = baseline.other_version() {
            note.push_str(&format!(
                ", which version {version} wrote and whose messages may have been worded differently"
            ));
        }
        out.push(note);
    }
    out
}

/// The entries of the configuration that accept nothing, and the patterns of its settings that match nothing.
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
    let names: Vec<String> = inputs.iter().map(Input::name).collect();
    out.extend(config.unmatched(&names, searched).map(|(id, pattern)| {
        format!(
            "{}: `files` of `[rules.{id}]`: no checked file matches `{pattern}`",
            config.name
        )
    }));
    out
}

/// The report as it is written.
struct Output<'r> {
    reporter: &'r dyn Reporter,
    out: Sink,
    /// Without notes.
    quiet: bool,
    /// What was not checked, for the end of the report.
    notes: Vec<(String, String)>,
}

impl Output<'_> {
    fn note(&mut self, note: Note<'_>) -> io::Result<()> {
        let place = self.reporter.note(note);
        match place {
            Told::AtEnd => {
                let (file, text) = (note.file().to_string(), note.text().to_string());
                self.notes.push((file, text));
                Ok(())
            }
            Told::Here(_) | Told::Apart if self.quiet => Ok(()),
            place @ (Told::Here(_) | Told::Apart | Told::Already) => self.tell(place, &note.line()),
        }
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
            Severity::Suggestion => "Could be improved",
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
