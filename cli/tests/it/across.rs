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

/// A template of users and policies with statements of about 100 characters each, of which a user may have 20.
fn sums(directory: &Directory, cases: &[(&str, bool)]) {
    for (text, wrong) in cases {
        let text = (0..).try_fold((*text).to_owned(), |text, _| {
            let (before, rest) = text.split_once('<').ok_or(text.clone())?;
            let (count, after) = rest.split_once('>').unwrap();
            let policy = statements(count.parse().unwrap());
            Ok::<_, String>(format!("{before}{policy}{after}"))
        });
        let text = text.unwrap_err();
        let found = ids(directory, &text);
        assert_eq!(found.len(), usize::from(*wrong), "{found:?}: {text}");
    }
}

#[test]
fn what_is_not_deployed_together_does_not_count_together() {
    let directory = Directory::new("across_conditions");
    let conditions = "Conditions: {X: !Equals [!Ref A, b], Y: !Not [!Condition X]}\nResources:\n  U: {Type: 'AWS::IAM::User', Properties: {}}\n";
    let policy = |name: &str, condition: &str, count: usize| {
        format!(
            "  {name}: {{Type: 'AWS::IAM::Policy', {condition} Properties: {{Users: [!Ref U], PolicyName: a, PolicyDocument: <{count}>}}}}\n"
        )
    };
    let both = |one: &str, other: &str| {
        format!(
            "{conditions}{}{}",
            policy("P", one, 12),
            policy("Q", other, 12)
        )
    };
    sums(
        &directory,
        &[
            (&both("", ""), true),
            (&both("Condition: X,", "Condition: Y,"), false),
            (&both("Condition: X,", "Condition: X,"), true),
            (&both("Condition: X,", ""), true),
            // One of the user's own.
            (
                &format!(
                    "Resources:\n  U: {{Type: 'AWS::IAM::User', Condition: X, Properties: {{Policies: [{{PolicyName: a, PolicyDocument: <12>}}]}}}}\n{}",
                    policy("P", "Condition: X,", 12)
                ),
                true,
            ),
        ],
    );
}

#[test]
fn inline_policies_count_wherever_they_are() {
    let directory = Directory::new("across_positions");
    let function = |policies: &str| {
        format!(
            "Transform: AWS::Serverless-2016-10-31\nResources:\n  F: {{Type: 'AWS::Serverless::Function', Properties: {{Handler: a.b, Policies: [{policies}]}}}}\n"
        )
    };
    let external = |kind: &str, name: &str, counts: [usize; 2]| {
        let mut out = "Resources:\n".to_owned();
        for (number, count) in counts.iter().enumerate() {
            out.push_str(&format!(
                "  P{number}: {{Type: 'AWS::IAM::{kind}Policy', Properties: {{{kind}Name: {name}, PolicyName: a{number}, PolicyDocument: <{count}>}}}}\n"
            ));
        }
        out
    };
    sums(
        &directory,
        &[
            (&function("<60>, <60>"), true),
            (&function("<110>"), true),
            (&function("<40>, <40>"), false),
            // SAM makes no role where one is given.
            (
                &function("<60>, <60>").replace(
                    "Handler",
                    "Role: 'arn:aws:iam::123456789012:role/r', Handler",
                ),
                false,
            ),
            (&external("Role", "app", [60, 60]), true),
            (&external("Role", "app", [60, 30]), false),
            (&external("User", "app", [25, 0]), true),
            (&external("Group", "app", [55, 0]), true),
            (&external("User", "!Ref Given", [12, 12]), true),
            (
                &external("User", "!Ref Given", [12, 12]).replacen("Given", "Other", 1),
                false,
            ),
            // A user without properties.
            (
                "Resources:\n  U: {Type: 'AWS::IAM::User'}\n  P: {Type: 'AWS::IAM::Policy', Properties: {Users: [!Ref U], PolicyName: a, PolicyDocument: <25>}}\n",
                true,
            ),
            // Managed policies have quotas of their own.
            (
                "Resources:\n  U: {Type: 'AWS::IAM::User'}\n  P: {Type: 'AWS::IAM::ManagedPolicy', Properties: {Users: [!Ref U], PolicyDocument: <25>}}\n",
                false,
            ),
            // Of the branches of an `If` the shortest is counted.
            (
                "Resources:\n  U: {Type: 'AWS::IAM::User', Properties: {Policies: !If [X, {PolicyName: a, PolicyDocument: <12>}, {PolicyName: b, PolicyDocument: <12>}]}}\n",
                false,
            ),
        ],
    );
}

