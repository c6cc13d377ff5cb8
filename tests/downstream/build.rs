#![deny(warnings)]

use rekognition_iam_codegen::Export;

fn main() {
    Export::new().run_or_exit();
    Export::new().into_source("policies").run_or_exit();
}
