//! `diff --all`: every difference, of documents, templates, plans, and directories, in each format.

use serde_json::{Value, json};

use crate::support::{Directory, Done, allow};

pub(crate) fn lines(done: &Done) -> Vec<Value> {
    (done.out.lines())
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

pub(crate) fn statement(sid: &str, actions: &Value, resource: &str) -> Value {
    json!({"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource})
}

pub(crate) fn policy(statements: &[Value]) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

#[test]
fn every_difference_is_listed_with_its_statement() {
    let directory = Directory::new("every_difference");
    let read = statement("Read", &json!("s3:GetObject"), "*");
    directory
        .json("old.json", &policy(std::slice::from_ref(&read)))
        .json(
            "new.json",
            &policy(&[
                read,
                statement(
                    "Write",
                    &json!(["s3:PutObject", "s3:DeleteObject"]),
                    "arn:aws:s3:::a/*",
                ),
                statement("Send", &json!("sqs:SendMessage"), "*"),
            ]),
        );
    let done = directory.run(&["diff", "--all", "old.json", "new.json"]);
    assert_eq!((done.code, done.err.as_str()), (1, ""));
    assert_eq!(
        done.out,
        "\
wider: old.json -> new.json
  new access: s3:PutObject, s3:DeleteObject on arn:aws:s3:::a/*
    statement 2 `Write` of the new policy allows it; no statement of the old policy allows it
    for example s3:PutObject on arn:aws:s3:::a/x
  new access: sqs:SendMessage on *
    statement 3 `Send` of the new policy allows it; no statement of the old policy allows it
    for example sqs:SendMessage on arn:aws:sqs:us-east-1:123456789012:example
"
    );
    let done = directory.run(&["diff", "--all", "--format", "json", "old.json", "new.json"]);
    assert_eq!(done.code, 1);
    let [answer] = &lines(&done)[..] else {
        panic!("{}", done.out)
    };
    assert_eq!(
        (&answer["relation"], &answer["complete"], &answer["in"]),
        (&json!("wider"), &json!(true), &json!("both"))
    );
    let [write, send] = answer["differences"].as_array().unwrap().as_slice() else {
        panic!("{answer}")
    };
    assert_eq!(
        write["statement"],
        json!({"number": 1, "sid": "Write"}),
        "{write}"
    );
    assert_eq!(
        write["actions"],
        json!({"any_of": ["s3:PutObject", "s3:DeleteObject"], "all_of": [], "none_of": []})
    );
    assert_eq!(write["witness"]["resource"], "arn:aws:s3:::a/x");
    assert_eq!(
        (&send["change"], &send["exact"]),
        (&json!("new"), &json!(true))
    );
    // Nothing new the other way round.
    let done = directory.run(&["diff", "--all", "new.json", "old.json"]);
    assert_eq!(done.code, 0);
    assert_eq!(
        done.out.matches("  lost access: ").count(),
        2,
        "{}",
        done.out
    );
    let done = directory.run(&["diff", "--all", "old.json", "old.json"]);
    assert_eq!(
        (done.code, done.out.as_str()),
        (0, "equivalent: old.json\n")
    );
}

#[test]
fn conditions_denies_and_parts_are_named() {
    let directory = Directory::new("conditions_and_denies");
    let all = statement("", &json!("s3:*"), "*");
    let deny = json!({"Sid": "Mfa", "Effect": "Deny", "Action": "s3:Delete*", "Resource": "*",
        "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}});
    directory
        .json("old.json", &policy(&[all.clone(), deny]))
        .json("new.json", &policy(&[all]));
    let done = directory.run(&["diff", "--all", "old.json", "new.json"]);
    assert_eq!(done.code, 1);
    assert!(
        done.out.contains(
            "new access: s3:Delete* on * when BoolIfExists aws:MultiFactorAuthPresent = \"false\"\n    \
             statement 1 of the new policy allows it; statement 2 `Mfa` of the old policy denies it\n"
        ),
        "{}",
        done.out
    );
    // What is not settled is said, and counts as new.
    let odd = json!({"Effect": "Deny", "Action": "sqs:*", "Resource": "arn:aws:sqs", "Condition": {"NumericLessThan": {"sqs:x": ".5"}}});
    let sqs = statement("Queue", &json!("sqs:*"), "*");
    directory
        .json("odd.json", &policy(&[sqs.clone(), odd]))
        .json("plain.json", &policy(&[sqs]));
    let done = directory.run(&["diff", "--all", "odd.json", "plain.json"]);
    assert_eq!(done.code, 1);
    assert!(
        done.out
            .starts_with("unknown: odd.json -> plain.json\n  new access, undetermined: sqs:* on "),
        "{}",
        done.out
    );
    let done = directory.run(&[
        "diff",
        "--all",
        "--format",
        "json",
        "odd.json",
        "plain.json",
    ]);
    let answer = &lines(&done)[0];
    assert_eq!(answer["complete"], json!(false));
    assert_eq!(answer["open"][0]["reason"]["cause"], "assumptions");
    assert_eq!(answer["open"][0]["statement"]["sid"], "Queue");
}

#[test]
fn a_comment_for_a_pull_request_cannot_be_taken_over() {
    let directory = Directory::new("pull_request");
    let hostile =
        "`</code><script>alert(1)</script>\n# owned\n![x](http://evil.example/p.png) @everyone |";
    let new = policy(&[
        json!({"Sid": hostile, "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/``*",
        "Condition": {"StringEquals": {"aws:SourceVpc": "\u{202e}<!--\r\n---\r\n```"}}}),
    ]);
    directory
        .json("old.json", &allow(&json!("sns:Publish")))
        .json("new.json", &new);
    let done = directory.run(&["diff", "--format", "markdown", "old.json", "new.json"]);
    assert_eq!(done.code, 1);
    assert!(
        done.out.starts_with("### IAM access: 1 policy with new"),
        "{}",
        done.out
    );
    assert!(
        done.out
            .contains("- **new access:** `s3:GetObject` on ```arn:aws:s3:::a/``*```"),
        "{}",
        done.out
    );
    // Outside of code spans there is nothing of the policy.
    for line in done.out.lines() {
        let mut outside = String::new();
        let mut rest = line;
        while let Some(at) = rest.find('`') {
            outside.push_str(&rest[..at]);
            let fence = rest[at..].len() - rest[at..].trim_start_matches('`').len();
            let inner = &rest[at + fence..];
            // The next run of exactly as many backticks ends the span.
            let mut from = 0;
            let end = loop {
                let start = from + inner[from..].find('`').unwrap_or_else(|| panic!("{line}"));
                let run = inner[start..].len() - inner[start..].trim_start_matches('`').len();
                if run == fence {
                    break start;
                }
                from = start + run;
            };
            rest = &inner[end + fence..];
        }
        outside.push_str(rest);
        for bad in ["<", "owned", "evil", "@", "|", "!["] {
            assert!(!outside.contains(bad), "{line}\n{outside}");
        }
    }
    assert!(!done.out.contains(['\r', '\u{202e}']));
    assert_eq!(
        done.out
            .lines()
            .filter(|line| line.starts_with('#'))
            .count(),
        2,
        "{}",
        done.out
    );
    // A comment has a size, and says when it is met.
    let many: Vec<Value> = (0..900)
        .map(|number| {
            statement(
                "",
                &json!("s3:GetObject"),
                &format!("arn:aws:s3:::bucket-{number}/*"),
            )
        })
        .collect();
    directory.json("many.json", &policy(&many));
    let done = directory.run(&["diff", "--format", "markdown", "old.json", "many.json"]);
    assert!(done.out.len() < 65_536 && done.out.len() > 50_000);
    assert!(
        done.out.contains(" more lines do not fit into a comment"),
        "{}",
        done.out
    );
}

pub(crate) const STACK: &str = r#"
Parameters:
  Name: {Type: String}
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: read
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Action: "s3:GetObject", Resource: !Sub "${Bucket.Arn}/*"}
              - {Effect: Allow, Action: "s3:GetObject", Resource: !Sub "arn:aws:s3:::${Name}/in/*"}
"#;

#[test]
fn policies_of_templates_are_matched_by_their_place() {
    let directory = Directory::new("policies_of_templates");
    let new = STACK
        .replace("/in/*", "/*")
        .replace(
            "      Policies:\n",
            "      Policies:\n        - PolicyName: first\n          PolicyDocument:\n            Version: \"2012-10-17\"\n            Statement: [{Effect: Allow, Action: \"sqs:SendMessage\", Resource: \"*\"}]\n",
        );
    directory.file("old.yaml", STACK).file("new.yaml", &new);
    let done = directory.run(&["diff", "--format", "json", "old.yaml", "new.yaml"]);
    assert_eq!(done.code, 1);
    assert!(
        done.err
            .contains("values that are only known after deployment are assumed to be the same"),
        "{}",
        done.err
    );
    let found: Vec<(String, String, String)> = (lines(&done).iter())
        .map(|line| {
            let text = |name: &str| line[name].as_str().unwrap().to_owned();
            (text("path"), text("in"), text("relation"))
        })
        .collect();
    let expected = [
        (
            "Resources.Role.Properties.AssumeRolePolicyDocument",
            "both",
            "equivalent",
        ),
        (
            "Resources.Role.Properties.Policies[first].PolicyDocument",
            "added",
            "wider",
        ),
        // An item before it is no difference, and a parameter is the same on both sides.
        (
            "Resources.Role.Properties.Policies[read].PolicyDocument",
            "both",
            "wider",
        ),
    ];
    let expected = expected
        .map(|(path, place, relation)| (path.to_owned(), place.to_owned(), relation.to_owned()));
    assert_eq!(found, expected);
    let read = &lines(&done)[2]["differences"];
    assert_eq!(read.as_array().unwrap().len(), 1, "{read}");
    assert_eq!(
        read[0]["resources"]["any_of"],
        json!(["arn:aws:s3:::${Name}/*"])
    );
    assert_eq!(read[0]["statement"]["number"], 1);
    let done = directory.run(&["diff", "new.yaml", "old.yaml"]);
    assert_eq!(done.code, 0, "{}", done.out);
    assert!(done.out.contains("removed policy: new.yaml, Resources.Role.Properties.Policies[first].PolicyDocument\n  lost access: sqs:SendMessage on *"), "{}", done.out);
}

#[test]
fn what_no_variable_can_stand_for_is_a_doubt() {
    let directory = Directory::new("what_no_variable");
    let stack = |actions: &str, resource: &str| {
        format!(
            "Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        Version: \"2012-10-17\"\n        Statement:\n          - {{Effect: Allow, Action: {actions}, Resource: \"*\"}}\n          - {{Effect: Allow, Action: \"s3:GetObject\", Resource: {resource}}}\n"
        )
    };
    directory
        .file("open.yaml", stack("!Ref Actions", "\"*\""))
        .file("other.yaml", stack("!Ref Actions", "\"arn:aws:s3:::a/*\""))
        .file(
            "known.yaml",
            stack("\"sns:Publish\"", "!Sub \"arn:aws:s3:::in/${Where}\""),
        )
        .file(
            "less.yaml",
            stack("\"sns:Publish\"", "!Sub \"arn:aws:s3:::in/${Where}/*\""),
        );
    for (old, new) in [("open.yaml", "other.yaml"), ("other.yaml", "open.yaml")] {
        let done = directory.run(&["diff", old, new]);
        assert_eq!(done.code, 1, "{}", done.out);
        assert!(
            done.out
                .contains("undetermined: 1 value is not known before deployment"),
            "{}",
            done.out
        );
    }
    // The same on both sides is the same, whatever it is.
    let done = directory.run(&["diff", "open.yaml", "open.yaml"]);
    assert_eq!(done.code, 0, "{}", done.out);
    // A resource can be any text.
    let done = directory.run(&["diff", "known.yaml", "less.yaml"]);
    assert!(
        done.out
            .contains("new access: s3:GetObject on arn:aws:s3:::in/${Where}/*"),
        "{}",
        done.out
    );
}

#[test]
fn the_region_and_the_account_of_a_stack_are_not_those_of_another() {
    let directory = Directory::new("the_region_and_the_account");
    let queues = |resource: &str, condition: &str| {
        format!(
            "Parameters: {{Queue: {{Type: String}}}}\nResources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        Version: \"2012-10-17\"\n        Statement:\n          - {{Effect: Allow, Action: \"sqs:SendMessage\", Resource: {resource}{condition}}}\n"
        )
    };
    let literal = "\"arn:aws:sqs:us-east-1:123456789012:q\"";
    let region = |value: &str| {
        format!(", Condition: {{StringEquals: {{\"aws:RequestedRegion\": {value}}}}}")
    };
    directory
        .file("literal.yaml", queues(literal, ""))
        .file("region.yaml", queues(literal, &region("us-east-1")))
        .file(
            "own-region.yaml",
            queues(literal, &region("!Ref AWS::Region")),
        );
    for (name, resource) in [
        (
            "both.yaml",
            "!Sub \"arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:q\"",
        ),
        ("all.yaml", "!Ref Queue"),
        ("imported.yaml", "!ImportValue queue"),
    ] {
        directory.file(name, queues(resource, ""));
        for (old, new) in [("literal.yaml", name), (name, "literal.yaml")] {
            let done = directory.run(&["diff", old, new]);
            assert_eq!(done.code, 1, "{old} {new} {}", done.out);
            assert!(done.out.contains("incomparable: "), "{}", done.out);
        }
        assert_eq!(directory.run(&["diff", name, name]).code, 0);
    }
    let done = directory.run(&["diff", "region.yaml", "own-region.yaml"]);
    assert_eq!(done.code, 1, "{}", done.out);
    // No other partition has the region, so the one with a literal allows at least as much.
    directory.file(
        "partition.yaml",
        queues(
            "!Sub \"arn:${AWS::Partition}:sqs:us-east-1:123456789012:q\"",
            "",
        ),
    );
    for (old, new, code, relation) in [
        ("literal.yaml", "partition.yaml", 0, "narrower: "),
        ("partition.yaml", "literal.yaml", 1, "wider: "),
    ] {
        let done = directory.run(&["diff", old, new]);
        assert_eq!(done.code, code, "{old} {new} {}", done.out);
        assert!(done.out.contains(relation), "{}", done.out);
    }
    // A change of something else is seen as what it is.
    let more = "!Sub \"arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:*\"";
    let less = more.replace(":*", ":q-*");
    directory
        .file("more.yaml", queues(more, ""))
        .file("less.yaml", queues(&less, ""));
    let done = directory.run(&["diff", "more.yaml", "less.yaml"]);
    assert!(
        done.code == 0 && done.out.contains("narrower: "),
        "{}",
        done.out
    );
    let ask = [
        "evaluate",
        "--policy",
        "both.yaml",
        "--action",
        "sqs:SendMessage",
        "--resource",
    ];
    let ask = |more: &[&str]| directory.run(&[&ask[..], more].concat());
    let here = "arn:aws:sqs:us-east-1:123456789012:q";
    let done = ask(&[here]);
    assert!(
        done.out.starts_with("cannot be determined: ")
            && done.out.contains("depends on `AWS::Region`"),
        "{}",
        done.out
    );
    let known = [
        "--context",
        "AWS::Region=us-east-1",
        "--context",
        "AWS::AccountId=123456789012",
    ];
    let done = ask(&[&[here][..], &known[..]].concat());
    assert!(done.out.starts_with("allowed: "), "{}", done.out);
    let done = ask(&[&["arn:aws:sqs:eu-west-1:123456789012:q"][..], &known[..]].concat());
    assert!(done.out.starts_with("implicitly denied: "), "{}", done.out);
    let done = directory.run(&["prove", "both.yaml", "--only-on", here]);
    assert!(
        done.code == 1 && done.out.contains("broken by"),
        "{}",
        done.out
    );
}

#[test]
fn the_account_of_a_stack_in_a_principal_is_a_doubt() {
    let directory = Directory::new("the_account_in_a_principal");
    let trust = |account: &str| {
        format!(
            "Resources:\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument:\n        Version: \"2012-10-17\"\n        Statement:\n          - {{Effect: Allow, Action: \"sts:AssumeRole\", Principal: {{AWS: {account}}}}}\n"
        )
    };
    directory
        .file("literal.yaml", trust("\"123456789012\""))
        .file("own.yaml", trust("!Ref AWS::AccountId"));
    let done = directory.run(&["diff", "literal.yaml", "own.yaml"]);
    assert_eq!(done.code, 1, "{}", done.out);
    assert!(
        done.out.contains(
            "undetermined: `AWS::AccountId` in a principal is not known before deployment"
        ),
        "{}",
        done.out
    );
    assert_eq!(directory.run(&["diff", "own.yaml", "own.yaml"]).code, 0);
}

#[test]
fn plans_and_configurations_of_terraform() {
    let directory = Directory::new("plans");
    let resource = |name: &str, action: &str| {
        let text = policy(&[statement("", &json!(action), "*")]).to_string();
        json!({"address": format!("aws_iam_policy.{name}"), "mode": "managed", "type": "aws_iam_policy", "name": name, "values": {"name": name, "policy": text}})
    };
    let plan = |resources: &[Value]| json!({"format_version": "1.2", "terraform_version": "1.7.0", "planned_values": {"root_module": {"resources": resources}}});
    directory.json("old.json", &plan(&[resource("b", "s3:GetObject")]));
    directory.json(
        "new.json",
        &plan(&[resource("a", "s3:PutObject"), resource("b", "s3:GetObject")]),
    );
    let done = directory.run(&["diff", "old.json", "new.json"]);
    assert_eq!(done.code, 1);
    assert!(
        done.out.starts_with(
            "new policy: new.json, aws_iam_policy.a.policy\n  new access: s3:PutObject on *\n"
        ) && done
            .out
            .ends_with("2 policies compared, 1 without differences\n"),
        "{}",
        done.out
    );
    let configuration = |actions: &Value| {
        json!({"resource": {"aws_s3_bucket": {"b": {"bucket_prefix": "x"}}}, "data": {"aws_iam_policy_document": {"d": {"statement": [
            {"actions": actions, "resources": ["${aws_s3_bucket.b.arn}/*"]}]}}}})
    };
    directory
        .json("old.tf.json", &configuration(&json!(["s3:GetObject"])))
        .json(
            "new.tf.json",
            &configuration(&json!(["s3:GetObject", "s3:PutObject"])),
        );
    let done = directory.run(&["diff", "--format", "json", "old.tf.json", "new.tf.json"]);
    let answer = &lines(&done)[0];
    assert_eq!(
        (&answer["relation"], &answer["complete"]),
        (&json!("wider"), &json!(true)),
        "{answer}"
    );
    assert_eq!(
        answer["differences"][0]["actions"]["any_of"],
        json!(["s3:PutObject"]),
        "{answer}"
    );
}

#[test]
fn input_that_cannot_be_compared() {
    let directory = Directory::new("cannot_be_compared");
    directory
        .json("a.json", &allow(&json!("s3:GetObject")))
        .file(
            "broken.json",
            "{\"Version\": \"2012-10-17\", \"Statement\": [",
        )
        .file(
            "version.json",
            r#"{"Version": "2012-06-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}"#,
        )
        .file("main.tf", "resource \"aws_iam_policy\" \"p\" {}")
        .file("empty/.keep", "")
        .file("also/.keep", "");
    for (arguments, says) in [
        (&["--all", "a.json"][..], "compares two files"),
        (&["--all", "a.json", "broken.json"], "broken.json: 1:"),
        (&["--all", "a.json", "version.json"], "is not a version"),
        (&["--all", "a.json", "absent.json"], "absent.json: "),
        (&["a.json", "main.tf"], "main.tf: the file has no policy"),
        (&["a.json", "empty"], "two files, or two directories"),
        (&["empty", "also"], "nothing was compared"),
        (&["--all", "-", "-"], "can only be read once"),
    ] {
        let mut all = vec!["diff"];
        all.extend(arguments);
        let done = directory.run(&all);
        assert_eq!(done.code, 2, "{arguments:?}: {}", done.out);
        assert!(done.err.contains(says), "{arguments:?}: {}", done.err);
    }
    assert_eq!(directory.run(&["diff", "--all", "--stdin"]).code, 2);
}
