//! The packages for crates.io: each has what it needs and nothing else, and can be found.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const PUBLISHED: [(&str, &str); 6] = [
    ("rekognition-iam-catalogue", "catalogue"),
    ("rekognition-iam-runtime", "runtime"),
    ("rekognition-iam-codegen", "codegen"),
    ("rekognition-iam-macros", "macros"),
    ("rekognition-iam", ""),
    ("rekognition-iam-cli", "cli"),
];

fn cargo(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(args)
        .arg("--offline")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// The files of a package, from its directory.
fn files_of(package: &str) -> BTreeSet<String> {
    // What is not committed yet would be packed too.
    cargo(&["package", "--list", "--allow-dirty", "--package", package])
        .lines()
        .map(|line| line.replace('\\', "/"))
        .collect()
}

/// `a/b/../c` is `a/c`.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => assert!(out.pop(), "{}", path.display()),
            Component::CurDir => {}
            other => out.push(other),
        }
    }
    out
}

/// The files that the source includes by name, from the directory of the package.
fn included(file: &str, source: &str) -> Vec<String> {
    let directory = Path::new(file).parent().unwrap();
    ["include_str!(\"", "include_bytes!(\"", "include!(\""]
        .iter()
        .flat_map(|macro_| source.split(macro_).skip(1))
        .filter_map(|rest| rest.split_once('"'))
        .map(|(path, _)| {
            let path = normal(&directory.join(path));
            path.to_str().unwrap().replace('\\', "/")
        })
        .collect()
}

#[test]
fn packages_contain_what_they_need_and_nothing_else() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seen = 0;
    for (package, directory) in PUBLISHED {
        let files = files_of(package);
        for needed in ["Cargo.toml", "README.md", "LICENSE-APACHE", "LICENSE-MIT"] {
            assert!(files.contains(needed), "{package} has no {needed}");
        }
        for file in &files {
            let top = file.split('/').next().unwrap();
            assert!(
                matches!(top, "src" | "data" | "guide") || !file.contains('/'),
                "{package} has {file}"
            );
            assert!(
                !file.ends_with(".lock") || file == "Cargo.lock",
                "{package} has {file}"
            );
            if !file.ends_with(".rs") {
                continue;
            }
            let source = fs::read_to_string(root.join(directory).join(file)).unwrap();
            for path in included(file, &source) {
                seen += 1;
                assert!(
                    files.contains(&path),
                    "{package}: {file} includes {path}, which is not packed"
                );
            }
        }
        // Data that nothing includes would be downloaded for nothing.
        for file in files.iter().filter(|file| file.starts_with("data/")) {
            let name = file.rsplit('/').next().unwrap();
            let is_read = (files.iter().filter(|file| file.ends_with(".rs"))).any(|source| {
                fs::read_to_string(root.join(directory).join(source))
                    .unwrap()
                    .contains(name)
            });
            assert!(
                is_read,
                "{package} has {file}, which its source does not read"
            );
        }
    }
    assert!(seen > 20, "{seen}");
}

#[test]
fn packages_have_all_that_a_registry_shows() {
    let metadata: Value =
        serde_json::from_str(&cargo(&["metadata", "--no-deps", "--format-version=1"])).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    // An empty list of registries is `publish = false`.
    let published: BTreeSet<&str> = (packages.iter())
        .filter(|package| package["publish"].is_null())
        .filter_map(|package| package["name"].as_str())
        .collect();
    assert_eq!(published, PUBLISHED.iter().map(|(name, _)| *name).collect());
    for package in packages
        .iter()
        .filter(|package| package["publish"].is_null())
    {
        let name = &package["name"];
        for field in [
            "description",
            "documentation",
            "homepage",
            "license",
            "readme",
            "repository",
            "rust_version",
        ] {
            assert!(
                package[field].as_str().is_some_and(|text| !text.is_empty()),
                "{name}: {field}"
            );
        }
        let keywords = package["keywords"].as_array().unwrap();
        // The limits of crates.io.
        assert!((1..=5).contains(&keywords.len()), "{name}: {keywords:?}");
        assert!(
            keywords
                .iter()
                .all(|word| word.as_str().unwrap().len() <= 20)
        );
        assert!(
            (1..=5).contains(&package["categories"].as_array().unwrap().len()),
            "{name}"
        );
        let is_library = package["targets"]
            .as_array()
            .unwrap()
            .iter()
            .any(|target| target["kind"][0] != "bin" && target["doc"] == true);
        if is_library {
            assert_eq!(
                package["metadata"]["docs"]["rs"]["all-features"], true,
                "{name}"
            );
        }
    }
}
