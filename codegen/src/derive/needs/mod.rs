//! What a call needs: actions on resources, as far as its chain of setters shows.
//!
//! Which actions an operation checks comes from the catalogue. Of several actions the one of the operation's own name is
//! needed always; the others are needed when the chain shows what they are for, and [`conditional`] says what shows it.

mod also;
mod arn;
mod companions;
mod conditional;
mod directory;
mod gateway;
mod partiql;
mod paths;
mod rekognition;
mod resource;
mod setters;
mod special;
mod unnamed;
mod written;

use rekognition_iam_runtime::catalogue::{self, ArnFormat};

pub(in crate::derive) use self::arn::completed;
pub(in crate::derive) use self::paths::any_path;
pub(super) use self::rekognition::is_image;
pub(in crate::derive) use self::setters::kind_name;
pub(in crate::derive) use self::unnamed::{may_have_more, may_name};
pub(super) use self::written::open_in_policy;
pub(in crate::derive) use self::written::{arn_in_policy, in_request};
use super::call::SdkCall;
use super::value::Origin;

/// An action that a call needs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Grant {
    /// The prefix of the action's service.
    pub(super) service: &'static str,
    pub(super) action: &'static str,
    /// All of these, as a policy names them.
    pub(super) resources: Vec<Resource>,
    /// `iam:PassedToService`
    pub(super) passed_to: Vec<&'static str>,
    /// What of the call needs it, when it is not the call itself.
    pub(super) purpose: Option<&'static str>,
    /// The service that makes the request for the caller, as in `kms:ViaService`.
    pub(super) via: Option<&'static str>,
}

/// A resource of a grant.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Resource {
    /// `*`
    Any,
    /// A constructor of the catalogue with its values.
    Built {
        /// The module of the constructor.
        service: &'static str,
        format: Format,
        partition: String,
        args: Vec<Arg>,
    },
    /// A whole ARN as it is in the source.
    Text(String),
    /// A whole ARN that is known only when the program runs.
    Open(Arg),
}

impl Resource {
    /// The same with another format and other values, if it is built of values.
    fn rebuilt(self, change: impl FnOnce(Format, Vec<Arg>) -> (Format, Vec<Arg>)) -> Self {
        match self {
            Self::Built {
                service,
                format,
                partition,
                args,
            } => {
                let (format, args) = change(format, args);
                Self::Built {
                    service,
                    format,
                    partition,
                    args,
                }
            }
            other => other,
        }
    }
}

/// The format of an ARN, the same when its text is.
#[derive(Clone, Copy)]
pub(super) struct Format(pub(super) &'static ArnFormat);

impl std::fmt::Debug for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.text)
    }
}

impl PartialEq for Format {
    fn eq(&self, other: &Self) -> bool {
        self.0.text == other.0.text
    }
}

/// A value in an ARN.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Arg {
    /// As it is in a policy: `*` and `?` are wildcards in it.
    Text(String),
    /// Known only when the program runs.
    Open {
        /// What the source calls it.
        hint: String,
        /// The type in `rekognition_iam::values`.
        kind: &'static str,
        /// How the source makes it, with `*` for what is unknown.
        like: Option<String>,
        /// The type that it is a field of.
        origin: Origin,
    },
}

/// What a call needs, and what could not be told.
#[derive(Debug, Default)]
pub(super) struct Needs {
    pub(super) grants: Vec<Grant>,
    pub(super) unsure: Vec<String>,
    /// What the call needs when a resource is configured so.
    pub(super) hints: Vec<String>,
    /// What the call may need in addition, as far as AWS documents it: `kms:Decrypt`. A policy that allows it is not wrong.
    pub(super) perhaps: Vec<Perhaps>,
}

/// An action that a call needs, or does not, by something that the program does not show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Perhaps {
    /// `service:Action`, with wildcards.
    pub(super) action: String,
    /// The service that makes the request for the caller, as in `kms:ViaService`.
    pub(super) via: Option<&'static str>,
}

impl Needs {
    /// Takes note of an action that the call may need.
    fn may_use(&mut self, action: &str) {
        self.perhaps.push(Perhaps {
            action: action.to_owned(),
            via: None,
        });
    }

