//! Rules about `iam:PassRole` and `iam:CreateServiceLinkedRole`, which give away more than they seem to.
//!
//! See <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html> and
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html>.

use crate::check::facts::{Facts, KeyFact, ResourceKind, StatementFacts};
use crate::check::rule::rules;
use crate::check::{Message, Sink};
use crate::condition::{Operator, OperatorFamily, SetOperator};
use crate::document::{Place, PolicyKind, Value};
use crate::glob;

/// How a statement comes to grant the action.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    /// It is named.
    Named,
    /// A pattern covers it.
    Pattern,
    /// `NotAction` leaves it in.
    Left,
}

/// What it is granted on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum On {
    /// All roles.
    Star,
    /// All roles but the listed ones.
    NotResource,
}

/// The two actions.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    PassRole,
    CreateServiceLinkedRole,
}

impl Which {
    const fn name(self) -> &'static str {
        match self {
            Self::PassRole => "PassRole",
            Self::CreateServiceLinkedRole => "CreateServiceLinkedRole",
        }
    }

    const fn full(self) -> &'static str {
        match self {
            Self::PassRole => "iam:PassRole",
            Self::CreateServiceLinkedRole => "iam:CreateServiceLinkedRole",
        }
    }

    /// The key that limits the action to a service.
    const fn key(self) -> &'static str {
        match self {
            Self::PassRole => "iam:PassedToService",
            Self::CreateServiceLinkedRole => "iam:AWSServiceName",
        }
    }
}

/// How a statement grants the action, and where it says so.
fn granted(statement: &StatementFacts<'_>, s: usize, which: Which) -> Option<(By, Place)> {
    if statement.statement.actions.not {
        return statement
            .has_action(which.full())
            .then_some((By::Left, Place::Statement(s)));
    }
    let mut pattern = None;
    for (a, action) in statement.actions.iter().enumerate() {
        // Both actions are of `iam`; nearly all entries are distinguished from them by their first letter.
        if !action.text.starts_with(['i', 'I', '*', '?']) {
            continue;
        }
        if action.text.eq_ignore_ascii_case(which.full()) {
            return Some((By::Named, Place::Action(s, a)));
        }
        if pattern.is_none() && glob::matches(action.text, which.full(), true) {
            pattern = Some((By::Pattern, Place::Action(s, a)));
        }
    }
    pattern
}

/// What a statement grants on, when that is nearly everything.
fn on(statement: &StatementFacts<'_>) -> Option<On> {
    let element = statement.statement.resources.as_ref()?;
    if element.not {
        return Some(On::NotResource);
    }
    for resource in &statement.resources {
        let all = match &resource.kind {
            ResourceKind::Any => true,
            ResourceKind::Arn(arn) => {
                // A role whose name has some fixed text is one that someone thought of.
                glob::matches(arn.service(), "iam", true)
                    && matches!(arn.resource(), "*" | "role/*" | "role*")
                    && !resource.text.contains("${")
            }
            ResourceKind::Malformed(_) => false,
        };
        if all {
            return Some(On::Star);
        }
    }
    None
}

/// How far the conditions of a statement limit the services that get a role.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Limit {
    /// To services that are named.
    Named,
    /// A condition on the service has no effect when the request does not carry the key.
    IfExists,
    /// A condition leaves the name of the service open.
    Open,
    /// A condition names the services that do not get one.
    Excluded,
    /// No condition is about it.
    Nothing,
}

/// How far one condition limits the services.
fn limit(key: &KeyFact<'_>) -> Limit {
    if key.if_exists || key.set == Some(SetOperator::ForAllValues) {
        return Limit::IfExists;
    }
    if key.is_negated() {
        return Limit::Excluded;
    }
    let like = matches!(key.operator, Some(Operator::StringLike));
    let string = key.has_family(OperatorFamily::String);
    // In `ec2.*` only the suffix of the partition is open, in `ecs*.amazonaws.com` and `*.ecs.amazonaws.com` the part of one
    // service.
    let open = |value: &Value<'_>| {
        let name = value
            .as_text()
            .split(".amazonaws")
            .next()
            .unwrap_or_default();
        let is_named = |label: &str| {
            let fixed = label.split(['*', '?']).next().unwrap_or_default();
            fixed == label && !label.is_empty() || fixed.len() >= 3
        };
        like && !name.split('.').any(is_named)
    };
    if !string || key.values.items.is_empty() || key.values.iter().any(open) {
        return Limit::Open;
    }
    Limit::Named
}

