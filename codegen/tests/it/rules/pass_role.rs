//! What may be passed on: roles, and service-linked roles.

use crate::rules::harness::Input::Dsl;
use crate::rules::harness::{Case, case, case_beside};

pub(crate) const CASES: &[Case] = &[
    case(
        "PASS_ROLE_WITH_NOT_RESOURCE",
        Dsl(r#"allow(iam::«PassRole»).on(not(iam::role("123456789012", "a")))"#),
        Dsl(r#"allow(iam::PassRole).on(iam::role("123456789012", "a"))"#),
    ),
    case(
        "PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
        Dsl(r#"allow(iam::matching(«"Pass*"»)).on(not(iam::role("123456789012", "a")))"#),
        Dsl(r#"allow(iam::matching("Pass*")).on(iam::role("123456789012", "a"))"#),
    ),
    case(
        "PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE",
        Dsl(r#"allow(«not»([iam::CreateServiceLinkedRole])).on(not(s3::bucket("b")))"#),
        Dsl(r#"allow(not(iam::PassRole, iam::CreateServiceLinkedRole)).on(s3::bucket("b"))"#),
    ),
    case_beside(
        "PASS_ROLE_WITH_STAR_IN_RESOURCE",
        &["REKOGNITION_IAM_STAR_RESOURCE"],
        Dsl("allow(iam::«PassRole»).on_any()"),
        Dsl(r#"allow(iam::PassRole).on(iam::role("*", "Rek*"))"#),
    ),
    case_beside(
        "PASS_ROLE_WITH_STAR_IN_RESOURCE",
        &["REKOGNITION_IAM_STAR_RESOURCE"],
        Dsl(
            r#"allow(iam::«PassRole»).on_any().when(iam::PassedToService.string_equals("ec2.amazonaws.com").if_exists())"#,
        ),
        Dsl(
            r#"allow(iam::PassRole).on(iam::role("*", "Rek*")).when(iam::PassedToService.string_equals("ec2.amazonaws.com"))"#,
        ),
    ),
    case(
        "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE",
        Dsl(r#"allow(iam::matching(«"Pass*"»)).on_any()"#),
        Dsl(r#"allow(iam::matching("Pass*")).on(iam::role("123456789012", "a"))"#),
    ),
    case(
        "PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION",
        Dsl("allow(«not»([iam::CreateServiceLinkedRole])).on_any()"),
        Dsl(r#"allow(not(iam::PassRole, iam::CreateServiceLinkedRole)).on(s3::bucket("b"))"#),
    ),
    case(
        "CREATE_SLR_WITH_NOT_RESOURCE",
        Dsl(
            r#"allow(iam::«CreateServiceLinkedRole»).on(not(iam::role("123456789012", "aws-service-role/lex.amazonaws.com/*")))"#,
        ),
        Dsl(
            r#"allow(iam::CreateServiceLinkedRole).on(iam::role("123456789012", "aws-service-role/lex.amazonaws.com/*"))"#,
        ),
    ),
    case(
        "CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
        Dsl(
            r#"allow(iam::matching(«"CreateService*"»)).on(not(iam::role("123456789012", "aws-service-role/lex.amazonaws.com/*")))"#,
        ),
        Dsl(
            r#"allow(iam::matching("CreateService*")).on(iam::role("123456789012", "aws-service-role/lex.amazonaws.com/*"))"#,
        ),
    ),
    case(
        "CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE",
        Dsl(r#"allow(«not»([iam::PassRole])).on(not(s3::bucket("b")))"#),
        Dsl(r#"allow(not(iam::PassRole, iam::CreateServiceLinkedRole)).on(s3::bucket("b"))"#),
    ),
    case_beside(
        "CREATE_SLR_WITH_STAR_IN_RESOURCE",
        &["REKOGNITION_IAM_STAR_RESOURCE"],
        Dsl("allow(iam::«CreateServiceLinkedRole»).on_any()"),
        Dsl(
            r#"allow(iam::CreateServiceLinkedRole).on(iam::role("123456789012", "aws-service-role/lex.amazonaws.com/*"))"#,
        ),
    ),
    case(
        "CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE",
        Dsl(r#"allow(iam::matching(«"CreateService*"»)).on_any()"#),
        Dsl(
            r#"allow(iam::matching("CreateService*")).on(iam::role("123456789012", "aws-service-role/lex.amazonaws.com/*"))"#,
        ),
    ),
    case(
        "CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION",
        Dsl("allow(«not»([iam::PassRole])).on_any()"),
        Dsl(r#"allow(not(iam::PassRole, iam::CreateServiceLinkedRole)).on(s3::bucket("b"))"#),
    ),
];
