//! The reader: IAM policy documents in one pass over their JSON.
//!
//! The grammar of a policy has a fixed number of levels, so each level is a function and none calls itself: the depth of
//! the stack does not depend on the input. What the grammar does not know is stepped over with a counter. The reader
//! reports what only the text shows (see `check::rules::structure`) and goes on, so that one mistake is one finding and
//! the rules still see the rest.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::lex::{Kind, Lexer, Limits, ReadError, Span};
use super::places::{Places, write_key};
use crate::check::{Finding, Message, Rule, Severity, rules};
use crate::document::{
    ConditionBlock, Document, Effect, Element, List, Place, PrincipalKind, PrincipalSet,
    Principals, Statement, Text, Value,
};
use crate::suggest;

/// A policy document as read from JSON.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Parsed<'t> {
    /// The document: all that could be read, and complete when [`is_complete`](Self::is_complete) says so.
    pub document: Document<'t>,
    /// Where each part of the document stands in the text.
    pub places: Places,
    /// What is wrong with the text.
    pub findings: Vec<Located>,
    /// Whether the text is JSON to its end.
    pub is_json: bool,
    /// The statements, by their number from 0, of which something is missing or could not be read.
    pub(crate) damaged: Vec<usize>,
}

impl Parsed<'_> {
    /// Whether the document says all that the text says: no finding of the reader is an error.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.is_json
            && (self.findings.iter()).all(|located| located.finding.severity < Severity::Error)
    }
}

/// A finding with its place in a text.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Located {
    /// What is wrong.
    pub finding: Finding,
    /// Where.
    pub span: Span,
    /// Where in the document: `Statement[0].Action[1]`. Empty for the document itself.
    pub path: String,
    /// The change to the text that puts it right, when one answer is right.
    pub edit: Option<Edit>,
}

/// A change to a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What goes.
    pub span: Span,
    /// What comes.
    pub text: String,
}

/// Reads a policy document.
///
/// Never fails: what is wrong with the text is in the findings. To get a document or an error, take [`read`].
///
/// ```
/// use rekognition_iam_runtime::json::{Limits, parse};
///
/// let text = r#"{"Version":"2012-10-17","Statement":{"effect":"Allow","Action":"s3:GetObject","Resource":"*"}}"#;
/// let parsed = parse(text, &Limits::default());
/// assert_eq!(parsed.findings[0].finding.id, "INVALID_POLICY_ELEMENT");
/// assert_eq!(parsed.findings[0].span.of(text), "\"effect\"");
/// assert_eq!(parsed.document.statements.items[0].actions.values.items, ["s3:GetObject"]);
/// ```
#[must_use]
pub fn parse<'t>(text: &'t str, limits: &Limits) -> Parsed<'t> {
    if text.len() > limits.text {
        let mut reader = Reader::new("", limits);
        reader.stopped(ReadError {
            message: format!(
                "the text has {} bytes, and more than {} are not read",
                text.len(),
                limits.text
            ),
            help: None,
            span: Span::default(),
            limit: true,
        });
        return reader.finish(false);
    }
    let mut reader = Reader::new(text, limits);
    // A node of a policy rarely takes less than this many bytes.
    reader.places.reserve(text.len() / 24);
    match reader.document() {
        Ok(()) => reader.finish(true),
        Err(error) => {
            reader.stopped(error);
            reader.finish(false)
        }
    }
}

/// Reads a policy document that has no mistakes of structure: for whoever needs the document rather than the findings.
///
/// ```
/// use rekognition_iam_runtime::json::read;
///
/// let text = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}"#;
/// assert!(read(text)?.statements.is_bare());
/// let error = read("{\"Version\":\n 2012}").unwrap_err();
/// assert_eq!(error.to_string(), "line 2 column 2: `Version` holds a number, and takes a string");
/// # Ok::<(), rekognition_iam_runtime::json::Refused>(())
/// ```
///
/// # Errors
///
/// The first mistake, when the text is no JSON or the JSON is no policy document.
pub fn read(text: &str) -> Result<Document<'_>, Refused> {
    let mut parsed = parse(text, &Limits::default());
    let mut refused = (parsed.findings.iter())
        .position(|located| located.finding.severity >= Severity::Error)
        .map(|at| parsed.findings.swap_remove(at));
    if refused.is_none() {
        // A rule reports these too. Here they are refused, for what they mean depends on who reads them.
        if let Some((place, message)) = rules::duplicates(&parsed.document).into_iter().next() {
            refused = Some(Located {
                finding: Finding {
                    id: rules::REKOGNITION_IAM_DUPLICATE_KEY.id,
                    severity: Severity::Error,
                    place,
                    range: None,
                    message,
                    help: Vec::new(),
                    replacement: None,
                },
                span: parsed.places.span(place).unwrap_or_default(),
                path: super::path(&parsed.document, place),
                edit: None,
            });
        }
    }
    match refused {
        None => Ok(parsed.document),
        Some(located) => Err(Refused {
            position: super::position(text, located.span.start),
            located: alloc::boxed::Box::new(located),
        }),
    }
}

