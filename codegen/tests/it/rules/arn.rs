//! ARNs, field by field, and the ids in them.

use crate::rules::harness::Input::Dsl;
use crate::rules::harness::{Case, case};

pub(crate) const CASES: &[Case] = &[
    case(
        "INVALID_ARN_PREFIX",
        // What CreateCollection answers with.
        Dsl(
            r#"allow(rekognition::IndexFaces).on(«"aws:rekognition:us-west-2:123456789012:collection/a"»)"#,
        ),
        Dsl(
            r#"allow(rekognition::IndexFaces).on("arn:aws:rekognition:us-west-2:123456789012:collection/a")"#,
        ),
    ),
    case(
        "MISSING_ARN_FIELD",
        Dsl(r#"allow(rekognition::IndexFaces).on(«"arn:aws:rekognition:us-west-2:collection/a"»)"#),
        Dsl(r#"allow(rekognition::IndexFaces).on("arn:aws:rekognition:us-west-2:*:collection/a")"#),
    ),
    case(
        "INVALID_ARN_SERVICE_CASE",
        Dsl(
            r#"allow(rekognition::IndexFaces).on(«"arn:aws:Rekognition:us-west-2:123456789012:collection/a"»)"#,
        ),
        Dsl(
            r#"allow(rekognition::IndexFaces).on("arn:aws:rekognition:us-west-2:123456789012:collection/A")"#,
        ),
    ),
    case(
        "INVALID_PARTITION",
        Dsl("allow(rekognition::IndexFaces).on(STAFF.partition(«\"aws-usgov\"»))"),
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection("us-gov-west-1", "123456789012", "a").partition("aws-us-gov"))"#,
        ),
    ),
    case(
        "INVALID_ARN_REGION",
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection(«"us-est-1"», "123456789012", "a"))"#,
        ),
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection("eu-*", "123456789012", "a"))"#,
        ),
    ),
    case(
        "REKOGNITION_IAM_REGION_OUTSIDE_PARTITION",
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection(«"us-gov-west-1"», "123456789012", "a"))"#,
        ),
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection("us-gov-west-1", "123456789012", "a").partition("*"))"#,
        ),
    ),
    case(
        "INVALID_ARN_ACCOUNT",
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection("us-east-1", «"12345678901"», "a"))"#,
        ),
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection("us-east-1", "1234????9012", "a"))"#,
        ),
    ),
    case(
        "MISSING_ARN_REGION",
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection(«""», "123456789012", "a"))"#,
        ),
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection("*", "123456789012", "a"))"#,
        ),
    ),
    case(
        "MISSING_ARN_ACCOUNT",
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection("us-east-1", «""», "a"))"#,
        ),
        Dsl(r#"allow(rekognition::IndexFaces).on(rekognition::collection("us-east-1", "*", "a"))"#),
    ),
    case(
        "ARN_REGION_NOT_ALLOWED",
        Dsl(r#"allow(s3::GetObject).on(«"arn:aws:s3:us-east-1::uploads/*"»)"#),
        Dsl(r#"allow(s3::GetObject).on("arn:aws:s3:::uploads/*")"#),
    ),
    case(
        "ARN_ACCOUNT_NOT_ALLOWED",
        Dsl(r#"allow(s3::GetObject).on(«"arn:aws:s3::123456789012:uploads/*"»)"#),
        // The star matches the empty account too.
        Dsl(r#"allow(s3::GetObject).on("arn:aws:s3::*:uploads/*")"#),
    ),
    case(
        "INVALID_ARN_RESOURCE",
        Dsl(r#"allow(rekognition::IndexFaces).on(«"ARN:collections/a"»)"#),
        Dsl(r#"allow(rekognition::IndexFaces).on("ARN:collection/a")"#),
    ),
    case(
        "REKOGNITION_IAM_ARN_WITHOUT_TIMESTAMP",
        // Without its timestamp.
        Dsl(r#"allow(rekognition::DeleteProject).on(«"ARN:project/logos"»)"#),
        Dsl(r#"allow(rekognition::DeleteProject).on("ARN:project/logos/*")"#),
    ),
    case(
        "REKOGNITION_IAM_ARN_WITHOUT_END",
        Dsl(
            r#"allow(logs::FilterLogEvents).on(logs::log_group("us-east-1", "123456789012", «"a"»))"#,
        ),
        Dsl(r#"allow(logs::TagResource).on(logs::log_group("us-east-1", "123456789012", "a"))"#),
    ),
    case(
        "REKOGNITION_IAM_ID_GRAMMAR",
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection("us-east-1", "123456789012", «"staff faces"»))"#,
        ),
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection("us-east-1", "123456789012", "staff_faces-1.?*"))"#,
        ),
    ),
    case(
        "REKOGNITION_IAM_ID_GRAMMAR",
        Dsl(
            r#"allow(rekognition::DeleteDataset).on(rekognition::dataset("us-east-1", "123456789012", "logos", «"TRAIN"», "*"))"#,
        ),
        Dsl(
            r#"allow(rekognition::DeleteDataset).on(rekognition::dataset("us-east-1", "123456789012", "logos", "t*", "*"))"#,
        ),
    ),
    case(
        "REKOGNITION_IAM_ID_GRAMMAR",
        Dsl(
            r#"allow(rekognition::DeleteProject).on(rekognition::project("us-east-1", "123456789012", "logos", «"2024-01-01"»))"#,
        ),
        Dsl("allow(rekognition::DeleteProject).on(LOGOS)"),
    ),
];
