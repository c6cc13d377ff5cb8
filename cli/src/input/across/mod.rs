//! What can be checked only across the resources of a template.

mod cloudformation;
mod endpoint;
mod model;
mod terraform;

use std::collections::HashMap;
use std::sync::OnceLock;

use rekognition_iam_runtime::document::{
    Document, Effect, PrincipalKind, PrincipalSet, Statement, Value,
};
use rekognition_iam_runtime::glob;
use rekognition_iam_runtime::json::{self, Limits};

pub(crate) use self::model::Checked;
use self::model::{Bucket, BucketPolicy, Entity, Model, Use, What, When};
use super::data::{self, Groups};
use super::language::Language;
use super::rules::{
    Issue, REKOGNITION_IAM_INLINE_POLICIES_SIZE, REKOGNITION_IAM_KMS_DECRYPT_MISSING,
    REKOGNITION_IAM_OTHER_BUCKET, REKOGNITION_IAM_ROLE_NOT_TRUSTED,
};
use crate::input::render::Functions;
use crate::input::tree::Tree;

/// What is wrong between the resources of a file whose policies were checked, with those of other files that it depends on.
pub(crate) fn check<'t>(
    tree: &'t Tree<'t>,
    language: &Language<'t>,
    functions: &Functions<'t>,
    [checked, elsewhere]: [&[Checked]; 2],
) -> Vec<Issue> {
    static SERVICES: OnceLock<Groups> = OnceLock::new();
    let services =
        SERVICES.get_or_init(|| data::grouped(include_str!("../../../data/role-users.txt")));
    let model = match language {
        Language::CloudFormation(stack) | Language::Serverless(stack) => {
            cloudformation::model(tree, stack, functions, checked, services)
        }
        Language::Terraform(configuration) => terraform::model(
            tree,
            configuration,
            functions,
            [checked, elsewhere],
            services,
        ),
        Language::Plain | Language::Replaced | Language::Pulumi => Model::default(),
    };
    let mut issues: Vec<Issue> = model.uses.iter().filter_map(trust).collect();
    issues.extend(model.entities.iter().filter_map(size));
    issues.extend(checked.iter().flat_map(endpoint::check));
    let policies = model.bucket_policies.iter();
    issues.extend(policies.filter_map(|of| other_bucket(of, &model.bucket_names)));
    if !model.buckets.is_empty() {
        let entities = model.entities.iter();
        issues.extend(entities.flat_map(|entity| decrypt(entity, &model.buckets)));
    }
    issues
}

/// The inline policies of one entity count together, as far as they are deployed together.
fn size(entity: &Entity<'_>) -> Option<Issue> {
    let mut always = 0;
    let mut by_condition: HashMap<&str, usize> = HashMap::new();
    for held in &entity.held {
        if !held.inline || !held.policy.is_certain {
            continue;
        }
        match held.when {
            When::Always => always += held.policy.size,
            When::If(name) => *by_condition.entry(name).or_default() += held.policy.size,
            When::Perhaps => {}
        }
    }
    let sum = always + by_condition.into_values().max().unwrap_or_default();
    let quota = entity.what.quota();
    (sum > quota).then(|| Issue {
        rule: REKOGNITION_IAM_INLINE_POLICIES_SIZE,
        node: entity.node,
        path: entity.path.clone(),
        message: format!(
            "the inline policies of the {} have at least {sum} characters in total, but IAM allows {quota}",
            entity.called
        ),
        help: vec![
            "move statements to managed policies; each can have 6144 characters of its own"
                .to_string(),
        ],
    })
}

/// The role of a resource must trust the service that uses it.
fn trust(used: &Use<'_>) -> Option<Issue> {
    let Use { role, service, .. } = used;
    // A statement that is not known may be the one.
    let parsed = json::parse(&used.trust.json, &Limits::default());
    if !used.trust.is_whole || !parsed.is_json || trusts(&parsed.document, service) {
        return None;
    }
    Some(Issue {
        rule: REKOGNITION_IAM_ROLE_NOT_TRUSTED,
        node: used.node,
        path: used.path.clone(),
        message: format!(
            "the role `{role}` does not trust `{service}`, so `{}` cannot use it",
            used.user
        ),
        help: vec![format!(
            "allow `sts:AssumeRole` for the service `{service}` in `{}` of `{role}`",
            used.property
        )],
    })
}

/// All resources of a bucket's policy must be in the bucket.
fn other_bucket(of: &BucketPolicy<'_>, names: &[String]) -> Option<Issue> {
    let parsed = json::parse(&of.policy.json, &Limits::default());
    let own = of.bucket.as_str();
    let is_literal = |text: &str| !text.is_empty() && !text.contains(['*', '?', '$']);
    let is_name = |text: &str| names.iter().any(|name| name == text);
    let is_other = |resource: &&str| {
        let bucket = (resource.splitn(6, ':').collect::<Vec<_>>().as_slice())
            .strip_prefix(&["arn"])
            .and_then(|rest| match rest {
                [_, "s3", "", "", path] => path.split('/').next(),
                _ => None,
            });
        // A name that a deployment chooses may be the one.
        bucket.is_some_and(
            |bucket| match is_name(bucket) && (is_name(own) || is_literal(own)) {
                true => bucket != own,
                false => {
                    is_literal(own) && !bucket.contains('$') && !glob::matches(bucket, own, false)
                }
            },
        )
    };
    let resource = (parsed.document.statements.iter())
        .filter_map(|statement| statement.resources.as_ref())
        .filter(|resources| !resources.not)
        .flat_map(|resources| resources.values.iter().map(AsRef::as_ref))
        .find(is_other)?;
    Some(Issue {
        rule: REKOGNITION_IAM_OTHER_BUCKET,
        node: of.node,
        path: of.policy.path.clone(),
        message: format!(
            "the policy of the bucket `{own}` has the resource `{resource}`, which is not in this bucket"
        ),
        help: vec![format!(
            "name the bucket, `arn:aws:s3:::{own}`, or objects in it, such as `arn:aws:s3:::{own}/*`; Amazon S3 rejects a policy with any other resource"
        )],
    })
}

