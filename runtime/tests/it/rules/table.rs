//! Every rule fires on a document that breaks it, says what the golden file says, and stays silent on one that nearly
//! does.

#![cfg(feature = "json")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use crate::rules::support::{cases, whole};
use rekognition_iam_runtime::check::{Iam, Options, Rule};
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::{catalogue, json};

fn report(text: &str, kind: PolicyKind) -> json::Report<'_> {
    json::check(text, &Options::new(kind))
}

/// Whether this build has all services that the document names.
fn is_built(text: &str) -> bool {
    catalogue::KNOWN_SERVICES.iter().all(|service| {
        catalogue::service(service).is_some() || !text.contains(&format!("{service}:"))
    })
}

#[test]
fn each_rule_is_listed_once() {
    let mut ids = BTreeSet::new();
    for rule in Rule::all() {
        assert!(ids.insert(rule.id), "{} stands twice", rule.id);
    }
}

#[test]
fn each_rule_fires() {
    let mut wrong = String::new();
    for case in cases() {
        let text = case.fires;
        if !is_built(&text) {
            continue;
        }
        let report = report(&text, case.kind);
        let found: BTreeSet<_> = report
            .findings
            .iter()
            .map(|located| located.finding.id)
            .collect();
        let also = |id: &&str| !case.also.iter().any(|also| also == id) && *id != case.id;
        if !found.contains(case.id) || found.iter().any(also) {
            writeln!(wrong, "{}: found {found:?} in {text:.300}", case.id).unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn what_is_right_or_nearly_wrong_is_silent() {
    let mut wrong = String::new();
    for case in cases() {
        for text in (case.right.iter()).filter(|text| is_built(text)) {
            for located in report(text, case.kind).findings {
                if !(case.also.iter()).any(|also| *also == located.finding.id) {
                    let message = located.finding.message.render(&Iam);
                    writeln!(
                        wrong,
                        "{}: {}: {message} in {text:.300}",
                        case.id, located.finding.id
                    )
                    .unwrap();
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// Each near miss belongs to a rule.
#[test]
fn near_misses_have_rules() {
    let entries = include_str!("support/near_misses.txt")
        .split("\n# ")
        .skip(1);
    for entry in entries {
        let id = entry.lines().next().unwrap_or_default();
        assert!(Rule::all().iter().any(|rule| rule.id == id), "{id}");
    }
}

/// Policies as people write them, of every kind, that leave nothing to say.
const GOOD: &[(PolicyKind, &str)] = &[
    (
        PolicyKind::RoleTrust,
        r"{'Effect':'Allow','Principal':{'Service':'lambda.amazonaws.com'},'Action':'sts:AssumeRole'}",
    ),
    (
        PolicyKind::RoleTrust,
        r"{'Effect':'Allow','Principal':{'Service':['ec2.amazonaws.com','states.us-east-1.amazonaws.com']},'Action':'sts:AssumeRole'}",
    ),
    (
        PolicyKind::RoleTrust,
        r"{'Effect':'Allow','Principal':{'AWS':'arn:aws:iam::123456789012:root'},'Action':['sts:AssumeRole','sts:TagSession'],'Condition':{'StringEquals':{'sts:ExternalId':'a1'},'Bool':{'aws:MultiFactorAuthPresent':'true'}}}",
    ),
    (
        PolicyKind::RoleTrust,
        r"{'Effect':'Allow','Principal':{'Federated':'arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/AB12'},'Action':'sts:AssumeRoleWithWebIdentity','Condition':{'StringEquals':{'oidc.eks.eu-west-1.amazonaws.com/id/AB12:sub':'system:serviceaccount:n:s','oidc.eks.eu-west-1.amazonaws.com/id/AB12:aud':'sts.amazonaws.com'}}}",
    ),
    (
        PolicyKind::RoleTrust,
        r"{'Effect':'Allow','Principal':{'Federated':'arn:aws:iam::123456789012:saml-provider/Corp'},'Action':'sts:AssumeRoleWithSAML','Condition':{'StringEquals':{'SAML:aud':'https://signin.aws.amazon.com/saml'}}}",
    ),
    // A bucket: only over TLS, and readable by one role and by CloudFront.
    (
        PolicyKind::Resource,
        r"{'Sid':'TLS only','Effect':'Deny','Principal':'*','Action':'s3:*','Resource':['arn:aws:s3:::b','arn:aws:s3:::b/*'],'Condition':{'Bool':{'aws:SecureTransport':'false'}}},{'Effect':'Allow','Principal':{'AWS':['arn:aws:iam::123456789012:role/path/a','arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1']},'Action':['s3:GetObject','s3:GetObjectVersion'],'Resource':'arn:aws:s3:::b/*'},{'Effect':'Allow','Principal':{'Service':'cloudfront.amazonaws.com'},'Action':'s3:GetObject','Resource':'arn:aws:s3:::b/*','Condition':{'StringEquals':{'AWS:SourceArn':'arn:aws:cloudfront::123456789012:distribution/E1'}}}",
    ),
    // What Custom Labels asks for on a bucket of images.
    (
        PolicyKind::Resource,
        r"{'Sid':'AWSRekognitionS3AclBucketRead20191011','Effect':'Allow','Principal':{'Service':'rekognition.amazonaws.com'},'Action':['s3:GetBucketAcl','s3:GetBucketLocation'],'Resource':'arn:aws:s3:::b','Condition':{'StringEquals':{'aws:SourceAccount':'123456789012'}}}",
    ),
    (
        PolicyKind::Resource,
        r"{'Effect':'Allow','Principal':{'AWS':'arn:aws:iam::123456789012:root'},'Action':'kms:*','Resource':'*'},{'Effect':'Allow','Principal':{'AWS':'arn:aws:iam::123456789012:role/a'},'Action':['kms:Decrypt','kms:GenerateDataKey*'],'Resource':'*'}",
    ),
    (
        PolicyKind::Resource,
        r"{'Effect':'Allow','Principal':{'Service':'sns.amazonaws.com'},'Action':'sqs:SendMessage','Resource':'arn:aws:sqs:us-east-1:123456789012:q','Condition':{'ArnEquals':{'aws:SourceArn':'arn:aws:sns:us-east-1:123456789012:AmazonRekognitionDone'}}}",
    ),
    // An endpoint of a VPC.
    (
        PolicyKind::Resource,
        r"{'Effect':'Allow','Principal':'*','Action':'rekognition:*','Resource':'*','Condition':{'StringEquals':{'aws:PrincipalOrgID':'o-a1b2c3d4e5'}}}",
    ),
    (
        PolicyKind::PermissionsBoundary,
        r"{'Effect':'Allow','Action':['rekognition:*','s3:*','iam:PassRole'],'Resource':'*'}",
    ),
    (
        PolicyKind::Session,
        r"{'Effect':'Allow','Action':'rekognition:*','Resource':'*'}",
    ),
    (
        PolicyKind::ServiceControl,
        r"{'Effect':'Allow','Action':'*','Resource':'*'},{'Effect':'Deny','NotAction':['iam:*','sts:*','organizations:*'],'Resource':'*','Condition':{'StringNotEquals':{'aws:RequestedRegion':['eu-central-1','eu-west-1']}}}",
    ),
    (
        PolicyKind::ResourceControl,
        r"{'Effect':'Deny','Principal':'*','Action':['s3:*','sqs:*','kms:*'],'Resource':'*','Condition':{'StringNotEqualsIfExists':{'aws:PrincipalOrgID':'o-a1b2c3d4e5'},'BoolIfExists':{'aws:PrincipalIsAWSService':'false'}}}",
    ),
    (
        PolicyKind::Project,
        r"{'Effect':'Allow','Principal':{'AWS':['123456789012','arn:aws:iam::210987654321:role/a']},'Action':'rekognition:CopyProjectVersion','Resource':['LOGO1','REK:project/logos/version/v2/*']}",
    ),
    (
        PolicyKind::Identity,
        r"{'Sid':'Images','Effect':'Allow','Action':['rekognition:DetectLabels','rekognition:DetectModerationLabels','rekognition:DetectText'],'Resource':'*'},{'Effect':'Allow','Action':['rekognition:IndexFaces','rekognition:SearchFacesByImage'],'Resource':'STAFF'},{'Effect':'Allow','Action':['s3:GetObject','s3:GetObjectVersion'],'Resource':'arn:aws:s3:::uploads/faces/*'}",
    ),
    (
        PolicyKind::Identity,
        r"{'Effect':'Allow','Action':'rekognition:StartFaceSearch','Resource':'STAFF'},{'Effect':'Allow','Action':'iam:PassRole','Resource':'arn:aws:iam::123456789012:role/notify','Condition':{'StringEquals':{'iam:PassedToService':'rekognition.amazonaws.com'}}}",
    ),
    (
        PolicyKind::Identity,
        r"{'Effect':'Allow','Action':'rekognition:CopyProjectVersion','Resource':['REK:project/to/*','arn:aws:rekognition:us-east-1:210987654321:project/from/version/v1/1627045542080']},{'Effect':'Allow','Action':'rekognition:CreateProjectVersion','Resource':'REK:project/to/*'}",
    ),
    (
        PolicyKind::Identity,
        r"{'Effect':'Deny','Action':'rekognition:*','Resource':'*','Condition':{'StringNotEqualsIfExists':{'aws:ResourceAccount':'${aws:PrincipalAccount}'}}}",
    ),
    (
        PolicyKind::Identity,
        r"{'Effect':'Allow','Action':'s3:ListBucket','Resource':'arn:aws:s3:::b','Condition':{'StringLike':{'s3:prefix':['home/${aws:username}/*','']}}}",
    ),
    (
        PolicyKind::Identity,
        r"{'Effect':'Allow','Action':['rekognition:CreateCollection','rekognition:TagResource'],'Resource':'*','Condition':{'StringEquals':{'aws:RequestTag/team':'vision'},'ForAllValues:StringEquals':{'aws:TagKeys':['team']},'Null':{'aws:TagKeys':'false'}}}",
    ),
    (
        PolicyKind::Identity,
        r"{'Effect':'Allow','Action':'rekognition:StartFaceLivenessSession','Resource':'*'}",
    ),
];

#[test]
fn good_policies_are_silent() {
    let mut wrong = String::new();
    for (kind, short) in GOOD {
        let text = whole(short);
        if !is_built(&text) {
            continue;
        }
        for located in report(&text, *kind).findings {
            let message = located.finding.message.render(&Iam);
            writeln!(wrong, "{}: {message} in {short:.200}", located.finding.id).unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// One mistake, one finding: a resource is not unused where no action could use any.
#[test]
fn an_empty_list_of_actions_is_told_alone() {
    let text =
        whole(r"{'Effect':'Allow','Action':[],'Resource':['STAFF','REK:collection/guests']}");
    let findings = report(&text, PolicyKind::Identity).findings;
    let ids: Vec<_> = (findings.iter())
        .map(|located| located.finding.id)
        .collect();
    assert_eq!(ids, ["EMPTY_ARRAY_ACTION"]);
}

/// What the rules say about the documents that fire them, all of it.
fn messages() -> String {
    let mut out = String::from(
        "# What the rules say of the documents that their explanations show first. Written by\n\
         # UPDATE=1 cargo test -p rekognition-iam-runtime --all-features --test it rules::table\n",
    );
    for case in cases() {
        let text = case.fires;
        let report = report(&text, case.kind);
        writeln!(out, "\n{}", case.id).unwrap();
        for located in report
            .findings
            .iter()
            .filter(|located| located.finding.id == case.id)
        {
            let finding = &located.finding;
            let at = &text[located.span.start..located.span.end];
            let at = if at.len() > 120 { "(all of it)" } else { at };
            writeln!(
                out,
                "  {} {at}",
                if located.path.is_empty() {
                    "document"
                } else {
                    &located.path
                }
            )
            .unwrap();
            writeln!(
                out,
                "  {}: {}",
                finding.severity,
                finding.message.render(&Iam)
            )
            .unwrap();
            for help in &finding.help {
                writeln!(out, "  help: {}", help.render(&Iam)).unwrap();
            }
            if let Some(replacement) = &finding.replacement {
                writeln!(out, "  fix: {replacement}").unwrap();
            }
        }
    }
    out
}

#[test]
fn messages_are_as_read() {
    let all = catalogue::KNOWN_SERVICES
        .iter()
        .all(|service| catalogue::service(service).is_some());
    if !all {
        println!("SKIPPED: the messages are compared in a build with all features");
        return;
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/rules/support/messages.txt");
    let messages = messages();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &messages).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    if expected != messages {
        let line = (expected.lines().zip(messages.lines())).find(|(a, b)| a != b);
        panic!(
            "the messages have changed, first at {line:?}; UPDATE=1 writes {}",
            path.display()
        );
    }
}

/// The style of the house: lower case, no full stop, one sentence.
#[test]
fn messages_have_style() {
    for rule in Rule::all() {
        let summary = rule.summary;
        assert!(!summary.ends_with('.'), "{}", rule.id);
        assert!(!summary.contains('\n'), "{}", rule.id);
    }
    for case in cases() {
        let text = case.fires;
        for located in report(&text, case.kind).findings {
            let finding = &located.finding;
            let lines = core::iter::once(&finding.message).chain(&finding.help);
            for line in lines.map(|line| line.render(&Iam)) {
                assert!(
                    !line.ends_with('.') || line.ends_with("..`"),
                    "{}: {line}",
                    finding.id
                );
                assert!(
                    !line.contains('\n') && !line.contains(". "),
                    "{}: {line}",
                    finding.id
                );
                assert_eq!(line.matches('`').count() % 2, 0, "{}: {line}", finding.id);
            }
            // What is wrong with JSON is said where it is wrong.
            let says_all = matches!(
                finding.id,
                "JSON_SYNTAX_ERROR" | "REKOGNITION_IAM_JSON_LIMIT" | "DATA_TYPE_MISMATCH"
            );
            assert!(
                says_all || !finding.help.is_empty(),
                "{} has no help",
                finding.id
            );
        }
    }
}

/// A fix leaves nothing of what it fixes, and nothing worse.
#[test]
fn fixes_fix() {
    for case in cases() {
        let text = case.fires;
        if !is_built(&text) {
            continue;
        }
        let before = report(&text, case.kind);
        let count = before
            .findings
            .iter()
            .filter(|located| located.finding.id == case.id)
            .count();
        for located in &before.findings {
            let Some(edit) = &located.edit else { continue };
            if located.finding.id != case.id {
                continue;
            }
            let fixed = format!(
                "{}{}{}",
                &text[..edit.span.start],
                edit.text,
                &text[edit.span.end..]
            );
            let after = report(&fixed, case.kind);
            let left = after
                .findings
                .iter()
                .filter(|located| located.finding.id == case.id)
                .count();
            assert!(left < count, "{}: {fixed}", case.id);
            for located in &after.findings {
                assert!(
                    before
                        .findings
                        .iter()
                        .any(|known| known.finding.id == located.finding.id),
                    "{}: the fix brings {} into {fixed}",
                    case.id,
                    located.finding.id
                );
            }
        }
    }
}

/// All 153 ids of AWS's policy checks, where the list is at hand.
#[test]
fn all_checks_of_aws_are_there() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/checks.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("SKIPPED: no {}", path.display());
        return;
    };
    let mut count = 0;
    let mut wrong = String::new();
    // One object a check, with simple values.
    for object in text.split('{').skip(1) {
        let field = |name: &str| {
            let (_, rest) = object
                .split_once(&format!("\"{name}\": \""))
                .or_else(|| object.split_once(&format!("\"{name}\":\"")))?;
            rest.split('"').next()
        };
        let (Some(id), Some(severity)) = (field("id"), field("severity")) else {
            continue;
        };
        count += 1;
        // AWS's check cannot tell a managed policy from an inline one and so only warns; IAM refuses the managed policy.
        let severity = match id {
            "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA" => "error",
            _ => severity,
        };
        match Rule::find(id) {
            None => writeln!(wrong, "{id} is missing").unwrap(),
            Some(rule) if severity.parse() != Ok(rule.severity) => {
                writeln!(wrong, "{id} is {} and not {severity}", rule.severity).unwrap();
            }
            Some(rule) => assert!(rule.denied_in_rust || severity != "error", "{id}"),
        }
    }
    assert_eq!(count, 153);
    assert!(wrong.is_empty(), "\n{wrong}");
}