#[test]
fn the_framework_makes_one_role_with_one_inline_policy() {
    let directory = Directory::new("across_serverless");
    for (count, wrong) in [(110, true), (60, false)] {
        let policy = statements(count);
        let (_, list) = policy.split_once("Statement: ").unwrap();
        let list = list.trim_end_matches('}');
        directory.file(
            "serverless.yml",
            format!(
                "service: a\nprovider:\n  name: aws\n  iam: {{role: {{statements: {list}}}}}\n"
            ),
        );
        let found = directory.found(&["serverless.yml"]);
        let sums = (found.iter())
            .filter(|found| found["id"] == "REKOGNITION_IAM_INLINE_POLICIES_SIZE")
            .count();
        assert_eq!(sums, usize::from(wrong), "{count}: {found:?}");
    }
}

#[test]
fn only_the_key_of_the_bucket_decrypts_its_objects() {
    let directory = Directory::new("across_which_key");
    let stack = |resources: &str, extra: &str| {
        format!(
            "Resources:\n  Key: {{Type: 'AWS::KMS::Key', Properties: {{KeyPolicy: {{Version: '2012-10-17', Statement: [{{Effect: Allow, Principal: {{AWS: !Sub 'arn:aws:iam::${{AWS::AccountId}}:root'}}, Action: 'kms:*', Resource: '*'}}]}}}}}}\n  Other: {{Type: 'AWS::KMS::Key', Properties: {{KeyPolicy: {{Version: '2012-10-17', Statement: [{{Effect: Allow, Principal: {{AWS: !Sub 'arn:aws:iam::${{AWS::AccountId}}:root'}}, Action: 'kms:*', Resource: '*'}}]}}}}}}\n  Photos: {{Type: 'AWS::S3::Bucket', Properties: {{BucketEncryption: {{ServerSideEncryptionConfiguration: [{{ServerSideEncryptionByDefault: {{SSEAlgorithm: 'aws:kms', KMSMasterKeyID: !GetAtt Key.Arn}}}}]}}}}}}\n  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument: {{Version: '2012-10-17', Statement: [{{Effect: Allow, Principal: {{Service: lambda.amazonaws.com}}, Action: 'sts:AssumeRole'}}]}}\n{resources}{extra}"
        )
    };
    let inline = |statements: &str| {
        format!(
            "      Policies: [{{PolicyName: a, PolicyDocument: {{Version: '2012-10-17', Statement: [{statements}]}}}}]\n"
        )
    };
    let managed = |statements: &str| {
        format!(
            "  M: {{Type: 'AWS::IAM::ManagedPolicy', Properties: {{Roles: [!Ref Role], PolicyDocument: {{Version: '2012-10-17', Statement: [{statements}]}}}}}}\n"
        )
    };
    let read = "{Effect: Allow, Action: 's3:GetObject', Resource: !Sub '${Photos.Arn}/*'}";
    let decrypt = |resource: &str, more: &str| {
        format!("{{Effect: Allow, Action: 'kms:Decrypt', Resource: {resource}{more}}}")
    };
    let via = |service: &str| {
        format!(
            ", Condition: {{StringEquals: {{'kms:ViaService': !Sub '{service}.${{AWS::Region}}.amazonaws.com'}}}}"
        )
    };
    for (statement, wrong) in [
        (decrypt("!GetAtt Key.Arn", ""), false),
        (decrypt("!GetAtt Other.Arn", ""), true),
        (
            decrypt(
                "'arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555'",
                "",
            ),
            true,
        ),
        (decrypt("'*'", ""), false),
        (decrypt("'arn:aws:kms:*:*:key/*'", ""), false),
        (decrypt("!Ref Given", ""), false),
        (decrypt("!GetAtt Key.Arn", &via("s3")), false),
        (decrypt("!GetAtt Key.Arn", &via("sqs")), true),
    ] {
        for text in [
            stack(&inline(&format!("{read}, {statement}")), ""),
            // Wherever the statements are.
            stack(&inline(read), &managed(&statement)),
            stack(&inline(&statement), &managed(read)),
            stack("", &managed(&format!("{read}, {statement}"))),
        ] {
            let found = ids(&directory, &text);
            assert_eq!(found.len(), usize::from(wrong), "{found:?}: {text}");
        }
    }
}

