//! The fuzz targets of `fuzz/`, without a nightly compiler: changes of a fixed seed corpus, as many as a second allows.
//!
//! `FUZZ_SECONDS=30` runs each for longer, and `FUZZ_SEED=7` with other numbers. A failure prints its input.

#[allow(unreachable_pub, reason = "a library of its own for cargo fuzz")]
#[path = "../../../fuzz/src/lib.rs"]
mod targets;

use std::panic::catch_unwind;
use std::time::{Duration, Instant};

/// A xorshift generator: the same numbers for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 16) % limit.max(1) as u64).unwrap()
    }
}

fn number(variable: &str, otherwise: u64) -> u64 {
    let text = std::env::var(variable).ok();
    text.map_or(otherwise, |text| text.parse().unwrap())
}

/// Runs a target on changed seeds.
fn run(seeds: &[&[u8]], target: impl Fn(&[u8], usize) + std::panic::RefUnwindSafe) -> u64 {
    let mut random = Random(number("FUZZ_SEED", 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let end = Instant::now() + Duration::from_secs(number("FUZZ_SECONDS", 1));
    let mut runs = 0;
    while runs < 50 || Instant::now() < end {
        let mut bytes = seeds[random.below(seeds.len())].to_vec();
        for _ in 0..random.below(6) {
            let at = random.below(bytes.len());
            let to = (at + random.below(9)).min(bytes.len());
            match random.below(5) {
                0 => drop(bytes.drain(at..to)),
                1 => bytes.truncate(at),
                2 => {
                    let copy = bytes[at..to].to_vec();
                    bytes.splice(at..at, copy);
                }
                3 => bytes.splice(at..at, *b"*${:").for_each(drop),
                _ if at < bytes.len() => bytes[at] = u8::try_from(random.below(256)).unwrap(),
                _ => {}
            }
        }
        let which = random.below(1000);
        if catch_unwind(|| target(&bytes, which)).is_err() {
            let start = &bytes[..bytes.len().min(2000)];
            panic!("input {runs}: {:?}", String::from_utf8_lossy(start));
        }
        runs += 1;
    }
    runs
}

fn text(target: fn(&str)) -> impl Fn(&[u8], usize) + std::panic::RefUnwindSafe {
    move |bytes, _| target(&String::from_utf8_lossy(bytes))
}

#[test]
fn values_of_any_text() {
    let seeds = [
        "aws",
        "us-east-1",
        "123456789012",
        "my-bucket.x",
        "staff_1",
        "in/é/${aws:username}/*.jpg",
        "",
    ]
    .map(str::as_bytes);
    run(&seeds, text(targets::values));
}

#[test]
fn access_denied_messages_of_any_text() {
    let seeds = [
        "User: arn:aws:iam::123456789012:user/a is not authorized to perform: rekognition:ListFaces on resource: arn:aws:rekognition:us-east-1:123456789012:collection/c because no identity-based policy allows the rekognition:ListFaces action",
        "An error occurred (AccessDeniedException) when calling the ListFaces operation: User: arn:aws:sts::123456789012:assumed-role/r/s is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access",
        "User: anonymous is not authorized to perform: s3:GetObject with an explicit deny in a service control policy: arn:aws:organizations::1:policy/o-1/service_control_policy/p-1",
    ]
    .map(str::as_bytes);
    run(&seeds, text(targets::denied));
}

#[test]
fn compact_catalogues_of_any_bytes() {
    let table: &[u8] = include_bytes!("../../src/catalogue/generated/services.table");
    assert!(targets::is_valid(table));
    run(&[table, &table[..4096]], targets::compact_catalogue);
}
