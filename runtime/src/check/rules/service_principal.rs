//! Rules about the principals that are AWS services.
//!
//! See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services>.

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use super::arn::is_plain;
use super::formats::{REGIONAL_SERVICE, SERVICE, misfits};
use super::principal::principals;

use crate::catalogue;
use crate::check::facts::{Facts, KeyFact, ResourceFact, StatementFacts};
use crate::check::principal::{Form, PrincipalFact, PrincipalFacts, is_known_service, service};
use crate::check::rule::rules;
use crate::check::{Finding, Message, Sink, tables, text};
use crate::document::{Place, PolicyKind};
use crate::glob;
use crate::suggest;

rules![
    /// A service principal, in `Principal` or in a condition, is not written as one.
    ///
    /// Checks that service principals end in `.amazonaws.com` or the suffix of their partition. A bare service
    /// prefix such as `s3` is not a principal: AWS rejects it in `Principal`, and in a condition it matches
    /// nothing.
    ///
    /// ```json resource
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"Service": "s3"},
    ///   "Action": "sns:Publish",
    ///   "Resource": "arn:aws:sns:us-east-1:123456789012:t",
    ///   "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json resource
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"Service": "s3.amazonaws.com"},
    ///   "Action": "sns:Publish",
    ///   "Resource": "arn:aws:sns:us-east-1:123456789012:t",
    ///   "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services>.
    #[rule(Error)]
    fn INVALID_SERVICE_PRINCIPAL_FORMAT(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for principal in &principals(facts) {
            if !matches!(principal.form, Form::NoService)
                || glob::has_wildcard(principal.text)
                || principal.has_variable()
            {
                continue;
            }
            let finding = sink.report(
                principal.place(),
                format!(
                    "`{}` is not a service principal",
                    principal.text.escape_debug()
                ),
            );
            service_principal(finding, principal.text);
        }
        for value in misfits(facts) {
            if value.values.format.name != SERVICE {
                continue;
            }
            let finding = sink.report(
                value.place,
                Message::new()
                    .quoted(&value.text.escape_debug().to_string())
                    .with(" is never a value of ")
                    .key(value.key.name)
                    .with(": it is not a service principal"),
            );
            service_principal(finding, value.text);
        }
    },

    /// A service principal, in `Principal` or in a condition, names an unknown service.
    ///
    /// Checks the names of service principals against the services that AWS lists. A misspelled service is either
    /// rejected when the policy is saved, or trusts nobody.
    ///
    /// ```json role-trust
    /// {"Effect": "Allow", "Principal": {"Service": "lamda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json role-trust
    /// {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services>.
    #[rule(Warning, denied)]
    fn REKOGNITION_IAM_UNKNOWN_SERVICE_PRINCIPAL(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for principal in &principals(facts) {
            let Form::Service(name) = principal.form else {
                continue;
            };
            if is_known_service(name) {
                continue;
            }
            let finding = sink.report(
                principal.place(),
                format!("`{name}` is not a known service principal"),
            );
            if !nearest_service(finding, principal.text, name) {
                finding.help("look up the service principal in the documentation of the service");
            }
        }
        for (_, key) in facts.keys() {
            let Some(values) = key.compared_format() else {
                continue;
            };
            for (v, value) in key.values.iter().enumerate() {
                let text = value.as_text();
                // The service of `kms:ViaService` is the part before the region.
                let name = match values.format.name {
                    SERVICE => service(text),
                    REGIONAL_SERVICE => text.split('.').next(),
                    _ => None,
                };
                if !is_plain(text) || key.misfits.contains(&v) {
                    continue;
                }
                let Some(name) = name else {
                    let ends = [".amazon.com", ".aws.com", ".aws"];
                    let of_aws = (ends.iter())
                        .find_map(|end| text.strip_suffix(end))
                        .filter(|name| values.format.name == SERVICE && is_known_service(name));
                    if let Some(name) = of_aws {
                        let right = format!("{name}.amazonaws.com");
                        sink.report(
                            key.value(v),
                            Message::new()
                                .quoted(text)
                                .with(" is not known to be a value of ")
                                .key(key.name)
                                .with(": services of AWS have other names"),
                        )
                        .did_you_mean(&[&right], &Message::quoted);
                    }
                    continue;
                };
                // There are service principals that no page lists, so that only a near miss is one.
                if is_known_service(name) || !has_near_service(name) {
                    continue;
                }
                let finding = sink.report(
                    key.value(v),
                    Message::new()
                        .quoted(text)
                        .with(" is not known to be a value of ")
                        .key(key.name)
                        .with(format!(": AWS has no service `{name}`")),
                );
                nearest_service(finding, text, name);
            }
        }
    },

    /// A service principal never makes the calls that the statement allows.
    ///
    /// Checks which actions Rekognition calls as `rekognition.amazonaws.com`. For most of its work it uses a role
    /// that you pass to it, or the permissions of its caller; then this statement has no effect. Grant the actions
    /// to that role instead.
    ///
    /// ```json resource
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"Service": "rekognition.amazonaws.com"},
    ///   "Action": "sns:Publish",
    ///   "Resource": "arn:aws:sns:us-east-1:123456789012:t",
    ///   "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json resource
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"AWS": "arn:aws:iam::123456789012:role/rekognition-video"},
    ///   "Action": "sns:Publish",
    ///   "Resource": "arn:aws:sns:us-east-1:123456789012:t"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/rekognition/latest/dg/api-video-roles.html>.
    #[rule(Warning, denied, needs(PRINCIPALS))]
    fn REKOGNITION_IAM_SERVICE_PRINCIPAL_NEVER_CALLS(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (_, statement, principals) in facts.principals() {
            if principals.not || !statement.allows() {
                continue;
            }
            for principal in &principals.list {
                let Form::Service(name) = principal.form else {
                    continue;
                };
                if facts.kind == PolicyKind::RoleTrust {
                    if tables::NEVER_ASSUMES.contains(&name) {
                        sink.report(principal.place(), format!("`{name}` never assumes a role"))
                            .help("trust the service that uses the role");
                    }
                    continue;
                }
                let called = if facts.kind == PolicyKind::Project {
                    "rekognition"
                } else if let Some([service]) = facts.attached.map(|attached| attached.services) {
                    service
                } else {
                    continue;
                };
                for (never, services, instead) in tables::NEVER_CALLS {
                    if *never == name && services.contains(&called) {
                        sink.report(
                            principal.place(),
                            format!("`{name}` never calls `{called}` with its own identity"),
                        )
                        .help(*instead);
                        break;
                    }
                }
            }
        }
    },

    /// Services and other principals share a condition that only one of them can meet.
    ///
    /// Checks the condition keys of statements that name both. Keys such as `aws:SourceAccount` are only in
    /// requests that a service makes, so a user or role in the same statement can never meet the condition and has
    /// no access. Some policies in the AWS documentation have this mistake. Write a statement for the service and
    /// another for the rest.
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"Service": "rekognition.amazonaws.com", "AWS": "arn:aws:iam::123456789012:user/a"},
    ///   "Action": "sts:AssumeRole",
    ///   "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"Service": "rekognition.amazonaws.com"},
    ///   "Action": "sts:AssumeRole",
    ///   "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    /// },
    /// {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:user/a"}, "Action": "sts:AssumeRole"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/rekognition/latest/dg/cross-service-confused-deputy-prevention.html>.
    #[rule(Error, needs(PRINCIPALS, KEYS))]
    fn REKOGNITION_IAM_MIXED_PRINCIPALS(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (_, statement, principals) in facts.principals() {
            if principals.not || !statement.allows() || statement.conditions.is_empty() {
                continue;
            }
            let is_caller = |principal: &&PrincipalFact<'_>| {
                principal.form.is_caller() || matches!(principal.form, Form::Nothing)
            };
            let caller = principals.list.iter().find(is_caller);
            let (Some((service, _)), Some(caller)) = (principals.service(), caller) else {
                continue;
            };
            let mut wanted = None;
            for (names, out) in [
                (tables::SOURCE_KEYS, caller),
                (tables::CALLER_KEYS, service),
            ] {
                for key in &statement.keys {
                    let tagged = core::ptr::eq(out, service) && is_tag_of_certificate(service, key);
                    if wanted.is_none() && key.wants_key() && key.is_one_of(names) && !tagged {
                        wanted = Some((out, key));
                    }
                }
            }
            let Some((out, key)) = wanted else {
                continue;
            };
            sink.report(
                out.place(),
                Message::from(format!("`{}` can never meet the condition on ", out.text.escape_debug()))
                    .key(key.name)
                    .with(", which it shares with the other principals of this statement"),
            )
            .help(if core::ptr::eq(out, caller) {
                "only requests from services contain the key; write separate statements for the service and for the others"
            } else {
                "requests from services never contain the key; write separate statements for the service and for the others"
            });
        }
    },

    /// A condition requires a key that is never in a request from a service.
    ///
    /// Checks statements whose principals are services. A service is not a member of your organization and has no
    /// principal tags, so keys such as `aws:PrincipalOrgID` are missing from its requests, and the condition never
    /// holds. To restrict for whom the service acts, use `aws:SourceArn`, `aws:SourceAccount`, `aws:SourceOrgID`,
    /// or `aws:SourceOrgPaths`.
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"Service": "lambda.amazonaws.com"},
    ///   "Action": "sts:AssumeRole",
    ///   "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"Service": "lambda.amazonaws.com"},
    ///   "Action": "sts:AssumeRole",
    ///   "Condition": {"StringEquals": {"aws:SourceOrgID": "o-a1b2c3d4e5"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>.
    #[rule(Error, needs(PRINCIPALS, KEYS))]
    fn UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (_, statement, principals) in facts.principals() {
            let Some((service, name)) = principals.service() else {
                continue;
            };
            // With other principals in the statement, another rule says it.
            if principals.not || !statement.allows() || principals.any(|form| form.is_caller()) {
                continue;
            }
            for key in &statement.keys {
                if key.wants_key()
                    && key.is_one_of(tables::CALLER_KEYS)
                    && !is_tag_of_certificate(service, key)
                {
                    sink.report(
                        key.place(),
                        Message::from("a request from the service `")
                            .with(name.to_string())
                            .with("` never contains ")
                            .key(key.name),
                    )
                    .help(source_keys(Message::from("restrict a service with ")));
                }
            }
        }
    },

    /// A resource policy trusts a service regardless of for whom it acts.
    ///
    /// Checks that an `Allow` for a service has a condition on the account, organization, or resource that the
    /// service acts for. Without one, another AWS customer may be able to make the service use your resource, which
    /// is known as the confused deputy problem.
    ///
    /// ```json resource
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"Service": "s3.amazonaws.com"},
    ///   "Action": "sns:Publish",
    ///   "Resource": "arn:aws:sns:us-east-1:123456789012:t"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json resource
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"Service": "s3.amazonaws.com"},
    ///   "Action": "sns:Publish",
    ///   "Resource": "arn:aws:sns:us-east-1:123456789012:t",
    ///   "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html>.
    #[rule(SecurityWarning, kind(Resource), needs(PRINCIPALS))]
    fn RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (_, statement, principals) in facts.principals() {
            if let Some((principal, name, None)) = unnarrowed(facts, statement, principals) {
                let finding = sink.report(
                    principal.place(),
                    format!("`{name}` can do this on behalf of anyone, in any account"),
                );
                open_source(finding, statement);
                finding.help(source_keys(Message::from(
                    "restrict it with a condition on ",
                )));
            }
        }
    },

    /// A resource policy restricts a service with a condition key that does not say for whom it acts.
    ///
    /// Checks which keys restrict an `Allow` for a service. Keys such as `aws:PrincipalServiceName` only name the
    /// service again, and leave open which AWS customer it acts for. Use `aws:SourceArn`, `aws:SourceAccount`,
    /// `aws:SourceOrgID`, or `aws:SourceOrgPaths`.
    ///
    /// ```json resource
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"Service": "s3.amazonaws.com"},
    ///   "Action": "sns:Publish",
    ///   "Resource": "arn:aws:sns:us-east-1:123456789012:t",
    ///   "Condition": {"StringEquals": {"aws:PrincipalServiceName": "s3.amazonaws.com"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json resource
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"Service": "s3.amazonaws.com"},
    ///   "Action": "sns:Publish",
    ///   "Resource": "arn:aws:sns:us-east-1:123456789012:t",
    ///   "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html>.
    #[rule(Suggestion, kind(Resource), needs(PRINCIPALS, KEYS))]
    fn RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (_, statement, principals) in facts.principals() {
            if let Some((_, _, Some(key))) = unnarrowed(facts, statement, principals) {
                sink.report(
                    key.place(),
                    Message::new()
                        .key(key.name)
                        .with(" does not identify on whose behalf the service acts"),
                )
                .help(source_keys(Message::from("use ")));
            }
        }
    },

    /// A policy names a service-linked role of Rekognition, which does not have one.
    ///
    /// Checks for roles under `aws-service-role/rekognition.amazonaws.com/`. Rekognition has no service-linked
    /// role, so the ARN cannot exist and the entry has no effect. Rekognition works with the permissions of its
    /// caller, or with a service role that you create and pass to it.
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {
    ///     "AWS": "arn:aws:iam::123456789012:role/aws-service-role/rekognition.amazonaws.com/AWSServiceRoleForRekognition"
    ///   },
    ///   "Action": "sts:AssumeRole"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"Service": "rekognition.amazonaws.com"},
    ///   "Action": "sts:AssumeRole",
    ///   "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/rekognition/latest/dg/security_iam_service-with-iam.html>.
    #[rule(Error)]
    fn REKOGNITION_IAM_NO_SERVICE_LINKED_ROLE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        let mut claims = |place: Place, text: &str| {
            let claimed = text.contains("aws-service-role/rekognition.")
                || text.contains("/AWSServiceRoleForRekognition");
            if claimed {
                sink.report(place, "Rekognition has no service-linked role, so there is no such role")
                    .help("Rekognition uses the permissions of its caller, or a service role that you create and pass to it");
            }
        };
        for (s, statement) in facts.statements.iter().enumerate() {
            if let Some(principals) = &statement.principals {
                for principal in &principals.list {
                    claims(principal.place(), principal.text);
                }
            }
            for (r, resource) in statement.resources.iter().enumerate() {
                // A role is a resource of `iam`.
                if resource
                    .arn()
                    .is_none_or(|arn| glob::matches(arn.service(), "iam", true))
                {
                    claims(Place::Resource(s, r), resource.text);
                }
            }
            for key in &statement.keys {
                let is_arn = key.is("aws:PrincipalArn") || key.is("aws:SourceArn");
                let is_name = key.is("iam:AWSServiceName");
                for (v, value) in key.values.iter().enumerate() {
                    let text = value.as_text();
                    if is_arn {
                        claims(key.value(v), text);
                    } else if is_name && text.starts_with("rekognition.") {
                        claims(key.value(v), "aws-service-role/rekognition.");
                    }
                }
            }
        }
    }
];

