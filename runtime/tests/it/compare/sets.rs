//! Sets of policies: what they grant together, and agreement with evaluation.

use crate::support::{Random, program, whatever_it_is_about};
use rekognition_iam_runtime::compare::{Guarantee, Set, Witness, compare_sets};
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::evaluate::{Attached, Cause, Program, Reason, Request};
use rekognition_iam_runtime::glob;
use serde_json::{Value, json};

fn policy(statements: Value) -> Program<'static> {
    program(&json!({"Version": "2012-10-17", "Statement": statements}))
}

fn attached(kind: PolicyKind, statements: Value) -> Attached<'static> {
    Attached::new(kind, policy(statements))
}

fn allow(action: &str, resource: &str) -> Value {
    json!({"Effect": "Allow", "Action": action, "Resource": resource})
}

fn deny(action: &str, resource: &str) -> Value {
    json!({"Effect": "Deny", "Action": action, "Resource": resource})
}

fn grant(principal: Value, action: &str, resource: &str) -> Value {
    json!({"Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource})
}

const QUEUE: &str = "arn:aws:sqs:us-east-1:111111111111:q";

#[track_caller]
fn holds(found: &Guarantee) {
    assert_eq!(*found, Guarantee::Holds, "{found}");
}

#[track_caller]
fn broken(found: &Guarantee, by: &str) {
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

// Random sets.

const ACTIONS: &[&str] = &[
    "s3:GetObject",
    "s3:*",
    "s3:Put*",
    "sqs:SendMessage",
    "sqs:*",
    "kms:Decrypt",
    "kms:*",
    "*",
    "rekognition:DetectLabels",
    "kms:RetireGrant",
];
const RESOURCES: &[&str] = &[
    "*",
    "arn:aws:s3:::b/*",
    "arn:aws:s3:::b/a",
    QUEUE,
    "arn:aws:sqs:us-east-1:222222222222:*",
    "arn:aws:kms:us-east-1:111111111111:key/1",
    "arn:aws:kms:*:*:key/*",
    "arn:aws:sqs:*",
];
const PRINCIPALS: &[(&str, &str)] = &[
    ("AWS", "*"),
    ("AWS", "111111111111"),
    ("AWS", "arn:aws:iam::222222222222:root"),
    ("AWS", "arn:aws:iam::111111111111:user/a"),
    ("AWS", "arn:aws:iam::222222222222:user/b"),
    ("AWS", "arn:aws:iam::111111111111:role/r"),
    ("AWS", "arn:aws:sts::111111111111:assumed-role/r/s"),
    ("Service", "sns.amazonaws.com"),
];
const ASKED: &[(&str, &[&str])] = &[
    ("s3:GetObject", &["arn:aws:s3:::b/a", "arn:aws:s3:::b/x"]),
    ("s3:PutObject", &["arn:aws:s3:::b/a"]),
    (
        "sqs:SendMessage",
        &[
            QUEUE,
            "arn:aws:sqs:us-east-1:222222222222:q",
            "arn:aws:sqs:us-east-1:333333333333:q",
        ],
    ),
    (
        "kms:Decrypt",
        &[
            "arn:aws:kms:us-east-1:111111111111:key/1",
            "arn:aws:kms:us-east-1:222222222222:key/1",
        ],
    ),
    (
        "kms:RetireGrant",
        &["arn:aws:kms:us-east-1:111111111111:key/1"],
    ),
    ("rekognition:DetectLabels", &["*"]),
];
const CALLERS: &[&str] = &[
    "arn:aws:iam::111111111111:user/a",
    "arn:aws:iam::111111111111:user/other",
    "arn:aws:iam::222222222222:user/b",
    "arn:aws:iam::333333333333:user/c",
    "arn:aws:iam::111111111111:root",
    "arn:aws:iam::222222222222:root",
    "arn:aws:iam::111111111111:role/r",
    "arn:aws:sts::111111111111:assumed-role/r/s",
    "arn:aws:sts::111111111111:assumed-role/r/t",
    "arn:aws:sts::111111111111:assumed-role/q/s",
    "sns.amazonaws.com",
    "s3.amazonaws.com",
    "*",
];

fn statement(random: &mut Random, principals: bool) -> Value {
    let mut statement = json!({"Effect": random.one(&["Allow", "Allow", "Allow", "Deny"])});
    let not = random.chance(12);
    statement[if not { "NotAction" } else { "Action" }] = random.some(ACTIONS).into();
    let not = random.chance(12);
    statement[if not { "NotResource" } else { "Resource" }] = random.some(RESOURCES).into();
    if principals {
        let (kind, name) = PRINCIPALS[random.below(PRINCIPALS.len())];
        let not = random.chance(10) && statement["Effect"] == "Deny";
        statement[if not { "NotPrincipal" } else { "Principal" }] = json!({kind: name});
    }
    if random.chance(25) {
        let operator = random.one(&["StringEquals", "StringNotEquals", "StringEqualsIfExists"]);
        let key = random.one(&["aws:SourceVpc", "aws:PrincipalAccount"]);
        let value = if key == "aws:SourceVpc" {
            "vpc-1"
        } else {
            "111111111111"
        };
        statement["Condition"] = json!({operator: {key: value}});
    }
    statement
}

fn random_set(random: &mut Random) -> (Set<'static>, Vec<Value>) {
    const KINDS: &[(PolicyKind, usize)] = &[
        (PolicyKind::Identity, 75),
        (PolicyKind::Resource, 60),
        (PolicyKind::PermissionsBoundary, 30),
        (PolicyKind::Session, 20),
        (PolicyKind::ServiceControl, 30),
        (PolicyKind::ServiceControl, 15),
        (PolicyKind::ResourceControl, 20),
        (PolicyKind::VpcEndpoint, 15),
    ];
    let mut set = Set::new();
    let mut texts = Vec::new();
    for (number, (kind, percent)) in KINDS.iter().enumerate() {
        if !random.chance(*percent) {
            continue;
        }
        let principals = matches!(
            kind,
            PolicyKind::Resource | PolicyKind::VpcEndpoint | PolicyKind::ResourceControl
        );
        let mut statements: Vec<Value> = (0..1 + random.below(2))
            .map(|_| statement(random, principals))
            .collect();
        match kind {
            PolicyKind::ResourceControl => {
                for statement in &mut statements {
                    statement["Effect"] = "Deny".into();
                    statement["Principal"] = "*".into();
                    statement.as_object_mut().unwrap().remove("NotPrincipal");
                }
            }
            PolicyKind::Identity | PolicyKind::Resource => {}
            // Limits that let something through.
            _ if random.chance(50) => {
                let mut all = allow("*", "*");
                if principals {
                    all["Principal"] = "*".into();
                }
                statements.push(all);
            }
            _ => {}
        }
        let level = u8::from(number == 5);
        texts.push(json!({kind.name(): statements}));
        set = set.with(attached(*kind, statements.into()).level(level));
    }
    (set, texts)
}

/// Whether the statements of a set grant a request. With `own`, the callers' own policies allow everything.
fn grants(set: &Set<'_>, request: &Request<'_>, own: bool) -> bool {
    let granted = |set: &Set<'_>| {
        let decision = set.evaluate(request);
        decision.is_allowed() && decision.reason() != Reason::Root
    };
    let has = |kind| {
        set.documents()
            .iter()
            .any(|document| document.kind() == kind)
    };
    if !own || has(PolicyKind::Identity) {
        return granted(set);
    }
    let assumed = set.clone().identity(policy(allow("*", "*")));
    let decision = assumed.evaluate(request);
    let is_root = decision.reason() == Reason::Root;
    let let_in = set.documents().iter().any(|document| {
        document.kind() == PolicyKind::Resource && document.program().evaluate(request).is_allowed()
    });
    decision.is_allowed() && (let_in || (!has(PolicyKind::Resource) && (!is_root || own)))
}

/// Whether a set is about this caller: one whose policies name nobody is about users and roles.
fn is_about(set: &Set<'_>, caller: &str) -> bool {
    !caller.ends_with(":root")
        || set.documents().iter().any(|document| {
            matches!(
                document.kind(),
                PolicyKind::Resource | PolicyKind::VpcEndpoint | PolicyKind::ResourceControl
            )
        })
}

fn requests(
    random: &mut Random,
    count: usize,
) -> Vec<(
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
)> {
    (0..count)
        .map(|_| {
            let (action, resources) = ASKED[random.below(ASKED.len())];
            let vpc = random.one(&["", "vpc-1", "vpc-2"]);
            let owner = random.one(&["", "", "111111111111", "222222222222"]);
            (
                action,
                random.one(resources),
                random.one(CALLERS),
                vpc,
                owner,
            )
        })
        .collect()
}

fn request<'r>(asked: (&'r str, &'r str, &'r str, &'r str, &'r str)) -> Request<'r> {
    let (action, resource, caller, vpc, owner) = asked;
    let mut request = Request::new(action, resource).principal(caller);
    if !vpc.is_empty() {
        request = request.with("aws:SourceVpc", vpc);
    }
    // An ARN that says its account says it.
    if !owner.is_empty() && resource.contains(":s3:") {
        request = request.resource_account(owner);
    }
    request
}

