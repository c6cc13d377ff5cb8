//! `diff` of policies whose places changed: instances of `count` and `for_each`, and other names.

use serde_json::Value;

use crate::support::{Directory, Done};

fn lines(done: &Done) -> Vec<Value> {
    (done.out.lines())
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn instances_are_compared_by_their_keys() {
    let directory = Directory::new("diff_instances");
    let module = |keys: &str| {
        format!(
            r#"resource "aws_iam_policy" "p" {{
  for_each = {{ {keys} }}
  policy   = jsonencode({{ Version = "2012-10-17", Statement = [{{ Effect = "Allow", Action = each.value, Resource = "*" }}] }})
}}
module "m" {{
  for_each = {{ {keys} }}
  source   = "./m"
  action   = each.value
}}
module "n" {{
  for_each          = {{ {keys} }}
  source            = "terraform-aws-modules/lambda/aws"
  policy_statements = {{ a = {{ actions = [each.value], resources = ["*"] }} }}
}}
"#
        )
    };
    let child = r#"variable "action" {}
resource "aws_iam_policy" "p" {
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = var.action, Resource = "*" }] })
}
"#;
    directory
        .file("old/main.tf", module(r#"b = "s3:GetObject""#))
        .file(
            "new/main.tf",
            module(r#"a = "sqs:SendMessage", b = "s3:GetObject""#),
        )
        .file("old/m/main.tf", child)
        .file("new/m/main.tf", child);
    let done = directory.run(&["diff", "--format", "json", "old/main.tf", "new/main.tf"]);
    assert_eq!(done.code, 1, "{}", done.err);
    let mut found: Vec<String> = (lines(&done).iter())
        .map(|line| {
            format!(
                "{} {}",
                line["path"].as_str().unwrap(),
                line["in"].as_str().unwrap()
            )
        })
        .collect();
    found.sort();
    assert_eq!(
        found,
        [
            r#"module.m["a"].resource.aws_iam_policy.p.policy added"#,
            r#"module.m["b"].resource.aws_iam_policy.p.policy both"#,
            r#"module.n["a"].policy_statements added"#,
            r#"module.n["b"].policy_statements both"#,
            r#"resource.aws_iam_policy.p["a"].policy added"#,
            r#"resource.aws_iam_policy.p["b"].policy both"#,
        ]
    );
}

#[test]
fn a_policy_under_another_name_is_said_to_be_equal() {
    let directory = Directory::new("diff_renamed");
    let policy = |head: &str, action: &str| {
        format!(
            r#"resource "aws_iam_policy" {head}
  policy = jsonencode({{ Version = "2012-10-17", Statement = [{{ Effect = "Allow", Action = "{action}", Resource = "*" }}] }})
}}
"#
        )
    };
    let diff = |old: String, new: String| {
        directory.file("old.tf", old).file("new.tf", new);
        directory.run(&["diff", "old.tf", "new.tf"])
    };
    let get = "s3:GetObject";
    let done = diff(policy("\"a\" {", get), policy("\"b\" {", get));
    assert!(
        done.out.contains("note: new.tf: resource.aws_iam_policy.b.policy is the same policy that old.tf has as resource.aws_iam_policy.a.policy; if only the name changed, no access did"),
        "{}",
        done.out
    );
    // Another role may have it now.
    assert_eq!(done.code, 1);
    let done = diff(policy("\"a\" {", get), policy("\"b\" {", "s3:PutObject"));
    assert!(!done.out.contains("same policy"), "{}", done.out);
    // `count` does not rename what it is added to.
    let counted = |count: usize| policy(&format!("\"a\" {{\n  count = {count}"), get);
    for (old, new, code) in [
        (policy("\"a\" {", get), counted(1), 0),
        (counted(1), policy("\"a\" {", get), 0),
        (policy("\"a\" {", get), counted(2), 1),
        (counted(2), counted(1), 0),
    ] {
        let done = diff(old, new);
        assert_eq!(done.code, code, "{}", done.out);
    }
}

/// A file that did not change has the policies that it had, as far as nothing but the deployment decides what they are.
#[test]
fn an_unknown_policy_of_a_file_that_did_not_change() {
    let directory = Directory::new("diff_same_file");
    let template = |size: &str| {
        format!(
            "Parameters: {{Document: {{Type: String}}}}\nResources:\n  Photos: {{Type: AWS::S3::Bucket, Properties: {{BucketName: {size}}}}}\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument: !Ref Document\n"
        )
    };
    directory
        .file("old.yaml", template("small"))
        .file("new.yaml", template("small"))
        .file("other.yaml", template("large"));
    let module =
        "variable \"document\" {}\nresource \"aws_iam_policy\" \"p\" { policy = var.document }\n";
    directory.file("old.tf", module).file("new.tf", module);
    let same = directory.run(&["diff", "old.yaml", "new.yaml"]);
    assert_eq!(same.code, 0, "{}{}", same.out, same.err);
    let said = format!("{}{}", same.out, same.err);
    assert!(
        said.contains("assumed to be the same on both sides"),
        "{said}"
    );
    // A change anywhere in the file, or in another file of the module, may be a change of the policy.
    for files in [["old.yaml", "other.yaml"], ["old.tf", "new.tf"]] {
        let done = directory.run(&["diff", files[0], files[1]]);
        assert_eq!(done.code, 1, "{files:?}: {}{}", done.out, done.err);
        assert!(
            done.out.contains("not known before deployment"),
            "{}",
            done.out
        );
    }
}
