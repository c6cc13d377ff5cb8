//! `diff`: what a new document allows and an old one does not, and the other way round.

use std::io;
#[cfg(feature = "mcp")]
use std::path::Path;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use rekognition_iam_runtime::compare::{
    Guarantee, Relation, Witness, compare_programs, lost_denies,
};
use rekognition_iam_runtime::document::Document;
use rekognition_iam_runtime::evaluate::{Program, Verdict};

use super::diff_sets::{self, SetArgs};
use crate::comparing::{self, Outcome, Pairs};
use crate::input::documents::Source;
use crate::input::hcl::VariableArgs;
use crate::json_lines::{self, Failure, Line, LineArgs, Wrong};
#[cfg(feature = "mcp")]
use crate::json_text::quoted;
use crate::plain::plain;
use crate::report::comparison::write_members;
use crate::report::differences;
use crate::terminal::{CLEAN, FOUND, UNUSABLE, complain, print};

// No comment on the struct itself: it would become the command's description.
#[derive(Debug, Args)]
#[command(
    override_usage = "rekognition-iam diff [OPTIONS] <OLD> <NEW>\n       rekognition-iam diff [OPTIONS] --git <REV> <PATH>...\n       rekognition-iam diff [OPTIONS] --old <[KIND=]FILE>... --new <[KIND=]FILE>...\n       rekognition-iam diff --stdin",
    after_help = format!("{EXIT_CODES}\n{EXAMPLES}"),
    after_long_help = format!("{ALL}\n\n{STDIN}\n\n{EXIT_CODES}\n{EXAMPLES}")
)]
pub(crate) struct DiffArgs {
    /// Old and new file, or two directories; - is standard input. With --git, paths in the work tree
    #[arg(value_name = "PATH", required_unless_present_any = ["stdin", "old_set", "new_set"])]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    sets: SetArgs,
    /// List all differences instead of one example of each kind
    #[arg(long, conflicts_with = "stdin")]
    all: bool,
    /// Compare the paths in the work tree with their contents at this git revision
    #[arg(long, value_name = "REV", conflicts_with = "stdin")]
    git: Option<String>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Answer one JSON object per line of standard input
    #[arg(long, conflicts_with = "paths")]
    stdin: bool,
    #[command(flatten)]
    variables: VariableArgs,
    #[command(flatten)]
    lines: LineArgs,
}

/// The formats of differences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// One JSON object per line
    Json,
    /// Comment for a pull request; implies --all
    Markdown,
}

const EXIT_CODES: &str = "\
Exit codes: 0 no new access, 1 new access, a lost `Deny`, or undetermined, 2 unusable input.
With --stdin: 0, or 2 if a line could not be used (0 with --keep-going).";

const EXAMPLES: &str = "\
Examples:
  rekognition-iam diff --all old.json new.json
  rekognition-iam diff --policy role.json --old boundary=old.json --new boundary=new.json
  rekognition-iam diff --git main --format markdown policies/ stack.yaml > comment.md";

const ALL: &str = r#"--all lists groups of actions x resources x conditions, each with the statement that allows it, its Sid, the
statement of the other policy that denies it, and an example request. Templates, plans, directories, and --git
imply --all. Every file type that `check` supports is read on both sides. Policies are matched by their place in
the file, and items of a list by their name. If a policy is only on one side, all of its access is new or lost.
Values that are only known after deployment are compared as policy variables, named as in the file.

A `Deny` of an old policy that the new one does not have is a lost deny, even if both policies allow the same: other
policies may allow what it denied. It is listed with its statement, and the exit code is 1. New and lost access,
in contrast, are only about what a policy itself allows.

--all --format json prints one line for each policy:
  {"old","new","path","in":"both|added|removed","relation","complete","differences":[..],"open":[..],
   "cut":[..],"lost_denies":[{"statement","differences","open","cut"}],"doubts":[..]}
A difference is {"change":"new|lost","statement":{"number","sid"},"actions","resources","principals",
"callers","conditions","denied_by","exact","overlaps","witness"}, where actions, resources and principals are
{"any_of","all_of","none_of"}. Statements count from 0. "exact":false marks a group that the other policy partly
allows, by the statements in "overlaps". "open" lists undetermined differences, each with a "reason"; "cut" shows
from which statement on the list is incomplete (1,000 entries for each change and policy, or too many steps);
"doubts" lists unknown values. Nothing is omitted without an entry in one of these."#;

const STDIN: &str = r#"With --stdin, a line is
  {"old":{..},"new":{..}}
