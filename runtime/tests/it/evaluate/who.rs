//! Who can, and what can: answers for many principals that never claim more than the documents say.

use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::evaluate::{
    Access, ActionName, Attached, Candidate, Open, Program, Reach, Request, who_can,
};
use rekognition_iam_runtime::json;

const APP: &str = "arn:aws:iam::111122223333:role/app";
const STAFF: &str = "arn:aws:rekognition:us-east-1:111122223333:collection/staff";

fn document(kind: PolicyKind, statements: &str) -> Attached<'static> {
    let text = format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{statements}]}}");
    Attached::new(kind, Program::compile(&json::read(&text).unwrap()))
}

fn allow(actions: &str, resource: &str) -> String {
    format!(r#"{{"Effect":"Allow","Action":"{actions}","Resource":"{resource}"}}"#)
}

fn deny(actions: &str, resource: &str) -> String {
    allow(actions, resource).replace("Allow", "Deny")
}

fn identity(statements: &str) -> Attached<'static> {
    document(PolicyKind::Identity, statements)
}

fn key(name: &str) -> Open {
    Open::Key(name.to_owned())
}

#[test]
fn yes_no_and_what_it_depends_on() {
    let index = allow("rekognition:IndexFaces", STAFF);
    let from_vpc = index.replace(
        "}",
        r#","Condition":{"StringEquals":{"aws:SourceVpc":"vpc-1"}}}"#,
    );
    let not_from = deny("*", "*").replace(
        "}",
        r#","Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}}"#,
    );
    let policy = |name: &str| Open::UnreadPolicy(name.to_owned());
    let role = || Candidate::new(APP);
    for (candidate, expected) in [
        (role().with(identity(&index)), Access::Yes),
        (role(), Access::No),
        (
            role().with(identity(&allow(
                "rekognition:IndexFaces",
                &STAFF.replace("staff", "other"),
            ))),
            Access::No,
        ),
        (
            role().with(identity(&from_vpc)),
            Access::Depends(vec![key("aws:SourceVpc")]),
        ),
        (
            role().with(identity(&format!("{index},{not_from}"))),
            Access::Depends(vec![key("aws:SourceVpce")]),
        ),
        // A condition that another statement makes superfluous.
        (
            role().with(identity(&format!("{index},{from_vpc}"))),
            Access::Yes,
        ),
        // What was not read may allow and may deny.
        (
            role().unread(PolicyKind::Identity, "P"),
            Access::Depends(vec![policy("P")]),
        ),
        (
            role()
                .with(identity(&index))
                .unread(PolicyKind::Identity, "P"),
            Access::Depends(vec![policy("P")]),
        ),
        (
            role()
                .with(identity(&index))
                .unread(PolicyKind::PermissionsBoundary, "B"),
            Access::Depends(vec![policy("B")]),
        ),
        // A boundary grants nothing, and nothing undoes a denial.
        (
            role().unread(PolicyKind::PermissionsBoundary, "B"),
            Access::No,
        ),
        (
            role()
                .with(identity(&deny("*", "*")))
                .unread(PolicyKind::Identity, "P"),
            Access::No,
        ),
        (
            role().with(identity(&index)).with(document(
                PolicyKind::PermissionsBoundary,
                &allow("s3:*", "*"),
            )),
            Access::No,
        ),
        (
            role()
                .with(identity(&index))
                .with(document(PolicyKind::ServiceControl, &allow("*", "*"))),
            Access::Yes,
        ),
        (
            role().with(identity(&index)).with(document(
                PolicyKind::ServiceControl,
                &deny("rekognition:*", "*"),
            )),
            Access::No,
        ),
    ] {
        let request = Request::new("rekognition:IndexFaces", STAFF);
        assert_eq!(candidate.access(&request), expected, "{candidate:?}");
    }
    // With the key, the answer.
    let candidate = role().with(identity(&from_vpc));
    for (vpc, expected) in [("vpc-1", Access::Yes), ("vpc-2", Access::No)] {
        let request = Request::new("rekognition:IndexFaces", STAFF).with("aws:SourceVpc", vpc);
        assert_eq!(candidate.access(&request), expected);
    }
}