/// Says how a service principal is spelled, and the one that was meant.
fn service_principal(finding: &mut Finding, text: &str) {
    let lower = text.to_ascii_lowercase();
    let ends = [".amazonaws.com", ".amazonaws", ".amazon.com", ".aws.com"];
    let end = ends.iter().find_map(|end| lower.strip_suffix(end));
    // A misspelled ending: the name is what is before it.
    let misspelled = || {
        let (name, end) = lower.trim_end_matches('.').split_once(".amazon")?;
        end.bytes()
            .all(|b| b.is_ascii_lowercase() || b == b'.')
            .then_some(name)
    };
    let name = end.or_else(misspelled).unwrap_or(&lower);
    let right = format!("{name}.amazonaws.com");
    if service(&right).is_some() && is_known_service(name) && !name.contains("amazon") {
        finding.help(format!("write `{right}`"));
        // Not all services call under the name that their actions have.
        if lower.ends_with(".amazonaws.com") && right != text {
            finding.replace(right);
        }
    } else {
        finding.help("a service principal looks like `rekognition.amazonaws.com`");
    }
}

/// The part of the name that is the service: the last of several.
fn last_part(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot) => name.split_at(dot + 1),
        None => ("", name),
    }
}

fn near_services(name: &str) -> Vec<&'static str> {
    let known = [catalogue::aws_services(), tables::OTHER_PRINCIPALS].concat();
    suggest::nearest_all(last_part(name).1, &known)
}

