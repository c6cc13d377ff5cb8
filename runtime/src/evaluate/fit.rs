//! Whether a statement fits a request.

#![expect(
    clippy::indexing_slicing,
    reason = "`get` cannot be used in a `const fn`; each index is compared with a length first"
)]

use super::caller::{Caller, Form as CallerForm};
use super::code::Elements;
use super::condition::{glob_filled, glob_filled_in, has_early_variable, holds, unresolved};
use super::decide::Present;
use super::doubt::{Cause, Doubt, Leaning, Spot, Truth};
use super::principal::{self, Link, Reach, RoleArn, reach};
use super::program::{Form, Line, List, test};
use super::request::{Absent, ActionName, Found, RequestRef};
use super::settle::{Atom, Element};
use super::text::{
    Pieces, arn_field, arn_fields, begins, byte, find, glob, glob_pieces, has_six_fields, part,
    rest, same, same_folded,
};
use crate::catalogue::PseudoForm;
use crate::catalogue::access::{has_gateways, recorded};
use crate::document::PolicyKind;

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
    /// Nothing misses, and something is in doubt: the first such thing.
    Unclear(Link, Doubt),
}

/// What is around a statement, as far as its principals depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Around {
    /// The caller has a permissions boundary, which a `NotPrincipal` never spares:
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>.
    pub(crate) boundary: bool,
    /// The document is the policy of a VPC endpoint.
    pub(crate) endpoint: bool,
}

impl Around {
    /// Around the statements of a document of this kind, which is one of several or alone.
    pub(crate) const fn of(kind: Option<PolicyKind>, present: Present) -> Self {
        Self {
            boundary: present.boundary,
            endpoint: matches!(kind, Some(PolicyKind::VpcEndpoint)),
        }
    }
}

/// Looks at one statement.
pub(crate) const fn fit(
    line: Line<'_>,
    request: &RequestRef<'_>,
    variables: bool,
    around: Around,
) -> Fit {
    if !actions_fit(line.actions(), request.action) {
        return Fit::Misses(Miss::Action);
    }
    let Elements {
        resources,
        principals,
        conditions,
    } = line.elements();
    let allows = line.allows();
    // What is likely is not certain: whatever could change counts when absent keys are open.
    let narrow = allows || matches!(request.absent, Absent::Open);
    let mut doubt = None;
    match weigh(resources_fit(resources, request, variables, allows), narrow) {
        Weight::Fits => {}
        Weight::Misses => return Fit::Misses(Miss::Resource),
        Weight::Open(cause) => {
            doubt = Some(Doubt {
                cause,
                spot: Spot::Resource,
            });
        }
    }
    let link = if around.boundary && !allows && principal::is_not(principals) {
        Link::Direct
    } else {
        match reached(principals, allows, request, around) {
            Reach::Missed => return Fit::Misses(Miss::Principal),
            Reach::By(link) => link,
            Reach::Perhaps(link, cause) => {
                let truth = Truth::maybe(cause);
                match request.assume(truth, &Atom::of(Element::Principal, principals)) {
                    Truth::No => return Fit::Misses(Miss::Principal),
                    Truth::Maybe { cause, .. } if doubt.is_none() => {
                        doubt = Some(Doubt {
                            cause,
                            spot: Spot::Principal,
                        });
                    }
                    Truth::Yes | Truth::Maybe { .. } => {}
                }
                link
            }
        }
    };
    let mut at = 0;
    while let Some((test, next)) = test(conditions, at) {
        let truth = match holds(test, request, allows) {
            open @ Truth::Maybe { .. } => request.assume(open, &Atom::line(test)),
            known @ (Truth::Yes | Truth::No) => known,
        };
        match weigh(truth, narrow) {
            Weight::Fits => {}
            Weight::Misses => return Fit::Misses(Miss::Condition(at)),
            Weight::Open(cause) => {
                if doubt.is_none() {
                    doubt = Some(Doubt {
                        cause,
                        spot: Spot::Condition(at),
                    });
                }
            }
        }
        at = next;
    }
    match doubt {
        None => Fit::Fits(link),
        Some(doubt) => Fit::Unclear(link, doubt),
    }
}

