//! Findings that are accepted with a reason: by comments in YAML, and by entries of `rekognition-iam.toml`.

use serde_json::Value;

use crate::support::{CLEAN, Directory, WRONG};

/// A template with a comment above the role and four inside its policy, of which each may be empty.
fn template(role: &str, statement: &str, action: &str, inside: &str) -> String {
    format!(
        "Resources:
{role}
  Role:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Sid: Other
            Effect: Allow
            Action: rekognition:DetectLabels
            Resource: '*'
{statement}
          - Sid: Wrong # nothing to see
            Effect: Allow
{action}
            Action: # why
              - rekognition:DetectLabel {inside}
              - rekognition:DetectFace
            Resource: '*'
"
    )
}

/// How many findings of a template are accepted, and the ids of the others.
fn outcome(text: &str) -> (usize, Vec<String>) {
    let directory = Directory::new("comments");
    directory.file("stack.yaml", text);
    let found = directory.found(&["stack.yaml"]);
    let (accepted, others): (Vec<&Value>, Vec<&Value>) =
        (found.iter()).partition(|found| found.get("accepted").is_some());
    let id = |found: &&Value| found["id"].as_str().unwrap().to_string();
    (accepted.len(), others.iter().map(id).collect())
}

const ALLOW: &str = "# rekognition-iam: allow INVALID_ACTION, in preview";

#[test]
fn a_comment_accepts_the_findings_of_the_element_below_it() {
    assert_eq!(outcome(&template("", "", "", "")).0, 0);
    for (role, statement, action) in [(ALLOW, "", ""), ("", ALLOW, ""), ("", "", ALLOW)] {
        let (accepted, others) = outcome(&template(role, statement, action, ""));
        assert_eq!(
            (accepted, others),
            (2, Vec::new()),
            "{role} {statement} {action}"
        );
    }
    // Other comments and empty lines do not separate it from its element.
    let far = format!("          {ALLOW}\n\n          # see the ticket\n");
    assert_eq!(outcome(&template("", &far, "", "")), (2, Vec::new()));
}

#[test]
fn a_comment_at_the_end_of_a_line_accepts_what_begins_there() {
    let (accepted, others) = outcome(&template("", "", "", ALLOW));
    assert_eq!((accepted, others), (1, vec!["INVALID_ACTION".to_string()]));
}

#[test]
fn a_comment_is_about_one_rule() {
    let other = "# rekognition-iam: allow MISSING_VERSION, in preview";
    let (accepted, mut others) = outcome(&template("", other, "", ""));
    others.sort();
    let expected = [
        "INVALID_ACTION",
        "INVALID_ACTION",
        "REKOGNITION_IAM_UNUSED_ALLOW",
    ];
    assert_eq!(
        (accepted, others.as_slice()),
        (0, &expected.map(str::to_string)[..])
    );
}

#[test]
fn text_that_looks_like_a_comment_is_not_one() {
    let text = template("", "", "", "").replace(
        "    Properties:",
        "    Metadata: {Note: \"# rekognition-iam: allow INVALID_ACTION, x\"}\n    Properties:\n      Description: |\n        # rekognition-iam: allow INVALID_ACTION, x",
    );
    assert_eq!(outcome(&text).0, 0);
}

#[test]
fn a_comment_without_a_reason_accepts_nothing() {
    let bad = "# rekognition-iam: allow INVALID_ACTION";
    let directory = Directory::new("no-reason");
    directory.file(
        "stack.yaml",
        template("", &format!("          {bad}"), "", ""),
    );
    let done = directory.run(&["check", "stack.yaml"]);
    assert_eq!(done.code, 1);
    let expected = "error[REKOGNITION_IAM_INVALID_ALLOW]: this comment allows `INVALID_ACTION` without a reason\n  --> stack.yaml:13:11";
    assert!(done.out.contains(expected), "{}", done.out);
    assert!(done.out.contains("3 errors"), "{}", done.out);
}

#[test]
fn a_comment_that_accepts_nothing_is_reported_where_it_is() {
    let directory = Directory::new("unused");
    let text = template("", &format!("          {ALLOW}"), "", "").replace("Label ", "Labels ");
    directory.file("stack.yaml", text.replace("DetectFace\n", "DetectFaces\n"));
    let done = directory.run(&["check", "--deny", "warning", "stack.yaml"]);
    assert_eq!(done.code, 1);
    let expected = "warning[REKOGNITION_IAM_UNUSED_ALLOW]: unused comment: `INVALID_ACTION` reports nothing here\n  --> stack.yaml:13:11";
    assert!(done.out.contains(expected), "{}", done.out);
}

