//! The command as people run it: files in, report and exit code out.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const CLEAN: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": "rekognition:DetectLabels", "Resource": "*"}
  ]
}
"#;

const WRONG: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": "rekognition:DetectLabls", "Resource": "*"}
  ]
}
"#;

/// A folder of one test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, text: impl AsRef<[u8]>) -> &Self {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rekognition-iam"));
        command.current_dir(&self.0).args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> Done {
        Done::from(self.command(arguments).output().unwrap())
    }

    /// The findings of `check --format json`.
    fn found(&self, arguments: &[&str]) -> Vec<Value> {
        let mut all = vec!["check", "--format", "json"];
        all.extend(arguments);
        let done = self.run(&all);
        (done.out.lines())
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// The same as `id path line:column`.
    fn lines(&self, arguments: &[&str]) -> Vec<String> {
        (self.found(arguments).iter())
            .map(|found| {
                format!(
                    "{} {} {}:{}",
                    found["id"].as_str().unwrap(),
                    found["path"].as_str().unwrap(),
                    found["line"],
                    found["column"]
                )
            })
            .collect()
    }
}

struct Done {
    code: i32,
    out: String,
    err: String,
}

impl From<Output> for Done {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

#[track_caller]
fn has(lines: &[String], expected: &str) {
    assert!(
        lines.iter().any(|line| line == expected),
        "{expected}\n{lines:#?}"
    );
}

#[test]
fn exit_codes() {
    let folder = Folder::new("exit_codes");
    folder
        .file("clean.json", CLEAN)
        .file("wrong.json", WRONG)
        .file(
            "advice.json",
            CLEAN.replace("{\"Effect\"", "{\"Sid\": \"\", \"Effect\""),
        )
        .file(
            "broken.json",
            "{\"Version\": \"2012-10-17\",\n \"Statement\": [}",
        );
    assert_eq!(folder.run(&["check", "clean.json"]).code, 0);
    assert_eq!(folder.run(&["check", "wrong.json"]).code, 1);
    assert_eq!(folder.run(&["check", "advice.json"]).code, 0);
    assert_eq!(
        folder
            .run(&["check", "--deny", "suggestion", "advice.json"])
            .code,
        1
    );
    assert_eq!(folder.run(&["check", "broken.json"]).code, 2);
    assert_eq!(folder.run(&["check", "absent.json"]).code, 2);
    assert_eq!(folder.run(&["check"]).code, 2);
    assert_eq!(
        folder
            .run(&["check", "--kind", "bucket", "clean.json"])
            .code,
        2
    );
}

#[test]
fn a_bad_file_never_stops_the_others() {
    let folder = Folder::new("bad_file");
    folder
        .file(
            "a.json",
            "{\"Version\": \"2012-10-17\",\n \"Statement\": [}",
        )
        .file("b.json", WRONG)
        .file("c.json", [b'{', 0xff, b'}'])
        .file("d.json", [0xff, 0xfe, b'{', 0]);
    let done = folder.run(&[
        "check",
        "absent.json",
        "a.json",
        "c.json",
        "d.json",
        "b.json",
    ]);
    assert_eq!(done.code, 2);
    assert!(
        done.err.contains("absent.json: no such file or directory"),
        "{}",
        done.err
    );
    assert!(
        done.err
            .contains("c.json: line 1 column 2: the text is not UTF-8"),
        "{}",
        done.err
    );
    assert!(
        done.err
            .contains("d.json: the file is UTF-16; save it as UTF-8"),
        "{}",
        done.err
    );
    assert!(
        done.out
            .contains("error[JSON_SYNTAX_ERROR]: expected a value, found `}`"),
        "{}",
        done.out
    );
    assert!(done.out.contains(" --> a.json:2:16"), "{}", done.out);
    assert!(done.out.contains("error[INVALID_ACTION]"), "{}", done.out);
}

#[test]
fn people_see_what_rustc_would_show() {
    let folder = Folder::new("human");
    folder.file("wrong.json", WRONG);
    let done = folder.run(&["check", "wrong.json"]);
    assert_eq!(
        done.out,
        "\
error[INVALID_ACTION]: `rekognition` has no action `DetectLabls`
 --> wrong.json:4:48
  |
4 |     {\"Effect\": \"Allow\", \"Action\": \"rekognition:DetectLabls\", \"Resource\": \"*\"}
  |                                                ^^^^^^^^^^^
  |
  = help: did you mean `rekognition:DetectLabels`?
help: `rekognition-iam fix` writes
  |
4 |     {\"Effect\": \"Allow\", \"Action\": \"rekognition:DetectLabels\", \"Resource\": \"*\"}
  |                                                         +

1 policy in 1 file: 1 error
"
    );
    // No colour, for nobody looks at a pipe.
    assert!(!done.out.contains('\u{1b}'));
}

#[test]
fn json_is_one_object_a_line() {
    let folder = Folder::new("json");
    folder.file("wrong.json", WRONG);
    let found = folder.found(&["wrong.json"]);
    assert_eq!(
        found,
        [serde_json::json!({
            "file": "wrong.json",
            "id": "INVALID_ACTION",
            "severity": "error",
            "statement": 0,
            "path": "Statement[0].Action",
            "line": 4,
            "column": 48,
            "message": "`rekognition` has no action `DetectLabls`",
            "help": "did you mean `rekognition:DetectLabels`?",
        })]
    );
    folder.file("clean.json", CLEAN);
    assert_eq!(folder.found(&["clean.json"]), [] as [Value; 0]);
}

#[test]
fn sarif_and_github() {
    let folder = Folder::new("sarif");
    folder.file("my policies/wrong.json", WRONG);
    let done = folder.run(&["check", "--format", "sarif", "my policies", "absent"]);
    let sarif: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    let result = &run["results"][0];
    assert_eq!(result["ruleId"], "INVALID_ACTION");
    let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
    assert_eq!(
        run["tool"]["driver"]["rules"][index]["id"],
        "INVALID_ACTION"
    );
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "my%20policies/wrong.json");
    assert_eq!(place["region"]["startLine"], 4);
    assert_eq!(place["region"]["startColumn"], 48);
    assert_eq!(place["region"]["endColumn"], 59);
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    let done = folder.run(&["check", "--format", "github", "my policies/wrong.json"]);
    assert_eq!(
        done.out,
        "::error file=my policies/wrong.json,line=4,endLine=4,col=48,endColumn=59,title=INVALID_ACTION::`rekognition` has no action `DetectLabls`%0Ahelp: did you mean `rekognition:DetectLabels`?\n"
    );
    // Nothing found is a run without results.
    folder.file("clean.json", CLEAN);
    let done = folder.run(&["check", "--format", "sarif", "clean.json"]);
    let sarif: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(sarif["runs"][0]["results"], serde_json::json!([]));
}

const TEMPLATE: &str = r#"AWSTemplateFormatVersion: "2010-09-09"
# Öffnet die Sammlung
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Principal: {Service: rekognition.amazonaws.com}
            Action: sts:AssumeRole
            Condition:
              StringEquals: {"aws:SourceAccount": !Ref AWS::AccountId}
      Policies:
        - PolicyName: faces
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Effect: Allow
                Action:
                  - rekognition:IndexFaces
                  - 'rekognition:SearchFacs'
                Resource: !Sub "arn:${AWS::Partition}:rekognition:${AWS::Region}:${AWS::AccountId}:collection/${Name}"
              - Effect: Allow
                Action: rekognition:ListFaces
                Resource: !GetAtt Collection.Arn
              - !If
                - Images
                - Effect: Allow
                  Action: s3:GetObjct
                  Resource: {"Fn::Join": ["", ["arn:aws:s3:::", {Ref: Bucket}, "/*"]]}
                - !Ref AWS::NoValue
              - !If [More, !Ref Statement, !Ref AWS::NoValue]
"#;

#[test]
fn cloudformation_in_yaml() {
    let folder = Folder::new("yaml");
    folder.file("stack.yaml", TEMPLATE);
    let base = "Resources.Role.Properties.Policies[0].PolicyDocument";
    let lines = folder.lines(&["stack.yaml"]);
    has(
        &lines,
        &format!("INVALID_ACTION {base}.Statement[0].Action[1] 23:34"),
    );
    has(
        &lines,
        &format!("INVALID_ACTION {base}.Statement[2].Action 31:30"),
    );
    // What depends on values that only a deployment knows is no finding.
    assert_eq!(lines.len(), 2, "{lines:#?}");
    let done = folder.run(&["check", "stack.yaml"]);
    assert!(
        done.out.contains("not known before deployment"),
        "{}",
        done.out
    );
    let done = folder.run(&["fix", "stack.yaml"]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(
        done.out
            .contains("+                  - 'rekognition:SearchFaces'\n"),
        "{}",
        done.out
    );
    assert_eq!(
        folder.text("stack.yaml"),
        TEMPLATE
            .replace("SearchFacs", "SearchFaces")
            .replace("GetObjct", "GetObject")
    );
}

#[test]
fn cloudformation_in_json() {
    let folder = Folder::new("template_json");
    let template = r#"{
  "AWSTemplateFormatVersion": "2010-09-09",
  "Resources": {
    "Topic": {"Type": "AWS::SNS::TopicPolicy", "Properties": {"Topics": [{"Ref": "T"}], "PolicyDocument": {
      "Version": "2012-10-17",
      "Statement": {"Effect": "Allow", "Principal": {"Service": {"Fn::Sub": "rekognition.${AWS::URLSuffix}"}},
        "Action": "sns:Publsh", "Resource": {"Ref": "T"}, "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}}
    }}},
    "Other": {"Type": "AWS::S3::Bucket"}
  }
}"#;
    folder.file("stack.template", template);
    let lines = folder.lines(&["stack.template"]);
    has(
        &lines,
        "INVALID_ACTION Resources.Topic.Properties.PolicyDocument.Statement.Action 7:24",
    );
    assert!(
        !lines.iter().any(|line| line.contains("MISSING_")),
        "{lines:#?}"
    );
}

#[test]
fn unknown_values_in_every_place() {
    let folder = Folder::new("unknown");
    let template = r#"Resources:
  P:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: !Ref V
        Id: !Ref I
        Statement:
          - Sid: !Ref S
            Effect: !Ref E
            Action: !Ref A
            Resource: !Ref R
            Condition: !Ref C
          - Effect: Allow
            Action: [!Ref A, "rekognition:DetectLabels"]
            Resource: [!ImportValue x, !Select [0, !Ref L]]
            Condition:
              StringEquals: !FindInMap [a, b, c]
              Bool: {"aws:SecureTransport": !Ref B}
              NumericLessThan: {"aws:MultiFactorAuthAge": !Ref N}
          - Fn::Transform: {Name: x}
  Q:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref B
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Deny
            Principal: !Ref P
            Action: s3:GetObject
            Resource: !Sub "${B.Arn}/*"
          - Effect: Allow
            Principal: {AWS: !Sub "arn:aws:iam::${Account}:role/x", Service: !Ref S}
            Action: s3:GetObject
            Resource: !Sub ["arn:aws:s3:::${b}/*", {b: !Ref B}]
  R:
    Type: AWS::IAM::Policy
    Properties:
      PolicyDocument:
        Statement: !If [a, !Ref B, !Ref C]
        Version: 2012-10-17
"#;
    folder.file("stack.yml", template);
    let done = folder.run(&["check", "--deny", "suggestion", "stack.yml"]);
    assert_eq!((done.code, done.err.as_str()), (0, ""), "{}", done.out);
}

#[test]
fn terraform() {
    let folder = Folder::new("terraform");
    let config = r#"{
  "resource": {"aws_iam_policy": {
    "p": {"policy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"rekognition:DetectLabls\",\"Resource\":\"arn:aws:s3:::${var.bucket}/$${aws:username}\"}]}"},
    "q": {"policy": "${data.aws_iam_policy_document.d.json}"},
    "r": {"policy": "{\"Statement\":[${jsonencode(local.statement)}]}"}
  }},
  "data": {"aws_iam_policy_document": {"d": [
    {"statement": [
      {"sid": "Images", "actions": ["s3:GetObject", "s3:GetObjct"], "resources": ["${aws_s3_bucket.b.arn}/*"]},
      {"effect": "Deny", "actions": ["rekognition:*"], "resources": ["*"],
       "condition": [{"test": "StringEquals", "variable": "aws:RequestedRegion", "values": ["us-esat-1"]},
                     {"test": "StringEquals", "variable": "aws:PrincipalTag/team", "values": ["&{aws:PrincipalTag/team}"]}]},
      {"actions": ["sts:AssumeRole"], "principals": [{"type": "AWS", "identifiers": ["${var.account}"]}]}
    ]}
  ]}}
}
"#;
    folder.file("main.tf.json", config);
    let lines = folder.lines(&["main.tf.json"]);
    has(
        &lines,
        "INVALID_ACTION resource.aws_iam_policy.p.policy.Statement[0].Action 3:112",
    );
    has(
        &lines,
        "INVALID_ACTION data.aws_iam_policy_document.d.Statement[0].Action[1] 9:57",
    );
    has(
        &lines,
        "INVALID_REGION data.aws_iam_policy_document.d.Statement[1].Condition.StringEquals[\"aws:RequestedRegion\"][0] 11:93",
    );
    let done = folder.run(&["check", "main.tf.json"]);
    assert!(
        done.out
            .contains("resource.aws_iam_policy.r.policy: it is put together by Terraform"),
        "{}",
        done.out
    );
    assert_eq!(folder.run(&["fix", "main.tf.json"]).code, 0);
    assert_eq!(
        folder.text("main.tf.json"),
        config
            .replace("DetectLabls", "DetectLabels")
            .replace("GetObjct", "GetObject")
            .replace("us-esat-1", "us-east-1")
    );
}

#[test]
fn terraform_plan() {
    let folder = Folder::new("plan");
    let policy = |action: &str| {
        serde_json::json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": action, "Resource": "arn:aws:s3:::b/${aws:username}/*"}]})
        .to_string()
    };
    let trust = serde_json::json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "rekognition.amazonaws.com"}, "Action": "sts:AssumeRol"}]});
    let plan = serde_json::json!({
        "format_version": "1.2",
        "planned_values": {"root_module": {
            "resources": [{"address": "aws_iam_policy.p", "type": "aws_iam_policy", "values": {"policy": policy("s3:GetObject")}}],
            "child_modules": [{"address": "module.m", "resources": [
                {"address": "module.m.aws_iam_policy.q", "type": "aws_iam_policy", "values": {"policy": policy("s3:GetObjct")}},
                {"address": "module.m.aws_iam_role.r", "type": "aws_iam_role", "values": {"assume_role_policy": trust.to_string()}}
            ]}]
        }}
    });
    folder.file("plan.json", serde_json::to_string_pretty(&plan).unwrap());
    let found = folder.found(&["plan.json"]);
    let of = |id: &str| -> Vec<&str> {
        (found.iter().filter(|one| one["id"] == id))
            .map(|one| one["path"].as_str().unwrap())
            .collect()
    };
    assert_eq!(
        of("INVALID_ACTION"),
        [
            "module.m.aws_iam_policy.q.policy.Statement[0].Action",
            "module.m.aws_iam_role.r.assume_role_policy.Statement[0].Action",
        ]
    );
}

#[test]
fn kinds_are_detected_and_set() {
    let folder = Folder::new("kinds");
    let trust = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "rekognition.amazonaws.com"}, "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}}]}"#;
    folder.file("trust.json", trust);
    assert_eq!(folder.run(&["check", "trust.json"]).code, 0);
    for kind in ["role-trust", "identity", "session"] {
        assert_ne!(folder.run(&["check", "--kind", kind, "trust.json"]).code, 2);
    }
}

#[test]
fn configuration() {
    let folder = Folder::new("config");
    folder.file("wrong.json", WRONG).file(
        "rekognition-iam.toml",
        "[rules.INVALID_ACTION]\nlevel = \"off\"\nreason = \"a test\"\nfiles = [\"wr*.json\"]\n",
    );
    // Found from a folder below, too.
    folder.file("below/wrong.json", WRONG);
    let done = folder.run(&["check", "wrong.json"]);
    assert_eq!(
        (done.code, done.out.as_str()),
        (
            0,
            "accepted: INVALID_ACTION (1 finding): a test\n1 policy in 1 file: nothing found\n"
        )
    );
    assert_eq!(folder.run(&["check", "below/wrong.json"]).code, 1);
    assert_eq!(folder.run(&["check", "--no-config", "wrong.json"]).code, 1);
    assert_eq!(folder.found(&["wrong.json"])[0]["accepted"], "a test");
    let sarif: Value = serde_json::from_str(
        &folder
            .run(&["check", "--format", "sarif", "wrong.json"])
            .out,
    )
    .unwrap();
    assert_eq!(
        sarif["runs"][0]["results"][0]["suppressions"][0]["justification"],
        "a test"
    );
    // What is accepted is not fixed.
    folder.run(&["fix", "wrong.json"]);
    assert_eq!(folder.text("wrong.json"), WRONG);

    folder.file(
        "rekognition-iam.toml",
        "[rules.INVALID_ACTION]\nlevel = \"warning\"\nreason = \"a test\"\n",
    );
    let done = folder.run(&["check", "wrong.json"]);
    assert_eq!(done.code, 0);
    assert!(
        done.out
            .contains("set to warning: INVALID_ACTION (1 finding): a test"),
        "{}",
        done.out
    );
    assert_eq!(
        folder
            .run(&["check", "--deny", "warning", "wrong.json"])
            .code,
        1
    );

    folder.file(
        "rekognition-iam.toml",
        "[unlisted]\n\"rekognition:DetectLabls\" = \"new\"\n",
    );
    let done = folder.run(&["check", "wrong.json"]);
    assert_eq!(done.code, 0, "{}", done.out);
    assert!(
        done.out
            .contains("vouched for: rekognition:DetectLabls: new"),
        "{}",
        done.out
    );

    for (text, expected) in [
        (
            "[rules.INVALID_ACTON]\nlevel = \"off\"\nreason = \"x\"",
            "rekognition-iam.toml:1:8: no rule `INVALID_ACTON`; did you mean `INVALID_ACTION`?",
        ),
        (
            "[rules.INVALID_ACTION]\nlevel = \"off\"",
            "rekognition-iam.toml:1:8: `INVALID_ACTION` has no `reason`; say why",
        ),
        (
            "[rules.INVALID_ACTION]\nlevel = \"off\"\nreason = \" \"",
            "rekognition-iam.toml:3:10: the reason for `INVALID_ACTION` is empty; say why",
        ),
        (
            "[rules.INVALID_ACTION]\nlevel = \"none\"\nreason = \"x\"",
            "rekognition-iam.toml:2:9: a level is `off`",
        ),
        (
            "[rule.INVALID_ACTION]\n",
            "rekognition-iam.toml:1:2: no table `rule`; did you mean `rules`?",
        ),
        (
            "[unlisted]\nDetectLabls = \"x\"",
            "rekognition-iam.toml:2:1: `DetectLabls` is neither an action nor a condition key",
        ),
        (
            "[unlisted]\n\"a:b\" = 1",
            "rekognition-iam.toml:2:9: the reason for `a:b` is a string",
        ),
        ("[rules", "rekognition-iam.toml:1:"),
    ] {
        folder.file("rekognition-iam.toml", text);
        let done = folder.run(&["check", "wrong.json"]);
        assert_eq!(done.code, 2, "{text}");
        assert!(done.err.contains(expected), "{text}: {}", done.err);
    }
}

#[test]
fn fixes_are_shown_and_written_as_a_whole() {
    let folder = Folder::new("fix");
    let text = WRONG
        .replace("\"Effect\"", "\"effect\"")
        .replace("DetectLabls", "DetectL\\u0061bls");
    folder.file("wrong.json", &text).file("clean.json", CLEAN);
    let done = folder.run(&["fix", "--dry-run", "wrong.json", "clean.json"]);
    let expected = "\
--- wrong.json
+++ wrong.json
@@ -1,6 +1,6 @@
 {
   \"Version\": \"2012-10-17\",
   \"Statement\": [
-    {\"effect\": \"Allow\", \"Action\": \"rekognition:DetectL\\u0061bls\", \"Resource\": \"*\"}
+    {\"Effect\": \"Allow\", \"Action\": \"rekognition:DetectLabels\", \"Resource\": \"*\"}
   ]
 }
";
    assert_eq!((done.code, done.out.as_str()), (0, expected));
    assert_eq!(done.err, "would change 2 values in 1 file\n");
    assert_eq!(folder.text("wrong.json"), text);
    let done = folder.run(&["fix", "wrong.json", "clean.json"]);
    assert_eq!(done.out, expected);
    assert_eq!(
        folder.text("wrong.json"),
        WRONG.replace("DetectLabls", "DetectLabels")
    );
    // Nothing is left to do, and nothing is left behind.
    let done = folder.run(&["fix", "wrong.json"]);
    assert_eq!(
        (done.out.as_str(), done.err.as_str()),
        ("", "changed 0 values in 0 files\n")
    );
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 2);
    // What is no JSON is not touched.
    folder.file("broken.json", "{\"effect\": \"Allow\", \"Action\": }");
    assert_eq!(folder.run(&["fix", "broken.json"]).code, 2);
    assert_eq!(
        folder.text("broken.json"),
        "{\"effect\": \"Allow\", \"Action\": }"
    );
}

#[test]
fn folders_are_walked_in_order() {
    let folder = Folder::new("walk");
    for number in 0..300 {
        folder.file(&format!("p/{number:03}.json"), WRONG);
    }
    folder
        .file("p/package.json", "{\"name\": \"x\", \"version\": \"1\"}")
        .file("p/tsconfig.json", "{ // a comment\n}")
        .file("p/notes.txt", "no policy")
        .file("p/values.yaml", "a: {{ .Values.x }}\n")
        .file("p/.hidden/x.json", WRONG);
    let done = folder.run(&["check", "--format", "json", "p"]);
    assert_eq!((done.code, done.err.as_str()), (1, ""));
    let files: Vec<String> = (done.out.lines())
        .map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["file"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    let expected: Vec<String> = (0..300)
        .map(|number| format!("p/{number:03}.json"))
        .collect();
    assert_eq!(files, expected);
    // The same bytes again, and a file that is named twice is read once.
    assert_eq!(
        folder.run(&["check", "--format", "json", "p"]).out,
        done.out
    );
    assert_eq!(folder.found(&["p/000.json", "p/000.json", "p"]).len(), 300);
    let done = folder.run(&["check", "p"]);
    assert!(
        done.out.contains("note: p/tsconfig.json: no JSON"),
        "{}",
        done.out
    );
    assert!(
        done.out
            .ends_with("300 policies in 303 files: 300 errors\n"),
        "{}",
        done.out
    );
}

#[test]
fn standard_input() {
    let folder = Folder::new("stdin");
    let feed = |text: &str| {
        let mut child = folder
            .command(&["check", "--format", "json", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(text.as_bytes())
            .unwrap();
        Done::from(child.wait_with_output().unwrap())
    };
    assert_eq!(feed(CLEAN).code, 0);
    let done = feed(WRONG);
    assert_eq!(done.code, 1);
    assert!(done.out.contains("\"file\":\"<stdin>\""), "{}", done.out);
    assert_eq!(feed(TEMPLATE).code, 1);
    assert_eq!(feed("").code, 2);
    assert_eq!(feed("\u{feff}{}").code, 1);
}

#[test]
fn hostile_input_is_refused_quickly() {
    let folder = Folder::new("hostile");
    folder
        .file("deep.json", "[".repeat(5_000_000))
        .file(
            "nested.json",
            "{\"Statement\": ".to_owned() + &"[".repeat(1_000),
        )
        .file("deep.yaml", "[".repeat(100_000))
        .file(
            "block.yaml",
            (0..2_000)
                .map(|n| format!("{}a:\n", " ".repeat(n)))
                .collect::<String>(),
        )
        .file(
            "long.json",
            format!("{{\"Statement\": \"{}\"}}", "a".repeat(5_000_000)),
        )
        .file("huge.json", vec![b' '; 70 << 20])
        .file(
            "self.yaml",
            "Resources: &a\n  P: {Type: x, Properties: {Statement: [*a], Version: *a}}\n",
        );
    // Each level names the one before ten times: 10^9 values when written out.
    let mut bomb =
        String::from("Resources:\n  P:\n    Type: x\n    Properties:\n      l0: &l0 [\"a\"]\n");
    for level in 1..10 {
        let before = format!("*l{}", level - 1);
        bomb.push_str(&format!(
            "      l{level}: &l{level} [{}]\n",
            [before.as_str(); 10].join(",")
        ));
    }
    bomb.push_str("      PolicyDocument: {Version: x, Statement: {Effect: Allow, Action: *l9, Resource: '*'}}\n");
    folder.file("bomb.yaml", bomb);
    // The same with functions that come to nothing, so that no text grows.
    let mut joins = String::from(
        "Resources:\n  P:\n    Type: x\n    Properties:\n      l0: &l0 !Join [\"\", [\"\"]]\n",
    );
    for level in 1..10 {
        let before = format!("*l{}", level - 1);
        let items = [before.as_str(); 10].join(",");
        joins.push_str(&format!(
            "      l{level}: &l{level} !Join [\"\", [{items}]]\n"
        ));
    }
    joins.push_str("      PolicyDocument: {Version: x, Statement: {Effect: Allow, Action: *l9, Resource: '*'}}\n");
    folder.file("joins.yaml", joins);
    for (file, expected) in [
        (
            "deep.json",
            "the text has 5000000 bytes, and more than 1048576 are not read",
        ),
        ("nested.json", "values nest deeper than 32 levels"),
        ("deep.yaml", "deep.yaml: "),
        ("block.yaml", "nest deeper than 64 levels"),
        (
            "long.json",
            "5000017 bytes, and more than 1048576 are not read",
        ),
        ("huge.json", "the file is longer than 67108864 bytes"),
        ("joins.yaml", "the policy is longer than 1048576 bytes"),
        ("bomb.yaml", "the policy is longer than 1048576 bytes"),
    ] {
        let start = std::time::Instant::now();
        let done = folder.run(&["check", file]);
        assert_eq!(done.code, 2, "{file}: {}{}", done.out, done.err);
        assert!(
            format!("{}{}", done.out, done.err).contains(expected),
            "{file}: {}{}",
            done.out,
            done.err
        );
        assert!(
            start.elapsed().as_secs() < 20,
            "{file}: {:?}",
            start.elapsed()
        );
    }
    // Chains of aliases are deeper than their text.
    for item in ["!Join [\"\", [ITEM]]", "[ITEM]", "{a: ITEM}"] {
        let mut chain = String::from("Parameters:\n  l0: &l0 a\n");
        for level in 1..50_000 {
            let item = item.replace("ITEM", &format!("*l{}", level - 1));
            chain.push_str(&format!("  l{level}: &l{level} {item}\n"));
        }
        chain.push_str("Resources:\n  P:\n    Type: x\n    Properties:\n      X: *l49999\n      PolicyDocument: {Version: x, Statement: {Effect: Allow, Action: *l49999, Resource: '*'}}\n");
        folder.file("chain.yaml", chain);
        let code = folder.run(&["check", "chain.yaml"]).code;
        assert!((0..=2).contains(&code), "{code}");
    }
    // No end of the world, whatever it means.
    let code = folder.run(&["check", "self.yaml"]).code;
    assert!((0..=2).contains(&code), "{code}");
}

#[test]
fn completions_and_manual() {
    let folder = Folder::new("manual");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let done = folder.run(&["completions", shell]);
        assert_eq!(done.code, 0);
        assert!(done.out.contains("rekognition-iam"), "{shell}");
    }
    let done = folder.run(&["man"]);
    assert!(done.out.contains(".TH rekognition-iam 1"), "{}", done.out);
    assert!(done.out.contains("deny"));
    let done = folder.run(&["rules"]);
    assert!(
        done.out
            .lines()
            .any(|line| line.starts_with("JSON_SYNTAX_ERROR "))
    );
    assert!(
        done.out
            .lines()
            .any(|line| line.starts_with("INVALID_ACTION "))
    );
    // A reader that goes away is no panic.
    let mut child = folder
        .command(&["rules"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let done = Done::from(child.wait_with_output().unwrap());
    assert!(!done.err.contains("panicked"), "{}", done.err);
}
