//! `rekognition-iam split`: a policy as documents that fit a quota.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use rekognition_iam_runtime::json;
use rekognition_iam_runtime::split::{self, Change, Equality, Options, Quota, Split};

use crate::commands::evaluate::policies::{Single, single};
use crate::input::policies;
use crate::json_lines::Answer;
use crate::json_text::{catalogue, quoted, write_json};
use crate::plain::{cut, plain};
use crate::terminal::{CLEAN, FOUND, complain, print, write_result};

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, after_long_help = format!("{EXAMPLES}\n\n{ABOUT}\n\n{EXIT_CODES}"))]
pub(crate) struct SplitArgs {
    /// Policy; - is standard input. In a template, the one at #PLACE
    #[arg(value_name = "FILE[#PLACE]")]
    file: PathBuf,
    /// What each document must fit: managed, inline-role, inline-user, inline-group, scp, rcp, or a number of characters
    #[arg(long, value_name = "QUOTA", default_value = "managed")]
    quota: Quota,
    /// Fold actions into patterns that match only these actions today; they also match those AWS adds later
    #[arg(long)]
    actions_of_today: bool,
    /// Write NAME-1.json, NAME-2.json, and so on into this directory instead of standard output
    #[arg(long, value_name = "DIRECTORY")]
    out: Option<PathBuf>,
    /// NAME of the written files; by default, the name of the file
    #[arg(long, value_name = "NAME", requires = "out")]
    name: Option<String>,
    /// Replace files of --out even if they have other contents
    #[arg(long, requires = "out")]
    force: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t = Answer::Human)]
    format: Answer,
}

const EXAMPLES: &str = "\
Examples:
  rekognition-iam split policy.json --quota managed --out split/
  rekognition-iam split scp.json --quota scp --format json
  rekognition-iam split policy.json --quota 2048 --actions-of-today";

const ABOUT: &str = r#"Merges statements, removes what others cover, and distributes the statements over as few documents as first-fit
decreasing finds. A statement that is too long is cut along a list of actions, resources, or values. Every change is
proved by the engine of `diff`, and what cannot be proved is not done. Documents that deny something come first, so
that attaching them in order never grants too much. The same policy always has the same documents.

By default, the documents are equal to the policy for every action, including those AWS adds later, so no action is
folded into a pattern. With --actions-of-today, they are equal for the actions that exist today: a folded `Allow` also
grants later actions that its pattern matches.

The quota of inline policies is for all of them together, so more documents do not help: the policy is only made
smaller. Policies with principals cannot be split, except resource control policies. White space counts for scp, rcp,
and a number, so those files are written without any.

--format json prints one object: {"quota","limit","counted_in","before","least","equality":"always|actions-of-today",
"proof":"whole|steps","documents":[{"file","size","denies","document"}],"changes":[..],"notes":[..]}. `least` is the
number of documents that the sizes of the statements need at least."#;

const EXIT_CODES: &str = "\
Exit codes: 0 done, 1 the policy does not fit the quota, 2 unusable input.";

pub(crate) fn run(arguments: &SplitArgs) -> io::Result<u8> {
    let policy = single(&arguments.file).map_err(io::Error::other)?;
    let Single { name, text, kind } = &policy;
    let unusable = |error: String| io::Error::other(format!("{name}: {error}"));
    if let (Some(kind), Some(wanted)) = (*kind, arguments.quota.kind())
        && kind != wanted
    {
        return Err(unusable(format!(
            "the quota `{1}` is for {2} policies, and this is one of the kind {0}",
            kind.name(),
            arguments.quota,
            wanted.name()
        )));
    }
    let document = policies::document(text).map_err(unusable)?;
    let mut options = Options::new(arguments.quota);
    if arguments.actions_of_today {
        options = options.equality(Equality::ActionsOfToday);
    }
    let split = match split::split(&document, options) {
        Ok(split) => split,
        Err(error) => {
            let help = (error.help()).map_or_else(String::new, |help| format!("; {help}"));
            complain(&format!("{name}: {error}{help}"));
            return Ok(FOUND);
        }
    };
    let files = match &arguments.out {
        Some(directory) => written(arguments, &split, directory)?,
        None => Vec::new(),
    };
    match arguments.format {
        Answer::Human => {
            let mut out = String::new();
            if arguments.out.is_none() {
                for text in texts(&split) {
                    out.push_str(&text);
                }
            }
            // Standard output has only the documents.
            print(out.as_bytes())?;
            io::stderr().write_all(summary(name, &split, &files).as_bytes())?;
        }
        Answer::Json => {
            print(report(&split, &files).as_bytes())?;
        }
    }
    Ok(CLEAN)
}

/// The texts of the documents. Where white space counts, there is none.
fn texts(split: &Split<'_>) -> Vec<String> {
    (split.parts.iter())
        .map(|part| match split.options.quota.counts_white_space() {
            true => format!("{}\n", json::to_minified(&part.document)),
            false => json::to_pretty(&part.document),
        })
        .collect()
}

