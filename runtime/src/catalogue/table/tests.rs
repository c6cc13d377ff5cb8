#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::records::SECTIONS;
use super::*;
use crate::catalogue::{ActionInfo, AuthorizedAction, Operation, Piece, Service, services};

static BYTES: &[u8] = include_bytes!("../generated/services.table");

fn table() -> Table<'static> {
    Table::open(BYTES).unwrap()
}

#[test]
fn the_table_of_this_crate_is_valid() {
    table().validate().unwrap();
    assert_eq!(table().as_of(), crate::catalogue::AS_OF);
    assert_eq!(table().source(), crate::catalogue::SOURCE);
    assert_eq!(table().services().count(), 456);
}

#[test]
fn lookups_in_place() {
    let ec2 = table().service("ec2").unwrap();
    let stop = ec2.action("StopInstances").unwrap();
    assert_eq!(stop.level(), AccessLevel::Write);
    let kinds: Vec<_> = (stop.resources())
        .map(|(kind, required)| (kind.name(), required))
        .collect();
    assert!(kinds.contains(&("instance", true)), "{kinds:?}");
    let instance = ec2.resource("instance").unwrap();
    let formats: Vec<_> = instance.formats().map(|format| format.text()).collect();
    assert_eq!(
        formats,
        ["arn:${Partition}:ec2:${Region}:${Account}:instance/${InstanceId}"]
    );
    let key = ec2.key("EC2:resourcetag/${TagKey}").unwrap();
    assert_eq!(key.placeholder(), Some(("ec2:ResourceTag/", "")));
    assert_eq!(key.types().collect::<Vec<_>>(), [ValueType::String]);
    assert!(ec2.action("StopInstance").is_none());
    assert!(table().service("EC2").is_none());
    let list = table()
        .service("s3")
        .unwrap()
        .operation("ListObjectsV2")
        .unwrap();
    assert_eq!(
        list.authorizes().collect::<Vec<_>>(),
        [("s3", "ListBucket")]
    );
    assert_eq!(list.sdk().collect::<Vec<_>>(), [("s3", "list_objects_v2")]);
}

/// What is known of a service, without what has a name in Rust only where there is a module.
fn facts(service: &Service) -> Vec<String> {
    let keys = |numbers: &[u16]| -> Vec<&str> {
        (numbers.iter())
            .map(|&number| service.keys[usize::from(number)].name)
            .collect()
    };
    let action = |info: &ActionInfo| {
        let kinds: Vec<_> = (info.resources.iter())
            .map(|kind| {
                let name = service.resources[usize::from(kind.index)].name;
                (name, kind.required, keys(kind.keys))
            })
            .collect();
        format!(
            "{} {:?} {kinds:?} {:?} {} {} {:?}",
            info.name,
            info.level,
            keys(info.keys),
            info.required_together,
            info.resources_disputed,
            info.lifecycle
        )
    };
    let operation = |operation: &Operation| {
        let authorized = |action: &AuthorizedAction| {
            format!("{} {} {:?}", action.service, action.name, action.context)
        };
        let authorizes: Vec<_> = operation.authorizes.iter().map(authorized).collect();
        format!("{} {:?} {authorizes:?}", operation.name, operation.sdk)
    };
    let mut facts: Vec<String> = service.actions.iter().map(action).collect();
    facts.extend(service.operations.iter().map(operation));
    for kind in service.resources {
        facts.push(format!("{} {:?}", kind.name, keys(kind.keys)));
        for format in kind.formats {
            let pieces: Vec<_> = (format.resource.iter())
                .map(|piece| match piece {
                    Piece::Literal(text) => format!("{text:?}"),
                    Piece::Variable(variable) => format!(
                        "{} {} {:?}",
                        variable.name, variable.slashes, variable.grammar
                    ),
                })
                .collect();
            facts.push(format!(
                "{} {} {:?} {:?} {pieces:?}",
                format.text, format.service, format.region, format.account
            ));
        }
    }
    for key in service.keys {
        let mut types = key.types.to_vec();
        types.sort();
        facts.push(format!(
            "{} {:?} {types:?} {} {} {}",
            key.name, key.placeholder, key.multivalued, key.sensitive, key.declared
        ));
    }
    facts
}

#[test]
fn both_depths_say_the_same() {
    for typed in crate::catalogue::typed_services() {
        let listed = load::listed(typed.prefix).unwrap();
        assert!(typed.has_module && !listed.has_module);
        let (typed, listed) = (facts(typed), facts(listed));
        for (typed, listed) in typed.iter().zip(&listed) {
            assert_eq!(typed, listed);
        }
        assert_eq!(typed.len(), listed.len());
    }
}

