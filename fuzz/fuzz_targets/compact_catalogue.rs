//! Compact catalogues, of which any byte may be wrong.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| rekognition_iam_fuzz::compact_catalogue(bytes, bytes.len()));
