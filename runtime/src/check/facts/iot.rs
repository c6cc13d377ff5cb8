//! Policies of AWS IoT Core, which look like identity policies.
//!
//! AWS IoT Core evaluates them by itself, for the certificates and groups of things that they are attached to. See
//! <https://docs.aws.amazon.com/iot/latest/developerguide/iot-policies.html>.

use super::Options;
use crate::check::{tables, text};
use crate::document::{Document, PolicyKind, Statement};

/// Whether a document is such a policy, going by what is in it.
pub(super) fn is_policy(document: &Document<'_>, options: &Options<'_>) -> bool {
    if options.kind_is_given || options.kind != PolicyKind::Identity {
        return false;
    }
    let statements = &document.statements.items;
    // The first action tells nearly all other documents apart.
    statements.iter().all(is_of_services) && statements.iter().any(says_so)
}

/// Whether all actions of a statement are of the services that AWS IoT Core allows actions of.
pub(crate) fn is_of_services(statement: &Statement<'_>) -> bool {
    let of_service = |action: &str| {
        (action.split_once(':'))
            .is_some_and(|(prefix, _)| text::is_one_of(prefix, tables::IOT_CORE_SERVICES))
    };
    statement.principals.is_none()
        && !statement.actions.not
        && (statement.actions.values.iter()).all(|action| of_service(action))
}

/// Whether a statement has something that only AWS IoT Core evaluates.
fn says_so(statement: &Statement<'_>) -> bool {
    let keys = (statement.conditions.iter())
        .flat_map(|block| &block.keys)
        .any(|(name, _)| is_like_own_key(name));
    keys || (statement.actions.values.iter()).any(|action| is_own_action(action))
        || (statement.resources.iter())
            .flat_map(|element| &element.values)
            .any(|resource| has_own_variable(resource))
}

/// Whether AWS IoT Core has the action, and no service reference does.
pub(super) fn is_own_action(name: &str) -> bool {
    (tables::IOT_CORE_ACTIONS.iter()).any(|(prefix, action)| {
        name.split_once(':').is_some_and(|(own, name)| {
            own.eq_ignore_ascii_case(prefix) && name.eq_ignore_ascii_case(action)
        })
    })
}

/// Whether AWS IoT Core evaluates a key of this name.
pub(crate) fn is_own_key(name: &str) -> bool {
    let starts = |known: &str| {
        (name.get(..known.len())).is_some_and(|start| start.eq_ignore_ascii_case(known))
    };
    (tables::IOT_CORE_KEYS.iter()).any(|known| match known.as_bytes().last() {
        Some(b'.') => starts(known),
        Some(b'[') => starts(known) && name.ends_with(']'),
        _ => name.eq_ignore_ascii_case(known),
    })
}

/// Whether a key is meant to be one of these, though its name may be misspelled: it begins with the first part of a name.
fn is_like_own_key(name: &str) -> bool {
    let first = |name: &str| name.split_once('.').map(|(first, _)| first.len());
    let same_group = |known: &str| {
        first(known).is_some_and(|length| {
            first(name) == Some(length)
                && (name.get(..length).zip(known.get(..length)))
                    .is_some_and(|(one, other)| one.eq_ignore_ascii_case(other))
        })
    };
    is_own_key(name) || (tables::IOT_CORE_KEYS.iter()).any(|known| same_group(known))
}

/// The names of the keys of AWS IoT Core, without those that are only the start of a name.
pub(crate) fn own_keys() -> impl Iterator<Item = &'static str> {
    (tables::IOT_CORE_KEYS.iter().copied()).filter(|name| !name.ends_with(['.', '[']))
}

/// Whether a text has a variable of AWS IoT Core.
fn has_own_variable(text: &str) -> bool {
    (text.split("${").skip(1)).any(|rest| {
        rest.split_once('}')
            .is_some_and(|(name, _)| is_like_own_key(name))
    })
}
