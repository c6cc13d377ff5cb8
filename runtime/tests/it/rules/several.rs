//! What is right does not hide what is wrong after it.

#![cfg(all(feature = "json", feature = "sts", feature = "s3"))]

use rekognition_iam_runtime::PolicyKind;
use rekognition_iam_runtime::check::{Iam, Options, Severity};
use rekognition_iam_runtime::json;

fn ids(kind: PolicyKind, text: &str) -> Vec<&'static str> {
    let options = Options::new(kind);
    let report = json::check(text, &options);
    report
        .findings
        .iter()
        .map(|located| located.finding.id)
        .collect()
}

#[test]
fn a_right_principal_before_a_wrong_one() {
    let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",
        "Principal":{"AWS":["arn:aws:iam::123456789012:role/right","arn:User ARN"]}}]}"#;
    assert!(ids(PolicyKind::RoleTrust, text).contains(&"REKOGNITION_IAM_PRINCIPAL_FORMAT"));
}

#[test]
fn another_operator_before_two_numbers() {
    let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListBucket",
        "Resource":"arn:aws:s3:::uploads","Condition":{"StringEquals":{"s3:prefix":"a"},
        "NumericLessThan":{"s3:max-keys":["10","20"]}}}]}"#;
    assert!(ids(PolicyKind::Identity, text).contains(&"REDUNDANT_CONDITION_VALUE_NUM"));
}

/// A version that could not be read is not missing, too, nor older than policy variables.
#[test]
fn a_version_of_the_wrong_type() {
    let text = |version: &str| {
        format!(
            r#"{{"Version":{version},"Statement":[{{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::homes/${{aws:username}}/*"}}]}}"#
        )
    };
    let ids = |version: &str| ids(PolicyKind::Identity, &text(version));
    assert_eq!(ids("20121017"), ["DATA_TYPE_MISMATCH"]);
    assert_eq!(ids("\"2008-10-17\""), ["VARIABLE_UNSUPPORTED_IN_VERSION"]);
    let none = text("0").replace("\"Version\":0,", "");
    let found = self::ids(PolicyKind::Identity, &none);
    assert_eq!(
        found,
        ["MISSING_VERSION", "VARIABLE_UNSUPPORTED_IN_VERSION"]
    );
}

