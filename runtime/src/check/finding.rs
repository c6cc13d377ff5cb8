//! Findings, and how their messages find a front end's own words.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;
use core::str::FromStr;

use crate::catalogue::{ActionInfo, ResourceType, Service};
use crate::check::Rule;
use crate::check::facts::ActionFact;
use crate::document::Place;

/// How bad a finding is, on the scale of AWS's policy checks.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-policy-validation.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Worth a thought.
    Suggestion,
    /// Likely not what was meant.
    Warning,
    /// Grants more than is safe.
    SecurityWarning,
    /// The policy is refused by AWS, or a part of it does nothing.
    Error,
}

impl Severity {
    /// All severities, the least severe first.
    pub const ALL: [Self; 4] = [
        Self::Suggestion,
        Self::Warning,
        Self::SecurityWarning,
        Self::Error,
    ];

    /// How the severity is spelled, on command lines, in configuration files and in reports: `security-warning`.
    ///
    /// [`Display`](fmt::Display) prints it and [`FromStr`] reads it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Suggestion => "suggestion",
            Self::Warning => "warning",
            Self::SecurityWarning => "security-warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Reads the name of a severity. AWS's spelling (`SECURITY_WARNING`) is accepted too.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::check::Severity;
///
/// assert_eq!("security-warning".parse(), Ok(Severity::SecurityWarning));
/// assert_eq!("SECURITY_WARNING".parse(), Ok(Severity::SecurityWarning));
/// assert!("fatal".parse::<Severity>().is_err());
/// ```
///
/// # Errors
///
/// [`UnknownSeverity`] for any other text. Its message lists the severities.
impl FromStr for Severity {
    type Err = UnknownSeverity;

    fn from_str(text: &str) -> Result<Self, UnknownSeverity> {
        let same = |a: u8, b: u8| a.eq_ignore_ascii_case(&b) || (a == b'_' && b == b'-');
        (Self::ALL.into_iter())
            .find(|severity| {
                let name = severity.name();
                text.len() == name.len() && text.bytes().zip(name.bytes()).all(|(a, b)| same(a, b))
            })
            .ok_or(UnknownSeverity)
    }
}

/// A text that is not the name of a severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownSeverity;

impl fmt::Display for UnknownSeverity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the severities are ")?;
        for (number, severity) in Severity::ALL.into_iter().enumerate() {
            f.write_str(if number == 0 { "" } else { ", " })?;
            f.write_str(severity.name())?;
        }
        Ok(())
    }
}

impl core::error::Error for UnknownSeverity {}

/// Something wrong at a place of a document.
#[derive(Debug, Clone)]
pub struct Finding {
    rule: &'static Rule,
    /// The rule's id.
    pub id: &'static str,
    /// The rule's severity, or a milder one where less is certain than the rule asks for.
    pub severity: Severity,
    /// Where.
    pub place: Place,
    /// The part of the text at the place, in bytes, when not the whole of it is wrong.
    pub range: Option<Range<usize>>,
    /// What is wrong.
    pub message: Message,
    /// What to do about it, each entry a separate sentence.
    pub help: Vec<Message>,
    /// What to write instead of the text at the place, when exactly one answer is right.
    ///
    /// A tool may write it without asking, so it is left out where there is any doubt: about which name was meant, or
    /// about who would have access afterwards.
    pub replacement: Option<String>,
}

impl Finding {
    /// Makes an error a warning when only the silence of AWS's reference speaks for it, and nobody has compared what the
    /// reference says about the service with AWS's other pages, as was done for those that are `reviewed`.
    ///
    /// AWS's own policies have keys and ARNs of such services that the reference leaves out.
    pub(crate) fn as_listed_of(&mut self, service: &Service) -> &mut Self {
        if !service.reviewed && self.severity == Severity::Error {
            self.severity = Severity::Warning;
            self.help(format!(
                "this is based on the AWS service reference of {}, which may be incomplete for `{}`",
                crate::catalogue::as_of(),
                service.prefix
            ));
        }
        self
    }

    /// The same, where the finding rests on the formats of the service's ARNs.
    pub(crate) fn as_format_of(&mut self, service: &Service) -> &mut Self {
        match super::tables::ARNS_COMPARED.contains(&service.prefix) {
            true => self,
            false => self.as_listed_of(service),
        }
    }

    pub(crate) const fn new(rule: &'static Rule, place: Place, message: Message) -> Self {
        Self {
            rule,
            id: rule.id,
            severity: rule.severity,
            place,
            range: None,
            message,
            help: Vec::new(),
            replacement: None,
        }
    }