/// A role that reads objects under a KMS key must be allowed to decrypt.
fn decrypt(entity: &Entity<'_>, buckets: &[Bucket<'_>]) -> Vec<Issue> {
    if entity.has_others
        || entity.what == What::Group
        || !(entity.held.iter()).all(|held| held.policy.is_whole)
    {
        return Vec::new();
    }
    let documents: Vec<json::Parsed<'_>> = (entity.held.iter())
        .map(|held| json::parse(&held.policy.json, &Limits::default()))
        .collect();
    let mut issues = Vec::new();
    for bucket in buckets {
        let read = documents.iter().zip(&entity.held).find(|(parsed, _)| {
            allows(&parsed.document, "s3:GetObject", |statement, resource| {
                !statement.resources.as_ref().is_some_and(|list| list.not)
                    && resource.starts_with(&bucket.objects)
            })
        });
        let Some((_, held)) = read else { continue };
        let decrypts = documents.iter().any(|parsed| {
            allows(&parsed.document, "kms:Decrypt", |statement, resource| {
                could_come_from_s3(statement) && could_be_key(resource, bucket.key.as_deref())
            })
        });
        if decrypts || key_lets_in(bucket, entity) {
            continue;
        }
        issues.push(Issue {
            rule: REKOGNITION_IAM_KMS_DECRYPT_MISSING,
            node: entity.node,
            path: held.policy.path.clone(),
            message: format!(
                "`{}` reads objects in `{}`, which are encrypted with a KMS key, but is not allowed `kms:Decrypt` on that key",
                entity.name, bucket.name
            ),
            help: vec!["allow `kms:Decrypt` on the key of the bucket".to_string()],
        });
    }
    issues
}

/// Whether what Amazon S3 does for a caller could meet the conditions of a statement.
fn could_come_from_s3(statement: &Statement<'_>) -> bool {
    statement.conditions.iter().all(|block| {
        block.keys.iter().all(|(key, values)| {
            let operator = block.operator.as_ref();
            !key.eq_ignore_ascii_case("kms:ViaService")
                || operator.contains("Not")
                || operator.contains("Null")
                || (values.iter().map(Value::as_text)).any(|value| {
                    value.contains("${")
                        || glob::matches(value, "s3.us-east-1.amazonaws.com", true)
                        || value.starts_with("s3.")
                })
        })
    })
}

/// Whether a resource could be the key with this ID.
fn could_be_key(resource: &str, id: Option<&str>) -> bool {
    let Some(id) = id else {
        return true;
    };
    match resource.split_once(":key/") {
        Some((_, pattern)) => glob::matches(pattern, id, false),
        None => glob::matches(
            resource,
            &format!("arn:aws:kms:us-east-1:123456789012:key/{id}"),
            false,
        ),
    }
}

/// Whether the policy of a bucket's key may let someone use it.
fn key_lets_in(bucket: &Bucket<'_>, entity: &Entity<'_>) -> bool {
    bucket.key_policies.iter().any(|policy| {
        let parsed = json::parse(&policy.json, &Limits::default());
        !policy.is_whole
            || parsed.document.statements.iter().any(|statement| {
                statement.effect == Effect::Allow
                    && match &statement.principals {
                        Some(principals) if !principals.not => match &principals.set {
                            PrincipalSet::Anyone => true,
                            PrincipalSet::Listed(kinds) => kinds.iter().any(|(_, names)| {
                                (names.iter())
                                    .any(|name| name.contains(&entity.key) || name.as_ref() == "*")
                            }),
                        },
                        _ => true,
                    }
            })
    })
}

fn trusts(document: &Document<'_>, service: &str) -> bool {
    let prefix = service.strip_suffix("amazonaws.com").unwrap_or(service);
    document.statements.iter().any(|statement| {
        let actions = &statement.actions;
        let assumes = actions.not
            || (actions.values.iter()).any(|action| glob::matches(action, "sts:AssumeRole", true));
        let named = match &statement.principals {
            None => false,
            Some(principals) if principals.not => true,
            Some(principals) => match &principals.set {
                PrincipalSet::Anyone => true,
                PrincipalSet::Listed(kinds) => kinds.iter().any(|(kind, names)| {
                    names.iter().any(|name| match kind {
                        PrincipalKind::Service => {
                            name.as_ref() == "*"
                                || name.contains("${")
                                || name.eq_ignore_ascii_case(service)
                                // Principals of one region: `states.us-east-1.amazonaws.com`.
                                || (name.starts_with(prefix) && name.contains("amazonaws.com"))
                        }
                        PrincipalKind::Aws
                        | PrincipalKind::Federated
                        | PrincipalKind::CanonicalUser => name.as_ref() == "*",
                    })
                }),
            },
        };
        statement.effect == Effect::Allow && assumes && named
    })
}

/// Whether a statement allows an action on a resource of which this holds.
fn allows(
    document: &Document<'_>,
    action: &str,
    holds: impl Fn(&Statement<'_>, &str) -> bool,
) -> bool {
    document.statements.iter().any(|statement| {
        let actions = &statement.actions;
        let named = (actions.values.iter()).any(|pattern| glob::matches(pattern, action, true));
        statement.effect == Effect::Allow
            && named != actions.not
            && match &statement.resources {
                None => true,
                Some(list) if list.not => holds(statement, "*"),
                Some(list) => list.values.iter().any(|text| holds(statement, text)),
            }
    })
}
