//! Policies as files: what a build script does with every `policy!` of its package.
//!
//! ```no_run
//! // build.rs
//! use rekognition_iam_codegen::Export;
//!
//! fn main() {
//!     Export::new().run_or_exit();
//! }
//! ```
//!
//! writes `<name>.json` for each policy into the directory `policies` of `OUT_DIR`, and `manifest.json`, a list of them
//! with kinds, sizes, quotas, hashes, exceptions and warnings. The program can take the text of a file in:
//! `include_str!(concat!(env!("OUT_DIR"), "/policies/face_indexer.json"))`. With
//! [`into_source("policies")`](Export::into_source) the files lie in the source tree, for Terraform, CloudFormation and
//! reviewers.
//!
//! ```toml
//! [build-dependencies]
//! rekognition-iam-codegen = { version = "0.1", default-features = false, features = ["export"] }
//! ```
//!
//! The services that `rekognition-iam` has on need not be repeated: cargo builds this crate once for the macro and the
//! build script.
//!
//! # Which policies
//! All of the source directories (`src` unless told otherwise), found by **walking the directories**, not the tree of modules.
//! No `#[path]`, `cfg_attr` or macro that makes modules can hide a policy from a walk, no `cfg` of another platform
//! has to be judged, and the directory is exactly what cargo must watch. The price: the policies of a file that no module
//! names are exported too, and files elsewhere (`include!`, `#[path = "../.."]`) need a [`source`](Export::source) of
//! their own.
//!
//! The macro is known by its name, whatever path is before it, and by the names that imports in the tree give it
//! (`use rekognition_iam::policy as iam_policy`). What is in comments and strings is not a policy.
//!
//! A policy is named after the nearest `static`, `const` or `fn` around it: `FACE_INDEXER` is written to
//! `face_indexer.json`.
//!
//! # Policies with variables
//! A policy inside a function takes variables, whose values are not known here. It is exported as a template, with a
//! placeholder of the variable's name ([`Format::Terraform`], [`Format::CloudFormation`], [`Format::Sam`]), or as JSON
//! with [given values](Export::value).
//!
//! A variable that is in a policy several times is one parameter; its type is that of all places, where a condition
//! on text takes names and ARNs too. Different variables of one name (`self.from.region`, `self.to.region`) are an error.
//!
//! A constant of the program (`ACCOUNT`, `config::ACCOUNT`, `Prod::ACCOUNT`) is not a parameter: its value is that of the program.
//! The export follows its path through the modules and imports of the crate to a string literal, a `concat!` of literals, or another
//! constant. Where that does not lead to one declaration for certain (another crate, a glob import, a macro, values that depend on
//! `cfg`), the constant is an error unless its value is [given](Export::value_of). What is known of a policy is checked by all rules,
//! the ones about values included, also next to variables that are still open.
//!
//! # What is not exported
//! * What is compiled for tests alone, by `#[cfg(test)]` or `#[test]`. The list and the report name it.
//! * What [`skip`](Export::skip) names, with the reason.
//!
//! Everything else is exported or is an error: a policy with a mistake, as JSON one with variables that have no value, one
//! in the body of a `macro_rules!`, without a name, or with the name of another one.
//!
//! # Mistakes
//! In a build script, what rustc reports by itself is left to rustc: see [`Export::run`].
//!
//! # What is written
//! Files are written when their text changes and at no other time, each in one step, and only after every policy has been
//! read and checked: a mistake in one of them leaves the directory as it was. Files of policies that are gone are
//! removed, unless someone edited them. Files that no export wrote are never touched; one in the way is an error.

mod collect;
mod constants;
pub(crate) mod diff;
mod error;
mod files;
mod format;
mod half_typed;
mod items;
pub(crate) mod json;
mod manifest;
mod package;
mod parameters;
mod report;
mod run;
pub(crate) mod scan;
pub(crate) mod shape;
mod split;
mod targets;
mod template;
pub(crate) mod tree;
pub(crate) mod walk;

use std::path::PathBuf;

pub use self::error::{Error, Problem};
use self::format::{Choice, Choices};
pub use self::format::{Format, Given, Pseudo};
pub use self::report::{Exported, LeftOut, Parameter, Report};
pub use self::split::Part;
#[cfg(feature = "compare")]
use rekognition_iam_runtime::split::Quota;

