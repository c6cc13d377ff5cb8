//! Messages of denied calls.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| rekognition_iam_fuzz::denied(text));
