//! What an entry of `Action` or `NotAction` means in the catalogue.

use alloc::vec::Vec;

use super::{find_service, iot, is_known_service};
use crate::catalogue::{self, ActionInfo, Service};
use crate::check::needs::Needs;
use crate::check::{Options, tables, text};
use crate::glob;

/// One entry of `Action` or `NotAction`.
pub(crate) struct ActionFact<'d> {
    pub(crate) text: &'d str,
    pub(crate) kind: ActionKind<'d>,
}

pub(crate) enum ActionKind<'d> {
    /// `*`
    Any,
    /// An action of the catalogue.
    Known(&'static Service, &'static ActionInfo),
    /// A pattern over one service, with the actions that it matches.
    Pattern(&'static Service, &'d str, Vec<&'static ActionInfo>),
    /// The service is known, the action is not.
    UnknownAction(&'static Service, &'d str),
    /// A service of the catalogue whose feature is off.
    Disabled(&'d str),
    /// A service that the catalogue does not have: prefix and name.
    UnknownService(&'d str, &'d str, Standing),
    /// `*` in place of the service, such as `*:Get*`.
    AnyService,
    /// A wildcard inside the service prefix, such as `rekog*:Get*`, which IAM rejects: prefix and name.
    WildcardService(&'d str, &'d str),
    /// Not of the form `service:name`.
    Malformed,
    /// Vouched for by the author.
    Unlisted,
}

/// What is known of a service that the catalogue does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// AWS has it.
    Listed,
    /// AWS had it once.
    Retired,
    /// AWS does not have it.
    Unheard,
}

impl Standing {
    /// Of a prefix, in any case.
    pub(crate) fn of(prefix: &str) -> Self {
        if text::is_listed(prefix, catalogue::aws_services()) {
            Self::Listed
        } else if text::is_listed(prefix, catalogue::retired_services()) {
            Self::Retired
        } else {
            Self::Unheard
        }
    }
}

/// What a service prefix represents.
#[derive(Debug, Clone, Copy)]
enum Home {
    /// A service of the catalogue.
    Known(&'static Service),
    /// A service of the catalogue whose feature is off.
    Disabled,
    /// Another one.
    Unknown(Standing),
}

/// The prefix that was looked up last. The actions of a service are next to each other in nearly all lists.
#[derive(Debug, Default)]
pub(super) struct Last<'d>(Option<(&'d str, Home)>);

impl<'d> Last<'d> {
    fn home(&mut self, prefix: &'d str) -> Home {
        match self.0 {
            Some((last, home)) if last == prefix => home,
            _ => {
                let home = match find_service(prefix) {
                    Some(service) => Home::Known(service),
                    None if is_known_service(prefix) => Home::Disabled,
                    None => Home::Unknown(Standing::of(prefix)),
                };
                self.0 = Some((prefix, home));
                home
            }
        }
    }
}

impl ActionKind<'_> {
    /// The one action that the entry is.
    pub(crate) const fn one(&self) -> Option<(&'static Service, &'static ActionInfo)> {
        match self {
            Self::Known(service, info) => Some((service, info)),
            Self::Any
            | Self::Pattern(..)
            | Self::UnknownAction(..)
            | Self::Disabled(_)
            | Self::UnknownService(..)
            | Self::AnyService
            | Self::WildcardService(..)
            | Self::Malformed
            | Self::Unlisted => None,
        }
    }

    /// The actions of the catalogue that the entry covers, if there is a limited number of them.
    pub(crate) fn known(&self) -> Option<(&'static Service, &[&'static ActionInfo])> {
        match self {
            Self::Known(service, info) => Some((service, core::slice::from_ref(info))),
            Self::Pattern(service, _, infos) => Some((service, infos)),
            Self::Any
            | Self::UnknownAction(..)
            | Self::Disabled(_)
            | Self::UnknownService(..)
            | Self::AnyService
            | Self::WildcardService(..)
            | Self::Malformed
            | Self::Unlisted => None,
        }
    }
}

impl<'d> ActionFact<'d> {
    pub(super) fn of(text: &'d str, options: &Options<'_>, last: &mut Last<'d>) -> Self {
        let kind = action(text, options, last);
        Self { text, kind }
    }

