//! Calls as CloudTrail records them: an operation and the members of its request, as JSON.
//!
//! CloudTrail writes the API's names of members with a small first letter: `s3Object`, `collectionId`. See
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use rekognition_iam_runtime::catalogue::{self, ArnField, Piece};

use super::{call, members, operation, required};
use crate::derive::call::How;
use crate::derive::clients;
use crate::derive::needs::{self, Arg, Grant, Resource};
use crate::derive::sdk::{Op, Sdk};
use crate::derive::spelling::snake;
use crate::derive::value::{Built, Value};
use crate::export::json;

/// Finds the operations that records name.
///
/// ```
/// use rekognition_iam_codegen::derive::{Place, Recorded};
///
/// let rekognition = Recorded::of_service("rekognition");
/// let operation = rekognition.operation("ListFaces").ok_or("not an operation")?;
/// let place = Place { partition: "aws", region: "eu-west-1", account: "123456789012" };
/// let needs = operation.needs(r#"{"collectionId":"staff"}"#, place).ok_or("not JSON")?;
/// assert_eq!(needs[0].action, "rekognition:ListFaces");
/// let staff = "arn:aws:rekognition:eu-west-1:123456789012:collection/staff";
/// assert_eq!(needs[0].resources, [Some(staff.to_owned())]);
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug)]
pub struct Recorded {
    operations: HashMap<&'static str, Op>,
}

/// Where a call was made.
#[derive(Debug, Clone, Copy)]
pub struct Place<'r> {
    /// The partition: `aws`.
    pub partition: &'r str,
    /// The region of the endpoint.
    pub region: &'r str,
    /// The account that owns what the request names without an account.
    pub account: &'r str,
}

/// An operation of a record.
#[derive(Debug, Clone, Copy)]
pub struct RecordedOperation {
    op: Op,
}

/// An action that a recorded call needs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedNeed {
    /// `rekognition:IndexFaces`
    pub action: String,
    /// The ARNs, as they are; `None` for one that the request does not say in full.
    pub resources: Vec<Option<String>>,
    /// The resources as a policy names them, no wider than the request: with `*` for what AWS adds to a name.
    pub patterns: Vec<Option<String>>,
    /// The services that a role is passed to.
    pub passed_to: Vec<&'static str>,
    /// Whether IAM checks it as a part of the call, and not of another call, which has a record of its own.
    pub in_call: bool,
    /// What of the call needs it, when it is not the call itself.
    pub purpose: Option<&'static str>,
    /// Whether the resources may have a path that the request does not show: `role/team/app` is the role `app` too. See
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html>.
    pub any_path: bool,
}

impl Recorded {
    /// The operations of the service with this prefix of actions.
    #[must_use]
    pub fn of_service(prefix: &str) -> Self {
        let sdk = Sdk::new(clients::crates_of(prefix));
        let mut operations = HashMap::new();
        if let Some(service) = catalogue::service(prefix) {
            for known in service.operations {
                if let Some(op) = operation::of(&sdk, service, known) {
                    operations.insert(known.name, op);
                }
            }
        }
        // Of a service without a module; its operations are those of one client or several.
        for client in sdk.all() {
            for op in sdk.operations(client) {
                if op.other.is_some() && op.service.prefix == prefix {
                    let known = operations.entry(op.operation.name).or_insert(op);
                    let size = |op: &Op| op.other.map_or(0, clients::Entry::size);
                    if (size(&op), known.client) > (size(known), op.client) {
                        *known = op;
                    }
                }
            }
        }
        Self { operations }
    }

    /// The operation of this name.
    #[must_use]
    pub fn operation(&self, name: &str) -> Option<RecordedOperation> {
        (self.operations.get(name)).map(|&op| RecordedOperation { op })
    }

    /// The setter of a member: `sNSTopicArn` is the API's `SNSTopicArn`, and that is `sns_topic_arn`.
    #[must_use]
    pub fn setter(member: &str) -> String {
        let mut chars = member.chars();
        match chars.next() {
            Some(first) => snake(&format!("{}{}", first.to_uppercase(), chars.as_str())),
            None => String::new(),
        }
    }

    /// The operations, in no order.
    pub fn operations(&self) -> impl Iterator<Item = RecordedOperation> + '_ {
        self.operations.values().map(|&op| RecordedOperation { op })
    }
}