and its answer, the same as with --format json and without --all, is
  {"relation":"equivalent|narrower|wider|incomparable|unknown","new_access":..,"lost_access":..,
   "lost_denies":[..]}
`narrower` means that the new document allows less. "lost_denies" is only present if the new document denies less;
its entries are those of --all, or {"policy","statement","example"} for policies that apply together. `new_access`
and `lost_access` are null if there is none, else an example request, {"action","resource","principal","context"},
or {"unknown":"why","cause","key","document","statement"}, where document 0 is the old one. "assumes":[..] lists what
AWS does not document and the request relies on. "only_impossible":true marks documents that differ only on requests
that cannot exist. A line may have an "id", any JSON value, which its answer repeats. The answer to an unusable line
is {"error":".."}; the next line is still read.

Both documents are compared by themselves, over every request that could exist. With --old and --new, or with lists of
{"kind","document"} in a line, policies apply together, as with `evaluate`; those of --policy belong to both sides."#;

pub(crate) fn run(arguments: &DiffArgs) -> io::Result<u8> {
    if arguments.stdin {
        return json_lines::answer(arguments.lines, line);
    }
    let given = match arguments.paths.as_slice() {
        [] => arguments.variables.give_to_all(),
        paths => arguments.variables.give_to(paths),
    };
    given.map_err(io::Error::other)?;
    let code = compared(arguments);
    for note in VariableArgs::unused() {
        complain(&format!("note: {note}"));
    }
    code
}

fn compared(arguments: &DiffArgs) -> io::Result<u8> {
    let all = arguments.all || arguments.format == Format::Markdown;
    if arguments.sets.is_given() {
        return diff_sets::run(&arguments.sets, arguments.format == Format::Json)
            .map_err(io::Error::other)?;
    }
    if let Some(revision) = &arguments.git {
        let pairs = comparing::at_revision(revision, &arguments.paths).map_err(io::Error::other)?;
        return list(pairs, arguments.format);
    }
    let [old, new] = arguments.paths.as_slice() else {
        return Err(io::Error::other(
            "`diff` compares two files; for files of a git work tree, add `--git REV`",
        ));
    };
    if old.as_os_str() == "-" && new.as_os_str() == "-" {
        return Err(io::Error::other("standard input can only be read once"));
    }
    let pairs = comparing::of(old, new).map_err(io::Error::other)?;
    match pairs.documents() {
        Some([old, new]) if !all => one(old, new, arguments.format),
        _ => list(pairs, arguments.format),
    }
}

/// All differences of all policies.
fn list(pairs: Pairs, format: Format) -> io::Result<u8> {
    let Outcome {
        policies: compared,
        notes,
        errors,
    } = pairs.compared();
    for error in &errors {
        complain(error);
    }
    let out = match format {
        Format::Human => {
            let told = notes.iter().map(|note| format!("note: {}\n", plain(note)));
            told.chain([differences::human(&compared)]).collect()
        }
        Format::Json => {
            for note in &notes {
                complain(&format!("note: {note}"));
            }
            differences::json(&compared)
        }
        Format::Markdown => differences::markdown(&compared, &notes, &errors),
    };
    print(out.as_bytes())?;
    if compared.is_empty() && errors.is_empty() {
        complain("nothing was compared: no policy was found");
    }
    Ok(if compared.is_empty() || !errors.is_empty() {
        UNUSABLE
    } else if compared.iter().all(differences::Compared::has_nothing_new) {
        CLEAN
    } else {
        FOUND
    })
}

/// All differences of two files or directories, one JSON object on a line each, after what was not compared.
#[cfg(feature = "mcp")]
pub(crate) fn listed(old: &Path, new: &Path) -> Result<String, String> {
    let Outcome {
        policies: compared,
        notes,
        mut errors,
    } = comparing::of(old, new)?.compared();
    if compared.is_empty() && errors.is_empty() {
        errors.push("nothing was compared: no policy was found".to_string());
    }
    let lines = |name: &str, texts: &[String]| {
        let line = |text: &String| format!("{{\"{name}\":{}}}\n", quoted(text));
        texts.iter().map(line).collect::<String>()
    };
    let mut out = lines("error", &errors);
    out.push_str(&lines("note", &notes));
    out.push_str(&differences::json(&compared));
    Ok(out)
}

/// Answers a question as a line of `--stdin` asks it.
#[cfg(feature = "mcp")]
pub(crate) fn ask(question: &str) -> Result<String, String> {
    json_lines::answer_one(question, line)
}

