//! Which texts are policies, and what is reported about those that only look like one.

use serde_json::{Value, json};

use crate::support::{CLEAN, Directory, allow, has};

fn wrong(principal: bool) -> String {
    let mut document = allow(&json!("s3:GetObjekt"));
    if principal {
        document["Statement"][0]["Principal"] = json!({"AWS": "123456789012"});
    }
    document.to_string()
}

/// What the AWS CLI prints, and what Kubernetes operators and other tools have: policies as text.
#[test]
fn policies_as_text_in_other_files() {
    let directory = Directory::new("recognized");
    let encoded = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22s3%3AGetObjekt%22%2C%22Resource%22%3A%22%2A%22%7D%5D%7D";
    let quoted = wrong(true);
    for (name, value, path) in [
        (
            "get-bucket-policy.json",
            json!({"Policy": quoted}),
            "Policy",
        ),
        (
            "get-queue-attributes.json",
            json!({"Attributes": {"QueueArn": "q", "Policy": quoted}}),
            "Attributes.Policy",
        ),
        (
            "get-role-policy.json",
            json!({"RoleName": "r", "PolicyDocument": serde_json::from_str::<Value>(&wrong(false)).unwrap()}),
            "PolicyDocument",
        ),
        (
            "api.json",
            json!({"PolicyName": "p", "PolicyDocument": encoded}),
            "PolicyDocument",
        ),
    ] {
        directory.json(name, &value);
        let found = directory.found(&[name]);
        let found = (found.iter())
            .find(|found| found["id"] == "INVALID_ACTION")
            .unwrap_or_else(|| panic!("{name}: {found:?}"));
        let expected = format!("{path}.Statement[0].Action");
        assert_eq!(found["path"], expected, "{name}");
    }
    // A place inside of the text.
    let text = directory.text("get-bucket-policy.json");
    let column = text.find("GetObjekt").unwrap() + 1;
    let line = format!("INVALID_ACTION Policy.Statement[0].Action 1:{column}");
    has(&directory.lines(&["get-bucket-policy.json"]), &line);
    // A file of another tool, in a directory.
    let spec = format!(
        "spec:\n  policyDocument: |\n    {}\n  name: a\n",
        wrong(false)
    );
    directory.file("ack/policy.yaml", spec);
    let column = 5 + wrong(false).find("GetObjekt").unwrap();
    let line = format!("INVALID_ACTION spec.policyDocument.Statement[0].Action 3:{column}");
    has(&directory.lines(&["ack"]), &line);
    // Nearly the same: a text about policies.
    let prose = json!({"text": "a policy has a \"Statement\" and an \"Effect\"", "other": "{\"Statement\": 1}"});
    directory.json("prose/a.json", &prose);
    assert!(directory.found(&["prose/a.json"]).is_empty());
}

/// The type of a policy of AWS Organizations says what its content may have.
#[test]
fn the_kind_of_a_described_policy() {
    let directory = Directory::new("described");
    let content = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}]});
    for (kind, id) in [
        ("SERVICE_CONTROL_POLICY", Some("SCP_SYNTAX_ERROR_PRINCIPAL")),
        ("RESOURCE_CONTROL_POLICY", None),
    ] {
        let printed =
            json!({"Policy": {"PolicySummary": {"Type": kind}, "Content": content.to_string()}});
        directory.json("policy.json", &printed);
        let found = directory.found(&["policy.json"]);
        let errors: Vec<_> = (found.iter())
            .filter(|found| found["severity"] == "error")
            .map(|found| found["id"].as_str().unwrap())
            .collect();
        assert_eq!(errors, id.into_iter().collect::<Vec<_>>(), "{kind}");
    }
}

