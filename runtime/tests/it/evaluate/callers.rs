//! Who asks: what each kind of caller carries, whom statements name, and whom nobody can be.

use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::evaluate::{Cause, Verdict};
use serde_json::{Value, json};

use super::doubts::{OBJECT, PROVIDER, ROLE, SESSION, USER, allow, ask, both, statement};
use PolicyKind::{Identity as I, Resource as R, RoleTrust as T, ServiceControl as Scp};
use Verdict::{Allowed as Yes, ExplicitDeny as Denied, ImplicitDeny as No, Undetermined as Open};

#[test]
fn the_arn_of_a_sessions_role_is_known_but_for_its_path() {
    let like = |arn: &str| json!({"ArnLike": {"aws:PrincipalArn": arn}});
    let not_like = |arn: &str| json!({"ArnNotLike": {"aws:PrincipalArn": arn}});
    let equals = |arn: &str| json!({"StringEquals": {"aws:PrincipalArn": arn}});
    let string_like = |arn: &str| json!({"StringLike": {"aws:PrincipalArn": arn}});
    for (condition, expected) in [
        // A Deny names the role, which is unique in its account; an Allow is not read that way.
        (like("arn:aws:iam::111111111111:role/app"), [Denied, Open]),
        (equals("arn:aws:iam::111111111111:role/app"), [Denied, Open]),
        // With the path it may be this role.
        (
            like("arn:aws:iam::111111111111:role/team/app"),
            [Open, Open],
        ),
        (like("arn:aws:iam::111111111111:role/team/*"), [Open, Open]),
        (string_like("*/team/app"), [Open, Open]),
        // Whatever the path.
        (like("arn:aws:iam::111111111111:role/*"), [Denied, Yes]),
        (like("arn:aws:iam::*:role/*app"), [Denied, Yes]),
        (string_like("arn:aws:iam::111111111111:*"), [Denied, Yes]),
        (like("arn:aws:iam::111111111111:role/other"), [Yes, No]),
        (like("arn:aws:iam::111111111111:user/app"), [Yes, No]),
        (like("arn:aws:iam::222222222222:role/app"), [Yes, No]),
        (equals("arn:aws:iam::111111111111:role/*"), [Yes, No]),
        (
            not_like("arn:aws:iam::111111111111:role/other"),
            [Denied, Yes],
        ),
        (not_like("arn:aws:iam::111111111111:role/app"), [Open, Open]),
        (not_like("arn:aws:iam::111111111111:role/*"), [Yes, No]),
        (json!({"Null": {"aws:PrincipalArn": "true"}}), [Yes, No]),
    ] {
        assert_eq!(both(&condition, SESSION, &[]), expected, "{condition}");
    }
    // Roles of IAM Identity Center and roles that are linked to a service always have a path. What an organization denies
    // does not limit the latter.
    let sso = "arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/joe@example.com";
    let linked = "arn:aws:sts::111111111111:assumed-role/AWSServiceRoleForECS/ecs";
    for (caller, pattern, expected) in [
        (sso, "role/AWSReservedSSO_*", [Yes, No]),
        (sso, "role/AWSReservedSSO_Admin_0123456789abcdef", [Yes, No]),
        (sso, "role/aws-reserved/*", [Denied, Yes]),
        (sso, "role/*/AWSReservedSSO_Admin_*", [Denied, Yes]),
        (
            sso,
            "role/aws-reserved/sso.amazonaws.com/eu-west-1/*",
            [Open, Open],
        ),
        (linked, "role/AWSServiceRoleFor*", [Yes, No]),
        (linked, "role/aws-service-role/*", [Yes, Yes]),
        (
            linked,
            "role/aws-service-role/ecs.amazonaws.com/*",
            [Yes, Open],
        ),
        (linked, "role/*", [Yes, Yes]),
    ] {
        let condition = like(&format!("arn:aws:iam::111111111111:{pattern}"));
        assert_eq!(
            both(&condition, caller, &[]),
            expected,
            "{caller} {pattern}"
        );
    }
    let team = like("arn:aws:iam::111111111111:role/team/app");
    let documents = [(I, statement("Allow", team.clone()))];
    let (_, open, text) = ask(&documents, "s3:GetObject", OBJECT, SESSION, &[]);
    let named = Some("aws:PrincipalArn".to_owned());
    assert_eq!(open, Some((Cause::RolePath, named)));
    assert!(
        text.contains("give the request `aws:PrincipalArn`"),
        "{text}"
    );
    for (arn, expected) in [
        ("arn:aws:iam::111111111111:role/team/app", [Denied, Yes]),
        ("arn:aws:iam::111111111111:role/app", [Yes, No]),
    ] {
        let given = [("aws:PrincipalArn", arn)];
        assert_eq!(both(&team, SESSION, &given), expected, "{arn}");
    }
}

