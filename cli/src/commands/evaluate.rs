//! `evaluate`: what IAM would answer to a request, by all documents that are given for it.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ffi::OsString;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use clap::Args;
use rekognition_iam_runtime::document::{Document, PolicyKind};
use rekognition_iam_runtime::evaluate::{
    ActionName, Attached, Cause, Decision, Entry, Key, Origin, Program, Reason, Request, Values,
    evaluate,
};
use rekognition_iam_runtime::json::{Kind, Lexer};

use crate::input::documents::{self, Source};
use crate::json_lines::Answer;
use crate::json_lines::{self, Failure, Line, LineArgs, Wrong};
use crate::json_text::{write_number, write_optional, write_string};
use crate::plain::{plain, plain_lines};
use crate::terminal::{CLEAN, FOUND, complain, print};

// No comment on the struct itself: it would become the command's description.
#[derive(Debug, Args)]
#[command(
    after_help = format!("{EXIT_CODES}\nSee --help for the kinds of policies and for --stdin."),
    after_long_help = format!("{}\n\n{STDIN}\n\n{EXIT_CODES}", documents::kinds())
)]
pub(crate) struct EvaluateArgs {
    /// A policy document and what it is for; once for each that applies to the request. - is standard input
    #[arg(
        long = "policy",
        value_name = "[KIND=]FILE",
        required_unless_present = "stdin"
    )]
    policies: Vec<OsString>,
    /// The action: service:Name
    #[arg(long, required_unless_present = "stdin")]
    action: Option<String>,
    /// The resource, an ARN or *; given more than once, all must be allowed
    #[arg(
        long = "resource",
        value_name = "ARN",
        required_unless_present = "stdin"
    )]
    resources: Vec<String>,
    /// Who asks: the ARN of a user, role or session, an account, a service, or * for anyone
    #[arg(long, value_name = "ARN")]
    principal: Option<String>,
    /// A condition key of the request; the same key again adds a value
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_and_value)]
    context: Vec<(String, String)>,
    /// The account that owns the resource, where its ARN does not say it
    #[arg(long, value_name = "ID")]
    resource_account: Option<String>,
    /// How to answer
    #[arg(long, value_enum, default_value_t = Answer::Human)]
    format: Answer,
    /// Answer one JSON object a line of standard input
    #[arg(
        long,
        conflicts_with_all = ["policies", "action", "resources", "principal", "context", "resource_account"]
    )]
    stdin: bool,
    #[command(flatten)]
    lines: LineArgs,
}

const EXIT_CODES: &str = "\
Exit codes: 0 allowed, 1 not allowed or it cannot be told, 2 input that cannot be used.
With --stdin: 0, or 2 when some line could not be used (0 with --keep-going).";

const STDIN: &str = r#"With --stdin, a line is
  {"policies":[{"kind":"identity","document":{..}}],"request":{"principal":"..","action":"..",
   "resource":"..","context":{"aws:SourceVpc":["vpc-1"]}}}
and its answer
  {"decision":"allowed|explicit_deny|implicit_deny|unknown","by":..,"reason":".."}
`by` is {"policy","kind","statement","sid"} with numbers from 0, or null when it is the lack of a
statement that decides. `unknown` comes with "unknown":[{"policy","kind","statement","sid","element",
"key","cause"}], which names what decides and is not known, and with an "error". An answer may have a
"note" on what AWS checks besides. A policy may have a "level", a request a "resource_account" and a list of
resources. Values of the context are strings, numbers, Booleans or lists of them. A line may have an
"id", any JSON, which its answer repeats. A line that cannot be used is answered with {"error":".."},
and the next one is read. Each answer is flushed before the next line is waited for."#;

/// A document of the command line.
struct Given {
    path: PathBuf,
    /// Its kind and level, where they were said.
    kind: Option<(PolicyKind, u8)>,
}

pub(crate) fn run(arguments: &EvaluateArgs) -> io::Result<u8> {
    if arguments.stdin {
        return json_lines::answer(arguments.lines, line);
    }
    one(arguments).map_err(io::Error::other)?
}

