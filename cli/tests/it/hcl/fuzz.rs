//! Files that are made to take long have an end.

use std::time::{Duration, Instant};

use crate::support::Directory;

#[test]
fn files_that_are_made_to_take_long() {
    let directory = Directory::new("hcl_hostile");
    let deep = |open: &str, close: &str, count: usize| {
        format!(
            "locals {{\n  a = {}1{}\n}}\n",
            open.repeat(count),
            close.repeat(count)
        )
    };
    // Each local is twice as large as the one before it.
    let mut doubling = String::from("locals {\n  a0 = [\"x\"]\n");
    let mut chain = String::from("locals {\n  b0 = \"x\"\n");
    let mut texts = String::from("locals {\n  c0 = \"xxxxxxxxxxxxxxxx\"\n");
    for number in 1..500 {
        let before = number - 1;
        doubling.push_str(&format!(
            "  a{number} = [local.a{before}, local.a{before}]\n"
        ));
        chain.push_str(&format!("  b{number} = [local.b{before}]\n"));
        texts.push_str(&format!(
            "  c{number} = \"${{local.c{before}}}${{local.c{before}}}\"\n"
        ));
    }
    let policy = |name: &str| {
        format!(
            "}}\nresource \"aws_iam_policy\" \"p\" {{\n  policy = jsonencode({{ Statement = local.{name} }})\n}}\n"
        )
    };
    directory
        .file("brackets/main.tf", deep("[", "]", 100_000))
        .file("calls/main.tf", deep("upper(", ")", 100_000))
        .file("signs/main.tf", deep("!", "", 100_000))
        .file("sums/main.tf", deep("1+", "", 100_000))
        .file("templates/main.tf", deep("\"${", "}\"", 100_000))
        .file("conditions/main.tf", deep("true ? 1 : ", "", 100_000))
        .file("doubling/main.tf", doubling + &policy("a499"))
        .file("chain/main.tf", chain + &policy("b499"))
        .file("texts/main.tf", texts + &policy("c499"))
        .file(
            "loops/main.tf",
            "locals {\n  n = range(1024)\n  x = [for a in local.n : [for b in local.n : [for c in local.n : a]]]\n}\nresource \"aws_iam_policy\" \"p\" {\n  policy = jsonencode({ Statement = local.x })\n}\n",
        );
    let started = Instant::now();
    let done = directory.run(&["check", "--no-config", "."]);
    assert!((0..=2).contains(&done.code), "{}: {}", done.code, done.err);
    assert!(!done.err.contains("overflow"), "{}", done.err);
    let took = started.elapsed();
    assert!(took < Duration::from_secs(60), "{took:?}");
}
