//! A small world in which every request can be asked: few actions, resources, and values of keys, and policies about them.

use serde_json::{Value, json};

use super::{Random, random_allow_or_deny};

pub(crate) type Context = Vec<(&'static str, Vec<&'static str>)>;

/// Requests that represent all ways that the policies below can come out.
pub(crate) struct Universe {
    pub(crate) actions: Vec<&'static str>,
    pub(crate) resources: Vec<&'static str>,
    pub(crate) contexts: Vec<Context>,
}

impl Universe {
    pub(crate) fn new() -> Self {
        let mut contexts = vec![vec![]];
        let options: [(&str, &[&[&str]]); 4] = [
            ("k:s", &[&[], &["a"], &["b"], &["ab"], &["x"], &["A"]]),
            ("k:n", &[&[], &["0"], &["1"], &["1.5"], &["2"], &["3"]]),
            (
                "aws:SourceIp",
                &[&[], &["10.0.0.1"], &["10.128.0.1"], &["11.0.0.1"]],
            ),
            (
                "k:t",
                &[
                    &[],
                    &["a"],
                    &["b"],
                    &["a", "b"],
                    &["x"],
                    &["a", "x"],
                    &["b", "x"],
                    &["a", "b", "x"],
                ],
            ),
        ];
        for (key, values) in options {
            contexts = contexts
                .into_iter()
                .flat_map(|context: Context| {
                    values.iter().map(move |values| {
                        let mut context = context.clone();
                        if !values.is_empty() {
                            context.push((key, values.to_vec()));
                        }
                        context
                    })
                })
                .collect();
        }
        Self {
            actions: vec![
                "s:a",
                "s:b",
                "s:ab",
                "s:abb",
                "s:bx",
                "s:xx",
                "t:a",
                "t:x",
                "rekognition:DetectLabels",
                "rekognition:DetectX",
            ],
            resources: vec![
                "*",
                "arn:aws:s:::a",
                "arn:aws:s:::b",
                "arn:aws:s:::ab",
                "arn:aws:s:::a/b",
                "arn:aws:s:::xx",
                "arn:aws:t:::a",
                "arn:aws:t:::x/b",
            ],
            contexts,
        }
    }

    /// The contexts whose keys the policies ask for: where there are many, about so many of them, others each time.
    pub(crate) fn contexts_of(
        &self,
        policies: [&Value; 2],
        about: usize,
        random: &mut Random,
    ) -> Vec<&Context> {
        let asked = policies.map(Value::to_string).concat();
        let mut contexts: Vec<&Context> = (self.contexts.iter())
            .filter(|context| context.iter().all(|(key, _)| asked.contains(key)))
            .collect();
        let percent = (about / contexts.len()).max(1);
        contexts.retain(|_| random.chance(percent));
        contexts
    }
}

/// A statement, mostly with conditions where they are asked for.
pub(crate) fn random_statement(random: &mut Random, conditions: bool) -> Value {
    let mut statement = random_allow_or_deny(random);
    if conditions && random.chance(60) {
        let mut blocks = serde_json::Map::new();
        for _ in 0..1 + random.below(2) {
            let (operator, key, values): (&str, &str, Vec<&str>) = match random.below(6) {
                0 => (
                    random.one(&[
                        "StringEquals",
                        "StringNotEquals",
                        "StringLike",
                        "StringNotLike",
                        "StringEqualsIgnoreCase",
                    ]),
                    "k:s",
                    random.some(&["a", "b", "a*", "ab", "?", "*"]),
                ),
                1 => (
                    random.one(&[
                        "NumericEquals",
                        "NumericNotEquals",
                        "NumericLessThan",
                        "NumericGreaterThanEquals",
                    ]),
                    "k:n",
                    random.some(&["1", "2", "1.0"]),
                ),
                2 => (
                    random.one(&["IpAddress", "NotIpAddress"]),
                    "aws:SourceIp",
                    random.some(&["10.0.0.0/8", "10.0.0.0/9", "0.0.0.0/0"]),
                ),
                3 => (
                    random.one(&[
                        "ForAllValues:StringEquals",
                        "ForAnyValue:StringEquals",
                        "ForAllValues:StringNotEquals",
                        "ForAnyValue:StringNotEquals",
                    ]),
                    "k:t",
                    random.some(&["a", "b"]),
                ),
                4 => (
                    "Null",
                    random.one(&["k:s", "k:n", "k:t"]),
                    random.some(&["true", "false"]),
                ),
                _ => (
                    random.one(&[
                        "StringEqualsIfExists",
                        "StringNotEqualsIfExists",
                        "StringLikeIfExists",
                    ]),
                    "k:s",
                    random.some(&["a", "b", "a*"]),
                ),
            };
            blocks.insert(operator.into(), json!({key: values}));
        }
        statement.insert("Condition".into(), blocks.into());
    }
    statement.into()
}

/// A policy of one to three statements.
pub(crate) fn random_policy(random: &mut Random, conditions: bool) -> Value {
    let statements: Vec<Value> = (0..1 + random.below(3))
        .map(|_| random_statement(random, conditions))
        .collect();
    json!({"Version": "2012-10-17", "Statement": statements})
}
