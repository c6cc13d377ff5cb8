//! What front ends know about rules.

use std::collections::BTreeSet;
use std::path::Path;

use rekognition_iam_runtime::check::Rule;

/// What a front end must know of a rule, the rule says (see `Subject`, `About` and `Cause`).
#[test]
fn front_ends_name_no_rule() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut directories = vec![root.join("codegen/src/dsl"), root.join("cli/src")];
    if directories.iter().any(|directory| !directory.is_dir()) {
        println!("SKIPPED: not in the repository");
        return;
    }
    let ids: BTreeSet<&str> = Rule::all().iter().map(|rule| rule.id).collect();
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let (mut files, mut wrong) = (0, Vec::new());
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
                continue;
            }
            if path.file_name().is_some_and(|name| name == "tests.rs") {
                continue;
            }
            files += 1;
            let text = std::fs::read_to_string(&path).unwrap();
            // A rule about comments shows one on its page.
            let code = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("///"));
            for word in code.flat_map(|line| line.split(|c| !is_word(c))) {
                // Neither the name of a rule nor how the names of several begin.
                let begins = word.len() > 3
                    && word.ends_with('_')
                    && ids.iter().any(|id| id.starts_with(word));
                if ids.contains(word) || begins {
                    wrong.push(format!("{}: {word}", path.display()));
                }
            }
        }
    }
    assert!(files > 60 && wrong.is_empty(), "{files} {wrong:#?}");
}
