//! Whether one part of a document covers another: everything that the one matches, the other matches too.
//!
//! The answer `true` is certain. `false` also represents "cannot be distinguished from the texts".

#[cfg(feature = "evaluate")]
use alloc::vec::Vec;

#[cfg(feature = "evaluate")]
use super::Options;
use super::covering::Covering;
#[cfg(feature = "evaluate")]
use super::facts::Facts;
use super::facts::{ActionFact, ActionKind, StatementFacts};
use super::others::Others;
#[cfg(feature = "evaluate")]
use crate::document::Document;
use crate::document::{Element, Text};
use crate::glob;

/// Whether every text that the inner pattern matches also matches the outer one.
pub(crate) fn pattern(outer: &str, inner: &str, fold: bool) -> bool {
    // Most pairs differ within the letters before the first wildcard, and then neither equality nor a wildcard helps.
    let mut letters = inner.bytes();
    let mut special = None;
    for (at, byte) in outer.bytes().enumerate() {
        #[cfg(test)]
        crate::steps::take(1);
        if matches!(byte, b'*' | b'?' | b'$') {
            special = Some(at);
            break;
        }
        match letters.next() {
            Some(other) if byte == other || (fold && byte.eq_ignore_ascii_case(&other)) => {}
            _ => return false,
        }
    }
    let Some(special) = special else {
        return letters.next().is_none();
    };
    if outer.len() == inner.len() && (outer == inner || (fold && outer.eq_ignore_ascii_case(inner)))
    {
        return true;
    }
    let (Some(open), Some(rest)) = (outer.get(special..), inner.get(special..)) else {
        return false;
    };
    if !glob::has_wildcard(open) || open.contains("${") {
        return false;
    }
    // Taken as letters, the wildcards of the inner pattern can only meet those of the outer one. A star represents any
    // text, so a question mark must not meet it.
    if open.contains('?') && inner.contains('*') {
        return false;
    }
    glob::matches(open, rest, fold)
}

/// Which statement covers this one, if another one does: it has the same effect, and matches every request that this one does.
///
/// Of two that say the same, the second is covered.
pub(crate) fn covering(
    statements: &[StatementFacts<'_>],
    others: &Others<'_>,
    inner: usize,
) -> Option<usize> {
    let this = statements.get(inner)?;
    others.whole(this).iter().find(|outer| {
        (statements.get(*outer)).is_some_and(|other| {
            *outer != inner
                && other.statement.effect == this.statement.effect
                && other.covers_whole(this)
                && (*outer < inner || !this.covers_whole(other))
        })
    })
}

/// The statements of a document that others cover, with those that cover them, by their numbers.
#[cfg(feature = "evaluate")]
pub(crate) fn covered_statements(document: &Document<'_>) -> Vec<(usize, usize)> {
    let options = Options::default();
    let facts = Facts::of(document, &options);
    let others = Others::of(&facts.statements, |_| true);
    (0..facts.statements.len())
        .filter_map(|inner| Some((inner, covering(&facts.statements, &others, inner)?)))
        .collect()
}

impl ActionFact<'_> {
    /// Whether every action of the other entry is one of this entry.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        match (&self.kind, &other.kind) {
            (ActionKind::Known(_, own), ActionKind::Known(_, other)) => core::ptr::eq(*own, *other),
            (ActionKind::Known(..), ActionKind::Pattern(..)) => false,
            _ => pattern(self.text, other.text, true),
        }
    }
}

/// Whether an element of the outer statement takes in what an element of the inner one does.
fn element(outer: (&Element<'_>, bool), inner: (&Element<'_>, bool), fold: bool) -> bool {
    let ((outer, outer_not), (inner, inner_not)) = (outer, inner);
    match (outer_not, inner_not) {
        (false, false) => all_in(inner, outer, fold),
        // What is left out of the outer one must be left out of the inner one.
        (true, true) => all_in(outer, inner, fold),
        (true, false) => {
            for text in &inner.values {
                if glob::has_wildcard(text) || text.contains("${") {
                    return false;
                }
            }
            every(Texts::of(inner), Texts::of(outer), fold, Asked::Unmatched)
        }
        (false, true) => outer.values.iter().any(|value| value == "*"),
    }
}

/// Whether every text of the one element is covered by some text of the other.
fn all_in(element: &Element<'_>, other: &Element<'_>, fold: bool) -> bool {
    every(Texts::of(element), Texts::of(other), fold, Asked::Covered)
}

/// The texts of an element.
#[derive(Clone, Copy)]
enum Texts<'e> {
    Values(&'e [Text<'e>]),
    Actions(&'e [ActionFact<'e>]),
}

