//! Principals that cannot be variables.

use rekognition_iam::values::Text;
use rekognition_iam::{PolicyBuf, kind, sts, trust_policy};

fn anybody(name: &Text) -> PolicyBuf<kind::RoleTrust> {
    trust_policy![
        allow(sts::AssumeRole).to(service(name)),
        allow(sts::AssumeRoleWithSAML).to(federated(name)),
    ]
}

fn main() {}
