//! Actions.

use crate::rules::harness::Input::Dsl;
use crate::rules::harness::{Case, case};

pub(crate) const CASES: &[Case] = &[
    case(
        "REKOGNITION_IAM_ACTION_FORMAT",
        Dsl(r#"allow("rekognition:DetectText", «"DetectFaces"»).on_any()"#),
        Dsl(r#"allow("rekognition:DetectText", "rekognition:DetectFaces").on_any()"#),
    ),
    case(
        "INVALID_SERVICE_IN_ACTION",
        Dsl(r#"allow(«"rekogniton:DetectText"»).on_any()"#),
        Dsl(r#"allow("rekognition:DetectText").on_any()"#),
    ),
    case(
        "INVALID_SERVICE_IN_ACTION",
        Dsl(r#"allow(«"rekog*:DetectText"»).on_any()"#),
        Dsl(r#"allow("rekognition:*Text").on_any()"#),
    ),
    case(
        "REKOGNITION_IAM_SERVICE_NOT_COVERED",
        Dsl(r#"allow(«"assurance:GetReport"»).on_any()"#),
        Dsl("allow(rekognition::DetectText).on_any()"),
    ),
    case(
        "REKOGNITION_IAM_SERVICE_RETIRED",
        Dsl(r#"allow(«"deeplens:ListDevices"»).on_any()"#),
        Dsl(r#"allow("lambda:ListFunctions").on_any()"#),
    ),
    case(
        "INVALID_ACTION",
        Dsl("allow(rekognition::DetectFaces, rekognition::«DetectLabls»).on_any()"),
        Dsl(r#"allow(rekognition::DetectFaces, "rekognition:DetectLabels").on_any()"#),
    ),
    case(
        "REKOGNITION_IAM_ACTION_PATTERN_MATCHES_NOTHING",
        Dsl(r#"allow(rekognition::matching(«"Labels*"»)).on_any()"#),
        Dsl(r#"allow(rekognition::matching("*Labels")).on_any()"#),
    ),
];