/// Documents with statements that IAM does not read: they are noted, and never changed.
#[test]
fn documents_of_another_grammar() {
    let directory = Directory::new("grammars");
    let data = r#"{"Name":"p","Version":"2021-06-01","Statement":[{"DataDirection":"Inbound","Principal":["*"],"DataIdentifier":["arn:aws:dataprotection::aws:data-identifier/Name"],"Operation":{"Deny":{}}}]}"#;
    let stack = r#"{"Statement":[{"Effect":"Allow","Action":"Update:*","Principal":"*","Resource":"*"},{"Effect":"Deny","Action":["Update:Replace","update:Delete"],"Principal":"*","Resource":"LogicalResourceId/Db"}]}"#;
    let other = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"alidns:AddDomainRecord","Resource":"*"}]}"#;
    let shared = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"kms:Decrypt","Resource":"acs:kms:*:*:*"}]}"#;
    for (text, what) in [
        (data, "a data protection policy"),
        (stack, "a stack policy of CloudFormation"),
        (other, "a policy of another cloud provider"),
        (shared, "a policy of another cloud provider"),
    ] {
        directory.file("a.json", text);
        let done = directory.run(&["check", "a.json"]);
        assert!(
            done.out
                .contains(&format!("skipped: {what} is not an IAM policy")),
            "{}",
            done.out
        );
        assert_eq!(done.code, 2, "{what}");
        directory.run(&["fix", "a.json"]);
        assert_eq!(directory.text("a.json"), text);
        // In another file, it is one value of many.
        directory.file("b.json", format!(r#"{{"policies":[{text}]}}"#));
        assert!(directory.found(&["b.json"]).is_empty(), "{what}");
    }
    // Nearly the same: a policy with a version that does not exist.
    for version in ["2021-06-01", "1"] {
        directory.file("a.json", wrong(false).replace("2012-10-17", version));
        let lines = directory.lines(&["a.json"]);
        assert!(
            lines
                .iter()
                .any(|line| line.starts_with("INVALID_VERSION ")),
            "{lines:?}"
        );
    }
}

#[test]
fn values_of_yaml_that_are_numbers() {
    let directory = Directory::new("numbers");
    let role = |account: &str| {
        format!(
            "Parameters:\n  Other: {{Type: String, Default: {account}}}\nResources:\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument:\n        Version: 2012-10-17\n        Statement:\n          - Sid: 0\n            Effect: Allow\n            Principal: {{AWS: {account}}}\n            Action: sts:AssumeRole\n"
        )
    };
    let ids = |account: &str| {
        directory.file("t.yaml", role(account));
        let found = directory.lines(&["t.yaml"]);
        found
            .into_iter()
            .filter(|line| line.starts_with("REKOGNITION_IAM_YAML"))
            .collect::<Vec<_>>()
    };
    // With an 8 or a 9, it is not in base 8, and a number all the same.
    for account in ["012345670123", "012345678901"] {
        assert_eq!(
            ids(account),
            [
                "REKOGNITION_IAM_YAML_NUMBER Parameters.Other.Default 2:34",
                "REKOGNITION_IAM_YAML_NUMBER Resources.R.Properties.AssumeRolePolicyDocument.Statement[0].Principal.AWS 12:30"
            ]
        );
    }
    for account in ["112345670123", "'012345670123'", "\"012345670123\""] {
        assert_eq!(ids(account), [""; 0], "{account}");
    }
}

/// `Null` without quotes is reported, and read as what was meant.
#[test]
fn the_operator_null_in_yaml() {
    let directory = Directory::new("null");
    let policy = |name: &str| {
        format!(
            "Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        Version: '2012-10-17'\n        Statement:\n          - Effect: Allow\n            Action: rekognition:DetectLabels\n            Resource: '*'\n            Condition:\n              {name}: {{aws:SourceVpce: 'treu'}}\n"
        )
    };
    directory.file("t.yaml", policy("Null"));
    let ids = |found: Vec<Value>| -> Vec<String> {
        found
            .iter()
            .map(|found| found["id"].as_str().unwrap().to_string())
            .collect()
    };
    let both = ["REKOGNITION_IAM_YAML_NULL", "TYPE_MISMATCH_BOOLEAN"];
    assert_eq!(ids(directory.found(&["t.yaml"])), both);
    directory.file("t.yaml", policy("'Null'"));
    assert_eq!(ids(directory.found(&["t.yaml"])), ["TYPE_MISMATCH_BOOLEAN"]);
}

/// The policies of AWS IoT Core have keys of their own, which IAM policies do not have.
#[test]
fn policies_of_iot_core() {
    let directory = Directory::new("iot");
    let policy = |kind: &str| {
        format!(
            "Resources:\n  P:\n    Type: {kind}\n    Properties:\n      PolicyDocument:\n        Version: '2012-10-17'\n        Statement:\n          - Effect: Allow\n            Action: iot:Publish\n            Resource: 'arn:aws:iot:us-east-1:123456789012:topic/${{iot:Connection.Thing.ThingName}}'\n            Condition: {{Bool: {{'iot:Connection.Thing.IsAttached': 'true'}}}}\n"
        )
    };
    directory.file("t.yaml", policy("AWS::IoT::Policy"));
    assert!(directory.found(&["t.yaml"]).is_empty());
    // IAM does not evaluate it.
    let topic = "arn:aws:iot:us-east-1:123456789012:topic/a";
    let asked = [
        "evaluate",
        "--policy",
        "t.yaml",
        "--action",
        "iot:Publish",
        "--resource",
        topic,
    ];
    let said = directory.run(&asked).err;
    assert!(
        said.contains("AWS IoT Core evaluates this policy, for devices"),
        "{said}"
    );
    // It has a quota of its own, also as a document of a data source.
    let topics: Vec<String> = (0..60)
        .map(|number| format!("\"arn:aws:iot:us-east-1:123456789012:topic/{number}\""))
        .collect();
    directory.file("main.tf", format!("data \"aws_iam_policy_document\" \"d\" {{\n  statement {{\n    actions = [\"iot:Publish\"]\n    resources = [{}]\n  }}\n}}\nresource \"aws_iot_policy\" \"p\" {{\n  name = \"p\"\n  policy = data.aws_iam_policy_document.d.json\n}}\n", topics.join(", ")));
    assert_eq!(
        ids(directory.found(&["main.tf"])),
        ["POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA"]
    );
    directory.file("t.yaml", policy("AWS::IAM::ManagedPolicy"));
    assert_eq!(
        directory.found(&["t.yaml"])[0]["id"],
        "INVALID_SERVICE_CONDITION_KEY"
    );
}

/// Which service an endpoint leads to is not always known.
#[test]
fn policies_of_vpc_endpoints() {
    let directory = Directory::new("endpoints");
    for (service, action, fires) in [
        (
            "com.amazonaws.${data.aws_region.x.name}.s3",
            "dynamodb:GetItem",
            true,
        ),
        ("com.amazonaws.us-east-1.kms-fips", "s3:*", true),
        ("com.amazonaws.us-east-1.s3", "s3:GetObject", false),
        ("com.amazonaws.us-east-1.s3", "*", false),
        ("com.amazonaws.us-east-1.new-service", "s3:GetObject", false),
        ("${var.service}", "s3:GetObject", false),
    ] {
        let text = format!(
            "resource \"aws_vpc_endpoint\" \"e\" {{\n  vpc_id = \"vpc-1\"\n  service_name = \"{service}\"\n  policy = jsonencode({{\n    Version = \"2012-10-17\"\n    Statement = [{{ Effect = \"Deny\", Principal = \"*\", Action = \"{action}\", Resource = \"*\" }}]\n  }})\n}}\n"
        );
        directory.file("main.tf", text);
        let found = directory.found(&["main.tf"]);
        let fired = found
            .iter()
            .any(|found| found["id"] == "REKOGNITION_IAM_ENDPOINT_SERVICE");
        assert_eq!(fired, fires, "{service} {action} {found:?}");
    }
}

fn ids(found: Vec<Value>) -> Vec<String> {
    (found.into_iter())
        .map(|found| found["id"].as_str().unwrap().to_string())
        .collect()
}

/// A text with a policy somewhere in it is not a policy, as the body of a request in a collection of them.
#[test]
fn texts_around_a_policy() {
    let directory = Directory::new("around");
    let policy = r#"{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"iam:GetRolle\", \"Resource\": \"*\"}]}"#;
    let around =
        format!(r#"{{"item": [{{"raw": "{{\"action\": \"create\", \"inline\": {policy}}}"}}]}}"#);
    directory.file("a.json", &around);
    let done = directory.run(&["check", "a.json"]);
    assert!(
        done.out
            .contains("item[0].raw: the policies inside this text were not checked"),
        "{}",
        done.out
    );
    assert!(!done.out.contains("error["), "{}", done.out);
    directory.file("a.json", format!(r#"{{"item": [{{"raw": "{policy}"}}]}}"#));
    assert_eq!(ids(directory.found(&["a.json"]))[0], "INVALID_ACTION");
}

/// Helm, Jinja, and the like complete a file before it is YAML or JSON. What they write is not known.
#[test]
fn actions_in_braces() {
    let directory = Directory::new("braces");
    let json = |action: &str, resource: &str| {
        format!(
            r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "{action}", "Resource": {resource}}}]}}"#
        )
    };
    let map = |policy: &str| {
        format!(
            "{{{{- if .Values.enabled }}}}\nkind: ConfigMap\nmetadata:\n  name: {{{{ include \"a.b\" . }}}}-x\n  labels:\n    {{{{- include \"labels\" . | nindent 4 }}}}\ndata:\n  policy.json: |\n    {policy}\n{{{{- end }}}}\n"
        )
    };
    let role =
        r#""arn:{{ .Values.partition }}:iam::{{ .Values.account | quote }}:role/{{ .name }}""#;
    for (file, text) in [
        ("a.json", json("iam:GetRole", role)),
        ("a.yaml", map(&json("iam:GetRole", role))),
        (
            "b.yaml",
            format!("policy: '{}'\n", json("iam:GetRole", role)),
        ),
        // Each in a place of its own: a key, a value of YAML, and all of a statement but its name.
        (
            "c.yaml",
            "{{ .name }}:\n  Version: '2012-10-17'\n  Statement:\n    - Effect: Allow\n      Action: iam:GetRole\n      Resource: {{ .Values.arn }}\n{% for x in y %}\na: {{ x }}\n{% endfor %}\n"
                .to_string(),
        ),
    ] {
        directory.file(file, &text);
        assert_eq!(ids(directory.found(&[file])), [""; 0], "{text}");
        let wrong = text.replace("iam:GetRole", "iam:GetRolle");
        directory.file(file, &wrong);
        let found = directory.found(&[file]);
        assert_eq!(found[0]["id"], "INVALID_ACTION", "{wrong}");
        let line = wrong
            .lines()
            .position(|line| line.contains("Rolle"))
            .unwrap();
        assert_eq!(found[0]["line"], line + 1);
    }
    // Names of keys, and accounts, Regions, and effects, may be written by actions too.
    directory.file("k.yaml", "spec:\n  policy:\n    Version: '2012-10-17'\n    Statement:\n      - Effect: '{{ effect }}'\n        Principal:\n          Federated: arn:aws:iam::{{ account }}:oidc-provider/{{ oidc }}\n        Action: sts:AssumeRoleWithWebIdentity\n        Condition:\n          StringEquals:\n            '{{ oidc }}:sub': 'system:serviceaccount:{{ namespace }}:x'\n            {{ oidc }}:aud: sts.amazonaws.com\n");
    assert_eq!(ids(directory.found(&["k.yaml"])), [""; 0]);
    // So do placeholders of one name.
    let trust = |name: &str| {
        format!(
            r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Principal": {{"Federated": "%{{{name}}}"}}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {{"StringEquals": {{"%{{issuer_url}}:sub": ["%{{accounts}}"]}}}}}}]}}"#
        )
    };
    directory.file("p.json", trust("provider_arn"));
    assert_eq!(ids(directory.found(&["p.json"])), [""; 0]);
    directory.file("p.json", trust("provider arn"));
    assert_ne!(ids(directory.found(&["p.json"])), [""; 0]);
    // An edit leaves the actions as they are.
    let wrong = map(&json("iam:GetRolle", role));
    directory.file("a.yaml", &wrong);
    assert_eq!(directory.run(&["fix", "a.yaml"]).code, 0);
    assert_eq!(directory.text("a.yaml"), map(&json("iam:GetRole", role)));
    // What is not read has one note, and is no error.
    let range = "Version: '2012-10-17'\nStatement:\n  - Effect: Allow\n    Action: iam:GetRolle\n    Resource:\n    {{- range .Values.arns }}\n    - {{ . }}\n    {{- end }}\n";
    for (text, why) in [
        (
            map(&json("iam:GetRolle", "{{ .Values.arns | toJson }}")),
            "only complete after deployment",
        ),
        (
            map("{{ include \"policy\" . | nindent 4 }}"),
            "no policy was found",
        ),
        (range.to_string(), "decides what this policy has"),
        (
            "a: [{{ .x }}\nStatement: b: c\n".to_string(),
            "`helm template`",
        ),
    ] {
        directory.file("a.yaml", &text);
        let done = directory.run(&["check", "a.yaml"]);
        assert_eq!(done.out.matches("note:").count(), 1, "{}", done.out);
        assert!(
            done.out.contains(why) && !done.out.contains("error["),
            "{}",
            done.out
        );
        assert_eq!(done.code, 2, "{}", done.out);
    }
    // Braces in the code of another tool's template are only passed on.
    directory.file("a.yaml", "Resources:\n  F:\n    Type: AWS::IAM::Policy\n    Properties:\n      Description: '{{ x }}'\n      PolicyDocument: {Version: '2012-10-17', Statement: {Effect: Allow, Action: 'iam:GetRolle', Resource: '*'}}\n");
    assert_eq!(ids(directory.found(&["a.yaml"]))[0], "INVALID_ACTION");
    // The documents of a comparison are complete.
    directory.file("a.yaml", map(&json("iam:GetRole", role)));
    let asked = [
        "evaluate",
        "--policy",
        "a.yaml",
        "--action",
        "iam:GetRole",
        "--resource",
        "*",
    ];
    assert!(directory.run(&asked).err.contains("read what they write"));
}

