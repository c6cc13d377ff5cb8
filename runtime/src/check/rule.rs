//! What a rule is, and how one is written down.

use alloc::string::String;

use super::facts::Facts;
use super::needs::Needs;
use super::{Severity, Sink};

/// A rule: an id, what it is about, and how bad a violation is.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The id: AWS's own where IAM Access Analyzer has the check, else one that begins with `REKOGNITION_IAM_`.
    pub id: &'static str,
    /// How bad a violation is, on the scale that AWS's policy checks use.
    pub severity: Severity,
    /// Whether `policy!` refuses to compile such a policy. True for every [`Severity::Error`], and for the weaker checks
    /// whose violation makes a statement do something other than it says.
    pub denied_in_rust: bool,
    /// What is wrong, in one line.
    pub summary: &'static str,
    /// What a violation is about.
    pub subject: Subject,
    /// The part of a policy that a finding is about, where its [place](crate::document::Place) is a larger one.
    pub about: About,
    /// The other errors that a finding may only follow from.
    pub follows: &'static [Cause],
    /// The rest of the rule's documentation, each line as it follows `///`.
    explanation: &'static str,
    /// What a document without a violation may be missing. Such a document is not checked.
    pub(super) needs: Needs,
    /// Reports every violation in a document. `None` when only a text can have one, which is reported while reading it.
    pub(super) run: Option<Run>,
}

// The variants below have names that nothing else has: rustc prints a type with its whole path, in the errors of users, as
// soon as something else of that name can be named, such as a variant `Policy`.

/// What a rule judges, as far as a front end treats its findings in a way of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// What a policy says.
    Content,
    /// A text, which has a violation when it cannot be read as a policy at all.
    Unreadable,
    /// The kind of the policy: a document with a violation is probably right as one of another kind. AWS does not accept it.
    WrongKind,
    /// The elements that a policy of its kind must have, or cannot have. AWS does not accept a document with a violation.
    Grammar,
    /// The name of an action. What a statement with a violation was meant to grant is not known.
    UnknownAction,
    /// Whether an action works on a resource.
    ActionOnResource,
    /// What a resource can be. A resource with a violation matches nothing that the statement is about, and no narrower
    /// pattern does.
    ResourceType,
    /// Anything else that no request can have: the name of a resource or a key, a value of the key, or some of these
    /// together.
    Impossible,
    /// What the catalogue covers. A finding says what was not checked, and nothing about the policy.
    NotCovered,
    /// The size of the document. Where several policies share a quota, one of them does not break it.
    TooLarge,
}

impl Subject {
    /// Whether no request can have what a finding is about.
    #[must_use]
    pub const fn is_of_requests(self) -> bool {
        match self {
            Self::UnknownAction
            | Self::ActionOnResource
            | Self::ResourceType
            | Self::Impossible => true,
            Self::Content
            | Self::Unreadable
            | Self::WrongKind
            | Self::Grammar
            | Self::NotCovered
            | Self::TooLarge => false,
        }
    }
}

/// The part of a policy that a finding is about, where its [place](crate::document::Place) is a larger one.
///
/// JSON has no text for an element that is missing, so a finding about it has the place of its statement. A front end whose
/// syntax has a token for it can point there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// The place itself.
    ItsPlace,
    /// The version of the document.
    VersionElement,
    /// The principals of the statement.
    PrincipalElement,
    /// The actions of the statement.
    ActionElement,
    /// The resources of the statement.
    ResourceElement,
    /// The conditions of the statement.
    ConditionElement,
    /// The first element of the statement that is negated, such as `NotAction`.
    NegatedElement,
    /// The operator of the condition key.
    OperatorOfKey,
    /// The set operator of the condition key.
    SetOperatorOfKey,
    /// The account in the principal.
    AccountOfPrincipal,
    /// The part of the principal with a wildcard.
    WildcardOfPrincipal,
}

/// What a finding may only follow from. Where that was reported or is known, the finding is not news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// A part of the policy was not understood, and the rule is about what is missing.
    Unread,
    /// A principal of the statement was not understood.
    UnreadPrincipal,
    /// Whether the element that the finding is about has other parts is not known before the policy is deployed.
    OpenPart,
    /// The same of the conditions of the statement.
    OpenCondition,
    /// The same of the statements of the policy.
    OpenStatement,
}

/// Reports every violation of a rule.
pub(super) type Run = fn(&Facts<'_>, &mut Sink<'_>);

