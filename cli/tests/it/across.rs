//! What can be checked only across the resources of a template.

use crate::support::Directory;

fn ids(directory: &Directory, text: &str) -> Vec<String> {
    directory.file("a.yaml", text);
    let found = directory.found(&["a.yaml"]);
    (found.iter())
        .map(|found| found["id"].as_str().unwrap().to_owned())
        .filter(|id| {
            [
                "ROLE_NOT_TRUSTED",
                "INLINE_POLICIES_SIZE",
                "KMS_DECRYPT_MISSING",
            ]
            .iter()
            .any(|name| id.ends_with(name))
        })
        .collect()
}

#[test]
fn a_role_trusts_the_service_that_uses_it() {
    let directory = Directory::new("across_trust");
    let stack = |principal: &str, user: &str| {
        format!(
            "Resources:\n  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument:\n        Version: '2012-10-17'\n        Statement:\n          - {{Effect: Allow, Principal: {principal}, Action: 'sts:AssumeRole'}}\n  User:\n{user}"
        )
    };
    let processor = "    Type: AWS::Rekognition::StreamProcessor\n    Properties: {RoleArn: !GetAtt Role.Arn}\n";
    let function = "    Type: AWS::Lambda::Function\n    Properties: {Role: !Sub '${Role.Arn}'}\n";
    let lambda = "{Service: lambda.amazonaws.com}";
    for (principal, user, wrong) in [
        (lambda, processor, true),
        (lambda, function, false),
        ("{Service: rekognition.amazonaws.com}", processor, false),
        (
            "{Service: [a.amazonaws.com, !Sub 'rekognition.${AWS::URLSuffix}']}",
            processor,
            false,
        ),
        ("{Service: rekognition.amazonaws.com}", function, true),
        ("{AWS: 'arn:aws:iam::123456789012:root'}", function, true),
        // What is not known may be the service.
        ("!Ref Who", processor, false),
        ("{Service: !Ref Who}", processor, false),
    ] {
        let found = ids(&directory, &stack(principal, user));
        assert_eq!(
            found.len(),
            usize::from(wrong),
            "{principal} {user}: {found:?}"
        );
    }
    // A role of another template.
    assert_eq!(
        ids(
            &directory,
            &stack(lambda, processor).replace("!GetAtt Role.Arn", "!ImportValue Role")
        ),
        [""; 0]
    );
}

fn statements(count: usize) -> String {
    let mut out = String::new();
    for number in 0..count {
        out.push_str(&format!(
            "{{Sid: S{number}, Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket-{number}/a/long/prefix/*'}},"
        ));
    }
    format!("{{Version: '2012-10-17', Statement: [{out}]}}")
}

#[test]
fn inline_policies_of_one_entity_count_together() {
    let directory = Directory::new("across_size");
    let policy = |name: &str, count| {
        format!(
            "{{PolicyName: {name}, PolicyDocument: {}}}",
            statements(count)
        )
    };
    // About 100 characters for each statement.
    for (kind, counts, wrong) in [
        ("Role", [45, 45], false),
        ("Role", [60, 60], true),
        ("Group", [20, 20], false),
        ("Group", [30, 30], true),
        ("User", [8, 8], false),
        ("User", [12, 12], true),
    ] {
        let trust = match kind {
            "Role" => {
                "AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: 'sts:AssumeRole'}]}, "
            }
            _ => "",
        };
        let [first, second] = counts;
        let both = format!(
            "Resources:\n  E: {{Type: 'AWS::IAM::{kind}', Properties: {{{trust}Policies: [{}, {}]}}}}\n",
            policy("a", first),
            policy("b", second)
        );
        let apart = format!(
            "Resources:\n  E: {{Type: 'AWS::IAM::{kind}', Properties: {{{trust}Policies: [{}]}}}}\n  F: {{Type: 'AWS::IAM::Policy', Properties: {{{kind}s: [!Ref E], PolicyName: b, PolicyDocument: {}}}}}\n",
            policy("a", first),
            statements(second)
        );
        for text in [both, apart] {
            let found = ids(&directory, &text);
            assert_eq!(
                found.len(),
                usize::from(wrong),
                "{kind} {counts:?}: {found:?}"
            );
        }
    }
    // Of two branches one is deployed.
    let text = format!(
        "Resources:\n  E: {{Type: 'AWS::IAM::User', Properties: {{Policies: [!If [A, {}, {}]]}}}}\n",
        policy("a", 12),
        policy("b", 12)
    );
    assert_eq!(ids(&directory, &text), [""; 0]);
}

#[test]
fn who_reads_encrypted_objects_may_decrypt() {
    let directory = Directory::new("across_kms");
    let stack = |encryption: &str, extra: &str, key: &str| {
        format!(
            "Resources:\n  Key: {{Type: 'AWS::KMS::Key', Properties: {{KeyPolicy: {{Version: '2012-10-17', Statement: [{{Effect: Allow, Principal: {{AWS: {key}}}, Action: 'kms:*', Resource: '*'}}]}}}}}}\n  Photos: {{Type: 'AWS::S3::Bucket', Properties: {{{encryption}}}}}\n  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument: {{Version: '2012-10-17', Statement: [{{Effect: Allow, Principal: {{Service: lambda.amazonaws.com}}, Action: 'sts:AssumeRole'}}]}}\n      Policies:\n        - PolicyName: a\n          PolicyDocument:\n            Version: '2012-10-17'\n            Statement:\n              - {{Effect: Allow, Action: 's3:GetObject', Resource: !Sub '${{Photos.Arn}}/*'}}\n{extra}"
        )
    };
    let sse = |rest: &str| {
        format!(
            "BucketEncryption: {{ServerSideEncryptionConfiguration: [{{ServerSideEncryptionByDefault: {{{rest}}}}}]}}"
        )
    };
    let kms = sse("SSEAlgorithm: 'aws:kms', KMSMasterKeyID: !GetAtt Key.Arn");
    let root = "!Sub 'arn:aws:iam::${AWS::AccountId}:root'";
    let decrypt =
        "              - {Effect: Allow, Action: 'kms:Decrypt', Resource: !GetAtt Key.Arn}\n";
    for (encryption, extra, key, wrong) in [
        (kms.as_str(), "", root, true),
        (&kms, decrypt, root, false),
        (
            &kms,
            "      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']\n",
            root,
            true,
        ),
        // A policy that is not in the template may allow it, and so may the policy of the key.
        (&kms, "      ManagedPolicyArns: [!Ref Given]\n", root, false),
        (&kms, "", "!GetAtt Role.Arn", false),
        (&sse("SSEAlgorithm: 'aws:kms'"), "", root, false),
        (&sse("SSEAlgorithm: AES256"), "", root, false),
        ("BucketName: photos", "", root, false),
    ] {
        let found = ids(&directory, &stack(encryption, extra, key));
        assert_eq!(
            found.len(),
            usize::from(wrong),
            "{encryption} {extra} {key}: {found:?}"
        );
    }
}
