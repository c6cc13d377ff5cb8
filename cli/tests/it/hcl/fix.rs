//! A fix changes the literal that is wrong, and no other byte.

use crate::support::Directory;

const BEFORE: &str = r#"# Who reads what.
locals {
  actions = [
    "rekognition:DetectLabel", # labels
    "rekognition:DetectFaces", // faces
  ]
}

resource "aws_iam_policy" "a" {
  policy = jsonencode({
    Version   = "2012-10-17" /* always */
    Statement = [{ Effect = "allow", Action = local.actions, "Resource" : "*" }]
  })
}

resource "aws_iam_policy" "b" {
  policy = <<-EOF
    {
      "Version": "2012-10-17",
      "Statement": [{"Effect": "Allow", "Action": "rekognition:DetectFace", "Resource": "*"}]
    }
  EOF
}

data "aws_iam_policy_document" "c" {
  statement {
    actions   = ["rekognition:RecognizeCelebrity", "rekognition:DetectText"] # celebrities
    resources = ["*"]
    condition {
      test     = "StringEqual"
      variable = "aws:SourceVpc"
      values   = ["vpc-0123456789abcdef0"]
    }
  }
}
"#;

const CHANGES: [(&str, &str); 5] = [
    ("DetectLabel\"", "DetectLabels\""),
    ("\"allow\"", "\"Allow\""),
    ("DetectFace\"", "DetectFaces\""),
    ("RecognizeCelebrity\"", "RecognizeCelebrities\""),
    ("\"StringEqual\"", "\"StringEquals\""),
];

#[test]
fn literals_are_changed_in_place() {
    for ending in ["\n", "\r\n"] {
        let before = BEFORE.replace('\n', ending);
        let directory = Directory::new("hcl_fix");
        directory.file("main.tf", &before);
        let done = directory.run(&["fix", "--no-config", "main.tf"]);
        assert_eq!(done.code, 0, "{} {}", done.out, done.err);
        let mut expected = before;
        for (from, to) in CHANGES {
            expected = expected.replacen(from, to, 1);
        }
        assert_eq!(directory.text("main.tf"), expected);
        let done = directory.run(&["fix", "--no-config", "main.tf"]);
        assert!(done.err.contains("changed 0 values"), "{}", done.err);
    }
}

#[test]
fn what_another_file_uses_is_not_changed() {
    let directory = Directory::new("hcl_fix_shared");
    let policy = |name: &str, actions: &str| {
        format!(
            "resource \"aws_iam_policy\" \"{name}\" {{\n  policy = jsonencode({{ Version = \"2012-10-17\", Statement = [{{ Effect = \"Allow\", {actions} = local.actions, Resource = \"*\" }}] }})\n}}\n"
        )
    };
    let locals = "locals {\n  actions = [\"rekognition:DetectLabel\"]\n}\n";
    let main = format!("{locals}{}", policy("a", "Action"));
    directory
        .file("main.tf", &main)
        .file("other.tf", policy("b", "NotAction"));
    let done = directory.run(&["fix", "--no-config", "main.tf"]);
    assert_eq!(done.code, 1, "{}", done.err);
    assert!(
        done.err
            .contains("`local.actions` is also used in other.tf"),
        "{}",
        done.err
    );
    assert_eq!(directory.text("main.tf"), main);
    // Nor what another expression of the same file uses.
    let main = format!("{main}output \"x\" {{\n  value = {{ Statement = local.actions }}\n}}\n");
    let alone = Directory::new("hcl_fix_shared");
    alone.file("main.tf", &main);
    let done = alone.run(&["fix", "--no-config", "main.tf"]);
    assert!(
        done.err.contains("another expression uses the same value"),
        "{}",
        done.err
    );
    assert_eq!(alone.text("main.tf"), main);
}

/// A statement replaces another one by its Sid, which may be in a document of the caller.
#[test]
fn sids_of_merged_documents_stay() {
    let module = |merging: &str| {
        format!(
            "variable \"override\" {{ default = \"{{}}\" }}\ndata \"aws_iam_policy_document\" \"base\" {{\n{merging}  statement {{\n    sid       = \"Read it\"\n    actions   = [\"s3:GetObject\"]\n    resources = [\"arn:aws:s3:::b/*\"]\n  }}\n}}\nresource \"aws_iam_policy\" \"p\" {{\n  policy = data.aws_iam_policy_document.base.json\n}}\n"
        )
    };
    for (merging, fixed) in [
        ("  override_policy_documents = [var.override]\n", false),
        ("  source_policy_documents   = [var.override]\n", false),
        ("", true),
    ] {
        let directory = Directory::new("hcl_fix_sids");
        directory.file("main.tf", module(merging));
        let done = directory.run(&["fix", "--no-config", "main.tf"]);
        let text = directory.text("main.tf");
        assert_eq!(text.contains("\"Readit\""), fixed, "{merging} {}", done.err);
        assert_eq!(
            done.err.contains("matched by their Sids"),
            !fixed,
            "{}",
            done.err
        );
    }
}

