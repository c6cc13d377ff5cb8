//! Each kind says who it is for, or does not; and a principal of a variable is a validated type too.

use rekognition_iam::{
    aws, permissions_boundary, project_policy, rekognition, resource_control_policy, s3,
    service_control_policy, session_policy, sts, trust_policy,
};

fn main() {
    let who = "123456789012";
    let _ = session_policy![allow(rekognition::DetectFaces).to(account("123456789012")).on_any()];
    let _ = permissions_boundary![allow(rekognition::DetectFaces).to(anyone()).on_any()];
    let _ = service_control_policy![deny(rekognition::DetectFaces).to(anyone()).on_any()];
    let _ = resource_control_policy![
        deny(s3::GetObject).on_any().when(aws::SecureTransport.bool(false))
    ];
    let _ = project_policy![
        allow(rekognition::CopyProjectVersion)
            .on(rekognition::projectversion("us-east-1", "123456789012", "logos", "*", "*"))
    ];
    let _ = trust_policy![allow(sts::AssumeRole).to(account(who))];
}
