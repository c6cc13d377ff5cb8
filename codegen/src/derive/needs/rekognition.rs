//! What operations of Rekognition need, where their setters do not have the names of the catalogue's variables, and
//! what they need of other services.

use rekognition_iam_runtime::catalogue;

use super::arn::{arg, built, format, from_arn, of_arns, of_name, open_arn, pieces, unknown};
use super::resource::at;
use super::{Arg, Needs, Resource};
use crate::derive::call::SdkCall;
use crate::derive::value::{Origin, Value};

/// The resources of an action of Rekognition; `None` where the general rule says it.
pub(super) fn resources(call: &SdkCall, action: &str, needs: &mut Needs) -> Option<Vec<Resource>> {
    if call.op.service.prefix != "rekognition" {
        return None;
    }
    let arns = |path: &[&str], kind: &str| {
        let values = at(call, path);
        let name = path.last().copied().unwrap_or_default();
        of_arns("rekognition", &[kind], &values, name)
    };
    Some(match action {
        // IAM looks at the model that is copied and at the project it is copied to.
        "CopyProjectVersion" => {
            let mut found = arns(&["source_project_version_arn"], "projectversion");
            if found.is_empty() {
                found.push(open_arn(&Value::Unknown, "source_project_version_arn"));
            }
            found.extend(destination(call));
            found
        }
        "CreateProjectVersion" if call.op.operation.name == "CopyProjectVersion" => {
            destination(call)
        }
        "CreateStreamProcessor" => {
            let collections = at(call, &["settings", "face_search", "collection_id"]);
            if !collections.is_empty() {
                return Some(of_name(
                    "rekognition",
                    "collection",
                    &collections,
                    "collection_id",
                ));
            }
            let settings = at(call, &["settings"]);
            let label_detection = !at(call, &["settings", "connected_home"]).is_empty();
            if label_detection
                && settings
                    .iter()
                    .all(|value| matches!(value, Value::Built(_)))
            {
                // Only the search for faces has a collection; what a processor without one is checked against is not
                // documented.
                needs.unsure.push(
                    "which resource a stream processor that detects labels is checked against is not documented by AWS; \
                     the policy has `*`"
                        .to_owned(),
                );
                return Some(vec![Resource::Any]);
            }
            return None;
        }
        "DistributeDatasetEntries" => {
            let found = arns(&["datasets", "arn"], "dataset");
            if found.is_empty() {
                return None;
            }
            found
        }
        "StartMediaAnalysisJob" => {
            let path = [
                "operations_config",
                "detect_moderation_labels",
                "project_version",
            ];
            let found = arns(&path, "projectversion");
            if found.is_empty() {
                vec![Resource::Any]
            } else {
                found
            }
        }
        "ListTagsForResource" | "TagResource" | "UntagResource"
            if call.op.operation.name == action =>
        {
            let all = [
                "collection",
                "dataset",
                "project",
                "projectversion",
                "streamprocessor",
            ];
            let values = at(call, &["resource_arn"]);
            if values.is_empty() {
                vec![open_arn(&Value::Unknown, "resource_arn")]
            } else {
                of_arns("rekognition", &all, &values, "resource_arn")
            }
        }
        _ => return None,
    })
}

fn destination(call: &SdkCall) -> Vec<Resource> {
    let values = at(call, &["destination_project_arn"]);
    if values.is_empty() {
        return vec![open_arn(&Value::Unknown, "destination_project_arn")];
    }
    of_arns(
        "rekognition",
        &["project"],
        &values,
        "destination_project_arn",
    )
}

/// What the call needs in addition to its own action.
pub(super) fn companions(call: &SdkCall, needs: &mut Needs) {
    images(call, needs);
    outputs(call, needs);
    tags(call, needs);
    let operation = call.op.operation.name;
    if operation == "CopyProjectVersion" {
        // The service reference names it for the copy, which is a new version of the destination.
        let resources = destination(call);
        needs.add_for(
            "rekognition",
            "CreateProjectVersion",
            resources,
            Some("for the copy"),
        );
    }
    if operation == "CreateDataset" && call.sets("dataset_source") {
        let sources = at(call, &["dataset_source", "dataset_arn"]);
        let all_built = at(call, &["dataset_source"])
            .iter()
            .all(|value| matches!(value, Value::Built(_)));
        if !sources.is_empty() {
            let resources = of_arns("rekognition", &["dataset"], &sources, "dataset_arn");
            needs.add_for(
                "rekognition",
                "ListDatasetEntries",
                resources,
                Some("for the dataset that is copied"),
            );
        } else if !all_built {
            needs.unsure_of(&["rekognition:ListDatasetEntries"], 
                "whether the source of the dataset is another dataset is not seen; if it is, the call needs \
                 `rekognition:ListDatasetEntries` on that"
                    .to_owned(),
            );
        }
    }
    if call.sets("human_loop_config") {
        let definitions = at(call, &["human_loop_config", "flow_definition_arn"]);
        let resources = if definitions.is_empty() {
            vec![open_arn(&Value::Unknown, "flow_definition_arn")]
        } else {
            of_arns(
                "sagemaker",
                &["flow_definition"],
                &definitions,
                "flow_definition_arn",
            )
        };
        needs.add_for(
            "sagemaker",
            "StartHumanLoop",
            resources,
            Some("for the human review"),
        );
    }
    if call.sets("kms_key_id") {
        if matches!(operation, "CreateProjectVersion" | "CopyProjectVersion") {
            let keys = at(call, &["kms_key_id"]);
            let resources = of_name("kms", "key", &keys, "key_id");
            for action in ["CreateGrant", "Decrypt", "DescribeKey", "GenerateDataKey"] {
                needs.add_for(
                    "kms",
                    action,
                    resources.clone(),
                    Some("for the key of its own"),
                );
            }
        } else if operation != "CreateStreamProcessor" {
            needs.unsure_of(
                &["kms:*"],
                format!("AWS does not document which actions on the KMS key `{operation}` needs"),
            );
        }
    }
}