/// Why a text is no policy document.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Refused {
    /// What is wrong and where.
    pub located: alloc::boxed::Box<Located>,
    /// Line and column of it.
    pub position: super::Position,
}

impl core::fmt::Display for Refused {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let message = self.located.finding.message.render(&crate::check::Iam);
        write!(f, "{}: {message}", self.position)
    }
}

impl core::error::Error for Refused {}

struct Reader<'t> {
    lexer: Lexer<'t>,
    document: Document<'t>,
    places: Places,
    findings: Vec<Located>,
    damaged: Vec<usize>,
}

/// A statement of which not all was read yet.
#[derive(Default)]
struct Open<'t> {
    sid: Option<Text<'t>>,
    effect: Option<Effect>,
    principals: Option<Principals<'t>>,
    actions: Option<Element<'t>>,
    resources: Option<Element<'t>>,
    conditions: Option<Vec<ConditionBlock<'t>>>,
    /// What was there, whether or not it could be read.
    seen: u8,
}

/// The elements of a statement.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Name {
    Sid,
    Effect,
    Principal,
    NotPrincipal,
    Action,
    NotAction,
    Resource,
    NotResource,
    Condition,
}

impl Name {
    const ALL: [&'static str; 9] = [
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    ];

    fn exact(text: &str) -> Option<Self> {
        Some(match text {
            "Sid" => Self::Sid,
            "Effect" => Self::Effect,
            "Principal" => Self::Principal,
            "NotPrincipal" => Self::NotPrincipal,
            "Action" => Self::Action,
            "NotAction" => Self::NotAction,
            "Resource" => Self::Resource,
            "NotResource" => Self::NotResource,
            "Condition" => Self::Condition,
            _ => return None,
        })
    }

    const fn text(self) -> &'static str {
        match self {
            Self::Sid => "Sid",
            Self::Effect => "Effect",
            Self::Principal => "Principal",
            Self::NotPrincipal => "NotPrincipal",
            Self::Action => "Action",
            Self::NotAction => "NotAction",
            Self::Resource => "Resource",
            Self::NotResource => "NotResource",
            Self::Condition => "Condition",
        }
    }

    /// The bit for the element and for its opposite.
    const fn bit(self) -> u8 {
        match self {
            Self::Sid => 1,
            Self::Effect => 2,
            Self::Principal | Self::NotPrincipal => 4,
            Self::Action | Self::NotAction => 8,
            Self::Resource | Self::NotResource => 16,
            Self::Condition => 32,
        }
    }

    const fn not(self) -> bool {
        matches!(
            self,
            Self::NotPrincipal | Self::NotAction | Self::NotResource
        )
    }
}

const DOCUMENT: [&str; 3] = ["Version", "Id", "Statement"];
const TEXTS: &str = "a string or a list of strings";

type Step<T = ()> = Result<T, ReadError>;

impl<'t> Reader<'t> {
    fn new(text: &'t str, limits: &Limits) -> Self {
        Self {
            lexer: Lexer::with_limits(text, limits),
            document: Document::default(),
            places: Places::default(),
            findings: Vec::new(),
            damaged: Vec::new(),
        }
    }

