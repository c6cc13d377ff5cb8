//! A document of twice the size takes about twice the steps, whatever is in it.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::Options;
use crate::document::PolicyKind;
use crate::{json, steps};

/// Statements with `count` of something.
type Shape = fn(usize) -> String;

fn many(count: usize, thing: impl Fn(usize) -> String) -> String {
    (0..count).map(thing).collect::<Vec<_>>().join(",")
}

fn allow(actions: &str, resources: &str) -> String {
    format!("{{\"Effect\":\"Allow\",\"Action\":[{actions}],\"Resource\":[{resources}]}}")
}

fn deny(actions: &str, resources: &str) -> String {
    allow(actions, resources).replace("Allow", "Deny")
}

fn bucket(number: usize) -> String {
    format!("\"arn:aws:s3:::b{number}/*\"")
}

const GET: &str = "\"s3:GetObject\"";

const SHAPES: [(&str, Shape); 19] = [
    ("resources that end in a wildcard", |count| {
        allow(GET, &many(count, bucket))
    }),
    ("resources with wildcards on both sides", |count| {
        allow(GET, &many(count, |i| format!("\"arn:aws:s3:::*b{i}*/*\"")))
    }),
    ("one pattern again and again", |count| {
        let all = many(count, |_| "\"arn:aws:s3:::b*\"".into());
        allow(GET, &format!("{all},{}", many(count, bucket)))
    }),
    ("resources with variables", |count| {
        allow(
            GET,
            &many(count, |i| {
                format!("\"arn:aws:s3:::b{i}/${{aws:username}}/*\"")
            }),
        )
    }),
    ("two lists of the same resources", |count| {
        let list = many(count, bucket);
        format!(
            "{},{}",
            allow(GET, &format!("{list},\"arn:aws:s3:::x\"")),
            allow(GET, &format!("{list},\"arn:aws:s3:::y\""))
        )
    }),
    ("unknown actions", |count| {
        allow(&many(count, |i| format!("\"s3:Get{i}\"")), "\"*\"")
    }),
    ("misspelled actions", |count| {
        allow(&many(count, |i| format!("\"s3:GetObjct{i}\"")), "\"*\"")
    }),
    ("patterns of actions", |count| {
        allow(&many(count, |i| format!("\"s3:*{i}*\"")), "\"*\"")
    }),
    ("actions of unknown services", |count| {
        allow(&many(count, |i| format!("\"svc{i}:Get\"")), "\"*\"")
    }),
    ("statements for one resource each", |count| {
        many(count, |i| allow(GET, &bucket(i)))
    }),
    ("statements for one action each", |count| {
        many(count, |i| allow(&format!("\"s3:*{i}*\""), "\"*\""))
    }),
    ("equal statements", |count| {
        many(count, |_| allow(GET, "\"*\""))
    }),
    ("statements under one condition each", |count| {
        many(count, |i| {
            let condition =
                format!("\"Condition\":{{\"StringEquals\":{{\"aws:SourceVpc\":\"vpc-{i}\"}}}}");
            format!("{{\"Effect\":\"Allow\",\"Action\":{GET},\"Resource\":\"*\",{condition}}}")
        })
    }),
    ("statements that are denied", |count| {
        let allowed = many(count, |i| allow("\"s3:Get*\"", &bucket(i)));
        let denied = many(count, |i| deny("\"s3:*Object\"", &bucket(i)));
        format!("{allowed},{denied}")
    }),
    ("companions that are denied", |count| {
        let needs = many(count, |_| {
            allow("\"rekognition:StartLabelDetection\"", "\"*\"")
        });
        let role = |i| format!("\"arn:aws:iam::123456789012:role/r{i}\"");
        let allowed = many(count, |i| allow("\"iam:PassRole\"", &role(i)));
        let denied = many(count, |i| deny("\"iam:PassRole\"", &role(i)));
        format!("{needs},{allowed},{denied}")
    }),
    ("condition keys", |count| {
        let keys = many(count, |i| format!("\"s3:key{i}\":\"v\""));
        format!(
            "{{\"Effect\":\"Allow\",\"Action\":{GET},\"Resource\":\"*\",\"Condition\":{{\"StringEquals\":{{{keys}}}}}}}"
        )
    }),
    ("values of a condition key", |count| {
        let values = many(count, |i| {
            format!("\"arn:aws:iam::123456789012:role/r{i}*\"")
        });
        format!(
            "{{\"Effect\":\"Allow\",\"Action\":{GET},\"Resource\":\"*\",\"Condition\":{{\"ArnLike\":{{\"aws:PrincipalArn\":[{values}]}}}}}}"
        )
    }),
    ("a long pattern", |count| {
        allow(GET, &format!("\"arn:aws:s3:::b/{}\"", "*a".repeat(count)))
    }),
    ("a long text with variables", |count| {
        allow(
            GET,
            &format!("\"arn:aws:s3:::b/{}\"", "${aws:username}".repeat(count)),
        )
    }),
];

fn steps_of(statements: &str) -> u64 {
    let text = format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{statements}]}}");
    steps::of(|| {
        let parsed = json::parse(&text, &json::Limits::default());
        json::judge(&text, parsed, &Options::new(PolicyKind::Identity))
    })
}

#[test]
fn twice_the_size_takes_twice_the_steps() {
    const SIZE: usize = 250;
    let mut wrong = Vec::new();
    for (name, shape) in SHAPES {
        let [one, two, four] = [1, 2, 4].map(|times| steps_of(&shape(SIZE * times)));
        // What every document takes is in each of them. An n log n is at 2.2; what grows with the square, at 4.
        let (first, second) = (two - one, four - two);
        if second * 10 > first * 27 {
            wrong.push(format!("{name}: {one}, {two}, {four}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_square_would_be_noticed() {
    let steps = [1, 2, 4].map(|times| {
        steps::of(|| {
            for _ in 0..100 * times {
                steps::take(100 * times);
            }
        })
    });
    assert!((steps[2] - steps[1]) * 10 > (steps[1] - steps[0]) * 27);
}
