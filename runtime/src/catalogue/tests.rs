use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::*;
use crate::resource::MAX_VARIABLES;

fn sorted<T: Ord>(items: impl Iterator<Item = T>) -> bool {
    items.is_sorted_by(|a, b| a < b)
}

#[test]
fn tables_are_sorted() {
    assert!(sorted(KNOWN_SERVICES.iter()));
    assert!(sorted(services().iter().map(|service| service.prefix)));
    assert!(sorted(partitions().iter().map(|partition| partition.name)));
    for partition in partitions() {
        assert!(
            sorted(partition.regions.iter().map(|region| region.name)),
            "{}",
            partition.name
        );
    }
    let lower = |key: &ConditionKey| key.name.to_ascii_lowercase();
    assert!(sorted(global_keys().iter().map(lower)));
    for service in services() {
        assert!(
            sorted(service.actions.iter().map(|action| action.name)),
            "{}",
            service.prefix
        );
        assert!(
            sorted(service.resources.iter().map(|kind| kind.name)),
            "{}",
            service.prefix
        );
        assert!(sorted(service.keys.iter().map(lower)), "{}", service.prefix);
        assert!(
            sorted(service.operations.iter().map(|operation| operation.name)),
            "{}",
            service.prefix
        );
    }
}

#[test]
fn indices_are_in_range() {
    for service in services() {
        let keys = |keys: &[u16]| {
            keys.iter()
                .all(|&key| usize::from(key) < service.keys.len())
        };
        for action in service.actions {
            assert!(keys(action.keys), "{}:{}", service.prefix, action.name);
            for resource in action.resources {
                assert!(usize::from(resource.index) < service.resources.len());
                assert!(keys(resource.keys), "{}:{}", service.prefix, action.name);
            }
        }
        assert!(
            service.resources.iter().all(|kind| keys(kind.keys)),
            "{}",
            service.prefix
        );
    }
}

#[test]
fn formats_are_what_their_pieces_say() {
    for service in typed_services() {
        for format in service.resources.iter().flat_map(|kind| kind.formats) {
            let field = |field: ArnField<'static>, variable: &'static str| match field {
                ArnField::Empty => "",
                ArnField::Variable => variable,
                ArnField::Any => "*",
                ArnField::Fixed(text) => text,
            };
            let mut text = format!(
                "arn:${{Partition}}:{}:{}:{}:",
                format.service,
                field(format.region, "${Region}"),
                field(format.account, "${Account}")
            );
            for piece in format.resource {
                text += &match piece {
                    Piece::Literal(literal) => String::from(*literal),
                    Piece::Variable(variable) => format!("${{{}}}", variable.name),
                };
            }
            assert_eq!(text, format.text);
            assert!(format.variables().count() <= MAX_VARIABLES, "{text}");
        }
    }
}

#[test]
fn every_name_is_found_again() {
    for service in typed_services() {
        for action in service.actions {
            assert_eq!(
                service.action(action.name).map(|a| a.name),
                Some(action.name)
            );
            let shouted = action.name.to_ascii_uppercase();
            assert_eq!(
                service.action_ignore_case(&shouted).map(|a| a.name),
                Some(action.name)
            );
            let ident = action.name.replace('-', "_");
            assert_eq!(
                service.action_by_ident(&ident).map(|a| a.name),
                Some(action.name)
            );
        }
        for kind in service.resources {
            assert_eq!(service.resource(kind.name).map(|k| k.name), Some(kind.name));
            for format in kind.formats {
                let found = service.resource_by_ident(format.rust_name);
                assert_eq!(
                    found.map(|(k, f)| (k.name, f.text)),
                    Some((kind.name, format.text))
                );
            }
        }
        for key in service.keys {
            assert_eq!(service.key(key.name).map(|k| k.name), Some(key.name));
            if !key.is_in_aws() {
                assert_eq!(
                    service.key_by_ident(key.rust_name).map(|k| k.name),
                    Some(key.name)
                );
            }
            if let Some(Placeholder { before, after }) = key.placeholder {
                let filled = format!("{before}Some/Thing:else{after}").to_ascii_uppercase();
                assert_eq!(
                    service.key(&filled).map(|k| k.name),
                    Some(key.name),
                    "{filled}"
                );
                assert!(!key.matches(&format!("{before}{after}")), "{before}{after}");
            }
        }
        for operation in service.operations {
            assert_eq!(
                service.operation(operation.name).map(|o| o.name),
                Some(operation.name)
            );
        }
    }
    for key in global_keys() {
        assert_eq!(
            global_key_by_ident(key.rust_name).map(|k| k.name),
            Some(key.name)
        );
    }
}

#[test]
fn near_misses_are_not_found() {
    let rekognition = &generated::rekognition::SERVICE;
    for name in ["", "IndexFace", "IndexFacess", "Index_Faces", "DetectLabel"] {
        assert!(rekognition.action(name).is_none(), "{name}");
        assert!(rekognition.action_ignore_case(name).is_none(), "{name}");
        assert!(rekognition.action_by_ident(name).is_none(), "{name}");
    }
    for name in ["", "Collection", "collections", "stream_processor"] {
        assert!(rekognition.resource(name).is_none(), "{name}");
        assert!(rekognition.resource_by_ident(name).is_none(), "{name}");
    }
    for name in [
        "",
        "aws:RequestTag",
        "aws:RequestTag/",
        "aws:RequestTagx",
        "aws:SourceIp",
        "rekognition:X",
    ] {
        assert!(rekognition.key(name).is_none(), "{name}");
    }
    for name in [
        "aws:SourceIps",
        "SourceIp",
        "aws:PrincipalTag",
        "aws:PrincipalTag/",
    ] {
        assert!(global_key(name).is_none(), "{name}");
    }
    for name in ["us-east-3", "aws-global", "us-east-1-fips", "US-EAST-1"] {
        assert!(region(name).is_none(), "{name}");
    }
}

#[test]
fn regions_with_rekognition() {
    let counts: Vec<(&str, usize)> = partitions()
        .iter()
        .map(|partition| {
            let with = partition.regions.iter().filter(|region| region.rekognition);
            (partition.name, with.count())
        })
        .filter(|&(_, count)| count > 0)
        .collect();
    assert_eq!(
        counts,
        [
            ("aws", 18),
            ("aws-iso-e", 1),
            ("aws-iso-f", 2),
            ("aws-us-gov", 1)
        ]
    );
}
