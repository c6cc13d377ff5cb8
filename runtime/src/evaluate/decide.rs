//! From statements to a decision.

#![expect(
    clippy::indexing_slicing,
    reason = "`get` cannot be used in a `const fn`; each index is compared with a length first"
)]

use super::caller::{Caller, Form};
use super::decision::Documents;
use super::doubt::{Cause, Doubt};
use super::fit::{Around, Fit, fit};
use super::grants::Grants;
use super::principal::Link;
use super::program::{Code, Line, Program};
use super::request::{ActionName, RequestRef};
use super::settle::settled;
use super::text::same;
use super::ways::{Aim, Situation, applies, lacks_session, ways};
use crate::Layer;
use crate::catalogue::access::{
    Own, OwnPolicy, is_allowed_to_users, is_always_allowed, is_controlled, own_policy, refused_to,
};
use crate::document::PolicyKind;

/// What IAM answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The request goes through.
    Allowed,
    /// A statement denies it.
    ExplicitDeny,
    /// Nothing allows it, or not everything that has to.
    ImplicitDeny,
    /// Neither the documents nor the request say what decides:
    /// [`Decision::undetermined`](super::Decision::undetermined) names it. Treat it as not allowed.
    Undetermined,
}

impl Verdict {
    /// A name for scripts: `allowed`, `explicit_deny`, `implicit_deny`, `unknown`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::ExplicitDeny => "explicit_deny",
            Self::ImplicitDeny => "implicit_deny",
            Self::Undetermined => "unknown",
        }
    }
}

/// A document that applies to a request, with what it is for.
#[derive(Debug, Clone)]
pub struct Attached<'p> {
    pub(crate) kind: PolicyKind,
    pub(crate) level: u8,
    pub(crate) program: Program<'p>,
}

impl<'p> Attached<'p> {
    /// A document of this kind.
    #[must_use]
    pub const fn new(kind: PolicyKind, program: Program<'p>) -> Self {
        Self {
            kind,
            level: 0,
            program,
        }
    }

    /// The level of the organization that a service control policy is attached to: root, each unit on the way down,
    /// account. Every level must allow; the policies of one level together. From 0 to 63.
    ///
    /// See <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html>.
    #[must_use]
    pub fn level(mut self, level: u8) -> Self {
        self.level = level.min(63);
        self
    }

    /// Whether two documents are of the same kind and level and say the same.
    pub(crate) fn is_same(&self, other: &Attached<'_>) -> bool {
        self.kind == other.kind
            && self.level == other.level
            && self.program.as_str() == other.program.as_str()
    }

    /// What the document is for.
    #[must_use]
    pub const fn kind(&self) -> PolicyKind {
        self.kind
    }

    /// The document.
    #[must_use]
    pub const fn program(&self) -> &Program<'p> {
        &self.program
    }

    /// The same document without a copy, to be put into another set.
    #[must_use]
    pub fn borrowed(&self) -> Attached<'_> {
        Attached {
            kind: self.kind,
            level: self.level,
            program: Program::from_text(self.program.as_str()),
        }
    }
}

/// A statement of a set of documents, both counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin {
    /// The document.
    pub document: usize,
    /// The statement.
    pub statement: usize,
}

/// Why a request is allowed or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// A statement denies it.
    Denied,
    /// A statement of the document, or of an identity policy, allows it.
    Granted,
    /// The resource policy allows it. `limited` says that a permissions boundary and a session policy had to allow it
    /// too.
    GrantedByResource {
        /// Whether other policies still limit what the resource policy grants.
        limited: bool,
    },
    /// The root user of the account needs no statement.
    Root,
    /// No statement allows it.
    NothingAllows,
    /// The identity policies do not allow it, and have to for a resource of another account.
    IdentityDoesNotAllow,
    /// The resource policy does not allow it, and has to: for a resource of another account, a role or a KMS key, and
    /// for a caller who has no identity policies.
    ResourceDoesNotAllow,
    /// The permissions boundary does not allow it.
    BoundaryDoesNotAllow,
    /// The session policies do not allow it. The session of a federated user has no permissions without them, except by resource
    /// policies that name it: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html>.
    SessionDoesNotAllow,
    /// The policy of the VPC endpoint does not allow it.
    EndpointDoesNotAllow,
    /// The service control policies of this level do not allow it.
    ServiceControlDoesNotAllow {
        /// The level, as it was given.
        level: u8,
    },
    /// The operation needs no permission, and no policy can deny it, as `sts:GetCallerIdentity`. See
    /// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>.
    NeedsNoPermission,
    /// AWS does not let callers of this kind take the action, whatever policies say: the root user assumes no role, and a session
    /// gets no session token. See <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html> and
    /// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>.
    RefusedToCaller,
    /// Whether a statement applies cannot be determined: why.
    Undetermined(Cause),
}

