//! What AWS's guides and its own policies say and the service reference does not, next to mistakes that stay reported.

#![cfg(all(
    feature = "all-services",
    feature = "json",
    feature = "cloudwatch",
    feature = "dynamodb",
    feature = "iam",
    feature = "kms",
    feature = "lambda",
    feature = "logs",
    feature = "s3",
    feature = "sagemaker",
    feature = "secretsmanager",
    feature = "sns",
    feature = "sqs",
    feature = "states",
    feature = "sts"
))]

use rekognition_iam_runtime::check::Options;
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::json;

use super::false_alarms::{allowed, ids};

/// AWS IoT Core has actions, keys, and variables of its own in policies that look like identity policies.
#[test]
fn policies_of_iot_core() {
    const THING: &str = "arn:aws:iot:us-east-1:123456789012";
    let connect = format!(
        "{{'Effect':'Allow','Action':'iot:Connect','Resource':'{THING}:client/${{iot:Connection.Thing.ThingName}}'}}"
    );
    for statement in [
        format!(
            "{{'Effect':'Allow','Action':['iot:GetPendingJobExecutions','iot:StartNextPendingJobExecution','iot:UpdateJobExecution','iot:DescribeJobExecution'],'Resource':'{THING}:thing/a'}}"
        ),
        format!(
            "{{'Effect':'Allow','Action':'iot:AssumeRoleWithCertificate','Resource':'{THING}:rolealias/a'}}"
        ),
        format!(
            "{{'Effect':'Allow','Action':'iot:Connect','Resource':'{THING}:client/a','Condition':{{'ForAllValues:StringEquals':{{'iot:ConnectAttributes':'LastWill'}},'StringEquals':{{'iot:DomainName':'a.example.com'}}}}}}"
        ),
        format!(
            "{{'Effect':'Allow','Action':'iot:Publish','Resource':'{THING}:topic/$aws/things/${{iot:Connection.Thing.ThingName}}/shadow/*'}}"
        ),
        format!(
            "{{'Effect':'Allow','Action':'iot:Subscribe','Resource':'{THING}:topicfilter/${{iot:Certificate.Subject.CommonName}}/+/#'}}"
        ),
        format!(
            "{{'Effect':'Allow','Action':'iot:Publish','Resource':'{THING}:topic/${{iot:CertificateId}}'}}"
        ),
        format!(
            "{{'Effect':'Allow','Action':['greengrass:GetConnectivityInfo','greengrass:VerifyClientDeviceIoTCertificateAssociation'],'Resource':'{THING}:thing/a'}}"
        ),
    ] {
        let both = format!("{connect},{statement}");
        assert_eq!(ids(PolicyKind::Identity, &both), [""; 0], "{statement}");
    }
    // What is wrong in any policy, and what only these policies have, is reported.
    for (statement, id) in [
        (
            format!(
                "{{'Effect':'Allow','Action':'iot:GetPendingJobs','Resource':'{THING}:thing/a'}}"
            ),
            "INVALID_ACTION",
        ),
        (
            format!(
                "{{'Effect':'Allow','Action':'iot:Publish','Resource':'{THING}:topic/${{iot:Conection.Thing.ThingName}}'}}"
            ),
            "REKOGNITION_IAM_UNKNOWN_VARIABLE",
        ),
        (
            format!("{{'Effect':'Allow','Action':'iot:Connect','Resource':'{THING}:topic/a'}}"),
            "REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH",
        ),
        (
            format!(
                "{{'Effect':'Allow','Action':'iot:Publish','Resource':'{THING}:topic/{}'}}",
                "a".repeat(2000)
            ),
            "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA",
        ),
    ] {
        let both = format!("{connect},{statement}");
        assert_eq!(ids(PolicyKind::Identity, &both), [id], "{statement}");
    }
    // An identity policy has neither these actions nor this quota.
    let jobs = format!(
        "{{'Effect':'Allow','Action':'iot:UpdateJobExecution','Resource':'{THING}:thing/a'}}"
    );
    let other = "{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::b/*'}";
    let mixed = format!("{connect},{jobs},{other}");
    assert_eq!(ids(PolicyKind::Identity, &mixed), ["INVALID_ACTION"]);
    let text = format!(
        "{{\"Version\":\"2012-10-17\",\"Statement\":[{}]}}",
        jobs.replace('\'', "\"")
    );
    // IAM has this action, too, for users and roles.
    let large = format!(
        "{{'Effect':'Allow','Action':'iot:DescribeJobExecution','Resource':'{THING}:thing/{}'}}",
        "a".repeat(2000)
    );
    assert_eq!(ids(PolicyKind::Identity, &large), [""; 0]);
    let options = Options::new(PolicyKind::Identity).kind_is_given(true);
    assert_eq!(json::check(&text, &options).findings.len(), 1);
    assert!(
        json::check(&text, &options.iot_core(true))
            .findings
            .is_empty()
    );
}

