//! Promises proved while this file is compiled, and agreement with the same questions at run time.

use crate::support::{Random, program, random_allow_or_deny, whatever_it_is_about};
use rekognition_iam_runtime::compare::prove::{self, Proof};
use rekognition_iam_runtime::compare::{Guarantee, Set};
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::evaluate::{Attached, Entry, Key, Program, RequestRef, Values};
use rekognition_iam_runtime::{aws, rekognition};
use serde_json::{Value, json};

/// What `policy!` puts next to the JSON of [`indexer`].
static INDEXER: &str = "1va7+^I=eFrekognition:IndexFaceseNrekognition:SearchFacesByImage_5=e_1arn:aws:rekognition:us-east-1:123456789012:collection/staff-faces1_00^5+K=eHrekognition:DetectLabels3=*01_00^I-@=p=rekognition:*3=*01_ONS__Caws:SecureTransporte5false0";

const COLLECTION: &str = "arn:aws:rekognition:us-east-1:123456789012:collection/staff-faces";

fn indexer() -> Value {
    json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["rekognition:IndexFaces", "rekognition:SearchFacesByImage"], "Resource": COLLECTION},
        {"Effect": "Allow", "Action": ["rekognition:DetectLabels"], "Resource": "*"},
        {"Effect": "Deny", "Action": "rekognition:*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]})
}

// All of these are decided by the compiler.
const SECURE: [Entry<'static>; 1] = [Entry::new(
    Key::of(aws::SecureTransport.key()),
    Values::One("true"),
)];
const INSECURE: [Entry<'static>; 1] = [Entry::new(
    Key::of(aws::SecureTransport.key()),
    Values::One("false"),
)];
const _: () = assert!(
    prove::allows(
        INDEXER,
        &RequestRef::new(rekognition::IndexFaces, COLLECTION, None, &SECURE)
    )
    .holds()
);
const _: () = assert!(
    prove::denies(
        INDEXER,
        &RequestRef::new(rekognition::IndexFaces, COLLECTION, None, &INSECURE)
    )
    .holds()
);
const _: () = assert!(prove::never(INDEXER, "rekognition:DeleteCollection", "*").holds());
const _: () = assert!(prove::never(INDEXER, "s3:*", "*").holds());
const _: () = assert!(prove::never(INDEXER, "rekognition:DetectLabels", COLLECTION).holds());
const _: () = assert!(prove::only_on(INDEXER, &[COLLECTION, "*"]).holds());
const _: () = assert!(prove::no_wider_than(INDEXER, INDEXER).holds());
const BROKEN: Proof = prove::never(INDEXER, "rekognition:Index*", "*");
const WIDER: Proof = prove::only_on(INDEXER, &["arn:aws:s3:::*"]);
const REFUSED: Proof = prove::allows(
    INDEXER,
    &RequestRef::new(rekognition::DeleteCollection, COLLECTION, None, &SECURE),
);

/// Actions of other lengths are skipped without being read: not what is after them, not patterns, and not `NotAction`.
#[test]
fn an_action_is_found_among_those_of_other_lengths() {
    let never = |element: &str, actions: &[&str]| {
        let statement = json!({"Effect": "Allow", element: actions, "Resource": "*"});
        let document = json!({"Version": "2012-10-17", "Statement": [statement]});
        prove::never(program(&document).as_str(), "s3:GetObject", "*").holds()
    };
    for (actions, named) in [
        (&["s3:ListBucket", "s3:PutObject"][..], false),
        (&["s3:ListBucket", "S3:getobject"], true),
        (&["s3:ListBucket", "s3:GetObject", "s3:PutObject"], true),
        (&["s3:DeleteBucket", "s3:*Object", "s3:ListBucket"], true),
        (&["s3:DeleteBucket", "s3:*Bucket", "s3:GetObjectAcl"], false),
        (&["s3:GetObjects", "s3:GetObjec"], false),
        (&["s3:PutObject", "*"], true),
    ] {
        assert_eq!(never("Action", actions), !named, "{actions:?}");
        assert_eq!(never("NotAction", actions), named, "not {actions:?}");
    }
}

#[test]
fn the_constant_is_what_the_compiler_of_documents_writes() {
    assert_eq!(program(&indexer()).as_str(), INDEXER);
}

#[test]
fn messages_say_what_breaks_the_promise() {
    assert_eq!(
        BROKEN.message(),
        "never(rekognition:Index*): statement 1 allows rekognition:IndexFaces on \
         arn:aws:rekognition:us-east-1:123456789012:collection/staff-faces"
    );
    assert_eq!(
        WIDER.message(),
        "only_on(..): statement 1 allows rekognition:IndexFaces on \
         arn:aws:rekognition:us-east-1:123456789012:collection/staff-faces"
    );
    assert_eq!(
        REFUSED.message(),
        "allows(rekognition:DeleteCollection on \
         arn:aws:rekognition:us-east-1:123456789012:collection/staff-faces): the policy does not allow it"
    );
    assert_eq!(prove::never(INDEXER, "iam:*", "*").message(), "");
}

