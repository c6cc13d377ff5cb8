//! `who-can` and `what-can`: an account's principals and what they can do.

use serde_json::{Value, json};

use crate::support::{Directory, Done};

const ACCOUNT: &str = "123456789012";

fn arn(rest: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:{rest}")
}

fn document(statements: &Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn allow(actions: &str, resource: &str) -> Value {
    json!({"Effect": "Allow", "Action": actions, "Resource": resource})
}

fn policy(name: &str, statements: &Value) -> Value {
    json!({"PolicyName": name, "Arn": arn(&format!("policy/{name}")), "DefaultVersionId": "v2", "PolicyVersionList": [
        {"VersionId": "v1", "IsDefaultVersion": false, "Document": document(&json!([allow("*", "*")]))},
        {"VersionId": "v2", "IsDefaultVersion": true, "Document": document(statements)}]})
}

fn attached(name: &str) -> Value {
    json!([{"PolicyName": name, "PolicyArn": arn(&format!("policy/{name}"))}])
}

/// An account with a principal of every kind.
fn account() -> Value {
    let trust = document(
        &json!([{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": arn("role/ci")}}]),
    );
    let encoded = document(&json!([allow("rekognition:Detect*", "*")]))
        .to_string()
        .replace('%', "%25")
        .replace('"', "%22")
        .replace('{', "%7B")
        .replace(' ', "%20");
    let with_vpc = json!([{"Effect": "Allow", "Action": "rekognition:*", "Resource": "*", "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}}]);
    let by_team = json!([{"Effect": "Allow", "Action": "rekognition:*", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalTag/team": "faces"}}}]);
    json!({
        "UserDetailList": [
            {"UserName": "ann", "Arn": arn("user/ann"), "GroupList": ["faces"], "AttachedManagedPolicies": []},
            {"UserName": "bob", "Arn": arn("user/bob"), "GroupList": [], "AttachedManagedPolicies": [],
             "UserPolicyList": [{"PolicyName": "team", "PolicyDocument": document(&by_team)}], "Tags": [{"Key": "Team", "Value": "faces"}]},
            {"UserName": "cy", "Arn": arn("user/cy"), "GroupList": [], "AttachedManagedPolicies": [],
             "UserPolicyList": [{"PolicyName": "team", "PolicyDocument": document(&by_team)}]},
            {"UserName": "dee", "Arn": arn("user/dee"), "GroupList": ["gone"], "AttachedManagedPolicies": []},
        ],
        "GroupDetailList": [{"GroupName": "faces", "Arn": arn("group/faces"), "AttachedManagedPolicies": attached("faces"),
            "GroupPolicyList": [{"PolicyName": "more", "PolicyDocument": encoded}]}],
        "RoleDetailList": [
            {"RoleName": "app", "Arn": arn("role/app"), "AssumeRolePolicyDocument": trust, "AttachedManagedPolicies": attached("faces"), "RolePolicyList": []},
            {"RoleName": "limited", "Arn": arn("role/limited"), "AttachedManagedPolicies": attached("faces"), "RolePolicyList": [],
             "PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn("policy/s3-only")}},
            {"RoleName": "vpc", "Arn": arn("role/vpc"), "AttachedManagedPolicies": [], "RolePolicyList": [{"PolicyName": "p", "PolicyDocument": document(&with_vpc)}]},
            {"RoleName": "admin", "Arn": arn("role/admin"), "RolePolicyList": [],
             "AttachedManagedPolicies": [{"PolicyName": "AdministratorAccess", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}]},
            {"RoleName": "ci", "Arn": arn("role/ci"), "AttachedManagedPolicies": [], "RolePolicyList": [
                {"PolicyName": "p", "PolicyDocument": document(&json!([allow("sts:AssumeRole", "*"), allow("ec2:Describe*", "*")]))}]},
        ],
        "Policies": [policy("faces", &json!([allow("rekognition:IndexFaces", "arn:aws:rekognition:*:*:collection/*")])),
                     policy("s3-only", &json!([allow("s3:*", "*")]))],
    })
}

fn answers(done: &Done) -> Vec<(String, String)> {
    (done.out.lines())
        .map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            let name = line["principal"].as_str().unwrap();
            let open: Vec<String> = (line["depends_on"].as_array().unwrap().iter())
                .flat_map(|open| {
                    open.as_object()
                        .unwrap()
                        .values()
                        .map(|value| value.as_str().unwrap_or("").to_owned())
                })
                .collect();
            let answer = format!("{} {}", line["answer"].as_str().unwrap(), open.join(","));
            (
                name.rsplit('/').next().unwrap().to_owned(),
                answer.trim().to_owned(),
            )
        })
        .collect()
}

#[test]
fn every_principal_has_an_answer() {
    let directory = Directory::new("who_account");
    directory.json("account.json", &account());
    let collection = format!("arn:aws:rekognition:us-east-1:{ACCOUNT}:collection/staff");
    let ask = |action: &str, more: &[&str]| {
        let mut ask = vec!["who-can", action, "account.json", "--format", "json"];
        ask.extend(more);
        directory.run(&ask)
    };
    let admin = "depends arn:aws:iam::aws:policy/AdministratorAccess";
    let expected: Vec<(String, String)> = [
        ("app", "yes"),
        ("ann", "yes"),
        ("bob", "yes"),
        ("admin", admin),
        ("vpc", "depends aws:SourceVpc"),
        ("dee", "depends group gone"),
        ("ci", "no"),
        // The boundary does not allow it, and the user has no tag.
        ("limited", "no"),
        ("cy", "no"),
    ]
    .map(|(name, answer)| (name.to_owned(), answer.to_owned()))
    .into();
    for more in [vec![], vec!["--on", collection.as_str()]] {
        let done = ask("rekognition:IndexFaces", &more);
        assert_eq!(done.code, 0);
        assert_eq!(answers(&done), expected, "{more:?}");
        for note in [
            "not listed: the root user of account 123456789012",
            "resource policies are not in the files",
        ] {
            assert!(done.err.contains(note), "{note}: {}", done.err);
        }
        assert!(
            done.err.contains(
                "not read: arn:aws:iam::aws:policy/AdministratorAccess, attached to 1 principal"
            ),
            "{}",
            done.err
        );
    }
    // The version of a policy that counts, and a document that is escaped as in a URL.
    let list = answers(&ask("rekognition:DeleteCollection", &[]));
    assert!(
        list.contains(&("app".to_owned(), "no".to_owned())),
        "{list:?}"
    );
    let detect = answers(&ask("rekognition:DetectLabels", &[]));
    assert!(
        detect.contains(&("ann".to_owned(), "yes".to_owned())),
        "{detect:?}"
    );
    let in_vpc = answers(&ask(
        "rekognition:IndexFaces",
        &["--context", "aws:SourceVpc=vpc-1"],
    ));
    assert!(in_vpc.contains(&("vpc".to_owned(), "yes".to_owned())));
    directory.json(
        "scp.json",
        &document(&json!([{"Effect": "Deny", "Action": "rekognition:*", "Resource": "*"}])),
    );
    let denied = answers(&ask(
        "rekognition:IndexFaces",
        &["--policy", "scp=scp.json"],
    ));
    assert!(
        denied.iter().all(|(_, answer)| answer == "no"),
        "{denied:?}"
    );
}

#[test]
fn a_role_and_who_may_assume_it() {
    let directory = Directory::new("who_assume");
    directory.json("account.json", &account());
    let role = arn("role/app");
    let done = directory.run(&[
        "who-can",
        "sts:AssumeRole",
        "--on",
        &role,
        "account.json",
        "--format",
        "json",
    ]);
    let list = answers(&done);
    assert!(
        list.contains(&("ci".to_owned(), "yes".to_owned())),
        "{list:?}"
    );
    assert!(
        list.contains(&("app".to_owned(), "no".to_owned())),
        "{list:?}"
    );
    // The trust policy of a role of another account is not in the files.
    let elsewhere = "arn:aws:iam::444455556666:role/other";
    let done = directory.run(&[
        "who-can",
        "sts:AssumeRole",
        "--on",
        elsewhere,
        "account.json",
        "--format",
        "json",
    ]);
    let list = answers(&done);
    let answer = |name: &str| list.iter().find(|(known, _)| known == name).unwrap();
    assert!(
        answer("ci")
            .1
            .starts_with("depends AssumeRolePolicyDocument"),
        "{list:?}"
    );
    assert_eq!(answer("ann").1, "no", "{list:?}");
    let mut untrusted = account();
    untrusted["RoleDetailList"][0]["AssumeRolePolicyDocument"] = document(&json!([]));
    untrusted["IsTruncated"] = json!(true);
    directory.json("untrusted.json", &untrusted);
    let done = directory.run(&["who-can", "sts:AssumeRole", "untrusted.json"]);
    assert!(
        (done.out.lines()).any(|line| line.starts_with("depends") && line.contains("role/ci on *")),
        "{}",
        done.out
    );
    assert!(
        done.out
            .contains("note: untrusted.json: this is one page of several"),
        "{}",
        done.out
    );
    let mut last = account();
    last["IsTruncated"] = json!(false);
    directory.json("last.json", &last);
    let done = directory.run(&["who-can", "sts:AssumeRole", "untrusted.json", "last.json"]);
    assert!(!done.out.contains("one page"), "{}", done.out);
    let without = directory.run(&["who-can", "sts:AssumeRole", "account.json"]);
    assert!(
        without
            .out
            .contains("trust policies of roles that are not in the files must allow this too"),
        "{}",
        without.out
    );
}

#[test]
fn policies_in_a_directory() {
    let directory = Directory::new("who_directory");
    directory
        .json("policies/faces.json", &document(&json!([allow("rekognition:*", "*")])))
        .json("policies/other.json", &document(&json!([allow("sqs:*", "*")])))
        .json("policies/bucket.json", &document(&json!([{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}])))
        .file("policies/notes.yaml", "a: b\n");
    let Done { code, out, err } =
        directory.run(&["who-can", "rekognition:DetectLabels", "policies"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(
        out.starts_with("yes      any principal with policies/faces.json on *\n"),
        "{out}"
    );
    assert!(
        out.contains("no       any principal with policies/other.json\n"),
        "{out}"
    );
    assert!(out.contains("1 of 2 can, 1 cannot, 0 depends"), "{out}");
    assert!(
        out.contains("bucket.json: not used: it is a resource policy"),
        "{out}"
    );
    assert!(out.contains("notes.yaml: not used"), "{out}");
    directory.file("empty/a.txt", "");
    assert_eq!(
        directory
            .run(&["who-can", "rekognition:DetectLabels", "empty"])
            .code,
        2
    );
    directory.file("broken.json", "{\"UserDetailList\": [");
    assert_eq!(
        directory
            .run(&["who-can", "rekognition:DetectLabels", "broken.json"])
            .code,
        2
    );
    assert_eq!(
        directory.run(&["who-can", "DetectLabels", "policies"]).code,
        2
    );
}

#[test]
fn what_one_principal_can_do() {
    let directory = Directory::new("what_can");
    directory.json("account.json", &account());
    let Done { code, out, err } = directory.run(&["what-can", "ann", "account.json"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(
        out.contains("yes on arn:aws:rekognition:*:*:collection/*\n  rekognition:IndexFaces\n"),
        "{out}"
    );
    assert!(
        out.contains("  rekognition:DetectLabels\n") && !out.contains("s3:"),
        "{out}"
    );
    let done = directory.run(&[
        "what-can",
        &arn("role/ci"),
        "account.json",
        "--format",
        "json",
    ]);
    let lines: Vec<Value> = done
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(
        lines
            .iter()
            .any(|line| line["action"] == "sts:AssumeRole" && line["answer"] == "yes"),
        "{}",
        done.out
    );
    assert!(
        lines
            .iter()
            .any(|line| line["action"] == "ec2:DescribeInstances" && line["answer"] == "yes"),
        "{}",
        done.out
    );
    let admin = directory.run(&[
        "what-can",
        "admin",
        "account.json",
        "--service",
        "rekognition",
    ]);
    assert!(
        admin
            .out
            .contains("depends on policy arn:aws:iam::aws:policy/AdministratorAccess"),
        "{}",
        admin.out
    );
    assert!(admin.out.contains("note: not read: "), "{}", admin.out);
    let wrong = directory.run(&["what-can", "an", "account.json"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("no principal `an`"), "{}", wrong.err);
    let service = directory.run(&["what-can", "ann", "account.json", "--service", "rekogniton"]);
    assert!(
        service.err.contains("did you mean `rekognition`?"),
        "{}",
        service.err
    );
}

/// Five hundred roles that share policies; the answer of each is known by its number.
#[test]
fn a_generated_account() {
    let directory = Directory::new("who_generated");
    let roles: Vec<Value> = (0..500)
        .map(|number| {
            let name = format!("r{number:03}");
            let attached = match number % 3 {
                0 => attached("faces"),
                1 => attached("s3-only"),
                _ => json!([{"PolicyName": "X", "PolicyArn": "arn:aws:iam::aws:policy/X"}]),
            };
            json!({"RoleName": name, "Arn": arn(&format!("role/{name}")), "AttachedManagedPolicies": attached, "RolePolicyList": []})
        })
        .collect();
    let mut account = account();
    account["RoleDetailList"] = json!(roles);
    account["UserDetailList"] = json!([]);
    directory.json("account.json", &account);
    let done = directory.run(&["who-can", "rekognition:IndexFaces", "account.json"]);
    assert!(
        done.out.contains("167 of 500 can, 167 cannot, 166 depends"),
        "{}",
        &done.out[done.out.len() - 200..]
    );
    assert!(done.out.contains("attached to 166 principals"));
}

#[test]
fn sessions_have_the_tags_of_their_role_unless_they_can_have_others() {
    let directory = Directory::new("who_role_tags");
    let own = document(&json!([allow(
        "s3:GetObject",
        "arn:aws:s3:::b/${aws:PrincipalTag/team}/*"
    )]));
    let role = |name: &str, actions: &Value, tags: &Value| {
        let trust = document(
            &json!([{"Effect": "Allow", "Action": actions, "Principal": {"Service": "ec2.amazonaws.com"}}]),
        );
        json!({"RoleName": name, "Arn": arn(&format!("role/{name}")), "AssumeRolePolicyDocument": trust, "AttachedManagedPolicies": [],
            "Tags": tags, "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": own}]})
    };
    let (assume, tag) = (
        json!("sts:AssumeRole"),
        json!(["sts:AssumeRole", "sts:Tag*"]),
    );
    let red = json!([{"Key": "Team", "Value": "red"}]);
    directory.json(
        "account.json",
        &json!({"UserDetailList": [], "GroupDetailList": [], "Policies": [], "RoleDetailList": [
            role("red", &assume, &red),
            role("none", &assume, &json!([])),
            role("tagged", &tag, &red),
        ]}),
    );
    let ask = |more: &[&str]| {
        let mut ask = vec![
            "who-can",
            "s3:GetObject",
            "account.json",
            "--format",
            "json",
        ];
        ask.extend(more);
        let mut found = answers(&directory.run(&ask));
        found.sort();
        (found.into_iter())
            .map(|(name, answer)| format!("{name}: {answer}"))
            .collect::<Vec<_>>()
    };
    let depends = "tagged: depends aws:PrincipalTag/team";
    assert_eq!(
        ask(&["--on", "arn:aws:s3:::b/red/x"]),
        ["none: no", "red: yes", depends]
    );
    assert_eq!(ask(&[]), ["none: no", "red: yes", depends]);
    let given = ask(&["--context", "aws:PrincipalTag/team=red"]);
    assert_eq!(given, ["none: yes", "red: yes", "tagged: yes"]);
}
