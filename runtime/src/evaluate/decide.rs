//! From statements to a decision.

use super::condition::{glob_filled, holds};
use super::principal::{self, Link, is_service_linked, reach};
use super::program::{Code, Form, Line, List, Program, test};
use super::request::{ActionName, Caller, Form as CallerForm, RequestRef};
use super::text::{byte, find, glob, part, rest, same, same_folded};
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
}

impl Verdict {
    /// A name for scripts: `allowed`, `explicit_deny`, `implicit_deny`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::ExplicitDeny => "explicit_deny",
            Self::ImplicitDeny => "implicit_deny",
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
    /// The session policies do not allow it.
    SessionDoesNotAllow,
    /// The service control policies of this level do not allow it.
    ServiceControlDoesNotAllow {
        /// The level, as it was given.
        level: u8,
    },
}

/// The first element of a statement that does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Miss {
    Action,
    Resource,
    Principal,
    /// The test at this place of the conditions.
    Condition(usize),
}

/// Whether a statement fits a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    Fits(Link),
    Misses(Miss),
}

/// Looks at one statement. `boundary`: the caller has a permissions boundary, which a `NotPrincipal` never spares:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>.
pub(crate) const fn fit(
    line: Line<'_>,
    request: &RequestRef<'_>,
    variables: bool,
    boundary: bool,
) -> Fit {
    if !actions_fit(line.actions(), request.action) {
        return Fit::Misses(Miss::Action);
    }
    fit_behind_action(line, request, variables, boundary)
}

const fn fit_behind_action(
    line: Line<'_>,
    request: &RequestRef<'_>,
    variables: bool,
    boundary: bool,
) -> Fit {
    if !resources_fit(line.resources(), request, variables) {
        return Fit::Misses(Miss::Resource);
    }
    let principals = line.principals();
    let link = if boundary && !line.allows() && principal::is_not(principals) {
        Some(Link::Direct)
    } else {
        let caller = match request.principal {
            Some(principal) => Some(principal.as_bytes()),
            None => None,
        };
        reach(principals, caller)
    };
    let Some(link) = link else {
        return Fit::Misses(Miss::Principal);
    };
    let conditions = line.conditions();
    let mut at = 0;
    while let Some((test, next)) = test(conditions, at) {
        // An operator that IAM does not have never grants and always denies.
        if !holds(test, request, !line.allows()) {
            return Fit::Misses(Miss::Condition(at));
        }
        at = next;
    }
    Fit::Fits(link)
}

/// Whether `Action` or `NotAction` covers the action.
pub(crate) const fn actions_fit(actions: List<'_>, action: ActionName<'_>) -> bool {
    let mut values = actions.values();
    while let Some((form, text, more)) = values.next() {
        if action_matches(form, text, action) {
            return !actions.is_not();
        }
        values = more;
    }
    actions.is_not()
}

pub(crate) const fn action_matches(form: Form, text: &[u8], action: ActionName<'_>) -> bool {
    let (service, name) = (action.service().as_bytes(), action.name().as_bytes());
    match form {
        Form::Any => true,
        Form::Pattern => {
            let colon = find(text, b':', 0);
            let prefix = part(text, 0, colon);
            if colon < text.len()
                && find(prefix, b'*', 0) == colon
                && find(prefix, b'?', 0) == colon
            {
                same_folded(prefix, service) && glob(rest(text, colon + 1), name, true)
            } else {
                glob_joined(text, service, name)
            }
        }
        Form::Exact | Form::Variables => {
            text.len() == service.len() + 1 + name.len()
                && byte(text, service.len()) == b':'
                && same_folded(rest(text, service.len() + 1), name)
                && same_folded(part(text, 0, service.len()), service)
        }
    }
}

/// A pattern against `service:name`, which stands nowhere as one text.
const fn glob_joined(pattern: &[u8], service: &[u8], name: &[u8]) -> bool {
    const NONE: usize = usize::MAX;
    let length = service.len() + 1 + name.len();
    let (mut p, mut t) = (0, 0);
    let (mut star, mut from) = (NONE, 0);
    loop {
        if p < pattern.len() {
            let c = pattern[p];
            if c == b'*' {
                star = p;
                from = t;
                p += 1;
                continue;
            }
            if t < length {
                let d = joined(service, name, t);
                if c == b'?' || c.eq_ignore_ascii_case(&d) {
                    p += 1;
                    t += 1;
                    if c == b'?' {
                        t = joined_char(service, name, t);
                    }
                    continue;
                }
            }
        } else if t == length {
            return true;
        }
        if star == NONE || from >= length {
            return false;
        }
        from = joined_char(service, name, from + 1);
        p = star + 1;
        t = from;
    }
}