/// Whether a member of a request is an image or a video: bytes, or an object in S3.
pub(in crate::derive) fn is_image(field: &str) -> bool {
    matches!(field, "image" | "source_image" | "target_image" | "video")
}

/// Objects in S3 that Rekognition reads with the permissions of its caller.
fn images(call: &SdkCall, needs: &mut Needs) {
    let mut objects = Vec::new();
    for (field, value) in &call.fields {
        let holds_objects = is_image(field)
            || matches!(
                field.as_str(),
                "input" | "dataset_source" | "training_data" | "testing_data"
            );
        if !holds_objects || call.op.operation.name == "CreateStreamProcessor" {
            continue;
        }
        for value in value.alternatives() {
            let before = objects.len();
            collect(value, "S3Object", &mut objects);
            if objects.len() > before || !unfollowed(value) {
                continue;
            }
            if field == "video" {
                // Stored videos are in S3, and nowhere else.
                objects.push(Value::Unknown);
            } else {
                needs.unsure_of(&["s3:GetObject","s3:GetObjectVersion"], format!(
                    "what the `{field}` of `{}` is made of is not seen; if it is an object in S3, the call needs \
                     `s3:GetObject` on it",
                    call.op.method
                ));
            }
        }
    }
    if objects.is_empty() {
        return;
    }
    let mut versioned = Vec::new();
    let mut all = Vec::new();
    for object in &objects {
        let resources = s3_objects(object, "bucket", |object| {
            object.field("name").into_iter().cloned().collect()
        });
        if !object.field("version").is_empty() {
            versioned.extend(resources.clone());
        }
        all.extend(resources);
    }
    needs.add_for("s3", "GetObject", all, Some("for its `S3Object`"));
    if !versioned.is_empty() {
        needs.add_for(
            "s3",
            "GetObjectVersion",
            versioned,
            Some("for the version of its `S3Object`"),
        );
    }
}

/// Whether a value may hold an object in S3 that is not seen.
fn unfollowed(value: &Value) -> bool {
    match value {
        // A data type of which everything that was set is known.
        Value::Built(built) => (built.fields.iter()).any(|(name, value)| {
            !matches!(&**name, "bytes") && value.alternatives().iter().any(unfollowed)
        }),
        Value::Text(_) => false,
        _ => true,
    }
}

/// The data types of this name in a value.
fn collect(value: &Value, name: &str, found: &mut Vec<Value>) {
    for value in value.alternatives() {
        if let Value::Built(built) = value {
            if &*built.name == name {
                found.push(value.clone());
            }
            for (_, inner) in &built.fields {
                collect(inner, name, found);
            }
        }
    }
}

/// The objects of S3 in a value that has a bucket and keys.
fn s3_objects(value: &Value, bucket: &str, keys: impl Fn(&Value) -> Vec<Value>) -> Vec<Resource> {
    let Some((service, format)) = format("s3", "object") else {
        return Vec::new();
    };
    let buckets: Vec<Value> = (value.field(bucket).into_iter())
        .flat_map(|value| value.alternatives().to_vec())
        .collect();
    let keys: Vec<Value> = (keys(value).iter())
        .flat_map(|value| value.alternatives().to_vec())
        .collect();
    built(service, format, |variable| {
        let (values, field) = match variable.name {
            "BucketName" => (&buckets, "bucket"),
            _ => (&keys, "key"),
        };
        if values.is_empty() {
            vec![unknown_as(field, unknown(variable))]
        } else {
            (values.iter())
                .map(|value| arg(value, variable, field))
                .collect()
        }
    })
}

fn unknown_as(hint: &str, arg: Arg) -> Arg {
    match arg {
        Arg::Open {
            kind, like, origin, ..
        } => Arg::Open {
            hint: hint.to_owned(),
            kind,
            like,
            origin,
        },
        text => text,
    }
}