fn has_near_service(name: &str) -> bool {
    !near_services(name).is_empty()
}

/// Asks whether a service with nearly the same name was meant. `name` is the beginning of the text.
fn nearest_service(finding: &mut Finding, text: &str, name: &str) -> bool {
    let (before, _) = last_part(name);
    finding.at(before.len()..name.len());
    let near = near_services(name);
    let rest = text.strip_prefix(name).unwrap_or_default();
    // Few services of Amazon are not of AWS, and those are known.
    if rest == ".amazon.com" {
        return false;
    }
    if !near.is_empty() {
        // Never written without asking: the service may be newer than our list, and this lets another one in.
        finding.did_you_mean(&near, &|message, near| {
            message.quoted(&format!("{before}{near}{rest}"))
        });
    }
    !near.is_empty()
}

/// The four keys that narrow a service, in a list.
fn source_keys(mut message: Message) -> Message {
    for (number, key) in tables::SOURCE_KEYS.iter().enumerate() {
        if number > 0 {
            message = message.with(if number + 1 == tables::SOURCE_KEYS.len() {
                " or "
            } else {
                ", "
            });
        }
        message = message.key(key);
    }
    message
}

/// Whether a principal is a service whose requests carry principal tags, and the key is one.
fn is_tag_of_certificate(principal: &PrincipalFact<'_>, key: &KeyFact<'_>) -> bool {
    matches!(principal.form, Form::Service(name) if tables::TAGGED_SERVICES.contains(&name))
        && key.is_one_of(&["aws:PrincipalTag/"])
}

