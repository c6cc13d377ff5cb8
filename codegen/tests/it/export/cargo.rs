//! Exports in a build script: what is left to rustc, and where nothing is written.

use crate::export::support::{GOOD, Package};

/// A build script leaves to rustc what rustc reports when it compiles the file, and that alone.
#[test]
fn rustc_reports_first() {
    let lib = format!("mod a;\nstatic LIB: Policy = {GOOD};\n");
    let wrong = "static WRONG: Policy = policy![allow(rekognition::DetectLabel).on_any()];";
    type Files<'f> = &'f [(&'f str, &'f str)];
    let cases: &[(&str, Files<'_>, bool)] = &[
        ("a_mistake", &[("src/lib.rs", wrong)], true),
        (
            "a_module",
            &[("src/lib.rs", &lib), ("src/a.rs", wrong)],
            true,
        ),
        (
            "a_module_of_a_module",
            &[
                ("src/lib.rs", &lib),
                ("src/a.rs", "pub mod b;"),
                ("src/a/b.rs", wrong),
            ],
            true,
        ),
        ("a_program", &[("src/bin/tool.rs", wrong)], true),
        (
            "no_module",
            &[("src/lib.rs", &lib), ("src/b.rs", wrong)],
            false,
        ),
        (
            "sometimes",
            &[
                ("src/lib.rs", "#[cfg(feature = \"x\")]\nmod a;"),
                ("src/a.rs", wrong),
            ],
            false,
        ),
        (
            "an_item_sometimes",
            &[("src/lib.rs", &format!("#[cfg(windows)] {wrong}"))],
            false,
        ),
        // One error is enough for rustc to stop the build.
        (
            "both",
            &[
                ("src/lib.rs", wrong),
                ("src/b.rs", &wrong.replace("WRONG", "OTHER")),
            ],
            true,
        ),
        (
            "syntax",
            &[("src/lib.rs", &format!("{lib} fn f( {{"))],
            true,
        ),
        (
            "no_semicolon",
            &[(
                "src/lib.rs",
                &format!("{lib} static B: Policy = {GOOD} pub fn f() {{}}"),
            )],
            true,
        ),
        (
            "no_keyword",
            &[("src/lib.rs", &format!("{lib} stat B: Policy = {GOOD};"))],
            true,
        ),
        (
            "no_item",
            &[("src/lib.rs", &format!("{lib} {GOOD};"))],
            true,
        ),
        (
            "no_name",
            &[("src/lib.rs", &format!("{lib} const _: Policy = {GOOD};"))],
            false,
        ),
        (
            "two_of_a_name",
            &[(
                "src/lib.rs",
                &format!("{lib} mod m {{ static LIB: Policy = {GOOD}; }}"),
            )],
            false,
        ),
        (
            "a_macro",
            &[(
                "src/lib.rs",
                &format!("{lib} macro_rules! m {{ () => {{ {GOOD} }} }}"),
            )],
            false,
        ),
        // No line of these is Rust, whatever follows.
        (
            "no_type",
            &[("src/lib.rs", &format!("{lib} static B = {GOOD};"))],
            true,
        ),
        (
            "no_function",
            &[(
                "src/lib.rs",
                &format!("{lib} fn (c: u8) -> Policy {{ {GOOD} }}"),
            )],
            true,
        ),
        (
            "a_field",
            &[(
                "src/lib.rs",
                &format!("{lib} struct S {{ b: Policy = {GOOD} }}"),
            )],
            true,
        ),
        (
            "a_type",
            &[("src/lib.rs", &format!("{lib} type B = {GOOD};"))],
            true,
        ),
        (
            "the_length_of_an_array",
            &[(
                "src/lib.rs",
                &format!("{lib} struct S([u8; {{ let _ = {GOOD}; 1 }}]);"),
            )],
            false,
        ),
        (
            "of_another_macro",
            &[("src/lib.rs", &format!("{lib} make! {{ b: {GOOD} }}"))],
            false,
        ),
        // What leaves an item out of no program.
        (
            "not_for_tests",
            &[("src/lib.rs", &format!("#[cfg(not(test))] {wrong}"))],
            true,
        ),
        (
            "a_lint_sometimes",
            &[(
                "src/lib.rs",
                &format!("#[cfg_attr(feature = \"x\", allow(unused), doc = \"x\")] {wrong}"),
            )],
            true,
        ),
        (
            "left_out_sometimes",
            &[(
                "src/lib.rs",
                &format!("#[cfg_attr(windows, allow(unused), cfg(any()))] {wrong}"),
            )],
            false,
        ),
        // A constant cannot use a variable; what a closure in it returns can.
        (
            "a_variable_in_a_constant",
            &[(
                "src/lib.rs",
                "static LIB: Policy = ri::policy![allow(rekognition::IndexFaces).on(rekognition::collection(\"us-east-1\", account, \"c\"))];",
            )],
            true,
        ),
        (
            "a_variable_in_a_closure",
            &[(
                "src/lib.rs",
                "static LIB: Lazy = Lazy::new(|| policy![allow(rekognition::IndexFaces).on(rekognition::collection(\"us-east-1\", account, \"c\"))]);",
            )],
            false,
        ),
        // Cargo.toml says which files are compiled.
        (
            "a_library_elsewhere",
            &[
                (
                    "Cargo.toml",
                    "[package]\nname = \"demo\"\n[lib]\npath = \"src/real.rs\"\n",
                ),
                ("src/real.rs", wrong),
            ],
            true,
        ),
        (
            "a_left_over_library",
            &[
                (
                    "Cargo.toml",
                    "[package]\nname = \"demo\"\n[lib]\npath = \"src/real.rs\"\n",
                ),
                ("src/real.rs", &lib),
                ("src/lib.rs", &wrong.replace("LIB", "OTHER")),
            ],
            false,
        ),
        (
            "a_program_of_a_feature",
            &[
                (
                    "Cargo.toml",
                    "[package]\nname = \"demo\"\n[[bin]]\nname = \"tool\"\nrequired-features = [\"x\"]\n",
                ),
                ("src/bin/tool.rs", wrong),
            ],
            false,
        ),
        (
            "no_programs",
            &[
                (
                    "Cargo.toml",
                    "[package]\nname = \"demo\"\nautobins = false\n",
                ),
                ("src/main.rs", wrong),
            ],
            false,
        ),
        // The compiler checks constants.
        (
            "a_constant",
            &[(
                "src/lib.rs",
                "const A: &str = \"12345\"; static LIB: Policy = policy![allow(rekognition::IndexFaces).on(rekognition::collection(\"us-east-1\", A, \"c\"))];",
            )],
            true,
        ),
    ];
    for (name, files, left) in cases {
        let package = Package::new(&format!("rustc_{name}"), files);
        match package.export().run() {
            Ok(report) => {
                assert!(*left && !report.left_to_rustc().is_empty(), "{name}");
                assert!(report.policies().is_empty(), "{name}");
            }
            Err(error) => assert!(!left, "{name}: {error}"),
        }
        assert!(package.exported().is_empty(), "{name}");
        assert!(package.export().write().is_err(), "{name}: no build script");
        // Nothing was compared, so a build that only checks does not pass.
        assert!(package.export().check_only(true).run().is_err(), "{name}");
    }
}

#[test]
fn nothing_is_written_into_a_dependency() {
    for (markers, directory) in [
        (&["Cargo.toml.orig", ".cargo-ok"][..], ""),
        (&["Cargo.toml.orig", ".cargo_vcs_info.json"], ""),
        (&["Cargo.toml.orig"], "package/"),
        (&[".cargo-checksum.json"], ""),
        (&[".cargo-ok"], "checkouts/"),
    ] {
        let lib = format!("static LIB: Policy = {GOOD};");
        let mut files = vec![("src/lib.rs", lib.as_str())];
        files.extend(markers.iter().map(|marker| (*marker, "{}")));
        let name = format!(
            "{directory}dependency{}",
            markers.concat().replace('.', "_")
        );
        let package = Package::new(&name, &files);
        for export in [package.export(), package.export().check_only(true)] {
            let report = export.run().unwrap();
            assert!(report.policies().is_empty() && report.written().is_empty());
        }
        assert!(package.exported().is_empty(), "{markers:?}");
        // A directory that is not a source is written all the same.
        let out = package.root.join("out");
        let report = package.export().out_dir(&out).run().unwrap();
        assert_eq!(report.policies().len(), 1);
        assert!(out.join("lib.json").is_file(), "{markers:?}");
    }
}

/// Tools for merges leave such a file behind, and a stray one says nothing about the packages below it.
#[test]
fn a_package_of_ones_own_is_no_dependency() {
    for marker in ["Cargo.toml.orig", ".cargo-ok", ".cargo_vcs_info.json"] {
        let lib = format!("static LIB: Policy = {GOOD};");
        let name = format!("own{}", marker.replace('.', "_"));
        let package = Package::new(&name, &[("src/lib.rs", &lib), (marker, "{}")]);
        assert_eq!(
            package.export().run().unwrap().policies().len(),
            1,
            "{marker}"
        );
    }
}

/// A line that is being typed changes no file, also where it seems to be about the policy after it.
#[test]
fn half_typed_lines_change_no_file() {
    let lib = format!("static FIRST: Policy = {GOOD};\nmod a;\nstatic LIB: Policy = {GOOD};\n");
    let other = format!("static OTHER: Policy = {GOOD};");
    let package = Package::new("half_typed", &[("src/lib.rs", &lib), ("src/a.rs", &other)]);
    package.export().run().unwrap();
    let before = package.files();
    for typed in [
        "mod",
        "#[cfg(test)] mod",
        "#[cfg(test)] fn f()",
        "#[test] #",
        "use a::",
        "\"",
        "{",
    ] {
        package.write(
            "src/lib.rs",
            lib.replace("mod a;", &format!("{typed}\nmod a;")),
        );
        let _ = package.export().run();
        assert_eq!(package.files(), before, "{typed}");
    }
    // A policy is not gone while the name of its macro is typed, wherever it is.
    for (policy, file, text) in [("FIRST", "src/lib.rs", &lib), ("OTHER", "src/a.rs", &other)] {
        for typed in ["p", "polic", "policyy", "rekognition_iam::trust_polic"] {
            let name = format!("static {policy}: Policy = policy!");
            assert!(text.contains(&name));
            package.write("src/lib.rs", &lib);
            package.write(
                file,
                text.replace(&name, &name.replace("policy!", &format!("{typed}!"))),
            );
            let report = package.export().run().unwrap();
            assert_eq!(package.files(), before, "{policy} {typed}");
            let [left] = report.left_to_rustc() else {
                panic!("{policy} {typed}");
            };
            let calls = format!("`{policy}` calls a macro that does not exist; correct its name");
            assert!(left.to_string().contains(&calls), "{left}");
        }
        package.write(file, text);
    }
    // A macro of the package makes something else.
    let own = lib.replace(
        "static FIRST: Policy = policy!",
        "macro_rules! polic { ($($x:tt)*) => { 1 } }\nstatic FIRST: u8 = polic!",
    );
    package.write("src/lib.rs", &own);
    assert_eq!(
        package.export().run().unwrap().removed(),
        ["policies/first.json"]
    );
    package.write("src/lib.rs", &lib);
    package.export().run().unwrap();
    assert_eq!(package.files(), before);
    // Macros of the language, and what is typed in another item, do not keep the file of a policy that is gone.
    for others in [
        "fn other() -> u8 { include!(\"value.rs\") }",
        "fn other() -> u8 { polic![] }",
        "static FIRST: u8 = include!(\"value.rs\");",
    ] {
        let first = format!("static FIRST: Policy = {GOOD};");
        assert!(lib.contains(&first));
        package.write("src/lib.rs", lib.replace(&first, others));
        assert_eq!(
            package.export().run().unwrap().removed(),
            ["policies/first.json"],
            "{others}"
        );
        package.write("src/lib.rs", &lib);
        package.export().run().unwrap();
    }
    // A line that is right is about the policy after it.
    package.write(
        "src/lib.rs",
        lib.replace("static LIB", "#[cfg(test)] static LIB"),
    );
    package.export().run().unwrap();
    assert_ne!(package.files(), before);
}