#[test]
fn terraform_is_checked_across_resources() {
    let directory = Directory::new("across_terraform");
    let rules = |text: &str| -> Vec<String> {
        directory.file("main.tf.json", text);
        let found = directory.found(&["main.tf.json"]);
        let ids = found
            .iter()
            .map(|found| found["id"].as_str().unwrap().to_owned());
        ids.filter(|id| id.ends_with("ROLE_NOT_TRUSTED") || id.ends_with("POLICIES_SIZE"))
            .collect()
    };
    let trust = |service: &str| {
        format!(
            r#"{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"Principal\":{{\"Service\":\"{service}\"}},\"Action\":\"sts:AssumeRole\"}}]}}"#
        )
    };
    for (service, wrong) in [
        ("lambda.amazonaws.com", true),
        ("rekognition.amazonaws.com", false),
    ] {
        let expected = if wrong {
            &["REKOGNITION_IAM_ROLE_NOT_TRUSTED"][..]
        } else {
            &[]
        };
        let users =
            r#""aws_rekognition_stream_processor": {"p": {"role_arn": "${aws_iam_role.r.arn}"}}"#;
        let text = format!(
            r#"{{"resource": {{"aws_iam_role": {{"r": {{"assume_role_policy": "{}"}}}}, {users}}}}}"#,
            trust(service)
        );
        assert_eq!(rules(&text), expected, "{text}");
        let document = format!(
            r#"{{"data": {{"aws_iam_policy_document": {{"t": {{"statement": [{{"actions": ["sts:AssumeRole"], "principals": [{{"type": "Service", "identifiers": ["{service}"]}}]}}]}}}}}},
                "resource": {{"aws_iam_role": {{"r": {{"assume_role_policy": "${{data.aws_iam_policy_document.t.json}}"}}}}, {users}}}}}"#
        );
        assert_eq!(rules(&document), expected, "{document}");
        // Other documents may bring the statement.
        let merged = document.replace(
            r#""statement""#,
            r#""source_policy_documents": ["${var.more}"], "statement""#,
        );
        assert_eq!(rules(&merged), [""; 0], "{merged}");
    }
    let policy = |count: usize| {
        let list: Vec<String> = (0..count)
            .map(|number| format!(r#"{{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::bucket-{number}/a/long/prefix/of/objects/*\"}}"#))
            .collect();
        format!(
            r#"{{\"Version\":\"2012-10-17\",\"Statement\":[{}]}}"#,
            list.join(",")
        )
    };
    let policies = |role: &str, more: &str| {
        format!(
            r#"{{"resource": {{"aws_iam_role_policy": {{
                "a": {{"role": "${{aws_iam_role.r.id}}", "policy": "{0}"}},
                "b": {{{more} "role": "{role}", "policy": "{0}"}}}}}}}}"#,
            policy(60)
        )
    };
    let size = ["REKOGNITION_IAM_INLINE_POLICIES_SIZE"];
    assert_eq!(rules(&policies("${aws_iam_role.r.name}", "")), size);
    assert_eq!(rules(&policies("${aws_iam_role.other.name}", "")), [""; 0]);
    // There may be none of these.
    let counted = r#""count": "${var.more ? 1 : 0}","#;
    assert_eq!(rules(&policies("${aws_iam_role.r.name}", counted)), [""; 0]);
}

