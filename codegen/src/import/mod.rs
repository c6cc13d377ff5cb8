//! IAM policies in JSON as source in the language of `policy!`.
//!
//! ```
//! use rekognition_iam_codegen::import::{self, Options};
//!
//! let text = r#"{
//!   "Version": "2012-10-17",
//!   "Statement": [{
//!     "Sid": "Images",
//!     "Effect": "Allow",
//!     "Action": ["rekognition:DetectLabels", "rekognition:DetectFaces"],
//!     "Resource": "*"
//!   }]
//! }"#;
//! let imported = import::import(text, &Options::new().file("photo-labels.json"))?;
//! assert_eq!(
//!     import::source(&[imported]),
//!     r#"use rekognition_iam::{Policy, policy, rekognition};
//!
//! /// Imported from `photo-labels.json`.
//! pub static PHOTO_LABELS: Policy = policy![
//!     allow(rekognition::DetectLabels, rekognition::DetectFaces)
//!         .on_any()
//!         .sid("Images"),
//! ];
//! "#,
//! );
//! # Ok::<(), import::Error>(())
//! ```
//!
//! # What an import keeps
//! The document that the source compiles to is equal to the one that was read, as JSON values: order of statements,
//! actions and values, lists of one, what is not a string. Only the order of the members of an object is IAM's own.
//!
//! What the rules say stands as comments above the statement. A finding that would stop the compiler is accepted, and
//! what the catalogue does not know is `unlisted`, both with the reason `imported`: look for that word to see what is left
//! to do. No action is put into a group or pattern that the document does not name, so a policy never grants more.
//!
//! # Which documents
//! Every one that is read without an error (see [`json::parse`]) and in which no name appears twice in one object: of such
//! text IAM says it is not a policy, and readers of JSON disagree on what it holds.

pub(crate) mod arn;
mod express;
pub(crate) mod layout;
mod names;
mod unsayable;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use proc_macro2::TokenStream;
use rekognition_iam_runtime::catalogue::table::Table;
use rekognition_iam_runtime::catalogue::{self, Service};
use rekognition_iam_runtime::check::{self, Finding, Severity, rules};
use rekognition_iam_runtime::document::{Document, Language, Place, PolicyKind};
use rekognition_iam_runtime::glob;
use rekognition_iam_runtime::invisible::is_invisible;
use rekognition_iam_runtime::json::{self, Position};

use self::express::{Accepted, Unlisted, Writer};
use self::layout::Expr;
pub use self::unsayable::unsayable;
use crate::dsl::{self, Rust};

/// How a document is imported.
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct Options {
    kind: Option<PolicyKind>,
    name: Option<String>,
    file: Option<String>,
    unaccepted: bool,
    reason: Option<&'static str>,
    newer: Option<Table<'static>>,
}

impl Options {
    /// The kind as [`PolicyKind::detect`] sees it, the name from a `Sid`.
    pub fn new() -> Self {
        Self::default()
    }

    /// The kind of the policy. Session policies, boundaries and the policies of AWS Organizations cannot be distinguished from
    /// others by what they say.
    pub const fn kind(mut self, kind: PolicyKind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// The name of the static, in any spelling: `face-indexer` makes `FACE_INDEXER`.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Leave every finding to the compiler: no `.accept(..)`, no `unlisted(..)`, and no comments about findings.
    ///
    /// A policy with a finding that is denied in Rust then does not compile; the compiler shows why.
    pub const fn unaccepted(mut self) -> Self {
        self.unaccepted = true;
        self
    }

    /// The reason for what the source accepts, instead of `imported`.
    pub(crate) const fn because(mut self, reason: &'static str) -> Self {
        self.reason = Some(reason);
        self
    }

    fn reason(&self) -> &'static str {
        self.reason.unwrap_or(express::REASON)
    }

