//! The policies of AWS Organizations.

use crate::rules::harness::Input::Of;
use crate::rules::harness::{Case, case};
use rekognition_iam_runtime::document::PolicyKind::{ResourceControl, ServiceControl};

pub(crate) const CASES: &[Case] = &[
    case(
        "SCP_SYNTAX_ERROR_ACTION_WILDCARD",
        Of(ServiceControl, r#"deny(«"rekog*:IndexFaces"»).on_any()"#),
        Of(
            ServiceControl,
            r#"deny(rekognition::matching("*Faces")).on_any()"#,
        ),
    ),
    case(
        "SCP_SYNTAX_ERROR_PRINCIPAL",
        Of(
            ServiceControl,
            "deny(rekognition::DetectText).«to»(anyone()).on_any()",
        ),
        Of(ServiceControl, "deny(rekognition::DetectText).on_any()"),
    ),
    case(
        "RCP_SYNTAX_ERROR_PRINCIPAL",
        Of(
            ResourceControl,
            r#"deny(s3::GetObject).to«(account("123456789012"))».on_any()"#,
        ),
        Of(ResourceControl, "deny(s3::GetObject).to(anyone()).on_any()"),
    ),
    case(
        "RCP_SYNTAX_ERROR_ALLOW",
        Of(
            ResourceControl,
            r#"«allow»(s3::GetObject).to(anyone()).on(s3::object("b", "*"))"#,
        ),
        Of(ResourceControl, r#"allow("*").to(anyone()).on_any()"#),
    ),
    case(
        "RCP_SYNTAX_ERROR_NOTACTION",
        Of(
            ResourceControl,
            "deny(«not»(s3::GetObject)).to(anyone()).on_any()",
        ),
        Of(ResourceControl, "deny(s3::GetObject).to(anyone()).on_any()"),
    ),
    case(
        "RCP_SYNTAX_ERROR_ACTION",
        Of(
            ResourceControl,
            "deny(rekognition::«DetectText»).to(anyone()).on_any()",
        ),
        Of(
            ResourceControl,
            "deny(kinesisvideo::GetMedia).to(anyone()).on_any()",
        ),
    ),
    case(
        "RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY",
        Of(
            ResourceControl,
            r#"deny(s3::GetObject).to(anyone()).on_any().when(aws::«PrincipalOrgID».string_not_equals("o-a1b2c3d4e5").if_exists())"#,
        ),
        Of(
            ResourceControl,
            r#"deny(s3::GetObject).to(anyone()).on_any().when(aws::PrincipalOrgID.string_not_equals("o-a1b2c3d4e5").if_exists(), aws::PrincipalIsAWSService.bool(false).if_exists())"#,
        ),
    ),
    case(
        "RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY",
        Of(
            ResourceControl,
            r#"deny(s3::GetObject).to(anyone()).on_any().when(aws::«SourceOrgID».string_not_equals("o-a1b2c3d4e5").if_exists())"#,
        ),
        Of(
            ResourceControl,
            r#"deny(s3::GetObject).to(anyone()).on_any().when(aws::SourceOrgID.string_not_equals("o-a1b2c3d4e5").if_exists(), aws::PrincipalIsAWSService.bool(true), aws::SourceAccount.null(false))"#,
        ),
    ),
    case(
        "RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK",
        Of(
            ResourceControl,
            r#"deny(s3::GetObject).to(anyone()).on_any().when(aws::«SourceOrgID».string_not_equals("o-a1b2c3d4e5").if_exists(), aws::PrincipalIsAWSService.bool(true))"#,
        ),
        Of(
            ResourceControl,
            r#"deny(s3::GetObject).to(anyone()).on_any().when(aws::SourceOrgID.string_not_equals("o-a1b2c3d4e5").if_exists(), aws::PrincipalIsAWSService.bool(true), aws::SourceArn.null(false))"#,
        ),
    ),
];
