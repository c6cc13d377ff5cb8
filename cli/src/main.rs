//! `rekognition-iam`: checks and fixes IAM policies, and answers what they allow.

mod args;
mod ask;
mod config;
mod coverage;
mod declared;
mod derive;
mod diff;
mod evaluate;
mod extract;
mod files;
mod fix;
mod import;
mod input;
mod lines;
mod output;
mod policy;
mod prove;
mod render;
mod report;
mod tree;
mod verify;

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use args::{CheckArgs, Cli, Command, FixArgs, Format, InputArgs};
use clap::{CommandFactory, Parser};
use files::{Collected, Input};
use output::Totals;
use policy::Settings;

const CLEAN: u8 = 0;
const FOUND: u8 = 1;
const UNUSABLE: u8 = 2;

/// Files that are read before their reports are printed: all cores have work, and memory does not grow with the number
/// of files.
const BATCH: usize = 256;

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Check(arguments) => check(&arguments),
        Command::Fix(arguments) => fix(&arguments),
        Command::Import(arguments) => import::run(&arguments),
        Command::Evaluate(arguments) => evaluate::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Prove(arguments) => prove::run(&arguments),
        Command::Derive(arguments) => derive::run(&arguments),
        Command::Coverage(arguments) => coverage::run(&arguments),
        Command::Rules => rules(),
        Command::Completions { shell } => {
            let mut out = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "rekognition-iam", &mut out);
            print(&out)
        }
        Command::Man => {
            let mut out = Vec::new();
            man(&mut out)
                .map(|()| out)
                .and_then(|out| print_bytes(&out))
                .map(|()| CLEAN)
        }
    };
    match done {
        Ok(code) => ExitCode::from(code),
        // Whoever reads our output closed it: there is nobody left to tell.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(UNUSABLE),
        Err(error) => {
            complain(&error.to_string());
            ExitCode::from(UNUSABLE)
        }
    }
}

fn man(out: &mut Vec<u8>) -> io::Result<()> {
    let command = Cli::command();
    clap_mangen::Man::new(command.clone()).render(out)?;
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        // One page for all: the subcommands have few options each.
        let name = format!("rekognition-iam-{}", sub.get_name());
        let page = clap_mangen::Man::new(sub.clone().name(name));
        page.render_synopsis_section(out)?;
        page.render_description_section(out)?;
        page.render_options_section(out)?;
    }
    Ok(())
}