    /// The rule that was broken.
    #[must_use]
    pub const fn rule(&self) -> &'static Rule {
        self.rule
    }

    pub(crate) fn help(&mut self, help: impl Into<Message>) -> &mut Self {
        self.help.push(help.into());
        self
    }

    pub(crate) fn at(&mut self, range: Range<usize>) -> &mut Self {
        self.range = Some(range);
        self
    }

    pub(crate) fn replace(&mut self, text: impl Into<String>) -> &mut Self {
        self.replacement = Some(text.into());
        self
    }
}

impl Finding {
    /// Asks which of the nearest names was meant; `name` puts one into the message.
    pub(crate) fn did_you_mean(
        &mut self,
        near: &[&str],
        name: &dyn Fn(Message, &str) -> Message,
    ) -> &mut Self {
        let near = near.get(..3).unwrap_or(near);
        let mut message = Message::from("did you mean ");
        for (number, text) in near.iter().enumerate() {
            if number > 0 {
                let last = number + 1 == near.len();
                message = message.with(if last { " or " } else { ", " });
            }
            message = name(message, text);
        }
        self.help(message.with("?"))
    }
}

/// A message whose names are still to be put into the words of a front end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message(Vec<Part>);

/// A part of a [`Message`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// Plain words.
    Text(Cow<'static, str>),
    /// An action: service and name.
    Action(String, String),
    /// A resource type: service and name in the catalogue.
    ResourceType(String, String),
    /// A condition key by its full name.
    Key(String),
    /// An operator by IAM's name, with prefix and suffix.
    Operator(String),
    /// A word of IAM's grammar that a front end may say otherwise: an effect, a negated element, a set operator, a kind of
    /// principal, or `*` as a principal.
    Word(&'static str),
    /// A condition with one value: key, operator, value.
    Comparison(String, &'static str, &'static str),
    /// Values as they would be written one after the other: actions.
    Actions(Vec<(String, String)>),
    /// A policy variable by the name of its key: `aws:username`.
    Variable(String),
    /// The way to say "on any resource".
    AnyResource,
    /// The way to say that a multivalued key matches in any, or in all, of its values.
    SetOperators,
    /// The way to say that a resource lies in this partition.
    InPartition(String),
    /// The way to say that a name is right although the catalogue does not have it: the name.
    Unlisted(String),
    /// Where a front end has the statement ready that is meant: its name in [`companion`](crate::companion).
    Companion(&'static str),
}

impl Message {
    /// The message in the words of a front end.
    #[must_use]
    pub fn render(&self, dialect: &dyn Dialect) -> String {
        let mut out = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Action(service, name) => out.push_str(&dialect.action(service, name)),
                Part::Actions(actions) => {
                    for (number, (service, name)) in actions.iter().enumerate() {
                        if number > 0 {
                            out.push_str(", ");
                        }
                        out.push_str(&dialect.action(service, name));
                    }
                }
                Part::ResourceType(service, name) => {
                    out.push_str(&dialect.resource_type(service, name));
                }
                Part::Key(name) => out.push_str(&dialect.key(name)),
                Part::Operator(name) => out.push_str(&dialect.operator(name)),
                Part::Word(word) => out.push_str(&dialect.word(word)),
                Part::Comparison(key, operator, value) => {
                    out.push_str(&dialect.comparison(key, operator, value));
                }
                Part::Variable(name) => out.push_str(&dialect.variable(name)),
                Part::AnyResource => out.push_str(&dialect.any_resource()),
                Part::SetOperators => out.push_str(&dialect.set_operators()),
                Part::InPartition(name) => out.push_str(&dialect.in_partition(name)),
                Part::Unlisted(name) => out.push_str(&dialect.unlisted(name)),
                Part::Companion(name) => out.push_str(&dialect.companion(name)),
            }
        }
        out
    }

    /// The message with another text instead of one that a front end had put into the document, such as the sample for
    /// a value that is not known yet.
    #[must_use]
    pub fn with_text_replaced(&self, from: &str, to: &str) -> Self {
        let mut message = self.clone();
        for part in &mut message.0 {
            if let Part::Text(text) = part
                && !from.is_empty()
                && text.contains(from)
            {
                *text = Cow::Owned(text.replace(from, to));
            }
        }
        message
    }

    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn with(mut self, part: impl Into<Part>) -> Self {
        self.0.push(part.into());
        self
    }

    pub(crate) fn action(self, service: &str, name: &str) -> Self {
        self.with(Part::Action(service.to_string(), name.to_string()))
    }

    pub(crate) fn actions(self, list: &[(&'static Service, &'static ActionInfo)]) -> Self {
        let mut actions = Vec::new();
        for (service, info) in list {
            actions.push((service.prefix.to_string(), info.name.to_string()));
        }
        self.with(Part::Actions(actions))
    }

    pub(crate) fn resource_type(self, service: &Service, kind: &ResourceType) -> Self {
        let (service, kind) = (service.prefix.to_string(), kind.name.to_string());
        self.with(Part::ResourceType(service, kind))
    }

    /// A text of the document in backticks.
    pub(crate) fn quoted(self, text: &str) -> Self {
        self.with(format!("`{text}`"))
    }

    pub(crate) fn key(self, name: &str) -> Self {
        self.with(Part::Key(name.to_string()))
    }

    pub(crate) fn operator(self, name: &str) -> Self {
        self.with(Part::Operator(name.to_string()))
    }

    pub(crate) fn word(self, word: &'static str) -> Self {
        self.with(Part::Word(word))
    }

    pub(crate) fn comparison(self, key: &str, operator: &'static str, value: &'static str) -> Self {
        self.with(Part::Comparison(key.to_string(), operator, value))
    }

    /// An action of the document, as AWS spells it where it is one of the catalogue.
    pub(crate) fn action_of(self, action: &ActionFact<'_>) -> Self {
        match action.kind.one() {
            Some((service, info)) => self.action(service.prefix, info.name),
            None => self.with(format!("`{}`", action.text.escape_debug())),
        }
    }
}

