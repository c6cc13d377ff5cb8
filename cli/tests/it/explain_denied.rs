//! `explain-denied`: AWS messages, with and without policies.

use serde_json::{Value, json};

use crate::support::{Directory, Done, STAFF};

const SESSION: &str = "arn:aws:sts::123456789012:assumed-role/app/s1";

fn message(action: &str, rest: &str) -> String {
    format!("User: {SESSION} is not authorized to perform: {action}{rest}")
}

fn answer(directory: &Directory, text: &str, more: &[&str]) -> Value {
    let mut ask = vec!["explain-denied", text, "--format", "json"];
    ask.extend(more);
    let Done { code, out, err } = directory.run(&ask);
    assert_eq!((code, err.as_str()), (0, ""), "{text}\n{out}");
    serde_json::from_str(&out).unwrap()
}

/// The kinds of policies that get a statement.
fn kinds(answer: &Value) -> Vec<&str> {
    (answer["add"].as_array().unwrap().iter())
        .map(|add| add["kind"].as_str().unwrap())
        .collect()
}

#[test]
fn each_layer_gets_its_own_statement_and_no_other() {
    let directory = Directory::new("denied_layers");
    let on = format!(" on resource: {STAFF}");
    let because =
        |layer: &str| format!("{on} because no {layer} allows the rekognition:IndexFaces action");
    let with = |layer: &str| format!("{on} with an explicit deny in a {layer}");
    for (rest, effect, layer, expected) in [
        (
            because("identity-based policy"),
            "implicit",
            json!("identity"),
            vec!["identity"],
        ),
        (
            because("resource-based policy"),
            "implicit",
            json!("resource"),
            vec!["resource"],
        ),
        (
            because("permissions boundary"),
            "implicit",
            json!("permissions-boundary"),
            vec!["permissions-boundary"],
        ),
        (
            because("session policy"),
            "implicit",
            json!("session"),
            vec!["session"],
        ),
        (
            because("service control policy"),
            "implicit",
            json!("service-control"),
            vec!["service-control"],
        ),
        (
            because("VPC endpoint policy"),
            "implicit",
            json!("vpc-endpoint"),
            vec!["vpc-endpoint"],
        ),
        // It grants nothing, so there is nothing to add.
        (
            because("resource control policy"),
            "implicit",
            json!("resource-control"),
            vec![],
        ),
        // No `Allow` helps against a `Deny`.
        (
            with("identity-based policy"),
            "explicit",
            json!("identity"),
            vec![],
        ),
        (
            with("service control policy"),
            "explicit",
            json!("service-control"),
            vec![],
        ),
        (
            with("VPC endpoint policy transitively through a service control policy"),
            "explicit",
            json!("service-control"),
            vec![],
        ),
        (
            format!("{on} with an explicit deny"),
            "explicit",
            Value::Null,
            vec![],
        ),
        (
            format!("{on} because of the weather"),
            "unrecognized",
            Value::Null,
            vec![],
        ),
        // No reason: what may help, said with its condition.
        (on.clone(), "unstated", Value::Null, vec!["identity"]),
    ] {
        let answer = answer(&directory, &message("rekognition:IndexFaces", &rest), &[]);
        assert_eq!(answer["effect"], effect, "{rest}");
        assert_eq!(answer["layer"], layer, "{rest}");
        assert_eq!(kinds(&answer), expected, "{rest}");
        for add in answer["add"].as_array().unwrap() {
            let document: Value = serde_json::from_str(add["json"].as_str().unwrap()).unwrap();
            let statement = &document["Statement"][0];
            assert_eq!(statement["Action"], "rekognition:IndexFaces");
            if add["kind"] == "vpc-endpoint" {
                assert_eq!(statement["Principal"], "*");
                let caller = &statement["Condition"]["ArnEquals"]["aws:PrincipalArn"];
                assert_eq!(caller, "arn:aws:iam::123456789012:role/app");
            }
            assert_eq!(statement["Resource"], STAFF);
            assert!(
                add["rust"]
                    .as_str()
                    .unwrap()
                    .contains("allow(rekognition::IndexFaces)"),
                "{add}"
            );
            assert!(add["terraform"].as_str().unwrap().contains(STAFF), "{add}");
            // No resource has a policy about it.
            let errors = add["errors"] != json!([]);
            assert_eq!(errors, add["kind"] == "resource", "{add}");
        }
        let help = answer["help"].to_string();
        assert!(effect == "implicit" || help.len() > 2, "{rest}: {help}");
    }
}