#[test]
fn keys_of_the_principal() {
    let team = allow("rekognition:IndexFaces", STAFF).replace(
        "}",
        r#","Condition":{"StringEquals":{"aws:PrincipalTag/team":"faces"}}}"#,
    );
    let user = |values: Option<Vec<String>>| {
        let user = Candidate::new("arn:aws:iam::111122223333:user/ann").with(identity(&team));
        match values {
            Some(values) => user.key("aws:PrincipalTag/team", values),
            None => user,
        }
    };
    let request = Request::new("rekognition:IndexFaces", STAFF);
    let text = |text: &str| Some(vec![text.to_owned()]);
    assert_eq!(user(text("faces")).access(&request), Access::Yes);
    assert_eq!(user(text("other")).access(&request), Access::No);
    // Known to have none.
    assert_eq!(user(Some(Vec::new())).access(&request), Access::No);
    assert_eq!(
        user(None).access(&request),
        Access::Depends(vec![key("aws:PrincipalTag/team")])
    );
    // What the question gives counts.
    let asked =
        Request::new("rekognition:IndexFaces", STAFF).with("aws:PrincipalTag/team", "faces");
    assert_eq!(user(text("other")).access(&asked), Access::Yes);
    let own = identity(&allow(
        "s3:GetObject",
        "arn:aws:s3:::home/${aws:username}/*",
    ));
    let ann = Candidate::new("arn:aws:iam::111122223333:user/ann").with(own.clone());
    let bob = Candidate::new("arn:aws:iam::111122223333:user/bob").with(own);
    let request = Request::new("s3:GetObject", "arn:aws:s3:::home/ann/a");
    let all = [ann, bob];
    let answers: Vec<Access> = who_can(&all, &request).map(|(_, access)| access).collect();
    assert_eq!(answers, [Access::Yes, Access::No]);
}

fn reach(candidate: &Candidate<'_>, action: &str) -> Reach {
    candidate.reach(ActionName::from(action), |resource, ask| {
        ask(&Request::new(ActionName::from(action), resource));
    })
}

#[test]
fn without_a_resource() {
    let role = |statements: &str| Candidate::new(APP).with(identity(statements));
    let objects = "arn:aws:s3:::photos/*";
    let yes = |pattern: &str| Reach {
        access: Access::Yes,
        resources: vec![pattern.to_owned()],
    };
    let no = Reach {
        access: Access::No,
        resources: Vec::new(),
    };
    assert_eq!(
        reach(&role(&allow("s3:GetObject", objects)), "s3:GetObject"),
        yes(objects)
    );
    assert_eq!(reach(&role(&allow("s3:*", "*")), "s3:GetObject"), yes("*"));
    assert_eq!(
        reach(&role(&allow("s3:*", "*")), "rekognition:IndexFaces"),
        no
    );
    assert_eq!(
        reach(
            &role(&allow("rekognition:*", "*")),
            "rekognition:DetectLabels"
        ),
        yes("*")
    );
    // A bucket is not an object.
    let bucket = reach(&role(&allow("s3:*", "arn:aws:s3:::photos")), "s3:GetObject");
    assert_ne!(bucket.access, Access::Yes, "{bucket:?}");
    assert_eq!(
        reach(
            &role(&allow("s3:*", "arn:aws:s3:::photos")),
            "s3:ListBucket"
        ),
        yes("arn:aws:s3:::photos")
    );
    // Denied everywhere, and denied on everything else.
    let denied = format!("{},{}", allow("s3:*", "*"), deny("s3:*", "*"));
    assert_eq!(reach(&role(&denied), "s3:GetObject"), no);
    let but = format!(
        "{},{}",
        allow("s3:*", "*"),
        r#"{"Effect":"Deny","Action":"s3:*","NotResource":"arn:aws:s3:::photos/*"}"#
    );
    assert_eq!(reach(&role(&but), "s3:GetObject"), yes(objects));
    // No example is allowed, and another resource may be: that is not a no.
    let prefix = format!("{},{}", allow("s3:*", "*"), deny("s3:*", "*e*"));
    assert_eq!(
        reach(&role(&prefix), "s3:GetObject").access,
        Access::Depends(vec![Open::Resource])
    );
    // Nothing that another resource would change: a boundary, a tag that the user does not have.
    let limited = role(&allow("s3:*", objects)).with(document(
        PolicyKind::PermissionsBoundary,
        &allow("sqs:*", "*"),
    ));
    assert_eq!(reach(&limited, "s3:GetObject"), no);
    let team = allow("s3:*", objects).replace(
        "}",
        r#","Condition":{"StringEquals":{"aws:PrincipalTag/team":"faces"}}}"#,
    );
    let tagged = |key: &str| {
        role(&team.replace("aws:PrincipalTag/team", key)).key("aws:PrincipalTag/team", Vec::new())
    };
    assert_eq!(reach(&tagged("aws:PrincipalTag/team"), "s3:GetObject"), no);
    assert_ne!(
        reach(&tagged("aws:ResourceTag/team"), "s3:GetObject").access,
        Access::No
    );
    assert_ne!(
        reach(&tagged("aws:ResourceAccount"), "s3:GetObject").access,
        Access::No
    );
    // An action that the catalogue does not have.
    assert_eq!(
        reach(
            &role(&allow("ec2:StartInstances", "arn:aws:ec2:*:*:instance/*")),
            "ec2:StartInstances"
        ),
        yes("arn:aws:ec2:*:*:instance/*")
    );
    let user = Candidate::new("arn:aws:iam::111122223333:user/ann").with(identity(&allow(
        "s3:GetObject",
        "arn:aws:s3:::home/${aws:username}/*",
    )));
    assert_eq!(
        reach(&user, "s3:GetObject"),
        yes("arn:aws:s3:::home/${aws:username}/*")
    );
    let unread = Candidate::new(APP).unread(PolicyKind::Identity, "P");
    let policy = Access::Depends(vec![Open::UnreadPolicy("P".to_owned())]);
    assert_eq!(reach(&unread, "s3:GetObject").access, policy);
    let denied = unread.with(document(PolicyKind::ServiceControl, &deny("s3:*", "*")));
    assert_eq!(reach(&denied, "s3:GetObject"), no);
}

