//! Policies that AWS accepts and that a careless rule would report, each next to one that must stay reported.

#![cfg(all(
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

/// The ids of the findings in these statements, each once. `'` represents `"`.
pub(super) fn ids(kind: PolicyKind, short: &str) -> Vec<&'static str> {
    let statements = short.replace('\'', "\"");
    let text = format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{statements}]}}");
    let options = Options::new(kind);
    let mut ids = Vec::new();
    for located in json::check(&text, &options).findings {
        if !ids.contains(&located.finding.id) {
            ids.push(located.finding.id);
        }
    }
    ids
}

#[track_caller]
pub(super) fn allowed(resource: &str, actions: &str) -> Vec<&'static str> {
    ids(
        PolicyKind::Identity,
        &format!("{{'Effect':'Allow','Action':[{actions}],'Resource':{resource}}}"),
    )
}

/// `sts` lists ARNs of `iam` that `iam` itself does not have.
#[test]
fn an_arn_is_looked_up_in_every_service_that_lists_its_kind() {
    let root = "'arn:aws:iam::123456789012:root'";
    assert_eq!(allowed(root, "'sts:AssumeRoot'"), [""; 0]);
    let everywhere = "'arn:aws:iam::*:root'";
    assert_eq!(allowed(everywhere, "'sts:AssumeRoot'"), [""; 0]);
    let role = "'arn:aws:iam::123456789012:role/app'";
    assert_eq!(allowed(role, "'sts:AssumeRole'"), [""; 0]);
    // The type is still one that the action must have.
    let dead = "REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH";
    assert_eq!(allowed(role, "'sts:AssumeRoot'"), [dead]);
    assert_eq!(allowed(root, "'iam:GetRole'"), [dead]);
    // And an ARN that no service lists is still reported.
    let nothing = "'arn:aws:iam::123456789012:roots'";
    assert!(allowed(nothing, "'sts:AssumeRoot'").contains(&"INVALID_ARN_RESOURCE"));
}

/// A condition that holds without its key holds for every action.
#[test]
#[cfg(feature = "all-services")]
fn a_condition_that_holds_without_its_key_needs_no_action() {
    let rule = "MISSING_ACTION_FOR_CONDITION_KEY";
    let with = |effect: &str, condition: &str| {
        let statement = format!(
            "{{'Effect':'{effect}','Action':'ssm:SendCommand','Resource':'arn:aws:ssm:us-east-1:123456789012:document/x','Condition':{{{condition}}}}}"
        );
        ids(PolicyKind::Identity, &statement).contains(&rule)
    };
    for effect in ["Allow", "Deny"] {
        assert!(!with(
            effect,
            "'BoolIfExists':{'ssm:SessionDocumentAccessCheck':'true'}"
        ));
        assert!(!with(effect, "'Null':{'iam:PassedToService':'true'}"));
        assert!(with(
            effect,
            "'StringEquals':{'iam:PassedToService':'ssm.amazonaws.com'}"
        ));
    }
}

/// Some patterns name one service, and some none.
#[test]
fn a_pattern_can_name_a_service() {
    let rule = "PASS_ROLE_WITH_STAR_IN_RESOURCE";
    let with = |services: &str| {
        let statement = format!(
            "{{'Effect':'Allow','Action':'iam:PassRole','Resource':'*','Condition':{{'StringLike':{{'iam:PassedToService':[{services}]}}}}}}"
        );
        ids(PolicyKind::Identity, &statement).contains(&rule)
    };
    for services in [
        "'ecs*.amazonaws.com'",
        "'ecs.amazonaws.com','*.ecs.amazonaws.com'",
        "'lambda.*'",
    ] {
        assert!(!with(services), "{services}");
    }
    for services in [
        "'*.amazonaws.com'",
        "'*'",
        "'?*.amazonaws.com'",
        "'ecs.amazonaws.com','e*'",
        "'*s.amazonaws.com'",
    ] {
        assert!(with(services), "{services}");
    }
}

