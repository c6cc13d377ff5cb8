//! Rules about what another part of the document says already, or takes back.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::check::covering::Covering;
use crate::check::facts::{ActionFact, ActionKind, Facts, StatementFacts};
use crate::check::others::{Found, Others};
use crate::check::rule::rules;
use crate::check::{Message, text};
use crate::check::{Sink, cover};
use crate::document::{Effect, Place, PolicyKind};
use crate::glob;

/// A list of texts in which later ones may be covered by others.
struct List<'t> {
    texts: Vec<&'t str>,
    fold: bool,
}

impl<'t> List<'t> {
    /// The texts that another one covers.
    fn redundant(&self) -> Vec<Redundant<'t>> {
        let mut redundant = Vec::new();
        for (number, by) in self.covered() {
            if let (Some(&text), Some(&by)) = (self.texts.get(number), self.texts.get(by)) {
                redundant.push(Redundant { number, text, by });
            }
        }
        redundant
    }

    /// For each text that another covers, its number and that of the other.
    fn covered(&self) -> Vec<(usize, usize)> {
        let twins = text::twins(&self.texts, self.fold);
        // Only an entry with a wildcard covers one that is spelled otherwise.
        if !self.texts.iter().any(|text| glob::has_wildcard(text)) {
            return twins;
        }
        // Of equal texts, only the first is a candidate: a list may have one pattern thousands of times.
        let (mut firsts, mut numbers) = (Vec::new(), Vec::new());
        let mut later = twins.iter().peekable();
        for (number, text) in self.texts.iter().enumerate() {
            if later.next_if(|twin| twin.0 == number).is_none() {
                firsts.push(*text);
                numbers.push(number);
            }
        }
        let candidates = Covering::of(firsts, self.fold);
        let mut found = Vec::new();
        let mut twins = twins.into_iter().peekable();
        for (i, text) in self.texts.iter().enumerate() {
            if let Some(twin) = twins.next_if(|twin| twin.0 == i) {
                found.push(twin);
            } else if let Some(by) = self.covering(
                i,
                text,
                candidates
                    .candidates(text)
                    .into_iter()
                    .filter_map(|at| numbers.get(at).copied()),
            ) {
                found.push((i, by));
            }
        }
        found
    }

    /// Which of some entries covers a text that is spelled otherwise.
    fn covering(
        &self,
        i: usize,
        text: &str,
        candidates: impl Iterator<Item = usize>,
    ) -> Option<usize> {
        for w in candidates {
            let Some(other) = self.texts.get(w) else {
                continue;
            };
            if w != i
                && cover::pattern(other, text, self.fold)
                && !(text == *other || (self.fold && text.eq_ignore_ascii_case(other)))
                // Of two spellings of one pattern, the second is the one to go.
                && (w < i || !cover::pattern(text, other, self.fold))
            {
                return Some(w);
            }
        }
        None
    }
}

/// A text that another one of its list covers.
struct Redundant<'t> {
    number: usize,
    text: &'t str,
    by: &'t str,
}

/// Whether the author vouches for an action, of which nothing more is known.
fn has_unlisted(statement: &StatementFacts<'_>) -> bool {
    (statement.actions.iter()).any(|action| matches!(action.kind, ActionKind::Unlisted))
}

/// Whether the entries of a short list are one action each, and no two the same: nearly every list is like this.
fn all_differ(statement: &StatementFacts<'_>) -> bool {
    let actions = &statement.actions;
    for (number, action) in actions.iter().enumerate() {
        if !matches!(action.kind, ActionKind::Known(..))
            || number > 12
            || (actions.iter().take(number)).any(|earlier| earlier.covers(action))
        {
            return false;
        }
    }
    true
}

