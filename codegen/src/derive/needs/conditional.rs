//! Actions that an operation needs for some requests only, by what the request says.

use rekognition_iam_runtime::catalogue;

use super::arn::{arg, built, field, format, from_arn, of_name, open_arn, pieces, unknown};
use super::companions::values_at;
use super::resource::{at, of_action};
use super::{Grant, Needs, Resource, base as base_action, directory, partiql};
use crate::derive::call::SdkCall;
use crate::derive::value::{Built, Value};

/// Operation of S3, setter, the action that the setter makes necessary, and what for. From the permissions that
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html> lists.
const S3: &[(&str, &str, &str, &str)] = &[
    (
        "GetObject",
        "version_id",
        "GetObjectVersion",
        "for the version",
    ),
    (
        "HeadObject",
        "version_id",
        "GetObjectVersion",
        "for the version",
    ),
    (
        "GetObjectAttributes",
        "version_id",
        "GetObjectVersion",
        "for the version",
    ),
    (
        "GetObjectAcl",
        "version_id",
        "GetObjectVersionAcl",
        "for the version",
    ),
    (
        "GetObjectTagging",
        "version_id",
        "GetObjectVersionTagging",
        "for the version",
    ),
    (
        "PutObjectAcl",
        "version_id",
        "PutObjectVersionAcl",
        "for the version",
    ),
    (
        "PutObjectTagging",
        "version_id",
        "PutObjectVersionTagging",
        "for the version",
    ),
    (
        "DeleteObjectTagging",
        "version_id",
        "DeleteObjectVersionTagging",
        "for the version",
    ),
    (
        "DeleteObject",
        "version_id",
        "DeleteObjectVersion",
        "for the version",
    ),
    (
        "DeleteObject",
        "bypass_governance_retention",
        "BypassGovernanceRetention",
        "for the bypass",
    ),
    (
        "DeleteObjects",
        "bypass_governance_retention",
        "BypassGovernanceRetention",
        "for the bypass",
    ),
    (
        "PutObjectRetention",
        "bypass_governance_retention",
        "BypassGovernanceRetention",
        "for the bypass",
    ),
    ("PutObject", "acl", "PutObjectAcl", "for its ACL"),
    ("PutObject", "tagging", "PutObjectTagging", "for its tags"),
    (
        "PutObject",
        "object_lock_mode",
        "PutObjectRetention",
        "for its retention",
    ),
    (
        "PutObject",
        "object_lock_legal_hold_status",
        "PutObjectLegalHold",
        "for its legal hold",
    ),
    ("CopyObject", "acl", "PutObjectAcl", "for its ACL"),
    ("CopyObject", "tagging", "PutObjectTagging", "for its tags"),
    (
        "CopyObject",
        "object_lock_mode",
        "PutObjectRetention",
        "for its retention",
    ),
    (
        "CopyObject",
        "object_lock_legal_hold_status",
        "PutObjectLegalHold",
        "for its legal hold",
    ),
    (
        "CreateMultipartUpload",
        "acl",
        "PutObjectAcl",
        "for its ACL",
    ),
    (
        "CreateMultipartUpload",
        "tagging",
        "PutObjectTagging",
        "for its tags",
    ),
    (
        "CreateMultipartUpload",
        "object_lock_mode",
        "PutObjectRetention",
        "for its retention",
    ),
    (
        "CreateMultipartUpload",
        "object_lock_legal_hold_status",
        "PutObjectLegalHold",
        "for its legal hold",
    ),
    ("CreateBucket", "acl", "PutBucketAcl", "for its ACL"),
    (
        "CreateBucket",
        "object_lock_enabled_for_bucket",
        "PutBucketObjectLockConfiguration",
        "for its object lock",
    ),
    (
        "CreateBucket",
        "object_ownership",
        "PutBucketOwnershipControls",
        "for its ownership",
    ),
];

/// The setters of an ACL in parts.
const S3_GRANTS: [&str; 5] = [
    "grant_full_control",
    "grant_read",
    "grant_read_acp",
    "grant_write",
    "grant_write_acp",
];

/// Whether AWS checks no permission for a call. From the pages of the operations in
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html>
pub(super) fn needs_nothing(call: &SdkCall) -> bool {
    call.op.service.prefix == "sts"
        && matches!(
            call.op.operation.name,
            "AssumeRoleWithSAML"
                | "AssumeRoleWithWebIdentity"
                | "GetCallerIdentity"
                | "GetSessionToken"
        )
}