/// A prefix with several pages in AWS's reference lists the types of one of them for the actions that it shares.
#[test]
#[cfg(feature = "all-services")]
fn what_has_tags_can_be_tagged() {
    let group =
        "'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/a/1234567890abcdef'";
    assert_eq!(allowed(group, "'elasticloadbalancing:AddTags'"), [""; 0]);
    let dead = "REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH";
    assert_eq!(
        allowed(group, "'elasticloadbalancing:DeleteListener'"),
        [dead]
    );
}

/// Of a service that the catalogue does not cover, another service lists one kind of ARN, which is not all of them.
#[test]
#[cfg(not(feature = "all-services"))]
fn an_arn_of_a_service_that_is_not_covered_is_not_judged() {
    let odd = "['arn:aws:s3-object-lambda:us-east-1:123456789012:accesspoint/x','arn:aws:s3-object-lambda:us-east-1:123456789012:thing']";
    let found = ids(
        PolicyKind::Identity,
        &format!("{{'Effect':'Deny','Action':'*','Resource':{odd}}}"),
    );
    assert_eq!(found, [""; 0]);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>: a `*` at the end of a
/// segment can match beyond its colon.
#[test]
fn a_star_at_the_end_of_a_segment_matches_across_colons() {
    for (resource, action) in [
        (
            "'arn:aws:secretsmanager:*:*:app!*'",
            "'secretsmanager:GetSecretValue'",
        ),
        (
            "'arn:aws:secretsmanager:us-east-1:*:app-??????'",
            "'secretsmanager:GetSecretValue'",
        ),
        ("'arn:aws:logs:*:*:/app/*'", "'logs:GetLogEvents'"),
        ("'arn:aws:logs:*:*:/app/*'", "'logs:CreateLogStream'"),
        (
            "'arn:aws:cloudwatch:*:*:fleet*'",
            "'cloudwatch:PutMetricAlarm'",
        ),
        ("'arn:aws:lambda:*:1234*:app*'", "'lambda:InvokeFunction'"),
        ("'arn:aws:states:*:*:app*'", "'states:StartExecution'"),
    ] {
        assert_eq!(allowed(resource, action), [""; 0], "{resource}");
    }
    for (resource, action) in [
        // The account ends in no star.
        (
            "'arn:aws:secretsmanager:*:123456789012:app!*'",
            "'secretsmanager:GetSecretValue'",
        ),
        (
            "'arn:aws:logs:us-east-1:123456789012:/app/*'",
            "'logs:GetLogEvents'",
        ),
        // No ARN of these services has another colon that the star could reach.
        ("'arn:aws:kms:*:*:app*'", "'kms:Decrypt'"),
        (
            "'arn:aws:rekognition:*:*:staff*'",
            "'rekognition:SearchFaces'",
        ),
        ("'arn:aws:dynamodb:*:*:app*'", "'dynamodb:GetItem'"),
    ] {
        assert_eq!(
            allowed(resource, action),
            ["INVALID_ARN_RESOURCE"],
            "{resource}"
        );
    }
    // What the star reaches has a kind, and the action must work on it.
    assert_eq!(
        allowed("'arn:aws:states:*:*:express:*'", "'logs:GetLogEvents'"),
        ["REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH"]
    );
}

/// The findings in an identity policy of one statement with this condition.
#[track_caller]
fn under(actions: &str, condition: &str) -> Vec<&'static str> {
    ids(
        PolicyKind::Identity,
        &format!(
            "{{'Effect':'Allow','Action':[{actions}],'Resource':'*','Condition':{{{condition}}}}}"
        ),
    )
}

