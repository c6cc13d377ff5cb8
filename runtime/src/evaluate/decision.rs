//! A decision and what asks for one.

use alloc::vec::Vec;
use core::fmt;

use super::decide::{Attached, Origin, Reason, Ruling, Verdict, decide_all, decide_one, own};
use super::depends::{Dependency, depends_on};
use super::doubt::{Spot, Undetermined};
use super::explain::Explanation;
use super::program::{Code, Program, test};
use super::request::{Request, RequestRef};
use crate::Layer;
use crate::catalogue::access::{Own, own_policy_page};

/// The documents of a decision.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Documents<'a> {
    One(Code<'a>),
    Many(&'a [Attached<'a>]),
}

/// What IAM would answer.
///
/// The decision is a few words; [`explain`](Self::explain) works out the rest when it is asked for. `{}` writes all of
/// it, for the message of a failed test.
#[derive(Debug, Clone, Copy)]
#[must_use]
pub struct Decision<'a> {
    pub(crate) ruling: Ruling,
    pub(crate) documents: Documents<'a>,
    pub(crate) request: RequestRef<'a>,
    /// All of the request, when it may be for several resources.
    pub(crate) whole: Option<&'a Request<'a>>,
}

impl<'a> Decision<'a> {
    /// Whether the request goes through.
    pub const fn is_allowed(&self) -> bool {
        matches!(self.ruling.verdict, Verdict::Allowed)
    }

    /// Whether a statement denies the request.
    pub const fn is_denied_explicitly(&self) -> bool {
        matches!(self.ruling.verdict, Verdict::ExplicitDeny)
    }

    /// What IAM answers.
    pub const fn verdict(&self) -> Verdict {
        self.ruling.verdict
    }

    /// Why.
    pub const fn reason(&self) -> Reason {
        self.ruling.reason
    }

    /// The statement that decided; `None` when it is the absence of one.
    pub const fn by(&self) -> Option<Origin> {
        self.ruling.by
    }

