//! What an answer can depend on that neither the documents nor the request say.

use core::fmt;

use super::decide::Origin;

/// Why nobody can say whether a statement applies.
///
/// Where AWS documents what happens, evaluation follows the page. What is left is read against the callers that it could grant
/// something: an `Allow` that may not apply does not allow, and a `Deny` that may apply is never passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// The request says that it does not know the value of the key.
    Unknown,
    /// The ARN of a session does not contain the path of its role, which `aws:PrincipalArn` does. Give the request
    /// `aws:PrincipalArn` to settle it.
    RolePath,
    /// The caller's ARN does not contain the value that the key has for it, as with `aws:userid`.
    CallerValue,
    /// A value of the policy that the operator cannot compare: `.5` as a number, or a malformed CIDR range.
    PolicyValue,
    /// A value of the request that is not of the operator's type.
    RequestValue,
    /// The request has several values for a key that is tested without a set operator. See
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>.
    SeveralValues,
    /// A policy variable without a value, in a negated condition or in `NotResource` of an `Allow`: AWS takes it as equal
    /// to nothing, so that the statement would grant access because something is missing. See
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>.
    NoValue,
    /// A policy variable before the fifth colon of an ARN or under `Bool`, where AWS does not say that it is filled in.
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>.
    VariablePlace,
    /// An ARN with fewer than six fields, which AWS completes with wildcards. See
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>.
    ShortArn,
    /// A `NotPrincipal` that names the caller and not its account (and, for a session, its role): the page says that it
    /// might deny the caller. See
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>.
    NotPrincipal,
    /// The statement names a user, and the ARN of a federated user's session does not say which user made it: the one who
    /// asks for the session chooses its name. See
    /// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html>.
    SessionMaker,
    /// The policy of a VPC endpoint names the caller or its account, and the service has gateway endpoints: in the policy of
    /// one, an account is its root user alone, and `Principal` must be `*`. See
    /// <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html>.
    EndpointType,
    /// AWS does not document which resource it checks for this action.
    Resource,
    /// The request names a resource of which the action is on a part, and does not say which part, as a log stream of a log
    /// group.
    Part,
    /// AWS refuses the policy, because its `Version` is not one of the policy language. See
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>.
    Version,
}

impl Cause {
    /// A name for scripts, in snake case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown_value",
            Self::RolePath => "role_path",
            Self::CallerValue => "caller_value",
            Self::PolicyValue => "policy_value",
            Self::RequestValue => "request_value",
            Self::SeveralValues => "several_values",
            Self::NoValue => "variable_without_value",
            Self::VariablePlace => "variable_place",
            Self::ShortArn => "short_arn",
            Self::NotPrincipal => "not_principal",
            Self::SessionMaker => "session_maker",
            Self::EndpointType => "endpoint_type",
            Self::Resource => "resource_not_documented",
            Self::Part => "part_not_named",
            Self::Version => "version",
        }
    }

    /// What would settle it.
    #[must_use]
    pub const fn help(self) -> &'static str {
        match self {
            Self::Unknown => "find out the value of the key",
            Self::RolePath => {
                "give the request `aws:PrincipalArn`, the ARN of the role with its path"
            }
            Self::CallerValue => "give the request the value of the key",
            Self::PolicyValue => "write a value that the operator can compare",
            Self::RequestValue => "give the request a value of the key's type",
            Self::SeveralValues => "write the condition with `ForAllValues` or `ForAnyValue`",
            Self::NoValue => "give the request the variable's key, or the variable a default",
            Self::VariablePlace => {
                "use variables after the fifth colon of an ARN and under string or ARN operators only"
            }
            Self::ShortArn => "write all six fields of the ARN",
            Self::NotPrincipal => {
                "name the caller's account (and the role of a session) in `NotPrincipal` too, or deny with a condition on `aws:PrincipalArn`"
            }
            Self::SessionMaker => {
                "name the session itself (`arn:aws:sts::ACCOUNT:federated-user/NAME`) in `Principal`, or ask as the user who made it"
            }
            Self::EndpointType => {
                "use `*` as the `Principal` of the endpoint policy, with a condition on `aws:PrincipalAccount` or `aws:PrincipalArn`"
            }
            Self::Resource => "use `*` as the resource of a statement for this action",
            Self::Part => "name the part in the request: `log-group:NAME:log-stream:STREAM`",
            Self::Version => "write `2012-10-17` as the `Version` of the policy",
        }
    }

    const fn why(self) -> &'static str {
        match self {
            Self::Unknown => "the value of the key is not known",
            Self::RolePath => "the ARN of a session does not contain the path of its role",
            Self::CallerValue => "the caller's ARN does not contain this value",
            Self::PolicyValue => "a value of the policy cannot be compared",
            Self::RequestValue => "the value in the request is not of the operator's type",
            Self::SeveralValues => {
                "the request has several values, and the condition has no set operator"
            }
            Self::NoValue => "a policy variable has no value",
            Self::VariablePlace => "AWS does not document that a variable is filled in here",
            Self::ShortArn => "the ARN has fewer than six fields",
            Self::NotPrincipal => "`NotPrincipal` names the caller without its account",
            Self::SessionMaker => {
                "the ARN of a federated user's session does not say which user made it"
            }
            Self::EndpointType => {
                "the policy of a gateway endpoint cannot name principals other than `*`, and an account is its root user alone"
            }
            Self::Resource => "AWS does not document which resource it checks for this action",
            Self::Part => {
                "the action is on a part of the resource, and the request does not say on which"
            }
            Self::Version => "AWS refuses a policy of this `Version`",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.why())
    }
}