impl Rule {
    /// All rules, in the order in which they report.
    #[must_use]
    pub fn all() -> &'static [Self] {
        super::rules::ALL
    }

    /// The rule with this id.
    #[must_use]
    pub fn find(id: &str) -> Option<&'static Self> {
        Self::all().iter().find(|rule| rule.id == id)
    }

    /// Whether AWS has the rule too, as a check of IAM Access Analyzer with this id.
    #[must_use]
    pub fn is_aws(&self) -> bool {
        !self.id.starts_with("REKOGNITION_IAM_")
    }

    /// The page about the rule, with the examples in JSON and in Rust.
    ///
    /// ```
    /// # use rekognition_iam_runtime as rekognition_iam;
    /// use rekognition_iam::check::Rule;
    ///
    /// let rule = Rule::find("INVALID_ACTION").unwrap();
    /// assert!(rule.url().ends_with("/docs/rules/INVALID_ACTION.md"));
    /// ```
    #[must_use]
    pub fn url(&self) -> String {
        url(self.id)
    }

    /// Whether a finding may only follow from this.
    #[must_use]
    pub fn may_follow(&self, cause: Cause) -> bool {
        self.follows.contains(&cause)
    }

    /// What the rule checks and why a violation is bad, with a policy that breaks it and a similar one that does not, as
    /// Markdown.
    ///
    /// Both policies are fenced code in JSON: whole documents, or statements of one. The word after `json` is the
    /// [kind](crate::PolicyKind) of the policy where it is not an identity policy.
    ///
    /// ```
    /// # use rekognition_iam_runtime as rekognition_iam;
    /// use rekognition_iam::check::Rule;
    ///
    /// let rule = Rule::find("INVALID_ACTION").unwrap();
    /// assert!(rule.explanation().contains("rekognition:DetectLabls"));
    /// ```
    #[must_use]
    pub fn explanation(&self) -> String {
        let mut out = String::with_capacity(self.explanation.len());
        for line in self.explanation.trim_matches('\n').split('\n') {
            out.push_str(line.strip_prefix(' ').unwrap_or(line));
            out.push('\n');
        }
        out
    }

    /// A rule that needs nothing. See [`rules!`](rules).
    pub(super) const fn new(
        id: &'static str,
        severity: Severity,
        summary: &'static str,
        explanation: &'static str,
        run: Option<Run>,
    ) -> Self {
        Self {
            id,
            severity,
            denied_in_rust: matches!(severity, Severity::Error),
            summary,
            subject: Subject::Content,
            about: About::ItsPlace,
            follows: &[],
            explanation,
            needs: Needs::NOTHING,
            run,
        }
    }

    pub(super) const fn denied(mut self) -> Self {
        self.denied_in_rust = true;
        self
    }

    pub(super) const fn subject(mut self, subject: Subject) -> Self {
        self.subject = subject;
        self
    }

    pub(super) const fn about(mut self, about: About) -> Self {
        self.about = about;
        self
    }

    pub(super) const fn follows(mut self, causes: &'static [Cause]) -> Self {
        self.follows = causes;
        self
    }

    pub(super) const fn needs(mut self, needs: Needs) -> Self {
        self.needs = self.needs.and(needs);
        self
    }
}

/// The page about the rule with this id, which may be a rule that only the command has.
///
/// This is the only place that knows where the pages are.
#[must_use]
pub fn url(id: &str) -> String {
    const PAGES: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/rules/");
    let mut url = String::with_capacity(PAGES.len() + id.len() + ".md".len());
    url.push_str(PAGES);
    url.push_str(id);
    url.push_str(".md");
    url
}

/// The sentence of a doc comment as a message: without the space before it and the full stop after it, and in lower case
/// unless it begins with a name.
#[must_use]
#[expect(
    clippy::indexing_slicing,
    reason = "`get` cannot be used in a `const fn`"
)]
pub const fn summary<const LENGTH: usize>(sentence: &str) -> [u8; LENGTH] {
    let sentence = sentence.as_bytes();
    let mut message = [0; LENGTH];
    let mut at = 0;
    while at < LENGTH {
        message[at] = sentence[at + 1];
        at += 1;
    }
    if LENGTH > 1 && (message[1].is_ascii_lowercase() || message[1] == b' ') {
        message[0] = message[0].to_ascii_lowercase();
    }
    message
}

