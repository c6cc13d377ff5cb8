//! Rules about what another part of the document says already, or takes back.

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use crate::check::cover;
use crate::check::facts::{ActionFact, ActionKind, StatementFacts};
use crate::check::{Rule, Severity};
use crate::document::{Effect, Place, PolicyKind};
use crate::glob;

/// A list of texts in which later ones may be covered by others.
struct List<'t> {
    texts: Vec<&'t str>,
    fold: bool,
}

impl<'t> List<'t> {
    /// For each text that another covers, its number and that of the other.
    fn redundant(&self) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        if self.texts.len() < 2 {
            return found;
        }
        let same = |a: &str, b: &str| a == b || (self.fold && a.eq_ignore_ascii_case(b));
        // Only an entry with a wildcard covers one that is spelled otherwise; equal ones meet in a sorted list.
        let wild: Vec<usize> = (0..self.texts.len())
            .filter(|&i| glob::has_wildcard(self.texts[i]))
            .collect();
        let mut order: Vec<(u64, usize)> = (self.texts.iter().enumerate())
            .map(|(i, text)| (hash(text), i))
            .collect();
        order.sort_unstable();
        let twins = order.windows(2).any(|pair| pair[0].0 == pair[1].0);
        if !twins && wild.is_empty() {
            return found;
        }
        let mut twin = alloc::vec![None; self.texts.len()];
        for pair in order.windows(2) {
            if let [(a_hash, a), (b_hash, b)] = *pair
                && a_hash == b_hash
                && same(self.texts[a], self.texts[b])
            {
                twin[b] = Some(twin[a].unwrap_or(a));
            }
        }
        for (i, text) in self.texts.iter().enumerate() {
            if let Some(first) = twin[i] {
                found.push((i, first));
                continue;
            }
            let covers = |outer, inner| cover::pattern(outer, inner, self.fold);
            let by = wild.iter().copied().find(|&w| {
                w != i
                    && !same(self.texts[w], text)
                    && covers(self.texts[w], text)
                    // Of two spellings of one pattern, the second is the one to go.
                    && (w < i || !covers(text, self.texts[w]))
            });
            if let Some(by) = by {
                found.push((i, by));
            }
        }
        found
    }
}

