//! `rekognition-iam report`: findings, access, changes, and sizes of policies as one page.

use std::io;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::checking::baseline::Baseline;
use crate::checking::{self, Settings};
use crate::comparing::{self, Outcome};
use crate::input::files::{self, Collected};
use crate::input::hcl::{Disk, Readers, VariableArgs};
use crate::input::kind::InputArgs;
use crate::input::policies;
use crate::parallel::{BATCH, in_parallel};
use crate::report::page::Page;
use crate::report::page::access::Shown;
use crate::terminal::{CLEAN, UNUSABLE, complain, write_result};

const HELP: &str = "\
Examples: rekognition-iam report policies/ stack.yaml --out report.html
          rekognition-iam report . --base origin/main --out report.html   # with what changed

The page loads nothing and sends nothing: everything is in the file.

Exit codes: 0 the report was written, whatever it has found, 2 unusable input, or nothing to report.";

#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(crate) struct ReportArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// HTML file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Also show what changed since this git revision, or compared with this directory
    #[arg(long, value_name = "REV|DIR")]
    base: Option<String>,
    /// Show the findings that this file lists as accepted; by default, `baseline` of rekognition-iam.toml
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
}

pub(crate) fn run(arguments: &ReportArgs) -> io::Result<u8> {
    let mut settings = Settings::of(&arguments.input)?;
    let Collected {
        inputs,
        errors,
        notes,
    } = arguments.input.collect();
    settings.readers = Readers::of(&inputs);
    let baseline = (arguments
        .baseline
        .as_ref()
        .or(settings.config.baseline.as_ref()))
    .map(|path| Baseline::read(path, false))
    .transpose()
    .map_err(io::Error::other)?;
    let mut page = Page::default();
    page.errors = errors;
    for note in &notes {
        page.note("", note);
    }
    for batch in inputs.chunks(BATCH) {
        let reports = in_parallel(batch, |input| {
            let mut report = checking::check(input, &settings);
            if let Some(baseline) = &baseline {
                baseline.accept(&mut report);
            }
            let found = policies::policies(&report.text, input, &Disk, &settings.readers);
            (report, found)
        });
        for (report, found) in &reports {
            if report.policies > 0 {
                files::remember(Path::new(&report.name));
            }
            page.file(report);
            for policy in &found.policies {
                let document =
                    (policy.text.as_deref().map_err(Clone::clone)).and_then(policies::document);
                page.policy(&Shown {
                    file: &report.name,
                    place: &policy.place,
                    kind: policy.kind.or(arguments.input.kind),
                    document: document.as_ref().map_err(String::as_str),
                    sent: (policy.text.as_deref().ok()).filter(|_| policy.sent),
                    open: policy.open,
                    inline: policy.inline,
                });
            }
        }
    }
    for note in VariableArgs::unused() {
        page.note("", &note);
    }
    if let Some(base) = &arguments.base {
        compare(&mut page, base, arguments).map_err(io::Error::other)?;
    }
    let text = page.render();
    write_result(&arguments.out, text.as_bytes())?;
    for error in &page.errors {
        complain(error);
    }
    if page.count() == 0 && page.errors.is_empty() {
        complain("nothing was checked: no policy was found");
    }
    Ok(match page.count() == 0 || !page.errors.is_empty() {
        true => UNUSABLE,
        false => CLEAN,
    })
}

/// Adds what became of the policies since the base.
fn compare(page: &mut Page, base: &str, arguments: &ReportArgs) -> Result<(), String> {
    let directory = PathBuf::from(base);
    let pairs = match (directory.is_dir(), arguments.input.paths.as_slice()) {
        (true, [path]) => comparing::of(&directory, path)?,
        (true, _) => {
            return Err(format!(
                "--base `{base}` is a directory; give one directory to compare with it"
            ));
        }
        (false, paths) => comparing::at_revision(base, paths)?,
    };
    let Outcome {
        policies: compared,
        notes,
        errors,
    } = pairs.compared();
    page.changes(base, &compared, &notes, &errors);
    // The page says so next to the other changes; the exit code has to say it too.
    page.errors.extend(errors);
    Ok(())
}
