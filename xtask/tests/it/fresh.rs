//! The checked-in catalogue is the one that the data gives.

use xtask::catalogue;

#[test]
fn checked_in_code_is_fresh() {
    let generated = catalogue::generate(&catalogue::default_data()).unwrap();
    let stale = generated.stale(&catalogue::default_out()).unwrap();
    assert!(
        stale.is_empty(),
        "the catalogue is out of date; run `cargo xtask catalogue`: {stale:#?}"
    );
}

#[test]
fn two_runs_give_the_same_bytes() {
    let generate = || catalogue::generate(&catalogue::default_data()).unwrap();
    assert_eq!(generate().files(), generate().files());
}

#[test]
fn every_service_is_a_feature_of_the_runtime() {
    let runtime = catalogue::default_data().join("../../runtime/Cargo.toml");
    let manifest = std::fs::read_to_string(runtime).unwrap();
    let features: Vec<&str> = manifest
        .lines()
        .filter_map(|line| line.strip_suffix(" = []"))
        .filter(|&name| name != "default")
        .collect();
    let known = rekognition_iam_runtime::catalogue::KNOWN_SERVICES;
    for service in known.iter().filter(|&&service| service != "rekognition") {
        assert!(features.contains(service), "no feature `{service}`");
    }
    assert_eq!(known.len(), 17);
}
