//! Actions that an operation needs for some requests only, by what the request says.

use rekognition_iam_runtime::catalogue;

use super::resource::{at, of_action, of_arns, of_name, open_arn, pieces};
use super::{Needs, Resource};
use crate::derive::scan::SdkCall;
use crate::derive::value::Value;

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
    ("PutObject", "grant_read", "PutObjectAcl", "for its ACL"),
    (
        "PutObject",
        "grant_full_control",
        "PutObjectAcl",
        "for its ACL",
    ),
    ("PutObject", "grant_read_acp", "PutObjectAcl", "for its ACL"),
    (
        "PutObject",
        "grant_write_acp",
        "PutObjectAcl",
        "for its ACL",
    ),
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

/// Adds what the setters of a call make necessary.
pub(super) fn add(call: &SdkCall, needs: &mut Needs) {
    pass_role(call, needs);
    let service = call.op.service;
    if service.prefix != "s3" {
        return;
    }
    let operation = call.op.operation.name;
    for (of, setter, action, purpose) in S3 {
        if *of == operation
            && call.sets(setter)
            && let Some(info) = service.action(action)
            && !needs.grants.iter().any(|grant| grant.action == *action)
        {
            let resources = of_action(call, service, info);
            needs.add_for("s3", action, resources, Some(purpose));
        }
    }
    // A copy reads elsewhere than it writes.
    if call.sets("copy_source")
        && let Some(grant) = (needs.grants.iter_mut()).find(|grant| grant.action == "GetObject")
    {
        grant.resources = at(call, &["copy_source"]).iter().flat_map(copied).collect();
        grant.purpose = Some("for what it copies");
    }
    if call.sets("ssekms_key_id") {
        let keys = at(call, &["ssekms_key_id"]);
        let resources = of_name("kms", "key", &keys, "key_id");
        needs.add_for("kms", "GenerateDataKey", resources, Some("for its key"));
    }
}

/// `bucket/key` as the source of a copy.
fn copied(value: &Value) -> Vec<Resource> {
    let Some((service, format)) = super::resource::format("s3", "object") else {
        return Vec::new();
    };
    let text = pieces(value).unwrap_or_default();
    let (path, _) = text.split_once("?versionId=").unwrap_or((&text, ""));
    let (bucket, key) = match path.trim_start_matches('/').split_once('/') {
        Some((bucket, key)) if matches!(value, Value::Text(_)) => {
            (Value::text(bucket), Value::text(key))
        }
        _ => (
            Value::Named("source_bucket".into()),
            Value::Named("source_key".into()),
        ),
    };
    super::resource::built(service, format, |variable| {
        let value = if variable.name == "BucketName" {
            &bucket
        } else {
            &key
        };
        vec![super::resource::arg(value, variable, variable.rust_name)]
    })
}

/// The role that a request hands to a service.
fn pass_role(call: &SdkCall, needs: &mut Needs) {
    let operation = call.op.operation;
    let mapped = (operation.authorizes.iter())
        .find(|action| action.service == "iam" && action.name == "PassRole");
    let Some(mapped) = mapped.filter(|_| catalogue::service("iam").is_some()) else {
        return;
    };
    let (roles, field) = if call.sets("role_arn") {
        (at(call, &["role_arn"]), "role_arn")
    } else if call.sets("notification_channel") {
        let roles = at(call, &["notification_channel", "role_arn"]);
        (roles, "role_arn")
    } else if operation.name == "CreateStreamProcessor" {
        // Its role is not optional; the chain goes on where it is not followed.
        (Vec::new(), "role_arn")
    } else {
        return;
    };
    let resources = if roles.is_empty() {
        vec![open_arn(&Value::Unknown, field)]
    } else {
        of_arns("iam", &["role"], &roles, field)
    };
    let purpose = if call.sets("notification_channel") && !call.sets("role_arn") {
        "for its `NotificationChannel`"
    } else {
        "for its role"
    };
    if let Some(grant) = needs.add_for("iam", "PassRole", resources, Some(purpose)) {
        let services = (mapped.context.iter())
            .filter(|(key, _)| *key == "iam:PassedToService")
            .flat_map(|(_, services)| services.iter().copied());
        grant.passed_to = services.collect();
    }
}
