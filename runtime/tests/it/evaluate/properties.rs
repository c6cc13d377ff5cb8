//! Evaluation against a second implementation that is as naive as can be, and against hostile input.

use std::collections::BTreeMap;

use crate::support::{Random, program};
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::evaluate::{Attached, Prepared, Program, Request, Verdict, evaluate};
use serde_json::{Value, json};

type Context = BTreeMap<String, Vec<String>>;

/// Every text that `*` could represent is tried, one character after the other.
fn naive_glob(pattern: &[char], text: &[char]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((&'*', rest)) => (0..=text.len()).any(|skip| naive_glob(rest, &text[skip..])),
        Some((&'?', rest)) => !text.is_empty() && naive_glob(rest, &text[1..]),
        Some((c, rest)) => text.first() == Some(c) && naive_glob(rest, &text[1..]),
    }
}

fn like(pattern: &str, text: &str) -> bool {
    naive_glob(
        &pattern.chars().collect::<Vec<_>>(),
        &text.chars().collect::<Vec<_>>(),
    )
}

/// Puts values into a pattern. Characters that are to be taken as they are move out of the way of the wildcards.
fn fill(pattern: &str, context: &Context) -> Option<String> {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(at) = rest.find("${") {
        let Some(end) = rest[at..].find('}') else {
            break;
        };
        out += &rest[..at];
        let inside = &rest[at + 2..at + end];
        let value = match inside {
            "*" | "?" | "$" => inside.to_owned(),
            name => {
                let (name, default) = match name.split_once(", ") {
                    Some((name, default)) => (name, Some(default.trim_matches('\'').to_owned())),
                    None => (name, None),
                };
                match context.get(&name.to_lowercase()).map(Vec::as_slice) {
                    Some([one]) => one.clone(),
                    Some(_) => return None,
                    None => default?,
                }
            }
        };
        out.extend(value.chars().map(|c| match c {
            '*' => '\u{e000}',
            '?' => '\u{e001}',
            c => c,
        }));
        rest = &rest[at + end + 1..];
    }
    Some(out + rest)
}

fn hide(text: &str) -> String {
    text.replace('*', "\u{e000}").replace('?', "\u{e001}")
}

fn each(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items
            .iter()
            .map(|item| item.as_str().unwrap().to_owned())
            .collect(),
        one => vec![one.as_str().unwrap().to_owned()],
    }
}

fn naive_condition(operator: &str, key: &str, values: &[String], context: &Context) -> bool {
    let (set, operator) = operator
        .split_once(':')
        .map_or((None, operator), |(set, rest)| (Some(set), rest));
    let (operator, if_exists) = match operator.strip_suffix("IfExists") {
        Some(operator) => (operator, true),
        None => (operator, false),
    };
    let empty = Vec::new();
    let asked = context.get(&key.to_lowercase()).unwrap_or(&empty);
    if operator == "Null" {
        return values
            .iter()
            .any(|value| value == if asked.is_empty() { "true" } else { "false" });
    }
    if asked.is_empty() && if_exists {
        return true;
    }
    let negated = operator.contains("Not");
    let one = |asked: &String| {
        let hit = values.iter().any(|value| {
            let filled = || fill(value, context);
            match operator {
                "StringEquals" | "StringNotEquals" => {
                    filled().is_some_and(|value| value == hide(asked) || value == *asked)
                }
                "StringEqualsIgnoreCase" | "StringNotEqualsIgnoreCase" => {
                    filled().is_some_and(|value| value.eq_ignore_ascii_case(&hide(asked)))
                }
                "StringLike" | "StringNotLike" => {
                    filled().is_some_and(|value| like(&value, &hide(asked)))
                }
                "ArnLike" | "ArnNotLike" => filled().is_some_and(|value| {
                    let (value, asked) = (
                        value.splitn(6, ':').map(str::to_owned).collect::<Vec<_>>(),
                        hide(asked),
                    );
                    let asked: Vec<&str> = asked.splitn(6, ':').collect();
                    value.len() == 6
                        && asked.len() == 6
                        && value
                            .iter()
                            .zip(asked)
                            .all(|(value, asked)| like(value, asked))
                }),
                "Bool" => ["true", "false"].contains(&asked.as_str()) && value == asked,
                _ => {
                    let (Ok(value), Ok(asked)) = (value.parse::<i64>(), asked.parse::<i64>())
                    else {
                        return false;
                    };
                    match operator {
                        "NumericEquals" | "NumericNotEquals" => asked == value,
                        "NumericLessThan" => asked < value,
                        _ => asked >= value,
                    }
                }
            }
        });
        hit != negated
    };
    match set {
        None if asked.is_empty() => negated,
        None => asked.len() == 1 && one(&asked[0]),
        Some("ForAllValues") => asked.iter().all(one),
        Some(_) => asked.iter().any(one),
    }
}

