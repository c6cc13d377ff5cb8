//! Random sets of policies: what is proved about them is never contradicted by evaluation.

use super::sets::{QUEUE, allow, attached, broken, deny, holds, policy};
use crate::support::{Random, whatever_it_is_about};
use rekognition_iam_runtime::compare::{Guarantee, Set, Witness, compare_sets};
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::evaluate::{Reason, Request};
use rekognition_iam_runtime::glob;
use serde_json::{Value, json};

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
    for round in 0..250 {
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
    assert!(kept > 75 && lost > 75, "{kept} {lost}");
    assert!(open < 5, "{open}");
}

#[test]
fn comparisons_of_sets_are_never_contradicted_by_evaluation() {
    let mut random = Random(0xc0de);
    let (mut kept, mut lost, mut open) = (0, 0, 0);
    for round in 0..100 {
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
    assert!(kept > 75 && lost > 75, "{kept} {lost}");
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
