//! What the reader takes: every shape of the format, and AWS's own bytes.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::common::{DEMO, data, write};
use xtask::catalogue::{self, Reference};

fn code_of(name: &str, text: &str) -> (String, Vec<String>) {
    let directory = data(name, "demo", text);
    let generated = catalogue::generate(&directory).unwrap();
    let notes = generated
        .notes()
        .map(|note| note.replace(&format!("{}/services/", directory.display()), ""))
        .collect();
    let code = String::from_utf8(generated.files()["demo.rs"].clone()).unwrap();
    (code, notes)
}

#[test]
fn the_oldest_format() {
    // v1.1: no Annotations, no SupportedBy, no Operations, empty lists left out.
    let text = r#"{"Name": "demo", "Version": "v1.1", "Actions": [{"Name": "connect"}]}"#;
    let (code, notes) = code_of("v1-1", text);
    assert!(code.contains("pub const connect: Action"), "{code}");
    assert!(code.contains("level: AccessLevel::Write"), "{code}");
    assert_eq!(
        notes,
        ["demo.json: action `connect` has no access level; filed under Write"]
    );
}

#[test]
fn new_fields_are_told_once() {
    let text = DEMO
        .replace(
            r#"{"Name": "GetThing", "ActionC"#,
            r#"{"Name": "PutThing", "New": 1}, {"Name": "GetThing", "New": 2, "ActionC"#,
        )
        .replace(r#""IsList""#, r#""IsNew": true, "IsList""#);
    let (_, notes) = code_of("new-fields", &text);
    assert_eq!(
        notes,
        [
            "demo.json: action `PutThing` has no access level; filed under Write",
            "demo.json: unknown field `Actions[].Annotations.Properties.IsNew`, ignored",
            "demo.json: unknown field `Actions[].New`, ignored",
        ]
    );
}

#[test]
fn several_arn_formats() {
    let text = DEMO.replace(
        r#""ARNFormats": ["#,
        r#""ARNFormats": ["arn:${Partition}:other:eu-west-1:aws:*/${Type}", "#,
    );
    let (code, notes) = code_of("several-formats", &text);
    assert!(notes.is_empty());
    for line in [
        "    pub const fn thing(type_: &'static str) -> Resource {",
        "        Resource::built(&super::THING_FORMATS[0], \"\", \"\", [type_, \"\", \"\", \"\"])",
        "    pub const fn thing_2(region: &'static str, account: &'static str, thing_id: &'static str) -> Resource {",
        "        Resource::built(&super::THING_FORMATS[1], region, account, [thing_id, \"\", \"\", \"\"])",
        "        resource: &[Piece::Literal(\"*/\"), Piece::Variable(&TYPE__VARIABLE)],",
        "        region: ArnField::Fixed(\"eu-west-1\"),",
    ] {
        assert!(code.lines().any(|own| own == line), "{line}\n{code}");
    }
}

#[test]
fn keys_of_every_style() {
    let keys = [
        (
            "demo:Tag/${TagKey}",
            "Tag(tag_key: &'static str) -> StringKey",
        ),
        ("demo:Old/<key>", "Old(key: &'static str) -> StringKey"),
        (
            "demo:Bare/tag-key",
            "Bare(tag_key: &'static str) -> StringKey",
        ),
        (
            "demo:Nothing/",
            "Nothing(tag_key: &'static str) -> StringKey",
        ),
        (
            "demo:Context:${ContextKey}",
            "Context(context_key: &'static str) -> StringKey",
        ),
        (
            "demo:In/${Name}/Side",
            "In_Name_Side(name: &'static str) -> StringKey",
        ),
        (
            "idp.example.com/${Path}:sub",
            "idp_example_com_Path_sub(path: &'static str) -> StringKey",
        ),
    ];
    let list: Vec<String> = keys
        .iter()
        .map(|(name, _)| format!(r#"{{"Name": "{name}", "Types": ["String"]}}"#))
        .collect();
    let text = DEMO.replace(
        r#"{"Name": "demo:Colour", "Types": ["String"]}"#,
        &list.join(","),
    );
    // `demo:Colour` is used and no longer declared.
    let (code, notes) = code_of("key-styles", &text);
    assert_eq!(
        notes,
        ["demo.json: key `demo:Colour` is used but not declared; added"]
    );
    assert!(code.contains("pub const Colour: StringKey"), "{code}");
    for (name, signature) in keys {
        assert!(
            code.contains(&format!("pub const fn {signature}")),
            "{name}\n{code}"
        );
    }
}

#[test]
fn levels() {
    for (flags, level) in [
        ([false, false, false, false], "Read"),
        ([true, false, false, false], "List"),
        ([false, false, false, true], "Write"),
        ([false, false, true, true], "Tagging"),
        ([false, true, false, true], "PermissionsManagement"),
    ] {
        let names = [
            "IsList",
            "IsPermissionManagement",
            "IsTaggingOnly",
            "IsWrite",
        ];
        let properties: Vec<String> = names
            .iter()
            .zip(flags)
            .map(|(name, flag)| format!("\"{name}\": {flag}"))
            .collect();
        let text = format!(
            r#"{{"Name": "demo", "Actions": [{{"Name": "A", "Annotations": {{"Properties": {{{}}}}}}}]}}"#,
            properties.join(", ")
        );
        let (code, _) = code_of("levels", &text);
        assert!(
            code.contains(&format!("level: AccessLevel::{level},")),
            "{code}"
        );
    }
}

/// The files that AWS publishes. They lie next to the repository on some machines and are not part of it.
fn official() -> Option<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/catalogue/official");
    if directory.is_dir() {
        return Some(directory);
    }
    eprintln!("SKIPPED: AWS's own files are not next to the repository");
    None
}

#[test]
fn the_bytes_of_aws() {
    let Some(official) = official() else { return };
    let own = catalogue::default_data().join("services");
    let mut notes = BTreeSet::new();
    let mut equal = Vec::new();
    for service in rekognition_iam_runtime::catalogue::KNOWN_SERVICES {
        let file = format!("{service}.json");
        if !own.join(&file).exists() {
            continue;
        }
        let theirs = Reference::read(&official.join(&file), &mut notes).unwrap();
        let ours = Reference::read(&own.join(&file), &mut notes).unwrap();
        assert_eq!(theirs.name, ours.name);
        let names = |reference: &Reference| -> BTreeSet<String> {
            reference
                .actions
                .iter()
                .map(|action| action.name.clone())
                .collect()
        };
        // Our data is a month younger: it may know more, never less.
        assert!(names(&theirs).is_subset(&names(&ours)), "{service}");
        if (&theirs.actions, &theirs.resources, &theirs.keys)
            == (&ours.actions, &ours.resources, &ours.keys)
        {
            equal.push(*service);
        }
        if *service == "rekognition" {
            assert_eq!(theirs, ours);
        }
    }
    assert!(notes.is_empty(), "{notes:?}");
    assert_eq!(
        equal,
        [
            "dynamodb",
            "iam",
            "kinesisvideo",
            "kms",
            "lambda",
            "rekognition",
            "secretsmanager",
            "sns",
            "sqs",
            "states",
            "sts",
        ]
    );
}

#[test]
fn the_bytes_of_aws_give_the_same_code() {
    let Some(official) = official() else { return };
    // All services of the project, but Rekognition as AWS writes it.
    let directory = crate::common::empty_directory("official");
    fs::create_dir(directory.join("services")).unwrap();
    for part in ["", "services"] {
        for entry in fs::read_dir(catalogue::default_data().join(part)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                fs::copy(&path, directory.join(part).join(path.file_name().unwrap())).unwrap();
            }
        }
    }
    let bytes = fs::read_to_string(official.join("rekognition.json")).unwrap();
    write(&directory, "services/rekognition.json", &bytes);
    let generated = catalogue::generate(&directory).unwrap();
    assert_eq!(
        generated.stale(&catalogue::default_out()).unwrap(),
        Vec::<PathBuf>::new()
    );
}
