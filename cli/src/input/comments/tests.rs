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
        "# rekognition-iam is what allows X, y",
        "# Rekognition-IAM: see the guide",
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
            "# rekognition-iam: allow INVALID_ACTION, INVALID_ARN_REGION, both are new",
            "this comment allows `INVALID_ACTION` and `INVALID_ARN_REGION`, and a comment allows one rule",
            "write a comment with a reason for each rule",
        ),
        (
            "# rekognition-iam allow INVALID_ACTION, x",
            "this comment does not begin with `rekognition-iam: allow`",
            "write `rekognition-iam: allow RULE, reason`",
        ),
        (
            "# Rekognition-IAM: Allow INVALID_ACTION, x",
            "this comment does not begin with `rekognition-iam: allow`",
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

#[test]
fn a_text_may_have_a_comment_in_any_letter_case() {
    assert!(may_have("a: b # Rekognition-IAM: Allow X, y"));
    assert!(may_have("é # rekognition-iam allow"));
    assert!(!may_have(
        "a: rekognition:DetectText # rekognition-ia\u{e9}"
    ));
}
