//! `diff --all`: a deny that is lost.

use crate::diff_all::{lines, policy, statement};
use crate::support::Directory;
use serde_json::{Value, json};

/// A policy with a guardrail, and the same without it.
pub(crate) fn guarded() -> [Value; 2] {
    let allow = statement("Look", &json!("rekognition:DetectLabels"), "*");
    let deny = json!({"Sid": "NoIam", "Effect": "Deny", "Action": "iam:*", "Resource": "*"});
    [policy(&[allow.clone(), deny]), policy(&[allow])]
}

#[test]
fn a_lost_deny_is_reported_in_every_form() {
    let directory = Directory::new("a_lost_deny");
    let [old, new] = guarded();
    let template = |policy: &Value| json!({"Resources": {"P": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": policy}}}});
    directory
        .json("old.json", &old)
        .json("new.json", &new)
        .json("old/p.json", &old)
        .json("new/p.json", &new)
        .json("old-stack.json", &template(&old))
        .json("new-stack.json", &template(&new));
    let forms: [&[&str]; 6] = [
        &["diff", "old.json", "new.json"],
        &["diff", "--all", "old.json", "new.json"],
        &["diff", "old", "new"],
        &["diff", "old-stack.json", "new-stack.json"],
        &["diff", "--format", "markdown", "old", "new"],
        &["diff", "--format", "markdown", "old.json", "new.json"],
    ];
    for form in forms {
        let done = directory.run(form);
        assert_eq!(done.code, 1, "{form:?}: {}", done.out);
        let text = done.out.replace(['`', '*'], "");
        assert!(
            text.contains("lost deny: iam: on ")
                && text.contains(
                    "statement 2 NoIam of the old policy denied it; other policies may now allow it"
                )
                && text.contains("equivalent by itself, but it denies less"),
            "{form:?}: {}",
            done.out
        );
        // The other way round, the policy only denies more.
        let back: Vec<&str> = (form.iter().copied())
            .filter(|argument| !argument.starts_with("old") && !argument.starts_with("new"))
            .chain(form.iter().rev().take(2).copied())
            .collect();
        let done = directory.run(&back);
        assert_eq!(done.code, 0, "{back:?}: {}", done.out);
        assert!(!done.out.contains("lost deny"), "{back:?}: {}", done.out);
    }
    for form in [
        &["diff", "--format", "json", "old.json", "new.json"][..],
        &["diff", "--all", "--format", "json", "old.json", "new.json"],
    ] {
        let done = directory.run(form);
        assert_eq!(done.code, 1, "{}", done.out);
        let answer = &lines(&done)[0];
        assert_eq!(answer["relation"], "equivalent");
        let lost = &answer["lost_denies"][0];
        assert_eq!(lost["statement"], json!({"number": 1, "sid": "NoIam"}));
        assert_eq!(
            lost["differences"][0]["actions"]["any_of"],
            json!(["iam:*"])
        );
    }
    let line = json!({"old": old, "new": new}).to_string();
    let done = directory.feed(&["diff", "--stdin"], line.as_bytes());
    assert_eq!(
        lines(&done)[0]["lost_denies"][0]["statement"]["sid"],
        "NoIam"
    );
}

#[test]
fn a_lost_deny_is_reported_next_to_new_access() {
    let directory = Directory::new("a_lost_deny_next_to_new_access");
    let [old, _] = guarded();
    let wide = policy(&[statement("Look", &json!("rekognition:Detect*"), "*")]);
    directory.json("old.json", &old).json("new.json", &wide);
    let done = directory.run(&["diff", "--format", "markdown", "old.json", "new.json"]);
    assert_eq!(done.code, 1);
    assert!(
        done.out.starts_with(
            "### IAM access: 1 policy with new or undetermined access, 1 policy with a lost `Deny`\n"
        ) && done.out.contains("- **new access:** `rekognition:Detect*`")
            && done.out.contains("- **lost deny:** `iam:*` on `*`"),
        "{}",
        done.out
    );
    // A deny that only became narrower is lost for the rest.
    let deny =
        |action: &str| json!({"Sid": "Guard", "Effect": "Deny", "Action": action, "Resource": "*"});
    directory
        .json("wide.json", &policy(&[deny("iam:*")]))
        .json("narrow.json", &policy(&[deny("iam:Create*")]))
        .json("same.json", &policy(&[deny("iam:Create*"), deny("IAM:*")]));
    let done = directory.run(&["diff", "wide.json", "narrow.json"]);
    assert_eq!(done.code, 1);
    assert!(
        done.out
            .contains("lost deny: iam:* except iam:Create* on *\n    statement 1 `Guard`"),
        "{}",
        done.out
    );
    for other in ["wide.json", "same.json"] {
        let done = directory.run(&["diff", "wide.json", other]);
        assert_eq!((done.code, done.out.contains("lost deny")), (0, false));
    }
}

#[test]
fn a_deny_of_a_set_is_lost_unless_another_policy_of_the_set_has_it() {
    let directory = Directory::new("a_lost_deny_of_a_set");
    let [old, new] = guarded();
    directory.json("old.json", &old).json("new.json", &new);
    for kind in ["identity", "scp", "boundary", "session"] {
        let arguments = [format!("{kind}=old.json"), format!("{kind}=new.json")];
        let run = |old: &str, new: &str, more: &[&str]| {
            let arguments = ["diff", "--old", old, "--new", new];
            directory.run(&[&arguments[..], more].concat())
        };
        let done = run(&arguments[0], &arguments[1], &[]);
        assert_eq!(done.code, 1, "{kind}: {}", done.out);
        assert!(
            done.out
                .contains("lost deny: statement 2 `NoIam` of policy 1 of the old set"),
            "{kind}: {}",
            done.out
        );
        assert_eq!(run(&arguments[1], &arguments[0], &[]).code, 0, "{kind}");
        // Moved to another policy that applies as well.
        let done = run(
            &arguments[0],
            &arguments[1],
            &["--new", "identity=old.json"],
        );
        assert!(!done.out.contains("lost deny"), "{kind}: {}", done.out);
    }
    let done = directory.run(&[
        "diff", "--format", "json", "--old", "old.json", "--new", "new.json",
    ]);
    let lost = &lines(&done)[0]["lost_denies"][0];
    assert_eq!(
        (&lost["policy"], &lost["statement"]["sid"]),
        (&json!(0), &json!("NoIam"))
    );
    assert!(
        lost["example"]["action"]
            .as_str()
            .unwrap()
            .starts_with("iam:")
    );
}

#[test]
fn a_removed_policy_loses_its_denies() {
    let directory = Directory::new("a_removed_policy");
    let [old, new] = guarded();
    directory
        .json("old/deny.json", &old)
        .json("old/a.json", &new)
        .json("new/a.json", &new);
    let done = directory.run(&["diff", "old", "new"]);
    assert_eq!(done.code, 1, "{}", done.out);
    assert!(
        done.out.contains("removed policy: old/deny.json\n")
            && done.out.contains("\n  lost deny: iam:* on *\n"),
        "{}",
        done.out
    );
    assert_eq!(directory.run(&["diff", "new", "old"]).code, 1);
}