impl<'e> Texts<'e> {
    fn of(element: &'e Element<'_>) -> Self {
        Self::Values(&element.values.items)
    }

    fn get(self, number: usize) -> Option<&'e str> {
        match self {
            Self::Values(values) => values.get(number).map(|text| &**text),
            Self::Actions(actions) => actions.get(number).map(|action| action.text),
        }
    }

    fn from(self, number: usize) -> impl Iterator<Item = &'e str> {
        (number..).map_while(move |number| self.get(number))
    }
}

/// What is asked about a text and some patterns.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// Whether one of the patterns covers it.
    Covered,
    /// Whether none of the patterns matches it.
    Unmatched,
}

/// Trying all pairs is faster for lists as short as this, and where an early text has another answer.
const FEW: usize = 8;

/// Whether the answer is yes for each of the texts.
fn every(texts: Texts<'_>, patterns: Texts<'_>, fold: bool, asked: Asked) -> bool {
    for text in texts.from(0).take(FEW) {
        let mut patterns = patterns.from(0);
        let holds = match asked {
            Asked::Covered => patterns.any(|other| pattern(other, text, fold)),
            Asked::Unmatched => !patterns.any(|other| glob::matches(other, text, fold)),
        };
        if !holds {
            return false;
        }
    }
    if texts.get(FEW).is_none() {
        return true;
    }
    let covering = Covering::of(patterns.from(0).collect(), fold);
    for text in texts.from(FEW) {
        let holds = match asked {
            Asked::Covered => covering.covers(text),
            Asked::Unmatched => !covering.matches(text),
        };
        if !holds {
            return false;
        }
    }
    true
}

impl StatementFacts<'_> {
    /// Whether the statement takes in every request that the other does, its conditions aside.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        self.covers_actions(other) && self.covers_resources(other) && self.covers_principals(other)
    }

    /// Whether the statement takes in every request that the other does, going by its conditions too.
    pub(crate) fn covers_whole(&self, other: &Self) -> bool {
        (self.conditions.is_empty() || self.statement.conditions == other.statement.conditions)
            && self.covers(other)
    }

    fn covers_actions(&self, other: &Self) -> bool {
        let (outer, inner) = (&self.statement.actions, &other.statement.actions);
        if outer.not || inner.not {
            return element((outer, outer.not), (inner, inner.not), true);
        }
        // Two actions that are known need no look at their names, and of most statements the first says it.
        if let (Some(first), false) = (other.actions.first(), self.actions.len() > FEW) {
            let mut covered = false;
            for action in &self.actions {
                covered |= action.covers(first);
            }
            if !covered {
                return false;
            }
        }
        let (outer, inner) = (
            Texts::Actions(&self.actions),
            Texts::Actions(&other.actions),
        );
        every(inner, outer, true, Asked::Covered)
    }

    /// Whether the statement takes in the resources of the other.
    pub(crate) fn covers_resources(&self, other: &Self) -> bool {
        match (&self.statement.resources, &other.statement.resources) {
            (Some(outer), Some(inner)) => element((outer, outer.not), (inner, inner.not), false),
            (None, None) => true,
            _ => false,
        }
    }

    /// Whether the statement takes in the principals of the other.
    pub(crate) fn covers_principals(&self, other: &Self) -> bool {
        if self.statement.principals == other.statement.principals {
            return true;
        }
        (self.principals.as_ref()).is_some_and(|outer| !outer.not && outer.includes_everyone())
            && other.principals.is_some()
    }

    /// Whether the action of this text is among those of the statement.
    pub(crate) fn has_action(&self, action: &str) -> bool {
        let listed = (self.actions.iter()).any(|fact| glob::matches(fact.text, action, true));
        listed != self.statement.actions.not
    }
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn patterns() {
        for (outer, inner, expected) in [
            ("*", "rekognition:DetectLabels", true),
            ("*", "rekognition:*", true),
            ("rekognition:*", "rekognition:Detect*", true),
            ("rekognition:Detect*", "rekognition:*", false),
            ("rekognition:detect*", "REKOGNITION:DetectText", true),
            ("rekognition:*Faces", "rekognition:Index*", false),
            ("a?", "a*", false),
            ("a?*", "a?", true),
            ("a?", "ab", true),
            ("a*b", "a*c*b", true),
            ("a*b*", "a?b", true),
            ("a", "a", true),
            ("a", "b", false),
            ("a${*}", "ab", false),
            ("a*", "a${aws:username}", true),
        ] {
            assert_eq!(
                pattern(outer, inner, true),
                expected,
                "{outer} over {inner}"
            );
        }
        assert!(!pattern("A*", "ab", false));
    }
}
