//! What a call needs in addition to its own action.

use rekognition_iam_codegen::derive::{Derive, Scan};

use super::{check_text, derive, needs};

#[test]
fn companions() {
    for (client, chain, expected) in [
        (
            "s3",
            "get_object().bucket(\"b-1\").key(\"k\").version_id(v)",
            "allow(s3::GetObjectVersion).on(s3::object(\"b-1\", \"k\"))",
        ),
        // Some requests have none.
        (
            "s3",
            "get_object().bucket(\"b-1\").key(\"k\").set_version_id(v)",
            "allow(s3::GetObject, s3::GetObjectVersion).on(s3::object(\"b-1\", \"k\"))",
        ),
        (
            "s3",
            "get_object().bucket(\"b-1\").key(\"k\").set_version_id(Some(v))",
            "allow(s3::GetObjectVersion).on(s3::object(\"b-1\", \"k\"))",
        ),
        (
            "s3",
            "list_objects_v2().bucket(\"b-1\")",
            "allow(s3::ListBucket).on(s3::bucket(\"b-1\"))",
        ),
        (
            "s3",
            "head_object().bucket(\"b-1\").key(\"k\")",
            "allow(s3::GetObject).on(s3::object(\"b-1\", \"k\"))",
        ),
        (
            "s3",
            "list_buckets()",
            "allow(s3::ListAllMyBuckets).on_any()",
        ),
        (
            "s3",
            "put_object().bucket(\"b-1\").key(\"k\").tagging(\"a=b\")",
            "allow(s3::PutObject, s3::PutObjectTagging).on(s3::object(\"b-1\", \"k\"))",
        ),
        (
            "s3",
            "copy_object().copy_source(\"b-2/x/y\").bucket(\"b-1\").key(\"k\")",
            "allow(s3::PutObject).on(s3::object(\"b-1\", \"k\")) allow(s3::GetObject).on(s3::object(\"b-2\", \"x/y\"))",
        ),
        (
            "s3",
            "wait_until_object_exists().bucket(\"b-1\").key(\"k\")",
            "allow(s3::GetObject).on(s3::object(\"b-1\", \"k\"))",
        ),
        (
            "sqs",
            "receive_message().queue_url(\"https://sqs.us-east-1.amazonaws.com/123456789012/done\")",
            "allow(sqs::ReceiveMessage).on(sqs::queue(\"us-east-1\", \"123456789012\", \"done\"))",
        ),
        (
            "sqs",
            "delete_message_batch().queue_url(url)",
            "allow(sqs::DeleteMessage).on(sqs::queue(region, account, queue_name))",
        ),
        (
            "sns",
            "publish().topic_arn(\"arn:aws:sns:us-east-1:123456789012:done\")",
            "allow(sns::Publish).on(sns::topic(\"us-east-1\", \"123456789012\", \"done\"))",
        ),
        (
            "dynamodb",
            "put_item().table_name(\"faces\")",
            "allow(dynamodb::PutItem).on(dynamodb::table(region, account, \"faces\"))",
        ),
        (
            "kinesis",
            "get_records().shard_iterator(i)",
            "allow(kinesis::GetRecords).on(kinesis::stream(region, account, stream_name))",
        ),
        (
            "kinesis",
            "put_record().stream_name(\"out\")",
            "allow(kinesis::PutRecord).on(kinesis::stream(region, account, \"out\"))",
        ),
        (
            "kinesisvideo",
            "get_data_endpoint().stream_name(\"cam\")",
            "allow(kinesisvideo::GetDataEndpoint).on(kinesisvideo::stream(region, account, \"cam\", \"*\"))",
        ),
        (
            "lambda",
            "invoke().function_name(\"label\")",
            "allow(lambda::InvokeFunction).on(lambda::function(region, account, \"label\"))",
        ),
        (
            "kms",
            "decrypt().key_id(\"1234\")",
            "allow(kms::Decrypt).on(kms::key(region, account, \"1234\"))",
        ),
        (
            "sts",
            "assume_role().role_arn(\"arn:aws:iam::123456789012:role/r\")",
            "allow(sts::AssumeRole).on(sts::role(\"123456789012\", \"r\"))",
        ),
        (
            "iam",
            "get_role().role_name(\"r\")",
            "allow(iam::GetRole).on(iam::role(account, \"r\"))",
        ),
        (
            "secretsmanager",
            "get_secret_value().secret_id(\"db\")",
            "allow(secretsmanager::GetSecretValue).on(secretsmanager::secret(region, account, \"db-??????\"))",
        ),
        (
            "sfn",
            "start_execution().state_machine_arn(\"arn:aws:states:us-east-1:123456789012:stateMachine:m\")",
            "allow(states::StartExecution).on(states::statemachine(\"us-east-1\", \"123456789012\", \"m\"))",
        ),
        (
            "eventbridge",
            "put_events()",
            "allow(events::PutEvents).on(events::event_bus(region, account, event_bus_name))",
        ),
        (
            "cloudwatch",
            "put_metric_data().namespace(\"n\")",
            "allow(cloudwatch::PutMetricData).on_any()",
        ),
        (
            "cloudwatchlogs",
            "create_log_stream().log_group_name(\"/app\").log_stream_name(\"s\")",
            "allow(logs::CreateLogStream).on(logs::log_stream(region, account, \"/app\", \"s\"))",
        ),
        (
            "sagemakera2iruntime",
            "start_human_loop().flow_definition_arn(flow)",
            "allow(sagemaker::StartHumanLoop).on(flow)",
        ),
    ] {
        let text =
            format!("async fn f(c: &aws_sdk_{client}::Client) {{ c.{chain}.send().await; }}");
        assert_eq!(needs(&text).join(" "), expected, "{chain}");
    }
    check_text(
        "use aws_sdk_dynamodb::types::*; async fn f(c: &aws_sdk_dynamodb::Client) { c.transact_write_items().transact_items(
         TransactWriteItem::builder().put(Put::builder().table_name(\"a-1\").build().unwrap()).build()).transact_items(
         TransactWriteItem::builder().delete(Delete::builder().table_name(\"b-1\").build().unwrap()).build()).send().await; }",
        &[
            "allow(dynamodb::PutItem).on(dynamodb::table(region, account, \"a-1\"))",
            "allow(dynamodb::DeleteItem).on(dynamodb::table(region, account, \"b-1\"))",
        ],
    );
    // What AWS has not published is said and not guessed.
    let scan = Scan::text(
        "src/lib.rs",
        "async fn f(c: &aws_sdk_dynamodb::Client) { c.execute_statement().send().await; c.scan().table_name(\"a-1\").send().await; }",
    )
    .unwrap();
    let derived = Derive::new().of(scan).unwrap();
    assert_eq!(
        derived.unfollowed()[0].to_string(),
        "src/lib.rs:1:46: the text of a statement of `execute_statement` is not seen; it needs one of `dynamodb:PartiQLSelect`, \
         `dynamodb:PartiQLInsert`, `dynamodb:PartiQLUpdate`, `dynamodb:PartiQLDelete` on its table"
    );
}

/// What every call of these styles names is in the policy as it stands, and `*` is not.
#[test]
fn batches_qualifiers_and_what_is_created() {
    for (client, chain, expected) in [
        (
            "s3",
            "delete_objects().bucket(\"b-1\").delete(d)",
            "allow(s3::DeleteObject).on(s3::object(\"b-1\", b_1_key))",
        ),
        (
            "s3",
            "delete_objects().bucket(\"b-1\").delete(aws_sdk_s3::types::Delete::builder().objects(aws_sdk_s3::types::ObjectIdentifier::builder()\
             .key(\"k\").version_id(\"v\").build().unwrap()).build().unwrap())",
            "allow(s3::DeleteObject, s3::DeleteObjectVersion).on(s3::object(\"b-1\", \"k\"))",
        ),
        (
            "s3",
            "get_object_attributes().bucket(\"b-1\").key(\"k\")",
            "allow(s3::GetObject, s3::GetObjectAttributes).on(s3::object(\"b-1\", \"k\"))",
        ),
        (
            "dynamodb",
            "batch_get_item().request_items(\"one\", x).request_items(\"two\", y)",
            "allow(dynamodb::BatchGetItem).on(dynamodb::table(region, account, \"one\"), dynamodb::table(region, account, \"two\"))",
        ),
        (
            "dynamodb",
            "batch_write_item().set_request_items(Some(std::collections::HashMap::from([(\"one\".to_string(), x)])))",
            "allow(dynamodb::BatchWriteItem).on(dynamodb::table(region, account, \"one\"))",
        ),
        (
            "dynamodb",
            "execute_statement().statement(\"SELECT * FROM \\\"faces\\\" WHERE id = ?\")",
            "allow(dynamodb::PartiQLSelect).on(dynamodb::table(region, account, \"faces\"))",
        ),
        (
            "dynamodb",
            "execute_statement().statement(\"update faces set a = 1\")",
            "allow(dynamodb::PartiQLUpdate).on(dynamodb::table(region, account, \"faces\"))",
        ),
        (
            "lambda",
            "invoke().function_name(\"f\").qualifier(version)",
            "allow(lambda::InvokeFunction).on(lambda::function_alias(region, account, \"f\", version))",
        ),
        (
            "lambda",
            "invoke().function_name(\"arn:aws:lambda:eu-west-1:123456789012:function:f:live\")",
            "allow(lambda::InvokeFunction).on(lambda::function_alias(\"eu-west-1\", \"123456789012\", \"f\", \"live\"))",
        ),
        (
            "lambda",
            "put_provisioned_concurrency_config().function_name(\"f\").qualifier(\"live\")",
            "allow(lambda::PutProvisionedConcurrencyConfig).on(lambda::function(region, account, \"f:live\"))",
        ),
        (
            "sns",
            "publish().phone_number(\"+15550100\")",
            "allow(sns::Publish).on_any()",
        ),
        (
            "sns",
            "publish().target_arn(\"arn:aws:sns:us-east-1:123456789012:topic-1\")",
            "allow(sns::Publish).on(sns::topic(\"us-east-1\", \"123456789012\", \"topic-1\"))",
        ),
        (
            "sns",
            "set_topic_attributes().topic_arn(\"arn:aws:sns:us-east-1:123456789012:t\").attribute_name(\"LambdaSuccessFeedbackRoleArn\")\
             .attribute_value(\"arn:aws:iam::123456789012:role/r\")",
            "allow(iam::PassRole).on(iam::role(\"123456789012\", \"r\")).when(iam::PassedToService.string_equals(\"sns.amazonaws.com\")) \
             allow(sns::SetTopicAttributes).on(sns::topic(\"us-east-1\", \"123456789012\", \"t\"))",
        ),
        (
            "sqs",
            "send_message().queue_url(\"https://sqs.cn-north-1.amazonaws.com.cn/123456789012/q\")",
            "allow(sqs::SendMessage).on(sqs::queue(\"cn-north-1\", \"123456789012\", \"q\").partition(\"aws-cn\"))",
        ),
        (
            "sqs",
            "send_message().queue_url(\"https://queue.amazonaws.com/123456789012/q\")",
            "allow(sqs::SendMessage).on(sqs::queue(\"us-east-1\", \"123456789012\", \"q\"))",
        ),
        (
            "eventbridge",
            "put_rule().name(\"nightly\").event_bus_name(\"orders\")",
            "allow(events::PutRule).on(events::rule_on_custom_event_bus(region, account, \"orders\", \"nightly\"))",
        ),
        (
            "eventbridge",
            "put_events().entries(aws_sdk_eventbridge::types::PutEventsRequestEntry::builder().source(\"x\").build())",
            "allow(events::PutEvents).on(events::event_bus(region, account, \"default\"))",
        ),
        (
            "iam",
            "create_role().role_name(\"r\").path(\"/app/\").set_tags(Some(tags))",
            "allow(iam::CreateRole, iam::TagRole).on(iam::role(account, \"app/r\"))",
        ),
        (
            "kms",
            "create_alias().alias_name(\"alias/a\").target_key_id(\"1234\")",
            "allow(kms::CreateAlias).on(kms::alias(region, account, \"a\"), kms::key(region, account, \"1234\"))",
        ),
        (
            "kms",
            "create_key().tags(t)",
            "allow(kms::CreateKey).on_any() allow(kms::TagResource).on(kms::key(region, account, key_id))",
        ),
        (
            "sfn",
            "create_state_machine().name(\"m\").role_arn(role).tags(t)",
            "allow(iam::PassRole).on(role).when(iam::PassedToService.string_equals(\"states.amazonaws.com\")) \
             allow(states::CreateStateMachine, states::TagResource).on(states::statemachine(region, account, \"m\"))",
        ),
        (
            "s3control",
            "put_public_access_block().account_id(\"123456789012\")",
            "allow(s3::PutAccountPublicAccessBlock).on_any()",
        ),
    ] {
        let text =
            format!("async fn f(c: &aws_sdk_{client}::Client) {{ c.{chain}.send().await; }}");
        assert_eq!(needs(&text).join(" "), expected, "{chain}");
    }
}

/// What depends on how a resource is configured is a hint, and does not count as not followed.
#[test]
fn hints_for_kms() {
    let derived = derive(
        "async fn f(c: &aws_sdk_sqs::Client) { c.send_message().queue_url(\"https://sqs.eu-west-1.amazonaws.com/123456789012/q\").send().await; }",
    );
    let hints: Vec<&str> = derived.hints().collect();
    assert_eq!(
        hints,
        [
            "if a customer managed KMS key encrypts the queue, the caller also needs `kms:Decrypt` and `kms:GenerateDataKey` on the key: `allow(kms::Decrypt, kms::GenerateDataKey).on(kms::key(region, account, \
             key_id)).when(kms::ViaService.string_like(\"sqs.*.amazonaws.com\"))`"
        ]
    );
    assert_eq!(derived.unfollowed(), []);
    let derived = derive("async fn f(c: &aws_sdk_sqs::Client) { c.list_queues().send().await; }");
    assert_eq!(derived.hints().count(), 0);
}

/// An object that Rekognition reads for the caller is decrypted for the caller too; a key in the request is named in the hint.
#[test]
fn hints_for_the_keys_of_what_is_read() {
    let image = "image(Image::builder().s3_object(S3Object::builder().bucket(\"b\").name(\"k\").build()).build())";
    let one = "arn:aws:kms:eu-west-1:123456789012:key/k1";
    for (service, chain, expected) in [
        (
            "rekognition",
            format!("detect_labels().{image}"),
            Some("kms::key(region, account, key_id)).when(kms::ViaService.string_like(\"s3."),
        ),
        (
            "rekognition",
            "detect_labels().image(Image::builder().bytes(b).build())".to_owned(),
            None,
        ),
        (
            "ssm",
            "get_parameter().name(\"/a\").with_decryption(true)".to_owned(),
            Some(
                "allow(kms::Decrypt).on(kms::key(region, account, key_id)).when(kms::ViaService.string_like(\"ssm.",
            ),
        ),
        ("ssm", "get_parameter().name(\"/a\")".to_owned(), None),
        (
            "kinesisvideo",
            format!("create_stream().stream_name(\"s\").kms_key_id({one:?})"),
            Some("on(kms::key(\"eu-west-1\", \"123456789012\", \"k1\"))"),
        ),
        (
            "kinesisvideo",
            "create_stream().stream_name(\"s\").kms_key_id(key)".to_owned(),
            Some("on(kms::key(region, account, key_id))"),
        ),
    ] {
        let derived = derive(&format!(
            "use aws_sdk_{service}::types::*; async fn f(c: &aws_sdk_{service}::Client, key: &str) {{ c.{chain}.send().await; }}"
        ));
        let hints: Vec<&str> = derived.hints().collect();
        match expected {
            Some(expected) => assert!(
                hints.len() == 1 && hints.iter().all(|hint| hint.contains(expected)),
                "{chain}: {hints:?}"
            ),
            None => assert!(hints.is_empty(), "{chain}: {hints:?}"),
        }
    }
}

/// What a member of the request makes necessary, and what the same request without it does not need.
#[test]
fn what_members_make_necessary() {
    let queue = |name: &str| format!("arn:aws:sqs:us-east-1:123456789012:{name}");
    let role = "role_arn(\"arn:aws:iam::123456789012:role/r\")";
    for (client, with, action, resource, without) in [
        (
            "sts",
            format!("assume_role().{role}.source_identity(\"me\")"),
            "sts:SetSourceIdentity",
            "arn:aws:iam::123456789012:role/r",
            format!("assume_role().{role}"),
        ),
        (
            "sts",
            format!("assume_role().{role}.provided_contexts(x)"),
            "sts:SetContext",
            "arn:aws:iam::123456789012:role/r",
            format!("assume_role().{role}"),
        ),
        // No role is involved.
        (
            "sts",
            "get_federation_token().name(\"f\").tags(t)".to_owned(),
            "sts:TagSession",
            "arn:aws:sts::{account}:federated-user/f",
            "get_federation_token().name(\"f\")".to_owned(),
        ),
        (
            "secretsmanager",
            "create_secret().name(\"new\").add_replica_regions(x)".to_owned(),
            "secretsmanager:ReplicateSecretToRegions",
            "arn:aws:secretsmanager:{region}:{account}:secret:new-??????",
            "create_secret().name(\"new\")".to_owned(),
        ),
        (
            "secretsmanager",
            "rotate_secret().secret_id(\"s\").rotation_lambda_arn(\"arn:aws:lambda:us-east-1:123456789012:function:rot\")".to_owned(),
            "lambda:InvokeFunction",
            "arn:aws:lambda:us-east-1:123456789012:function:rot",
            "rotate_secret().secret_id(\"s\")".to_owned(),
        ),
        (
            "lambda",
            "create_function().function_name(\"f\").layers(\"arn:aws:lambda:us-east-1:123456789012:layer:ly:3\")".to_owned(),
            "lambda:GetLayerVersion",
            "arn:aws:lambda:us-east-1:123456789012:layer:ly:3",
            "create_function().function_name(\"f\")".to_owned(),
        ),
        (
            "kms",
            "replicate_key().key_id(\"1234abcd-12ab-34cd-56ef-1234567890ab\").replica_region(\"eu-west-1\")".to_owned(),
            "kms:CreateKey",
            "*",
            "describe_key().key_id(\"1234abcd-12ab-34cd-56ef-1234567890ab\")".to_owned(),
        ),
        (
            "sqs",
            format!("start_message_move_task().source_arn({:?}).destination_arn({:?})", queue("dlq"), queue("main")),
            "sqs:SendMessage",
            "arn:aws:sqs:us-east-1:123456789012:main",
            format!("start_message_move_task().source_arn({:?})", queue("dlq")),
        ),
        (
            "sqs",
            format!("start_message_move_task().source_arn({:?})", queue("dlq")),
            "sqs:ReceiveMessage",
            "arn:aws:sqs:us-east-1:123456789012:dlq",
            format!("list_message_move_tasks().source_arn({:?})", queue("dlq")),
        ),
        (
            "dynamodb",
            "create_table().table_name(\"t\").resource_policy(\"{}\")".to_owned(),
            "dynamodb:PutResourcePolicy",
            "arn:aws:dynamodb:{region}:{account}:table/t",
            "create_table().table_name(\"t\")".to_owned(),
        ),
        (
            "dynamodb",
            "restore_table_to_point_in_time().source_table_name(\"from\").target_table_name(\"to\")".to_owned(),
            "dynamodb:BatchWriteItem",
            "arn:aws:dynamodb:{region}:{account}:table/to",
            "create_backup().table_name(\"to\").backup_name(\"b\")".to_owned(),
        ),
        (
            "dynamodb",
            "export_table_to_point_in_time().table_arn(t).s3_bucket(\"out-bucket\")".to_owned(),
            "s3:PutObject",
            "arn:aws:s3:::out-bucket/{out_bucket_key}",
            "describe_table().table_name(t)".to_owned(),
        ),
        (
            "dynamodb",
            "import_table().s3_bucket_source(aws_sdk_dynamodb::types::S3BucketSource::builder().s3_bucket(\"in-bucket\").build())".to_owned(),
            "s3:ListBucket",
            "arn:aws:s3:::in-bucket",
            "describe_table().table_name(t)".to_owned(),
        ),
        (
            "sfn",
            "create_state_machine().name(\"m\").publish(true)".to_owned(),
            "states:PublishStateMachineVersion",
            "arn:aws:states:{region}:{account}:stateMachine:m",
            "create_state_machine().name(\"m\")".to_owned(),
        ),
        (
            "cloudwatchlogs",
            "filter_log_events().log_group_name(\"g\").unmask(true)".to_owned(),
            "logs:Unmask",
            "arn:aws:logs:{region}:{account}:log-group:g:*",
            "filter_log_events().log_group_name(\"g\")".to_owned(),
        ),
    ] {
        let uses = |call: &str| {
            derive(&format!("async fn f(c: &aws_sdk_{client}::Client) {{ c.{call}.send().await; }}")).needed()
        };
        let found: Vec<String> = (uses(&with).into_iter())
            .filter(|one| one.action == action)
            .map(|one| one.resource)
            .collect();
        assert_eq!(found, [resource], "{with}");
        assert!(
            uses(&without).iter().all(|one| one.action != action),
            "{without}"
        );
    }
    // Some resources are in no request.
    for (client, call, expected) in [
        (
            "dynamodb",
            "update_table().table_name(\"t\").replica_updates(x)",
            "`UpdateTable` with `replica_updates` also needs `dynamodb:CreateTable`, ",
        ),
        (
            "cloudwatchlogs",
            "put_account_policy().policy_name(\"p\")",
            "`PutAccountPolicy` also needs `iam:PassRole`, `logs:PutDataProtectionPolicy`, ",
        ),
        (
            "lambda",
            "create_function().function_name(\"f\").capacity_provider_config(x)",
            "what",
        ),
    ] {
        let derived = derive(&format!(
            "async fn f(c: &aws_sdk_{client}::Client) {{ c.{call}.send().await; }}"
        ));
        let notes: Vec<&str> = (derived.unfollowed().iter())
            .map(|note| note.message())
            .collect();
        assert!(
            notes.iter().any(|note| note.starts_with(expected))
                || derived
                    .needed()
                    .iter()
                    .any(|one| one.action == "lambda:PassCapacityProvider"),
            "{call}: {notes:?}"
        );
    }
}

/// Without the six characters of Secrets Manager, an ARN in a policy matches no secret.
#[test]
fn partial_arns_of_secrets() {
    for (id, expected) in [
        ("part", "part-??????"),
        ("dev/part", "dev/part-??????"),
        ("whole-AbC123", "whole-AbC123"),
        ("short-AbC12", "short-AbC12-??????"),
    ] {
        let arn = format!("arn:aws:secretsmanager:us-east-1:123456789012:secret:{id}");
        check_text(
            &format!(
                "async fn f(c: &aws_sdk_secretsmanager::Client) {{ c.get_secret_value().secret_id({arn:?}).send().await; }}"
            ),
            &[&format!(
                "allow(secretsmanager::GetSecretValue).on(secretsmanager::secret(\"us-east-1\", \"123456789012\", {expected:?}))"
            )],
        );
    }
}

/// The version of an object is checked in place of the object when each request has one.
#[test]
fn versions_that_some_requests_have() {
    let both = "allow(s3::GetObject, s3::GetObjectVersion).on(s3::object(\"b-1\", \"k\"))";
    let version = "allow(s3::GetObjectVersion).on(s3::object(\"b-1\", \"k\"))";
    let get = "c.get_object().bucket(\"b-1\").key(\"k\")";
    for (body, expected) in [
        (
            format!(
                "let mut r = {get}; if let Some(v) = v {{ r = r.version_id(v); }} r.send().await;"
            ),
            both,
        ),
        (
            format!(
                "let r = match v {{ Some(v) => {get}.version_id(v), None => {get} }}; r.send().await;"
            ),
            both,
        ),
        (
            format!(
                "let r = {get}; let r = match v {{ Some(v) => r.version_id(v), None => r }}; r.send().await;"
            ),
            both,
        ),
        (
            format!("if old {{ let r = {get}; r.version_id(v).send().await; }}"),
            version,
        ),
        (
            format!("{get}.apply_if(x, |r| r.version_id(v)).send().await;"),
            both,
        ),
    ] {
        check_text(
            &format!("async fn f(c: &aws_sdk_s3::Client) {{ {body} }}"),
            &match body.contains("apply_if") {
                true => vec![
                    expected,
                    "? the request of `get_object` goes where it is not followed; what else is set on it is not seen",
                ],
                false => vec![expected],
            },
        );
    }
}

/// Directory buckets have a service of their own, with sessions. Its actions are in the catalogue of all services.
#[test]
fn directory_buckets() {
    let call = |chain: &str| {
        let derived = derive(&format!(
            "async fn f(c: &aws_sdk_s3::Client) {{ c.{chain}.send().await; }}"
        ));
        let needed = derived
            .needed()
            .into_iter()
            .map(|one| format!("{} on {}", one.action, one.resource));
        let notes = derived
            .unfollowed()
            .iter()
            .map(|note| format!("? {}", note.message()));
        needed.chain(notes).collect::<Vec<_>>()
    };
    let bucket = "y--use1-az4--x-s3";
    let on = |action: &str| match cfg!(feature = "all-services") {
        true => vec![format!(
            "s3express:{action} on arn:aws:s3express:{{region}}:{{account}}:bucket/{bucket}"
        )],
        false => vec![format!(
            "? the call needs `s3express:{action}` on the directory bucket `{bucket}`, which the catalogue does not have"
        )],
    };
    assert_eq!(
        call(&format!("get_object().bucket({bucket:?}).key(\"k\")")),
        on("CreateSession")
    );
    assert_eq!(
        call(&format!("list_objects_v2().bucket({bucket:?})")),
        on("CreateSession")
    );
    assert_eq!(
        call(&format!("create_session().bucket({bucket:?})")),
        on("CreateSession")
    );
    if cfg!(feature = "all-services") {
        assert_eq!(
            call(&format!("put_bucket_policy().bucket({bucket:?})")),
            on("PutBucketPolicy")
        );
    }
    // Only the end of the name tells.
    assert_eq!(
        call("get_object().bucket(\"y--x-s3-no\").key(\"k\")"),
        ["s3:GetObject on arn:aws:s3:::y--x-s3-no/k"]
    );
}

/// Only the objects whose version is given may be deleted for good.
#[test]
fn versions_of_some_objects() {
    let object = |key: &str, version: &str| {
        format!("ObjectIdentifier::builder().key({key:?}){version}.build()")
    };
    let text = |second: &str| {
        format!(
            "use aws_sdk_s3::types::{{Delete, ObjectIdentifier}}; async fn f(c: &aws_sdk_s3::Client) {{ \
             c.delete_objects().bucket(\"b\").delete(Delete::builder().objects({}).objects({}).build()).send().await; }}",
            object("a", ".version_id(\"1\")"),
            object("b", second)
        )
    };
    check_text(
        &text(""),
        &[
            "allow(s3::DeleteObject).on(s3::object(\"b\", \"a\"), s3::object(\"b\", \"b\"))",
            "allow(s3::DeleteObjectVersion).on(s3::object(\"b\", \"a\"))",
        ],
    );
    check_text(
        &text(".version_id(\"2\")"),
        &[
            "allow(s3::DeleteObject, s3::DeleteObjectVersion).on(s3::object(\"b\", \"a\"), s3::object(\"b\", \"b\"))",
        ],
    );
}
