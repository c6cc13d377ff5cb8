//! What a call needs, by its chain of setters.

use rekognition_iam_codegen::derive::{Derive, Derived, Scan};

const HEAD: &str = "use aws_sdk_rekognition::{Client, types::*, primitives::Blob};\n";

fn derive(text: &str) -> Derived {
    let scan = Scan::text("src/lib.rs", text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    Derive::new()
        .of(scan)
        .unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The statements of the policy, each on one line and without comments, then what is uncertain.
fn needs(text: &str) -> Vec<String> {
    let derived = derive(text);
    let rust = derived.rust();
    let (_, policy) = rust.split_once("policy![").unwrap();
    let (policy, _) = policy.rsplit_once(']').unwrap();
    let mut flat = String::new();
    for line in policy
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with("//"))
    {
        flat.push_str(line);
        if line.ends_with(',') {
            flat.push(' ');
        }
    }
    let flat = flat.replace(", )", ")").replace("( ", "(");
    let statements = flat
        .split("allow(")
        .skip(1)
        .map(|statement| format!("allow({}", statement.trim().trim_end_matches(',')));
    let unsure = derived
        .unfollowed()
        .iter()
        .map(|note| format!("? {}", note.message()));
    statements.chain(unsure).collect()
}

#[track_caller]
fn check(chain: &str, expected: &[&str]) {
    let text = format!("{HEAD}async fn f(c: &Client) {{ c.{chain}.send().await; }}");
    assert_eq!(needs(&text), expected, "{chain}");
}

#[track_caller]
fn check_text(text: &str, expected: &[&str]) {
    assert_eq!(needs(text), expected, "{text}");
}

#[test]
fn literals_constants_and_parameters() {
    check(
        "index_faces().collection_id(\"staff-faces\")",
        &[
            "allow(rekognition::IndexFaces).on(rekognition::collection(region, account, \"staff-faces\"))",
        ],
    );
    for (value, expected) in [
        ("String::from(\"staff\")", "\"staff\""),
        ("\"staff\".to_string()", "\"staff\""),
        ("STAFF", "\"staff\""),
        ("self::inner::STAFF", "\"staff-2\""),
        ("Self::STAFF", "self_staff"),
        ("format!(\"staff-{}\", 1)", "\"staff-1\""),
        ("format!(\"{STAFF}-x\")", "\"staff-x\""),
        ("format!(\"{}-{y}\", STAFF, y = \"y\")", "\"staff-y\""),
        ("concat!(\"a\", \"b\")", "\"ab\""),
        ("config.collection", "collection"),
        ("config.staff_collection()", "staff_collection"),
        ("name", "collection_id"),
        (
            "std::env::var(\"STAFF_COLLECTION\").unwrap()",
            "staff_collection",
        ),
        ("env!(\"STAFF_COLLECTION\")", "staff_collection"),
        (
            "settings.get_string(\"faces.collection\")?",
            "faces_collection",
        ),
        ("\"not valid!\"", "collection_id"),
        ("STAFF.to_owned() + \"-3\"", "\"staff-3\""),
        ("helper()", "\"from-helper\""),
        ("wrap(\"w\")", "\"w-wrapped\""),
    ] {
        let text = format!(
            "{HEAD}const STAFF: &str = \"staff\"; mod inner {{ pub static STAFF: &str = \"staff-2\"; }}
            fn helper() -> String {{ if x() {{ return \"from-helper\".into(); }} String::from(\"from-helper\") }}
            fn wrap(s: &str) -> String {{ format!(\"{{s}}-wrapped\") }}
            async fn f(c: &Client, name: &str) {{ c.list_faces().collection_id({value}).send().await; }}"
        );
        let expected = if expected == "self_staff" {
            "collection_id"
        } else {
            expected
        };
        check_text(
            &text,
            &[&format!(
                "allow(rekognition::ListFaces).on(rekognition::collection(region, account, {expected}))"
            )],
        );
    }
    check_text(
        &format!(
            "{HEAD}struct S {{ c: Client }} impl S {{ const ID: &str = \"own\"; async fn f(&self) {{ self.c.list_faces().collection_id(Self::ID).send().await; }} }}"
        ),
        &["allow(rekognition::ListFaces).on(rekognition::collection(region, account, \"own\"))"],
    );
    // Branches, loops and variables.
    check_text(
        &format!(
            "{HEAD}async fn f(c: &Client) {{ let id = if x {{ \"a\" }} else {{ \"b\" }}; c.list_faces().collection_id(id).send().await;
            for id in [\"c\", \"d\"] {{ c.list_faces().collection_id(id).send().await; }}
            let mut e = String::from(\"e\"); e.push_str(\"f\"); c.list_faces().set_collection_id(Some(e)).send().await; }}"
        ),
        &["allow(rekognition::ListFaces).on(rekognition::collection(region, account, \"a\"), rekognition::collection(region, account, \"b\"), \
           rekognition::collection(region, account, \"c\"), rekognition::collection(region, account, \"d\"), \
           rekognition::collection(region, account, e))"],
    );
    // Not said at all.
    check(
        "list_faces()",
        &[
            "allow(rekognition::ListFaces).on(rekognition::collection(region, account, collection_id))",
        ],
    );
}

#[test]
fn arns() {
    let base = "arn:aws:rekognition:us-east-1:123456789012:project/logos";
    check(
        &format!("detect_custom_labels().project_version_arn(\"{base}/version/v1/1627045542080\")"),
        &[
            "allow(rekognition::DetectCustomLabels).on(rekognition::projectversion(\"us-east-1\", \"123456789012\", \"logos\", \"v1\", \
           \"1627045542080\"))",
        ],
    );
    check(
        &format!("describe_project_versions().project_arn(\"{base}/1627045542080\")"),
        &[
            "allow(rekognition::DescribeProjectVersions).on(rekognition::project(\"us-east-1\", \"123456789012\", \"logos\", \
           \"1627045542080\"))",
        ],
    );
    check(
        "describe_project_versions().project_arn(config.project)",
        &["allow(rekognition::DescribeProjectVersions).on(project)"],
    );
    check(
        "describe_dataset().dataset_arn(format!(\"arn:aws:rekognition:{region}:{}:project/p/dataset/train/1\", account))",
        &[
            "allow(rekognition::DescribeDataset).on(rekognition::dataset(region, account, \"p\", \"train\", \"1\"))",
        ],
    );
    check(
        "start_project_version().project_version_arn(\"arn:aws-us-gov:rekognition:us-gov-west-1:123456789012:project/p/version/v/1\")",
        &[
            "allow(rekognition::StartProjectVersion).on(rekognition::projectversion(\"us-gov-west-1\", \"123456789012\", \"p\", \"v\", \
           \"1\").partition(\"aws-us-gov\"))",
        ],
    );
    check(
        "tag_resource().resource_arn(\"arn:aws:rekognition:us-east-1:123456789012:collection/a\").tags(\"k\", \"v\")",
        &[
            "allow(rekognition::TagResource).on(rekognition::collection(\"us-east-1\", \"123456789012\", \"a\"))",
        ],
    );
    check(
        "list_tags_for_resource().resource_arn(arn)",
        &["allow(rekognition::ListTagsForResource).on(arn)"],
    );
    check(
        "detect_moderation_labels().project_version(model)",
        &["allow(rekognition::DetectModerationLabels).on(model)"],
    );
    check(
        "detect_moderation_labels()",
        &["allow(rekognition::DetectModerationLabels).on_any()"],
    );
    check(
        "start_stream_processor().name(\"cam\")",
        &[
            "allow(rekognition::StartStreamProcessor).on(rekognition::streamprocessor(region, account, \"cam\"))",
        ],
    );
}

#[test]
fn images() {
    check(
        "detect_labels().image(Image::builder().s3_object(S3Object::builder().bucket(\"uploads\").name(\"a*b.jpg\").build()).build())",
        &[
            "allow(rekognition::DetectLabels).on_any()",
            "allow(s3::GetObject).on(s3::object(\"uploads\", \"a${*}b.jpg\"))",
        ],
    );
    check(
        "compare_faces().source_image(Image::builder().bytes(b).build()).target_image(Image::builder().set_s3_object(Some(\
         S3Object::builder().bucket(\"uploads\").name(key).version(v).build())).build())",
        &[
            "allow(rekognition::CompareFaces).on_any()",
            "allow(s3::GetObject, s3::GetObjectVersion).on(s3::object(\"uploads\", uploads_key))",
        ],
    );
    check(
        "detect_faces().image(image)",
        &[
            "allow(rekognition::DetectFaces).on_any()",
            "? what the `image` of `detect_faces` is made of is not seen; if it is an object in S3, the call needs \
             `s3:GetObject` on it",
        ],
    );
    check(
        "detect_faces().image(Image::builder().bytes(Blob::new(std::fs::read(\"x\").unwrap())).build())",
        &["allow(rekognition::DetectFaces).on_any()"],
    );
    // A builder in a variable, and one that a helper of the package makes.
    check_text(
        &format!(
            "{HEAD}fn image(bucket: &str, key: String) -> Image {{ let mut o = S3Object::builder().bucket(bucket); o = o.name(key); \
             Image::builder().s3_object(o.build()).build() }}
            async fn f(c: &Client, file: String) {{ c.detect_text().image(image(\"uploads\", \"x.jpg\".into())).send().await; \
             c.detect_text().image(image(\"others\", file)).send().await; }}"
        ),
        &[
            "allow(rekognition::DetectText).on_any()",
            "allow(s3::GetObject).on(s3::object(\"others\", others_key), s3::object(\"uploads\", \"x.jpg\"))",
        ],
    );
}

#[test]
fn videos_and_roles() {
    check(
        "start_face_search().collection_id(\"a\").video(Video::builder().s3_object(S3Object::builder().bucket(b.bucket).name(\"v.mp4\").build()).build())\
         .notification_channel(NotificationChannel::builder().role_arn(\"arn:aws:iam::123456789012:role/service-role/r\").sns_topic_arn(t).build().unwrap())",
        &[
            "allow(rekognition::StartFaceSearch).on(rekognition::collection(region, account, \"a\"))",
            "allow(iam::PassRole).on(iam::role(\"123456789012\", \"service-role/r\")).when(iam::PassedToService.string_equals(\"rekognition.amazonaws.com\"))",
            "allow(s3::GetObject).on(s3::object(bucket, \"v.mp4\"))",
        ],
    );
    check(
        "start_text_detection().video(video).notification_channel(channel)",
        &[
            "allow(rekognition::StartTextDetection).on_any()",
            "allow(iam::PassRole).on(role_arn).when(iam::PassedToService.string_equals(\"rekognition.amazonaws.com\"))",
            "allow(s3::GetObject).on(s3::object(bucket, bucket_key))",
        ],
    );
    check(
        "create_stream_processor().name(\"p\").role_arn(role).settings(StreamProcessorSettings::builder().face_search(\
         FaceSearchSettings::builder().collection_id(\"staff\").build()).build()).tags(\"a\", \"b\")",
        &[
            "allow(rekognition::CreateStreamProcessor).on(rekognition::collection(region, account, \"staff\"))",
            "allow(rekognition::TagResource).on(rekognition::streamprocessor(region, account, \"p\"))",
            "allow(iam::PassRole).on(role).when(iam::PassedToService.string_equals(\"rekognition.amazonaws.com\"))",
        ],
    );
    check(
        "create_stream_processor().name(\"p\").role_arn(\"arn:aws:iam::123456789012:role/r\").settings(StreamProcessorSettings::builder()\
         .connected_home(home).build())",
        &[
            "allow(rekognition::CreateStreamProcessor).on_any()",
            "allow(iam::PassRole).on(iam::role(\"123456789012\", \"r\")).when(iam::PassedToService.string_equals(\"rekognition.amazonaws.com\"))",
            "? which resource a stream processor that detects labels is checked against is not documented by AWS; the policy has `*`",
        ],
    );
}

#[test]
fn outputs_tags_and_keys() {
    let project = "arn:aws:rekognition:us-east-1:123456789012:project/p/1";
    check(
        &format!(
            "create_project_version().project_arn(\"{project}\").version_name(\"v2\").output_config(OutputConfig::builder()\
             .s3_bucket(\"results\").s3_key_prefix(\"runs/\").build()).kms_key_id(\"1234abcd-12ab\").tags(\"a\", \"b\")"
        ),
        &[
            "allow(rekognition::CreateProjectVersion).on(rekognition::project(\"us-east-1\", \"123456789012\", \"p\", \"1\"))",
            "allow(rekognition::TagResource).on(rekognition::projectversion(region, account, \"p\", \"v2\", \"*\"))",
            "allow(kms::CreateGrant, kms::Decrypt, kms::DescribeKey, kms::GenerateDataKey).on(kms::key(region, account, \"1234abcd-12ab\"))",
            "allow(s3::PutObject).on(s3::object(\"results\", \"runs/*\"))",
        ],
    );
    check(
        &format!(
            "copy_project_version().source_project_version_arn(source).destination_project_arn(\"{project}\").output_config(\
             OutputConfig::builder().s3_bucket(\"results\").build())"
        ),
        &[
            "allow(rekognition::CopyProjectVersion).on(rekognition::project(\"us-east-1\", \"123456789012\", \"p\", \"1\"), source)",
            "allow(rekognition::CreateProjectVersion).on(rekognition::project(\"us-east-1\", \"123456789012\", \"p\", \"1\"))",
            "allow(s3::PutObject).on(s3::object(\"results\", \"*\"))",
        ],
    );
    check(
        "create_collection().collection_id(\"a\").tags(\"k\", \"v\")",
        &[
            "allow(rekognition::CreateCollection).on_any()",
            "allow(rekognition::TagResource).on(rekognition::collection(region, account, \"a\"))",
        ],
    );
    check(
        "create_collection().collection_id(\"a\")",
        &["allow(rekognition::CreateCollection).on_any()"],
    );
    check(
        "create_project().project_name(\"p\").tags(\"k\", \"v\")",
        &[
            "allow(rekognition::CreateProject).on_any()",
            "allow(rekognition::TagResource).on(rekognition::project(region, account, \"p\", \"*\"))",
        ],
    );
    check(
        "create_face_liveness_session().settings(CreateFaceLivenessSessionRequestSettings::builder().output_config(\
         LivenessOutputConfig::builder().s3_bucket(\"live\").build().unwrap()).build()).kms_key_id(k)",
        &[
            "allow(rekognition::CreateFaceLivenessSession).on_any()",
            "allow(s3::PutObject).on(s3::object(\"live\", \"*\"))",
            "? AWS does not document which actions on the KMS key `CreateFaceLivenessSession` needs",
        ],
    );
    check(
        "start_media_analysis_job().input(MediaAnalysisInput::builder().s3_object(S3Object::builder().bucket(\"m\").name(\"manifest.json\").build()).build())\
         .output_config(MediaAnalysisOutputConfig::builder().s3_bucket(\"out\").s3_key_prefix(prefix).build().unwrap())",
        &[
            "allow(rekognition::StartMediaAnalysisJob).on_any()",
            "allow(s3::GetObject).on(s3::object(\"m\", \"manifest.json\"))",
            "allow(s3::PutObject).on(s3::object(\"out\", out_key))",
        ],
    );
    check(
        "create_dataset().project_arn(p.arn).dataset_type(DatasetType::Train).dataset_source(DatasetSource::builder().dataset_arn(\
         \"arn:aws:rekognition:us-east-1:123456789012:project/p/dataset/test/7\").build())",
        &[
            "allow(rekognition::CreateDataset).on(arn)",
            "allow(rekognition::ListDatasetEntries).on(rekognition::dataset(\"us-east-1\", \"123456789012\", \"p\", \"test\", \"7\"))",
        ],
    );
    check(
        "detect_moderation_labels().human_loop_config(HumanLoopConfig::builder().human_loop_name(\"l\").flow_definition_arn(\
         \"arn:aws:sagemaker:us-east-1:123456789012:flow-definition/review\").build().unwrap())",
        &[
            "allow(rekognition::DetectModerationLabels).on_any()",
            "allow(sagemaker::StartHumanLoop).on(sagemaker::flow_definition(\"us-east-1\", \"123456789012\", \"review\"))",
        ],
    );
}

#[test]
fn companions() {
    for (client, chain, expected) in [
        (
            "s3",
            "get_object().bucket(\"b-1\").key(\"k\").version_id(v)",
            "allow(s3::GetObject, s3::GetObjectVersion).on(s3::object(\"b-1\", \"k\"))",
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

/// Every operation of every client gives a policy that is right, whatever its setters say.
#[test]
fn every_operation_has_a_policy() {
    use rekognition_iam_runtime::catalogue;
    use std::collections::BTreeMap;
    let mut texts: BTreeMap<String, (String, usize)> = BTreeMap::new();
    for service in catalogue::typed_services() {
        for operation in service.operations {
            for (client, method) in operation.sdk {
                let krate = match *client {
                    "events" => "eventbridge".to_owned(),
                    "logs" => "cloudwatchlogs".to_owned(),
                    "stepfunctions" => "sfn".to_owned(),
                    client => client.replace('-', ""),
                };
                let (text, count) = texts.entry(krate.clone()).or_default();
                text.push_str(&format!(
                    "async fn f{count}(c: &aws_sdk_{krate}::Client) {{ c.{method}().tags(a, b).kms_key_id(k).role_arn(r).image(i).send().await; }}\n"
                ));
                *count += 1;
            }
        }
    }
    let mut derived = 0;
    for (krate, (text, count)) in texts {
        let scan = Scan::text("src/lib.rs", &text).unwrap();
        assert_eq!(scan.calls().len(), count, "{krate}");
        derived += count;
        let policy = Derive::new()
            .of(scan)
            .unwrap_or_else(|error| panic!("{krate}: {error}"));
        assert!(policy.rust().contains("policy!["), "{krate}");
    }
    assert!(derived > 1_500, "{derived}");
}

/// A program that needs more than a managed policy holds gets all of it, and is reported.
#[test]
fn a_policy_that_is_too_large_is_derived() {
    let program = |count: usize| {
        let calls: String = (0..count)
            .map(|number| {
                format!(
                    "c.head_object().bucket(\"a-bucket-of-{number}\").key(\"k\").send().await;\n"
                )
            })
            .collect();
        let text = format!("async fn f(c: &aws_sdk_s3::Client) {{ {calls} }}");
        let scan = Scan::text("src/lib.rs", &text).unwrap();
        Derive::new().of(scan).unwrap()
    };
    let (large, small) = (program(300), program(3));
    assert!(
        large
            .json()
            .unwrap()
            .contains("arn:aws:s3:::a-bucket-of-299/k")
    );
    let told = |derived: &Derived| {
        derived
            .hints()
            .any(|hint| hint.contains("split the statements"))
    };
    assert!(told(&large) && !told(&small));
}

#[test]
fn nothing_to_derive_is_an_error() {
    let scan = Scan::text("src/lib.rs", "fn f() {}").unwrap();
    let error = Derive::new().of(scan).unwrap_err().to_string();
    assert!(
        error.starts_with("derive: no call to an AWS SDK client was found"),
        "{error}"
    );
}

/// Each statement says which lines need it.
#[test]
fn comments_name_the_calls() {
    let rust = derive(
        "use aws_sdk_rekognition::Client;\nfn f(c: &Client) {\n    c.detect_faces();\n    c.detect_text();\n    c.detect_faces();\n}\n",
    )
    .rust();
    assert_eq!(
        rust,
        "// Derived by `rekognition-iam derive` from the calls to the AWS SDK.

use rekognition_iam::{Policy, policy, rekognition};

/// What the program's calls to AWS need.
pub static NEEDED: Policy = policy![
    // src/lib.rs:3: detect_faces
    // src/lib.rs:4: detect_text
    // src/lib.rs:5: detect_faces
    allow(rekognition::DetectFaces, rekognition::DetectText).on_any(),
];
"
    );
}

/// What would be a pattern in a policy is none in a request, and the policy does not grant more than the request asks for.
#[test]
fn literals_that_would_be_patterns() {
    for arn in [
        "arn:aws:rekognition:us-east-1:123456789012:collection/*",
        "arn:aws:rekognition:*:123456789012:collection/staff",
        "arn:aws:rekognition:us-east-1:*:collection/staff",
        "arn:aws:unknown:us-east-1:123456789012:thing/*",
        "arn:aws:rekognition:us-east-1:123456789012:collection/${aws:username}",
        "*",
    ] {
        check(
            &format!("list_tags_for_resource().resource_arn(\"{arn}\")"),
            &["allow(rekognition::ListTagsForResource).on(resource_arn)"],
        );
    }
}

#[test]
fn an_access_point_in_the_place_of_a_bucket() {
    let point = "arn:aws:s3:us-east-1:123456789012:accesspoint/faces";
    for (key, expected) in [("\"a*\"", "\"a${*}\""), ("name", "pattern")] {
        check_text(
            &format!(
                "async fn f(c: &aws_sdk_s3::Client, name: &str) {{ c.get_object().bucket(\"{point}\").key({key}).send().await; }}"
            ),
            &[&format!(
                "allow(s3::GetObject).on(s3::accesspointobject(\"us-east-1\", \"123456789012\", \"faces\", {expected}))"
            )],
        );
    }
}

/// A text of the program cannot end the comment that it is reported in.
#[test]
fn comments_end_where_their_line_does() {
    let text = format!(
        "{HEAD}async fn f(c: &Client) {{ c.list_faces().collection_id(\"a\\n}} fn evil() {{}} //\").send().await; }}"
    );
    let rust = derive(&text).rust();
    assert!(rust.contains("as in `a\\n} fn evil() {} //`"), "{rust}");
    assert!(
        !rust
            .lines()
            .any(|line| line.starts_with('}') && line.len() > 1),
        "{rust}"
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

/// Values of one name that are not the same value.
#[test]
fn fields_of_two_types_are_two_parameters() {
    check_text(
        "struct In { bucket: String } struct Out { bucket: String }
         async fn f(c: &aws_sdk_s3::Client, i: &In, o: &Out) { c.get_object().bucket(&i.bucket).key(\"k\").send().await; c.put_object().bucket(&o.bucket).key(\"k\").send().await; }",
        &[
            "allow(s3::GetObject).on(s3::object(bucket, \"k\"))",
            "allow(s3::PutObject).on(s3::object(out_bucket, \"k\"))",
        ],
    );
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
            "if the queue has a customer managed KMS key, `sqs` needs `allow(kms::Decrypt, kms::GenerateDataKey).on(kms::key(region, account, \
             key_id)).when(kms::ViaService.string_like(\"sqs.*.amazonaws.com\"))`"
        ]
    );
    assert_eq!(derived.unfollowed(), []);
    let derived = derive("async fn f(c: &aws_sdk_sqs::Client) { c.list_queues().send().await; }");
    assert_eq!(derived.hints().count(), 0);
}