#[test]
fn what_each_caller_carries() {
    let equals = |key: &str, value: &str| json!({"StringEquals": {key: value}});
    let like = |key: &str, value: &str| json!({"StringLike": {key: value}});
    let missing = |key: &str| json!({"Null": {key: "true"}});
    let there = |key: &str| json!({"Null": {key: "false"}});
    let root = "arn:aws:iam::111111111111:root";
    let federated = "arn:aws:sts::111111111111:federated-user/ann";
    for (caller, condition, holds) in [
        (SESSION, equals("aws:PrincipalType", "AssumedRole"), Yes),
        (SESSION, missing("aws:username"), Yes),
        (SESSION, there("aws:userid"), Yes),
        (SESSION, equals("aws:userid", "AROAEXAMPLE:s"), Open),
        (USER, equals("aws:username", "ann"), Yes),
        (USER, equals("aws:userid", "AIDAEXAMPLE"), Open),
        // What a unique ID begins with, and the name of a session at its end, follow from the caller.
        (USER, like("aws:userid", "AIDA*"), Yes),
        (USER, like("aws:userid", "AIDA???*"), Yes),
        (USER, like("aws:userid", "AIDA?????????????????"), Open),
        (USER, like("aws:userid", "AIDAEX*"), Open),
        (USER, like("aws:userid", "AROA*:*"), No),
        (USER, equals("aws:userid", "ann"), No),
        (SESSION, like("aws:userid", "*:s"), Yes),
        (SESSION, like("aws:userid", "AROA*:s"), Yes),
        (SESSION, like("aws:userid", "AROAEXAMPLE:*"), Open),
        (SESSION, like("aws:userid", "*:other"), No),
        (SESSION, like("aws:userid", "AIDA*"), No),
        (federated, equals("aws:userid", "111111111111:ann"), Yes),
        (federated, equals("aws:userid", "111111111111:bob"), No),
        (federated, like("aws:userid", "*:a??"), Yes),
        (USER, missing("aws:PrincipalServiceName"), Yes),
        // A session has credentials that expire; a user may have them.
        (SESSION, there("aws:TokenIssueTime"), Yes),
        (SESSION, missing("aws:TokenIssueTime"), No),
        // Nothing of its value follows from the caller, whatever compares it.
        (
            SESSION,
            json!({"StringLike": {"aws:TokenIssueTime": "2026*"}}),
            Open,
        ),
        (SESSION, equals("aws:TokenIssueTime", "AROAEXAMPLE:s"), Open),
        (
            federated,
            equals("aws:TokenIssueTime", "2026-01-01T00:00:00Z"),
            Open,
        ),
        (USER, missing("aws:TokenIssueTime"), Yes),
        (USER, missing("aws:Ec2InstanceSourceVpc"), Yes),
        (root, equals("aws:userid", "111111111111"), Yes),
        (root, missing("aws:PrincipalTag/team"), Yes),
        (federated, equals("aws:PrincipalType", "FederatedUser"), Yes),
        (federated, equals("aws:PrincipalArn", federated), Yes),
        (
            "sns.amazonaws.com",
            equals("aws:PrincipalIsAWSService", "true"),
            Yes,
        ),
        (
            "sns.amazonaws.com",
            equals("aws:PrincipalServiceName", "sns.amazonaws.com"),
            Yes,
        ),
        (
            "sns.amazonaws.com",
            there("aws:PrincipalServiceNamesList"),
            Yes,
        ),
        ("sns.amazonaws.com", missing("aws:PrincipalArn"), Yes),
        ("*", equals("aws:PrincipalAccount", "anonymous"), Yes),
        ("*", equals("aws:PrincipalType", "Anonymous"), Yes),
        ("*", equals("aws:userid", "anonymous"), Yes),
        ("*", missing("aws:PrincipalArn"), Yes),
        ("*", there("aws:PrincipalIsAWSService"), No),
    ] {
        let mut statement = statement("Allow", condition.clone());
        statement["Principal"] = "*".into();
        let (found, _, text) = ask(&[(R, statement)], "s3:GetObject", OBJECT, caller, &[]);
        assert_eq!(found, holds, "{caller} {condition}\n{text}");
    }
}

