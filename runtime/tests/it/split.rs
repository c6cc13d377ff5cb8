//! Splits of policies: equal to the policy, each document within its quota, and always the same.

use std::collections::BTreeSet;

use crate::support::universe::{Universe, random_statement};
use crate::support::{Random, document};
use rekognition_iam_runtime::compare::{Relation, compare};
use rekognition_iam_runtime::document::{Document, List, PolicyKind};
use rekognition_iam_runtime::evaluate::{Attached, Program, Request, evaluate};
use rekognition_iam_runtime::json;
use rekognition_iam_runtime::split::{
    Change, Equality, Error, Options, Proof, Quota, Split, split,
};
use serde_json::{Value, json};

fn policy(statements: &Value) -> Document<'static> {
    document(&json!({"Version": "2012-10-17", "Statement": statements}))
}

fn of(statements: &Value, limit: usize) -> Split<'static> {
    split(&policy(statements), Options::new(Quota::Characters(limit))).unwrap()
}

fn texts(split: &Split<'_>) -> Vec<String> {
    (split.parts.iter())
        .map(|part| json::to_minified(&part.document))
        .collect()
}

fn together<'a>(split: &Split<'a>) -> Document<'a> {
    let mut whole = split.parts[0].document.clone();
    whole.statements = List::bracketed(
        (split.parts.iter())
            .flat_map(|part| part.document.statements.items.clone())
            .collect(),
    );
    whole
}

fn attached<'a>(document: &Document<'a>) -> Attached<'a> {
    Attached::new(PolicyKind::Identity, Program::compile(document))
}

fn allow(actions: &[String], resources: &[String]) -> Value {
    json!({"Effect": "Allow", "Action": actions, "Resource": resources})
}

fn many(start: &str, count: usize) -> Vec<String> {
    (0..count)
        .map(|number| format!("{start}{number:02}"))
        .collect()
}

/// A statement of the small world, in which some have long lists.
fn made_up(random: &mut Random, number: usize) -> Value {
    let mut statement = random_statement(random, true);
    if random.chance(40) {
        let mut actions = many("s:x", 2 + random.below(60));
        actions.push(random.one(&["s:a", "s:b", "t:*", "s:a*"]).to_owned());
        statement.as_object_mut().unwrap().remove("NotAction");
        statement["Action"] = json!(actions);
    }
    if random.chance(20) {
        let mut resources = many("arn:aws:s:::r", 2 + random.below(10));
        resources.push(
            random
                .one(&["arn:aws:s:::a", "*", "arn:aws:s:::*b"])
                .to_owned(),
        );
        statement.as_object_mut().unwrap().remove("NotResource");
        statement["Resource"] = json!(resources);
    }
    if random.chance(50) {
        statement["Sid"] = json!(format!("S{}", number / 2));
    }
    statement
}

