//! What a call needs in addition to its own action, from the table in `codegen/data/companions.json`: passing a role, tags on what
//! is created, and KMS.

use std::collections::HashMap;
use std::sync::OnceLock;

use rekognition_iam_runtime::catalogue::{self, ResourceType};

use super::arn::{of_arns, of_name, open_arn, pieces};
use super::resource::{all_open, at, shown_in};
use super::{Arg, Grant, Needs, Perhaps, Resource, also, kind_name, setters};
use crate::derive::call::SdkCall;
use crate::derive::clients::{self, Given};
use crate::derive::value::Value;
use crate::export::json;

pub(super) const COMPANIONS: &str = include_str!("../../../data/companions.json");

/// A role that an operation passes.
#[derive(Debug)]
struct Role {
    /// The paths of setters.
    from: Vec<(Vec<String>, Given)>,
    to: Vec<String>,
    /// Whether AWS documents that the operation checks `iam:PassRole`.
    sure: bool,
}

/// Tags that an operation gives to what it creates.
#[derive(Debug)]
struct Tags {
    action: String,
    from: Vec<String>,
}

/// Use of KMS for the caller.
#[derive(Debug)]
struct Kms {
    actions: Vec<String>,
    key: Key,
    via: String,
    /// The member without which a request uses no key.
    when: Option<String>,
}

/// Which key is used.
#[derive(Debug)]
enum Key {
    /// That of the request: the path of the setter, and whether AWS documents the actions.
    OfRequest(Vec<String>, bool),
    /// That of a resource, as it is configured.
    OfResource(String),
}

#[derive(Debug, Default)]
struct Table {
    /// All by service and operation: `lambda CreateFunction`.
    roles: HashMap<String, Role>,
    tags: HashMap<String, Tags>,
    kms: HashMap<String, Vec<Kms>>,
    /// Where a request names an instance profile, whose role it passes.
    profiles: HashMap<String, (Vec<String>, Given)>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        json::parse(COMPANIONS).map_or_else(|_| Table::default(), |root| read(&root))
    })
}

fn read(root: &json::Value) -> Table {
    let part = |name: &str| root.get(name).map(json::Value::members).unwrap_or_default();
    let text = |value: &json::Value, name: &str| -> String {
        (value.get(name).and_then(json::Value::as_str))
            .unwrap_or_default()
            .to_owned()
    };
    let texts = |value: &json::Value, name: &str| -> Vec<String> {
        (value.get(name).and_then(json::Value::as_array))
            .unwrap_or_default()
            .iter()
            .filter_map(|item| Some(item.as_str()?.to_owned()))
            .collect()
    };
    let path = |text: &str| -> Vec<String> { text.split('.').map(str::to_owned).collect() };
    let given = |field: &str| match (field.strip_suffix('*'), field.strip_suffix('!')) {
        (Some(field), _) => (path(field), Given::Always),
        (_, Some(field)) => (path(field), Given::WithItsStructure),
        (None, None) => (path(field), Given::Sometimes),
    };
    let roles = part("pass_role").iter().map(|(operation, value)| {
        let from = (texts(value, "from").iter())
            .map(|field| given(field))
            .collect();
        let role = Role {
            from,
            to: texts(value, "to"),
            sure: text(value, "sure") != "guess",
        };
        (operation.clone(), role)
    });
    let tags = part("tags").iter().map(|(operation, value)| {
        let tags = Tags {
            action: text(value, "action"),
            from: path(&text(value, "from")),
        };
        (operation.clone(), tags)
    });
    let kms = part("kms").iter().map(|(operation, list)| {
        let uses = (list.as_array().unwrap_or_default().iter())
            .map(|value| Kms {
                actions: texts(value, "actions"),
                key: match value.get("from") {
                    Some(_) => {
                        Key::OfRequest(path(&text(value, "from")), text(value, "sure") == "sure")
                    }
                    None => Key::OfResource(text(value, "of")),
                },
                via: text(value, "via"),
                when: value.get("when").map(|_| text(value, "when")),
            })
            .collect();
        (operation.clone(), uses)
    });
    let profiles = part("instance_profiles")
        .iter()
        .filter_map(|(operation, value)| Some((operation.clone(), given(value.as_str()?))));
    Table {
        profiles: profiles.collect(),
        roles: roles.collect(),
        tags: tags.collect(),
        kms: kms.collect(),
    }
}

