//! Constants in policies: which one a path names, and that another one of the same name never takes its place.

use crate::export::support::Package;
use rekognition_iam_codegen::Format;

/// A policy on this account.
fn policy(account: &str) -> String {
    format!(
        "pub static P: Policy = policy![allow(rekognition::IndexFaces).on(rekognition::collection(\"us-east-1\", {account}, \"c\"))];\n"
    )
}

fn constant(name: &str, account: u64) -> String {
    format!("pub const {name}: &str = \"{account:012}\";\n")
}

/// The account in the exported policy, or why there is none.
fn account(name: &str, files: &[(&str, String)]) -> Result<String, String> {
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(file, text)| (*file, text.as_str()))
        .collect();
    let package = Package::new(name, &files);
    package
        .export()
        .write()
        .map_err(|error| error.to_string())?;
    let json = package.read("policies/p.json");
    let (_, rest) = json.split_once("us-east-1:").unwrap();
    Ok(rest[..12].trim_start_matches('0').to_owned())
}

#[track_caller]
fn is(name: &str, files: &[(&str, String)]) {
    assert_eq!(account(name, files), Ok("7".to_owned()), "{files:?}");
}

#[track_caller]
fn is_unknown(name: &str, why: &str, files: &[(&str, String)]) {
    let found = account(name, files).unwrap_err();
    assert!(
        found.contains("is not known here") && found.contains(why),
        "{files:?}: {found}"
    );
}