/// How far the conditions of a statement limit the services that get a role.
fn limits(statement: &StatementFacts<'_>, which: Which) -> Limit {
    let mut found = Limit::Nothing;
    for key in &statement.keys {
        if key.is(which.key()) {
            match limit(key) {
                Limit::Named => return Limit::Named,
                weak @ (Limit::IfExists | Limit::Open | Limit::Excluded | Limit::Nothing) => {
                    found = weak
                }
            }
        } else if which == Which::PassRole && key.is(RESOURCE) && key.wants_key() {
            // The resource that the role is for says which service gets it.
            return Limit::Named;
        }
    }
    found
}

/// The key that limits `PassRole` to the resources that the role is for.
const RESOURCE: &str = "iam:AssociatedResourceArn";

/// Whether one of the rules reports what the statement grants.
pub(super) fn is_reported(statement: &StatementFacts<'_>, s: usize) -> bool {
    (statement.allows() && on(statement).is_some())
        && [Which::PassRole, Which::CreateServiceLinkedRole]
            .into_iter()
            .any(|which| {
                granted(statement, s, which).is_some() && limits(statement, which) != Limit::Named
            })
}

fn report(facts: &Facts<'_>, sink: &mut Sink<'_>, which: Which, by: By, on_what: On) {
    // Boundaries and the policies of organizations only limit what others grant.
    if facts.kind != PolicyKind::Identity {
        return;
    }
    for (s, statement) in facts.statements.iter().enumerate() {
        if !statement.allows() || on(statement) != Some(on_what) {
            continue;
        }
        let Some((how, place)) = granted(statement, s, which) else {
            continue;
        };
        let limit = limits(statement, which);
        if how != by || limit == Limit::Named {
            continue;
        }
        let roles = match (which, on_what) {
            (Which::PassRole, On::Star) => "for every role, to every service",
            (Which::PassRole, On::NotResource) => {
                "for every role that is not listed, to every service"
            }
            (Which::CreateServiceLinkedRole, On::Star) => "for every service",
            (Which::CreateServiceLinkedRole, On::NotResource) => {
                "for every service that is not listed"
            }
        };
        let message = match by {
            By::Named => Message::from("this grants "),
            By::Pattern => Message::from("this pattern also grants "),
            By::Left => Message::new().word("NotAction").with(" also grants "),
        };
        let message = message.action("iam", which.name()).with(" ").with(roles);
        let message = match limit {
            Limit::Named | Limit::Nothing => message,
            Limit::IfExists => (message.with(": the condition on ").key(which.key()))
                .with(" also holds for a request without that key"),
            Limit::Open => (message.with(": the condition on ").key(which.key()))
                .with(" leaves the name of the service open"),
            Limit::Excluded => (message.with(": the condition on ").key(which.key()))
                .with(" only excludes some services"),
        };
        let finding = sink.report(place, message);
        finding.help(match which {
            Which::PassRole => "name the roles by their ARNs",
            Which::CreateServiceLinkedRole => {
                "name the roles by their ARNs, which contain the name of the service"
            }
        });
        finding.help(
            Message::from("or name the services: ")
                .operator("StringEquals")
                .with(" on ")
                .key(which.key())
                .with(", without ")
                .word("IfExists"),
        );
        if by == By::Left {
            finding.help(
                Message::from("or list ")
                    .action("iam", which.name())
                    .with(" in ")
                    .word("NotAction"),
            );
        }
    }
}

