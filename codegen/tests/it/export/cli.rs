//! The command line of the export.

use std::process::{Command, Output};

use crate::export::support::{GOOD, Package};

fn run(package: &Package, args: &[&str]) -> (i32, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(env!("CARGO_BIN_EXE_rekognition-iam-codegen"))
        .arg("export")
        .args(args)
        .current_dir(&package.root)
        .output()
        .unwrap();
    (
        status.code().unwrap(),
        String::from_utf8(stdout).unwrap(),
        String::from_utf8(stderr).unwrap(),
    )
}

#[test]
fn exports_and_checks() {
    let package = Package::new(
        "cli",
        &[("src/lib.rs", &format!("const A: Policy = {GOOD};"))],
    );
    let (code, out, error) = run(&package, &["--out", "policies", "--check"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert_eq!(
        error,
        "out of date: policies/a.json: is missing\nout of date: policies/manifest.json: is missing\n\
         run the build script, or this command without --check\n"
    );

    let (code, out, error) = run(&package, &["--out", "policies"]);
    assert_eq!((code, error.as_str()), (0, ""));
    assert!(
        out.ends_with("1 policies, 0 excluded, 2 files written, 0 removed\n"),
        "{out}"
    );
    assert_eq!(run(&package, &["--out", "policies", "--check"]).0, 0);

    // What a build script writes is what the command line checks.
    package.export().check().unwrap();
    // From another directory.
    let root = package.root.to_str().unwrap();
    let elsewhere = Package::new("cli_elsewhere", &[]);
    assert_eq!(
        run(
            &elsewhere,
            &["--manifest-dir", root, "--out", "policies", "--check"]
        )
        .0,
        0
    );
}

#[test]
fn options() {
    let package = Package::new(
        "cli_options",
        &[(
            "more/a.rs",
            &format!("const A: Policy = {GOOD};\nfn b(x: &str) {{ policy![x] }}"),
        )],
    );
    let (code, out, error) = run(
        &package,
        &[
            "--source",
            "more",
            "--out",
            "o",
            "--minified",
            "--skip",
            "b=run time",
        ],
    );
    assert_eq!((code, error.as_str()), (0, ""));
    assert!(
        out.starts_with("excluded: more/a.rs:2:17: b: run time\n"),
        "{out}"
    );
    assert!(
        package
            .read("o/a.json")
            .starts_with("{\"Version\":\"2012-10-17\"")
    );
}

#[test]
fn unusable_input() {
    let package = Package::new(
        "cli_unusable",
        &[("src/lib.rs", "const A: Policy = policy![];")],
    );
    let (code, _, error) = run(&package, &["--out", "policies"]);
    assert_eq!(code, 2);
    assert!(
        error.starts_with("error: src/lib.rs:1:19: this policy has no statement"),
        "{error}"
    );
    for (args, expected) in [
        (&[][..], "error: `export` needs `--out`"),
        (&["--out"], "error: `--out` needs a value"),
        (
            &["--out", "o", "--skip", "A"],
            "error: `--skip` needs a name and a reason",
        ),
        (
            &["--nonsense"],
            "error: `export` has no option `--nonsense`",
        ),
        (
            &["--out", "o", "--source", "missing"],
            "error: missing: there is no such source directory",
        ),
        (
            &["--out", "o", "--manifest-dir", "missing"],
            "error: src: there is no such source directory",
        ),
    ] {
        let (code, _, error) = run(&package, args);
        assert_eq!(code, 2, "{args:?}");
        assert!(error.starts_with(expected), "{args:?}: {error}");
    }
    assert!(package.exported().is_empty());
}

#[test]
fn formats_and_values() {
    let package = Package::new(
        "cli_formats",
        &[(
            "src/lib.rs",
            "fn a(region: &Region, name: &TopicName) -> PolicyBuf {\n    \
             policy![allow(sns::Publish).on(sns::topic(region, \"123456789012\", name))]\n}",
        )],
    );
    let to = |args: &[&str]| run(&package, &[&["--out", "policies"], args].concat());
    assert_eq!(
        to(&["--value", "region=us-east-1", "--value", "a.name=done"]).0,
        0
    );
    assert!(
        package
            .read("policies/a.json")
            .contains("us-east-1:123456789012:done")
    );
    assert_eq!(to(&["--format", "terraform"]).0, 0);
    assert!(
        package
            .read("policies/a.json.tftpl")
            .contains("${region}:123456789012:${name}")
    );
    let (code, ..) = to(&["--format", "a=sam", "--pseudo", "region=Region"]);
    assert_eq!(code, 0);
    assert!(
        package
            .read("policies/a.template.json")
            .contains("${AWS::Region}:123456789012:${Name}")
    );

    for (args, expected) in [
        (["--format", "yaml"], "error: there is no format `yaml`"),
        (
            ["--value", "region"],
            "error: `--value` needs a variable and a value, as in `--value region=..`",
        ),
        (
            ["--pseudo", "region=Here"],
            "error: there is no pseudo parameter `Here`",
        ),
    ] {
        let (code, _, error) = to(&args);
        assert_eq!(code, 2);
        assert!(error.starts_with(expected), "{error}");
    }
}
