//! The rules that no policy in the language can break (`import::unsayable` has the reasons), each with a JSON text that
//! breaks it and a similar one that does not.

use rekognition_iam_runtime::document::PolicyKind;

/// A rule that only a text in JSON can break.
pub(crate) struct Unsayable {
    pub(crate) id: &'static str,
    pub(crate) kind: PolicyKind,
    /// The rule fires here, on what is between `«` and `»`.
    pub(crate) fires: &'static str,
    /// Nearly the same, and right.
    pub(crate) near: &'static str,
}

const fn rule(id: &'static str, fires: &'static str, near: &'static str) -> Unsayable {
    Unsayable {
        id,
        kind: PolicyKind::Identity,
        fires,
        near,
    }
}

impl Unsayable {
    const fn of(mut self, kind: PolicyKind) -> Self {
        self.kind = kind;
        self
    }
}

/// `OPEN` and `CLOSE` represent what is around a statement, `COPY` the rest of one of a project policy, `DEEP` for as
/// many brackets as a text may have.
pub(crate) fn expanded(text: &str) -> String {
    text.replace(
        "OPEN",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","#,
    )
    .replace(
        "COPY",
        r#""Action":"rekognition:CopyProjectVersion","Resource":"arn:aws:rekognition:us-east-1:123456789012:project/logos/version/v1/*"CLOSE"#,
    )
    .replace("CLOSE", "}]}")
    .replace("DEEP", &"[".repeat(32))
}

/// A policy that leaves nothing to say.
const RIGHT: &str = r#"OPEN"Action":"rekognition:DetectText","Resource":"*"CLOSE"#;

pub(crate) const UNSAYABLE: &[Unsayable] = &[
    rule(
        "JSON_SYNTAX_ERROR",
        r#"OPEN"Action":"rekognition:DetectText","Resource":"*"«,»CLOSE"#,
        RIGHT,
    ),
    rule("REKOGNITION_IAM_JSON_LIMIT", "DEEP«[»", RIGHT),
    rule(
        "DATA_TYPE_MISMATCH",
        r#"OPEN"Action":["rekognition:DetectText",«5»],"Resource":"*"CLOSE"#,
        r#"OPEN"Action":["rekognition:DetectText","rekognition:DetectFaces"],"Resource":"*"CLOSE"#,
    ),
    rule(
        "INVALID_POLICY_ELEMENT",
        r#"OPEN"Action":"rekognition:DetectText",«"Resources"»:"*"CLOSE"#,
        RIGHT,
    ),
    rule(
        "REKOGNITION_IAM_DUPLICATE_KEY",
        r#"OPEN"Action":"rekognition:DetectText","Resource":"*","Condition":{"Null":{"aws:SourceVpc":"true",«"aws:SourceVpc"»:"false"}}CLOSE"#,
        r#"OPEN"Action":"rekognition:DetectText","Resource":"*","Condition":{"Null":{"aws:SourceVpc":"true","aws:SourceVpce":"false"}}CLOSE"#,
    ),
    rule(
        "MISSING_STATEMENT",
        r#"{"Version":"2012-10-17",«"Statement"»:[]}"#,
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"rekognition:DetectText","Resource":"*"}}"#,
    ),
    rule(
        "MISSING_EFFECT",
        r#"{"Version":"2012-10-17","Statement":[«{»"Action":"rekognition:DetectText","Resource":"*"}]}"#,
        r#"{"Version":"2012-10-17","Statement":[{"Action":"rekognition:DetectText","Resource":"*","Effect":"Deny"}]}"#,
    ),
    rule(
        "INVALID_EFFECT",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":«"ALLOW"»,"Action":"rekognition:DetectText","Resource":"*"}]}"#,
        RIGHT,
    ),
    rule(
        "INVALID_PRINCIPAL_FORMAT",
        r#"OPEN"Principal":«"123456789012"»,COPY"#,
        r#"OPEN"Principal":{"AWS":"123456789012"},COPY"#,
    )
    .of(PolicyKind::Project),
    rule(
        "INVALID_PRINCIPAL_KEY",
        r#"OPEN"Principal":{«"aws"»:"123456789012"},COPY"#,
        r#"OPEN"Principal":{"AWS":"123456789012"},COPY"#,
    )
    .of(PolicyKind::Project),
    rule(
        "MISSING_ACTION",
        r#"{"Version":"2012-10-17","Statement":[«{»"Effect":"Allow","Resource":"*"}]}"#,
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotAction":"rekognition:DetectText","Resource":"*"}]}"#,
    ),
    rule(
        "UNSUPPORTED_ELEMENT_COMBINATION",
        r#"OPEN"Action":"rekognition:DetectText",«"NotAction"»:"rekognition:DetectFaces","Resource":"*"CLOSE"#,
        RIGHT,
    ),
];
