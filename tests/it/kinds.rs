//! Every kind of policy and every form of principal, byte for byte; and that a value known later means only itself.

#![cfg(feature = "services")]
#![allow(
    deprecated,
    reason = "what the rules only doubt is not what this looks at"
)]

use std::fmt::Debug;
use std::str::FromStr;

use rekognition_iam::evaluate::Request;
use rekognition_iam::values::*;
use rekognition_iam::*;

#[test]
fn principals() {
    const POLICY: ResourcePolicy = resource_policy![
        allow(s3::GetObject)
            .to(
                service("rekognition.amazonaws.com"),
                account("111122223333"),
                role("111122223333", "path/reader"),
                user("111122223333", "ann"),
                session("111122223333", "reader", "ann"),
                canonical_user("79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"),
                "arn:aws:iam::111122223333:role/written-out",
                role("111122223333", "elsewhere").partition("aws-cn"),
            )
            .on(s3::object("photos", "*")),
        deny(s3::GetObject)
            .to(not(role("111122223333", "reader")))
            .on(s3::object("photos", "*")),
        deny(s3::GetObject)
            .to(anyone())
            .on(s3::object("photos", "*"))
            .when(aws::SecureTransport.bool(false)),
    ];
    const FEDERATED: TrustPolicy = trust_policy![
        allow(sts::AssumeRoleWithSAML)
            .to(federated("arn:aws:iam::111122223333:saml-provider/staff"))
            .when(
                unlisted("SAML:aud", "the key of SAML sessions")
                    .string_equals("https://signin.aws.amazon.com/saml")
            ),
    ];
    assert!(
        FEDERATED.json().contains(
            r#""Principal":{"Federated":"arn:aws:iam::111122223333:saml-provider/staff"},"#
        ),
        "{FEDERATED}"
    );
    let [first, not, anyone] = statements(&POLICY.json().replace(' ', ""))
        .try_into()
        .unwrap();
    assert_eq!(
        first,
        r#"{"Effect":"Allow","Principal":{"Service":"rekognition.amazonaws.com","AWS":["arn:aws:iam::111122223333:root","arn:aws:iam::111122223333:role/path/reader","arn:aws:iam::111122223333:user/ann","arn:aws:sts::111122223333:assumed-role/reader/ann","arn:aws:iam::111122223333:role/written-out","arn:aws-cn:iam::111122223333:role/elsewhere"],"CanonicalUser":"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::photos/*"}"#
    );
    assert!(
        not.starts_with(
            r#"{"Effect":"Deny","NotPrincipal":{"AWS":"arn:aws:iam::111122223333:role/reader"},"#
        ),
        "{not}"
    );
    assert!(
        anyone.starts_with(r#"{"Effect":"Deny","Principal":"*","#),
        "{anyone}"
    );
}

/// The statements of a minified document, each as its text.
fn statements(json: &str) -> Vec<String> {
    let inner = json
        .split_once(r#""Statement":["#)
        .and_then(|(_, rest)| rest.strip_suffix("]}"))
        .unwrap();
    let mut out = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, c) in inner.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                if depth == 0 {
                    out.push(inner[start..=at].to_owned());
                    start = at + 2;
                }
            }
            _ => {}
        }
    }
    out
}