#[test]
fn a_denial_by_what_is_known_of_the_caller_leaves_no_resource() {
    let scp = |condition: &str| {
        let denied = deny("rekognition:Delete*", "*")
            .replace('}', &format!(r#","Condition":{condition}}}"#));
        document(
            PolicyKind::ServiceControl,
            &format!("{},{denied}", allow("*", "*")),
        )
    };
    let all = STAFF.replace("staff", "*");
    let role = |condition: &str| {
        Candidate::new(APP)
            .with(identity(&allow("rekognition:*", &all)))
            .with(scp(condition))
    };
    let delete = "rekognition:DeleteCollection";
    let other = r#"{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/svc/*"}}"#;
    assert_eq!(reach(&role(other), delete).access, Access::No);
    // What limits grants nothing: the answer is the grant's resource, and not that of the policy that allows everything.
    let own = r#"{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/app"}}"#;
    assert_eq!(
        reach(&role(own), delete),
        Reach {
            access: Access::Yes,
            resources: vec![all.clone()],
        }
    );
    // A condition on the resource may be otherwise for another.
    let tagged = r#"{"StringEquals":{"aws:ResourceTag/kept":"true"}}"#;
    assert_eq!(
        reach(&role(tagged), delete).access,
        Access::Depends(vec![key("aws:ResourceTag/kept")])
    );
    // A limit that names less than the grant is what is left of it.
    let narrow = Candidate::new(APP)
        .with(identity(&allow("rekognition:*", &all)))
        .with(document(
            PolicyKind::PermissionsBoundary,
            &allow("rekognition:*", STAFF),
        ));
    assert_eq!(reach(&narrow, delete).resources, [STAFF]);
}

/// A generated account: each role has a policy of its own and shared ones, and the answer is known by construction.
#[test]
fn five_hundred_roles() {
    let shared = identity(&allow("s3:GetObject", "arn:aws:s3:::shared/*"));
    let candidates: Vec<Candidate<'_>> = (0..500)
        .map(|number| {
            let own = match number % 5 {
                0 => allow("rekognition:*", "*"),
                1 => allow("rekognition:IndexFaces", STAFF),
                2 => format!(
                    "{},{}",
                    allow("rekognition:*", "*"),
                    deny("rekognition:Index*", "*")
                ),
                3 => allow("rekognition:IndexFaces", STAFF).replace(
                    "}",
                    r#","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}"#,
                ),
                _ => allow("sqs:*", "*"),
            };
            Candidate::new(format!("arn:aws:iam::111122223333:role/r{number}"))
                .with(shared.clone())
                .with(identity(&own))
        })
        .collect();
    let request = Request::new("rekognition:IndexFaces", STAFF);
    let mut counts = [0; 3];
    for (number, (candidate, access)) in who_can(&candidates, &request).enumerate() {
        let expected = match number % 5 {
            0 | 1 => 0,
            2 | 4 => 1,
            _ => 2,
        };
        let found = match access {
            Access::Yes => 0,
            Access::No => 1,
            Access::Depends(ref on) => {
                assert_eq!(on, &[key("aws:MultiFactorAuthPresent")]);
                2
            }
        };
        assert_eq!(found, expected, "{:?}", candidate.principal());
        counts[found] += 1;
    }
    assert_eq!(counts, [200, 200, 100]);
}

#[test]
fn a_denial_that_depends_on_a_key_makes_no_no() {
    let secure = r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}"#;
    let named = r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:user/named"}, "Action": "s3:GetObject", "Resource": "*"}"#;
    let bucket = document(PolicyKind::Resource, &format!("{named}, {secure}"));
    let request = Request::new("s3:GetObject", "arn:aws:s3:::b/k").resource_account("111122223333");
    let of = |arn: &'static str| Candidate::new(arn).with(bucket.clone());
    // Nothing allows them: the key decides how they are denied, not whether.
    for arn in [
        "arn:aws:iam::111122223333:user/other",
        "arn:aws:iam::111122223333:role/r0",
    ] {
        assert_eq!(of(arn).access(&request), Access::No, "{arn}");
    }
    let open = Access::Depends(vec![key("aws:SecureTransport")]);
    assert_eq!(
        of("arn:aws:iam::111122223333:user/named").access(&request),
        open
    );
    let granted =
        of("arn:aws:iam::111122223333:user/other").with(identity(&allow("s3:GetObject", "*")));
    assert_eq!(granted.access(&request), open);
    // The bucket is of another account, and the user has no policy.
    let foreign = Request::new("s3:GetObject", "arn:aws:s3:::b/k").resource_account("222222222222");
    assert_eq!(
        of("arn:aws:iam::111122223333:user/named").access(&foreign),
        Access::No
    );
    // A policy that was not read may allow it.
    let unread = of("arn:aws:iam::111122223333:role/r0").unread(PolicyKind::Identity, "Unread");
    assert!(matches!(unread.access(&request), Access::Depends(_)));
}

#[test]
fn a_user_has_no_tags_but_its_own() {
    let denied = r#"{"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"StringEquals": {"AWS:PrincipalTag/Team": "red"}}}"#;
    let on = |resource: &str| format!("{}, {denied}", allow("s3:GetObject", resource));
    let request = Request::new("s3:GetObject", "arn:aws:s3:::b/blue");
    let user = || Candidate::new("arn:aws:iam::111122223333:user/ann").with(identity(&on("*")));
    assert_eq!(user().no_other_tags().access(&request), Access::Yes);
    assert!(matches!(user().access(&request), Access::Depends(_)));
    let red = user().key("aws:principaltag/team", vec!["red".into()]);
    assert_eq!(red.no_other_tags().access(&request), Access::No);
    // In variables, too.
    let own = |candidate: Candidate<'static>| {
        candidate.with(identity(&allow(
            "s3:GetObject",
            "arn:aws:s3:::b/${aws:PrincipalTag/color}",
        )))
    };
    let ann = || own(Candidate::new("arn:aws:iam::111122223333:user/ann"));
    assert_eq!(ann().no_other_tags().access(&request), Access::No);
    let blue = ann().key("aws:PrincipalTag/color", vec!["blue".into()]);
    assert_eq!(blue.no_other_tags().access(&request), Access::Yes);
    assert!(matches!(ann().access(&request), Access::Depends(_)));
    // Without a resource, the examples have the values of variables, or their defaults.
    let any = |candidate: &Candidate<'static>| reach(candidate, "s3:GetObject");
    let ann = || own(Candidate::new("arn:aws:iam::111122223333:user/ann"));
    let blue = ann().key("aws:PrincipalTag/color", vec!["blue".into()]);
    let found = any(&blue.no_other_tags());
    assert_eq!(found.access, Access::Yes);
    assert_eq!(
        found.resources,
        ["arn:aws:s3:::b/${aws:PrincipalTag/color}"]
    );
    assert_eq!(any(&ann().no_other_tags()).access, Access::No);
    assert_eq!(
        any(&ann()).access,
        Access::Depends(vec![key("aws:PrincipalTag/color")])
    );
    let defaulted = Candidate::new("arn:aws:iam::111122223333:user/ann").with(identity(&allow(
        "s3:GetObject",
        "arn:aws:s3:::b/${aws:PrincipalTag/color, 'blue'}",
    )));
    assert_eq!(any(&defaulted.no_other_tags()).access, Access::Yes);
}

