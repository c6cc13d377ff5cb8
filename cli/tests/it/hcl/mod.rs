//! Terraform as it is written, in HCL.

mod arguments;
mod check;
mod documents;
mod expressions;
mod fix;
mod fuzz;
mod modules;
mod older;
mod public;
mod repeated;
mod terragrunt;

use serde_json::Value;

use crate::support::Directory;

/// The policies of a file as they are read: the place, and the document or nothing.
fn documents(directory: &Directory, file: &str) -> Vec<(String, Option<Value>)> {
    let done = directory.run(&["documents", file]);
    assert_eq!(done.code, 0, "{}", done.err);
    (done.out.lines())
        .map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            let place = line["place"].as_str().unwrap().to_string();
            (place, line.get("document").cloned())
        })
        .collect()
}

/// The only policy of a file.
#[track_caller]
fn document(directory: &Directory, file: &str) -> Value {
    let found = documents(directory, file);
    assert_eq!(found.len(), 1, "{found:#?}");
    found.into_iter().next().unwrap().1.unwrap()
}