#[test]
fn a_path_leads_to_its_declaration() {
    let other = || "pub mod other { pub const ACCOUNT: &str = \"000000000009\"; }\n".to_owned();
    for lib in [
        policy("ACCOUNT") + &constant("ACCOUNT", 7) + &other(),
        policy("self::ACCOUNT") + &constant("ACCOUNT", 7) + &other(),
        policy("crate::ACCOUNT") + &constant("ACCOUNT", 7) + &other(),
        policy("prod::ACCOUNT") + &format!("mod prod {{ {} }}", constant("ACCOUNT", 7)) + &other(),
        policy("crate::prod::inner::ACCOUNT")
            + &format!("mod prod {{ pub mod inner {{ {} }} }}", constant("ACCOUNT", 7)),
        policy("ACCOUNT") + &format!("use prod::ID as ACCOUNT; mod prod {{ {} }}", constant("ID", 7)) + &other(),
        policy("ACCOUNT")
            + &format!("use crate::{{a::b, prod::{{ACCOUNT}}}}; mod prod {{ {} }} mod a {{ pub mod b {{}} }}", constant("ACCOUNT", 7)),
        policy("p::ACCOUNT") + &format!("use crate::prod as p; mod prod {{ {} }}", constant("ACCOUNT", 7)) + &other(),
        // Exported again, and of the value of another one.
        policy("prod::ACCOUNT")
            + &format!("mod prod {{ pub use self::inner::ACCOUNT; mod inner {{ {} }} }}", constant("ACCOUNT", 7)),
        policy("ACCOUNT") + "const ACCOUNT: &str = crate::prod::ID; mod prod { pub const ID: &str = \"000000000007\"; }",
        policy("ACCOUNT") + "pub static ACCOUNT: &'static str = ::core::concat!(\"00000000000\", 7);",
        // Constants of types.
        policy("Prod::ACCOUNT") + "struct Prod; impl Prod { const ACCOUNT: &'static str = \"000000000007\"; }" + &other(),
        policy("Prod::ACCOUNT")
            + "struct Prod; struct Dev; trait T { const ACCOUNT: &'static str = \"000000000008\"; } impl T for Prod { const ACCOUNT: &'static str = \"000000000007\"; } impl T for Dev { const ACCOUNT: &'static str = \"000000000009\"; }",
        format!("struct Prod; impl Prod {{ const ACCOUNT: &'static str = \"000000000007\"; {} }}", policy("Self::ACCOUNT")),
        policy("Prod::ACCOUNT") + "use prod::Prod; mod prod { pub enum Prod {} impl Prod { pub const ACCOUNT: &'static str = \"000000000007\"; } }",
        // What tests, other builds and unused macros have is not the program's.
        policy("ACCOUNT") + &constant("ACCOUNT", 7) + "#[cfg(test)] mod fixtures { pub const ACCOUNT: &str = \"000000000009\"; }",
        policy("ACCOUNT") + &format!("#[cfg(not(test))] {} #[cfg(test)] {}", constant("ACCOUNT", 7), constant("ACCOUNT", 9)),
        policy("ACCOUNT") + &constant("ACCOUNT", 7) + "macro_rules! m { () => { const ACCOUNT: &str = \"000000000009\"; } }",
        policy("ACCOUNT") + &constant("ACCOUNT", 7) + "fn f() { const ACCOUNT: &str = \"000000000009\"; }",
        policy("ACCOUNT") + &format!("#[cfg(feature = \"a\")] {} #[cfg(not(feature = \"a\"))] {}", constant("ACCOUNT", 7), constant("ACCOUNT", 7)),
        // Blocks come before the module.
        constant("ACCOUNT", 9) + &format!("fn f() {{ {} {} }}", constant("ACCOUNT", 7), policy("ACCOUNT")),
        constant("ACCOUNT", 9) + &format!("mod prod {{ {} }} fn f() {{ use prod::ACCOUNT; if true {{ {} }} }}", constant("ACCOUNT", 7), policy("ACCOUNT")),
        constant("ACCOUNT", 9) + &format!("mod inner {{ {} {} }}", constant("ACCOUNT", 7), policy("ACCOUNT")),
        format!("{} mod inner {{ use super::ACCOUNT; {} }}", constant("ACCOUNT", 7), policy("ACCOUNT")),
        // A lifetime is no keyword.
        "const C: Cow<'static, str> = X; trait A { type T: 'static = u8; } fn f() { let x: &'static str = \"\"; }\n".to_owned()
            + &policy("ACCOUNT") + &constant("ACCOUNT", 7),
    ] {
        is("constants_here", &[("src/lib.rs", lib)]);
    }
    // In files of their own.
    is(
        "constants_files",
        &[
            ("src/lib.rs", "mod prod; mod roles;".to_owned()),
            ("src/prod/mod.rs", "pub mod ids;".to_owned()),
            ("src/prod/ids.rs", constant("ACCOUNT", 7)),
            (
                "src/roles.rs",
                "use super::prod::ids;".to_owned() + &policy("ids::ACCOUNT"),
            ),
            ("src/unused.rs", constant("ACCOUNT", 9)),
        ],
    );
    is(
        "constants_path",
        &[
            (
                "src/main.rs",
                "#[path = \"elsewhere/p.rs\"] mod prod;".to_owned()
                    + &policy("crate::prod::ACCOUNT"),
            ),
            ("src/elsewhere/p.rs", constant("ACCOUNT", 7)),
            ("src/prod.rs", constant("ACCOUNT", 9)),
        ],
    );
    // Of two crates: in each of them it is the same.
    is(
        "constants_two_crates",
        &[
            ("src/lib.rs", "mod roles; mod prod;".to_owned()),
            ("src/main.rs", "mod roles; mod prod;".to_owned()),
            ("src/prod.rs", constant("ACCOUNT", 7)),
            ("src/roles.rs", policy("crate::prod::ACCOUNT")),
        ],
    );
}

