//! Actions and the resources that they are granted on.

use crate::rules::harness::Input::Dsl;
use crate::rules::harness::{Case, case};

pub(crate) const CASES: &[Case] = &[
    case(
        "REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH",
        Dsl("allow(rekognition::«DetectLabels»).on(STAFF)"),
        Dsl("allow(rekognition::IndexFaces).on(STAFF), allow(rekognition::DetectLabels).on_any()"),
    ),
    case(
        "REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH",
        Dsl("allow(rekognition::«DeleteProject»).on(STAFF)"),
        Dsl("allow(rekognition::DeleteProject).on(LOGOS)"),
    ),
    case(
        "REKOGNITION_IAM_ACTION_DEAD_BESIDE_OTHERS",
        Dsl(r#"allow(rekognition::IndexFaces, rekognition::«DetectLabels»).on(STAFF)"#),
        Dsl(r#"allow(rekognition::IndexFaces, rekognition::ListFaces).on(STAFF)"#),
    ),
    case(
        "REKOGNITION_IAM_ACTION_DEAD_BESIDE_OTHERS",
        // One expression, told once.
        Dsl("allow(rekognition::«read»()).on(STAFF)"),
        // A group by pattern means what fits: `*` leaves out what cannot use the collection.
        Dsl(r#"allow(rekognition::matching("*s")).on(STAFF)"#),
    ),
    case(
        "REKOGNITION_IAM_ACTION_RESOURCE_DISPUTED",
        Dsl("allow(rekognition::«CreateProject»).on(LOGOS)"),
        Dsl("allow(rekognition::CreateProject).on_any()"),
    ),
    case(
        "REKOGNITION_IAM_ACTION_RESOURCE_UNDOCUMENTED",
        Dsl(r#"allow(rekognition::«ListCollections»).on("arn:aws:rekognition:*:*:*")"#),
        Dsl("allow(rekognition::ListCollections).on_any()"),
    ),
    case(
        "REKOGNITION_IAM_RESOURCE_UNUSED",
        Dsl(
            r#"allow(rekognition::IndexFaces).on(STAFF, rekognition::«project»("us-east-1", "123456789012", "logos", "*"))"#,
        ),
        Dsl("allow(rekognition::IndexFaces, rekognition::DeleteProject).on(STAFF, LOGOS)"),
    ),
    case(
        "REKOGNITION_IAM_EXCEPTION_UNUSED",
        Dsl(r#"deny(s3::GetObject).on(not(s3::«bucket»("photos")))"#),
        Dsl(r#"deny(s3::GetObject).on(not(s3::bucket("photos"), s3::object("photos", "*")))"#),
    ),
    case(
        "REKOGNITION_IAM_REQUIRED_RESOURCE_MISSING",
        Dsl("allow(rekognition::«CopyProjectVersion»).on(LOGOS)"),
        // Two statements grant the two halves.
        Dsl(
            r#"allow(rekognition::CopyProjectVersion, rekognition::CreateProjectVersion).on(LOGOS),
               allow(rekognition::CopyProjectVersion).on(rekognition::projectversion("us-east-1", "123456789012", "logos", "v1", "*"))"#,
        ),
    ),
];