    /// A catalogue that is newer than the one of this crate.
    ///
    /// The compiler checks the source against the catalogue that it has compiled in. A name that only the newer one has is
    /// `unlisted` with that as its reason; an action that AWS has withdrawn since is a [`Note`].
    pub const fn newer(mut self, table: Table<'static>) -> Self {
        self.newer = Some(table);
        self
    }

    /// The name of the file: for the documentation of the static, and for its name if no other is given.
    pub fn file(mut self, file: impl Into<String>) -> Self {
        self.file = Some(file.into());
        self
    }
}

/// A policy as source.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Imported {
    /// The name of the static.
    pub name: String,
    /// The kind of the policy.
    pub kind: PolicyKind,
    /// What the language has for the kind.
    language: Language,
    /// What is in the brackets of the macro.
    pub input: String,
    /// What the rules say about the document, in their order.
    pub notes: Vec<Note>,
    /// The features of `rekognition-iam` that the source needs: services, and `all-services` for those without a module.
    pub services: BTreeSet<&'static str>,
    uses: BTreeSet<&'static str>,
    /// Comments and documentation.
    above: Vec<String>,
    entries: Vec<(Vec<String>, Expr)>,
}

/// A finding about an imported document.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Note {
    /// The rule's id.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong and what to do, in the words of the language.
    pub message: String,
    /// Where in the JSON.
    pub position: Position,
    /// The statement, from 0; none when it is about the policy as a whole.
    pub statement: Option<usize>,
    /// Whether the source vouches for it, because it would stop the compiler.
    pub vouched: bool,
}

/// Why a document was not imported.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Error {
    /// What is wrong, in lower case.
    pub message: String,
    /// Where.
    pub position: Position,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.position, self.message)
    }
}

impl std::error::Error for Error {}

