//! What the statements that fit grant, kind by kind.

use super::decide::{Attached, Origin, Reason, Ruling, Verdict, allowed};
use super::principal::{self, Link};
use super::program::Line;
use super::ways::{Basis, Way};
use crate::Layer;
use crate::document::PolicyKind;

/// What grants, kind by kind.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grants {
    pub(super) identity: Option<Origin>,
    pub(super) resource: Option<(Link, Origin)>,
    pub(super) boundary: Option<Origin>,
    pub(super) session: Option<Origin>,
    pub(super) endpoint: Option<Origin>,
    pub(super) levels: u64,
}

impl Grants {
    pub(super) const NONE: Self = Self {
        identity: None,
        resource: None,
        boundary: None,
        session: None,
        endpoint: None,
        levels: 0,
    };

    /// Whether one more statement of this kind that allows would change nothing.
    pub(super) const fn has(&self, kind: PolicyKind, level: u8) -> bool {
        match kind.layer() {
            Layer::Identity => self.identity.is_some(),
            Layer::PermissionsBoundary => self.boundary.is_some(),
            Layer::Session => self.session.is_some(),
            Layer::VpcEndpoint => self.endpoint.is_some(),
            Layer::ServiceControl => self.levels & (1 << (level & 63)) != 0,
            // Nothing but the policy that allows all, which cannot be detached, allows here.
            Layer::ResourceControl => true,
            Layer::RoleTrust | Layer::Resource => {
                matches!(self.resource, Some((Link::Direct, _)))
            }
        }
    }

    /// What does not grant and has to for a request to be granted in this way; limits aside.
    pub(super) const fn missing(&self, way: Way, crosses: bool) -> Option<Reason> {
        if let Some(link) = way.resource {
            match self.resource {
                Some((best, _)) if best as u8 >= link as u8 => {}
                _ => return Some(Reason::ResourceDoesNotAllow),
            }
        }
        if way.identity && self.identity.is_none() {
            return Some(if crosses {
                Reason::IdentityDoesNotAllow
            } else {
                Reason::NothingAllows
            });
        }
        None
    }

    /// The grant of a request for which nothing is missing.
    pub(super) const fn by(&self, way: Way) -> Ruling {
        match (way.basis, self.resource, self.identity) {
            (Basis::Resource, Some((_, by)), _) => allowed(
                Reason::GrantedByResource {
                    limited: way.limited,
                },
                by,
            ),
            (Basis::Identity, _, Some(by)) => allowed(Reason::Granted, by),
            (Basis::Root, _, _) | (Basis::Resource, None, _) | (Basis::Identity, _, None) => {
                Ruling {
                    verdict: Verdict::Allowed,
                    reason: Reason::Root,
                    by: None,
                    doubt: None,
                }
            }
        }
    }

    /// Leaves of one kind what is certain. (Levels of the organization are left as they are.)
    pub(super) const fn remove(&mut self, kind: PolicyKind, sure: &Self) {
        match kind.layer() {
            Layer::Identity => self.identity = sure.identity,
            Layer::PermissionsBoundary => self.boundary = sure.boundary,
            Layer::Session => self.session = sure.session,
            Layer::VpcEndpoint => self.endpoint = sure.endpoint,
            Layer::ServiceControl | Layer::ResourceControl => {}
            Layer::RoleTrust | Layer::Resource => {
                self.resource = sure.resource;
            }
        }
    }

    pub(super) const fn add(
        &mut self,
        document: &Attached<'_>,
        line: Line<'_>,
        link: Link,
        by: Origin,
    ) {
        match document.kind.layer() {
            Layer::Identity => self.identity = Some(by),
            Layer::PermissionsBoundary => self.boundary = Some(by),
            Layer::Session => self.session = Some(by),
            // One that names nobody lets nobody through.
            Layer::VpcEndpoint => {
                if !principal::is_absent(line.principals()) {
                    self.endpoint = Some(by);
                }
            }
            Layer::ServiceControl => self.levels |= 1 << (document.level & 63),
            Layer::ResourceControl => {}
            Layer::RoleTrust | Layer::Resource => {
                // A resource policy that names nobody grants nobody anything.
                if principal::is_absent(line.principals()) {
                    return;
                }
                let stronger = match self.resource {
                    Some((best, _)) => link as u8 > best as u8,
                    None => true,
                };
                if stronger {
                    self.resource = Some((link, by));
                }
            }
        }
    }
}
