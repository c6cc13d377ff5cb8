//! Policies as constants of a program: what `policy!` expands to.

use core::fmt;

use crate::action::{Action, ActionGroup, ActionPattern};
use crate::condition::Condition;
use crate::document::Effect;
use crate::resource::Resource;

/// An identity policy whose every value is known while compiling.
///
/// Made by the macro `policy!`; a constant of the program, so using one costs nothing at run time.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    json: &'static str,
    statements: &'static [Statement],
    exceptions: &'static [Exception],
}

impl Policy {
    pub(crate) const fn new(
        json: &'static str,
        statements: &'static [Statement],
        exceptions: &'static [Exception],
    ) -> Self {
        Self {
            json,
            statements,
            exceptions,
        }
    }

    /// The policy document, without white space: what the IAM API takes.
    ///
    /// Computed while compiling; the same text for the same source, byte for byte.
    #[must_use]
    pub const fn json(&self) -> &'static str {
        self.json
    }

    /// The policy document with line ends and two spaces of indentation, for people to read.
    #[must_use]
    pub fn to_json_pretty(&self) -> alloc::string::String {
        crate::json::pretty(self.json)
    }

    /// The statements in the author's order.
    #[must_use]
    pub const fn statements(&self) -> &'static [Statement] {
        self.statements
    }

    /// What the author vouched for against the rules, each with its reason.
    #[must_use]
    pub const fn exceptions(&self) -> &'static [Exception] {
        self.exceptions
    }
}

/// The policy document without white space; `{:#}` gives the form that people read.
impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() {
            f.write_str(&self.to_json_pretty())
        } else {
            f.write_str(self.json)
        }
    }
}

/// One statement of a [`Policy`].
#[derive(Debug, Clone, Copy)]
pub struct Statement {
    effect: Effect,
    sid: Option<&'static str>,
    actions: Actions,
    resources: Resources,
    conditions: &'static [Condition],
}

impl Statement {
    pub(crate) const fn new(
        effect: Effect,
        sid: Option<&'static str>,
        actions: Actions,
        resources: Resources,
        conditions: &'static [Condition],
    ) -> Self {
        Self {
            effect,
            sid,
            actions,
            resources,
            conditions,
        }
    }

    /// Whether the statement allows or denies.
    #[must_use]
    pub const fn effect(&self) -> Effect {
        self.effect
    }

    /// The statement's `Sid`.
    #[must_use]
    pub const fn sid(&self) -> Option<&'static str> {
        self.sid
    }

    /// `Action` or `NotAction`.
    #[must_use]
    pub const fn actions(&self) -> Actions {
        self.actions
    }

    /// `Resource` or `NotResource`.
    #[must_use]
    pub const fn resources(&self) -> Resources {
        self.resources
    }

    /// The lines of `Condition`; all of them must hold.
    #[must_use]
    pub const fn conditions(&self) -> &'static [Condition] {
        self.conditions
    }
}

/// The `Action` or `NotAction` of a [`Statement`].
#[derive(Debug, Clone, Copy)]
pub enum Actions {
    /// These actions.
    Action(&'static [ActionItem]),
    /// Every action but these.
    NotAction(&'static [ActionItem]),
}

/// One or several entries of [`Actions`].
#[derive(Debug, Clone, Copy)]
pub enum ActionItem {
    /// Actions one by one.
    Exact(&'static [Action]),
    /// Actions by a pattern.
    Pattern(ActionPattern),
    /// All actions of an access level.
    Group(ActionGroup),
    /// In IAM's own spelling.
    Text(&'static str),
}

/// The `Resource` or `NotResource` of a [`Statement`].
#[derive(Debug, Clone, Copy)]
pub enum Resources {
    /// `*`
    Any,
    /// These resources.
    Resource(&'static [Resource]),
    /// Every resource but these.
    NotResource(&'static [Resource]),
}

/// Something that the author of a policy vouched for, with the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exception {
    /// An action or condition key that the catalogue lacks.
    Unlisted {
        /// The action or key.
        name: &'static str,
        /// Why it is right all the same.
        reason: &'static str,
    },
    /// A finding of the rules.
    Accepted {
        /// The rule's id.
        id: &'static str,
        /// The statement, from 0.
        statement: usize,
        /// Why it is right all the same.
        reason: &'static str,
    },
}

#[cfg(feature = "serde")]
impl serde::Serialize for Policy {
    /// Serializes as the policy document: an object, not a string.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        crate::json::serialize(self.json, serializer)
    }
}
