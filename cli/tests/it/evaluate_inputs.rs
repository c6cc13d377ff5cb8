//! What `evaluate` reads policies from, and the callers and resources that it refuses.

use serde_json::{Value, json};

use crate::evaluate_lines::{ROLE, ask, keys, texts};
use crate::support::{Directory, Done, allow};

const STACK: &str = r#"
Parameters:
  Vpc: {Type: String}
Resources:
  Photos: {Type: AWS::S3::Bucket}
  Reader:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}
      Policies:
        - PolicyName: read
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Sid: Read, Effect: Allow, Action: "s3:GetObject", Resource: !Sub "${Photos.Arn}/public/*"}
              - {Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::${aws:username}/*"}
              - {Sid: Vpc, Effect: Deny, Action: "rekognition:*", Resource: "*", Condition: {StringNotEquals: {"aws:SourceVpc": !Ref Vpc}}}
              - {Effect: Allow, Action: "rekognition:DetectLabels", Resource: "*"}
"#;

#[test]
fn policies_of_templates_and_plans() {
    let directory = Directory::new("policies_of_templates");
    let place = "Resources.Reader.Properties.Policies[read].PolicyDocument";
    directory.file("stack.yaml", STACK).file(
        "main.tf.json",
        json!({"resource": {"aws_iam_policy": {"p": {"policy": allow(&json!("rekognition:Detect*")).to_string()}}}})
            .to_string(),
    );
    let ask = |policy: &str, action: &str, resource: &str, more: &[&str]| {
        let mut all = vec![
            "evaluate",
            "--policy",
            policy,
            "--action",
            action,
            "--resource",
            resource,
        ];
        all.extend([
            "--principal",
            "arn:aws:iam::123456789012:user/ann",
            "--format",
            "json",
        ]);
        all.extend(more);
        let Done { code, out, err } = directory.run(&all);
        assert!(code < 2, "{err}");
        serde_json::from_str::<Value>(&out).unwrap()
    };
    let reader = format!("stack.yaml#{place}");
    let object = "arn:aws:s3:::some-bucket/public/a.jpg";
    // The bucket has a name that only the deployment knows.
    let found = ask(&reader, "s3:GetObject", object, &[]);
    assert_eq!(
        (&found["decision"], &found["by"]["sid"]),
        (&json!("unknown"), &json!("Read"))
    );
    assert_eq!(found["unknown"][0]["cause"], "unknown_value");
    assert_eq!(found["policies"][0]["file"], json!(reader));
    let other = ask(
        &reader,
        "s3:GetObject",
        "arn:aws:s3:::some-bucket/private/a.jpg",
        &[],
    );
    assert_eq!(other["decision"], "implicit_deny");
    // A variable of AWS's own is the caller's.
    let own = ask(&reader, "s3:GetObject", "arn:aws:s3:::ann/x", &[]);
    assert_eq!(own["decision"], "allowed");
    // A Deny on a value that only the deployment knows is neither ignored nor treated as a denial.
    let found = ask(
        &reader,
        "rekognition:DetectLabels",
        "*",
        &["--context", "aws:SourceVpc=vpc-1"],
    );
    assert_eq!(
        (&found["decision"], &found["by"]["sid"]),
        (&json!("unknown"), &json!("Vpc"))
    );
    let found = ask(&reader, "rekognition:DetectLabels", "*", &[]);
    assert_eq!(found["decision"], "explicit_deny");
    assert_eq!(keys(&found)[0], "aws:SourceVpc");
    // The asker may know it.
    let given = ["--context", "aws:SourceVpc=vpc-1", "--context", "Vpc=vpc-1"];
    assert_eq!(
        ask(&reader, "rekognition:DetectLabels", "*", &given)["decision"],
        "allowed"
    );
    let found = ask("main.tf.json", "rekognition:DetectLabels", "*", &[]);
    assert_eq!(found["decision"], "allowed");

    // Standard input is for the requests.
    let line = json!({"request": {"action": "rekognition:DetectLabels", "resource": "*"}});
    let (_, found) = self::ask(&directory, &["--policy", "main.tf.json"], &[line]);
    assert_eq!(texts(&found, "decision"), ["allowed"]);

    for (policy, says) in [
        (
            "stack.yaml",
            format!(
                "the file has 2 policies; name each one that applies to the request: `stack.yaml#Resources.Reader.Properties.AssumeRolePolicyDocument`, `{reader}`"
            ),
        ),
        (
            "stack.yaml#Resources.Reader.Properties.Policies[reed].PolicyDocument",
            format!(
                "stack.yaml: there is no policy at `Resources.Reader.Properties.Policies[reed].PolicyDocument`; did you mean `{place}`?"
            ),
        ),
        (
            "empty.yaml",
            "empty.yaml: the file has no policy".to_string(),
        ),
        // No variable can stand instead of an action.
        (
            "open.yaml#Resources.Reader.Properties.Policies[read].PolicyDocument",
            "1 value is not known before deployment".to_string(),
        ),
    ] {
        directory
            .file(
                "empty.yaml",
                "Resources:\n  Photos: {Type: AWS::S3::Bucket}\n",
            )
            .file("open.yaml", STACK.replace("\"rekognition:*\"", "!Ref Vpc"));
        let Done { code, out, err } = directory.run(&[
            "evaluate",
            "--policy",
            policy,
            "--action",
            "s3:GetObject",
            "--resource",
            "*",
        ]);
        assert_eq!((code, out.as_str()), (2, ""), "{policy}");
        assert!(err.contains(&says), "{err}");
    }
}

#[test]
fn callers_and_resources_that_there_cannot_be_are_errors() {
    let directory = Directory::new("callers_that_there_cannot_be");
    let document = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]});
    directory.json("all.json", &document);
    let run = |principal: &str, resource: &str| {
        let ask = [
            "evaluate",
            "--policy",
            "all.json",
            "--action",
            "s3:GetObject",
        ];
        let more = ["--principal", principal, "--resource", resource];
        let Done { code, err, .. } = directory.run(&[&ask[..], &more[..]].concat());
        (code, err)
    };
    let object = "arn:aws:s3:::b/k";
    let group = "arn:aws:iam::111111111111:group/g";
    for (principal, resource, error) in [
        ("ann", object, "`ann` is not a caller"),
        (
            group,
            object,
            "`arn:aws:iam::111111111111:group/g` is not a caller",
        ),
        (ROLE, "b/k", "`b/k` is not an ARN"),
    ] {
        let (code, err) = run(principal, resource);
        assert!(code == 2 && err.contains(error), "{err}");
        let request =
            json!({"principal": principal, "action": "s3:GetObject", "resource": resource});
        let line = json!({"policies": [{"document": document}], "request": request}).to_string();
        let done = directory.feed(&["evaluate", "--stdin"], line.as_bytes());
        assert!(done.code == 2 && done.out.contains(error), "{}", done.out);
    }
    assert_eq!(run(ROLE, object).0, 0);
}

#[test]
fn a_policy_that_aws_does_not_accept_has_a_note() {
    let directory = Directory::new("not_accepted");
    let note = |kind: &str, statement: &str| {
        let text =
            format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow",{statement}}}]}}"#);
        directory.file("p.json", text);
        let policy = format!("{kind}=p.json");
        let done = directory.run(&[
            "evaluate",
            "--policy",
            &policy,
            "--action",
            "s3:GetObject",
            "--resource",
            "arn:aws:s3:::b/k",
        ]);
        assert_ne!(done.code, 2, "{done:?}");
        done.err
    };
    for (kind, statement, expected) in [
        (
            "identity",
            r#""Action":"s3:*""#,
            "this statement is missing its resources",
        ),
        (
            "identity",
            r#""Action":"s3:*","Resource":"*","Principal":"*""#,
            "`Principal` is not allowed in",
        ),
        (
            "role-trust",
            r#""Action":"sts:AssumeRole","Resource":"*","Principal":"*""#,
            "`Resource` is not allowed in",
        ),
        (
            "resource",
            r#""Action":"s3:*","Resource":"*""#,
            "this statement is missing its principals",
        ),
        (
            "identity",
            r#""Action":"*:GetObject","Resource":"*""#,
            "`*:GetObject` is not an action",
        ),
        (
            "identity",
            r#""Action":["s3:Get*","s*"],"Resource":"*""#,
            "`s*` is not an action",
        ),
    ] {
        let found = note(kind, statement);
        let start = "note: p.json: AWS does not accept this policy: statement 1: ";
        assert!(
            found.contains(&format!("{start}{expected}")),
            "{statement}: {found}"
        );
    }
    for (kind, statement) in [
        ("identity", r#""Action":"*","Resource":"*""#),
        ("identity", r#""Action":"*:*","Resource":"*""#),
        ("identity", r#""NotAction":"s3:Get*","NotResource":"*""#),
        ("role-trust", r#""Action":"sts:AssumeRole","Principal":"*""#),
        ("resource", r#""Action":"ecr:*","Principal":"*""#),
    ] {
        let found = note(kind, statement);
        assert!(!found.contains("does not accept"), "{statement}: {found}");
    }
}