#[test]
fn every_service_is_loaded_whole() {
    assert_eq!(services().len(), 456);
    for service in services() {
        let row = table().service(service.prefix).unwrap();
        assert_eq!(service.actions.len(), row.actions.count());
        assert_eq!(service.resources.len(), row.resources.count());
        assert_eq!(service.keys.len(), row.keys.count());
        let formats = |kind: ResourceRow<'_>| kind.formats().count();
        assert_eq!(
            service
                .resources
                .iter()
                .map(|kind| kind.formats.len())
                .sum::<usize>(),
            row.resources().map(formats).sum::<usize>(),
        );
    }
}

trait Count {
    fn count(self) -> usize;
}

impl Count for (usize, usize) {
    fn count(self) -> usize {
        self.1 - self.0
    }
}

/// Asks for what lookups can reach in a service. Some of each only: a damaged list may be as long as its section.
fn walk(service: ServiceRow<'_>) -> usize {
    const SOME: usize = 20;
    let mut seen = service.prefix().len();
    for action in service.actions().take(SOME) {
        seen += action.name().len() + action.keys().take(SOME).count();
        seen += action.notice().map_or(0, |(_, date)| date.len());
        for (kind, _) in action.resources().take(SOME) {
            seen += action.keys_on(kind.name()).take(SOME).count();
        }
        seen += usize::from(service.action(action.name()).is_some());
    }
    for kind in service.resources().take(SOME) {
        seen += kind
            .keys()
            .take(SOME)
            .map(|key| key.name().len())
            .sum::<usize>();
        let formats = kind.formats().take(SOME);
        seen += formats
            .flat_map(|format| format.pieces())
            .take(SOME)
            .count();
    }
    for key in service.keys().take(SOME) {
        seen += key.types().count() + usize::from(service.key(key.name()).is_some());
    }
    for operation in service.operations().take(SOME) {
        seen += operation.sdk().take(SOME).count() + operation.authorizes().take(SOME).count();
        seen += usize::from(service.operation(operation.name()).is_some());
    }
    seen
}

/// Numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end).unwrap()).unwrap()
    }
}

#[test]
fn damaged_tables_are_refused_or_read_without_panic() {
    let mut random = Random(0x5eed);
    let mut bytes = BYTES.to_vec();
    let header = 12 + 8 * SECTIONS.len();
    let prefixes: Vec<&str> = table().services().map(|service| service.prefix()).collect();
    let (mut refused, mut invalid) = (0, 0);
    for round in 0..300 {
        // The header, the records of services, and anything else, in turn.
        let damaged: Vec<(usize, u8)> = (0..=random.below(4))
            .map(|_| {
                let at = match round % 3 {
                    0 => random.below(header),
                    1 => {
                        let number = |at: usize| {
                            let bytes = BYTES[at..at + 4].try_into().unwrap();
                            usize::try_from(u32::from_le_bytes(bytes)).unwrap()
                        };
                        let section = random.below(SECTIONS.len());
                        let (start, length) = (number(12 + 8 * section), number(16 + 8 * section));
                        start + random.below(length)
                    }
                    _ => random.below(BYTES.len()),
                };
                (at, u8::try_from(random.below(256)).unwrap())
            })
            .collect();
        for &(at, byte) in &damaged {
            bytes[at] = byte;
        }
        match Table::open(&bytes) {
            Err(error) => {
                refused += 1;
                assert!(!format!("{error}").is_empty());
            }
            Ok(table) => {
                for _ in 0..2 {
                    let prefix = prefixes[random.below(prefixes.len())];
                    table.service(prefix).map(walk);
                }
                if round % 30 < 3 && table.validate().is_err() {
                    invalid += 1;
                }
            }
        }
        for &(at, _) in &damaged {
            bytes[at] = BYTES[at];
        }
    }
    // The damage was real: some of it must have been noticed.
    assert!(refused > 30 && invalid > 5, "{refused} {invalid}");
}

#[test]
fn tables_that_are_cut_off() {
    for length in (0..400).chain([BYTES.len() / 2, BYTES.len() - 1]) {
        assert!(Table::open(&BYTES[..length]).is_err(), "{length}");
    }
    let mut newer = BYTES.to_vec();
    newer[8] = 2;
    assert_eq!(Table::open(&newer).unwrap_err(), TableError::Version(2));
    assert_eq!(
        format!("{}", TableError::Version(2)),
        "the catalogue has format version 2, and 1 is supported"
    );
}

/// Two answers of one program never rest on different catalogues.
#[test]
fn a_catalogue_in_use_is_not_replaced() {
    assert!(crate::catalogue::service("rekognition").is_some());
    let replaced = crate::catalogue::replace(BYTES.to_vec());
    assert_eq!(replaced, Err(ReplaceError::InUse));
    assert!(!crate::catalogue::is_replaced());
    assert_eq!(crate::catalogue::as_of(), crate::catalogue::AS_OF);
}
