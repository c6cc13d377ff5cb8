//! The resource that AWS checks an action against.

#![expect(
    clippy::indexing_slicing,
    reason = "`get` cannot be used in a `const fn`; each index is compared with a length first"
)]

use super::request::ActionName;
use super::text::{same, same_folded};
use crate::catalogue::access::recorded;
use crate::catalogue::{self, ActionInfo, PseudoForm};

/// The resource of a request as AWS checks it.
pub(crate) struct Target<'r> {
    pub(crate) resource: &'r str,
    pub(crate) open: bool,
}

/// What AWS checks an action against.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Checked {
    /// The resource that the request names; actions that are not known count as such.
    Named,
    /// `*`, as for the actions of Rekognition without resource types.
    Star,
    /// One of these, on record from messages.
    Recorded(&'static [PseudoForm]),
    /// The action has no resource types, and AWS does not say what it checks instead.
    Undocumented,
}

impl Checked {
    pub(crate) fn of(action: ActionName<'_>) -> Self {
        match catalogue::service(action.service()) {
            Some(service) => Self::known(action, service.action_ignore_case(action.name())),
            None => Self::of_const(action),
        }
    }

    /// The same for the compiler.
    pub(crate) const fn of_const(action: ActionName<'_>) -> Self {
        match known_const(action) {
            Some((_, info)) => Self::known(action, Some(info)),
            None => Self::known(action, None),
        }
    }

    const fn known(action: ActionName<'_>, info: Option<&ActionInfo>) -> Self {
        if let Some(info) = info
            && (!info.resources.is_empty() || info.resources_disputed)
        {
            return Self::Named;
        }
        let service = action.service().as_bytes();
        match (recorded(service, action.name().as_bytes()), info) {
            (Some([PseudoForm::Star]), _) => Self::Star,
            (Some(forms), _) => Self::Recorded(forms),
            (None, None) => Self::Named,
            (None, Some(_)) if same_folded(service, b"rekognition") => Self::Star,
            (None, Some(_)) => Self::Undocumented,
        }
    }

    /// The resource of a request for the action.
    pub(crate) const fn target(self, resource: &str) -> Target<'_> {
        let is_star = same(resource.as_bytes(), b"*");
        match self {
            Self::Named => Target {
                resource,
                open: false,
            },
            Self::Star => Target {
                resource: "*",
                open: false,
            },
            // The ARN on record, or what someone takes for it.
            Self::Recorded(_) if !is_star => Target {
                resource,
                open: false,
            },
            Self::Recorded(_) | Self::Undocumented => Target {
                resource: "*",
                open: true,
            },
        }
    }
}

/// What the catalogue knows of an action, and the prefix of its service, for the compiler: by a walk through the tables.
pub(crate) const fn known_const(
    action: ActionName<'_>,
) -> Option<(&'static str, &'static ActionInfo)> {
    let services = crate::catalogue::generated::SERVICES;
    let mut at = 0;
    while at < services.len() {
        let service = services[at];
        if same_folded(service.prefix.as_bytes(), action.service().as_bytes()) {
            let mut number = 0;
            while number < service.actions.len() {
                let info = &service.actions[number];
                if same_folded(info.name.as_bytes(), action.name().as_bytes()) {
                    return Some((service.prefix, info));
                }
                number += 1;
            }
        }
        at += 1;
    }
    None
}