    /// Says what the entry has.
    pub(super) fn add_to(&self, has: &mut Needs) {
        // Nearly all entries are distinguished from those of `iam` by their first letter.
        has.add_if(self.text.starts_with(['i', 'I', '*', '?']), Needs::IAM);
        match &self.kind {
            ActionKind::Known(service, info) => {
                has.add_if(!is_spelled(self.text, service, info.name), Needs::CASE);
                has.add_if(info.lifecycle.is_some(), Needs::LIFECYCLE);
                let one_of = || {
                    (tables::ONE_OF_TOGETHER.iter())
                        .any(|(prefix, name, _)| *prefix == service.prefix && *name == info.name)
                };
                has.add_if(info.required_together || one_of(), Needs::TOGETHER);
            }
            ActionKind::Pattern(service, name, infos) => {
                has.add_if(!is_spelled(self.text, service, name), Needs::CASE);
                match infos.first() {
                    Some(first) => has.add_if(first.lifecycle.is_some(), Needs::LIFECYCLE),
                    None => has.add(Needs::ODD_ACTION.and(Needs::ODD)),
                }
            }
            ActionKind::Any | ActionKind::AnyService | ActionKind::Unlisted => {}
            ActionKind::UnknownAction(..)
            | ActionKind::Disabled(_)
            | ActionKind::UnknownService(..)
            | ActionKind::WildcardService(..)
            | ActionKind::Malformed => has.add(Needs::ODD_ACTION.and(Needs::ODD)),
        }
    }
}

/// Whether an entry is spelled as AWS spells it.
pub(crate) fn is_spelled(text: &str, service: &Service, name: &str) -> bool {
    let behind = (text.strip_prefix(service.prefix)).and_then(|text| text.strip_prefix(':'));
    behind == Some(name)
}

fn action<'d>(text: &'d str, options: &Options<'_>, last: &mut Last<'d>) -> ActionKind<'d> {
    if text == "*" {
        return ActionKind::Any;
    }
    if options.unlisted.contains(&text) {
        return ActionKind::Unlisted;
    }
    let Some((prefix, name)) = text.split_once(':') else {
        return ActionKind::Malformed;
    };
    if prefix.is_empty() || name.is_empty() || !text::all(prefix, is_name) {
        let of_wildcards = |byte: &u8| is_name(byte) || matches!(byte, b'*' | b'?');
        return if prefix.is_empty() || name.is_empty() || !text::all(prefix, of_wildcards) {
            ActionKind::Malformed
        } else if text::is_star(prefix) {
            ActionKind::AnyService
        } else {
            ActionKind::WildcardService(prefix, name)
        };
    }
    let service = match last.home(prefix) {
        Home::Known(service) => service,
        Home::Disabled => return ActionKind::Disabled(prefix),
        Home::Unknown(standing) => return ActionKind::UnknownService(prefix, name, standing),
    };
    if glob::has_wildcard(name) {
        let mut matched = Vec::new();
        let letter = |name: &str| name.bytes().next().map(|byte| byte.to_ascii_lowercase());
        let first = letter(name);
        for info in service.actions {
            // The first letter tells most.
            let begins = matches!(first, Some(b'*' | b'?')) || letter(info.name) == first;
            if name == "*" || (begins && glob::matches(name, info.name, true)) {
                matched.push(info);
            }
        }
        return ActionKind::Pattern(service, name, matched);
    }
    match service.action_ignore_case(name) {
        // The resource of a core device is its thing, and not what the service reference has.
        Some(_) if options.iot_core && service.prefix == "greengrass" => ActionKind::Unlisted,
        Some(info) => ActionKind::Known(service, info),
        None if options.iot_core && iot::is_own_action(text) => ActionKind::Unlisted,
        None => ActionKind::UnknownAction(service, name),
    }
}

const fn is_name(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

/// Whether an ARN may name this service.
pub(crate) fn is_service_of_arns(service: &str) -> bool {
    Standing::of(service) != Standing::Unheard || text::is_listed(service, catalogue::ARN_SERVICES)
}
