//! Why a question is not settled, and what an answer assumes.

use alloc::string::String;
use core::fmt;

use super::model::{Id, Model, What, index};
use crate::catalogue::{self, Unlisted};
use crate::evaluate::caller::{Caller, Form};
use crate::evaluate::principal::{Maker, Reach, RoleArn, reach};
use crate::evaluate::{Cause, Origin};

/// What is in the way of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Obstacle {
    /// The answer depends on the value of a policy variable.
    Variable,
    /// The conditions on one key are of kinds that are not reasoned about together.
    Condition,
    /// The answer depends on several things at once that AWS does not document.
    Assumptions,
    /// The answer depends on keys that follow from the caller and are tested together.
    Caller,
    /// A request was found that evaluation does not confirm.
    Unconfirmed,
    /// The policies have more cases, or patterns, than are looked at.
    TooMany,
    /// The question is about an action that the catalogue does not have. That it is never allowed guarantees nothing.
    Unlisted,
    /// The question is about a resource that no request for the action names, so no policy could allow it.
    Impossible,
}

impl Obstacle {
    /// A name for scripts, in snake case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Variable => "variable",
            Self::Condition => "condition",
            Self::Assumptions => "assumptions",
            Self::Caller => "caller",
            Self::Unconfirmed => "unconfirmed",
            Self::TooMany => "too_many",
            Self::Unlisted => "unlisted",
            Self::Impossible => "impossible",
        }
    }

    const fn why(self) -> &'static str {
        match self {
            Self::Variable => "it depends on the value of a policy variable",
            Self::Condition => "the conditions on this key cannot be analyzed together",
            Self::Assumptions => "it depends on several things that AWS does not document",
            Self::Caller => "it depends on several keys that the caller determines",
            Self::Unconfirmed => "a request was found that evaluation does not confirm",
            Self::TooMany => "the policies have more cases than the analysis covers",
            Self::Unlisted => "the catalogue has no such action",
            Self::Impossible => "no request for this action names such a resource",
        }
    }

    /// What would settle it.
    #[must_use]
    pub const fn help(self) -> &'static str {
        match self {
            Self::Variable => "evaluate both policies with the values that the variable can have",
            Self::Condition => "write the conditions on the key with operators of one type",
            Self::Assumptions => {
                "write short ARNs, variables, and values so that AWS documents what they mean"
            }
            Self::Caller => "evaluate both policies with the callers that matter to you",
            Self::Unconfirmed => "evaluate both policies with the requests that matter to you",
            Self::TooMany => "ask about fewer statements, or fewer patterns, at a time",
            Self::Unlisted => "correct the name of the action",
            Self::Impossible => "correct the action or the resource",
        }
    }
}

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unsettled {
    pub(super) numbered: bool,
    obstacle: Obstacle,
    key: Option<String>,
    origin: Option<(usize, usize)>,
    /// An action that does not exist, and why.
    unlisted: Option<(String, Unlisted)>,
    /// An action, and a resource that no request for it names.
    impossible: Option<(String, String)>,
}

impl Unsettled {
    pub(super) fn new(obstacle: Obstacle, model: &Model<'_>, about: Option<Id>) -> Self {
        let condition = about.and_then(|id| model.conditions.get(index(id)));
        Self {
            numbered: model.numbered,
            obstacle,
            key: condition.and_then(|condition| match condition.what {
                What::Test { test, .. } => Some(String::from_utf8_lossy(test.key()).into_owned()),
                What::Assumption(_) => None,
            }),
            origin: condition
                .map(|condition| (condition.origin.document, condition.origin.statement)),
            unlisted: None,
            impossible: None,
        }
    }

    /// The first of these patterns of actions that matches no action, although the catalogue has its service.
    pub(super) fn of_unlisted(actions: &[&str]) -> Option<Self> {
        actions.iter().find_map(|action| {
            let found = catalogue::unlisted(action)?;
            Some(Self {
                unlisted: Some((String::from(*action), found)),
                ..Self::of(Obstacle::Unlisted)
            })
        })
    }

    /// No request for the action names such a resource; without one, there is no request for it at all.
    pub(super) fn impossible(action: &str, resource: Option<&str>) -> Self {
        let resource = resource.unwrap_or("*");
        Self {
            impossible: Some((String::from(action), String::from(resource))),
            ..Self::of(Obstacle::Impossible)
        }
    }

