//! The checked-in catalogue is the one that the data gives.

use xtask::catalogue;

#[test]
fn checked_in_code_is_fresh() {
    let generated = catalogue::generate(&catalogue::default_data()).unwrap();
    let mut stale = generated.stale(&catalogue::default_out()).unwrap();
    let lists = generated.stale_lists(&catalogue::repository()).unwrap();
    stale.extend(lists);
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

/// Each service of the list has a module, a feature in each crate that hands features on, and a line in the README; nothing
/// has to be added by hand.
#[test]
fn a_service_is_one_line() {
    use rekognition_iam_runtime::catalogue::{MODULES, module_of, prefix_of};

    let root = catalogue::repository();
    let read = |file: &str| std::fs::read_to_string(root.join(file)).unwrap();
    let modules = read("codegen/data/modules.json");
    for &(prefix, module) in MODULES
        .iter()
        .filter(|(prefix, _)| *prefix != "rekognition")
    {
        assert!(modules.contains(&format!("\n\"{prefix}\":")), "{prefix}");
        for manifest in ["", "codegen/", "macros/", "runtime/"] {
            let manifest = read(&format!("{manifest}Cargo.toml"));
            assert!(manifest.contains(&format!("\n{prefix} = [")), "{prefix}");
        }
        assert!(
            read("README.md").contains(&format!("\n| `{prefix}` |")),
            "{prefix}"
        );
        let file = format!("runtime/src/catalogue/generated/{module}.rs");
        assert!(root.join(&file).exists(), "{file}");
        assert_eq!(
            (module_of(prefix), prefix_of(module)),
            (Some(module), Some(prefix))
        );
    }
    assert_eq!(MODULES.len(), 34);
}