#[test]
fn what_cannot_be_followed_has_no_value() {
    let elsewhere = "its path does not lead to a declaration";
    let nine = || format!("mod dev {{ {} }}", constant("ACCOUNT", 9));
    for (lib, why) in [
        (
            "use other::ACCOUNT;\n".to_owned() + &policy("ACCOUNT") + &nine(),
            elsewhere,
        ),
        (
            "use other::*;\n".to_owned() + &policy("ACCOUNT") + &nine(),
            elsewhere,
        ),
        (
            "use dev::*;\n".to_owned() + &policy("ACCOUNT") + &nine(),
            elsewhere,
        ),
        (
            policy("::other::ACCOUNT") + &constant("ACCOUNT", 9),
            elsewhere,
        ),
        (
            policy("other::config::ACCOUNT")
                + "mod config { pub const ACCOUNT: &str = \"000000000009\"; }",
            elsewhere,
        ),
        (
            policy("ACCOUNT") + "k!(ACCOUNT, \"000000000007\");" + &nine(),
            elsewhere,
        ),
        (
            policy("ACCOUNT")
                + "macro_rules! m { () => { const ACCOUNT: &str = \"000000000009\"; } }",
            elsewhere,
        ),
        (
            policy("ACCOUNT") + "fn f() { const ACCOUNT: &str = \"000000000009\"; }",
            elsewhere,
        ),
        (
            policy("ACCOUNT")
                + "#[cfg(test)] const ACCOUNT: &str = \"000000000009\"; use other::*;",
            elsewhere,
        ),
        (
            policy("Prod::ACCOUNT")
                + "use other::Prod; struct Dev; impl Dev { const ACCOUNT: &str = \"000000000009\"; }",
            elsewhere,
        ),
        (
            policy("Prod::ACCOUNT")
                + "struct Prod; mod m { struct Prod; impl Prod { const ACCOUNT: &str = \"000000000009\"; } }",
            elsewhere,
        ),
        (
            constant("ACCOUNT", 9) + &format!("fn f() {{ use other::*; {} }}", policy("ACCOUNT")),
            elsewhere,
        ),
        (
            policy("ACCOUNT")
                + "use a::ACCOUNT; mod a { pub use super::b::ACCOUNT; } mod b { pub use super::a::ACCOUNT; }",
            elsewhere,
        ),
        (
            policy("ACCOUNT")
                + &format!(
                    "#[cfg(feature = \"a\")] {} #[cfg(not(feature = \"a\"))] {}",
                    constant("ACCOUNT", 7),
                    constant("ACCOUNT", 8)
                ),
            "`cfg` chooses between declarations with different values",
        ),
        (
            policy("ACCOUNT")
                + &format!(
                    "#[cfg(feature = \"a\")] {} #[cfg(not(feature = \"a\"))] use other::ACCOUNT;",
                    constant("ACCOUNT", 9)
                ),
            elsewhere,
        ),
        (
            policy("ACCOUNT") + "const ACCOUNT: &str = env!(\"A\");",
            "it is not a string literal",
        ),
        (
            policy("ACCOUNT") + "const ACCOUNT: &str = my::concat!(\"0000000000\", \"07\");",
            "it is not a string literal",
        ),
    ] {
        is_unknown("constants_unknown", why, &[("src/lib.rs", lib)]);
    }
    is_unknown(
        "constants_two_values",
        "different values",
        &[
            (
                "src/lib.rs",
                "mod roles;".to_owned() + &constant("ACCOUNT", 7),
            ),
            (
                "src/main.rs",
                "mod roles;".to_owned() + &constant("ACCOUNT", 8),
            ),
            ("src/roles.rs", policy("crate::ACCOUNT")),
        ],
    );
}

#[test]
fn a_value_that_contradicts_the_constant_is_an_error() {
    let lib = policy("ACCOUNT") + &constant("ACCOUNT", 7);
    let package = Package::new("constants_given", &[("src/lib.rs", &lib)]);
    let error = (package.export().value_of("P", "ACCOUNT", "000000000008"))
        .write()
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("the value given for `ACCOUNT` of `P` is not that of the constant, which is `000000000007`"),
        "{error}"
    );
    (package.export().value_of("P", "ACCOUNT", "000000000007"))
        .write()
        .unwrap();
}