    fn finish(self, is_json: bool) -> Parsed<'t> {
        Parsed {
            document: self.document,
            places: self.places,
            findings: self.findings,
            is_json,
            damaged: self.damaged,
        }
    }

    #[cold]
    fn stopped(&mut self, error: ReadError) {
        let rule = if error.limit {
            &rules::REKOGNITION_IAM_JSON_LIMIT
        } else {
            &rules::JSON_SYNTAX_ERROR
        };
        let place = Place::Document;
        let found = self.report(rule, place, error.span, String::new(), error.message);
        found.finding.help.extend(error.help.map(Message::from));
    }

    #[cold]
    fn report(
        &mut self,
        rule: &'static Rule,
        place: Place,
        span: Span,
        path: String,
        message: impl Into<Message>,
    ) -> &mut Located {
        if rule.severity == Severity::Error
            && let Some(s) = place.statement()
            && self.damaged.last() != Some(&s)
        {
            self.damaged.push(s);
        }
        self.findings.push(Located {
            finding: Finding {
                id: rule.id,
                severity: rule.severity,
                place,
                range: None,
                message: message.into(),
                help: Vec::new(),
                replacement: None,
            },
            span,
            path,
            edit: None,
        });
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }

    /// Steps over a value of the wrong type and says so.
    #[cold]
    fn mismatch(&mut self, place: Place, path: String, name: &str, takes: &str) -> Step {
        let kind = self.lexer.kind()?;
        let span = self.lexer.skip()?;
        self.report(
            &rules::DATA_TYPE_MISMATCH,
            place,
            span,
            path,
            format!(
                "{name} holds {}, and takes {takes}",
                if kind == Kind::Bool {
                    format!("`{}`", span.of(self.lexer.text()))
                } else {
                    kind.words().to_owned()
                }
            ),
        );
        Ok(())
    }

    /// Steps over the value of an element that stands twice.
    #[cold]
    fn twice(&mut self, place: Place, span: Span, path: String, name: &str, what: &str) -> Step {
        self.lexer.skip()?;
        self.report(
            &rules::REKOGNITION_IAM_DUPLICATE_KEY,
            place,
            span,
            path,
            format!("`{}` stands twice in {what}", name.escape_debug()),
        )
        .finding
        .help
        .push("IAM refuses the document, and other readers take one of the two: keep one".into());
        Ok(())
    }

    fn document(&mut self) -> Step {
        if self.lexer.kind()? != Kind::Object {
            let list = self.lexer.kind()? == Kind::List;
            self.mismatch(Place::Document, String::new(), "the text", "an object")?;
            if let Err(error) = self.lexer.finish() {
                // A piece cut out of a document: that it is no JSON says it all.
                self.findings.clear();
                return Err(error);
            }
            if let (true, Some(last)) = (list, self.findings.last_mut()) {
                (last.finding.help).push(
                    "statements stand in `{\"Version\": \"2012-10-17\", \"Statement\": [..]}`"
                        .into(),
                );
            }
            return Ok(());
        }
        let start = self.lexer.offset();
        self.lexer.open(b'{')?;
        let (mut version, mut id, mut statement) = (false, false, false);
        // Elements of a statement that stand where those of the document belong.
        let mut loose: Option<Open<'t>> = None;
        let mut loose_at: Option<(Span, String)> = None;
        let mut go_on = !self.lexer.closes(b'}');
        while go_on {
            let (name, span) = self.lexer.name()?;
            let mut meant = name.as_ref();
            if !DOCUMENT.contains(&meant) {
                if let Some(element) = Name::exact(meant) {
                    loose_at.get_or_insert_with(|| (span, name.to_string()));
                    let open = loose.get_or_insert_default();
                    self.element(open, 0, "", element, span)?;
                    go_on = self.lexer.more(b'}')?;
                    continue;
                }
                meant = self.unknown(Place::Document, span, "", meant, &DOCUMENT, "a policy");
            }
            match meant {
                "Version" if !version => {
                    version = true;
                    if self.lexer.kind()? == Kind::String {
                        let (text, span) = self.lexer.string()?;
                        self.places.put(Place::Version, span);
                        self.document.version = Some(text);
                    } else {
                        self.mismatch(Place::Version, "Version".into(), "`Version`", "a string")?;
                    }
                }
                "Id" if !id => {
                    id = true;
                    if self.lexer.kind()? == Kind::String {
                        let (text, _) = self.lexer.string()?;
                        self.document.id = Some(text);
                    } else {
                        self.mismatch(Place::Document, "Id".into(), "`Id`", "a string")?;
                    }
                }
                "Statement" if !statement => {
                    statement = true;
                    self.statements(span)?;
                }
                "Version" | "Id" | "Statement" => {
                    let path = meant.to_string();
                    self.twice(Place::Document, span, path, meant, "the policy")?;
                }
                _ => drop(self.lexer.skip()?),
            }
            go_on = self.lexer.more(b'}')?;
        }
        let whole = Span::new(start, self.lexer.offset());
        self.places.put(Place::Document, whole);
        match (statement, loose, loose_at) {
            (false, Some(open), _) => {
                self.places.put(Place::Statement(0), whole);
                self.report(
                    &rules::MISSING_STATEMENT,
                    Place::Document,
                    Span::new(start, start + 1),
                    String::new(),
                    "the text is one statement, and no policy",
                )
                .finding
                .help
                .push(
                    "a statement stands in `{\"Version\": \"2012-10-17\", \"Statement\": [..]}`"
                        .into(),
                );
                self.close(open, 0, "", whole);
            }
            (true, Some(_), Some((span, name))) => {
                let path = name.clone();
                self.report(
                    &rules::INVALID_POLICY_ELEMENT,
                    Place::Document,
                    span,
                    path,
                    format!("`{name}` stands beside `Statement`"),
                )
                .finding
                .help
                .push(format!("`{name}` belongs into a statement").into());
            }
            (false, ..) => {
                self.report(
                    &rules::MISSING_STATEMENT,
                    Place::Document,
                    Span::new(start, start + 1),
                    String::new(),
                    "the policy has no `Statement`",
                )
                .finding
                .help
                .push("a policy is `{\"Version\": \"2012-10-17\", \"Statement\": [..]}`".into());
            }
            _ => {}
        }
        self.lexer.finish()
    }

    /// Reports an element that IAM does not have, and says which one was probably meant: the name itself if none.
    #[cold]
    fn unknown<'n>(
        &mut self,
        place: Place,
        span: Span,
        base: &str,
        name: &'n str,
        known: &[&'static str],
        owner: &str,
    ) -> &'n str {
        let near = suggest::nearest(name, known.iter().copied());
        let path = join(base, name);
        // Only what changes the meaning is an error: the value is still read as what was meant, so that the rest is
        // checked, and one slip is one finding.
        let found = self.report(
            &rules::INVALID_POLICY_ELEMENT,
            place,
            span,
            path,
            format!("{owner} has no element `{}`", name.escape_debug()),
        );
        match near {
            Some(near) => {
                found.finding.help.push(if near.eq_ignore_ascii_case(name) {
                    format!("its name is spelled `{near}`").into()
                } else {
                    format!("did you mean `{near}`?").into()
                });
                found.finding.replacement = Some(near.to_string());
                found.edit = Some(Edit {
                    span,
                    text: format!("\"{near}\""),
                });
                near
            }
            None => {
                let list = known.join("`, `");
                (found.finding.help).push(format!("the elements of {owner} are `{list}`").into());
                name
            }
        }
    }

    fn statements(&mut self, name: Span) -> Step {
        match self.lexer.kind()? {
            Kind::Object => {
                self.document.statements.bare = true;
                self.statement("Statement")
            }
            Kind::List => {
                self.lexer.open(b'[')?;
                if self.lexer.closes(b']') {
                    self.report(
                        &rules::MISSING_STATEMENT,
                        Place::Document,
                        name,
                        "Statement".into(),
                        "the policy has no statements",
                    );
                    return Ok(());
                }
                let mut number = 0_usize;
                loop {
                    if self.lexer.kind()? == Kind::Object {
                        // Only a finding needs the path, but building it there would need the number everywhere.
                        let mut path = *b"Statement[         ";
                        let length = write_index(&mut path, 10, number);
                        let path = core::str::from_utf8(path.get(..length).unwrap_or_default())
                            .unwrap_or("Statement");
                        self.statement(path)?;
                    } else {
                        let place = Place::Document;
                        self.mismatch(
                            place,
                            format!("Statement[{number}]"),
                            "`Statement`",
                            "objects",
                        )?;
                    }
                    number += 1;
                    if !self.lexer.more(b']')? {
                        return Ok(());
                    }
                }
            }
            _ => self.mismatch(
                Place::Document,
                "Statement".into(),
                "`Statement`",
                "an object or a list of objects",
            ),
        }
    }

    fn statement(&mut self, path: &str) -> Step {
        self.lexer.skip_space();
        let start = self.lexer.offset();
        self.lexer.open(b'{')?;
        let s = self.document.statements.items.len();
        let mut open = Open::default();
        let mut go_on = !self.lexer.closes(b'}');
        while go_on {
            let (name, span) = self.lexer.name()?;
            let element = Name::exact(&name).or_else(|| {
                let place = Place::Statement(s);
                let damaged = self.damaged.len();
                let meant = self.unknown(place, span, path, &name, &Name::ALL, "a statement");
                let element = Name::exact(meant);
                // Read as what was meant, nothing of it is lost.
                if element.is_some() {
                    self.damaged.truncate(damaged);
                }
                element
            });
            match element {
                Some(element) => self.element(&mut open, s, path, element, span)?,
                None => drop(self.lexer.skip()?),
            }
            go_on = self.lexer.more(b'}')?;
        }
        let whole = Span::new(start, self.lexer.offset());
        self.places.put(Place::Statement(s), whole);
        self.close(open, s, path, whole);
        Ok(())
    }

    /// Puts a statement that was read to its end into the document.
    fn close(&mut self, open: Open<'t>, s: usize, path: &str, whole: Span) {
        let brace = Span::new(whole.start, whole.start + 1);
        let place = Place::Statement(s);
        if open.seen & Name::Effect.bit() == 0 {
            self.report(
                &rules::MISSING_EFFECT,
                place,
                brace,
                path.to_string(),
                "the statement has no `Effect`",
            )
            .finding
            .help
            .push("say `\"Effect\": \"Allow\"` or `\"Effect\": \"Deny\"`".into());
        }
        if open.seen & Name::Action.bit() == 0 {
            self.report(
                &rules::MISSING_ACTION,
                place,
                brace,
                path.to_string(),
                "the statement has no `Action`",
            )
            .finding
            .help
            .push("say which actions it is about, with `Action` or `NotAction`".into());
        }
        let conditions = open.conditions;
        self.document.statements.items.push(Statement {
            sid: open.sid,
            effect: open.effect.unwrap_or(Effect::Allow),
            principals: open.principals,
            actions: open.actions.unwrap_or_else(|| Element {
                not: false,
                values: List::default(),
            }),
            resources: open.resources,
            empty_condition: conditions.as_ref().is_some_and(Vec::is_empty),
            conditions: conditions.unwrap_or_default(),
        });
    }

    /// Reads the value of an element of a statement.
    fn element(
        &mut self,
        open: &mut Open<'t>,
        s: usize,
        path: &str,
        name: Name,
        span: Span,
    ) -> Step {
        if open.seen & name.bit() != 0 {
            return self.again(open, s, path, name, span);
        }
        open.seen |= name.bit();
        match name {
            Name::Sid => {
                if self.lexer.kind()? == Kind::String {
                    let (text, span) = self.lexer.string()?;
                    self.places.put(Place::Sid(s), span);
                    open.sid = Some(text);
                    Ok(())
                } else {
                    self.mismatch(Place::Sid(s), join(path, "Sid"), "`Sid`", "a string")
                }
            }
            Name::Effect => self.effect(open, s, path),
            Name::Principal | Name::NotPrincipal => {
                open.principals = self.principals(s, path, name)?;
                Ok(())
            }
            Name::Action | Name::NotAction => {
                let values = self.texts(|n| Place::Action(s, n), path, name.text())?;
                open.actions = Some(Element {
                    not: name.not(),
                    values,
                });
                Ok(())
            }
            Name::Resource | Name::NotResource => {
                let values = self.texts(|n| Place::Resource(s, n), path, name.text())?;
                open.resources = Some(Element {
                    not: name.not(),
                    values,
                });
                Ok(())
            }
            Name::Condition => {
                open.conditions = self.condition(s, path)?;
                Ok(())
            }
        }
    }

    /// An element whose place is taken, by itself or by its opposite.
    #[cold]
    fn again(&mut self, open: &Open<'t>, s: usize, path: &str, name: Name, span: Span) -> Step {
        let not = match name.bit() {
            4 => open.principals.as_ref().map(|principals| principals.not),
            8 => open.actions.as_ref().map(|element| element.not),
            16 => open.resources.as_ref().map(|element| element.not),
            _ => None,
        };
        let path = join(path, name.text());
        let place = Place::Statement(s);
        if not.is_none_or(|not| not == name.not()) {
            return self.twice(place, span, path, name.text(), "the statement");
        }
        self.lexer.skip()?;
        let pair = match name.bit() {
            4 => "`Principal` and `NotPrincipal`",
            8 => "`Action` and `NotAction`",
            _ => "`Resource` and `NotResource`",
        };
        self.report(
            &rules::UNSUPPORTED_ELEMENT_COMBINATION,
            place,
            span,
            path,
            format!("the statement has both {pair}"),
        )
        .finding
        .help
        .push("keep one, or make two statements".into());
        Ok(())
    }

    fn effect(&mut self, open: &mut Open<'t>, s: usize, path: &str) -> Step {
        if self.lexer.kind()? != Kind::String {
            return self.mismatch(
                Place::Effect(s),
                join(path, "Effect"),
                "`Effect`",
                "`\"Allow\"` or `\"Deny\"`",
            );
        }
        let (text, span) = self.lexer.string()?;
        self.places.put(Place::Effect(s), span);
        open.effect = match text.as_ref() {
            "Allow" => Some(Effect::Allow),
            "Deny" => Some(Effect::Deny),
            wrong => {
                let near = suggest::nearest(wrong, ["Allow", "Deny"]);
                let found = self.report(
                    &rules::INVALID_EFFECT,
                    Place::Effect(s),
                    span,
                    join(path, "Effect"),
                    format!("no effect `{}`", wrong.escape_debug()),
                );
                let help = match near {
                    Some(near) if near.eq_ignore_ascii_case(wrong) => {
                        format!("it is spelled `{near}`")
                    }
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "an effect is `Allow` or `Deny`".to_string(),
                };
                found.finding.help.push(help.into());
                if let Some(near) = near {
                    found.finding.replacement = Some(near.to_string());
                    found.edit = Some(Edit {
                        span,
                        text: format!("\"{near}\""),
                    });
                }
                match near {
                    Some("Deny") => Some(Effect::Deny),
                    _ => Some(Effect::Allow),
                }
            }
        };
        Ok(())
    }

    /// A string or a list of strings.
    fn texts(
        &mut self,
        place: impl Fn(usize) -> Place,
        base: &str,
        name: &str,
    ) -> Step<List<Text<'t>>> {
        match self.lexer.kind()? {
            Kind::String => {
                let (text, span) = self.lexer.string()?;
                self.places.put(place(0), span);
                Ok(List {
                    items: alloc::vec![text],
                    bare: true,
                })
            }
            Kind::List => {
                let start = self.lexer.offset();
                self.lexer.open(b'[')?;
                if self.lexer.closes(b']') {
                    // For whoever speaks of the empty list.
                    self.places
                        .put(place(0), Span::new(start, self.lexer.offset()));
                    return Ok(List::default());
                }
                let mut items = Vec::with_capacity(4);
                let mut number = 0_usize;
                loop {
                    if self.lexer.kind()? == Kind::String {
                        let (text, span) = self.lexer.string()?;
                        self.places.put(place(items.len()), span);
                        items.push(text);
                    } else {
                        let path = format!("{}[{number}]", join(base, name));
                        let owner = format!("the list `{name}`");
                        self.mismatch(place(items.len()), path, &owner, "strings")?;
                    }
                    number += 1;
                    if !self.lexer.more(b']')? {
                        return Ok(List::bracketed(items));
                    }
                }
            }
            _ => {
                self.mismatch(place(0), join(base, name), &format!("`{name}`"), TEXTS)?;
                Ok(List::default())
            }
        }
    }

    fn principals(&mut self, s: usize, path: &str, name: Name) -> Step<Option<Principals<'t>>> {
        let not = name.not();
        let kind = self.lexer.kind()?;
        let start = self.lexer.offset();
        let set = match kind {
            Kind::String => {
                let (text, span) = self.lexer.string()?;
                self.places.put(Place::Principals(s), span);
                if text == "*" {
                    PrincipalSet::Anyone
                } else {
                    self.principal_format(s, path, name, span, kind);
                    // Most often the ARN of a role or an account's number, which `AWS` would hold.
                    self.places.put(Place::Principal(s, 0, 0), span);
                    let kind = if text.ends_with(".amazonaws.com") {
                        PrincipalKind::Service
                    } else {
                        PrincipalKind::Aws
                    };
                    let names = List::shortest(alloc::vec![text]);
                    PrincipalSet::Listed(alloc::vec![(kind, names)])
                }
            }
            Kind::Object => {
                self.lexer.open(b'{')?;
                let mut kinds = Vec::new();
                let mut go_on = !self.lexer.closes(b'}');
                while go_on {
                    let (key, span) = self.lexer.name()?;
                    match self.principal_kind(s, path, name, &key, span) {
                        Some(kind) => {
                            let k = kinds.len();
                            let base = join(path, name.text());
                            let names =
                                self.texts(|n| Place::Principal(s, k, n), &base, kind.name())?;
                            kinds.push((kind, names));
                        }
                        None => drop(self.lexer.skip()?),
                    }
                    go_on = self.lexer.more(b'}')?;
                }
                let whole = Span::new(start, self.lexer.offset());
                self.places.put(Place::Principals(s), whole);
                PrincipalSet::Listed(kinds)
            }
            _ => {
                let span = self.lexer.skip()?;
                self.places.put(Place::Principals(s), span);
                self.principal_format(s, path, name, span, kind);
                return Ok(None);
            }
        };
        Ok(Some(Principals { not, set }))
    }

    #[cold]
    fn principal_format(&mut self, s: usize, path: &str, name: Name, span: Span, kind: Kind) {
        let path = join(path, name.text());
        let held = match kind {
            Kind::String => format!(
                "a string, {}",
                shortened(span.of(self.lexer.text()).trim_matches('"'))
            ),
            other => other.words().to_owned(),
        };
        self.report(
            &rules::INVALID_PRINCIPAL_FORMAT,
            Place::Principals(s),
            span,
            path,
            format!("`{}` holds {held}", name.text()),
        )
        .finding
        .help
        .push("it takes `\"*\"`, or an object that says who: `{\"AWS\": ..}`, `{\"Service\": ..}`, `{\"Federated\": ..}` or `{\"CanonicalUser\": ..}`".into());
    }

    fn principal_kind(
        &mut self,
        s: usize,
        path: &str,
        name: Name,
        key: &str,
        span: Span,
    ) -> Option<PrincipalKind> {
        let kind = PrincipalKind::ALL
            .into_iter()
            .find(|kind| kind.name() == key);
        if kind.is_some() {
            return kind;
        }
        let near = suggest::nearest(key, PrincipalKind::ALL.map(PrincipalKind::name));
        let place = Place::Principals(s);
        let path = join(&join(path, name.text()), key);
        let found = self.report(
            &rules::INVALID_PRINCIPAL_KEY,
            place,
            span,
            path,
            format!("no kind of principal `{}`", key.escape_debug()),
        );
        let help = match near {
            Some(near) if near.eq_ignore_ascii_case(key) => format!("it is spelled `{near}`"),
            Some(near) => format!("did you mean `{near}`?"),
            None => "the kinds are `AWS`, `Service`, `Federated` and `CanonicalUser`".to_string(),
        };
        found.finding.help.push(help.into());
        let near = near?;
        found.finding.replacement = Some(near.to_string());
        found.edit = Some(Edit {
            span,
            text: format!("\"{near}\""),
        });
        PrincipalKind::ALL
            .into_iter()
            .find(|kind| kind.name() == near)
    }

    fn condition(&mut self, s: usize, path: &str) -> Step<Option<Vec<ConditionBlock<'t>>>> {
        if self.lexer.kind()? != Kind::Object {
            let path = join(path, "Condition");
            let takes = "an object: `{\"StringEquals\": {\"aws:SourceVpc\": ..}}`";
            self.mismatch(Place::Statement(s), path, "`Condition`", takes)?;
            return Ok(None);
        }
        self.lexer.open(b'{')?;
        let mut blocks = Vec::new();
        let mut go_on = !self.lexer.closes(b'}');
        while go_on {
            let (operator, span) = self.lexer.name()?;
            let b = blocks.len();
            self.places.put(Place::Operator(s, b), span);
            let mut keys = Vec::new();
            if self.lexer.kind()? == Kind::Object {
                self.lexer.open(b'{')?;
                let mut go_on = !self.lexer.closes(b'}');
                while go_on {
                    let (key, span) = self.lexer.name()?;
                    let k = keys.len();
                    self.places.put(Place::Key(s, b, k), span);
                    let values = self.values(s, b, k, path, &operator, &key)?;
                    keys.push((key, values));
                    go_on = self.lexer.more(b'}')?;
                }
            } else {
                let name = shortened(&operator);
                let path = condition_path(path, &operator, None);
                let takes = "an object of condition keys: `{\"aws:SourceVpc\": ..}`";
                self.mismatch(Place::Operator(s, b), path, &name, takes)?;
            }
            blocks.push(ConditionBlock { operator, keys });
            go_on = self.lexer.more(b'}')?;
        }
        Ok(Some(blocks))
    }

    fn values(
        &mut self,
        s: usize,
        b: usize,
        k: usize,
        path: &str,
        operator: &str,
        key: &str,
    ) -> Step<List<Value<'t>>> {
        let place = |n| Place::Value(s, b, k, n);
        if let Some((value, span)) = self.value()? {
            self.places.put(place(0), span);
            return Ok(List {
                items: alloc::vec![value],
                bare: true,
            });
        }
        if self.lexer.kind()? != Kind::List {
            let path = condition_path(path, operator, Some(key));
            let name = shortened(key);
            let takes = "a string, a number, a Boolean or a list of them";
            self.mismatch(Place::Key(s, b, k), path, &name, takes)?;
            return Ok(List::default());
        }
        let start = self.lexer.offset();
        self.lexer.open(b'[')?;
        if self.lexer.closes(b']') {
            self.places
                .put(place(0), Span::new(start, self.lexer.offset()));
            return Ok(List::default());
        }
        let mut items = Vec::with_capacity(4);
        let mut number = 0_usize;
        loop {
            if let Some((value, span)) = self.value()? {
                self.places.put(place(items.len()), span);
                items.push(value);
            } else {
                let path = format!("{}[{number}]", condition_path(path, operator, Some(key)));
                let name = format!("the list of {}", shortened(key));
                self.mismatch(
                    Place::Key(s, b, k),
                    path,
                    &name,
                    "strings, numbers or Booleans",
                )?;
            }
            number += 1;
            if !self.lexer.more(b']')? {
                return Ok(List::bracketed(items));
            }
        }
    }

    /// A value of a condition, or nothing when something else comes next.
    fn value(&mut self) -> Step<Option<(Value<'t>, Span)>> {
        Ok(match self.lexer.kind()? {
            Kind::String => {
                let (text, span) = self.lexer.string()?;
                Some((Value::String(text), span))
            }
            Kind::Number => {
                let (digits, span) = self.lexer.number()?;
                Some((Value::Number(digits.into()), span))
            }
            Kind::Bool => match self.lexer.word()? {
                (Some(value), span) => Some((Value::Bool(value), span)),
                // `kind` saw a `t` or an `f`.
                (None, _) => None,
            },
            Kind::Null | Kind::List | Kind::Object => None,
        })
    }
}