/// Whether the principals of a statement reach the caller of a request.
pub(super) const fn reached(
    principals: &[u8],
    allows: bool,
    request: &RequestRef<'_>,
    around: Around,
) -> Reach {
    // Most statements have no such element.
    if principal::is_absent(principals) {
        return Reach::By(Link::Direct);
    }
    let caller = match request.principal {
        Some(principal) => Some(principal.as_bytes()),
        None => None,
    };
    let reached = reach(
        principals,
        caller,
        role_of(principals, request),
        request.maker,
        allows,
    );
    if around.endpoint && has_gateways(request.action.service().as_bytes()) {
        reached.through_gateway(principals, caller)
    } else {
        reached
    }
}

/// The role of a session, as far as the request gives it and a statement may name it.
const fn role_of<'r>(principals: &[u8], request: &RequestRef<'r>) -> RoleArn<'r> {
    if !matches!(byte(principals, 0), b'=' | b'!') {
        return RoleArn::Open;
    }
    let Some(principal) = request.principal else {
        return RoleArn::Open;
    };
    if !matches!(Caller::read(principal.as_bytes()).form, CallerForm::Session) {
        return RoleArn::Open;
    }
    match request.look_up(b"aws:PrincipalArn") {
        Found::One(arn) if matches!(Caller::read(arn).form, CallerForm::Role) => RoleArn::Is(arn),
        Found::One(_)
        | Found::Missing
        | Found::Many(_)
        | Found::Role(_)
        | Found::Id(_)
        | Found::Hidden
        | Found::Unknown => RoleArn::Open,
    }
}

/// Whether it makes a difference for the principals of a statement that the role of the session that asks has a path, which the
/// request does not say.
pub(super) const fn depends_on_role(line: Line<'_>, request: &RequestRef<'_>) -> bool {
    let Some(principal) = request.principal else {
        return false;
    };
    let caller = principal.as_bytes();
    if !matches!(Caller::read(caller).form, CallerForm::Session)
        || matches!(role_of(line.principals(), request), RoleArn::Is(_))
    {
        return false;
    }
    let (principals, maker, allows) = (line.principals(), request.maker, line.allows());
    let without = reach(principals, Some(caller), RoleArn::Open, maker, allows);
    let with = reach(principals, Some(caller), RoleArn::Pathed, maker, allows);
    matches!(without, Reach::Missed) != matches!(with, Reach::Missed)
}

/// What a truth comes to for a statement of one effect.
pub(super) enum Weight {
    Fits,
    Misses,
    Open(Cause),
}

/// An `Allow` grants only what it certainly grants, and so is read narrowly; a `Deny` also denies what it denies if nothing
/// unusual is at work.
pub(super) const fn weigh(truth: Truth, narrow: bool) -> Weight {
    match truth {
        Truth::Yes => Weight::Fits,
        Truth::No => Weight::Misses,
        Truth::Maybe {
            leaning: Leaning::Yes,
            ..
        } if !narrow => Weight::Fits,
        Truth::Maybe { cause, .. } => Weight::Open(cause),
    }
}

/// Whether `Action` or `NotAction` covers the action.
pub(crate) const fn actions_fit(actions: List<'_>, action: ActionName<'_>) -> bool {
    // Of other lengths, only patterns match.
    let length = action.service().len() + 1 + action.name().len();
    let mut values = actions.values().after_other_lengths(length);
    while let Some((form, text, more)) = values.next() {
        if action_matches(form, text, action) {
            return !actions.is_not();
        }
        values = more.after_other_lengths(length);
    }
    actions.is_not()
}