fn random_policy(random: &mut Random, conditions: bool) -> Value {
    let statements: Vec<Value> = (0..1 + random.below(3))
        .map(|_| {
            let mut statement = random_allow_or_deny(random);
            if conditions && random.chance(50) {
                let value = random.one(&["a", "b"]);
                let operator = random.one(&["StringEquals", "StringNotEquals"]);
                statement.insert("Condition".into(), json!({operator: {"k:s": value}}));
            }
            statement.into()
        })
        .collect();
    json!({"Version": "2012-10-17", "Statement": statements})
}

#[test]
fn agrees_with_the_same_question_at_run_time() {
    let mut random = Random(0xbead);
    let mut broken = 0;
    for round in 0..1_200 {
        let conditions = round % 2 == 1;
        let (json, base) = (
            random_policy(&mut random, conditions),
            random_policy(&mut random, conditions),
        );
        let (ours, baseline) = (program(&json), program(&base));
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
        for (proof, found) in [
            (
                prove::never(ours.as_str(), action, resource),
                whatever_it_is_about(ours.never(action, resource)),
            ),
            (
                prove::only_on(ours.as_str(), &[resource]),
                ours.only_on(&[resource]),
            ),
            (
                prove::no_wider_than(ours.as_str(), baseline.as_str()),
                ours.no_wider_than(&baseline),
            ),
        ] {
            let context = || format!("{action} {resource}\n{json}\n{base}\n{proof:?}\n{found}");
            if proof.holds() {
                // Never said to hold when it does not.
                assert_eq!(found, Guarantee::Holds, "{}", context());
            } else {
                assert!(!proof.message().contains("too large"), "{}", context());
                broken += 1;
                // Without conditions as exact.
                assert!(conditions || found.witness().is_some(), "{}", context());
            }
        }
    }
    assert!(broken > 500);
}

/// A statement with policy variables wherever there can be some.
fn statement_with_variables(random: &mut Random) -> Value {
    const PARTS: &[&str] = &[
        "a",
        "*",
        "${aws:username}",
        "${k:v}",
        "a/${aws:username}",
        "${k:v}/*",
        "${aws:username}${k:v}",
        "?",
    ];
    let resources: Vec<String> = (0..1 + random.below(2))
        .map(|_| match random.below(12) {
            0 => String::from("*"),
            1 => String::from("arn:aws:s"),
            2 => format!("arn:aws:s:${{k:v}}::{}", random.one(PARTS)),
            _ => format!("arn:aws:s:::{}", random.one(PARTS)),
        })
        .collect();
    let element = if random.chance(15) {
        "NotResource"
    } else {
        "Resource"
    };
    json!({"Effect": random.one(&["Allow", "Allow", "Deny"]), "Action": random.some(&["s:a", "s:b", "s:*", "*"]), element: resources})
}

/// How many made-up documents the provers are asked about: as many as fit into the run of all tests, or `DOCUMENTS=5000`.
fn documents() -> u32 {
    std::env::var("DOCUMENTS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(600)
}

#[test]
fn provers_agree_on_documents_with_many_variables() {
    let mut random = Random(0xface);
    let (mut holds, mut broken, mut open) = (0, 0, 0);
    let count = documents();
    for _ in 0..count {
        let statements: Vec<Value> = (0..1 + random.below(3))
            .map(|_| statement_with_variables(&mut random))
            .collect();
        let json = json!({"Version": "2012-10-17", "Statement": statements});
        let ours = program(&json);
        let action = random.one(&["s:a", "s:*", "t:a"]);
        let resource = random.one(&["*", "arn:aws:s:::a*", "arn:aws:s:::a/*", "arn:aws:s:::b"]);
        for (proof, found) in [
            (
                prove::never(ours.as_str(), action, resource),
                whatever_it_is_about(ours.never(action, resource)),
            ),
            (
                prove::only_on(ours.as_str(), &[resource]),
                ours.only_on(&[resource]),
            ),
        ] {
            let context = || format!("{action} {resource}\n{json}\n{proof:?}\n{found}");
            match &found {
                // One that holds is never broken by a request, and the compiler proves nothing that is.
                Guarantee::Broken(_) => {
                    assert!(!proof.holds(), "{}", context());
                    broken += 1;
                }
                Guarantee::Holds => holds += 1,
                Guarantee::Unknown(_) => open += 1,
            }
        }
    }
    assert!(
        holds > count / 10 && broken > count * 2 / 5 && open < count * 4 / 25,
        "{holds} {broken} {open}"
    );
}

/// A boundary that leaves nothing but detection.
static LIMIT: [Attached<'static>; 2] = [
    Attached::new(PolicyKind::Identity, Program::from_text(INDEXER)),
    Attached::new(
        PolicyKind::PermissionsBoundary,
        Program::from_text(DETECTION),
    ),
];
const DETECTION: &str = "1vM+C=p@rekognition:Det*3=*01_00";
const _: () = assert!(prove::set::never(&LIMIT, "rekognition:Index*", "*").holds());
const _: () = assert!(prove::set::only_on(&LIMIT, &["*"]).holds());
const _: () = assert!(prove::set::no_wider_than(&LIMIT, DETECTION).holds());
const _: () = assert!(
    prove::set::denies(
        &LIMIT,
        &RequestRef::new(rekognition::IndexFaces, COLLECTION, None, &SECURE)
    )
    .holds()
);
const LEFT: Proof = prove::set::never(&LIMIT, "rekognition:*", "*");
const FOREIGN: Proof = prove::set::never(&BUCKET, "s3:*", "*");
static BUCKET: [Attached<'static>; 1] = [Attached::new(
    PolicyKind::Resource,
    Program::from_text(DETECTION),
)];

