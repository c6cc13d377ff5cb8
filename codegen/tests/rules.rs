//! Every rule fires on the token that is wrong and on nothing else, and stays silent on what only looks like it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use rekognition_iam_codegen::dsl::evaluate;
use rekognition_iam_runtime::catalogue;
use rekognition_iam_runtime::check::{Iam, Options, Rule};
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::json;

/// What a rule looks at.
#[derive(Clone, Copy)]
enum Input {
    /// An input of `policy!`, the token of the finding between `«` and `»`.
    Dsl(&'static str),
    /// The same of another kind of policy.
    Of(PolicyKind, &'static str),
    /// What the language cannot say, in JSON.
    Json(&'static str),
}
use Input::{Dsl, Json, Of};

/// A rule, an input in which it alone fires, and one that is nearly the same and right.
type Case = (&'static str, Input, Input);

const STAFF: &str = r#"rekognition::collection("us-east-1", "123456789012", "staff")"#;
const LOGOS: &str =
    r#"rekognition::project("us-east-1", "123456789012", "logos", "1627045542080")"#;

/// `STAFF` and `LOGOS` stand for a collection and a project, `ARN:` for the fields of an ARN up to its fifth colon;
/// `OPEN` and `CLOSE` for what stands around a statement in JSON.
fn expanded(source: &str) -> String {
    source
        .replace("STAFF", STAFF)
        .replace("LOGOS", LOGOS)
        .replace("ARN:", "arn:aws:rekognition:us-east-1:123456789012:")
        .replace(
            "OPEN",
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","#,
        )
        .replace("CLOSE", "}]}")
}

const CASES: &[Case] = &[
    (
        "UNSUPPORTED_SID",
        Dsl(r#"allow(rekognition::DetectText).on_any().sid(«"Read only"»)"#),
        Dsl(r#"allow(rekognition::DetectText).on_any().sid("ReadOnly2")"#),
    ),
    (
        "EMPTY_SID_VALUE",
        Dsl(r#"allow(rekognition::DetectText).on_any().sid(«""»)"#),
        Dsl(r#"allow(rekognition::DetectText).on_any().sid("A")"#),
    ),
    (
        "UNIQUE_SIDS_REQUIRED",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().sid("A"), deny(rekognition::DetectFaces).on_any().sid(«"A"»)"#,
        ),
        // Case counts.
        Dsl(
            r#"allow(rekognition::DetectText).on_any().sid("A"), deny(rekognition::DetectFaces).on_any().sid("a")"#,
        ),
    ),
    (
        "REKOGNITION_IAM_ACTION_FORMAT",
        Dsl(r#"allow("rekognition:DetectText", «"DetectFaces"»).on_any()"#),
        Dsl(r#"allow("rekognition:DetectText", "rekognition:DetectFaces").on_any()"#),
    ),
    (
        "INVALID_SERVICE_IN_ACTION",
        Dsl(r#"allow(«"rekogniton:DetectText"»).on_any()"#),
        // IAM does not mind the case.
        Dsl(r#"allow("Rekognition:DetectText").on_any()"#),
    ),
    (
        "INVALID_ACTION",
        Dsl("allow(rekognition::DetectFaces, rekognition::«DetectLabls»).on_any()"),
        Dsl(r#"allow(rekognition::DetectFaces, "rekognition:detectlabels").on_any()"#),
    ),
    (
        "REKOGNITION_IAM_ACTION_PATTERN_MATCHES_NOTHING",
        Dsl(r#"allow(rekognition::matching(«"Labels*"»)).on_any()"#),
        Dsl(r#"allow(rekognition::matching("*Labels")).on_any()"#),
    ),
    (
        "INVALID_ARN_PREFIX",
        // What CreateCollection answers with.
        Dsl(
            r#"allow(rekognition::IndexFaces).on(«"aws:rekognition:us-west-2:123456789012:collection/a"»)"#,
        ),
        Dsl(
            r#"allow(rekognition::IndexFaces).on("arn:aws:rekognition:us-west-2:123456789012:collection/a")"#,
        ),
    ),
    (
        "MISSING_ARN_FIELD",
        Dsl(r#"allow(rekognition::IndexFaces).on(«"arn:aws:rekognition:us-west-2:collection/a"»)"#),
        Dsl(r#"allow(rekognition::IndexFaces).on("arn:aws:rekognition:us-west-2:*:collection/a")"#),
    ),
    (
        "INVALID_ARN_SERVICE_CASE",
        Dsl(
            r#"allow(rekognition::IndexFaces).on(«"arn:aws:Rekognition:us-west-2:123456789012:collection/a"»)"#,
        ),
        Dsl(
            r#"allow(rekognition::IndexFaces).on("arn:aws:rekognition:us-west-2:123456789012:collection/A")"#,
        ),
    ),
    (
        "INVALID_PARTITION",
        Dsl("allow(rekognition::IndexFaces).on(STAFF.partition(«\"aws-usgov\"»))"),
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection("us-gov-west-1", "123456789012", "a").partition("aws-us-gov"))"#,
        ),
    ),
    (
        "INVALID_ARN_REGION",
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection(«"us-est-1"», "123456789012", "a"))"#,
        ),
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection("eu-*", "123456789012", "a"))"#,
        ),
    ),
    (
        "REKOGNITION_IAM_REGION_OUTSIDE_PARTITION",
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection(«"us-gov-west-1"», "123456789012", "a"))"#,
        ),
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection("us-gov-west-1", "123456789012", "a").partition("*"))"#,
        ),
    ),
    (
        "INVALID_ARN_ACCOUNT",
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection("us-east-1", «"12345678901"», "a"))"#,
        ),
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection("us-east-1", "1234????9012", "a"))"#,
        ),
    ),
    (
        "MISSING_ARN_REGION",
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection(«""», "123456789012", "a"))"#,
        ),
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection("*", "123456789012", "a"))"#,
        ),
    ),
    (
        "MISSING_ARN_ACCOUNT",
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection("us-east-1", «""», "a"))"#,
        ),
        Dsl(r#"allow(rekognition::IndexFaces).on(rekognition::collection("us-east-1", "*", "a"))"#),
    ),
    (
        "ARN_REGION_NOT_ALLOWED",
        Dsl(r#"allow(s3::GetObject).on(«"arn:aws:s3:us-east-1::uploads/*"»)"#),
        Dsl(r#"allow(s3::GetObject).on("arn:aws:s3:::uploads/*")"#),
    ),
    (
        "ARN_ACCOUNT_NOT_ALLOWED",
        Dsl(r#"allow(s3::GetObject).on(«"arn:aws:s3::123456789012:uploads/*"»)"#),
        // The star matches the empty account too.
        Dsl(r#"allow(s3::GetObject).on("arn:aws:s3::*:uploads/*")"#),
    ),
    (
        "INVALID_ARN_RESOURCE",
        Dsl(r#"allow(rekognition::IndexFaces).on(«"ARN:collections/a"»)"#),
        Dsl(r#"allow(rekognition::IndexFaces).on("ARN:collection/a")"#),
    ),
    (
        "REKOGNITION_IAM_ARN_WITHOUT_TIMESTAMP",
        // Without its timestamp.
        Dsl(r#"allow(rekognition::DeleteProject).on(«"ARN:project/logos"»)"#),
        Dsl(r#"allow(rekognition::DeleteProject).on("ARN:project/logos/*")"#),
    ),
    (
        "REKOGNITION_IAM_ACTION_DEAD_BESIDE_OTHERS",
        Dsl(r#"allow(rekognition::IndexFaces, rekognition::«DetectLabels»).on(STAFF)"#),
        Dsl(r#"allow(rekognition::IndexFaces, rekognition::ListFaces).on(STAFF)"#),
    ),
    (
        "WILDCARD_WITHOUT_LIKE_OPERATOR",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::PrincipalTag("x").string_equals(«"a*"»))"#,
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::PrincipalTag("x").string_like("a*"))"#,
        ),
    ),
    (
        "WILDCARD_USAGE_TOO_PERMISSIVE",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::PrincipalOrgID.string_like(«"o-*"»))"#,
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::PrincipalOrgID.string_equals("o-a1b2c3d4e5"))"#,
        ),
    ),
    (
        "PRIVATE_IP_ADDRESS_SUBSET",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::SourceIp.ip_address(["203.0.113.0/24", «"10.0.0.0/8"»]))"#,
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::SourceIp.ip_address(["203.0.113.0/24", "11.0.0.0/8"]))"#,
        ),
    ),
    (
        "IMPROVE_IP_RANGE",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::SourceIp.ip_address(«"203.0.113.7/24"»))"#,
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::SourceIp.ip_address("203.0.113.7/32"))"#,
        ),
    ),
    (
        "REKOGNITION_IAM_ID_GRAMMAR",
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection("us-east-1", "123456789012", «"staff faces"»))"#,
        ),
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection("us-east-1", "123456789012", "staff_faces-1.?*"))"#,
        ),
    ),
    (
        "REKOGNITION_IAM_ID_GRAMMAR",
        Dsl(
            r#"allow(rekognition::DeleteDataset).on(rekognition::dataset("us-east-1", "123456789012", "logos", «"TRAIN"», "*"))"#,
        ),
        Dsl(
            r#"allow(rekognition::DeleteDataset).on(rekognition::dataset("us-east-1", "123456789012", "logos", "t*", "*"))"#,
        ),
    ),
    (
        "REKOGNITION_IAM_ID_GRAMMAR",
        Dsl(
            r#"allow(rekognition::DeleteProject).on(rekognition::project("us-east-1", "123456789012", "logos", «"2024-01-01"»))"#,
        ),
        Dsl("allow(rekognition::DeleteProject).on(LOGOS)"),
    ),
    (
        "REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH",
        Dsl("allow(rekognition::«DetectLabels»).on(STAFF)"),
        Dsl("allow(rekognition::IndexFaces, rekognition::DetectLabels).on_any()"),
    ),
    (
        "REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH",
        Dsl("allow(rekognition::«DeleteProject»).on(STAFF)"),
        Dsl("allow(rekognition::DeleteProject).on(LOGOS)"),
    ),
    (
        "REKOGNITION_IAM_ACTION_DEAD_BESIDE_OTHERS",
        // One expression, told once.
        Dsl("allow(rekognition::«read»()).on(STAFF)"),
        // `*` leaves what cannot use the collection out: a group by pattern means what fits.
        Dsl("allow(rekognition::all()).on(STAFF)"),
    ),
    (
        "REKOGNITION_IAM_ACTION_RESOURCE_DISPUTED",
        Dsl("allow(rekognition::«CreateProject»).on(LOGOS)"),
        Dsl("allow(rekognition::CreateProject).on_any()"),
    ),
    (
        "REKOGNITION_IAM_RESOURCE_UNUSED",
        Dsl(
            r#"allow(rekognition::IndexFaces).on(STAFF, rekognition::«project»("us-east-1", "123456789012", "logos", "*"))"#,
        ),
        Dsl("allow(rekognition::IndexFaces, rekognition::DeleteProject).on(STAFF, LOGOS)"),
    ),
    (
        "REKOGNITION_IAM_REQUIRED_RESOURCE_MISSING",
        Dsl("allow(rekognition::«CopyProjectVersion»).on(LOGOS)"),
        // Two statements grant the two halves.
        Dsl(r#"allow(rekognition::CopyProjectVersion).on(LOGOS),
               allow(rekognition::CopyProjectVersion).on(rekognition::projectversion("us-east-1", "123456789012", "logos", "v1", "*"))"#),
    ),
    (
        "INVALID_CONDITION_OPERATOR",
        Json(
            r#"OPEN"Action":"rekognition:DetectText","Resource":"*","Condition":{«"StringEqual"»:{"aws:SourceVpc":"vpc-12345678"}}CLOSE"#,
        ),
        Json(
            r#"OPEN"Action":"rekognition:DetectText","Resource":"*","Condition":{"StringEqualsIfExists":{"aws:SourceVpc":"vpc-12345678"}}CLOSE"#,
        ),
    ),
    (
        "INVALID_CONDITION_KEY_FORMAT",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(«"SourceVpc"».string_equals("vpc-12345678"))"#,
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when("aws:SourceVpc".string_equals("vpc-12345678"))"#,
        ),
    ),
    (
        "INVALID_GLOBAL_CONDITION_KEY",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::«SourceVcp».string_equals("vpc-12345678"))"#,
        ),
        // Names of keys are compared whatever their case.
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when("AWS:sourcevpc".string_equals("vpc-12345678"))"#,
        ),
    ),
    (
        "INVALID_SERVICE",
        Dsl(r#"allow(rekognition::DetectText).on_any().when(«"rekogniton:X"».string_equals("x"))"#),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when("ec2:RoleDelivery".numeric_equals(2))"#,
        ),
    ),
    (
        "INVALID_SERVICE_CONDITION_KEY",
        Dsl(
            r#"allow(rekognition::IndexFaces).on(STAFF).when(rekognition::«CollectionId».string_equals("x"))"#,
        ),
        Dsl(
            r#"allow(rekognition::IndexFaces).on(STAFF).when(aws::ResourceTag("CollectionId").string_equals("x"))"#,
        ),
    ),
    (
        "MISSING_TAG_KEY_IN_CONDITION",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(«"aws:PrincipalTag"».string_equals("x"))"#,
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when("aws:PrincipalTag/team".string_equals("x"))"#,
        ),
    ),
    (
        "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
        Dsl(
            r#"allow(rekognition::IndexFaces, rekognition::DetectText).on_any().when(aws::«ResourceTag»("team").string_equals("x"))"#,
        ),
        // A pattern carries the key when something that it matches does.
        Dsl(
            r#"allow(rekognition::IndexFaces, rekognition::all()).on_any().when(aws::ResourceTag("team").string_equals("x"))"#,
        ),
    ),
    (
        "TYPE_MISMATCH",
        Dsl(r#"allow(rekognition::DetectText).on_any().when(aws::SourceVpc.«numeric_equals»(1))"#),
        // IAM advises against it and takes it.
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::PrincipalArn.string_like("arn:aws:iam::*:role/a"))"#,
        ),
    ),
    (
        "MISSING_QUALIFIER",
        Dsl(
            r#"allow(rekognition::CreateCollection).on_any().when(aws::«TagKeys».string_equals("team"))"#,
        ),
        Dsl("allow(rekognition::CreateCollection).on_any().when(aws::TagKeys.null(false))"),
    ),
    (
        "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::«SourceVpc».for_all_values().string_equals("vpc-12345678"))"#,
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::CalledVia.for_all_values().string_equals("x.amazonaws.com"))"#,
        ),
    ),
    (
        "REKOGNITION_IAM_FORANYVALUE_WITH_SINGLE_VALUED_KEY",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::«SourceVpc».for_any_value().string_equals("vpc-12345678"))"#,
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::CalledVia.for_any_value().string_equals("x.amazonaws.com"))"#,
        ),
    ),
    (
        "NULL_WITH_QUALIFIER",
        Dsl(
            "allow(rekognition::CreateCollection).on_any().when(aws::TagKeys.for_any_value().«null»(false))",
        ),
        Dsl("allow(rekognition::CreateCollection).on_any().when(aws::TagKeys.null(true))"),
    ),
    (
        "NULL_WITH_IF_EXISTS",
        Dsl(
            "allow(rekognition::DetectText).on_any().when(aws::SourceVpc.«null»(true).if_exists())",
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::SourceVpc.string_equals("vpc-12345678").if_exists())"#,
        ),
    ),
    (
        "TYPE_MISMATCH_BOOLEAN",
        Dsl(r#"allow(rekognition::DetectText).on_any().when(aws::SecureTransport.bool(«"yes"»))"#),
        Dsl(r#"allow(rekognition::DetectText).on_any().when(aws::SecureTransport.bool("True"))"#),
    ),
    (
        "TYPE_MISMATCH_BOOLEAN",
        Dsl("allow(rekognition::DetectText).on_any().when(aws::SourceVpc.null(«0»))"),
        Dsl("allow(rekognition::DetectText).on_any().when(aws::SourceVpc.null(true))"),
    ),
    (
        "TYPE_MISMATCH_NUMBER",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::MultiFactorAuthAge.numeric_less_than(«"1h"»))"#,
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::MultiFactorAuthAge.numeric_less_than("3600.5"))"#,
        ),
    ),
    (
        "TYPE_MISMATCH_DATE",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::CurrentTime.date_less_than(«"2026-02-29"»))"#,
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::CurrentTime.date_less_than("2028-02-29"))"#,
        ),
    ),
    (
        "TYPE_MISMATCH_IP_RANGE",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::SourceIp.ip_address("11.0.0.0/8", «"10.0.0.0/33"»))"#,
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::SourceIp.not_ip_address("10.0.0.7", "2001:db8::/32"))"#,
        ),
    ),
    (
        "TYPE_MISMATCH_STRING",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(unlisted("aws:Bytes", "a test").binary_equals(«"QUJ"»))"#,
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(unlisted("aws:Bytes", "a test").binary_equals("QUI="))"#,
        ),
    ),
    (
        "REKOGNITION_IAM_TYPE_MISMATCH_ARN",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::PrincipalArn.arn_like(«"role/indexer"»))"#,
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::PrincipalArn.arn_like("arn:*:iam::*:role/indexer*"))"#,
        ),
    ),
    (
        "INVALID_REGION",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::RequestedRegion.string_equals("eu-west-1", «"eu-est-1"»))"#,
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::RequestedRegion.string_like("eu-*"))"#,
        ),
    ),
    (
        "MISSING_BRACE_IN_VARIABLE",
        Dsl(r#"allow(rekognition::IndexFaces).on(«"ARN:collection/${aws:username"»)"#),
        Dsl(r#"allow(rekognition::IndexFaces).on("ARN:collection/${aws:username}")"#),
    ),
    (
        "EMPTY_VARIABLE",
        Dsl(r#"allow(rekognition::IndexFaces).on(«"ARN:collection/a${}"»)"#),
        // A plain star.
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::PrincipalTag("a").string_like("${*}"))"#,
        ),
    ),
    (
        "UNSUPPORTED_SPACE_IN_VARIABLE",
        Dsl(r#"allow(rekognition::IndexFaces).on(«"ARN:collection/${ aws:username}"»)"#),
        Dsl(
            r#"allow(rekognition::IndexFaces).on("ARN:collection/${aws:PrincipalTag/first name, 'a b'}")"#,
        ),
    ),
    (
        "MISSING_QUOTE_IN_VARIABLE",
        Dsl(
            r#"allow(rekognition::IndexFaces).on(«"ARN:collection/${aws:PrincipalTag/team, none}"»)"#,
        ),
        Dsl(
            r#"allow(rekognition::IndexFaces).on("ARN:collection/${aws:PrincipalTag/team, 'none'}")"#,
        ),
    ),
    (
        "REKOGNITION_IAM_UNKNOWN_VARIABLE",
        Dsl(r#"allow(rekognition::IndexFaces).on(«"ARN:collection/${aws:usrname}"»)"#),
        Dsl(r#"allow(rekognition::IndexFaces).on("ARN:collection/${aws:PrincipalTag/usrname}")"#),
    ),
    (
        "REKOGNITION_IAM_UNKNOWN_VARIABLE",
        // Out of AWS's own tables by copy and paste: one mistake, though a variable may not stand there either.
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection(«"${Region}"», "123456789012", "a"))"#,
        ),
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection("*", "123456789012", "a"))"#,
        ),
    ),
    (
        "REKOGNITION_IAM_MULTIVALUED_VARIABLE",
        Dsl(r#"allow(rekognition::IndexFaces).on(«"ARN:collection/${aws:TagKeys}"»)"#),
        Dsl(r#"allow(rekognition::IndexFaces).on("ARN:collection/${aws:userid}")"#),
    ),
    (
        "VARIABLE_UNSUPPORTED_IN_ELEMENT",
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection("us-east-1", «"${aws:PrincipalAccount}"», "a"))"#,
        ),
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection("us-east-1", "*", "${aws:PrincipalAccount}"))"#,
        ),
    ),
    (
        "INVALID_VARIABLE_FOR_OPERATOR",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::CurrentTime.date_less_than(«"${aws:TokenIssueTime}"»))"#,
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::PrincipalTag("a").string_equals("${aws:username}"))"#,
        ),
    ),
    (
        "VARIABLE_UNSUPPORTED_IN_VERSION",
        Json(
            r#"{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Action":"rekognition:IndexFaces","Resource":"ARN:collection/«${aws:username}»"CLOSE"#,
        ),
        Json(
            r#"{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Action":"rekognition:IndexFaces","Resource":"ARN:collection/staff"CLOSE"#,
        ),
    ),
    (
        "JSON_SYNTAX_ERROR",
        Json(r#"OPEN"Action":"*","Resource":"*"«,»CLOSE"#),
        Json(r#"OPEN"Action":"*","Resource":"*"CLOSE"#),
    ),
    (
        "DATA_TYPE_MISMATCH",
        Json(r#"OPEN"Action":["*",«5»],"Resource":"*"CLOSE"#),
        Json(r#"OPEN"Action":["*","iam:*"],"Resource":"*"CLOSE"#),
    ),
    (
        "INVALID_POLICY_ELEMENT",
        Json(r#"OPEN"Action":"*",«"Resources"»:"*"CLOSE"#),
        Json(r#"OPEN"Action":"*","Resource":"*"CLOSE"#),
    ),
    (
        "REKOGNITION_IAM_DUPLICATE_KEY",
        Json(
            r#"OPEN"Action":"*","Resource":"*","Condition":{"Null":{"aws:SourceVpc":"true",«"aws:SourceVpc"»:"false"}}CLOSE"#,
        ),
        Json(
            r#"OPEN"Action":"*","Resource":"*","Condition":{"Null":{"aws:SourceVpc":"true","aws:SourceVpce":"false"}}CLOSE"#,
        ),
    ),
    (
        "MISSING_STATEMENT",
        Json(r#"{"Version":"2012-10-17",«"Statement"»:[]}"#),
        Json(
            r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#,
        ),
    ),
    (
        "MISSING_EFFECT",
        Json(r#"{"Version":"2012-10-17","Statement":[«{»"Action":"*","Resource":"*"}]}"#),
        Json(
            r#"{"Version":"2012-10-17","Statement":[{"Action":"*","Resource":"*","Effect":"Deny"}]}"#,
        ),
    ),
    (
        "INVALID_EFFECT",
        Json(
            r#"{"Version":"2012-10-17","Statement":[{"Effect":«"ALLOW"»,"Action":"*","Resource":"*"}]}"#,
        ),
        Json(
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
        ),
    ),
    (
        "INVALID_PRINCIPAL_FORMAT",
        Json(
            r#"OPEN"Action":"*","Resource":"*","Principal":«"arn:aws:iam::123456789012:root"»CLOSE"#,
        ),
        Json(r#"OPEN"Action":"*","Resource":"*"CLOSE"#),
    ),
    (
        "INVALID_PRINCIPAL_KEY",
        Json(r#"OPEN"Action":"*","Resource":"*","Principal":{«"aws"»:"123456789012"}CLOSE"#),
        Json(r#"OPEN"Action":"*","Resource":"*"CLOSE"#),
    ),
    (
        "MISSING_ACTION",
        Json(r#"{"Version":"2012-10-17","Statement":[«{»"Effect":"Allow","Resource":"*"}]}"#),
        Json(r#"OPEN"NotAction":"iam:*","Resource":"*"CLOSE"#),
    ),
    (
        "UNSUPPORTED_ELEMENT_COMBINATION",
        Json(r#"OPEN"Action":"*",«"NotAction"»:"iam:*","Resource":"*"CLOSE"#),
        Json(r#"OPEN"NotAction":"iam:*","NotResource":"ARN:collection/a"CLOSE"#),
    ),
    (
        "DUPLICATE_KEYS_WITH_DIFFERENT_CASE",
        Json(
            r#"OPEN"Action":"*","Resource":"*","Condition":{"Null":{"aws:SourceVpc":"true",«"aws:sourceVPC"»:"false"}}CLOSE"#,
        ),
        Json(
            r#"OPEN"Action":"*","Resource":"*","Condition":{"Null":{"aws:SourceVpc":"true"},"StringEquals":{"aws:sourceVPC":"a"}}CLOSE"#,
        ),
    ),
    (
        "INVALID_CONDITION_DATA_TYPE",
        Json(
            r#"OPEN"Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":["true",«true»]}}CLOSE"#,
        ),
        Json(
            r#"OPEN"Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":["true","false"]}}CLOSE"#,
        ),
    ),
];

/// Right, and easily taken for wrong.
const RIGHT: &[&str] = &[
    // Objects of a bucket may be named without any access point.
    r#"allow(s3::GetObject).on(s3::object("uploads", "*"))"#,
    r#"allow(s3::GetObject, s3::GetObjectVersion).on("arn:aws:s3:::uploads/faces/*.jpg")"#,
    // A star reaches over slashes: versions and datasets lie under their project.
    r#"allow(rekognition::DetectCustomLabels, rekognition::DescribeDataset, rekognition::DeleteProject).on("ARN:project/MyProject/*")"#,
    r#"allow(rekognition::StartProjectVersion).on("ARN:project/*")"#,
    r#"allow(rekognition::CopyProjectVersion).on("ARN:project/MyProject/*")"#,
    // A pattern means those of its actions that fit.
    "allow(rekognition::all()).on(STAFF)",
    r#"allow("rekognition:*").on(STAFF)"#,
    r#"allow(rekognition::matching("*Faces")).on(STAFF)"#,
    // Everything but these: nothing can be said of the rest.
    "deny(not(rekognition::DetectLabels)).on_any()",
    "deny(not(rekognition::DetectLabels)).on(STAFF)",
    r#"deny(not(rekognition::DetectLabels)).on_any().when(aws::ResourceTag("a").string_equals("b"))"#,
    "allow(rekognition::DetectLabels).on(not(STAFF))",
    r#"allow("*").on_any()"#,
    r#"allow("*").on(STAFF)"#,
    r#"allow("*:Get*").on_any()"#,
    // Ids with slashes, where AWS has them.
    r#"allow(iam::PassRole).on(iam::role("123456789012", "service-role/AmazonRekognition"))"#,
    r#"allow(iam::PassRole).on("arn:aws:iam::123456789012:role/a/b/c")"#,
    r#"allow(logs::CreateLogGroup).on(logs::log_group("us-east-1", "123456789012", "/aws/lambda/x"))"#,
    r#"allow(logs::CreateLogStream, logs::PutLogEvents).on("arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/x:*")"#,
    r#"allow(kms::DescribeKey).on("arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab")"#,
    r#"allow(kms::CreateAlias).on("arn:aws:kms:us-east-1:123456789012:alias/aws/s3", "arn:aws:kms:us-east-1:123456789012:key/*")"#,
    r#"allow(secretsmanager::GetSecretValue).on("arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db-AbCdEf")"#,
    // A resource of another service.
    r#"allow(sts::AssumeRole).on(sts::role("123456789012", "r"))"#,
    r#"allow(sts::AssumeRole).on(iam::role("123456789012", "r"))"#,
    r#"allow(kinesis::StartStreamEncryption).on(kms::key("us-east-1", "123456789012", "1234abcd-12ab-34cd-56ef-1234567890ab"))"#,
    // AWS itself as an account.
    r#"allow(iam::GetPolicy).on("arn:aws:iam::aws:policy/AmazonRekognitionReadOnlyAccess")"#,
    // Stars in every field.
    r#"allow(rekognition::IndexFaces).on("arn:*:rekognition:*:*:collection/*")"#,
    r#"allow(rekognition::IndexFaces).on("arn:aws:rekognition:*:*:*")"#,
    r#"allow(rekognition::IndexFaces).on(rekognition::collection("*", "*", "*").partition("*"))"#,
    r#"allow(rekognition::IndexFaces).on(rekognition::collection("us-????-1", "*", "*"))"#,
    r#"allow(sns::Publish).on(sns::topic("*", "*", "AmazonRekognition*"))"#,
    // Both resource types, one after the other.
    r#"allow(rekognition::CopyProjectVersion).on(LOGOS, rekognition::projectversion("*", "*", "other", "v1", "*"))"#,
    r#"allow(rekognition::CopyProjectVersion).on(LOGOS), allow(rekognition::all()).on_any()"#,
    r#"allow(rekognition::CopyProjectVersion).on(LOGOS), allow(rekognition::write()).on_any()"#,
    r#"deny(rekognition::CopyProjectVersion).on(LOGOS)"#,
    // A resource type that only some of the actions need.
    r#"allow(rekognition::DetectModerationLabels).on_any()"#,
    r#"allow(rekognition::TagResource, rekognition::UntagResource).on(STAFF, LOGOS)"#,
    // Keys whose prefix is another service's, or none's.
    r#"allow(iam::PassRole).on(iam::role("123456789012", "r")).when(iam::PassedToService.string_equals("rekognition.amazonaws.com"))"#,
    r#"allow(s3::ListBucket).on(s3::bucket("b")).when(s3::prefix.string_like("home/${aws:username}/*"))"#,
    r#"allow(rekognition::IndexFaces).on(STAFF).when("aws:resourcetag/team".string_equals("x"))"#,
    r#"allow(rekognition::CreateCollection).on_any().when(aws::RequestTag("team").string_equals("x"), aws::TagKeys.for_all_values().string_equals("team"), aws::TagKeys.null(false))"#,
    r#"allow(rekognition::DetectText).on_any().when(aws::EpochTime.numeric_less_than(1795545000))"#,
    r#"allow(rekognition::DetectText).on_any().when(aws::EpochTime.date_less_than("2026-11-24T18:30:00Z"))"#,
    r#"allow(rekognition::DetectText).on_any().when(aws::SourceVpc.string_equals("vpc-12345678").if_exists(), aws::SourceVpc.string_not_equals("vpc-87654321"))"#,
    // Variables with a colon, a slash and a star in them.
    r#"allow(s3::GetObject).on(s3::object("homes", "${aws:PrincipalTag/team, 'a/b'}/*"))"#,
    r#"allow(s3::GetObject).on("arn:aws:s3:::homes/${aws:username}/${*}")"#,
    // Newer than the catalogue.
    r#"allow(unlisted("rekognition:NewAction", "released yesterday")).on(STAFF)"#,
    r#"allow(unlisted("bedrock:InvokeModel", "not in the catalogue")).on_any()"#,
];

/// Whether all services that a source speaks of are part of this build.
fn is_built(source: &str) -> bool {
    (catalogue::KNOWN_SERVICES.iter()).all(|service| {
        let named = |separator: &str| {
            source
                .match_indices(&format!("{service}{separator}"))
                .any(|(at, _)| !source[..at].ends_with(|c: char| c.is_ascii_alphanumeric()))
        };
        catalogue::service(service).is_some() || !(named("::") || named(":"))
    })
}

/// Whether a rule has a case in this file. What others find in these inputs, above all advice, is shown in
/// `runtime/tests/rules_table.rs`, which has every rule.
fn is_shown_here(id: Option<&'static str>) -> bool {
    id.is_none_or(|id| CASES.iter().any(|(known, ..)| *known == id))
}

/// What was found in a source: the rule, where, what.
fn found(
    kind: PolicyKind,
    source: &str,
) -> Vec<(Option<&'static str>, std::ops::Range<usize>, String)> {
    evaluate(kind, source.parse().unwrap())
        .diagnostics
        .into_iter()
        .filter(|diagnostic| is_shown_here(diagnostic.id))
        .map(|diagnostic| {
            (
                diagnostic.id,
                diagnostic.span.byte_range(),
                diagnostic.text(),
            )
        })
        .collect()
}

/// The rules that fire on an input, each with the text that it fires on.
fn fired(input: Input) -> Vec<(Option<&'static str>, String, String)> {
    match input {
        Dsl(source) => fired(Of(PolicyKind::Identity, source)),
        Of(kind, source) => {
            let source = expanded(source).replace(['«', '»'], "");
            found(kind, &source)
                .into_iter()
                .map(|(id, range, text)| {
                    (id, format!("{range:?} {}", &source[range.clone()]), text)
                })
                .collect()
        }
        Json(source) => {
            let text = expanded(source).replace(['«', '»'], "");
            let report = json::check(&text, &Options::default());
            (report.findings.iter())
                .filter(|located| is_shown_here(Some(located.finding.id)))
                .map(|located| {
                    let range = located.span.start..located.span.end;
                    let at = format!("{range:?} {}", &text[range.clone()]);
                    let message = located.finding.message.render(&Iam);
                    (Some(located.finding.id), at, message)
                })
                .collect()
        }
    }
}

/// Where the input says that the finding is.
fn expected(input: Input) -> String {
    let source = expanded(source(input));
    let start = source.find('«').unwrap();
    let end = source.find('»').unwrap() - '«'.len_utf8();
    format!(
        "{:?} {}",
        start..end,
        &source.replace(['«', '»'], "")[start..end]
    )
}

const fn source(input: Input) -> &'static str {
    match input {
        Dsl(source) | Of(_, source) | Json(source) => source,
    }
}

/// An input that the language can say, without its marks.
fn said(input: Input) -> Option<(PolicyKind, String)> {
    let (kind, source) = match input {
        Dsl(source) => (PolicyKind::Identity, source),
        Of(kind, source) => (kind, source),
        Json(_) => return None,
    };
    is_built(source).then(|| (kind, expanded(source).replace(['«', '»'], "")))
}

#[test]
fn each_case_has_a_rule() {
    for (id, ..) in CASES {
        assert!(Rule::find(id).is_some(), "no rule {id}");
    }
}

#[test]
fn each_rule_fires_alone_on_its_token() {
    for (id, input, _) in CASES {
        if !is_built(source(*input)) {
            continue;
        }
        let fired = fired(*input);
        let [(found, at, _)] = fired.as_slice() else {
            panic!(
                "{id}: one finding expected in {}, found {fired:#?}",
                source(*input)
            );
        };
        assert_eq!(
            (*found, at),
            (Some(*id), &expected(*input)),
            "{}",
            source(*input)
        );
    }
}

#[test]
fn what_is_nearly_wrong_is_silent() {
    for (id, _, near) in CASES {
        if is_built(source(*near)) {
            let fired = fired(*near);
            assert!(fired.is_empty(), "{id}: {}: {fired:#?}", source(*near));
        }
    }
}

#[test]
fn what_looks_wrong_is_right() {
    let wrong: Vec<_> = (RIGHT.iter())
        .filter(|source| is_built(source))
        .map(|source| (source, found(PolicyKind::Identity, &expanded(source))))
        .filter(|(_, found)| !found.is_empty())
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A finding is refused or told as its rule says.
#[test]
fn a_rule_refuses_or_warns() {
    for (id, input, _) in CASES {
        let Some((kind, source)) = said(*input) else {
            continue;
        };
        let evaluated = evaluate(kind, source.parse().unwrap());
        let denied = Rule::find(id).unwrap().denied_in_rust;
        assert_eq!(evaluated.is_denied(), denied, "{id}");
        assert_eq!(evaluated.diagnostics[0].denied, denied, "{id}");
    }
}

/// `accept` silences its rule in its statement, and only there.
#[test]
fn each_rule_can_be_accepted() {
    for (id, input, _) in CASES {
        let Some((kind, source)) = said(*input) else {
            continue;
        };
        // The accepted statement is the last; a statement before it does not share in it.
        let accepted = format!("{source}.accept({id}, \"a test\")");
        assert!(found(kind, &accepted).is_empty(), "{accepted}");
        let other = match kind {
            PolicyKind::Identity => "deny(rekognition::DetectText).on_any()",
            _ => continue,
        };
        let elsewhere = format!("{source}, {other}.accept({id}, \"a test\")");
        let found = found(kind, &elsewhere);
        // Advice is left unsaid beside the error that the acceptance is of no use.
        if Rule::find(id).unwrap().denied_in_rust {
            assert_eq!(found.len(), 2, "{elsewhere}: {found:#?}");
            assert_eq!(found[0].0, Some(*id));
        }
        let last = found.last().unwrap();
        assert!(last.2.contains("finds nothing"), "{found:#?}");
    }
}

/// A service whose feature is off is another mistake than one that AWS does not have.
#[test]
fn a_service_that_is_off_names_its_feature() {
    if catalogue::service("sqs").is_some() {
        println!("SKIPPED: every service is part of this build");
        return;
    }
    for (source, at) in [
        ("allow(sqs::SendMessage).on_any()", "sqs"),
        (
            r#"allow("sqs:SendMessage").on_any()"#,
            r#""sqs:SendMessage""#,
        ),
        (
            r#"allow(rekognition::DetectText).on(sqs::queue("us-east-1", "123456789012", "q"))"#,
            "sqs",
        ),
        (
            r#"allow(rekognition::DetectText).on_any().when(kms::ViaService.string_equals("x"))"#,
            "kms",
        ),
        (
            r#"allow(rekognition::DetectText).on_any().when("kms:ViaService".string_equals("x"))"#,
            r#""kms:ViaService""#,
        ),
    ] {
        let found = found(PolicyKind::Identity, source);
        let [(_, range, text)] = found.as_slice() else {
            panic!("{source}: {found:#?}");
        };
        assert_eq!(&source[range.clone()], at, "{source}");
        assert!(text.contains("is not part of this build"), "{text}");
        assert!(text.contains("help: turn on"), "{text}");
    }
}
