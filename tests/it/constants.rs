//! Constants of a program as values of its policies: a policy of nothing else is a constant too.

use rekognition_iam::values::CollectionId;
use rekognition_iam::{Policy, PolicyBuf, ProjectPolicy, aws, policy, project_policy, rekognition};

const ACCOUNT: &str = "123456789012";
static REGION: &str = concat!("us-", "east", "-", 1);
const COLLECTION: &str = "staff-faces";
const VPC: &str = "vpc-1a2b3c4d";
const ROLE: &str = "arn:aws:iam::123456789012:role/indexer";

mod config {
    pub(crate) mod aws {
        pub(crate) const PARTITION: &str = "aws-us-gov";
        pub(crate) const REGION: &str = "us-gov-west-1";
    }
}

/// Names of constants that look less like one.
const R: &str = "eu-west-1";
const _UNUSED_ELSEWHERE: &str = "tenant-8";
const r#ID_2: &str = "tenant-9";

static SHORT: Policy = policy![allow(rekognition::SearchFaces).on(
    rekognition::collection(R, ACCOUNT, _UNUSED_ELSEWHERE),
    rekognition::collection(R, ACCOUNT, r#ID_2),
),];

trait Numbered {
    const ID: &'static str;
}

impl Numbered for Tenant {
    const ID: &'static str = "tenant-10";
}

/// A constant of a type parameter is known for each type only: this is no constant.
fn of_any<T: Numbered>() -> PolicyBuf {
    policy![allow(rekognition::SearchFaces).on(rekognition::collection(REGION, ACCOUNT, T::ID))]
}

#[test]
fn short_names_and_type_parameters() {
    assert!(
        SHORT
            .json()
            .contains("eu-west-1:123456789012:collection/tenant-8")
    );
    assert!(
        SHORT
            .json()
            .contains("eu-west-1:123456789012:collection/tenant-9")
    );
    let policy = of_any::<Tenant>();
    assert!(policy.json().contains("collection/tenant-10"));
    assert!(policy.measure().is_within_quota());
}

struct Tenant;

impl Tenant {
    const ID: &'static str = "tenant-7";

    /// Not a constant: `Self` has no name that the constants of an expansion could use.
    fn reader(&self) -> PolicyBuf {
        policy![allow(rekognition::SearchFaces).on(rekognition::collection(
            REGION,
            ACCOUNT,
            Self::ID
        ))]
    }
}

static READER: Policy = policy![
    allow(rekognition::SearchFaces)
        .on(rekognition::collection(REGION, ACCOUNT, COLLECTION))
        .when(aws::SourceVpc.string_equals(VPC, "vpc-5e6f7a8b")),
    allow(rekognition::ListFaces).on(rekognition::collection(
        crate::constants::config::aws::REGION,
        ACCOUNT,
        Tenant::ID
    )
    .partition(config::aws::PARTITION)),
];

const EXPECTED: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"rekognition:SearchFaces","Resource":"arn:aws:rekognition:us-east-1:123456789012:collection/staff-faces","Condition":{"StringEquals":{"aws:SourceVpc":["vpc-1a2b3c4d","vpc-5e6f7a8b"]}}},{"Effect":"Allow","Action":"rekognition:ListFaces","Resource":"arn:aws-us-gov:rekognition:us-gov-west-1:123456789012:collection/tenant-7"}]}"#;

#[test]
fn a_policy_of_constants_is_constant() {
    const JSON: &str = READER_AS_CONST.json();
    const READER_AS_CONST: Policy = policy![allow(rekognition::SearchFaces).on(
        rekognition::collection(REGION_AS_CONST, ACCOUNT, COLLECTION)
    )];
    const REGION_AS_CONST: &str = "eu-west-1";
    assert!(JSON.contains("arn:aws:rekognition:eu-west-1:123456789012:collection/staff-faces"));
    assert_eq!(READER.json(), EXPECTED);
}

#[test]
fn principals() {
    static SHARED: ProjectPolicy = project_policy![
        allow(rekognition::CopyProjectVersion)
            .to(ROLE, account(ACCOUNT))
            .on(rekognition::projectversion(
                REGION, ACCOUNT, "logos", "*", "*"
            )),
    ];
    assert!(SHARED.json().contains(
        r#"{"AWS":["arn:aws:iam::123456789012:role/indexer","arn:aws:iam::123456789012:root"]}"#
    ));
}

#[test]
fn next_to_values_that_are_known_later() {
    let collection: CollectionId = "visitors".parse().unwrap();
    let policy: PolicyBuf = policy![allow(rekognition::SearchFaces).on(
        rekognition::collection(REGION, ACCOUNT, collection),
        rekognition::collection(REGION, ACCOUNT, COLLECTION),
    )];
    assert!(policy.json().contains(
        r#"["arn:aws:rekognition:us-east-1:123456789012:collection/visitors","arn:aws:rekognition:us-east-1:123456789012:collection/staff-faces"]"#
    ));
    assert!(Tenant.reader().json().contains(":collection/tenant-7"));
}

/// The compiler puts the values into what evaluation reads, too.
#[cfg(feature = "evaluate")]
#[test]
fn evaluates() {
    use rekognition_iam::assert_policy;
    use rekognition_iam::evaluate::{Program, Request};

    assert_policy!(READER:
        allows(rekognition::ListFaces).on("arn:aws-us-gov:rekognition:us-gov-west-1:123456789012:collection/tenant-7"),
        never(rekognition::DeleteFaces),
        only_on("arn:*:rekognition:*:123456789012:collection/*"),
    );
    let request = |resource| {
        Request::new(rekognition::SearchFaces, resource).with(aws::SourceVpc, "vpc-1a2b3c4d")
    };
    let staff = "arn:aws:rekognition:us-east-1:123456789012:collection/staff-faces";
    assert!(READER.evaluate(&request(staff)).is_allowed());
    let others = "arn:aws:rekognition:us-east-1:123456789012:collection/staff-face";
    assert!(!READER.evaluate(&request(others)).is_allowed());
    // The same answers as those of the same policy, written out.
    let written = Program::compile(&READER.document());
    for resource in [staff, others] {
        assert_eq!(
            READER.evaluate(&request(resource)).is_allowed(),
            written.evaluate(&request(resource)).is_allowed()
        );
    }
}

/// Policies with the same document are equal, however its values were written.
#[test]
fn equality() {
    use std::collections::HashSet;

    static CONSTANT: Policy = policy![
        allow(rekognition::SearchFaces).on(rekognition::collection(R, ACCOUNT, COLLECTION))
    ];
    static LITERAL: Policy = policy![allow(rekognition::SearchFaces).on(rekognition::collection(
        "eu-west-1",
        "123456789012",
        "staff-faces"
    ))];
    static OTHER: Policy = policy![allow(rekognition::SearchFaces).on(rekognition::collection(
        "eu-west-1",
        "123456789012",
        "staff-face"
    ))];
    assert_eq!(CONSTANT.json(), LITERAL.json());
    assert_eq!(CONSTANT, LITERAL);
    assert_ne!(CONSTANT, OTHER);
    assert_eq!(HashSet::from([CONSTANT, LITERAL, OTHER]).len(), 2);
}
