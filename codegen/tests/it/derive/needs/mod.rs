//! What a call needs, by its chain of setters.

mod companions;
mod named;
mod policy;
mod resources;

use rekognition_iam_codegen::derive::{Derive, Derived, Scan};

const HEAD: &str = "use aws_sdk_rekognition::{Client, types::*, primitives::Blob};\n";

fn derive(text: &str) -> Derived {
    let scan = Scan::text("src/lib.rs", text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    Derive::new()
        .of(scan)
        .unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The statements of the policy, each on one line and without comments, then what is uncertain.
fn needs(text: &str) -> Vec<String> {
    let derived = derive(text);
    let rust = derived.rust();
    let (_, policy) = rust.split_once("policy![").unwrap();
    let (policy, _) = policy.rsplit_once(']').unwrap();
    let mut flat = String::new();
    for line in policy
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with("//"))
    {
        flat.push_str(line);
        if line.ends_with(',') {
            flat.push(' ');
        }
    }
    let flat = flat.replace(", )", ")").replace("( ", "(");
    let statements = flat
        .split("allow(")
        .skip(1)
        .map(|statement| format!("allow({}", statement.trim().trim_end_matches(',')));
    let unsure = derived
        .unfollowed()
        .iter()
        .map(|note| format!("? {}", note.message()));
    statements.chain(unsure).collect()
}

#[track_caller]
fn check(chain: &str, expected: &[&str]) {
    let text = format!("{HEAD}async fn f(c: &Client) {{ c.{chain}.send().await; }}");
    assert_eq!(needs(&text), expected, "{chain}");
}

#[track_caller]
fn check_text(text: &str, expected: &[&str]) {
    assert_eq!(needs(text), expected, "{text}");
}