/// Whether the actions of an operation are known that the catalogue has none for.
pub(super) fn knows(call: &SdkCall) -> bool {
    is_partiql(call) || call.op.service.prefix == "s3" && call.op.operation.name == "CreateSession"
}

fn is_partiql(call: &SdkCall) -> bool {
    call.op.service.prefix == "dynamodb"
        && matches!(
            call.op.operation.name,
            "BatchExecuteStatement" | "ExecuteStatement" | "ExecuteTransaction"
        )
}

/// The actions of operations that are checked for what is in the request, not for the operation.
pub(super) fn base(call: &SdkCall, needs: &mut Needs) -> bool {
    if is_partiql(call) {
        partiql::add(call, needs);
        return true;
    }
    match (call.op.service.prefix, call.op.operation.name) {
        ("dynamodb", "TransactWriteItems") => transaction(call, needs),
        // In place of `s3:GetObject`: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
        ("s3", "GetObject") if call.always_sets("version_id") => {
            base_action(call, "s3", "GetObjectVersion", needs);
        }
        ("s3", "CreateSession") => directory::session(call, needs),
        // Of an account, not of a bucket.
        // https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_PutPublicAccessBlock.html
        ("s3", "GetPublicAccessBlock") if call.op.client_name == "s3control" => {
            base_action(call, "s3", "GetAccountPublicAccessBlock", needs);
        }
        ("s3", "PutPublicAccessBlock" | "DeletePublicAccessBlock")
            if call.op.client_name == "s3control" =>
        {
            base_action(call, "s3", "PutAccountPublicAccessBlock", needs);
        }
        _ => return false,
    }
    true
}

/// The actions of a transaction of DynamoDB: those of its items.
fn transaction(call: &SdkCall, needs: &mut Needs) {
    let (mut known, mut unseen) = (false, false);
    for (field, action) in [
        ("put", "PutItem"),
        ("update", "UpdateItem"),
        ("delete", "DeleteItem"),
        ("condition_check", "ConditionCheckItem"),
    ] {
        let (tables, open) = values_at(call, &["transact_items", field, "table_name"]);
        unseen |= open;
        if tables.is_empty() {
            continue;
        }
        known = true;
        let resources = of_name("dynamodb", "table", &tables, "table_name");
        needs.add("dynamodb", action, resources);
    }
    if !known || unseen {
        needs.unsure_of(
            &[
                "dynamodb:ConditionCheckItem",
                "dynamodb:DeleteItem",
                "dynamodb:PutItem",
                "dynamodb:UpdateItem",
            ],
            "what the items of `TransactWriteItems` do is not seen".to_owned(),
        );
    }
}

/// Adds what the setters of a call make necessary.
pub(super) fn add(call: &SdkCall, needs: &mut Needs) {
    match (call.op.service.prefix, call.op.operation.name) {
        ("s3", _) => {
            s3(call, needs);
            directory::replace(needs);
        }
        ("secretsmanager", "BatchGetSecretValue") => batch_secrets(call, needs),
        ("lambda", _) => code(call, needs),
        _ => {}
    }
}

/// Each secret of a batch is checked by itself.
/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html>
fn batch_secrets(call: &SdkCall, needs: &mut Needs) {
    let secrets = at(call, &["secret_id_list"]);
    let secrets = match secrets.is_empty() {
        // A filter finds whatever has the name or tag.
        true => vec![Value::Unknown],
        false => secrets,
    };
    let resources = of_name("secretsmanager", "secret", &secrets, "secret_id");
    needs.add_for(
        "secretsmanager",
        "GetSecretValue",
        resources,
        Some("for each secret"),
    );
    if call.sets("filters") {
        needs.add_for(
            "secretsmanager",
            "ListSecrets",
            vec![Resource::Any],
            Some("for its filters"),
        );
    }
}