/// Many actions without resource types are checked against an ARN, which messages of denied access show.
#[test]
fn an_action_without_resource_types_works_on_what_it_is_evaluated_as() {
    for (actions, resource) in [
        (
            "'s3:ListAllMyBuckets','s3:GetBucketLocation'",
            "'arn:aws:s3:::*'",
        ),
        (
            "'dynamodb:ListTables'",
            "'arn:aws:dynamodb:us-east-1:123456789012:table/*'",
        ),
        ("'dynamodb:ListTables'", "'arn:aws:dynamodb:*:*:*'"),
        ("'sns:ListTopics'", "'arn:aws:sns:*:123456789012:*'"),
        (
            "'sns:CreatePlatformApplication'",
            "'arn:aws:sns:us-east-1:123456789012:app/*'",
        ),
        (
            "'sns:GetPlatformApplicationAttributes'",
            "'arn:aws:sns:us-east-1:123456789012:app/GCM/news'",
        ),
        ("'sqs:ListQueues'", "'arn:aws:sqs:*:123456789012:*'"),
        ("'iam:ListRoles'", "'arn:aws:iam::123456789012:role/*'"),
        (
            "'iam:ListRoles'",
            "'arn:aws:iam::123456789012:role/aws-service-role/*'",
        ),
        ("'iam:ListInstanceProfiles'", "'arn:aws:iam::*:*'"),
        (
            "'logs:DescribeLogGroups'",
            "'arn:aws:logs:us-east-1:123456789012:log-group:*'",
        ),
        (
            "'sagemaker:ListDomains'",
            "'arn:aws:sagemaker:*:*:domain/*'",
        ),
        // A pattern that includes one.
        ("'dynamodb:ListTabl*'", "'arn:aws:dynamodb:*:*:table/*'"),
        // Nothing is unused where such an action uses it.
        (
            "'s3:ListAllMyBuckets','sqs:SendMessage'",
            "['arn:aws:s3:::*','arn:aws:sqs:*:*:jobs']",
        ),
    ] {
        let found = allowed(resource, actions);
        assert!(
            found
                .iter()
                .all(|id| id.starts_with("REKOGNITION_IAM_STAR")),
            "{actions} on {resource}: {found:?}"
        );
    }
    let dead = ["REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH"];
    for (actions, resource) in [
        ("'s3:ListAllMyBuckets'", "'arn:aws:s3:::reports-*'"),
        (
            "'dynamodb:ListTables'",
            "'arn:aws:dynamodb:us-east-1:123456789012:table/app-*'",
        ),
        (
            "'sns:ListTopics'",
            "'arn:aws:sns:us-east-1:123456789012:app*'",
        ),
        (
            "'sns:CreatePlatformApplication'",
            "'arn:aws:sns:us-east-1:123456789012:app/GCM/news'",
        ),
        (
            "'sqs:ListQueues'",
            "'arn:aws:sqs:us-east-1:123456789012:jobs'",
        ),
        ("'iam:ListRoles'", "'arn:aws:iam::123456789012:role/team-*'"),
        (
            "'logs:DescribeLogGroups'",
            "'arn:aws:logs:*:*:log-group:/aws/lambda/*'",
        ),
        (
            "'kms:ListKeys'",
            "'arn:aws:kms:us-east-1:123456789012:key/*'",
        ),
        ("'lambda:ListFunctions'", "'arn:aws:lambda:*:*:function:*'"),
        (
            "'rekognition:DetectLabels'",
            "'arn:aws:rekognition:*:*:collection/*'",
        ),
        // Nothing is on record, and the resource is one.
        (
            "'dynamodb:ListGlobalTables'",
            "'arn:aws:dynamodb:*:*:table/app'",
        ),
        // The ARN of another service.
        ("'s3:ListAllMyBuckets'", "'arn:aws:sns:*:*:*'"),
    ] {
        assert_eq!(allowed(resource, actions), dead, "{actions} on {resource}");
    }
    // Nothing is on record, and the pattern may match what AWS checks: that is said, and is not an error.
    let undocumented = ["REKOGNITION_IAM_ACTION_RESOURCE_UNDOCUMENTED"];
    for (actions, resource) in [
        ("'logs:DescribeQueries'", "'arn:aws:logs:*:*:*'"),
        ("'logs:DescribeQueries'", "'arn:aws:logs:*:*:log-group:*'"),
        (
            "'dynamodb:DescribeReservedCapacity'",
            "'arn:aws:dynamodb:*:*:*'",
        ),
        ("'dynamodb:ListGlobal*'", "'arn:aws:dynamodb:*:*:*'"),
        ("'sagemaker:ListEndpoints'", "'arn:aws:sagemaker:*:*:*'"),
    ] {
        assert_eq!(
            allowed(resource, actions),
            undocumented,
            "{actions} on {resource}"
        );
    }
}