/// 200 policies: the documents allow together what the policy allows, by the comparison and by evaluation; each fits; and the
/// same policy has the same split.
#[test]
fn splits_are_equal_to_the_policy() {
    let universe = Universe::new();
    let mut random = Random(0x0005_9117);
    let (mut several, mut cut, mut merged, mut refused, mut whole) = (0, 0, 0, 0, 0);
    for round in 0..200 {
        let mut statements: Vec<_> = (0..2 + random.below(6))
            .map(|number| made_up(&mut random, number))
            .collect();
        // Another one that differs in one list.
        if random.chance(50) {
            let mut other = statements[0].clone();
            let element = random.one(&["Action", "Resource", "NotAction"]);
            if other[element].is_array() {
                other[element] = json!(random.some(&["s:b", "s:ab", "arn:aws:s:::xx"]));
                statements.push(other);
            }
        }
        let json = json!({"Version": "2012-10-17", "Statement": statements});
        let policy = document(&json);
        let limit = 330 + random.below(600);
        let options = Options::new(Quota::Characters(limit));
        let split = match self::split(&policy, options) {
            Ok(split) => split,
            Err(Error::StatementTooLong { .. }) => {
                refused += 1;
                continue;
            }
            Err(error) => panic!("{round}: {error}\n{json}"),
        };
        if round % 5 == 0 {
            assert_eq!(
                self::split(&policy, options).as_ref(),
                Ok(&split),
                "{round}"
            );
        }
        several += usize::from(split.parts.len() > 1);
        whole += usize::from(split.proof == Proof::Whole);
        let has = |wanted: fn(&Change) -> bool| usize::from(split.changes.iter().any(wanted));
        cut += has(|change| matches!(change, Change::Cut { .. }));
        merged += has(|change| matches!(change, Change::Merged(..)));
        assert!(split.least <= split.parts.len(), "{round}");

        let mut sids = BTreeSet::new();
        for (part, text) in split.parts.iter().zip(texts(&split)) {
            assert!(
                text.len() <= limit && part.size == text.chars().count(),
                "{round}: {text}"
            );
            for statement in &part.document.statements {
                if let Some(sid) = &statement.sid {
                    assert!(sids.insert(sid.clone()), "{round}: two statements `{sid}`");
                }
            }
        }

        let joined = together(&split);
        let relation = compare(&policy, &joined).relation();
        assert!(
            matches!(relation, Relation::Equivalent | Relation::Unknown),
            "{round}: {}\n{json}\n{}",
            relation.name(),
            texts(&split).join("\n")
        );
        let one = [attached(&policy)];
        let parts: Vec<_> = split
            .parts
            .iter()
            .map(|part| attached(&part.document))
            .collect();
        let contexts = universe.contexts_of([&json, &json], 4, &mut random);
        let actions = universe
            .actions
            .iter()
            .copied()
            .chain(["s:x00", "s:x07", "s:x19"]);
        for action in actions {
            let resources = universe
                .resources
                .iter()
                .copied()
                .chain(["arn:aws:s:::r03"]);
            for resource in resources {
                for context in &contexts {
                    if !random.chance(15) {
                        continue;
                    }
                    let mut request = Request::new(action, resource);
                    for (key, values) in *context {
                        request = request.with(*key, values.as_slice());
                    }
                    assert_eq!(
                        evaluate(&one, &request).verdict(),
                        evaluate(&parts, &request).verdict(),
                        "{round}: {action} on {resource} with {context:?}\n{json}\n{}",
                        texts(&split).join("\n")
                    );
                }
            }
        }
    }
    assert!(
        several > 100 && cut > 20 && merged > 20,
        "{several} {cut} {merged}"
    );
    assert!(refused < 10 && whole > 160, "{refused} {whole}");
}

#[test]
fn a_document_that_fits_exactly_is_one() {
    let statements = json!([
        {"Effect": "Allow", "Action": "s:a", "Resource": "arn:aws:s:::a"},
        {"Effect": "Allow", "Action": "s:b", "Resource": "arn:aws:s:::b"},
    ]);
    let size = json::to_minified(&policy(&statements)).len();
    assert_eq!(of(&statements, size).parts.len(), 1);
    let two = of(&statements, size - 1);
    assert_eq!((two.parts.len(), two.least), (2, 2));
}

