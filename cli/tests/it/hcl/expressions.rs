//! Expressions are what Terraform makes of them. `tests/external/terraform_console.py` compares with Terraform itself.

use serde_json::{Value, json};

use super::document;
use crate::support::Directory;

/// What the resource of a statement is read as, with these locals.
#[track_caller]
fn resource(locals: &str, expression: &str) -> Value {
    let directory = Directory::new("hcl_expression");
    directory.file(
        "main.tf",
        format!(
            r#"
locals {{
{locals}
}}
resource "aws_iam_policy" "p" {{
  policy = jsonencode({{
    Version   = "2012-10-17"
    Statement = [{{ Effect = "Allow", Action = "s3:GetObject", Resource = {expression} }}]
  }})
}}
"#
        ),
    );
    document(&directory, "main.tf")["Statement"][0]["Resource"].take()
}

#[test]
fn strings() {
    for (expression, expected) in [
        (r#""a\tb\"\\\u0041""#, "a\tb\"\\A"),
        (r#""$${aws:username}%%{x}""#, "${aws:username}%{x}"),
        (r#""a${"b"}c${1}${true}""#, "abc1true"),
        (r#""${local.name}""#, "photos"),
        (
            r#""%{ if local.name == "photos" }yes%{ else }no%{ endif }""#,
            "yes",
        ),
        (r#""%{ for c in ["a", "b"] ~}  ${c}%{ endfor }""#, "ab"),
        (r#""é${local.name}""#, "éphotos"),
        // Escapes have their meaning in directives too.
        (r#""%{ if true }\"q\"\t\u002a%{ endif }""#, "\"q\"\t*"),
        (r#""%{ for c in ["a"] }\"${c}\"%{ endfor }""#, "\"a\""),
        // A marker drops what is written, and nothing of a value.
        (r#""${"a "}${~ "b"}""#, "a b"),
        (r#""${"a "} ${~ "b"}""#, "a b"),
        (r#""a ${~ "b" ~} c""#, "abc"),
    ] {
        assert_eq!(
            resource("name = \"photos\"", expression),
            expected,
            "{expression}"
        );
    }
    // What only a plan has stays open.
    assert_eq!(
        resource("", r#""arn:aws:s3:::${var.bucket}/*""#),
        "arn:aws:s3:::${var.bucket}/*"
    );
}

#[test]
fn heredocs() {
    for (heredoc, expected) in [
        ("<<EOT\n  a\n b\nEOT\n", "  a\n b\n"),
        (
            "<<-EOT\n      a\n\n        b ${local.x}\n    EOT\n",
            "a\n\n  b 1\n",
        ),
        ("<<-EOT\n    ${local.x} a\n      b\n    EOT\n", "1 a\n  b\n"),
        ("<<EOT\na \\n $${b} \"c\"\nEOT\n", "a \\n ${b} \"c\"\n"),
        ("<<EOT\n%{ if true ~}\na\n%{ endif ~}\nEOT\n", "a\n"),
    ] {
        let locals = format!("x = 1\n  text = {heredoc}");
        assert_eq!(resource(&locals, "local.text"), expected, "{heredoc}");
    }
}

#[test]
fn operators_and_conditions() {
    for (expression, expected) in [
        ("1 + 2 * 3 == 7 ? \"a\" : \"b\"", "a"),
        ("!(1 > 2) && (true || false) ? \"a\" : \"b\"", "a"),
        ("5 % 3 >= 2 && -1 < 0 ? \"a\" : \"b\"", "a"),
        ("\"a\" != \"b\" ? 1 : \"x\"", "1"),
        ("[1, 2] == [1, 2] ? \"a\" : \"b\"", "a"),
        ("{ a = 1 } == { a = 2 } ? \"a\" : \"b\"", "b"),
    ] {
        assert_eq!(resource("", expression), expected, "{expression}");
    }
}

#[test]
fn values_of_different_types_are_never_equal() {
    let locals = r#"
        none = tolist(setsubtract(["a"], ["a"]))
        objects = tolist([{ n = "a" }])
    "#;
    let chosen = |equality: &str| {
        let found = resource(locals, &format!("{equality} ? \"yes\" : \"no\""));
        match found.as_str().unwrap() {
            "yes" => Some(true),
            "no" => Some(false),
            text => {
                assert!(text.starts_with("${"), "{equality}: {text}");
                None
            }
        }
    };
    // What `terraform console` says. Nothing is also right where Terraform knows more.
    for (equality, expected) in [
        ("local.none == []", Some(false)),
        ("local.none != []", Some(true)),
        ("[] == []", Some(true)),
        ("tomap({}) == {}", Some(false)),
        ("local.none == tolist([])", None),
        ("[\"a\"] == tolist([\"a\"])", Some(false)),
        ("tolist([\"a\"]) == toset([\"a\"])", Some(false)),
        ("tolist([\"a\"]) == tolist([\"a\"])", Some(true)),
        ("split(\",\", \"a\") == [\"a\"]", Some(false)),
        ("formatlist(\"%s\", \"a\") == tolist([\"a\"])", Some(true)),
        ("local.objects[*].n == [\"a\"]", Some(false)),
        ("local.objects[*].n == tolist([\"a\"])", Some(true)),
        ("[for o in local.objects : o.n] == [\"a\"]", Some(true)),
        (
            "concat([\"a\"], tolist([\"b\"])) == [\"a\", \"b\"]",
            Some(true),
        ),
        (
            "concat(tolist([\"a\"]), tolist([\"b\"])) == [\"a\", \"b\"]",
            Some(false),
        ),
        (
            "merge({ a = 1 }, tomap({ b = 1 })) == { a = 1, b = 1 }",
            Some(true),
        ),
        ("keys({ a = 1 }) == [\"a\"]", Some(true)),
        ("keys(tomap({ a = 1 })) == [\"a\"]", Some(false)),
        ("range(2) == tolist([0, 1])", Some(true)),
        ("distinct([\"a\"]) == [\"a\"]", Some(false)),
        ("slice([\"a\"], 0, 1) == [\"a\"]", Some(true)),
        ("(true ? [] : [\"a\"]) == []", Some(false)),
        ("(true ? [1] : [\"a\"]) == [\"1\"]", Some(true)),
        (
            "(true ? { a = 1 } : { a = \"x\" }) == { a = \"1\" }",
            Some(true),
        ),
        ("(true ? [1] : aws_x.y.z) == [1]", None),
        ("[null] == [null]", None),
        ("1 == \"1\"", Some(false)),
        ("\"cafe\\u0301\" == \"café\"", None),
        ("\"cafe\\u0301\" == \"cafe\"", Some(false)),
    ] {
        assert_eq!(chosen(equality), expected, "{equality}");
    }
}

#[test]
fn types_of_variables_decide_what_is_equal() {
    let directory = Directory::new("hcl_types");
    let module = |argument: &str| {
        format!("module \"m\" {{\n  source = \"./m\"\n  guests = {argument}\n}}\n")
    };
    let child = |kind: &str| {
        format!(
            r#"variable "guests" {{
{kind}
}}
resource "aws_iam_policy" "p" {{
  policy = jsonencode({{
    Version   = "2012-10-17"
    Statement = [{{ Effect = var.guests == [] ? "Deny" : "Allow", Action = "iam:*", Resource = "*" }}]
  }})
}}
"#
        )
    };
    for (kind, expected) in [("type = list(string)", "Allow"), ("", "Deny")] {
        directory.file("main.tf", module("[]"));
        directory.file("m/main.tf", child(kind));
        let found = document(&directory, "main.tf");
        assert_eq!(found["Statement"][0]["Effect"], expected, "{kind}");
    }
}

#[test]
fn a_tuple_has_the_types_of_its_items() {
    let directory = Directory::new("hcl_tuple");
    directory.file(
        "main.tf",
        r#"variable "pair" {
  type    = tuple([string, number])
  default = [1, "2"]
}
resource "aws_iam_policy" "p" {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = var.pair == ["1", 2] ? "Allow" : "Deny", Action = "iam:*", Resource = "*" }]
  })
}
"#,
    );
    let found = document(&directory, "main.tf");
    assert_eq!(found["Statement"][0]["Effect"], "Allow");
}

#[test]
fn numbers_with_more_digits_than_ours_are_open() {
    for expression in [
        "0.1 + 0.2",
        "1 / 3",
        "0.1234567890123456789",
        "jsondecode(\"12345678901234567890\")",
        "tonumber(\"inf\")",
        "tonumber(\" 1\")",
    ] {
        let found = resource("", expression);
        let text = found.as_str().unwrap();
        assert!(text.starts_with("${"), "{expression}: {text}");
    }
    for (expression, expected) in [("6 / 4", "1.5"), ("7 % -3", "1"), ("0.25", "0.25")] {
        assert_eq!(
            resource("", &format!("tostring({expression})")),
            expected,
            "{expression}"
        );
    }
}

#[test]
fn collections() {
    let locals = r#"
        list  = ["b", "a", "b"]
        map   = { z = "1", a = "2" }
        deep  = [{ name = "x", tags = ["t"] }, { name = "y", tags = [] }]
    "#;
    for (expression, expected) in [
        ("local.list[1]", json!("a")),
        ("local.map[\"z\"]", json!("1")),
        ("local.map.z", json!("1")),
        ("local.deep[*].name", json!(["x", "y"])),
        ("local.deep.*.name", json!(["x", "y"])),
        ("flatten(local.deep[*].tags)", json!(["t"])),
        ("[for v in local.list : upper(v)]", json!(["B", "A", "B"])),
        (
            "[for i, v in local.list : \"${i}${v}\" if v != \"a\"]",
            json!(["0b", "2b"]),
        ),
        // A map is in the order of its keys.
        (
            "[for k, v in local.map : \"${k}${v}\"]",
            json!(["a2", "z1"]),
        ),
        (
            "values({ for k, v in local.map : v => k })",
            json!(["z", "a"]),
        ),
        (
            "values({ for v in local.list : v => v... })[1]",
            json!(["b", "b"]),
        ),
        ("concat(local.list, [\"c\"])", json!(["b", "a", "b", "c"])),
        ("distinct(local.list)", json!(["b", "a"])),
        ("tolist(toset(local.list))", json!(["a", "b"])),
        ("keys(merge(local.map, { b = 1 }))", json!(["a", "b", "z"])),
        ("lookup(local.map, \"q\", \"none\")", json!("none")),
        ("try(local.map.q, \"none\")", json!("none")),
        ("can(local.map.q) ? \"a\" : \"b\"", json!("b")),
        ("element(local.list, 4)", json!("a")),
        ("slice(local.list, 1, 3)", json!(["a", "b"])),
        ("sort(local.list)", json!(["a", "b", "b"])),
        ("reverse(local.list)", json!(["b", "a", "b"])),
        ("compact([\"\", \"a\", null])", json!(["a"])),
        ("one([\"a\"])", json!("a")),
        ("coalesce(null, \"\", \"a\")", json!("a")),
        ("setunion([\"b\"], [\"a\"])", json!(["a", "b"])),
        ("setsubtract([\"b\", \"a\"], [\"a\"])", json!(["b"])),
        (
            "contains(local.list, \"a\") ? \"yes\" : \"no\"",
            json!("yes"),
        ),
        ("length(local.list) == 3 ? \"yes\" : \"no\"", json!("yes")),
        (
            "[for p in setproduct([\"a\", \"b\"], [\"c\"]) : join(\"/\", p)]",
            json!(["a/c", "b/c"]),
        ),
        ("zipmap([\"k\"], [\"v\"])[\"k\"]", json!("v")),
        ("sort([3, 10, 2])", json!(["10", "2", "3"])),
        ("try(concat([\"a\"], toset([\"b\"])), \"x\")", json!("x")),
        ("try(element(toset([\"a\"]), 0), \"x\")", json!("x")),
        ("try(format(\"%d\", 1.5), \"x\")", json!("x")),
        ("coalesce(1, \"a\")", json!("1")),
        ("concat(local.list...)", Value::Null),
    ] {
        // Terraform rejects the last one.
        let found = resource(locals, expression);
        match expected {
            Value::Null => assert!(found.as_str().unwrap().starts_with("${"), "{found}"),
            expected => assert_eq!(found, expected, "{expression}"),
        }
    }
}

#[test]
fn functions_of_strings() {
    for (expression, expected) in [
        (
            "format(\"arn:aws:s3:::%s/%d%%\", \"b\", 3)",
            json!("arn:aws:s3:::b/3%"),
        ),
        (
            "formatlist(\"%s/*\", [\"a\", \"b\"])",
            json!(["a/*", "b/*"]),
        ),
        ("join(\",\", [\"a\", \"b\"])", json!("a,b")),
        ("split(\",\", \"a,b\")", json!(["a", "b"])),
        ("replace(\"a-b\", \"-\", \"_\")", json!("a_b")),
        ("lower(\"ÀB\")", json!("àb")),
        ("title(\"hello world\")", json!("Hello World")),
        ("title(\"it's a.b-c_d é'x\")", json!("It'S A.B-C_d É'X")),
        ("trimspace(\"  a \")", json!("a")),
        ("trimprefix(\"aws_x\", \"aws_\")", json!("x")),
        ("trimsuffix(\"x/*\", \"/*\")", json!("x")),
        ("substr(\"hello\", 1, 3)", json!("ell")),
        ("startswith(\"ab\", \"a\") ? \"y\" : \"n\"", json!("y")),
        (
            "jsondecode(\"{\\\"a\\\": [1, \\\"b\\\"]}\").a[1]",
            json!("b"),
        ),
        ("jsondecode(jsonencode({ a = \"x\" })).a", json!("x")),
        (
            "jsonencode({ b = [1, true, null], a = \"\\\"\" })",
            json!(r#"{"b":[1,true,null],"a":"\""}"#),
        ),
    ] {
        assert_eq!(resource("", expression), expected, "{expression}");
    }
}

#[test]
fn what_is_not_computed_is_open_and_nothing_else() {
    for expression in [
        "md5(\"a\")",
        "replace(\"a1\", \"/[0-9]/\", \"\")",
        "upper(var.x)",
        "upper(\"straße\")",
        "local.missing",
        "provider::aws::arn_parse(\"x\")",
        "timestamp()",
        "var.x ? \"a\" : \"b\"",
        "jsondecode(data.http.x.body).arn",
        "terraform.workspace",
        "123456789012345678901",
    ] {
        let found = resource("", expression);
        let text = found.as_str().unwrap();
        assert!(
            text.starts_with("${") && text.ends_with('}'),
            "{expression}: {text}"
        );
    }
    // What is around it is known.
    assert_eq!(
        resource("", "[\"arn:aws:s3:::a\", upper(var.x)]")[0],
        "arn:aws:s3:::a"
    );
}

#[test]
fn names_that_depend_on_themselves() {
    let found = resource("a = local.b\n  b = local.a", "local.a");
    assert!(found.as_str().unwrap().starts_with("${"), "{found}");
}

#[test]
fn variables_and_their_types() {
    let directory = Directory::new("hcl_variables");
    directory.file(
        "main.tf",
        r#"
variable "buckets" {
  type    = set(string)
  default = ["b", "a", "b"]
}
variable "grant" {
  type = object({ actions = list(string), effect = optional(string, "Deny") })
  default = { actions = ["s3:GetObject"], extra = 1 }
}
variable "number" {
  type    = string
  default = 7
}
variable "from_file" { default = "x" }
resource "aws_iam_policy" "p" {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect   = var.grant.effect
      Action   = var.grant.actions
      Resource = concat([for b in var.buckets : "arn:aws:s3:::${b}/*"], [var.number, var.from_file])
    }]
  })
}
"#,
    );
    directory.file("terraform.tfvars", "from_file = \"given\"\n");
    assert_eq!(
        document(&directory, "main.tf")["Statement"][0],
        json!({
            "Effect": "Deny",
            "Action": ["s3:GetObject"],
            "Resource": ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*", "7", "given"]
        })
    );
}