#[test]
fn keys_and_variables_of_what_is_not_covered_are_not_errors() {
    for resource in [
        "'arn:aws:iot:us-east-1:123456789012:topic/${iot:Connection.Thing.ThingName}'",
        "'arn:aws:redshift:us-east-1:123456789012:dbuser:c/${redshift:DbUser}'",
        "'arn:aws:s3:::home/${cognito-identity.amazonaws.com:sub}/*'",
        "'arn:aws:s3:::home/${oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE:sub}/*'",
        "'arn:aws:s3:::home/${deepracer:UserToken}/*'",
    ] {
        let found = ids(
            PolicyKind::Identity,
            &format!("{{'Effect':'Deny','Action':'*','Resource':{resource}}}"),
        );
        assert_eq!(found, [""; 0], "{resource}");
    }
    let not_covered = "REKOGNITION_IAM_SERVICE_NOT_COVERED";
    let keys = match cfg!(feature = "all-services") {
        true => ["assurance:Key", "builderid:Key"].as_slice(),
        false => &[
            "catalog:ChangeType",
            "identitycenter:InstanceArn",
            "cognito-identity-auth:tenant",
            "glue:VpcIds",
        ],
    };
    for key in keys {
        let found = under(
            "'s3:ListAllMyBuckets'",
            &format!("'StringEquals':{{'{key}':'x'}}"),
        );
        assert!(found.contains(&not_covered), "{key}: {found:?}");
        assert!(!found.contains(&"INVALID_SERVICE"), "{key}: {found:?}");
    }
    // What a token says, when no principal tells whose token it is.
    let claim = "'StringEquals':{'oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE:sub':'x'}";
    assert!(!under("'s3:ListAllMyBuckets'", claim).contains(&"INVALID_SERVICE"));
    // Misspelled prefixes and keys.
    let unknown = under(
        "'s3:ListAllMyBuckets'",
        "'StringEquals':{'catalogs:ChangeType':'x'}",
    );
    assert!(unknown.contains(&"INVALID_SERVICE"));
    for variable in ["s3:prefx", "datazones:userId", "aws:usernam"] {
        let found = ids(
            PolicyKind::Identity,
            &format!(
                "{{'Effect':'Deny','Action':'*','Resource':'arn:aws:s3:::home/${{{variable}}}/*'}}"
            ),
        );
        assert_eq!(found, ["REKOGNITION_IAM_UNKNOWN_VARIABLE"], "{variable}");
    }
}

#[test]
fn a_condition_that_holds_without_its_key_may_cover_any_action() {
    let unsupported = "UNSUPPORTED_ACTION_FOR_CONDITION_KEY";
    let actions = "'sagemaker:ListFlowDefinitions','sagemaker:ListModels'";
    for condition in [
        "'StringEqualsIfExists':{'sagemaker:WorkteamType':'private-crowd'}",
        "'Null':{'sagemaker:WorkteamType':'true'}",
    ] {
        assert!(
            !under(actions, condition).contains(&unsupported),
            "{condition}"
        );
    }
    for condition in [
        "'StringEquals':{'sagemaker:WorkteamType':'private-crowd'}",
        "'Null':{'sagemaker:WorkteamType':'false'}",
    ] {
        assert!(
            under(actions, condition).contains(&unsupported),
            "{condition}"
        );
    }
}