/// An export of the policies of a package. See the [module](self) for what it does.
///
/// ```no_run
/// // build.rs
/// use rekognition_iam_codegen::Export;
///
/// fn main() {
///     Export::new()
///         .into_source("policies")
///         .skip("TENANT_POLICY", "its account is known at run time")
///         .run_or_exit();
/// }
/// ```
///
/// In CI, [`check_only`](Self::check_only) writes nothing and fails with the difference when a file is out of date.
#[derive(Debug, Clone)]
#[must_use = "an export does nothing until it is run"]
pub struct Export {
    package: Option<PathBuf>,
    sources: Vec<PathBuf>,
    target: Target,
    pretty: bool,
    check_only: bool,
    skips: Vec<(String, String)>,
    choices: Choices,
}

#[derive(Debug, Clone)]
enum Target {
    /// `policies` in `OUT_DIR`.
    OutDir,
    /// A directory that is not a part of the sources.
    Elsewhere(PathBuf),
    /// A directory that is under version control next to the sources: cargo watches the files in it.
    Source(PathBuf),
}

impl Default for Export {
    fn default() -> Self {
        Self::new()
    }
}

impl Export {
    /// From `src` of the package into `policies` of `OUT_DIR`, both as cargo tells build scripts.
    pub fn new() -> Self {
        Self {
            package: None,
            sources: Vec::new(),
            target: Target::OutDir,
            pretty: true,
            check_only: false,
            skips: Vec::new(),
            choices: Choices::default(),
        }
    }

