//! Each rule here catches the same mistake in its other forms too, and accepts what only resembles it.

#![cfg(all(
    feature = "json",
    feature = "iam",
    feature = "kms",
    feature = "s3",
    feature = "sns"
))]

#[path = "rules_support/mod.rs"]
#[allow(dead_code, reason = "the cases of other tests")]
mod support;

use rekognition_iam_runtime::check::Options;
use rekognition_iam_runtime::document::PolicyKind::{self, Identity, Resource};
use rekognition_iam_runtime::json;

use support::whole;

/// Forms of one mistake, and what is right. Documents are short, as in `rules_support`.
struct Siblings {
    id: &'static str,
    kind: PolicyKind,
    /// Statements, or parts of one in place of the `..` of `around`.
    fires: &'static [&'static str],
    silent: &'static [&'static str],
    around: &'static str,
}

const PASS_ROLE: &str =
    r"{'Effect':'Allow','Action':'iam:PassRole','Resource':'*','Condition':{..}}";
const LINKED_ROLE: &str =
    r"{'Effect':'Allow','Action':'iam:CreateServiceLinkedRole','Resource':'*','Condition':{..}}";
const ON_ALL: &str = r"{'Effect':'Allow','Action':'..','Resource':'*'}";
const LABELS: &str = r"{'Effect':'Allow','Action':'rekognition:StartLabelDetection','Resource':'*'},{'Effect':'Allow','Action':'iam:PassRole','Resource':'arn:aws:iam::123456789012:role/a','Condition':{..}}";
const TO_ROLE: &str = r"{'Effect':'Allow','Principal':{'AWS':'arn:aws:iam::123456789012:role/a'},'Action':'..','Resource':'*'}";
const READ: &str = r"{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::..'}";