impl Reason {
    /// A name for scripts, in snake case, which later versions keep. That of [`Reason::Undetermined`] is the cause's.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Granted => "granted",
            Self::GrantedByResource { .. } => "granted_by_resource",
            Self::Root => "root",
            Self::NothingAllows => "nothing_allows",
            Self::IdentityDoesNotAllow => "identity_does_not_allow",
            Self::ResourceDoesNotAllow => "resource_does_not_allow",
            Self::BoundaryDoesNotAllow => "boundary_does_not_allow",
            Self::SessionDoesNotAllow => "session_does_not_allow",
            Self::EndpointDoesNotAllow => "endpoint_does_not_allow",
            Self::ServiceControlDoesNotAllow { .. } => "service_control_does_not_allow",
            Self::NeedsNoPermission => "needs_no_permission",
            Self::RefusedToCaller => "refused_to_caller",
            Self::Undetermined(cause) => cause.name(),
        }
    }
}

/// A verdict with what led to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ruling {
    pub(crate) verdict: Verdict,
    pub(crate) reason: Reason,
    pub(crate) by: Option<Origin>,
    /// What is in doubt, for an undetermined verdict.
    pub(crate) doubt: Option<Doubt>,
}

const fn denied(by: Origin) -> Ruling {
    Ruling {
        verdict: Verdict::ExplicitDeny,
        reason: Reason::Denied,
        by: Some(by),
        doubt: None,
    }
}

const fn undetermined((by, doubt): (Origin, Doubt)) -> Ruling {
    Ruling {
        verdict: Verdict::Undetermined,
        reason: Reason::Undetermined(doubt.cause),
        by: Some(by),
        doubt: Some(doubt),
    }
}

/// Decides by one document alone: a deny, else an allow, else nothing.
pub(crate) const fn decide_one(code: Code<'_>, request: &RequestRef<'_>) -> Ruling {
    settled(Documents::One(code), request, one(code, request))
}

pub(super) const fn one(code: Code<'_>, request: &RequestRef<'_>) -> Ruling {
    let variables = code.has_variables();
    let around = Around::of(None, Present::of(&[]));
    let mut at = code.start();
    let mut number = 0;
    let mut allow: Option<Origin> = None;
    let mut may_allow: Option<(Origin, Doubt)> = None;
    let mut may_deny: Option<(Origin, Doubt)> = None;
    while let Some((line, next)) = code.statement(at) {
        let origin = Origin {
            document: 0,
            statement: number,
        };
        // Once something allows, only a deny can change the answer.
        if allow.is_none() || !line.allows() {
            match fit(line, request, variables, around) {
                Fit::Misses(_) => {}
                Fit::Fits(_) if line.allows() => allow = Some(origin),
                Fit::Fits(_) => return denied(origin),
                Fit::Unclear(_, doubt) if line.allows() => {
                    may_allow = first(may_allow, (origin, doubt));
                }
                Fit::Unclear(_, doubt) => may_deny = first(may_deny, (origin, doubt)),
            }
        }
        number += 1;
        at = next;
    }
    match (allow, may_allow, may_deny) {
        (Some(_), _, Some(doubt)) => undetermined(doubt),
        (Some(by), _, None) => allowed(Reason::Granted, by),
        (None, Some(doubt), _) => undetermined(doubt),
        (None, None, _) => implicit(Reason::NothingAllows),
    }
}

/// Of two statements the one that comes first, in whatever order they are looked at.
const fn first(known: Option<(Origin, Doubt)>, next: (Origin, Doubt)) -> Option<(Origin, Doubt)> {
    match known {
        Some(known)
            if known.0.document < next.0.document
                || (known.0.document == next.0.document
                    && known.0.statement <= next.0.statement) =>
        {
            Some(known)
        }
        _ => Some(next),
    }
}