/// AWS's guide and its service reference differ on whether `aws:ResourceTag` has the tags of what a request creates.
#[test]
fn tags_of_what_is_created() {
    let rule = "UNSUPPORTED_ACTION_FOR_CONDITION_KEY";
    let created = "REKOGNITION_IAM_RESOURCE_TAG_OF_CREATED";
    let found = |actions: &str, key: &str| {
        let text = format!(
            "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"Action\":[{}],\"Resource\":\"*\",\"Condition\":{{\"StringEquals\":{{\"{key}\":\"x\"}}}}}}]}}",
            actions.replace('\'', "\"")
        );
        let options = Options::new(PolicyKind::Identity);
        let findings = json::check(&text, &options).findings;
        findings
            .into_iter()
            .find(|located| [rule, created].contains(&located.finding.id))
            .map(|located| located.finding.severity.name())
    };
    let tag = "aws:ResourceTag/team";
    assert_eq!(found("'sns:CreateTopic'", "aws:RequestTag/team"), None);
    assert_eq!(
        found("'secretsmanager:CreateSecret'", "s3:prefix"),
        Some("error")
    );
    for creates in [
        "'rekognition:CreateCollection'",
        "'rekognition:CreateProject','rekognition:CreateCollection'",
    ] {
        assert_eq!(found(creates, tag), Some("warning"), "{creates}");
        let both = format!("{creates},'rekognition:IndexFaces'");
        assert_eq!(found(&both, tag), None, "{both}");
        let reads = format!("{creates},'rekognition:DetectLabels'");
        assert_eq!(found(&reads, tag), Some("error"), "{reads}");
    }
    assert_eq!(found("'rekognition:ListCollections'", tag), Some("error"));
}

/// Some services check requests that create something against the path of their API.
#[test]
fn paths_of_an_api_are_not_arns_that_match_nothing() {
    for (resource, actions) in [
        (
            "'arn:aws:grafana:us-east-1:123456789012:/workspaces'",
            "'grafana:TagResource'",
        ),
        (
            "'arn:aws:aps:us-east-1:123456789012:/workspaces'",
            "'aps:TagResource'",
        ),
        (
            "'arn:aws:robomaker:*:*:/createSimulationApplication'",
            "'robomaker:CreateSimulationApplication'",
        ),
        (
            "'arn:aws:waf::123456789012:changetoken/*'",
            "'waf:GetChangeToken'",
        ),
        // What zonal shift works on is not only what the reference lists.
        (
            "'arn:aws:eks:us-east-1:123456789012:cluster/a'",
            "'arc-zonal-shift:GetManagedResource'",
        ),
        (
            "'arn:aws:autoscaling:*:*:autoScalingGroup:*:autoScalingGroupName/a'",
            "'arc-zonal-shift:StartZonalShift'",
        ),
    ] {
        assert_eq!(allowed(resource, actions), [""; 0], "{resource}");
    }
    for (resource, actions) in [
        (
            "'arn:aws:eks:us-east-1:123456789012:nodegroup/a/b/c'",
            "'arc-zonal-shift:GetManagedResource'",
        ),
        (
            "'arn:aws:grafana:us-east-1:123456789012:/workspace/g-1'",
            "'grafana:TagResource'",
        ),
        (
            "'arn:aws:apigateway:us-east-1::/v2/apis/*'",
            "'apigateway:GET'",
        ),
        (
            "'arn:aws:aps:us-east-1:123456789012:workspaces/a'",
            "'aps:TagResource'",
        ),
        ("'arn:aws:s3:::/uploads'", "'s3:ListBucket'"),
    ] {
        assert_ne!(allowed(resource, actions), [""; 0], "{resource}");
    }
}