fn print_bytes(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

fn print(bytes: &[u8]) -> io::Result<u8> {
    print_bytes(bytes).map(|()| CLEAN)
}

fn complain(message: &str) {
    // Standard error is the last place to say anything.
    let _ = writeln!(io::stderr(), "rekognition-iam: {}", output::plain(message));
}

/// The same for a message of several lines, each of them our own.
fn complain_in_lines(message: &str) {
    let _ = writeln!(
        io::stderr(),
        "rekognition-iam: {}",
        output::plain_lines(message)
    );
}

fn rules() -> io::Result<u8> {
    let mut out = String::new();
    for rule in input::rules::all() {
        let severity = rule.severity.to_string();
        out.push_str(&format!(
            "{:<70} {severity:<16} {}\n",
            rule.id, rule.summary
        ));
    }
    print(out.as_bytes())
}

fn settings(input: &InputArgs) -> io::Result<Settings> {
    let config =
        config::load(input.config.as_deref(), input.no_config).map_err(io::Error::other)?;
    Ok(Settings {
        kind: input.kind,
        config,
        keep: false,
    })
}

fn check(arguments: &CheckArgs) -> io::Result<u8> {
    let settings = settings(&arguments.input)?;
    let format = arguments.format;
    let Collected {
        inputs,
        mut errors,
        notes: passed_over,
    } = files::collect(&arguments.input.paths);
    for error in &errors {
        complain(error);
    }
    let colour = format == Format::Human
        && io::stdout().is_terminal()
        && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let mut totals = Totals::default();
    totals.applied.resize(settings.config.rules.len(), 0);
    // What was not looked at, for the end of the report.
    let mut notes = Vec::new();
    let mut out = io::BufWriter::new(io::stdout().lock());
    out.write_all(output::begin(format).as_bytes())?;
    let mut first = true;
    for batch in inputs.chunks(BATCH) {
        let reports = in_parallel(batch, |input| {
            let mut report = policy::check(input, &settings);
            let text = output::file(format, &report, colour);
            // Only the report is kept; the texts of a whole batch may be large.
            report.text = String::new();
            (report, text)
        });
        for (report, text) in &reports {
            if !text.is_empty() {
                if !std::mem::take(&mut first) {
                    out.write_all(output::between(format).as_bytes())?;
                }
                out.write_all(text.as_bytes())?;
            }
            totals.add(report, &settings.config);
            let name = &report.name;
            if let Some(reason) = &report.unusable {
                // A person saw the same as a finding with its source line.
                let told = format == Format::Human && !report.findings.is_empty();
                if !told {
                    out.flush()?;
                    complain(&format!("{name}: {reason}"));
                }
                errors.push(format!("{name}: {reason}"));
            }
            for note in &report.notes {
                let told = format!("note: {}: {}", output::plain(name), output::plain(note));
                match format {
                    Format::Human => writeln!(out, "{told}")?,
                    // Every line of the report is a finding, and what was not checked is none.
                    Format::Json => complain(&told),
                    Format::Sarif => notes.push((name.clone(), note.clone())),
                    // Said beside the findings.
                    Format::Github => {}
                }
            }
        }
    }
    for note in passed_over.into_iter().chain(totals.uncovered_note()) {
        let told = format!("note: {}", output::plain(&note));
        match format {
            Format::Human => writeln!(out, "{told}")?,
            Format::Json => complain(&told),
            Format::Sarif => notes.push((String::new(), note)),
            Format::Github => out.write_all(output::notice(&note).as_bytes())?,
        }
    }
    // Nobody shall take a run that looked at nothing for a clean one.
    let nothing = totals.checked() == 0 && errors.is_empty();
    if nothing {
        let told = "nothing was checked: no policy was found";
        match format {
            // The last line of the report says so.
            Format::Human => {}
            Format::Json | Format::Github => {
                out.flush()?;
                complain(told);
            }
            Format::Sarif => errors.push(told.to_string()),
        }
    }
    let end = output::end(format, &totals, &settings.config, &notes, &errors);
    out.write_all(end.as_bytes())?;
    out.flush()?;
    Ok(if nothing || !errors.is_empty() {
        UNUSABLE
    } else if totals.at_or_above(arguments.deny) {
        FOUND
    } else {
        CLEAN
    })
}

fn fix(arguments: &FixArgs) -> io::Result<u8> {
    let mut settings = settings(&arguments.input)?;
    // What a fix does is compared with what was there.
    settings.keep = true;
    let Collected {
        inputs, mut errors, ..
    } = files::collect(&arguments.input.paths);
    let mut out = io::stdout().lock();
    let on_terminal = out.is_terminal();
    // Values and files: what was written, and what was only shown.
    let (mut written, mut shown) = ((0_usize, 0_usize), (0_usize, 0_usize));
    let mut refused = Vec::new();
    for batch in inputs.chunks(BATCH) {
        let reports = in_parallel(batch, |input| {
            let report = policy::check(input, &settings);
            let fixed = match report.unusable {
                None => verify::fixed(&report, input, &settings),
                Some(_) => verify::Fixed::default(),
            };
            (report, fixed)
        });
        for (input, (report, fixed)) in batch.iter().zip(&reports) {
            let name = &report.name;
            if let Some(reason) = &report.unusable {
                errors.push(format!("{name}: {reason}"));
                // What could not be read to its end is not written.
                continue;
            }
            refused.extend(fixed.refused.iter().map(|why| format!("{name}:{why}")));
            let edits: Vec<_> = fixed.edits.iter().collect();
            if edits.is_empty() {
                continue;
            }
            let diff = fix::diff(name, &report.text, &edits);
            // Elsewhere it may be for `patch`, which needs it as it is.
            let diff = if on_terminal { fix::seen(&diff) } else { diff };
            out.write_all(diff.as_bytes())?;
            out.flush()?;
            let counted = match &input.path {
                Some(path) if !arguments.dry_run => {
                    if let Err(reason) = fix::write(path, &fix::applied(&report.text, &edits)) {
                        errors.push(format!("{name}: {reason}"));
                        continue;
                    }
                    &mut written
                }
                // There is no file behind standard input.
                _ => &mut shown,
            };
            counted.0 += edits.len();
            counted.1 += 1;
        }
    }
    let plural = |number: usize, word: &str| match number {
        1 => format!("1 {word}"),
        _ => format!("{number} {word}s"),
    };
    for (done, (values, files), told) in [
        (
            "changed",
            written,
            written.1 > 0 || (shown.1 == 0 && !arguments.dry_run),
        ),
        ("would change", shown, shown.1 > 0 || arguments.dry_run),
    ] {
        if told {
            // Apart from the diff, so that the diff can be piped.
            let _ = writeln!(
                io::stderr(),
                "{done} {} in {}",
                plural(values, "value"),
                plural(files, "file")
            );
        }
    }
    for error in refused.iter().chain(&errors) {
        complain(error);
    }
    Ok(match (errors.is_empty(), refused.is_empty()) {
        (true, true) => CLEAN,
        (true, false) => FOUND,
        (false, _) => UNUSABLE,
    })
}

/// Calls `work` for each input on all cores, and gives the results in the order of the inputs.
fn in_parallel<T: Send>(inputs: &[Input], work: impl Fn(&Input) -> T + Sync) -> Vec<T> {
    let threads = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(inputs.len());
    if threads < 2 {
        return inputs.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(inputs.len()));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(input) = inputs.get(number) else {
                        return;
                    };
                    let result = work(input);
                    done.lock()
                        .unwrap_or_else(std::sync::PoisonError::into_inner)
                        .push((number, result));
                }
            });
        }
    });
    let mut done = done
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    done.sort_by_key(|&(number, _)| number);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
