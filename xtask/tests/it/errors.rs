//! Bad data: an error that names file and place, and nothing written.

use std::fs;
use std::process::{Command, Output};

use crate::common::{DEMO, contents, data, empty_directory, modules, write};
use rekognition_iam_runtime::catalogue::table::Table;
use xtask::catalogue;

fn run(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(args)
        .output()
        .unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The error of a service file that differs from `DEMO` in one place, without the directory.
fn error_of(name: &str, from: &str, to: &str) -> String {
    assert!(DEMO.contains(from), "{from}");
    let directory = data(name, "demo", &DEMO.replacen(from, to, 1));
    let error = catalogue::generate(&directory).unwrap_err();
    assert!(error.file().starts_with(&directory), "{error}");
    error
        .to_string()
        .replace(&format!("{}/", directory.display()), "")
}

#[test]
fn the_demo_is_good() {
    let directory = data("good", "demo", DEMO);
    let generated = catalogue::generate(&directory).unwrap();
    assert_eq!(generated.notes().count(), 0);
    let table = Table::open(&generated.files()["services.table"]).unwrap();
    assert_eq!(table.validate(), Ok(()));
    let text = String::from_utf8_lossy(&generated.files()["demo.rs"]);
    for line in [
        "    pub const GetThing: Action = Action::new(\"demo\", \"GetThing\");",
        "    pub const fn thing(region: &'static str, account: &'static str, thing_id: &'static str) -> Resource {",
        "    pub const Colour: StringKey = StringKey::new(\"demo:Colour\");",
        "    /// * API operation: `GetThing` (`get_thing` of the SDK's client `demo`).",
    ] {
        assert!(text.lines().any(|own| own == line), "{line}\n{text}");
    }
}

#[test]
fn mistakes_in_a_service_file() {
    for (name, from, to, expected) in [
        (
            "no-action-name",
            r#"{"Name": "GetThing", "ActionC"#,
            r#"{"ActionC"#,
            "services/demo.json: Actions[0]: missing field `Name`",
        ),
        (
            "no-flag",
            r#""IsList": false, "#,
            "",
            "services/demo.json: Actions[0].Annotations.Properties: missing field `IsList`",
        ),
        (
            "no-arn",
            r#""ARNFormats": ["arn:${Partition}:demo:${Region}:${Account}:thing/${ThingId}"]"#,
            r#""ARNFormats": []"#,
            "services/demo.json: Resources[0].ARNFormats: expected at least one ARN format",
        ),
        (
            "no-service-name",
            r#""Name": "demo","#,
            "",
            "services/demo.json: missing field `Name`",
        ),
        (
            "wrong-service",
            r#""Name": "demo","#,
            r#""Name": "other","#,
            "services/demo.json: Name: the file of `other` must be named `other.json`",
        ),
        (
            "resource-is-text",
            r#"[{"Name": "thing"}]"#,
            r#"["thing"]"#,
            "services/demo.json: Actions[0].Resources[0]: expected an object, found text",
        ),
        (
            "type-is-number",
            r#""Types": ["String"]"#,
            r#""Types": [1]"#,
            "services/demo.json: ConditionKeys[0].Types[0]: expected text, found a number",
        ),
        (
            "unknown-type",
            r#""Types": ["String"]"#,
            r#""Types": ["Strings"]"#,
            "services/demo.json: condition key `demo:Colour`: unknown type `Strings`",
        ),
        (
            "types-without-rust-type",
            r#""Types": ["String"]"#,
            r#""Types": ["String", "Numeric"]"#,
            "services/demo.json: condition key `demo:Colour`: there is no Rust type for the types [String, Numeric]",
        ),
        (
            "undeclared-resource",
            r#"[{"Name": "thing"}]"#,
            r#"[{"Name": "things"}]"#,
            "services/demo.json: action `GetThing`: resource type `things` is not declared",
        ),
        (
            "odd-arn",
            "arn:${Partition}:demo",
            "arn:aws:demo",
            "services/demo.json: resource type `thing`: ARN format \
             `arn:aws:demo:${Region}:${Account}:thing/${ThingId}` does not begin with `arn:${Partition}:`",
        ),
        (
            "short-arn",
            ":${Account}:thing/${ThingId}",
            "",
            "services/demo.json: resource type `thing`: ARN format `arn:${Partition}:demo:${Region}` has fewer than six parts",
        ),
        (
            "too-many-variables",
            "${ThingId}",
            "${A}/${B}/${C}/${D}/${E}",
            "services/demo.json: resource type `thing`: ARN format \
             `arn:${Partition}:demo:${Region}:${Account}:thing/${A}/${B}/${C}/${D}/${E}` has 5 variables; `Resource` holds 4",
        ),
        (
            "same-parameter",
            "${ThingId}",
            "${ThingId}/${Thing_Id}",
            "services/demo.json: resource type `thing`: ARN format \
             `arn:${Partition}:demo:${Region}:${Account}:thing/${ThingId}/${Thing_Id}` has two parameters named `thing_id` in Rust",
        ),
        (
            "action-with-space",
            r#""Name": "GetThing", "A"#,
            r#""Name": "Get Thing", "A"#,
            "services/demo.json: Actions[0].Name: `Get Thing` is no action name",
        ),
        (
            "twice",
            r#""Actions": ["#,
            r#""Actions": [{"Name": "GetThing"},"#,
            "services/demo.json: Actions[1]: `GetThing` is listed twice",
        ),
        (
            "collision",
            r#""Resources": [{"Name": "thing", "#,
            r#""Resources": [{"Name": "Thing", "ARNFormats": ["arn:${Partition}:demo:::x"]}, {"Name": "thing", "#,
            "services/demo.json: resource type `thing` and resource type `Thing` are both named `thing` in Rust",
        ),
        (
            "collision-with-a-function",
            r#""Resources": [{"Name": "thing", "#,
            r#""Resources": [{"Name": "all", "ARNFormats": ["arn:${Partition}:demo:::x"]}, {"Name": "thing", "#,
            "services/demo.json: resource type `all` and function `all` are both named `all` in Rust",
        ),
        (
            "keys-in-two-spellings",
            r#"{"Name": "demo:Colour", "#,
            r#"{"Name": "demo:a-b", "Types": ["String"]}, {"Name": "demo:a/b", "Types": ["String"]}, {"Name": "demo:Colour", "#,
            "services/demo.json: condition key `demo:a/b`: \
             condition key `demo:a/b` and condition key `demo:a-b` are both named `a_b` in Rust",
        ),
        (
            "keys-in-two-cases",
            r#"{"Name": "demo:Colour", "#,
            r#"{"Name": "demo:colour", "Types": ["String"]}, {"Name": "demo:Colour", "#,
            "services/demo.json: ConditionKeys: condition key `demo:colour` is listed twice",
        ),
    ] {
        assert_eq!(error_of(name, from, to), expected, "{name}");
    }
}

#[test]
fn a_key_gives_way_to_an_action() {
    let text = DEMO.replace("demo:Colour", "demo:GetThing");
    let directory = data("key-gives-way", "demo", &text);
    let generated = catalogue::generate(&directory).unwrap();
    let code = String::from_utf8_lossy(&generated.files()["demo.rs"]);
    assert!(code.contains("pub const GetThing_key: StringKey"), "{code}");
    assert!(code.contains("rust_name: \"GetThing_key\""), "{code}");
}

#[test]
fn truncated_files() {
    // At every length: an error with line and column, never a panic and never half a catalogue.
    let directory = data("truncated", "demo", "");
    for length in 0..DEMO.len() {
        write(&directory, "services/demo.json", &DEMO[..length]);
        let error = catalogue::generate(&directory).unwrap_err();
        assert!(
            error.message().starts_with("not valid JSON: EOF"),
            "{error}"
        );
        let (line, column) = error.place().split_once(':').unwrap();
        assert_eq!(
            line.parse::<usize>().unwrap(),
            DEMO[..length].matches('\n').count() + 1
        );
        assert!(column.parse::<usize>().is_ok());
    }
    write(&directory, "services/demo.json", "{\n\"Name\": \"demo\",\n");
    let error = catalogue::generate(&directory).unwrap_err().to_string();
    let file = directory.join("services/demo.json");
    assert_eq!(
        error,
        format!(
            "{}: 3:0: not valid JSON: EOF while parsing a value",
            file.display()
        )
    );
}

#[test]
fn unreadable_directories_and_files() {
    let directory = empty_directory("unreadable");
    let error = catalogue::generate(&directory.join("missing")).unwrap_err();
    assert_eq!(error.file(), directory.join("missing/services"));
    assert!(error.message().starts_with("cannot be read: "), "{error}");

    fs::create_dir(directory.join("services")).unwrap();
    let error = catalogue::generate(&directory).unwrap_err();
    assert_eq!(error.message(), "no service file (`*.json`) here");

    fs::create_dir(directory.join("services/demo.json")).unwrap();
    let error = catalogue::generate(&directory).unwrap_err();
    assert_eq!(error.file(), directory.join("services/demo.json"));
    assert!(error.message().starts_with("cannot be read: "), "{error}");

    let directory = data("no-overlay", "demo", DEMO);
    fs::remove_file(directory.join("lifecycle.json")).unwrap();
    let error = catalogue::generate(&directory).unwrap_err();
    assert_eq!(error.file(), directory.join("lifecycle.json"));
}

#[test]
fn overlays_must_fit_the_service_files() {
    for (name, file, text, expected) in [
        (
            "unknown-action",
            "lifecycle.json",
            r#"{"demo": {"GetThings": {"feature": "things", "ended": "2025-01-01", "evidence": "https://example.com"}}}"#,
            "lifecycle.json: demo.GetThings: the service reference has no action `demo:GetThings`",
        ),
        (
            "unknown-resource",
            "required-resources.json",
            r#"{"demo": {"GetThing": {"things": true}}}"#,
            "required-resources.json: demo.GetThing: the action has no resource type `things`",
        ),
        (
            "odd-date",
            "lifecycle.json",
            r#"{"demo": {"GetThing": {"feature": "things", "ended": "1 May 2025", "evidence": "https://example.com"}}}"#,
            "lifecycle.json: demo.GetThing.ended: `1 May 2025` is no date of the form YYYY-MM-DD",
        ),
        (
            "no-page",
            "lifecycle.json",
            r#"{"demo": {"GetThing": {"feature": "things", "ended": "2025-01-01", "evidence": "hearsay"}}}"#,
            "lifecycle.json: demo.GetThing.evidence: expected the address of a page",
        ),
        (
            "unknown-grammar",
            "variables.json",
            r#"{"grammars": {}, "services": {"demo": {"ThingId": {"grammar": "Id"}}}}"#,
            "variables.json: services.demo.ThingId.grammar: there is no grammar `Id`",
        ),
        (
            "unknown-variable",
            "variables.json",
            r#"{"grammars": {}, "services": {"demo": {"ThingName": {"slashes": true}}}}"#,
            "variables.json: services.demo.ThingName: no ARN format of `demo` has a variable `ThingName`",
        ),
        (
            "unknown-operation",
            "operation-actions.json",
            r#"{"demo": {"GetThings": ["demo:GetThing"]}}"#,
            "operation-actions.json: demo.GetThings: `demo` has no operation `GetThings`",
        ),
        (
            "operation-of-nothing",
            "operation-actions.json",
            r#"{"demo": {"GetThing": ["demo:GetThings"]}}"#,
            "operation-actions.json: demo.GetThing: the service reference has no action `demo:GetThings`",
        ),
        (
            "formats-of-no-service",
            "more-formats.json",
            r#"{"demos": {"thing": {"formats": [], "evidence": "https://example.com"}}}"#,
            "more-formats.json: demos: there is no such service",
        ),
        (
            "formats-of-no-type",
            "more-formats.json",
            r#"{"demo": {"box": {"formats": ["arn:${Partition}:demo:::box/${BoxId}"], "evidence": "https://example.com"}}}"#,
            "more-formats.json: demo.box: the service reference has no such resource type, and no action is named",
        ),
        (
            "formats-of-no-action",
            "more-formats.json",
            r#"{"demo": {"box": {"formats": ["arn:${Partition}:demo:::box/${BoxId}"], "actions": ["GetBox"], "evidence": "https://example.com"}}}"#,
            "more-formats.json: demo.box: there is no action `GetBox`",
        ),
        (
            "keys-of-no-service",
            "more-keys.json",
            r#"{"demos": {"demos:Key": {"types": ["String"], "actions": [], "evidence": "https://example.com", "read": "2026-01-31"}}}"#,
            "more-keys.json: demos: there is no such service",
        ),
        (
            "keys-of-no-action",
            "more-keys.json",
            r#"{"demo": {"demo:Key": {"types": ["String"], "actions": ["GetBox"], "evidence": "https://example.com", "read": "2026-01-31"}}}"#,
            "more-keys.json: demo.demo:Key: there is no action `GetBox`",
        ),
        (
            "odd-range",
            "variables.json",
            r#"{"grammars": {"Id": {"chars": ["z-a"], "min": 1, "max": 2}}, "services": {}}"#,
            "variables.json: grammars.Id.chars[0]: `z-a` is neither a character nor a range such as `a-z`",
        ),
        (
            "no-arn-checked",
            "pseudo-resources.json",
            r#"{"demo": {"ListThings": {"evaluated_as": ["things"]}}}"#,
            "pseudo-resources.json: demo.ListThings: `things` is neither `*` nor an ARN",
        ),
        (
            "odd-caller",
            "request-context.json",
            r#"{"always": {"keys": []}, "always_allowed": {"actions": []}, "allowed_with_long_term_keys": {"actions": [], "evidence": "https://docs.aws.amazon.com/demo"}, "refused": {}, "one_region": {"services": [], "evidence": "https://docs.aws.amazon.com/demo"}, "gateway_endpoints": {"services": [], "evidence": "https://docs.aws.amazon.com/demo"}, "without_resource_account": {"actions": [], "evidence": "https://docs.aws.amazon.com/demo"}, "restricting": {"keys": [], "evidence": "https://docs.aws.amazon.com/demo"}, "own_policies": {}, "fields": {"keys": [], "evidence": "https://docs.aws.amazon.com/demo"}, "counts": {"keys": [], "evidence": "https://docs.aws.amazon.com/demo"}, "kinds": {"alternatives": [], "evidence": "https://docs.aws.amazon.com/demo"}, "callers": {"aws:X": {"evidence": "https://example.com", "user": "some"}}}"#,
            "request-context.json: callers.aws:X.user: `some` is not a source of values",
        ),
        (
            "own-policy",
            "request-context.json",
            r#"{"always": {"keys": []}, "always_allowed": {"actions": []}, "allowed_with_long_term_keys": {"actions": [], "evidence": "https://docs.aws.amazon.com/demo"}, "refused": {}, "one_region": {"services": [], "evidence": "https://docs.aws.amazon.com/demo"}, "gateway_endpoints": {"services": [], "evidence": "https://docs.aws.amazon.com/demo"}, "without_resource_account": {"actions": [], "evidence": "https://docs.aws.amazon.com/demo"}, "restricting": {"keys": [], "evidence": "https://docs.aws.amazon.com/demo"}, "own_policies": {"demo:*": {"policy": "bucket"}}, "callers": {}}"#,
            "request-context.json: own_policies.demo:*.policy: `bucket` is not a policy of a resource",
        ),
        (
            "own-policy-actions",
            "request-context.json",
            r#"{"always": {"keys": []}, "always_allowed": {"actions": []}, "allowed_with_long_term_keys": {"actions": [], "evidence": "https://docs.aws.amazon.com/demo"}, "refused": {}, "one_region": {"services": [], "evidence": "https://docs.aws.amazon.com/demo"}, "gateway_endpoints": {"services": [], "evidence": "https://docs.aws.amazon.com/demo"}, "without_resource_account": {"actions": [], "evidence": "https://docs.aws.amazon.com/demo"}, "restricting": {"keys": [], "evidence": "https://docs.aws.amazon.com/demo"}, "own_policies": {"demo:Get*Thing": {"policy": "key"}}, "callers": {}}"#,
            "request-context.json: own_policies.demo:Get*Thing: `demo:Get*Thing` is not the beginning of actions of one service",
        ),
        (
            "multivalued",
            "global-condition-keys.json",
            r#"{"keys": [{"name": "aws:X", "types": ["ArrayOfString"]}]}"#,
            "global-condition-keys.json: aws:X: `multivalued` disagrees with the types",
        ),
    ] {
        let directory = data(&format!("overlay-{name}"), "demo", DEMO);
        write(&directory, file, text);
        let error = catalogue::generate(&directory).unwrap_err().to_string();
        assert_eq!(
            error.replace(&format!("{}/", directory.display()), ""),
            expected
        );
    }
}

#[test]
fn removals_are_refused_unless_allowed() {
    let directory = data("removal", "demo", DEMO);
    let out = empty_directory("removal-out");
    let (directory_arg, out_arg) = (directory.to_str().unwrap(), out.to_str().unwrap());
    let base = ["catalogue", "--data", directory_arg, "--out", out_arg];
    let with = |more: &[&str]| run(&[&base[..], more].concat());

    // Nothing there yet: `--check` says so and writes nothing.
    let output = with(&["--check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(contents(&out).is_empty());

    let output = with(&[]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains("added: action demo:GetThing\n"));
    assert!(stdout(&output).contains("4 added, 0 changed, 0 removed\n"));
    assert!(with(&["--check"]).status.success());

    // The same again writes nothing.
    let before = contents(&out);
    let output = with(&[]);
    assert!(!stdout(&output).contains("wrote"), "{}", stdout(&output));

    // Another action instead, another type of the key: told, and refused.
    let text = DEMO
        .replace("GetThing", "ReadThing")
        .replace(r#"["String"]"#, r#"["ARN"]"#);
    write(&directory, "services/demo.json", &text);
    let output = with(&[]);
    assert_eq!(output.status.code(), Some(1));
    let told = stdout(&output);
    assert!(told.contains("added: action demo:ReadThing\n"), "{told}");
    assert!(
        told.contains(
            "changed: condition key demo demo:Colour\n  before: [String]\n  now:    [Arn]\n"
        ),
        "{told}"
    );
    assert!(told.contains("removed: action demo:GetThing\n"), "{told}");
    assert!(stderr(&output).starts_with("error: 1 removed; nothing written."));
    assert_eq!(contents(&out), before);

    // A service that disappears is so many removals; its file goes when they are allowed.
    write(
        &directory,
        "services/other.json",
        &text.replace("demo", "other"),
    );
    fs::remove_file(directory.join("services/demo.json")).unwrap();
    modules(&directory, &["other"]);
    let output = with(&[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).starts_with("error: 3 removed; nothing written."));
    assert_eq!(contents(&out), before);
    write(&out, "mine.rs", "// not generated\n");
    let output = with(&["--allow-removals"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let names: Vec<String> = contents(&out).into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        [
            "access.rs",
            "aws.rs",
            "catalogue.lock",
            "mine.rs",
            "mod.rs",
            "notices.rs",
            "operations.rs",
            "other.rs",
            "partitions.rs",
            "prefixes.rs",
            "prose.rs",
            "pseudo.rs",
            "rule_facts.rs",
            "services.table",
            "variable_types.rs"
        ]
    );
}

#[test]
fn nothing_is_half_written() {
    let directory = data("half-written", "demo", DEMO);
    let generated = catalogue::generate(&directory).unwrap();

    // The last file cannot be staged: none of the others is replaced, and no temporary file stays.
    let out = empty_directory("half-written-out");
    write(&out, "aws.rs", "// old\n");
    fs::create_dir(out.join("partitions.tmp")).unwrap();
    let error = generated.write(&out).unwrap_err();
    assert_eq!(error.file(), out.join("partitions.rs"));
    assert!(
        error.message().starts_with("cannot be written: "),
        "{error}"
    );
    let names: Vec<String> = contents(&out).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["aws.rs", "partitions.tmp"]);
    assert_eq!(fs::read_to_string(out.join("aws.rs")).unwrap(), "// old\n");

    // A file is where the directory should be.
    let out = empty_directory("no-directory").join("out");
    fs::write(&out, "").unwrap();
    let error = generated.write(&out).unwrap_err();
    assert_eq!(error.file(), out);
    assert!(
        error.message().starts_with("cannot be created: "),
        "{error}"
    );
}

#[test]
fn mistakes_in_the_list_of_modules() {
    for (services, expected) in [
        (
            &["demo", "other"][..],
            "modules.other: there is no such service",
        ),
        (
            &[],
            "modules.demo: a service with a file in `services` needs an entry",
        ),
    ] {
        let directory = data("modules", "demo", DEMO);
        modules(&directory, services);
        let error = catalogue::generate(&directory).unwrap_err();
        assert_eq!(error.file(), directory.join("modules.json"));
        assert!(error.to_string().ends_with(expected), "{error}");
    }
}

/// A file without the lines around its list is not written over.
#[test]
fn lists_of_services_are_written_between_their_lines() {
    let directory = data("lists", "demo", DEMO);
    let generated = catalogue::generate(&directory).unwrap();
    let root = empty_directory("lists-root");
    for name in ["runtime", "codegen", "macros"] {
        fs::create_dir(root.join(name)).unwrap();
    }
    let toml = "[features]\n# The services of `codegen/data/modules.json`, by `cargo xtask catalogue`:\nold = []\n# (end of the services)\nmine = []\n";
    for name in [
        "runtime/Cargo.toml",
        "codegen/Cargo.toml",
        "macros/Cargo.toml",
        "Cargo.toml",
    ] {
        write(&root, name, toml);
    }
    write(&root, "README.md", "# Without lines\n");
    let error = generated.write_lists(&root).unwrap_err();
    assert_eq!(error.file(), root.join("README.md"));
    assert_eq!(
        fs::read_to_string(root.join("Cargo.toml")).unwrap(),
        toml,
        "nothing is written when a file is not as expected"
    );
    let page =
        "# Page\n<!-- services: by `cargo xtask catalogue` -->\n<!-- end of services -->\nEnd\n";
    write(&root, "README.md", page);
    assert_eq!(generated.write_lists(&root).unwrap().len(), 5);
    assert!(generated.stale_lists(&root).unwrap().is_empty());
    assert_eq!(
        fs::read_to_string(root.join("macros/Cargo.toml")).unwrap(),
        "[features]\n# The services of `codegen/data/modules.json`, by `cargo xtask catalogue`:\n# a service\n\
         demo = [\"rekognition-iam-codegen/demo\"]\n# (end of the services)\nmine = []\n"
    );
    let page = fs::read_to_string(root.join("README.md")).unwrap();
    assert!(page.contains("\n| `demo` | a service |\n"), "{page}");
    assert!(page.ends_with("<!-- end of services -->\nEnd\n"), "{page}");
}

#[test]
fn a_type_of_no_variable_is_refused() {
    let directory = data("variable-type", "demo", DEMO);
    let types = |variable: &str| {
        format!(
            r#"{{"demo": {{"{variable}": {{"type": "TopicName", "evidence": "https://example.com", "read": "2026-01-31"}}}}}}"#
        )
    };
    write(&directory, "variable-types.json", &types("ThingId"));
    assert!(catalogue::generate(&directory).is_ok());
    write(&directory, "variable-types.json", &types("ThingName"));
    let error = catalogue::generate(&directory).unwrap_err();
    assert_eq!(
        error.message(),
        "no ARN of `demo` has a variable `ThingName`"
    );
}

#[test]
fn a_broken_lock_is_told() {
    let directory = data("lock", "demo", DEMO);
    let generated = catalogue::generate(&directory).unwrap();
    let out = empty_directory("lock-out");
    write(
        &out,
        "catalogue.lock",
        "# comment\naction demo:GetThing\tRead\noops\n",
    );
    let error = generated.changes(&out).unwrap_err();
    assert_eq!(error.file(), out.join("catalogue.lock"));
    assert_eq!(error.place(), "3:1");
}

#[test]
fn mistakes_in_the_call() {
    for (args, expected) in [
        (&["catalog"][..], "error: there is no command `catalog`\n"),
        (&[], "error: expected a command\n"),
        (
            &["catalogue", "--chek"],
            "error: `catalogue` has no option `--chek`\n",
        ),
        (
            &["catalogue", "--data"],
            "error: `--data` needs a directory\n",
        ),
        (
            &["catalogue", "--data", "no/such/directory"],
            "error: no/such/directory/services: cannot be read: ",
        ),
    ] {
        let output = run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(
            stderr(&output).starts_with(expected),
            "{args:?}: {}",
            stderr(&output)
        );
    }
}
