//! Principals.

use crate::rules::harness::Input::{Dsl, Of};
use crate::rules::harness::{Case, case};
use rekognition_iam_runtime::document::PolicyKind::{Resource, RoleTrust};

pub(crate) const CASES: &[Case] = &[
    case(
        "UNSUPPORTED_PRINCIPAL",
        Dsl("allow(rekognition::DetectText).«to»(anyone()).on_any()"),
        Dsl("allow(rekognition::DetectText).on_any()"),
    ),
    case(
        "MISSING_PRINCIPAL",
        Of(Resource, "allow(sns::Publish).«no_principal»().on(TOPIC)"),
        Of(
            Resource,
            r#"allow(sns::Publish).to(account("123456789012")).on(TOPIC)"#,
        ),
    ),
    case(
        "REKOGNITION_IAM_CANONICAL_USER",
        Of(
            Resource,
            r#"allow(sns::Publish).to(canonical_user(«"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"»)).on(TOPIC)"#,
        ),
        Of(
            Resource,
            r#"allow(s3::GetObject).to(canonical_user("79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be")).on(s3::object("photos", "*"))"#,
        ),
    ),
    case(
        "ALLOW_WITH_NOT_PRINCIPAL",
        Of(
            Resource,
            r#"allow(sns::Publish).to(«not»(account("123456789012"))).on(TOPIC)"#,
        ),
        Of(
            Resource,
            r#"deny(sns::Publish).to(not(account("123456789012"))).on(TOPIC)"#,
        ),
    ),
    case(
        "REKOGNITION_IAM_ALLOWED_TO_EVERYONE",
        Of(RoleTrust, r#"allow(sts::AssumeRole).to(«"*"»)"#),
        Of(
            RoleTrust,
            r#"allow(sts::AssumeRole).to("*").when(aws::PrincipalOrgID.string_equals("o-a1b2c3d4e5"))"#,
        ),
    ),
    case(
        "REKOGNITION_IAM_ALLOWED_TO_EVERYONE",
        Of(
            Resource,
            "allow(sns::Publish).to(«anyone»()).on(TOPIC).when(aws::SecureTransport.bool(true))",
        ),
        Of(
            Resource,
            r#"allow(sns::Publish).to(anyone()).on(TOPIC).when(aws::SourceVpc.string_equals("vpc-12345678"))"#,
        ),
    ),
    case(
        "UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
        Of(
            Resource,
            r#"allow(sns::Publish).to(role("123456789012", «"a*"»)).on(TOPIC)"#,
        ),
        Of(
            Resource,
            r#"allow(sns::Publish).to("*").on(TOPIC).when(aws::PrincipalArn.arn_like("arn:aws:iam::123456789012:role/a*"))"#,
        ),
    ),
    case(
        "REKOGNITION_IAM_PRINCIPAL_FORMAT",
        Of(
            Resource,
            r#"allow(sns::Publish).to(«"arn:User ARN"»).on(TOPIC)"#,
        ),
        Of(
            Resource,
            r#"allow(sns::Publish).to(user("123456789012", "a")).on(TOPIC)"#,
        ),
    ),
    case(
        "INVALID_ROLE_REFERENCE",
        Of(
            Resource,
            r#"allow(sns::Publish).to(«"AROAIIAV2EXAMPLEEXAMPLE"»).on(TOPIC)"#,
        ),
        Of(
            Resource,
            r#"allow(sns::Publish).to(role("123456789012", "AROA")).on(TOPIC)"#,
        ),
    ),
    case(
        "INVALID_USER_REFERENCE",
        Of(
            Resource,
            r#"allow(sns::Publish).to(«"AIDAIIAV2EXAMPLEEXAMPLE"»).on(TOPIC)"#,
        ),
        Of(
            Resource,
            r#"allow(sns::Publish).to(user("123456789012", "AIDA")).on(TOPIC)"#,
        ),
    ),
    case(
        "INVALID_SERVICE_PRINCIPAL_FORMAT",
        Of(
            Resource,
            r#"allow(sns::Publish).to(service(«"s3"»)).on(TOPIC).when(aws::SourceAccount.string_equals("123456789012"))"#,
        ),
        Of(
            Resource,
            r#"allow(sns::Publish).to(service("s3.amazonaws.com")).on(TOPIC).when(aws::SourceAccount.string_equals("123456789012"))"#,
        ),
    ),
    case(
        "REKOGNITION_IAM_UNKNOWN_SERVICE_PRINCIPAL",
        Of(
            RoleTrust,
            r#"allow(sts::AssumeRole).to(service(«"lamda.amazonaws.com"»))"#,
        ),
        Of(
            RoleTrust,
            r#"allow(sts::AssumeRole).to(service("ecs-tasks.amazonaws.com"))"#,
        ),
    ),
    case(
        "REKOGNITION_IAM_SERVICE_PRINCIPAL_NEVER_CALLS",
        Of(
            Resource,
            r#"allow(sns::Publish).to(service(«"rekognition.amazonaws.com"»)).on(TOPIC).when(aws::SourceAccount.string_equals("123456789012"))"#,
        ),
        Of(
            Resource,
            r#"allow(s3::GetObject).to(service("rekognition.amazonaws.com")).on(s3::object("b", "*")).when(aws::SourceAccount.string_equals("123456789012"))"#,
        ),
    ),
    case(
        "FEDERATED_PRINCIPAL_NOT_SUPPORTED",
        Of(
            Resource,
            r#"allow(sns::Publish).to(federated(«"accounts.google.com"»)).on(TOPIC)"#,
        ),
        Of(
            Resource,
            r#"allow(sns::Publish).to(account("123456789012")).on(TOPIC)"#,
        ),
    ),
    case(
        "EMPTY_ARRAY_PRINCIPAL",
        Of(Resource, "allow(sns::Publish).to«(account([]))».on(TOPIC)"),
        Of(
            Resource,
            r#"allow(sns::Publish).to([account("123456789012")]).on(TOPIC)"#,
        ),
    ),
    case(
        "EMPTY_OBJECT_PRINCIPAL",
        Of(Resource, "allow(sns::Publish).to«([])».on(TOPIC)"),
        Of(
            Resource,
            r#"allow(sns::Publish).to(account("123456789012")).on(TOPIC)"#,
        ),
    ),
    case(
        "REKOGNITION_IAM_MIXED_PRINCIPALS",
        Of(
            RoleTrust,
            r#"allow(sts::AssumeRole).to(service("rekognition.amazonaws.com"), «user»("123456789012", "a")).when(aws::SourceAccount.string_equals("123456789012"))"#,
        ),
        Of(
            RoleTrust,
            r#"allow(sts::AssumeRole).to(service("rekognition.amazonaws.com")).when(aws::SourceAccount.string_equals("123456789012")), allow(sts::AssumeRole).to(user("123456789012", "a"))"#,
        ),
    ),
    case(
        "UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
        Of(
            RoleTrust,
            r#"allow(sts::AssumeRole).to(service("lambda.amazonaws.com")).when(aws::«PrincipalOrgID».string_equals("o-a1b2c3d4e5"))"#,
        ),
        Of(
            RoleTrust,
            r#"allow(sts::AssumeRole).to(service("lambda.amazonaws.com")).when(aws::SourceOrgID.string_equals("o-a1b2c3d4e5"))"#,
        ),
    ),
    case(
        "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL",
        Of(
            Resource,
            r#"allow(sns::Publish).to(service(«"s3.amazonaws.com"»)).on(TOPIC)"#,
        ),
        Of(
            Resource,
            r#"allow(sns::Publish).to(service("s3.amazonaws.com")).on(TOPIC).when(aws::SourceAccount.string_equals("123456789012"))"#,
        ),
    ),
    case(
        "RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
        Of(
            Resource,
            r#"allow(sns::Publish).to(service("s3.amazonaws.com")).on(TOPIC).when(aws::«PrincipalServiceName».string_equals("s3.amazonaws.com"))"#,
        ),
        Of(
            Resource,
            r#"allow(sns::Publish).to(service("s3.amazonaws.com")).on(TOPIC).when(aws::SourceAccount.string_equals("123456789012"))"#,
        ),
    ),
    case(
        "REKOGNITION_IAM_NO_SERVICE_LINKED_ROLE",
        Of(
            RoleTrust,
            r#"allow(sts::AssumeRole).to(«role»("123456789012", "aws-service-role/rekognition.amazonaws.com/AWSServiceRoleForRekognition"))"#,
        ),
        Of(
            RoleTrust,
            r#"allow(sts::AssumeRole).to(role("123456789012", "aws-service-role/lex.amazonaws.com/AWSServiceRoleForLexBots"))"#,
        ),
    ),
];