    /// Says what the call needs if something is the case that is not seen.
    fn unsure_of(&mut self, actions: &[&str], text: String) {
        actions.iter().for_each(|action| self.may_use(action));
        self.unsure.push(text);
    }

    fn add(&mut self, service: &str, action: &str, resources: Vec<Resource>) -> Option<&mut Grant> {
        self.add_for(service, action, resources, None)
    }

    /// Adds an action of the catalogue; resources that are told twice once.
    fn add_for(
        &mut self,
        service: &str,
        action: &str,
        resources: Vec<Resource>,
        purpose: Option<&'static str>,
    ) -> Option<&mut Grant> {
        let service = catalogue::service(service)?;
        let action = service.action(action)?;
        let mut unique: Vec<Resource> = Vec::new();
        for resource in resources {
            let resource = written::in_policy(service, action, resource);
            if !unique.contains(&resource) {
                unique.push(resource);
            }
        }
        self.grants.push(Grant {
            service: service.prefix,
            action: action.name,
            resources: unique,
            passed_to: Vec::new(),
            purpose,
            via: None,
        });
        self.grants.last_mut()
    }
}

/// What a call needs.
pub(super) fn of(call: &SdkCall) -> Needs {
    let mut needs = Needs::default();
    let operation = call.op.operation;
    if conditional::needs_nothing(call) {
        return needs;
    }
    if let Some(other) = call.op.other
        && operation.authorizes.is_empty()
        && !other.more.is_empty()
    {
        let names: Vec<String> = (other.more.iter())
            .map(|more| format!("`{}:{}`", more.service, more.action))
            .collect();
        for more in &other.more {
            needs.may_use(&format!("{}:{}", more.service, more.action));
        }
        needs.unsure.push(format!(
            "`{}` needs some of {}, and AWS does not document which",
            operation.name,
            names.join(", ")
        ));
        return needs;
    }
    if operation.authorizes.is_empty() && !conditional::knows(call) {
        let any = format!("{}:*", call.op.service.prefix);
        needs.unsure_of(
            &[&any],
            format!(
                "AWS has not published which actions `{}` checks",
                operation.name
            ),
        );
        return needs;
    }
    let own = (operation.authorizes.iter())
        .find(|action| action.service == call.op.service.prefix && action.name == operation.name);
    match own {
        _ if conditional::base(call, &mut needs) => {}
        Some(action) => base(call, action.service, action.name, &mut needs),
        None => {
            for action in operation.authorizes {
                base(call, action.service, action.name, &mut needs);
            }
        }
    }
    if call.op.service.prefix == "rekognition" {
        rekognition::companions(call, &mut needs);
    }
    conditional::add(call, &mut needs);
    companions::add(call, &mut needs);
    also::add(call, &mut needs);
    needs
}

/// An action that every call of the operation needs.
fn base(call: &SdkCall, service: &str, action: &str, needs: &mut Needs) {
    let Some(service) = catalogue::service(service) else {
        needs
            .unsure
            .push(format!("the catalogue has no service `{service}`"));
        return;
    };
    let Some(info) = service.action(action) else {
        needs.unsure.push(format!(
            "the catalogue has no action `{}:{action}`",
            service.prefix
        ));
        return;
    };
    let resources = match rekognition::resources(call, action, needs) {
        Some(resources) => resources,
        None => resource::of_action(call, service, info, needs),
    };
    needs.add(service.prefix, action, resources);
}

/// Whether a member of an operation's request is the name or ARN of a resource, and not a structure that has one in it.
pub(super) fn names_directly(op: super::sdk::Op, field: &str) -> bool {
    let is_field = |path: &Vec<String>| matches!(path.as_slice(), [only] if only == field);
    (op.operation.authorizes.iter())
        .filter_map(|known| {
            let service = catalogue::service(known.service)?;
            Some((service, service.action(known.name)?))
        })
        .any(|(service, action)| {
            action.resources_of(service).any(|(_, kind)| {
                let rule = setters::of(op, action.name, service, kind);
                rule.arns.iter().any(is_field) || rule.names.iter().any(|(_, path)| is_field(path))
            })
        })
}

/// Whether a name is that of a service's module.
pub(super) fn is_service(name: &str) -> bool {
    catalogue::prefix_of(name).is_some() || name == "aws"
}

#[cfg(test)]
mod sweep_tests;
