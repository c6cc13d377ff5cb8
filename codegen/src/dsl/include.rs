//! `include_policy!`: a policy that stays in its JSON file, checked like one that is written in the language.
//!
//! The only part of the macros that reads a file. The text comes from a function of the caller, so that this runs in a
//! plain test; the expansion names the file to the compiler, which builds again when it changes.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use rekognition_iam_runtime::check::{self, Dialect, Subject};
use rekognition_iam_runtime::document::{
    ConditionBlock, Document, Element, List, PolicyKind, PrincipalSet, Principals, Statement, Text,
    Value,
};
use rekognition_iam_runtime::json;

use super::errors::Errors;
use super::expand::{call, excepted, messages, program, refused};
use super::judge::listed_anyway;
use super::lower::{self, Accepted, Unlisted};
use super::syntax::{Expr, Primary};
use super::{Diagnostic, Evaluated, Exception, parse};

/// The types of policies: what is before the path to say which kind the file holds.
fn types() -> impl Iterator<Item = (&'static str, PolicyKind)> {
    (PolicyKind::ALL.into_iter())
        .filter_map(|kind| kind.language().map(|language| (language.type_name, kind)))
}

/// A policy from a file.
#[derive(Debug)]
#[non_exhaustive]
pub struct Included {
    /// What the policy is for.
    pub kind: PolicyKind,
    /// The path as it is written, when there is one.
    pub path: Option<String>,
    /// The document; none when the file was not read completely, which is [`denied`](Diagnostic::denied). Rules may deny a
    /// document that was read.
    pub document: Option<Document<'static>>,
    /// The document without white space; empty when something was [`denied`](Diagnostic::denied).
    pub json: String,
    /// What evaluation needs of it.
    pub(crate) program: String,
    /// Everything that is wrong; what is wrong in the file begins with its path, line and column.
    pub diagnostics: Vec<Diagnostic>,
    /// What the author vouched for.
    pub exceptions: Vec<Exception>,
    /// Whether the file was read.
    was_read: bool,
}

/// Reads the input of `include_policy!` and the file that it names: what build.rs does with it.
///
/// `read` gives the text of a path that begins at the directory of `Cargo.toml`, or says in lower case why there is none.
pub fn evaluate(input: TokenStream, read: impl Fn(&str) -> Result<String, String>) -> Included {
    let mut errors = Errors::default();
    let tree = parse::parse(input, &mut errors);
    let mut included = Included {
        kind: PolicyKind::default(),
        path: None,
        document: None,
        json: String::new(),
        program: String::new(),
        diagnostics: Vec::new(),
        exceptions: Vec::new(),
        was_read: false,
    };
    let mut items = tree.items.as_slice();
    if let Some((first, rest)) = items.split_first()
        && let Primary::Path(path) = &first.primary
    {
        items = rest;
        let name = path
            .segments
            .last()
            .map(ToString::to_string)
            .unwrap_or_default();
        match types().find(|(known, _)| *known == name) {
            Some((_, kind)) => included.kind = kind,
            None => {
                let names: Vec<String> = types().map(|(name, _)| format!("`{name}`")).collect();
                let names = names.join(", ");
                errors
                    .push(path.span(), format!("`{name}` is not a policy type"))
                    .help(format!("the types are {names}"));
            }
        }
    }
    let path = items.split_first().and_then(|(first, rest)| {
        let (text, literal) = lower::plain_string(first)?;
        items = rest;
        Some((text, literal.span()))
    });
    let (unlisted, accepted) = lower::vouched(included.kind, items, &mut errors);
    match path {
        None => {
            let span = items.first().map_or_else(Span::call_site, Expr::span);
            errors
                .push(span, "expected the path of a policy file")
                .help("write, for example, `include_policy!(\"policies/indexer.json\")` or `include_policy!(TrustPolicy, \"policies/role.json\")`");
        }
        // Such a path is another one on another machine.
        Some((path, span)) if path.starts_with(['/', '\\']) || path.contains(':') => {
            errors
                .push(span, format!("`{path}` is an absolute path"))
                .help("write a path relative to the directory of Cargo.toml");
        }
        Some((path, span)) => {
            match read(&path) {
                Ok(text) => {
                    included.was_read = true;
                    check_text(
                        &mut included,
                        &path,
                        span,
                        &text,
                        (&unlisted, &accepted),
                        &mut errors,
                    );
                }
                Err(reason) => {
                    errors
                        .push(span, format!("{path}: {reason}"))
                        .help("write a path relative to the directory of Cargo.toml");
                }
            }
            included.path = Some(path);
        }
    }
    included.diagnostics = errors.into_list();
    if included
        .diagnostics
        .iter()
        .any(|diagnostic| diagnostic.denied)
    {
        included.json.clear();
        included.program.clear();
    }
    included
}

