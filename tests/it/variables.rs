//! Everything that can be a value known only when the program runs, and what it puts into the policy.

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
            .when(aws::SourceArn.arn_not_equals(nested.0.1[&7]))
    ];
    assert!(policy.json().contains(EXPECTED), "{policy}");
}

mod joined {
    use rekognition_iam::{JoinError, Policy};

    use super::*;

    static DETECTOR: Policy = policy![allow(rekognition::DetectFaces).on_any().sid("Detect")];

    fn searcher(id: &CollectionId) -> PolicyBuf {
        policy![
            allow(rekognition::SearchFaces).on(rekognition::collection(
                "us-east-1",
                "123456789012",
                id
            )),
            deny(rekognition::all())
                .on_any()
                .when(aws::SecureTransport.bool(false)),
        ]
    }

    #[test]
    fn a_list_of_values_and_a_condition() {
        let ids: Vec<CollectionId> = vec![value("a"), value("b"), value("a")];
        for detects in [false, true] {
            let detector = detects.then(|| PolicyBuf::from(DETECTOR));
            let policy = PolicyBuf::joined(ids.iter().map(searcher).chain(detector)).unwrap();
            let detect = match detects {
                true => {
                    r#",{"Sid":"Detect","Effect":"Allow","Action":"rekognition:DetectFaces","Resource":"*"}"#
                }
                false => "",
            };
            assert_eq!(
                policy.json(),
                r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"rekognition:SearchFaces","Resource":["arn:aws:rekognition:us-east-1:123456789012:collection/a","arn:aws:rekognition:us-east-1:123456789012:collection/b"]},{"Effect":"Deny","Action":"rekognition:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}DETECT]}"#
                    .replace("DETECT", detect)
            );
        }
    }

    #[test]
    fn what_cannot_be_joined() {
        assert_eq!(
            PolicyBuf::joined(Vec::<PolicyBuf>::new()),
            Err(JoinError::Empty)
        );
        static OTHER: Policy = policy![allow(rekognition::DetectText).on_any().sid("Detect")];
        let error = PolicyBuf::joined([DETECTOR, OTHER]).unwrap_err();
        assert_eq!(error.to_string(), "two statements have the Sid `Detect`");
        static OLD: Policy = policy![
            version("2008-10-17"),
            allow(rekognition::DetectText).on_any(),
        ];
        assert_eq!(
            PolicyBuf::joined([DETECTOR, OLD]),
            Err(JoinError::Different)
        );
        // The same statement is there once, whatever its name.
        assert_eq!(
            PolicyBuf::joined([DETECTOR, DETECTOR]).unwrap().json(),
            DETECTOR.json()
        );
        let ids = (0..200).map(|number| value(&format!("collection-{number}")));
        let error = PolicyBuf::joined(ids.map(|id| searcher(&id))).unwrap_err();
        assert!(
            matches!(error, JoinError::TooLarge { size, quota: 6144 } if size > 6144),
            "{error}"
        );
    }

    /// What is in a string is not a part of the document around it.
    #[test]
    fn hostile_strings() {
        let key: rekognition_iam::values::Text = value("a\"},{]\\,b");
        let one = |id: &CollectionId| {
            policy![
                allow(rekognition::SearchFaces)
                    .on(rekognition::collection("us-east-1", "123456789012", id))
                    .when(aws::PrincipalTag("team").string_equals(key))
            ]
        };
        let policy = PolicyBuf::joined([one(&value("a")), one(&value("b"))]).unwrap();
        let json: serde_json::Value = serde_json::from_str(policy.json()).unwrap();
        assert_eq!(json["Statement"].as_array().unwrap().len(), 1);
        assert_eq!(
            json["Statement"][0]["Resource"].as_array().unwrap().len(),
            2
        );
        let agent = &json["Statement"][0]["Condition"]["StringEquals"]["aws:PrincipalTag/team"];
        assert_eq!(agent, key.as_str());
    }

    #[test]
    fn exceptions_follow_their_statements() {
        static ACCEPTED: Policy = policy![
            allow(rekognition::DetectText).on_any(),
            allow(unlisted("rekognition:NewAction", "new")).on_any(),
        ];
        let policy = PolicyBuf::joined([DETECTOR, ACCEPTED, ACCEPTED]).unwrap();
        assert_eq!(policy.exceptions(), ACCEPTED.exceptions());
        assert_eq!(policy.json().matches("Effect").count(), 3);
    }
}
