//! Only requests that can exist make a difference: partitions, regions, accounts, what belongs to a log group, and IDs of callers.

use super::possible::{QUEUE, allow, grants, is, send, to, when};
use crate::support::program;
use serde_json::json;

#[test]
fn the_account_of_a_resource_is_in_its_arn() {
    let own = json!({"StringEquals": {"aws:ResourceAccount": "111111111111"}});
    let other = json!({"StringEquals": {"aws:ResourceAccount": "222222222222"}});
    let plain = allow("sqs:SendMessage", QUEUE);
    is(json!([plain]), json!([send(own.clone())]), "equivalent");
    is(
        json!([plain]),
        json!([send(
            json!({"StringNotEquals": {"aws:ResourceAccount": "222222222222"}})
        )]),
        "equivalent",
    );
    grants(send(own.clone()), true);
    grants(send(other), false);
    let deny = json!({"Effect": "Deny", "Action": "sqs:*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:ResourceAccount": "111111111111"}}});
    is(json!([plain]), json!([plain, deny]), "equivalent");
    is(
        json!([allow("sqs:SendMessage", "*")]),
        json!([allow("sqs:SendMessage", "*"), deny]),
        "narrower",
    );
    let table = |account: &str| format!("arn:aws:dynamodb:*:{account}:table/t");
    is(
        json!([when(allow("dynamodb:GetItem", &table("*")), own.clone())]),
        json!([allow("dynamodb:GetItem", &table("111111111111"))]),
        "equivalent",
    );
    // The ARN of an object does not say whose it is.
    is(
        json!([allow("s3:GetObject", "arn:aws:s3:::b/*")]),
        json!([when(allow("s3:GetObject", "arn:aws:s3:::b/*"), own.clone())]),
        "narrower",
    );
    // Requests to EventBridge do not have the key.
    grants(when(allow("events:PutEvents", "*"), own), false);
    grants(
        when(
            allow("events:PutEvents", "*"),
            json!({"Null": {"aws:ResourceAccount": "true"}}),
        ),
        true,
    );
}

#[test]
fn a_region_that_nobody_knows_yet_is_possible() {
    let regions: Vec<&str> = rekognition_iam_runtime::catalogue::partitions()
        .iter()
        .flat_map(|partition| partition.regions)
        .map(|region| region.name)
        .collect();
    let condition = json!({"StringNotEquals": {"aws:RequestedRegion": regions}});
    let collection = "arn:aws:rekognition:*:*:collection/*";
    grants(
        when(
            allow("rekognition:DescribeCollection", collection),
            condition.clone(),
        ),
        true,
    );
    grants(
        when(allow("rekognition:DetectFaces", "*"), condition.clone()),
        true,
    );
    // A collection in one of them is not asked for in another.
    let known = "arn:aws:rekognition:us-east-1:*:collection/*";
    grants(
        when(allow("rekognition:DescribeCollection", known), condition),
        false,
    );
}

