//! Conditions: operators and keys.

use crate::harness::Input::{Dsl, Of};
use crate::harness::{Case, case};
use rekognition_iam_runtime::document::PolicyKind::{Resource, RoleTrust};

pub(crate) const CASES: &[Case] = &[
    case(
        "INVALID_CONDITION_OPERATOR",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when("aws:RequestedRegion".operator(«"StringEqual"», "us-east-1"))"#,
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::RequestedRegion.string_equals("us-east-1"))"#,
        ),
    ),
    case(
        "INVALID_CONDITION_KEY_FORMAT",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(«"SourceVpc"».string_equals("vpc-12345678"))"#,
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when("aws:SourceVpc".string_equals("vpc-12345678"))"#,
        ),
    ),
    case(
        "INVALID_GLOBAL_CONDITION_KEY",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::«SourceVcp».string_equals("vpc-12345678"))"#,
        ),
        // Names of keys are compared whatever their case.
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when("AWS:sourcevpc".string_equals("vpc-12345678"))"#,
        ),
    ),
    case(
        "INVALID_SERVICE",
        Dsl(r#"allow(rekognition::DetectText).on_any().when(«"rekogniton:X"».string_equals("x"))"#),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when("ec2:RoleDelivery".numeric_equals(2))"#,
        ),
    ),
    case(
        "INVALID_SERVICE_CONDITION_KEY",
        Dsl(
            r#"allow(rekognition::IndexFaces).on(STAFF).when(rekognition::«CollectionId».string_equals("x"))"#,
        ),
        Dsl(
            r#"allow(rekognition::IndexFaces).on(STAFF).when(aws::ResourceTag("CollectionId").string_equals("x"))"#,
        ),
    ),
    case(
        "MISSING_TAG_KEY_IN_CONDITION",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(«"aws:PrincipalTag"».string_equals("x"))"#,
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when("aws:PrincipalTag/team".string_equals("x"))"#,
        ),
    ),
    case(
        "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
        Dsl(
            r#"allow(rekognition::IndexFaces, rekognition::DetectText).on_any().when(aws::«ResourceTag»("team").string_equals("x"))"#,
        ),
        // A pattern carries the key when something that it matches does.
        Dsl(
            r#"allow(rekognition::IndexFaces, rekognition::matching("Detect*")).on_any().when(aws::ResourceTag("team").string_equals("x"))"#,
        ),
    ),
    case(
        "TYPE_MISMATCH",
        Dsl(r#"allow(rekognition::DetectText).on_any().when(aws::SourceVpc.«numeric_equals»(1))"#),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::MultiFactorAuthAge.numeric_equals(1))"#,
        ),
    ),
    case(
        "MISSING_QUALIFIER",
        Dsl(
            r#"allow(rekognition::CreateCollection).on_any().when(aws::«TagKeys».string_equals("team"))"#,
        ),
        Dsl(
            "allow(rekognition::CreateCollection, rekognition::TagResource).on_any().when(aws::TagKeys.null(false))",
        ),
    ),
    case(
        "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::SourceVpc.«for_all_values»().string_equals("vpc-12345678"))"#,
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::CalledVia.for_all_values().string_equals("x.amazonaws.com"))"#,
        ),
    ),
    case(
        "REKOGNITION_IAM_FORANYVALUE_WITH_SINGLE_VALUED_KEY",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::SourceVpc.«for_any_value»().string_equals("vpc-12345678"))"#,
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::CalledVia.for_any_value().string_equals("x.amazonaws.com"))"#,
        ),
    ),
    case(
        "NULL_WITH_QUALIFIER",
        Dsl(
            "allow(rekognition::CreateCollection).on_any().when(aws::TagKeys.for_any_value().«null»(false))",
        ),
        Dsl(
            "allow(rekognition::CreateCollection, rekognition::TagResource).on_any().when(aws::TagKeys.null(true))",
        ),
    ),
    case(
        "NULL_WITH_IF_EXISTS",
        Dsl(
            "allow(rekognition::DetectText).on_any().when(aws::SourceVpc.«null»(true).if_exists())",
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::SourceVpc.string_equals("vpc-12345678").if_exists())"#,
        ),
    ),
    case(
        "UNSUPPORTED_GLOBAL_CONDITION_KEY",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(«"aws:ARN"».arn_like("arn:aws:iam::123456789012:role/a"))"#,
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::PrincipalArn.arn_like("arn:aws:iam::123456789012:role/a"))"#,
        ),
    ),
    case(
        "DEPRECATED_GLOBAL_CONDITION_KEY",
        Of(
            Resource,
            r#"allow(sns::Publish).to(account("123456789012")).on(TOPIC).when(«"AWS:SourceOwner"».string_equals("123456789012"))"#,
        ),
        Of(
            Resource,
            r#"allow(sns::Publish).to(account("123456789012")).on(TOPIC).when("AWS:SourceAccount".string_equals("123456789012"))"#,
        ),
    ),
    case(
        "UNTRUSTWORTHY_CONDITION_KEY",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(«"aws:Referer"».string_equals("https://example.com/"))"#,
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::SourceVpc.string_equals("vpc-12345678"))"#,
        ),
    ),
    case(
        "MISSING_PAIRED_CONDITION_KEYS",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::«VpcSourceIp».ip_address("10.0.0.0/8"))"#,
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::VpcSourceIp.ip_address("10.0.0.0/8"), aws::SourceVpc.string_equals("vpc-12345678"))"#,
        ),
    ),
    case(
        "USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES",
        Dsl(
            r#"allow(rekognition::DetectText, sns::ListTopics).on_any().when(aws::«VpceAccount».string_equals("123456789012"))"#,
        ),
        Dsl(
            r#"allow(rekognition::DetectText, s3::ListAllMyBuckets).on_any().when(aws::VpceAccount.string_equals("123456789012"))"#,
        ),
    ),
    case(
        "MISSING_ACTION_FOR_CONDITION_KEY",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(iam::«PassedToService».string_equals("rekognition.amazonaws.com"))"#,
        ),
        Dsl(
            r#"allow(iam::PassRole).on(iam::role("123456789012", "a")).when(iam::PassedToService.string_equals("rekognition.amazonaws.com"))"#,
        ),
    ),
    case(
        "DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        Dsl(
            r#"deny(rekognition::matching("DetectF*")).on_any().when(aws::«ResourceTag»("x").string_equals("a"))"#,
        ),
        Dsl(
            r#"deny(rekognition::matching("Index*")).on_any().when(aws::ResourceTag("x").string_equals("a"))"#,
        ),
    ),
    case(
        "ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        Dsl(
            r#"allow(rekognition::matching("DetectF*")).on_any().when(aws::«ResourceTag»("x").string_equals("a"))"#,
        ),
        Dsl(
            r#"allow(rekognition::matching("Index*")).on_any().when(aws::ResourceTag("x").string_equals("a"))"#,
        ),
    ),
    case(
        "DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        Dsl(
            r#"deny(not(rekognition::DetectText)).on_any().when(aws::«ResourceTag»("x").string_equals("a"))"#,
        ),
        Dsl(
            r#"deny(not(rekognition::DetectText)).on_any().when(aws::ResourceTag("x").string_not_equals("a"))"#,
        ),
    ),
    case(
        "ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        Dsl(
            r#"allow(not(rekognition::DetectText, iam::all())).on_any().when(aws::«ResourceTag»("x").string_equals("a"))"#,
        ),
        Dsl(
            r#"allow(not(rekognition::DetectText, iam::all())).on_any().when(aws::PrincipalTag("x").string_equals("a"))"#,
        ),
    ),
    case(
        "INVALID_KMS_KEY_VALUE",
        Dsl(
            r#"allow(s3::PutObject).on(s3::object("b", "*")).when(s3::x_amz_server_side_encryption_aws_kms_key_id.string_equals(«"alias/a"»))"#,
        ),
        Dsl(
            r#"allow(s3::PutObject).on(s3::object("b", "*")).when(s3::x_amz_server_side_encryption_aws_kms_key_id.arn_equals("arn:aws:kms:us-east-1:123456789012:key/1"))"#,
        ),
    ),
    case(
        "DYNAMODB_ATTRIBUTES_WITHOUT_SELECT",
        Dsl(
            r#"allow(dynamodb::Query).on(dynamodb::table("us-east-1", "123456789012", "t")).when(dynamodb::«Attributes».for_all_values().string_equals(["a"]))"#,
        ),
        Dsl(
            r#"allow(dynamodb::Query).on(dynamodb::table("us-east-1", "123456789012", "t")).when(dynamodb::Attributes.for_all_values().string_equals(["a"]), dynamodb::Select.string_equals("SPECIFIC_ATTRIBUTES").if_exists())"#,
        ),
    ),
    case(
        "S3_PREFIX_IN_NEGATIVE_CONTEXT",
        Dsl(
            r#"deny(s3::ListBucket).on(s3::bucket("b")).when(s3::«prefix».string_like("secret/*"))"#,
        ),
        Dsl(
            r#"deny(s3::ListBucket).on(s3::bucket("b")).when(s3::prefix.string_not_like("open/*"))"#,
        ),
    ),
    case(
        "INVALID_CONDITION_MULTIPLE_BOOLEAN",
        Dsl(
            "allow(rekognition::DetectText).on_any().when(aws::«SecureTransport».bool(true, false))",
        ),
        Dsl("allow(rekognition::DetectText).on_any().when(aws::SecureTransport.bool([true]))"),
    ),
    case(
        "INVALID_DATE_VALUE",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::CurrentTime.date_less_than(«"1795545000"»))"#,
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::CurrentTime.date_less_than("2026"))"#,
        ),
    ),
    case(
        "REDUNDANT_CONDITION_VALUE_NUM",
        Dsl(
            "allow(rekognition::DetectText).on_any().when(aws::«MultiFactorAuthAge».numeric_less_than(2700, 3600))",
        ),
        Dsl(
            "allow(rekognition::DetectText).on_any().when(aws::MultiFactorAuthAge.numeric_equals(2700, 3600))",
        ),
    ),
    case(
        "REKOGNITION_IAM_ACCOUNT_VALUE",
        Of(
            RoleTrust,
            r#"allow(sts::AssumeRole).to(service("rekognition.amazonaws.com")).when(aws::SourceAccount.string_equals(«"1234-5678-9012"»))"#,
        ),
        Of(
            RoleTrust,
            r#"allow(sts::AssumeRole).to(service("rekognition.amazonaws.com")).when(aws::SourceAccount.string_equals("123456789012"))"#,
        ),
    ),
];