impl RecordedOperation {
    /// The name: `IndexFaces`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.op.operation.name
    }

    /// Whether the member of this setter is an image or video, which says nothing of what IAM checks as a part of the call.
    #[must_use]
    pub fn is_image(&self, setter: &str) -> bool {
        self.op.service.prefix == "rekognition" && needs::is_image(setter)
    }

    /// Whether each request has some member.
    #[must_use]
    pub fn has_required(&self) -> bool {
        !required(self.op).is_empty()
    }

    /// What a call needs whose request has these members, an object in JSON. `None` when it is not one.
    #[must_use]
    pub fn needs(&self, parameters: &str, place: Place<'_>) -> Option<Vec<RecordedNeed>> {
        let fields = match json::parse(parameters).ok()? {
            json::Value::Object(fields) => fields,
            json::Value::Array(_) | json::Value::String(_) | json::Value::Other => return None,
        };
        let mut members = BTreeSet::new();
        names(&fields, &mut members);
        let mut given: Vec<(String, Value)> = (fields.iter())
            .map(|(name, value)| (Recorded::setter(name), of_json(name, value)))
            .collect();
        if self.op.service.prefix == "ec2" {
            add_lists(&fields, &mut given);
        }
        Some(self.of(given, &members, place))
    }

    /// What a call needs with these members, and `names` for all of them, also those within others.
    fn of(
        &self,
        fields: Vec<(String, Value)>,
        names: &BTreeSet<String>,
        place: Place<'_>,
    ) -> Vec<RecordedNeed> {
        let call = call(self.op, How::Method, fields);
        let found = needs::of(&call);
        (found.grants.into_iter())
            .map(|grant| (needs::may_have_more(&call, &grant, names), grant))
            .map(|(more, grant)| RecordedNeed {
                any_path: needs::any_path(&call, &grant),
                in_call: grant.service == self.op.service.prefix
                    || (grant.service, grant.action) == ("iam", "PassRole"),
                action: format!("{}:{}", grant.service, grant.action),
                resources: known(&grant, more)
                    .map(|resource| text(&needs::in_request(&grant, resource), place, &literal))
                    .chain(more.then_some(None))
                    .collect(),
                patterns: known(&grant, more)
                    .map(|resource| text(resource, place, &|text| Some(text.to_owned())))
                    .chain(more.then_some(None))
                    .collect(),
                passed_to: grant.passed_to,
                purpose: grant.purpose,
            })
            .collect()
    }

    /// Whether a member of this setter may name a resource, so that requests with it may ask about more than others.
    #[must_use]
    pub fn may_name(&self, setter: &str) -> bool {
        needs::may_name(self.op, setter)
    }

    /// The setters of the members with a text, number, or Boolean that say what IAM checks as a part of the call. Requests that
    /// differ only in other such members, and in [images](Self::is_image), have the same [needs](Self::needs) in the call.
    #[must_use]
    pub fn decisive(&self) -> BTreeSet<String> {
        let all = members::of_operation(self.op);
        let place = Place {
            partition: "aws",
            region: "eu-west-1",
            account: "123456789012",
        };
        let in_call = |fields: Vec<(String, Value)>| -> Vec<RecordedNeed> {
            let mut needs = self.of(fields, &BTreeSet::new(), place);
            needs.retain(|need| need.in_call);
            needs
        };
        // Next to which other members, and as what, a member is tried.
        let named = |names: &mut dyn Iterator<Item = &String>| -> Vec<(String, Value)> {
            names
                .map(|name| (name.clone(), Value::text("sample")))
                .collect()
        };
        let around = [
            required(self.op),
            named(&mut all.iter().map(|(name, _)| name)),
            named(
                &mut (all.iter())
                    .filter(|(_, required)| *required)
                    .map(|(name, _)| name),
            ),
        ];
        let mut tried = vec![
            Value::text("other"),
            Value::text("arn:aws:iam::123456789012:role/other"),
            Value::Unknown,
        ];
        tried.extend(
            (self.op.operation.authorizes.iter())
                .filter_map(|known| {
                    let service = catalogue::service(known.service)?;
                    Some((service, service.action(known.name)?))
                })
                .flat_map(|(service, action)| action.resources_of(service))
                .flat_map(|(_, kind)| kind.formats)
                .map(|format| Value::text(sample(format))),
        );
        // Services without a module have the roles and tags of their requests in another list than the members.
        let more = (self.op.other.iter())
            .flat_map(|other| &other.more)
            .flat_map(|more| &more.when)
            .filter_map(|(path, _)| path.first().cloned());
        (all.iter().map(|(name, _)| name.clone()))
            .filter(|name| {
                around.iter().any(|fields| {
                    let mut fields = fields.clone();
                    fields.retain(|(field, _)| field != name);
                    let without = in_call(fields.clone());
                    tried.iter().any(|value| {
                        let mut fields = fields.clone();
                        fields.push((name.clone(), value.clone()));
                        in_call(fields) != without
                    })
                })
            })
            .chain(more)
            .collect()
    }
}