#[test]
fn kinds_of_principals() {
    let trust = |principal: Value| {
        let mut statement = json!({"Effect": "Allow", "Action": "sts:AssumeRole*"});
        statement["Principal"] = principal;
        (T, statement)
    };
    let asked = |principal: Value, caller: &str| {
        // Only with a token of a provider is the other operation called.
        let action = match caller {
            PROVIDER | "accounts.google.com" => "sts:AssumeRoleWithWebIdentity",
            _ => "sts:AssumeRole",
        };
        ask(&[trust(principal)], action, ROLE, caller, &[]).0
    };
    assert_eq!(asked(json!({"Federated": "*"}), PROVIDER), Yes);
    assert_eq!(asked(json!({"Federated": PROVIDER}), PROVIDER), Yes);
    assert_eq!(asked(json!({"Federated": "*"}), "accounts.google.com"), Yes);
    assert_eq!(asked(json!({"Federated": "*"}), "ec2.amazonaws.com"), No);
    assert_eq!(asked(json!({"Service": "*"}), "ec2.amazonaws.com"), Yes);
    assert_eq!(asked(json!({"Service": "*"}), PROVIDER), No);
    assert_eq!(asked(json!({"Service": "*"}), USER), No);
    // A provider is set up in the account and is not a principal of it.
    assert_eq!(asked(json!({"AWS": "111111111111"}), PROVIDER), No);
    assert_eq!(
        asked(json!({"AWS": "arn:aws:iam::111111111111:root"}), PROVIDER),
        No
    );
}

#[test]
fn not_principal_excepts_whom_it_names_with_its_account() {
    let denied = |names: Value, caller: &str| {
        let statement = json!({"Effect": "Deny", "NotPrincipal": {"AWS": names}, "Action": "*", "Resource": "*"});
        ask(
            &[allow(), (R, statement)],
            "s3:GetObject",
            OBJECT,
            caller,
            &[],
        )
    };
    let root = "arn:aws:iam::111111111111:root";
    assert_eq!(denied(json!([USER, root]), USER).0, Yes);
    assert_eq!(denied(json!([USER, "111111111111"]), USER).0, Yes);
    let (verdict, open, text) = denied(json!([USER]), USER);
    assert_eq!(
        (verdict, open),
        (Open, Some((Cause::NotPrincipal, None))),
        "{text}"
    );
    assert_eq!(denied(json!([root]), USER).0, Denied);
    assert_eq!(denied(json!([SESSION, ROLE, root]), SESSION).0, Yes);
    assert_eq!(denied(json!([SESSION, root]), SESSION).0, Open);
    assert_eq!(denied(json!([ROLE, root]), SESSION).0, Denied);
    assert_eq!(denied(json!([ROLE, root]), ROLE).0, Open);
    assert_eq!(denied(json!([USER, root]), SESSION).0, Denied);
}

