//! Policies in templates of CloudFormation and Terraform.

use crate::support::{Directory, has};

pub(crate) const TEMPLATE: &str = r#"AWSTemplateFormatVersion: "2010-09-09"
# Öffnet die Sammlung
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Principal: {Service: rekognition.amazonaws.com}
            Action: sts:AssumeRole
            Condition:
              StringEquals: {"aws:SourceAccount": !Ref AWS::AccountId}
      Policies:
        - PolicyName: faces
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Effect: Allow
                Action:
                  - rekognition:IndexFaces
                  - 'rekognition:SearchFace'
                Resource: !Sub "arn:${AWS::Partition}:rekognition:${AWS::Region}:${AWS::AccountId}:collection/${Name}"
              - Effect: Allow
                Action: rekognition:ListFaces
                Resource: !GetAtt Collection.Arn
              - !If
                - Images
                - Effect: Allow
                  Action: s3:GetObjetc
                  Resource: {"Fn::Join": ["", ["arn:aws:s3:::", {Ref: Bucket}, "/*"]]}
                - !Ref AWS::NoValue
              - !If [More, !Ref Statement, !Ref AWS::NoValue]
  Collection: {Type: Custom::Collection}
Parameters: {Bucket: {Type: String}, Name: {Type: String}, Statement: {Type: String}}
"#;

