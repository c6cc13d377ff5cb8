//! Writes each policy of `src` into `policies`, as JSON or as a template, next to a list of them.

use std::env;

use rekognition_iam_codegen::{Export, Format, Pseudo};

fn main() {
    // On your machine the files follow the source. On the build server they must have been committed.
    println!("cargo::rerun-if-env-changed=CI");
    Export::new()
        .into_source("policies")
        .format_of("face_reader", Format::Terraform)
        .format_of("video_worker", Format::CloudFormation)
        .format_of("topic_publisher", Format::Sam)
        // CloudFormation knows where it deploys to.
        .pseudo("partition", Pseudo::Partition)
        .pseudo_of("video_worker", "account", Pseudo::AccountId)
        .pseudo_of("topic_publisher", "account", Pseudo::AccountId)
        .pseudo_of("topic_publisher", "region", Pseudo::Region)
        .check_only(env::var_os("CI").is_some())
        .run_or_exit();
}
