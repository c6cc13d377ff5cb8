//! No bytes of a trail make its readers panic or run without end, and the same bytes are read in the same way.
//!
//! `FUZZ_SECONDS=30` runs for longer, and `FUZZ_SEED=7` with other numbers. A failure prints its input.

use std::panic::catch_unwind;
use std::time::Instant;

use super::calls::Calls;
use super::files::{Found, each_found};
use crate::fuzzing::{self, Random};
use crate::replaying::requests;

const RECORD: &str = r#"{"eventVersion":"1.11","userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::123456789012:assumed-role/App/s","accountId":"123456789012","sessionContext":{"sessionIssuer":{"type":"Role","arn":"arn:aws:iam::123456789012:role/App"},"attributes":{"mfaAuthenticated":"false"}}},"eventTime":"2026-10-05T08:15:30Z","eventSource":"rekognition.amazonaws.com","eventName":"StartFaceSearch","awsRegion":"eu-west-1","sourceIPAddress":"192.0.2.7","requestParameters":{"collectionId":"staff","notificationChannel":{"roleArn":"arn:aws:iam::123456789012:role/N"},"tags":{"a":"b"}},"eventID":"1","eventType":"AwsApiCall","recipientAccountId":"123456789012","resources":[{"ARN":"arn:aws:s3:::b/k","accountId":"1"}]}"#;

fn seeds() -> Vec<String> {
    let kms = RECORD
        .replace("rekognition.amazonaws.com", "kms.amazonaws.com")
        .replace("StartFaceSearch", "Decrypt")
        .replace(
            "\"collectionId\":\"staff\"",
            "\"encryptionContext\":{\"k\":\"v\"}",
        );
    let quoted = format!("{RECORD:?}");
    vec![
        format!("{{\"Records\":[{RECORD},{kms}]}}"),
        format!("{RECORD}\n{kms}\n"),
        format!("[{RECORD}]"),
        format!("{{\"Events\":[{{\"CloudTrailEvent\":{quoted}}}]}}"),
        format!("{{\"detail-type\":\"x\",\"detail\":{RECORD}}}"),
        RECORD.to_ascii_lowercase(),
    ]
}

/// The requests of all items, as text.
fn read(bytes: &[u8]) -> String {
    let mut out = String::new();
    let mut calls = Calls::default();
    each_found(bytes, |found| match found {
        Found::Record(record) => requests::write(&mut calls, record, &mut out),
        found @ (Found::Digest | Found::Unread(..)) => out.push_str(&format!("{found:?}\n")),
    });
    out
}

#[test]
fn any_bytes_of_a_trail() {
    let seeds = seeds();
    // The last record has an event name in lower case, which is not one of AWS.
    for seed in &seeds[..5] {
        assert!(read(seed.as_bytes()).contains("event_id"), "{seed}");
    }
    let mut random = Random::seeded();
    let end = fuzzing::end();
    let mut runs = 0;
    while runs < 50 || Instant::now() < end {
        let mut bytes = seeds[random.below(seeds.len())].clone().into_bytes();
        for _ in 0..random.below(6) {
            let at = random.below(bytes.len());
            let to = (at + random.below(30)).min(bytes.len());
            match random.below(5) {
                0 => drop(bytes.drain(at..to)),
                1 => bytes.truncate(at),
                2 => {
                    let copy = bytes[at..to].to_vec();
                    bytes.splice(at..at, copy);
                }
                3 => {
                    let words: [&[u8]; 5] = [b"\"", b"{", b"]", b"\\u0000", b"null"];
                    bytes.splice(at..at, words[random.below(5)].iter().copied());
                }
                _ if at < bytes.len() => bytes[at] = u8::try_from(random.below(256)).unwrap(),
                _ => {}
            }
        }
        if catch_unwind(|| assert_eq!(read(&bytes), read(&bytes))).is_err() {
            panic!("input {runs}: {:?}", String::from_utf8_lossy(&bytes));
        }
        runs += 1;
    }
}