#[test]
fn every_format_shows_what_a_comment_accepts() {
    let directory = Directory::new("formats");
    directory.file("stack.yaml", template(ALLOW, "", "", ""));
    let run = |format| directory.run(&["check", "--format", format, "stack.yaml"]);
    let human = run("human");
    assert_eq!(human.code, 0);
    let expected = "accepted: INVALID_ACTION (2 findings in stack.yaml): in preview\n";
    assert!(human.out.starts_with(expected), "{}", human.out);
    let json: Value = serde_json::from_str(run("json").out.lines().next().unwrap()).unwrap();
    assert_eq!(
        (&json["accepted"], &json["accepted_by"]),
        (&"in preview".into(), &"comment".into())
    );
    let sarif: Value = serde_json::from_str(&run("sarif").out).unwrap();
    let suppression = &sarif["runs"][0]["results"][0]["suppressions"][0];
    assert_eq!(suppression["kind"], "inSource");
    assert_eq!(suppression["justification"], "in preview");
    let github = run("github").out;
    assert!(github.starts_with("::notice "), "{github}");
    assert!(github.contains("%0Aaccepted: in preview"), "{github}");
    // What is accepted is not fixed.
    directory.run(&["fix", "stack.yaml"]);
    assert_eq!(directory.text("stack.yaml"), template(ALLOW, "", "", ""));
}

#[test]
fn an_entry_accepts_by_sid_and_by_path() {
    let directory = Directory::new("entries");
    let sid = WRONG.replace("{\"Effect\"", "{\"Sid\": \"Labels\", \"Effect\"");
    directory.file("policies/wrong.json", &sid);
    let run = |entry: &str| {
        let text =
            format!("[[accept]]\nrule = \"INVALID_ACTION\"\n{entry}\nreason = \"in preview\"\n");
        directory.file("rekognition-iam.toml", text);
        directory.run(&["check", "policies/wrong.json"])
    };
    for (entry, place) in [
        (
            "file = \"policies/wrong.json\"\nsid = \"Labels\"",
            "in the statement `Labels` of policies/wrong.json",
        ),
        (
            "file = \"policies/*\"\nsid = \"Labels\"\npath = \"Statement\"",
            "in the statement `Labels` at `Statement` of policies/*",
        ),
        (
            "file = \"*.json\"\npath = \"Statement[0].Action\"",
            "at `Statement[0].Action` of *.json",
        ),
    ] {
        let done = run(entry);
        assert_eq!((done.code, done.err.as_str()), (0, ""), "{entry}");
        let expected = format!("accepted: INVALID_ACTION (1 finding {place}): in preview\n");
        assert!(done.out.starts_with(&expected), "{}", done.out);
    }
    for (entry, note) in [
        (
            "file = \"policies/wrong.json\"\nsid = \"Label\"",
            "note: rekognition-iam.toml:1: unused `[[accept]]`: `INVALID_ACTION` reports nothing in the statement `Label` of policies/wrong.json; remove the entry\n",
        ),
        (
            "file = \"policies/wrong.json\"\npath = \"Statement[0].Act\"",
            "`INVALID_ACTION` reports nothing at `Statement[0].Act` of policies/wrong.json; remove the entry\n",
        ),
        (
            "file = \"policies/wrongs.json\"\nsid = \"Labels\"",
            "unused `[[accept]]`: no checked file matches `policies/wrongs.json`; remove the entry\n",
        ),
    ] {
        let done = run(entry);
        assert_eq!(done.code, 1, "{entry}");
        assert!(done.out.contains(note), "{}", done.out);
    }
    // An entry about another file that exists says nothing when only this one is checked.
    directory.file("policies/clean.json", CLEAN);
    let done = run("file = \"policies/clean.json\"\nsid = \"Labels\"");
    assert!(!done.out.contains("unused"), "{}", done.out);
}