/// What one of the words of a row says in the documentation of its rule.
macro_rules! words {
    (name PassRole) => {
        "`iam:PassRole`"
    };
    (name CreateServiceLinkedRole) => {
        "`iam:CreateServiceLinkedRole`"
    };
    (grants Named) => {
        " A statement allows "
    };
    (grants Pattern) => {
        " A pattern of a statement also allows "
    };
    (grants Left) => {
        " `NotAction` of a statement also allows "
    };
    (on PassRole Star) => {
        " on all roles."
    };
    (on PassRole NotResource) => {
        " on all roles that `NotResource` does not list."
    };
    (on CreateServiceLinkedRole Star) => {
        " for all services."
    };
    (on CreateServiceLinkedRole NotResource) => {
        " for all services that `NotResource` does not exclude."
    };
    (checks Named) => {
        " Checks `Allow` statements that name the action."
    };
    (checks Pattern) => {
        " Checks `Allow` statements in which a pattern such as `iam:*` matches the action, perhaps unintentionally."
    };
    (checks Left) => {
        " Checks `Allow` statements with `NotAction`, which include every action that is not listed."
    };
    (why PassRole) => {
        " A principal that can pass a role to a service can use the permissions of that role, and so those of the most powerful one that it can pass."
    };
    (why CreateServiceLinkedRole) => {
        " A service-linked role gives a service permissions in your account, and every service, including those that AWS adds later, can be given one."
    };
    (instead PassRole) => {
        " Name the roles, or restrict the service with `iam:PassedToService`"
    };
    (instead CreateServiceLinkedRole) => {
        " Name the roles by their ARNs, which contain the service, or restrict the service with `iam:AWSServiceName`"
    };
    (or Left) => {
        ", or add the action to `NotAction`."
    };
    (or $by:ident) => {
        "."
    };
    (page PassRole) => {
        " See <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>."
    };
    (page CreateServiceLinkedRole) => {
        " See <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html>."
    };
}

