//! A service that AWS has ended.

use rekognition_iam::{Policy, policy};

static RETIRED: Policy = policy![allow("deeplens:ListDevices").on_any()];

fn main() {}