/// What a front end knows of a policy's resource counts more than what the document looks like.
#[test]
fn a_resource_that_is_known() {
    let found = |services: &[&str], given: bool, statement: &str| -> Vec<&'static str> {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
        let options = Options::new(PolicyKind::Resource)
            .services(services)
            .kind_is_given(given);
        let report = json::check(&text, &options);
        let ids = report.findings.iter().map(|located| located.finding.id);
        ids.filter(|id| {
            [
                "UNSUPPORTED_ACTION_IN_POLICY",
                "REKOGNITION_IAM_ALLOWED_TO_EVERYONE",
            ]
            .contains(id)
        })
        .collect()
    };
    let statement = |principal: &str, actions: &str| {
        format!(r#"{{"Effect":"Allow","Principal":{principal},"Action":{actions},"Resource":"*"}}"#)
    };
    let account = r#"{"AWS":"123456789012"}"#;
    let foreign = ["UNSUPPORTED_ACTION_IN_POLICY"];
    let public = ["REKOGNITION_IAM_ALLOWED_TO_EVERYONE"];

    let mixed = statement(account, r#"["sns:Publish","s3:GetObject"]"#);
    assert_eq!(found(&["sns"], true, &mixed), foreign);
    assert_eq!(found(&["sns", "s3"], true, &mixed), [""; 0]);
    assert_eq!(found(&[], true, &mixed), [""; 0]);
    assert_eq!(
        found(&["sns"], true, &statement(account, r#""*""#)),
        [""; 0]
    );

    // Without a kind, it may be the policy of a VPC endpoint.
    let everyone = statement(r#""*""#, r#"["sns:Publish","s3:GetObject"]"#);
    assert_eq!(found(&[], true, &everyone), public);
    assert_eq!(found(&[], false, &everyone), [""; 0]);
    let rekognition = statement(r#""*""#, r#""rekognition:DetectText""#);
    assert_eq!(found(&[], false, &rekognition), [""; 0]);
    let both = found(&[], true, &rekognition);
    assert!(
        both.contains(&foreign[0]) && both.contains(&public[0]),
        "{both:?}"
    );

    // One that is guarded elsewhere.
    let invoke = statement(r#""*""#, r#""execute-api:Invoke""#);
    assert_eq!(found(&[], true, &invoke), [""; 0]);
    assert_eq!(
        found(&["execute-api"], true, &statement(r#""*""#, r#""*""#)),
        [""; 0]
    );
    assert_eq!(
        found(&["events"], true, &statement(r#""*""#, r#""*""#)),
        public
    );
}

/// A name in an ARN is not another ARN or a URL. The key of an object may be anything.
#[test]
fn what_is_not_a_name_in_an_arn() {
    let found = |resource: &str| -> Vec<String> {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"*","Resource":"{resource}"}}]}}"#
        );
        let report = json::check(&text, &Options::new(PolicyKind::Identity));
        let found = report.findings.iter().map(|located| &located.finding);
        found
            .filter(|finding| finding.id.starts_with("INVALID_ARN"))
            .map(|finding| finding.message.render(&rekognition_iam_runtime::check::Iam))
            .collect()
    };
    for inner in ["arn:aws:s3:::b", "https://sqs.us-east-1.amazonaws.com/1/q"] {
        for outer in [
            "arn:aws:s3:::",
            "arn:aws:sqs:us-east-1:123456789012:",
            "arn:aws:iam::123456789012:role/",
            "arn:aws:rekognition:us-east-1:123456789012:collection/",
        ] {
            let messages = found(&format!("{outer}{inner}"));
            assert_eq!(messages.len(), 1, "{outer}{inner}: {messages:?}");
            assert!(messages[0].contains("inside an ARN"), "{messages:?}");
        }
        assert_eq!(found(&format!("arn:aws:s3:::b/{inner}")), [""; 0]);
    }
    // What another tool writes for a value is one field, with one finding of another rule.
    let hash = "arn:aws:rekognition:#{AWS::Region}:#{AWS::AccountId}:collection/c";
    assert_eq!(found(hash), [""; 0]);
    assert_eq!(found(&hash.replace("collection", "collections")).len(), 1);
}

/// The statement's findings in words, with their help.
fn told(kind: PolicyKind, statement: &str) -> String {
    let statement = statement.replace('\'', "\"");
    let text = format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{statement}]}}");
    let mut told = String::new();
    for located in json::check(&text, &Options::new(kind)).findings {
        let finding = located.finding;
        told += &format!("{}: {}\n", finding.id, finding.message.render(&Iam));
        for help in &finding.help {
            told += &format!("{}\n", help.render(&Iam));
        }
    }
    told
}

/// Who follows the help is not told the opposite afterwards.
#[test]
fn help_names_the_operator_that_stays() {
    for (operator, instead) in [
        ("StringEquals", "use `ArnLike`"),
        ("StringEqualsIgnoreCase", "use `ArnLike`"),
        ("StringNotEquals", "use `ArnNotLike`"),
    ] {
        let of = |key: &str, value: &str| {
            let block = format!("'{operator}':{{'{key}':'{value}'}}");
            told(
                PolicyKind::Identity,
                &format!(
                    "{{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::b/*','Condition':{{{block}}}}}"
                ),
            )
        };
        let arn = of("aws:PrincipalArn", "arn:aws:iam::123456789012:role/x*");
        assert!(arn.contains(instead), "{operator}: {arn}");
        let text = of("aws:PrincipalTag/team", "x*");
        assert!(
            text.contains("StringLike") || text.contains("StringNotLike"),
            "{text}"
        );
    }
}

/// A claim of another cluster is the usual mistake after copying a trust policy.
#[cfg(feature = "sts")]
#[test]
fn a_claim_is_one_of_the_provider() {
    const OWN: &str = "oidc.eks.us-east-1.amazonaws.com/id/AB12";
    let of = |principal: &str, key: &str| {
        told(
            PolicyKind::RoleTrust,
            &format!(
                "{{'Effect':'Allow','Principal':{{'Federated':'{principal}'}},'Action':'sts:AssumeRoleWithWebIdentity','Condition':{{'StringEquals':{{'{key}':'a'}}}}}}"
            ),
        )
    };
    let provider = format!("arn:aws:iam::123456789012:oidc-provider/{OWN}");
    let other = of(&provider, "oidc.eks.us-west-2.amazonaws.com/id/CD34:sub");
    assert!(
        other.contains("`oidc.eks.us-west-2.amazonaws.com/id/CD34` is not the provider that this statement trusts\nbegin the key with the provider of the principal: `oidc.eks.us-east-1.amazonaws.com/id/AB12:sub`"),
        "{other}"
    );
    let own = of(&provider, &format!("{OWN}:sub"));
    assert!(!own.contains("INVALID_SERVICE"), "{own}");
    let saml = "arn:aws:iam::123456789012:saml-provider/corp";
    let other = of(saml, &format!("{OWN}:sub"));
    assert!(
        other.contains("name that provider as the principal"),
        "{other}"
    );
}

/// Only policies of VPC endpoints grant to assume roles and have resources, and those name accounts.
#[test]
fn a_service_that_assumes_a_role_is_in_a_trust_policy() {
    let detected = |statement: &str| {
        let statement = statement.replace('\'', "\"");
        let text = format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{statement}]}}");
        PolicyKind::detect(&json::read(&text).unwrap())
    };
    for (principal, kind) in [
        ("{'Service':'lambda.amazonaws.com'}", PolicyKind::RoleTrust),
        ("{'Federated':'accounts.google.com'}", PolicyKind::RoleTrust),
        ("{'AWS':'123456789012'}", PolicyKind::Resource),
        ("'*'", PolicyKind::Resource),
    ] {
        let statement = format!(
            "{{'Effect':'Allow','Principal':{principal},'Action':'sts:AssumeRole','Resource':'*'}}"
        );
        assert_eq!(detected(&statement), kind, "{principal}");
    }
    let publish = "{'Effect':'Allow','Principal':{'Service':'s3.amazonaws.com'},'Action':'sns:Publish','Resource':'*'}";
    assert_eq!(detected(publish), PolicyKind::Resource);
}