#[test]
fn statements_are_merged_by_actions_and_by_resources() {
    let split = of(
        &json!([
            {"Sid": "A", "Effect": "Allow", "Action": "s:a", "Resource": ["arn:aws:s:::a", "arn:aws:s:::b"]},
            {"Sid": "B", "Effect": "Allow", "Action": ["s:b", "S:A"], "Resource": ["arn:aws:s:::b", "arn:aws:s:::a"]},
            {"Effect": "Allow", "Action": ["s:b", "s:a"], "Resource": "arn:aws:s:::c"},
            {"Effect": "Deny", "Action": ["s:b", "s:a"], "Resource": "arn:aws:s:::c"},
            {"Effect": "Allow", "NotAction": ["s:b", "s:a"], "Resource": "arn:aws:s:::c"},
        ]),
        1000,
    );
    assert_eq!(
        texts(&split),
        [concat!(
            r#"{"Version":"2012-10-17","Statement":["#,
            r#"{"Sid":"A","Effect":"Allow","Action":["s:a","s:b"],"Resource":["arn:aws:s:::a","arn:aws:s:::b","arn:aws:s:::c"]},"#,
            r#"{"Effect":"Deny","Action":["s:b","s:a"],"Resource":"arn:aws:s:::c"},"#,
            r#"{"Effect":"Allow","NotAction":["s:b","s:a"],"Resource":"arn:aws:s:::c"}]}"#
        )]
    );
    assert_eq!(split.changes.len(), 2, "{:?}", split.changes);
    assert_eq!(
        split.changes[1].to_string(),
        "merged statement 1 `A`, statement 2 `B`, statement 3"
    );
}

#[test]
fn what_others_cover_is_removed() {
    let split = of(
        &json!([
            {"Effect": "Allow", "Action": "s:*", "Resource": "*"},
            {"Effect": "Allow", "Action": ["s:a", "s:a*"], "Resource": "arn:aws:s:::a"},
            {"Effect": "Deny", "Action": ["s:a", "s:a*"], "Resource": "arn:aws:s:::a"},
        ]),
        1000,
    );
    let kept = split.parts[0].document.statements.items.len();
    assert_eq!(kept, 2, "{:?}", texts(&split));
    let changes: Vec<_> = split.changes.iter().map(ToString::to_string).collect();
    assert_eq!(
        changes,
        [
            "removed `s:a` from statement 2: covered by `s:a*`",
            "removed `s:a` from statement 3: covered by `s:a*`",
            "removed statement 2: covered by statement 1",
        ]
    );
}

#[test]
fn long_lists_are_cut() {
    let actions = many("s:Action", 40);
    let resources = many("arn:aws:s:::r", 40);
    // Neither list fits with one entry of the other.
    let split = of(&json!([allow(&actions, &resources)]), 400);
    assert!(split.parts.len() > 2);
    assert_eq!(split.proof, Proof::Whole);
    assert!(
        split
            .changes
            .iter()
            .any(|change| matches!(change, Change::Cut { .. }))
    );
}

#[test]
fn values_of_a_condition_are_cut_only_where_any_of_them_is_enough() {
    let values = many("value", 30);
    let with = |operator: &str| {
        policy(&json!([{
            "Sid": "Tags", "Effect": "Allow", "Action": "s:a", "Resource": "*",
            "Condition": {operator: {"aws:PrincipalTag/x": values}}
        }]))
    };
    let options = Options::new(Quota::Characters(300));
    for operator in ["StringEquals", "StringLike", "StringEqualsIfExists"] {
        let split = split(&with(operator), options).unwrap();
        assert!(split.parts.len() > 1, "{operator}");
        let sids: Vec<_> = (split.parts.iter())
            .flat_map(|part| part.document.statements.iter())
            .filter_map(|statement| statement.sid.as_deref())
            .collect();
        assert_eq!(sids[..2], ["Tags", "Tags2"]);
    }
    for operator in [
        "StringNotEquals",
        "StringNotLike",
        "ForAllValues:StringEquals",
    ] {
        let error = split(&with(operator), options).unwrap_err();
        assert!(
            matches!(error, Error::StatementTooLong { .. }),
            "{operator}: {error}"
        );
    }
}

#[test]
fn what_is_left_out_is_never_cut() {
    for element in ["NotAction", "NotResource"] {
        let mut statement = json!({"Effect": "Deny", "Action": "s:a", "Resource": "*"});
        statement.as_object_mut().unwrap().remove(&element[3..]);
        statement[element] = json!(many("arn:aws:s:::", 40));
        let result = split(
            &policy(&json!([statement])),
            Options::new(Quota::Characters(300)),
        );
        let error = result.unwrap_err().to_string();
        assert!(error.starts_with("statement 1 has "), "{error}");
        assert!(error.ends_with("none of its lists can be cut without changing what it means"));
    }
}

