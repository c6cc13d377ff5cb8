//! How large a document is, as AWS counts it.

use super::Options;
use super::facts::Facts;
use crate::catalogue::generated::prose::POLICY_OF_IOT_QUOTA;
#[cfg(feature = "evaluate")]
use crate::catalogue::prose::Unit;
use crate::catalogue::prose::{self, Quota};
use crate::document::{Document, List, PrincipalSet, Text};
use crate::json;
use crate::size::{Measured, Size};

/// The size of a text in a unit.
#[cfg(feature = "evaluate")]
pub(crate) fn in_unit(text: &str, unit: Unit) -> usize {
    Size::of(text).in_unit(unit)
}

/// Measures a document: [`Options::text`] of it, or else its shortest JSON.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::check::{self, Options};
/// use rekognition_iam::document::{Document, PolicyKind};
///
/// let kind = PolicyKind::Project;
/// let text = r#"{ "Statement": [] }"#;
/// let measured = check::measure(&Document::default(), &Options::new(kind).text(text));
/// // White space counts in the policy of a project.
/// assert_eq!((measured.size, measured.quota), (19, Some(2_000)));
/// ```
#[must_use]
#[inline]
pub fn measure(document: &Document<'_>, options: &Options<'_>) -> Measured {
    let facts = Facts::of(document, options);
    let quota = match facts.iot_core {
        true => Some(&POLICY_OF_IOT_QUOTA),
        false => (options.kind.quota()).or_else(|| Some(&facts.attached?.row?.quota)),
    };
    let size = match options.text {
        Some(text) => Size::of(text),
        None => Size::of(&json::to_minified(document)),
    };
    size.measured(quota)
}

/// The size of the document when it is over the quota.
pub(crate) fn over(facts: &Facts<'_>, quota: &Quota) -> Option<usize> {
    let prose::Size { limit, unit } = quota.size;
    let size = match facts.text {
        // A text has at least one byte for each character.
        Some(text) if text.len() <= limit => return None,
        Some(text) => Size::of(text),
        None if most(facts.document, |text| text.len() * 6) <= limit
            || most(facts.document, escaped) <= limit =>
        {
            return None;
        }
        None => Size::of(&json::to_minified(facts.document)),
    };
    let size = size.in_unit(unit);
    (size > limit).then_some(size)
}

/// The length of a text with an escape of six characters for every byte that may need one.
fn escaped(text: &str) -> usize {
    let mut length = text.len();
    for byte in text.as_bytes() {
        if *byte < 0x20 || matches!(byte, b'"' | b'\\') {
            length += 5;
        }
    }
    length
}

/// An upper limit of the length of the document's shortest JSON, found without writing it: nearly every document is far
/// below its quota. `inner` is an upper limit of the length of a text between its quotes.
fn most(document: &Document<'_>, inner: fn(&str) -> usize) -> usize {
    // Quotes and a comma.
    let text = |text: &str| inner(text) + 3;
    let list = |list: &List<Text<'_>>| {
        let mut most = 3;
        for item in list {
            most += text(item);
        }
        most
    };
    let mut most = 64;
    if let Some(version) = &document.version {
        most += text(version);
    }
    if let Some(id) = &document.id {
        most += text(id);
    }
    for statement in &document.statements {
        // The names of all elements.
        most += 96 + list(&statement.actions.values);
        if let Some(sid) = &statement.sid {
            most += text(sid);
        }
        if let Some(resources) = &statement.resources {
            most += list(&resources.values);
        }
        if let Some(principals) = &statement.principals
            && let PrincipalSet::Listed(kinds) = &principals.set
        {
            for (_, names) in kinds {
                most += 20 + list(names);
            }
        }
        for block in &statement.conditions {
            most += 4 + text(&block.operator);
            for (key, values) in &block.keys {
                most += 4 + text(key);
                for value in values {
                    most += text(value.as_text());
                }
            }
        }
    }
    most
}

#[cfg(test)]
mod tests {
    use alloc::borrow::Cow;
    use alloc::string::String;
    use alloc::vec;

    use super::{Size, escaped, most};
    use crate::document::{
        ConditionBlock, Document, Effect, Element, List, PrincipalKind, PrincipalSet, Principals,
        Statement, Value,
    };
    use crate::json;

    #[test]
    fn the_estimate_is_never_too_low() {
        for odd in ["", "plain", "\u{1}\u{2}\"\\\n", "é€😀"] {
            let text = || Cow::Owned(String::from(odd));
            let element = |not| Element {
                not,
                values: List::bracketed(vec![text(), text()]),
            };
            let statement = Statement {
                sid: Some(text()),
                effect: Effect::Allow,
                principals: Some(Principals {
                    not: true,
                    set: PrincipalSet::Listed(vec![(
                        PrincipalKind::CanonicalUser,
                        List::shortest(vec![text()]),
                    )]),
                }),
                actions: element(true),
                resources: Some(element(true)),
                conditions: vec![ConditionBlock {
                    operator: text(),
                    keys: vec![(text(), List::bracketed(vec![Value::String(text())]))],
                }],
                empty_condition: false,
            };
            let document = Document {
                version: Some(text()),
                id: Some(text()),
                statements: List::bracketed(vec![statement.clone(), statement]),
            };
            let written = json::to_minified(&document);
            assert!(most(&document, escaped) >= written.len(), "{written}");
            assert!(most(&document, |text| text.len() * 6) >= most(&document, escaped));
        }
    }

    #[test]
    fn units() {
        let size = Size::of("{ \"é\": 1 }\n");
        assert_eq!((size.non_blank, size.characters, size.bytes), (7, 11, 12));
    }
}
