//! What an author sees: each mistake with the whole message of the compiler, and everything that must compile.
//!
//! `TRYBUILD=overwrite cargo test --all-features --test it ui::` rewrites the messages; read them as a stranger would.

use std::process::Command;

/// The messages are those of one compiler, the pinned one.
fn is_pinned() -> bool {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    let pinned = include_str!("../../rust-toolchain.toml")
        .lines()
        .find_map(|line| line.strip_prefix("channel = \"")?.strip_suffix('"'))
        .unwrap();
    let is_pinned = version.starts_with(&format!("rustc {pinned} "));
    if !is_pinned {
        println!(
            "\n!!! SKIPPED: the expected messages are those of rustc {pinned}, this is {version}"
        );
    }
    is_pinned
}

#[test]
fn ui() {
    if !is_pinned() {
        return;
    }
    let cases = trybuild::TestCases::new();
    if cfg!(all(
        feature = "iam",
        feature = "kms",
        feature = "s3",
        feature = "sqs",
        feature = "sts"
    )) {
        cases.pass("tests/ui/pass/*.rs");
        cases.compile_fail("tests/ui/fail/*.rs");
    } else if cfg!(any(feature = "iam", feature = "s3")) {
        println!("\n!!! SKIPPED: these tests run with all features or with none");
    } else {
        cases.compile_fail("tests/ui/default/*.rs");
    }
}