impl From<Part> for Message {
    fn from(part: Part) -> Self {
        Self(alloc::vec![part])
    }
}

impl From<&'static str> for Message {
    fn from(text: &'static str) -> Self {
        Part::from(text).into()
    }
}

impl From<String> for Message {
    fn from(text: String) -> Self {
        Part::from(text).into()
    }
}

impl From<&'static str> for Part {
    fn from(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Part {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

/// How a front end writes the names in a message, each with the backticks around it.
///
/// What a front end leaves out is written in IAM's own words.
pub trait Dialect: sealed::Sealed {
    /// An action.
    #[inline]
    fn action(&self, service: &str, name: &str) -> String {
        format!("`{service}:{name}`")
    }
    /// A resource type.
    #[inline]
    fn resource_type(&self, service: &str, name: &str) -> String {
        let format = crate::catalogue::service(service)
            .and_then(|service| service.resource(name))
            .and_then(|kind| kind.formats.first());
        match format {
            Some(format) => format!("`{name}` (`{}`)", format.text),
            None => format!("`{name}`"),
        }
    }
    /// A condition key.
    #[inline]
    fn key(&self, name: &str) -> String {
        format!("`{name}`")
    }
    /// An operator.
    #[inline]
    fn operator(&self, name: &str) -> String {
        format!("`{name}`")
    }
    /// A word of IAM's grammar.
    #[inline]
    fn word(&self, word: &str) -> String {
        format!("`{word}`")
    }
    /// A condition.
    #[inline]
    fn comparison(&self, key: &str, operator: &str, value: &str) -> String {
        format!(
            "{} on {} with `{value}`",
            self.operator(operator),
            self.key(key)
        )
    }
    /// A policy variable. A front end whose texts are templates themselves escapes it.
    #[inline]
    fn variable(&self, name: &str) -> String {
        format!("`${{{name}}}`")
    }
    /// "On any resource".
    #[inline]
    fn any_resource(&self) -> String {
        "`\"Resource\": \"*\"`".to_string()
    }
    /// The two set operators.
    #[inline]
    fn set_operators(&self) -> String {
        "`ForAnyValue:` or `ForAllValues:`".to_string()
    }
    /// "In this partition".
    #[inline]
    fn in_partition(&self, name: &str) -> String {
        format!("start the ARN with `arn:{name}:`")
    }
    /// "This name is right although the catalogue does not have it".
    #[inline]
    fn unlisted(&self, name: &str) -> String {
        format!("add `{name}` to `[unlisted]` in `rekognition-iam.toml`, with a reason")
    }
    /// "There is a ready statement for it", to follow a sentence; nothing where there is none.
    #[inline]
    fn companion(&self, _name: &str) -> String {
        String::new()
    }
}

/// Only front ends of this project implement [`Dialect`], so that a new kind of name in a message breaks no other crate.
pub(crate) mod sealed {
    /// See [`Dialect`](super::Dialect).
    pub trait Sealed {}
    impl Sealed for super::Iam {}
}

/// IAM's own words, for policies in JSON.
#[derive(Debug, Clone, Copy, Default)]
pub struct Iam;

impl Dialect for Iam {}
