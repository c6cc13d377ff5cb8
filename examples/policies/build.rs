//! Writes each policy of `src` as a JSON file into `policies`, beside a list of them.

use std::env;

use rekognition_iam_codegen::Export;

fn main() {
    // On your machine the files follow the source. On the build server they must have been committed.
    println!("cargo::rerun-if-env-changed=CI");
    Export::new()
        .into_source("policies")
        .check_only(env::var_os("CI").is_some())
        .run_or_exit();
}
