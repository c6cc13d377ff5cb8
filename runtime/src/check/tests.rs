//! A rule whose needs a document does not meet has nothing to say of it.

use alloc::string::String;
use alloc::vec::Vec;

use super::facts::Facts;
use super::{Finding, Iam, Options, Sink, check, rules};
use crate::document::{Document, List, Place, PolicyKind};
use crate::json;

#[path = "../../tests/it/rules/support/mod.rs"]
#[expect(dead_code, reason = "only the documents of the cases are of use here")]
mod cases;

fn told(findings: &[Finding]) -> Vec<(&'static str, Place, String)> {
    let tell = |finding: &Finding| (finding.id, finding.place, finding.message.render(&Iam));
    findings.iter().map(tell).collect()
}

/// What all rules find, whatever they need.
fn check_all(document: &Document<'_>, options: &Options<'_>) -> Vec<Finding> {
    let facts = Facts::of(document, options);
    let mut findings = Vec::new();
    for rule in rules::ALL {
        if let Some(run) = rule.run {
            let findings = &mut findings;
            run(&facts, &mut Sink { rule, findings });
        }
    }
    findings
}

/// A rule that is not run would have found nothing, in every document of the test of the rules, taken for every kind,
/// and in every two of them as one.
#[test]
fn what_a_rule_needs() {
    let texts: Vec<String> = (cases::cases().into_iter())
        .flat_map(|case| [case.fires, case.near])
        .collect();
    let documents: Vec<Document<'_>> = (texts.iter())
        .map(|text| json::parse(text, &json::Limits::default()).document)
        .collect();
    let (mut skipped, mut found) = (0, 0);
    let mut compare = |document: &Document<'_>, kind: PolicyKind| {
        let options = Options::new(kind);
        let all = told(&check_all(document, &options));
        assert_eq!(told(&check(document, &options)), all, "{document:#?}");
        let facts = Facts::of(document, &options);
        skipped += (rules::ALL.iter())
            .filter(|rule| !facts.has.has(rule.needs))
            .count();
        found += all.len();
    };
    for (number, document) in documents.iter().enumerate() {
        for kind in PolicyKind::ALL {
            compare(document, kind);
        }
        for step in [1, 2, 31, 97] {
            let other = &documents[(number + step) % documents.len()];
            let mut both = document.clone();
            let others = other.statements.items.iter().cloned();
            both.statements =
                List::bracketed((both.statements.items.into_iter().chain(others)).collect());
            for kind in PolicyKind::ALL {
                compare(&both, kind);
            }
        }
    }
    assert!(skipped > 1_000_000 && found > 10_000, "{skipped} {found}");
}

/// Every name in the tables is one of the catalogue, or an exception with its reason.
#[test]
fn names_in_the_tables_exist() {
    use super::tables;
    use crate::catalogue;

    // Keys of the documentation that AWS's reference of services leaves out, or that AWS has retired.
    let exceptions: &[(&str, &str)] = &[(
        "aws:SourceOwner",
        "deprecated, and still sent by some services",
    )];
    let is_key = |name: &str| {
        catalogue::global_key(name).is_some()
            || catalogue::global_key(&[name, "x"].concat()).is_some()
            || catalogue::services()
                .iter()
                .any(|service| service.key(name).is_some())
    };
    let mut wrong = Vec::new();
    let mut used = Vec::new();
    for (table, keys) in [
        ("SOURCE_KEYS", tables::SOURCE_KEYS),
        ("WEAK_SOURCE_KEYS", tables::WEAK_SOURCE_KEYS),
        ("CALLER_KEYS", tables::CALLER_KEYS),
        ("KEYS_THAT_EVERYONE_MEETS", tables::KEYS_THAT_EVERYONE_MEETS),
        ("ALWAYS_PRESENT", tables::ALWAYS_PRESENT),
        ("FORGEABLE_KEYS", tables::FORGEABLE_KEYS),
        ("ENDPOINT_OWNER_KEYS", tables::ENDPOINT_OWNER_KEYS),
        ("RCP_PRINCIPAL_KEYS", tables::RCP_PRINCIPAL_KEYS),
        ("KMS_KEY_ARN_KEYS", tables::KMS_KEY_ARN_KEYS),
    ] {
        for key in keys {
            match exceptions.iter().find(|(name, _)| name == key) {
                Some((name, _)) => used.push(*name),
                None if is_key(key) => {}
                None => wrong.push(std::format!("{table}: {key}")),
            }
        }
    }
    for (key, partners) in tables::PAIRED_KEYS {
        for key in [key].into_iter().chain(*partners) {
            if !is_key(key) {
                wrong.push(std::format!("PAIRED_KEYS: {key}"));
            }
        }
    }
    for retired in tables::RETIRED {
        if catalogue::global_key(retired.name).is_some() {
            wrong.push(std::format!("RETIRED: {} is a key", retired.name));
        }
        for key in retired.instead {
            if !is_key(key) {
                wrong.push(std::format!("RETIRED: {key}"));
            }
        }
    }
    for (table, services) in [
        ("ENDPOINT_OWNER_SERVICES", tables::ENDPOINT_OWNER_SERVICES),
        ("RCP_SERVICES", tables::RCP_SERVICES),
        ("RESOURCE_IMPLIED", tables::RESOURCE_IMPLIED),
        ("NEVER_ASSUMES", tables::NEVER_ASSUMES),
    ] {
        assert!(services.is_sorted(), "{table}");
        for service in services {
            if !catalogue::AWS_SERVICES.contains(service) {
                wrong.push(std::format!("{table}: {service}"));
            }
        }
    }
    for attached in tables::ATTACHED {
        if catalogue::service(attached.service).is_none() {
            wrong.push(std::format!("ATTACHED: {}", attached.service));
        }
        for key in attached.irrelevant {
            if !is_key(key) {
                wrong.push(std::format!("ATTACHED: {key}"));
            }
        }
    }
    assert!(tables::OTHER_PRINCIPALS.is_sorted());
    for principal in tables::OTHER_PRINCIPALS {
        if catalogue::AWS_SERVICES.contains(principal) {
            wrong.push(std::format!("OTHER_PRINCIPALS: {principal} is a service"));
        }
    }
    let action = |service: &str, name: &str| {
        let service = catalogue::service(service);
        service.is_some_and(|service| service.action(name).is_some())
    };
    for companion in tables::COMPANIONS {
        let (service, name) = companion.needs;
        if !action("rekognition", companion.action) || !action(service, name) {
            wrong.push(std::format!("COMPANIONS: {}", companion.action));
        }
    }
    for (service, name) in tables::STAR_MAY_BE_NEEDED {
        if !action(service, name) {
            wrong.push(std::format!("STAR_MAY_BE_NEEDED: {service}:{name}"));
        }
    }
    for name in tables::SESSION_ACTIONS {
        if !action("sts", name) {
            wrong.push(std::format!("SESSION_ACTIONS: {name}"));
        }
    }
    for (principal, called, _) in tables::NEVER_CALLS {
        for service in [principal].into_iter().chain(*called) {
            if !catalogue::AWS_SERVICES.contains(service) {
                wrong.push(std::format!("NEVER_CALLS: {service}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    for (name, reason) in exceptions {
        assert!(used.contains(name), "{name} is in no table: {reason}");
    }
}