#[track_caller]
fn confirm(witness: &Witness, wide: &Set<'_>, narrow: Option<&Set<'_>>, context: &str) {
    let mut asked = Request::new(witness.action(), witness.resource());
    if let Some(principal) = witness.principal() {
        asked = asked.principal(principal);
    }
    if let Some(account) = witness.resource_account() {
        asked = asked.resource_account(account);
    }
    let values: Vec<(&str, Vec<&str>)> = witness
        .context()
        .iter()
        .map(|(key, values)| (key.as_str(), values.iter().map(String::as_str).collect()))
        .collect();
    for (key, values) in &values {
        asked = asked.with(*key, values.as_slice());
    }
    let shows =
        |own| grants(wide, &asked, own) && narrow.is_none_or(|narrow| !grants(narrow, &asked, own));
    // One that relies on what AWS does not document says so.
    let told = !witness.assumed().is_empty();
    assert!(told || shows(true) || shows(false), "{witness}\n{context}");
}

#[test]
fn what_holds_is_never_contradicted_by_evaluation() {
    let mut random = Random(0x5e75);
    let (mut kept, mut lost, mut open) = (0, 0, 0);
    for round in 0..500 {
        let (set, texts) = random_set(&mut random);
        let action = random.one(&[
            "*",
            "s3:*",
            "sqs:*",
            "kms:Decrypt",
            "kms:*",
            "rekognition:DetectLabels",
        ]);
        let resource = random.one(&["*", "arn:aws:s3:::b/a", QUEUE, "arn:aws:sqs:*"]);
        let on = random.one(&[
            "arn:aws:s3:::*",
            "arn:aws:sqs:*:111111111111:*",
            "arn:aws:kms:*",
        ]);
        let asked = requests(&mut random, 60);
        let never = whatever_it_is_about(set.never(action, resource));
        let only_on = set.only_on(&[on]);
        let context =
            format!("round {round}: never {action} on {resource}; only on {on}\n{texts:#?}");
        for (found, within) in [
            (
                &never,
                &(|asked: &str, on: &str| {
                    glob::matches(action, asked, true) && glob::matches(resource, on, false)
                }) as &dyn Fn(&str, &str) -> bool,
            ),
            (&only_on, &|_, resource| !glob::matches(on, resource, false)),
        ] {
            match found {
                Guarantee::Holds => {
                    kept += 1;
                    for &parts in &asked {
                        let request = request(parts);
                        let on = request.resources().next().unwrap();
                        if !is_about(&set, parts.2) {
                            continue;
                        }
                        let granted = grants(&set, &request, true) || grants(&set, &request, false);
                        assert!(!(granted && within(parts.0, on)), "{parts:?}\n{context}");
                    }
                }
                Guarantee::Broken(witness) => {
                    lost += 1;
                    assert!(
                        within(witness.action(), witness.resource()),
                        "{witness}\n{context}"
                    );
                    confirm(witness, &set, None, &context);
                }
                Guarantee::Unknown(reason) => {
                    eprintln!("{reason}\n{context}");
                    open += 1;
                }
            }
        }
    }
    assert!(kept > 150 && lost > 150, "{kept} {lost}");
    assert!(open < 5, "{open}");
}