const SIBLINGS: &[Siblings] = &[
    Siblings {
        id: "INVALID_SERVICE_IN_ACTION",
        kind: Identity,
        around: ON_ALL,
        fires: &[
            "rekog*:DetectLabels",
            "rekognitio?:Get*",
            "*s3:GetObject",
            "s3*:*",
        ],
        silent: &["*", "*:*", "rekognition:*Labels", "s3:*"],
    },
    Siblings {
        id: "PASS_ROLE_WITH_STAR_IN_RESOURCE",
        kind: Identity,
        around: PASS_ROLE,
        fires: &[
            "'StringEqualsIfExists':{'iam:PassedToService':'ec2.amazonaws.com'}",
            "'StringLikeIfExists':{'iam:PassedToService':'ec2.amazonaws.com'}",
            "'ForAllValues:StringEquals':{'iam:PassedToService':'ec2.amazonaws.com'}",
            "'StringLike':{'iam:PassedToService':'*'}",
            "'StringLike':{'iam:PassedToService':'*.amazonaws.com'}",
            "'StringLike':{'iam:PassedToService':['ec2.amazonaws.com','e*']}",
            "'StringNotEquals':{'iam:PassedToService':'ec2.amazonaws.com'}",
            "'Null':{'iam:PassedToService':'false'}",
            "'StringEquals':{'aws:RequestedRegion':'us-east-1'}",
        ],
        silent: &[
            "'StringEquals':{'iam:PassedToService':'ec2.amazonaws.com'}",
            "'StringEqualsIgnoreCase':{'IAM:passedtoservice':'ec2.amazonaws.com'}",
            "'StringLike':{'iam:PassedToService':'ec2.*'}",
            "'ForAnyValue:StringEquals':{'iam:PassedToService':'ec2.amazonaws.com'}",
            "'StringEquals':{'iam:PassedToService':'ec2.amazonaws.com'},'StringEqualsIfExists':{'iam:PassedToService':'ec2.amazonaws.com'}",
            "'ArnLike':{'iam:AssociatedResourceArn':'arn:aws:ec2:us-east-1:123456789012:instance/*'},'StringEqualsIfExists':{'iam:PassedToService':'ec2.amazonaws.com'}",
        ],
    },
    Siblings {
        id: "CREATE_SLR_WITH_STAR_IN_RESOURCE",
        kind: Identity,
        around: LINKED_ROLE,
        fires: &[
            "'StringEqualsIfExists':{'iam:AWSServiceName':'lex.amazonaws.com'}",
            "'StringLike':{'iam:AWSServiceName':'*lex.amazonaws.com'}",
            "'ArnLike':{'iam:AssociatedResourceArn':'arn:aws:ec2:us-east-1:123456789012:instance/*'}",
        ],
        silent: &["'StringLike':{'iam:AWSServiceName':'lex.amazonaws.com'}"],
    },
    Siblings {
        id: "REKOGNITION_IAM_STAR_RESOURCE",
        kind: Identity,
        around: ON_ALL,
        // An object or one behind an access point; a bucket or an access point; any resource with tags.
        fires: &[
            "s3:GetObject",
            "s3:ListBucket",
            "rekognition:TagResource",
            "iam:SimulatePrincipalPolicy",
        ],
        silent: &[
            "s3:ListAllMyBuckets",
            "rekognition:DetectModerationLabels",
            "rekognition:StartMediaAnalysisJob",
        ],
    },
    Siblings {
        id: "REKOGNITION_IAM_COMPANION_MISSING",
        kind: Identity,
        around: LABELS,
        fires: &[
            "'StringEquals':{'iam:PassedToService':'sns.amazonaws.com'}",
            "'StringEqualsIfExists':{'iam:PassedToService':['sns.amazonaws.com','lambda.amazonaws.com']}",
            "'StringLike':{'iam:PassedToService':'s*.amazonaws.com'}",
            "'StringNotEquals':{'iam:PassedToService':'rekognition.amazonaws.com'}",
            "'Null':{'iam:PassedToService':'true'}",
        ],
        silent: &[
            "'StringEquals':{'iam:PassedToService':['sns.amazonaws.com','rekognition.amazonaws.com']}",
            "'StringEqualsIgnoreCase':{'iam:passedtoservice':'Rekognition.amazonaws.com'}",
            "'StringLike':{'iam:PassedToService':'rek*.amazonaws.com'}",
            "'StringNotEquals':{'iam:PassedToService':'sns.amazonaws.com'}",
            "'StringEquals':{'iam:PassedToService':'${aws:PrincipalTag/service}'}",
            "'Null':{'iam:PassedToService':'false'}",
        ],
    },
    Siblings {
        id: "UNSUPPORTED_ACTION_IN_POLICY",
        kind: Resource,
        around: TO_ROLE,
        fires: &[
            "rekognition:DetectLabels",
            "rekognition:*",
            "rekognition:Search*",
        ],
        silent: &["rekognition:CopyProjectVersion"],
    },
    Siblings {
        id: "REKOGNITION_IAM_OPEN_BUCKET_NAME",
        kind: Identity,
        around: READ,
        fires: &["photos*", "photos.example.com*"],
        silent: &[
            "photos-*",
            "photos/*",
            "*",
            "photos/a*",
            "*photos*",
            "photos",
        ],
    },
];

fn ids(kind: PolicyKind, text: &str) -> Vec<&'static str> {
    let options = Options {
        kind,
        ..Options::default()
    };
    (json::check(text, &options).findings.iter())
        .map(|located| located.finding.id)
        .collect()
}

#[test]
fn a_mistake_is_caught_in_all_its_forms() {
    for sibling in SIBLINGS {
        for form in sibling.fires {
            let text = whole(&sibling.around.replace("..", form));
            let found = ids(sibling.kind, &text);
            assert!(
                found.contains(&sibling.id),
                "{}: {text}: {found:?}",
                sibling.id
            );
        }
    }
}

#[test]
fn what_resembles_it_is_accepted() {
    for sibling in SIBLINGS {
        for form in sibling.silent {
            let text = whole(&sibling.around.replace("..", form));
            let found = ids(sibling.kind, &text);
            assert!(!found.contains(&sibling.id), "{}: {text}", sibling.id);
        }
    }
}

/// The policy of a VPC endpoint is about everyone and about any service.
#[test]
fn an_endpoint_may_be_about_rekognition() {
    for text in [
        r"{'Effect':'Allow','Principal':'*','Action':'rekognition:DetectLabels','Resource':'*','Condition':{'StringEquals':{'aws:PrincipalOrgID':'o-a1b2c3d4e5'}}}",
        r"{'Effect':'Deny','Principal':{'AWS':'*'},'Action':'rekognition:*','Resource':'*'}",
    ] {
        let found = ids(Resource, &whole(text));
        assert!(!found.contains(&"UNSUPPORTED_ACTION_IN_POLICY"), "{text}");
    }
}