    /// Nothing is left of the steps that a question may take.
    pub(super) const fn too_many() -> Self {
        Self::of(Obstacle::TooMany)
    }

    const fn of(obstacle: Obstacle) -> Self {
        Self {
            numbered: false,
            obstacle,
            key: None,
            origin: None,
            unlisted: None,
            impossible: None,
        }
    }

    /// The value of a policy variable in the resources of a statement.
    pub(super) fn of_variable(model: &Model<'_>, name: &str, origin: Option<Origin>) -> Self {
        Self {
            numbered: model.numbered,
            key: Some(String::from(name)),
            origin: origin.map(|origin| (origin.document, origin.statement)),
            ..Self::of(Obstacle::Variable)
        }
    }

    /// What is in the way.
    #[must_use]
    pub const fn obstacle(&self) -> Obstacle {
        self.obstacle
    }

    /// The condition key that it is about.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// The document and the statement, both from 0. Of two documents 0 is the old one; of two sets, the documents of the
    /// old one come first.
    #[must_use]
    pub const fn statement(&self) -> Option<(usize, usize)> {
        self.origin
    }
}

impl fmt::Display for Unsettled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((action, found)) = &self.unlisted {
            match action.split_once(':').filter(|_| found.is_service()) {
                Some((service, _)) => write!(f, "the catalogue has no service `{service}`; ")?,
                None => write!(f, "the catalogue has no action `{action}`; ")?,
            }
            return match found.near() {
                Some(near) => write!(f, "did you mean `{near}`?"),
                None => f.write_str(self.obstacle.help()),
            };
        }
        if let Some((action, resource)) = &self.impossible {
            return write!(
                f,
                "no request for `{action}` names a resource like `{resource}`, so this guarantee checks nothing; {}",
                self.obstacle.help()
            );
        }
        f.write_str(self.obstacle.why())?;
        if let Some(key) = &self.key {
            write!(f, ", key `{key}`")?;
        }
        if let Some((document, statement)) = self.origin {
            write!(f, " in statement {}", statement + 1)?;
            if self.numbered {
                write!(f, " of policy {}", document + 1)?;
            }
        }
        write!(f, "; {}", self.obstacle.help())
    }
}

/// Something that AWS does not document and that a witness relies on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumed {
    pub(super) cause: Cause,
    pub(super) key: Option<String>,
    pub(super) document: usize,
    pub(super) statement: usize,
    pub(super) numbered: bool,
    pub(super) holds: bool,
}

impl Model<'_> {
    /// What a request by the session of a federated user relies on where a statement names a user of that name: that this user made
    /// the session.
    pub(super) fn maker_of(&self, principal: Option<&str>) -> Option<Assumed> {
        let principal = principal?;
        if Caller::read(principal.as_bytes()).form != Form::FederatedUser {
            return None;
        }
        let rule = self.rules.iter().find(|rule| {
            let by = |maker| {
                reach(
                    rule.principals,
                    Some(principal.as_bytes()),
                    RoleArn::Open,
                    maker,
                    rule.allows,
                )
            };
            matches!(by(Maker::Open), Reach::Perhaps(..))
                && matches!(by(Maker::Namesake), Reach::By(_))
        })?;
        Some(Assumed {
            cause: Cause::SessionMaker,
            key: None,
            document: rule.origin.document,
            statement: rule.origin.statement,
            numbered: self.numbered,
            holds: true,
        })
    }
}

impl Assumed {
    /// What AWS does not document.
    #[must_use]
    pub const fn cause(&self) -> Cause {
        self.cause
    }

    /// The condition key that it is about.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// The document and the statement, both from 0. Of two documents 0 is the old one; of two sets, the documents of the
    /// old one come first.
    #[must_use]
    pub const fn statement(&self) -> (usize, usize) {
        (self.document, self.statement)
    }
}

impl fmt::Display for Assumed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "statement {}", self.statement + 1)?;
        if self.numbered {
            write!(f, " of policy {}", self.document + 1)?;
        }
        if let Some(key) = &self.key {
            write!(f, ", key `{key}`")?;
        }
        write!(
            f,
            " {} ({})",
            if self.holds {
                "applies"
            } else {
                "does not apply"
            },
            self.cause
        )
    }
}
