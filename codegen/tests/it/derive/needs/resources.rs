//! Which resource a call needs, by its literals, constants, and ARNs.

use super::{HEAD, check, check_text, derive};

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

#[test]
fn a_multi_region_access_point_in_the_place_of_a_bucket() {
    let point = "arn:aws:s3::123456789012:accesspoint/m1.mrap";
    for (key, expected) in [
        (
            "\"a/b\"",
            "\"arn:aws:s3::123456789012:accesspoint/m1.mrap/object/a/b\"",
        ),
        ("name", "name_arn"),
    ] {
        check_text(
            &format!(
                "async fn f(c: &aws_sdk_s3::Client, name: &str) {{ c.get_object().bucket(\"{point}\").key({key}).send().await; }}"
            ),
            &[&format!("allow(s3::GetObject).on({expected})")],
        );
    }
}

/// An ARN says where everything is that belongs to what it names.
#[test]
fn what_belongs_to_the_resource_of_an_arn() {
    let table = "arn:aws:dynamodb:eu-west-1:123456789012:table/t";
    for (client, chain, expected) in [
        (
            "dynamodb",
            format!("query().table_name({table:?}).index_name(\"i\")"),
            "allow(dynamodb::Query).on(dynamodb::index(\"eu-west-1\", \"123456789012\", \"t\", \"i\"))",
        ),
        (
            "dynamodb",
            "query().table_name(\"t\").index_name(\"i\")".to_owned(),
            "allow(dynamodb::Query).on(dynamodb::index(region, account, \"t\", \"i\"))",
        ),
        (
            "dynamodbstreams",
            format!("describe_stream().stream_arn(\"{table}/stream/2026-01-02T03:04:05.678\")"),
            "allow(dynamodb::DescribeStream).on(dynamodb::stream(\"eu-west-1\", \"123456789012\", \"t\", \"2026-01-02T03:04:05.678\"))",
        ),
        (
            "kinesis",
            "describe_stream_consumer().stream_arn(\"arn:aws:kinesis:eu-west-1:123456789012:stream/s\").consumer_name(\"n\")".to_owned(),
            "allow(kinesis::DescribeStreamConsumer).on(kinesis::consumer(\"eu-west-1\", \"123456789012\", \"stream\", \"s\", \"n\", \"*\"))",
        ),
        (
            "eventbridge",
            "create_api_destination().name(\"api\").connection_arn(\"arn:aws:events:eu-west-1:123456789012:connection/cn/u\")".to_owned(),
            "allow(events::CreateApiDestination).on(events::api_destination(region, account, \"api\"), events::connection(\"eu-west-1\", \"123456789012\", \"cn/u\"))",
        ),
        (
            "sagemaker",
            "create_model_package().model_package_group_name(\"group\")".to_owned(),
            "allow(sagemaker::CreateModelPackage).on(sagemaker::model_package(region, account, \"group/*\"))",
        ),
        (
            "sagemaker",
            "create_model_package().model_package_name(\"one\")".to_owned(),
            "allow(sagemaker::CreateModelPackage).on(sagemaker::model_package(region, account, \"one\"))",
        ),
    ] {
        check_text(
            &format!("async fn f(c: &aws_sdk_{client}::Client) {{ c.{chain}.send().await; }}"),
            &[expected],
        );
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

#[test]
fn arns_of_what_belongs_to_a_resource() {
    let arn = |rest: &str| format!("arn:aws:states:us-east-1:123456789012:stateMachine:{rest}");
    for (chain, expected) in [
        (
            format!("start_execution().state_machine_arn({:?})", arn("sm2:prod")),
            "allow(states::StartExecution).on(states::statemachine(\"us-east-1\", \"123456789012\", \"sm2\"))",
        ),
        (
            format!(
                "describe_state_machine_alias().state_machine_alias_arn({:?})",
                arn("sm3:prod")
            ),
            "allow(states::DescribeStateMachineAlias).on(states::statemachine(\"us-east-1\", \"123456789012\", \"sm3\"))",
        ),
        (
            format!("start_execution().state_machine_arn({:?})", arn("sm2")),
            "allow(states::StartExecution).on(states::statemachine(\"us-east-1\", \"123456789012\", \"sm2\"))",
        ),
    ] {
        check_text(
            &format!("async fn f(c: &aws_sdk_sfn::Client) {{ c.{chain}.send().await; }}"),
            &[expected],
        );
    }
}

/// What AWS checks platform applications of SNS against is on record, and is in the request.
#[test]
fn platform_applications() {
    let app = "arn:aws:sns:us-east-1:123456789012:app/GCM/myapp";
    for (chain, expected) in [
        (
            format!("create_platform_endpoint().platform_application_arn({app:?})"),
            format!("allow(sns::CreatePlatformEndpoint).on({app:?})"),
        ),
        (
            format!(
                "set_endpoint_attributes().endpoint_arn({:?})",
                "arn:aws:sns:us-east-1:123456789012:endpoint/GCM/myapp/b"
            ),
            format!("allow(sns::SetEndpointAttributes).on({app:?})"),
        ),
        (
            "get_platform_application_attributes().platform_application_arn(arn)".to_owned(),
            "allow(sns::GetPlatformApplicationAttributes).on(arn)".to_owned(),
        ),
        (
            "list_platform_applications()".to_owned(),
            "allow(sns::ListPlatformApplications).on_any()".to_owned(),
        ),
    ] {
        check_text(
            &format!("async fn f(c: &aws_sdk_sns::Client) {{ c.{chain}.send().await; }}"),
            &[&expected],
        );
    }
}

/// Values that the source calls the same are parameters of their own when they are not the same.
#[test]
fn values_of_one_name() {
    let parameters = |source: &str| {
        let derived = derive(source);
        let mut uses: Vec<String> = (derived.needed().into_iter())
            .map(|one| {
                format!(
                    "{} {}",
                    one.action,
                    one.resource.rsplit([':', '/']).next().unwrap()
                )
            })
            .collect();
        uses.sort();
        uses
    };
    let url = |name: &str| format!("\"https://sqs.us-east-1.amazonaws.com/123456789012/{name}\"");
    // What callers give.
    assert_eq!(
        parameters(&format!(
            "use aws_sdk_sqs::Client;
            async fn send(c: &Client, queue_url: &str) {{ c.send_message().queue_url(queue_url).send().await; }}
            async fn recv(c: &Client, queue_url: &str) {{ c.receive_message().queue_url(queue_url).send().await; }}
            async fn main(c: &Client) {{ send(c, {}).await; recv(c, {}).await; }}",
            url("out"),
            url("in")
        )),
        ["sqs:ReceiveMessage in", "sqs:SendMessage out"]
    );
    // Through other functions, and in a circle.
    assert_eq!(
        parameters(
            "use aws_sdk_dynamodb::Client;
            async fn get(c: &Client, table: &str) { c.get_item().table_name(table).send().await; again(c, table); }
            async fn again(c: &Client, t: &str) { if x { get(c, t).await; } get(c, \"b\").await; }
            async fn main(c: &Client) { again(c, \"a\").await; }"
        ),
        ["dynamodb:GetItem a", "dynamodb:GetItem b"]
    );
    // A function that others may call too keeps its parameter.
    for (others, expected) in [
        ("", &["dynamodb:GetItem a"][..]),
        (
            "fn g() { route(get); }",
            &["dynamodb:GetItem a", "dynamodb:GetItem {table}"],
        ),
    ] {
        assert_eq!(
            parameters(&format!(
                "use aws_sdk_dynamodb::Client;
                async fn get(c: &Client, table: &str) {{ c.get_item().table_name(table).send().await; }}
                async fn main(c: &Client) {{ get(c, \"a\").await; }} {others}"
            )),
            expected
        );
    }
    assert_eq!(
        parameters(
            "use aws_sdk_dynamodb::Client;
            pub async fn get(c: &Client, table: &str) { c.get_item().table_name(table).send().await; }
            async fn main(c: &Client) { get(c, \"a\").await; }"
        ),
        ["dynamodb:GetItem a", "dynamodb:GetItem {table}"]
    );
    // Fields of two structs, what a response has, indices, and what methods give.
    assert_eq!(
        parameters(
            "use aws_sdk_sqs::Client; struct A { url: String } struct B { url: String }
            async fn f(c: &Client, a: &A, b: &B, url: &str) {
                c.delete_queue().queue_url(&a.url).send().await; c.purge_queue().queue_url(&b.url).send().await;
                let q = c.get_queue_url().queue_name(\"named\").send().await; c.tag_queue().queue_url(q.queue_url().unwrap()).send().await;
                c.send_message().queue_url(url).send().await;
            }"
        ),
        [
            "sqs:DeleteQueue {queue_name}",
            "sqs:GetQueueUrl named",
            "sqs:PurgeQueue {b_queue_name}",
            "sqs:SendMessage {queue_name_2}",
            "sqs:TagQueue {q_queue_name}",
        ]
    );
    assert_eq!(
        parameters(
            "use aws_sdk_dynamodb::Client;
            async fn f(c: &Client, m: &M, x: &X) {
                c.get_item().table_name(&m[\"users\"]).send().await; c.put_item().table_name(&m[\"orders\"]).send().await;
                c.query().table_name(&a[1]).send().await; c.scan().table_name(&a[2]).send().await;
                c.delete_item().table_name(x.src()).send().await; c.update_item().table_name(x.dst()).send().await;
            }"
        ),
        [
            "dynamodb:DeleteItem {src}",
            "dynamodb:GetItem {users}",
            "dynamodb:PutItem {orders}",
            "dynamodb:Query {a_1}",
            "dynamodb:Scan {a_2}",
            "dynamodb:UpdateItem {dst}",
        ]
    );
    // Keys of different forms are no one pattern; keys of which nothing is known are.
    assert_eq!(
        parameters(
            "use aws_sdk_s3::Client;
            async fn f(c: &Client) {
                c.get_object().bucket(\"b-1\").key(format!(\"users/{id}\")).send().await;
                c.put_object().bucket(\"b-1\").key(format!(\"logs/{id}\")).send().await;
                c.delete_object().bucket(\"b-1\").key(one).send().await; c.get_object_acl().bucket(\"b-1\").key(two).send().await;
            }"
        ),
        [
            "s3:DeleteObject {b_1_key_3}",
            "s3:GetObject {b_1_key}",
            "s3:GetObjectAcl {b_1_key_3}",
            "s3:PutObject {b_1_key_2}",
        ]
    );
}

/// An arm of a match that is a macro gives a value, unless the macro never does.
#[test]
fn arms_that_are_macros() {
    for (arms, expected) in [
        (
            "\"p\" => \"prod-b\".to_string(), o => format!(\"dev-b\")",
            "s3::object(\"dev-b\", \"k\"), s3::object(\"prod-b\", \"k\")",
        ),
        (
            "\"p\" => \"prod-b\".to_string(), _ => concat!(\"dev\", \"-b\").to_string()",
            "s3::object(\"dev-b\", \"k\"), s3::object(\"prod-b\", \"k\")",
        ),
        (
            "\"p\" => \"prod-b\", _ => concat!(\"dev\", \"-b\")",
            "s3::object(\"dev-b\", \"k\"), s3::object(\"prod-b\", \"k\")",
        ),
        (
            "o => format!(\"dev-{o}\"), \"p\" => \"prod-b\".to_string()",
            "s3::object(bucket, \"k\"), s3::object(\"prod-b\", \"k\")",
        ),
        (
            "\"p\" => \"prod-b\", _ => env!(\"DEV_BUCKET\")",
            "s3::object(dev_bucket, \"k\"), s3::object(\"prod-b\", \"k\")",
        ),
        (
            "\"p\" => \"prod-b\", _ => my_bucket!()",
            "s3::object(bucket, \"k\"), s3::object(\"prod-b\", \"k\")",
        ),
        // These never give one.
        (
            "\"p\" => \"prod-b\", _ => panic!(\"no {env}\")",
            "s3::object(\"prod-b\", \"k\")",
        ),
        (
            "_ => std::unreachable!(), \"p\" => \"prod-b\"",
            "s3::object(\"prod-b\", \"k\")",
        ),
        (
            "\"p\" => \"prod-b\", _ => anyhow::bail!(\"no {env}\")",
            "s3::object(\"prod-b\", \"k\")",
        ),
    ] {
        check_text(
            &format!(
                "async fn f(c: &aws_sdk_s3::Client, env: &str) {{ let b = match env {{ {arms} }}; \
                 c.get_object_acl().bucket(b).key(\"k\").send().await; }}"
            ),
            &[&format!("allow(s3::GetObjectAcl).on({expected})")],
        );
    }
}

/// A policy names a log group with `:*`, except for actions on its tags. A parameter is the name alone.
#[test]
fn log_groups() {
    const GROUP: &str = "arn:aws:logs:us-east-1:123456789012:log-group:g8";
    for (chain, expected) in [
        (
            "put_retention_policy().log_group_name(\"g8\")".to_owned(),
            "allow(logs::PutRetentionPolicy).on(logs::log_group(region, account, \"g8:*\"))",
        ),
        (
            "start_query().log_group_names(\"g8\").log_group_names(\"g9\")".to_owned(),
            "allow(logs::StartQuery).on(logs::log_group(region, account, \"g8:*\"), logs::log_group(region, account, \"g9:*\"))",
        ),
        (
            "describe_log_streams().log_group_name(group)".to_owned(),
            "allow(logs::DescribeLogStreams).on(logs::log_stream(region, account, group, \"*\"))",
        ),
        (
            format!("put_transformer().log_group_identifier({GROUP:?})"),
            "allow(logs::PutTransformer).on(logs::log_group(\"us-east-1\", \"123456789012\", \"g8:*\"))",
        ),
        // Their ARNs have no `:*`.
        (
            format!("tag_resource().resource_arn({GROUP:?})"),
            "allow(logs::TagResource).on(logs::log_group(\"us-east-1\", \"123456789012\", \"g8\"))",
        ),
        (
            "put_log_events().log_group_name(\"g8\").log_stream_name(\"s\")".to_owned(),
            "allow(logs::PutLogEvents).on(logs::log_stream(region, account, \"g8\", \"s\"))",
        ),
    ] {
        check_text(
            &format!(
                "async fn f(c: &aws_sdk_cloudwatchlogs::Client) {{ c.{chain}.send().await; }}"
            ),
            &[expected],
        );
    }
}

/// A query of an index is checked on the index, so that the table itself need not be readable. See
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html>.
#[test]
fn queries_of_indexes() {
    for (chain, expected) in [
        (
            "query().table_name(\"t\").index_name(\"i\")",
            "allow(dynamodb::Query).on(dynamodb::index(region, account, \"t\", \"i\"))",
        ),
        (
            "scan().table_name(\"t\")",
            "allow(dynamodb::Scan).on(dynamodb::table(region, account, \"t\"))",
        ),
    ] {
        check_text(
            &format!("async fn f(c: &aws_sdk_dynamodb::Client) {{ c.{chain}.send().await; }}"),
            &[expected],
        );
    }
}