/// What is known of a policy is checked next to what is not.
#[test]
fn known_values_are_checked_next_to_open_ones() {
    let lib = "const VPC: &str = \"vpc-xyz\"; const GOV: &str = \"us-gov-west-1\"; const VPC_2: &str = \"vpc-1a2b3c4d\";\n\
               pub fn region(region: &Region, c: &CollectionId) -> PolicyBuf { policy![allow(rekognition::IndexFaces).on(rekognition::collection(region, \"123456789012\", c))] }\n\
               pub fn vpc(c: &CollectionId) -> PolicyBuf { policy![allow(rekognition::IndexFaces).on(rekognition::collection(\"us-east-1\", \"123456789012\", c)).when(aws::SourceVpc.string_equals(VPC))] }\n\
               pub fn right(c: &CollectionId) -> PolicyBuf { policy![allow(rekognition::IndexFaces).on(rekognition::collection(\"us-east-1\", \"123456789012\", c)).when(aws::SourceVpc.string_equals(VPC_2))] }\n\
               pub fn gov(c: &CollectionId) -> PolicyBuf { policy![allow(rekognition::IndexFaces).on(rekognition::collection(GOV, \"123456789012\", c))] }\n";
    let package = Package::new("known_beside_open", &[("src/lib.rs", lib)]);
    for format in [Format::Terraform, Format::CloudFormation, Format::Sam] {
        let export = || package.export().format(format);
        let error = (export().value_of("region", "region", "us-east1"))
            .write()
            .unwrap_err()
            .to_string();
        for part in ["in `region`:", "in `vpc`:", "in `gov`:"] {
            assert!(error.contains(part), "{format:?} {part}\n{error}");
        }
        assert!(!error.contains("in `right`"), "{error}");
        (export().value_of("region", "region", "eu-west-1"))
            .skip("vpc", "wrong on purpose")
            .skip("gov", "wrong on purpose")
            .write()
            .unwrap();
    }
}

/// What an author accepts of a constant is accepted where its value is known; the compiler does not know it, and says nothing.
/// Their values are known, so one of them may be two types, and two of them may have one name.
#[test]
fn constants_do_not_have_to_agree() {
    let text = "const KEY: &str = \"k\"; mod a { pub const ID: &str = \"xxx\"; } mod b { pub const ID: &str = \"y\"; }
        static P: Policy = policy![
            allow(s3::GetObject).on(s3::object(\"b\", KEY), s3::object(a::ID, b::ID)).when(s3::ExistingObjectTag(\"t\").string_equals(KEY)),
        ];";
    let package = Package::new("agree", &[("src/lib.rs", text)]);
    package.export().pretty(false).write().unwrap();
    let json = package.read("policies/p.json");
    assert!(
        json.contains(r#"["arn:aws:s3:::b/k","arn:aws:s3:::xxx/y"]"#)
            && json.contains(r#"{"s3:ExistingObjectTag/t":"k"}"#),
        "{json}"
    );
    let unknown = text.replace("const KEY: &str = \"k\";", "use other::KEY;");
    let package = Package::new("agree_unknown", &[("src/lib.rs", &unknown)]);
    let error = package.export().write().unwrap_err();
    assert_eq!(error.problems().len(), 1, "{error}");
}

#[test]
fn a_finding_about_a_constant_is_accepted() {
    let of = |accept: &str| {
        format!(
            "const VPC: &str = \"vpc-xyz\"; pub static P: Policy = policy![allow(rekognition::DetectLabels).on_any().when(aws::SourceVpc.string_equals(VPC)){accept}];"
        )
    };
    let lib = of(".accept(INVALID_VPC_FORMAT, \"an emulator\")");
    let package = Package::new("constant_accepted", &[("src/lib.rs", &lib)]);
    assert_eq!(package.names(), ["p"]);
    package.write("src/lib.rs", of(""));
    assert!(package.error().contains("vpc-xyz"));
    // Of a value that is written out, an exception for nothing is a mistake.
    package.write(
        "src/lib.rs",
        of(".accept(INVALID_VPC_FORMAT, \"an emulator\")")
            .replace("string_equals(VPC)", "string_equals(\"vpc-1a2b3c4d\")"),
    );
    assert!(package.error().contains("unused `.accept(..)`"));
}
