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
pub(super) fn is_of_services(statement: &Statement<'_>) -> bool {
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
        .any(|(name, _)| is_own_key(name));
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
    (tables::IOT_CORE_KEYS.iter()).any(|known| match known.ends_with('.') {
        true => (name.get(..known.len())).is_some_and(|start| start.eq_ignore_ascii_case(known)),
        false => name.eq_ignore_ascii_case(known),
    })
}

/// Whether a text has a variable of AWS IoT Core.
fn has_own_variable(text: &str) -> bool {
    (text.split("${").skip(1)).any(|rest| {
        rest.split_once('}')
            .is_some_and(|(name, _)| is_own_key(name))
    })
}