/// Adds what the table has for a call.
pub(super) fn add(call: &SdkCall, needs: &mut Needs) {
    let operation = format!("{} {}", call.op.service.prefix, call.op.operation.name);
    let table = table();
    if let Some(role) = table.roles.get(&operation) {
        pass_role(call, &role.from, &role.to, role.sure, needs);
    }
    if let Some(other) = call.op.other {
        add_more(call, other, needs);
    }
    attribute_roles(call, needs);
    // What Rekognition creates has names of its own.
    if let Some(tags) = table.tags.get(&operation)
        && call.op.service.prefix != "rekognition"
    {
        add_tags(call, &tags.action, &tags.from, needs);
    }
    // An object that a service reads for the caller is read as the caller would read it: `detect_labels` on an image in S3.
    let reads = |grant: &Grant| {
        (grant.service, grant.action) == ("s3", "GetObject") && call.op.service.prefix != "s3"
    };
    let through = match needs.grants.iter().any(reads) {
        true => table.kms.get("s3 GetObject"),
        false => None,
    };
    let own = table.kms.get(&operation);
    for uses in own.into_iter().chain(through).flatten() {
        if (uses.when.as_ref()).is_none_or(|when| call.sets(when) || call.open) {
            add_kms(call, uses, needs);
        }
    }
}

/// What the setters along a path were given, and whether something on the way is not seen.
fn values(call: &SdkCall, path: &[String]) -> (Vec<Value>, bool) {
    let names: Vec<&str> = path.iter().map(String::as_str).collect();
    values_at(call, &names)
}

/// The same for a path that is written in the code.
pub(super) fn values_at(call: &SdkCall, names: &[&str]) -> (Vec<Value>, bool) {
    let unseen = (1..names.len()).any(|length| {
        let before = names.get(..length).unwrap_or_default();
        (at(call, before).iter()).any(|value| !matches!(value, Value::Built(_)))
    });
    (at(call, names), unseen)
}

/// What an operation of a service without a module needs for some requests.
fn add_more(call: &SdkCall, entry: &'static clients::Entry, needs: &mut Needs) {
    let mut open = Vec::new();
    for more in &entry.more {
        let has = |needs: &Needs| (needs.grants.iter()).any(|grant| grant.action == more.action);
        match (more.action, more.when.first()) {
            ("PassRole", Some(_)) => {
                pass_role(call, &more.when, &more.to, true, needs);
                // In addition to a role in a structure there is one that the request does not have: that of a task, of an instance.
                if more.when.iter().all(|(path, _)| path.len() > 1) && !has(needs) {
                    open.push(more);
                }
            }
            (action, Some((from, _))) => add_tags(call, action, from, needs),
            ("PassRole", None) if instance_profile(call, &more.to, needs) => {}
            (_, None) => open.push(more),
        }
    }
    if open.is_empty() {
        return;
    }
    let names: Vec<String> = (open.iter())
        .map(|more| format!("`{}:{}`", more.service, more.action))
        .collect();
    let operation = call.op.operation.name;
    for more in &open {
        needs.may_use(&format!("{}:{}", more.service, more.action));
    }
    needs.hints.push(format!(
        "some requests of `{}:{operation}` also need {}; AWS does not document which",
        call.op.service.prefix,
        names.join(", ")
    ));
}

