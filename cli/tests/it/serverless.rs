//! The Serverless Framework's own places for policies, and Pulumi's.

use rekognition_iam_runtime::catalogue::AS_OF;

use crate::support::{Directory, has};

#[test]
fn statements_are_read_where_the_framework_keeps_them() {
    let directory = Directory::new("serverless");
    directory.file(
        "serverless.yml",
        r#"service: photos
provider:
  name: aws
  iam:
    role:
      managedPolicies: [arn:aws:iam::aws:policy/AmazonRekognitionReadOnlyAcess]
      statements:
        - {Effect: Allow, Action: "rekognition:DetectLabels", Resource: "arn:aws:rekognition:${aws:region}:${aws:accountId}:collection/${self:custom.c}"}
        - ${file(more.yml):statements}
  iamRoleStatements:
    - {Effect: Allow, Action: "rekognition:Detect", Resource: "*"}
functions:
  f:
    handler: a
    iamRoleStatements:
      - {Effect: Allow, Action: "s3:GetObject", Resource: !GetAtt Photos.Arn}
  g:
    handler: b
    iam:
      role:
        statements:
          - {Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::b/${aws:username}/*"}
          - {Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::b/\\${aws:username}/*"}
resources:
  Resources:
    Photos: {Type: "AWS::S3::Bucket"}
    Policy:
      Type: AWS::S3::BucketPolicy
      Properties:
        PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Allow, Principal: {AWS: !GetAtt IamRoleLambdaExecution.Arn}, Action: "s3:GetObjct", Resource: !Sub "${Photos.Arn}/*"}]}
"#,
    );
    let lines = directory.lines(&["serverless.yml"]);
    for expected in [
        "REKOGNITION_IAM_UNKNOWN_MANAGED_POLICY provider.iam.role.managedPolicies[0] 6:25",
        "REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH provider.iam.role.statements[0].Action 8:35",
        "INVALID_ACTION provider.iamRoleStatements[0].Action 11:44",
        "REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH functions.f.iamRoleStatements[0].Action 16:33",
        "REKOGNITION_IAM_SUBSTITUTION functions.g.iam.role.statements 22:63",
        "INVALID_ACTION resources.Resources.Policy.Properties.PolicyDocument.Statement[0].Action 30:143",
    ] {
        has(&lines, expected);
    }
    assert_eq!(lines.len(), 6, "{lines:#?}");
    // One in a file of its own is mentioned.
    let done = directory.run(&["check", "serverless.yml"]);
    for note in [
        "provider.iam.role.statements: 1 statement or list of statements is not known",
        "provider.iam.role.statements: 1 value is not known",
    ] {
        assert!(done.out.contains(note), "{note}\n{}", done.out);
    }
}

#[test]
fn a_template_with_a_service_is_no_configuration_of_the_framework() {
    let directory = Directory::new("compose");
    directory.file("compose.yaml", "services:\n  a: {image: b}\n").file(
        "p.json",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"rekognition:DetectText","Resource":"*"}]}"#,
    );
    assert_eq!(
        directory.run(&["check", "."]).out,
        format!("checked against AWS data of {AS_OF}\n1 policy in 2 files: nothing found\n")
    );
}

#[test]
fn pulumi_is_mentioned_and_read_where_policies_are_written_out() {
    let directory = Directory::new("pulumi");
    directory.file(
        "Pulumi.yaml",
        r#"name: a
runtime: yaml
resources:
  p:
    type: aws:iam:Policy
    properties:
      policy:
        fn::toJSON:
          Version: "2012-10-17"
          Statement:
            - {Effect: Allow, Action: "s3:GetObject", Resource: "${photos.arn}/*"}
            - {Effect: Allow, Action: "s3:GetObjct", Resource: "arn:aws:s3:::b/$${aws:username}"}
"#,
    );
    assert_eq!(
        directory.lines(&["Pulumi.yaml"]),
        ["INVALID_ACTION resources.p.properties.policy[\"fn::toJSON\"].Statement[1].Action 12:43"]
    );
    let done = directory.run(&["check", "Pulumi.yaml"]);
    assert!(
        done.out
            .contains("a Pulumi program is read only for policies"),
        "{}",
        done.out
    );
}

#[test]
fn variables_for_other_values_of_the_configuration_are_followed() {
    let directory = Directory::new("self");
    directory.file(
        "serverless.yml",
        r#"service: photos
custom:
  collection: staff
  arns:
    - "arn:aws:rekognition:us-east-1:111122223333:collection/${self:custom.collection}"
  statements:
    - {Effect: Allow, Action: "rekognition:Detect", Resource: "*"}
  a: ${self:custom.b}
  b: ${self:custom.a}
provider:
  name: aws
  iam:
    role:
      statements: ${self:custom.statements}
functions:
  f:
    handler: a
    iamRoleStatements:
      - {Effect: Allow, Action: "rekognition:SearchFaces", Resource: "${self:custom.arns.0}"}
      - {Effect: Allow, Action: "s3:GetObject", Resource: "${self:custom.arns.0}"}
      - {Effect: Allow, Action: "s3:GetObject", Resource: "${self:custom.a}"}
      - {Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::${self:service}-${self:provider.stage}/*"}
"#,
    );
    assert_eq!(
        directory.lines(&["serverless.yml"]),
        [
            // As with an alias, the path is where the statement is used.
            "INVALID_ACTION provider.iam.role.statements[0].Action 7:44",
            "REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH functions.f.iamRoleStatements[1].Action 20:33",
        ]
    );
}

#[test]
fn variables_for_lists_and_maps_are_what_they_are_for() {
    let directory = Directory::new("self_lists");
    directory.file(
        "serverless.yml",
        r#"service: photos
custom:
  actions:
    - "rekognition:DetectLables"
    - "iam:PassRole"
  statement: {Effect: Allow, Action: "rekognition:Detect", Resource: "*"}
  again: ${self:custom.actions}
  loop:
    a: ${self:custom.loop}
provider:
  name: aws
  iam:
    role:
      statements:
        - ${self:custom.statement}
        - {Effect: Allow, Action: "${self:custom.nope, self:custom.again}", Resource: "arn:aws:s3:::a"}
        - {Effect: Allow, Action: "${self:custom.of.${sls:stage}}", Resource: "*"}
        - {Effect: Allow, Action: "${opt:action, self:custom.actions}", Resource: "*"}
"#,
    );
    let lines = directory.lines(&["serverless.yml"]);
    for line in [
        "INVALID_ACTION provider.iam.role.statements[0].Action 6:51",
        "INVALID_ACTION provider.iam.role.statements[1].Action[0] 4:20",
    ] {
        assert!(
            lines.iter().any(|known| known == line),
            "{line}: {lines:#?}"
        );
    }
    // What the command line decides is not known.
    assert!(
        !(lines.iter())
            .any(|line| line.contains("statements[2]") || line.contains("statements[3]")),
        "{lines:#?}"
    );
    let done = directory.run(&["check", "serverless.yml"]);
    assert!(
        done.out
            .contains("provider.iam.role.statements: 2 values are not known"),
        "{}",
        done.out
    );
}

#[test]
fn a_region_that_is_none_is_reported_through_its_variable() {
    let check = |region: &str| {
        let directory = Directory::new("self_region");
        directory.file(
            "serverless.yml",
            format!(
                r#"service: photos
provider:
  name: aws
  region: {region}
  iam:
    role:
      statements:
        - {{Effect: Allow, Action: "rekognition:IndexFaces", Resource: "arn:aws:rekognition:${{self:provider.region}}:123456789012:collection/x"}}
        - {{Effect: Allow, Action: "rekognition:ListFaces", Resource: "arn:aws:rekognition:${{aws:region}}:123456789012:collection/x"}}
"#
            ),
        );
        directory.lines(&["serverless.yml"])
    };
    let lines = check("us-east1");
    let wrong = lines
        .iter()
        .filter(|line| line.starts_with("INVALID_ARN_REGION"));
    assert_eq!(wrong.count(), 2, "{lines:#?}");
    assert_eq!(check("us-east-1"), [""; 0]);
    // The command line can say what it is.
    assert_eq!(check("${opt:region, 'us-east-1'}"), [""; 0]);
}

#[test]
fn statements_of_a_role_that_is_made_elsewhere_are_noted() {
    let directory = Directory::new("role");
    let file = |role: &str| {
        format!(
            r#"service: photos
provider:
  name: aws
{role}
  iamRoleStatements:
    - {{Effect: Allow, Action: "rekognition:DetectText", Resource: "*"}}
"#
        )
    };
    for (role, is_unused) in [
        ("  iam:\n    role: arn:aws:iam::111122223333:role/x", true),
        ("  role: arn:aws:iam::111122223333:role/x", true),
        ("  iam:\n    role:\n      name: x", false),
    ] {
        directory.file("serverless.yml", file(role));
        let done = directory.run(&["check", "serverless.yml"]);
        let note = "note: serverless.yml: provider.iamRoleStatements: not in effect, because the provider names a role that exists";
        assert_eq!(done.out.contains(note), is_unused, "{role}\n{}", done.out);
    }
}

#[test]
fn a_policy_that_pulumi_makes_of_statements_is_read() {
    let directory = Directory::new("pulumi_function");
    let program = |call: &str| format!("name: a\nruntime: yaml\nvariables:\n  doc:\n{call}");
    let statements = r#"        statements:
          - actions: ["s3:GetObjec", "${action}"]
            resources: ["arn:aws:s3:::a/&{aws:username}/*"]
            principals: [{type: AWS, identifiers: ["arn:aws:iam::123456789012:root"]}]
            conditions: [{test: StringEquals, variable: "aws:PrincipalOrgID", values: ["o-a1b2c3d4e5"]}]
          - {effect: Deny, notActions: ["s3:*"], notResources: ["*"]}
"#;
    let long = format!(
        "    fn::invoke:\n      function: aws:iam:getPolicyDocument\n      arguments:\n{statements}      return: json\n"
    );
    let short = format!("    fn::aws:iam:getPolicyDocument:\n{statements}");
    for (call, path) in [
        (long, r#"variables.doc["fn::invoke"].arguments"#),
        (short, r#"variables.doc["fn::aws:iam:getPolicyDocument"]"#),
    ] {
        directory.file("Pulumi.yaml", program(&call));
        let lines = directory.lines(&["Pulumi.yaml"]);
        let expected = format!("INVALID_ACTION {path}.Statement[0].Action[0] ");
        assert!(
            lines.iter().any(|line| line.starts_with(&expected)),
            "{lines:#?}"
        );
        let done = directory.run(&["documents", "Pulumi.yaml"]);
        for part in [
            r#""Resource":["arn:aws:s3:::a/${aws:username}/*"]"#,
            r#""Condition":{"StringEquals":{"aws:PrincipalOrgID":["o-a1b2c3d4e5"]}}"#,
            r#""Principal":{"AWS":["arn:aws:iam::123456789012:root"]}"#,
            r#"{"Effect":"Deny","NotAction":["s3:*"],"NotResource":["*"]}"#,
        ] {
            assert!(done.out.contains(part), "{part}\n{}", done.out);
        }
    }
    // What is not in the file.
    for (call, note) in [
        (
            "    fn::invoke:\n      function: aws:iam:getPolicyDocument\n      arguments: ${arguments}\n",
            "arguments: the policy is not known before deployment",
        ),
        (
            "    fn::aws:iam:getPolicyDocument:\n      statements: ${statements}\n",
            "1 value is not known before deployment",
        ),
        (
            "    fn::aws:iam:getPolicyDocument:\n      sourcePolicyDocuments: [\"${a.json}\"]\n      statements: [{actions: ['s3:GetObject'], resources: ['arn:aws:s3:::a/*']}]\n",
            "it was checked without the documents that it is merged with",
        ),
    ] {
        directory.file("Pulumi.yaml", program(call));
        let done = directory.run(&["check", "Pulumi.yaml"]);
        assert!(done.out.contains(note), "{note}\n{}", done.out);
    }
    // Another function with the same arguments.
    let other = format!(
        "    fn::invoke:\n      function: aws:iam:getPolicy\n      arguments:\n{statements}"
    );
    directory.file("Pulumi.yaml", program(&other));
    assert_eq!(directory.lines(&["Pulumi.yaml"]), [""; 0]);
}