/// Code of a function or a layer in S3, which Lambda reads with the permissions of the caller.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html>
fn code(call: &SdkCall, needs: &mut Needs) {
    let Some((service, object)) = format("s3", "object") else {
        return;
    };
    let path: &[&str] = match call.op.operation.name {
        "CreateFunction" => &["code"],
        "PublishLayerVersion" => &["content"],
        "UpdateFunctionCode" => &[],
        _ => return,
    };
    let part = |name: &str| {
        let path: Vec<&str> = path.iter().copied().chain([name]).collect();
        at(call, &path)
    };
    let unseen = (at(call, path).iter()).any(|value| !matches!(value, Value::Built(_)));
    let (buckets, keys) = (part("s3_bucket"), part("s3_key"));
    if buckets.is_empty() && keys.is_empty() {
        if unseen {
            needs.unsure_of(
                &["s3:GetObject", "s3:GetObjectVersion"],
                format!(
                    "whether the code of `{}` is in S3 is not seen; if it is, the call needs `s3:GetObject` on it",
                    call.op.method
                ),
            );
        }
        return;
    }
    let resources = built(service, object, |variable| {
        let (values, field) = match variable.name {
            "BucketName" => (&buckets, "s3_bucket"),
            _ => (&keys, "s3_key"),
        };
        if values.is_empty() {
            return vec![unknown(variable)];
        }
        (values.iter())
            .map(|value| arg(value, variable, field))
            .collect()
    });
    let versioned = !part("s3_object_version").is_empty();
    if versioned {
        needs.add_for(
            "s3",
            "GetObjectVersion",
            resources.clone(),
            Some("for the version of its code"),
        );
    }
    needs.add_for("s3", "GetObject", resources, Some("for its code"));
}

fn s3(call: &SdkCall, needs: &mut Needs) {
    let service = call.op.service;
    let operation = call.op.operation.name;
    let acl = match operation {
        "CreateBucket" => Some("PutBucketAcl"),
        "CopyObject" | "CreateMultipartUpload" | "PutObject" => Some("PutObjectAcl"),
        _ => None,
    };
    // What an ACL is made of one by one: `grant_read(..)`.
    let grants = (acl.iter()).flat_map(|action| {
        (S3_GRANTS.iter()).map(move |setter| (operation, *setter, *action, "for its ACL"))
    });
    for (of, setter, action, purpose) in S3.iter().copied().chain(grants) {
        if of == operation
            && call.sets(setter)
            && let Some(info) = service.action(action)
            && !needs.grants.iter().any(|grant| grant.action == action)
        {
            let resources = of_action(call, service, info, needs);
            needs.add_for("s3", action, resources, Some(purpose));
        }
    }
    versions(call, needs);
    if operation == "GetObjectAttributes" {
        // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html
        attributes(call, needs);
    }
    // A copy reads elsewhere than it writes, and a version of an object with the permission for versions alone.
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
    if call.sets("copy_source")
        && let Some(place) = (needs.grants.iter()).position(|grant| grant.action == "GetObject")
    {
        let is_version =
            |value: &&Value| pieces(value).is_some_and(|text| text.contains("?versionId="));
        let sources = at(call, &["copy_source"]);
        let (versions, objects): (Vec<&Value>, Vec<&Value>) = sources.iter().partition(is_version);
        if let Some(grant) = needs.grants.get_mut(place) {
            grant.resources = objects.iter().copied().flat_map(copied).collect();
            grant.purpose = Some("for what it copies");
        }
        if objects.is_empty() && !versions.is_empty() {
            needs.grants.remove(place);
        }
        if !versions.is_empty() {
            needs.add_for(
                "s3",
                "GetObjectVersion",
                versions.into_iter().flat_map(copied).collect(),
                Some("for the version that it copies"),
            );
        }
    }
    // A function of Object Lambda only says with which key the object was encrypted that it was given.
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_WriteGetObjectResponse.html
    if call.sets("ssekms_key_id") && operation != "WriteGetObjectResponse" {
        let keys = at(call, &["ssekms_key_id"]);
        let resources = of_name("kms", "key", &keys, "key_id");
        // The parts of an upload are read when it is completed.
        // https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
        let decrypts = operation == "CreateMultipartUpload";
        for action in ["GenerateDataKey"]
            .into_iter()
            .chain(decrypts.then_some("Decrypt"))
        {
            let grant = needs.add_for("kms", action, resources.clone(), Some("for its key"));
            if let Some(grant) = grant {
                grant.via = Some("s3");
            }
        }
    }
}