/// A name may decide whether a resource is there, or what it is called.
#[test]
fn what_something_else_uses_is_not_changed() {
    let policy = "resource \"aws_iam_policy\" \"p\" {\n  policy = jsonencode({ Version = \"2012-10-17\", Statement = [{ Effect = \"Allow\", Action = NAME, Resource = \"*\" }] })\n}\n";
    let local = "locals {\n  act = \"rekognition:DetectLables\"\n}\n";
    let variable = "variable \"act\" {\n  default = \"rekognition:DetectLables\"\n}\n";
    let of = |value: &str, name: &str| format!("{value}{}", policy.replace("NAME", name));
    let refused = |main: String, child: &str| {
        let directory = Directory::new("hcl_fix_used");
        directory.file("main.tf", &main).file("m/main.tf", child);
        let done = directory.run(&["fix", "--no-config", "main.tf"]);
        assert!(
            done.err.contains("changed 0 values"),
            "{main}\n{}",
            done.err
        );
        assert!(done.err.contains("is used more than once"), "{}", done.err);
        assert_eq!(directory.text("main.tf"), main);
    };
    for other in [
        "resource \"aws_s3_bucket\" \"b\" {\n  count = local.act == \"rekognition:DetectLables\" ? 1 : 0\n}\n",
        "resource \"aws_s3_bucket\" \"b\" {\n  for_each = { (local.act) = 1 }\n}\n",
        "resource \"aws_s3_bucket\" \"b\" {\n  bucket = replace(lower(local.act), \":\", \"-\")\n}\n",
    ] {
        refused(of(local, "local.act") + other, "");
        refused(
            of(variable, "var.act") + &other.replace("local.", "var."),
            "",
        );
        // Through another name.
        let more = format!("{local}locals {{\n  more = local.act\n}}\n");
        refused(
            of(&more, "local.more") + &other.replace("local.act", "local.more"),
            "",
        );
    }
    let call = "module \"m\" {\n  source = \"./m\"\n  act    = \"rekognition:DetectLables\"\n}\n";
    let child = of("variable \"act\" {}\n", "var.act") + "output \"o\" { value = var.act }\n";
    refused(call.to_string(), &child);
    // Used once, it is changed.
    for value in [
        of(local, "local.act"),
        of(variable, "var.act"),
        of(
            &format!("{local}locals {{\n  more = [local.act]\n}}\n"),
            "local.more",
        ),
    ] {
        let directory = Directory::new("hcl_fix_used");
        directory.file("main.tf", &value);
        let done = directory.run(&["fix", "--no-config", "main.tf"]);
        assert!(
            done.err.contains("changed 1 value"),
            "{value}\n{}",
            done.err
        );
    }
}

#[test]
fn an_argument_of_a_module_is_changed() {
    let directory = Directory::new("hcl_fix_module");
    directory
        .file(
            "m/main.tf",
            "variable \"actions\" {}\ndata \"aws_iam_policy_document\" \"d\" {\n  statement {\n    actions   = var.actions\n    resources = [\"*\"]\n  }\n}\n",
        )
        .file(
            "main.tf",
            "module \"m\" {\n  source  = \"./m\" # here\n  actions = [\"rekognition:DetectLabel\"]\n}\n",
        );
    let done = directory.run(&["fix", "--no-config", "main.tf"]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(
        directory
            .text("main.tf")
            .contains("[\"rekognition:DetectLabels\"]")
    );
}

#[test]
fn a_value_that_decides_which_instances_there_are_is_not_changed() {
    let is_changed = |main: &str| {
        let directory = Directory::new("hcl_fix_instances");
        directory.file("main.tf", main);
        directory.run(&["fix", "--no-config", "main.tf"]);
        directory.text("main.tf") != main
    };
    let resource = |each: &str| {
        format!(
            r#"locals {{
  act = ["rekognition:DetectLables"]
}}
resource "aws_iam_policy" "p" {{
  for_each = toset({each})
  policy   = jsonencode({{ Version = "2012-10-17", Statement = [{{ Effect = "Allow", Action = each.value, Resource = "*" }}] }})
}}
"#
        )
    };
    assert!(!is_changed(&resource("[\"rekognition:DetectLables\"]")));
    assert!(!is_changed(&resource("local.act")));
    // The blocks of a document have no names.
    assert!(is_changed(
        r#"data "aws_iam_policy_document" "d" {
  dynamic "statement" {
    for_each = ["rekognition:DetectLables"]
    content {
      actions   = [statement.value]
      resources = ["*"]
    }
  }
}
"#
    ));
}

