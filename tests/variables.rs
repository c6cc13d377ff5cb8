//! Everything that can be a value known only when the program runs, and what it puts into the policy.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use rekognition_iam::values::{AccountId, Arn, CollectionId, InvalidValue, Region};
use rekognition_iam::{PolicyBuf, aws, policy, rekognition};

fn value<T: std::str::FromStr<Err = InvalidValue>>(text: &str) -> T {
    text.parse().unwrap()
}

/// The resource of the only statement.
fn resource(policy: &PolicyBuf) -> &str {
    let (_, behind) = policy.json().split_once("\"Resource\":\"").unwrap();
    behind.split('"').next().unwrap()
}

const EXPECTED: &str = "arn:aws:rekognition:us-east-1:123456789012:collection/staff";

#[test]
fn values_behind_pointers() {
    let region: Region = value("us-east-1");
    let account: AccountId = value("123456789012");
    let mut collection: CollectionId = value("staff");
    let (arc, boxed) = (Arc::new(account.clone()), Box::new(collection.clone()));
    let double = &&region;
    let policy =
        policy![allow(rekognition::SearchFaces).on(rekognition::collection(double, arc, boxed))];
    assert_eq!(resource(&policy), EXPECTED);
    let (rc, cow) = (Rc::new(region.clone()), Cow::Borrowed(&account));
    let mutable = &mut collection;
    let policy =
        policy![allow(rekognition::SearchFaces).on(rekognition::collection(rc, cow, mutable))];
    assert_eq!(resource(&policy), EXPECTED);
    let cell = RefCell::new((region, account));
    let cell = cell.borrow();
    let policy = policy![
        allow(rekognition::SearchFaces).on(rekognition::collection(cell.0, cell.1, "staff"))
    ];
    assert_eq!(resource(&policy), EXPECTED);
}

struct Tenant {
    place: (Region, AccountId),
    ids: Vec<CollectionId>,
}

struct Wrapped(CollectionId);

impl Wrapped {
    fn reader(&self) -> PolicyBuf {
        policy![allow(rekognition::SearchFaces).on(rekognition::collection(
            "us-east-1",
            "123456789012",
            self.0
        ))]
    }
}

#[test]
fn parts_of_variables() {
    let tenant = Tenant {
        place: (value("us-east-1"), value("123456789012")),
        ids: vec![value("visitors"), value("staff")],
    };
    let policy = policy![allow(rekognition::SearchFaces).on(rekognition::collection(
        tenant.place.0,
        tenant.place.1,
        tenant.ids[1]
    ))];
    assert_eq!(resource(&policy), EXPECTED);
    let tenants = [(0, tenant)];
    let last = 1;
    let policy = policy![allow(rekognition::SearchFaces).on(rekognition::collection(
        tenants[0].1.place.0,
        tenants[0].1.place.1,
        tenants[last - 1].1.ids[last],
    ))];
    assert_eq!(resource(&policy), EXPECTED);
    assert_eq!(resource(&Wrapped(value("staff")).reader()), EXPECTED);
    let by_name: BTreeMap<u8, Arn> = BTreeMap::from([(7, value(EXPECTED))]);
    let nested = ((0, by_name), 0);
    let policy = policy![
        allow(rekognition::SearchFaces)
            .on("arn:aws:rekognition:us-east-1:123456789012:collection/visitors")
            .when(aws::SourceArn.arn_equals(nested.0.1[&7]))
    ];
    assert!(policy.json().contains(EXPECTED), "{policy}");
}