/// What is known of the documents of a request before any is looked at.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Present {
    pub(crate) identity: bool,
    pub(crate) resource: bool,
    pub(crate) trust: bool,
    pub(crate) boundary: bool,
    pub(crate) session: bool,
    pub(crate) endpoint: bool,
    /// The levels that have service control policies.
    pub(crate) levels: u64,
}

impl Present {
    pub(crate) const fn of(documents: &[Attached<'_>]) -> Self {
        let mut present = Self {
            identity: false,
            resource: false,
            trust: false,
            boundary: false,
            session: false,
            endpoint: false,
            levels: 0,
        };
        let mut at = 0;
        while at < documents.len() {
            match documents[at].kind.layer() {
                Layer::Identity => present.identity = true,
                Layer::RoleTrust => present.trust = true,
                Layer::Resource => present.resource = true,
                Layer::Session => present.session = true,
                Layer::PermissionsBoundary => present.boundary = true,
                Layer::ServiceControl => present.levels |= 1 << (documents[at].level & 63),
                Layer::ResourceControl => {}
                Layer::VpcEndpoint => present.endpoint = true,
            }
            at += 1;
        }
        present
    }
}

/// What the statements that fit say, document by document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tally<'r> {
    caller: Option<Caller<'r>>,
    action: ActionName<'r>,
    present: Present,
    aim: Aim,
    deny: Option<Origin>,
    may_deny: Option<(Origin, Doubt)>,
    /// By the statements that certainly fit.
    sure: Grants,
    /// By those that may fit, too.
    may: Grants,
    may_allow: Option<(Origin, Doubt)>,
}

impl<'r> Tally<'r> {
    pub(crate) const fn new(present: Present, request: &RequestRef<'r>) -> Self {
        Self {
            caller: match request.principal {
                Some(principal) => Some(Caller::read(principal.as_bytes())),
                None => None,
            },
            action: request.action,
            present,
            aim: Aim::Request,
            deny: None,
            may_deny: None,
            sure: Grants::NONE,
            may: Grants::NONE,
            may_allow: None,
        }
    }

    /// Whether the policies of this kind have a say about the request.
    pub(crate) const fn applies(&self, kind: PolicyKind) -> bool {
        let controlled = matches!(kind, PolicyKind::ResourceControl)
            && is_controlled(
                self.action.service().as_bytes(),
                self.action.name().as_bytes(),
            );
        applies(kind, self.caller.as_ref(), controlled)
    }

    /// Whether a statement of this effect and kind can still change the answer.
    pub(crate) const fn matters(&self, kind: PolicyKind, level: u8, allows: bool) -> bool {
        if allows {
            !self.sure.has(kind, level)
        } else {
            self.deny.is_none()
        }
    }

    /// Takes in a statement.
    pub(crate) const fn add(
        &mut self,
        document: &Attached<'_>,
        line: Line<'_>,
        fit: Fit,
        by: Origin,
    ) {
        match fit {
            Fit::Misses(_) => {}
            Fit::Fits(_) if !line.allows() => self.deny = Some(by),
            Fit::Fits(link) => {
                self.sure.add(document, line, link, by);
                self.may.add(document, line, link, by);
            }
            Fit::Unclear(_, doubt) if !line.allows() => {
                self.may_deny = first(self.may_deny, (by, doubt));
            }
            Fit::Unclear(link, doubt) => {
                self.may.add(document, line, link, by);
                self.may_allow = first(self.may_allow, (by, doubt));
            }
        }
    }

    /// Whether all that may allow, together, does.
    pub(crate) const fn may_grant(&self, request: &RequestRef<'_>) -> bool {
        self.grants(&self.may, request)
    }