fn check_text(
    included: &mut Included,
    path: &str,
    span: Span,
    text: &str,
    (unlisted, accepted): (&[Unlisted], &[Accepted]),
    errors: &mut Errors,
) {
    let names: Vec<&str> = unlisted
        .iter()
        .map(|unlisted| unlisted.name.as_str())
        .collect();
    let options = check::Options::new(included.kind).unlisted(&names);
    let parsed = json::parse(text, &json::Limits::default());
    // What the reader could not read is not in the document, whatever its author vouches for.
    let unread = (parsed.findings.iter())
        .map(|located| located.finding.rule())
        .find(|rule| rule.denied_in_rust)
        .map(|rule| rule.id);
    let report = json::judge(text, parsed, &options);
    // Anyone who leaves the type out gets a `Policy`, and the rules for it would report everything that is right.
    let detected = PolicyKind::detect(&report.document);
    let vouched = (accepted.iter()).any(|accepted| accepted.rule.subject == Subject::WrongKind);
    if included.kind == PolicyKind::Identity
        && let Some((name, _)) = types().find(|(_, kind)| *kind == detected)
        && detected != PolicyKind::Identity
        && !vouched
    {
        errors
            .push(
                span,
                format!("{path} has principals, which are not allowed in a `Policy`"),
            )
            .help(format!(
                "if it is a `{name}`, write `include_policy!({name}, {path:?})`"
            ));
        included.kind = detected;
        return;
    }
    included.exceptions = (unlisted.iter())
        .map(|unlisted| Exception::Unlisted {
            name: unlisted.name.clone(),
            reason: unlisted.reason.clone(),
        })
        .collect();
    let mut used = vec![false; accepted.len()];
    for (located, (position, _)) in report.findings.iter().zip(report.positions(text)) {
        let finding = &located.finding;
        if let Some((accepted, used)) =
            (accepted.iter().zip(&mut used)).find(|(accepted, _)| accepted.rule.id == finding.id)
        {
            *used = true;
            let exception = Exception::Accepted {
                id: accepted.rule.id,
                statement: finding.place.statement(),
                reason: accepted.reason.clone(),
            };
            if !included.exceptions.contains(&exception) {
                included.exceptions.push(exception);
            }
            continue;
        }
        errors.add(Diagnostic {
            span,
            rule: Some(finding.rule()),
            denied: finding.rule().denied_in_rust,
            message: format!(
                "{path}:{}:{}: {}",
                position.line,
                position.column,
                finding.message.render(&File)
            ),
            help: finding.help.iter().map(|help| help.render(&File)).collect(),
            // The findings come in the order of the file.
            statement: 0,
        });
    }
    for (accepted, _) in accepted.iter().zip(used).filter(|(_, used)| !used) {
        errors
            .push(
                accepted.span,
                format!(
                    "unused `accept(..)`: `{}` reports nothing in {path}",
                    accepted.rule.id
                ),
            )
            .help("remove the `accept(..)`");
    }
    listed_anyway(unlisted, errors);
    if let Some(id) = unread {
        for accepted in accepted.iter().filter(|accepted| accepted.rule.id == id) {
            errors
                .push(
                    accepted.span,
                    format!("`{id}` cannot be accepted because part of {path} could not be read"),
                )
                .help("fix the file");
        }
        return;
    }
    included.json = json::to_minified(&report.document);
    included.program = program(&report.document);
    included.document = Some(owned(report.document));
}