#[test]
fn comparisons_of_sets_are_never_contradicted_by_evaluation() {
    let mut random = Random(0xc0de);
    let (mut kept, mut lost, mut open) = (0, 0, 0);
    for round in 0..200 {
        let (old, before) = random_set(&mut random);
        // A set that is like the other one is a better test than one that has nothing to do with it.
        let (new, after) = if random.chance(70) {
            let mut set = Set::new();
            let skipped = random.below(before.len().max(1));
            for (number, document) in old.documents().iter().enumerate() {
                if number != skipped {
                    set = set.with(document.clone());
                }
            }
            let (kind, principals) = if random.chance(50) {
                (PolicyKind::Identity, false)
            } else {
                (PolicyKind::Resource, true)
            };
            let added = json!([statement(&mut random, principals)]);
            let text = json!({"skipped": skipped, kind.name(): added});
            (set.with(attached(kind, added)), vec![text])
        } else {
            random_set(&mut random)
        };
        let comparison = compare_sets(&old, &new);
        let context = format!("round {round}: {comparison}\n{before:#?}\n{after:#?}");
        let asked = requests(&mut random, 60);
        for (found, wide, narrow) in [
            (&comparison.new_access, &new, &old),
            (&comparison.lost_access, &old, &new),
        ] {
            match found {
                Guarantee::Holds => {
                    kept += 1;
                    for &parts in &asked {
                        let request = request(parts);
                        if !is_about(wide, parts.2) && !is_about(narrow, parts.2) {
                            continue;
                        }
                        for own in [true, false] {
                            let differs =
                                grants(wide, &request, own) && !grants(narrow, &request, own);
                            assert!(!differs, "{own} {parts:?}\n{context}");
                        }
                    }
                }
                Guarantee::Broken(witness) => {
                    lost += 1;
                    confirm(witness, wide, Some(narrow), &context);
                }
                Guarantee::Unknown(reason) => {
                    eprintln!("{reason}\n{context}");
                    open += 1;
                }
            }
        }
    }
    assert!(kept > 150 && lost > 150, "{kept} {lost}");
    assert!(open < 5, "{open}");
}