/// What Rekognition writes to S3 with the permissions of its caller.
fn outputs(call: &SdkCall, needs: &mut Needs) {
    let operation = call.op.operation.name;
    let path: &[&str] = match operation {
        "CreateProjectVersion" | "CopyProjectVersion" | "StartMediaAnalysisJob" => {
            &["output_config"]
        }
        "CreateFaceLivenessSession" => &["settings", "output_config"],
        _ => return,
    };
    let first = path.first().copied().unwrap_or_default();
    if !call.sets(first) {
        return;
    }
    let configs = at(call, path);
    let mut resources = Vec::new();
    for config in &configs {
        let bucket_known = !config.field("s3_bucket").is_empty();
        let config_known = matches!(config, Value::Built(_));
        if config_known && !bucket_known {
            continue;
        }
        let objects = s3_objects(config, "s3_bucket", |config| {
            let prefixes = config.field("s3_key_prefix");
            if prefixes.is_empty() && config_known {
                return vec![Value::text("")];
            }
            prefixes.into_iter().cloned().collect()
        });
        resources.extend(objects.into_iter().map(below_prefix));
    }
    if resources.is_empty() {
        let seen = (at(call, &[first]).iter()).all(|value| matches!(value, Value::Built(_)));
        if !seen {
            needs.unsure_of(&["s3:PutObject"], format!(
                "where `{operation}` writes is not seen; if it has an output, the call needs `s3:PutObject` there"
            ));
        }
        return;
    }
    needs.add_for("s3", "PutObject", resources, Some("for its output"));
}

/// Everything below a prefix of keys.
fn below_prefix(resource: Resource) -> Resource {
    resource.rebuilt(|format, mut args| {
        match args.last_mut() {
            Some(Arg::Text(prefix)) => prefix.push('*'),
            // An empty prefix is no key.
            Some(Arg::Open {
                like: Some(like), ..
            }) if like.is_empty() => {
                args.pop();
                args.push(Arg::Text("*".to_owned()));
            }
            Some(Arg::Open {
                like: Some(like), ..
            }) => like.push('*'),
            Some(Arg::Open { like: None, .. }) | None => {}
        }
        (format, args)
    })
}

/// Tags on something that the call makes.
fn tags(call: &SdkCall, needs: &mut Needs) {
    let mapped = (call.op.operation.authorizes.iter()).any(|action| action.name == "TagResource");
    let operation = call.op.operation.name;
    if !mapped || operation == "TagResource" || !call.sets("tags") {
        return;
    }
    let project =
        |field: &str| -> Vec<Arg> { (at(call, &[field]).iter()).map(project_name).collect() };
    let resources = match operation {
        "CreateCollection" => of_name(
            "rekognition",
            "collection",
            &at(call, &["collection_id"]),
            "collection_id",
        ),
        "CreateStreamProcessor" => of_name(
            "rekognition",
            "streamprocessor",
            &at(call, &["name"]),
            "name",
        ),
        "CreateProject" => new("project", Vec::new(), call),
        "CreateDataset" => new("dataset", project("project_arn"), call),
        "CreateProjectVersion" => new("projectversion", project("project_arn"), call),
        "CopyProjectVersion" => new("projectversion", project("destination_project_arn"), call),
        _ => Vec::new(),
    };
    if resources.is_empty() {
        needs.unsure_of(&["rekognition:TagResource"], format!(
            "what `{operation}` tags is not seen; the call needs `rekognition:TagResource` on it"
        ));
        return;
    }
    needs.add_for(
        "rekognition",
        "TagResource",
        resources,
        Some("for its tags"),
    );
}

/// The name of a project in its ARN.
fn project_name(value: &Value) -> Arg {
    let open = || Arg::Open {
        hint: "project_name".to_owned(),
        kind: "ProjectName",
        like: None,
        origin: Origin::Nameless,
    };
    let service = catalogue::service("rekognition");
    let known = service.and_then(|service| service.resource_by_ident("project"));
    match (pieces(value), service, known) {
        (Some(text), Some(service), Some((_, format))) => {
            match from_arn(service, &[format], value, &text) {
                Some(Resource::Built { args, .. }) => args.get(2).cloned().unwrap_or_else(open),
                _ => open(),
            }
        }
        _ => open(),
    }
}

/// The resource that a call makes: named by its setters, within a project.
fn new(kind: &str, projects: Vec<Arg>, call: &SdkCall) -> Vec<Resource> {
    let Some((service, format)) = format("rekognition", kind) else {
        return Vec::new();
    };
    built(service, format, |variable| {
        let field = match variable.name {
            "ProjectName" if kind == "project" => "project_name",
            "ProjectName" => {
                return if projects.is_empty() {
                    vec![unknown(variable)]
                } else {
                    projects.clone()
                };
            }
            "VersionName" => "version_name",
            "DatasetType" => "dataset_type",
            // Known only when the thing is there.
            _ => return vec![unknown(variable)],
        };
        let values = at(call, &[field]);
        if values.is_empty() {
            return vec![unknown(variable)];
        }
        (values.iter())
            .map(|value| arg(value, variable, field))
            .collect()
    })
}
