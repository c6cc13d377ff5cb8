//! What every user of the macros compiles.

use std::collections::BTreeSet;
use std::process::Command;

/// The names of the packages that a package of ours is made of, without features.
fn tree(package: &str) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--no-default-features",
            "-p",
            package,
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    text.lines()
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_macros_need_four_packages_of_others() {
    let found = tree("rekognition-iam");
    let expected = [
        "proc-macro2",
        "quote",
        "rekognition-iam",
        "rekognition-iam-codegen",
        "rekognition-iam-macros",
        "rekognition-iam-runtime",
        "syn",
        "unicode-ident",
    ];
    assert_eq!(found, expected.map(str::to_owned).into());
}

#[test]
fn the_runtime_needs_none() {
    assert_eq!(
        tree("rekognition-iam-runtime"),
        ["rekognition-iam-runtime".to_owned()].into()
    );
}