/// Whether a condition says on whose behalf a service acts, and leaves it open in no way.
pub(super) fn narrows_source(statement: &StatementFacts<'_>) -> bool {
    let narrows = |key: &KeyFact<'_>| key.is_one_of(tables::SOURCE_KEYS) && key.restricts();
    statement.keys.iter().any(narrows)
}

/// What to say about a condition on whose behalf a service acts that leaves it open.
pub(super) fn open_source(finding: &mut Finding, statement: &StatementFacts<'_>) {
    if let Some(key) = statement.key(tables::SOURCE_KEYS) {
        let message = Message::from("the condition on ").key(key.name);
        finding.help(message.with(if key.wants_key() {
            " also holds for other accounts"
        } else if key.is_negated() {
            " only excludes some values"
        } else {
            " also holds for other values, or for a request without the key"
        }));
    }
}

/// The service that a statement grants to without one of the good keys, and the weak key that it has instead.
fn unnarrowed<'f, 'd>(
    facts: &Facts<'_>,
    statement: &'f StatementFacts<'d>,
    principals: &'f PrincipalFacts<'d>,
) -> Option<(&'f PrincipalFact<'d>, &'d str, Option<&'f KeyFact<'d>>)> {
    // Roles for services such as EC2 and Lambda are assumed without a source; a role for Rekognition has a rule of its own.
    if facts.kind != PolicyKind::Resource || !statement.allows() || principals.not {
        return None;
    }
    let (principal, name) = principals.service()?;
    if tables::PATHS_BY_ACCOUNT.contains(&name) && statement.resources.iter().all(names_account) {
        return None;
    }
    if narrows_source(statement) || statement.keys.iter().any(KeyFact::names_owner) {
        return None;
    }
    Some((principal, name, statement.key(tables::WEAK_SOURCE_KEYS)))
}

/// Whether the resource is a path under which a service only writes for one account: `AWSLogs/123456789012/`.
fn names_account(resource: &ResourceFact<'_>) -> bool {
    let path = resource.text.split_once("/AWSLogs/").map(|(_, path)| path);
    path.and_then(|path| path.split_once('/'))
        .is_some_and(|(account, _)| text::is_account(account))
}

/// Whether the region of a service principal or an ARN is one of the catalogue; what holds a wildcard passes.
pub(super) fn is_region(region: &str) -> bool {
    glob::has_wildcard(region) || catalogue::region(region).is_some()
}