/// The path of a member.
fn join(base: &str, name: &str) -> String {
    let mut path = base.to_owned();
    write_key(&mut path, name);
    path
}

fn condition_path(base: &str, operator: &str, key: Option<&str>) -> String {
    let mut path = join(base, "Condition");
    write_key(&mut path, operator);
    if let Some(key) = key {
        write_key(&mut path, key);
    }
    path
}

/// A name of the author's in backticks, cut when it is very long.
fn shortened(name: &str) -> String {
    let shown: String = name.chars().take(64).collect();
    let dots = if shown.len() < name.len() { ".." } else { "" };
    format!("`{}{dots}`", shown.escape_debug())
}

/// Writes `number]` at the place and gives the length of the whole.
fn write_index(buffer: &mut [u8], at: usize, number: usize) -> usize {
    let mut digits = [0_u8; 8];
    let mut count = 0;
    let mut rest = number;
    for digit in &mut digits {
        // Below ten, so it fits.
        *digit = b'0' + u8::try_from(rest % 10).unwrap_or_default();
        count += 1;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    let all = digits
        .iter()
        .take(count)
        .rev()
        .chain(core::iter::once(&b']'));
    let mut end = at;
    for (slot, byte) in buffer.iter_mut().skip(at).zip(all) {
        *slot = *byte;
        end += 1;
    }
    end
}
