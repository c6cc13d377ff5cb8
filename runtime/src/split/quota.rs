//! The quotas that a policy can be made to fit.

use alloc::format;
use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use crate::catalogue::generated::prose;
use crate::catalogue::prose::{self as facts, Unit};
#[cfg(feature = "compare")]
use crate::check::in_unit;
#[cfg(feature = "compare")]
use crate::document::Document;
use crate::document::PolicyKind;
#[cfg(feature = "compare")]
use crate::json;

/// A quota that documents are to fit.
///
/// ```
/// use rekognition_iam_runtime::split::Quota;
///
/// let managed: Quota = "managed".parse()?;
/// assert_eq!((managed.limit(), managed.attached()), (6_144, Some(10)));
/// assert_eq!("500".parse(), Ok(Quota::Characters(500)));
/// # Ok::<(), rekognition_iam_runtime::split::UnknownQuota>(())
/// ```
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html> and
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Quota {
    /// A customer managed policy.
    Managed,
    /// All inline policies of a role together.
    InlineRole,
    /// All inline policies of a user together.
    InlineUser,
    /// All inline policies of a group together.
    InlineGroup,
    /// A service control policy.
    ServiceControl,
    /// A resource control policy.
    ResourceControl,
    /// This many characters, white space included.
    Characters(usize),
}

impl Quota {
    /// Those with a name.
    pub const NAMED: [Self; 6] = [
        Self::Managed,
        Self::InlineRole,
        Self::InlineUser,
        Self::InlineGroup,
        Self::ServiceControl,
        Self::ResourceControl,
    ];

    /// Its name, as [`FromStr`] reads it: `managed`, `inline-role`, `scp`, or a number.
    #[must_use]
    pub fn name(self) -> String {
        String::from(match self {
            Self::Managed => "managed",
            Self::InlineRole => "inline-role",
            Self::InlineUser => "inline-user",
            Self::InlineGroup => "inline-group",
            Self::ServiceControl => "scp",
            Self::ResourceControl => "rcp",
            Self::Characters(limit) => return format!("{limit}"),
        })
    }

    /// The fact from AWS; a number that the caller chose has none.
    const fn fact(self) -> Option<&'static facts::Quota> {
        match self {
            Self::Managed => Some(&prose::MANAGED_POLICY_QUOTA),
            Self::InlineRole => Some(&prose::INLINE_POLICIES_OF_A_ROLE_QUOTA),
            Self::InlineUser => Some(&prose::INLINE_POLICIES_OF_A_USER_QUOTA),
            Self::InlineGroup => Some(&prose::INLINE_POLICIES_OF_A_GROUP_QUOTA),
            Self::ServiceControl => Some(&prose::SERVICE_CONTROL_POLICY_QUOTA),
            Self::ResourceControl => Some(&prose::RESOURCE_CONTROL_POLICY_QUOTA),
            Self::Characters(_) => None,
        }
    }

    /// The largest size of a document.
    #[must_use]
    pub const fn limit(self) -> usize {
        match (self, self.fact()) {
            (Self::Characters(limit), _) => limit,
            (_, Some(fact)) => fact.size.limit,
            (_, None) => 0,
        }
    }

    /// The size of a document as AWS counts it for this quota, written without white space.
    ///
    /// ```
    /// use rekognition_iam_runtime::json;
    /// use rekognition_iam_runtime::split::Quota;
    ///
    /// let text = r#"{"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}"#;
    /// let document = json::read(text).map_err(|_| "not a policy")?;
    /// assert_eq!(Quota::Managed.size_of(&document), 59);
    /// # Ok::<(), &str>(())
    /// ```
    #[cfg(feature = "compare")]
    #[must_use]
    pub fn size_of(self, document: &Document<'_>) -> usize {
        in_unit(&json::to_minified(document), self.unit())
    }

    /// Whether white space counts, so that a document must be written without any to have its size.
    #[must_use]
    pub const fn counts_white_space(self) -> bool {
        !matches!(self.unit(), Unit::NonBlank)
    }

    pub(super) const fn unit(self) -> Unit {
        match self.fact() {
            Some(fact) => fact.size.unit,
            None => Unit::Characters,
        }
    }

    /// What the quota is counted in, in words.
    #[must_use]
    pub const fn counted_in(self) -> &'static str {
        self.unit().name()
    }

    /// What has the quota, in words.
    #[must_use]
    pub const fn of(self) -> &'static str {
        match self.fact() {
            Some(fact) => fact.of,
            None => "a document",
        }
    }

    /// How many documents of this size can be attached to one role, user, group, account, or unit by default. One, where the
    /// quota is for all documents together. `None` for a number that the caller chose.
    #[must_use]
    pub const fn attached(self) -> Option<usize> {
        match self.fact() {
            Some(fact) => fact.attached,
            None => None,
        }
    }

    /// What can be done when a policy does not fit.
    #[cfg(feature = "compare")]
    pub(super) const fn instead(self) -> Option<&'static str> {
        match self.fact() {
            Some(fact) => fact.instead,
            None => None,
        }
    }

    /// The kind of the documents; `None` where any kind can be meant.
    #[must_use]
    pub const fn kind(self) -> Option<PolicyKind> {
        match self {
            Self::Managed | Self::InlineRole | Self::InlineUser | Self::InlineGroup => {
                Some(PolicyKind::Identity)
            }
            Self::ServiceControl => Some(PolicyKind::ServiceControl),
            Self::ResourceControl => Some(PolicyKind::ResourceControl),
            Self::Characters(_) => None,
        }
    }
}

impl fmt::Display for Quota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

/// The error of a text that is not a quota.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownQuota(String);

impl fmt::Display for UnknownQuota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a quota; write ", self.0.escape_debug())?;
        for quota in Quota::NAMED {
            write!(f, "`{quota}`, ")?;
        }
        f.write_str("or a number of characters")
    }
}

impl core::error::Error for UnknownQuota {}

impl FromStr for Quota {
    type Err = UnknownQuota;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let named = Self::NAMED.into_iter().find(|quota| quota.name() == text);
        let number = || text.parse().ok().filter(|&limit| limit > 0);
        named
            .or_else(|| number().map(Self::Characters))
            .ok_or_else(|| UnknownQuota(text.chars().take(40).collect()))
    }
}
