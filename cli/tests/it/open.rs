//! What is missing is reported unless a value that only a deployment knows could be what is missing.

use crate::support::Folder;

/// The ids of the findings in a managed policy with these statements, in YAML.
fn findings(name: &str, statements: &str) -> Vec<String> {
    of(
        name,
        &format!(
            "Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        Version: 2012-10-17\n        Statement: {statements}"
        ),
    )
}

fn of(name: &str, resource: &str) -> Vec<String> {
    let folder = Folder::new(&format!("open-{name}"));
    let text = format!("Parameters: {{V: {{Type: String}}}}\nResources:\n  P:\n    {resource}\n");
    folder.file("stack.yaml", &text);
    ids(&folder, "stack.yaml")
}

fn ids(folder: &Folder, file: &str) -> Vec<String> {
    (folder.lines(&[file]).iter())
        .filter_map(|line| line.split(' ').next().map(str::to_owned))
        .collect()
}

#[test]
fn a_missing_element_is_no_open_value() {
    let open = "Condition: {StringEquals: {\"aws:SourceVpc\": !Ref V}}";
    let statement = |body: &str| format!("[{{{body}, {open}}}]");
    assert_eq!(
        findings(
            "resource",
            &statement("Effect: Allow, Action: \"s3:GetObject\"")
        ),
        ["MISSING_RESOURCE"]
    );
    assert_eq!(
        findings("action", &statement("Effect: Allow, Resource: !Ref V")),
        ["MISSING_ACTION"]
    );
    assert_eq!(
        findings(
            "effect",
            &statement("Action: \"s3:GetObject\", Resource: !Sub \"arn:aws:s3:::${V}/*\"")
        ),
        ["MISSING_EFFECT"]
    );
    assert_eq!(
        findings(
            "empty",
            &statement("Effect: Allow, Action: [], Resource: !Ref V")
        ),
        ["EMPTY_ARRAY_ACTION"]
    );
    // `AWS::NoValue` is never there.
    assert_eq!(
        findings(
            "no-value",
            &statement("Effect: Allow, Action: \"s3:GetObject\", Resource: !Ref AWS::NoValue")
        ),
        ["MISSING_RESOURCE"]
    );
    // A macro brings members into the statement that it is in, and into no other.
    let transform = "\"Fn::Transform\": {Name: AWS::Include, Parameters: {Location: !Ref V}}";
    let first = format!("{{Effect: Allow, Action: \"s3:GetObject\", {transform}}}");
    assert_eq!(findings("transform", &format!("[{first}]")), [""; 0]);
    assert_eq!(
        findings(
            "next_to",
            &format!("[{first}, {{Effect: Allow, Action: \"s3:PutObject\"}}]")
        ),
        ["MISSING_RESOURCE"]
    );
}

#[test]
fn statements_may_be_open() {
    for (name, statements) in [
        ("all", "!Ref V"),
        ("item", "[!Ref V]"),
        ("each", "[!If [C, !Ref V, !Ref AWS::NoValue]]"),
    ] {
        assert_eq!(findings(name, statements), [""; 0], "{statements}");
    }
    assert_eq!(findings("none", "[]"), ["MISSING_STATEMENT"]);
    assert_eq!(
        findings("absent", "[!Ref AWS::NoValue]"),
        ["MISSING_STATEMENT"]
    );
}

#[test]
fn conditions_may_be_open() {
    let trust = |name: &str, condition: &str| {
        of(
            name,
            &format!(
                "Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument:\n        Version: 2012-10-17\n        Statement:\n          - Effect: Allow\n            Principal: {{Federated: !Sub \"arn:aws:iam::${{AWS::AccountId}}:oidc-provider/token.actions.githubusercontent.com\"}}\n            Action: sts:AssumeRoleWithWebIdentity\n            Condition: {condition}"
            ),
        )
    };
    let anyone = "MISSING_GITHUB_REPO_CONDITION_KEY";
    let audience = "{StringEquals: {\"token.actions.githubusercontent.com:aud\": !Ref V}}";
    assert_eq!(trust("known", audience), [anyone]);
    assert_eq!(trust("condition", "!Ref V"), [""; 0]);
    assert_eq!(trust("keys", "{StringLike: !Ref V}"), [""; 0]);
}

#[test]
fn names_may_be_open_in_texts() {
    let folder = Folder::new("open-names");
    let policy = |members: &str| {
        format!(
            "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",{members}}}]}}"
        )
    };
    folder.file(
        "known.tftpl",
        policy("\"Condition\":{\"StringEquals\":{\"aws:SourceVpc\":\"${vpc}\"}}"),
    );
    assert_eq!(ids(&folder, "known.tftpl"), ["MISSING_RESOURCE"]);
    folder.file(
        "open.tftpl",
        policy("\"${element}\":\"arn:aws:s3:::bucket/*\""),
    );
    assert!(!ids(&folder, "open.tftpl").contains(&"MISSING_RESOURCE".to_owned()));
}
