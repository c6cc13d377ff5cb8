//! Rules about the size of a document and its characters.
//!
//! See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>.

use alloc::format;
use alloc::vec::Vec;

use crate::catalogue::ArnFormat;
use crate::catalogue::generated::prose;
use crate::catalogue::prose::Quota;
use crate::check::facts::{Facts, StatementFacts};
use crate::check::rule::rules;
use crate::check::{Severity, Sink, size};
use crate::document::{Place, PolicyKind, Value};
use crate::sort::sort;

/// Reports a document that is over its quota, with what would make it smaller.
pub(super) fn report(facts: &Facts<'_>, sink: &mut Sink<'_>, quota: &Quota) {
    let Some(size) = size::over(facts, quota) else {
        return;
    };
    let finding = sink.report(
        Place::Document,
        format!(
            "the document has {size} {}, {} more than {} may have",
            quota.size.unit.name(),
            size - quota.size.limit,
            quota.of
        ),
    );
    let rejected = quota.most.is_some_and(|most| size > most);
    if rejected {
        finding.severity = Severity::Error;
    }
    if let Some((first, second)) = alike(&facts.statements) {
        finding.help(format!(
            "statements {} and {} differ only in their actions: merge them",
            first + 1,
            second + 1
        ));
    }
    if (facts.statements.iter()).any(|statement| statement.actions.len() > 8) {
        finding.help("replace several actions with a wildcard, such as `rekognition:Detect*`; check that it matches no more than you intend");
    }
    if let Some(instead) = quota.instead.filter(|_| !rejected) {
        finding.help(instead);
    }
    if finding.help.is_empty() {
        finding.help(
            "name fewer individual principals and resources, or remove those that are no longer used",
        );
    }
}