/// The role that a request passes to a service.
fn pass_role(
    call: &SdkCall,
    from: &[(Vec<String>, Given)],
    to: &'static [String],
    sure: bool,
    needs: &mut Needs,
) {
    let operation = call.op.operation.name;
    let mut resources = Vec::new();
    let mut unseen = false;
    for (path, when) in from {
        let field = path.last().map(String::as_str).unwrap_or_default();
        let (given, open) = values(call, path);
        let is_there = match when {
            Given::Always => true,
            Given::WithItsStructure => open,
            Given::Sometimes => false,
        };
        unseen |= open && !is_there;
        if is_there && (open || given.is_empty()) {
            // It is not optional; the chain goes on where it is not followed.
            resources.push(open_arn(&Value::Unknown, field));
        }
        resources.extend(roles(&given, field));
    }
    if unseen {
        // In addition to the roles that are seen, there may be others.
        let a = if resources.is_empty() { "a" } else { "another" };
        needs.unsure_of(
            &["iam:PassRole"],
            format!(
                "whether `{operation}` passes {a} role is not seen; if it does, it needs `iam:PassRole` on that role"
            ),
        );
    } else if call.open {
        needs.may_use("iam:PassRole");
    }
    if resources.is_empty() {
        return;
    }
    if !sure {
        needs.unsure_of(
            &["iam:PassRole"],
            format!(
                "AWS does not document whether `{operation}` needs `iam:PassRole` on the role that it is given"
            ),
        );
        return;
    }
    let purpose = match call.sets("notification_channel") && !call.sets("role_arn") {
        true => "for its `NotificationChannel`",
        false => "for its role",
    };
    add_role(needs, resources, to, purpose);
}

/// The role in an instance profile, which a request names only by the profile. Returns whether it is known what the call needs.
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/permission-to-pass-iam-roles.html>
fn instance_profile(call: &SdkCall, to: &'static [String], needs: &mut Needs) -> bool {
    let operation = call.op.operation.name;
    let key = format!("{} {operation}", call.op.service.prefix);
    let Some((path, when)) = table().profiles.get(&key) else {
        return false;
    };
    let (given, unseen) = values(call, path);
    if given.is_empty() && *when != Given::Always {
        needs.may_use("iam:PassRole");
        // A launch template may have a profile too.
        return !unseen && !call.open && !call.sets("launch_template");
    }
    let role = of_name("iam", "role", &[Value::Unknown], "instance_role");
    add_role(needs, role, to, "for the role in its instance profile");
    needs.hints.push(format!(
        "`{operation}` passes the role in its instance profile, which the request does not name: give the role of the profile"
    ));
    true
}

/// Roles by ARN or by name.
fn roles(given: &[Value], field: &str) -> Vec<Resource> {
    (given.iter())
        .flat_map(|value| {
            let is_arn = pieces(value).is_some_and(|text| text.starts_with("arn:"));
            let by_name = field == "role_name"
                || matches!(value, Value::Text(_) | Value::Pieces(_)) && !is_arn;
            match by_name {
                true => of_name("iam", "role", std::slice::from_ref(value), "role_name"),
                false => of_arns("iam", &["role"], std::slice::from_ref(value), field),
            }
        })
        .collect()
}

fn add_role(
    needs: &mut Needs,
    resources: Vec<Resource>,
    to: &'static [String],
    purpose: &'static str,
) {
    if let Some(grant) = needs.add_for("iam", "PassRole", resources, Some(purpose)) {
        grant.passed_to = to.iter().map(String::as_str).collect();
    }
}