/// Answers the question of the command line.
fn one(arguments: &EvaluateArgs) -> Result<io::Result<u8>, String> {
    let action = arguments.action.as_deref().unwrap_or_default();
    documents::action(action, false)?;
    if let Some(note) = documents::unlisted(action) {
        complain(&note);
    }
    let given = (arguments.policies.iter())
        .map(Given::read)
        .collect::<Result<Vec<_>, _>>()?;
    if given
        .iter()
        .filter(|given| given.path == Path::new("-"))
        .count()
        > 1
    {
        return Err("standard input can be read once only".to_string());
    }
    let sources = (given.iter())
        .map(|given| Source::open(&given.path))
        .collect::<Result<Vec<_>, _>>()?;
    let documents = (sources.iter())
        .map(Source::document)
        .collect::<Result<Vec<_>, _>>()?;
    let attached: Vec<Attached<'_>> = (documents.iter().zip(&given))
        .map(|(document, given)| attach(document, given.kind))
        .collect();

    let question = question(arguments, action);
    Ok(question.ask(&attached, |decision, several| {
        let mut out = String::new();
        match arguments.format {
            Answer::Human => {
                explain(&mut out, &decision);
                if let Some(note) = decision.note() {
                    out.push_str(&format!("  note: {note}; see {}\n", note.page()));
                }
                // The explanation counts documents; this says which they are.
                if let [_, _, ..] = sources.as_slice() {
                    for (number, (source, attached)) in (1..).zip(sources.iter().zip(&attached)) {
                        let kind = attached.kind().name();
                        let name = plain(&source.name);
                        out.push_str(&format!("  policy {number}: {name}, {kind}\n"));
                    }
                }
            }
            Answer::Json => {
                out.push('{');
                verdict(&mut out, &decision, &attached, &documents, several);
                out.push_str(",\"resource\":");
                write_string(&mut out, decision.resource());
                out.push_str(",\"statements\":[");
                statements(&mut out, &decision, &attached);
                out.push_str("],\"policies\":[");
                for (number, (source, attached)) in sources.iter().zip(&attached).enumerate() {
                    out.push_str(if number == 0 {
                        "{\"kind\":"
                    } else {
                        ",{\"kind\":"
                    });
                    write_string(&mut out, attached.kind().name());
                    out.push_str(",\"file\":");
                    write_string(&mut out, &source.name);
                    out.push('}');
                }
                out.push_str("]}\n");
            }
        }
        print(out.as_bytes())?;
        Ok(if decision.is_allowed() { CLEAN } else { FOUND })
    }))
}

/// The explanation line by line, so that a text of a policy with a line end in it makes no line of its own.
fn explain(out: &mut String, decision: &Decision<'_>) {
    let explanation = decision.explain();
    let whole = explanation.to_string();
    let statements: Vec<String> = (explanation.statements())
        .map(|statement| format!("  {statement}\n"))
        .collect();
    let Some(head) = whole.strip_suffix(&statements.concat()) else {
        // It is put together in some other way: its line ends are not told apart.
        return out.push_str(&plain_lines(&whole));
    };
    for line in std::iter::once(head).chain(statements.iter().map(String::as_str)) {
        out.push_str(&plain(line.strip_suffix('\n').unwrap_or(line)));
        out.push('\n');
    }
}

/// The request of the command line.
fn question<'a>(arguments: &'a EvaluateArgs, action: &'a str) -> Question<'a> {
    let mut question = Question {
        action: Cow::Borrowed(action),
        ..Question::default()
    };
    question.principal = arguments.principal.as_deref().map(Cow::Borrowed);
    question.account = arguments.resource_account.as_deref().map(Cow::Borrowed);
    question.resources = arguments
        .resources
        .iter()
        .map(|text| text.as_str().into())
        .collect();
    let mut keys: Vec<&str> = Vec::new();
    for (key, _) in &arguments.context {
        if keys.iter().any(|known| known.eq_ignore_ascii_case(key)) {
            continue;
        }
        keys.push(key);
        let start = question.values.len();
        let values = arguments
            .context
            .iter()
            .filter(|(other, _)| other.eq_ignore_ascii_case(key));
        question
            .values
            .extend(values.map(|(_, value)| Cow::Borrowed(value.as_str())));
        question
            .context
            .push((key.into(), start..question.values.len()));
    }
    question
}

impl Given {
    /// `[KIND=]FILE`.
    fn read(argument: &OsString) -> Result<Self, String> {
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

fn key_and_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_string(), value.to_string())),
        _ => Err("a condition key and its value are written KEY=VALUE".to_string()),
    }
}