    /// The `Sid` of a statement, when it has one.
    #[must_use]
    pub fn sid(&self, origin: Origin) -> Option<&'a str> {
        let sid = self.code(origin.document)?.line(origin.statement)?.sid();
        core::str::from_utf8(sid).ok().filter(|sid| !sid.is_empty())
    }

    fn code(&self, document: usize) -> Option<Code<'a>> {
        match self.documents {
            Documents::One(code) => (document == 0).then_some(code),
            Documents::Many(documents) => Some(documents.get(document)?.program.code()),
        }
    }

    /// What decides and is not known, if the answer is undetermined.
    #[must_use]
    pub fn undetermined(&self) -> Option<Undetermined<'a>> {
        let (doubt, origin) = (self.ruling.doubt?, self.ruling.by?);
        let code = self.code(origin.document)?;
        let (element, key) = match doubt.spot {
            Spot::Resource => ("Resource", None),
            Spot::Principal => ("Principal", None),
            Spot::Condition(at) => {
                let test = test(code.line(origin.statement)?.conditions(), at)?.0;
                if test.is_refused() {
                    ("Version", None)
                } else {
                    ("Condition", core::str::from_utf8(test.key()).ok())
                }
            }
        };
        Some(Undetermined {
            origin,
            cause: doubt.cause,
            element,
            key,
        })
    }

    /// The condition keys that the request does not give and that could change the verdict: an `Allow` may need them, a
    /// `Deny` may have matched because they are missing, an operator with `IfExists` or `ForAllValues` may be true for lack
    /// of them, a policy variable may represent them.
    ///
    /// No other key changes the verdict, with whatever value it can have for this caller. Works everything out when it is
    /// called; the decision itself does not pay for it.
    ///
    /// ```
    /// # use rekognition_iam_runtime as rekognition_iam;
    /// use rekognition_iam::evaluate::{Lack, Program, Request};
    /// use rekognition_iam::json;
    ///
    /// let text = r#"{"Statement": [
    ///     {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
    ///     {"Effect": "Deny", "Action": "*", "Resource": "*",
    ///      "Condition": {"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}},
    ///     {"Effect": "Deny", "Action": "sqs:*", "Resource": "*",
    ///      "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}}]}"#;
    /// let program = Program::compile(&json::parse(text, &json::Limits::default()).document);
    /// let request = Request::new("s3:GetObject", "arn:aws:s3:::bucket/key");
    /// let decision = program.evaluate(&request);
    /// assert!(decision.is_denied_explicitly());
    /// let [key] = decision.depends_on().try_into().unwrap();
    /// assert_eq!((key.key(), key.lack()), ("aws:SourceVpc", Lack::Absent));
    /// assert_eq!(key.statements()[0].statement, 1);
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>.
    #[must_use]
    pub fn depends_on(&self) -> Vec<Dependency<'a>> {
        depends_on(self)
    }

    /// The request for each of its resources.
    pub(crate) fn requests(&self) -> impl Iterator<Item = RequestRef<'a>> + use<'a> {
        let (one, whole) = (self.request, self.whole);
        (0..whole.map_or(1, Request::len)).map(move |number| match whole {
            Some(whole) => whole.on(number),
            None => one,
        })
    }

    /// What this answer leaves out: a policy that AWS also looks at and that was not given.
    #[must_use]
    pub fn note(&self) -> Option<Note> {
        let Documents::Many(documents) = self.documents else {
            return None;
        };
        let action = self.request.action;
        let has = |layers: &[Layer]| {
            (documents.iter()).any(|document| layers.contains(&document.kind.layer()))
        };
        match self.reason() {
            Reason::ResourceDoesNotAllow if !has(&[Layer::Resource, Layer::RoleTrust]) => {
                Some(Note::ResourcePolicy)
            }
            Reason::IdentityDoesNotAllow if !has(&[Layer::Identity]) => Some(Note::IdentityPolicy),
            Reason::SessionDoesNotAllow if !has(&[Layer::Session]) => Some(Note::SessionPolicy),
            _ if !self.is_allowed() => None,
            Reason::Denied
            | Reason::Granted
            | Reason::GrantedByResource { .. }
            | Reason::Root
            | Reason::NothingAllows
            | Reason::IdentityDoesNotAllow
            | Reason::ResourceDoesNotAllow
            | Reason::BoundaryDoesNotAllow
            | Reason::SessionDoesNotAllow
            | Reason::EndpointDoesNotAllow
            | Reason::ServiceControlDoesNotAllow { .. }
            | Reason::NeedsNoPermission
            | Reason::RefusedToCaller
            | Reason::Undetermined(_) => match own(action)? {
                Own::Key if !has(&[Layer::Resource]) => Some(Note::KeyPolicy),
                Own::Trust if !has(&[Layer::RoleTrust, Layer::Resource]) => Some(Note::TrustPolicy),
                Own::Key | Own::Trust => None,
            },
        }
    }

    /// The resource that decided, when the request is for several.
    pub const fn resource(&self) -> &'a str {
        self.request.resource
    }

    /// Every statement with the first of its elements that does not fit.
    pub const fn explain(&self) -> Explanation<'a> {
        Explanation::new(*self)
    }
}

impl fmt::Display for Decision<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.explain().fmt(f)
    }
}

/// A policy that AWS also looks at and that the documents of a decision leave out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Note {
    /// AWS KMS lets nobody use a key whom the key's policy does not allow, if only by the account.
    KeyPolicy,
    /// A role's trust policy has to let the caller in.
    TrustPolicy,
    /// The resource is in another account, or the caller has no identity policies, and the resource's policy was not
    /// given.
    ResourcePolicy,
    /// The resource is in another account, and the caller's identity policies were not given.
    IdentityPolicy,
    /// The caller is a federated user, and no session policy was given: without one, the session has no permissions of its own.
    SessionPolicy,
}

