//! Constants are checked like literals, by the compiler: it knows their values, and the macro does not.

use rekognition_iam::{Policy, PolicyBuf, aws, policy, rekognition};

const ACCOUNT: &str = "12345";
const REGION: &str = "us-east1";
const PARTITION: &str = "awss";
const ANY: &str = "*";
const COLON: &str = "staff:faces";
const SHORT_ARN: &str = "arn:aws:iam:role/indexer";
const NUMBER: u64 = 123456789012;
const KIND: &str = "training";
const GOV: &str = "us-gov-west-1";

static WRONG_ACCOUNT: Policy = policy![allow(rekognition::ListFaces).on(rekognition::collection("us-east-1", ACCOUNT, "staff"))];
static WRONG_REGION: Policy = policy![allow(rekognition::ListFaces).on(rekognition::collection(REGION, "123456789012", "staff"))];
static OTHER_PARTITION: Policy = policy![allow(rekognition::ListFaces).on(rekognition::collection(GOV, "123456789012", "staff"))];
static WRONG_PARTITION: Policy = policy![allow(rekognition::ListFaces).on(rekognition::collection("us-east-1", "123456789012", "staff").partition(PARTITION))];
static WILDCARD: Policy = policy![allow(rekognition::ListFaces).on(rekognition::collection("us-east-1", "123456789012", ANY))];
static TWO_FIELDS: Policy = policy![allow(rekognition::ListFaces).on(rekognition::collection("us-east-1", "123456789012", COLON))];
static WRONG_WORD: Policy = policy![allow(rekognition::DeleteDataset).on(rekognition::dataset("us-east-1", "123456789012", "logos", KIND, "1627045542080"))];
static WRONG_TEXT: Policy = policy![allow(rekognition::DetectText).on_any().when(aws::SourceVpc.string_like(ANY))];
static WRONG_ARN: Policy = policy![allow(rekognition::DetectText).on_any().when(aws::SourceArn.arn_not_equals(SHORT_ARN))];
static NOT_A_TEXT: Policy = policy![allow(rekognition::ListFaces).on(rekognition::collection("us-east-1", NUMBER, "staff"))];
static NOT_THERE: Policy = policy![allow(rekognition::ListFaces).on(rekognition::collection("us-east-1", NOWHERE, "staff"))];

fn later(collection: &rekognition_iam::values::CollectionId) -> PolicyBuf {
    policy![allow(rekognition::ListFaces).on(rekognition::collection("us-east-1", ACCOUNT, collection))]
}

fn main() {}