#[test]
fn the_name_of_a_federated_session_does_not_say_who_made_it() {
    let all = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
    let asked = |principal: &str, caller: &str| {
        let statement = json!({"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "s3:GetObject", "Resource": OBJECT});
        let documents = [(R, statement), (PolicyKind::Session, all.clone())];
        ask(&documents, "s3:GetObject", OBJECT, caller, &[])
    };
    let session = "arn:aws:sts::111111111111:federated-user/ann";
    for user in ["ann", "bob"] {
        let (verdict, open, text) =
            asked(&format!("arn:aws:iam::111111111111:user/{user}"), session);
        assert_eq!(
            (verdict, open),
            (Open, Some((Cause::SessionMaker, None))),
            "{text}"
        );
    }
    assert_eq!(asked(session, session).0, Yes);
    // A user of another account, and a role, made no such session.
    let denied = asked("arn:aws:iam::222222222222:user/ann", session);
    assert_ne!(denied.0, Open, "{}", denied.2);
    let denied = asked("arn:aws:iam::111111111111:role/ann", session);
    assert_ne!(denied.0, Open, "{}", denied.2);
}

#[test]
fn a_federated_user_has_what_a_session_policy_or_its_name_grants() {
    let session = "arn:aws:sts::111111111111:federated-user/ann";
    let all = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
    let to = |principal: Value| json!({"Effect": "Allow", "Principal": principal, "Action": "*", "Resource": "*"});
    let some = || (I, all.clone());
    let passed = || (PolicyKind::Session, all.clone());
    for (documents, expected) in [
        (vec![some()], No),
        (vec![some(), passed()], Yes),
        (vec![passed()], No),
        (vec![(R, to(json!({"AWS": session})))], Yes),
        (vec![(R, to(json!("*")))], Yes),
        // The account, and the user who made the session, let in what the session policy allows.
        (vec![some(), (R, to(json!({"AWS": "111111111111"})))], No),
        (
            vec![(R, to(json!({"AWS": "arn:aws:iam::111111111111:user/ann"})))],
            No,
        ),
        (
            vec![some(), passed(), (R, to(json!({"AWS": "111111111111"})))],
            Yes,
        ),
    ] {
        let found = ask(&documents, "s3:GetObject", OBJECT, session, &[]);
        assert_eq!(found.0, expected, "{}", found.2);
    }
    // The session of a role needs no session policy.
    let found = ask(&[some()], "s3:GetObject", OBJECT, SESSION, &[]);
    assert_eq!(found.0, Yes, "{}", found.2);
}

#[test]
fn the_root_user_assumes_no_role() {
    let role = "arn:aws:iam::111111111111:role/app";
    let trust = json!({"Effect": "Allow", "Principal": {"AWS": "111111111111"}, "Action": "sts:*"});
    let asked = |action: &str, caller: &str| {
        ask(
            &[(PolicyKind::RoleTrust, trust.clone())],
            action,
            role,
            caller,
            &[],
        )
    };
    let (verdict, _, text) = asked("sts:AssumeRole", "arn:aws:iam::111111111111:root");
    assert_ne!(verdict, Yes, "{text}");
    assert!(text.contains("root user"), "{text}");
}

#[test]
fn an_account_in_an_endpoint_policy_is_its_root_user_or_all_of_it() {
    let endpoint = |effect: &str, principal: Value| {
        (
            PolicyKind::VpcEndpoint,
            json!({"Effect": effect, "Principal": principal, "Action": "*", "Resource": "*"}),
        )
    };
    let queue = "arn:aws:sqs:us-east-1:111111111111:q";
    let table = "arn:aws:dynamodb:us-east-1:111111111111:table/t";
    let cause = Some((Cause::EndpointType, None));
    for account in ["111111111111", "arn:aws:iam::111111111111:root"] {
        let account = json!({"AWS": account});
        let documents = [allow(), endpoint("Allow", account.clone())];
        for caller in [USER, SESSION] {
            for (action, resource) in [("s3:GetObject", OBJECT), ("dynamodb:GetItem", table)] {
                let (verdict, open, _) = ask(&documents, action, resource, caller, &[]);
                assert_eq!((verdict, &open), (Open, &cause), "{action} {caller}");
            }
            // This service has no gateway endpoints.
            assert_eq!(
                ask(&documents, "sqs:SendMessage", queue, caller, &[]).0,
                Yes
            );
        }
        let root = "arn:aws:iam::111111111111:root";
        assert_eq!(ask(&documents, "s3:GetObject", OBJECT, root, &[]).0, Yes);
        let denial = [
            allow(),
            endpoint("Allow", json!("*")),
            endpoint("Deny", account),
        ];
        assert_eq!(ask(&denial, "s3:GetObject", OBJECT, USER, &[]).0, Open);
        assert_eq!(ask(&denial, "sqs:SendMessage", queue, USER, &[]).0, Denied);
    }
    let everyone = [allow(), endpoint("Allow", json!("*"))];
    assert_eq!(ask(&everyone, "s3:GetObject", OBJECT, USER, &[]).0, Yes);
    // A resource policy that names an account names all of it.
    let bucket = json!({"Effect": "Allow", "Principal": {"AWS": "111111111111"}, "Action": "*", "Resource": "*"});
    assert_eq!(
        ask(&[allow(), (R, bucket)], "s3:GetObject", OBJECT, USER, &[]).0,
        Yes
    );
}

#[test]
fn who_nobody_can_be_is_never_simply_allowed() {
    use rekognition_iam_runtime::evaluate::is_caller;
    let conditions = [
        json!({"StringEquals": {"aws:PrincipalType": ["User", "AssumedRole"]}}),
        json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111111111111:*"}}),
        json!({"Bool": {"aws:PrincipalIsAWSService": "false"}}),
    ];
    for caller in [
        "ann",
        "user/ann",
        "AROAEXAMPLE:s1",
        "AIDAEXAMPLE",
        "111111111111:ann",
        "arn:aws:iam::111111111111:ann",
        "arn:aws:iam::111111111111:group/g",
        "arn:aws:s3:::user/ann",
        "",
    ] {
        assert!(!is_caller(caller), "{caller}");
        for condition in &conditions {
            let deny =
                json!({"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition});
            let documents = [allow(), (Scp, allow().1), (Scp, deny)];
            let found = ask(&documents, "s3:GetObject", OBJECT, caller, &[]);
            assert_ne!(found.0, Yes, "{caller} {}", found.2);
        }
    }
    for caller in [
        "arn:aws:iam::11:user/ann",
        "arn:aws:iam::111111111111:user/",
        "arn:aws:iam:::root",
    ] {
        assert!(!is_caller(caller), "{caller}");
    }
    let canonical = "a".repeat(64);
    for caller in [
        USER,
        ROLE,
        SESSION,
        PROVIDER,
        "*",
        "111111111111",
        "arn:aws:iam::111111111111:root",
        "arn:aws:sts::111111111111:federated-user/x",
        "arn:aws-cn:iam::111111111111:saml-provider/x",
        "rekognition.amazonaws.com",
        "alexa-appkit.amazon.com",
        "accounts.google.com",
        &canonical,
    ] {
        assert!(is_caller(caller), "{caller}");
    }
    // No identity policy is attached to an identity provider.
    assert_eq!(ask(&[allow()], "s3:GetObject", OBJECT, PROVIDER, &[]).0, No);
}

#[test]
fn a_session_gets_no_session_token() {
    let asked = |caller: &str| ask(&[allow()], "sts:GetSessionToken", "*", caller, &[]);
    assert_eq!(asked(USER).0, Yes);
    for caller in [
        SESSION,
        ROLE,
        "arn:aws:sts::111111111111:federated-user/ann",
    ] {
        let (verdict, _, text) = asked(caller);
        assert_eq!(verdict, No, "{caller}: {text}");
    }
}

/// KMS knows the account that asks for a key.
#[test]
fn the_account_of_a_caller_of_kms() {
    let key = "arn:aws:kms:us-east-1:111111111111:key/k";
    let statement = json!({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", "Condition": {"StringEquals": {"kms:CallerAccount": "111111111111"}}});
    for (action, resource, caller, expected) in [
        ("kms:Decrypt", key, USER, Yes),
        ("kms:Decrypt", key, "arn:aws:iam::222222222222:user/ann", No),
        ("kms:ListKeys", "*", USER, No),
        ("s3:GetObject", OBJECT, USER, No),
    ] {
        let (found, _, text) = ask(&[(R, statement.clone())], action, resource, caller, &[]);
        assert_eq!(found, expected, "{action} {caller}\n{text}");
    }
}

/// AWS does not fill in a key with several values, also when the request has one.
#[test]
fn keys_with_several_values_are_no_variables() {
    let instance = "arn:aws:ec2:us-east-1:111111111111:instance/x";
    for (resource, condition) in [
        (
            "arn:aws:ec2:us-east-1:111111111111:instance/${aws:TagKeys}",
            json!({}),
        ),
        (
            instance,
            json!({"StringEquals": {"aws:ResourceTag/o": "${aws:TagKeys}"}}),
        ),
    ] {
        let statement = json!({"Effect": "Allow", "Action": "ec2:CreateTags", "Resource": resource, "Condition": condition});
        let given = [("aws:TagKeys", "x"), ("aws:ResourceTag/o", "x")];
        let (found, open, text) = ask(&[(I, statement)], "ec2:CreateTags", instance, USER, &given);
        assert_eq!(found, Open, "{text}");
        assert!(matches!(open, Some((Cause::SeveralValues, _))), "{text}");
    }
}

/// AWS's API reference says with which credentials an operation is called; with others, no policy decides.
#[test]
fn operations_of_sts_have_their_own_callers() {
    let role = "arn:aws:iam::111111111111:role/app";
    let oidc = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com";
    let saml = "arn:aws:iam::111111111111:saml-provider/corp";
    let federated = "arn:aws:sts::111111111111:federated-user/bob";
    for (action, allowed, refused) in [
        (
            "sts:AssumeRole",
            vec![USER, SESSION, "ec2.amazonaws.com"],
            vec!["*", oidc, saml, federated, "arn:aws:iam::111111111111:root"],
        ),
        (
            "sts:AssumeRoleWithWebIdentity",
            vec![oidc, "accounts.google.com"],
            vec![saml, USER, SESSION, "ec2.amazonaws.com"],
        ),
        (
            "sts:AssumeRoleWithSAML",
            vec![saml],
            vec![oidc, "accounts.google.com", USER, SESSION],
        ),
    ] {
        for caller in allowed.into_iter().chain(refused.iter().copied()) {
            let principal = match caller {
                "*" => json!("*"),
                service if service.ends_with("2.amazonaws.com") => json!({"Service": service}),
                provider if provider.contains("provider") || provider == "accounts.google.com" => {
                    json!({"Federated": provider})
                }
                arn => json!({"AWS": arn}),
            };
            let trust = json!({"Effect": "Allow", "Principal": principal, "Action": action});
            let own = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
            let documents = [(T, trust), (I, own)];
            let (found, _, text) = ask(&documents, action, role, caller, &[]);
            let expected = if refused.contains(&caller) { No } else { Yes };
            assert_eq!(found, expected, "{action} {caller}\n{text}");
        }
    }
}

/// The ARN of a session's role decides whether a statement that names a role of its name means it.
#[test]
fn a_session_whose_role_has_another_path() {
    let session = "arn:aws:sts::111111111111:assumed-role/app/s";
    let named = |role: &str| json!([{"Effect": "Allow", "Action": "s3:GetObject", "Resource": OBJECT, "Principal": {"AWS": format!("arn:aws:iam::111111111111:role/{role}")}}]);
    let verdict = |statements: Value, caller: &str, role: Option<&str>| {
        let arn = role.map(|role| format!("arn:aws:iam::111111111111:role/{role}"));
        let context: Vec<(&str, &str)> = (arn.iter())
            .map(|arn| ("aws:PrincipalArn", arn.as_str()))
            .collect();
        ask(
            &[(PolicyKind::Resource, statements)],
            "s3:GetObject",
            OBJECT,
            caller,
            &context,
        )
        .0
    };
    assert_eq!(verdict(named("app"), session, None), Verdict::Allowed);
    assert_eq!(
        verdict(named("app"), session, Some("app")),
        Verdict::Allowed
    );
    assert_eq!(
        verdict(named("team/app"), session, Some("team/app")),
        Verdict::Allowed
    );
    assert_eq!(
        verdict(named("app"), session, Some("team/app")),
        Verdict::ImplicitDeny
    );
    let reserved = "AWSReservedSSO_Admin_0123456789abcdef";
    let caller = format!("arn:aws:sts::111111111111:assumed-role/{reserved}/ann");
    assert_eq!(
        verdict(named(reserved), &caller, None),
        Verdict::ImplicitDeny
    );
    let whole = format!("aws-reserved/sso.amazonaws.com/{reserved}");
    assert_eq!(verdict(named(&whole), &caller, None), Verdict::Allowed);
}

/// How AWS ignores the case of letters beyond ASCII is not documented: neither a grant nor a way around a denial.
#[test]
fn the_case_of_letters_beyond_ascii() {
    let when = |effect: &str, key: &str, value: &str| {
        json!({"Effect": effect, "Action": "s3:GetObject", "Resource": OBJECT,
        "Condition": {"StringEqualsIgnoreCase": {key: value}}})
    };
    let all = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
    let verdict = |statements: Value, key: &str, value: &str| {
        ask(
            &[(PolicyKind::Identity, statements)],
            "s3:GetObject",
            OBJECT,
            USER,
            &[(key, value)],
        )
        .0
    };
    let tag = "aws:PrincipalTag/Équipe";
    for (key, value, denied) in [
        (tag, "MÜNCHEN", Verdict::ExplicitDeny),
        (tag, "mÜnchen", Verdict::ExplicitDeny),
        (tag, "München", Verdict::Undetermined),
        ("aws:PrincipalTag/équipe", "MÜNCHEN", Verdict::Undetermined),
        (tag, "Munster", Verdict::Allowed),
        (tag, "MÜNCHE", Verdict::Allowed),
        ("aws:PrincipalTag/team", "MÜNCHEN", Verdict::Allowed),
    ] {
        let found = verdict(json!([all, when("Deny", tag, "MÜNCHEN")]), key, value);
        assert_eq!(found, denied, "{key} {value}");
    }
    let found = verdict(json!([when("Allow", tag, "MÜNCHEN")]), tag, "münchen");
    assert_eq!(found, Verdict::Undetermined);
}