/// Roles among the attributes of SNS: `.attributes("LambdaSuccessFeedbackRoleArn", role)`, and `.attribute_name(..)` with
/// `.attribute_value(role)`. <https://docs.aws.amazon.com/sns/latest/dg/sns-topic-attributes.html>
fn attribute_roles(call: &SdkCall, needs: &mut Needs) {
    static TO: OnceLock<Vec<String>> = OnceLock::new();
    if call.op.service.prefix != "sns" {
        return;
    }
    let is_role = |name: &str| name.ends_with("RoleArn") || name == "DeliveryStatusIAMRole";
    let mut given: Vec<Value> = (call.fields.iter())
        .filter(|(field, _)| field.strip_prefix("attributes:").is_some_and(is_role))
        .flat_map(|(_, value)| value.alternatives().to_vec())
        .collect();
    let names = at(call, &["attribute_name"]);
    // Which attributes there are is not seen.
    let unseen = call.sets("attributes")
        && !(call.fields.iter()).any(|(field, _)| field.starts_with("attributes:"))
        || (names.iter()).any(|name| !matches!(name, Value::Text(_)));
    if unseen && also::may_need(call, "iam:PassRole") {
        needs.unsure.push(format!(
            "whether an attribute of `{}` is a role is not seen; if one is, it needs `iam:PassRole` on that role",
            call.op.operation.name
        ));
    }
    if (names.iter()).any(|name| matches!(name, Value::Text(name) if is_role(name))) {
        given.extend(at(call, &["attribute_value"]));
    }
    if given.is_empty() {
        return;
    }
    let resources = roles(&given, "role_arn");
    let to = TO.get_or_init(|| vec!["sns.amazonaws.com".to_owned()]);
    add_role(needs, resources, to, "for the role in its attributes");
}

/// Tags on what the call creates.
fn add_tags(call: &SdkCall, action: &str, from: &[String], needs: &mut Needs) {
    let (given, unseen) = values(call, from);
    let operation = call.op.operation.name;
    let service = call.op.service;
    let whole = format!("{}:{action}", service.prefix);
    if given.is_empty() {
        // An empty list sets nothing; `.set_tags(None)` is no setter.
        if unseen {
            let text = format!(
                "whether `{operation}` gives tags is not seen; if it does, it needs `{whole}`"
            );
            needs.unsure_of(&[&whole], text);
        } else if call.open {
            needs.may_use(&whole);
        }
        return;
    }
    let Some(action) = service.action(action) else {
        return;
    };
    // The types that the operation itself is about, with the names that it gives.
    let own: Vec<&str> = (service.action(operation).into_iter())
        .flat_map(|own| own.resources_of(service).map(|(_, kind)| kind.name))
        .collect();
    let kinds: Vec<&'static ResourceType> = (action.resources_of(service))
        .map(|(_, kind)| kind)
        .collect();
    let (mut candidates, rest): (Vec<_>, Vec<_>) =
        (kinds.into_iter()).partition(|kind| own.contains(&kind.name));
    if candidates.is_empty() {
        candidates = rest;
    }
    let mut resources: Vec<Resource> = (candidates.iter())
        .flat_map(|kind| {
            let own_action = if own.contains(&kind.name) {
                operation
            } else {
                action.name
            };
            let rule = setters::of(call.op, own_action, service, kind);
            shown_in(call, service, kind, &rule)
        })
        .collect();
    if resources.is_empty() {
        let created = created(operation, &candidates);
        resources = match (created, candidates.is_empty()) {
            (Some(kind), _) => all_open(service, kind),
            (None, true) => vec![Resource::Any],
            (None, false) => {
                let text =
                    format!("what `{operation}` tags is not seen; it needs `{whole}` on that");
                needs.unsure_of(&[&whole], text);
                return;
            }
        };
    }
    needs.add_for(service.prefix, action.name, resources, Some("for its tags"));
}