/// Policies of an organization do not limit a service-linked role, and who has a token of an identity provider is not one of its users.
#[test]
fn callers_whom_service_control_policies_do_not_limit() {
    let all = || policy(json!([allow("*", "*")]));
    let nothing = |kind| attached(kind, json!([deny("*", "*")]));
    let with = |kind, principal: &str| {
        Set::new()
            .identity(all())
            .with(nothing(kind))
            .principal(principal)
    };
    let linked = "arn:aws:iam::111122223333:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";
    let role = "arn:aws:iam::111122223333:role/app";
    broken(
        &with(PolicyKind::ServiceControl, linked).never("s3:*", "*"),
        linked,
    );
    holds(&with(PolicyKind::ServiceControl, role).never("s3:*", "*"));
    // What the role of a service has is not in the identity policies of a question about nobody.
    let set = Set::new()
        .identity(all())
        .with(nothing(PolicyKind::ServiceControl));
    holds(&set.never("s3:*", "*"));
    let provider = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";
    let trust = |principal| {
        attached(
            PolicyKind::RoleTrust,
            json!([{"Effect": "Allow", "Principal": principal, "Action": ["sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"]}]),
        )
    };
    let limited = |principal| {
        Set::new()
            .with(trust(principal))
            .with(nothing(PolicyKind::ServiceControl))
    };
    broken(
        &limited(json!({"Federated": provider})).never("sts:AssumeRoleWithWebIdentity", "*"),
        provider,
    );
    holds(&limited(json!({"AWS": role})).never("sts:AssumeRole*", "*"));
}
