//! Who gets access by the policies of resources: public or not, and to certain principals alone.

use crate::support::{Random, program};
use rekognition_iam_runtime::compare::{Grantee, Guarantee, Set, compare_sets};
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::evaluate::{Attached, Program, Request};
use serde_json::{Value, json};

fn policy(statements: Value) -> Program<'static> {
    program(&json!({"Version": "2012-10-17", "Statement": statements}))
}

fn bucket(principal: Value, condition: Value) -> Value {
    let mut statement = json!({"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"});
    if !condition.is_null() {
        statement["Condition"] = condition;
    }
    statement
}

fn everyone(condition: Value) -> Value {
    bucket(json!("*"), condition)
}

#[track_caller]
fn public(statements: Value) {
    let found = policy(statements.clone()).no_public_access();
    assert!(found.witness().is_some(), "{found}: {statements:#}");
}

#[track_caller]
fn private(statements: Value) {
    let found = policy(statements.clone()).no_public_access();
    assert_eq!(found, Guarantee::Holds, "{found}: {statements:#}");
}

/// What a request has that nobody signed fixes nobody.
#[test]
fn a_request_that_nobody_signed_is_of_the_public() {
    for condition in [
        json!({"StringEquals": {"aws:PrincipalAccount": "anonymous"}}),
        json!({"StringEquals": {"aws:PrincipalAccount": ["111111111111", "anonymous"]}}),
        json!({"StringEqualsIgnoreCase": {"aws:userid": "Anonymous"}}),
        json!({"StringLike": {"aws:SourceIp": "203.*"}}),
    ] {
        public(everyone(condition));
    }
    for condition in [
        json!({"StringEquals": {"aws:PrincipalAccount": "111111111111"}}),
        json!({"StringEquals": {"aws:PrincipalAccount": "anon"}}),
        json!({"StringEquals": {"aws:userid": "AIDAEXAMPLE5"}}),
    ] {
        private(everyone(condition));
    }
    let condition = json!({"StringEquals": {"aws:PrincipalAccount": "anonymous"}});
    let witness = policy(json!([everyone(condition)]))
        .no_public_access()
        .to_string();
    assert!(witness.contains("by *"), "{witness}");
}

