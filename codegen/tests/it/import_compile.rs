//! JSON to source, through the real compiler, and back: a hundred odd documents in one crate, and a file that is included.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::documents::document;
use rekognition_iam_codegen::import::{self, Options};
use rekognition_iam_runtime::document::PolicyKind;
use serde_json::Value;

const FILE: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"}
  ]
}
"#;

/// Three in four as what they look like, the others as anything.
fn options(seed: u64) -> Options {
    let options = Options::new().name(format!("policy-{seed}"));
    if seed.is_multiple_of(4) {
        options.kind(PolicyKind::ALL[seed as usize / 4 % PolicyKind::ALL.len()])
    } else {
        options
    }
}

#[test]
fn compiles_to_the_same_documents() {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("imported");
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(root.join("src")).unwrap();
    // The versions of our lock file, so that nothing has to be downloaded.
    fs::copy(ours.join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
    let services = rekognition_iam_runtime::catalogue::KNOWN_SERVICES;
    let features: Vec<_> = (services.iter())
        .filter(|name| **name != "rekognition")
        .chain([&"all-services"])
        .map(|name| format!("{name:?}"))
        .collect();
    let manifest = format!(
        "[workspace]\n\n[package]\nname = \"imported\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         rekognition-iam = {{ path = {:?}, features = [\"json\", {}] }}\n",
        ours.display().to_string().replace('\\', "/"),
        features.join(", "),
    );
    fs::write(root.join("Cargo.toml"), manifest).unwrap();

    let documents: Vec<String> = (0..100).map(|seed| document(50_000 + seed)).collect();
    let policies: Vec<_> = (0..)
        .zip(&documents)
        .map(|(seed, text)| import::import(text, &options(seed)).unwrap())
        .collect();
    fs::write(root.join("src/policies.rs"), import::source(&policies)).unwrap();
    // What the rules merely warn of is not a business of this test; an import that is not used is.
    let mut main = String::from(
        "#![deny(warnings)]\n#![allow(deprecated)]\n\nmod policies;\n\n\
         static FILE: rekognition_iam::Policy = rekognition_iam::include_policy!(\"iam/file.json\");\n\n\
         fn main() {\n",
    );
    for policy in &policies {
        let _ = writeln!(
            main,
            "    println!(\"{{}}\", policies::{}.json());",
            policy.name
        );
    }
    main.push_str("    println!(\"{}\", FILE.json());\n}\n");
    fs::create_dir(root.join("iam")).unwrap();
    fs::write(root.join("iam/file.json"), FILE).unwrap();
    fs::write(root.join("src/main.rs"), main).unwrap();

    let run = || {
        let output = Command::new(env!("CARGO"))
            .args(["run", "--quiet", "--offline", "--target-dir"])
            .arg(root.with_file_name("imported-target"))
            .current_dir(&root)
            .output()
            .unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        match output.status.success() {
            true => Ok(String::from_utf8(output.stdout).unwrap()),
            false => Err(errors),
        }
    };
    let output = run().unwrap();
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!(lines.len(), documents.len() + 1);
    let file = FILE.to_owned();
    for (line, document) in lines.iter().zip(documents.iter().chain([&file])) {
        let json: Value = serde_json::from_str(line).unwrap();
        let expected: Value = serde_json::from_str(document).unwrap();
        assert_eq!(json, expected);
    }

    // The file is watched, and its mistakes are reported with their places.
    fs::write(
        root.join("iam/file.json"),
        FILE.replace("DetectText", "DetectTxt"),
    )
    .unwrap();
    let errors = run().unwrap_err();
    for part in [
        "error: iam/file.json:4:48: `rekognition` has no action `DetectTxt`",
        "help: did you mean `rekognition:DetectText`?",
        "--> src/main.rs:6:",
    ] {
        assert!(errors.contains(part), "{errors}");
    }
    fs::write(
        root.join("iam/file.json"),
        FILE.replace("DetectText", "DetectFaces"),
    )
    .unwrap();
    assert!(run().unwrap().contains("rekognition:DetectFaces"));
}