fn attach(document: &Document<'_>, kind: Option<(PolicyKind, u8)>) -> Attached<'static> {
    let (kind, level) = kind.unwrap_or_else(|| (PolicyKind::detect(document), 0));
    Attached::new(kind, Program::compile(document)).level(level)
}

/// A request in parts.
#[derive(Debug, Default)]
struct Question<'t> {
    action: Cow<'t, str>,
    resources: Vec<Cow<'t, str>>,
    principal: Option<Cow<'t, str>>,
    account: Option<Cow<'t, str>>,
    /// Condition keys with where their values stand in `values`.
    context: Vec<(Cow<'t, str>, Range<usize>)>,
    values: Vec<Cow<'t, str>>,
}

impl Question<'_> {
    /// Decides, and hands out the decision with whether the request is for several resources.
    fn ask<T>(&self, attached: &[Attached<'_>], read: impl FnOnce(Decision<'_>, bool) -> T) -> T {
        let values: Vec<&str> = self.values.iter().map(Cow::as_ref).collect();
        let entries = self.context.iter().map(|(key, range)| {
            let values = values.get(range.clone()).unwrap_or_default();
            Entry::new(Key::named(key), Values::Many(values))
        });
        let mut resources = self.resources.iter();
        let first = resources.next().map_or("*", Cow::as_ref);
        let mut request =
            Request::new(ActionName::from(self.action.as_ref()), first).with_all(entries);
        for more in resources {
            request = request.and_on(more);
        }
        if let Some(principal) = &self.principal {
            request = request.principal(principal);
        }
        if let Some(account) = &self.account {
            request = request.resource_account(account);
        }
        read(evaluate(attached, &request), self.resources.len() > 1)
    }
}

/// Answers a line of `evaluate --stdin`.
fn line<'t>(line: &Line<'t>, out: &mut String) -> Result<Option<&'t str>, Failure<'t>> {
    let mut documents = Vec::new();
    let mut attached = Vec::new();
    let mut question = Question::default();
    const NAMES: [&str; 2] = ["policies", "request"];
    let (id, seen) = line.members(&NAMES, |lexer, name| match name {
        "policies" => json_lines::items(lexer, "`policies`", |lexer, number| {
            let (document, kind) = policy(lexer, number)?;
            attached.push(attach(&document, kind));
            documents.push(document);
            Ok(())
        }),
        _ => {
            question = request(lexer)?;
            Ok(())
        }
    })?;
    require(seen, 0, "the line", &NAMES).map_err(|wrong| line.refuse(wrong))?;
    question.ask(&attached, |decision, several| {
        verdict(out, &decision, &attached, &documents, several);
    });
    Ok(id)
}

/// The first of the names, if any, that was not there.
fn require(seen: u32, at: usize, what: &str, names: &[&str]) -> Result<(), Wrong> {
    match (0..).zip(names).find(|(bit, _)| seen & (1 << bit) == 0) {
        None => Ok(()),
        Some((_, name)) => Err(Wrong::new(at, format!("{what} has no member `{name}`"))),
    }
}

type Kinded<'t> = (Document<'t>, Option<(PolicyKind, u8)>);

fn policy<'t>(lexer: &mut Lexer<'t>, number: usize) -> Result<Kinded<'t>, Wrong> {
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
        return Err(Wrong::new(
            start,
            format!("{} has no member `document`", what("")),
        ));
    };
    if let Some((level, at)) = level {
        match &mut kind {
            Some((PolicyKind::ServiceControl, known)) => *known = level,
            _ => {
                return Err(Wrong::new(
                    at,
                    format!(
                        "{}: only service control policies have levels",
                        what(".level")
                    ),
                ));
            }
        }
    }
    Ok((document, kind))
}

