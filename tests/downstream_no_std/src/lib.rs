//! What firmware or a WebAssembly module has: `core`, `alloc`, and a panic handler of its own. If a dependency linked `std`,
//! there would be two panic handlers, and this would not compile.

#![no_std]
#![deny(warnings)]

extern crate alloc;

use alloc::string::String;
use core::alloc::{GlobalAlloc, Layout};
use core::panic::PanicInfo;

use rekognition_iam::values::{CollectionId, InvalidValue};
use rekognition_iam::{
    JoinError, Policy, PolicyBuf, TrustPolicy, assert_policy, aws, policy, rekognition, s3, sts,
    trust_policy,
};

const ACCOUNT: &str = "123456789012";

pub static INDEXER: Policy = policy![
    allow(rekognition::IndexFaces).on(rekognition::collection("us-east-1", ACCOUNT, "staff")),
    allow(s3::GetObject).on(s3::object("uploads", "faces/*")),
];
assert_policy!(INDEXER: never(rekognition::DeleteCollection));

pub static TRUST: TrustPolicy = trust_policy![
    allow(sts::AssumeRole)
        .to(service("rekognition.amazonaws.com"))
        .when(aws::SourceAccount.string_equals(ACCOUNT)),
];

fn searcher(id: &CollectionId) -> PolicyBuf {
    policy![allow(rekognition::SearchFaces).on(rekognition::collection("us-east-1", ACCOUNT, id))]
}

#[derive(Debug)]
pub enum Error {
    Value(InvalidValue),
    Join(JoinError),
}

/// The policies in one text, made while the program runs.
pub fn joined(id: &str) -> Result<String, Error> {
    let id = id.parse().map_err(Error::Value)?;
    let policy = PolicyBuf::joined([searcher(&id), INDEXER.into()]).map_err(Error::Join)?;
    Ok(policy.json().into())
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    loop {}
}

struct NoMemory;

unsafe impl GlobalAlloc for NoMemory {
    unsafe fn alloc(&self, _: Layout) -> *mut u8 {
        core::ptr::null_mut()
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static MEMORY: NoMemory = NoMemory;