pub(crate) const fn action_matches(form: Form, text: &[u8], action: ActionName<'_>) -> bool {
    let (service, name) = (action.service().as_bytes(), action.name().as_bytes());
    match form {
        Form::Any => true,
        Form::Pattern => match service_end(text) {
            Some(end) => {
                same_folded(part(text, 0, end), service) && glob(rest(text, end + 1), name, true)
            }
            None => glob_pieces(
                text,
                &Pieces::new([service, b":", name, b"", b"", b"", b""]),
                true,
                true,
            ),
        },
        Form::Exact | Form::Variables => {
            text.len() == service.len() + 1 + name.len()
                && byte(text, service.len()) == b':'
                && same_folded(rest(text, service.len() + 1), name)
                && same_folded(part(text, 0, service.len()), service)
        }
    }
}

/// Where the service of a pattern ends, if it has no wildcard.
const fn service_end(pattern: &[u8]) -> Option<usize> {
    let mut at = 0;
    while at < pattern.len() {
        match pattern[at] {
            b':' => return Some(at),
            b'*' | b'?' => return None,
            _ => at += 1,
        }
    }
    None
}

/// Whether `Resource` or `NotResource` covers the resource. A statement without either covers all.
///
/// A policy variable without a value matches nothing. See
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>.
pub(crate) const fn resources_fit(
    resources: List<'_>,
    request: &RequestRef<'_>,
    variables: bool,
    allows: bool,
) -> Truth {
    if resources.is_absent() {
        return Truth::Yes;
    }
    let mut one = Truth::No;
    let mut values = resources.values();
    while let Some((form, pattern, more)) = values.next() {
        let not = resources.is_not();
        let fits = resource_fits(form, pattern, not, request, variables, allows);
        match request.assume(fits, &Atom::of(Element::Resource, pattern)) {
            Truth::No => {}
            Truth::Yes => {
                one = Truth::Yes;
                break;
            }
            open @ Truth::Maybe { .. } => one = one.or(open),
        }
        values = more;
    }
    if resources.is_not() { one.not() } else { one }
}

/// Whether one value of `Resource`, or of `NotResource`, matches.
pub(super) const fn resource_fits(
    form: Form,
    pattern: &[u8],
    not: bool,
    request: &RequestRef<'_>,
    variables: bool,
    allows: bool,
) -> Truth {
    let fits = resource_matches(form, pattern, request, variables);
    // Here nothing is between a missing value and a grant of everything.
    if allows
        && not
        && matches!(fits, Truth::No)
        && matches!(form, Form::Variables)
        && unresolved(pattern, request).is_some()
    {
        return Truth::maybe(Cause::NoValue);
    }
    fits
}

const fn resource_matches(
    form: Form,
    pattern: &[u8],
    request: &RequestRef<'_>,
    variables: bool,
) -> Truth {
    if let Form::Any = form {
        return Truth::Yes;
    }
    let (text, tail) = request.compared();
    if let Some(path) = api_path(pattern) {
        return api_matches(form, path, text, request);
    }
    let known = match form {
        Form::Any => return Truth::Yes,
        Form::Exact => Truth::of(
            pattern.len() == text.len() + tail.len()
                && begins(pattern, text)
                && same(rest(pattern, text.len()), tail),
        ),
        Form::Pattern if tail.is_empty() => Truth::of(glob(pattern, text, false)),
        Form::Pattern => {
            let pieces = Pieces::new([text, tail, b"", b"", b"", b"", b""]);
            Truth::of(glob_pieces(pattern, &pieces, true, false))
        }
        Form::Variables if !variables => return Truth::No,
        Form::Variables => match glob_filled_in(pattern, [text, tail], request, true, false) {
            Truth::Yes if has_early_variable(pattern) => Truth::likely(Cause::VariablePlace),
            truth @ (Truth::No | Truth::Yes | Truth::Maybe { .. }) => truth,
        },
    };
    let known = match known {
        // All parts of the resource, whichever the request is for.
        Truth::Yes if has_open_end(request) && byte(pattern, pattern.len() - 1) != b'*' => {
            Truth::No
        }
        known @ (Truth::No | Truth::Yes | Truth::Maybe { .. }) => known,
    };
    match known {
        Truth::No if request.open => unrecorded(form, pattern, request),
        Truth::No if is_short(pattern) => completed(form, pattern, request),
        Truth::No if has_open_end(request) && may_begin(pattern, [text, tail]) => {
            Truth::maybe(Cause::Part)
        }
        known @ (Truth::No | Truth::Yes | Truth::Maybe { .. }) => known,
    }
}