#[test]
fn who_is_named_in_the_policy_of_a_resource() {
    let directory = Directory::new("denied_principal");
    let rest = " on resource: arn:aws:sns:us-east-1:123456789012:t because no resource-based policy allows the SNS:Publish action";
    let answer_of = |text: &str| answer(&directory, text, &[]);
    let document = |answer: &Value| -> Value {
        serde_json::from_str(answer["add"][0]["json"].as_str().unwrap()).unwrap()
    };
    let found = answer_of(&message("SNS:Publish", rest));
    let statement = document(&found)["Statement"][0].clone();
    assert_eq!(statement["Action"], "sns:Publish");
    assert_eq!(
        statement["Principal"],
        json!({"AWS": "arn:aws:iam::123456789012:role/app"})
    );
    assert!(found["notes"].to_string().contains("omits the role's path"));
    let service = message("SNS:Publish", rest).replace(SESSION, "events.amazonaws.com");
    assert_eq!(
        document(&answer_of(&service))["Statement"][0]["Principal"],
        json!({"Service": "events.amazonaws.com"})
    );
    // Nobody is never allowed everything.
    let nobody = message("SNS:Publish", rest).replace(SESSION, "anonymous");
    let found = answer_of(&nobody);
    assert_eq!(kinds(&found), Vec::<&str>::new());
    assert!(found["help"].to_string().contains("sign"));
    // Both sides of two accounts.
    let other = message(
        "sqs:SendMessage",
        " on resource: arn:aws:sqs:us-east-1:444455556666:q because no identity-based policy allows the sqs:SendMessage action",
    );
    assert_eq!(kinds(&answer_of(&other)), ["identity", "resource"]);
    let role = message(
        "sts:AssumeRole",
        " on resource: arn:aws:iam::444455556666:role/x",
    );
    let found = answer_of(&role);
    assert_eq!(kinds(&found), ["identity", "role-trust"]);
    let trust: Value = serde_json::from_str(found["add"][1]["json"].as_str().unwrap()).unwrap();
    assert_eq!(trust["Statement"][0].get("Resource"), None);
    // `*` in a key's policy is the key.
    let key = message(
        "kms:Decrypt",
        " on this resource because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access",
    );
    let found = answer_of(&key);
    assert_eq!(kinds(&found), ["resource"]);
    assert_eq!(document(&found)["Statement"][0]["Resource"], "*");
    assert!(
        found["notes"]
            .to_string()
            .contains("does not exist in this Region")
    );
}

#[test]
fn the_policy_of_a_project_is_a_project_policy() {
    let directory = Directory::new("denied_project");
    let because =
        "because no resource-based policy allows the rekognition:CopyProjectVersion action";
    let on = |resource: &str| {
        message(
            "rekognition:CopyProjectVersion",
            &format!(
                " on resource: arn:aws:rekognition:us-east-1:444455556666:{resource} {because}"
            ),
        )
    };
    let found = answer(
        &directory,
        &on("project/logos/version/v1/1627045542080"),
        &[],
    );
    assert_eq!(kinds(&found), ["project"]);
    assert_eq!(found["add"][0]["errors"], json!([]));
    let rust = found["add"][0]["rust"].as_str().unwrap();
    assert!(
        rust.contains("project_policy![") && !rust.contains("accept("),
        "{rust}"
    );
    // No policy of another account's project allows copying a model to it.
    let found = answer(&directory, &on("project/logos/1627045542080"), &[]);
    assert_eq!(kinds(&found), Vec::<&str>::new());
    assert!(
        found["help"]
            .to_string()
            .contains("only covers the models of its own project"),
        "{found}"
    );
}