#[test]
fn kinds() {
    let trust: TrustPolicy = trust_policy![
        allow(sts::AssumeRole)
            .to(service("rekognition.amazonaws.com"))
            .when(
                aws::SourceAccount.string_equals("111122223333"),
                aws::SourceArn
                    .arn_like("arn:aws:rekognition:us-east-1:111122223333:streamprocessor/*"),
            ),
    ];
    let project: ProjectPolicy = project_policy![
        allow(rekognition::CopyProjectVersion)
            .to(role("111122223333", "copier"))
            .on(rekognition::projectversion(
                "us-east-1",
                "123456789012",
                "logos",
                "*",
                "*"
            )),
    ];
    let queue: ResourcePolicy = resource_policy![
        allow(sqs::SendMessage)
            .to(service("sns.amazonaws.com"))
            .on(sqs::queue("us-east-1", "123456789012", "results"))
            .when(aws::SourceArn.arn_equals("arn:aws:sns:us-east-1:123456789012:done")),
    ];
    let session: SessionPolicy = session_policy![allow(rekognition::DetectFaces).on_any()];
    let boundary: PermissionsBoundary = permissions_boundary![allow(rekognition::all()).on_any()];
    let service_control: ServiceControlPolicy = service_control_policy![
        deny(rekognition::CreateStreamProcessor)
            .on_any()
            .when(aws::RequestedRegion.string_not_equals("eu-west-1")),
    ];
    let resource_control: ResourceControlPolicy = resource_control_policy![
        deny(s3::GetObject)
            .to(anyone())
            .on_any()
            .when(aws::SecureTransport.bool(false)),
    ];
    for (kind, json, expected) in [
        (
            trust.kind(),
            trust.json(),
            r#"{"Effect":"Allow","Principal":{"Service":"rekognition.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:SourceAccount":"111122223333"},"ArnLike":{"aws:SourceArn":"arn:aws:rekognition:us-east-1:111122223333:streamprocessor/*"}}}"#,
        ),
        (
            project.kind(),
            project.json(),
            r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/copier"},"Action":"rekognition:CopyProjectVersion","Resource":"arn:aws:rekognition:us-east-1:123456789012:project/logos/version/*/*"}"#,
        ),
        (
            queue.kind(),
            queue.json(),
            r#"{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"arn:aws:sqs:us-east-1:123456789012:results","Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:sns:us-east-1:123456789012:done"}}}"#,
        ),
        (
            session.kind(),
            session.json(),
            r#"{"Effect":"Allow","Action":"rekognition:DetectFaces","Resource":"*"}"#,
        ),
        (
            boundary.kind(),
            boundary.json(),
            r#"{"Effect":"Allow","Action":"rekognition:*","Resource":"*"}"#,
        ),
        (
            service_control.kind(),
            service_control.json(),
            r#"{"Effect":"Deny","Action":"rekognition:CreateStreamProcessor","Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":"eu-west-1"}}}"#,
        ),
        (
            resource_control.kind(),
            resource_control.json(),
            r#"{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}"#,
        ),
    ] {
        assert_eq!(
            json,
            format!(r#"{{"Version":"2012-10-17","Statement":[{expected}]}}"#),
            "{}",
            kind.name()
        );
    }
    let kinds = [
        trust.kind(),
        project.kind(),
        queue.kind(),
        session.kind(),
        boundary.kind(),
        service_control.kind(),
        resource_control.kind(),
    ];
    assert_eq!(kinds.as_slice(), &PolicyKind::ALL[1..8]);
}

/// Numbers that only look random, the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        // xorshift64
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit).unwrap()).unwrap()
    }

    fn pick(&mut self, chars: &[char]) -> char {
        chars[self.below(chars.len())]
    }
}

/// Characters that mean something to IAM, and some that do not.
const NASTY: &str = "aZ09-_./*?${}:,=@+\\\" é";

/// Values of the type with this name, made of the characters that it takes and those that mean something, and for each
/// some that are nearly the same.
fn probes(random: &mut Random, kind: &str) -> Vec<(String, Vec<String>)> {
    let nasty: Vec<char> = NASTY.chars().collect();
    let mut out = Vec::new();
    while out.len() < 60 {
        let value: String = match grammar_of(kind) {
            Some(grammar) if !grammar.words.is_empty() => {
                grammar.words[random.below(grammar.words.len())].to_owned()
            }
            grammar => {
                let (chars, min, max) = match grammar {
                    Some(grammar) => (
                        (grammar.chars.iter())
                            .flat_map(|&(first, last)| first..=last)
                            .collect(),
                        usize::from(grammar.min),
                        usize::from(grammar.max),
                    ),
                    None => (nasty.clone(), 1, 12),
                };
                let length = min + random.below(max.min(min + 6) - min + 1);
                (0..length).map(|_| random.pick(&chars)).collect()
            }
        };
        if fill_as(kind, &value, Place::Pattern).is_none_or(|filled| filled.is_err()) {
            continue;
        }
        let mut near = vec![
            value.clone(),
            String::new(),
            format!("{value}a"),
            format!("a{value}"),
            value.to_uppercase(),
            value.to_lowercase(),
            value.replace(['*', '?'], "x"),
            value.replace('*', ""),
            value.replace('$', "${$}"),
            "x".to_owned(),
        ];
        for _ in 0..20 {
            let mut chars: Vec<char> = value.chars().collect();
            let at = random.below(chars.len());
            match random.below(3) {
                0 => chars[at] = random.pick(&nasty),
                1 => chars.insert(at, random.pick(&nasty)),
                _ => {
                    chars.remove(at);
                }
            }
            near.push(chars.into_iter().collect());
        }
        out.push((value, near));
    }
    out
}

fn parse<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

/// What a policy with a value allows is what it allows with that value read literally: the resource whose ARN has it, and
/// no other.
#[test]
fn a_value_in_an_arn_matches_itself() {
    let mut random = Random(0x0dd_ba11);
    let mut asked = 0;
    macro_rules! check {
        ($($type:ident, $action:expr, $arn:literal, $resource:expr;)*) => {$({
            fn with(value: &$type) -> PolicyBuf {
                let make: fn(&$type) -> PolicyBuf = $resource;
                make(value)
            }
            for (value, near) in probes(&mut random, stringify!($type)) {
                let program = with(&parse(&value)).program();
                for other in near {
                    let arn = format!($arn, other);
                    let allowed = program.evaluate(&Request::new($action, &arn)).is_allowed();
                    assert_eq!(allowed, other == value, "{value:?} {arn}");
                    asked += 1;
                }
            }
        })*};
    }
    check! {
        Partition, rekognition::SearchFaces, "arn:{}:rekognition:us-east-1:123456789012:collection/a",
            |x| policy![allow(rekognition::SearchFaces).on(rekognition::collection("us-east-1", "123456789012", "a").partition(x))];
        Region, rekognition::SearchFaces, "arn:aws:rekognition:{}:123456789012:collection/a",
            |x| policy![allow(rekognition::SearchFaces).on(rekognition::collection(x, "123456789012", "a"))];
        AccountId, rekognition::SearchFaces, "arn:aws:rekognition:us-east-1:{}:collection/a",
            |x| policy![allow(rekognition::SearchFaces).on(rekognition::collection("us-east-1", x, "a"))];
        CollectionId, rekognition::SearchFaces, "arn:aws:rekognition:us-east-1:123456789012:collection/{}",
            |x| policy![allow(rekognition::SearchFaces).on(rekognition::collection("us-east-1", "123456789012", x))];
        ProjectName, rekognition::DescribeProjectVersions, "arn:aws:rekognition:us-east-1:123456789012:project/{}/1627045542080",
            |x| policy![allow(rekognition::DescribeProjectVersions).on(rekognition::project("us-east-1", "123456789012", x, "1627045542080"))];
        VersionName, rekognition::DetectCustomLabels, "arn:aws:rekognition:us-east-1:123456789012:project/a/version/{}/1627045542080",
            |x| policy![allow(rekognition::DetectCustomLabels).on(rekognition::projectversion("us-east-1", "123456789012", "a", x, "1627045542080"))];
        CreationTimestamp, rekognition::DetectCustomLabels, "arn:aws:rekognition:us-east-1:123456789012:project/a/version/b/{}",
            |x| policy![allow(rekognition::DetectCustomLabels).on(rekognition::projectversion("us-east-1", "123456789012", "a", "b", x))];
        StreamProcessorName, rekognition::DescribeStreamProcessor, "arn:aws:rekognition:us-east-1:123456789012:streamprocessor/{}",
            |x| policy![allow(rekognition::DescribeStreamProcessor).on(rekognition::streamprocessor("us-east-1", "123456789012", x))];
        DatasetType, rekognition::DescribeDataset, "arn:aws:rekognition:us-east-1:123456789012:project/a/dataset/{}/1627045542080",
            |x| policy![allow(rekognition::DescribeDataset).on(rekognition::dataset("us-east-1", "123456789012", "a", x, "1627045542080"))];
        BucketName, s3::GetObject, "arn:aws:s3:::{}/a",
            |x| policy![allow(s3::GetObject).on(s3::object(x, "a"))];
        ObjectKey, s3::GetObject, "arn:aws:s3:::a/{}",
            |x| policy![allow(s3::GetObject).on(s3::object("a", x))];
        RoleName, iam::GetRole, "arn:aws:iam::123456789012:role/{}",
            |x| policy![allow(iam::GetRole).on(iam::role("123456789012", x))];
        UserName, iam::GetUser, "arn:aws:iam::123456789012:user/{}",
            |x| policy![allow(iam::GetUser).on(iam::user("123456789012", x))];
        TopicName, sns::Publish, "arn:aws:sns:us-east-1:123456789012:{}",
            |x| policy![allow(sns::Publish).on(sns::topic("us-east-1", "123456789012", x))];
        QueueName, sqs::SendMessage, "arn:aws:sqs:us-east-1:123456789012:{}",
            |x| policy![allow(sqs::SendMessage).on(sqs::queue("us-east-1", "123456789012", x))];
        StreamName, kinesis::PutRecord, "arn:aws:kinesis:us-east-1:123456789012:stream/{}",
            |x| policy![allow(kinesis::PutRecord).on(kinesis::stream("us-east-1", "123456789012", x))];
        KeyId, kms::Decrypt, "arn:aws:kms:us-east-1:123456789012:key/{}",
            |x| policy![allow(kms::Decrypt).on(kms::key("us-east-1", "123456789012", x))];
        FunctionName, lambda::InvokeFunction, "arn:aws:lambda:us-east-1:123456789012:function:{}",
            |x| policy![allow(lambda::InvokeFunction).on(lambda::function("us-east-1", "123456789012", x))];
        TableName, dynamodb::PutItem, "arn:aws:dynamodb:us-east-1:123456789012:table/{}",
            |x| policy![allow(dynamodb::PutItem).on(dynamodb::table("us-east-1", "123456789012", x))];
        ResourceName, states::StartExecution, "arn:aws:states:us-east-1:123456789012:stateMachine:{}",
            |x| policy![allow(states::StartExecution).on(states::statemachine("us-east-1", "123456789012", x))];
        ResourcePath, secretsmanager::GetSecretValue, "arn:aws:secretsmanager:us-east-1:123456789012:secret:{}",
            |x| policy![allow(secretsmanager::GetSecretValue).on(secretsmanager::secret("us-east-1", "123456789012", x))];
    }
    assert!(asked > 30_000, "{asked}");
}

/// The same for values of conditions: under an operator with wildcards, and under one without.
#[test]
fn a_value_of_a_condition_matches_itself() {
    fn equals(value: &Text) -> PolicyBuf {
        policy![
            allow(rekognition::DetectFaces)
                .on_any()
                .when(aws::PrincipalTag("team").string_equals(value))
        ]
    }
    fn like(value: &Text) -> PolicyBuf {
        policy![
            allow(rekognition::DetectFaces)
                .on_any()
                .when(aws::PrincipalTag("team").string_like(value))
        ]
    }
    fn name(value: &RoleName) -> PolicyBuf {
        policy![
            allow(rekognition::DetectFaces)
                .on_any()
                .when(aws::PrincipalTag("team").string_like(value))
        ]
    }
    let mut random = Random(0xc0ffee);
    let mut check = |kind: &str, make: &dyn Fn(&str) -> PolicyBuf| {
        for (value, near) in probes(&mut random, kind) {
            let program = make(&value).program();
            for other in near {
                let request = Request::new(rekognition::DetectFaces, "*")
                    .with(aws::PrincipalTag("team"), other.as_str())
                    // What a policy variable in the value would represent.
                    .with(aws::username, other.as_str());
                let allowed = program.evaluate(&request).is_allowed();
                assert_eq!(allowed, other == value, "{value:?} {other:?}");
            }
        }
    };
    check("Text", &|text| equals(&parse(text)));
    check("Text", &|text| like(&parse(text)));
    check("RoleName", &|text| name(&parse(text)));
    // As someone said it, word for word.
    for hostile in ["*", "?", "${aws:username}", "${*}", "a${$}b", "$"] {
        for make in [equals, like] {
            let program = make(&parse(hostile)).program();
            let asked = |value: &str| {
                let request = Request::new(rekognition::DetectFaces, "*")
                    .with(aws::PrincipalTag("team"), value)
                    .with(aws::username, "ann");
                program.evaluate(&request).is_allowed()
            };
            assert!(asked(hostile), "{hostile}");
            for other in ["ann", "x", "*a", "$*", ""] {
                assert!(!asked(other), "{hostile} {other}");
            }
        }
    }
}

/// Functions of every kind give policies of their kind, with the same JSON as the literal policy.
#[test]
fn functions_of_every_kind() {
    let (region, account) = (
        parse::<Region>("us-east-1"),
        parse::<AccountId>("123456789012"),
    );
    let session = crate::template_policies::session(&parse("staff"));
    let literal: SessionPolicy =
        session_policy![
            allow(rekognition::SearchFacesByImage).on(rekognition::collection(
                "us-east-1",
                "123456789012",
                "staff"
            )),
        ];
    assert_eq!(session.json(), literal.json());
    let queue = crate::template_policies::queue(
        &region,
        &account,
        &parse("results"),
        &parse("arn:aws:sns:us-east-1:123456789012:done"),
    );
    let literal: ResourcePolicy = resource_policy![
        allow(sqs::SendMessage)
            .to(service("sns.amazonaws.com"))
            .on(sqs::queue("us-east-1", "123456789012", "results"))
            .when(aws::SourceArn.arn_equals("arn:aws:sns:us-east-1:123456789012:done")),
    ];
    assert_eq!(queue.json(), literal.json());
    let project =
        crate::template_policies::project(&account, &parse("111122223333"), &parse("logos"));
    let literal: ProjectPolicy = project_policy![
        allow(rekognition::CopyProjectVersion)
            .to(account("111122223333"))
            .on(rekognition::projectversion(
                "us-east-1",
                "123456789012",
                "logos",
                "*",
                "*"
            )),
    ];
    assert_eq!(project.json(), literal.json());
    assert_eq!(project.kind(), PolicyKind::Project);
    assert_eq!(
        crate::template_policies::boundary(&region).kind(),
        PolicyKind::PermissionsBoundary
    );
    assert_eq!(
        crate::template_policies::service_control(&region).kind(),
        PolicyKind::ServiceControl
    );
    assert_eq!(
        crate::template_policies::resource_control(&parse("o-a1b2c3d4e5")).kind(),
        PolicyKind::ResourceControl
    );
}

/// Every kind in the table that has a macro and a type has them here.
mod table {
    macro_rules! names {
        ($($kind:ident $macro:ident $type:ident $constructor:ident)*) => {$(
            #[allow(unused_imports, reason = "that there is one is all")]
            use rekognition_iam::{$macro, $type};
        )*};
    }

    rekognition_iam_runtime::__kinds!(names);
}

/// The cfg must be in the macro itself, where the crate that uses it is asked for it, and the mirror before the policy.
#[test]
fn editors_get_the_mirror_of_each_kind() {
    let source = include_str!("../../src/lib.rs");
    for language in (PolicyKind::ALL.iter()).filter_map(|kind| kind.language()) {
        let name = language.macro_name;
        let (_, body) = (source.split_once(&format!("macro_rules! {name} {{"))).unwrap();
        let (body, _) = body.split_once("\n}").unwrap();
        let (before, _) = (body.split_once(&format!("__private::expand::{name}! {{"))).unwrap();
        let mirror = "#[cfg(rust_analyzer)]\n            $crate::__private::expand::mirror! { [$crate] [$($input)*] }";
        assert!(before.contains(mirror), "{name}: {body}");
    }
    let (_, body) = source.split_once("macro_rules! assert_policy {").unwrap();
    let (before, _) = body
        .split_once("__private::expand::assert_policy! {")
        .unwrap();
    let mirror = "#[cfg(rust_analyzer)]\n            $crate::__private::expand::mirror_guarantees! { [$crate] [$($input)*] }";
    assert!(before.contains(mirror), "{body}");
}
