//! Sets of policies: what they grant together, and agreement with evaluation.

use crate::support::program;
use rekognition_iam_runtime::compare::{Guarantee, Set, compare_sets};
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::evaluate::{Attached, Cause, Program};
use serde_json::{Value, json};

pub(super) fn policy(statements: Value) -> Program<'static> {
    program(&json!({"Version": "2012-10-17", "Statement": statements}))
}

pub(super) fn attached(kind: PolicyKind, statements: Value) -> Attached<'static> {
    Attached::new(kind, policy(statements))
}

pub(super) fn allow(action: &str, resource: &str) -> Value {
    json!({"Effect": "Allow", "Action": action, "Resource": resource})
}

pub(super) fn deny(action: &str, resource: &str) -> Value {
    json!({"Effect": "Deny", "Action": action, "Resource": resource})
}

pub(super) fn grant(principal: Value, action: &str, resource: &str) -> Value {
    json!({"Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource})
}

pub(super) const QUEUE: &str = "arn:aws:sqs:us-east-1:111111111111:q";

#[track_caller]
pub(super) fn holds(found: &Guarantee) {
    assert_eq!(*found, Guarantee::Holds, "{found}");
}

#[track_caller]
pub(super) fn broken(found: &Guarantee, by: &str) {
    let Guarantee::Broken(witness) = found else {
        panic!("expected a request that breaks it: {found}");
    };
    assert!(witness.to_string().contains(by), "{witness}");
}

#[test]
fn a_boundary_limits_identity_policies() {
    let identity = policy(json!([
        allow("rekognition:*", "*"),
        allow("s3:GetObject", "*")
    ]));
    let set = Set::new()
        .identity(identity)
        .boundary(policy(allow("rekognition:Detect*", "*")));
    holds(&set.never("s3:*", "*"));
    holds(&set.never("rekognition:IndexFaces", "*"));
    broken(&set.never("rekognition:*", "*"), "rekognition:DetectC");
    let nothing = Set::new()
        .identity(policy(allow("*", "*")))
        .boundary(policy(json!([])));
    holds(&nothing.never("*", "*"));
}

#[test]
fn every_layer_has_to_allow() {
    let with = |kinds: &[(PolicyKind, &str)]| {
        kinds.iter().fold(Set::new(), |set, (kind, action)| {
            set.with(attached(*kind, allow(action, "*")))
        })
    };
    for limit in [
        PolicyKind::PermissionsBoundary,
        PolicyKind::Session,
        PolicyKind::ServiceControl,
    ] {
        let set = with(&[(PolicyKind::Identity, "*"), (limit, "s3:Get*")]);
        holds(&set.never("s3:PutObject", "*"));
        broken(&set.never("s3:GetObject", "*"), "s3:GetObject");
    }
    // All levels must allow, and one policy of a level is enough.
    let level =
        |level, action| attached(PolicyKind::ServiceControl, allow(action, "*")).level(level);
    let set = with(&[(PolicyKind::Identity, "*")]);
    let both = set.clone().with(level(0, "s3:*")).with(level(1, "sqs:*"));
    holds(&both.never("*", "*"));
    let one = set.with(level(0, "s3:*")).with(level(0, "sqs:*"));
    broken(&one.never("sqs:*", "*"), "sqs:");
    holds(&one.never("sns:*", "*"));
}

#[test]
fn without_identity_policies_the_callers_own_count_as_allowing_everything() {
    let control = |statements| Set::new().with(attached(PolicyKind::ServiceControl, statements));
    let region = json!([
        allow("*", "*"),
        {"Effect": "Deny", "NotAction": "iam:*", "Resource": "*",
            "Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}},
        deny("organizations:LeaveOrganization", "*")
    ]);
    let set = control(region);
    holds(&set.never("organizations:LeaveOrganization", "*"));
    broken(&set.never("rekognition:DetectLabels", "*"), "eu-west-1");
    // Nothing but the resource policy grants, where there is one.
    let queue = Set::new().resource(policy(json!([grant(
        json!({"AWS": "222222222222"}),
        "sqs:SendMessage",
        QUEUE
    )])));
    broken(&queue.never("sqs:SendMessage", "*"), "222222222222");
    holds(&queue.never("sqs:DeleteMessage", "*"));
    holds(&queue.only_on(&[QUEUE]));
}

#[test]
fn resource_policies_reach_callers_in_different_ways() {
    let user = "arn:aws:iam::111111111111:user/a";
    let role = "arn:aws:iam::111111111111:role/r";
    let boundary = || policy(allow("s3:*", "*"));
    let on = |principal| {
        policy(json!([grant(
            json!({"AWS": principal}),
            "sqs:SendMessage",
            QUEUE
        )]))
    };
    // A boundary limits what a resource policy grants to the role, and not what it grants to a user.
    let set = |principal| {
        Set::new()
            .identity(policy(json!([])))
            .resource(on(principal))
            .boundary(boundary())
    };
    broken(&set(user).never("sqs:*", "*"), user);
    holds(
        &set(role)
            .principal("arn:aws:sts::111111111111:assumed-role/r/s")
            .never("sqs:*", "*"),
    );
    broken(
        &set("arn:aws:sts::111111111111:assumed-role/r/s").never("sqs:*", "*"),
        "assumed-role/r/s",
    );
    // Across accounts both have to allow.
    let stranger = "arn:aws:iam::222222222222:user/b";
    let across = |identity| {
        Set::new()
            .identity(policy(identity))
            .resource(on(stranger))
            .principal(stranger)
    };
    holds(&across(json!([])).never("sqs:*", "*"));
    broken(&across(allow("sqs:*", "*")).never("sqs:*", "*"), stranger);
    // Where the ARN does not say whose it is, the question can.
    let bucket = policy(json!([grant(
        json!({"AWS": stranger}),
        "s3:GetObject",
        "arn:aws:s3:::b/*"
    )]));
    let set = Set::new()
        .identity(policy(json!([])))
        .resource(bucket)
        .principal(stranger);
    broken(&set.never("s3:*", "*"), stranger);
    holds(
        &set.clone()
            .resource_account("111111111111")
            .never("s3:*", "*"),
    );
}

#[test]
fn organizations_do_not_limit_everyone() {
    let everyone = || {
        policy(json!([grant(
            json!("*"),
            "s3:GetObject",
            "arn:aws:s3:::b/*"
        )]))
    };
    let in_org = || {
        policy(
            json!([{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*",
            "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}}]),
        )
    };
    let none = || attached(PolicyKind::ServiceControl, deny("s3:*", "*"));
    let set = Set::new().resource(everyone()).with(none());
    // Someone who is not signed in.
    assert!(set.never("s3:*", "*").witness().is_some());
    // A service-linked role of the organization.
    let set = Set::new().resource(in_org()).with(none());
    broken(&set.never("s3:*", "*"), "AWSServiceRoleFor");
    holds(
        &set.principal("arn:aws:iam::111111111111:role/r")
            .never("s3:*", "*"),
    );
    // A resource control policy covers them, and some services.
    let rcp = || {
        attached(
            PolicyKind::ResourceControl,
            json!([{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}]),
        )
    };
    let set = Set::new().resource(everyone()).with(rcp());
    broken(&set.never("s3:*", "*"), "AWSServiceRoleFor");
    holds(&set.principal("*").never("s3:*", "*"));
    let set = Set::new().identity(policy(allow("*", "*"))).with(rcp());
    holds(&set.never("s3:*", "*"));
    holds(&set.never("kms:Decrypt", "*"));
    broken(&set.never("kms:*", "*"), "kms:RetireGrant");
    broken(&set.never("rekognition:*", "*"), "rekognition:");
}

#[test]
fn a_key_and_a_role_need_their_own_policy() {
    let key = "arn:aws:kms:us-east-1:111111111111:key/1";
    let own = policy(json!([grant(
        json!({"AWS": "111111111111"}),
        "kms:Decrypt",
        "*"
    )]));
    let set = Set::new().identity(policy(allow("*", "*"))).resource(own);
    broken(&set.never("kms:Decrypt", key), "kms:Decrypt");
    holds(&set.never("kms:Encrypt", key));
    broken(&set.never("sqs:*", "*"), "sqs:");
    let trust = attached(
        PolicyKind::RoleTrust,
        json!([{"Effect": "Allow", "Principal": {"AWS": "111111111111"}, "Action": "sts:AssumeRole",
            "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}]),
    );
    let set = Set::new().identity(policy(allow("sts:*", "*"))).with(trust);
    broken(
        &set.never("sts:AssumeRole", "*"),
        "aws:MultiFactorAuthPresent",
    );
    holds(&set.never("sts:TagSession", "*"));
}

#[test]
fn a_gateway_endpoint_may_not_let_through_whom_its_policy_names() {
    let endpoint = |effect: &str, principal: Value| {
        attached(
            PolicyKind::VpcEndpoint,
            json!({"Effect": effect, "Principal": principal, "Action": "*", "Resource": "*"}),
        )
    };
    let role = "arn:aws:iam::111111111111:role/app";
    let of = |action: &str, endpoint: Attached<'static>| {
        Set::new()
            .principal(role)
            .identity(policy(allow(action, "*")))
            .with(endpoint)
    };
    let everyone = endpoint("Allow", json!("*"));
    for principal in [json!({"AWS": "111111111111"}), json!({"AWS": role})] {
        let named = endpoint("Allow", principal);
        for action in ["s3:GetObject", "dynamodb:GetItem"] {
            // As a baseline, the named principals may get nothing: nothing is proved by them.
            let found = of(action, everyone.clone()).no_wider_than(&of(action, named.clone()));
            let Guarantee::Broken(witness) = &found else {
                panic!("{action}: {found}");
            };
            let [assumed] = witness.assumed() else {
                panic!("{witness}");
            };
            assert_eq!(assumed.cause(), Cause::EndpointType, "{witness}");
            holds(&of(action, named.clone()).no_wider_than(&of(action, everyone.clone())));
            // They may also get it.
            assert!(!of(action, named.clone()).never(action, "*").holds());
        }
        // Services that have interface endpoints only.
        let queue = |endpoint: &Attached<'static>| of("sqs:SendMessage", endpoint.clone());
        holds(&queue(&everyone).no_wider_than(&queue(&named)));
    }
    // A denial of the account may deny its root user alone.
    let denied = |action: &str| {
        of(action, everyone.clone()).with(endpoint("Deny", json!({"AWS": "111111111111"})))
    };
    assert!(!denied("s3:GetObject").never("s3:*", "*").holds());
    holds(&denied("sqs:SendMessage").never("sqs:*", "*"));
    // Everyone is everyone at any endpoint.
    let some = of("s3:GetObject", everyone.clone());
    holds(&of("s3:*", everyone).never("sqs:*", "*"));
    holds(&some.no_wider_than(&some));
}

#[test]
fn an_endpoint_lets_requests_through() {
    let endpoint = |action| {
        attached(
            PolicyKind::VpcEndpoint,
            json!([grant(json!("*"), action, "*")]),
        )
    };
    let set = |action| {
        Set::new()
            .identity(policy(allow("*", "*")))
            .with(endpoint(action))
    };
    holds(&set("s3:Get*").never("s3:Put*", "*"));
    broken(&set("s3:Get*").never("s3:*", "*"), "s3:Get");
    let found = compare_sets(&set("*"), &set("s3:Get*"));
    assert_eq!(found.relation().name(), "narrower", "{found}");
}

#[test]
fn sets_are_compared_by_what_they_grant() {
    let identity = |action| Set::new().identity(policy(allow(action, "*")));
    let name = |old: &Set<'_>, new: &Set<'_>| compare_sets(old, new).relation().name();
    let bounded = |action| identity("s3:*").boundary(policy(allow(action, "*")));
    assert_eq!(name(&bounded("s3:Get*"), &bounded("s3:Get*")), "equivalent");
    // Wider in a way that the other layer takes back.
    let wide = Set::new()
        .identity(policy(allow("*", "*")))
        .boundary(policy(allow("s3:Get*", "*")));
    assert_eq!(name(&bounded("s3:Get*"), &wide), "equivalent");
    assert_eq!(
        name(&identity("s3:Get*"), &bounded("s3:Get*")),
        "equivalent"
    );
    assert_eq!(name(&identity("s3:*"), &bounded("s3:Get*")), "narrower");
    assert_eq!(name(&bounded("s3:Get*"), &bounded("s3:*")), "wider");
    // A resource policy that names the account leaves it to identity policies; one that names everyone of it does not.
    let queue = |statement: Value| Set::new().resource(policy(json!([statement])));
    let account = queue(grant(
        json!({"AWS": "111111111111"}),
        "sqs:SendMessage",
        QUEUE,
    ));
    let everyone = queue(
        json!({"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": QUEUE,
        "Condition": {"StringEquals": {"aws:PrincipalAccount": "111111111111"}}}),
    );
    let found = compare_sets(&account, &everyone);
    assert_eq!(found.relation().name(), "wider", "{found}");
    // In another account the resource policy alone does not grant.
    let user = "arn:aws:iam::111111111111:user/a";
    let bucket = || {
        policy(json!([grant(
            json!({"AWS": user}),
            "s3:GetObject",
            "arn:aws:s3:::b/*"
        )]))
    };
    let both = Set::new()
        .identity(policy(allow("s3:GetObject", "arn:aws:s3:::b/*")))
        .resource(bucket())
        .principal(user);
    let one = Set::new()
        .identity(policy(json!([])))
        .resource(bucket())
        .principal(user);
    let found = compare_sets(&both, &one);
    assert_eq!(found.relation().name(), "narrower", "{found}");
    let witness = found.lost_access.witness().unwrap();
    assert!(witness.resource_account().is_some(), "{witness}");
    let own = |set: &Set<'static>| set.clone().resource_account("111111111111");
    assert_eq!(name(&own(&both), &own(&one)), "equivalent");
}

#[test]
fn messages_count_the_policies() {
    let set = Set::new()
        .identity(policy(allow("s3:GetObject", "*")))
        .boundary(policy(json!([
            allow("*", "*"),
            {"Effect": "Deny", "Action": "*", "Resource": "arn:aws:s3"}
        ])));
    let found = set.never("s3:*", "*");
    broken(&found, "s3:GetObject");
    let assumed = Set::new()
        .identity(policy(allow("s3:GetObject", "*")))
        .boundary(policy(allow("*", "arn:aws:s3")));
    broken(
        &assumed.never("s3:*", "*"),
        "statement 1 of policy 2 applies",
    );
}

#[test]
fn errors_of_tests_show_the_request() {
    let set = Set::new().identity(policy(allow("s3:GetObject", "arn:aws:s3:::b/*")));
    assert!(set.never("s3:PutObject", "*").verify().is_ok());
    let error = set.never("s3:*", "*").verify().unwrap_err();
    let text = "broken by s3:GetObject on arn:aws:s3:::b/x";
    assert_eq!(
        (error.to_string(), format!("{error:?}")),
        (text.into(), text.into())
    );
    assert!(error.guarantee().witness().is_some());
}