#[test]
fn messages_have_articles_and_name_the_caller() {
    let directory = Directory::new("denied_words");
    let text = |rest: &str| {
        message(
            "rekognition:IndexFaces",
            &format!(" on resource: {STAFF}{rest}"),
        )
    };
    let done = directory.run(&[
        "explain-denied",
        &text(" with an explicit deny in an identity-based policy"),
    ]);
    assert!(
        done.out.contains("denies this in an identity-based policy"),
        "{}",
        done.out
    );
    let done = directory.run(&[
        "explain-denied",
        &text(" with an explicit deny in a permissions boundary"),
    ]);
    assert!(
        done.out.contains("denies this in a permissions boundary"),
        "{}",
        done.out
    );
    let allow = text(" because no identity-based policy allows the rekognition:IndexFaces action");
    for (caller, expected) in [
        (SESSION, "to an identity policy of role `app`"),
        (
            "arn:aws:iam::123456789012:user/team/ann",
            "of user `ann` or one of its groups",
        ),
    ] {
        let done = directory.run(&["explain-denied", &allow.replace(SESSION, caller)]);
        assert!(done.out.contains(expected), "{}", done.out);
    }
}

#[test]
fn a_message_without_a_resource() {
    let directory = Directory::new("denied_without_resource");
    let because = |action: &str| {
        message(
            action,
            &format!(" because no identity-based policy allows the {action} action"),
        )
    };
    // Nothing else than `*` exists for it.
    let found = answer(&directory, &because("rekognition:DetectLabels"), &[]);
    assert!(
        found["add"][0]["json"]
            .as_str()
            .unwrap()
            .contains("\"Resource\": \"*\"")
    );
    // What IAM lists is not an ARN that a statement can name with certainty; a role is.
    let listed = |action: &str, on: &str| {
        let because = format!(
            " on resource: {on} because no identity-based policy allows the {action} action"
        );
        let found = answer(&directory, &message(action, &because), &[]);
        found["add"][0]["json"].as_str().unwrap().to_owned()
    };
    let star = "\"Resource\": \"*\"";
    assert!(listed("iam:ListPolicies", "policy path /").contains(star));
    assert!(!listed("iam:GetRole", "role worker").contains(star));
    // It has resources, so none is made up.
    let text = because("rekognition:IndexFaces");
    let found = answer(&directory, &text, &[]);
    let add = &found["add"][0];
    assert_eq!(
        add["parameters"],
        json!(["region", "account", "collection_id"])
    );
    assert_eq!(add["json"], Value::Null);
    assert!(
        add["terraform"]
            .as_str()
            .unwrap()
            .contains("variable \"collection_id\"")
    );
    let given = [
        "--set",
        "region=us-east-1",
        "--set",
        "account=123456789012",
        "--set",
        "collection_id=staff",
    ];
    let found = answer(&directory, &text, &given);
    assert!(found["add"][0]["json"].as_str().unwrap().contains(STAFF));
    let found = answer(&directory, &text, &["--resource", STAFF]);
    assert!(found["add"][0]["json"].as_str().unwrap().contains(STAFF));
    // An ARN that AWS is known to check.
    let found = answer(
        &directory,
        &because("dynamodb:ListTables"),
        &["--set", "region=eu-west-1"],
    );
    let text = found["add"][0]["json"].as_str().unwrap();
    assert!(
        text.contains("arn:aws:dynamodb:eu-west-1:123456789012:table/*"),
        "{text}"
    );
    let human = directory.run(&["explain-denied", &because("rekognition:IndexFaces")]);
    assert!(
        human.out.contains("resource: not in the message\n"),
        "{}",
        human.out
    );
    assert!(
        human
            .out
            .contains("`collection_id`; give values with --set"),
        "{}",
        human.out
    );
}

#[test]
fn a_resource_that_cannot_be_one_of_the_action() {
    let directory = Directory::new("denied_wrong_resource");
    let text = message(
        "s3:GetObject",
        " on resource: \"arn:aws:s3:::b\" because no identity-based policy allows the s3:GetObject action",
    );
    let found = answer(&directory, &text, &[]);
    assert_ne!(found["add"][0]["errors"], json!([]), "{found}");
    let human = directory.run(&["explain-denied", &text]);
    assert!(human.out.contains("\nwarning: "), "{}", human.out);
    let right = text.replace("s3:GetObject", "s3:ListBucket");
    assert!(
        !directory
            .run(&["explain-denied", &right])
            .out
            .contains("warning: ")
    );
}