/// What is so if nothing unusual is at work, such as a role with a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leaning {
    No,
    Yes,
    /// One is as usual as the other.
    Neither,
}

/// Whether something is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Truth {
    No,
    Yes,
    /// A `Deny` takes what leans to it for true.
    Maybe {
        cause: Cause,
        leaning: Leaning,
    },
}

impl Truth {
    pub(crate) const fn of(known: bool) -> Self {
        if known { Self::Yes } else { Self::No }
    }

    /// A value equals another one rarely. One that the asker does not know may be any.
    pub(crate) const fn maybe(cause: Cause) -> Self {
        let leaning = match cause {
            // A path that is not seen is as likely as none where the name fits: people write `role/ops/app` for a role that has one.
            Cause::Unknown | Cause::RolePath => Leaning::Neither,
            Cause::CallerValue
            | Cause::PolicyValue
            | Cause::RequestValue
            | Cause::SeveralValues
            | Cause::NoValue
            | Cause::VariablePlace
            | Cause::ShortArn
            | Cause::NotPrincipal
            | Cause::SessionMaker
            | Cause::EndpointType
            | Cause::Resource
            | Cause::Part
            | Cause::Version => Leaning::No,
        };
        Self::Maybe { cause, leaning }
    }

    pub(crate) const fn likely(cause: Cause) -> Self {
        Self::Maybe {
            cause,
            leaning: Leaning::Yes,
        }
    }

    pub(crate) const fn not(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Yes => Self::No,
            Self::Maybe { cause, leaning } => Self::Maybe {
                cause,
                leaning: match leaning {
                    Leaning::No => Leaning::Yes,
                    Leaning::Yes => Leaning::No,
                    Leaning::Neither => Leaning::Neither,
                },
            },
        }
    }

    /// True if one of the two is.
    pub(crate) const fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::No, other) | (other, Self::No) => other,
            (
                Self::Maybe { cause, leaning },
                Self::Maybe {
                    cause: other_cause,
                    leaning: other,
                },
            ) => {
                // The one that decides how it leans is the one to name.
                let (cause, leaning) = match (leaning, other) {
                    (Leaning::Yes, _) => (cause, Leaning::Yes),
                    (_, Leaning::Yes) => (other_cause, Leaning::Yes),
                    (Leaning::No, Leaning::No) => (cause, Leaning::No),
                    (Leaning::Neither, _) => (cause, Leaning::Neither),
                    (Leaning::No, Leaning::Neither) => (other_cause, Leaning::Neither),
                };
                Self::Maybe { cause, leaning }
            }
        }
    }
}

/// The element that is in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spot {
    Resource,
    Principal,
    /// The test at this place of the conditions.
    Condition(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Doubt {
    pub(crate) cause: Cause,
    pub(crate) spot: Spot,
}

/// Why a request is neither certainly allowed nor certainly denied: what decides, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Undetermined<'a> {
    pub(crate) origin: Origin,
    pub(crate) cause: Cause,
    pub(crate) element: &'static str,
    pub(crate) key: Option<&'a str>,
}

impl<'a> Undetermined<'a> {
    /// The statement that may or may not apply.
    #[must_use]
    pub const fn origin(&self) -> Origin {
        self.origin
    }

    /// What is not known.
    #[must_use]
    pub const fn cause(&self) -> Cause {
        self.cause
    }

    /// The element of the statement: `Resource`, `Principal`, or `Condition`; `Version` for one of the policy.
    #[must_use]
    pub const fn element(&self) -> &'static str {
        self.element
    }

    /// The condition key that is tested, when the doubt is about a condition.
    #[must_use]
    pub const fn key(&self) -> Option<&'a str> {
        self.key
    }
}

impl fmt::Display for Undetermined<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` of statement {}",
            self.element,
            self.origin.statement + 1
        )?;
        if let Some(key) = self.key {
            write!(f, ", key `{key}`")?;
        }
        write!(f, ": {}", self.cause)
    }
}