/// The expansion of `include_policy!`; see [`expand`](super::expand) and [`evaluate`].
#[must_use]
pub fn expand(
    facade: &TokenStream,
    input: TokenStream,
    read: impl Fn(&str) -> Result<String, String>,
) -> TokenStream {
    let included = evaluate(input, read);
    let (messages, policy) = match refused(&included.diagnostics) {
        Some(refused) => refused,
        None => {
            let typed = lower::Typed::default();
            let policy = call(
                included.kind,
                &quote!(__ri::),
                &included.json,
                &included.program,
                &typed,
            );
            let policy = excepted(policy, included.exceptions);
            (messages(&included.diagnostics), policy)
        }
    };
    // The compiler's own reading of the file: by it cargo knows to build again when the file changes.
    let tracked = included.path.filter(|_| included.was_read).map(|path| {
        quote! {
            const _: &[::core::primitive::u8] = ::core::include_bytes!(
                ::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), "/", #path)
            );
        }
    });
    quote! {{
        use #facade::__private as __ri;
        #tracked
        #messages
        #policy
    }}
}

impl From<Included> for Evaluated {
    /// As if it had been written in the language.
    fn from(included: Included) -> Self {
        Self {
            document: included.document,
            diagnostics: included.diagnostics,
            exceptions: included.exceptions,
            parameters: Vec::new(),
            #[cfg(feature = "derive")]
            places: Vec::new(),
        }
    }
}

/// The document without the text that it was read from.
pub(crate) fn owned(document: Document<'_>) -> Document<'static> {
    fn text(text: Text<'_>) -> Text<'static> {
        Text::Owned(text.into_owned())
    }
    fn list<T, U>(list: List<T>, each: impl FnMut(T) -> U) -> List<U> {
        List {
            bare: list.bare,
            items: list.items.into_iter().map(each).collect(),
        }
    }
    fn element(element: Element<'_>) -> Element<'static> {
        Element {
            not: element.not,
            values: list(element.values, text),
        }
    }
    fn value(value: Value<'_>) -> Value<'static> {
        match value {
            Value::String(string) => Value::String(text(string)),
            Value::Number(digits) => Value::Number(text(digits)),
            Value::Bool(value) => Value::Bool(value),
        }
    }
    Document {
        version: document.version.map(text),
        id: document.id.map(text),
        statements: list(document.statements, |statement| Statement {
            sid: statement.sid.map(text),
            effect: statement.effect,
            principals: statement.principals.map(|principals| Principals {
                not: principals.not,
                set: match principals.set {
                    PrincipalSet::Anyone => PrincipalSet::Anyone,
                    PrincipalSet::Listed(kinds) => PrincipalSet::Listed(
                        (kinds.into_iter())
                            .map(|(kind, names)| (kind, list(names, text)))
                            .collect(),
                    ),
                },
            }),
            actions: element(statement.actions),
            resources: statement.resources.map(element),
            conditions: (statement.conditions.into_iter())
                .map(|block| ConditionBlock {
                    operator: text(block.operator),
                    keys: (block.keys.into_iter())
                        .map(|(key, values)| (text(key), list(values, value)))
                        .collect(),
                })
                .collect(),
            empty_condition: statement.empty_condition,
        }),
    }
}

/// Why a file was not read, in lower case and without the number that the system gives it.
#[must_use]
pub fn reason(error: &std::io::Error) -> String {
    if error.kind() == std::io::ErrorKind::InvalidData {
        return "the file is not valid UTF-8; re-save it as UTF-8".to_owned();
    }
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut chars = text.chars();
    (chars.next())
        .map(|first| first.to_lowercase().chain(chars).collect())
        .unwrap_or_default()
}

/// IAM's own words, because the text is JSON; the exceptions are those of the macro.
struct File;

impl rekognition_iam_runtime::__private::SealedDialect for File {}
impl Dialect for File {
    fn unlisted(&self, name: &str) -> String {
        format!("write `unlisted({name:?}, \"why it is right\")` after the path")
    }
}