/// One difference of each kind, of two documents.
fn one(old: &Source, new: &Source, format: Format) -> io::Result<u8> {
    let old_document = old.document().map_err(io::Error::other)?;
    let new_document = new.document().map_err(io::Error::other)?;
    let old_program = Program::compile(&old_document);
    let new_program = Program::compile(&new_document);
    let comparison = compare_programs(&old_program, &new_program);
    let lost = lost_denies(&old_program, &new_program);
    let mut out = String::new();
    match format {
        Format::Json => {
            out.push('{');
            write_members(&mut out, &comparison);
            differences::write_lost_denies(&mut out, &lost);
            out.push_str("}\n");
        }
        Format::Human | Format::Markdown => {
            let relation = comparison.relation();
            out.push_str(&format!(
                "{}: {} {} {}\n",
                differences::verdict(relation, !lost.is_empty()),
                plain(&new.name),
                match relation {
                    Relation::Equivalent if comparison.only_impossible => {
                        "differs only on requests that cannot exist from"
                    }
                    Relation::Equivalent => "allows the same as",
                    Relation::Narrower => "allows less than",
                    Relation::Wider => "allows more than",
                    Relation::Incomparable => "allows something new and no longer allows all of",
                    Relation::Unknown => "could not be fully compared with",
                },
                plain(&old.name)
            ));
            let new_side = Side::of(new, &new_document, &new_program);
            let old_side = Side::of(old, &old_document, &old_program);
            side(
                &mut out,
                "new",
                &comparison.new_access,
                [&new_side, &old_side],
            );
            side(
                &mut out,
                "lost",
                &comparison.lost_access,
                [&old_side, &new_side],
            );
            out.push_str(&differences::human_lost_denies(&lost));
        }
    }
    print(out.as_bytes())?;
    Ok(if comparison.new_access.holds() && lost.is_empty() {
        CLEAN
    } else {
        FOUND
    })
}

/// One of the two documents.
struct Side<'a> {
    name: &'a str,
    document: &'a Document<'a>,
    program: &'a Program<'a>,
}

impl<'a> Side<'a> {
    fn of(source: &'a Source, document: &'a Document<'a>, program: &'a Program<'a>) -> Self {
        Self {
            name: &source.name,
            document,
            program,
        }
    }

    /// What the document says to a request, and by which statement.
    fn says(&self, witness: &Witness) -> String {
        witness.with_request(|request| {
            let decision = self.program.evaluate_ref(request);
            let name = plain(self.name);
            let Some(origin) = decision.by() else {
                return format!("no statement of {name} allows it");
            };
            let statement = self.document.statements.items.get(origin.statement);
            let sid = statement.and_then(|statement| statement.sid.as_deref());
            let sid = match sid {
                None | Some("") => String::new(),
                Some(sid) => format!(" `{}`", plain(sid)),
            };
            let does = match decision.verdict() {
                Verdict::Allowed => "allows it",
                Verdict::ExplicitDeny | Verdict::ImplicitDeny => "denies it",
                Verdict::Undetermined => "may deny it",
            };
            // People count from 1, as the messages of the rules do.
            format!("statement {}{sid} of {name} {does}", origin.statement + 1)
        })
    }
}

fn side(out: &mut String, what: &str, access: &Guarantee, sides: [&Side<'_>; 2]) {
    match access {
        Guarantee::Holds => {}
        Guarantee::Unknown(reason) => {
            let reason = plain(&reason.to_string()).into_owned();
            out.push_str(&format!("  {what} access: undetermined: {reason}\n"));
        }
        Guarantee::Broken(witness) => {
            let [one, other] = sides.map(|side| side.says(witness));
            out.push_str(&format!(
                "  {what} access, for example {}\n    {one}; {other}\n",
                plain(&witness.to_string())
            ));
        }
    }
}

/// Answers a line of `diff --stdin`.
fn line<'t>(line: &Line<'t>, out: &mut String) -> Result<Option<&'t str>, Failure<'t>> {
    let (mut old, mut new) = (None, None);
    let (id, _) = line.members(&["old", "new"], |lexer, name| {
        let side = diff_sets::Side::read(lexer, name)?;
        *if name == "old" { &mut old } else { &mut new } = Some(side);
        Ok(())
    })?;
    let missing = |name| line.refuse(Wrong::new(0, format!("the line has no member `{name}`")));
    let old = old.ok_or_else(|| missing("old"))?;
    let new = new.ok_or_else(|| missing("new"))?;
    diff_sets::write_compared(out, old, new);
    Ok(id)
}
