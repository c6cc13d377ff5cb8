//! What may be filled in for a value that is open, by where it is in the policy.

use crate::input::known::Fill;

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
            other => other,
        }
    }

    /// What to write for a value that is open as a whole, and how it differs from other such values. Nothing: leave it out.
    pub(super) fn filled(self, fill: Fill, number: usize) -> Option<String> {
        let account = || format!("{:012}", 200_000_000_000 + number);
        let text = match (self, fill) {
            (Self::Document | Self::Statements | Self::Statement | Self::Sid, _) => return None,
            (Self::Version, _) => "\"2012-10-17\"",
            (Self::Effect, _) => fill.pick("\"Allow\"", "\"Deny\""),
            (Self::Action, _) => fill.pick("\"*\"", "\"rekognition:DetectLabels\""),
            (Self::Service, _) => fill.pick("\"*\"", "\"ec2.amazonaws.com\""),
            (Self::Keys, _) => fill.pick("{}", "{\"aws:SourceAccount\":\"123456789012\"}"),
            (Self::Condition, _) => fill.pick(
                "{}",
                "{\"StringEquals\":{\"aws:SourceAccount\":\"123456789012\",\"aws:PrincipalOrgID\":\"o-a1b2c3d4e5\"},\"ArnEquals\":{\"aws:SourceArn\":\"arn:aws:sns:us-east-1:123456789012:open-value\"}}",
            ),
            (
                Self::Principal | Self::Principals | Self::Resource | Self::Value,
                Fill::Wide | Fill::Named,
            ) => "\"*\"",
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
