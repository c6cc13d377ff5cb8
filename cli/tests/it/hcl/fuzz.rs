//! No input makes the reader panic or run without end.

use std::time::{Duration, Instant};

use crate::support::Directory;

/// Numbers that look random, the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

const SEEDS: [&str; 4] = [
    r#"locals {
  a = ["rekognition:DetectLabel", "é"]
  b = { x = local.a, "y" : [for k, v in local.a : "${k}-${v}" if v != null] }
}
resource "aws_iam_policy" "p" {
  count  = 2
  policy = jsonencode({ Version = "2012-10-17", Statement = concat([{ Effect = "Allow", Action = local.a, Resource = "*" }], var.x) })
}
"#,
    r#"resource "aws_iam_role" "r" {
  assume_role_policy = <<-EOF
    {"Version": "2012-10-17",
     "Statement": [%{ for x in ["a"] ~}{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "${x}.amazonaws.com"}}%{ endfor ~}]}
  EOF
  inline_policy {
    policy = "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"s3:\u0047et\", \"Resource\": \"$${aws:username}\"}]}"
  }
}
"#,
    r#"data "aws_iam_policy_document" "d" {
  for_each = { a = 1, b = "2" }
  source_policy_documents = [data.aws_iam_policy_document.d["a"].json, file("x")]
  dynamic "statement" {
    for_each = toset(["x", each.key])
    iterator = it
    content {
      actions   = ["s3:${it.value}*"]
      resources = ["arn:aws:s3:::&{aws:username}"]
      principals {
        type        = "AWS"
        identifiers = ["*", -1, !true, 1 + 2 * 3 % 4 >= 2 ? "a" : "b"]
      }
    }
  }
}
"#,
    r#"module "m" {
  source = "./m"
  x      = try(local.b[0].c, lookup({ a = 1 }, "b", format("%s%d%%", "x", 1)))
}
output "o" { value = { Statement = module.m[*].y.z } }
"#,
];

#[test]
fn changed_files() {
    let directory = Directory::new("hcl_fuzz");
    let mut random = Random(0x5eed);
    let tokens = [
        "${",
        "}",
        "%{",
        "~",
        "\"",
        "[",
        "]",
        "{",
        "(",
        ")",
        "...",
        "<<-EOF\n",
        "EOF\n",
        "$",
        "%",
        "\\",
        "\n",
        "é",
        "=",
        "for",
        "if",
        "null",
        "local.a",
        "each.value",
        ".*",
        "[*]",
        "jsonencode(",
        "flatten(",
        "range(9999)",
        "substr(\"é\", 1, -9)",
        "slice([], 3, 1)",
        "1e308",
        "-",
        "!",
        "\u{0}",
    ];
    let started = Instant::now();
    let mut number = 0;
    // Many files for each start of the command.
    while started.elapsed() < Duration::from_secs(8) && number < 4_000 {
        for _ in 0..200 {
            let mut text: Vec<char> = SEEDS[random.below(SEEDS.len())].chars().collect();
            for _ in 0..=random.below(6) {
                let at = random.below(text.len() + 1);
                match random.below(4) {
                    0 if at < text.len() => {
                        text.remove(at);
                    }
                    1 => text.truncate(at),
                    2 => {
                        let other: Vec<char> = SEEDS[random.below(SEEDS.len())].chars().collect();
                        let from = random.below(other.len());
                        let to = (from + random.below(60)).min(other.len());
                        text.splice(at..at, other[from..to].iter().copied());
                    }
                    _ => {
                        text.splice(at..at, tokens[random.below(tokens.len())].chars());
                    }
                }
            }
            number += 1;
            let text: String = text.into_iter().collect();
            directory.file(&format!("d{}/main.tf", number % 200), text);
        }
        for command in ["check", "fix"] {
            let done = directory.run(&[command, "--no-config", "."]);
            assert!((0..=2).contains(&done.code), "{}: {}", done.code, done.err);
            assert!(!done.err.contains("panicked"), "{}", done.err);
            assert!(!done.err.contains("this is a bug"), "{}", done.err);
        }
    }
}

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