const fn joined(service: &[u8], name: &[u8], at: usize) -> u8 {
    if at < service.len() {
        service[at]
    } else if at == service.len() {
        b':'
    } else {
        byte(name, at - service.len() - 1)
    }
}

/// The start of a character at or behind `at`.
const fn joined_char(service: &[u8], name: &[u8], at: usize) -> usize {
    let mut at = at;
    while at < service.len() + 1 + name.len() && joined(service, name, at) & 0xc0 == 0x80 {
        at += 1;
    }
    at
}

/// Whether `Resource` or `NotResource` covers the resource. A statement without either covers all.
pub(crate) const fn resources_fit(
    resources: List<'_>,
    request: &RequestRef<'_>,
    variables: bool,
) -> bool {
    if resources.is_absent() {
        return true;
    }
    let text = request.resource_bytes();
    let mut values = resources.values();
    while let Some((form, pattern, more)) = values.next() {
        let fits = match form {
            Form::Any => true,
            Form::Exact => same(pattern, text),
            Form::Pattern => glob(pattern, text, false),
            Form::Variables => variables && glob_filled(pattern, text, request, true, false),
        };
        if fits {
            return !resources.is_not();
        }
        values = more;
    }
    resources.is_not()
}

/// A verdict with what led to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ruling {
    pub(crate) verdict: Verdict,
    pub(crate) reason: Reason,
    pub(crate) by: Option<Origin>,
}

