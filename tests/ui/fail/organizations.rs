//! The policies of AWS Organizations, which set limits and grant nothing.

use rekognition_iam::{
    ResourceControlPolicy, ServiceControlPolicy, rekognition, resource_control_policy, s3,
    service_control_policy,
};

static SERVICE_CONTROL: ServiceControlPolicy = service_control_policy![
    deny("rekog*:IndexFaces").on_any(),
    deny(rekognition::DeleteCollection).to(anyone()).on_any(),
];

static RESOURCE_CONTROL: ResourceControlPolicy = resource_control_policy![
    allow(s3::GetObject).to(anyone()).on(s3::object("uploads", "*")),
    deny(s3::PutObject).to(account("210987654321")).on_any(),
    deny(not(s3::GetObject)).to(anyone()).on_any(),
    deny(rekognition::DetectLabels).to(anyone()).on_any(),
];

fn main() {}
