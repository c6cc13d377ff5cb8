//! What SAM accepts as the policies of a function.

use crate::support::{Directory, has};

fn function(policies: &str) -> String {
    format!(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Handler: a.b\n      Policies:\n{policies}"
    )
}

#[test]
fn policy_templates_are_expanded() {
    let directory = Directory::new("sam_templates");
    let dead = |entry: &str| -> Vec<String> {
        directory.file("a.yaml", function(entry));
        let found = directory.found(&["a.yaml"]);
        (found.iter())
            .filter(|found| {
                found["id"]
                    .as_str()
                    .unwrap()
                    .starts_with("REKOGNITION_IAM_ACTION")
            })
            .map(|found| {
                // Nobody can change the statements of SAM.
                assert_eq!(found["severity"], "warning");
                assert_eq!(found["line"], 8);
                found["message"]
                    .as_str()
                    .unwrap()
                    .split('`')
                    .nth(1)
                    .unwrap()
                    .to_owned()
            })
            .collect()
    };
    assert_eq!(
        dead("        - RekognitionNoDataAccessPolicy: {CollectionId: staff}\n"),
        [
            "rekognition:CompareFaces",
            "rekognition:DetectFaces",
            "rekognition:DetectLabels",
            "rekognition:DetectModerationLabels"
        ]
    );
    assert_eq!(
        dead("        - RekognitionReadPolicy: {CollectionId: !Ref Staff}\n"),
        ["rekognition:ListCollections"]
    );
    assert_eq!(
        dead("        - RekognitionWriteOnlyAccessPolicy: {CollectionId: staff}\n"),
        ["rekognition:CreateCollection"]
    );
    for entry in [
        "        - RekognitionDetectOnlyPolicy: {}\n",
        "        - RekognitionFacesManagementPolicy: {CollectionId: !Ref Staff}\n",
        "        - S3ReadPolicy: {BucketName: !Ref Photos}\n",
        "        - AmazonRekognitionFullAccess\n",
        "        - arn:aws:iam::aws:policy/AmazonRekognitionFullAccess\n",
        "        - !Ref Mine\n",
    ] {
        assert_eq!(dead(entry), [""; 0]);
        let done = directory.run(&["check", "--deny", "warning", "a.yaml"]);
        assert_eq!(done.out.matches("error[").count(), 0, "{entry}{}", done.out);
    }
}

#[test]
fn forms_that_sam_does_not_support() {
    let directory = Directory::new("sam_wrong");
    for (entry, said) in [
        (
            "        - RekognitionReadPolice: {CollectionId: staff}\n",
            "did you mean `RekognitionReadPolicy`?",
        ),
        (
            "        - RekognitionReadPolicy: {CollectionID: staff}\n",
            "has no parameter `CollectionID`",
        ),
        (
            "        - RekognitionReadPolicy: {}\n",
            "is missing its parameter `CollectionId`",
        ),
        (
            "        - RekognitionDetectOnlyPolicy: {CollectionId: a}\n",
            "has no parameter `CollectionId`",
        ),
        (
            "        - {PolicyName: a, PolicyDocument: {Version: '2012-10-17', Statement: []}}\n",
            "does not support `PolicyName`",
        ),
        (
            "        - {A: b, C: d}\n",
            "neither a policy document nor a policy template",
        ),
        (
            "        - arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole\n",
            "service-role/AWSLambdaBasicExecutionRole",
        ),
        (
            "        - AmazonRekognitionFullAcess\n",
            "did you mean `AmazonRekognitionFullAccess`?",
        ),
    ] {
        directory.file("a.yaml", function(entry));
        let done = directory.run(&["check", "--deny", "warning", "a.yaml"]);
        assert_eq!(done.code, 1, "{entry}{}", done.out);
        assert!(done.out.contains(said), "{entry}{}", done.out);
    }
}

#[test]
fn documents_and_custom_statements_are_read() {
    let directory = Directory::new("sam_documents");
    directory.file(
        "a.yaml",
        format!(
            "{}  Api:\n    Type: AWS::Serverless::Api\n    Properties:\n      Auth:\n        ResourcePolicy:\n          CustomStatements:\n            - {{Effect: Allow, Principal: '*', Actoin: 'execute-api:Invoke', Resource: '*'}}\nGlobals:\n  Function:\n    AssumeRolePolicyDocument:\n      Version: '2012-10-17'\n      Statement: {{Effect: Allow, Principal: {{Service: lambda.amazonaws.com}}, Action: 'sts:AssumRole'}}\n",
            function("        Statement: {Effect: Allow, Action: 'rekognition:Detect', Resource: '*'}\n")
        ),
    );
    let lines = directory.lines(&["a.yaml"]);
    has(
        &lines,
        "INVALID_ACTION Resources.F.Properties.Policies.Statement.Action 8:57",
    );
    has(
        &lines,
        "INVALID_POLICY_ELEMENT Resources.Api.Properties.Auth.ResourcePolicy.CustomStatements[0].Actoin 15:47",
    );
    assert!(
        lines
            .iter()
            .any(|line| line.contains(" Globals.Function.AssumeRolePolicyDocument.")),
        "{lines:?}"
    );
}

#[test]
fn a_name_in_a_policy_template_is_not_an_arn() {
    let directory = Directory::new("sam_names");
    let check = |entry: &str| {
        let text = function(&format!("        - {entry}\n"))
            + "  Q: {Type: AWS::SQS::Queue}\n  T: {Type: AWS::SNS::Topic}\n  D: {Type: AWS::DynamoDB::Table}\n";
        directory.file("a.yaml", text);
        directory.run(&["check", "--no-config", "--deny", "warning", "a.yaml"])
    };
    for (entry, help) in [
        (
            "SQSPollerPolicy: {QueueName: !GetAtt Q.Arn}",
            "write `!GetAtt Q.QueueName`",
        ),
        (
            "SNSPublishMessagePolicy: {TopicName: !Ref T}",
            "write `!GetAtt T.TopicName`",
        ),
        (
            "DynamoDBReadPolicy: {TableName: !GetAtt D.Arn}",
            "write `!Ref D`",
        ),
        (
            "SQSSendMessagePolicy: {QueueName: 'arn:aws:sqs:us-east-1:111122223333:jobs'}",
            "write `jobs`",
        ),
    ] {
        let done = check(entry);
        assert_eq!(done.code, 1, "{entry}{}", done.out);
        assert!(done.out.contains(help), "{entry}{}", done.out);
        assert_eq!(
            done.out.matches("\n --> ").count(),
            1,
            "{entry}{}",
            done.out
        );
    }
    // An ARN is right where the template has no other, and operations whose actions are there are no loss.
    for entry in [
        "SQSPollerPolicy: {QueueName: !GetAtt Q.QueueName}",
        "SNSPublishMessagePolicy: {TopicName: !GetAtt T.TopicName}",
        "AWSSecretsManagerGetSecretValuePolicy: {SecretArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:a-AbCdEf'}",
    ] {
        let done = check(entry);
        assert_eq!(done.code, 0, "{entry}{}", done.out);
    }
}