#[test]
fn cloudformation_in_yaml() {
    let directory = Directory::new("yaml");
    directory.file("stack.yaml", TEMPLATE);
    let base = "Resources.Role.Properties.Policies[0].PolicyDocument";
    let lines = directory.lines(&["stack.yaml"]);
    has(
        &lines,
        &format!("INVALID_ACTION {base}.Statement[0].Action[1] 23:34"),
    );
    has(
        &lines,
        &format!("INVALID_ACTION {base}.Statement[2].Action 31:30"),
    );
    // What depends on values that only a deployment knows is not a finding.
    assert_eq!(lines.len(), 2, "{lines:#?}");
    let done = directory.run(&["check", "stack.yaml"]);
    assert!(
        done.out.contains("not known before deployment"),
        "{}",
        done.out
    );
    let done = directory.run(&["fix", "stack.yaml"]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(
        done.out
            .contains("+                  - 'rekognition:SearchFaces'\n"),
        "{}",
        done.out
    );
    assert_eq!(
        directory.text("stack.yaml"),
        TEMPLATE
            .replace("SearchFace", "SearchFaces")
            .replace("GetObjetc", "GetObject")
    );
}

#[test]
fn cloudformation_in_json() {
    let directory = Directory::new("template_json");
    let template = r#"{
  "AWSTemplateFormatVersion": "2010-09-09",
  "Resources": {
    "Topic": {"Type": "AWS::SNS::TopicPolicy", "Properties": {"Topics": [{"Ref": "T"}], "PolicyDocument": {
      "Version": "2012-10-17",
      "Statement": {"Effect": "Allow", "Principal": {"Service": {"Fn::Sub": "rekognition.${AWS::URLSuffix}"}},
        "Action": "sns:Publsh", "Resource": {"Ref": "T"}, "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}}
    }}},
    "Other": {"Type": "AWS::S3::Bucket"}
  }
}"#;
    directory.file("stack.template", template);
    let lines = directory.lines(&["stack.template"]);
    has(
        &lines,
        "INVALID_ACTION Resources.Topic.Properties.PolicyDocument.Statement.Action 7:24",
    );
    assert!(
        !lines.iter().any(|line| line.contains("MISSING_")),
        "{lines:#?}"
    );
}

#[test]
fn unknown_values_in_every_place() {
    let directory = Directory::new("unknown");
    let template = r#"Resources:
  P:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: !Ref V
        Id: !Ref I
        Statement:
          - Sid: !Ref S
            Effect: !Ref E
            Action: !Ref A
            Resource: !Ref R
            Condition: !Ref C
          - Effect: Allow
            Action: [!Ref A, "rekognition:DetectLabels"]
            Resource: [!ImportValue x, !Select [0, !Ref L]]
            Condition:
              StringEquals: !FindInMap [a, b, c]
              Bool: {"aws:SecureTransport": !Ref B}
              NumericLessThan: {"aws:MultiFactorAuthAge": !Ref N}
          - Fn::Transform: {Name: x}
  Q:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref B
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Deny
            Principal: !Ref Who
            Action: s3:GetObject
            Resource: !Sub "${B.Arn}/*"
          - Effect: Allow
            Principal: {AWS: !Sub "arn:aws:iam::${Account}:role/x", Service: !Ref S}
            Action: s3:GetObject
            Resource: !Sub ["arn:aws:s3:::${b}/*", {b: !Ref B}]
  R:
    Type: AWS::IAM::Policy
    Properties:
      PolicyDocument:
        Statement: !If [a, !Ref B, !Ref C]
        Version: 2012-10-17
"#;
    directory.file("stack.yml", template);
    let done = directory.run(&["check", "--deny", "suggestion", "stack.yml"]);
    assert_eq!((done.code, done.err.as_str()), (0, ""), "{}", done.out);
}

#[test]
fn terraform() {
    let directory = Directory::new("terraform");
    let config = r#"{
  "resource": {"aws_iam_policy": {
    "p": {"policy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:GetObjetc\",\"Resource\":\"arn:aws:s3:::${var.bucket}/$${aws:username}\"}]}"},
    "q": {"policy": "${data.aws_iam_policy_document.d.json}"},
    "r": {"policy": "{\"Statement\":[${jsonencode(local.statement)}]}"}
  }},
  "data": {"aws_iam_policy_document": {"d": [
    {"statement": [
      {"sid": "Images", "actions": ["s3:PutObject", "s3:GetObjetc"], "resources": ["${aws_s3_bucket.b.arn}/*"]},
      {"effect": "Deny", "actions": ["rekognition:*"], "resources": ["*"],
       "condition": [{"test": "StringEquals", "variable": "aws:RequestedRegion", "values": ["US-EAST-1"]},
                     {"test": "StringEquals", "variable": "aws:PrincipalTag/team", "values": ["&{aws:PrincipalTag/team}"]}]},
      {"actions": ["sts:AssumeRole"], "principals": [{"type": "AWS", "identifiers": ["${var.account}"]}]}
    ]}
  ]}}
}
"#;
    directory.file("main.tf.json", config);
    let lines = directory.lines(&["main.tf.json"]);
    has(
        &lines,
        "INVALID_ACTION resource.aws_iam_policy.p.policy.Statement[0].Action 3:103",
    );
    has(
        &lines,
        "INVALID_ACTION data.aws_iam_policy_document.d.Statement[0].Action[1] 9:57",
    );
    has(
        &lines,
        "INVALID_REGION data.aws_iam_policy_document.d.Statement[1].Condition.StringEquals[\"aws:RequestedRegion\"][0] 11:93",
    );
    let done = directory.run(&["check", "main.tf.json"]);
    assert!(
        done.out.contains(
            "resource.aws_iam_policy.r.policy: the text is only complete after deployment"
        ),
        "{}",
        done.out
    );
    let done = directory.run(&["fix", "main.tf.json"]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert_eq!(
        directory.text("main.tf.json"),
        config
            .replace("DetectLabel", "DetectLabels")
            .replace("GetObjetc", "GetObject")
            .replace("US-EAST-1", "us-east-1")
    );
}

/// What `check` says about a document of Terraform's blocks, as `id path`, and its notes.
fn of_blocks(directory: &Directory, document: &serde_json::Value) -> (Vec<String>, Vec<String>) {
    directory.json(
        "main.tf.json",
        &serde_json::json!({"data": {"aws_iam_policy_document": {"d": document}}}),
    );
    let found = directory.found(&["main.tf.json"]);
    let said = (found.iter())
        .map(|one| {
            let path = one["path"].as_str().unwrap();
            let path = path.strip_prefix("data.aws_iam_policy_document.d.");
            format!(
                "{} {}",
                one["id"].as_str().unwrap(),
                path.unwrap_or_default()
            )
        })
        .collect();
    let done = directory.run(&["check", "main.tf.json"]);
    let notes = (done.out.lines())
        .filter_map(|line| line.strip_prefix("note: main.tf.json: data.aws_iam_policy_document."))
        .map(str::to_owned)
        .collect();
    (said, notes)
}

/// The same of the document that Terraform renders.
fn of_document(directory: &Directory, document: &serde_json::Value) -> Vec<String> {
    directory.json("rendered.json", document);
    (directory.found(&["rendered.json"]).iter())
        .map(|one| {
            format!(
                "{} {}",
                one["id"].as_str().unwrap(),
                one["path"].as_str().unwrap()
            )
        })
        .collect()
}

#[test]
fn terraform_joins_blocks() {
    let directory = Directory::new("terraform_joins");
    // Each pair: the blocks, and what the provider makes of them.
    let equals = |variable: &str, values: &[&str]| serde_json::json!({"test": "StringEquals", "variable": variable, "values": values});
    let statement = |more: serde_json::Value| {
        let mut statement =
            serde_json::json!({"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::b/*"]});
        statement
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        statement
    };
    let rendered = |more: serde_json::Value| {
        let mut statement = serde_json::json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"});
        statement
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        serde_json::json!({"Version": "2012-10-17", "Statement": [statement]})
    };
    for (name, blocks, document) in [
        (
            "conditions of one operator and key",
            serde_json::json!({"condition": [
                equals("aws:RequestedRegion", &["us-east-1"]),
                {"test": "Bool", "variable": "aws:SecureTransport", "values": ["true"]},
                equals("aws:RequestedRegion", &["eu-west-1", "US-EAST-1"]),
                equals("aws:PrincipalTag/a", &["&{aws:username}"]),
            ]}),
            serde_json::json!({"Condition": {
                "StringEquals": {"aws:RequestedRegion": ["us-east-1", "eu-west-1", "US-EAST-1"], "aws:PrincipalTag/a": "${aws:username}"},
                "Bool": {"aws:SecureTransport": "true"},
            }}),
        ),
        (
            "one condition twice",
            serde_json::json!({"condition": [equals("aws:RequestedRegion", &["us-east-1"]), equals("aws:RequestedRegion", &["us-east-1"])]}),
            serde_json::json!({"Condition": {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}}),
        ),
        (
            "principals of one type",
            serde_json::json!({"principals": [
                {"type": "AWS", "identifiers": ["arn:aws:iam::123456789012:root"]},
                {"type": "Service", "identifiers": ["rekognition.amazonaws.com"]},
                {"type": "AWS", "identifiers": ["arn:aws:iam::12345678901:root"]},
            ]}),
            serde_json::json!({"Principal": {
                "AWS": ["arn:aws:iam::123456789012:root", "arn:aws:iam::12345678901:root"],
                "Service": "rekognition.amazonaws.com",
            }}),
        ),
        (
            "principals that are not meant",
            serde_json::json!({"effect": "Deny", "not_principals": [
                {"type": "AWS", "identifiers": ["123456789012"]},
                {"type": "AWS", "identifiers": ["12345678901"]},
            ]}),
            serde_json::json!({"Effect": "Deny", "NotPrincipal": {"AWS": ["123456789012", "12345678901"]}}),
        ),
        (
            "names are a set",
            serde_json::json!({"principals": [
                {"type": "AWS", "identifiers": ["x", "123456789012", "x"]},
                {"type": "AWS", "identifiers": ["123456789012", "x"]},
            ]}),
            serde_json::json!({"Principal": {"AWS": ["x", "123456789012"]}}),
        ),
        (
            "anybody",
            serde_json::json!({"principals": [{"type": "*", "identifiers": ["*", "*"]}]}),
            serde_json::json!({"Principal": "*"}),
        ),
        (
            "anybody and others",
            serde_json::json!({"principals": [{"type": "*", "identifiers": ["*"]}, {"type": "AWS", "identifiers": ["123456789012"]}]}),
            serde_json::json!({"Principal": {"*": "*", "AWS": "123456789012"}}),
        ),
        (
            "nothing, and nulls",
            serde_json::json!({"sid": null, "effect": null, "condition": [], "principals": [], "not_actions": [], "not_resources": null}),
            serde_json::json!({}),
        ),
        (
            "actions are a set",
            serde_json::json!({"actions": ["s3:GetObject", "s3:GetObjetc", "s3:GetObject"]}),
            serde_json::json!({"Action": ["s3:GetObjetc", "s3:GetObject"]}),
        ),
        (
            "no actions",
            serde_json::json!({"actions": []}),
            serde_json::json!({"Action": null}),
        ),
        (
            "what is excepted",
            serde_json::json!({"actions": null, "not_actions": ["s3:GetObjetc"], "resources": null, "not_resources": ["arn:aws:s3:::&{aws:usrname}"]}),
            serde_json::json!({"Action": null, "NotAction": ["s3:GetObjetc"], "Resource": null, "NotResource": "arn:aws:s3:::${aws:usrname}"}),
        ),
        (
            "no policy variable in an action",
            serde_json::json!({"actions": ["s3:&{aws:username}"]}),
            serde_json::json!({"Action": "s3:&{aws:username}"}),
        ),
    ] {
        let (said, _) = of_blocks(
            &directory,
            &serde_json::json!({"statement": [statement(blocks)]}),
        );
        let mut document = rendered(document);
        let members = document["Statement"][0].as_object_mut().unwrap();
        members.retain(|_, value| !value.is_null());
        // In places of lists, Terraform writes what is alone without its bracket.
        let ids = |lines: Vec<String>| {
            let mut lines: Vec<String> = (lines.into_iter())
                .map(|line| {
                    let (id, path) = line.split_once(' ').unwrap();
                    let path =
                        path.trim_end_matches(|c: char| c.is_ascii_digit() || "[]".contains(c));
                    format!("{id} {path}")
                })
                .collect();
            lines.sort();
            lines
        };
        assert_eq!(ids(said), ids(of_document(&directory, &document)), "{name}");
    }
    // Where a document of JSON says something twice, it is a mistake.
    directory.file(
        "twice.json",
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "123456789012", "AWS": "123456789013"},
        "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*", "Condition": {"StringEquals": {"aws:RequestedRegion": "us-east-1"},
        "StringEquals": {"aws:PrincipalTag/a": "b", "aws:PrincipalTag/a": "c"}}}]}"#,
    );
    let twice = directory.lines(&["twice.json"]);
    let count = twice
        .iter()
        .filter(|line| line.starts_with("REKOGNITION_IAM_DUPLICATE_KEY "))
        .count();
    assert_eq!(count, 3, "{twice:#?}");
    // A place in what was joined is that of the block which says it.
    directory.file(
        "main.tf.json",
        r#"{"data": {"aws_iam_policy_document": {"d": {"statement": {"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::b/*"], "condition": [
{"test": "StringEquals", "variable": "aws:RequestedRegion", "values": ["us-east-1"]},
{"test": "StringEquals", "variable": "aws:RequestedRegion", "values": ["US-EAST-1"]}]}}}}}"#,
    );
    has(
        &directory.lines(&["main.tf.json"]),
        "INVALID_REGION data.aws_iam_policy_document.d.Statement[0].Condition.StringEquals[\"aws:RequestedRegion\"][1] 3:72",
    );
    let done = directory.run(&["fix", "main.tf.json"]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(
        directory
            .text("main.tf.json")
            .contains("\"values\": [\"us-east-1\"]}]")
    );
}

