//! Rules about the policy of a Rekognition Custom Labels project, whose grammar is closed.
//!
//! See <https://docs.aws.amazon.com/rekognition/latest/customlabels-dg/md-create-project-policy-document.html> and
//! <https://docs.aws.amazon.com/rekognition/latest/APIReference/API_PutProjectPolicy.html>.

use alloc::format;
use alloc::string::ToString;

use super::quota;
use super::{Needs, run};
use crate::check::facts::{ActionKind, Facts, ResourceKind};
use crate::check::finding::Part;
use crate::check::tables;
use crate::check::{Message, Rule, Severity};
use crate::document::{Place, PolicyKind};

fn is_project(facts: &Facts<'_>) -> bool {
    facts.kind == PolicyKind::Project
}

/// A project policy has `NotAction`, `NotResource` or `NotPrincipal`.
pub const REKOGNITION_IAM_PROJECT_POLICY_NOT_ELEMENT: Rule = Rule {
    id: "REKOGNITION_IAM_PROJECT_POLICY_NOT_ELEMENT",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "a project policy has NotAction, NotResource or NotPrincipal",
    needs: Needs::kind(PolicyKind::Project),
    run: run!(|facts, sink| {
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
                .help("list what the statement is about");
            }
        }
    }),
};

/// The only action of a project policy.
///
/// <https://docs.aws.amazon.com/rekognition/latest/customlabels-dg/md-copy-model-sdk.html>
pub(super) const ACTION: &str = "CopyProjectVersion";

/// A project policy is about another action than `rekognition:CopyProjectVersion`.
pub const REKOGNITION_IAM_PROJECT_POLICY_ACTION: Rule = Rule {
    id: "REKOGNITION_IAM_PROJECT_POLICY_ACTION",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "a project policy is about another action than rekognition:CopyProjectVersion",
    needs: Needs::kind(PolicyKind::Project),
    run: run!(|facts, sink| {
        if !is_project(facts) {
            return;
        }
        for (place, _, action) in facts.actions() {
            let wrong = match &action.kind {
                ActionKind::Known(_, info) => info.name != ACTION,
                ActionKind::Any | ActionKind::Pattern(..) | ActionKind::AnyService => true,
                // Other rules speak of these.
                _ => false,
            };
            if wrong {
                sink.report(
                    place,
                    Message::from("a project policy cannot be about ").action_of(action),
                )
                .help(Message::from("its one action is ").action("rekognition", ACTION));
            }
        }
    }),
};

/// A resource of a project policy is no model version.
pub const REKOGNITION_IAM_PROJECT_POLICY_RESOURCE: Rule = Rule {
    id: "REKOGNITION_IAM_PROJECT_POLICY_RESOURCE",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "a resource of a project policy is no model version",
    needs: Needs::kind(PolicyKind::Project),
    run: run!(|facts, sink| {
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
                    "a project policy is about the model versions of its project",
                )
                .help(
                    Message::from("name one version or several: ").with(Part::ResourceType(
                        "rekognition".to_string(),
                        "projectversion".to_string(),
                    )),
                )
                .help("all of a project are `project/name/version/*` at the end of the ARN");
            }
        }
    }),
};

/// Whether a resource part names versions of one project: `project/name/version/..`.
fn is_version(resource: &str) -> bool {
    let mut parts = resource.split('/');
    parts.next() == Some("project")
        && parts.next().is_some_and(|name| !name.is_empty())
        && parts.next() == Some("version")
        && parts.next().is_some_and(|version| !version.is_empty())
}

/// A project policy is about the versions of several projects.
pub const REKOGNITION_IAM_PROJECT_POLICY_SEVERAL_PROJECTS: Rule = Rule {
    id: "REKOGNITION_IAM_PROJECT_POLICY_SEVERAL_PROJECTS",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "a project policy is about the versions of several projects",
    needs: Needs::kind(PolicyKind::Project).and(Needs::ARN),
    run: run!(|facts, sink| {
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
                            format!("this is a version of another project than `{}`", first.2),
                        )
                        .help("a policy hangs on one project and is about its versions alone; give the other project a policy of its own");
                }
                Some(_) => {}
            }
        }
    }),
};

/// A project policy is larger than `PutProjectPolicy` takes.
pub const REKOGNITION_IAM_PROJECT_POLICY_SIZE: Rule = Rule {
    id: "REKOGNITION_IAM_PROJECT_POLICY_SIZE",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "a project policy is larger than PutProjectPolicy takes",
    needs: Needs::kind(PolicyKind::Project),
    run: run!(|facts, sink| {
        if is_project(facts) {
            quota::report(facts, sink, &tables::PROJECT_QUOTA);
        }
    }),
};

/// A project policy has a condition, of which AWS's documentation says nothing.
pub const REKOGNITION_IAM_PROJECT_POLICY_CONDITION: Rule = Rule {
    id: "REKOGNITION_IAM_PROJECT_POLICY_CONDITION",
    severity: Severity::Suggestion,
    denied_in_rust: false,
    summary: "a project policy has a condition, of which AWS's documentation says nothing",
    needs: Needs::kind(PolicyKind::Project),
    run: run!(|facts, sink| {
        if !is_project(facts) {
            return;
        }
        for (s, statement) in facts.statements.iter().enumerate() {
            if !statement.conditions.is_empty() {
                sink.report(
                    Place::Operator(s, 0),
                    "AWS does not say whether project policies heed conditions",
                )
                .help("try it out before you rely on it");
            }
        }
    }),
};
