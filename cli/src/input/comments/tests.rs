use super::*;

#[test]
fn a_comment_names_a_rule_and_a_reason() {
    let reason = "the role, for emergencies".to_string();
    let id = "REKOGNITION_IAM_STAR_RESOURCE";
    for comment in [
        "# rekognition-iam: allow REKOGNITION_IAM_STAR_RESOURCE, the role, for emergencies",
        "//rekognition-iam:  allow  REKOGNITION_IAM_STAR_RESOURCE ,the role, for emergencies ",
        "/* rekognition-iam: allow REKOGNITION_IAM_STAR_RESOURCE, the role, for emergencies */",
    ] {
        let reason = reason.clone();
        assert_eq!(
            meaning(comment),
            Some(Ok(Allow { id, reason })),
            "{comment}"
        );
    }
    for comment in [
        "# rekognition-iam allow X, y",
        "# see rekognition-iam: allow X, y",
        "#",
    ] {
        assert_eq!(meaning(comment), None, "{comment}");
    }
}

#[test]
fn a_comment_without_a_rule_or_a_reason_is_bad() {
    for (comment, message, help) in [
        (
            "# rekognition-iam: allow INVALID_ACTION",
            "this comment allows `INVALID_ACTION` without a reason",
            "add the reason: `rekognition-iam: allow INVALID_ACTION, why`",
        ),
        (
            "# rekognition-iam: allow INVALID_ACTION, ",
            "this comment allows `INVALID_ACTION` without a reason",
            "add the reason: `rekognition-iam: allow INVALID_ACTION, why`",
        ),
        (
            "# rekognition-iam: allow INVALID_ACTION because I can",
            "there is no rule `INVALID_ACTION because I can`",
            "write a comma after `INVALID_ACTION`",
        ),
        (
            "# rekognition-iam: allow INVALID_ACTON, x",
            "there is no rule `INVALID_ACTON`",
            "did you mean `INVALID_ACTION`?",
        ),
        (
            "# rekognition-iam: ignore INVALID_ACTION, x",
            "this comment does not say what it allows",
            "write `rekognition-iam: allow RULE, reason`",
        ),
        (
            "# rekognition-iam: allowed, x",
            "this comment does not say what it allows",
            "write `rekognition-iam: allow RULE, reason`",
        ),
    ] {
        let (message, help) = (message.to_string(), help.to_string());
        assert_eq!(
            meaning(comment),
            Some(Err(Bad { message, help })),
            "{comment}"
        );
    }
}