/// Decides by one document alone: a deny, else an allow, else nothing.
pub(crate) const fn decide_one(code: Code<'_>, request: &RequestRef<'_>) -> Ruling {
    let variables = code.has_variables();
    let mut at = code.start();
    let mut number = 0;
    let mut allow: Option<usize> = None;
    while let Some((line, next)) = code.statement(at) {
        // Once something allows, only a deny can change the answer.
        if (allow.is_none() || !line.allows())
            && let Fit::Fits(_) = fit(line, request, variables, false)
        {
            if !line.allows() {
                return Ruling {
                    verdict: Verdict::ExplicitDeny,
                    reason: Reason::Denied,
                    by: Some(Origin {
                        document: 0,
                        statement: number,
                    }),
                };
            }
            allow = Some(number);
        }
        number += 1;
        at = next;
    }
    match allow {
        Some(statement) => Ruling {
            verdict: Verdict::Allowed,
            reason: Reason::Granted,
            by: Some(Origin {
                document: 0,
                statement,
            }),
        },
        None => Ruling {
            verdict: Verdict::ImplicitDeny,
            reason: Reason::NothingAllows,
            by: None,
        },
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
            levels: 0,
        };
        let mut at = 0;
        while at < documents.len() {
            match documents[at].kind {
                PolicyKind::Identity => present.identity = true,
                PolicyKind::RoleTrust => present.trust = true,
                PolicyKind::Project | PolicyKind::Resource => present.resource = true,
                PolicyKind::Session => present.session = true,
                PolicyKind::PermissionsBoundary => present.boundary = true,
                PolicyKind::ServiceControl => present.levels |= 1 << (documents[at].level & 63),
                PolicyKind::ResourceControl => {}
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
    present: Present,
    deny: Option<Origin>,
    identity: Option<Origin>,
    resource: Option<(Link, Origin)>,
    boundary: Option<Origin>,
    session: Option<Origin>,
    levels: u64,
}

impl<'r> Tally<'r> {
    pub(crate) const fn new(present: Present, request: &RequestRef<'r>) -> Self {
        Self {
            caller: match request.principal {
                Some(principal) => Some(Caller::read(principal.as_bytes())),
                None => None,
            },
            present,
            deny: None,
            identity: None,
            resource: None,
            boundary: None,
            session: None,
            levels: 0,
        }
    }

    /// Whether the policies of this kind have a say about the caller.
    pub(crate) const fn applies(&self, kind: PolicyKind) -> bool {
        let Some(caller) = &self.caller else {
            return true;
        };
        match kind {
            PolicyKind::ServiceControl => {
                !is_service_linked(caller)
                    && !matches!(caller.form, CallerForm::Service | CallerForm::Anonymous)
            }
            PolicyKind::ResourceControl => !is_service_linked(caller),
            _ => true,
        }
    }

    /// Whether a statement of this effect and kind can still change the answer.
    pub(crate) const fn matters(&self, kind: PolicyKind, level: u8, allows: bool) -> bool {
        if !allows {
            return self.deny.is_none();
        }
        match kind {
            PolicyKind::Identity => self.identity.is_none(),
            PolicyKind::PermissionsBoundary => self.boundary.is_none(),
            PolicyKind::Session => self.session.is_none(),
            PolicyKind::ServiceControl => self.levels & (1 << (level & 63)) == 0,
            // Nothing but the policy that allows all, which cannot be detached, allows here.
            PolicyKind::ResourceControl => false,
            PolicyKind::RoleTrust | PolicyKind::Project | PolicyKind::Resource => {
                match self.resource {
                    Some((link, _)) => !matches!(link, Link::Direct),
                    None => true,
                }
            }
        }
    }

    /// Takes in a statement that fits.
    pub(crate) const fn add(
        &mut self,
        document: &Attached<'_>,
        line: Line<'_>,
        link: Link,
        by: Origin,
    ) {
        if !line.allows() {
            self.deny = Some(by);
            return;
        }
        match document.kind {
            PolicyKind::Identity => self.identity = Some(by),
            PolicyKind::PermissionsBoundary => self.boundary = Some(by),
            PolicyKind::Session => self.session = Some(by),
            PolicyKind::ServiceControl => self.levels |= 1 << (document.level & 63),
            PolicyKind::ResourceControl => {}
            PolicyKind::RoleTrust | PolicyKind::Project | PolicyKind::Resource => {
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
            return Ruling {
                verdict: Verdict::ExplicitDeny,
                reason: Reason::Denied,
                by: Some(by),
            };
        }
        if self.applies(PolicyKind::ServiceControl) {
            let missing = self.present.levels & !self.levels;
            if missing != 0 {
                return implicit(Reason::ServiceControlDoesNotAllow {
                    level: missing.trailing_zeros() as u8,
                });
            }
        }
        let form = match &self.caller {
            Some(caller) => Some(caller.form),
            None => None,
        };
        let resource_alone = match form {
            Some(CallerForm::Anonymous | CallerForm::Service) => true,
            Some(CallerForm::Other) => !self.present.identity,
            _ => false,
        };
        let is_root = matches!(form, Some(CallerForm::Root));
        if resource_alone {
            return match self.resource {
                Some((Link::Direct, by)) => {
                    allowed(Reason::GrantedByResource { limited: false }, by)
                }
                _ => implicit(Reason::ResourceDoesNotAllow),
            };
        }
        if self.crosses_accounts(request) {
            let Some((_, by)) = self.resource else {
                return implicit(Reason::ResourceDoesNotAllow);
            };
            if self.identity.is_none() && !is_root {
                return implicit(Reason::IdentityDoesNotAllow);
            }
            return match self.limit() {
                Some(reason) => implicit(reason),
                None => allowed(Reason::GrantedByResource { limited: true }, by),
            };
        }
        if let Some((Link::Direct, by)) = self.resource {
            return allowed(Reason::GrantedByResource { limited: false }, by);
        }
        // A role and a KMS key are open to nobody whom their own policy does not let in, if only by the account:
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
        let strict = self.present.trust
            || (self.present.resource && same_folded(request.action.service().as_bytes(), b"kms"));
        let granted = match (self.resource, self.identity) {
            (Some((Link::Session, by)), _) => {
                allowed(Reason::GrantedByResource { limited: true }, by)
            }
            (None, _) if strict => return implicit(Reason::ResourceDoesNotAllow),
            (_, Some(by)) => allowed(Reason::Granted, by),
            (_, None) if is_root => Ruling {
                verdict: Verdict::Allowed,
                reason: Reason::Root,
                by: None,
            },
            (_, None) => return implicit(Reason::NothingAllows),
        };
        match self.limit() {
            Some(reason) => implicit(reason),
            None => granted,
        }
    }

    /// The policy that limits the caller and does not allow.
    const fn limit(&self) -> Option<Reason> {
        if self.present.boundary && self.boundary.is_none() {
            return Some(Reason::BoundaryDoesNotAllow);
        }
        if self.present.session && self.session.is_none() {
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
    }
}

const fn allowed(reason: Reason, by: Origin) -> Ruling {
    Ruling {
        verdict: Verdict::Allowed,
        reason,
        by: Some(by),
    }
}

/// Decides by all documents of a request.
pub(crate) const fn decide_all(documents: &[Attached<'_>], request: &RequestRef<'_>) -> Ruling {
    let present = Present::of(documents);
    let mut tally = Tally::new(present, request);
    let mut document = 0;
    while document < documents.len() {
        let attached = &documents[document];
        if tally.applies(attached.kind) {
            let code = attached.program.code();
            let mut at = code.start();
            let mut statement = 0;
            while let Some((line, next)) = code.statement(at) {
                if tally.matters(attached.kind, attached.level, line.allows())
                    && let Fit::Fits(link) =
                        fit(line, request, code.has_variables(), present.boundary)
                {
                    tally.add(
                        attached,
                        line,
                        link,
                        Origin {
                            document,
                            statement,
                        },
                    );
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