#[test]
fn a_template_of_something_else_is_not_a_policy() {
    let directory = Directory::new("recognized_templates");
    directory
        .file("dir/good.json", CLEAN)
        .file(
            "dir/containers.json.tpl",
            r#"[{"name": "${name}", "image": "${image}:1"}]"#,
        )
        .file(
            "dir/mapping.json.tpl",
            r#"{"index_patterns": ["${name}-*"], "mappings": {"properties": {}}}"#,
        )
        .file("dir/user_data.sh.tftpl", "#!/bin/sh\necho ${name}\n")
        .file(
            "dir/several.json.tftpl",
            r#"{"a": {"Version": "2012-10-17", "Statement": [{"Effect": "Alow", "Action": "${action}", "Resource": "*"}]}}"#,
        )
        .file(
            "dir/policy.json.tpl",
            r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "rekognition:DetectLabel", "Resource": "${arn}"}]}"#,
        );
    assert_eq!(
        directory.lines(&["dir"]),
        ["INVALID_ACTION Statement[0].Action 1:84"]
    );
    let done = directory.run(&["check", "dir"]);
    let notes: Vec<&str> = (done.out.lines())
        .filter(|line| line.starts_with("note: dir/"))
        .collect();
    assert_eq!(
        notes,
        [
            "note: dir/policy.json.tpl: 1 value is not known before deployment; what depends on it was not checked",
            "note: dir/several.json.tftpl: this template is not a single policy; policies inside it were not checked",
        ]
    );
}

