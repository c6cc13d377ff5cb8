//! Values of the variables of policies.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| rekognition_iam_fuzz::values(text));
