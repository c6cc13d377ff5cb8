//! Modules on disk, files, and templates.

use serde_json::json;

use super::documents;
use crate::support::{Directory, has};

const CHILD: &str = r#"variable "actions" { type = list(string) }
variable "bucket" { default = "none" }
data "aws_iam_policy_document" "d" {
  statement {
    actions   = concat(var.actions, ["rekognition:DetectFace"])
    resources = ["*"]
  }
}
resource "aws_iam_role_policy" "template" {
  policy = templatefile("${path.module}/p.json.tftpl", { buckets = [var.bucket], action = "s3:GetObject" })
}
output "json" { value = data.aws_iam_policy_document.d.json }
"#;

const TEMPLATE: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
%{ for bucket in buckets ~}
    {"Effect": "Allow", "Action": "${action}", "Resource": "arn:aws:s3:::${bucket}/$${aws:username}/*"}
%{ endfor ~}
  ]
}
"#;

fn modules() -> Directory {
    let directory = Directory::new("hcl_modules");
    directory
        .file("modules/child/main.tf", CHILD)
        .file("modules/child/p.json.tftpl", TEMPLATE)
        .file(
            "main.tf",
            r#"module "one" {
  source  = "./modules/child"
  actions = ["rekognition:DetectLabel"]
  bucket  = "photos"
}
module "each" {
  for_each = { a = "rekognition:DetectText", b = "rekognition:DetectFaces" }
  source   = "./modules/child"
  actions  = [each.value]
}
resource "aws_iam_policy" "p" { policy = module.each["b"].json }
"#,
        );
    directory
}