#[test]
fn documents_that_deny_come_first() {
    let split = of(
        &json!([
            allow(&many("s:Action", 12), &["*".to_owned()]),
            {"Effect": "Deny", "Action": "t:b", "Resource": "*"},
        ]),
        210,
    );
    let denies: Vec<_> = split.parts.iter().map(|part| part.denies()).collect();
    assert_eq!(denies, [true, false]);
    assert_eq!(
        split.notes(),
        ["attach all 2 documents to the same target, the first one first: only it denies anything"]
    );
}

#[test]
fn denials_are_proved_although_nothing_is_allowed() {
    let deny = |number: usize| json!({"Effect": "Deny", "Action": many(&format!("s:Action{number}"), 20), "Resource": format!("arn:aws:s:::{number}*")});
    let split = of(&json!([deny(0), deny(1), deny(2)]), 400);
    assert_eq!((split.parts.len(), split.proof), (3, Proof::Whole));
}

#[test]
fn a_sid_is_kept_or_made_different() {
    let split = of(
        &json!([
            {"Sid": "Read", "Effect": "Allow", "Action": "s:a", "Resource": "arn:aws:s:::a"},
            {"Sid": "Read", "Effect": "Deny", "Action": "s:a", "Resource": "arn:aws:s:::b"},
            {"Sid": "", "Effect": "Deny", "NotAction": "s:a", "Resource": "arn:aws:s:::b"},
        ]),
        1000,
    );
    let sids: Vec<_> = (split.parts[0].document.statements.iter())
        .map(|statement| statement.sid.as_deref())
        .collect();
    assert_eq!(sids, [Some("Read"), Some("Read2"), None]);
}

#[test]
fn a_quota_for_all_documents_together_is_not_met_by_more_of_them() {
    let long: Vec<_> = (0..60)
        .map(|number| json!({"Effect": "Allow", "Action": format!("s:Action{number:02}"), "Resource": format!("arn:aws:s:::{number}")}))
        .collect();
    let long = policy(&json!(long));
    let error = split(&long, Options::new(Quota::InlineUser)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "all inline policies of a user together may have 2048 characters without white space, and the policy has 4168 after merging statements"
    );
    assert!(error.help().unwrap().starts_with("use managed policies"));
    let role = split(&long, Options::new(Quota::InlineRole)).unwrap();
    assert_eq!((role.parts.len(), role.notes()), (1, Vec::new()));
}