/// AWS rejects a policy of which some statements have principals: it is what most of it looks like.
#[test]
fn a_stray_principal_does_not_decide_the_kind() {
    let none = "{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*'}";
    let other = "{'Effect':'Allow','Action':'s3:GetObject','Resource':'*'}";
    let stray =
        "{'Effect':'Allow','Principal':'*','Action':'rekognition:DetectText','Resource':'*'}";
    let role = "{'Effect':'Allow','Principal':{'Service':'lambda.amazonaws.com'},'Action':'sts:AssumeRole'}";
    for (statements, kind) in [
        (&[none, none, stray][..], PolicyKind::Identity),
        (&[stray, none, stray], PolicyKind::Resource),
        (&[stray, none], PolicyKind::Resource),
        (&[stray, other], PolicyKind::Identity),
        (
            &[
                role,
                &role.replace("'Principal':{'Service':'lambda.amazonaws.com'},", ""),
            ],
            PolicyKind::RoleTrust,
        ),
    ] {
        let text = format!(
            "{{\"Version\":\"2012-10-17\",\"Statement\":[{}]}}",
            statements.join(",").replace('\'', "\"")
        );
        assert_eq!(
            PolicyKind::detect(&json::read(&text).unwrap()),
            kind,
            "{text}"
        );
    }
}

/// The help names what to write, where the value or the action shows it.
#[test]
fn help_follows_from_the_value() {
    let said = |statement: &str| {
        let text = format!(
            "{{\"Version\":\"2012-10-17\",\"Statement\":[{}]}}",
            statement.replace('\'', "\"")
        );
        let options = Options::new(PolicyKind::Identity);
        let report = json::check(&text, &options);
        (report.findings.iter())
            .flat_map(|located| &located.finding.help)
            .map(|help| help.render(&Iam))
            .collect::<Vec<_>>()
            .join("; ")
    };
    let age = |value: &str| {
        said(&format!(
            "{{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{{'NumericLessThan':{{'aws:MultiFactorAuthAge':'{value}'}}}}}}"
        ))
    };
    assert_eq!(age("1h"), "write the number of seconds: `3600`");
    assert_eq!(age("one hour"), "write a number of seconds, such as `3600`");
    assert_eq!(age("3600"), "");
    let on = |resource: &str| {
        said(&format!(
            "{{'Effect':'Allow','Action':'rekognition:SearchFaces','Resource':'arn:aws:rekognition:us-east-1:123456789012:{resource}'}}"
        ))
    };
    assert_eq!(on("colection/staff"), "did you mean `collection/staff`?");
    assert_eq!(
        on("faces/staff"),
        "the ARN format for these actions is `arn:${Partition}:rekognition:${Region}:${Account}:collection/${CollectionId}`"
    );
    let key = said(
        "{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'rekognition:CollectionId':'a'}}}",
    );
    assert!(key.starts_with("to limit a statement to some resources of the type `collection`, name them as its resources; if AWS"), "{key}");
    let key = said(
        "{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'rekognition:Zebra':'a'}}}",
    );
    assert!(key.starts_with("if AWS released it"), "{key}");
    assert_eq!(
        said(
            "{'Effect':'Allow','Action':['rekognition:DetectT*','rekognition:DetectText'],'Resource':'*'}"
        ),
        "remove this action, or the pattern if you did not mean to list all that it matches"
    );
}