    /// Whether it can make a difference that a statement, which may allow, does: whether what allows for certain and some of
    /// what may allow grants the request with the statement and not without it.
    pub(crate) fn turns_on(
        &self,
        document: &Attached<'_>,
        line: Line<'_>,
        link: Link,
        by: Origin,
        request: &RequestRef<'_>,
    ) -> bool {
        let (low, high) = (&self.sure, &self.may);
        if self.grants(low, request) || !self.grants(high, request) {
            return false;
        }
        let mut level = high.levels;
        if matches!(document.kind, PolicyKind::ServiceControl) {
            level &= !(1 << (document.level & 63)) | low.levels;
        }
        // Of each kind, what is certain or all that may be: everything in between grants as much as one of them. A resource
        // policy may grant in three ways.
        let links = [
            low.resource,
            high.resource,
            Some((Link::Account, by)),
            Some((Link::Session, by)),
        ];
        let rank = |found: Option<(Link, Origin)>| found.map_or(0, |(link, _)| link as u8);
        for identity in [high.identity, low.identity] {
            for boundary in [high.boundary, low.boundary] {
                for session in [high.session, low.session] {
                    for endpoint in [high.endpoint, low.endpoint] {
                        for resource in links {
                            if rank(resource) < rank(low.resource)
                                || rank(resource) > rank(high.resource)
                            {
                                continue;
                            }
                            let mut without = Grants {
                                identity,
                                resource,
                                boundary,
                                session,
                                endpoint,
                                levels: level,
                            };
                            without.remove(document.kind, low);
                            let mut with = without;
                            with.add(document, line, link, by);
                            if self.grants(&with, request) && !self.grants(&without, request) {
                                return true;
                            }
                        }
                    }
                }
            }
        }
        false
    }

    const fn grants(&self, grants: &Grants, request: &RequestRef<'_>) -> bool {
        matches!(self.granted(grants, request).verdict, Verdict::Allowed)
    }

    pub(crate) const fn is_denied(&self) -> bool {
        self.deny.is_some()
    }

    /// The decision.
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>
    /// and, for resources of another account,
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html>.
    pub(crate) const fn ruling(&self, request: &RequestRef<'_>) -> Ruling {
        if let Some(by) = self.deny {
            return denied(by);
        }
        let ruling = self.granted(&self.sure, request);
        if let Verdict::Allowed = ruling.verdict {
            return match self.may_deny {
                Some(doubt) => undetermined(doubt),
                None => ruling,
            };
        }
        match self.may_allow {
            Some(doubt) if matches!(self.granted(&self.may, request).verdict, Verdict::Allowed) => {
                undetermined(doubt)
            }
            _ => ruling,
        }
    }

    /// The decision by these grants, when nothing denies.
    const fn granted(&self, grants: &Grants, request: &RequestRef<'_>) -> Ruling {
        // Regardless of the caller and of what else allows it: the request has to get through the endpoint.
        if self.present.endpoint && grants.endpoint.is_none() {
            return implicit(Reason::EndpointDoesNotAllow);
        }
        if self.applies(PolicyKind::ServiceControl) {
            let missing = self.present.levels & !grants.levels;
            if missing != 0 {
                return implicit(Reason::ServiceControlDoesNotAllow {
                    level: missing.trailing_zeros() as u8,
                });
            }
        }
        let situation = Situation {
            form: match &self.caller {
                Some(caller) => Some(caller.form),
                None => None,
            },
            crosses: self.crosses_accounts(request),
            // It makes a difference to policies of resources only.
            key: self.present.resource && matches!(own(request.action), Some(Own::Key)),
        };
        let ways = ways(self.present, situation, self.aim);
        let mut limit = None;
        let mut reason = Reason::NothingAllows;
        let mut at = 0;
        while at < ways.len() {
            if let Some(way) = ways[at] {
                match grants.missing(way, situation.crosses) {
                    Some(missing) => reason = missing,
                    None => match self.limit(grants) {
                        Some(missing) if way.limited => limit = Some(missing),
                        _ => return grants.by(way),
                    },
                }
            }
            at += 1;
        }
        implicit(match limit {
            Some(limit) => limit,
            None => reason,
        })
    }

    /// The policy that limits the caller and does not allow.
    const fn limit(&self, grants: &Grants) -> Option<Reason> {
        if self.present.boundary && grants.boundary.is_none() {
            return Some(Reason::BoundaryDoesNotAllow);
        }
        let form = match &self.caller {
            Some(caller) => Some(caller.form),
            None => None,
        };
        if (self.present.session || lacks_session(self.present, form)) && grants.session.is_none() {
            return Some(Reason::SessionDoesNotAllow);
        }
        None
    }

    const fn crosses_accounts(&self, request: &RequestRef<'_>) -> bool {
        let Some(caller) = &self.caller else {
            return false;
        };
        match (caller.account, request.resource_owner()) {
            (Some(own), Some(owner)) => !same(own, owner),
            _ => false,
        }
    }
}

