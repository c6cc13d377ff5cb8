//! What a rule is, and how one is written down.

use alloc::string::String;

use super::facts::Facts;
use super::needs::Needs;
use super::{Severity, Sink};

/// A rule: an id, what it is about, and how bad a breach is.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The id: AWS's own where IAM Access Analyzer has the check, else one that begins with `REKOGNITION_IAM_`.
    pub id: &'static str,
    /// How bad a breach is, on the scale that AWS's policy checks use.
    pub severity: Severity,
    /// Whether `policy!` refuses to compile such a policy. True for every [`Severity::Error`], and for the weaker checks
    /// whose breach makes a statement do something other than it says.
    pub denied_in_rust: bool,
    /// What is wrong, in one line.
    pub summary: &'static str,
    /// The rest of the rule's documentation, each line as it follows `///`.
    explanation: &'static str,
    /// What a document without a breach may lack. Such a document is not looked at.
    pub(super) needs: Needs,
    /// Reports every breach in a document. `None` when only a text can have one, which is reported while reading it.
    pub(super) run: Option<Run>,
}

/// Reports every breach of a rule.
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

    /// What the rule checks and why a breach is bad, with a policy that breaks it and a similar one that does not, as
    /// Markdown.
    ///
    /// Both policies are fenced code in JSON: whole documents, or statements of one. The word after `json` is the
    /// [kind](crate::PolicyKind) of the policy where it is not an identity policy.
    ///
    /// ```
    /// use rekognition_iam_runtime::check::Rule;
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
            explanation,
            needs: Needs::NOTHING,
            run,
        }
    }

    pub(super) const fn denied(mut self) -> Self {
        self.denied_in_rust = true;
        self
    }

    pub(super) const fn needs(mut self, needs: Needs) -> Self {
        self.needs = self.needs.and(needs);
        self
    }
}

/// The sentence of a doc comment as a message: without the space before it and the full stop after it, and in lower case
/// unless it begins with a name.
pub(super) const fn summary<const LENGTH: usize>(sentence: &str) -> [u8; LENGTH] {
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

/// The rules of a file: each a documented function with the severity of a breach.
///
/// ```text
/// rules![
///     /// What is wrong, in one sentence.
///     ///
///     /// What the rule checks and why a breach is bad, a policy that breaks it and one that does not.
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
/// * `denied`: `policy!` refuses to compile a breach (as every error),
/// * `needs(..)`: what a document must have for the function to be worth calling,
/// * `kind(..)`: the only kind of policy that the function is worth calling for.
///
/// A rule without parameters, `fn SOME_ID() {}`, is reported while a text is read.
///
/// The brackets and commas are for rustfmt, which formats items in them and nothing in braces.
macro_rules! rules {
    ($(
        #[doc = $summary:literal]
        $(#[doc = $explanation:literal])*
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

/// What stands after the severity of a rule.
macro_rules! option {
    ($rule:ident, denied) => {
        $rule.denied()
    };
    ($rule:ident, needs $($need:ident)+) => {
        $rule$(.needs($crate::check::needs::Needs::$need))+
    };
    ($rule:ident, kind $kind:ident) => {
        $rule.needs($crate::check::needs::Needs::kind($crate::PolicyKind::$kind))
    };
}

pub(super) use {option, rules, run};

/// How many rules there are in several files.
pub(super) const fn count(files: &[&[Rule]]) -> usize {
    let (mut file, mut count) = (0, 0);
    while file < files.len() {
        count += files[file].len();
        file += 1;
    }
    count
}

/// The rules of several files as one list.
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
