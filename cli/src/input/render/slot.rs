//! What may be filled in for a value that is open, by where it is in the policy.

use std::cell::OnceCell;

use rekognition_iam_runtime::catalogue;

use crate::input::known::Fill;

/// Names that the file does not have, to represent values that are open: what is unlike all that the file says.
#[derive(Debug)]
pub(super) struct Others<'t> {
    file: &'t str,
    actions: OnceCell<Vec<String>>,
    services: OnceCell<Vec<&'static str>>,
}

/// More than there are open values in any template that was not written to have many.
const MANY: usize = 256;

impl<'t> Others<'t> {
    pub(super) const fn new(file: &'t str) -> Self {
        Self {
            file,
            actions: OnceCell::new(),
            services: OnceCell::new(),
        }
    }

    /// An action, another one for each number.
    fn action(&self, number: usize) -> &str {
        let all = self.actions.get_or_init(|| {
            (catalogue::services().iter())
                .flat_map(|service| service.actions.iter().map(move |action| (service, action)))
                .filter(|(_, action)| action.resources.is_empty())
                .filter(|(_, action)| !self.file.contains(action.name))
                .map(|(service, action)| format!("{}:{}", service.prefix, action.name))
                .take(MANY)
                .collect()
        });
        (all.get(number % all.len().max(1))).map_or("rekognition:DetectLabels", String::as_str)
    }

    /// A service, another one for each number.
    fn service(&self, number: usize) -> &'static str {
        let all = self.services.get_or_init(|| {
            let names = catalogue::KNOWN_SERVICES.iter().copied();
            names.filter(|name| !self.file.contains(name)).collect()
        });
        all.get(number % all.len().max(1)).copied().unwrap_or("ec2")
    }
}

/// What a node represents in a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    Document,
    Statements,
    Statement,
    Version,
    Sid,
    Effect,
    Principal,
    Principals,
    Service,
    Action,
    Resource,
    Condition,
    Keys,
    Value,
}

impl Slot {
    /// What a member of this is.
    pub(super) fn member(self, name: &str) -> Self {
        match (self, name) {
            (Self::Document, "Version") => Self::Version,
            (Self::Document, "Statement") => Self::Statements,
            (Self::Statement, "Effect") => Self::Effect,
            (Self::Statement, "Principal" | "NotPrincipal") => Self::Principal,
            (Self::Statement, "Action" | "NotAction") => Self::Action,
            (Self::Statement, "Resource" | "NotResource") => Self::Resource,
            (Self::Statement, "Condition") => Self::Condition,
            (Self::Principal, "Service") => Self::Service,
            (Self::Principal, _) => Self::Principals,
            (Self::Condition, _) => Self::Keys,
            (Self::Keys, _) => Self::Value,
            _ => Self::Sid,
        }
    }

    pub(super) const fn item(self) -> Self {
        match self {
            Self::Statements => Self::Statement,
            other @ (Self::Document
            | Self::Statement
            | Self::Version
            | Self::Sid
            | Self::Effect
            | Self::Principal
            | Self::Principals
            | Self::Service
            | Self::Action
            | Self::Resource
            | Self::Condition
            | Self::Keys
            | Self::Value) => other,
        }
    }

    /// What to write for a value that is open as a whole. Nothing: leave it out. `number` tells it from all other such values
    /// of the policy.
    pub(super) fn filled(self, fill: Fill, number: usize, others: &Others<'_>) -> Option<String> {
        let account = || format!("{:012}", 200_000_000_000 + number);
        let text = match (self, fill) {
            (Self::Document | Self::Statements | Self::Statement | Self::Sid, _) => return None,
            (Self::Version, _) => "\"2012-10-17\"",
            (Self::Effect, _) => fill.pick("\"Allow\"", "\"Deny\""),
            (
                Self::Action
                | Self::Service
                | Self::Principal
                | Self::Principals
                | Self::Resource
                | Self::Value,
                Fill::Wide | Fill::Named,
            ) => "\"*\"",
            (Self::Keys | Self::Condition, Fill::Wide | Fill::Named) => "{}",
            (Self::Action, Fill::Other) => return Some(format!("\"{}\"", others.action(number))),
            (Self::Service, Fill::Other) => {
                return Some(format!("\"{}.amazonaws.com\"", others.service(number)));
            }
            (Self::Keys, Fill::Other) => {
                return Some(format!("{{\"aws:SourceAccount\":\"{}\"}}", account()));
            }
            (Self::Condition, Fill::Other) => {
                return Some(format!(
                    "{{\"StringEquals\":{{\"aws:SourceAccount\":\"{}\",\"aws:PrincipalOrgID\":\"o-a1b2c3d4e5\"}},\"ArnEquals\":{{\"aws:SourceArn\":\"arn:aws:sns:us-east-1:123456789012:open-value\"}}}}",
                    account()
                ));
            }
            (Self::Principal, Fill::Other) => {
                return Some(format!("{{\"AWS\":\"arn:aws:iam::{}:root\"}}", account()));
            }
            (Self::Principals, Fill::Other) => {
                return Some(format!("\"arn:aws:iam::{}:root\"", account()));
            }
            (Self::Resource, Fill::Other) => {
                return Some(format!("\"arn:aws:s3:::open-value-{number}\""));
            }
            (Self::Value, Fill::Other) => return Some(format!("\"open-value-{number}\"")),
        };
        Some(text.to_string())
    }

    /// Whether the value may be a list as well as one of its items.
    pub(super) const fn takes_list(self) -> bool {
        match self {
            Self::Statements
            | Self::Principals
            | Self::Service
            | Self::Action
            | Self::Resource
            | Self::Value => true,
            Self::Document
            | Self::Statement
            | Self::Version
            | Self::Sid
            | Self::Effect
            | Self::Principal
            | Self::Condition
            | Self::Keys => false,
        }
    }

    /// Whether a policy variable can represent a value that is open as a whole.
    pub(super) const fn takes_variables(self) -> bool {
        matches!(self, Self::Resource | Self::Value)
    }

    /// Whether the members are conditions.
    pub(super) const fn holds_conditions(self) -> bool {
        matches!(self, Self::Condition | Self::Keys)
    }

    /// Whether there is nothing to write for a value that is open as a whole.
    pub(super) const fn is_left_out(self) -> bool {
        matches!(
            self,
            Self::Document | Self::Statements | Self::Statement | Self::Sid
        )
    }
}