const fn implicit(reason: Reason) -> Ruling {
    Ruling {
        verdict: Verdict::ImplicitDeny,
        reason,
        by: None,
        doubt: None,
    }
}

pub(super) const fn allowed(reason: Reason, by: Origin) -> Ruling {
    Ruling {
        verdict: Verdict::Allowed,
        reason,
        by: Some(by),
        doubt: None,
    }
}

/// The policy of the resource itself that has to allow the action.
pub(super) const fn own(action: ActionName<'_>) -> Option<Own> {
    match own_policy(action.service().as_bytes(), action.name().as_bytes()) {
        Some(OwnPolicy { policy, .. }) => Some(*policy),
        None => None,
    }
}

/// Decides by all documents of a request.
pub(crate) const fn decide_all(documents: &[Attached<'_>], request: &RequestRef<'_>) -> Ruling {
    let fixed = needs_no_policy(request);
    if let Some(ruling) = fixed
        && matches!(ruling.verdict, Verdict::Allowed)
    {
        return ruling;
    }
    let ruling = decide_for(documents, request, Aim::Request);
    refused_or(fixed, settled(Documents::Many(documents), request, ruling))
}

/// The ruling of the policies, unless AWS refuses the caller and no statement denies it as well.
pub(super) const fn refused_or(refused: Option<Ruling>, ruling: Ruling) -> Ruling {
    match refused {
        Some(refused) if !matches!(ruling.verdict, Verdict::ExplicitDeny) => refused,
        Some(_) | None => ruling,
    }
}

/// Decides what is asked of all documents of a request.
pub(crate) const fn decide_for(
    documents: &[Attached<'_>],
    request: &RequestRef<'_>,
    aim: Aim,
) -> Ruling {
    let present = Present::of(documents);
    let mut tally = Tally::new(present, request);
    tally.aim = aim;
    let mut document = 0;
    while document < documents.len() {
        let attached = &documents[document];
        if tally.applies(attached.kind) {
            let code = attached.program.code();
            let around = Around::of(Some(attached.kind), present);
            let mut at = code.start();
            let mut statement = 0;
            while let Some((line, next)) = code.statement(at) {
                if tally.matters(attached.kind, attached.level, line.allows()) {
                    let by = Origin {
                        document,
                        statement,
                    };
                    let fit = fit(line, request, code.has_variables(), around);
                    tally.add(attached, line, fit, by);
                    if tally.is_denied() {
                        return tally.ruling(request);
                    }
                }
                statement += 1;
                at = next;
            }
        }
        document += 1;
    }
    tally.ruling(request)
}

/// The decision on a request that no policy decides: an operation that is always allowed, or that AWS closes to callers of this
/// kind.
pub(crate) const fn needs_no_policy(request: &RequestRef<'_>) -> Option<Ruling> {
    let (service, name) = (
        request.action.service().as_bytes(),
        request.action.name().as_bytes(),
    );
    let to_all = is_always_allowed(service, name);
    let to_users = is_allowed_to_users(service, name);
    let refused = refused_to(service, name);
    // Nearly no action is one of these, and the caller is read for those alone.
    if !to_all && !to_users && refused.is_empty() {
        return None;
    }
    let caller = match request.principal {
        Some(principal) => Some(Caller::read(principal.as_bytes())),
        None => None,
    };
    let form = match &caller {
        Some(caller) if caller.is_one_of(refused) => {
            return Some(Ruling {
                verdict: Verdict::ImplicitDeny,
                reason: Reason::RefusedToCaller,
                by: None,
                doubt: None,
            });
        }
        Some(caller) => Some(caller.form),
        None => None,
    };
    let (verdict, reason) = match form {
        // Nobody takes these actions without signing in.
        Some(Form::Anonymous) => return None,
        Some(Form::User | Form::Root) if to_users => (Verdict::Allowed, Reason::NeedsNoPermission),
        // It takes the long-term keys of a user.
        Some(Form::Session | Form::FederatedUser | Form::Role) if to_users => {
            (Verdict::ImplicitDeny, Reason::RefusedToCaller)
        }
        Some(_) | None if to_all => (Verdict::Allowed, Reason::NeedsNoPermission),
        Some(_) | None => return None,
    };
    Some(Ruling {
        verdict,
        reason,
        by: None,
        doubt: None,
    })
}
