//! The policy that is derived from `tests/apps/sdk` compiles, and allows what that program does and nothing else.

#![cfg(all(feature = "evaluate", feature = "iam", feature = "s3"))]

use rekognition_iam::catalogue;
use rekognition_iam::evaluate::{Program, Request};

#[expect(unreachable_pub, reason = "written for a module of a library")]
#[path = "../apps/sdk/needed.rs"]
mod needed;

fn program() -> Program<'static> {
    let policy = needed::needed(
        &"us-east-1".parse().unwrap(),
        &"123456789012".parse().unwrap(),
        &"daily/2026-11-24/*".parse().unwrap(),
        &"*".parse().unwrap(),
        &"*.mp4".parse().unwrap(),
    );
    policy.program()
}

const STAFF: &str = "arn:aws:rekognition:us-east-1:123456789012:collection/staff-faces";
const PROJECT: &str = "arn:aws:rekognition:us-east-1:123456789012:project/parts/1627045542080";
const MODEL: &str =
    "arn:aws:rekognition:us-east-1:123456789012:project/parts/version/v3/1627045549999";
const ROLE: &str = "arn:aws:iam::123456789012:role/rekognition-video";

/// What the program asks AWS for, read from its sources by hand; what Rekognition asks for on its behalf included.
const REQUESTS: &[(&str, &str)] = &[
    ("rekognition:ListCollections", "*"),
    ("rekognition:CreateCollection", "*"),
    ("rekognition:TagResource", STAFF),
    ("rekognition:IndexFaces", STAFF),
    ("rekognition:SearchFacesByImage", STAFF),
    ("s3:GetObject", "arn:aws:s3:::acme-uploads/ann-1.jpg"),
    ("rekognition:DetectLabels", "*"),
    ("s3:ListBucket", "arn:aws:s3:::acme-uploads"),
    (
        "s3:PutObject",
        "arn:aws:s3:::acme-reports/daily/2026-11-24/summary.json",
    ),
    ("rekognition:StartLabelDetection", "*"),
    ("s3:GetObject", "arn:aws:s3:::acme-videos/lobby.mp4"),
    ("iam:PassRole", ROLE),
    ("rekognition:GetLabelDetection", "*"),
    ("rekognition:StartProjectVersion", MODEL),
    ("rekognition:DescribeProjectVersions", PROJECT),
    ("rekognition:DetectCustomLabels", MODEL),
    (
        "s3:GetObject",
        "arn:aws:s3:::acme-parts/camera-1/latest.jpg",
    ),
    (
        "s3:GetObjectVersion",
        "arn:aws:s3:::acme-parts/camera-1/latest.jpg",
    ),
    ("rekognition:StopProjectVersion", MODEL),
];

fn request<'r>(action: &'r str, resource: &'r str) -> Request<'r> {
    let request = Request::new(action, resource);
    if action == "iam:PassRole" {
        request.with("iam:PassedToService", "rekognition.amazonaws.com")
    } else {
        request
    }
}

#[test]
fn every_request_of_the_program_is_allowed() {
    let program = program();
    for (action, resource) in REQUESTS {
        let request = request(action, resource);
        let decision = program.evaluate(&request);
        assert!(decision.is_allowed(), "{action} on {resource}: {decision}");
    }
}

/// Every action of the services on every resource of the program, and on others next to them.
#[test]
fn nothing_else_is_allowed() {
    let program = program();
    let mut resources: Vec<&str> = REQUESTS.iter().map(|(_, resource)| *resource).collect();
    resources.extend([
        "arn:aws:rekognition:us-east-1:123456789012:collection/guests",
        "arn:aws:rekognition:eu-west-1:123456789012:collection/staff-faces",
        "arn:aws:rekognition:us-east-1:111122223333:collection/staff-faces",
        "arn:aws:rekognition:us-east-1:123456789012:project/parts/version/v4/1627045549999",
        "arn:aws:rekognition:us-east-1:123456789012:project/parts/dataset/train/1627045542080",
        "arn:aws:iam::123456789012:role/admin",
        "arn:aws:s3:::acme-reports",
        "arn:aws:s3:::acme-reports/monthly/2026-11.json",
        "arn:aws:s3:::acme-parts/camera-2/latest.jpg",
        "arn:aws:s3:::acme-videos/lobby.mov",
        "arn:aws:s3:::acme-uploads-2/ann-1.jpg",
    ]);
    resources.sort_unstable();
    resources.dedup();
    let mut asked = 0;
    for prefix in ["rekognition", "s3", "iam"] {
        for action in catalogue::service(prefix).unwrap().actions {
            let name = format!("{prefix}:{}", action.name);
            for resource in &resources {
                if REQUESTS.contains(&(name.as_str(), resource)) {
                    continue;
                }
                // An action without resource types is never asked for with one; `*` in the policy reaches it all the same.
                if action.resources.is_empty() && *resource != "*" {
                    continue;
                }
                let request = request(&name, resource);
                let decision = program.evaluate(&request);
                assert!(!decision.is_allowed(), "{name} on {resource}: {decision}");
                asked += 1;
            }
        }
    }
    assert!(asked > 5_000, "{asked}");
    // The role goes to no other service.
    let request =
        Request::new("iam:PassRole", ROLE).with("iam:PassedToService", "ec2.amazonaws.com");
    assert!(!program.evaluate(&request).is_allowed());
}