#[test]
fn the_given_policies_decide() {
    let directory = Directory::new("denied_policies");
    directory
        .json("allow.json", &json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "rekognition:*", "Resource": "*"}]}))
        .json("deny.json", &json!({"Version": "2012-10-17", "Statement": [
            {"Sid": "NoIndex", "Effect": "Deny", "Action": "rekognition:IndexFaces", "Resource": "*"},
            {"Effect": "Allow", "Action": "*", "Resource": "*"}]}))
        .json("vpc.json", &json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "rekognition:*", "Resource": "*",
            "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}}]}))
        .json("none.json", &json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]}));
    let unstated = message("rekognition:IndexFaces", &format!(" on resource: {STAFF}"));
    let found = answer(
        &directory,
        &unstated,
        &["--policy", "allow.json", "--policy", "scp=deny.json"],
    );
    assert_eq!(found["evaluation"]["decision"], "explicit_deny");
    assert!(
        found["evaluation"]["explanation"]
            .to_string()
            .contains("`NoIndex` (Deny) decides"),
        "{found}"
    );
    assert_eq!(kinds(&found), Vec::<&str>::new());
    // Where the message gives no reason, the decision does.
    let found = answer(
        &directory,
        &unstated,
        &["--policy", "allow.json", "--policy", "boundary=none.json"],
    );
    assert_eq!(kinds(&found), ["permissions-boundary"]);
    let found = answer(&directory, &unstated, &["--policy", "allow.json"]);
    assert_eq!(found["evaluation"]["decision"], "allowed");
    assert!(
        found["help"]
            .to_string()
            .contains("check that these versions are attached"),
        "{found}"
    );
    // The statement is there already, but not that of a layer that is not given.
    assert_eq!(kinds(&found), Vec::<&str>::new());
    let why = "because no permissions boundary allows the rekognition:IndexFaces action";
    let boundary = message(
        "rekognition:IndexFaces",
        &format!(" on resource: {STAFF} {why}"),
    );
    let found = answer(&directory, &boundary, &["--policy", "allow.json"]);
    assert_eq!(kinds(&found), ["permissions-boundary"]);
    let found = answer(&directory, &unstated, &["--policy", "vpc.json"]);
    assert_eq!(found["evaluation"]["depends_on"], json!(["aws:SourceVpc"]));
    let found = answer(
        &directory,
        &unstated,
        &["--policy", "vpc.json", "--context", "aws:SourceVpc=vpc-1"],
    );
    assert_eq!(found["evaluation"]["decision"], "allowed");
    // A key of S3 or a secret: the message may not name it, and then nothing is decided.
    let open = message("rekognition:IndexFaces", "");
    let found = answer(&directory, &open, &["--policy", "allow.json"]);
    assert!(
        found["evaluation"]["error"]
            .to_string()
            .contains("--resource"),
        "{found}"
    );
    let done = directory.run(&["explain-denied", &unstated, "--policy", "missing.json"]);
    assert_eq!(done.code, 2);
}