/// Turns a policy in JSON into source.
///
/// # Errors
/// When the text is not a policy document, or a name appears twice in one object.
pub fn import(text: &str, options: &Options) -> Result<Imported, Error> {
    let parsed = json::parse(text, &json::Limits::default());
    let error = |at: usize, message: String| Error {
        message,
        position: json::position(text, at),
    };
    let wrong =
        (parsed.findings.iter()).find(|located| located.finding.severity >= Severity::Error);
    if let Some(wrong) = wrong {
        let message = wrong.finding.message.render(&check::Iam);
        return Err(error(wrong.span.start, message));
    }
    let document = parsed.document;
    let kind = (options.kind).unwrap_or_else(|| PolicyKind::detect(&document));
    // What the language has no kind for is written as the policy of a resource.
    let (kind, language) = ([kind, PolicyKind::Resource].into_iter())
        .find_map(|kind| Some((kind, kind.language()?)))
        .ok_or_else(|| error(0, format!("{} cannot be written in Rust", kind.in_words())))?;

    let index = parsed.places.index();
    let at = |place: Place| index.nearest(place).start;
    let first = findings(&document, kind, &BTreeSet::new());
    if let Some(twice) = first.iter().find(|found| found.id == TWICE) {
        return Err(error(at(twice.place), twice.message.render(&check::Iam)));
    }
    let unlisted: Unlisted = (first.iter())
        .filter(|found| is_denied(found))
        .filter_map(|found| unknown_name(&document, found))
        .map(|name| (name.to_owned(), reason(name, options)))
        .collect();
    let names: BTreeSet<String> = unlisted.keys().cloned().collect();
    let accepted: Accepted = findings(&document, kind, &names)
        .iter()
        .filter(|found| is_denied(found))
        .map(|found| (found.place.statement(), found.id))
        .collect();

    let written = |unlisted: &Unlisted, accepted: &Accepted, careful: bool| {
        let mut writer = Writer {
            kind,
            unlisted,
            accepted,
            reason: options.reason(),
            careful,
            used: express::Used::default(),
        };
        let entries = writer.document(&document);
        let mut input = String::new();
        for (number, (_, entry)) in entries.iter().enumerate() {
            if number > 0 {
                input.push_str(", ");
            }
            entry.flat(&mut input);
        }
        (writer.used.modules, entries, input)
    };
    let (mut uses, mut entries, mut input) = written(&unlisted, &accepted, false);
    let mut same = says_the_same(&document, kind, &input);
    let careful = same.is_err();
    if careful {
        (uses, entries, input) = written(&unlisted, &accepted, careful);
        same = says_the_same(&document, kind, &input);
    }
    same.map_err(|message| error(at(Place::Document), message))?;
    // The same statements, of which the compiler then reports what is not accepted.
    if options.unaccepted {
        (uses, entries, input) = written(&Unlisted::new(), &Accepted::new(), careful);
    }

    // What the newer catalogue has needs no comment: its reason says everything.
    let is_newer = |found: &&Finding| {
        let reason = unknown_name(&document, found).and_then(|name| unlisted.get(name));
        reason.is_some_and(|reason| reason != options.reason())
    };
    let mut notes: Vec<Note> = (first.iter())
        .filter(|found| !is_newer(found))
        .map(|found| Note {
            id: found.id,
            severity: found.severity,
            message: message(found),
            position: json::position(text, at(found.place)),
            statement: found.place.statement(),
            vouched: is_denied(found) && !options.unaccepted,
        })
        .collect();
    let gone = options.newer.map(|newer| withdrawn(&document, newer));
    notes.extend(gone.into_iter().flatten().map(|(place, message)| Note {
        id: rules::INVALID_ACTION.id,
        severity: Severity::Warning,
        message,
        position: json::position(text, at(place)),
        statement: place.statement(),
        vouched: false,
    }));
    let shown: &[Note] = if options.unaccepted { &[] } else { &notes };
    let mut above = comments(shown, None, layout::LINE);
    above.extend(options.file.as_ref().map(|file| {
        let file = file.rsplit(['/', '\\']).next().unwrap_or(file);
        format!("/// Imported from `{}`.", plain(file))
    }));
    let entries = (entries.into_iter())
        .map(|(statement, expr)| {
            let comments = statement
                .map(|number| comments(shown, Some(number), layout::LINE - layout::TAB))
                .unwrap_or_default();
            (comments, expr)
        })
        .collect();
    uses.extend([language.macro_name, language.type_name]);
    Ok(Imported {
        name: names::of_policy(options.name.as_deref(), options.file.as_deref(), &document),
        kind,
        language,
        input,
        notes,
        services: services(&document),
        uses,
        above,
        entries,
    })
}

impl Imported {
    /// The static, without imports.
    #[must_use]
    pub fn item(&self) -> String {
        self.item_named(&self.name)
    }

    fn item_named(&self, name: &str) -> String {
        let Language {
            macro_name,
            type_name,
            ..
        } = self.language;
        let mut out = String::new();
        for line in &self.above {
            out.push_str(line);
            out.push('\n');
        }
        let head = format!("pub static {name}: {type_name} =");
        out.push_str(&layout::item(
            &head,
            &format!("{macro_name}!"),
            &self.entries,
        ));
        out.push('\n');
        out
    }
}

/// The source of a module with these policies and the imports that they need. Policies of one name are numbered.
#[must_use]
pub fn source(policies: &[Imported]) -> String {
    let uses: BTreeSet<&str> = (policies.iter())
        .flat_map(|policy| policy.uses.iter().copied())
        .collect();
    let mut out = layout::imports("rekognition_iam", &uses);
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    let all: BTreeSet<&str> = policies.iter().map(|policy| policy.name.as_str()).collect();
    for policy in policies {
        let count = names.entry(&policy.name).or_default();
        let name = loop {
            *count += 1;
            match *count {
                1 => break policy.name.clone(),
                count => {
                    let name = format!("{}_{count}", policy.name);
                    if !all.contains(name.as_str()) {
                        break name;
                    }
                }
            }
        };
        out.push('\n');
        out.push_str(&policy.item_named(&name));
    }
    out
}

