//! Right, and easily mistaken for wrong: false alarms that must not come back.

/// The input of `policy!`, and the advice that it gets.
pub(crate) const RIGHT: &[(&str, &[&str])] = &[
    // Objects of a bucket may be named without any access point.
    (
        r#"allow(s3::GetObject).on(s3::object("uploads", "*"))"#,
        &[],
    ),
    (
        r#"allow(s3::GetObject, s3::GetObjectVersion).on("arn:aws:s3:::uploads/faces/*.jpg")"#,
        &[],
    ),
    // A star reaches over slashes: versions and datasets lie under their project.
    (
        r#"allow(rekognition::DetectCustomLabels, rekognition::DescribeDataset, rekognition::DeleteProject).on("ARN:project/MyProject/*")"#,
        &[],
    ),
    (
        r#"allow(rekognition::StartProjectVersion).on("ARN:project/*")"#,
        &[],
    ),
    // Who polls for the result needs no topic and no role.
    (
        "allow(rekognition::StartCelebrityRecognition, rekognition::GetCelebrityRecognition).on_any()",
        &[],
    ),
    (
        r#"allow(rekognition::CopyProjectVersion).on("ARN:project/MyProject/*")"#,
        &["REKOGNITION_IAM_COMPANION_MISSING"],
    ),
    // A pattern means those of its actions that fit.
    (
        "allow(rekognition::all()).on(STAFF)",
        &["REKOGNITION_IAM_SERVICE_WILDCARD"],
    ),
    (
        r#"allow("rekognition:*").on(STAFF)"#,
        &["REKOGNITION_IAM_SERVICE_WILDCARD"],
    ),
    (r#"allow(rekognition::matching("*Faces")).on(STAFF)"#, &[]),
    // Everything but these: nothing can be said about the rest.
    ("deny(not(rekognition::DetectLabels)).on_any()", &[]),
    ("deny(not(rekognition::DetectLabels)).on(STAFF)", &[]),
    ("allow(rekognition::DetectLabels).on(not(STAFF))", &[]),
    (
        r#"allow("*").on_any()"#,
        &[
            "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE",
            "CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE",
            "REKOGNITION_IAM_FULL_WILDCARD",
        ],
    ),
    (
        r#"allow("*").on(STAFF)"#,
        &["REKOGNITION_IAM_FULL_WILDCARD"],
    ),
    (r#"allow("*:Get*").on_any()"#, &[]),
    // Ids with slashes, where AWS has them.
    (
        r#"allow(iam::PassRole).on(iam::role("123456789012", "service-role/AmazonRekognition"))"#,
        &[],
    ),
    (
        r#"allow(iam::PassRole).on("arn:aws:iam::123456789012:role/a/b/c")"#,
        &[],
    ),
    (
        r#"allow(logs::CreateLogGroup).on(logs::log_group("us-east-1", "123456789012", "/aws/lambda/x"))"#,
        &[],
    ),
    (
        r#"allow(logs::CreateLogStream, logs::PutLogEvents).on("arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/x:*")"#,
        &[],
    ),
    (
        r#"allow(kms::DescribeKey).on("arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab")"#,
        &[],
    ),
    (
        r#"allow(kms::CreateAlias).on("arn:aws:kms:us-east-1:123456789012:alias/aws/s3", "arn:aws:kms:us-east-1:123456789012:key/*")"#,
        &[],
    ),
    (
        r#"allow(secretsmanager::GetSecretValue).on("arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db-AbCdEf")"#,
        &[],
    ),
    // A resource of another service.
    (
        r#"allow(sts::AssumeRole).on(sts::role("123456789012", "r"))"#,
        &[],
    ),
    (
        r#"allow(sts::AssumeRole).on(iam::role("123456789012", "r"))"#,
        &[],
    ),
    (
        r#"allow(kinesis::StartStreamEncryption).on(kms::key("us-east-1", "123456789012", "1234abcd-12ab-34cd-56ef-1234567890ab"))"#,
        &[],
    ),
    // AWS itself as an account.
    (
        r#"allow(iam::GetPolicy).on("arn:aws:iam::aws:policy/AmazonRekognitionReadOnlyAccess")"#,
        &[],
    ),
    // Stars in every field.
    (
        r#"allow(rekognition::IndexFaces).on("arn:*:rekognition:*:*:collection/*")"#,
        &[],
    ),
    (
        r#"allow(rekognition::IndexFaces).on("arn:aws:rekognition:*:*:*")"#,
        &[],
    ),
    (
        r#"allow(rekognition::IndexFaces).on(rekognition::collection("*", "*", "*").partition("*"))"#,
        &[],
    ),
    (
        r#"allow(rekognition::IndexFaces).on(rekognition::collection("us-????-1", "*", "*"))"#,
        &[],
    ),
    (
        r#"allow(sns::Publish).on(sns::topic("*", "*", "AmazonRekognition*"))"#,
        &[],
    ),
    // Both resource types, one after the other.
    (
        r#"allow(rekognition::CopyProjectVersion).on(LOGOS, rekognition::projectversion("*", "*", "other", "v1", "*"))"#,
        &["REKOGNITION_IAM_COMPANION_MISSING"],
    ),
    (
        r#"allow(rekognition::CopyProjectVersion).on(LOGOS), allow(rekognition::all()).on_any()"#,
        &["REDUNDANT_STATEMENT", "REKOGNITION_IAM_SERVICE_WILDCARD"],
    ),
    (
        r#"allow(rekognition::CopyProjectVersion).on(LOGOS), allow(rekognition::write()).on_any()"#,
        &[
            "REDUNDANT_STATEMENT",
            "REKOGNITION_IAM_ACTION_ENDED",
            "REKOGNITION_IAM_ACTION_CLOSED",
            "REKOGNITION_IAM_STAR_RESOURCE",
            "REKOGNITION_IAM_COMPANION_MISSING",
        ],
    ),
    (r#"deny(rekognition::CopyProjectVersion).on(LOGOS)"#, &[]),
    // A resource type that only some of the actions need.
    (
        r#"allow(rekognition::DetectModerationLabels).on_any()"#,
        &[],
    ),
    (
        r#"allow(rekognition::TagResource, rekognition::UntagResource).on(STAFF, LOGOS)"#,
        &[],
    ),
    // Keys whose prefix is another service's, or none's.
    (
        r#"allow(iam::PassRole).on(iam::role("123456789012", "r")).when(iam::PassedToService.string_equals("rekognition.amazonaws.com"))"#,
        &[],
    ),
    (
        r#"allow(s3::ListBucket).on(s3::bucket("b")).when(s3::prefix.string_like("home/${aws:username}/*"))"#,
        &[],
    ),
    (
        r#"allow(rekognition::IndexFaces).on(STAFF).when("aws:resourcetag/team".string_equals("x"))"#,
        &[],
    ),
    (
        r#"allow(rekognition::CreateCollection).on_any().when(aws::RequestTag("team").string_equals("x"), aws::TagKeys.for_all_values().string_equals("team"), aws::TagKeys.null(false))"#,
        &["REKOGNITION_IAM_COMPANION_MISSING"],
    ),
    (
        r#"allow(rekognition::DetectText).on_any().when(aws::EpochTime.numeric_less_than(1795545000))"#,
        &[],
    ),
    (
        r#"allow(rekognition::DetectText).on_any().when(aws::EpochTime.date_less_than("2026-11-24T18:30:00Z"))"#,
        &[],
    ),
    (
        r#"allow(rekognition::DetectText).on_any().when(aws::SourceVpc.string_equals("vpc-12345678").if_exists(), aws::SourceVpc.string_not_equals("vpc-87654321"))"#,
        &[],
    ),
    // Variables with a colon, a slash and a star in them.
    (
        r#"allow(s3::GetObject).on(s3::object("homes", "${aws:PrincipalTag/team, 'a/b'}/*"))"#,
        &[],
    ),
    (
        r#"allow(s3::GetObject).on("arn:aws:s3:::homes/${aws:username}/${*}")"#,
        &[],
    ),
    // IAM does not mind the case.
    (
        r#"allow("Rekognition:DetectText", "rekognition:detectlabels").on_any()"#,
        &["REKOGNITION_IAM_ACTION_CASE"],
    ),
    // IAM advises against it and takes it.
    (
        r#"allow(rekognition::DetectText).on_any().when(aws::PrincipalArn.string_like("arn:aws:iam::*:role/a"))"#,
        &["STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS"],
    ),
    // Newer than the catalogue.
    (
        r#"allow(unlisted("rekognition:NewAction", "released yesterday")).on(STAFF)"#,
        &[],
    ),
    (
        r#"allow(unlisted("assurance:GetReport", "not in the catalogue")).on_any()"#,
        &[],
    ),
];