/// A number that is the same for texts that differ in case alone.
fn hash(text: &str) -> u64 {
    // FNV-1a: a few nanoseconds for a name.
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Whether the author vouches for an action, of which nothing more is known.
fn has_unlisted(statement: &StatementFacts<'_>) -> bool {
    (statement.actions.iter()).any(|action| matches!(action.kind, ActionKind::Unlisted))
}

/// An action of a list is covered by another one.
pub const REDUNDANT_ACTION: Rule = Rule {
    id: "REDUNDANT_ACTION",
    severity: Severity::Suggestion,
    denied_in_rust: false,
    summary: "an action of a list is covered by another one",
    run: |facts, sink| {
        for (s, statement) in facts.statements.iter().enumerate() {
            if statement.actions.len() < 2 || has_unlisted(statement) {
                continue;
            }
            let list = List {
                texts: statement.actions.iter().map(|action| action.text).collect(),
                fold: true,
            };
            for (i, by) in list.redundant() {
                let (own, other) = (list.texts[i], list.texts[by]);
                let message = if own == other {
                    format!("`{}` stands in this list already", own.escape_debug())
                } else {
                    format!("`{}` covers `{}`", other.escape_debug(), own.escape_debug())
                };
                sink.report(Place::Action(s, i), message)
                    .help("take it away");
            }
        }
    },
};

/// A resource of a list is covered by another one.
pub const REDUNDANT_RESOURCE: Rule = Rule {
    id: "REDUNDANT_RESOURCE",
    severity: Severity::Suggestion,
    denied_in_rust: false,
    summary: "a resource of a list is covered by another one",
    run: |facts, sink| {
        for (s, statement) in facts.statements.iter().enumerate() {
            if statement.resources.len() < 2 {
                continue;
            }
            let list = List {
                texts: (statement.resources.iter())
                    .map(|resource| resource.text)
                    .collect(),
                fold: false,
            };
            for (i, by) in list.redundant() {
                let (own, other) = (list.texts[i], list.texts[by]);
                let message = if own == other {
                    "this resource stands in the list already".to_string()
                } else {
                    format!("`{}` covers this resource", other.escape_debug())
                };
                sink.report(Place::Resource(s, i), message)
                    .help("take it away, or the wider one when it was not meant");
            }
        }
    },
};

/// A statement says nothing that another one does not say.
pub const REDUNDANT_STATEMENT: Rule = Rule {
    id: "REDUNDANT_STATEMENT",
    severity: Severity::Suggestion,
    denied_in_rust: false,
    summary: "a statement says nothing that another one does not say",
    run: |facts, sink| {
        let statements = &facts.statements;
        for (i, inner) in statements.iter().enumerate() {
            if inner.actions.is_empty() || has_unlisted(inner) {
                continue;
            }
            let by = (statements.iter().enumerate()).find(|&(o, outer)| {
                o != i
                    && outer.statement.effect == inner.statement.effect
                    && (outer.conditions.is_empty() || outer.statement.conditions == inner.statement.conditions)
                    && outer.covers(inner)
                    // Of two that say the same, the second is the one to go.
                    && (o < i || !(inner.covers(outer) && inner.statement.conditions == outer.statement.conditions))
            });
            if let Some((o, outer)) = by {
                let name = match outer.statement.sid.as_deref().filter(|sid| !sid.is_empty()) {
                    Some(sid) => format!("{} (`{}`)", o + 1, sid.escape_debug()),
                    None => (o + 1).to_string(),
                };
                sink.report(
                    Place::Statement(i),
                    format!("statement {name} says all that this one says"),
                )
                .help("take this statement away, or narrow the other one");
            }
        }
    },
};

/// Whether an unconditional `Deny` takes away what the entry grants in its statement.
fn cancelled(
    statements: &[StatementFacts<'_>],
    allow: &StatementFacts<'_>,
    action: &ActionFact<'_>,
) -> Option<usize> {
    statements.iter().position(|deny| {
        deny.statement.effect == Effect::Deny
            && deny.conditions.is_empty()
            && denies(deny, action)
            && deny.covers_resources(allow)
            && deny.covers_principals(allow)
    })
}

fn denies(deny: &StatementFacts<'_>, action: &ActionFact<'_>) -> bool {
    if deny.statement.actions.not {
        !glob::has_wildcard(action.text) && deny.has_action(action.text)
    } else {
        deny.actions.iter().any(|other| other.covers(action))
    }
}

/// A `Deny` of the same document takes away all that an `Allow` grants.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>.
pub const REKOGNITION_IAM_ALLOW_CANCELLED: Rule = Rule {
    id: "REKOGNITION_IAM_ALLOW_CANCELLED",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "a Deny of the same document takes away all that an Allow grants",
    run: |facts, sink| {
        let statements = &facts.statements;
        if !statements
            .iter()
            .any(|statement| statement.statement.effect == Effect::Deny)
            || facts.kind == PolicyKind::ResourceControl
        {
            return;
        }
        for (s, allow) in statements.iter().enumerate() {
            if !allow.allows()
                || allow.statement.actions.not
                || allow.actions.is_empty()
                || has_unlisted(allow)
            {
                continue;
            }
            let mut by = None;
            let all = (allow.actions.iter()).all(|action| {
                let found = cancelled(statements, allow, action);
                by = by.or(found);
                found.is_some()
            });
            if let (true, Some(deny)) = (all, by) {
                let name = match statements[deny]
                    .statement
                    .sid
                    .as_deref()
                    .filter(|sid| !sid.is_empty())
                {
                    Some(sid) => format!("{} (`{}`)", deny + 1, sid.escape_debug()),
                    None => (deny + 1).to_string(),
                };
                sink.report(
                    Place::Statement(s),
                    format!(
                        "statement {name} denies all that this one grants, so this one does nothing"
                    ),
                )
                .help("a `Deny` always wins: take this statement away, or narrow the `Deny`");
            }
        }
    },
};

#[cfg(test)]
mod tests {
    use super::List;
    use alloc::vec;

    #[test]
    fn redundant_entries() {
        let list = |texts| List { texts, fold: true }.redundant();
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