#[test]
fn terraform_documents_of_several() {
    let directory = Directory::new("terraform_several");
    let statement =
        serde_json::json!({"actions": ["rekognition:DetectLabels"], "resources": ["*"]});
    let source = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObjetc","Resource":"*"}]}"#;
    let (said, notes) = of_blocks(
        &directory,
        &serde_json::json!({
            "policy_id": "a&{x}", "statement": [statement],
            "source_policy_documents": ["${data.aws_iam_policy_document.base.json}", source, "${file(\"p.json\")}"],
            "override_policy_documents": "${var.more}",
        }),
    );
    assert_eq!(
        said,
        ["INVALID_ACTION source_policy_documents[1].Statement[0].Action"]
    );
    assert_eq!(
        notes,
        [
            // It is in another file, which may not be checked.
            "d.source_policy_documents[0]: the policy is not known before deployment and was not checked",
            "d.source_policy_documents[2]: the policy is not known before deployment and was not checked",
            "d.override_policy_documents: the policy is not known before deployment and was not checked",
            "d: it was checked without the documents that it is merged with",
        ]
    );
    let (said, notes) = of_blocks(
        &directory,
        &serde_json::json!({"source_policy_documents": [source], "statement": []}),
    );
    assert_eq!(
        said,
        ["INVALID_ACTION source_policy_documents[0].Statement[0].Action"]
    );
    assert_eq!(
        notes,
        ["d: it has no statements of its own, and was not checked"]
    );
}

