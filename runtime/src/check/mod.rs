//! The rule engine: what is wrong with a document, whichever front end it came from.
//!
//! A rule looks at facts, which say once what each action, resource and condition of the document
//! means in the catalogue, and reports [`Finding`]s. A finding names a place in the document; a front end maps the place
//! to its own spans and puts the parts of the message into its own words (see [`Dialect`]), so a rule is written once
//! and reads the same everywhere.

mod cover;
mod covering;
#[cfg(all(test, feature = "json"))]
mod doubling;
mod facts;
pub(crate) mod finding;
mod needs;
mod others;
mod principal;
pub(crate) mod rule;
pub mod rules;
mod shape;
mod size;
pub(crate) mod tables;
#[cfg(all(test, feature = "json"))]
mod tests;
mod text;

use alloc::vec::Vec;

#[cfg(feature = "evaluate")]
pub(crate) use cover::{covered_statements, pattern as covers_pattern};
#[cfg(feature = "evaluate")]
pub(crate) use shape::could_be;
#[cfg(feature = "evaluate")]
pub(crate) use size::in_unit;

pub use crate::size::Measured;
pub use size::measure;

pub use rule::{About, Cause, Rule, Subject};

pub use finding::{Dialect, Finding, Iam, Message, Part, Severity, UnknownSeverity};

use crate::document::{Document, PolicyKind};

/// What a front end knows in addition to the document.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::check::Options;
/// use rekognition_iam::document::PolicyKind;
///
/// let options = Options::new(PolicyKind::RoleTrust).unlisted(&["sts:NewAction"]);
/// assert_eq!(options.kind, PolicyKind::RoleTrust);
/// ```
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct Options<'o> {
    /// What the document is for.
    pub kind: PolicyKind,
    /// Actions (`rekognition:NewAction`) and condition keys that the author vouches for though the catalogue does not have them.
    pub unlisted: &'o [&'o str],
    /// The text that is sent to AWS, where it is sent as it stands: its white space counts against some quotas. Without
    /// it the size of the document is that of its shortest JSON.
    pub text: Option<&'o str>,
    /// The services whose actions the policy can grant, when it is attached to a resource that is known: `["s3"]` for the policy of
    /// a bucket. Empty when nothing but the document says what it is attached to.
    pub services: &'o [&'o str],
    /// Whether the author states the kind of the document. If not, the policy of a resource may also be that of a VPC endpoint.
    pub kind_is_given: bool,
    /// Whether the policy is one of AWS IoT Core, which is attached to certificates and groups of things.
    pub iot_core: bool,
}

impl<'o> Options<'o> {
    /// For a document of this kind, and nothing else.
    #[must_use]
    #[inline]
    pub fn new(kind: PolicyKind) -> Self {
        Self {
            kind,
            ..Self::default()
        }
    }

    /// With names that the author vouches for.
    #[must_use]
    #[inline]
    pub const fn unlisted(mut self, names: &'o [&'o str]) -> Self {
        self.unlisted = names;
        self
    }

    /// With the services of the resource that the policy is attached to, by their prefixes.
    ///
    /// ```
    /// # use rekognition_iam_runtime as rekognition_iam;
    /// use rekognition_iam::check::Options;
    /// use rekognition_iam::document::PolicyKind;
    ///
    /// let options = Options::new(PolicyKind::Resource).services(&["kafka", "kafka-cluster"]);
    /// assert_eq!(options.services.len(), 2);
    /// ```
    #[must_use]
    #[inline]
    pub const fn services(mut self, services: &'o [&'o str]) -> Self {
        self.services = services;
        self
    }

    /// With a kind that the author gives. One that was detected may be wrong: the policy of a VPC endpoint looks like that of a
    /// resource.
    ///
    /// ```
    /// # use rekognition_iam_runtime as rekognition_iam;
    /// use rekognition_iam::check::Options;
    /// use rekognition_iam::document::PolicyKind;
    ///
    /// assert!(Options::new(PolicyKind::Resource).kind_is_given(true).kind_is_given);
    /// ```
    #[must_use]
    #[inline]
    pub const fn kind_is_given(mut self, given: bool) -> Self {
        self.kind_is_given = given;
        self
    }

    /// For a policy of AWS IoT Core. It has the elements of an identity policy, and actions, condition keys, and a quota of its own.
    /// A document whose kind is not given is also recognized by what is in it.
    ///
    /// It is not a [`PolicyKind`], because it takes no part in the decisions of IAM: its principals are certificates, and only a
    /// Cognito identity has policies of both services. See
    /// <https://docs.aws.amazon.com/iot/latest/developerguide/iot-policies.html>.
    ///
    /// ```
    /// # use rekognition_iam_runtime as rekognition_iam;
    /// use rekognition_iam::check::Options;
    ///
    /// assert!(Options::default().iot_core(true).iot_core);
    /// ```
    #[must_use]
    #[inline]
    pub const fn iot_core(mut self, is: bool) -> Self {
        self.iot_core = is;
        self
    }

    /// With the text that is sent to AWS.
    #[must_use]
    #[inline]
    pub fn text(mut self, text: impl Into<Option<&'o str>>) -> Self {
        self.text = text.into();
        self
    }
}

/// Where a rule puts its findings.
pub(crate) struct Sink<'s> {
    rule: &'static Rule,
    findings: &'s mut Vec<Finding>,
}

impl Sink<'_> {
    pub(crate) fn report(
        &mut self,
        place: crate::document::Place,
        message: impl Into<Message>,
    ) -> &mut Finding {
        let finding = Finding::new(self.rule, place, message.into());
        pushed(self.findings, finding)
    }
}

/// Adds an item to a list, and returns it.
#[expect(clippy::indexing_slicing, reason = "the item was just added there")]
pub(crate) fn pushed<T>(list: &mut Vec<T>, item: T) -> &mut T {
    let at = list.len();
    list.push(item);
    &mut list[at]
}

/// Checks a document against all rules.
///
/// The findings come in the order of the rules, and within one rule in the order of the document.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::check::{Iam, Options, check};
/// use rekognition_iam::document::{Document, Effect, Element, List, Statement};
///
/// let statement = Statement {
///     sid: None,
///     effect: Effect::Allow,
///     principals: None,
///     actions: Element { not: false, values: List::shortest(vec!["rekognition:DetectLabls".into()]) },
///     resources: Some(Element { not: false, values: List::shortest(vec!["*".into()]) }),
///     conditions: Vec::new(),
///     empty_condition: false,
/// };
/// let document = Document {
///     version: Some("2012-10-17".into()),
///     id: None,
///     statements: List::bracketed(vec![statement]),
/// };
/// let findings = check(&document, &Options::default());
/// assert_eq!(findings[0].id, "INVALID_ACTION");
/// assert_eq!(findings[0].message.render(&Iam), "`rekognition` has no action `DetectLabls`");
/// ```
#[must_use]
pub fn check(document: &Document<'_>, options: &Options<'_>) -> Vec<Finding> {
    let facts = facts::Facts::of(document, options);
    let mut findings = Vec::new();
    for rule in rules::ALL {
        if let Some(run) = rule.run
            && facts.has.has(rule.needs)
        {
            let findings = &mut findings;
            run(&facts, &mut Sink { rule, findings });
        }
    }
    findings
}
