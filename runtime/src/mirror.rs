//! What an editor sees of the language: the mirror in the expansion of `policy!` names these items, rustc never does.
//!
//! Completion offers what a module holds, hover shows the documentation, so both are written for a person at that place.

use crate::catalogue::generated::each_service;

macro_rules! services {
    ($module:ident: $($(#[$feature:meta])? $service:ident)*) => {
        $(
            // A module of its own and not a second name for the catalogue's: that one is hidden from documentation,
            // and an editor completes nothing that is.
            $(#[$feature])?
            #[doc = concat!("What `", stringify!($service), "` has for this place.")]
            pub mod $service {
                #[allow(unused_imports, unreachable_pub, reason = "a service without keys of its own has an empty module")]
                pub use crate::$service::$module::*;
            }
        )*
    };
}

/// What a policy is made of.
pub mod statements {
    /// What a feature of Rekognition needs in addition to its own action.
    pub mod companion {
        pub use crate::companion::*;
    }

    /// A statement that grants: `allow(actions..)`, then `.on(resources..)` or `.on_any()`.
    ///
    /// ```text
    /// allow(rekognition::IndexFaces).on(rekognition::collection("us-east-1", "123456789012", "staff"))
    /// ```
    pub const fn allow() {}

    /// A statement that takes away, whatever else grants: `deny(actions..)`, then `.on(resources..)` or `.on_any()`.
    ///
    /// ```text
    /// deny(rekognition::all()).on_any().when(aws::SecureTransport.bool(false))
    /// ```
    pub const fn deny() {}

    /// `only(statement)`: the only statement, without the brackets of a list: `"Statement": {..}`.
    pub const fn only() {}

    /// `version("2008-10-17")`: a `Version` other than `2012-10-17`.
    pub const fn version() {}

    /// `no_version()`: a policy without `Version`, which IAM reads as `2008-10-17`.
    pub const fn no_version() {}

    /// `id("..")`: the `Id` of the policy.
    pub const fn id() {}

    /// `accept(RULE, "why")`: lets a finding of this rule about the policy as a whole pass.
    pub const fn accept() {}
}

/// What is after `allow(..)` and `deny(..)`.
#[derive(Debug)]
pub struct Statement;

/// Any statement.
pub const STATEMENT: Statement = Statement;

impl Statement {
    /// `.to(principals..)`: who the statement is for, in the policies of roles and resources. `.to(not(..))` means everyone
    /// but these.
    pub const fn to(&self) {}

    /// `.on(resources..)`: the resources that the actions are limited to, made by the constructors of their service or
    /// written out as ARNs. `.on(not(..))` means all but these.
    pub const fn on(&self) {}

    /// `.on_any()`: every resource, `"Resource": "*"`. The only way for an action that takes no resource.
    pub const fn on_any(&self) {}

    /// `.no_resource()`: a statement without `Resource`.
    pub const fn no_resource(&self) {}

    /// `.no_principal()`: a statement without `Principal` in a policy whose statements have one.
    pub const fn no_principal(&self) {}

    /// `.when(conditions..)`: all of them must hold. A condition is a key and an operator, as in
    /// `aws::SecureTransport.bool(true)`.
    pub const fn when(&self) {}

    /// `.sid("Name")`: names the statement. Letters and digits only.
    pub const fn sid(&self) {}

    /// `.accept(RULE, "why")`: lets a finding of this rule pass in this statement. The exporter reports it with the
    /// reason.
    pub const fn accept(&self) {}
}

/// What is in `allow(..)` and `deny(..)`.
pub mod actions {
    use super::each_service;

    each_service!(services: actions);

    /// `not(actions..)`: every action but these, `NotAction`.
    pub const fn not() {}

    /// `unlisted("service:Name", "why")`: an action that the catalogue does not have. The exporter reports it with the
    /// reason.
    pub const fn unlisted(_name: &str, _reason: &str) {}
}

/// What is in `.to(..)`.
pub mod principals {
    /// A principal.
    #[derive(Debug)]
    pub struct Principal;

    impl Principal {
        /// `.partition("aws-us-gov")`: the principal is in another partition than `aws`.
        pub const fn partition(&self, _name: &str) {}
    }

    /// An AWS service, such as `service("rekognition.amazonaws.com")`.
    #[must_use]
    pub const fn service(_name: &str) -> Principal {
        Principal
    }

    /// Everyone in an account whom the account itself lets: `account("123456789012")`.
    #[must_use]
    pub const fn account(_account: &str) -> Principal {
        Principal
    }

    /// A role, with its path where it has one: `role("123456789012", "service-role/indexer")`.
    #[must_use]
    pub const fn role(_account: &str, _role_name: &str) -> Principal {
        Principal
    }

    /// A user, with its path where it has one: `user("123456789012", "ann")`.
    #[must_use]
    pub const fn user(_account: &str, _user_name: &str) -> Principal {
        Principal
    }

    /// One session of a role: `session("123456789012", "indexer", "nightly")`.
    #[must_use]
    pub const fn session(_account: &str, _role_name: &str, _session_name: &str) -> Principal {
        Principal
    }

    /// An identity provider: `federated("cognito-identity.amazonaws.com")`.
    #[must_use]
    pub const fn federated(_provider: &str) -> Principal {
        Principal
    }

    /// An account by the id that S3 gives it.
    #[must_use]
    pub const fn canonical_user(_id: &str) -> Principal {
        Principal
    }

    /// Everyone, signed in or not: `"*"`.
    #[must_use]
    pub const fn anyone() -> Principal {
        Principal
    }

    /// `not(principals..)`: everyone but these, `NotPrincipal`.
    pub const fn not() {}
}

/// What is in `.on(..)`.
pub mod resources {
    use super::each_service;

    each_service!(services: resources);

    /// `not(resources..)`: every resource but these, `NotResource`.
    pub const fn not() {}
}

/// What is in `.when(..)`.
pub mod keys {
    use super::each_service;

    each_service!(services: keys);
    /// The global condition keys, which most requests carry.
    pub mod aws {
        pub use crate::aws::*;
    }

    /// `operator("StringEquals")`: an operator that no key is under.
    pub const fn operator(_name: &str) {}

    /// `unlisted("service:Key", "why")`: a condition key that the catalogue does not have. The exporter reports it with
    /// the reason.
    #[must_use]
    pub const fn unlisted(name: &'static str, _reason: &str) -> crate::AnyKey {
        crate::AnyKey::unlisted(name)
    }
}

#[cfg(feature = "check")]
pub use crate::check::rules;
// Without the rules, their names and what they are about: the macro has the rules, and an editor asks the program.
#[cfg(not(feature = "check"))]
#[path = "generated/rule_names.rs"]
pub mod rules;

/// What `assert_policy!` proves.
#[cfg(feature = "evaluate")]
pub mod guarantees {
    /// This request is allowed: `allows(rekognition::IndexFaces).on("arn:..").with(aws::SourceVpc, "vpc-1a2b3c4d")`.
    pub const fn allows() {}

    /// This request is not allowed.
    pub const fn denies() {}

    /// No request for these actions is ever allowed; on some resources alone with `.on(..)`.
    pub const fn never() {}

    /// Nothing is ever allowed on resources other than these.
    pub const fn only_on() {}

    /// Nothing is ever allowed that the other policy does not allow: `no_wider_than(BASELINE)`.
    pub const fn no_wider_than() {}
}

/// What is after a guarantee.
#[cfg(feature = "evaluate")]
#[derive(Debug)]
pub struct Guarantee;

/// Any guarantee.
#[cfg(feature = "evaluate")]
pub const GUARANTEE: Guarantee = Guarantee;

#[cfg(feature = "evaluate")]
impl Guarantee {
    /// `.on(resources..)`: on which resources.
    pub const fn on(&self) {}

    /// `.with(key, values..)`: what the request carries.
    pub const fn with(&self) {}

    /// `.principal("arn:..")`: who asks.
    pub const fn principal(&self) {}
}

#[cfg(test)]
mod tests {
    /// The names that the mirror puts before an author's tokens. Nothing else in Rust uses these modules, so nothing else
    /// would notice when one of them is empty.
    #[test]
    fn modules_hold_what_an_editor_offers() {
        let _ = super::actions::rekognition::IndexFaces;
        let _ = super::actions::rekognition::all();
        let _ = super::resources::rekognition::collection("", "", "").partition("aws");
        let _ = super::keys::aws::SourceVpc;
        let _ = super::principals::service("");
        let _ = super::statements::companion::face_liveness_client();
        let _ = super::rules::INVALID_ACTION;
        super::STATEMENT.on();
    }
}