/// Writes the files, all or none that has other contents without being told to.
fn written(arguments: &SplitArgs, split: &Split<'_>, directory: &Path) -> io::Result<Vec<String>> {
    let stem = || {
        let file = arguments.file.to_string_lossy();
        let file = file.rsplit_once('#').map_or(&*file, |(file, _)| file);
        let stem = Path::new(file)
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned());
        stem.filter(|stem| stem != "-")
    };
    let name = (arguments.name.clone().or_else(stem)).unwrap_or_else(|| "policy".to_string());
    if name.contains(['/', '\\']) {
        return Err(io::Error::other(format!(
            "--name `{}` must not have a directory; use --out",
            cut(&name)
        )));
    }
    let file = |number: usize| directory.join(format!("{name}-{number}.json"));
    let files: Vec<_> = (1..).map(file).zip(texts(split)).collect();
    for (path, text) in &files {
        let differs = std::fs::read(path).is_ok_and(|bytes| bytes != text.as_bytes());
        if differs && !arguments.force {
            return Err(io::Error::other(format!(
                "{}: the file exists and has other contents; add --force to replace it",
                path.display()
            )));
        }
    }
    std::fs::create_dir_all(directory)
        .map_err(|error| io::Error::other(format!("{}: {error}", directory.display())))?;
    for (path, text) in &files {
        write_result(path, text.as_bytes())?;
    }
    let next = file(files.len() + 1);
    if next.exists() {
        complain(&format!(
            "note: {} is not one of these documents; remove it if it is from an earlier split",
            next.display()
        ));
    }
    Ok((files.iter())
        .map(|(path, _)| path.display().to_string())
        .collect())
}

fn summary(name: &str, split: &Split<'_>, files: &[String]) -> String {
    let quota = split.options.quota;
    let count = match split.parts.len() {
        1 => "1 document".to_string(),
        count => format!("{count} documents"),
    };
    let mut out = format!(
        "{}: {count} of at most {} {}, from {}\n",
        plain(name),
        quota.limit(),
        quota.counted_in(),
        split.before
    );
    for (number, part) in split.parts.iter().enumerate() {
        let file = files
            .get(number)
            .map_or_else(|| (number + 1).to_string(), Clone::clone);
        let denies = if part.denies() { ", has denials" } else { "" };
        let statements = match part.document.statements.items.len() {
            1 => "1 statement".to_string(),
            count => format!("{count} statements"),
        };
        out += &format!("  {}: {}, {statements}{denies}\n", plain(&file), part.size);
    }
    for change in &split.changes {
        out += &format!("  {}\n", plain(&change.to_string()));
    }
    out += match (split.options.equality, split.proof) {
        (Equality::Always, split::Proof::Whole) => {
            "proved: together, the documents allow and deny the same as the policy, also for actions that AWS adds later\n"
        }
        (Equality::ActionsOfToday, split::Proof::Whole) => {
            "proved: together, the documents allow and deny the same as the policy, for the actions that exist today\n"
        }
        (Equality::Always, split::Proof::Steps) => {
            "proved: each change of a statement keeps its meaning, also for actions that AWS adds later; the documents as a whole are too complex to compare\n"
        }
        (Equality::ActionsOfToday, split::Proof::Steps) => {
            "proved: each change of a statement keeps its meaning, for the actions that exist today; the documents as a whole are too complex to compare\n"
        }
    };
    if split.parts.len() > split.least {
        out += &format!(
            "note: the sizes of the statements need at least {}; first-fit decreasing does not find fewer\n",
            split.least
        );
    }
    for note in split.notes() {
        out += &format!("note: {note}\n");
    }
    out
}

fn report(split: &Split<'_>, files: &[String]) -> String {
    let quota = split.options.quota;
    let mut out = format!(
        "{{\"quota\":{},\"limit\":{},\"counted_in\":{},\"before\":{},\"least\":{},\"equality\":{},\"proof\":{},\"documents\":[",
        quoted(&quota.name()),
        quota.limit(),
        quoted(quota.counted_in()),
        split.before,
        split.least,
        quoted(split.options.equality.name()),
        quoted(split.proof.name()),
    );
    for (number, part) in split.parts.iter().enumerate() {
        if number > 0 {
            out.push(',');
        }
        let file = files
            .get(number)
            .map_or_else(|| "null".to_string(), |file| quoted(file));
        out += &format!(
            "{{\"file\":{file},\"size\":{},\"denies\":{},\"document\":",
            part.size,
            part.denies()
        );
        write_json(&mut out, &json::to_minified(&part.document));
        out.push('}');
    }
    let list = |items: Vec<String>| items.join(",");
    let changes = split.changes.iter().map(change).collect();
    let notes = split.notes().iter().map(|note| quoted(note)).collect();
    out += &format!(
        "],\"changes\":[{}],\"notes\":[{}],{}}}\n",
        list(changes),
        list(notes),
        catalogue()
    );
    out
}

fn change(change: &Change) -> String {
    let words = quoted(&change.to_string());
    match change {
        Change::Folded {
            pattern, actions, ..
        } => {
            let actions: Vec<_> = actions.iter().map(|action| quoted(action)).collect();
            format!(
                "{{\"change\":{words},\"pattern\":{},\"actions\":[{}]}}",
                quoted(pattern),
                actions.join(",")
            )
        }
        _ => format!("{{\"change\":{words}}}"),
    }
}
