//! The resource that AWS checks an action against.

#![expect(
    clippy::indexing_slicing,
    reason = "`get` cannot be used in a `const fn`; each index is compared with a length first"
)]

use super::request::ActionName;
use super::text::{arn_field, arn_fields, begins, find, part, rest, same, same_folded};
use crate::catalogue::access::{WRITTEN, recorded, written};
use crate::catalogue::{self, ActionInfo, PseudoForm, Written};

/// The resource of a request as AWS checks it.
pub(crate) struct Target<'r> {
    pub(crate) resource: &'r str,
    pub(crate) open: bool,
    pub(crate) tail: Option<Tail>,
}

impl<'r> Target<'r> {
    /// The resource that the request names.
    const fn named(resource: &'r str) -> Self {
        Self {
            resource,
            open: false,
            tail: None,
        }
    }
}

/// What AWS compares after the beginning of the ARN that a request names, as `:log-stream:` after that of a log group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tail {
    /// How long the beginning is.
    pub(crate) from: usize,
    pub(crate) text: &'static str,
    /// A name follows, which the request does not say.
    pub(crate) open: bool,
}

impl Tail {
    /// That of an action on such a resource, or on a part of it. `None` where the request names what is compared, and where
    /// it is not the ARN of such a resource.
    const fn of(written: &'static Written, part_of: bool, resource: &str) -> Option<Self> {
        let bytes = resource.as_bytes();
        let Some([_, _, service, _, _, last]) = arn_fields(bytes) else {
            return None;
        };
        if !same(service, written.service.as_bytes()) || !begins(last, written.head.as_bytes()) {
            return None;
        }
        let name = rest(last, written.head.len());
        let end = find(name, b':', 0);
        let after = rest(name, end);
        let request = written.request.as_bytes();
        let is_whole = if part_of {
            // Only what names no part is completed.
            !(after.is_empty() || same(after, written.policy.as_bytes()) || same(after, request))
        } else {
            same(after, request)
        };
        if end == 0 || is_whole {
            return None;
        }
        Some(Self {
            from: bytes.len() - after.len(),
            text: written.request,
            open: part_of,
        })
    }

    /// The beginning that is compared.
    pub(crate) const fn head(self, resource: &[u8]) -> &[u8] {
        part(resource, 0, self.from)
    }
}

/// What AWS compares after resources of a pattern, for some of the actions of another: what a policy about log groups matches is
/// more than their ARNs.
pub(crate) const fn tail_of(action: &str, resource: &str) -> Option<&'static str> {
    let (action, resource) = (action.as_bytes(), resource.as_bytes());
    // A wildcard at the end takes in all that could follow.
    if let [] | [.., b'*'] = resource {
        return None;
    }
    let service = part(action, 0, find(action, b':', 0));
    let mut at = 0;
    while at < WRITTEN.len() {
        let written = &WRITTEN[at];
        let own = written.service.as_bytes();
        let is_asked = has_wildcard(service) || same_folded(service, own);
        let may_be = match arn_field(resource, 2, false) {
            Some(field) => has_wildcard(field) || same(field, own),
            None => has_wildcard(resource),
        };
        if is_asked && may_be {
            return Some(written.request);
        }
        at += 1;
    }
    None
}

const fn has_wildcard(text: &[u8]) -> bool {
    find(text, b'*', 0) < text.len() || find(text, b'?', 0) < text.len()
}

/// What AWS checks an action against.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Checked {
    /// The resource that the request names; actions that are not known count as such.
    Named,
    /// The same with what AWS compares after its ARN, on a part of such a resource or not.
    Written(&'static Written, bool),
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
        let service = action.service().as_bytes();
        if let Some((written, part)) = written(service, action.name().as_bytes()) {
            return Self::Written(written, part);
        }
        if let Some(info) = info
            && (!info.resources.is_empty() || info.resources_disputed)
        {
            return Self::Named;
        }
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
            Self::Named => Target::named(resource),
            Self::Written(written, part) => Target {
                tail: Tail::of(written, part, resource),
                ..Target::named(resource)
            },
            Self::Star => Target::named("*"),
            // The ARN on record, or what someone takes for it.
            Self::Recorded(_) if !is_star => Target::named(resource),
            Self::Recorded(_) | Self::Undocumented => Target {
                open: true,
                ..Target::named("*")
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
