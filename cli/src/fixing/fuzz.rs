//! No text of Terraform makes the reader, the rules, or the fixes panic or run without end.
//!
//! `FUZZ_SECONDS=300` runs for longer, and `FUZZ_SEED=7` with other numbers. A failure prints its input.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{applied, verify};
use crate::checking::{Settings, check_text};
use crate::config::Config;
use crate::fuzzing::{self, Random};
use crate::input::files::Input;
use crate::input::hcl::{Readers, Sources, Version};
use crate::input::policies;

/// Files that are not on disk.
#[derive(Debug, Default)]
struct Files(BTreeMap<PathBuf, String>);

impl Sources for Files {
    fn names(&self, directory: &Path) -> Vec<String> {
        let is_there = |path: &&PathBuf| path.parent() == Some(directory);
        (self.0.keys().filter(is_there))
            .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
            .collect()
    }

    fn read(&self, path: &Path) -> Result<String, String> {
        let text = self.0.get(path).cloned();
        text.ok_or_else(|| "no such file".to_string())
    }

    fn version(&self, _: &Path) -> Option<Version> {
        None
    }
}

const SEEDS: [&str; 8] = [
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
  source_policy_documents = [data.aws_iam_policy_document.d["a"].json, file("p.json")]
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
    r#"variable "x" {
  type    = map(object({ actions = list(string), effect = optional(string, "Allow") }))
  default = { a = { actions = ["rekognition:DetectLabel"] } }
}
data "aws_iam_policy_document" "x" {
  dynamic "statement" {
    for_each = { for k, v in var.x : k => v if length(v.actions) > 0 }
    content {
      sid       = title(replace(statement.key, "/[^a-z]/", ""))
      effect    = statement.value.effect
      actions   = sort(distinct(flatten([statement.value.actions, "s3:GetObjec"])))
      resources = [for r in setproduct(["a", "b"], var.y) : join("/", concat(["arn:aws:s3:::x"], r))]
      condition {
        test     = "StringLike"
        variable = "aws:PrincipalOrgID"
        values   = split(",", "o-1,${lower("O-2")}")
      }
    }
  }
}
"#,
    r#"module "lambda" {
  for_each = toset(["a"])
  source   = "terraform-aws-modules/lambda/aws"
  policy_statements = merge({
    read = { effect = "Allow", actions = ["s3:GetObjec"], resources = ["arn:aws:s3:::${each.key}/*"], condition = null }
  }, var.more)
  key_statements = [{ sid = "A", not_actions = ["kms:*"], principals = [{ type = "AWS", identifiers = ["*"] }] }]
}
"#,
    r#"resource "aws_iam_policy" "t" {
  policy = templatefile("${path.module}/p.tftpl", { buckets = [for b in range(3) : "b${b}"], action = coalesce("", "s3:GetObjec") })
}
resource "aws_s3_bucket_policy" "b" {
  policy = jsonencode(yamldecode(<<EOF
Version: "2012-10-17"
Statement: [{Effect: Deny, Principal: "*", Action: "s3:*", Resource: "*", Condition: {Bool: {"aws:SecureTransport": false}}}]
EOF
  ))
}
"#,
    r#"include "root" { path = find_in_parent_folders() }
terraform { source = "./m" }
dependency "d" { mock_outputs = { a = 1, a = 2 } }
locals { n = run_cmd("x") }
generate "g" {
  path     = "g.tf"
  contents = <<-EOF
    resource "aws_iam_policy" "p" {
      count  = ${local.n}
      policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:GetObjec", Resource = "${local.m}" }] })
    }
  EOF
}
unit "u" { values = { p = { Statement = local.n } } }
inputs = merge({
  y = ["a", file("${get_terragrunt_dir()}/p.json")]
  x = { "a" = 1, "a" = { effect = "Allow", actions = ["s3:GetObjec"], resources = [dependency.d.outputs.a] } }
}, local.n)
"#,
];

