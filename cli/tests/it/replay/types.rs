//! Records of services whose actions have several resource types: a request is about all that it names.

use super::cases::outcome;
use super::*;

const NODE: &str = "arn:aws:ec2:*:*:instance/i-0123456789abcdef0";

/// What a record is for a policy that allows an action on these resources, and for one that denies them.
#[track_caller]
fn check(service: &str, name: &str, parameters: Value, resources: &[&str], expected: [&str; 2]) {
    let record = record("1", service, name, parameters.clone());
    let prefix = service;
    let action = format!("{prefix}:{name}");
    let allowing = allow(json!([{"Effect": "Allow", "Action": action, "Resource": resources}]));
    let denying = allow(json!([
        {"Effect": "Allow", "Action": action, "Resource": "*"},
        {"Effect": "Deny", "Action": action, "Resource": resources},
    ]));
    let found = [&allowing, &denying].map(|policy| outcome("identity", policy, None, &record).0);
    assert_eq!(found, expected, "{name} {parameters} {resources:?}");
}

#[test]
fn all_resources_of_a_request_are_asked_about() {
    let allowed = ["still_allowed", "would_be_denied"];
    let in_part = ["would_be_denied", "would_be_denied"];
    let unknown = ["depends", "depends"];
    let session = json!({"target": "i-0123456789abcdef0", "documentName": "AWS-StartSSHSession"});
    let document = "arn:aws:ssm:*::document/AWS-*";
    check("ssm", "StartSession", session.clone(), &[NODE], in_part);
    check("ssm", "StartSession", session.clone(), &[document], in_part);
    check("ssm", "StartSession", session, &[NODE, document], allowed);
    let session = json!({"target": "i-0123456789abcdef0"});
    check("ssm", "StartSession", session, &[NODE], allowed);
    let command =
        json!({"documentName": "AWS-RunShellScript", "instanceIds": ["i-0123456789abcdef0"]});
    check("ssm", "SendCommand", command, &[NODE, document], allowed);
    // Nodes by their tags.
    let command = json!({"documentName": "AWS-RunShellScript", "targets": [{"key": "tag:Env", "values": ["prod"]}]});
    let found = ["depends", "would_be_denied"];
    check("ssm", "SendCommand", command, &[document], found);
    // Names in another form than the ARN's.
    let key = json!({"keyName": "kn"});
    check(
        "ec2",
        "DeleteKeyPair",
        key,
        &["arn:aws:ec2:*:*:key-pair/kn"],
        allowed,
    );
    let stack = json!({"stackName": "s"});
    check(
        "cloudformation",
        "GetTemplateSummary",
        stack,
        &["arn:aws:cloudformation:*:*:stack/s/*"],
        unknown,
    );
    let tags = json!({"resourceArn": "arn:aws:dms:eu-west-1:123456789012:rep:X"});
    check(
        "dms",
        "ListTagsForResource",
        tags,
        &["arn:aws:dms:*:*:rep:*"],
        allowed,
    );
    // Lists of EC2 have another form in records than in requests.
    let instances = json!({"instancesSet": {"items": [{"instanceId": "i-0123456789abcdef0"}]}});
    check("ec2", "TerminateInstances", instances, &[NODE], allowed);
    let tags = json!({
        "resourcesSet": {"items": [{"resourceId": "vol-0123456789abcdef0"}]},
        "tagSet": {"items": [{"key": "a", "value": "b"}]}
    });
    check(
        "ec2",
        "CreateTags",
        tags,
        &["arn:aws:ec2:*:*:volume/*"],
        allowed,
    );
    // A resource of another type.
    let instance = json!({"instanceId": "i-0123456789abcdef0", "groupSet": {"items": [{"groupId": "sg-0123456789abcdef0"}]}});
    check(
        "ec2",
        "ModifyInstanceAttribute",
        instance,
        &["arn:aws:ec2:*:*:security-group/*"],
        ["would_be_denied", "would_be_denied"],
    );
    let instance =
        json!({"instanceId": "i-0123456789abcdef0", "disableApiTermination": {"value": true}});
    check(
        "ec2",
        "ModifyInstanceAttribute",
        instance,
        &["arn:aws:ec2:*:*:security-group/*"],
        ["would_be_denied", "still_allowed"],
    );
}

#[test]
fn the_resource_of_an_operation_of_api_gateway_is_its_path() {
    let of = |name: &str, parameters: Value, method: &str, path: &str| {
        let record = record("1", "apigateway", name, parameters);
        let resource = format!("arn:aws:apigateway:*::{path}");
        let policy = allow(
            json!([{"Effect": "Allow", "Action": format!("apigateway:{method}"), "Resource": resource}]),
        );
        outcome("identity", &policy, None, &record).0
    };
    assert_eq!(of("GetApis", json!(null), "GET", "/apis"), "still_allowed");
    assert_eq!(
        of("GetApis", json!(null), "GET", "/restapis"),
        "would_be_denied"
    );
    // Of two operations of this name, the members tell which one it is.
    let of_v2 = json!({"apiId": "abc"});
    assert_eq!(
        of("CreateDeployment", of_v2, "POST", "/apis/abc/deployments"),
        "still_allowed"
    );
    let of_v1 = json!({"restApiId": "abc"});
    assert_eq!(
        of(
            "CreateDeployment",
            of_v1,
            "POST",
            "/restapis/abc/deployments"
        ),
        "still_allowed"
    );
}