/// The first two statements that could be one.
fn alike(statements: &[StatementFacts<'_>]) -> Option<(usize, usize)> {
    let mut rests = Vec::new();
    for (number, facts) in statements.iter().enumerate() {
        let statement = facts.statement;
        if statement.actions.not {
            continue;
        }
        // Equal texts are equal elements.
        let rest = format!(
            "{:?}",
            (
                statement.effect,
                &statement.resources,
                &statement.principals,
                &statement.conditions
            )
        );
        rests.push((rest, number));
    }
    sort(&mut rests);
    let mut found: Option<(usize, usize)> = None;
    for pair in rests.windows(2) {
        if let [(rest, first), (other, second)] = pair
            && rest == other
            && found.is_none_or(|(earlier, _)| first < &earlier)
        {
            found = Some((*first, *second));
        }
    }
    found
}

rules![
    /// An identity policy or permissions boundary is larger than a managed policy may be.
    ///
    /// Checks the size of the document without white space, which IAM does not count, against the quota of 6,144
    /// characters. IAM rejects a larger managed policy. Split it, use patterns, or list fewer resources. A policy of AWS
    /// IoT Core may have [2,048 characters](https://docs.aws.amazon.com/iot/latest/apireference/API_CreatePolicy.html).
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:PrincipalTag/x": ["<6144 characters>"]}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:PrincipalTag/x": ["<5844 characters>"]}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length>.
    #[rule(Error, subject(TooLarge))]
    fn POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        if facts.iot_core {
            report(facts, sink, &prose::POLICY_OF_IOT_QUOTA);
        } else if matches!(
            facts.kind,
            PolicyKind::Identity | PolicyKind::PermissionsBoundary
        ) {
            report(facts, sink, &prose::MANAGED_POLICY_QUOTA);
        }
    },

    /// A trust policy is larger than the default quota.
    ///
    /// Checks the size of the document without white space against the quota of 2,048 characters. IAM rejects a
    /// larger one unless AWS has raised the quota of your account. AWS raises it to at most 8,192 characters; above
    /// that, the finding is an error.
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"AWS": "123456789012"},
    ///   "Action": "sts:AssumeRole",
    ///   "Condition": {"StringEquals": {"aws:PrincipalTag/x": ["<2048 characters>"]}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"AWS": "123456789012"},
    ///   "Action": "sts:AssumeRole",
    ///   "Condition": {"StringEquals": {"aws:PrincipalTag/x": ["<1748 characters>"]}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length>.
    #[rule(Warning, kind(RoleTrust), subject(TooLarge))]
    fn POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        if facts.kind == PolicyKind::RoleTrust {
            report(facts, sink, &prose::TRUST_POLICY_QUOTA);
        }
    },

    /// A resource policy is larger than its service allows.
    ///
    /// Checks the size of the document against the quota of the service that it is about, such as Amazon SNS,
    /// Amazon S3, or AWS KMS. The service rejects a larger policy.
    ///
    /// ```json resource
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"AWS": "123456789012"},
    ///   "Action": "sns:Publish",
    ///   "Resource": "arn:aws:sns:us-east-1:123456789012:t",
    ///   "Condition": {"StringEquals": {"aws:PrincipalTag/x": ["<30720 characters>"]}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json resource
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"AWS": "123456789012"},
    ///   "Action": "sns:Publish",
    ///   "Resource": "arn:aws:sns:us-east-1:123456789012:t",
    ///   "Condition": {"StringEquals": {"aws:PrincipalTag/x": ["<30420 characters>"]}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html>.
    #[rule(Warning, subject(TooLarge))]
    fn POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        if let Some(row) = facts.attached.and_then(|attached| attached.row) {
            report(facts, sink, &row.quota);
        }
        if facts.kind == PolicyKind::VpcEndpoint {
            report(facts, sink, &prose::POLICY_OF_A_VPC_ENDPOINT_QUOTA);
        }
    },

    /// A service control policy is larger than AWS Organizations allows.
    ///
    /// Checks the size of the document against the quota for service control policies. AWS Organizations rejects a
    /// larger one. Split it into several policies.
    ///
    /// ```json service-control
    /// {
    ///   "Effect": "Deny",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:PrincipalTag/x": ["<10240 characters>"]}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json service-control
    /// {
    ///   "Effect": "Deny",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:PrincipalTag/x": ["<9940 characters>"]}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>.
    #[rule(Error, kind(ServiceControl), subject(TooLarge))]
    fn POLICY_SIZE_EXCEEDS_SCP_QUOTA(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        if facts.kind == PolicyKind::ServiceControl {
            report(facts, sink, &prose::SERVICE_CONTROL_POLICY_QUOTA);
        }
    },

    /// A resource control policy is larger than AWS Organizations allows.
    ///
    /// Checks the size of the document against the quota for resource control policies. AWS Organizations rejects a
    /// larger one. Split it into several policies.
    ///
    /// ```json resource-control
    /// {
    ///   "Effect": "Deny",
    ///   "Principal": "*",
    ///   "Action": "s3:GetObject",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:PrincipalTag/x": ["<5120 characters>"]}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json resource-control
    /// {
    ///   "Effect": "Deny",
    ///   "Principal": "*",
    ///   "Action": "s3:GetObject",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:PrincipalTag/x": ["<4820 characters>"]}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>.
    #[rule(Error, kind(ResourceControl), subject(TooLarge))]
    fn POLICY_SIZE_EXCEEDS_RCP_QUOTA(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        if facts.kind == PolicyKind::ResourceControl {
            report(facts, sink, &prose::RESOURCE_CONTROL_POLICY_QUOTA);
        }
    },

    /// A session policy is larger than `AssumeRole` and `GetFederationToken` accept.
    ///
    /// Checks the size of the document against the limit of 2,048 characters. AWS STS also limits the packed size
    /// of the policy together with the session tags, which cannot be computed here. Name managed policies by their
    /// ARNs instead.
    ///
    /// ```json session
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:PrincipalTag/x": ["<2048 characters>"]}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json session
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:PrincipalTag/x": ["<1748 characters>"]}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>.
    #[rule(Error, kind(Session), subject(TooLarge))]
    fn REKOGNITION_IAM_SESSION_POLICY_SIZE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        if facts.kind == PolicyKind::Session {
            report(facts, sink, &prose::SESSION_POLICY_QUOTA);
        }
    },

    /// A policy contains a character that AWS does not accept.
    ///
    /// Checks that all characters are tabs, line breaks, or printable characters up to `ÿ` (U+00FF). AWS rejects a
    /// policy with any other character, such as a typographic quote or an emoji.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:PrincipalTag/x": "€"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:PrincipalTag/x": "EUR"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names>.
    #[rule(Error, needs(NOT_ASCII))]
    fn REKOGNITION_IAM_CHARACTER(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        // Buckets, topics, queues and organizations take more.
        if matches!(
            facts.kind,
            PolicyKind::Resource
                | PolicyKind::ServiceControl
                | PolicyKind::ResourceControl
                | PolicyKind::VpcEndpoint
        ) {
            return;
        }
        // Where the text is at hand, escapes in it count as what they are made of.
        if facts
            .text
            .is_some_and(|text| text.chars().all(|c| c <= '\u{ff}'))
        {
            return;
        }
        let mut look = |place: Place, text: &str| {
            if text.is_ascii() {
                return;
            }
            for (at, c) in text.char_indices() {
                if c > '\u{ff}' {
                    sink.report(
                        place,
                        format!(
                            "`{}` (U+{:04X}) is not allowed in a policy",
                            c.escape_debug(),
                            u32::from(c)
                        ),
                    )
                    .at(at..at + c.len_utf8())
                    .help("use only the characters of Latin-1, up to `ÿ`");
                    return;
                }
            }
        };
        // An action, a Sid or an id with such a character breaks a grammar, and the rule of that is about it.
        for (s, statement) in facts.statements.iter().enumerate() {
            for (r, resource) in statement.resources.iter().enumerate() {
                // Of an object, the bucket has a grammar and the key has none.
                let without_grammar = |format: &'static ArnFormat| {
                    format
                        .variables()
                        .any(|variable| variable.grammar.is_none())
                };
                let has_none = (resource.formats.iter())
                    .all(|(_, _, format)| format.variables().next().is_none());
                let is_open =
                    (resource.formats.iter()).any(|(_, _, format)| without_grammar(format));
                if (has_none || is_open) && !resource.fits_nothing {
                    look(Place::Resource(s, r), resource.text);
                }
            }
            if let Some(principals) = &statement.principals {
                for principal in &principals.list {
                    look(principal.place(), principal.text);
                }
            }
            for key in &statement.keys {
                look(key.place(), key.name);
                for (v, value) in key.values.iter().enumerate() {
                    if let Value::String(text) = value {
                        look(key.value(v), text);
                    }
                }
            }
        }
    }
];
