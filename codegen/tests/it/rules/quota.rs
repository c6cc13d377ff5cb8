//! How much AWS takes, in all and of which characters.

use crate::rules::harness::Input::{Dsl, Of};
use crate::rules::harness::{Case, case, case_of_policy};
use rekognition_iam_runtime::document::PolicyKind::{
    Resource, ResourceControl, RoleTrust, ServiceControl, Session,
};

pub(crate) const CASES: &[Case] = &[
    case_of_policy(
        "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::PrincipalTag("team").string_equals(LONG(6100)))"#,
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::PrincipalTag("team").string_equals(LONG(5900)))"#,
        ),
    ),
    case_of_policy(
        "POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA",
        Of(
            RoleTrust,
            r#"allow(sts::AssumeRole).to(account("123456789012")).when(aws::PrincipalTag("team").string_equals(LONG(2000)))"#,
        ),
        Of(
            RoleTrust,
            r#"allow(sts::AssumeRole).to(account("123456789012")).when(aws::PrincipalTag("team").string_equals(LONG(1800)))"#,
        ),
    ),
    case_of_policy(
        "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA",
        Of(
            Resource,
            r#"allow(sns::Publish).to(account("123456789012")).on(TOPIC).when(aws::PrincipalTag("team").string_equals(LONG(30700)))"#,
        ),
        // A key takes more than a topic.
        Of(
            Resource,
            r#"allow(kms::Decrypt).to(account("123456789012")).on(KEY).when(aws::PrincipalTag("team").string_equals(LONG(30700)))"#,
        ),
    ),
    case_of_policy(
        "POLICY_SIZE_EXCEEDS_SCP_QUOTA",
        Of(
            ServiceControl,
            r#"deny(rekognition::DetectText).on_any().when(aws::PrincipalTag("team").string_equals(LONG(10200)))"#,
        ),
        Of(
            ServiceControl,
            r#"deny(rekognition::DetectText).on_any().when(aws::PrincipalTag("team").string_equals(LONG(10000)))"#,
        ),
    ),
    case_of_policy(
        "POLICY_SIZE_EXCEEDS_RCP_QUOTA",
        Of(
            ResourceControl,
            r#"deny(s3::GetObject).to(anyone()).on_any().when(aws::PrincipalTag("team").string_equals(LONG(5100)))"#,
        ),
        Of(
            ResourceControl,
            r#"deny(s3::GetObject).to(anyone()).on_any().when(aws::PrincipalTag("team").string_equals(LONG(4900)))"#,
        ),
    ),
    case_of_policy(
        "REKOGNITION_IAM_SESSION_POLICY_SIZE",
        Of(
            Session,
            r#"allow(rekognition::DetectText).on_any().when(aws::PrincipalTag("team").string_equals(LONG(2000)))"#,
        ),
        Of(
            Session,
            r#"allow(rekognition::DetectText).on_any().when(aws::PrincipalTag("team").string_equals(LONG(1800)))"#,
        ),
    ),
    case(
        "REKOGNITION_IAM_CHARACTER",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::PrincipalTag("fee").string_equals(«"€"»))"#,
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::PrincipalTag("fee").string_equals("£"))"#,
        ),
    ),
];