/// The rules of a file: each a documented function with the severity of a violation.
///
/// ```text
/// rules![
///     /// What is wrong, in one sentence.
///     ///
///     /// What the rule checks and why a violation is bad, a policy that breaks it and one that does not.
///     #[rule(Warning, needs(KEYS, DENY))]
///     fn SOME_ID(facts: &Facts<'_>, sink: &mut Sink<'_>) {
///         ..
///     },
/// ]
/// ```
///
/// This makes a constant of each, with all of its documentation, and lists them in `RULES` in the order of the file.
/// After the severity, in any order:
///
/// * `denied`: `policy!` refuses to compile a violation (as every error),
/// * `needs(..)`: what a document must have for the function to be worth calling,
/// * `kind(..)`: the only kind of policy that the function is worth calling for,
/// * `subject(..)`, `about(..)` and `follows(..)`: what front ends ask a rule (see [`Subject`], [`About`] and [`Cause`]).
///
/// A rule without parameters, `fn SOME_ID() {}`, is reported while a text is read.
///
/// The brackets and commas are for rustfmt, which formats items in them and nothing in braces.
macro_rules! rules {
    ($(
        #[doc = $summary:expr]
        $(#[doc = $explanation:expr])*
        #[rule($severity:ident $(, $option:ident $(($($argument:ident),+))?)*)]
        fn $id:ident($($facts:ident: $facts_type:ty, $sink:ident: $sink_type:ty $(,)?)?) $body:block
    ),* $(,)?) => {
        $(
            #[doc = $summary]
            $(#[doc = $explanation])*
            pub const $id: $crate::check::Rule = {
                const SUMMARY: [u8; $summary.len() - " .".len()] = $crate::check::rule::summary($summary);
                let rule = $crate::check::Rule::new(
                    stringify!($id),
                    $crate::check::Severity::$severity,
                    match ::core::str::from_utf8(&SUMMARY) {
                        Ok(summary) => summary,
                        Err(_) => "",
                    },
                    concat!($($explanation, "\n"),*),
                    $crate::check::rule::run!($($facts $facts_type, $sink $sink_type,)? $body),
                );
                $(let rule = $crate::check::rule::option!(rule, $option $($($argument)+)?);)*
                rule
            };
        )*
        pub(super) const RULES: &[$crate::check::Rule] = &[$($id),*];
    };
}

/// The function of a rule. One that is written like a closure costs the compiler twice, once for itself and once for what
/// calls it through a pointer.
macro_rules! run {
    ($body:block) => {
        None
    };
    ($facts:ident $facts_type:ty, $sink:ident $sink_type:ty, $body:block) => {{
        fn run($facts: $facts_type, $sink: $sink_type) {
            $body
        }
        Some(run as $crate::check::rule::Run)
    }};
}

/// What is after the severity of a rule.
macro_rules! option {
    ($rule:ident, denied) => {
        $rule.denied()
    };
    ($rule:ident, needs $($need:ident)+) => {
        $rule$(.needs($crate::check::needs::Needs::$need))+
    };
    ($rule:ident, subject $subject:ident) => {
        $rule.subject($crate::check::Subject::$subject)
    };
    ($rule:ident, about $about:ident) => {
        $rule.about($crate::check::About::$about)
    };
    ($rule:ident, follows $($cause:ident)+) => {
        $rule.follows(&[$($crate::check::Cause::$cause),+])
    };
    ($rule:ident, kind $kind:ident) => {
        $rule.needs($crate::check::needs::Needs::kind($crate::PolicyKind::$kind))
    };
}

pub(super) use {option, rules, run};

/// How many rules there are in several files.
#[expect(
    clippy::indexing_slicing,
    reason = "`get` cannot be used in a `const fn`"
)]
pub(super) const fn count(files: &[&[Rule]]) -> usize {
    let (mut file, mut count) = (0, 0);
    while file < files.len() {
        count += files[file].len();
        file += 1;
    }
    count
}

/// The rules of several files as one list.
#[expect(
    clippy::indexing_slicing,
    reason = "`get` cannot be used in a `const fn`"
)]
pub(super) const fn concat<const COUNT: usize>(files: &[&[Rule]]) -> [Rule; COUNT] {
    let mut all = [files[0][0]; COUNT];
    let (mut file, mut count) = (0, 0);
    while file < files.len() {
        let mut at = 0;
        while at < files[file].len() {
            all[count] = files[file][at];
            (at, count) = (at + 1, count + 1);
        }
        file += 1;
    }
    all
}