/// A resource that is shared names what lists all of them, as AWS's pages on sharing show it.
#[test]
fn lists_in_policies_of_shared_resources() {
    let shared = |action: &str, resource: &str| {
        let statement = format!(
            "{{'Effect':'Allow','Principal':{{'AWS':'123456789012'}},'Action':{action},'Resource':'{resource}'}}"
        );
        ids(PolicyKind::Resource, &statement)
    };
    let group = "arn:aws:network-firewall:us-east-1:111122223333:stateful-rulegroup/a";
    let lists = "['network-firewall:CreateFirewallPolicy','network-firewall:ListRuleGroups']";
    assert_eq!(shared(lists, group), [""; 0]);
    let component = "arn:aws:imagebuilder:us-west-2:111122223333:component/a/1.0.0/1";
    let lists = "['imagebuilder:GetComponent','imagebuilder:ListComponents']";
    assert_eq!(shared(lists, component), [""; 0]);
    // Others list what no page shares.
    let dead = "['network-firewall:CreateFirewallPolicy','network-firewall:ListTLSInspectionConfigurations']";
    assert_ne!(shared(dead, group), [""; 0]);
}

/// AWS's guides print the key on the deletion of a service-linked role, too, where the reference has it for the creation only.
#[test]
fn the_service_of_a_role_that_is_deleted() {
    let statement = |actions: &str| {
        ids(
            PolicyKind::Identity,
            &format!(
                "{{'Effect':'Allow','Action':[{actions}],'Resource':'arn:aws:iam::123456789012:role/aws-service-role/redshift.amazonaws.com/AWSServiceRoleForRedshift','Condition':{{'StringLike':{{'iam:AWSServiceName':'redshift.amazonaws.com'}}}}}}"
            ),
        )
    };
    let deletion = "'iam:DeleteServiceLinkedRole','iam:GetServiceLinkedRoleDeletionStatus'";
    assert_eq!(statement(deletion), [""; 0]);
    assert_ne!(statement("'iam:DeleteRole','iam:GetRole'"), [""; 0]);
}

/// A key of AWS IoT Core that its guide does not have is a mistake in such a policy too, also as a variable.
#[test]
fn misspelled_keys_of_iot_core() {
    let on = |variable: &str| {
        format!(
            "{{'Effect':'Allow','Action':'iot:Publish','Resource':'arn:aws:iot:us-east-1:123456789012:topic/${{{variable}}}'}}"
        )
    };
    for name in [
        "iot:Connection.Thing.ThingName",
        "iot:Connection.Thing.ThingTypeName",
        "iot:connection.thing.thingname",
        "iot:Connection.Thing.Attributes[site]",
        "iot:Certificate.Subject.CommonName",
    ] {
        assert_eq!(ids(PolicyKind::Identity, &on(name)), [""; 0], "{name}");
    }
    for name in [
        "iot:Connection.Thing.ThingNam",
        "iot:Connection.ThingName",
        "iot:Connection.Thing.Attributes[site",
    ] {
        assert_eq!(
            ids(PolicyKind::Identity, &on(name)),
            ["REKOGNITION_IAM_UNKNOWN_VARIABLE"],
            "{name}"
        );
    }
}

/// The guide of QuickSight names its users without a region.
#[test]
fn users_of_quicksight_without_a_region() {
    let on = |action: &str, resource: &str| {
        let statement = format!(
            "{{'Effect':'Allow','Action':'quicksight:{action}','Resource':'arn:aws:quicksight:{resource}'}}"
        );
        ids(PolicyKind::Identity, &statement)
    };
    let user = "123456789012:user/${aws:userid}";
    for region in ["", "us-east-1", "*"] {
        assert_eq!(
            on("CreateUser", &format!("{region}:{user}")),
            [""; 0],
            "{region}"
        );
    }
    assert_eq!(
        on("DescribeDashboard", ":123456789012:dashboard/a"),
        ["MISSING_ARN_REGION"]
    );
}

/// What requests name of an API: a method in capital letters, the root, and the routes of a WebSocket API. A star may represent
/// several parts of the path.
#[test]
fn methods_and_routes_of_execute_api() {
    let on = |path: &str| {
        let statement = format!(
            "{{'Effect':'Allow','Action':'execute-api:Invoke','Resource':'arn:aws:execute-api:us-east-1:123456789012:{path}'}}"
        );
        ids(PolicyKind::Identity, &statement)
    };
    for path in [
        "abc/prod/GET/pets",
        "abc/prod/GET/",
        "abc/prod/secret",
        "abc/prod/$connect",
        "abc/prod/POST/@connections/*",
        "abc/prod/POST/get/x",
        "abc/*/pets/list",
        "abc/*/get/list",
        "abc/prod/G*/pets",
        "abc/*",
        "*",
    ] {
        assert_eq!(on(path), [""; 0], "{path}");
    }
    for path in [
        "abc/prod/get/pets",
        "abc/prod/Post/pets/x",
        "abc/prod/pets/list",
    ] {
        assert_eq!(on(path), ["REKOGNITION_IAM_ID_GRAMMAR"], "{path}");
    }
}