/// The type of what an operation creates: `CreateKey` a key.
fn created(operation: &str, kinds: &[&'static ResourceType]) -> Option<&'static ResourceType> {
    let plain = |text: &str| -> String {
        text.chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_lowercase()
    };
    let operation = plain(operation);
    (kinds.iter().copied())
        .filter(|kind| operation.contains(&plain(kind.name)))
        .max_by_key(|kind| kind.name.len())
        .or(match kinds {
            [only] => Some(only),
            _ => None,
        })
}

/// What a call uses of KMS.
fn add_kms(call: &SdkCall, uses: &'static Kms, needs: &mut Needs) {
    let operation = call.op.operation.name;
    needs
        .perhaps
        .extend(uses.actions.iter().map(|action| Perhaps {
            action: format!("kms:{action}"),
            via: Some(&uses.via),
        }));
    match &uses.key {
        Key::OfRequest(path, sure) => {
            let (given, _) = values(call, path);
            if given.is_empty() {
                return;
            }
            let keys = of_name("kms", "key", &given, "key_id");
            if !sure {
                needs.hints.push(hint(
                    &format!("`{operation}` is given a KMS key, and AWS does not list the actions; it is likely to need"),
                    uses,
                    &keys,
                ));
                return;
            }
            for action in &uses.actions {
                if let Some(grant) = needs.add_for("kms", action, keys.clone(), Some("for its key"))
                {
                    grant.via = Some(&uses.via);
                }
            }
        }
        // With a key in the request the grant is there already.
        Key::OfResource(_) if call.sets("ssekms_key_id") => {}
        Key::OfResource(of) => needs.hints.push(hint(
            &format!("if a customer managed KMS key encrypts the {of}, the caller also needs"),
            uses,
            &[],
        )),
    }
}

/// A hint with a statement to copy, for the keys that the request names.
fn hint(when: &str, uses: &Kms, keys: &[Resource]) -> String {
    let known: Option<Vec<String>> = keys.iter().map(written).collect();
    let keys = match known {
        Some(known) if !known.is_empty() => known.join(", "),
        _ => "kms::key(region, account, key_id)".to_owned(),
    };
    let actions = |before: &str, after: &str, between: &str| {
        let actions: Vec<String> = (uses.actions.iter())
            .map(|action| format!("{before}{action}{after}"))
            .collect();
        actions.join(between)
    };
    format!(
        "{when} {} on the key: `allow({}).on({keys}).when(kms::ViaService.string_like(\"{}.*.amazonaws.com\"))`",
        actions("`kms:", "`", " and "),
        actions("kms::", "", ", "),
        uses.via
    )
}

/// A resource as it is written in a policy, when all of it is known.
fn written(resource: &Resource) -> Option<String> {
    match resource {
        Resource::Built {
            service,
            format,
            partition,
            args,
        } if partition == "aws" => {
            let args: Option<Vec<String>> = (args.iter())
                .map(|arg| match arg {
                    Arg::Text(text) => Some(format!("{text:?}")),
                    Arg::Open { .. } => None,
                })
                .collect();
            let (_, kind) = (catalogue::service(service)?.resources.iter())
                .flat_map(|kind| kind.formats.iter().map(move |format| (format, kind)))
                .find(|(known, _)| known.text == format.0.text)?;
            Some(format!(
                "{service}::{}({})",
                kind_name(kind),
                args?.join(", ")
            ))
        }
        Resource::Built { .. } | Resource::Open(_) | Resource::Any => None,
        Resource::Text(text) => Some(format!("{text:?}")),
    }
}

/// The operations that the table has an entry for, for the test that compares it with the catalogue.
#[cfg(test)]
pub(super) fn operations() -> Vec<(&'static str, &'static str)> {
    let table = table();
    (table.roles.keys())
        .chain(table.tags.keys())
        .chain(table.kms.keys())
        .filter_map(|operation| operation.split_once(' '))
        .collect()
}

/// The actions that the table names, with their services.
#[cfg(test)]
pub(super) fn actions() -> Vec<(String, String)> {
    let table = table();
    let tags = (table.tags.iter()).filter_map(|(operation, tags)| {
        let (service, _) = operation.split_once(' ')?;
        Some((service.to_owned(), tags.action.clone()))
    });
    let kms = (table.kms.values().flatten())
        .flat_map(|uses| uses.actions.iter())
        .map(|action| ("kms".to_owned(), action.clone()));
    let iam = [("iam".to_owned(), "PassRole".to_owned())];
    tags.chain(kms).chain(iam).collect()
}