impl Note {
    /// A name for scripts, in snake case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::KeyPolicy => "key_policy_not_given",
            Self::TrustPolicy => "trust_policy_not_given",
            Self::ResourcePolicy => "resource_policy_not_given",
            Self::IdentityPolicy => "identity_policy_not_given",
            Self::SessionPolicy => "session_policy_not_given",
        }
    }

    /// The AWS page that describes the check.
    #[must_use]
    pub const fn page(self) -> &'static str {
        match self {
            Self::KeyPolicy => own_policy_page(Own::Key),
            Self::TrustPolicy => own_policy_page(Own::Trust),
            Self::ResourcePolicy | Self::IdentityPolicy => {
                "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html"
            }
            Self::SessionPolicy => {
                "https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html"
            }
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::KeyPolicy => {
                "the key's policy must allow this too; add it with the kind `resource`"
            }
            Self::TrustPolicy => {
                "the role's trust policy must allow this too; add it with the kind `role-trust`"
            }
            Self::ResourcePolicy => {
                "no policy of the resource was given; add it with the kind `resource`"
            }
            Self::IdentityPolicy => {
                "no policy of the caller was given; add it with the kind `identity`"
            }
            Self::SessionPolicy => {
                "a federated user's session has only the permissions of its session policy; add it with the kind `session`"
            }
        })
    }
}

/// The worst of the decisions on the resources of a request: all must be allowed.
pub(crate) fn worst<'a>(
    request: &'a Request<'a>,
    documents: Documents<'a>,
    mut decide: impl FnMut(&RequestRef<'a>) -> Ruling,
) -> Decision<'a> {
    let first = request.on(0);
    let mut worst = Decision {
        ruling: decide(&first),
        documents,
        request: first,
        whole: Some(request),
    };
    for number in 1..request.len() {
        if worst.is_denied_explicitly() {
            break;
        }
        let next = request.on(number);
        let ruling = decide(&next);
        if rank(ruling.verdict) > rank(worst.verdict()) {
            worst.ruling = ruling;
            worst.request = next;
        }
    }
    worst
}

/// How far a verdict is from a grant, and how certain.
const fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Allowed => 0,
        Verdict::Undetermined => 1,
        Verdict::ImplicitDeny => 2,
        Verdict::ExplicitDeny => 3,
    }
}

impl Program<'_> {
    /// What this document alone says to a request: a deny, else an allow, else nothing.
    ///
    /// Principals count where statements name them, by name, role, user or account. Whether a whole account, another
    /// account or a boundary is involved needs all documents: see [`evaluate`].
    pub fn evaluate<'a>(&'a self, request: &'a Request<'a>) -> Decision<'a> {
        let code = self.code();
        worst(request, Documents::One(code), |request| {
            decide_one(code, request)
        })
    }

    /// The same for a request that the caller keeps the parts of.
    pub const fn evaluate_ref<'a>(&'a self, request: RequestRef<'a>) -> Decision<'a> {
        let code = self.code();
        Decision {
            ruling: decide_one(code, &request),
            documents: Documents::One(code),
            request,
            whole: None,
        }
    }
}

/// Decides as IAM does, with all the documents that apply to a request.
///
/// Give every document of its kind that applies: what is not given is taken as not there. In short:
///
/// 1. A deny in any of them decides.
/// 2. Where a level of the organization has service control policies, one of them must allow. They do not limit
///    services, service-linked roles and callers who did not sign in.
/// 3. A resource of the caller's own account: the identity policies or the resource policy must allow. What a resource
///    policy grants to a user, a session or everyone *by name* no boundary and no session policy limits; what it grants
///    to a role or to the user of a federated session, they do; what it grants to the account still needs an identity
///    policy. A role's trust policy and a KMS key's policy must let the caller or the account in.
/// 4. A resource of another account: both the identity policies and the resource policy must allow.
/// 5. A permissions boundary and session policies, where there are any, must allow too.
///
/// Resource control policies only ever deny: the policy that allows all cannot be detached. They cover the services that
/// Organizations lists, see <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html>.
///
/// What neither the documents nor the request say, and AWS's pages leave open, is read narrowly where it could allow and
/// broadly where it could deny. If it decides, the answer is [`Verdict::Undetermined`] and names it.
///
/// The account of the resource is that of its ARN or of [`Request::resource_account`]; when either account is not
/// known, the resource is taken as the caller's own.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>.
pub fn evaluate<'a>(documents: &'a [Attached<'a>], request: &'a Request<'a>) -> Decision<'a> {
    worst(request, Documents::Many(documents), |request| {
        decide_all(documents, request)
    })
}
