//! Actions: the catalogue's constants, patterns over them, and access levels.

use core::fmt;

use crate::catalogue::{self, ActionInfo};

/// The access level that IAM's console files an action under.
///
/// The service reference gives four independent flags; the first that is set, in the order of this enum, decides.
/// So every action has exactly one level, and the groups of a service (`rekognition::read()`, ...) do not overlap.
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AccessLevel {
    /// Grants or changes permissions.
    PermissionsManagement,
    /// Changes tags and nothing else.
    Tagging,
    /// Creates, changes or deletes.
    Write,
    /// Lists resources, without their content.
    List,
    /// Reads content.
    Read,
}

impl AccessLevel {
    /// All levels, in the order of the enum.
    pub const ALL: [Self; 5] = [
        Self::PermissionsManagement,
        Self::Tagging,
        Self::Write,
        Self::List,
        Self::Read,
    ];

    /// The name of the group function of a service: `read`, `permissions_management`.
    #[must_use]
    pub const fn group(self) -> &'static str {
        match self {
            Self::PermissionsManagement => "permissions_management",
            Self::Tagging => "tagging",
            Self::Write => "write",
            Self::List => "list",
            Self::Read => "read",
        }
    }
}

impl fmt::Display for AccessLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PermissionsManagement => "Permissions management",
            Self::Tagging => "Tagging",
            Self::Write => "Write",
            Self::List => "List",
            Self::Read => "Read",
        })
    }
}

/// One action of one service, such as [`rekognition::IndexFaces`](crate::rekognition::IndexFaces).
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::{AccessLevel, rekognition};
///
/// assert_eq!(rekognition::IndexFaces.to_string(), "rekognition:IndexFaces");
/// assert_eq!(rekognition::IndexFaces.access_level(), Some(AccessLevel::Write));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Action {
    service: &'static str,
    name: &'static str,
}

impl Action {
    pub(crate) const fn new(service: &'static str, name: &'static str) -> Self {
        Self { service, name }
    }

    /// The service prefix: `rekognition`.
    #[must_use]
    pub const fn service(self) -> &'static str {
        self.service
    }

    /// The name after the prefix: `IndexFaces`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// What the catalogue knows of the action. Never `None` for a constant of a service module.
    #[must_use]
    pub fn info(self) -> Option<&'static ActionInfo> {
        catalogue::service(self.service)?.action(self.name)
    }

    /// The access level, as the catalogue has it.
    #[must_use]
    pub fn access_level(self) -> Option<AccessLevel> {
        self.info().map(|info| info.level)
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service, self.name)
    }
}

/// Actions of one service by a pattern: `rekognition:Describe*`.
///
/// Made by the `matching` and `all` functions of a service module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ActionPattern {
    service: &'static str,
    pattern: &'static str,
}

impl ActionPattern {
    pub(crate) const fn new(service: &'static str, pattern: &'static str) -> Self {
        Self { service, pattern }
    }

    /// The service prefix.
    #[must_use]
    pub const fn service(self) -> &'static str {
        self.service
    }

    /// The pattern after the prefix, in which `*` represents any text and `?` one character.
    #[must_use]
    pub const fn pattern(self) -> &'static str {
        self.pattern
    }
}

impl fmt::Display for ActionPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service, self.pattern)
    }
}

/// All actions of one service and access level, spelled out one by one in the policy.
///
/// Made by the `read`, `list`, `write`, `tagging` and `permissions_management` functions of a service module.
/// IAM has no wildcard for an access level, so the group is as large as the catalogue it was compiled with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ActionGroup {
    actions: &'static [Action],
}

impl ActionGroup {
    pub(crate) const fn new(actions: &'static [Action]) -> Self {
        Self { actions }
    }

    /// The actions, in byte order of their names.
    #[must_use]
    pub const fn actions(self) -> &'static [Action] {
        self.actions
    }
}