#[test]
fn a_pattern_beside_actions_that_carry_the_key_is_right() {
    let unsupported = "UNSUPPORTED_ACTION_FOR_CONDITION_KEY";
    let context = "'StringEquals':{'kms:EncryptionContext:app':'x'}";
    assert!(!under("'kms:Encrypt*','kms:Describe*'", context).contains(&unsupported));
    assert!(!under("'kms:Decrypt','kms:Describe*'", context).contains(&unsupported));
    let tags = "'ForAnyValue:StringEquals':{'aws:TagKeys':'team'}";
    assert!(!under("'iam:List*Tags','iam:TagRole'", tags).contains(&unsupported));
    // Only the pattern, or an action by its name.
    assert!(under("'kms:Describe*'", context).contains(&unsupported));
    assert!(under("'kms:Decrypt','kms:DescribeKey'", context).contains(&unsupported));
}

/// The service reference lists these keys for their service and for no action of it.
#[test]
fn a_key_that_no_action_is_listed_with_may_be_carried_by_any() {
    for (action, condition) in [
        (
            "'states:InvokeHTTPEndpoint'",
            "'StringEquals':{'states:HTTPMethod':'GET'}",
        ),
        (
            "'states:InvokeHTTPEndpoint'",
            "'StringLike':{'states:HTTPEndpoint':'https://api.example.com/*'}",
        ),
        (
            "'dynamodb:Query'",
            "'ForAllValues:StringEquals':{'dynamodb:FirstPartitionKeyValues':'a'}",
        ),
    ] {
        let found = under(action, condition);
        assert!(
            !found.contains(&"UNSUPPORTED_ACTION_FOR_CONDITION_KEY"),
            "{condition}: {found:?}"
        );
    }
}

#[test]
fn arn_operators_compare_texts_that_hold_arns() {
    for condition in [
        "'ArnLike':{'kms:EncryptionContext:aws:s3:arn':'arn:aws:s3:::assets*'}",
        "'ArnEquals':{'kms:EncryptionContext:aws:logs:arn':['arn:aws:logs:us-east-1:123456789012:log-group:app']}",
        "'ArnLike':{'kms:EncryptionContext:aws:s3:arn':['${aws:PrincipalArn}']}",
        "'ArnLike':{'aws:ResourceTag/application':'arn:*:servicecatalog:*:*:*'}",
    ] {
        assert_eq!(
            ids(
                PolicyKind::Identity,
                &format!(
                    "{{'Effect':'Allow','Action':'kms:Decrypt','Resource':'arn:aws:kms:us-east-1:123456789012:key/a','Condition':{{{condition}}}}}"
                ),
            ),
            [""; 0],
            "{condition}"
        );
    }
    let text = "'ArnLike':{'kms:EncryptionContext:app':'staging'}";
    assert!(under("'kms:Decrypt'", text).contains(&"TYPE_MISMATCH"));
    let one = "'ArnLike':{'kms:EncryptionContext:app':['arn:aws:s3:::assets','staging']}";
    assert!(under("'kms:Decrypt'", one).contains(&"TYPE_MISMATCH"));
    let number = "'NumericEquals':{'kms:EncryptionContext:app':'1'}";
    assert!(under("'kms:Decrypt'", number).contains(&"TYPE_MISMATCH"));
}

#[test]
fn services_that_are_new_or_gone_are_not_unknown() {
    let new = match cfg!(feature = "all-services") {
        true => "'builderid:GetReport','assurance:GetReport'",
        false => {
            "'finops-agent:GetReport','agent-registry:GetAgent','account-access:GetRole','assurance:GetReport'"
        }
    };
    let found = allowed("'*'", new);
    assert_eq!(found, ["REKOGNITION_IAM_SERVICE_NOT_COVERED"]);
    let gone = "'deepracer:ListTracks','deepcomposer:ListModels','elastic-inference:Connect','zocalo:Describe','mobilehub:ListProjects'";
    assert_eq!(allowed("'*'", gone), ["REKOGNITION_IAM_SERVICE_RETIRED"]);
    assert_eq!(
        allowed("'*'", "'deepracr:ListTracks'"),
        ["INVALID_SERVICE_IN_ACTION"]
    );
}