#[test]
fn a_log_group_is_an_example_of_what_a_policy_names() {
    let with = |end: &str| {
        let group = format!("arn:aws:logs:us-east-1:111122223333:log-group:a{end}");
        let candidate = Candidate::new("arn:aws:iam::111122223333:role/app")
            .with(identity(&allow("logs:*", &group)));
        let found = |action: &str| reach(&candidate, action).access;
        [
            found("logs:DeleteLogGroup"),
            found("logs:PutLogEvents"),
            found("logs:TagResource"),
        ]
    };
    use Access::Yes;
    let [delete, put, tag] = with(":*");
    assert_eq!([delete, put], [Yes, Yes]);
    assert_ne!(tag, Yes);
    assert_eq!(with("*"), [Yes, Yes, Yes]);
    assert!(matches!(with(""), [_, _, Yes]));
}

#[test]
fn everyone_can_do_what_needs_no_permission() {
    let nothing = Candidate::new("arn:aws:iam::111122223333:role/r0");
    let denied = Candidate::new("arn:aws:iam::111122223333:user/ann")
        .with(identity(&deny("sts:GetCallerIdentity", "*")));
    for candidate in [&nothing, &denied] {
        let found = reach(candidate, "sts:GetCallerIdentity");
        assert_eq!(found.access, Access::Yes);
        assert_eq!(found.resources, ["*"]);
        assert_eq!(reach(candidate, "sts:GetAccessKeyInfo").access, Access::No);
    }
}