#[test]
fn sets_are_proved_while_compiling() {
    let detection = program(
        &json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "rekognition:Det*", "Resource": "*"}}),
    );
    assert_eq!(detection.as_str(), DETECTION);
    assert_eq!(
        LEFT.message(),
        "never(rekognition:*): statement 2 of policy 1 allows rekognition:DetectLabels on *"
    );
    assert!(
        FOREIGN
            .message()
            .contains("ask the same of a `Set` in a test")
    );
    // Without an identity policy, nobody says what is allowed.
    let alone = [Attached::new(
        PolicyKind::PermissionsBoundary,
        Program::from_text(DETECTION),
    )];
    let request = RequestRef::new(rekognition::IndexFaces, COLLECTION, None, &SECURE);
    assert!(!prove::set::denies(&alone, &request).holds());
    assert!(prove::set::never(&alone, "s3:*", "*").holds());
    assert!(!prove::set::never(&alone, "rekognition:Detect*", "*").holds());
}

#[test]
fn provers_agree_on_sets() {
    let mut random = Random(0x5e7);
    let (mut holds, mut broken, mut open, mut proved) = (0, 0, 0, 0);
    let count = documents();
    for round in 0..count {
        let variables = round % 2 == 1;
        let mut texts = Vec::new();
        let mut set = Set::new();
        let mut documents = Vec::new();
        for (kind, percent) in [
            (PolicyKind::Identity, 100),
            (PolicyKind::Identity, 30),
            (PolicyKind::PermissionsBoundary, 60),
            (PolicyKind::Session, 20),
            (PolicyKind::ServiceControl, 20),
        ] {
            if !random.chance(percent) {
                continue;
            }
            let json = if variables {
                let statements: Vec<Value> = (0..1 + random.below(2))
                    .map(|_| statement_with_variables(&mut random))
                    .collect();
                json!({"Version": "2012-10-17", "Statement": statements})
            } else {
                random_policy(&mut random, round % 4 == 2)
            };
            let attached = Attached::new(kind, program(&json));
            set = set.with(attached.clone());
            documents.push(attached);
            texts.push(json!({kind.name(): json}));
        }
        let action = random.one(&["s:a", "s:*", "*", "t:a", "rekognition:Det*"]);
        let resource = random.one(&["*", "arn:aws:s:::a*", "arn:aws:s:::a/*", "arn:aws:s:::b"]);
        let baseline = random_policy(&mut random, false);
        let compiled = program(&baseline);
        for (proof, found) in [
            (
                prove::set::never(&documents, action, resource),
                whatever_it_is_about(set.never(action, resource)),
            ),
            (
                prove::set::only_on(&documents, &[resource]),
                set.only_on(&[resource]),
            ),
            (
                prove::set::no_wider_than(&documents, compiled.as_str()),
                set.no_wider_than(&Set::new().identity(compiled.clone())),
            ),
        ] {
            let context =
                || format!("{action} {resource}\n{texts:#?}\n{baseline}\n{proof:?}\n{found}");
            proved += u32::from(proof.holds());
            match &found {
                // The compiler proves nothing that a request breaks.
                Guarantee::Broken(_) => {
                    assert!(!proof.holds(), "{}", context());
                    broken += 1;
                }
                Guarantee::Holds => {
                    // Without conditions and variables as exact.
                    let plain = !variables && round % 4 == 0;
                    // Of a set that allows nothing, because its service control policies only deny, the compiler proves nothing.
                    let is_silent = proof.message().contains("of the set allow nothing");
                    assert!(!plain || proof.holds() || is_silent, "{}", context());
                    holds += 1;
                }
                Guarantee::Unknown(_) => open += 1,
            }
        }
    }
    assert!(
        holds > count * 3 / 5 && broken > count * 3 / 5 && proved > count / 2 && open < count / 10,
        "{holds} {broken} {proved} {open}"
    );
}
