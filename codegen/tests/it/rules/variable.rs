//! Policy variables.

use crate::rules::harness::Input::Dsl;
use crate::rules::harness::{Case, case};

pub(crate) const CASES: &[Case] = &[
    case(
        "MISSING_BRACE_IN_VARIABLE",
        Dsl(r#"allow(rekognition::IndexFaces).on(«"ARN:collection/${aws:username"»)"#),
        Dsl(r#"allow(rekognition::IndexFaces).on("ARN:collection/${aws:username}")"#),
    ),
    case(
        "EMPTY_VARIABLE",
        Dsl(r#"allow(rekognition::IndexFaces).on(«"ARN:collection/a${}"»)"#),
        // A plain star.
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::PrincipalTag("a").string_like("${*}"))"#,
        ),
    ),
    case(
        "UNSUPPORTED_SPACE_IN_VARIABLE",
        Dsl(r#"allow(rekognition::IndexFaces).on(«"ARN:collection/${ aws:username}"»)"#),
        Dsl(
            r#"allow(rekognition::IndexFaces).on("ARN:collection/${aws:PrincipalTag/first name, 'a b'}")"#,
        ),
    ),
    case(
        "MISSING_QUOTE_IN_VARIABLE",
        Dsl(
            r#"allow(rekognition::IndexFaces).on(«"ARN:collection/${aws:PrincipalTag/team, none}"»)"#,
        ),
        Dsl(
            r#"allow(rekognition::IndexFaces).on("ARN:collection/${aws:PrincipalTag/team, 'none'}")"#,
        ),
    ),
    case(
        "REKOGNITION_IAM_UNKNOWN_VARIABLE",
        Dsl(r#"allow(rekognition::IndexFaces).on(«"ARN:collection/${aws:usrname}"»)"#),
        Dsl(r#"allow(rekognition::IndexFaces).on("ARN:collection/${aws:PrincipalTag/usrname}")"#),
    ),
    case(
        "REKOGNITION_IAM_UNKNOWN_VARIABLE",
        // Out of AWS's own tables by copy and paste: one mistake, though a variable may not be there either.
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection(«"${Region}"», "123456789012", "a"))"#,
        ),
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection("*", "123456789012", "a"))"#,
        ),
    ),
    case(
        "REKOGNITION_IAM_MULTIVALUED_VARIABLE",
        Dsl(r#"allow(rekognition::IndexFaces).on(«"ARN:collection/${aws:TagKeys}"»)"#),
        Dsl(r#"allow(rekognition::IndexFaces).on("ARN:collection/${aws:userid}")"#),
    ),
    case(
        "VARIABLE_UNSUPPORTED_IN_ELEMENT",
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection("us-east-1", «"${aws:PrincipalAccount}"», "a"))"#,
        ),
        Dsl(
            r#"allow(rekognition::IndexFaces).on(rekognition::collection("us-east-1", "*", "${aws:PrincipalAccount}"))"#,
        ),
    ),
    case(
        "INVALID_VARIABLE_FOR_OPERATOR",
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::CurrentTime.date_less_than(«"${aws:TokenIssueTime}"»))"#,
        ),
        Dsl(
            r#"allow(rekognition::DetectText).on_any().when(aws::PrincipalTag("a").string_equals("${aws:username}"))"#,
        ),
    ),
    case(
        "VARIABLE_UNSUPPORTED_IN_VERSION",
        Dsl(
            r#"version("2008-10-17"), allow(s3::GetObject).on(s3::object("b", «"${aws:username}"»))"#,
        ),
        Dsl(r#"allow(s3::GetObject).on(s3::object("b", "${aws:username}"))"#),
    ),
    case(
        "REKOGNITION_IAM_FOREIGN_ESCAPE",
        Dsl(r#"allow(s3::GetObject).on(s3::object("b", «"$${aws:username}/*"»))"#),
        Dsl(r#"allow(s3::GetObject).on(s3::object("b", "${$}${aws:username}/*"))"#),
    ),
    case(
        "REKOGNITION_IAM_FOREIGN_ESCAPE",
        Dsl(r#"allow(s3::GetObject).on(s3::object("b", «"${AWS::AccountId}/*"»))"#),
        Dsl(r#"allow(s3::GetObject).on(s3::object("b", "${aws:PrincipalAccount}/*"))"#),
    ),
];
