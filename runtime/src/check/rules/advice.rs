//! Advice: what works, and could be better or will not last.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::arn::is_plain;
use crate::catalogue::{self, ActionInfo, Lifecycle, Service};
use crate::check::facts::{
    ActionFact, ActionKind, Facts, ResourceFact, ResourceKind, StatementFacts, is_spelled,
};
use crate::check::finding::Part;
use crate::check::rule::rules;
use crate::check::tables;
use crate::check::text::{self, is_star};
use crate::check::{Message, Sink};
use crate::document::{Place, PolicyKind};
use crate::glob;

rules![
    /// An action is spelled in a different case than in the AWS documentation.
    ///
    /// Checks the spelling of each action. IAM ignores case here, but people and other tools that search for the
    /// action do not find it. The fix changes only the case.
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "rekognition:detecttext", "Resource": "*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>.
    #[rule(Suggestion, needs(CASE))]
    fn REKOGNITION_IAM_ACTION_CASE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (place, _, action) in facts.actions() {
            let (service, name) = match &action.kind {
                ActionKind::Known(service, info) => (*service, info.name),
                // Of a pattern only the service is certain.
                ActionKind::Pattern(service, name, _) => (*service, *name),
                ActionKind::Any
                | ActionKind::UnknownAction(..)
                | ActionKind::Disabled(_)
                | ActionKind::UnknownService(..)
                | ActionKind::AnyService
                | ActionKind::WildcardService(..)
                | ActionKind::Malformed
                | ActionKind::Unlisted => continue,
            };
            if !is_spelled(action.text, service, name) {
                let right = format!("{}:{name}", service.prefix);
                sink.report(
                    place,
                    format!(
                        "`{}` is capitalized differently in AWS documentation",
                        action.text
                    ),
                )
                .help(
                    Message::from("write ")
                        .action(service.prefix, name)
                        .with(", so that other tools find it too"),
                )
                .replace(right);
            }
        }
    },

    /// AWS has discontinued the feature that an action belongs to.
    ///
    /// Checks for actions of features with an announced end date that has passed. Requests for them fail, so
    /// granting the action has no use. Remove it.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": ["rekognition:GetFaceDetection", "rekognition:GetPersonTracking"],
    ///   "Resource": "*"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": ["rekognition:GetFaceDetection"], "Resource": "*"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/rekognition/latest/dg/persons.html>.
    #[rule(Warning, needs(LIFECYCLE))]
    fn REKOGNITION_IAM_ACTION_ENDED(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        let says = |lifecycle| match lifecycle {
            Lifecycle::Ended(date) => Some(format!(" ended on {date}")),
            Lifecycle::ClosedToNewCustomers(_) => None,
        };
        ending(facts, sink, says, "remove it: no request for it succeeds");
    },

    /// AWS has closed the feature that an action belongs to for new customers.
    ///
    /// Checks for actions of features that only existing customers can use. If your account did not use the feature
    /// before that date, requests for the action fail.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": ["rekognition:GetContentModeration", "rekognition:GetMediaAnalysisJob"],
    ///   "Resource": "*"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": ["rekognition:GetContentModeration"], "Resource": "*"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/rekognition/latest/dg/streaming-video.html>.
    #[rule(Suggestion, needs(LIFECYCLE))]
    fn REKOGNITION_IAM_ACTION_CLOSED(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        let says = |lifecycle| match lifecycle {
            Lifecycle::ClosedToNewCustomers(date) => {
                Some(format!(" has not accepted new customers since {date}"))
            }
            Lifecycle::Ended(_) => None,
        };
        ending(
            facts,
            sink,
            says,
            "check that your account used it before that date",
        );
    },

    /// A statement allows actions on `*` that can be limited to resources.
    ///
    /// Checks statements of identity policies with `"Resource": "*"`. Actions that support resource-level
    /// permissions are then allowed on every resource in the account, including those that are created later.
    /// Nothing is reported for actions that require `*`.
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": ["rekognition:DetectText", "rekognition:IndexFaces"], "Resource": "*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"},
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": "arn:aws:rekognition:us-east-1:123456789012:collection/staff"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege>.
    #[rule(Suggestion, kind(Identity))]
    fn REKOGNITION_IAM_STAR_RESOURCE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        // What limits others, and what is attached to one resource, has good reasons for a star.
        if facts.kind != PolicyKind::Identity {
            return;
        }
        for (s, statement) in facts.statements.iter().enumerate() {
            let Some(r) = (statement.resources.iter())
                .position(|resource| matches!(resource.kind, ResourceKind::Any))
            else {
                continue;
            };
            if !statement.allows()
                || !statement.names_resources()
                || statement.statement.actions.not
                || limits_resources(statement)
            {
                continue;
            }
            let mut parts = None;
            let mut limitable: Vec<(&Service, &ActionInfo)> = Vec::new();
            for action in &statement.actions {
                if let ActionKind::Known(service, info) = &action.kind
                    && info.has_resource()
                    && !(parts.get_or_insert_with(|| parts_of_requests(statement)))
                        .contains(&(service.prefix, info.name))
                    && !tables::STAR_MAY_BE_NEEDED.contains(&(service.prefix, info.name))
                {
                    limitable.push((service, info));
                }
            }
            let Some((service, info)) = limitable.first() else {
                continue;
            };
            let message = match &limitable[..] {
                [first @ .., (service, last)] if matches!(first.len(), 1 | 2) => Message::new()
                    .actions(first)
                    .with(" and ")
                    .action(service.prefix, last.name),
                [a, b, c, more @ ..] => Message::new()
                    .actions(&[*a, *b, *c])
                    .with(format!(" and {} more", more.len())),
                few => Message::new().actions(few),
            };
            let verb = match limitable.len() {
                1 => " supports",
                _ => " support",
            };
            let finding = sink.report(
                Place::Resource(s, r),
                message
                    .with(verb)
                    .with(" specific resources, but ")
                    .with(Part::AnyResource)
                    .with(" allows all of them"),
            );
            let mut help = Message::from(if limitable.len() < statement.actions.len() {
                "move the actions that support resources to a separate statement, and name the resources there: "
            } else {
                "name the resources: "
            });
            help = help.action(service.prefix, info.name).with(" works on ");
            finding.help(super::resource::types(help, service, info));
        }
    },

    /// A bucket ARN ends in `*`, so it also matches other buckets whose names begin the same way.
    ///
    /// Checks resources such as `arn:aws:s3:::photos*`, which is meant for a bucket and its objects and also
    /// matches `photos-of-someone-else`. Write the bucket and its objects as two ARNs. Nothing is reported for a
    /// name that ends in `-*`, which is a deliberate prefix.
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "arn:aws:s3:::photos*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": ["s3:GetObject", "s3:ListBucket"],
    ///   "Resource": ["arn:aws:s3:::photos", "arn:aws:s3:::photos/*"]
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html>.
    #[rule(Suggestion, kind(Identity), needs(ARN))]
    fn REKOGNITION_IAM_OPEN_BUCKET_NAME(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        if facts.kind != PolicyKind::Identity {
            return;
        }
        for (place, statement, resource) in facts.resources() {
            if !statement.allows() || !statement.names_resources() {
                continue;
            }
            let ResourceKind::Arn(arn) = &resource.kind else {
                continue;
            };
            let whole = (arn.resource().strip_suffix('*')).filter(|name| {
                arn.service() == "s3"
                    && text::all(name, |&byte| {
                        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')
                    })
                    && name.ends_with(|c: char| c.is_ascii_alphanumeric())
            });
            if let Some(name) = whole {
                let start = arn.before_resource();
                sink.report(
                    place,
                    format!("this also matches every other bucket whose name begins with `{name}`"),
                )
                .at(arn.resource_range())
                .help(format!(
                    "name the bucket as `{start}{name}` and its objects as `{start}{name}/*`"
                ));
            }
        }
    },

    /// A statement allows every action of a service.
    ///
    /// Checks identity policies for actions such as `rekognition:*`. They include actions that delete resources or
    /// change permissions, and every action that AWS adds later. List the actions that are needed.
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "rekognition:*", "Resource": "*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": ["rekognition:DetectLabels", "rekognition:DetectText"],
    ///   "Resource": "*"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege>.
    #[rule(Suggestion, kind(Identity), needs(PATTERN))]
    fn REKOGNITION_IAM_SERVICE_WILDCARD(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for &(place, text) in &granted_patterns(facts) {
            let Some((service, name)) = text.split_once(':') else {
                continue;
            };
            if !glob::has_wildcard(service) && is_star(name) {
                sink.report(
                    place,
                    format!("this grants every action of `{service}`, including those that AWS adds later"),
                )
                .help("list the actions that you need");
            }
        }
    },

    /// A statement allows every action of every service.
    ///
    /// Checks identity policies for an `Allow` with the action `*`. A principal that has it can change permissions,
    /// and so obtain anything else. List the actions that are needed.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "*",
    ///   "Resource": "arn:aws:rekognition:us-east-1:123456789012:collection/staff"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": ["rekognition:IndexFaces", "rekognition:SearchFaces"],
    ///   "Resource": "arn:aws:rekognition:us-east-1:123456789012:collection/staff"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege>.
    #[rule(SecurityWarning, kind(Identity), needs(PATTERN))]
    fn REKOGNITION_IAM_FULL_WILDCARD(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for &(place, text) in &granted_patterns(facts) {
            let full = match text.split_once(':') {
                Some((service, name)) => is_star(service) && is_star(name),
                None => is_star(text),
            };
            if full {
                sink.report(place, "this grants every action of every AWS service")
                    .help("list the actions that you need");
            }
        }
    },

    /// A statement allows every action that `NotAction` does not list, on every resource.
    ///
    /// Checks identity policies for an `Allow` with `NotAction` on all resources. It grants nearly all actions of all
    /// services, those that delete data or give others access among them, and every action that AWS adds later. List
    /// the actions that are needed in `Action`, or name the resources. What also grants `iam:PassRole` to any service
    /// is reported for that.
    ///
    /// ```json
    /// {"Effect": "Allow", "NotAction": ["iam:*", "organizations:*"], "Resource": "*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::b/*"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html>.
    #[rule(Suggestion, kind(Identity), needs(NOT_ACTION), about(ActionElement))]
    fn REKOGNITION_IAM_ALLOW_NOT_ACTION(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        if facts.kind != PolicyKind::Identity {
            return;
        }
        for (s, statement) in facts.statements.iter().enumerate() {
            let Some(element) = &statement.statement.resources else {
                continue;
            };
            let is_any = |resource: &ResourceFact<'_>| matches!(resource.kind, ResourceKind::Any);
            let everywhere = element.not || statement.resources.iter().any(is_any);
            if !statement.allows()
                || !statement.statement.actions.not
                || !everywhere
                || limits_resources(statement)
                || super::pass_role::is_reported(statement, s)
            {
                continue;
            }
            sink.report(
                Place::Statement(s),
                Message::from("this grants every action of every service that ")
                    .word("NotAction")
                    .with(" does not list, including those that AWS adds later"),
            )
            .help(Message::from("list the actions that you need, without ").word("NotAction"));
        }
    },

    /// The service of an ARN contains a wildcard.
    ///
    /// Checks the third field of each ARN. A wildcard there also matches the services that AWS adds later. Name the
    /// service.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": "arn:aws:rek*:us-east-1:123456789012:collection/a"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": "arn:aws:rekognition:us-east-1:123456789012:collection/a"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>.
    #[rule(Suggestion, needs(ODD_FIELD))]
    fn WILDCARD_IN_SERVICE_NAME(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (place, _, arn) in facts.arns() {
            if glob::has_wildcard(arn.service()) {
                sink.report(
                    place,
                    format!(
                        "`{}` also matches services that AWS adds later",
                        arn.service()
                    ),
                )
                .at(arn.service_range())
                .help("name the service");
            }
        }
    },

    /// An ARN of Rekognition is in a region where Rekognition is not available.
    ///
    /// Checks the region of Rekognition ARNs against its endpoints. There can be no such resource, so the ARN
    /// matches nothing. AWS adds regions over time, so the finding names the date of the list.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": "arn:aws:rekognition:eu-north-1:123456789012:collection/a"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": "arn:aws:rekognition:eu-west-1:123456789012:collection/a"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/general/latest/gr/rekognition.html>.
    #[rule(Warning, needs(NO_ENDPOINT))]
    fn REKOGNITION_IAM_REGION_WITHOUT_REKOGNITION(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (place, _, arn) in facts.arns() {
            if !arn.service().eq_ignore_ascii_case("rekognition") {
                continue;
            }
            if let Some((home, region)) = catalogue::region(arn.region()) {
                // A region of another partition is reported for that.
                if region.rekognition || !glob::matches(arn.partition(), home.name, false) {
                    continue;
                }
                let finding = sink.report(
                    place,
                    format!(
                        "as of {}, Rekognition has no endpoint in `{}`",
                        catalogue::as_of(),
                        region.name
                    ),
                );
                finding.at(arn.region_range());
                let continent = region.name.split('-').next().unwrap_or(region.name);
                let (mut count, mut near) = (0, Vec::new());
                for region in home.regions {
                    if region.rekognition {
                        count += 1;
                        if region.name.split('-').next() == Some(continent) {
                            near.push(region.name);
                        }
                    }
                }
                if near.is_empty() {
                    finding.help(format!(
                        "Rekognition has {count} regions in partition `{}`",
                        home.name
                    ));
                } else {
                    let near = text::joined(&near, "`, `");
                    finding.help(format!("the nearest regions are `{near}`"));
                }
            } else if is_plain(arn.partition())
                && let Some(partition) = catalogue::partition(arn.partition())
                && glob::has_wildcard(arn.region())
                && !partition.regions.iter().any(|region| region.rekognition)
            {
                sink.report(
                    place,
                    format!(
                        "as of {}, Rekognition has no endpoint in partition `{}`",
                        catalogue::as_of(),
                        partition.name
                    ),
                )
                .at(arn.partition_range())
                .help("the statement has no effect there");
            }
        }
        let is_rekognition = |action: &ActionFact<'_>| {
            (action.kind.known()).is_some_and(|(service, _)| service.prefix == "rekognition")
        };
        for (statement, key) in facts.keys() {
            if !statement.allows()
                || statement.statement.actions.not
                || !statement.actions.iter().any(is_rekognition)
            {
                continue;
            }
            let Some(regions) = super::region::requested(key) else {
                continue;
            };
            let without = |name: &&str| {
                catalogue::region(name).is_some_and(|(_, region)| !region.rekognition)
            };
            if regions.iter().all(without) {
                sink.report(
                    key.place(),
                    format!(
                        "as of {}, Rekognition has no endpoint in `{}`",
                        catalogue::AS_OF,
                        text::joined(&regions, "`, `")
                    ),
                )
                .help("the actions of Rekognition are allowed in no region");
            }
        }
    }
];