fn naive(policy: &Value, action: &str, resource: &str, context: &Context) -> &'static str {
    let mut answer = "implicit_deny";
    for statement in policy["Statement"].as_array().unwrap() {
        let listed = |yes: &str, no: &str, fits: &dyn Fn(&str) -> bool| match statement.get(yes) {
            Some(values) => each(values).iter().any(|value| fits(value)),
            None => !each(&statement[no]).iter().any(|value| fits(value)),
        };
        let fits = listed("Action", "NotAction", &|value| {
            like(&value.to_lowercase(), &action.to_lowercase())
        }) && listed("Resource", "NotResource", &|value| {
            fill(value, context).is_some_and(|value| like(&value, &hide(resource)))
                || (value == "*" && resource == "*")
        }) && statement["Condition"].as_object().is_none_or(|blocks| {
            blocks.iter().all(|(operator, keys)| {
                keys.as_object()
                    .unwrap()
                    .iter()
                    .all(|(key, values)| naive_condition(operator, key, &each(values), context))
            })
        });
        if fits {
            if statement["Effect"] == "Deny" {
                return "explicit_deny";
            }
            answer = "allowed";
        }
    }
    answer
}

#[rustfmt::skip]
const ACTIONS: &[&str] = &["s:Get", "s:Put", "S:get", "s:G*", "s:?et", "*", "t:*", "*:Get", "s:*t*", "t:Gét", "t:G?t"];
#[rustfmt::skip]
const RESOURCES: &[&str] = &["*", "arn:aws:s:::b/x", "arn:aws:s:::b/*", "arn:aws:s:::*x", "arn:aws:s:::b/${k:user}", "arn:aws:s:::b/${k:user, 'nobody'}/*", "arn:aws:s:::b/${*}", "arn:aws:s:::b/a${?}${$}", "arn:*:*:*:*:?", "arn:aws:s:::b/${k:tags}", "arn:aws:s:::é?"];
#[rustfmt::skip]
const ON: &[&str] = &["*", "arn:aws:s:::b/x", "arn:aws:s:::b/bob", "arn:aws:s:::b/nobody/1", "arn:aws:s:::b/*", "arn:aws:s:::b/a?$", "arn:aws:s:::éx", "arn:aws:t:::1:2:x"];
#[rustfmt::skip]
const OPERATORS: &[(&str, &[&str])] = &[
    ("StringEquals", &["bob", "a*", "${k:user}", "${k:none}"]), ("StringNotEquals", &["bob", "a*", "${k:none}"]),
    ("StringEqualsIgnoreCase", &["BOB", "b*"]), ("StringNotEqualsIgnoreCase", &["BOB"]),
    ("StringLike", &["b*", "?o?", "*", "${k:user}*", "a${*}"]), ("StringNotLike", &["b*", "${k:none}"]),
    ("ArnLike", &["arn:aws:*:::b", "arn:aws:s:::${k:user}", "arn:*"]), ("ArnNotLike", &["arn:aws:*:::b"]),
    ("Bool", &["true", "false"]), ("NumericEquals", &["1", "20"]), ("NumericNotEquals", &["1"]), ("NumericLessThan", &["3"]),
    ("NumericGreaterThanEquals", &["1", "3"]), ("Null", &["true", "false"]),
];
#[rustfmt::skip]
const VALUES: &[&str] = &["bob", "BOB", "a*", "true", "false", "1", "3", "20", "arn:aws:s:::b", "arn:aws:s:x::b", "arn:aws:s:::bob", "éa"];
const KEYS: &[&str] = &["k:user", "k:a", "k:Tag/x", "k:tags"];