/// The versions of the objects that are deleted.
fn versions(call: &SdkCall, needs: &mut Needs) {
    if call.op.operation.name != "DeleteObjects" {
        return;
    }
    // Those whose version is given, and those that are not seen.
    let has_version = |object: &Value| match object {
        Value::Built(object) => {
            (object.fields.iter()).any(|(name, _)| matches!(&**name, "version_id" | "version_id?"))
        }
        _ => false,
    };
    let mut versioned = call.clone();
    versioned.fields.retain(|(name, _)| name != "delete");
    for delete in at(call, &["delete"]) {
        let Value::Built(delete) = &delete else {
            continue;
        };
        let mut kept = Built::clone(delete);
        kept.fields.retain(|(name, _)| &**name != "objects");
        for object in delete
            .fields
            .iter()
            .filter(|(name, _)| &**name == "objects")
        {
            let objects = object
                .1
                .alternatives()
                .iter()
                .filter(|one| has_version(one));
            kept.fields
                .extend(objects.map(|one| ("objects".into(), one.clone())));
        }
        if kept.fields.iter().any(|(name, _)| &**name == "objects") {
            let kept = Value::Built(std::sync::Arc::new(kept));
            versioned.fields.push(("delete".to_owned(), kept));
        }
    }
    if versioned.sets("delete")
        && let Some(service) = catalogue::service("s3")
        && let Some(action) = service.action("DeleteObject")
    {
        let resources = of_action(&versioned, service, action, &mut Needs::default());
        needs.add_for(
            "s3",
            "DeleteObjectVersion",
            resources,
            Some("for their versions"),
        );
    }
}

/// The attributes of an object are read with the object's own permissions too.
fn attributes(call: &SdkCall, needs: &mut Needs) {
    let own = |grant: &&Grant| grant.action == "GetObjectAttributes";
    let Some(grant) = needs.grants.iter().find(own) else {
        return;
    };
    let resources = grant.resources.clone();
    needs.add_for(
        "s3",
        "GetObject",
        resources.clone(),
        Some("for its attributes"),
    );
    if call.sets("version_id") {
        needs.add_for(
            "s3",
            "GetObjectVersionAttributes",
            resources,
            Some("for the version"),
        );
    }
}

/// `bucket/key` as the source of a copy, or the ARN of an object of an access point, URL-encoded.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html>
fn copied(value: &Value) -> Vec<Resource> {
    let Some((service, found)) = format("s3", "object") else {
        return Vec::new();
    };
    let decoded = match value {
        Value::Text(text) => url_decoded(text),
        Value::Pieces(_)
        | Value::Number(_)
        | Value::Named(..)
        | Value::Unknown
        | Value::Built(_)
        | Value::AnyOf(_)
        | Value::Argument(..)
        | Value::Returned(..)
        | Value::Tuple(_)
        | Value::Part(_)
        | Value::Absent => None,
    };
    let value = decoded.as_ref().unwrap_or(value);
    let text = pieces(value).unwrap_or_default();
    if text.starts_with("arn:") {
        let formats: Vec<_> = (format("s3", "accesspointobject").into_iter())
            .map(|(_, format)| format)
            .chain([found])
            .collect();
        let arn = text
            .split_once("?versionId=")
            .map_or(text.as_str(), |(arn, _)| arn);
        let resource = from_arn(service, &formats, value, arn);
        return vec![resource.unwrap_or_else(|| open_arn(value, "copy_source"))];
    }
    let (path, _) = text.split_once("?versionId=").unwrap_or((&text, ""));
    let known = path.trim_start_matches('/').split_once('/');
    built(service, found, |variable| {
        let (part, hint, kind) = match variable.name {
            "BucketName" => (
                known.map(|(bucket, _)| bucket),
                "source_bucket",
                "BucketName",
            ),
            _ => (known.map(|(_, key)| key), "source_key", "Pattern"),
        };
        let part = match (part, value) {
            // A text as it stands: its own wildcards are escaped.
            (Some(part), Value::Text(_)) => Some(arg(&Value::text(part), variable, hint)),
            (Some(part), _) => field(value, part, hint, kind),
            (None, _) => None,
        };
        vec![part.unwrap_or_else(|| arg(&Value::named(hint), variable, hint))]
    })
}

/// The source of a copy without its encoding; `None` when it is not encoded right and is taken as it is.
fn url_decoded(text: &str) -> Option<Value> {
    let (path, version) = text.split_once("?versionId=").unwrap_or((text, ""));
    let path = percent_decoded(path)?;
    Some(match version {
        "" => Value::text(path.as_str()),
        version => Value::text(format!("{path}?versionId={version}").as_str()),
    })
}

/// The text of a URL-encoded one; `None` when it is not encoded right.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || char::from(rest.next()?).to_digit(16);
        let (high, low) = (digit()?, digit()?);
        bytes.push(u8::try_from(high * 16 + low).ok()?);
    }
    String::from_utf8(bytes).ok()
}
