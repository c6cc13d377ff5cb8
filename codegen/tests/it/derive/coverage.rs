//! Calls and policies in step, and what is said when they are not.

use std::fs;
use std::path::{Path, PathBuf};

use rekognition_iam_codegen::Coverage;

/// A package in a directory of this name, with these files.
pub(super) fn package(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("derive")
        .join(name);
    if root.exists() {
        fs::remove_dir_all(&root).unwrap();
    }
    for (file, text) in files {
        let path = root.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let manifest = root.join("Cargo.toml");
    if !manifest.exists() {
        fs::write(manifest, MANIFEST).unwrap();
    }
    root
}

const MANIFEST: &str = "[package]\nname = \"demo\"\n[dependencies]\naws-sdk-rekognition = \"1\"\ns3 = { package = \"aws-sdk-s3\" }\n";

/// A library with these policies and these calls.
fn both(name: &str, policies: &str, calls: &str) -> Coverage {
    let root = package(
        name,
        &[
            ("src/lib.rs", "mod policies;\nmod calls;\n"),
            ("src/policies.rs", policies),
            (
                "src/calls.rs",
                &format!("use aws_sdk_rekognition::Client;\n{calls}"),
            ),
        ],
    );
    Coverage::new().manifest_dir(root)
}

#[track_caller]
fn check(name: &str, policies: &str, calls: &str, expected: &[&str]) {
    let covered = both(name, policies, calls).compare().unwrap();
    let found: Vec<String> = (covered.problems.iter())
        .map(|problem| problem.to_string().lines().next().unwrap().to_owned())
        .collect();
    assert_eq!(found, expected, "{policies}\n{calls}");
}

const STAFF: &str = "rekognition::collection(\"us-east-1\", \"123456789012\", \"staff\")";

#[test]
fn in_step() {
    check(
        "step",
        &format!(
            "static A: Policy = policy![allow(rekognition::IndexFaces).on({STAFF}), allow(rekognition::DetectFaces).on_any()];\n\
             fn b(r: &Region) -> PolicyBuf {{ policy![allow(rekognition::ListFaces).on(rekognition::collection(r, \"123456789012\", \"staff\"))] }}"
        ),
        "fn f(c: &Client) { c.index_faces().collection_id(\"staff\"); c.detect_faces(); c.list_faces().collection_id(id); }",
        &[],
    );
}

#[test]
fn what_is_not_covered() {
    check(
        "uncovered",
        &format!("static A: Policy = policy![allow(rekognition::IndexFaces).on({STAFF})];"),
        "fn f(c: &Client) {\n    c.index_faces().collection_id(\"staff\");\n    c.index_faces().collection_id(\"guests\");\n    c.detect_faces();\n}",
        &[
            "src/calls.rs:4:7: `index_faces` needs `rekognition:IndexFaces` on `arn:aws:rekognition:{region}:{account}:collection/guests`, \
             and no policy allows it",
            "src/calls.rs:5:7: `detect_faces` needs `rekognition:DetectFaces` on `*`, and no policy allows it",
        ],
    );
    // What is allowed on a resource is not allowed without one.
    check(
        "uncovered_any",
        "static A: Policy = policy![allow(rekognition::DetectModerationLabels).on(rekognition::projectversion(\"*\", \"*\", \"p\", \"v\", \"*\"))];",
        "fn f(c: &Client) { c.detect_moderation_labels(); }",
        &[
            "src/calls.rs:2:22: `detect_moderation_labels` needs `rekognition:DetectModerationLabels` on `*`, and no policy allows it",
            "src/policies.rs:1:47: unused: `rekognition:DetectModerationLabels` in statement 1 of `A`: calls use it on other resources or under other conditions",
        ],
    );
}

#[test]
fn denials() {
    check(
        "denied",
        &format!(
            "static A: Policy = policy![allow(rekognition::all()).on_any()];\n\
             static B: Policy = policy![\n    deny(rekognition::IndexFaces).on({STAFF}),\n    deny(rekognition::DetectFaces).on_any().when(aws::SecureTransport.bool(false)),\n    deny(rekognition::SearchFaces).on(rekognition::collection(\"*\", \"*\", \"guests\")),\n];"
        ),
        "fn f(c: &Client) {\n    c.index_faces().collection_id(\"staff\");\n    c.detect_faces();\n    c.search_faces().collection_id(id);\n    c.search_faces().collection_id(\"guests\");\n}",
        // Not the first: only the collection of one region and account is denied, and the program's may be another.
        &[
            "src/calls.rs:6:7: `search_faces` needs `rekognition:SearchFaces` on `arn:aws:rekognition:{region}:{account}:collection/guests`, \
             and statement 3 of `B` denies it, at src/policies.rs:5",
        ],
    );
    check(
        "not_action",
        "static A: Policy = policy![allow(not(rekognition::DetectFaces)).on_any()];",
        "fn f(c: &Client) { c.detect_text(); c.detect_faces(); }",
        &[
            "src/calls.rs:2:39: `detect_faces` needs `rekognition:DetectFaces` on `*`, and no policy allows it",
        ],
    );
    check(
        "not_resource",
        "static A: Policy = policy![allow(rekognition::ListFaces).on(not(rekognition::collection(\"*\", \"*\", \"guests\")))];",
        "fn f(c: &Client) { c.list_faces().collection_id(\"staff\"); c.list_faces().collection_id(\"guests\"); }",
        &[
            "src/calls.rs:2:61: `list_faces` needs `rekognition:ListFaces` on `arn:aws:rekognition:{region}:{account}:collection/guests`, \
             and no policy allows it",
        ],
    );
}

#[test]
fn what_is_not_used() {
    check(
        "unused",
        &format!(
            "static A: Policy = policy![\n    allow(rekognition::IndexFaces, rekognition::ListFaces).on({STAFF}),\n    allow(rekognition::DetectFaces).on_any(),\n    deny(rekognition::CreateUser).on({STAFF}),\n];"
        ),
        "fn f(c: &Client) { c.index_faces().collection_id(\"staff\"); }",
        &[
            "src/policies.rs:2:49: unused: `rekognition:ListFaces` in statement 1 of `A`: no call uses it",
            "src/policies.rs:3:24: unused: `rekognition:DetectFaces` in statement 2 of `A`: no call uses it",
        ],
    );
    // One of several resources; one of a group, a pattern or everything else is enough.
    check(
        "unused_resource",
        &format!(
            "static A: Policy = policy![\n    allow(rekognition::IndexFaces).on({STAFF}, rekognition::collection(\"*\", \"*\", \"guests\")),\n    allow(rekognition::read()).on_any(),\n    allow(rekognition::matching(\"Tag*\")).on_any(),\n    allow(rekognition::tagging()).on_any(),\n];"
        ),
        "fn f(c: &Client) { c.index_faces().collection_id(\"staff\"); c.detect_faces(); }",
        &[
            "src/policies.rs:2:115: unused: the resource `arn:aws:rekognition:*:*:collection/guests` in statement 1 of `A`: no call uses it",
            "src/policies.rs:4:33: unused: `rekognition:Tag*` in statement 3 of `A`: no call uses it",
            "src/policies.rs:5:24: unused: a group of 2 actions in statement 4 of `A`: no call uses it",
        ],
    );
    // Policies of other kinds, and those of tests, are someone else's.
    check(
        "other_kinds",
        "static T: TrustPolicy = trust_policy![allow(sts::AssumeRole).to(service(\"rekognition.amazonaws.com\"))];\n\
         #[cfg(test)] static U: Policy = policy![allow(rekognition::DetectFaces).on_any()];\n\
         static A: Policy = policy![allow(rekognition::DetectText).on_any()];",
        "fn f(c: &Client) { c.detect_text(); }",
        &[],
    );
}

#[test]
fn roles_that_are_passed() {
    let calls = "use aws_sdk_rekognition::types::*; fn f(c: &Client) { c.start_text_detection().notification_channel(NotificationChannel::builder().role_arn(\"arn:aws:iam::123456789012:role/r\").build()); }";
    let policy = |service: &str| {
        format!(
            "static A: Policy = policy![allow(rekognition::StartTextDetection).on_any(), allow(iam::PassRole).on(iam::role(\"123456789012\", \"r\")).when(iam::PassedToService.string_equals(\"{service}\"))];"
        )
    };
    check("passed", &policy("rekognition.amazonaws.com"), calls, &[]);
    check(
        "passed_elsewhere",
        &policy("ec2.amazonaws.com"),
        calls,
        &[
            "src/calls.rs:2:57: `start_text_detection` needs `iam:PassRole` on `arn:aws:iam::123456789012:role/r`, for its \
             `NotificationChannel`, and no policy allows it",
            "src/policies.rs:1:88: unused: `iam:PassRole` in statement 2 of `A`: calls use it on other resources or under other conditions",
        ],
    );
}

#[test]
fn marks_accept_with_a_reason() {
    let coverage = both(
        "marks",
        "static A: Policy = policy![\n    // rekognition-iam: allow unused, next release\n    allow(rekognition::IndexFaces, rekognition::ListFaces)\n        .on(rekognition::collection(\"*\", \"*\", \"a\")),\n    allow(\n        rekognition::DetectText,\n        rekognition::DetectFaces, // rekognition-iam: allow unused, soon\n    )\n    .on_any(),\n];",
        "fn f(c: &Client) {\n    // rekognition-iam: allow uncovered, granted to operators by hand\n    c\n        .delete_collection()\n        .collection_id(id);\n    c.detect_text();\n}",
    );
    let covered = coverage.check().unwrap();
    assert_eq!(covered.calls, 2);
    assert_eq!(covered.policies, ["A"]);
    assert_eq!(
        covered.accepted,
        [
            "src/calls.rs:3: uncovered: granted to operators by hand",
            "src/policies.rs:2: unused: next release",
            "src/policies.rs:7: unused: soon",
        ]
    );
    check(
        "bad_marks",
        "static A: Policy = policy![allow(rekognition::DetectText).on_any()]; // rekognition-iam: allow unused, x",
        "fn f(c: &Client) {\n    c.detect_text(); // rekognition-iam: allow uncovered\n}",
        &[
            "src/calls.rs:3:1: this comment has no reason; write one after a comma",
            "src/policies.rs:1:1: this exception is not needed: nothing is unused here",
        ],
    );
}

#[test]
fn what_is_compared() {
    let root = package(
        "compared",
        &[
            (
                "src/main.rs",
                "fn main() { let c: aws_sdk_rekognition::Client = x(); c.detect_text(); other::run(&c); }",
            ),
            (
                "policies/all.rs",
                "static A: Policy = policy![allow(rekognition::DetectText).on_any()]; static B: Policy = policy![allow(rekognition::DetectFaces).on_any()];",
            ),
        ],
    );
    let coverage = Coverage::new().manifest_dir(&root).policies("policies");
    assert_eq!(coverage.compare().unwrap().problems.len(), 1);
    let only = coverage.clone().only("A");
    assert_eq!(only.check().unwrap().policies, ["A"]);
    assert_eq!(
        only.clone()
            .deny_unfollowed(true)
            .check()
            .unwrap_err()
            .to_string(),
        "src/main.rs:1:72: a client of `aws-sdk-rekognition` is handed to `other::run(..)`, whose code is not followed"
    );
    assert_eq!(
        coverage.only("C").compare().unwrap_err().to_string(),
        "coverage: there is no policy `C` to compare with"
    );
    fs::write(
        root.join("policies/all.rs"),
        "static A: Policy = policy![allow(rekognition::DetectTxt).on_any()];",
    )
    .unwrap();
    let error = only.compare().unwrap_err().to_string();
    assert!(
        error.starts_with("policies/all.rs:1:47: `rekognition` has no action `DetectTxt`"),
        "{error}"
    );
}

/// A library of one file that uses these services.
#[track_caller]
fn check_of(name: &str, policy: &str, calls: &str, expected: &[&str]) {
    let root = package(
        name,
        &[
            (
                "Cargo.toml",
                "[package]\nname = \"demo\"\n[dependencies]\naws-sdk-dynamodb = \"1\"\naws-sdk-s3 = \"1\"\naws-sdk-sqs = \"1\"\naws-sdk-iam = \"1\"\n",
            ),
            (
                "src/lib.rs",
                &format!(
                    "static P: Policy = policy![{policy}];\n\
                     async fn f(d: &aws_sdk_dynamodb::Client, s: &aws_sdk_s3::Client, q: &aws_sdk_sqs::Client, i: &aws_sdk_iam::Client) {{ {calls} }}\n"
                ),
            ),
        ],
    );
    let covered = Coverage::new().manifest_dir(root).compare().unwrap();
    let found: Vec<String> = (covered.problems.iter())
        .map(|problem| problem.to_string().lines().next().unwrap().to_owned())
        .collect();
    assert_eq!(found, expected, "{policy}\n{calls}");
    // Nothing that a call may need is removed.
    assert_eq!(
        covered.fixes.is_empty(),
        found.is_empty(),
        "{:?}",
        covered.fixes
    );
}

const TABLE: &str = "dynamodb::table(\"eu-west-1\", \"123456789012\", \"t\")";
const KEY: &str =
    "kms::key(\"eu-west-1\", \"123456789012\", \"1234abcd-12ab-34cd-56ef-1234567890ab\")";

/// Which key a table has is not in the program.
#[test]
fn what_a_configuration_may_need_is_not_unused() {
    let policy = |actions: &str, when: &str| {
        format!("allow(dynamodb::GetItem).on({TABLE}), allow({actions}).on({KEY}){when}")
    };
    let call = "d.get_item().table_name(\"t\");";
    let via = |service: &str| {
        format!(".when(kms::ViaService.string_like(\"{service}.*.amazonaws.com\"))")
    };
    check_of(
        "kms_via",
        &policy("kms::Decrypt", &via("dynamodb")),
        call,
        &[],
    );
    check_of("kms_plain", &policy("kms::Decrypt", ""), call, &[]);
    // For another service, and an action that no call needs.
    check_of(
        "kms_other",
        &policy("kms::Decrypt", &via("sqs")),
        call,
        &["src/lib.rs:1:119: unused: `kms:Decrypt` in statement 2 of `P`: no call uses it"],
    );
    check_of(
        "kms_more",
        &policy("kms::Decrypt, kms::ScheduleKeyDeletion", &via("dynamodb")),
        call,
        &[
            "src/lib.rs:1:133: unused: `kms:ScheduleKeyDeletion` in statement 2 of `P`: no call uses it",
        ],
    );
}

#[test]
fn actions_that_some_requests_need_are_not_unused() {
    let queue = |name: &str| format!("sqs::queue(\"us-east-1\", \"123456789012\", {name:?})");
    check_of(
        "move_task",
        &format!(
            "allow(sqs::StartMessageMoveTask, sqs::ReceiveMessage, sqs::DeleteMessage, sqs::GetQueueAttributes).on({}), allow(sqs::SendMessage).on({})",
            queue("dlq"),
            queue("main")
        ),
        "q.start_message_move_task().source_arn(\"arn:aws:sqs:us-east-1:123456789012:dlq\").destination_arn(\"arn:aws:sqs:us-east-1:123456789012:main\");",
        &[],
    );
    // Whether a role is passed, and what the text of a statement does, is not in the program.
    check_of(
        "partiql",
        &format!("allow(dynamodb::PartiQLSelect).on({TABLE})"),
        "d.execute_statement().statement(text);",
        &[],
    );
}

/// What is known of a value has to match too.
#[test]
fn values_that_are_known_in_part() {
    let object = |key: &str| format!("allow(s3::GetObject).on(s3::object(\"b-1\", {key:?}))");
    let get = |key: &str| format!("s.get_object().bucket(\"b-1\").key({key});");
    check_of(
        "shape",
        &object("zzz/*"),
        &get("format!(\"zzz/{k}/a.png\")"),
        &[],
    );
    check_of(
        "shape_whole",
        &object("*"),
        &get("format!(\"zzz/{k}\")"),
        &[],
    );
    check_of("shape_open", &object("zzz/*"), &get("k"), &[]);
    let covered = |policy: &str, call: &str| {
        let root = package(
            "shape_not",
            &[
                (
                    "Cargo.toml",
                    "[package]\nname = \"demo\"\n[dependencies]\naws-sdk-s3 = \"1\"\n",
                ),
                (
                    "src/lib.rs",
                    &format!(
                        "static P: Policy = policy![{policy}];\nasync fn f(s: &aws_sdk_s3::Client) {{ {call} }}\n"
                    ),
                ),
            ],
        );
        let covered = Coverage::new().manifest_dir(root).compare().unwrap();
        covered
            .problems
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    let found = covered(&object("p/*"), &get("format!(\"zzz/{k}/a.png\")"));
    assert!(
        found.iter().any(|problem| problem.contains(
            "needs `s3:GetObject` on `arn:aws:s3:::b-1/zzz/*/a.png`, and no policy allows it"
        )),
        "{found:?}"
    );
    assert!(!covered(&object("p/*"), &get("format!(\"q/{k}\")")).is_empty());
}

/// Actions without resource types that AWS checks against an ARN all the same.
#[test]
fn resources_on_record() {
    check_of(
        "on_record",
        "allow(dynamodb::ListTables).on(dynamodb::table(\"*\", \"123456789012\", \"*\")), allow(iam::ListRoles).on(iam::role(\"123456789012\", \"*\")), allow(sqs::ListQueues).on(sqs::queue(\"eu-west-1\", \"123456789012\", \"*\"))",
        "d.list_tables(); i.list_roles(); q.list_queues();",
        &[],
    );
    check_of(
        "on_record_any",
        "allow(dynamodb::ListTables).on_any(), allow(iam::ListRoles).on_any()",
        "d.list_tables(); i.list_roles();",
        &[],
    );
}

/// A call that is not followed may use what seems unused.
#[test]
fn nothing_is_removed_while_calls_are_not_followed() {
    let root = package(
        "not_followed",
        &[(
            "src/lib.rs",
            "static P: Policy = policy![allow(rekognition::ListUsers).on(rekognition::collection(\"us-east-1\", \"123456789012\", \"c\"))];\n\
             macro_rules! mk { ($m:ident) => { pub async fn $m(c: &aws_sdk_rekognition::Client) { c.$m().send().await; } } }\n\
             mk!(list_users);\n",
        )],
    );
    let covered = Coverage::new().manifest_dir(root).compare().unwrap();
    assert_eq!(covered.unfollowed.len(), 1);
    assert!(covered.fixes.is_empty());
    let problems: Vec<String> = covered.problems.iter().map(ToString::to_string).collect();
    assert!(
        problems[0].contains("no call that was followed uses it"),
        "{problems:?}"
    );
}

/// The comment of a removed statement would stand above the next one. Comments that people write stay.
#[test]
fn a_removed_statement_takes_the_comment_with_its_calls_along() {
    let root = package(
        "comments",
        &[(
            "src/lib.rs",
            "use rekognition_iam::{policy, Policy, rekognition};\nstatic P: Policy = policy![\n    // for the report\n    \
             // src/main.rs:24: list_faces\n    // src/main.rs:30: list_faces\n    \
             allow(rekognition::ListFaces).on(rekognition::collection(\"us-east-1\", \"123456789012\", \"c\")),\n    \
             // src/lib.rs:9: detect_text\n    allow(rekognition::DetectText).on_any(),\n];\n\
             async fn f(c: &aws_sdk_rekognition::Client) { c.detect_text().send().await; }\n",
        )],
    );
    let covered = Coverage::new().manifest_dir(root).compare().unwrap();
    assert!(
        covered.fixes[0].after.contains(
            "policy![\n    // for the report\n    // src/lib.rs:9: detect_text\n    allow(rekognition::DetectText)"
        ),
        "{}",
        covered.fixes[0].after
    );
}

/// A statement that a fix adds names modules, which its file has to import.
#[test]
fn fixes_import_what_they_name() {
    let fixed = |name: &str, import: &str| {
        let root = package(
            name,
            &[
                (
                    "Cargo.toml",
                    "[package]\nname = \"demo\"\n[dependencies]\naws-sdk-sqs = \"1\"\n",
                ),
                (
                    "src/lib.rs",
                    &format!(
                        "{import}\nstatic P: Policy = policy![\n    allow(s3::ListBucket).on(s3::bucket(\"b-1\")),\n];\n\
                         async fn f(q: &aws_sdk_sqs::Client) {{ q.list_queues(); }}\n"
                    ),
                ),
            ],
        );
        let covered = Coverage::new().manifest_dir(root).compare().unwrap();
        let after = covered.fixes[0].after.lines().next().unwrap().to_owned();
        (after, covered.by_hand)
    };
    let feature =
        "src/lib.rs: the new statement needs the feature `sqs` of `rekognition-iam` in Cargo.toml";
    assert_eq!(
        fixed("import_group", "use rekognition_iam::{policy, Policy, s3};"),
        (
            "use rekognition_iam::{sqs, policy, Policy, s3};".to_owned(),
            vec![feature.to_owned()]
        )
    );
    assert_eq!(
        fixed("import_single", "use rekognition_iam::policy;").0,
        "use rekognition_iam::sqs;"
    );
    for (name, import) in [
        (
            "import_there",
            "use rekognition_iam::{policy, Policy, s3, sqs};",
        ),
        ("import_glob", "use rekognition_iam::*;"),
    ] {
        assert_eq!(fixed(name, import), (import.to_owned(), vec![]));
    }
    let (after, by_hand) = fixed("import_none", "use other::policies::*;");
    assert_eq!(after, "use other::policies::*;");
    assert_eq!(
        by_hand,
        [
            "src/lib.rs: import `sqs` from `rekognition_iam`, which the new statement names",
            feature
        ]
    );
}

/// A request on a log group is compared as `log-group:NAME:log-stream:`, which `log-group:NAME` does not match.
#[test]
fn log_groups_in_policies() {
    for (index, (name, fits)) in [
        ("g8:*", true),
        ("g8:log-stream:", true),
        ("g8:log-stream:*", true),
        ("g*", true),
        ("g8", false),
        ("g9:*", false),
    ]
    .into_iter()
    .enumerate()
    {
        let root = package(
            &format!("log-groups-{index}"),
            &[
                (
                    "Cargo.toml",
                    "[package]\nname = \"demo\"\n[dependencies]\naws-sdk-cloudwatchlogs = \"1\"\n",
                ),
                (
                    "src/lib.rs",
                    &format!(
                        "static P: Policy = policy![allow(logs::PutRetentionPolicy).on(logs::log_group(\"us-east-1\", \"123456789012\", {name:?}))];\n\
                         async fn f(c: &aws_sdk_cloudwatchlogs::Client) {{ c.put_retention_policy().log_group_name(\"g8\").send().await; }}"
                    ),
                ),
            ],
        );
        let covered = Coverage::new().manifest_dir(root).compare().unwrap();
        assert_eq!(
            covered.problems.is_empty(),
            fits,
            "{name}: {:?}",
            covered.problems
        );
    }
}

/// What the policies of a package with these dependencies and this source leave open, and what they grant for nothing.
fn found_in(name: &str, crates: &[&str], source: &str) -> Vec<String> {
    let dependencies: String = crates
        .iter()
        .map(|name| format!("{name} = \"1\"\n"))
        .collect();
    let root = package(
        name,
        &[
            (
                "Cargo.toml",
                &format!("[package]\nname = \"demo\"\n[dependencies]\n{dependencies}"),
            ),
            ("src/lib.rs", source),
        ],
    );
    let covered = Coverage::new().manifest_dir(root).compare().unwrap();
    (covered.problems.iter())
        .map(|problem| problem.message().to_owned())
        .collect()
}

/// A condition that the call cannot meet makes a grant useless.
#[test]
fn conditions_that_exclude_the_call() {
    let upload = |via: &str| {
        format!(
            "static P: Policy = policy![allow(s3::PutObject).on(s3::object(\"b\", \"k\")), \
             allow(kms::GenerateDataKey).on(kms::key(\"us-east-1\", \"123456789012\", \"k1\")).when(kms::ViaService.string_equals({via:?}))];\n\
             async fn f(c: &aws_sdk_s3::Client) {{ c.put_object().bucket(\"b\").key(\"k\")\
             .ssekms_key_id(\"arn:aws:kms:us-east-1:123456789012:key/k1\").send().await; }}"
        )
    };
    let list = |prefix: &str| {
        format!(
            "static P: Policy = policy![allow(s3::ListBucket).on(s3::bucket(\"b\")).when(s3::prefix.string_equals({prefix:?}))];\n\
             async fn f(c: &aws_sdk_s3::Client) {{ c.list_objects_v2().bucket(\"b\").prefix(\"p/\").send().await; }}"
        )
    };
    let pass = |service: &str| {
        format!(
            "static P: Policy = policy![allow(rekognition::StartLabelDetection).on_any(), allow(iam::PassRole).on(iam::role(\"123456789012\", \"r\"))\
             .when(iam::PassedToService.string_equals_ignore_case({service:?}))];\n\
             async fn f(c: &aws_sdk_rekognition::Client) {{ c.start_label_detection().notification_channel(\
             aws_sdk_rekognition::types::NotificationChannel::builder().role_arn(\"arn:aws:iam::123456789012:role/r\").build()).send().await; }}"
        )
    };
    for (number, (krate, source, fits)) in [
        ("aws-sdk-s3", upload("s3.us-east-1.amazonaws.com"), true),
        ("aws-sdk-s3", upload("sqs.us-east-1.amazonaws.com"), false),
        ("aws-sdk-s3", list("p/"), true),
        ("aws-sdk-s3", list("q/"), false),
        (
            "aws-sdk-rekognition",
            pass("Rekognition.amazonaws.com"),
            true,
        ),
        ("aws-sdk-rekognition", pass("Lambda.amazonaws.com"), false),
    ]
    .into_iter()
    .enumerate()
    {
        let found = found_in(&format!("conditions-{number}"), &[krate], &source);
        assert_eq!(found.is_empty(), fits, "{source}: {found:?}");
    }
}

/// A call has the name of a role or user, and its ARN may have a path.
#[test]
fn roles_in_paths() {
    let of = |number: usize, call: &str, resource: &str, action: &str| {
        found_in(
            &format!("paths-{number}"),
            &["aws-sdk-iam"],
            &format!(
                "static P: Policy = policy![allow(iam::{action}).on(iam::{resource})];\n\
                 async fn f(c: &aws_sdk_iam::Client) {{ c.{call}.send().await; }}"
            ),
        )
    };
    for (number, (call, action, resource, fits)) in [
        (
            "get_role().role_name(\"r\")",
            "GetRole",
            "role(\"123456789012\", \"team/r\")",
            true,
        ),
        (
            "get_role().role_name(\"r\")",
            "GetRole",
            "role(\"123456789012\", \"r\")",
            true,
        ),
        (
            "get_role().role_name(\"r\")",
            "GetRole",
            "role(\"123456789012\", \"team/s\")",
            false,
        ),
        (
            "get_role().role_name(\"r\")",
            "GetRole",
            "role(\"123456789012\", \"team-r\")",
            false,
        ),
        // What is created says its path.
        (
            "create_role().role_name(\"r\").assume_role_policy_document(d)",
            "CreateRole",
            "role(\"123456789012\", \"team/r\")",
            false,
        ),
        (
            "delete_service_linked_role().role_name(\"AWSServiceRoleForECS\")",
            "DeleteServiceLinkedRole",
            "role(\"123456789012\", \"aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS\")",
            true,
        ),
        (
            "create_service_linked_role().aws_service_name(\"ecs.amazonaws.com\")",
            "CreateServiceLinkedRole",
            "role(\"123456789012\", \"aws-service-role/rds.amazonaws.com/*\")",
            false,
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let found = of(number, call, resource, action);
        assert_eq!(found.is_empty(), fits, "{call} {resource}: {found:?}");
    }
}