/// Why a name is `unlisted`.
fn reason(name: &str, options: &Options) -> String {
    let has = |table: &Table<'static>| {
        let (prefix, action) = name.split_once(':')?;
        let service = table.service(&prefix.to_ascii_lowercase())?;
        let known = service.action(action).is_some() || service.key(name).is_some();
        known.then_some(())
    };
    match options.newer.is_some_and(|table| has(&table).is_some()) {
        true => format!("added by AWS after {}", catalogue::AS_OF),
        false => options.reason().to_owned(),
    }
}

/// The actions that the newer catalogue does not have any more, with their places.
fn withdrawn(document: &Document<'_>, newer: Table<'static>) -> Vec<(Place, String)> {
    let mut gone = Vec::new();
    for (s, statement) in document.statements.items.iter().enumerate() {
        for (a, action) in statement.actions.values.items.iter().enumerate() {
            let Some((prefix, name)) = action.split_once(':') else {
                continue;
            };
            let known = (catalogue::service(&prefix.to_ascii_lowercase()))
                .and_then(|service| Some((service.prefix, service.action_ignore_case(name)?.name)));
            if let Some((prefix, name)) = known
                && (newer.service(prefix))
                    .and_then(|service| service.action(name))
                    .is_none()
            {
                gone.push((
                    Place::Action(s, a),
                    format!(
                        "`{prefix}` has no action `{name}` in the newer catalogue; AWS has withdrawn it since {}",
                        catalogue::AS_OF
                    ),
                ));
            }
        }
    }
    gone
}

/// A name appears twice in one object.
const TWICE: &str = rules::REKOGNITION_IAM_DUPLICATE_KEY.id;

/// What the language writes for an action that it has reported: no rule is about it.
const REPORTED: &str = "\u{0}";

fn findings(
    document: &Document<'_>,
    kind: PolicyKind,
    unlisted: &BTreeSet<String>,
) -> Vec<Finding> {
    let mut unlisted: Vec<&str> = unlisted.iter().map(String::as_str).collect();
    unlisted.push(REPORTED);
    check::check(document, &check::Options::new(kind).unlisted(&unlisted))
}

fn is_denied(finding: &Finding) -> bool {
    finding.rule().denied_in_rust
}

/// The action or condition key that the finding is about, when the catalogue does not know it and the language takes
/// `unlisted(..)` for it.
fn unknown_name<'d>(document: &'d Document<'_>, finding: &Finding) -> Option<&'d str> {
    let statement = (document.statements.items).get(finding.place.statement()?)?;
    match finding.place {
        Place::Action(_, number) => {
            let action = statement.actions.values.items.get(number)?;
            let (prefix, name) = action.split_once(':')?;
            let known = services_like(prefix).any(|service| {
                (service.actions.iter()).any(|action| glob::matches(name, action.name, true))
            });
            // The language would find a key of this name, and take it for known.
            let known = known || is_key(action);
            (!known && !prefix.is_empty() && !name.is_empty()).then_some(action)
        }
        Place::Key(_, block, number) => {
            let (key, _) = statement.conditions.get(block)?.keys.get(number)?;
            let (prefix, name) = key.split_once(':')?;
            let is_action =
                services_like(prefix).any(|service| service.action_ignore_case(name).is_some());
            let known = is_key(key) || is_action;
            (!known && !prefix.is_empty() && !name.is_empty()).then_some(key)
        }
        Place::Document
        | Place::Version
        | Place::Statement(_)
        | Place::Sid(_)
        | Place::Effect(_)
        | Place::Principals(_)
        | Place::Principal(..)
        | Place::Resource(..)
        | Place::Operator(..)
        | Place::Value(..) => None,
    }
}

/// The services with this prefix, which may be a pattern, in any letter case, as IAM compares it.
fn services_like(prefix: &str) -> impl Iterator<Item = &'static Service> {
    (catalogue::services().iter().copied())
        .filter(move |service| glob::matches(prefix, service.prefix, true))
}