rules![
    /// An action is already covered by another action of the statement.
    ///
    /// Checks for actions that match a pattern in the same list, or that are listed twice. They change nothing, and
    /// make the statement look narrower than it is. Remove the action, or the pattern if it was not meant.
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": ["rekognition:Detect*", "rekognition:DetectText"], "Resource": "*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": ["rekognition:Detect*"], "Resource": "*"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>.
    #[rule(Suggestion, needs(ACTIONS))]
    fn REDUNDANT_ACTION(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (s, statement) in facts.statements.iter().enumerate() {
            if statement.actions.len() < 2 || has_unlisted(statement) || all_differ(statement) {
                continue;
            }
            let mut list = List {
                texts: Vec::new(),
                fold: true,
            };
            for action in &statement.actions {
                list.texts.push(action.text);
            }
            for redundant in list.redundant() {
                let (own, other) = (redundant.text, redundant.by);
                let message = if own == other {
                    format!("`{}` is already in this list", own.escape_debug())
                } else {
                    format!("`{}` covers `{}`", other.escape_debug(), own.escape_debug())
                };
                sink.report(Place::Action(s, redundant.number), message)
                    .help(if own == other {
                        "remove one of the two"
                    } else {
                        "remove this action, or the pattern if you did not mean to list all that it matches"
                    });
            }
        }
    },

    /// A resource is already covered by another resource of the statement.
    ///
    /// Checks for ARNs that match a pattern in the same list, or that are listed twice. They change nothing, and
    /// make the statement look narrower than it is. Remove the resource, or the pattern if it was not meant.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": [
    ///     "arn:aws:rekognition:us-east-1:123456789012:collection/staff",
    ///     "arn:aws:rekognition:us-east-1:123456789012:collection/s*"
    ///   ]
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": ["arn:aws:rekognition:us-east-1:123456789012:collection/s*"]
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>.
    #[rule(Suggestion, needs(RESOURCES))]
    fn REDUNDANT_RESOURCE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (s, statement) in facts.statements.iter().enumerate() {
            if statement.resources.len() < 2 {
                continue;
            }
            let mut list = List {
                texts: Vec::new(),
                fold: false,
            };
            for resource in &statement.resources {
                list.texts.push(resource.text);
            }
            for redundant in list.redundant() {
                let (own, other) = (redundant.text, redundant.by);
                let message = if own == other {
                    "this resource is already in the list".to_string()
                } else {
                    format!("`{}` covers this resource", other.escape_debug())
                };
                sink.report(Place::Resource(s, redundant.number), message)
                    .help("remove this resource, or the other one if you did not mean to list all that it matches");
            }
        }
    },

    /// A statement is already covered by another statement.
    ///
    /// Checks for statements whose every request is also matched by another statement with the same effect. They
    /// change nothing, use up space, and may be mistaken for the only grant when access is to be removed. Remove
    /// the statement, or narrow the other one.
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "rekognition:Detect*", "Resource": "*"},
    /// {"Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "rekognition:Detect*", "Resource": "*"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_statement.html>.
    #[rule(Suggestion, needs(STATEMENTS))]
    fn REDUNDANT_STATEMENT(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        let statements = &facts.statements;
        let others = Others::of(statements, |_| true);
        for (i, inner) in statements.iter().enumerate() {
            if inner.actions.is_empty() || has_unlisted(inner) {
                continue;
            }
            if let Some(outer) = cover::covering(statements, &others, i) {
                sink.report(
                    Place::Statement(i),
                    format!(
                        "statement {} already covers this statement",
                        name(statements, outer)
                    ),
                )
                .help("remove this statement, or narrow the other one");
            }
        }
    },

    /// A `Deny` in the same policy denies everything that an `Allow` grants.
    ///
    /// Checks each `Allow` against the denials of its policy. An explicit deny always wins, so the `Allow` has no
    /// effect. Remove it, or narrow the `Deny`, for example with a condition.
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"},
    /// {"Effect": "Deny", "Action": "rekognition:Detect*", "Resource": "*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"},
    /// {
    ///   "Effect": "Deny",
    ///   "Action": "rekognition:Detect*",
    ///   "Resource": "*",
    ///   "Condition": {"Bool": {"aws:SecureTransport": "false"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>.
    #[rule(Error, needs(DENY, STATEMENTS), follows(Unread))]
    fn REKOGNITION_IAM_ALLOW_CANCELLED(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        let statements = &facts.statements;
        if statements.iter().all(StatementFacts::allows)
            || facts.kind == PolicyKind::ResourceControl
        {
            return;
        }
        let denials = Others::of(statements, |facts| {
            facts.statement.effect == Effect::Deny && facts.conditions.is_empty()
        });
        for (s, allow) in statements.iter().enumerate() {
            if !allow.allows()
                || allow.statement.actions.not
                || allow.actions.is_empty()
                || has_unlisted(allow)
            {
                continue;
            }
            let (mut by, mut all) = (None, true);
            let rest = denials.of_rest(allow);
            for action in &allow.actions {
                let own = denials.of_action(&rest, allow, action.text);
                let found = cancelled(statements, own.as_ref().unwrap_or(&rest), allow, action);
                by = by.or(found);
                all &= found.is_some();
                if !all {
                    break;
                }
            }
            if let (true, Some(deny)) = (all, by) {
                let name = name(statements, deny);
                sink.report(
                    Place::Statement(s),
                    format!(
                        "statement {name} denies everything that this one allows, so this one has no effect"
                    ),
                )
                .help(
                    Message::new()
                        .word("Deny")
                        .with(" always wins: remove this statement, or narrow the other one"),
                );
            }
        }
    }
];

/// The number of a statement, and its `Sid` where it has one.
fn name(statements: &[StatementFacts<'_>], s: usize) -> String {
    let statement = statements.get(s).map(|facts| facts.statement);
    match statement.and_then(|statement| statement.sid.as_deref()) {
        None | Some("") => (s + 1).to_string(),
        Some(sid) => format!("{} (`{}`)", s + 1, sid.escape_debug()),
    }
}

/// Whether an unconditional `Deny` takes away what the entry grants in its statement.
fn cancelled(
    statements: &[StatementFacts<'_>],
    denials: &Found<'_>,
    allow: &StatementFacts<'_>,
    action: &ActionFact<'_>,
) -> Option<usize> {
    denials.iter().find(|s| {
        (statements.get(*s)).is_some_and(|deny| {
            denies(deny, action) && deny.covers_resources(allow) && deny.covers_principals(allow)
        })
    })
}

fn denies(deny: &StatementFacts<'_>, action: &ActionFact<'_>) -> bool {
    if deny.statement.actions.not {
        !glob::has_wildcard(action.text) && deny.has_action(action.text)
    } else {
        deny.actions.iter().any(|other| other.covers(action))
    }
}

#[cfg(test)]
mod tests {
    use super::List;
    use alloc::vec;

    #[test]
    fn redundant_entries() {
        let list = |texts| List { texts, fold: true }.covered();
        assert_eq!(list(vec!["iam:Get*", "iam:List*", "iam:GetUser"]), [(2, 0)]);
        assert_eq!(list(vec!["iam:GetUser", "iam:Get*"]), [(0, 1)]);
        assert_eq!(
            list(vec!["iam:GetUser", "IAM:getuser", "iam:GetUser"]),
            [(1, 0), (2, 0)]
        );
        assert_eq!(list(vec!["iam:Get*", "iam:*User"]), []);
        assert_eq!(list(vec!["*", "iam:*", "iam:Get*"]), [(1, 0), (2, 0)]);
        assert_eq!(list(vec!["iam:Get**", "iam:Get*"]), [(1, 0)]);
        assert_eq!(list(vec![]), []);
    }
}
