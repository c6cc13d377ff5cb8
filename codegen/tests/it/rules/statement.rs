//! Statements, their Sids and lists, and the version of the policy.

use crate::rules::harness::Input::{Dsl, Of};
use crate::rules::harness::{Case, case, case_of_policy};
use rekognition_iam_runtime::document::PolicyKind::Resource;

pub(crate) const CASES: &[Case] = &[
    case(
        "EMPTY_ARRAY_ACTION",
        Dsl("allow«([])».on_any()"),
        Dsl("allow([rekognition::DetectText]).on_any()"),
    ),
    case(
        "EMPTY_ARRAY_ACTION",
        Dsl("deny(«not»([])).on_any()"),
        Dsl("deny(not(rekognition::DetectText)).on_any()"),
    ),
    case(
        "EMPTY_ARRAY_RESOURCE",
        Dsl("allow(rekognition::DetectText).on«([])»"),
        Dsl(r#"allow(rekognition::DetectText).on(["*"])"#),
    ),
    case(
        "EMPTY_ARRAY_RESOURCE",
        Dsl("deny(rekognition::IndexFaces).on(«not»([]))"),
        Dsl("deny(rekognition::IndexFaces).on(not(STAFF))"),
    ),
    case(
        "EMPTY_OBJECT_CONDITION",
        Dsl(r#"allow(rekognition::DetectText).on_any().when(operator(«"StringEquals"»))"#),
        Dsl("allow(rekognition::DetectText).on_any()"),
    ),
    case(
        "EMPTY_OBJECT_CONDITION",
        Dsl("allow(rekognition::DetectText).on_any().when«([])»"),
        Dsl("allow(rekognition::DetectText).on_any()"),
    ),
    case(
        "EMPTY_ARRAY_CONDITION",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::PrincipalTag("x").«string_equals»([]))"#,
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::PrincipalTag("x").string_equals(["a"]))"#,
        ),
    ),
    case(
        "EMPTY_ARRAY_CONDITION_FORALLVALUES",
        Dsl(
            "allow(rekognition::DetectText).on_any().when(aws::CalledVia.for_all_values().«string_equals»([]))",
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::CalledVia.for_all_values().string_not_equals(["athena.amazonaws.com"]))"#,
        ),
    ),
    case(
        "EMPTY_ARRAY_CONDITION_FORANYVALUE",
        Dsl(
            "allow(rekognition::DetectText).on_any().when(aws::CalledVia.for_any_value().«string_equals»([]))",
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::CalledVia.for_any_value().string_equals(["athena.amazonaws.com"]))"#,
        ),
    ),
    case(
        "EMPTY_ARRAY_CONDITION_IFEXISTS",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::PrincipalTag("x").«string_equals»([]).if_exists())"#,
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::PrincipalTag("x").string_equals(["a"]).if_exists())"#,
        ),
    ),
    case(
        "UNSUPPORTED_SID",
        Dsl(r#"allow(rekognition::DetectText).on_any().sid(«"Read only"»)"#),
        Dsl(r#"allow(rekognition::DetectText).on_any().sid("ReadOnly2")"#),
    ),
    case(
        "EMPTY_SID_VALUE",
        Dsl(r#"allow(rekognition::DetectText).on_any().sid(«""»)"#),
        Dsl(r#"allow(rekognition::DetectText).on_any().sid("A")"#),
    ),
    case(
        "UNIQUE_SIDS_REQUIRED",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().sid("A"), deny(rekognition::DetectFaces).on_any().sid(«"A"»)"#,
        ),
        // Case counts.
        Dsl(
            r#"allow(rekognition::DetectText).on_any().sid("A"), deny(rekognition::DetectFaces).on_any().sid("a")"#,
        ),
    ),
    case(
        "UNIQUE_SIDS_RECOMMENDED",
        Of(
            Resource,
            r#"allow(sns::Publish).to(account("123456789012")).on(TOPIC).sid("A b"), allow(sns::Subscribe).to(account("123456789012")).on(TOPIC).sid(«"A b"»)"#,
        ),
        Of(
            Resource,
            r#"allow(sns::Publish).to(account("123456789012")).on(TOPIC).sid("A b"), allow(sns::Subscribe).to(account("123456789012")).on(TOPIC).sid("B b")"#,
        ),
    ),
    case_of_policy(
        "INVALID_VERSION",
        Dsl(r#"version(«"2012-10-18"»), allow(rekognition::DetectText).on_any()"#),
        Dsl(r#"version("2008-10-17"), allow(rekognition::DetectText).on_any()"#),
    ),
    case_of_policy(
        "MISSING_VERSION",
        Dsl("«no_version»(), allow(rekognition::DetectText).on_any()"),
        Dsl("allow(rekognition::DetectText).on_any()"),
    ),
    case(
        "MISSING_RESOURCE",
        Dsl("allow(rekognition::DetectText).«no_resource»()"),
        Dsl("allow(rekognition::DetectText).on_any()"),
    ),
    case(
        "DUPLICATE_KEYS_WITH_DIFFERENT_CASE",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::RequestedRegion.string_equals("us-east-1"), «"AWS:requestedregion"».string_equals("us-east-2"))"#,
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::RequestedRegion.string_equals("us-east-1", "us-east-2"))"#,
        ),
    ),
    case(
        "INVALID_CONDITION_DATA_TYPE",
        Dsl(
            "allow(rekognition::DetectText).on_any().when(aws::MultiFactorAuthAge.numeric_equals(json(3600), «7200»))",
        ),
        Dsl(
            "allow(rekognition::DetectText).on_any().when(aws::MultiFactorAuthAge.numeric_equals(json(3600)))",
        ),
    ),
];