/// Whether a name follows after the resource that is compared, which the request does not say.
const fn has_open_end(request: &RequestRef<'_>) -> bool {
    match request.tail {
        Some(tail) => tail.open,
        None => false,
    }
}

/// Whether a pattern may match a text that begins with two pieces, by its own beginning.
const fn may_begin(pattern: &[u8], [text, tail]: [&[u8]; 2]) -> bool {
    let mut at = 0;
    while at < pattern.len() && !matches!(pattern[at], b'*' | b'?' | b'$') {
        at += 1;
    }
    if at <= text.len() {
        return at < pattern.len() && begins(text, part(pattern, 0, at));
    }
    let behind = part(pattern, text.len(), at - text.len());
    begins(pattern, text)
        && if behind.len() <= tail.len() {
            at < pattern.len() && begins(tail, behind)
        } else {
            begins(behind, tail)
        }
}

/// The path of a resource that leaves out the ARN of its API, from the slash before the stage.
///
/// In the policy of a REST API, `execute-api:/stage/GET/path` is a part of that API: API Gateway completes it when the policy is
/// saved. See
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html>.
pub(crate) const fn api_path(pattern: &[u8]) -> Option<&[u8]> {
    if begins(pattern, b"execute-api:/") {
        Some(rest(pattern, b"execute-api:".len()))
    } else {
        None
    }
}

/// Whether a resource is a part of an API with such a path.
const fn api_matches(form: Form, path: &[u8], resource: &[u8], request: &RequestRef<'_>) -> Truth {
    let Some([_, _, service, _, _, last]) = arn_fields(resource) else {
        return Truth::No;
    };
    if !same(service, b"execute-api") {
        return Truth::No;
    }
    let behind = rest(last, find(last, b'/', 0));
    match form {
        Form::Exact => Truth::of(same(path, behind)),
        Form::Pattern | Form::Any => Truth::of(glob(path, behind, false)),
        Form::Variables => glob_filled(path, behind, request, true, false),
    }
}

/// Whether a resource is an ARN with fewer than six fields, which does not end with a wildcard that takes in the others, or leaves
/// out the ARN of an API.
pub(crate) const fn is_short(pattern: &[u8]) -> bool {
    api_path(pattern).is_some()
        || begins(pattern, b"arn:")
            && byte(pattern, pattern.len() - 1) != b'*'
            && !has_six_fields(pattern, true)
}

/// Whether an ARN that is too short matches when its missing fields are wildcards.
const fn completed(form: Form, pattern: &[u8], request: &RequestRef<'_>) -> Truth {
    let (text, _) = request.compared();
    let mut missing = 5;
    while missing > 0 && arn_field(pattern, 6 - missing, true).is_some() {
        missing -= 1;
    }
    let mut at = find(text, b':', 0);
    while at < text.len() {
        let head = part(text, 0, at);
        let matched = match form {
            Form::Variables => {
                matches!(glob_filled(pattern, head, request, true, false), Truth::Yes)
            }
            Form::Exact => same(pattern, head),
            Form::Pattern | Form::Any => glob(pattern, head, false),
        };
        if matched && colons(rest(text, at)) >= missing {
            return Truth::likely(Cause::ShortArn);
        }
        at = find(text, b':', at + 1);
    }
    Truth::No
}

const fn colons(text: &[u8]) -> usize {
    let (mut at, mut count) = (0, 0);
    while at < text.len() {
        if text[at] == b':' {
            count += 1;
        }
        at += 1;
    }
    count
}