/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html>
#[test]
fn the_policy_of_an_api_may_leave_out_the_start_of_its_arn() {
    let of = |kind, resource: &str, action: &str| {
        let principal = if kind == PolicyKind::Resource {
            "'Principal':{'AWS':'123456789012'},"
        } else {
            ""
        };
        ids(
            kind,
            &format!("{{'Effect':'Allow',{principal}'Action':'{action}','Resource':'{resource}'}}"),
        )
    };
    let wrong = "INVALID_ARN_PREFIX";
    for resource in [
        "execute-api:/*",
        "execute-api:/stage/GET/pets",
        "execute-api:*/*/*",
        "execute-api:*",
    ] {
        assert!(!of(PolicyKind::Resource, resource, "execute-api:Invoke").contains(&wrong));
        assert!(of(PolicyKind::Identity, resource, "execute-api:Invoke").contains(&wrong));
    }
    assert!(of(PolicyKind::Resource, "s3:/*", "s3:GetObject").contains(&wrong));
    assert!(of(PolicyKind::Resource, "execute-api", "execute-api:Invoke").contains(&wrong));
}

/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html>
#[test]
fn the_policy_of_a_repository_is_about_the_repository() {
    let statement = |actions: &str| {
        format!("{{'Effect':'Allow','Principal':{{'AWS':'123456789012'}},'Action':[{actions}]}}")
    };
    for actions in [
        "'ecr:BatchGetImage','ecr:GetDownloadUrlForLayer'",
        "'ecr-public:*'",
        "'elasticfilesystem:ClientMount'",
    ] {
        let found = ids(PolicyKind::Resource, &statement(actions));
        assert!(!found.contains(&"MISSING_RESOURCE"), "{actions}: {found:?}");
    }
    for actions in ["'s3:GetObject'", "'ecr:BatchGetImage','s3:GetObject'"] {
        assert!(ids(PolicyKind::Resource, &statement(actions)).contains(&"MISSING_RESOURCE"));
    }
    let identity = "{'Effect':'Allow','Action':'ecr:BatchGetImage'}";
    assert!(ids(PolicyKind::Identity, identity).contains(&"MISSING_RESOURCE"));
}

/// Only a policy about `sns` or `iam` is for an application that is notified: `NotificationChannel` is optional.
#[test]
fn who_polls_needs_no_role_to_pass() {
    let companion = "REKOGNITION_IAM_COMPANION_MISSING";
    let start = "'rekognition:StartCelebrityRecognition','rekognition:GetCelebrityRecognition'";
    assert!(!allowed("'*'", start).contains(&companion));
    assert!(!allowed("'*'", &format!("{start},'s3:GetObject'")).contains(&companion));
    assert!(allowed("'*'", &format!("{start},'sns:Publish'")).contains(&companion));
    assert!(allowed("'*'", &format!("{start},'IAM:GetRole'")).contains(&companion));
    // A stream processor always has a role.
    assert!(allowed("'*'", "'rekognition:CreateStreamProcessor'").contains(&companion));
}

/// AWS's guides document resources that its service reference leaves out.
#[test]
fn resources_that_only_the_guides_document() {
    let dead = "REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH";
    let endpoint = "'arn:aws:sns:us-east-1:123456789012:endpoint/GCM/app/8d2f'";
    assert_eq!(allowed(endpoint, "'sns:Publish'"), [""; 0]);
    assert_eq!(allowed(endpoint, "'sns:DeleteTopic'"), [dead]);
    let topic = "'arn:aws:sns:us-east-1:123456789012:t'";
    assert_eq!(allowed(topic, "'sns:Publish'"), [""; 0]);
    let queue = "'arn:aws:sqs:us-east-1:123456789012:q'";
    assert_eq!(allowed(queue, "'sns:Publish'"), [dead]);
    let machine = "'arn:aws:states:us-east-1:123456789012:stateMachine:m'";
    assert_eq!(allowed(machine, "'states:InvokeHTTPEndpoint'"), [""; 0]);
    // Task tokens are of a state machine or of an activity.
    assert_eq!(allowed(machine, "'states:SendTaskSuccess'"), [""; 0]);
    assert_eq!(allowed(machine, "'states:DescribeActivity'"), [dead]);
}