fn random_policy(random: &mut Random) -> Value {
    let some = |random: &mut Random, of: &[&str]| -> Vec<String> {
        (0..1 + random.below(2))
            .map(|_| of[random.below(of.len())].to_owned())
            .collect()
    };
    let statements: Vec<Value> = (0..1 + random.below(4))
        .map(|_| {
            let mut statement = serde_json::Map::new();
            statement.insert(
                "Effect".into(),
                random.one(&["Allow", "Allow", "Deny"]).into(),
            );
            let action = if random.chance(15) {
                "NotAction"
            } else {
                "Action"
            };
            statement.insert(action.into(), json!(some(random, ACTIONS)));
            let resource = if random.chance(15) {
                "NotResource"
            } else {
                "Resource"
            };
            statement.insert(resource.into(), json!(some(random, RESOURCES)));
            if random.chance(60) {
                let mut blocks = serde_json::Map::new();
                for _ in 0..1 + random.below(2) {
                    let (operator, values) = OPERATORS[random.below(OPERATORS.len())];
                    let set = ["", "", "", "ForAllValues:", "ForAnyValue:"][random.below(5)];
                    let suffix = if operator != "Null" && random.chance(20) {
                        "IfExists"
                    } else {
                        ""
                    };
                    let set = if operator == "Null" { "" } else { set };
                    let key = random.one(KEYS).to_owned();
                    blocks.insert(
                        format!("{set}{operator}{suffix}"),
                        json!({key: some(random, values)}),
                    );
                }
                statement.insert("Condition".into(), blocks.into());
            }
            statement.into()
        })
        .collect();
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn random_context(random: &mut Random) -> Context {
    let mut context = Context::new();
    for key in KEYS {
        if random.chance(60) {
            let most = if *key == "k:tags" { 3 } else { 1 };
            let values = (0..1 + random.below(most))
                .map(|_| random.one(VALUES).to_owned())
                .collect();
            context.insert(key.to_lowercase(), values);
        }
    }
    context
}

#[test]
fn agrees_with_a_naive_matcher() {
    let mut random = Random(0xabcde);
    let mut seen = BTreeMap::<&str, usize>::new();
    for _ in 0..3_000 {
        let policy = random_policy(&mut random);
        let compiled = program(&policy);
        let read_again = Program::from_text(compiled.as_str());
        let documents = [Attached::new(PolicyKind::Identity, compiled.clone())];
        let prepared = Prepared::new(&documents);
        for _ in 0..8 {
            let context = random_context(&mut random);
            let (action, resource) = (
                random.one(&["s:Get", "S:PUT", "t:Get", "t:Gét", "u:x"]),
                random.one(ON),
            );
            let values: Vec<(String, Vec<&str>)> = context
                .iter()
                .map(|(key, values)| {
                    (
                        key.to_uppercase(),
                        values.iter().map(String::as_str).collect(),
                    )
                })
                .collect();
            let mut request = Request::new(action, resource);
            for (key, values) in &values {
                request = request.with(key.as_str(), values.as_slice());
            }
            let expected = naive(&policy, action, resource, &context);
            let decision = compiled.evaluate(&request);
            if let Some(open) = decision.undetermined() {
                // What cannot be determined never has different answers on different paths.
                assert!(
                    open.key().is_some() || open.element() == "Resource",
                    "{open}"
                );
                assert_eq!(
                    read_again.evaluate(&request).verdict(),
                    Verdict::Undetermined
                );
                assert_eq!(
                    evaluate(&documents, &request).verdict(),
                    Verdict::Undetermined
                );
                assert_eq!(
                    prepared.evaluate(&request).verdict(),
                    Verdict::Undetermined,
                    "prepared: {policy} {action} {resource} {context:?} {decision}"
                );
                *seen.entry("unknown").or_default() += 1;
                continue;
            }
            assert_eq!(
                decision.verdict().name(),
                expected,
                "{policy}\n{action} {resource} {context:?}\n{decision}"
            );
            assert_eq!(read_again.evaluate(&request).verdict().name(), expected);
            assert_eq!(evaluate(&documents, &request).verdict().name(), expected);
            assert_eq!(
                prepared.evaluate(&request).verdict().name(),
                expected,
                "prepared: {policy}"
            );
            *seen.entry(expected).or_default() += 1;
            // The statement that decided is one that fits; every other answer says which element does not.
            let explained: Vec<_> = decision.explain().statements().collect();
            match decision.by() {
                Some(by) => assert!(explained[by.statement].failed().is_none()),
                None => assert!(
                    explained
                        .iter()
                        .all(|statement| statement.failed().is_some()
                            || statement.to_string().contains(" may apply: "))
                ),
            }
        }
    }
    assert!(
        seen.len() == 4 && seen.values().all(|count| *count > 500),
        "{seen:?}"
    );
}

#[test]
fn prepared_sets_decide_as_sets_do() {
    let mut random = Random(0x1337);
    let kinds = PolicyKind::ALL;
    for _ in 0..1_500 {
        let mut documents = Vec::new();
        for _ in 0..1 + random.below(5) {
            let mut policy = random_policy(&mut random);
            let kind = kinds[random.below(kinds.len())];
            if kind.has_principals() {
                for statement in policy["Statement"].as_array_mut().unwrap() {
                    let element = if random.chance(20) {
                        "NotPrincipal"
                    } else {
                        "Principal"
                    };
                    statement[element] = match random.below(4) {
                        0 => json!("*"),
                        1 => json!({"AWS": ["111122223333"]}),
                        2 => {
                            json!({"AWS": "arn:aws:iam::111122223333:role/r", "Service": "x.amazonaws.com"})
                        }
                        _ => json!({"AWS": "arn:aws:iam::111122223333:user/u"}),
                    };
                }
            }
            documents.push(Attached::new(kind, program(&policy)).level(random.below(3) as u8));
        }
        let prepared = Prepared::new(&documents);
        let principals = [
            "arn:aws:iam::111122223333:user/u",
            "arn:aws:sts::111122223333:assumed-role/r/s",
            "x.amazonaws.com",
            "*",
            "444455556666",
        ];
        for principal in principals {
            let (action, resource) = (random.one(&["s:Get", "s:Put", "t:Get"]), random.one(ON));
            let request = Request::new(action, resource)
                .principal(principal)
                .resource_account("111122223333")
                .with("k:user", "bob");
            let (one, other) = (evaluate(&documents, &request), prepared.evaluate(&request));
            assert_eq!(
                (one.verdict(), one.reason()),
                (other.verdict(), other.reason()),
                "{one}\n{other}"
            );
        }
    }
}

#[test]
fn nothing_panics() {
    let pieces = [
        "",
        "*",
        "?",
        "${",
        "}",
        "${}",
        "${*",
        "${a:b, '",
        "arn:",
        ":",
        "::::::",
        "é",
        "\u{0}",
        "\u{7f}",
        "🦀",
        "'",
        ", ",
        "${a:b}",
        "10.0.0.0/",
        "::",
        "/33",
        "-",
        ".",
        "e9999999999",
        "T",
        "Z",
        "99999999999999999999999999",
        "2026-13-45T99:99Z",
        "IfExists",
        "ForAllValues:",
        "Null",
        "x",
        "root",
        "arn:aws:iam::111122223333:role/",
        "assumed-role/",
        "123456789012",
    ];
    let mut random = Random(0xfa22);
    let text = |random: &mut Random| -> String {
        (0..random.below(6)).map(|_| random.one(&pieces)).collect()
    };
    for _ in 0..4_000 {
        let operators = [
            "StringLike",
            "ArnLike",
            "NumericLessThan",
            "DateGreaterThan",
            "IpAddress",
            "NotIpAddress",
            "Bool",
            "Null",
            "BinaryEquals",
            "ForAllValues:ArnNotLike",
            "ForAnyValue:DateEqualsIfExists",
        ];
        let operator = if random.chance(20) {
            text(&mut random)
        } else {
            random.one(&operators).to_owned()
        };
        let key = text(&mut random);
        let policy = json!({"Version": random.one(&["2012-10-17", "2008-10-17", "x"]), "Statement": [{
            "Sid": text(&mut random), "Effect": random.one(&["Allow", "Deny"]),
            "Principal": {"AWS": [text(&mut random), text(&mut random)], "Service": text(&mut random)},
            "Action": [text(&mut random), "*"], "Resource": [text(&mut random), text(&mut random), "*"],
            "Condition": {operator: {key.clone(): [text(&mut random), text(&mut random)]}}}]});
        let compiled = program(&policy);
        let (action, resource, principal, value) = (
            text(&mut random),
            text(&mut random),
            text(&mut random),
            text(&mut random),
        );
        let request = Request::new(action.as_str(), &resource)
            .principal(&principal)
            .and_on(&key)
            .with(key.as_str(), value.as_str())
            .with("aws:username", value.as_str());
        let documents = [Attached::new(
            PolicyKind::ALL[random.below(9)],
            compiled.clone(),
        )];
        let decision = evaluate(&documents, &request);
        let shown = decision.to_string();
        assert!(!shown.is_empty());
        assert_eq!(
            Prepared::new(&documents).evaluate(&request).verdict(),
            decision.verdict()
        );
        // Text that is not a program, and a program cut short.
        let cut = random.below(compiled.as_str().len() + 1);
        let broken = compiled.as_str().get(..cut).unwrap_or("1v");
        let _ = Program::from_text(broken).evaluate(&request).to_string();
        let _ = Program::from_text(&action).evaluate(&request).to_string();
    }
}
