//! `diff`: what a new document allows and an old one does not, and the other way round.

use std::io;
use std::path::PathBuf;

use clap::Args;
use rekognition_iam_runtime::compare::{
    Comparison, Guarantee, Relation, Witness, compare_programs,
};
use rekognition_iam_runtime::document::Document;
use rekognition_iam_runtime::evaluate::{Program, Verdict};

use crate::input::documents::Source;
use crate::json_lines::Answer;
use crate::json_lines::{self, Failure, Line, LineArgs, Wrong};
use crate::plain::plain;
use crate::report::witness::{write_unsettled, write_witness};
use crate::terminal::{CLEAN, FOUND, print};

// No comment on the struct itself: it would become the command's description.
#[derive(Debug, Args)]
#[command(
    after_help = format!("{EXIT_CODES}"),
    after_long_help = format!("{STDIN}\n\n{EXIT_CODES}")
)]
pub(crate) struct DiffArgs {
    /// The policy document as it was; - is standard input
    #[arg(required_unless_present = "stdin")]
    old: Option<PathBuf>,
    /// The policy document as it is to be
    #[arg(required_unless_present = "stdin")]
    new: Option<PathBuf>,
    /// How to answer
    #[arg(long, value_enum, default_value_t = Answer::Human)]
    format: Answer,
    /// Answer one JSON object a line of standard input
    #[arg(long, conflicts_with_all = ["old", "new"])]
    stdin: bool,
    #[command(flatten)]
    lines: LineArgs,
}

const EXIT_CODES: &str = "\
Exit codes: 0 no new access, 1 new access or it cannot be told, 2 input that cannot be used.
With --stdin: 0, or 2 when some line could not be used (0 with --keep-going).";

const STDIN: &str = r#"With --stdin, a line is
  {"old":{..},"new":{..}}
and its answer, which is that of --format json too,
  {"relation":"equivalent|narrower|wider|incomparable|unknown","new_access":..,"lost_access":..}
`narrower` says that the new document allows less. An access is null when there is none, else a
request that shows it, {"action","resource","principal","context"}, or {"unknown":"why","cause",
"key","document","statement"}, where document 0 is the old one. "assumes":[..] lists what AWS does not
document and the request relies on. "only_impossible":true marks documents that differ only on requests
that cannot exist. A line may have an "id", any JSON, which its answer repeats. A line that cannot be used is
answered with {"error":".."}, and the next one is read.

Both documents are taken alone, over every request that could exist."#;

pub(crate) fn run(arguments: &DiffArgs) -> io::Result<u8> {
    if arguments.stdin {
        return json_lines::answer(arguments.lines, line);
    }
    let (Some(old), Some(new)) = (&arguments.old, &arguments.new) else {
        return Err(io::Error::other("two documents are needed"));
    };
    if old.as_os_str() == "-" && new.as_os_str() == "-" {
        return Err(io::Error::other("standard input can be read once only"));
    }
    let (old, new) = (open(old)?, open(new)?);
    let old_document = old.document().map_err(io::Error::other)?;
    let new_document = new.document().map_err(io::Error::other)?;
    let old_program = Program::compile(&old_document);
    let new_program = Program::compile(&new_document);
    let comparison = compare_programs(&old_program, &new_program);
    let mut out = String::new();
    match arguments.format {
        Answer::Json => {
            write(&mut out, &comparison);
            out.push('\n');
        }
        Answer::Human => {
            let relation = comparison.relation();
            out.push_str(&format!(
                "{}: {} {} {}\n",
                relation.name(),
                plain(&new.name),
                match relation {
                    Relation::Equivalent if comparison.only_impossible => {
                        "differs only on requests that cannot exist from"
                    }
                    Relation::Equivalent => "allows the same as",
                    Relation::Narrower => "allows less than",
                    Relation::Wider => "allows more than",
                    Relation::Incomparable => "allows some that is new and lacks some of",
                    Relation::Unknown => "is not in all settled against",
                },
                plain(&old.name)
            ));
            let new_side = Side::of(&new, &new_document, &new_program);
            let old_side = Side::of(&old, &old_document, &old_program);
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
        }
    }
    print(out.as_bytes())?;
    Ok(if comparison.new_access.holds() {
        CLEAN
    } else {
        FOUND
    })
}

fn open(path: &std::path::Path) -> io::Result<Source> {
    Source::open(path).map_err(io::Error::other)
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
            out.push_str(&format!("  {what} access: not settled: {reason}\n"));
        }
        Guarantee::Broken(witness) => {
            let [allows, lacks] = sides.map(|side| side.says(witness));
            out.push_str(&format!(
                "  {what} access, for example {}\n    {allows}; {lacks}\n",
                plain(&witness.to_string())
            ));
        }
    }
}

/// Answers a line of `diff --stdin`.
fn line<'t>(line: &Line<'t>, out: &mut String) -> Result<Option<&'t str>, Failure<'t>> {
    let (mut old, mut new) = (None, None);
    let (id, _) = line.members(&["old", "new"], |lexer, name| {
        let program = Program::compile(&json_lines::document(lexer, name)?);
        *if name == "old" { &mut old } else { &mut new } = Some(program);
        Ok(())
    })?;
    let lacks = |name| line.refuse(Wrong::new(0, format!("the line has no member `{name}`")));
    let old = old.ok_or_else(|| lacks("old"))?;
    let new = new.ok_or_else(|| lacks("new"))?;
    write_members(out, &compare_programs(&old, &new));
    Ok(id)
}

fn write(out: &mut String, comparison: &Comparison) {
    out.push('{');
    write_members(out, comparison);
    out.push('}');
}

fn write_members(out: &mut String, comparison: &Comparison) {
    out.push_str("\"relation\":\"");
    out.push_str(comparison.relation().name());
    out.push_str("\",\"new_access\":");
    write_access(out, &comparison.new_access);
    out.push_str(",\"lost_access\":");
    write_access(out, &comparison.lost_access);
    if comparison.only_impossible {
        out.push_str(",\"only_impossible\":true");
    }
}

fn write_access(out: &mut String, access: &Guarantee) {
    match access {
        Guarantee::Holds => out.push_str("null"),
        Guarantee::Unknown(reason) => write_unsettled(out, reason),
        Guarantee::Broken(witness) => write_witness(out, witness),
    }
}
