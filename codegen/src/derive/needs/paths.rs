//! Names of IAM, which may be in a path: the ARN of the role `app` may be `role/team/app`. A request has only the name, which is
//! unique in its account. See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html>.

use rekognition_iam_runtime::catalogue::Variable;

use super::{Arg, Grant, Resource};
use crate::derive::call::SdkCall;
use crate::derive::members;
use crate::derive::value::Value;

/// What the names of service-linked roles begin with. They are in a path of their service:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html>.
const LINKED: &str = "AWSServiceRoleFor";

/// Whether values of a variable may have a path before the name.
fn has_path(variable: &Variable) -> bool {
    variable.name.ends_with("NameWithPath")
}

/// The name of a service-linked role with its path, which is the same for all of a service.
pub(super) fn service_linked(name: &str, variable: &Variable) -> Option<String> {
    (has_path(variable) && name.starts_with(LINKED) && !name.contains('/'))
        .then(|| format!("aws-service-role/*/{name}"))
}

/// Whether a request has the name of something that may be in a path, and not its path. What is created says its path.
pub(in crate::derive) fn any_path(call: &SdkCall, grant: &Grant) -> bool {
    let named = |name: &str| {
        (call.fields.iter()).any(|(_, value)| {
            (value.alternatives().iter())
                .any(|value| matches!(value, Value::Text(text) if **text == *name))
        })
    };
    let is_name = |resource: &Resource| match resource {
        Resource::Built { format, args, .. } => {
            format.0.variables().last().is_some_and(has_path)
                && match args.last() {
                    Some(Arg::Text(name)) => !name.contains('/') && named(name),
                    Some(Arg::Open { .. }) | None => false,
                }
        }
        Resource::Any | Resource::Text(_) | Resource::Open(_) => false,
    };
    grant.service == "iam"
        && grant.resources.iter().any(is_name)
        && !(members::of_operation(call.op).iter()).any(|(name, _)| name == "path")
}