/// `ForAllValues` holds for an action without the key, so the statement grants it.
#[cfg(all(feature = "dynamodb", feature = "s3"))]
#[test]
fn what_holds_without_the_key_works_for_the_other_actions() {
    let of = |effect: &str, operator: &str, actions: &str| {
        told(
            PolicyKind::Identity,
            &format!(
                "{{'Effect':'{effect}','Action':[{actions}],'Resource':'arn:aws:dynamodb:us-east-1:123456789012:table/t','Condition':{{'{operator}':{{'dynamodb:LeadingKeys':'a'}}}}}}"
            ),
        )
        .contains("UNSUPPORTED_ACTION_FOR_CONDITION_KEY")
    };
    let (both, other) = (
        "'dynamodb:GetItem','dynamodb:DescribeTable'",
        "'dynamodb:DescribeTable'",
    );
    assert!(!of("Allow", "ForAllValues:StringEquals", both));
    assert!(of("Allow", "ForAllValues:StringEquals", other));
    assert!(of("Allow", "ForAnyValue:StringEquals", both));
    assert!(of("Deny", "ForAllValues:StringEquals", both));
}

/// The key that replaces `aws:SourceOwner` is only in requests by services.
#[test]
fn help_for_a_retired_key_is_for_who_calls() {
    let of = |principal: &str| {
        told(
            PolicyKind::Resource,
            &format!(
                "{{'Effect':'Allow','Principal':{principal},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t','Condition':{{'StringEquals':{{'AWS:SourceOwner':'123456789012'}}}}}}"
            ),
        )
    };
    let help = "for users and roles, use `aws:PrincipalAccount`";
    assert!(of("{'AWS':'*'}").contains(help));
    assert!(of("{'AWS':'123456789012'}").contains(help));
    assert!(!of("{'Service':'s3.amazonaws.com'}").contains(help));
}

/// An ARN that matches nothing is as bad in each service whose formats are all known.
#[cfg(feature = "all-services")]
#[test]
fn arns_that_match_nothing_are_errors() {
    let severity = |action: &str, resource: &str| {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"{action}","Resource":"{resource}"}}]}}"#
        );
        let report = json::check(&text, &Options::new(PolicyKind::Identity));
        (report.findings.first()).map(|located| located.finding.severity)
    };
    for (action, resource) in [
        (
            "route53:GetHostedZone",
            "arn:aws:route53:us-east-1:123456789012:hostedzone/Z1",
        ),
        (
            "cloudfront:CreateInvalidation",
            "arn:aws:cloudfront:us-east-1:123456789012:distribution/E1",
        ),
        ("ecr:BatchGetImage", "arn:aws:ecr:us-east-1:123456789012:x"),
        (
            "rds:DeleteDBInstance",
            "arn:aws:rds:us-east-1:123456789012:instance:x",
        ),
    ] {
        assert_eq!(
            severity(action, resource),
            Some(Severity::Error),
            "{resource}"
        );
    }
    // The format of another service's type that has ARNs of all services is not one of this service.
    let table = told(
        PolicyKind::Identity,
        "{'Effect':'Allow','Action':'dynamodb:GetItem','Resource':'arn:aws:dynamodb:us-east-1:123456789012:t'}",
    );
    assert!(table.contains("table/${TableName}"), "{table}");
    assert!(!table.contains("${Vendor}"), "{table}");
    // Not all formats of this one are in the reference.
    let scaling = "arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:0a1b:resource/ecs/x";
    assert_eq!(
        severity("autoscaling:SetDesiredCapacity", scaling),
        Some(Severity::Warning)
    );
    assert_eq!(
        severity(
            "ecr:BatchGetImage",
            "arn:aws:ecr:us-east-1:123456789012:repository/x"
        ),
        None
    );
}