/// Of merged documents, a statement replaces those with its Sid, and what is merged may be known to callers only.
#[test]
fn a_sid_by_which_documents_may_be_merged_is_not_changed() {
    let statement = |sid: &str, action: &str| {
        format!(
            "  statement {{\n    sid       = {sid}\n    actions   = [\"{action}\"]\n    resources = [\"arn:aws:s3:::b/*\"]\n  }}\n"
        )
    };
    let read = statement("\"Read it\"", "s3:GetObject");
    let document = |name: &str, body: &str| {
        format!("data \"aws_iam_policy_document\" \"{name}\" {{\n{body}}}\n")
    };
    let used =
        "resource \"aws_iam_policy\" \"p\" {\n  policy = data.aws_iam_policy_document.d.json\n}\n";
    let encoded = |statements: &str| {
        format!(
            "resource \"aws_iam_policy\" \"p\" {{\n  policy = jsonencode({{ Version = \"2012-10-17\", Statement = {statements} }})\n}}\n"
        )
    };
    let of_sid = |sid: &str, action: &str| {
        format!(
            "{{ Sid = {sid}, Effect = \"Allow\", Action = \"{action}\", Resource = \"arn:aws:s3:::b/*\" }}"
        )
    };
    let wrong = of_sid("\"Read it\"", "s3:GetObject");
    let run = |main: &str| {
        let directory = Directory::new("hcl_fix_sid");
        directory
            .file("m/main.tf", main)
            .file("main.tf", "module \"m\" {\n  source = \"./m\"\n}\n");
        let done = directory.run(&["fix", "--no-config", "."]);
        (directory.text("m/main.tf") != main, done)
    };
    for main in [
        // The adversary of a caller's document, in each argument.
        "variable \"o\" {\n  default = \"{}\"\n}\n".to_string()
            + &document(
                "d",
                &format!("  override_policy_documents = [var.o]\n{read}"),
            )
            + used,
        "variable \"o\" {\n  default = []\n}\n".to_string()
            + &document("d", &format!("  source_policy_documents = var.o\n{read}"))
            + used,
        // It may be merged where it goes.
        document("d", &read)
            + "output \"json\" {\n  value = data.aws_iam_policy_document.d.json\n}\n",
        document("d", &read)
            + &document(
                "e",
                "  source_policy_documents = [data.aws_iam_policy_document.d.json]\n",
            ),
        document("d", &read)
            + "module \"n\" {\n  source = \"./n\"\n  more   = data.aws_iam_policy_document.d.json\n}\n",
        format!("locals {{\n  s = {wrong}\n}}\n") + &encoded("[local.s]"),
        // Another statement may get the same one.
        "variable \"s\" {\n  default = \"x\"\n}\n".to_string()
            + &document(
                "d",
                &format!("{read}{}", statement("var.s", "s3:PutObject")),
            )
            + used,
        "variable \"s\" {\n  default = []\n}\n".to_string()
            + &encoded(&format!("concat([{wrong}], var.s)")),
    ] {
        let (changed, done) = run(&main);
        assert!(!changed, "{main}");
        assert_eq!(done.code, 1, "{main}{}", done.err);
        assert!(
            done.err.contains("not fixed: UNSUPPORTED_SID: "),
            "{main}{}",
            done.err
        );
    }
    for main in [
        document("d", &read) + used,
        document(
            "d",
            &format!("{read}{}", statement("\"Write\"", "s3:PutObject")),
        ) + used,
        encoded(&format!("[{wrong}]")),
        encoded(&format!(
            "[{wrong}, {}]",
            of_sid("\"Write\"", "s3:PutObject")
        )),
    ] {
        let (changed, done) = run(&main);
        assert!(changed, "{main}{}{}", done.out, done.err);
    }
    // The same in JSON.
    let text = r#"{"resource":{"aws_iam_policy":{"p":{"policy":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"Read it\",\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::b/*\"}]}"}}}}"#;
    let directory = Directory::new("hcl_fix_sid");
    directory.file("main.tf.json", text);
    directory.run(&["fix", "--no-config", "."]);
    assert_eq!(directory.text("main.tf.json"), text);
}