#[test]
fn broken_json_of_others_is_skipped() {
    let directory = Directory::new("recognized_broken");
    directory
        .file("dir/good.json", CLEAN)
        .file("dir/input.json", "{\"data\": {}, \"comments\": \"\"}}");
    let done = directory.run(&["check", "dir"]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(
        done.out
            .contains("note: dir/input.json: skipped: not valid JSON"),
        "{}",
        done.out
    );
    // Its name says what this was meant to be.
    directory.file("dir/main.tf.json", "{\"data\": {}, \"locals\": {}}}");
    assert_eq!(directory.run(&["check", "dir"]).code, 2);
}

#[test]
fn values_that_another_tool_replaces_in_yaml() {
    let directory = Directory::new("recognized_replaced");
    let policy = |action: &str, end: &str| {
        format!(
            "kind: ResourceGraphDefinition\nspec:\n  policyDocument: |\n    {{\"Version\": \"2012-10-17\", \"Statement\": [{{\"Effect\": \"Allow\", \"Action\": \"{action}\", \"Resource\": \"arn:aws:dynamodb:${{schema.spec.region}}:${{string(schema.spec.account)}}:table/{end}\"}}]}}\n"
        )
    };
    directory
        .file("replaced.yaml", policy("dynamodb:GetItem", "${TABLE}"))
        .file("wrong.yaml", policy("dynamodb:GetItm", "x"))
        .file(
            "variable.yaml",
            "policyDocument: |\n  {\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"s3:GetObject\", \"Resource\": \"arn:aws:s3:::b/${aws:usrname}\"}]}\n",
        );
    assert!(directory.lines(&["replaced.yaml"]).is_empty());
    for (name, rule) in [
        ("wrong.yaml", "INVALID_ACTION "),
        ("variable.yaml", "REKOGNITION_IAM_UNKNOWN_VARIABLE "),
    ] {
        let lines = directory.lines(&[name]);
        assert!(lines[0].starts_with(rule), "{lines:#?}");
    }
    // Nobody replaces anything in a policy that AWS reads.
    directory.file(
        "plain.json",
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "arn:aws:dynamodb:*:*:table/${TABLE}"}]}"#,
    );
    assert!(
        directory
            .lines(&["plain.json"])
            .iter()
            .any(|line| line.starts_with("REKOGNITION_IAM_UNKNOWN_VARIABLE"))
    );
}