/// An ARN of a format.
fn sample(format: &catalogue::ArnFormat) -> String {
    let field = |field: ArnField<'_>, text: &str| match field {
        ArnField::Empty => String::new(),
        ArnField::Fixed(fixed) => fixed.to_owned(),
        ArnField::Variable | ArnField::Any => text.to_owned(),
    };
    let mut out = format!(
        "arn:aws:{}:{}:{}:",
        format.service,
        field(format.region, "eu-west-1"),
        field(format.account, "123456789012")
    );
    for piece in format.resource {
        out.push_str(match piece {
            Piece::Literal(text) => text,
            Piece::Variable(_) => "1",
        });
    }
    out
}

/// The resources of a grant without the `*` of a request that names none, when it may name some.
fn known(grant: &Grant, more: bool) -> impl Iterator<Item = &Resource> {
    (grant.resources.iter()).filter(move |resource| !(more && **resource == Resource::Any))
}

/// Adds the lists of EC2, which records have in another form than requests: `"instancesSet": {"items": [{"instanceId": ..}]}` is
/// `instance_ids`, and `resourcesSet` is `resources`. See
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html>.
fn add_lists(fields: &[(String, json::Value)], given: &mut Vec<(String, Value)>) {
    for (name, value) in fields {
        let Some(list) = name.strip_suffix("Set") else {
            continue;
        };
        let items = value.get("items").and_then(json::Value::as_array);
        let mut found: Vec<(String, Vec<Value>)> = Vec::new();
        for (member, value) in items.into_iter().flatten().flat_map(json::Value::members) {
            if !member.ends_with("Id") || value.as_str().is_none() {
                continue;
            }
            let setter = Recorded::setter(member);
            let list = Recorded::setter(list);
            for name in [format!("{setter}s"), setter, format!("{list}s"), list] {
                match found.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, values)) => values.push(of_json(member, value)),
                    None => found.push((name, vec![of_json(member, value)])),
                }
            }
        }
        for (name, values) in found {
            if !given.iter().any(|(known, _)| *known == name) {
                given.push((name, Value::any(values)));
            }
        }
    }
}

/// The names of members that say something, also of those within others.
fn names(fields: &[(String, json::Value)], found: &mut BTreeSet<String>) {
    for (name, value) in fields {
        // Tags name no resources, and their keys are called `key`, as other things are.
        let setter = Recorded::setter(name);
        if (setter.split('_')).any(|word| matches!(word, "tag" | "tags" | "tagging")) {
            continue;
        }
        let says_something = match value {
            json::Value::Object(inner) => {
                names(inner, found);
                !inner.is_empty()
            }
            json::Value::Array(items) => {
                for item in items {
                    names(item.members(), found);
                }
                !items.is_empty()
            }
            json::Value::String(text) => !text.is_empty(),
            json::Value::Other => false,
        };
        if says_something {
            found.insert(setter);
        }
    }
}

/// What CloudTrail writes instead of a text that it does not show.
const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

fn of_json(name: &str, value: &json::Value) -> Value {
    match value {
        json::Value::Object(members) => Value::Built(Arc::new(Built {
            name: match name {
                "s3Object" => "S3Object".into(),
                name => name.into(),
            },
            fields: (members.iter())
                .map(|(name, value)| (Recorded::setter(name).into(), of_json(name, value)))
                .collect(),
        })),
        json::Value::Array(items) if items.is_empty() => Value::nothing(),
        json::Value::Array(items) => Value::any(items.iter().map(|item| of_json(name, item))),
        json::Value::String(text) if text == HIDDEN => Value::Unknown,
        json::Value::String(text) => Value::text(text.as_str()),
        // A number or Boolean, which names no resource.
        json::Value::Other => Value::text("1"),
    }
}