#[test]
fn terraform_blocks_that_only_a_deployment_knows() {
    let directory = Directory::new("terraform_dynamic");
    let trust = |more: serde_json::Value| {
        let mut statement = serde_json::json!({"actions": ["sts:AssumeRole"]});
        statement
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        serde_json::json!({"statement": [statement]})
    };
    let principals =
        serde_json::json!([{"type": "Service", "identifiers": ["rekognition.amazonaws.com"]}]);
    // Without a condition, the service could be made to act for others.
    let (said, _) = of_blocks(
        &directory,
        &trust(serde_json::json!({"principals": principals})),
    );
    assert!(!said.is_empty());
    for more in [
        serde_json::json!({"principals": principals, "dynamic": {"condition": {"for_each": "${var.x}", "content": {}}}}),
        serde_json::json!({"principals": principals, "dynamic": [{"condition": {"for_each": "${var.x}", "content": {}}}]}),
        serde_json::json!({"principals": principals, "condition": {"test": "${var.test}", "variable": "aws:SourceAccount", "values": ["123456789012"]}}),
        serde_json::json!({"principals": principals, "dynamic": {"condition": {}},
            "condition": {"test": "Bool", "variable": "aws:SecureTransport", "values": ["true"]}}),
        serde_json::json!({"principals": [{"type": "${var.kind}", "identifiers": ["x"]}]}),
        serde_json::json!({"dynamic": {"principals": {}}}),
    ] {
        let (said, notes) = of_blocks(&directory, &trust(more.clone()));
        assert_eq!(said, [] as [&str; 0], "{more}");
        assert_eq!(notes.len(), 1, "{more}");
    }
    // What does not depend on them is said.
    let (said, _) = of_blocks(
        &directory,
        &serde_json::json!({"dynamic": {"statement": {}}, "statement": {"actions": ["s3:GetObjetc"], "resources": ["*"],
            "dynamic": {"condition": {}}, "condition": [{"test": "StringEquals", "variable": "aws:RequestedRegion", "values": ["US-EAST-1"]}]}}),
    );
    assert!(
        said.iter().any(|line| line.starts_with("INVALID_ACTION ")),
        "{said:?}"
    );
    assert!(
        said.iter().any(|line| line.starts_with("INVALID_REGION ")),
        "{said:?}"
    );
}

