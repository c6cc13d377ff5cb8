//! Advice.

use crate::rules::harness::Input::Dsl;
use crate::rules::harness::{Case, case};

pub(crate) const CASES: &[Case] = &[
    case(
        "REKOGNITION_IAM_ACTION_CASE",
        Dsl(r#"allow(«"rekognition:detecttext"»).on_any()"#),
        Dsl("allow(rekognition::DetectText).on_any()"),
    ),
    case(
        "REKOGNITION_IAM_ACTION_ENDED",
        Dsl("allow(rekognition::«GetPersonTracking»).on_any()"),
        Dsl("deny(rekognition::GetPersonTracking).on_any()"),
    ),
    case(
        "REKOGNITION_IAM_ACTION_CLOSED",
        Dsl("allow(rekognition::«GetMediaAnalysisJob»).on_any()"),
        Dsl(r#"allow(rekognition::matching("Get*")).on_any()"#),
    ),
    case(
        "REKOGNITION_IAM_STAR_RESOURCE",
        Dsl("allow(rekognition::DetectText, rekognition::IndexFaces).«on_any»()"),
        Dsl("allow(rekognition::DetectText, rekognition::DetectModerationLabels).on_any()"),
    ),
    case(
        "REKOGNITION_IAM_STAR_RESOURCE",
        Dsl("allow(rekognition::DetectText, s3::GetObject).«on_any»()"),
        Dsl("allow(rekognition::DetectText, s3::ListAllMyBuckets).on_any()"),
    ),
    case(
        "REKOGNITION_IAM_OPEN_BUCKET_NAME",
        Dsl(r#"allow(s3::GetObject).on(«"arn:aws:s3:::photos*"»)"#),
        Dsl(r#"allow(s3::GetObject).on(s3::object("photos", "*"))"#),
    ),
    case(
        "REKOGNITION_IAM_SERVICE_WILDCARD",
        Dsl("allow(rekognition::«all»()).on_any()"),
        Dsl(r#"allow(rekognition::matching("D*")).on_any()"#),
    ),
    case(
        "REKOGNITION_IAM_FULL_WILDCARD",
        Dsl(r#"allow(«"*"»).on(STAFF)"#),
        Dsl(r#"deny("*").on(STAFF)"#),
    ),
    case(
        "REKOGNITION_IAM_ALLOW_NOT_ACTION",
        Dsl("allow(«not»(iam::all(), s3::DeleteBucket)).on_any()"),
        Dsl(r#"allow(not(iam::all(), s3::DeleteBucket)).on(s3::object("b", "*"))"#),
    ),
    case(
        "WILDCARD_IN_SERVICE_NAME",
        Dsl(
            r#"allow(rekognition::IndexFaces).on(«"arn:aws:rek*:us-east-1:123456789012:collection/a"»)"#,
        ),
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection("us-*", "123456789012", "a"))"#,
        ),
    ),
    case(
        "REKOGNITION_IAM_REGION_WITHOUT_REKOGNITION",
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection(«"eu-north-1"», "123456789012", "a"))"#,
        ),
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection("eu-west-1", "123456789012", "a"))"#,
        ),
    ),
    case(
        "REKOGNITION_IAM_COMPANION_MISSING",
        Dsl(
            r#"allow(iam::GetRole).on(iam::role("123456789012", "a")), allow(rekognition::«StartLabelDetection», rekognition::StartTextDetection).on_any()"#,
        ),
        Dsl(
            r#"allow(rekognition::StartLabelDetection).on_any(), allow(iam::PassRole).on(iam::role("123456789012", "a")).when(iam::PassedToService.string_equals("rekognition.amazonaws.com"))"#,
        ),
    ),
    case(
        "REKOGNITION_IAM_COMPANION_MISSING",
        Dsl(
            r#"allow(iam::PassRole).on(iam::role("123456789012", "a")).when(iam::PassedToService.string_equals("sns.amazonaws.com")), allow(rekognition::«StartLabelDetection»).on_any()"#,
        ),
        Dsl(
            r#"allow(rekognition::StartLabelDetection).on_any(), allow(iam::PassRole).on(iam::role("123456789012", "a")).when(iam::PassedToService.string_not_equals("sns.amazonaws.com"))"#,
        ),
    ),
    case(
        "REDUNDANT_ACTION",
        Dsl(r#"allow(rekognition::matching("Detect*"), rekognition::«DetectText»).on_any()"#),
        Dsl(r#"allow(rekognition::matching("DetectF*"), rekognition::DetectText).on_any()"#),
    ),
    case(
        "REDUNDANT_RESOURCE",
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::«collection»("us-east-1", "123456789012", "staff"), rekognition::collection("us-east-1", "123456789012", "s*"))"#,
        ),
        Dsl(
            r#"allow(rekognition::IndexFaces).on(STAFF, rekognition::collection("us-east-1", "123456789012", "g*"))"#,
        ),
    ),
    case(
        "REDUNDANT_STATEMENT",
        Dsl(
            r#"allow(rekognition::matching("Detect*")).on_any(), «allow»(rekognition::DetectText).on_any()"#,
        ),
        Dsl(
            r#"allow(rekognition::matching("Detect*")).on_any(), deny(rekognition::DetectText).on_any()"#,
        ),
    ),
    case(
        "REKOGNITION_IAM_ALLOW_CANCELLED",
        Dsl(
            r#"deny(rekognition::matching("Detect*")).on_any(), «allow»(rekognition::DetectText).on_any()"#,
        ),
        Dsl(
            r#"deny(rekognition::matching("Detect*")).on_any().when(aws::SecureTransport.bool(false)), allow(rekognition::DetectText).on_any()"#,
        ),
    ),
    case(
        "REKOGNITION_IAM_REGION_WITHOUT_FEATURE",
        Dsl(
            r#"allow(rekognition::DeleteProject).on(rekognition::project(«"us-west-1"», "123456789012", "logos", "*"))"#,
        ),
        Dsl(
            r#"allow(rekognition::DeleteProject).on(rekognition::project("us-west-2", "123456789012", "logos", "*"))"#,
        ),
    ),
];