/// The ARN of a resource, when all of it is known; `of` reads what is written as in a policy.
fn text(
    resource: &Resource,
    place: Place<'_>,
    of: &dyn Fn(&str) -> Option<String>,
) -> Option<String> {
    let arg = |arg: &Arg| match arg {
        Arg::Text(text) => of(text),
        // Not of the form that AWS documents for such a name; the request had it all the same.
        Arg::Open {
            like: Some(like), ..
        } => Some(like.clone()),
        Arg::Open { .. } => None,
    };
    match resource {
        Resource::Any => Some("*".to_owned()),
        Resource::Text(text) => Some(text.clone()),
        Resource::Open(open) => arg(open).filter(|text| text.starts_with("arn:")),
        Resource::Built {
            format,
            partition,
            args,
            ..
        } => {
            let mut args = args.iter();
            let mut field = |field: ArnField<'_>, of_call: &str| match field {
                ArnField::Empty | ArnField::Any => Some(String::new()),
                ArnField::Fixed(fixed) => Some(fixed.to_owned()),
                ArnField::Variable => {
                    let given = args.next()?;
                    arg(given).or_else(|| (!of_call.is_empty()).then(|| of_call.to_owned()))
                }
            };
            let region = field(format.0.region, place.region)?;
            let account = field(format.0.account, place.account)?;
            let partition = match partition.as_str() {
                "aws" => place.partition,
                named => named,
            };
            let mut out = format!("arn:{partition}:{}:{region}:{account}:", format.0.service);
            for piece in format.0.resource {
                match piece {
                    Piece::Literal(text) => out.push_str(text),
                    // A name with a slash where names have none is another way to name it, such as the alias of a KMS key.
                    Piece::Variable(variable) => {
                        let given = args.next()?;
                        if !variable.slashes
                            && matches!(given, Arg::Open { like: Some(like), .. } if like.contains('/'))
                        {
                            return None;
                        }
                        out.push_str(&arg(given)?);
                    }
                }
            }
            Some(out)
        }
    }
}

