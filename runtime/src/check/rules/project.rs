//! Rules about the policy of a Rekognition Custom Labels project, whose grammar is closed.
//!
//! See <https://docs.aws.amazon.com/rekognition/latest/customlabels-dg/md-create-project-policy-document.html> and
//! <https://docs.aws.amazon.com/rekognition/latest/APIReference/API_PutProjectPolicy.html>.

use alloc::format;
use alloc::string::ToString;

use super::quota;

use crate::catalogue::generated::prose;
use crate::check::Message;
use crate::check::Sink;
use crate::check::facts::{ActionKind, Facts, ResourceKind};
use crate::check::finding::Part;
use crate::check::rule::rules;
use crate::document::{Place, PolicyKind};

fn is_project(facts: &Facts<'_>) -> bool {
    facts.kind == PolicyKind::Project
}

rules![
    /// A project policy has `NotAction`, `NotResource`, or `NotPrincipal`.
    ///
    /// Checks the policies of Custom Labels projects for elements that they do not support. Such a policy can only
    /// list what it is about: one action, versions of one project, and the principals that may copy them.
    ///
    /// ```json project
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"AWS": "123456789012"},
    ///   "Action": "rekognition:CopyProjectVersion",
    ///   "NotResource": "arn:aws:rekognition:us-east-1:123456789012:project/logos/version/v1/1627045542080"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json project
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"AWS": "123456789012"},
    ///   "Action": "rekognition:CopyProjectVersion",
    ///   "Resource": "arn:aws:rekognition:us-east-1:123456789012:project/logos/version/v1/1627045542080"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/rekognition/latest/customlabels-dg/md-create-project-policy-document.html>.
    #[rule(Error, kind(Project), about(NegatedElement))]
    fn REKOGNITION_IAM_PROJECT_POLICY_NOT_ELEMENT(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        if !is_project(facts) {
            return;
        }
        for (s, statement) in facts.document.statements.iter().enumerate() {
            let resources = statement.resources.as_ref();
            let principals = statement.principals.as_ref();
            let elements = [
                (statement.actions.not, "NotAction"),
                (resources.is_some_and(|element| element.not), "NotResource"),
                (
                    principals.is_some_and(|principals| principals.not),
                    "NotPrincipal",
                ),
            ];
            for (has, name) in &elements {
                if !has {
                    continue;
                }
                sink.report(
                    Place::Statement(s),
                    Message::from("a project policy cannot have ").word(name),
                )
                .help("list what the statement applies to");
            }
        }
    },

    /// A project policy is about an action other than `rekognition:CopyProjectVersion`.
    ///
    /// Checks the actions of the policies of Custom Labels projects. `rekognition:CopyProjectVersion` is the only
    /// one that they support. Grant every other action in an identity policy.
    ///
    /// ```json project
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"AWS": "123456789012"},
    ///   "Action": "rekognition:DetectCustomLabels",
    ///   "Resource": "arn:aws:rekognition:us-east-1:123456789012:project/logos/version/v1/1627045542080"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json project
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"AWS": "123456789012"},
    ///   "Action": "rekognition:CopyProjectVersion",
    ///   "Resource": "arn:aws:rekognition:us-east-1:123456789012:project/logos/version/v1/1627045542080"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/rekognition/latest/customlabels-dg/md-create-project-policy-document.html>.
    #[rule(Error, kind(Project))]
    fn REKOGNITION_IAM_PROJECT_POLICY_ACTION(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        if !is_project(facts) {
            return;
        }
        for (place, _, action) in facts.actions() {
            let wrong = match &action.kind {
                ActionKind::Known(_, info) => info.name != ACTION,
                ActionKind::Any | ActionKind::Pattern(..) | ActionKind::AnyService => true,
                // Other rules are about these.
                ActionKind::UnknownAction(..)
                | ActionKind::Disabled(_)
                | ActionKind::UnknownService(..)
                | ActionKind::WildcardService(..)
                | ActionKind::Malformed
                | ActionKind::Unlisted => false,
            };
            if wrong {
                sink.report(
                    place,
                    Message::from("a project policy cannot grant ").action_of(action),
                )
                .help(Message::from("the only action allowed is ").action("rekognition", ACTION));
            }
        }
    },

    /// A resource of a project policy is not a model version.
    ///
    /// Checks the resources of the policies of Custom Labels projects. They are the model versions that may be
    /// copied: one version, or all versions of the project with a `*` at the end of the ARN. `*` alone and other
    /// resource types are not supported.
    ///
    /// ```json project
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"AWS": "123456789012"},
    ///   "Action": "rekognition:CopyProjectVersion",
    ///   "Resource": "*"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json project
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"AWS": "123456789012"},
    ///   "Action": "rekognition:CopyProjectVersion",
    ///   "Resource": "arn:aws:rekognition:us-east-1:123456789012:project/logos/version/*"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/rekognition/latest/customlabels-dg/md-create-project-policy-document.html>.
    #[rule(Error, kind(Project))]
    fn REKOGNITION_IAM_PROJECT_POLICY_RESOURCE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        if !is_project(facts) {
            return;
        }
        for (place, _, resource) in facts.resources() {
            let wrong = match &resource.kind {
                ResourceKind::Any => true,
                ResourceKind::Arn(arn) => !resource.fits_nothing && !is_version(arn.resource()),
                ResourceKind::Malformed(_) => false,
            };
            if wrong {
                sink.report(
                    place,
                    "this resource is not a model version of the project",
                )
                .help(
                    Message::from("name one or more versions: ").with(Part::ResourceType(
                        "rekognition".to_string(),
                        "projectversion".to_string(),
                    )),
                )
                .help("to name all versions of the project, end the ARN with `project/name/version/*`");
            }
        }
    },

    /// A project policy is about model versions of several projects.
    ///
    /// Checks that all resources of a policy belong to the same Custom Labels project. The policy is attached to
    /// one project and applies only to the versions of that project. Attach a policy of its own to each of the
    /// others.
    ///
    /// ```json project
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"AWS": "123456789012"},
    ///   "Action": "rekognition:CopyProjectVersion",
    ///   "Resource": [
    ///     "arn:aws:rekognition:us-east-1:123456789012:project/logos/version/v1/1627045542080",
    ///     "arn:aws:rekognition:us-east-1:123456789012:project/other/version/v1/*"
    ///   ]
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json project
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"AWS": "123456789012"},
    ///   "Action": "rekognition:CopyProjectVersion",
    ///   "Resource": [
    ///     "arn:aws:rekognition:us-east-1:123456789012:project/logos/version/v1/1627045542080",
    ///     "arn:aws:rekognition:us-east-1:123456789012:project/logos/version/v2/*"
    ///   ]
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/rekognition/latest/APIReference/API_PutProjectPolicy.html>.
    #[rule(Error, kind(Project), needs(ARN))]
    fn REKOGNITION_IAM_PROJECT_POLICY_SEVERAL_PROJECTS(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        if !is_project(facts) {
            return;
        }
        let mut first = None;
        for (place, _, resource) in facts.resources() {
            let Some(arn) = resource.arn().filter(|arn| is_version(arn.resource())) else {
                continue;
            };
            let Some(name) = arn.resource().split('/').nth(1) else {
                continue;
            };
            if name.contains(['*', '?', '$']) {
                continue;
            }
            let project = (arn.region(), arn.account(), name);
            match first {
                None => first = Some(project),
                Some(first) if first != project => {
                    sink.report(
                            place,
                            format!("this version belongs to a different project than `{}`", first.2),
                        )
                        .help("move it to the policy of that project; a project policy only covers the versions of its own project");
                }
                Some(_) => {}
            }
        }
    },

    /// A project policy is larger than `PutProjectPolicy` accepts.
    ///
    /// Checks the size of the document against the limit of the API, which rejects a larger one. A project may have
    /// several policies, so split it, or cover several model versions with a `*`.
    ///
    /// ```json project
    /// {
    ///   "Sid": "<2000 characters>",
    ///   "Effect": "Allow",
    ///   "Principal": {"AWS": "123456789012"},
    ///   "Action": "rekognition:CopyProjectVersion",
    ///   "Resource": "arn:aws:rekognition:us-east-1:123456789012:project/logos/version/v1/1627045542080"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json project
    /// {
    ///   "Sid": "<1500 characters>",
    ///   "Effect": "Allow",
    ///   "Principal": {"AWS": "123456789012"},
    ///   "Action": "rekognition:CopyProjectVersion",
    ///   "Resource": "arn:aws:rekognition:us-east-1:123456789012:project/logos/version/v1/1627045542080"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/rekognition/latest/APIReference/API_PutProjectPolicy.html>.
    #[rule(Error, kind(Project), subject(TooLarge))]
    fn REKOGNITION_IAM_PROJECT_POLICY_SIZE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        if is_project(facts) {
            quota::report(facts, sink, &prose::PROJECT_POLICY_QUOTA);
        }
    },

    /// A project policy has a condition, and AWS does not document whether it is evaluated.
    ///
    /// Reports conditions in the policies of Custom Labels projects. If Rekognition ignores a condition, the
    /// statement grants more than it says. Test the condition before you rely on it, or restrict the principals
    /// instead.
    ///
    /// ```json project
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"AWS": "123456789012"},
    ///   "Action": "rekognition:CopyProjectVersion",
    ///   "Resource": "arn:aws:rekognition:us-east-1:123456789012:project/logos/version/v1/1627045542080",
    ///   "Condition": {"Bool": {"aws:SecureTransport": "true"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json project
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"AWS": "123456789012"},
    ///   "Action": "rekognition:CopyProjectVersion",
    ///   "Resource": "arn:aws:rekognition:us-east-1:123456789012:project/logos/version/v1/1627045542080"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/rekognition/latest/customlabels-dg/md-create-project-policy-document.html>.
    #[rule(Suggestion, kind(Project))]
    fn REKOGNITION_IAM_PROJECT_POLICY_CONDITION(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        if !is_project(facts) {
            return;
        }
        for (s, statement) in facts.statements.iter().enumerate() {
            if !statement.conditions.is_empty() {
                sink.report(
                    Place::Operator(s, 0),
                    "AWS does not document whether conditions in project policies are evaluated",
                )
                .help("test it before you rely on it");
            }
        }
    }
];

/// The only action of a project policy.
///
/// <https://docs.aws.amazon.com/rekognition/latest/customlabels-dg/md-copy-model-sdk.html>
pub(super) const ACTION: &str = "CopyProjectVersion";

/// Whether a resource part names versions of one project: `project/name/version/..`.
fn is_version(resource: &str) -> bool {
    let mut parts = resource.split('/');
    parts.next() == Some("project")
        && parts.next().is_some_and(|name| !name.is_empty())
        && parts.next() == Some("version")
        && parts.next().is_some_and(|version| !version.is_empty())
}
