//! How many steps the hardest questions take.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Relation, compare_programs, lost_denies};
use crate::evaluate::Program;
use crate::{json, steps};

/// A row of numbers that is the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = (self.0)
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    /// `*ab*cd*`, with so many words of two letters.
    fn stars(&mut self, words: usize) -> String {
        let mut out = String::from("*");
        for _ in 0..words {
            for _ in 0..2 {
                out.push(['a', 'b', 'c', 'd', 'e', 'f'][self.below(6) as usize]);
            }
            out.push('*');
        }
        out
    }
}

fn many(count: usize, thing: impl FnMut(usize) -> String) -> String {
    (0..count).map(thing).collect::<Vec<_>>().join(",")
}

fn statement(effect: &str, action: &str, resources: &str, conditions: &str) -> String {
    format!(
        "{{\"Effect\":\"{effect}\",\"Action\":\"{action}\",\"Resource\":[{resources}],\"Condition\":{{{conditions}}}}}"
    )
}

/// The statements of a document, from random numbers.
type Shape = fn(&mut Numbers) -> String;

/// Names with seven `*` each.
fn names(numbers: &mut Numbers) -> String {
    let mut on = |count| many(count, |_| format!("\"arn:aws:s3:::{}\"", numbers.stars(6)));
    let allow = statement("Allow", "s3:GetObject", &on(60), "");
    let denies = many(20, |_| statement("Deny", "s3:GetObject", &on(5), ""));
    format!("{allow},{denies}")
}

/// Conditions on keys that are compared with other keys.
fn variables(numbers: &mut Numbers) -> String {
    const KEYS: [&str; 4] = [
        "aws:username",
        "aws:PrincipalTag/a",
        "aws:PrincipalTag/b",
        "aws:userid",
    ];
    many(30, |number| {
        let mut key = || KEYS[numbers.below(4) as usize];
        let (tag, prefix) = (key(), key());
        let conditions = format!(
            "\"StringLike\":{{\"aws:ResourceTag/t{}\":\"*${{{tag}}}*\",\"aws:PrincipalTag/a\":\"{}\"}},\"StringNotEquals\":{{\"s3:prefix\":\"${{{prefix}}}\"}}",
            number % 4,
            numbers.stars(2)
        );
        let effect = ["Allow", "Deny"][number % 2];
        statement(effect, "s3:GetObject", "\"*\"", &conditions)
    })
}

/// The same keys in many statements that deny.
fn keys(numbers: &mut Numbers) -> String {
    let denies = many(60, |_| {
        let mut tests: Vec<String> = (0..3)
            .map(|_| {
                format!(
                    "\"aws:PrincipalTag/k{}\":\"{}\"",
                    numbers.below(12),
                    numbers.below(4)
                )
            })
            .collect();
        tests.sort_unstable();
        tests.dedup_by_key(|test| test.split(':').nth(1).map(String::from));
        statement(
            "Deny",
            "*",
            "\"*\"",
            &format!("\"StringEquals\":{{{}}}", tests.join(",")),
        )
    });
    format!(
        "{},{denies}",
        statement("Allow", "s3:GetObject", "\"*\"", "")
    )
}

const SHAPES: [(&str, Shape); 3] = [("names", names), ("variables", variables), ("keys", keys)];

fn read(statements: &str) -> Program<'static> {
    let text = format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{statements}]}}");
    assert!(text.len() < 10_240, "{}", text.len());
    Program::compile(&json::read(&text).expect("a policy"))
}

fn pair(shape: Shape) -> [Program<'static>; 2] {
    let mut numbers = Numbers(7);
    [0, 1].map(|_| read(&shape(&mut numbers)))
}

/// All searches of a question share its steps: 10,000,000, or 16,000,000 for all differences. The last look before the end may
/// take some more.
#[test]
fn a_question_has_one_budget() {
    let mut wrong = Vec::new();
    for (name, shape) in SHAPES {
        let [old, new] = pair(shape);
        let taken = [
            (steps::of(|| compare_programs(&old, &new)), 10_500_000),
            (steps::of(|| lost_denies(&old, &new)), 10_500_000),
            (steps::of(|| Program::differences(&old, &new)), 17_000_000),
        ];
        if taken.iter().any(|(taken, most)| taken > most) {
            wrong.push(format!("{name}: {taken:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What is not wanted is only searched with where it makes a difference.
#[test]
fn names_with_many_wildcards_are_compared() {
    let [old, new] = pair(names);
    let mut relation = Relation::Unknown;
    let taken = steps::of(|| relation = compare_programs(&old, &new).relation());
    assert_eq!(relation, Relation::Incomparable);
    assert!(taken < 1_000_000, "{taken}");
}
