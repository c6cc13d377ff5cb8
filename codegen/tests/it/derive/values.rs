//! Small programs that name a collection in many ways: which names a policy for each of them has.
//!
//! Each program in `values.txt` begins with `### TITLE: EXPECTED`, where `EXPECTED` are the literals and parameters of the
//! policy in the order of the alphabet, and `note` if something is listed as not followed. A literal that is not there is a
//! permission that the program does not get, and one too many is one that it does not need.

use std::collections::BTreeSet;

use rekognition_iam_codegen::derive::{Derive, Scan};

const PROGRAMS: &str = include_str!("values.txt");

fn found(source: &str) -> String {
    let text = format!("use aws_sdk_rekognition::Client;\n{source}\nfn main() {{}}\n");
    let scan = Scan::text("src/main.rs", &text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let derived = (Derive::new().of(scan)).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let code: String = (derived.rust().lines())
        .filter(|line| !line.trim().starts_with("//"))
        .flat_map(|line| line.split_whitespace())
        .collect();
    let mut found: BTreeSet<&str> = (code.split("collection(").skip(1))
        .filter_map(|rest| rest.split_once(')'))
        .filter_map(|(arguments, _)| arguments.trim_end_matches(',').rsplit(',').next())
        .collect();
    if !derived.unfollowed().is_empty() {
        found.insert("note");
    }
    found.into_iter().collect::<Vec<_>>().join(" ")
}

#[test]
fn what_programs_name() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for program in format!("\n{PROGRAMS}").split("\n### ").skip(1) {
        let (head, source) = program.split_once('\n').unwrap();
        let (title, expected) = head.split_once(':').unwrap();
        let found = found(source);
        count += 1;
        if found != expected.trim() {
            wrong.push(format!("{title}: expected {expected}, found {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 150, "{count} programs");
}

/// The users of a library make values of its public types, and call its public functions.
#[test]
fn a_library_has_users() {
    let rust = |source: &str| {
        let text = format!("use aws_sdk_rekognition::Client;\n{source}");
        let scan = Scan::text("src/lib.rs", &text).unwrap();
        (Derive::new().of(scan).unwrap().rust()).to_owned()
    };
    let program = |visibility: &str| {
        format!(
            "{visibility} struct Store {{ {visibility} faces: String }}
             fn store() -> Store {{ Store {{ faces: \"photos\".into() }} }}
             pub async fn f(c: &Client, s: &Store) {{ c.list_faces().collection_id(&s.faces).send().await; }}"
        )
    };
    let (public, private) = (rust(&program("pub")), rust(&program("")));
    assert!(
        public.contains("\"photos\"") && public.contains("faces: &CollectionId"),
        "{public}"
    );
    assert!(
        private.contains("\"photos\"") && !private.contains("faces: &CollectionId"),
        "{private}"
    );
}