/// Whether a resource matches what AWS checks an action without resource types against: one of the ARNs recorded from its
/// messages, or else any ARN of the service.
const fn unrecorded(form: Form, pattern: &[u8], request: &RequestRef<'_>) -> Truth {
    let service = request.action.service().as_bytes();
    let Some(forms) = recorded(service, request.action.name().as_bytes()) else {
        return if may_be_of(pattern, service) {
            Truth::maybe(Cause::Resource)
        } else {
            Truth::No
        };
    };
    let caller = match request.principal {
        Some(principal) => Caller::read(principal.as_bytes()),
        None => Caller::read(b""),
    };
    let region = match request.look_up(b"aws:RequestedRegion") {
        Found::One(region) => Some(region),
        Found::Missing
        | Found::Many(_)
        | Found::Role(_)
        | Found::Id(_)
        | Found::Hidden
        | Found::Unknown => None,
    };
    let mut one = Truth::No;
    let mut at = 0;
    while at < forms.len() {
        one = one.or(form_matches(form, pattern, &forms[at], &caller, region));
        at += 1;
    }
    one
}

/// In a recorded ARN, an unknown value: no policy has this text.
const OPEN: &[u8] = b"\x01\x02\x01";

const fn form_matches(
    form: Form,
    pattern: &[u8],
    checked: &PseudoForm,
    caller: &Caller<'_>,
    region: Option<&[u8]>,
) -> Truth {
    let PseudoForm::Arn {
        service,
        region: has_region,
        account: has_account,
        resource,
    } = checked
    else {
        return Truth::No;
    };
    let region: &[u8] = match region {
        _ if !*has_region => b"",
        Some(region) => region,
        None => OPEN,
    };
    let account: &[u8] = match caller.account {
        _ if !*has_account => b"",
        Some(account) => account,
        None => OPEN,
    };
    let resource = resource.as_bytes();
    let fields: [&[u8]; 6] = [
        b"arn",
        caller.partition,
        service.as_bytes(),
        region,
        account,
        resource,
    ];
    if !matches!(form, Form::Variables) {
        // The pieces of an ARN around its colons.
        let head = Pieces::new([b"arn:", fields[1], b":", fields[2], b":", region, b":"]);
        if glob_split(pattern, &head, account, resource) {
            return Truth::Yes;
        }
    }
    let mut at = 0;
    while at < fields.len() {
        let Some(field) = arn_field(pattern, at, true) else {
            return if at > 0 {
                Truth::maybe(Cause::ShortArn)
            } else {
                Truth::No
            };
        };
        if !may_meet(field, fields[at]) {
            return Truth::No;
        }
        at += 1;
    }
    Truth::maybe(Cause::Resource)
}

/// Whether a pattern matches a recorded ARN whose head, account and resource are given.
const fn glob_split(pattern: &[u8], head: &Pieces<'_>, account: &[u8], resource: &[u8]) -> bool {
    glob_pieces(pattern, &head.and([account, b":", resource]), true, false)
}

/// Whether a field of a pattern and one with a value that is not known can be the same, by their beginnings.
const fn may_meet(pattern: &[u8], text: &[u8]) -> bool {
    if find(text, 1, 0) == text.len() && find(pattern, b'$', 0) == pattern.len() {
        return glob(pattern, text, false);
    }
    let mut at = 0;
    while at < pattern.len() && at < text.len() {
        if matches!(pattern[at], b'*' | b'?' | b'$') || text[at] == 1 {
            return true;
        }
        if pattern[at] != text[at] {
            return false;
        }
        at += 1;
    }
    at < text.len() && text[at] == 1
        || at < pattern.len() && matches!(pattern[at], b'*' | b'$')
        || pattern.len() == text.len()
}

/// Whether a pattern can match some ARN of a service.
const fn may_be_of(pattern: &[u8], service: &[u8]) -> bool {
    let fields: [&[u8]; 3] = [b"arn", OPEN, service];
    let mut at = 0;
    while at < fields.len() {
        match arn_field(pattern, at, true) {
            Some(field) if may_meet(field, fields[at]) => {}
            Some(_) => return false,
            // A wildcard reaches over colons.
            None => return at > 0,
        }
        at += 1;
    }
    true
}