fn request<'t>(lexer: &mut Lexer<'t>) -> Result<Question<'t>, Wrong> {
    lexer.skip_space();
    let start = lexer.offset();
    let mut question = Question::default();
    let seen = json_lines::members(
        lexer,
        "`request`",
        &[
            "action",
            "resource",
            "principal",
            "context",
            "resource_account",
        ],
        |lexer, name| {
            lexer.skip_space();
            let at = lexer.offset();
            match name {
                "action" => {
                    question.action = json_lines::text(lexer, "`request.action`")?;
                    documents::action(&question.action, false)
                        .map_err(|error| Wrong::new(at, error))?;
                }
                "resource" if lexer.kind()? == Kind::List => {
                    json_lines::items(lexer, "`request.resource`", |lexer, number| {
                        let what = format!("request.resource[{number}]");
                        question.resources.push(json_lines::text(lexer, &what)?);
                        Ok(())
                    })?;
                    if question.resources.is_empty() {
                        return Err(Wrong::new(at, "`request.resource` is an empty list"));
                    }
                }
                "resource" => question
                    .resources
                    .push(json_lines::text(lexer, "`request.resource`")?),
                "principal" => {
                    question.principal = json_lines::optional(lexer, "`request.principal`")?;
                }
                "resource_account" => {
                    question.account = json_lines::optional(lexer, "`request.resource_account`")?;
                }
                _ => context(lexer, &mut question)?,
            }
            Ok(())
        },
    )?;
    require(seen, start, "`request`", &["action", "resource"])?;
    Ok(question)
}

fn context<'t>(lexer: &mut Lexer<'t>, question: &mut Question<'t>) -> Result<(), Wrong> {
    if json_lines::is_null(lexer)? {
        return Ok(());
    }
    if lexer.kind()? != Kind::Object {
        // The same words as for every other member.
        json_lines::members(lexer, "`request.context`", &[], |_, _| Ok(()))?;
        return Ok(());
    }
    lexer.open(b'{')?;
    if lexer.closes(b'}') {
        return Ok(());
    }
    // Keys are the same whatever their case. A few are compared one by one, many by a set.
    const FEW: usize = 16;
    let mut many: HashSet<String> = HashSet::new();
    loop {
        let (key, span) = lexer.name()?;
        let known = if question.context.len() < FEW {
            question
                .context
                .iter()
                .any(|(known, _)| known.eq_ignore_ascii_case(&key))
        } else {
            if many.is_empty() {
                many = question
                    .context
                    .iter()
                    .map(|(key, _)| key.to_ascii_lowercase())
                    .collect();
            }
            !many.insert(key.to_ascii_lowercase())
        };
        if known {
            return Err(Wrong::new(
                span.start,
                format!("`request.context` has `{}` twice", crate::plain::cut(&key)),
            ));
        }
        let start = question.values.len();
        if lexer.kind()? == Kind::List {
            json_lines::items(lexer, "the list", |lexer, _| {
                question.values.push(value(lexer, &key)?);
                Ok(())
            })?;
        } else {
            question.values.push(value(lexer, &key)?);
        }
        question.context.push((key, start..question.values.len()));
        if !lexer.more(b'}')? {
            return Ok(());
        }
    }
}

/// A value of a condition key, as IAM compares it.
fn value<'t>(lexer: &mut Lexer<'t>, key: &str) -> Result<Cow<'t, str>, Wrong> {
    Ok(match lexer.kind()? {
        Kind::String => lexer.string()?.0,
        Kind::Number => Cow::Borrowed(lexer.number()?.0),
        Kind::Bool => Cow::Borrowed(match lexer.word()?.0 {
            Some(true) => "true",
            _ => "false",
        }),
        kind => {
            return Err(Wrong::new(
                lexer.offset(),
                format!(
                    "request.context[\"{}\"] holds {}, and takes a string, a number, a Boolean or a list of them",
                    crate::plain::cut(key),
                    kind.words()
                ),
            ));
        }
    })
}

