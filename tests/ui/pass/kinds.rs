//! Every kind of policy, and values known later.

#![deny(warnings)]
#![allow(deprecated, reason = "what the rules advise is not the subject here")]

use rekognition_iam::values::{AccountId, CollectionId, Region};
use rekognition_iam::{
    PolicyBuf, ProjectPolicy, ResourcePolicy, TrustPolicy, aws, permissions_boundary, policy,
    project_policy, rekognition, resource_policy, service_control_policy, session_policy, sqs, sts,
    trust_policy,
};

static TRUST: TrustPolicy = trust_policy![
    allow(sts::AssumeRole)
        .to(service("rekognition.amazonaws.com"))
        .when(aws::SourceAccount.string_equals("111122223333"))
];

static PROJECT: ProjectPolicy = project_policy![
    allow(rekognition::CopyProjectVersion)
        .to(account("111122223333"))
        .on(rekognition::projectversion("us-east-1", "123456789012", "logos", "*", "*"))
];

static QUEUE: ResourcePolicy = resource_policy![
    allow(sqs::SendMessage)
        .to(service("sns.amazonaws.com"))
        .on(sqs::queue("us-east-1", "123456789012", "results"))
        .when(aws::SourceArn.arn_equals("arn:aws:sns:us-east-1:123456789012:AmazonRekognition-a"))
];

struct Tenant {
    region: Region,
    account: AccountId,
}

impl Tenant {
    fn reader(&self, collection: &CollectionId) -> PolicyBuf {
        policy![
            allow(rekognition::SearchFaces)
                .on(rekognition::collection(self.region, self.account, collection))
                .when(aws::RequestedRegion.string_equals(self.region))
        ]
    }
}

fn main() {
    assert!(TRUST.json().contains("Principal"));
    assert!(PROJECT.json().contains("Principal"));
    assert!(QUEUE.json().contains("Principal"));
    let _ = session_policy![allow(rekognition::all()).on_any()];
    let _ = permissions_boundary![allow(rekognition::all()).on_any()];
    let _ = service_control_policy![deny(rekognition::all()).on_any()];
    let tenant = Tenant {
        region: "us-east-1".parse().unwrap(),
        account: "123456789012".parse().unwrap(),
    };
    let policy = tenant.reader(&"staff".parse().unwrap());
    assert!(policy.json().contains("arn:aws:rekognition:us-east-1:123456789012:collection/staff"));
}
