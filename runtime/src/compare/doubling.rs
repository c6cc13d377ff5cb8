//! How the work of a comparison grows with its documents, in steps.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Relation, compare_programs};
use crate::evaluate::Program;
use crate::{json, steps};

fn many(count: usize, thing: impl Fn(usize) -> String) -> String {
    (0..count).map(thing).collect::<Vec<_>>().join(",")
}

/// A statement of an effect, with more elements.
fn statement(effect: &str, more: &str) -> String {
    format!("{{\"Effect\":\"{effect}\",\"Action\":\"s3:*\"{more}}}")
}

fn allow(more: &str) -> String {
    statement("Allow", more)
}

const ALL: &str = ",\"Resource\":\"*\"";

/// The statements of two documents, with `count` of something.
type Shape = fn(usize) -> [String; 2];

const SHAPES: [(&str, Shape); 5] = [
    ("resources", |count| {
        let on = |from| {
            allow(&format!(
                ",\"Resource\":[{}]",
                many(count, |i| format!("\"arn:aws:s3:::b{}/*\"", i + from))
            ))
        };
        [on(0), on(1)]
    }),
    ("denies of several conditions", |count| {
        let deny = |i| {
            let conditions = format!(
                ",\"Condition\":{{\"StringEquals\":{{\"aws:SourceVpc\":\"vpc-{i}\"}},\"Bool\":{{\"aws:SecureTransport\":\"true\"}},\"NumericLessThan\":{{\"s3:max-keys\":\"{i}\"}}}}"
            );
            statement("Deny", &format!("{ALL}{conditions}"))
        };
        let [old, new] = [0, 1].map(|from| many(count, |i| deny(i + from)));
        let all = allow(ALL);
        [format!("{all},{old}"), format!("{all},{new}")]
    }),
    ("principals and their keys", |count| {
        let arns = many(count, |i| {
            format!("\"arn:aws:iam::123456789012:role/r{i}\"")
        });
        let condition = format!(",\"Condition\":{{\"ArnLike\":{{\"aws:PrincipalArn\":[{arns}]}}}}");
        let old = format!(",\"Principal\":\"*\"{ALL}{condition}");
        let new = format!(",\"Principal\":{{\"AWS\":[{arns}]}}{ALL}{condition}");
        [allow(&old), allow(&new)]
    }),
    ("policy variables under any action", |count| {
        let on = |last: &str| {
            let resources = many(count, |i| {
                format!("\"arn:aws:s3:::b{i}/${{aws:username}}{last}\"")
            });
            allow(&format!(",\"Resource\":[{resources}]")).replace("s3:*", "*")
        };
        [on("/*"), on("/x/*")]
    }),
    ("values of a key", |count| {
        let under = |from| {
            let values = many(count, |i| format!("\"{}-v*\"", i + from));
            allow(&format!(
                "{ALL},\"Condition\":{{\"StringLike\":{{\"aws:PrincipalTag/t\":[{values}]}}}}"
            ))
        };
        [under(0), under(1)]
    }),
];

fn steps_of(documents: &[String; 2]) -> (u64, Relation) {
    let [old, new] = documents.each_ref().map(|statements| {
        let text = format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{statements}]}}");
        Program::compile(&json::read(&text).expect("a policy"))
    });
    let mut relation = Relation::Unknown;
    let steps = steps::of(|| relation = compare_programs(&old, &new).relation());
    (steps, relation)
}

/// A comparison looks at pairs of statements and of values, so its work may grow with their square, and no faster.
#[test]
fn twice_the_size_takes_at_most_four_times_the_steps() {
    let mut wrong = Vec::new();
    for (name, shape) in SHAPES {
        let [one, two, four] = [8, 16, 32].map(|count| steps_of(&shape(count)));
        let (first, second) = (two.0 - one.0, four.0 - two.0);
        if second * 10 > first * 45 || four.1 == Relation::Unknown {
            wrong.push(format!("{name}: {one:?}, {two:?}, {four:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
