//! All differences: known lists, and over random policies that nothing is left out and nothing is listed that is none.

use crate::support::universe::{Context, Universe, random_policy, random_statement};
use crate::support::{Random, program, tries};
use rekognition_iam_runtime::compare::{
    Bound, Change, Differences, Group, Obstacle, Relation, Requests, Scope, compare_programs,
};
use rekognition_iam_runtime::evaluate::{Program, Request};
use serde_json::{Value, json};

fn policy(statements: &Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn differences(old: &Value, new: &Value) -> Differences {
    Program::differences(&program(&policy(old)), &program(&policy(new)))
}

/// Each group in one line, without its example.
fn lines(found: &Differences) -> Vec<String> {
    assert!(found.is_complete(), "{found}");
    (found.groups.iter())
        .map(|group| {
            group
                .to_string()
                .split("; for example")
                .next()
                .unwrap()
                .to_owned()
        })
        .collect()
}

fn allow(actions: Value, resources: Value) -> Value {
    json!({"Effect": "Allow", "Action": actions, "Resource": resources})
}

#[test]
fn actions_and_resources_of_a_statement_share_a_group() {
    let new = allow(
        json!([
            "rekognition:IndexFaces",
            "rekognition:ListFaces",
            "rekognition:DetectText"
        ]),
        json!([
            "arn:aws:rekognition:us-east-1:111111111111:collection/a",
            "arn:aws:rekognition:us-east-1:111111111111:collection/b",
            "*"
        ]),
    );
    // Text is detected in no collection, so only `*` grants that.
    assert_eq!(
        lines(&differences(&json!([]), &json!([new]))),
        [
            "new access by statement 1: rekognition:IndexFaces, rekognition:ListFaces, rekognition:DetectText on *",
        ]
    );
    let new = allow(
        json!([
            "rekognition:IndexFaces",
            "rekognition:ListFaces",
            "rekognition:DetectText"
        ]),
        json!([
            "arn:aws:rekognition:us-east-1:111111111111:collection/a",
            "arn:aws:rekognition:us-east-1:111111111111:collection/b"
        ]),
    );
    assert_eq!(
        lines(&differences(&json!([]), &json!([new]))),
        [
            "new access by statement 1: rekognition:IndexFaces, rekognition:ListFaces on arn:aws:rekognition:us-east-1:111111111111:collection/a, arn:aws:rekognition:us-east-1:111111111111:collection/b",
        ]
    );
}

#[test]
fn what_the_other_policy_allows_is_excepted() {
    let old = json!([allow(json!("s3:Get*"), json!("arn:aws:s3:::a/*"))]);
    let new = json!([allow(json!("s3:*Object"), json!("arn:aws:s3:::a/*"))]);
    assert_eq!(
        lines(&differences(&old, &new)),
        [
            "new access by statement 1: s3:*Object except s3:Get* on arn:aws:s3:::a/*",
            "lost access by statement 1: s3:Get* except s3:*Object on arn:aws:s3:::a/*",
        ]
    );
    let wider = json!([allow(json!("s3:Get*"), json!("arn:aws:s3:::*"))]);
    assert_eq!(
        lines(&differences(&old, &wider)),
        ["new access by statement 1: s3:Get* on arn:aws:s3:::* except arn:aws:s3:::a/*"]
    );
}

#[test]
fn each_difference_is_listed_with_its_statement() {
    let (get, put) = (
        allow(json!("s3:GetObject"), json!("*")),
        allow(json!("s3:PutObject"), json!("*")),
    );
    let mut delete = allow(json!("s3:DeleteObject"), json!("*"));
    delete["Sid"] = "Cleanup".into();
    let found = differences(&json!([get]), &json!([get, put, delete]));
    assert_eq!(
        lines(&found),
        [
            "new access by statement 2: s3:PutObject on *",
            "new access by statement 3 `Cleanup`: s3:DeleteObject on *",
        ]
    );
    assert_eq!(found.relation(), Relation::Wider);
    assert_eq!(found.groups[1].requests.statement.number, 2);
    assert_eq!(found.groups[1].witness.action(), "s3:DeleteObject");
    let lost = differences(&json!([get, put, delete]), &json!([get]));
    assert!(lost.has_none(Change::New));
    assert_eq!(lost.of(Change::Lost).count(), 2);
    // The same statement, written twice or in another order, is no difference.
    assert_eq!(
        lines(&differences(&json!([get, put]), &json!([put, get, get]))),
        [""; 0]
    );
}

#[test]
fn conditions_and_denies_are_named() {
    let get = |condition: Value| {
        let mut statement = allow(json!("s3:GetObject"), json!("*"));
        statement["Condition"] = condition;
        statement
    };
    let secure = json!({"Bool": {"aws:SecureTransport": "true"}});
    let plain = allow(json!("s3:GetObject"), json!("*"));
    assert_eq!(
        lines(&differences(&json!([get(secure)]), &json!([plain]))),
        [
            "new access by statement 1: s3:GetObject on * with not Bool aws:SecureTransport = \"true\""
        ]
    );
    let deny = json!({"Sid": "Mfa", "Effect": "Deny", "Action": "s3:*", "Resource": "*",
        "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}});
    let found = differences(&json!([plain, deny]), &json!([plain]));
    assert_eq!(
        lines(&found),
        [
            "new access by statement 1: s3:GetObject on * with BoolIfExists aws:MultiFactorAuthPresent = \"false\", denied by statement 2 `Mfa` of the other policy"
        ]
    );
    let requirement = &found.groups[0].requests.conditions[0];
    assert_eq!(
        (requirement.operator.as_str(), requirement.holds),
        ("BoolIfExists", true)
    );
}

#[test]
fn a_resource_that_is_only_a_variable_has_a_request() {
    for resource in ["${aws:PrincipalTag/bucket}", "${aws:PrincipalTag/bucket}/*"] {
        let old = json!([allow(json!("s3:GetObject"), json!(resource))]);
        let new = json!([allow(
            json!(["s3:GetObject", "s3:PutObject"]),
            json!(resource)
        )]);
        let found = differences(&old, &new);
        assert_eq!(found.relation(), Relation::Wider, "{found}");
        assert_eq!(found.groups[0].witness.action(), "s3:PutObject");
        assert!(found.has_none(Change::Lost), "{found}");
    }
}

#[test]
fn callers_of_a_resource_policy_are_told_apart() {
    let by = |principal: Value| {
        let mut statement = allow(json!("s3:GetObject"), json!("arn:aws:s3:::a/*"));
        statement["Principal"] = principal;
        json!([statement])
    };
    let (one, two) = ("111111111111", "222222222222");
    let found = differences(
        &by(json!({"AWS": one})),
        &by(json!({"AWS": [one, two], "Service": "sns.amazonaws.com"})),
    );
    assert!(found.is_complete());
    let callers: Vec<&String> = (found.groups.iter())
        .flat_map(|group| &group.requests.callers)
        .collect();
    assert!(callers.iter().any(|caller| caller.contains(two)), "{found}");
    assert!(
        callers.iter().any(|caller| *caller == "sns.amazonaws.com"),
        "{found}"
    );
    assert!(
        !callers.iter().any(|caller| caller.contains(one)),
        "{found}"
    );
    // The principals of the statement include one that had access before.
    assert!(found.groups.iter().all(|group| !group.exact));
    let scope = found.groups[0].requests.principals.as_ref().unwrap();
    assert_eq!(scope.any_of, [one, two, "sns.amazonaws.com"]);
    assert!(
        found
            .to_string()
            .contains("sns.amazonaws.com, by callers like "),
        "{found}"
    );
    let opened = differences(&json!([]), &by(json!("*")));
    assert_eq!(
        lines(&opened),
        ["new access by statement 1: s3:GetObject on arn:aws:s3:::a/* by principal *"]
    );
    assert!(opened.groups[0].exact);
}

#[test]
fn a_statement_in_many_pieces_is_listed_as_a_whole() {
    let letters: Vec<char> = ('a'..='p').collect();
    let old: Vec<Value> = (letters.iter())
        .map(|letter| {
            allow(
                json!(format!("s3:{letter}*")),
                json!(format!("arn:aws:s3:::*{letter}")),
            )
        })
        .collect();
    let found = differences(&json!(old), &json!([allow(json!("s3:*"), json!("*"))]));
    assert!(found.is_complete(), "{found}");
    let [group] = &found.groups[..] else {
        panic!("{found}")
    };
    assert!(!group.exact);
    assert_eq!(group.requests.to_string(), "s3:* on *");
    assert_eq!(group.overlaps.len(), letters.len());
}

#[test]
fn what_is_not_settled_is_an_entry_of_its_own() {
    // Two things that AWS does not document, at once, and next to them a plain difference.
    let odd = json!({"Effect": "Deny", "Action": "sqs:*", "Resource": "arn:aws:sqs", "Condition": {"NumericLessThan": {"sqs:x": ".5"}}});
    let old = json!([allow(json!("sqs:*"), json!("*")), odd]);
    let new = json!([
        allow(json!("sqs:*"), json!("*")),
        allow(json!("s3:GetObject"), json!("*"))
    ]);
    let found = differences(&old, &new);
    assert_eq!(found.of(Change::New).count(), 1, "{found}");
    assert_eq!(found.open.len(), 1, "{found}");
    assert_eq!(found.open[0].reason.obstacle(), Obstacle::Assumptions);
    assert_eq!(found.open[0].requests.statement.number, 0);
    assert!(!found.is_complete());
    assert!(found.has_none(Change::Lost) && !found.has_none(Change::New));
    // Without the plain difference nothing is certain.
    let found = differences(&old, &json!([allow(json!("sqs:*"), json!("*"))]));
    assert_eq!(found.relation(), Relation::Unknown, "{found}");
}

#[test]
fn a_list_that_is_cut_off_says_where() {
    let statement = |number: usize| {
        allow(
            json!("s3:GetObject"),
            json!(format!("arn:aws:s3:::bucket-{number}/*")),
        )
    };
    let most: Vec<Value> = (0..1_000).map(statement).collect();
    let found = differences(&json!([]), &json!(most));
    assert!(found.is_complete());
    assert_eq!(found.groups.len(), 1_000);
    let more: Vec<Value> = (0..1_003).map(statement).collect();
    let found = differences(&json!([]), &json!(more));
    assert_eq!(found.groups.len(), 1_000);
    let [cut] = &found.cut[..] else {
        panic!("{found}")
    };
    assert_eq!((cut.from.number, cut.bound), (1_000, Bound::Entries));
    assert_eq!(cut.change, Change::New);
    assert!(!found.is_complete() && !found.has_none(Change::New));
    assert_eq!(found.relation(), Relation::Wider);
}

/// Whether a request is in a scope of actions and resources, under conditions: asked of evaluation, a part at a time.
struct Members {
    yes: Vec<Program<'static>>,
    no: Vec<Program<'static>>,
}

impl Members {
    /// `statement`: the one that allows the requests, for its principals.
    fn of(requests: &Requests, statement: &Value) -> Self {
        let one = |mut statement: Value| {
            statement["Effect"] = "Allow".into();
            program(&policy(&json!([statement])))
        };
        let (mut yes, mut no) = (Vec::new(), Vec::new());
        let mut add = |scope: &Scope, name: &str, other: &str| {
            let of = |texts: &Vec<String>| one(json!({name: texts, other: "*"}));
            yes.push(of(&scope.any_of));
            yes.extend(scope.all_of.iter().map(|text| of(&vec![text.clone()])));
            if !scope.none_of.is_empty() {
                no.push(of(&scope.none_of));
            }
        };
        add(&requests.actions, "Action", "Resource");
        add(&requests.resources, "Resource", "Action");
        for condition in &requests.conditions {
            let found = one(json!({"Action": "*", "Resource": "*",
                "Condition": {&condition.operator: {&condition.key: &condition.values}}}));
            if condition.holds { &mut yes } else { &mut no }.push(found);
        }
        for name in ["Principal", "NotPrincipal"] {
            if let Some(principals) = statement.get(name) {
                yes.push(one(
                    json!({"Action": "*", "Resource": "*", name: principals}),
                ));
            }
        }
        Self { yes, no }
    }

    fn has(&self, request: &Request<'_>) -> bool {
        let allows = |program: &Program<'_>| program.evaluate(request).is_allowed();
        self.yes.iter().all(allows) && !self.no.iter().any(allows)
    }
}

/// A request of the universe.
type Asked<'u> = (&'u str, &'u str, Option<&'u str>, &'u Context);

fn request<'a>((action, resource, caller, context): &Asked<'a>) -> Request<'a> {
    let mut request = Request::new(*action, resource);
    if let Some(caller) = caller {
        request = request.principal(caller);
    }
    for (key, values) in *context {
        request = request.with(*key, values.as_slice());
    }
    request
}

/// Holds the list of differences against the answers to many requests.
struct Held {
    groups: usize,
    whole: usize,
    covered: usize,
}

fn hold(old: &Value, new: &Value, requests: &[Asked<'_>], held: &mut Held) {
    let (a, b) = (program(old), program(new));
    let found = Program::differences(&a, &b);
    let told = || format!("old {old}\nnew {new}\n{found}");
    assert!(found.is_complete(), "{}", told());
    assert_eq!(
        found.relation(),
        compare_programs(&a, &b).relation(),
        "{}",
        told()
    );
    let side = |change| match change {
        Change::New => (new, &b, &a),
        Change::Lost => (old, &a, &b),
    };
    let members: Vec<(&Group, Members)> = (found.groups.iter())
        .map(|group| {
            let (json, ..) = side(group.change);
            let statement = &json["Statement"][group.requests.statement.number];
            (group, Members::of(&group.requests, statement))
        })
        .collect();
    for (group, members) in &members {
        held.groups += 1;
        held.whole += usize::from(!group.exact);
        let (json, wide, narrow) = side(group.change);
        group.witness.with_request(|request| {
            assert!(wide.evaluate_ref(request).is_allowed(), "{}", told());
            assert!(!narrow.evaluate_ref(request).is_allowed(), "{}", told());
            // By the statement that is named, and in the group.
            let statement = &json["Statement"][group.requests.statement.number];
            let alone = program(&policy(&json!([statement])));
            assert!(alone.evaluate_ref(request).is_allowed(), "{}", told());
            let allows = |program: &Program<'_>| program.evaluate_ref(request).is_allowed();
            assert!(members.yes.iter().all(allows), "{group}\n{}", told());
            assert!(!members.no.iter().any(allows), "{group}\n{}", told());
        });
    }
    for asked in requests {
        let request = request(asked);
        let (in_old, in_new) = (
            a.evaluate(&request).is_allowed(),
            b.evaluate(&request).is_allowed(),
        );
        let differs = match (in_old, in_new) {
            (false, true) => Some(Change::New),
            (true, false) => Some(Change::Lost),
            _ => None,
        };
        let mut covered = false;
        for (group, members) in &members {
            if members.has(&request) {
                covered |= differs == Some(group.change);
                if group.exact && differs != Some(group.change) {
                    panic!("{asked:?} is no difference, but in\n{group}\n{}", told());
                }
            }
        }
        assert_eq!(covered, differs.is_some(), "{asked:?}\n{}", told());
        held.covered += usize::from(covered);
    }
}

fn random_lists(seed: u64, rounds: usize, conditions: bool) -> Held {
    let universe = Universe::new();
    let mut random = Random(seed);
    let mut held = Held {
        groups: 0,
        whole: 0,
        covered: 0,
    };
    for _ in 0..tries(rounds) {
        let (old, new) = (
            random_policy(&mut random, conditions),
            random_policy(&mut random, conditions),
        );
        let contexts = universe.contexts_of([&old, &new], 12, &mut random);
        let mut requests: Vec<Asked<'_>> = Vec::new();
        for context in contexts {
            for action in &universe.actions {
                for resource in &universe.resources {
                    requests.push((action, resource, None, context));
                }
            }
        }
        hold(&old, &new, &requests, &mut held);
    }
    held
}

#[test]
fn nothing_is_left_out_and_nothing_is_listed_that_is_no_difference() {
    let held = random_lists(0xd1ff, 250, false);
    assert!(
        held.groups > tries(400) && held.covered > tries(400),
        "{} {}",
        held.groups,
        held.covered
    );
}

#[test]
fn the_same_with_conditions() {
    let held = random_lists(0xbead, 250, true);
    assert!(
        held.groups > tries(400) && held.covered > tries(2_000),
        "{} {}",
        held.groups,
        held.covered
    );
}

#[test]
fn the_same_with_callers() {
    const CALLERS: &[&str] = &[
        "arn:aws:iam::111111111111:root",
        "arn:aws:iam::111111111111:user/a",
        "arn:aws:iam::111111111111:user/b",
        "arn:aws:iam::111111111111:role/a",
        "arn:aws:iam::222222222222:user/a",
        "arn:aws:iam::333333333333:role/x",
        "sns.amazonaws.com",
        "lambda.amazonaws.com",
        "*",
    ];
    const PRINCIPALS: &[&str] = &[
        r#""*""#,
        r#"{"AWS": "*"}"#,
        r#"{"AWS": "111111111111"}"#,
        r#"{"AWS": ["111111111111", "222222222222"]}"#,
        r#"{"AWS": "arn:aws:iam::111111111111:user/a"}"#,
        r#"{"AWS": ["arn:aws:iam::111111111111:role/a", "arn:aws:iam::222222222222:root"]}"#,
        r#"{"Service": "sns.amazonaws.com"}"#,
        r#"{"Service": ["sns.amazonaws.com", "lambda.amazonaws.com"], "AWS": "222222222222"}"#,
    ];
    let universe = Universe::new();
    let nothing = Context::new();
    let mut random = Random(0xca11);
    let mut held = Held {
        groups: 0,
        whole: 0,
        covered: 0,
    };
    for _ in 0..tries(120) {
        let mut policy = || {
            let statements: Vec<Value> = (0..1 + random.below(3))
                .map(|_| {
                    let mut statement = random_statement(&mut random, false);
                    let principals = random.one(PRINCIPALS);
                    statement["Principal"] = serde_json::from_str(principals).unwrap();
                    statement
                })
                .collect();
            self::policy(&json!(statements))
        };
        let (old, new) = (policy(), policy());
        let mut requests: Vec<Asked<'_>> = Vec::new();
        for caller in CALLERS {
            for action in &universe.actions {
                for resource in &universe.resources {
                    requests.push((action, resource, Some(caller), &nothing));
                }
            }
        }
        hold(&old, &new, &requests, &mut held);
    }
    assert!(
        held.groups > tries(200) && held.covered > tries(5_000),
        "{} {}",
        held.groups,
        held.covered
    );
}