/// Whether a condition key of this name exists, the name of a tag left out too.
fn is_key(name: &str) -> bool {
    const END: [char; 2] = ['/', ':'];
    let bare = name.trim_end_matches(END);
    catalogue::global_key(name).is_some()
        || (catalogue::services().iter()).any(|service| service.key(name).is_some())
        || (catalogue::services().iter())
            .flat_map(|service| service.keys)
            .chain(catalogue::global_keys())
            .filter_map(|key| key.placeholder)
            .any(|placeholder| {
                (placeholder.before.trim_end_matches(END)).eq_ignore_ascii_case(bare)
            })
}

/// Reads the source back: what it says is what was read, and nothing in it is refused.
fn says_the_same(document: &Document<'_>, kind: PolicyKind, input: &str) -> Result<(), String> {
    let tokens = TokenStream::from_str(input)
        .map_err(|error| format!("the generated source is not valid Rust: {error}"))?;
    let evaluated = dsl::evaluate(kind, tokens);
    if let Some(denied) = evaluated.diagnostics.iter().find(|found| found.denied) {
        return Err(format!(
            "the language cannot express it: {}",
            denied.message
        ));
    }
    if (evaluated.document.as_ref())
        .is_none_or(|read| json::to_minified(read) != json::to_minified(document))
    {
        return Err("the generated source describes a different policy".to_owned());
    }
    Ok(())
}

/// The services of the catalogue that the document is about.
fn services(document: &Document<'_>) -> BTreeSet<&'static str> {
    let mut prefixes: BTreeSet<String> = BTreeSet::new();
    let mut add = |text: &str| {
        prefixes.insert(text.to_ascii_lowercase());
    };
    for statement in &document.statements {
        for action in &statement.actions.values {
            add(action.split(':').next().unwrap_or_default());
        }
        for resource in (statement.resources.iter()).flat_map(|element| &element.values) {
            add(resource.split(':').nth(2).unwrap_or_default());
            if let Some((owner, _)) = arn::constructor(resource) {
                add(catalogue::prefix_of(owner).unwrap_or(owner));
            }
        }
        for (key, _) in statement.conditions.iter().flat_map(|block| &block.keys) {
            add(key.split(':').next().unwrap_or_default());
        }
    }
    // Strings of services without a module are checked with this feature, and have to be `unlisted` without.
    let is_string =
        |prefix: &String| catalogue::service(prefix).is_some_and(|service| !service.has_module);
    let strings = prefixes.iter().any(is_string).then_some("all-services");
    (catalogue::KNOWN_SERVICES.iter().copied())
        .filter(|known| *known != "rekognition" && prefixes.contains(*known))
        .chain(strings)
        .collect()
}

fn message(finding: &Finding) -> String {
    let mut text = finding.message.render(&Rust);
    for help in &finding.help {
        text.push_str("; ");
        text.push_str(&help.render(&Rust));
    }
    plain(&text)
}

/// Text for a comment: nothing in it ends the line or changes its direction.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\'' | '"' | '\\' => out.push(c),
            c if is_invisible(c) => out.extend(c.escape_default()),
            c => out.extend(c.escape_debug()),
        }
    }
    out
}

/// The notes about a statement as lines of comments, each once.
fn comments(notes: &[Note], statement: Option<usize>, width: usize) -> Vec<String> {
    let mut told = BTreeSet::new();
    let mut lines = Vec::new();
    for note in notes.iter().filter(|note| note.statement == statement) {
        if !told.insert((note.id, &note.message)) {
            continue;
        }
        let mut line = format!("// {}:", note.id);
        for word in note.message.split(' ').filter(|word| !word.is_empty()) {
            if layout::width(&line) + 1 + layout::width(word) > width {
                lines.push(std::mem::replace(&mut line, "//  ".to_owned()));
            }
            line.push(' ');
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}