#[test]
fn texts_of_many_kinds() {
    let directory = Directory::new("denied_texts");
    let sentence = message(
        "rekognition:DetectLabels",
        " because no identity-based policy allows the rekognition:DetectLabels action",
    );
    let debug = format!(
        "ServiceError(ServiceError {{ source: AccessDeniedException(AccessDeniedException {{ message: Some({sentence:?}), meta: ErrorMetadata {{ message: Some({sentence:?}) }} }}) }})"
    );
    for input in [&sentence, &debug, &format!("\u{ff}{sentence}\n")] {
        let Done { code, out, err } = directory.feed(&["explain-denied"], input.as_bytes());
        assert_eq!((code, err.as_str()), (0, ""), "{out}");
        assert_eq!(out.matches("denied:").count(), 1, "{out}");
        assert!(
            out.contains(
                "pub static NEEDED: Policy = policy![allow(rekognition::DetectLabels).on_any()];"
            ),
            "{out}"
        );
        assert!(
            out.contains("--- JSON ---") && out.contains("aws_iam_policy_document"),
            "{out}"
        );
    }
    // A text of an attacker does not act on the terminal.
    let hostile = message(
        "rekognition:DetectLabels",
        " on resource: \"arn:aws:s3:::\u{1b}[2J\" because no identity-based policy allows the x:Y action",
    );
    let done = directory.run(&["explain-denied", &hostile]);
    assert!(
        !done.out.contains('\u{1b}') && done.out.contains("\\u{1b}"),
        "{}",
        done.out
    );
    let encoded = "You are not authorized to perform this operation. Encoded authorization failure message: AbC-dEf_123";
    let done = directory.run(&["explain-denied", encoded]);
    assert_eq!(done.code, 1);
    assert!(
        done.out.contains("aws sts decode-authorization-message")
            && done.out.contains("--encoded-message AbC-dEf_123"),
        "{}",
        done.out
    );
    let both = message(
        "ec2:RunInstances",
        &format!(
            " on resource: arn:aws:ec2:us-east-1:123456789012:instance/* with an explicit deny in an identity-based policy. {}",
            &encoded[50..]
        ),
    );
    assert!(
        directory
            .run(&["explain-denied", &both])
            .out
            .contains("decode-authorization-message")
    );
    let object = "InvalidS3ObjectException: Unable to get object metadata from S3. Check object key, region and/or access permissions.";
    let done = directory.run(&["explain-denied", object]);
    assert_eq!(done.code, 1);
    assert!(
        done.out.contains("`s3:GetObject`") && done.out.contains("`kms:Decrypt`"),
        "{}",
        done.out
    );
    assert_eq!(directory.run(&["explain-denied", "Access Denied"]).code, 1);
    // The most common message of S3 names neither the action nor the object, and the SDK names the operation.
    for (operation, help) in [
        ("GetObject", "`rekognition-iam needs s3:GetObject`"),
        ("DoSomething", "`needs`"),
    ] {
        let text = format!(
            "An error occurred (AccessDenied) when calling the {operation} operation: Access Denied"
        );
        let done = directory.run(&["explain-denied", &text]);
        assert_eq!(done.code, 1);
        let denied = format!("access to `{operation}` was denied");
        assert!(
            done.out.contains(&denied) && done.out.contains(help),
            "{}",
            done.out
        );
        let done = directory.run(&["explain-denied", "--format", "json", &text]);
        let found: Value = serde_json::from_str(&done.out).unwrap();
        assert_eq!(found["operation"], operation);
    }
    // What is no name of an operation is not treated as one.
    let text = "An error occurred when calling the ../x operation: Access Denied";
    let done = directory.run(&["explain-denied", "--format", "json", text]);
    let found: Value = serde_json::from_str(&done.out).unwrap();
    assert!(found["operation"].is_null(), "{found}");
    assert_eq!(directory.run(&["explain-denied", "all is well"]).code, 2);
}

/// Roles whose policies nobody can edit, and one whose name only looks like theirs.
#[test]
fn roles_that_others_manage() {
    let directory = Directory::new("denied_managed");
    let of = |role: &str| {
        let session = format!("arn:aws:sts::123456789012:assumed-role/{role}/s1");
        let text = message(
            "sqs:ListQueues",
            " because no identity-based policy allows the sqs:ListQueues action",
        )
        .replace(SESSION, &session);
        answer(&directory, &text, &[])
    };
    let managed = of("AWSReservedSSO_Dev_Ops_0123456789abcdef");
    assert_eq!(kinds(&managed), ["identity"]);
    assert!(
        managed.to_string().contains("the permission set `Dev_Ops`"),
        "{managed}"
    );
    let linked = of("AWSServiceRoleForECS");
    assert!(kinds(&linked).is_empty(), "{linked}");
    assert!(
        linked.to_string().contains("service-linked role"),
        "{linked}"
    );
    let own = of("AWSReservedSSO_Dev");
    assert!(
        own.to_string().contains("role `AWSReservedSSO_Dev`"),
        "{own}"
    );
}

/// A statement for a log group has `:*`, although the message has what AWS compares.
#[test]
fn a_log_group_gets_its_wildcard() {
    let directory = Directory::new("denied_log_group");
    let text = message(
        "logs:CreateLogGroup",
        " on resource: arn:aws:logs:us-east-1:123456789012:log-group:g1:log-stream: because no identity-based policy allows the logs:CreateLogGroup action",
    );
    let found = answer(&directory, &text, &[]).to_string();
    assert!(
        found.contains("arn:aws:logs:us-east-1:123456789012:log-group:g1:*"),
        "{found}"
    );
}