#[test]
fn partitions_regions_and_accounts_are_those_that_can_exist() {
    let objects = |resource: &str| json!([allow("s3:GetObject", resource)]);
    is(
        objects("arn:*:s3:::x/*"),
        objects("arn:aws*:s3:::x/*"),
        "equivalent",
    );
    is(
        objects("arn:aws:s3:::x/*"),
        objects("arn:*:s3:::x/*"),
        "wider",
    );
    is(
        objects("arn:aws:s3:::x/*"),
        objects("arn:aws-x*:s3:::y/*"),
        "incomparable",
    );
    let never = |action: &str, resource: &str| {
        let found =
            program(&json!({"Version": "2012-10-17", "Statement": [allow(action, resource)]}));
        found.never(action, "*").to_string()
    };
    assert_eq!(
        never("s3:GetObject", "arn:*:s3:::x/*"),
        "broken by s3:GetObject on arn:aws:s3:::x/y"
    );
    assert_eq!(never("s3:GetObject", "arn:x*:s3:::x/*"), "holds");
    let collection = |head: &str| {
        json!([allow(
            "rekognition:DescribeCollection",
            &format!("{head}:collection/x")
        )])
    };
    for (old, new, expected) in [
        (
            "arn:aws:rekognition:us-east-1:1234*",
            "arn:aws:rekognition:us-east-1:1234????????",
            "equivalent",
        ),
        (
            "arn:aws:rekognition:us-east-1:1234*",
            "arn:aws:rekognition:us-east-1:1234???????8",
            "narrower",
        ),
        // A region is in one partition.
        (
            "arn:aws*:rekognition:us-east-1:111111111111",
            "arn:aws:rekognition:us-east-1:111111111111",
            "equivalent",
        ),
        (
            "arn:*:rekognition:us-gov-west-1:111111111111",
            "arn:aws:rekognition:us-gov-west-1:111111111111",
            "narrower",
        ),
        (
            "arn:*:rekognition:us-gov-west-1:111111111111",
            "arn:aws-us-gov:rekognition:us-gov-west-1:111111111111",
            "equivalent",
        ),
        (
            "arn:*:rekognition:us-*:111111111111",
            "arn:aws:rekognition:us-*:111111111111",
            "narrower",
        ),
    ] {
        is(collection(old), collection(new), expected);
    }
    // Models that are called through a global inference profile have no region.
    let model = "arn:aws:bedrock:::foundation-model/m";
    assert_eq!(
        never("bedrock:InvokeModel", model),
        format!("broken by bedrock:InvokeModel on {model}")
    );
    // Nobody compared this service with AWS's other pages.
    let evaluator = "arn:aws:bedrock-agentcore:::evaluator/Builtin.Helpfulness";
    assert!(never("bedrock-agentcore:GetEvaluator", evaluator).starts_with("broken by"));
    // Policies of AWS itself have no account number.
    assert!(never("iam:GetPolicy", "arn:aws:iam::aws:policy/x").starts_with("broken by"));
}

#[test]
fn log_groups_are_compared_with_what_is_in_them() {
    let group = "arn:aws:logs:us-east-1:111111111111:log-group:a";
    let on = |action: &str, end: &str| json!([allow(action, &format!("{group}{end}"))]);
    // A policy has to name what is in the log group, except for actions on its tags.
    is(
        on("logs:DeleteLogGroup", ""),
        on("logs:DeleteLogGroup", ":*"),
        "wider",
    );
    is(
        on("logs:DeleteLogGroup", ":*"),
        on("logs:DeleteLogGroup", ":log-stream:*"),
        "equivalent",
    );
    is(
        on("logs:DeleteLogGroup", ":*"),
        on("logs:DeleteLogGroup", ":log-stream:x"),
        "narrower",
    );
    is(
        on("logs:TagResource", ""),
        on("logs:TagResource", ":*"),
        "narrower",
    );
    is(
        on("logs:PutLogEvents", ":*"),
        on("logs:PutLogEvents", ":log-stream:x*"),
        "narrower",
    );
    let granted = |action: &str, end: &str| {
        program(&json!({"Version": "2012-10-17", "Statement": on(action, end)}))
    };
    let broken = granted("logs:DeleteLogGroup", ":*");
    for asked in [
        group.to_owned(),
        format!("{group}:*"),
        "*".to_owned(),
        format!("{group}:log-stream:"),
    ] {
        assert_eq!(
            broken.never("logs:DeleteLogGroup", &asked).to_string(),
            format!("broken by logs:DeleteLogGroup on {group}"),
            "{asked}"
        );
    }
    let other = format!("{group}b");
    assert!(broken.never("logs:DeleteLogGroup", &other).holds());
    assert!(broken.only_on(&[group]).holds());
    assert!(!broken.only_on(&[&other]).holds());
    assert!(
        granted("logs:DeleteLogGroup", "")
            .never("logs:DeleteLogGroup", "*")
            .holds()
    );
}

#[test]
fn the_id_of_a_federated_user_is_made_of_the_name() {
    let read = |user: &str, id: &str| {
        let principal = format!("arn:aws:sts::111111111111:federated-user/{user}");
        let condition = json!({"StringEquals": {"aws:userid": id}});
        to(send(condition), json!({"AWS": principal}))
    };
    let base = to(allow("s3:GetObject", "*"), json!({"AWS": "111111111111"}));
    for (id, possible) in [
        ("111111111111:bob", true),
        ("111111111111:bobby", false),
        ("222222222222:bob", false),
    ] {
        let expected = if possible { "wider" } else { "equivalent" };
        is(json!([base]), json!([base, read("bob", id)]), expected);
    }
}