#[test]
#[cfg(feature = "all-services")]
fn resources_of_other_services_that_only_the_guides_document() {
    let transform = "'arn:aws:cloudformation:us-east-1:aws:transform/Serverless-2016-10-31'";
    let create = "'cloudformation:CreateChangeSet'";
    assert_eq!(allowed(transform, create), [""; 0]);
    assert_ne!(allowed(transform, "'cloudformation:DeleteStack'"), [""; 0]);
    let stack = "'arn:aws:cloudformation:us-east-1:123456789012:stack/s/*'";
    assert_eq!(allowed(stack, create), [""; 0]);
    let product = "'arn:aws:securityhub:us-east-1::product/aws/guardduty'";
    let import = "'securityhub:BatchImportFindings'";
    assert_eq!(allowed(product, import), [""; 0]);
    let hub = "'arn:aws:securityhub:us-east-1::hub/default'";
    assert_eq!(
        allowed(hub, "'securityhub:GetFindings'"),
        ["MISSING_ARN_ACCOUNT"]
    );
}

/// Where a policy variable has no end, nothing else can be said about the ARN.
#[test]
fn a_variable_without_an_end_is_one_mistake() {
    for arn in [
        "arn:${aws:rekognition:us-east-1:123456789012:collection/a",
        "arn:aws:${aws:username:us-east-1:123456789012:collection/a",
        "arn:aws:rekognition:${aws:RequestedRegion:123456789012:collection/a",
        "arn:aws:rekognition:us-east-1:${aws:PrincipalAccount:collection/a",
        "arn:aws:rekognition:us-east-1:123456789012:collection/${aws:username",
    ] {
        let resource = format!("'{arn}'");
        assert_eq!(
            allowed(&resource, "'rekognition:SearchFaces'"),
            ["MISSING_BRACE_IN_VARIABLE"],
            "{arn}"
        );
    }
    // With an end, it is in a place where IAM does not fill it in.
    assert_eq!(
        allowed(
            "'arn:aws:rekognition:${aws:RequestedRegion}:123456789012:collection/a'",
            "'rekognition:SearchFaces'"
        ),
        ["VARIABLE_UNSUPPORTED_IN_ELEMENT"]
    );
    let condition = "{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'ArnLike':{'aws:PrincipalArn':'arn:aws:iam::${aws:PrincipalAccount:role/a'}}}";
    assert_eq!(
        ids(PolicyKind::Identity, condition),
        ["MISSING_BRACE_IN_VARIABLE"]
    );
}

/// A service that AWS does not have is one mistake, and says nothing about the other fields.
#[test]
fn an_unknown_service_in_an_arn_is_one_mistake() {
    for arn in [
        "arn:aws:s33:::bucket/*",
        "arn:aws:s33:us-east-1:123456789012:bucket/*",
        "arn:aws:rekogniton:us-east-1:123456789012:collection/a",
    ] {
        let resource = format!("'{arn}'");
        for action in [
            "'s3:GetObject'",
            "'rekognition:DetectText'",
            "'rekognition:SearchFaces'",
        ] {
            assert_eq!(
                allowed(&resource, action),
                ["INVALID_SERVICE"],
                "{arn} {action}"
            );
        }
    }
    // A service that exists, and is another one.
    let other = "'arn:aws:backup:us-east-1:123456789012:backup-vault:a'";
    assert_eq!(
        allowed(other, "'s3:GetObject'"),
        ["REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH"]
    );
}