#[test]
fn a_fixed_principal_is_not_the_public() {
    private(bucket(
        json!({"AWS": "arn:aws:iam::111122223333:user/JohnDoe"}),
        Value::Null,
    ));
    private(bucket(
        json!({"AWS": ["111122223333", "arn:aws:iam::444455556666:root"]}),
        Value::Null,
    ));
    private(bucket(
        json!({"Service": "cloudtrail.amazonaws.com"}),
        Value::Null,
    ));
    private(bucket(
        json!({"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}),
        Value::Null,
    ));
    public(everyone(Value::Null));
    public(bucket(json!({"AWS": "*"}), Value::Null));
    public(bucket(json!({"Service": "*"}), Value::Null));
    public(
        json!([{"Effect": "Allow", "NotPrincipal": {"AWS": "111122223333"}, "Action": "s3:*", "Resource": "*"}]),
    );
    // One public statement makes the policy public.
    public(json!([
        bucket(json!({"AWS": "111122223333"}), Value::Null),
        everyone(Value::Null)
    ]));
}

#[test]
fn conditions_with_fixed_values_are_not_the_public() {
    for condition in [
        json!({"StringEquals": {"aws:SourceVpc": "vpc-91237329"}}),
        json!({"StringEquals": {"aws:sourcevpce": ["vpce-1", "vpce-2"]}}),
        json!({"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}),
        json!({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/r-ab12/*"}}),
        json!({"StringEquals": {"aws:PrincipalAccount": "111122223333"}}),
        json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}}),
        json!({"StringLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/team-*"}}),
        json!({"ArnEquals": {"aws:SourceArn": "arn:aws:sns:us-east-1:111122223333:topic"}}),
        json!({"ArnLike": {"aws:SourceArn": "arn:aws:sns:us-east-1:111122223333:*"}}),
        json!({"ArnEquals": {"aws:SourceArn": "arn:aws:s3:::source"}}),
        json!({"StringEquals": {"aws:SourceAccount": "111122223333"}}),
        json!({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32"]}}),
        json!({"IpAddress": {"aws:SourceIp": "11.0.0.0/8"}}),
        json!({"StringLike": {"s3:DataAccessPointArn": "arn:aws:s3:us-west-2:123456789012:accesspoint/*"}}),
        json!({"StringEquals": {"aws:SourceVpc": "vpc-1"}, "Bool": {"aws:SecureTransport": "true"}}),
    ] {
        private(everyone(condition));
    }
    for condition in [
        json!({"StringLike": {"aws:SourceVpc": "vpc-*"}}),
        json!({"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}),
        json!({"StringEqualsIfExists": {"aws:SourceVpc": "vpc-1"}}),
        json!({"StringLike": {"aws:PrincipalOrgID": "o-*"}}),
        json!({"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/*"}}),
        json!({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-*/r-ab12/*"}}),
        json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/admin"}}),
        json!({"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:topic"}}),
        json!({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}}),
        json!({"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}}),
        json!({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "10.0.0.0/7"]}}),
        json!({"IpAddress": {"aws:SourceIp": "2001::/31"}}),
        json!({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),
        json!({"StringEquals": {"aws:PrincipalOrgID": "${aws:PrincipalOrgID}"}}),
        json!({"Null": {"aws:SourceVpc": "false"}}),
        // Anyone who asks chooses these.
        json!({"StringEquals": {"aws:UserAgent": "secret"}}),
        json!({"StringLike": {"aws:Referer": "https://example.com/*"}}),
        json!({"Bool": {"aws:SecureTransport": "true"}}),
        json!({"StringEquals": {"aws:RequestedRegion": "us-east-1"}}),
        json!({"StringEquals": {"aws:PrincipalTag/team": "a"}}),
    ] {
        public(everyone(condition));
    }
}

#[test]
fn a_deny_counts_for_what_it_does() {
    let deny = |condition: Value| json!({"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": condition});
    let all = || everyone(Value::Null);
    private(json!([
        all(),
        deny(json!({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}))
    ]));
    private(json!([
        all(),
        deny(
            json!({"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}, "Null": {"aws:PrincipalOrgID": "false"}})
        ),
        deny(json!({"Null": {"aws:PrincipalOrgID": "true"}}))
    ]));
    private(
        json!([all(), {"Effect": "Deny", "Principal": "*", "NotAction": "s3:ListBucket", "Resource": "*"}]),
    );
    public(json!([
        all(),
        deny(
            json!({"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}, "Bool": {"aws:PrincipalIsAWSService": "false"}})
        )
    ]));
    public(json!([
        all(),
        deny(json!({"Bool": {"aws:SecureTransport": "false"}}))
    ]));
    // A resource control policy does the same.
    let perimeter = deny(json!({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}));
    let set = Set::new().resource(policy(all())).with(Attached::new(
        PolicyKind::ResourceControl,
        policy(perimeter),
    ));
    assert_eq!(set.no_public_access(), Guarantee::Holds);
    // It does not cover every service.
    let own = json!({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"});
    let set = Set::new().resource(policy(own)).with(Attached::new(
        PolicyKind::ResourceControl,
        policy(deny(
            json!({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}),
        )),
    ));
    assert!(set.no_public_access().witness().is_some());
}

#[test]
fn trust_policies_and_identity_providers() {
    let trust = |principal: Value, condition: Value| {
        let mut statement = json!({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRoleWithWebIdentity"});
        if !condition.is_null() {
            statement["Condition"] = condition;
        }
        statement
    };
    let github = json!({"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"});
    let sub =
        |value: &str| json!({"StringLike": {"token.actions.githubusercontent.com:sub": value}});
    private(trust(json!({"AWS": "111122223333"}), Value::Null));
    private(trust(
        json!({"Federated": "arn:aws:iam::111122223333:saml-provider/corp"}),
        Value::Null,
    ));
    private(trust(
        github.clone(),
        sub("repo:octo-org/octo-repo:ref:refs/heads/main"),
    ));
    private(trust(github.clone(), sub("repo:octo-org/*")));
    private(trust(
        json!({"Federated": "cognito-identity.amazonaws.com"}),
        json!({"StringEquals": {"cognito-identity.amazonaws.com:aud": "us-east-1:0a1b2c3d-0000-0000-0000-000000000000"}}),
    ));
    public(trust(github.clone(), Value::Null));
    public(trust(github.clone(), sub("repo:*")));
    public(trust(
        github.clone(),
        json!({"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}}),
    ));
    public(trust(
        json!({"Federated": "cognito-identity.amazonaws.com"}),
        Value::Null,
    ));
    public(trust(json!({"Federated": "*"}), Value::Null));
    public(trust(
        json!({"AWS": "*"}),
        json!({"StringEquals": {"sts:ExternalId": "secret"}}),
    ));
}

fn only_to(statements: &Value, grantees: &[&str]) -> Guarantee {
    let grantees: Vec<Grantee> = grantees.iter().map(|text| text.parse().unwrap()).collect();
    policy(statements.clone()).only_to(&grantees)
}

#[test]
fn access_is_for_certain_principals_alone() {
    const ACCOUNT: &str = "111122223333";
    const OTHER: &str = "444455556666";
    let aws = |name: &str| bucket(json!({"AWS": name}), Value::Null);
    let when = |condition: Value| everyone(condition);
    for (statements, grantees) in [
        (aws(ACCOUNT), vec![ACCOUNT]),
        (aws("arn:aws:iam::111122223333:user/a"), vec![ACCOUNT]),
        (
            aws("arn:aws:iam::111122223333:user/a"),
            vec!["arn:aws:iam::111122223333:user/a"],
        ),
        (
            aws("arn:aws:sts::111122223333:assumed-role/r/s"),
            vec!["arn:aws:iam::111122223333:role/r"],
        ),
        (json!([aws(ACCOUNT), aws(OTHER)]), vec![ACCOUNT, OTHER]),
        (
            when(json!({"StringEquals": {"aws:PrincipalAccount": ACCOUNT}})),
            vec![ACCOUNT],
        ),
        (
            when(json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}})),
            vec![ACCOUNT],
        ),
        (
            when(json!({"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}})),
            vec!["o-a1b2c3d4e5"],
        ),
        (
            when(
                json!({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/r-1/*"}}),
            ),
            vec!["o-a1b2c3d4e5"],
        ),
        (
            bucket(
                json!({"Service": "sns.amazonaws.com"}),
                json!({"StringEquals": {"aws:SourceAccount": ACCOUNT}}),
            ),
            vec![ACCOUNT],
        ),
        (
            bucket(
                json!({"Service": "sns.amazonaws.com"}),
                json!({"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:111122223333:*"}}),
            ),
            vec![ACCOUNT],
        ),
        (
            bucket(json!({"Service": "sns.amazonaws.com"}), Value::Null),
            vec!["sns.amazonaws.com"],
        ),
        (
            bucket(
                json!({"Federated": "arn:aws:iam::111122223333:saml-provider/corp"}),
                Value::Null,
            ),
            vec!["arn:aws:iam::111122223333:saml-provider/corp"],
        ),
    ] {
        let found = only_to(&statements, &grantees);
        assert_eq!(found, Guarantee::Holds, "{found}: {statements:#}");
    }
    for (statements, grantees) in [
        (aws(ACCOUNT), vec![OTHER]),
        (aws(ACCOUNT), vec!["arn:aws:iam::111122223333:user/a"]),
        (
            aws("arn:aws:iam::111122223333:user/b"),
            vec!["arn:aws:iam::111122223333:user/a"],
        ),
        (json!([aws(ACCOUNT), aws(OTHER)]), vec![ACCOUNT]),
        (when(Value::Null), vec![ACCOUNT]),
        (
            when(json!({"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}})),
            vec!["o-zzzzzzzzzz"],
        ),
        (
            when(json!({"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}})),
            vec![ACCOUNT],
        ),
        (
            when(json!({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}})),
            vec!["o-a1b2c3d4e5"],
        ),
        // From where is not who.
        (
            when(json!({"StringEquals": {"aws:SourceVpc": "vpc-1"}})),
            vec![ACCOUNT],
        ),
        (
            bucket(json!({"Service": "sns.amazonaws.com"}), Value::Null),
            vec![ACCOUNT],
        ),
        (
            bucket(
                json!({"Federated": "arn:aws:iam::111122223333:saml-provider/corp"}),
                Value::Null,
            ),
            vec![ACCOUNT],
        ),
    ] {
        let found = only_to(&statements, &grantees);
        assert!(found.witness().is_some(), "{found}: {statements:#}");
    }
}

#[test]
fn a_caller_of_another_account_counts_whatever_its_own_policies_are() {
    let queue = policy(
        json!([{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:user/eve"},
        "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:us-east-1:111122223333:q"}]),
    );
    let set = Set::new().identity(policy(json!([]))).resource(queue);
    let own = [Grantee::Account("111122223333".into())];
    assert!(set.only_to(&own).witness().is_some());
}

#[test]
fn grantees_are_read() {
    for text in [
        "",
        "*",
        "someone",
        "12345678901",
        "o-short",
        "arn:aws:s3:::b",
        "arn:aws:iam::*:role/r",
        "arn:aws:iam::1:role/r",
    ] {
        assert!(text.parse::<Grantee>().is_err(), "{text}");
    }
    assert_eq!(
        "arn:aws:iam::111122223333:root".parse(),
        Ok(Grantee::Account("111122223333".into()))
    );
}

/// Nothing that an anonymous caller, or one of another account, gets is called private.
#[test]
fn what_is_private_lets_in_nobody_from_elsewhere() {
    let mut random = Random(0xab1c);
    let (mut private, mut public) = (0, 0);
    for _ in 0..400 {
        let statements: Vec<Value> = (0..1 + random.below(2))
            .map(|_| {
                let principal = [
                    json!("*"),
                    json!({"AWS": "111122223333"}),
                    json!({"Service": "sns.amazonaws.com"}),
                    json!({"AWS": "arn:aws:iam::111122223333:role/r"}),
                ][random.below(4)]
                .clone();
                let effect = random.one(&["Allow", "Allow", "Deny"]);
                let mut statement = json!({"Effect": effect, "Principal": principal, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"});
                if random.chance(60) {
                    let operator = random.one(&["StringEquals", "StringNotEquals", "StringLike", "StringEqualsIfExists", "StringNotEqualsIfExists"]);
                    let key = random.one(&["aws:SourceVpc", "aws:PrincipalOrgID", "aws:PrincipalAccount", "aws:UserAgent"]);
                    let value = random.one(&["x", "x*", "111122223333"]);
                    statement["Condition"] = json!({operator: {key: value}});
                }
                statement
            })
            .collect();
        let text = json!(statements);
        let program = policy(text.clone());
        let found = program.no_public_access();
        let mut open = false;
        for caller in ["*", "arn:aws:iam::999999999999:user/x"] {
            for vpc in ["", "vpc-other"] {
                for agent in ["x", "y"] {
                    let mut request = Request::new("s3:GetObject", "arn:aws:s3:::b/a")
                        .principal(caller)
                        .with("aws:UserAgent", agent);
                    if !vpc.is_empty() {
                        request = request.with("aws:SourceVpc", vpc);
                    }
                    open |= program.evaluate(&request).is_allowed();
                }
            }
        }
        match found {
            Guarantee::Holds => {
                private += 1;
                assert!(!open, "{text:#}");
            }
            Guarantee::Broken(_) => public += 1,
            Guarantee::Unknown(reason) => panic!("{reason}: {text:#}"),
        }
    }
    assert!(private > 60 && public > 60, "{private} {public}");
}

/// Callers of accounts and partitions that no policy writes out are looked for where a pattern says they are.
#[test]
fn a_pattern_of_accounts_is_no_fixed_account() {
    let role = |account: &str| format!("arn:aws:iam::{account}:role/x");
    for account in [
        "1*",
        "1111222233??",
        "?11122223333",
        "1111*3333",
        "9*",
        "????????????",
    ] {
        for operator in ["ArnLike", "StringLike"] {
            public(everyone(
                json!({operator: {"aws:PrincipalArn": role(account)}}),
            ));
            let not = operator.replace("Like", "NotLike");
            public(json!([
                everyone(Value::Null),
                {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*",
                 "Condition": {not: {"aws:PrincipalArn": role(account)}}},
            ]));
        }
        public(everyone(
            json!({"StringLike": {"aws:PrincipalAccount": account}, "Bool": {"aws:PrincipalIsAWSService": "false"}}),
        ));
        public(everyone(
            json!({"StringLike": {"aws:PrincipalAccount": account, "aws:username": "*"}}),
        ));
    }
    let condition = json!({"StringLike": {"aws:PrincipalAccount": ["1*", "*5", "??3*"]}, "StringNotLike": {"aws:PrincipalAccount": ["1?4*", "*55"]}});
    public(everyone(condition));
    // The parts of one number that no account has together.
    for condition in [
        json!({"StringLike": {"aws:PrincipalAccount": "1*"}, "StringNotLike": {"aws:PrincipalAccount": "?*"}}),
        json!({"StringLike": {"aws:PrincipalAccount": "1*"}, "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::2*:role/x"}}),
        json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::1111222233333*:role/x"}}),
        json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::11112222333a:role/*"}}),
    ] {
        let found = policy(json!([everyone(condition.clone())])).never("s3:*", "*");
        assert_eq!(found, Guarantee::Holds, "{condition}");
    }
}

#[test]
fn callers_are_of_the_partition_of_the_resource() {
    let on = |partition: &str, condition: Value| {
        let mut statement = everyone(condition);
        statement["Resource"] = json!(format!("arn:{partition}:s3:::b/*"));
        statement
    };
    let role = |partition: &str| json!({"ArnLike": {"aws:PrincipalArn": format!("arn:{partition}:iam::*:role/x")}});
    for partition in ["aws", "aws-cn", "aws-us-gov"] {
        public(on(partition, role(partition)));
        public(on("*", role(partition)));
        let found = policy(json!([on(partition, role(partition))])).no_public_access();
        let by = found
            .witness()
            .and_then(|witness| witness.principal().map(String::from))
            .unwrap();
        assert!(by.starts_with(&format!("arn:{partition}:")), "{by}");
    }
    let found = policy(json!([on("aws-cn", role("aws"))])).never("s3:*", "*");
    assert_eq!(found, Guarantee::Holds);
    let deny = |partition: &str| {
        json!({"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*",
            "Condition": {"ArnNotLike": {"aws:PrincipalArn": format!("arn:{partition}:iam::*:*")}}})
    };
    public(json!([on("aws-cn", Value::Null), deny("aws-cn")]));
    private(json!([on("aws-cn", Value::Null), deny("aws")]));
}

/// That a caller of one partition has no resource says nothing about a caller of another.
#[test]
fn callers_of_two_partitions_are_asked_for_each() {
    let read = |principals: Value, resource: &str| {
        policy(
            json!([{"Effect": "Allow", "Principal": principals, "Action": "s3:GetObject", "Resource": resource}]),
        )
    };
    let china = "arn:aws-cn:s3:::b/*";
    let both =
        json!({"AWS": ["arn:aws:iam::111111111111:user/a", "arn:aws-cn:iam::222222222222:user/b"]});
    let none = policy(
        json!([{"Effect": "Deny", "Principal": "*", "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::b/*"}]),
    );
    let account = json!({"StringLike": {"aws:PrincipalAccount": ["*5", "111111111111"]}});
    let mut accounts = json!([{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "s3:GetObject", "Resource": china}]);
    accounts[0]["Condition"] = account;
    let other = read(
        json!({"AWS": "arn:aws:iam::222222222222:user/x"}),
        "arn:aws:s3:::b/*",
    );
    for (old, new, expected) in [
        (read(both, china), none, "narrower"),
        (policy(accounts), other, "incomparable"),
    ] {
        let (old, new) = (Set::new().resource(old), Set::new().resource(new));
        assert_eq!(compare_sets(&old, &new).relation().name(), expected);
    }
}

/// The name of a role is unique in its account: where a statement names `role/app`, no session is of `role/x/app`.
#[test]
fn a_session_is_of_the_role_that_a_statement_names() {
    let session = "arn:aws:sts::111111111111:assumed-role/app/s";
    let read = |principal: &str| policy(bucket(json!({"AWS": principal}), Value::Null));
    let relation = |role: &str, asked: Option<&str>| {
        let set = |principal: &str| {
            let set = Set::new().resource(read(principal));
            asked.map_or(set.clone(), |asked| set.principal(asked))
        };
        compare_sets(&set(role), &set(session)).relation().name()
    };
    for role in ["role/app", "role/x/app"] {
        let role = format!("arn:aws:iam::111111111111:{role}");
        assert_eq!(relation(&role, Some(session)), "equivalent", "{role}");
        // Other sessions of the role, and the role itself, are not in the new policy.
        assert_eq!(relation(&role, None), "narrower", "{role}");
    }
    // Of another role nothing is known.
    let other = "arn:aws:iam::111111111111:role/other";
    assert_eq!(relation(other, Some(session)), "wider");
}

#[test]
fn more_patterns_of_accounts_than_are_looked_at_are_no_answer() {
    let patterns: Vec<String> = (0..12)
        .flat_map(|place| {
            ["1", "2"]
                .map(|digit| format!("{}{digit}{}", "?".repeat(place), "?".repeat(11 - place)))
        })
        .collect();
    let statements: Vec<Value> = (patterns.iter().enumerate())
        .map(|(number, pattern)| {
            json!({"Effect": "Deny", "Principal": "*", "Action": format!("s3:Get{number}"), "Resource": "*",
                "Condition": {"StringLike": {"aws:PrincipalAccount": pattern}}})
        })
        .collect();
    let mut all = vec![
        json!({"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}),
    ];
    all.extend(statements);
    let found = policy(json!(all)).only_to(&[Grantee::Account("111122223333".into())]);
    assert!(matches!(found, Guarantee::Unknown(_)), "{found}");
    all.truncate(3);
    let found = policy(json!(all)).only_to(&[Grantee::Account("111122223333".into())]);
    assert_eq!(found, Guarantee::Holds);
}

#[test]
fn the_account_of_a_caller_is_in_keys_of_services() {
    let account = json!({"StringEquals": {"kms:CallerAccount": "111122223333", "kms:ViaService": "s3.us-east-1.amazonaws.com"}});
    let key = |condition: &Value| {
        let mut statement = everyone(condition.clone());
        statement["Action"] = json!("kms:*");
        statement["Resource"] = json!("*");
        policy(json!([statement]))
    };
    let own = [Grantee::Account("111122223333".into())];
    assert_eq!(key(&account).no_public_access(), Guarantee::Holds);
    assert_eq!(key(&account).only_to(&own), Guarantee::Holds);
    let any = json!({"StringLike": {"kms:CallerAccount": "1111*"}});
    assert!(key(&any).no_public_access().witness().is_some());
    assert!(key(&any).only_to(&own).witness().is_some());
    let mut topic = everyone(json!({"StringEquals": {"aws:SourceOwner": "111122223333"}}));
    topic["Principal"] = json!({"Service": "cloudwatch.amazonaws.com"});
    assert_eq!(policy(json!([topic])).only_to(&own), Guarantee::Holds);
}