#[test]
fn the_policy_of_a_bucket_names_this_bucket() {
    const ID: &str = "REKOGNITION_IAM_OTHER_BUCKET";
    let directory = Directory::new("other_bucket");
    let is_found = |name: &str, text: String| {
        directory.file(name, text);
        directory
            .found(&["--no-config", name])
            .iter()
            .any(|found| found["id"] == ID)
    };
    let template = |bucket: &str, resource: &str| {
        format!(
            "Parameters: {{P: {{Type: String}}}}\nResources:\n  A: {{Type: AWS::S3::Bucket, Properties: {{BucketName: photos}}}}\n  B: {{Type: AWS::S3::Bucket}}\n  C: {{Type: AWS::S3::Bucket}}\n  S:\n    Type: AWS::S3::BucketPolicy\n    Properties:\n      Bucket: {bucket}\n      PolicyDocument:\n        Version: '2012-10-17'\n        Statement: [{{Effect: Allow, Principal: {{AWS: '111122223333'}}, Action: 's3:GetObject', Resource: {resource}}}]\n"
        )
    };
    for (bucket, resource, other) in [
        ("!Ref A", "'arn:aws:s3:::photos2/*'", true),
        (
            "photos",
            "['arn:aws:s3:::photos/*', 'arn:aws:s3:::x/*']",
            true,
        ),
        ("!Ref A", "!Sub '${B.Arn}/*'", true),
        ("!Ref B", "!Sub 'arn:${AWS::Partition}:s3:::${C}/*'", true),
        ("!Ref A", "'arn:aws:s3:::x*/*'", true),
        ("!Ref A", "'arn:aws:s3:::photos/*'", false),
        ("!Ref A", "'arn:aws:s3:::ph*'", false),
        ("!Ref A", "'*'", false),
        ("!Ref B", "!Sub '${B.Arn}/*'", false),
        ("!Ref B", "'arn:aws:s3:::photos/*'", true),
        // A deployment may choose this name.
        ("!Ref B", "'arn:aws:s3:::videos/*'", false),
        ("!Ref P", "!Sub '${B.Arn}/*'", false),
        ("!Ref A", "!Sub 'arn:aws:s3:::${P}/*'", false),
    ] {
        assert_eq!(
            is_found("a.yaml", template(bucket, resource)),
            other,
            "{bucket} {resource}"
        );
    }
    let configuration = |resource: &str| {
        format!(
            "resource \"aws_s3_bucket\" \"a\" {{\n  bucket = \"photos\"\n}}\nresource \"aws_s3_bucket\" \"b\" {{}}\nresource \"aws_s3_bucket_policy\" \"a\" {{\n  bucket = aws_s3_bucket.a.id\n  policy = data.aws_iam_policy_document.d.json\n}}\ndata \"aws_iam_policy_document\" \"d\" {{\n  statement {{\n    actions   = [\"s3:GetObject\"]\n    resources = [\"{resource}\"]\n    principals {{\n      type        = \"AWS\"\n      identifiers = [\"111122223333\"]\n    }}\n  }}\n}}\n"
        )
    };
    for (resource, other) in [
        ("${aws_s3_bucket.b.arn}/*", true),
        ("arn:aws:s3:::x/*", true),
        ("${aws_s3_bucket.a.arn}/*", false),
        ("${var.bucket}/*", false),
    ] {
        assert_eq!(
            is_found("main.tf", configuration(resource)),
            other,
            "{resource}"
        );
    }
}