#[test]
fn policies_with_principals_are_refused() {
    let statement =
        json!([{"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}]);
    let error = split(&policy(&statement), Options::new(Quota::Managed)).unwrap_err();
    assert!(error.to_string().starts_with("statement 1 has principals"));
    // The only kind of which several apply.
    let split = split(&policy(&statement), Options::new(Quota::ResourceControl)).unwrap();
    assert_eq!(split.parts.len(), 1);
}

#[test]
fn actions_become_patterns_only_for_the_actions_of_today() {
    let actions = json!([{"Effect": "Allow", "Resource": "*", "Action": [
        "rekognition:DetectLabels", "rekognition:DetectFaces", "rekognition:DetectText",
        "rekognition:DetectModerationLabels", "rekognition:DetectProtectiveEquipment",
        "rekognition:DetectCustomLabels", "rekognition:ListFaces", "rekognition:ListCollections"
    ]}]);
    let strict = of(&actions, 1000);
    assert_eq!(strict.changes, []);
    let options = Options::new(Quota::Managed).equality(Equality::ActionsOfToday);
    let today = split(&policy(&actions), options).unwrap();
    let written = &today.parts[0].document.statements.items[0]
        .actions
        .values
        .items;
    // There are other actions whose names start with `List`.
    assert_eq!(
        written.as_slice(),
        [
            "rekognition:Detect*",
            "rekognition:ListFaces",
            "rekognition:ListCollections"
        ]
    );
    assert_eq!(
        today.changes[0].to_string(),
        "wrote 6 actions of statement 1 as `rekognition:Detect*`"
    );
    assert_eq!(today.proof, Proof::Whole);
    assert!(today.notes()[0].starts_with("patterns also match actions that AWS adds later"));
    // The comparison, for which later actions count, says that this is wider.
    let relation = compare(&policy(&actions), &together(&today)).relation();
    assert_eq!(relation, Relation::Wider);
}

/// The Sid of a part has a number, which takes room too. At one of these limits, a part is full to the last character.
#[test]
fn a_part_fits_with_the_number_in_its_sid() {
    let mut statement = allow(&["s3:GetObject".to_string()], &many("arn:aws:s3:::b", 40));
    statement["Sid"] = json!("Some");
    let mut is_full = false;
    for limit in 300..320 {
        let split = of(&json!([statement]), limit);
        assert!(split.parts.len() > 2);
        for part in &split.parts {
            assert!(part.size <= limit, "{} of {limit}", part.size);
            is_full |= part.size == limit;
        }
    }
    assert!(is_full);
}

/// AWS has actions that its reference does not list. A pattern over such an action means the same as the action does.
#[test]
fn an_action_that_the_catalogue_does_not_have_is_one_of_today() {
    let actions = json!([{"Effect": "Allow", "Resource": "*", "Action": [
        "rekognition:DetectLabels", "rekognition:DetectFaces", "rekognition:DetectText",
        "rekognition:DetectModerationLabels", "rekognition:DetectProtectiveEquipment",
        "rekognition:DetectCustomLabels", "rekognition:DetectMoods"
    ]}]);
    let options = Options::new(Quota::Managed).equality(Equality::ActionsOfToday);
    let today = split(&policy(&actions), options).unwrap();
    assert_eq!(today.proof, Proof::Whole);
    let written = &today.parts[0].document.statements.items[0].actions.values;
    assert_eq!(written.items.as_slice(), ["rekognition:Detect*"]);
    // It is removed, which someone who reads the changes has to see.
    let changes: Vec<String> = today.changes.iter().map(ToString::to_string).collect();
    assert_eq!(
        changes,
        [
            "wrote 6 actions of statement 1 as `rekognition:Detect*`",
            "removed `rekognition:DetectMoods` from statement 1: covered by `rekognition:Detect*`"
        ]
    );
}

#[test]
fn more_documents_than_can_be_attached_are_noted() {
    let many: Vec<_> = (0..12)
        .map(|number| {
            allow(
                &self::many(&format!("s:LongNameOfAnAction{number:02}"), 200),
                &[format!("arn:aws:s:::{number}")],
            )
        })
        .collect();
    let split = |quota| split(&policy(&json!(many)), Options::new(quota)).unwrap();
    let managed = split(Quota::Managed);
    assert_eq!(
        managed.notes()[1],
        "12 documents are more than the 10 that a role, user, or group can have by default"
    );
    let scp = split(Quota::ServiceControl);
    assert!(scp.parts.len() < 12, "{}", scp.parts.len());
}

#[test]
fn an_empty_policy_is_one_empty_document() {
    let split = of(&json!([]), 100);
    assert_eq!(
        texts(&split),
        [r#"{"Version":"2012-10-17","Statement":[]}"#]
    );
}

#[test]
fn names_of_quotas() {
    for quota in Quota::NAMED {
        assert_eq!(quota.name().parse(), Ok(quota));
        assert!(quota.limit() > 2_000 && quota.attached().is_some());
    }
    for wrong in ["", "0", "-1", "Managed", "12k"] {
        let error = wrong.parse::<Quota>().unwrap_err().to_string();
        assert!(error.starts_with(&format!("`{wrong}` is not a quota; write `managed`, ")));
    }
}
