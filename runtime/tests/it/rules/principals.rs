//! The forms of mistakes in the names of principals; `siblings` tries them.

#![cfg(all(
    feature = "json",
    feature = "iam",
    feature = "kms",
    feature = "s3",
    feature = "sns"
))]

use rekognition_iam_runtime::document::PolicyKind::{Identity, Resource};

use super::siblings::{Siblings, TO_PRINCIPAL};

const PASS: &str = r"{'Effect':'Allow','Action':'iam:PassRole','Resource':'arn:aws:iam::123456789012:role/a','Condition':{..}}";

pub(super) const PRINCIPALS: &[Siblings] = &[
    Siblings {
        id: "REKOGNITION_IAM_PRINCIPAL_FORMAT",
        kind: Resource,
        around: TO_PRINCIPAL,
        fires: &[
            "'AWS':'arn:aws:iam::123456789012:group/g'",
            "'AWS':'arn:aws:iam::123456789012:instance-profile/x'",
            "'AWS':'arn:aws:iam::123456789012:saml-provider/x'",
            "'AWS':'arn:aws:iam::123456789012:policy/x'",
            "'AWS':'arn:aws:iam:us-east-1:123456789012:role/x'",
            "'AWS':'arn:aws:iam::123456789012:roles/x'",
            "'AWS':'arn:aws:iam::123456789012:Role/x'",
            "'AWS':'arn:aws:iam::123456789012:role'",
            "'AWS':'arn:aws:iam::123456789012:role/'",
            "'AWS':'arn:aws:iam::123456789012:role/path/'",
            "'AWS':'arn:aws:iam::123456789012:role/ x'",
            "'AWS':'arn:aws:iam::123456789012:role/p th/x'",
            "'AWS':'arn:aws:iam::123456789012:role/a:b'",
            "'AWS':'arn:aws:iam::123456789012:root/'",
            "'AWS':'arn:aws:iam::123456789012:assumed-role/r/s'",
            "'AWS':'arn:aws:sts::123456789012:role/r'",
            "'AWS':'arn:aws:sts::123456789012:assumed-role/r'",
            "'AWS':'arn:aws:sts::123456789012:assumed-role/p/r/s'",
        ],
        silent: &[
            "'AWS':'123456789012'",
            "'AWS':'arn:aws:iam::123456789012:root'",
            "'AWS':'arn:aws-cn:iam::123456789012:user/division/a+b=c,d.e@f-g_h'",
            "'AWS':'arn:aws:iam::123456789012:role/aws-service-role/x.amazonaws.com/A'",
            "'AWS':'arn:aws:iam::123456789012:role/p~th/x'",
            "'AWS':'arn:aws:sts::123456789012:assumed-role/r/s'",
            "'AWS':'arn:aws:sts::123456789012:federated-user/f'",
            "'AWS':'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E2QWRUHEXAMPLE'",
            // Reported as a variable.
            "'AWS':'arn:aws:iam::${Account}:root'",
        ],
    },
    Siblings {
        id: "INVALID_SERVICE_PRINCIPAL_FORMAT",
        kind: Resource,
        around: TO_PRINCIPAL,
        fires: &[
            "'Service':'lambda.amazon.com'",
            "'Service':'lambda.aws.com'",
            "'Service':'sns.amazonaws'",
        ],
        silent: &[
            "'Service':'lambda.amazonaws.com'",
            "'Service':'alexa-appkit.amazon.com'",
            "'Service':'some-new-thing.amazon.com'",
            // Reported as an escape.
            "'Service':'ec2.${AWS::URLSuffix}'",
        ],
    },
    Siblings {
        id: "REKOGNITION_IAM_UNKNOWN_SERVICE_PRINCIPAL",
        kind: Resource,
        around: TO_PRINCIPAL,
        fires: &["'Service':'some-new-thing.amazon.com'"],
        silent: &[
            "'Service':'osis-pipelines.amazonaws.com'",
            "'Service':'bullet.amazonaws.com'",
            "'Service':'pinpoint.amazonaws.com'",
            "'Service':'reachabilityanalyzer.networkinsights.amazonaws.com'",
        ],
    },
    // Nothing that a service does for its caller.
    Siblings {
        id: "INVALID_SERVICE_PRINCIPAL_FORMAT",
        kind: Identity,
        around: PASS,
        fires: &[
            "'StringEquals':{'iam:PassedToService':'rekognition'}",
            "'StringEquals':{'iam:PassedToService':['sns.amazonaws.com','Rekognition.amazonaws.com']}",
            "'StringLike':{'iam:PassedToService':'arn:aws:iam::123456789012:*'}",
            "'StringNotEquals':{'iam:passedtoservice':'lambda'}",
            "'ForAnyValue:StringEquals':{'aws:CalledVia':'cloudformation'}",
        ],
        silent: &[
            "'StringEquals':{'iam:PassedToService':'rekognition.amazonaws.com'}",
            "'StringEqualsIgnoreCase':{'iam:PassedToService':'Rekognition.amazonaws.com'}",
            "'StringLike':{'iam:PassedToService':'rek*'}",
            "'StringEquals':{'iam:PassedToService':'${aws:PrincipalTag/service}'}",
            "'StringEquals':{'iam:PassedToService':'ec2.amazonaws.com.cn'}",
        ],
    },
    Siblings {
        id: "REKOGNITION_IAM_UNKNOWN_SERVICE_PRINCIPAL",
        kind: Identity,
        around: PASS,
        fires: &[
            "'StringEquals':{'iam:PassedToService':'rekogntion.amazonaws.com'}",
            "'StringEquals':{'iam:PassedToService':'lamda.us-east-1.amazonaws.com'}",
            "'StringEquals':{'iam:PassedToService':'rekognition.aws.com'}",
            "'StringEquals':{'iam:PassedToService':'lambda.amazon.com'}",
        ],
        silent: &[
            "'StringEquals':{'iam:PassedToService':'rekognition.us-east-1.amazonaws.com'}",
            "'StringLike':{'iam:PassedToService':'rekogn*.amazonaws.com'}",
            "'StringEquals':{'iam:PassedToService':'alexa-appkit.amazon.com'}",
            // Not like any other: a service whose principal no page lists.
            "'StringEquals':{'iam:PassedToService':'entirely-new-thing.amazonaws.com'}",
        ],
    },
];