#[test]
fn paths_in_the_configuration_are_relative_to_it() {
    let directory = Directory::new("relative");
    let entry = "[[accept]]\nrule = \"INVALID_ACTION\"\nfile = \"policies/wrong.json\"\npath = \"Statement[0]\"\nreason = \"x\"\n";
    directory
        .file("rekognition-iam.toml", entry)
        .file("policies/wrong.json", WRONG);
    directory.file("policies/below/other.json", CLEAN);
    let whole = directory.path().join("policies/wrong.json");
    assert_eq!(
        directory.run(&["check", &whole.display().to_string()]).code,
        0
    );
    let below = |name: &str| {
        let mut command = directory.command(&["check", name]);
        command.current_dir(directory.path().join("policies/below"));
        command.output().unwrap().status.code()
    };
    assert_eq!(below("../wrong.json"), Some(0));
    directory.file("policies/below/policies/wrong.json", WRONG);
    assert_eq!(
        directory
            .run(&["check", "policies/below/policies/wrong.json"])
            .code,
        1
    );
}

#[test]
fn an_entry_needs_a_reason_and_a_place() {
    let directory = Directory::new("wrong-entries");
    directory.file("wrong.json", WRONG);
    for (text, expected) in [
        (
            "[[accept]]\nrule = \"INVALID_ACTION\"\nfile = \"a\"\nsid = \"b\"",
            "rekognition-iam.toml:1:1: this `[[accept]]` has no `reason`; add one",
        ),
        (
            "[[accept]]\nrule = \"INVALID_ACTION\"\nfile = \"a\"\nsid = \"b\"\nreason = \"\"",
            "rekognition-iam.toml:5:10: the reason for `accept` is empty; write one",
        ),
        (
            "[[accept]]\nrule = \"INVALID_ACTION\"\nfile = \"a\"\nreason = \"b\"",
            "rekognition-iam.toml:1:1: this `[[accept]]` has no `sid` and no `path`; add one, or turn off the rule",
        ),
        (
            "[[accept]]\nrule = \"INVALID_ACTON\"\n",
            "rekognition-iam.toml:2:8: there is no rule `INVALID_ACTON`; did you mean `INVALID_ACTION`?",
        ),
        (
            "[[accept]]\nside = \"a\"\n",
            "rekognition-iam.toml:2:1: `accept` has no setting `side`; did you mean `sid`?",
        ),
        (
            "[accept]\nsid = \"a\"\n",
            "`accept` must be a list of tables; write `[[accept]]`",
        ),
    ] {
        directory.file("rekognition-iam.toml", text);
        let done = directory.run(&["check", "wrong.json"]);
        assert_eq!(done.code, 2, "{text}");
        assert!(done.err.contains(expected), "{text}: {}", done.err);
    }
}

#[test]
fn a_comment_is_about_one_resource_at_most() {
    // Above the first line of a template, it is about no resource.
    let (accepted, others) = outcome(&format!("{ALLOW}\n{}", template("", "", "", "")));
    assert_eq!(accepted, 0, "{others:?}");
    assert_eq!(
        others.iter().filter(|id| *id == "INVALID_ACTION").count(),
        2
    );
    let directory = Directory::new("comments_sections");
    let statement = r#"{Effect: Allow, Action: "rekognition:Detect", Resource: "*"}"#;
    let text = |above: [&str; 3]| {
        let [provider, resources, statements] = above;
        format!(
            "service: a
{provider}
provider:
  name: aws
  iam:
    role:
{statements}
      statements:
        - {statement}
resources:
{resources}
  Resources:
    P:
      Type: AWS::IAM::ManagedPolicy
      Properties:
        PolicyDocument: {{Version: '2012-10-17', Statement: [{statement}]}}
"
        )
    };
    let accepted = |above| {
        directory.file("serverless.yml", text(above));
        let found = directory.found(&["serverless.yml"]);
        (found.iter())
            .filter(|found| found.get("accepted").is_some())
            .count()
    };
    assert_eq!(accepted([ALLOW, "", ""]), 0);
    assert_eq!(accepted(["", ALLOW, ""]), 0);
    // The statements of a role are one policy.
    assert_eq!(accepted(["", "", ALLOW]), 1);
    // And in HCL.
    let local = |inside: &str, above: &str| {
        format!(
            "{above}
locals {{
{inside}
  p = jsonencode({{ Version = \"2012-10-17\", Statement = [{{ Effect = \"Allow\", Action = \"rekognition:Detect\", Resource = \"*\" }}] }})
}}
"
        )
    };
    for (text, expected) in [(local("", ALLOW), 0), (local(ALLOW, ""), 1)] {
        directory.file("main.tf", &text);
        let found = directory.found(&["main.tf"]);
        let accepted = found.iter().filter(|found| found.get("accepted").is_some());
        assert_eq!(accepted.count(), expected, "{text}");
    }
}
