//! Documents from JSON by serde_json, so that the tests of evaluation do not rest on our own reader.

#![allow(dead_code, reason = "each test uses a part of it")]

pub(crate) mod universe;

use rekognition_iam_runtime::document::{
    ConditionBlock, Document, Effect, Element, List, PrincipalKind, PrincipalSet, Principals,
    Statement, Value,
};
use rekognition_iam_runtime::evaluate::Program;
use serde_json::Value as Json;

/// How many random cases a slow test tries, of all those that a build server tries: it sets `CI`.
pub(crate) fn tries(all: usize) -> usize {
    match std::env::var_os("CI") {
        Some(_) => all,
        None => all / 4,
    }
}

/// The document that the JSON says.
pub(crate) fn document(json: &Json) -> Document<'static> {
    Document {
        version: json["Version"]
            .as_str()
            .map(|version| version.to_owned().into()),
        id: None,
        statements: List::shortest(each(&json["Statement"]).iter().map(statement).collect()),
    }
}

/// The document of a JSON text.
pub(crate) fn parse(text: &str) -> Document<'static> {
    document(&serde_json::from_str(text).expect("the tests hold JSON"))
}

/// The program of a JSON document.
pub(crate) fn program(json: &Json) -> Program<'static> {
    Program::compile(&document(json))
}

fn each(json: &Json) -> Vec<Json> {
    match json {
        Json::Array(items) => items.clone(),
        Json::Null => Vec::new(),
        one => vec![one.clone()],
    }
}

fn text(json: &Json) -> String {
    json.as_str()
        .map_or_else(|| json.to_string(), str::to_owned)
}

fn statement(json: &Json) -> Statement<'static> {
    let element = |yes: &str, no: &str| {
        let (not, found) = match json.get(yes) {
            Some(found) => (false, found),
            None => (true, json.get(no)?),
        };
        let values = each(found).iter().map(|value| text(value).into()).collect();
        Some(Element {
            not,
            values: List::shortest(values),
        })
    };
    Statement {
        sid: json["Sid"].as_str().map(|sid| sid.to_owned().into()),
        effect: if json["Effect"] == "Deny" {
            Effect::Deny
        } else {
            Effect::Allow
        },
        principals: principals(json),
        actions: element("Action", "NotAction").expect("a statement has actions"),
        resources: element("Resource", "NotResource"),
        conditions: match &json["Condition"] {
            Json::Object(blocks) => blocks.iter().map(block).collect(),
            _ => Vec::new(),
        },
        empty_condition: false,
    }
}

fn principals(json: &Json) -> Option<Principals<'static>> {
    let (not, found) = match json.get("Principal") {
        Some(found) => (false, found),
        None => (true, json.get("NotPrincipal")?),
    };
    let set = match found {
        Json::Object(kinds) => PrincipalSet::Listed(
            kinds
                .iter()
                .map(|(kind, names)| {
                    let kind = PrincipalKind::ALL
                        .into_iter()
                        .find(|known| known.name() == kind)
                        .expect("a kind of principals");
                    let names = each(names).iter().map(|name| text(name).into()).collect();
                    (kind, List::shortest(names))
                })
                .collect(),
        ),
        _ => PrincipalSet::Anyone,
    };
    Some(Principals { not, set })
}

fn block((operator, keys): (&String, &Json)) -> ConditionBlock<'static> {
    ConditionBlock {
        operator: operator.clone().into(),
        keys: keys
            .as_object()
            .expect("keys of an operator")
            .iter()
            .map(|(key, values)| {
                let values = each(values).into_iter().map(|value| match value {
                    Json::Bool(value) => Value::Bool(value),
                    Json::Number(number) => Value::Number(number.to_string().into()),
                    other => Value::String(text(&other).into()),
                });
                (key.clone().into(), List::shortest(values.collect()))
            })
            .collect(),
    }
}

/// A small generator of numbers, the same on every run of the same seed.
#[derive(Debug, Clone)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// The next number below the limit.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    /// One of these.
    pub(crate) fn one<'t, T: ?Sized>(&mut self, of: &[&'t T]) -> &'t T {
        of[self.below(of.len())]
    }

    /// One of these values.
    pub(crate) fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// One to three of these.
    pub(crate) fn some(&mut self, of: &[&'static str]) -> Vec<&'static str> {
        (0..1 + self.below(3)).map(|_| self.one(of)).collect()
    }

    /// Whether it happens that happens so many times in a hundred.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// A statement without conditions, about few actions and resources, so that two of them often meet.
pub(crate) fn random_allow_or_deny(random: &mut Random) -> serde_json::Map<String, Json> {
    let mut statement = serde_json::Map::new();
    let effect = random.one(&["Allow", "Allow", "Deny"]);
    statement.insert("Effect".into(), effect.into());
    for (name, not, values) in [
        ("Action", "NotAction", ACTIONS),
        ("Resource", "NotResource", RESOURCES),
    ] {
        let name = if random.chance(20) { not } else { name };
        statement.insert(name.into(), random.some(values).into());
    }
    statement
}

const ACTIONS: &[&str] = &[
    "s:a",
    "s:b",
    "s:ab",
    "s:a*",
    "s:*",
    "*",
    "t:a",
    "s:?",
    "S:*B",
    "rekognition:DetectLabels",
    "rekognition:Det*",
];

const RESOURCES: &[&str] = &[
    "*",
    "arn:aws:s:::a",
    "arn:aws:s:::b",
    "arn:aws:s:::a*",
    "arn:aws:s:::*b",
    "arn:aws:s:::?",
    "arn:aws:*:::a",
    "arn:aws:s:::a/*",
    "arn:*",
];

/// The answer about made-up actions and resources: that no policy could break the guarantee is not what the test is about.
#[cfg(feature = "evaluate")]
pub(crate) fn whatever_it_is_about(
    found: rekognition_iam_runtime::compare::Guarantee,
) -> rekognition_iam_runtime::compare::Guarantee {
    use rekognition_iam_runtime::compare::{Guarantee, Obstacle};
    match &found {
        Guarantee::Unknown(reason)
            if matches!(reason.obstacle(), Obstacle::Unlisted | Obstacle::Impossible) =>
        {
            Guarantee::Holds
        }
        _ => found,
    }
}
