//! `rekognition-iam fix`: writes the fixes that have one right answer.

use std::io::{self, IsTerminal, Write};

use clap::Args;

use crate::checking::{self, Settings};
use crate::fixing::{self, verify};
use crate::input::files::Collected;
use crate::input::hcl::{Readers, VariableArgs};
use crate::input::kind::InputArgs;
use crate::parallel::{BATCH, in_parallel};
use crate::report::Totals;
use crate::terminal::{CLEAN, FOUND, UNUSABLE, complain};

const FIX_CODES: &str = "\
Exit codes: 0 done, 1 a fix was not written, because it failed its verification or the file is the
state, plan, or output of a tool, 2 unusable input, or no policy was found.";

#[derive(Debug, Args)]
#[command(after_help = FIX_CODES)]
pub(crate) struct FixArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// Print the changes and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

pub(crate) fn run(arguments: &FixArgs) -> io::Result<u8> {
    let mut settings = Settings::of(&arguments.input)?;
    // What a fix does is compared with what was there.
    settings.keep = true;
    let Collected {
        inputs, mut errors, ..
    } = arguments.input.collect();
    settings.readers = Readers::of(&inputs);
    let mut out = io::stdout().lock();
    let on_terminal = out.is_terminal();
    // Values and files: what was written, and what was only shown.
    let (mut written, mut shown) = ((0_usize, 0_usize), (0_usize, 0_usize));
    let mut refused = Vec::new();
    let mut totals = Totals::default();
    for batch in inputs.chunks(BATCH) {
        let reports = in_parallel(batch, |input| {
            let report = checking::check(input, &settings);
            let fixed = match report.unusable {
                None => verify::fixed(&report, input, &settings),
                Some(_) => verify::Fixed::default(),
            };
            (report, fixed)
        });
        for (input, (report, fixed)) in batch.iter().zip(&reports) {
            let name = &report.name;
            totals.add(report, &settings.config);
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
            let diff = fixing::diff(name, &report.text, &edits);
            // Elsewhere it may be for `patch`, which needs it as it is.
            let diff = if on_terminal {
                fixing::seen(&diff)
            } else {
                diff
            };
            out.write_all(diff.as_bytes())?;
            out.flush()?;
            let counted = match &input.path {
                Some(path) if !arguments.dry_run => {
                    if let Err(reason) = fixing::write(path, &fixing::applied(&report.text, &edits))
                    {
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
    // As in `check`: nobody shall take a run that looked at nothing for a clean one.
    if totals.checked() == 0 && errors.is_empty() {
        errors.push("nothing was checked: no policy was found".to_string());
    }
    for note in VariableArgs::unused() {
        complain(&format!("note: {note}"));
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