/// The text that an escaped text of a policy represents. `None` if it has a wildcard, which represents what a request does not say.
fn literal(text: &str) -> Option<String> {
    let plain = (text.replace("${*}", "\u{1}"))
        .replace("${?}", "\u{2}")
        .replace("${$}", "\u{3}");
    if plain.contains(['*', '?']) {
        return None;
    }
    Some(
        plain
            .replace('\u{1}', "*")
            .replace('\u{2}', "?")
            .replace('\u{3}', "$"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place<'_> = Place {
        partition: "aws",
        region: "eu-west-1",
        account: "123456789012",
    };

    fn needs(service: &str, operation: &str, parameters: &str) -> Vec<RecordedNeed> {
        let recorded = Recorded::of_service(service);
        let operation = recorded.operation(operation).unwrap();
        operation.needs(parameters, PLACE).unwrap()
    }

    #[test]
    fn the_names_of_records_are_those_of_setters() {
        for (member, setter) in [
            ("s3Object", "s3_object"),
            ("sNSTopicArn", "sns_topic_arn"),
            ("collectionId", "collection_id"),
            ("kMSKeyId", "kms_key_id"),
            ("Bucket", "bucket"),
            ("", ""),
        ] {
            assert_eq!(Recorded::setter(member), setter);
        }
    }

    #[test]
    fn a_record_has_its_resources_as_they_are() {
        let of = |parameters| {
            needs("rekognition", "ListFaces", parameters)
                .remove(0)
                .resources
        };
        let staff = "arn:aws:rekognition:eu-west-1:123456789012:collection/staff";
        assert_eq!(of(r#"{"collectionId":"staff"}"#), [Some(staff.to_owned())]);
        assert_eq!(of("{}"), [None]);
        let object = needs("s3", "GetObject", r#"{"bucket":"b","key":"in/*?${a}.jpg"}"#);
        assert_eq!(
            object[0].resources,
            [Some("arn:aws:s3:::b/in/*?${a}.jpg".to_owned())]
        );
        // A moment of creation is in no request.
        let tagged = needs(
            "rekognition",
            "CreateProject",
            r#"{"projectName":"p","tags":{"a":"b"}}"#,
        );
        assert!(
            (tagged.iter())
                .any(|need| need.action == "rekognition:TagResource" && need.resources == [None])
        );
        let recorded = Recorded::of_service("rekognition");
        assert!(recorded.operation("Listfaces").is_none());
        let operation = recorded.operation("ListFaces").unwrap();
        assert!(operation.needs("[]", PLACE).is_none() && operation.needs("{", PLACE).is_none());
    }

    #[test]
    fn a_log_group_is_asked_about_in_another_form_than_it_is_allowed() {
        let group = "arn:aws:logs:eu-west-1:123456789012:log-group:g";
        let of = |operation, parameters| needs("logs", operation, parameters).remove(0);
        let deleted = of("DeleteLogGroup", r#"{"logGroupName":"g"}"#);
        assert_eq!(deleted.resources, [Some(format!("{group}:log-stream:"))]);
        assert_eq!(deleted.patterns, [Some(format!("{group}:*"))]);
        let unknown = of("DeleteLogGroup", "{}");
        assert_eq!(unknown.resources, [None]);
        // Tags are those of the group itself.
        let tagged = of("TagResource", &format!(r#"{{"resourceArn":"{group}"}}"#));
        assert_eq!(tagged.resources, [Some(group.to_owned())]);
        assert_eq!(tagged.patterns, [Some(group.to_owned())]);
    }

    #[test]
    fn what_other_calls_check_is_not_in_the_call() {
        let found = needs(
            "rekognition",
            "StartLabelDetection",
            r#"{"video":{"s3Object":{"bucket":"b","name":"v.mp4"}},"notificationChannel":{"roleArn":"arn:aws:iam::123456789012:role/R"}}"#,
        );
        let shown: Vec<(&str, bool)> = (found.iter())
            .map(|need| (need.action.as_str(), need.in_call))
            .collect();
        assert_eq!(
            shown,
            [
                ("rekognition:StartLabelDetection", true),
                ("s3:GetObject", false),
                ("iam:PassRole", true)
            ]
        );
        assert_eq!(found[2].passed_to, ["rekognition.amazonaws.com"]);
    }

    /// Members that are not decisive decide nothing, next to whatever others: all operations of services with a module, with
    /// values of several forms for all members.
    #[test]
    fn only_decisive_members_decide() {
        let values = [
            Value::text("other-name"),
            Value::text("arn:aws:iam::123456789012:role/R"),
            Value::text("arn:aws:rekognition:eu-west-1:123456789012:collection/c"),
            Value::any([Value::text("a"), Value::text("b")]),
            of_json(
                "x",
                &json::parse(
                    r#"{"s3Object":{"bucket":"b","name":"n","version":"v"},"arn":"arn:aws:s3:::b","roleArn":"arn:aws:iam::1:role/R",
                    "collectionId":"c","faceSearch":{"collectionId":"c"},"s3Bucket":"b","name":"n","key":"k"}"#,
                )
                .unwrap(),
            ),
        ];
        let mut count = 0;
        // The others take long, and have no rules of their own.
        for service in ["rekognition", "s3", "lambda", "kms", "sqs", "iam", "events"] {
            let recorded = Recorded::of_service(service);
            for operation in recorded.operations() {
                let decisive = operation.decisive();
                let all = members::of_operation(operation.op);
                for number in 0..values.len() {
                    let fields: Vec<(String, Value)> = (all.iter().enumerate())
                        .filter(|(at, _)| number < 3 || at % 2 == number % 2)
                        .map(|(at, (name, _))| {
                            (name.clone(), values[(at + number) % values.len()].clone())
                        })
                        .collect();
                    let mut fewer = fields.clone();
                    fewer.retain(|(name, value)| match value {
                        Value::Text(_) => decisive.contains(name),
                        _ => !operation.is_image(name),
                    });
                    let in_call = |fields| {
                        let mut needs = operation.of(fields, &BTreeSet::new(), PLACE);
                        needs.retain(|need| need.in_call);
                        needs
                    };
                    let (with, without) = (in_call(fields), in_call(fewer));
                    assert_eq!(with, without, "{service}:{}", operation.name());
                    count += 1;
                }
            }
        }
        assert!(count > 1000, "{count}");
    }

    #[test]
    fn names_of_members_but_not_of_tags() {
        let text = r#"{"stageName": "a", "tags": [{"key": "b"}], "imageTag": "c", "percentage": "d", "empty": "", "in": [{"groupId": "e"}]}"#;
        let json::Value::Object(fields) = json::parse(text).unwrap() else {
            panic!("an object");
        };
        let mut found = BTreeSet::new();
        names(&fields, &mut found);
        let found: Vec<&str> = found.iter().map(String::as_str).collect();
        assert_eq!(found, ["group_id", "in", "percentage", "stage_name"]);
    }
}