/// A rule for each way to grant each action on nearly everything, with a policy that does and one that does not.
macro_rules! grants {
    ($(
        $id:ident($severity:ident, $which:ident, $by:ident, $on:ident $(, about($about:ident))? $(, also($also:ident))?)
            $bad:literal, $good:literal;
    )*) => {
        rules![$(
            #[doc = concat!(words!(grants $by), words!(name $which), words!(on $which $on))]
            #[doc = ""]
            #[doc = words!(checks $by)]
            #[doc = words!(why $which)]
            #[doc = concat!(words!(instead $which), words!(or $by))]
            #[doc = ""]
            #[doc = " ```json"]
            #[doc = concat!(" ", $bad)]
            #[doc = " ```"]
            $(#[doc = ""] #[doc = concat!(" `", stringify!($also), "` is reported too.")])?
            #[doc = ""]
            #[doc = " Use instead:"]
            #[doc = ""]
            #[doc = " ```json"]
            #[doc = concat!(" ", $good)]
            #[doc = " ```"]
            #[doc = ""]
            #[doc = words!(page $which)]
            // Boundaries and the policies of organizations only limit what others grant.
            #[rule($severity, kind(Identity), needs(IAM), follows(OpenCondition) $(, about($about))?)]
            fn $id(facts: &Facts<'_>, sink: &mut Sink<'_>) {
                report(facts, sink, Which::$which, By::$by, On::$on);
            }
        ),*];
    };
}

grants! {
    PASS_ROLE_WITH_NOT_RESOURCE(SecurityWarning, PassRole, Named, NotResource)
        r#"{"Effect": "Allow", "Action": "iam:PassRole", "NotResource": "arn:aws:iam::123456789012:role/a"}"#,
        r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::123456789012:role/a"}"#;
    PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE(SecurityWarning, PassRole, Pattern, NotResource)
        r#"{"Effect": "Allow", "Action": "iam:Pass*", "NotResource": "arn:aws:iam::123456789012:role/a"}"#,
        r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::123456789012:role/a"}"#;
    PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE(SecurityWarning, PassRole, Left, NotResource, about(ActionElement))
        r#"{"Effect": "Allow", "NotAction": ["iam:CreateServiceLinkedRole"], "NotResource": "arn:aws:s3:::b"}"#,
        r#"{"Effect": "Allow", "NotAction": ["iam:PassRole", "iam:CreateServiceLinkedRole"], "Resource": "arn:aws:s3:::b"}"#;
    PASS_ROLE_WITH_STAR_IN_RESOURCE(SecurityWarning, PassRole, Named, Star, also(REKOGNITION_IAM_STAR_RESOURCE))
        r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}"#,
        r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::123456789012:role/a"}"#;
    PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE(SecurityWarning, PassRole, Pattern, Star)
        r#"{"Effect": "Allow", "Action": "iam:Pass*", "Resource": "*"}"#,
        r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::123456789012:role/a"}"#;
    PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION(SecurityWarning, PassRole, Left, Star, about(ActionElement))
        r#"{"Effect": "Allow", "NotAction": ["iam:CreateServiceLinkedRole"], "Resource": "*"}"#,
        r#"{"Effect": "Allow", "NotAction": ["iam:PassRole", "iam:CreateServiceLinkedRole"], "Resource": "arn:aws:s3:::b"}"#;
    CREATE_SLR_WITH_NOT_RESOURCE(Warning, CreateServiceLinkedRole, Named, NotResource)
        r#"{"Effect": "Allow", "Action": "iam:CreateServiceLinkedRole", "NotResource": "arn:aws:iam::123456789012:role/aws-service-role/lex.amazonaws.com/*"}"#,
        r#"{"Effect": "Allow", "Action": "iam:CreateServiceLinkedRole", "Resource": "arn:aws:iam::123456789012:role/aws-service-role/lex.amazonaws.com/*"}"#;
    CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE(Warning, CreateServiceLinkedRole, Pattern, NotResource)
        r#"{"Effect": "Allow", "Action": "iam:CreateService*", "NotResource": "arn:aws:iam::123456789012:role/aws-service-role/lex.amazonaws.com/*"}"#,
        r#"{"Effect": "Allow", "Action": "iam:CreateServiceLinkedRole", "Resource": "arn:aws:iam::123456789012:role/aws-service-role/lex.amazonaws.com/*"}"#;
    CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE(Warning, CreateServiceLinkedRole, Left, NotResource, about(ActionElement))
        r#"{"Effect": "Allow", "NotAction": ["iam:PassRole"], "NotResource": "arn:aws:s3:::b"}"#,
        r#"{"Effect": "Allow", "NotAction": ["iam:PassRole", "iam:CreateServiceLinkedRole"], "Resource": "arn:aws:s3:::b"}"#;
    CREATE_SLR_WITH_STAR_IN_RESOURCE(Warning, CreateServiceLinkedRole, Named, Star, also(REKOGNITION_IAM_STAR_RESOURCE))
        r#"{"Effect": "Allow", "Action": "iam:CreateServiceLinkedRole", "Resource": "*"}"#,
        r#"{"Effect": "Allow", "Action": "iam:CreateServiceLinkedRole", "Resource": "arn:aws:iam::123456789012:role/aws-service-role/lex.amazonaws.com/*"}"#;
    CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE(Warning, CreateServiceLinkedRole, Pattern, Star)
        r#"{"Effect": "Allow", "Action": "iam:CreateService*", "Resource": "*"}"#,
        r#"{"Effect": "Allow", "Action": "iam:CreateServiceLinkedRole", "Resource": "arn:aws:iam::123456789012:role/aws-service-role/lex.amazonaws.com/*"}"#;
    CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION(Warning, CreateServiceLinkedRole, Left, Star, about(ActionElement))
        r#"{"Effect": "Allow", "NotAction": ["iam:PassRole"], "Resource": "*"}"#,
        r#"{"Effect": "Allow", "NotAction": ["iam:PassRole", "iam:CreateServiceLinkedRole"], "Resource": "arn:aws:s3:::b"}"#;
}
