//! Comparison: known answers, agreement with exhaustive enumeration, and witnesses that are right.

use crate::support::universe::{Context, Universe, random_policy};
use crate::support::{Random, document, parse, program, whatever_it_is_about};
use rekognition_iam_runtime::compare::{
    Guarantee, Obstacle, Relation, Set, compare, compare_programs, never, only_on,
};
use rekognition_iam_runtime::evaluate::{Program, Request, Verdict};
use serde_json::json;

fn relation(old: &str, new: &str) -> String {
    let wrap = |statements: &str| {
        parse(&format!(
            r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#
        ))
    };
    let comparison = compare(&wrap(old), &wrap(new));
    comparison.to_string().trim_end().replace("\n  ", "; ")
}

const ALL: &str = r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#;

#[rustfmt::skip]
const KNOWN: &[(&str, &str, &str)] = &[
    (ALL, ALL, "equivalent"),
    ("", "", "equivalent"),
    (ALL, "", "narrower; lost access: rekognition:AssociateFaces on arn:aws:rekognition:us-east-1:123456789012:collection/example"),
    ("", r#"{"Effect": "Allow", "Action": "rekognition:detectlabels", "Resource": "*"}"#, "wider; new access: rekognition:DetectLabels on *"),
    // One wildcard and what it represents.
    (r#"{"Effect": "Allow", "Action": "rekognition:*", "Resource": "*"}"#, r#"{"Effect": "Allow", "NotAction": "rekognition:?*", "Resource": "*"}"#, "incomparable; new access: "),
    (r#"{"Effect": "Allow", "Action": ["a:b*", "a:c"], "Resource": "*"}"#, r#"{"Effect": "Allow", "Action": ["A:C", "a:B*", "a:bd"], "Resource": "*"}"#, "equivalent"),
    // An action without resource types is asked for on `*` alone: the ARN grants nothing.
    ("", r#"{"Effect": "Allow", "Action": "rekognition:DetectLabels", "Resource": "arn:aws:rekognition:*:*:collection/*"}"#, "equivalent"),
    // Resources: `*` reaches over everything, and a union covers what none of its members does.
    (r#"{"Effect": "Allow", "Action": "a:b", "Resource": "arn:aws:s3:::b/*"}"#, r#"{"Effect": "Allow", "Action": "a:b", "Resource": ["arn:aws:s3:::b/", "arn:aws:s3:::b/?*"]}"#, "equivalent"),
    (r#"{"Effect": "Allow", "Action": "a:b", "Resource": "arn:aws:s3:::b/*"}"#, r#"{"Effect": "Allow", "Action": "a:b", "Resource": ["arn:aws:s3:::b/*", "arn:aws:s3:::c"]}"#, "wider; new access: a:b on arn:aws:s3:::c"),
    (r#"{"Effect": "Allow", "Action": "a:b", "Resource": "arn:aws:s3:::b/*"}"#, r#"{"Effect": "Allow", "Action": "a:b", "Resource": "arn:aws:s3:::b/*"}, {"Effect": "Deny", "Action": "a:*", "NotResource": "arn:aws:s3:::b/public/*"}"#, "narrower; lost access: a:b on arn:aws:s3:::b/x"),
    (r#"{"Effect": "Allow", "Action": "a:b", "Resource": "arn:aws:s3:::b/public/*"}"#, r#"{"Effect": "Allow", "Action": "a:b", "Resource": "arn:aws:s3:::b/*"}, {"Effect": "Deny", "Action": "a:*", "NotResource": "arn:aws:s3:::b/public/*"}"#, "equivalent"),
    // Conditions.
    (r#"{"Effect": "Allow", "Action": "a:b", "Resource": "*"}"#, r#"{"Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}"#, r#"narrower; lost access: a:b on arn:aws:a:us-east-1:123456789012:example with aws:SecureTransport = "false""#),
    (r#"{"Effect": "Allow", "Action": "a:b", "Resource": "*"}"#, r#"{"Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"Null": {"aws:SourceVpc": "true"}}}, {"Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"StringLike": {"aws:SourceVpc": "*"}}}"#, "equivalent"),
    (r#"{"Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}"#, r#"{"Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": ["10.0.0.0/9", "10.128.0.0/9"]}}}"#, "equivalent"),
    (r#"{"Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}"#, r#"{"Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": ["10.0.0.0/9", "10.128.0.0/10"]}}}"#, r#"narrower; lost access: a:b on arn:aws:a:us-east-1:123456789012:example with aws:SourceIp = "10.192.0.0""#),
    (r#"{"Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"NumericLessThan": {"s3:signatureAge": "10"}}}"#, r#"{"Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"NumericLessThanEquals": {"s3:signatureAge": "9.5"}}}"#, "narrower; lost access: a:b on arn:aws:a:us-east-1:123456789012:example with s3:signatureAge = \"9.75\""),
    (r#"{"Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"DateLessThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}}}"#, r#"{"Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"DateLessThan": {"aws:CurrentTime": "1767225600"}}}"#, "equivalent"),
    (r#"{"Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"StringEquals": {"aws:SourceVpc": ["a", "b"]}}}"#, r#"{"Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"StringEquals": {"aws:sourcevpc": "b"}}}, {"Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"StringEquals": {"aws:SourceVpc": "a"}}}"#, "equivalent"),
    (r#"{"Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"StringNotEquals": {"aws:SourceVpc": "a"}}}"#, r#"{"Effect": "Allow", "Action": "a:b", "Resource": "*"}, {"Effect": "Deny", "Action": "a:b", "Resource": "*", "Condition": {"StringEquals": {"aws:SourceVpc": "a"}}}"#, "equivalent"),
    (r#"{"Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}}"#, r#"{"Effect": "Allow", "Action": "a:b", "Resource": "*"}, {"Effect": "Deny", "Action": "a:b", "Resource": "*", "Condition": {"ForAnyValue:StringNotEquals": {"aws:TagKeys": ["a", "b"]}}}"#, "equivalent"),
    (r#"{"Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}}"#, r#"{"Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": "a"}}}, {"Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": "b"}}}"#, r#"narrower; lost access: a:b on arn:aws:a:us-east-1:123456789012:example with aws:TagKeys = ["b", "a"]"#),
    (r#"{"Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"ArnLike": {"k:arn": "arn:aws:sns:*:1:t"}}}"#, r#"{"Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"StringLike": {"k:arn": "arn:aws:sns:*:1:t"}}}"#, r#"wider; new access: a:b on arn:aws:a:us-east-1:123456789012:example with k:arn = "arn:aws:sns:::1:t""#),
    // An identity policy is never asked about a service that calls for a resource.
    (r#"{"Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:1:t"}}}"#, "", "equivalent"),
    // Variables: the same text means the same; whether a text is one of the values decides nobody.
    (r#"{"Effect": "Allow", "Action": "a:b", "Resource": "arn:aws:s3:::b/${aws:username}/*"}"#, r#"{"Effect": "Allow", "Action": "a:b", "Resource": "arn:aws:s3:::b/${AWS:UserName}/*"}"#, "equivalent"),
    (r#"{"Effect": "Allow", "Action": "a:b", "Resource": "arn:aws:s3:::b/${aws:username}/*"}"#, r#"{"Effect": "Allow", "Action": "a:b", "Resource": "arn:aws:s3:::b/*"}"#, r#"wider; new access: a:b on arn:aws:s3:::b/x with aws:username = "someone0""#),
    (r#"{"Effect": "Allow", "Action": "a:b", "Resource": "arn:aws:s3:::b/${aws:username}"}"#, r#"{"Effect": "Allow", "Action": "a:b", "Resource": "arn:aws:s3:::b/${aws:username}"}, {"Effect": "Deny", "Action": "a:b", "Resource": "arn:aws:s3:::b/root"}"#, r#"narrower; lost access: a:b on arn:aws:s3:::b/root with aws:username = "root""#),
    // Principals.
    (r#"{"Effect": "Allow", "Principal": "*", "Action": "a:b", "Resource": "*"}"#, r#"{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "a:b", "Resource": "*"}"#, "equivalent"),
    (r#"{"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "a:b", "Resource": "*"}"#, r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:user/u"}, "Action": "a:b", "Resource": "*"}"#, "narrower; lost access: a:b on arn:aws:a:us-east-1:123456789012:example by arn:aws:iam::123456789012:root"),
];

#[test]
fn known_answers() {
    let mut wrong = String::new();
    for (old, new, expected) in KNOWN {
        let found = relation(old, new);
        // Which other service a witness is of depends on the features that are on.
        let open = expected.ends_with("access: ");
        if !(found == *expected || open && found.starts_with(expected)) {
            wrong += &format!("\n{old}\n{new}\n  found    {found}\n  expected {expected}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn promises() {
    let policy = document(&json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "rekognition:*", "Resource": "arn:aws:rekognition:us-east-1:123456789012:collection/*"},
        {"Effect": "Allow", "NotAction": ["rekognition:*", "iam:*"], "Resource": "arn:aws:s3:::uploads/*"},
        {"Effect": "Deny", "Action": "rekognition:Delete*", "Resource": "*"},
        {"Effect": "Deny", "Action": "rekognition:IndexFaces", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
    ]}));
    assert_eq!(
        never(&policy, "rekognition:DeleteCollection", "*"),
        Guarantee::Holds
    );
    assert_eq!(never(&policy, "rekognition:delete*", "*"), Guarantee::Holds);
    assert_eq!(never(&policy, "iam:PassRole", "*"), Guarantee::Holds);
    assert!(never(&policy, "rekognition:D*", "*").witness().is_some());
    assert!(
        never(&policy, "rekognition:IndexFaces", "*")
            .witness()
            .is_some()
    );
    assert_eq!(
        never(
            &policy,
            "rekognition:IndexFaces",
            "arn:aws:rekognition:eu-west-1:*"
        ),
        Guarantee::Holds
    );
    // Only ever asked for on `*`, which the policy does not allow.
    assert_eq!(
        never(&policy, "rekognition:DetectLabels", "*"),
        Guarantee::Holds
    );
    assert_eq!(
        only_on(
            &policy,
            &[
                "arn:aws:rekognition:us-east-1:123456789012:*",
                "arn:aws:s3:::uploads/*"
            ]
        ),
        Guarantee::Holds
    );
    let broken = only_on(&policy, &["arn:aws:rekognition:us-east-1:123456789012:*"]);
    assert!(
        broken
            .witness()
            .unwrap()
            .resource()
            .starts_with("arn:aws:s3:::uploads/"),
        "{broken}"
    );
    let home = document(&json!({"Version": "2012-10-17", "Statement":
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/${aws:username}"}}));
    let broken = never(&home, "s3:GetObject", "arn:aws:s3:::home/bob");
    assert_eq!(
        broken.witness().unwrap().context(),
        [("aws:username".to_owned(), vec!["bob".to_owned()])]
    );
}

/// What a program allows of the universe, one bit for each request. Only keys that are asked for count.
fn allowed(program: &Program<'_>, contexts: &[&Context], universe: &Universe) -> Vec<bool> {
    let mut out = Vec::new();
    for context in contexts {
        for action in &universe.actions {
            for resource in &universe.resources {
                let mut request = Request::new(*action, resource);
                for (key, values) in *context {
                    request = request.with(*key, values.as_slice());
                }
                out.push(program.evaluate(&request).is_allowed());
            }
        }
    }
    out
}

fn agree(seed: u64, rounds: usize, conditions: bool) {
    let universe = Universe::new();
    let mut random = Random(seed);
    let (mut equal, mut unknown, mut beyond) = (0, 0, 0);
    for round in 0..rounds {
        let (old, new) = (
            random_policy(&mut random, conditions),
            random_policy(&mut random, conditions),
        );
        let (a, b) = (program(&old), program(&new));
        let comparison = compare_programs(&a, &b);
        let contexts = universe.contexts_of([&old, &new], 1_500, &mut random);
        let (in_old, in_new) = (
            allowed(&a, &contexts, &universe),
            allowed(&b, &contexts, &universe),
        );
        let more = in_new.iter().zip(&in_old).any(|(new, old)| *new && !*old);
        let less = in_new.iter().zip(&in_old).any(|(new, old)| !*new && *old);
        for (enumerated, found, wide, narrow) in [
            (more, &comparison.new_access, &b, &a),
            (less, &comparison.lost_access, &a, &b),
        ] {
            let context = || format!("round {round}\nold {old}\nnew {new}\n{comparison}");
            match found {
                Guarantee::Holds => assert!(!enumerated, "{}", context()),
                Guarantee::Broken(witness) => {
                    assert_eq!(witness.evaluate(wide), Verdict::Allowed, "{}", context());
                    assert_ne!(witness.evaluate(narrow), Verdict::Allowed, "{}", context());
                    beyond += usize::from(!enumerated);
                }
                Guarantee::Unknown(_) => {
                    eprintln!("{}", context());
                    unknown += 1;
                }
            }
        }
        equal += usize::from(comparison.relation() == Relation::Equivalent);
    }
    assert_eq!(unknown, 0, "nothing in these policies is beyond reasoning");
    assert!(equal > rounds / 100, "{equal} equivalent of {rounds}");
    // A difference outside of the universe is right all the same: its witness was evaluated.
    assert!(
        beyond < rounds / 5,
        "{beyond} differences that the universe does not have"
    );
}

#[test]
fn agrees_with_enumeration_without_conditions() {
    agree(0x5eed, 700, false);
}

#[test]
fn agrees_with_enumeration_with_conditions() {
    agree(0xc0de, 200, true);
}

#[test]
fn promises_agree_with_enumeration() {
    let universe = Universe::new();
    let mut random = Random(0xfeed);
    for _ in 0..1_500 {
        let json = random_policy(&mut random, false);
        let program = program(&json);
        let action = random.one(&[
            "s:a",
            "s:*",
            "*",
            "s:?",
            "t:*",
            "rekognition:Det*",
            "rekognition:DetectLabels",
        ]);
        let resource = random.one(&["*", "arn:aws:s:::a*", "arn:aws:s:::b", "arn:*"]);
        let found = whatever_it_is_about(program.never(action, resource));
        let hit = universe.actions.iter().any(|asked| {
            universe.resources.iter().any(|on| {
                let request = Request::new(*asked, on);
                let on = request.resources().next().unwrap();
                rekognition_iam_runtime::glob::matches(action, asked, true)
                    && rekognition_iam_runtime::glob::matches(resource, on, false)
                    && program.evaluate(&request).is_allowed()
            })
        });
        match &found {
            Guarantee::Holds => assert!(!hit, "never {action} on {resource}: {json}"),
            Guarantee::Broken(witness) => {
                assert_eq!(witness.evaluate(&program), Verdict::Allowed);
                assert!(rekognition_iam_runtime::glob::matches(
                    action,
                    witness.action(),
                    true
                ));
                assert!(rekognition_iam_runtime::glob::matches(
                    resource,
                    witness.resource(),
                    false
                ));
            }
            Guarantee::Unknown(reason) => panic!("{reason}: {json}"),
        }
    }
}

/// A guarantee that no policy could break is a typo, and proves nothing.
#[test]
fn guarantees_about_nothing() {
    const STAFF: &str = "arn:aws:rekognition:us-east-1:123456789012:collection/staff";
    let all = program(&json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*"}
    ]}));
    let set = || Set::new().identity(all.clone());
    for (action, resource, expected) in [
        (
            "rekogniton:DeleteCollection",
            "*",
            "the catalogue has no service `rekogniton`; did you mean `rekognition:DeleteCollection`?",
        ),
        (
            "rekognition:DeleteColection",
            "*",
            "the catalogue has no action `rekognition:DeleteColection`; did you mean `rekognition:DeleteCollection`?",
        ),
        (
            "DeleteCollection",
            "*",
            "the catalogue has no action `DeleteCollection`; correct the name of the action",
        ),
        (
            "rekognition:DeleteCollection",
            "staff",
            "no request for `rekognition:DeleteCollection` names a resource like `staff`, so this guarantee checks nothing; correct the action or the resource",
        ),
        (
            "rekognition:DeleteCollection",
            "arn:aws:rekogniton:us-east-1:123456789012:collection/staff",
            "no request for",
        ),
        (
            "rekognition:DeleteCollection",
            "arn:aws:rekognition:us-east-1:123456789012:colection/staff",
            "no request for",
        ),
        (
            "rekognition:DeleteCollection",
            "arn:aws:rekognition:us-east-1:12345678901:collection/staff",
            "no request for",
        ),
        (
            "rekognition:DeleteCollection",
            "arn:aws:s3:::photos/*",
            "no request for",
        ),
        ("rekognition:DetectLabels", STAFF, "no request for"),
    ] {
        for found in [all.never(action, resource), set().never(action, resource)] {
            match found {
                Guarantee::Unknown(reason) => assert!(
                    reason.to_string().starts_with(expected),
                    "{action} on {resource}: {reason}"
                ),
                // A policy that allows everything also allows an action that AWS may add.
                Guarantee::Broken(_) if expected.starts_with("the catalogue") => {}
                found => panic!("{action} on {resource}: {found:?}"),
            }
        }
    }
    // Of a list, each action needs a resource, and each resource an action.
    let none = program(&json!({"Version": "2012-10-17", "Statement": []}));
    let actions = ["rekognition:DeleteCollection", "s3:GetObject"];
    assert!(
        none.grants_nothing_of(&actions, &[STAFF, "arn:aws:s3:::photos/*"])
            .holds()
    );
    for resources in [
        &[STAFF][..],
        &[
            STAFF,
            "arn:aws:s3:::photos/*",
            "arn:aws:sqs:us-east-1:123456789012:jobs",
        ],
    ] {
        let found = none.grants_nothing_of(&actions, resources);
        let Guarantee::Unknown(reason) = &found else {
            panic!("{resources:?}: {found:?}")
        };
        assert_eq!(reason.obstacle(), Obstacle::Impossible, "{reason}");
    }
    // What a policy could allow holds if this one does not.
    for (action, resource) in [
        ("rekognition:DeleteCollection", STAFF),
        ("rekognition:*", "arn:aws:rekognition:*:*:collection/*"),
        ("rekognition:DetectLabels", "*"),
        ("*", "arn:aws:s3:::photos/*"),
        ("*Faces", "*"),
        ("s3:GetObject", "arn:aws:s3:::photos/${aws:username}/*"),
    ] {
        assert!(
            none.never(action, resource).holds(),
            "{action} on {resource}"
        );
    }
}