#[test]
fn a_module_is_read_with_its_arguments() {
    let directory = modules();
    let found = documents(&directory, "main.tf");
    let of = |place: &str| {
        let all = found.iter().filter(|(known, _)| known.starts_with(place));
        all.map(|(_, document)| document.as_ref().unwrap()["Statement"][0].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        of("module.one.resource.aws_iam_role_policy.template.policy"),
        [
            json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/${aws:username}/*"})
        ]
    );
    let actions = |one: &str| json!([one, "rekognition:DetectFace"]);
    let found: Vec<_> = (["a", "b"].into_iter())
        .flat_map(|key| {
            of(&format!(
                "module.each[\"{key}\"].data.aws_iam_policy_document.d"
            ))
        })
        .map(|statement| statement["Action"].clone())
        .collect();
    assert_eq!(
        found,
        [
            actions("rekognition:DetectText"),
            json!(["rekognition:DetectFaces", "rekognition:DetectFace"])
        ]
    );
}

#[test]
fn what_the_arguments_make_wrong_is_reported_at_the_call() {
    let directory = modules();
    // `DetectFace` is a mistake of the module, and is reported there.
    assert_eq!(
        directory.lines(&["main.tf"]),
        ["INVALID_ACTION module.one.data.aws_iam_policy_document.d.Statement[0].Action[0] 3:27"]
    );
    let done = directory.run(&["check", "main.tf"]);
    assert!(
        done.out
            .contains("findings do not depend on the call and are in modules/child"),
        "{}",
        done.out
    );
    has(
        &directory.lines(&["modules"]),
        "INVALID_ACTION data.aws_iam_policy_document.d.Statement[0].Action[0] 5:51",
    );
    // The note is for those who look at one file.
    let done = directory.run(&["check", "."]);
    assert!(
        !done.out.contains("do not depend on the call"),
        "{}",
        done.out
    );
}

#[test]
fn only_files_of_the_module_are_read() {
    let directory = Directory::new("hcl_files");
    let wrong = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObjec", "Resource": "${aws:username}"}]}"#;
    directory
        .file("outside.json", wrong)
        .file("m/inside.json", wrong)
        .file(
            "m/main.tf",
            r#"resource "aws_iam_policy" "inside" { policy = file("${path.module}/inside.json") }
resource "aws_iam_policy" "outside" { policy = file("../outside.json") }
"#,
        );
    let lines = directory.lines(&["m/main.tf"]);
    has(
        &lines,
        "INVALID_ACTION resource.aws_iam_policy.inside.policy.Statement[0].Action 1:47",
    );
    // All of the call is marked, as nothing in it is the mistake.
    let done = directory.run(&["check", "m/main.tf"]);
    let marked = format!("| {}{}\n", " ".repeat(46), "^".repeat(34));
    assert!(done.out.contains(&marked), "{}", done.out);
    assert!(
        done.out.contains(
            "note: m/main.tf: `../outside.json` was not read: it is outside of the module"
        ),
        "{}",
        done.out
    );
}

#[test]
fn overrides_and_the_files_of_opentofu() {
    let directory = Directory::new("hcl_overrides");
    let local = |action: &str| format!("locals {{\n  action = \"{action}\"\n}}\n");
    let policy = r#"resource "aws_iam_policy" "p" {
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = local.action, Resource = "*" }] })
}
"#;
    directory
        .file("tf/main.tf", policy)
        .file("tf/a_override.tf", local("s3:Overridden"))
        .file("tf/locals.tf", local("s3:First"))
        .file("tofu/main.tofu", policy)
        .file("tofu/locals.tf", local("s3:First"))
        .file("tofu/locals.tofu", local("s3:OfTofu"));
    for (file, action) in [
        ("tf/main.tf", "s3:Overridden"),
        ("tofu/main.tofu", "s3:OfTofu"),
    ] {
        let found = documents(&directory, file);
        assert_eq!(
            found[0].1.as_ref().unwrap()["Statement"][0]["Action"],
            action,
            "{file}"
        );
    }
}

#[test]
fn modules_that_call_themselves_have_an_end() {
    let directory = Directory::new("hcl_endless");
    directory.file(
        "m/main.tf",
        "module \"m\" {\n  source = \"../m\"\n}\nmodule \"n\" {\n  source = \"../m\"\n}\n",
    );
    let done = directory.run(&["check", "m/main.tf"]);
    assert_eq!(done.code, 2, "{}", done.out);
    assert!(done.out.contains("more than 50 modules"), "{}", done.out);
}

/// A module whose policy has the action of a variable and of a local.
const NAMES: &str = r#"variable "action" {
  type    = string
  default = "rekognition:DetectLabels"
}
locals {
  resource = "arn:aws:s3:::mine"
}
resource "aws_iam_policy" "p" {
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = var.action, Resource = local.resource }] })
}
"#;

#[test]
fn values_are_read_from_the_files_that_terraform_reads_in_its_order() {
    let action = |text: &str| format!("action = \"{text}\"\n");
    let json = |text: &str| format!("{{\"action\": \"{text}\"}}");
    for (files, expected) in [
        (vec![("terraform.tfvars.json", json("*"))], "*"),
        (
            vec![
                ("terraform.tfvars", action("s3:Hcl")),
                ("terraform.tfvars.json", json("s3:Json")),
            ],
            "s3:Json",
        ),
        (
            vec![
                ("a.auto.tfvars.json", json("s3:First")),
                ("b.auto.tfvars", action("s3:Last")),
                ("terraform.tfvars.json", json("s3:Before")),
            ],
            "s3:Last",
        ),
        (
            vec![
                ("a.auto.tfvars", action("s3:First")),
                ("b.auto.tfvars.json", json("s3:Last")),
            ],
            "s3:Last",
        ),
        // Values are what they say.
        (vec![("x.auto.tfvars.json", json("${x}"))], "${x}"),
        (vec![(".x.auto.tfvars", action("s3:Hidden"))], "s3:Hidden"),
        // Terraform reads no other file by itself.
        (
            vec![("other.tfvars.json", json("*"))],
            "rekognition:DetectLabels",
        ),
    ] {
        let directory = Directory::new("hcl_values");
        directory.file("main.tf", NAMES);
        for (name, text) in &files {
            directory.file(name, text);
        }
        let found = documents(&directory, "main.tf");
        let found = &found[0].1.as_ref().unwrap()["Statement"][0]["Action"];
        assert_eq!(found, expected, "{files:?}");
    }
}

#[test]
fn values_in_a_file_that_cannot_be_read_are_not_known() {
    let directory = Directory::new("hcl_unread_values");
    directory
        .file("main.tf", NAMES)
        .file("terraform.tfvars.json", "{\"action\": ");
    let done = directory.run(&["check", "main.tf"]);
    assert!(
        (done.out).contains("note: main.tf: terraform.tfvars.json was not read: "),
        "{}",
        done.out
    );
    assert!(done.out.contains("1 value is not known"), "{}", done.out);
    assert!(!done.out.contains("read as its default"), "{}", done.out);
    let done = directory.run(&[
        "evaluate",
        "--policy",
        "main.tf",
        "--action",
        "rekognition:DetectLabels",
        "--resource",
        "*",
    ]);
    assert!(!done.out.starts_with("allowed"), "{}", done.out);
}

#[test]
fn files_in_json_are_part_of_the_module() {
    let of = |file: &str, text: &str| {
        let directory = Directory::new("hcl_json");
        directory.file("main.tf", NAMES).file(file, text);
        let found = documents(&directory, "main.tf");
        found[0].1.as_ref().unwrap()["Statement"][0].clone()
    };
    let overridden = of(
        "override.tf.json",
        r#"{"locals": {"resource": "${var.action}"}, "variable": {"action": {"default": "s3:Other"}}}"#,
    );
    assert_eq!(overridden["Action"], "s3:Other");
    assert_eq!(overridden["Resource"], "s3:Other");
    let whole = of(
        "x_override.tf.json",
        r#"{"resource": {"aws_iam_policy": {"p": {"policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Deny\"}]}"}}}}"#,
    );
    assert_eq!(whole, json!({"Effect": "Deny"}));
    // What only the file in JSON has.
    let directory = Directory::new("hcl_json_locals");
    directory
        .file("main.tf", NAMES.replace("local.resource", "local.other"))
        .file(
            "more.tf.json",
            r#"{"//": "a comment", "locals": [{"other": ["a", "${local.resource}"]}]}"#,
        );
    let found = documents(&directory, "main.tf");
    assert_eq!(
        found[0].1.as_ref().unwrap()["Statement"][0]["Resource"],
        json!(["a", "arn:aws:s3:::mine"])
    );
}

#[test]
fn an_override_that_cannot_be_read_leaves_names_open_with_a_note() {
    let directory = Directory::new("hcl_unread_override");
    directory
        .file("main.tf", NAMES)
        .file("override.tf.json", "{\"locals\": [");
    let done = directory.run(&["check", "main.tf"]);
    assert!(
        done.out.contains("override.tf.json was not read: "),
        "{}",
        done.out
    );
    let found = documents(&directory, "main.tf");
    let statement = &found[0].1.as_ref().unwrap()["Statement"][0];
    assert_eq!(statement["Resource"], "${local.resource}");
    assert_ne!(statement["Action"], "rekognition:DetectLabels");
}

#[test]
fn blocks_of_an_override_replace_all_of_their_type() {
    let statement = |kind: &str, action: &str| match kind {
        "dynamic" => format!(
            "dynamic \"statement\" {{\n for_each = [\"{action}\"]\n content {{\n actions = [statement.value]\n resources = [\"*\"]\n }}\n }}\n"
        ),
        _ => format!("statement {{\n actions = [\"{action}\"]\n resources = [\"*\"]\n }}\n"),
    };
    let data = |body: &str| format!("data \"aws_iam_policy_document\" \"d\" {{\n{body}}}\n");
    let json = r#"{"data": {"aws_iam_policy_document": {"d": {"statement": {"actions": ["s3:New"], "resources": ["*"]}}}}}"#;
    let hcl = |kind| ("main_override.tf", data(&statement(kind, "s3:New")));
    for (base, (file, text)) in [
        ("", hcl("")),
        ("", hcl("dynamic")),
        ("dynamic", hcl("")),
        ("dynamic", hcl("dynamic")),
        ("dynamic", ("main_override.tf.json", json.to_string())),
    ] {
        let directory = Directory::new("hcl_replaced");
        directory
            .file("main.tf", data(&statement(base, "s3:Old")))
            .file(file, &text);
        let found = documents(&directory, "main.tf");
        let statements = &found[0].1.as_ref().unwrap()["Statement"];
        assert_eq!(statements.as_array().unwrap().len(), 1, "{base} {text}");
        assert_eq!(statements[0]["Action"], "s3:New", "{base} {text}");
    }
    // Blocks of another type stay.
    let directory = Directory::new("hcl_kept");
    let condition = "dynamic \"condition\" {\n for_each = []\n content {}\n }\n";
    directory
        .file("main.tf", data(&statement("dynamic", "s3:Old")))
        .file("main_override.tf", data(condition));
    let found = documents(&directory, "main.tf");
    let statements = &found[0].1.as_ref().unwrap()["Statement"];
    assert_eq!(statements[0]["Action"], "s3:Old");
}

#[test]
fn a_template_has_only_the_names_that_it_is_given() {
    let directory = Directory::new("hcl_template_names");
    directory
        .file(
            "main.tf",
            r#"locals {
  name = "module"
}
resource "aws_iam_policy" "p" {
  policy = templatefile("${path.module}/p.tftpl", { action = "s3:GetObject" })
}
"#,
        )
        .file(
            "p.tftpl",
            "\u{feff}{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"${action}\", \"Resource\": \"x${local.name}\"}]}",
        );
    let found = documents(&directory, "main.tf");
    let statement = &found[0].1.as_ref().unwrap()["Statement"][0];
    assert_eq!(statement["Action"], "s3:GetObject");
    assert_eq!(statement["Resource"], "x${local.name}");
}

#[test]
fn modules_that_are_not_read_are_noted() {
    let directory = Directory::new("hcl_elsewhere");
    let call = |name: &str, source: &str| {
        format!("module \"{name}\" {{\n  source = \"{source}\"\n  actions = [\"*\"]\n}}\n")
    };
    let policy = r#"resource "aws_iam_policy" "p" {
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::a/*" }] })
}
"#;
    let text = call("a", "terraform-aws-modules/lambda/aws")
        + &call("b", "git::https://example.com/m.git")
        + &call("c", "./nope")
        + policy;
    directory.file("main.tf", text);
    let done = directory.run(&["check", "main.tf"]);
    for note in [
        "note: main.tf: `module.a`, `module.b` were not checked: their sources are not directories on disk",
        "note: main.tf: module.c was not read: `./nope` is not a directory with a module",
    ] {
        assert!(done.out.contains(note), "{note}\n{}", done.out);
    }
    // A module on disk has no such note.
    directory.file("main.tf", call("d", "./m") + policy);
    directory.file("m/main.tf", "variable \"actions\" {}\n");
    let done = directory.run(&["check", "main.tf"]);
    assert!(!done.out.contains("not checked"), "{}", done.out);
    assert!(!done.out.contains("not read"), "{}", done.out);
}

#[test]
fn values_that_a_call_does_not_know_are_noted() {
    let directory = Directory::new("hcl_open_argument");
    directory
        .file(
            "main.tf",
            "module \"m\" {\n  source = \"./m\"\n  action = aws_x.y.z\n}\n",
        )
        .file(
            "m/main.tf",
            r#"variable "action" {}
resource "aws_iam_policy" "p" {
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = var.action, Resource = "arn:aws:s3:::a/*" }] })
}
"#,
        );
    let note = "module.m.resource.aws_iam_policy.p.policy: 1 value is not known";
    let done = directory.run(&["check", "main.tf"]);
    assert!(done.out.contains(note), "{}", done.out);
    // In a search, the file of the module has it.
    let done = directory.run(&["check", "."]);
    assert!(!done.out.contains(note), "{}", done.out);
    assert!(
        done.out
            .contains("resource.aws_iam_policy.p.policy: 1 value is not known"),
        "{}",
        done.out
    );
}

#[test]
fn values_of_the_command_line_set_the_variables_of_the_modules_it_names() {
    let directory = Directory::new("hcl_var_file");
    directory
        .file("m/main.tf", NAMES)
        .file("m/below/main.tf", NAMES)
        .file("m/terraform.tfvars", "action = \"s3:Automatic\"\n")
        .file("prod.tfvars", "action = \"s3:OfFile\"\nother = 1\n")
        .file("prod.tfvars.json", "{\"action\": \"s3:OfJson\"}")
        .file("broken.tfvars", "action = \n")
        .file("none.tfvars", "nothing = 1\n");
    let found = |arguments: &str| {
        let all: Vec<&str> = (["check", "--format", "json"].into_iter())
            .chain(arguments.split(' '))
            .collect();
        let done = directory.run(&all);
        let actions = (done.out.lines()).filter_map(|line| {
            let action = line.split("has no action `").nth(1)?;
            Some(action.split('`').next()?.to_string())
        });
        (actions.collect::<Vec<_>>(), done.err)
    };
    for (arguments, expected) in [
        ("m/main.tf", "Automatic"),
        ("m/main.tf --var-file prod.tfvars", "OfFile"),
        ("./m/../m --var-file prod.tfvars", "OfFile"),
        (
            "m/main.tf --var-file prod.tfvars --var-file prod.tfvars.json",
            "OfJson",
        ),
        (
            "m/main.tf --var-file prod.tfvars --var action=s3:OfVar",
            "OfVar",
        ),
        // The last one counts, whichever option it is of.
        (
            "m/main.tf --var action=s3:OfVar --var-file prod.tfvars",
            "OfFile",
        ),
        (
            "m/main.tf --var-file prod.tfvars.json --var action=s3:First --var action=s3:OfVar",
            "OfVar",
        ),
        // A text of HCL is a text.
        ("m/main.tf --var action=s3:${x}", "${x}"),
    ] {
        assert_eq!(found(arguments).0, [expected], "{arguments}");
    }
    let (_, notes) = found("m --var-file none.tfvars --var missing=1");
    for note in [
        "no module that was read has a variable of none.tfvars",
        "no module that was read has the variable `missing` of --var",
    ] {
        assert!(notes.contains(note), "{notes}");
    }
    assert!(!found("m --var-file prod.tfvars").1.contains("no module"));
    let (_, error) = found("m --var-file broken.tfvars");
    assert!(error.contains("broken.tfvars:1:"), "{error}");
    // Other types are expressions, and the other commands have the same values.
    directory.file(
        "l/main.tf",
        NAMES.replace("type    = string", "type = list(string)"),
    );
    for (values, code) in [(r#"["s3:GetObject"]"#, 0), (r#"["s3:PutObject"]"#, 1)] {
        let done = directory.run(&[
            "evaluate",
            "--policy",
            "l/main.tf",
            "--action",
            "s3:GetObject",
            "--resource",
            "arn:aws:s3:::mine",
            "--var",
            &format!("action={values}"),
        ]);
        assert_eq!(done.code, code, "{}{}", done.out, done.err);
    }
    let done = directory.run(&["diff", "m/main.tf", "l/main.tf", "--var", "action=[\"*\"]"]);
    assert!(
        done.out.contains("new access: *"),
        "{}{}",
        done.out,
        done.err
    );
}

#[test]
fn a_file_of_declarations_is_read_with_its_module_where_that_matters() {
    let directory = Directory::new("hcl_declarations");
    let policy = r#"jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "rekognition:DetectFace", Resource = "*" }] })"#;
    directory
        .file("locals.tf", format!("locals {{\n  policy = {policy}\n}}\n"))
        .file("outputs.tf", "output \"policy\" {\n  value = local.policy\n}\noutput \"name\" { value = aws_iam_role.r.name }\n")
        .file("variables.tf", "variable \"name\" {\n  type    = string\n  default = \"x\"\n}\nterraform {\n  required_version = \">= 1.5\"\n}\n")
        .file("default.tf", r#"variable "policy" {
  default = { Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "rekognition:DetectText1", Resource = "*" }] }
}
"#);
    let found = directory.found(&["."]);
    let files: Vec<&str> = found
        .iter()
        .filter_map(|found| found["file"].as_str())
        .collect();
    assert_eq!(
        files,
        ["default.tf", "locals.tf", "outputs.tf"],
        "{found:?}"
    );
    // What is not Terraform is an error in any file.
    directory.file("variables.tf", "variable \"name\" {\n  default = \n}\n");
    let done = directory.run(&["check", "."]);
    assert_eq!(done.code, 2, "{}", done.out);
    assert!(
        done.err.contains("variables.tf: line 2 column 13"),
        "{}",
        done.err
    );
    // A value is used though the file with its variable has nothing else.
    directory.file("variables.tf", "variable \"name\" {\n  type = string\n}\n");
    let done = directory.run(&["check", "--var", "name=a", "variables.tf"]);
    assert!(!done.err.contains("--var"), "{}", done.err);
}
