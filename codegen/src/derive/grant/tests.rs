use super::*;

#[test]
fn each_kind_of_policy() {
    let topic = "arn:aws:sns:us-east-1:111122223333:t";
    let grant = |kind| {
        Grant::new(kind, "sns:Publish", Target::Arn(topic.to_owned()))
            .principal("arn:aws:iam::444455556666:role/app")
    };
    for (kind, word) in [
        (PolicyKind::Identity, "policy!["),
        (PolicyKind::Resource, "resource_policy!["),
        (PolicyKind::Session, "session_policy!["),
        (PolicyKind::PermissionsBoundary, "permissions_boundary!["),
        (PolicyKind::ServiceControl, "service_control_policy!["),
        (PolicyKind::VpcEndpoint, "resource_policy!["),
    ] {
        let grant = grant(kind);
        let source = grant.rust().unwrap();
        assert!(source.contains(word), "{source}");
        let has_principal = source.contains(".to(");
        assert_eq!(has_principal, kind.has_principals(), "{source}");
        assert!(
            source.contains(r#"sns::topic("us-east-1", "111122223333", "t")"#),
            "{source}"
        );
        let text = grant.json().unwrap();
        assert!(
            text.contains(topic) && text.contains("sns:Publish"),
            "{text}"
        );
        assert_eq!(text.contains("role/app"), has_principal);
        let terraform = grant.terraform().unwrap();
        assert_eq!(
            terraform.contains("principals {"),
            has_principal,
            "{terraform}"
        );
        assert!(grant.errors().is_empty(), "{:?}", grant.errors());
    }
    let trust = Grant::new(PolicyKind::RoleTrust, "sts:AssumeRole", Target::Own)
        .principal("rekognition.amazonaws.com");
    assert!(
        trust
            .json()
            .unwrap()
            .contains("\"Service\": \"rekognition.amazonaws.com\"")
    );
    assert!(!trust.json().unwrap().contains("Resource"));
    assert!(trust.rust().unwrap().contains("trust_policy!["));
}

#[test]
fn one_caller_among_everyone() {
    let role = "arn:aws:iam::111122223333:role/app";
    let grant = |target| {
        Grant::new(PolicyKind::VpcEndpoint, "rekognition:IndexFaces", target)
            .principal("*")
            .only_for(role)
    };
    let collection = "arn:aws:rekognition:us-east-1:111122223333:collection/c";
    let closed = grant(Target::Arn(collection.to_owned()));
    let text = closed.json().unwrap();
    assert!(
        text.contains("\"Principal\": \"*\"") && text.contains("aws:PrincipalArn"),
        "{text}"
    );
    let source = closed.rust().unwrap();
    assert!(
        source.contains("anyone()") && source.contains(".arn_equals("),
        "{source}"
    );
    for grant in [closed, grant(Target::Open)] {
        let terraform = grant.terraform().unwrap();
        assert!(
            terraform.contains("variable = \"aws:PrincipalArn\""),
            "{terraform}"
        );
        assert!(grant.errors().is_empty(), "{:?}", grant.errors());
    }
}

#[test]
fn open_parameters_become_parameters() {
    let grant = Grant::new(PolicyKind::Identity, "rekognition:IndexFaces", Target::Open);
    let names: Vec<String> = grant
        .parameters()
        .into_iter()
        .map(|open| open.name)
        .collect();
    assert_eq!(names, ["region", "account", "collection_id"]);
    let source = grant.rust().unwrap();
    let flat: String = source.split_whitespace().collect();
    assert!(
        flat.contains("rekognition::collection(region,account,collection_id"),
        "{source}"
    );
    assert!(grant.terraform().unwrap().contains("${var.collection_id}"));
    assert!(grant.json().is_err());
    let filled = grant
        .value("region", "us-east-1")
        .value("account", "111122223333");
    assert_eq!(filled.parameters().len(), 1);
    let whole = filled.value("collection_id", "c").json().unwrap();
    assert!(
        whole.contains("arn:aws:rekognition:us-east-1:111122223333:collection/c"),
        "{whole}"
    );
    // A service that the catalogue does not have.
    let other = Grant::new(PolicyKind::Identity, "assurance:Start", Target::Open);
    assert!(
        other.rust().unwrap().contains("resource_arn"),
        "{}",
        other.rust().unwrap()
    );
    // An ARN on record with a Region that is not known.
    let form = "arn:aws:dynamodb:${Region}:111122223333:table/*".to_owned();
    let tables = Grant::new(
        PolicyKind::Identity,
        "dynamodb:ListTables",
        Target::Form(form),
    );
    let source = tables.rust().unwrap();
    assert!(
        source.contains(r#"dynamodb::table(region, "111122223333", "*")"#),
        "{source}"
    );
    assert!(
        tables
            .value("region", "eu-west-1")
            .json()
            .unwrap()
            .contains("dynamodb:eu-west-1:1111")
    );
}

#[test]
fn a_resource_that_the_action_does_not_have() {
    let bucket = Target::Arn("arn:aws:s3:::b".to_owned());
    let wrong = Grant::new(PolicyKind::Identity, "s3:GetObject", bucket.clone());
    assert!(!wrong.errors().is_empty());
    let right = Grant::new(PolicyKind::Identity, "s3:ListBucket", bucket);
    assert!(right.errors().is_empty(), "{:?}", right.errors());
}

#[test]
fn a_role_that_is_passed_to_a_service() {
    let role = Target::Arn("arn:aws:iam::111122223333:role/app".to_owned());
    let grant = |target| {
        Grant::new(PolicyKind::Identity, "iam:PassRole", target).passed_to("lambda.amazonaws.com")
    };
    let closed = grant(role);
    let text = closed.json().unwrap();
    assert!(
        text.contains("\"iam:PassedToService\": \"lambda.amazonaws.com\""),
        "{text}"
    );
    let rust = r#"iam::PassedToService.string_equals("lambda.amazonaws.com")"#;
    assert!(closed.rust().unwrap().contains(rust));
    assert!(grant(Target::Open).rust().unwrap().contains(rust));
}

#[test]
fn a_secret_by_its_name() {
    let secret = |name: &str| {
        let action = "secretsmanager:GetSecretValue";
        let mut grant = Grant::new(PolicyKind::Identity, action, Target::Open);
        for (name, value) in [
            ("region", "us-east-1"),
            ("account", "111122223333"),
            ("secret_id", name),
        ] {
            grant = grant.value(name, value);
        }
        grant.json().unwrap()
    };
    let named = secret("MySecret");
    assert!(named.contains(":secret:MySecret-??????\""), "{named}");
    let whole = secret("MySecret-a1B2c3");
    assert!(whole.contains(":secret:MySecret-a1B2c3\""), "{whole}");
}