#[test]
fn terraform_plan() {
    let directory = Directory::new("plan");
    let policy = |action: &str| {
        serde_json::json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": action, "Resource": "arn:aws:s3:::b/${aws:username}/*"}]})
        .to_string()
    };
    let trust = serde_json::json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "rekognition.amazonaws.com"}, "Action": "sts:AssumeRol"}]});
    let plan = serde_json::json!({
        "format_version": "1.2",
        "planned_values": {"root_module": {
            "resources": [{"address": "aws_iam_policy.p", "type": "aws_iam_policy", "values": {"policy": policy("s3:GetObject")}}],
            "child_modules": [{"address": "module.m", "resources": [
                {"address": "module.m.aws_iam_policy.q", "type": "aws_iam_policy", "values": {"policy": policy("s3:GetObjetc")}},
                {"address": "module.m.aws_iam_role.r", "type": "aws_iam_role", "values": {"assume_role_policy": trust.to_string()}}
            ]}]
        }}
    });
    directory.file("plan.json", serde_json::to_string_pretty(&plan).unwrap());
    let found = directory.found(&["plan.json"]);
    let of = |id: &str| -> Vec<&str> {
        (found.iter().filter(|one| one["id"] == id))
            .map(|one| one["path"].as_str().unwrap())
            .collect()
    };
    assert_eq!(
        of("INVALID_ACTION"),
        [
            "module.m.aws_iam_policy.q.policy.Statement[0].Action",
            "module.m.aws_iam_role.r.assume_role_policy.Statement[0].Action",
        ]
    );
}

#[test]
fn branches_that_are_never_deployed_together_are_not_compared() {
    let directory = Directory::new("branches");
    let found = |statements: &str| -> Vec<(String, u64)> {
        let text = format!(
            "Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        Version: '2012-10-17'\n        Statement:\n{statements}"
        );
        directory.file("a.yaml", &text);
        let found = directory.found(&["a.yaml"]);
        (found.iter())
            .map(|found| {
                let line = found["line"].as_u64().unwrap();
                (found["id"].as_str().unwrap().to_owned(), line)
            })
            .collect()
    };
    let statement = |sid: &str, effect: &str| {
        format!(
            "{{Sid: {sid}, Effect: {effect}, Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*'}}\n"
        )
    };
    let allow = statement("A", "Allow");
    let deny = statement("A", "Deny");
    let list = format!("        - !If\n          - X\n          - {allow}          - {deny}");
    assert_eq!(found(&list), []);
    // Next to each other they are wrong.
    let apart = format!("        - {allow}        - {deny}");
    assert_eq!(found(&apart).len(), 2, "{:?}", found(&apart));
    // One of a branch and one that is always there are deployed together.
    let mixed = format!("{list}        - {}", statement("A", "Allow"));
    let ids: Vec<String> = found(&mixed).into_iter().map(|(id, _)| id).collect();
    assert!(ids.contains(&"UNIQUE_SIDS_REQUIRED".to_owned()), "{ids:?}");
    // What is wrong in one branch is wrong, in branches of branches too.
    let wrong = "{Effect: Allow, Action: 's3:GetObjectt', Resource: 'arn:aws:s3:::b/*'}\n";
    for nested in [
        format!("        - !If\n          - X\n          - {allow}          - {wrong}"),
        format!("        - !If\n          - X\n          - {wrong}          - {allow}"),
        format!(
            "        - !If\n          - X\n          - {allow}          - !If\n            - Y\n            - {allow}            - {wrong}"
        ),
    ] {
        let ids: Vec<String> = found(&nested).into_iter().map(|(id, _)| id).collect();
        assert_eq!(ids, ["INVALID_ACTION"], "{nested}");
    }
    // The size is that of one deployment.
    let many = |sid: &str| -> String {
        (0..45)
            .map(|number| {
                format!(
                    "              - {{Sid: {sid}{number}, Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket-{number}/a/long/prefix/*'}}\n"
                )
            })
            .collect()
    };
    let sizes = |one: String, other: String| {
        found(&format!(
            "        - !If\n          - X\n          -\n{one}          -\n{other}"
        ))
    };
    assert_eq!(sizes(many("A"), many("B")), []);
    let twice = |sid| format!("{}{}", many(sid), many(&format!("{sid}x")));
    let found = sizes(twice("A"), twice("B"));
    let large = (found.iter()).filter(|(id, _)| id == "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA");
    assert_eq!(large.count(), 1, "{found:?}");
}

#[test]
fn the_type_of_a_resource_says_what_its_policy_is_about() {
    let directory = Directory::new("services");
    let found = |kind: &str, property: &str, statement: &str| -> Vec<String> {
        directory.file(
            "a.yaml",
            format!(
                "Resources: {{R: {{Type: '{kind}', Properties: {{{property}: {{Version: '2012-10-17', Statement: [{{Effect: Allow, {statement}}}]}}}}}}}}\n"
            ),
        );
        let found = directory.found(&["a.yaml"]);
        let ids = found
            .iter()
            .map(|found| found["id"].as_str().unwrap().to_owned());
        ids.filter(|id| {
            id == "UNSUPPORTED_ACTION_IN_POLICY" || id == "REKOGNITION_IAM_ALLOWED_TO_EVERYONE"
        })
        .collect()
    };
    let account = "Principal: {AWS: '123456789012'}, Resource: '*', Action";
    let everyone = "Principal: '*', Resource: '*', Action";
    let foreign = ["UNSUPPORTED_ACTION_IN_POLICY"];
    let public = ["REKOGNITION_IAM_ALLOWED_TO_EVERYONE"];
    for (kind, property, own) in [
        ("AWS::KMS::Key", "KeyPolicy", "kms:*"),
        (
            "AWS::EFS::FileSystem",
            "FileSystemPolicy",
            "elasticfilesystem:ClientMount",
        ),
        ("AWS::MSK::ClusterPolicy", "Policy", "kafka-cluster:Connect"),
        ("AWS::Events::EventBus", "Policy", "events:PutEvents"),
    ] {
        let own_to = |whom: &str| found(kind, property, &format!("{whom}: '{own}'"));
        assert_eq!(own_to(account), [""; 0], "{kind}");
        assert_eq!(own_to(everyone), public, "{kind}");
        let other = format!("{account}: 'sqs:SendMessage'");
        assert_eq!(found(kind, property, &other), foreign, "{kind}");
    }
    // An action of Rekognition has no effect there, for any principal.
    let rekognition = format!("{everyone}: 'rekognition:DetectText'");
    let both = found("AWS::S3::BucketPolicy", "PolicyDocument", &rekognition);
    assert_eq!(both.len(), 2, "{both:?}");
    // The policy of a VPC endpoint is about everyone and everything.
    let endpoint = found("AWS::EC2::VPCEndpoint", "PolicyDocument", &rekognition);
    assert_eq!(endpoint, [""; 0]);
    // Of an API, the policy is not all that guards it.
    let invoke = "Principal: '*', Resource: 'execute-api:/*', Action: 'execute-api:Invoke'";
    assert_eq!(found("AWS::ApiGateway::RestApi", "Policy", invoke), [""; 0]);

    // In Terraform, a document is about what it is used for.
    directory.file(
        "main.tf.json",
        r#"{"data": {"aws_iam_policy_document": {"q": {"statement": [{"actions": ["sns:Publish"], "resources": ["*"],
            "principals": [{"type": "AWS", "identifiers": ["123456789012"]}]}]}}},
            "resource": {"aws_sqs_queue_policy": {"q": {"queue_url": "x", "policy": "${data.aws_iam_policy_document.q.json}"}}}}"#,
    );
    let found = directory.found(&["main.tf.json"]);
    assert!(
        found.iter().any(|found| found["id"] == foreign[0]),
        "{found:?}"
    );
}

#[test]
fn names_of_a_template_are_only_replaced_in_sub() {
    let directory = Directory::new("not_substituted");
    let check = |resource: &str| {
        directory.file(
            "a.yaml",
            format!(
                "Parameters: {{P: {{Type: String}}}}\nResources:\n  B: {{Type: AWS::S3::Bucket}}\n  M:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        Version: '2012-10-17'\n        Statement: [{{Effect: Allow, Action: 's3:GetObject', Resource: {resource}}}]\n"
            ),
        );
        directory.run(&["check", "--no-config", "a.yaml"])
    };
    for resource in [
        "'arn:aws:s3:::${B}/*'",
        "'${B.Arn}/*'",
        "'arn:aws:s3:::${P}/*'",
        "!Join ['', ['arn:aws:s3:::', '${B}/*']]",
    ] {
        let done = check(resource);
        assert_eq!(done.code, 1, "{resource}{}", done.out);
        assert!(
            done.out.contains("write `!Sub` before this string"),
            "{}",
            done.out
        );
        assert_eq!(done.out.matches("error[").count(), 1, "{}", done.out);
    }
    for resource in [
        "!Sub 'arn:aws:s3:::${B}/*'",
        "'arn:aws:s3:::b/${aws:username}/*'",
    ] {
        assert_eq!(check(resource).code, 0, "{resource}");
    }
    // It is no name of the template.
    assert!(
        check("'arn:aws:s3:::${X}/*'")
            .out
            .contains("unknown condition key")
    );
}