/// Reports every action that is granted, and whose entry represents only actions that end or have ended, when `says`
/// has something to say about that end.
fn ending(
    facts: &Facts<'_>,
    sink: &mut Sink<'_>,
    says: fn(Lifecycle) -> Option<String>,
    help: &'static str,
) {
    for (s, statement) in facts.statements.iter().enumerate() {
        if !statement.allows() || statement.statement.actions.not {
            continue;
        }
        for (a, action) in statement.actions.iter().enumerate() {
            let Some((service, infos)) = action.kind.known() else {
                continue;
            };
            let all_end = infos.iter().all(|info| info.lifecycle.is_some());
            if let Some(first) = infos.first()
                && all_end
                && let Some(says) = first.lifecycle.and_then(says)
            {
                sink.report(
                    Place::Action(s, a),
                    Message::from("the feature that provides ")
                        .action(service.prefix, first.name)
                        .with(says),
                )
                .help(help);
            }
        }
    }
}

/// The actions that the others of the statement check within their own requests, on a resource that does not exist yet:
/// `CreateCollection` with tags checks `TagResource`.
fn parts_of_requests(statement: &StatementFacts<'_>) -> Vec<(&'static str, &'static str)> {
    let mut parts = Vec::new();
    for action in &statement.actions {
        if let ActionKind::Known(home, info) = &action.kind
            && info.resources.is_empty()
            && let Some(operation) = home.operation(info.name)
        {
            for part in operation.authorizes {
                parts.push((part.service, part.name));
            }
        }
    }
    parts
}

/// Whether a condition already says on which resources.
fn limits_resources(statement: &StatementFacts<'_>) -> bool {
    statement.has_key(&[
        "aws:ResourceTag/",
        "aws:ResourceAccount",
        "aws:ResourceOrgID",
        "aws:ResourceOrgPaths",
        "s3:ResourceAccount",
    ])
}

/// The entries of an identity policy that grant and end in a star.
fn granted_patterns<'f>(facts: &'f Facts<'_>) -> Vec<(Place, &'f str)> {
    let mut found = Vec::new();
    if facts.kind != PolicyKind::Identity {
        return found;
    }
    for (s, statement) in facts.statements.iter().enumerate() {
        if statement.allows() && !statement.statement.actions.not {
            for (a, action) in statement.actions.iter().enumerate() {
                if action.text.ends_with('*') {
                    found.push((Place::Action(s, a), action.text));
                }
            }
        }
    }
    found
}