    /// The directory of the package, where `Cargo.toml` lies, instead of the one in `CARGO_MANIFEST_DIR`.
    ///
    /// Relative paths begin there.
    pub fn manifest_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.package = Some(directory.into());
        self
    }

    /// A directory of Rust files, or a single file, to read. Can be said several times; then `src` is no longer implied.
    pub fn source(mut self, directory: impl Into<PathBuf>) -> Self {
        self.sources.push(directory.into());
        self
    }

    /// Writes to this directory instead of `policies` in `OUT_DIR`.
    ///
    /// For a directory under version control take [`into_source`](Self::into_source).
    pub fn out_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.target = Target::Elsewhere(directory.into());
        self
    }

    /// Writes to this directory of the source tree, which is meant to be committed.
    ///
    /// The build script runs again when one of the files is deleted or edited, and restores it. The directory must not
    /// lie in a source directory: cargo watches those whole, and would run the build script for its own output.
    pub fn into_source(mut self, directory: impl Into<PathBuf>) -> Self {
        self.target = Target::Source(directory.into());
        self
    }

    /// Whether the files have line ends and indentation (they do unless this says `false`), which people read and Git
    /// shows the changes of, or are as short as [`Policy::json`](https://docs.rs/rekognition-iam).
    ///
    /// IAM counts no white space, so the policies are of the same size for it.
    pub fn pretty(mut self, pretty: bool) -> Self {
        self.pretty = pretty;
        self
    }

    /// Leaves the policies out that are in the `static`, `const` or `fn` of this name, or in the `macro_rules!` of
    /// this name, for a reason. `"_"` represents policies in none of them.
    ///
    /// The list and the report say so. It is an error if there is no such policy.
    pub fn skip(mut self, name: impl Into<String>, reason: impl Into<String>) -> Self {
        self.skips.push((name.into(), reason.into()));
        self
    }

    /// The form of all files for which [`format_of`](Self::format_of) says nothing else; JSON when nothing says any.
    pub fn format(mut self, format: Format) -> Self {
        let choice = Choice::new("format", None, None, format);
        format::ask(&mut self.choices.formats, choice);
        self
    }

    /// The form of the file of the policy in the `static`, `const` or `fn` of this name.
    ///
    /// ```no_run
    /// use rekognition_iam_codegen::{Export, Format};
    ///
    /// Export::new()
    ///     .into_source("policies")
    ///     .format_of("face_reader", Format::Terraform)
    ///     .run_or_exit();
    /// ```
    ///
    /// A policy has one file. For several forms of one, export several times, each into a separate directory.
    pub fn format_of(mut self, policy: impl Into<String>, format: Format) -> Self {
        let choice = Choice::new("format_of", Some(policy.into()), None, format);
        format::ask(&mut self.choices.formats, choice);
        self
    }

    /// The value of the variables of this name, in all policies for which [`value_of`](Self::value_of) says nothing
    /// else.
    ///
    /// JSON needs a value for every variable. In a template, a variable with a value is not a parameter.
    ///
    /// The text must be a value of the variable's type, as in the program. A [`Pattern`](crate::values::Pattern) may
    /// represent it where the type has wildcards:
    ///
    /// ```no_run
    /// use rekognition_iam_codegen::Export;
    /// use rekognition_iam_codegen::values::Pattern;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// Export::new()
    ///     .value("region", "us-east-1")
    ///     .value_of("face_reader", "collection", "staff-*".parse::<Pattern>()?)
    ///     .run()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn value(mut self, variable: impl Into<String>, value: impl Into<Given>) -> Self {
        let choice = Choice::new("value", None, Some(variable.into()), value.into());
        format::ask(&mut self.choices.values, choice);
        self
    }

    /// The value of this variable of the policy in the `static`, `const` or `fn` of this name; see
    /// [`value`](Self::value).
    pub fn value_of(
        mut self,
        policy: impl Into<String>,
        variable: impl Into<String>,
        value: impl Into<Given>,
    ) -> Self {
        let (policy, variable) = (Some(policy.into()), Some(variable.into()));
        let choice = Choice::new("value_of", policy, variable, value.into());
        format::ask(&mut self.choices.values, choice);
        self
    }

    /// What CloudFormation knows by itself for the variables of this name, in all policies that are exported for
    /// CloudFormation or SAM: `${AWS::AccountId}` instead of a parameter.
    ///
    /// An error where not every value of it is one of the variable's type.
    ///
    /// ```no_run
    /// use rekognition_iam_codegen::{Export, Format, Pseudo};
    ///
    /// Export::new()
    ///     .format(Format::CloudFormation)
    ///     .pseudo("account", Pseudo::AccountId)
    ///     .pseudo("region", Pseudo::Region)
    ///     .run_or_exit();
    /// ```
    pub fn pseudo(mut self, variable: impl Into<String>, pseudo: Pseudo) -> Self {
        let choice = Choice::new("pseudo", None, Some(variable.into()), pseudo);
        format::ask(&mut self.choices.pseudos, choice);
        self
    }

    /// The same for the policy in the `static`, `const` or `fn` of this name.
    pub fn pseudo_of(
        mut self,
        policy: impl Into<String>,
        variable: impl Into<String>,
        pseudo: Pseudo,
    ) -> Self {
        let (policy, variable) = (Some(policy.into()), Some(variable.into()));
        let choice = Choice::new("pseudo_of", policy, variable, pseudo);
        format::ask(&mut self.choices.pseudos, choice);
        self
    }

    /// Splits every policy that is over this quota into as few documents as fit it, which together mean the same.
    ///
    /// `face_indexer` is then written to `face_indexer-1.json`, `face_indexer-2.json`, and so on, each a policy in the
    /// [format](Self::format) of its policy, with a template of its own for CloudFormation. `manifest.json` has the number
    /// of each and what to know before they are attached. A policy within the quota is one file as it is, and so is one of
    /// another kind than the quota's. The documents are proved to be equal to the policy, also for actions that AWS adds later;
    /// see [`split`](rekognition_iam_runtime::split).
    ///
    /// The rules refuse a policy that is larger than its kind may be. Accept that at its head, with the reason:
    ///
    /// ```no_run
    /// use rekognition_iam_codegen::{Export, Quota};
    ///
    /// // In src: policy![accept(POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA, "the export splits it"), ..]
    /// Export::new().into_source("policies").split(Quota::Managed).run_or_exit();
    /// ```
    ///
    /// A policy that is over the quota and has variables without [values](Self::value) is an error, because its size is not
    /// known.
    #[cfg(feature = "compare")]
    pub fn split(mut self, quota: Quota) -> Self {
        let choice = Choice::new("split", None, None, quota);
        format::ask(&mut self.choices.splits, choice);
        self
    }

    /// The same for the policy in the `static`, `const` or `fn` of this name, which must be of the quota's kind.
    #[cfg(feature = "compare")]
    pub fn split_of(mut self, policy: impl Into<String>, quota: Quota) -> Self {
        let choice = Choice::new("split_of", Some(policy.into()), None, quota);
        format::ask(&mut self.choices.splits, choice);
        self
    }

    /// Whether nothing is to be written, and a file that is out of date is an error that shows the difference.
    ///
    /// For build servers, where a build script must not repair what should have been committed:
    ///
    /// ```no_run
    /// // build.rs
    /// use rekognition_iam_codegen::Export;
    ///
    /// fn main() {
    ///     println!("cargo::rerun-if-env-changed=CI");
    ///     Export::new()
    ///         .into_source("policies")
    ///         .check_only(std::env::var_os("CI").is_some())
    ///         .run_or_exit();
    /// }
    /// ```
    pub fn check_only(mut self, check_only: bool) -> Self {
        self.check_only = check_only;
        self
    }
}