const TOKENS: [&str; 48] = [
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
    "=>",
    ":",
    "?",
    ",",
    "for x in y :",
    "if",
    "null",
    "local.a",
    "each.value",
    "var.x",
    ".*",
    "[*]",
    "jsonencode(",
    "jsondecode(",
    "flatten(",
    "range(9999)",
    "merge({}, null)",
    "substr(\"é\", 1, -9)",
    "slice([], 3, 1)",
    "setproduct([1], [])",
    "format(\"%[9]s%-99999s\", 1)",
    "regex(\"(\", \"x\")",
    "cidrsubnet(\"::/0\", 200, 1)",
    "1e308",
    "-",
    "!",
    "\u{0}",
    "\u{feff}",
    "# rekognition-iam: allow A_RULE, reason\n",
];

fn changed(random: &mut Random) -> String {
    let mut text: Vec<char> = SEEDS[random.below(SEEDS.len())].chars().collect();
    for _ in 0..random.below(6) {
        let at = random.below(text.len() + 1);
        match random.below(6) {
            0 if at < text.len() => {
                text.remove(at);
            }
            1 if random.below(4) == 0 => text.truncate(at),
            2 | 3 => {
                let other: Vec<char> = SEEDS[random.below(SEEDS.len())].chars().collect();
                let from = random.below(other.len());
                let to = (from + random.below(60)).min(other.len());
                text.splice(at..at, other[from..to].iter().copied());
            }
            4 => text.extend(random.one_of(&SEEDS).chars()),
            _ => {
                text.splice(at..at, random.one_of(&TOKENS).chars());
            }
        }
    }
    text.into_iter().collect()
}

/// Reads a module in every way, and applies its fixes.
fn read(text: &str, files: &Arc<Files>) {
    let mut settings = Settings::new(Config::default());
    settings.keep = true;
    settings.sources = Arc::<Files>::clone(files);
    for name in ["main.tf", "terragrunt.hcl"] {
        let input = Input {
            path: Some(PathBuf::from(name)),
            named: true,
        };
        read_as(&input, text, files, &settings);
    }
}

fn read_as(input: &Input, text: &str, files: &Files, settings: &Settings) {
    let report = check_text(text.to_string(), input, settings);
    for found in &report.findings {
        // Each finding is at a place of the text.
        assert!(text.get(found.span.start..found.span.end).is_some());
    }
    let _ = policies::policies(text, input, files, &Readers::default());
    let fixed = verify::fixed(&report, input, settings);
    let edits: Vec<_> = fixed.edits.iter().collect();
    if !edits.is_empty() {
        let again = check_text(applied(text, &edits), input, settings);
        assert!(again.unusable.is_none());
    }
}

#[test]
fn changed_modules_of_terraform() {
    let mut random = Random::seeded();
    let end = fuzzing::end();
    let mut runs = 0;
    while runs < 20 || Instant::now() < end {
        let text = changed(&mut random);
        let mut files = Files::default();
        for (name, text) in [
            ("main.tf", text.clone()),
            ("other.tf", changed(&mut random)),
            ("m/main.tf", changed(&mut random)),
            ("terraform.tfvars", "y = [\"c\"]\n".to_string()),
            ("p.json", r#"{"Statement": []}"#.to_string()),
            ("p.tftpl", "{\"Version\": \"2012-10-17\", \"Statement\": [%{ for b in buckets ~}\n{\"Effect\": \"Allow\", \"Action\": \"${action}\", \"Resource\": \"arn:aws:s3:::${b}\"}\n%{ endfor ~}]}".to_string()),
        ] {
            files.0.insert(PathBuf::from(name), text);
        }
        let files = Arc::new(files);
        let started = Instant::now();
        if catch_unwind(AssertUnwindSafe(|| read(&text, &files))).is_err() {
            panic!("input {runs}: {:#?}", files.0);
        }
        let took = started.elapsed();
        assert!(took < Duration::from_secs(20), "{took:?}: {:#?}", files.0);
        runs += 1;
    }
}