/// `"decision":..,"by":..,"reason":..`
fn verdict(
    out: &mut String,
    decision: &Decision<'_>,
    attached: &[Attached<'_>],
    documents: &[Document<'_>],
    several: bool,
) {
    let kind = |origin: Origin| {
        (attached.get(origin.document)).map_or("", |attached| attached.kind().name())
    };
    let sid = |origin: Origin| {
        (documents.get(origin.document))
            .and_then(|document| document.statements.items.get(origin.statement))
            .and_then(|statement| statement.sid.as_deref())
            .filter(|sid| !sid.is_empty())
    };
    out.push_str("\"decision\":\"");
    out.push_str(decision.verdict().name());
    out.push_str("\",\"by\":");
    match decision.by() {
        None => out.push_str("null"),
        Some(origin) => {
            out.push('{');
            place(out, origin, kind(origin), sid(origin));
            out.push('}');
        }
    }
    out.push_str(",\"reason\":");
    let mut reason = String::new();
    if let Some(origin) = decision.by() {
        // A sentence counts from 1, as the messages of the rules do; the fields beside it from 0.
        reason.push_str("statement ");
        write_number(&mut reason, origin.statement + 1);
        if let Some(sid) = sid(origin) {
            reason.push_str(" `");
            reason.push_str(sid);
            reason.push('`');
        }
        reason.push_str(" of ");
        reason.push_str(kind(origin));
        reason.push_str(" policy ");
        write_number(&mut reason, origin.document + 1);
    }
    match decision.reason() {
        Reason::Denied => reason.push_str(" denies it"),
        Reason::Granted | Reason::GrantedByResource { .. } => reason.push_str(" allows it"),
        Reason::Root => reason.push_str("the account's root user needs no statement"),
        Reason::NothingAllows => reason.push_str("no statement allows it"),
        Reason::IdentityDoesNotAllow => {
            reason.push_str("no identity policy allows it, and the resource is of another account");
        }
        Reason::ResourceDoesNotAllow => {
            reason.push_str("no policy of the resource allows it, and one has to");
        }
        Reason::BoundaryDoesNotAllow => {
            reason.push_str("the permissions boundary does not allow it");
        }
        Reason::SessionDoesNotAllow => reason.push_str("the session policies do not allow it"),
        Reason::EndpointDoesNotAllow => {
            reason.push_str("the policy of the VPC endpoint does not allow it");
        }
        Reason::ServiceControlDoesNotAllow { level } => {
            reason.push_str("no service control policy of level ");
            write_number(&mut reason, usize::from(level));
            reason.push_str(" allows it");
        }
        Reason::NeedsNoPermission => reason.push_str("the operation needs no permission"),
        Reason::Undetermined(cause) => {
            reason.push_str(" may or may not apply: ");
            reason.push_str(&cause.to_string());
            reason.push_str("; ");
            reason.push_str(cause.help());
        }
        // Reasons of a later runtime: what they come to is known.
        _ => reason.push_str(if decision.is_allowed() {
            "it is allowed"
        } else {
            "it is not allowed"
        }),
    }
    if several {
        reason.push_str(", on ");
        reason.push_str(decision.resource());
    }
    write_string(out, &reason);
    if let Some(open) = decision.undetermined() {
        let origin = open.origin();
        out.push_str(",\"unknown\":[{");
        place(out, origin, kind(origin), sid(origin));
        out.push_str(",\"element\":");
        write_string(out, open.element());
        out.push_str(",\"key\":");
        write_optional(out, open.key());
        out.push_str(",\"cause\":");
        write_string(out, open.cause().name());
        out.push_str("}]");
        // Whoever looks for an answer and finds none finds out why, unless the request itself says that it does not know.
        if open.cause() != Cause::Unknown {
            out.push_str(",\"error\":");
            write_string(out, &format!("cannot be determined: {open}"));
        }
    }
    if let Some(note) = decision.note() {
        out.push_str(",\"note\":");
        write_string(out, &format!("{note}; see {}", note.page()));
    }
}

fn place(out: &mut String, origin: Origin, kind: &str, sid: Option<&str>) {
    out.push_str("\"policy\":");
    write_number(out, origin.document);
    out.push_str(",\"kind\":\"");
    out.push_str(kind);
    out.push_str("\",\"statement\":");
    write_number(out, origin.statement);
    out.push_str(",\"sid\":");
    write_optional(out, sid);
}

/// The explanation, statement by statement.
fn statements(out: &mut String, decision: &Decision<'_>, attached: &[Attached<'_>]) {
    for (number, statement) in decision.explain().statements().enumerate() {
        let origin = statement.origin();
        let kind = attached
            .get(origin.document)
            .map_or("", |attached| attached.kind().name());
        out.push_str(if number == 0 { "{" } else { ",{" });
        place(out, origin, kind, statement.sid());
        out.push_str(",\"effect\":\"");
        out.push_str(&statement.effect().to_string());
        out.push_str("\",\"failed\":");
        write_optional(out, statement.failed().map(|failed| failed.name()));
        out.push_str(",\"text\":");
        write_string(out, &statement.to_string());
        out.push('}');
    }
}
