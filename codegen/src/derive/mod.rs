//! The smallest policy for the AWS SDK calls of a program, and whether the policies that the program declares match its
//! calls.
//!
//! ```no_run
//! use rekognition_iam_codegen::derive::Derive;
//!
//! let derived = Derive::new().manifest_dir(".").run()?;
//! print!("{}", derived.rust());
//! for note in derived.unfollowed() {
//!     eprintln!("not followed: {note}");
//! }
//! # Ok::<(), rekognition_iam_codegen::export::Error>(())
//! ```
//!
//! # What is found
//! Calls of the clients of the AWS SDK for Rust, by whatever name the package calls them: requests, paginators, waiters. The source of the package's library and programs is read along its modules, and so is
//! that of its path and workspace dependencies, without what is compiled for tests only; of code under another `cfg` all
//! of it. The types of names are followed through imports, aliases, fields, references and wrappers (`Arc`, `Option`,
//! `Mutex`, ..), functions, generics that are bound by a type or a trait of the package, closures, async blocks, the
//! macros of the program as far as their patterns have no repetitions, and the inputs of others as far as they read as expressions. A method of the same name on another type is no call. Crates of a
//! registry that depend on the SDK are read for what they export, where cargo has downloaded them.
//!
//! What cannot be followed is listed and never guessed: a client that is passed to another crate, a call on something
//! whose type is not known, a request that leaves the function that it is made in, calls to services that the catalogue
//! does not cover, libraries that call AWS themselves, files that cannot be read.
//!
//! # What a call needs
//! Which actions an operation checks comes from the catalogue's operations. What the chain of setters says makes the
//! resources: literals, constants, literals that callers pass to a function, and those that the program puts into a field are in
//! the policy as they are. A call that may have several of them gets all: a field has what any code puts into a field of that
//! type, and in addition its name where other code may fill it, such as the reader of a command line. Where only a trait is
//! known, it has the constants and results of each type with the trait; `Display`, `From`, and `FromStr` of the program's types
//! are followed, since what they make of a text is another text. Everything else
//! becomes a parameter of a type in `rekognition_iam::values`, named after what the source calls it. Values of one name that are
//! not the same value, such as the fields of two structs, are parameters of their own. Where a request has no setter for a resource type of its
//! action, the policy has a parameter and a note, never `*`. The key of an object is a `Pattern`, because it changes from
//! request to request. Moments of creation at the end of ARNs, which requests do not say, are `*`.
//!
//! Calls to services without a module in Rust are derived by AWS's reference where the catalogue has all services (the feature
//! `all-services`): a setter names a resource when it has the name of the resource type or of a variable of its ARN, and an
//! ARN that is not known in full is one parameter. What only some requests need, and AWS does not document which, is a hint.
//!
//! Companion permissions are there when the chain shows what they are for: `s3:GetObject` for an `S3Object` and for the
//! code of a function, `iam:PassRole` with its `iam:PassedToService` for a role, the tag action for tags on what is created,
//! `secretsmanager:GetSecretValue` for each secret of a batch, the actions of PartiQL by the text of the statement, KMS for a
//! key in the request. What depends on how a resource is configured is a hint with the statement to add.

mod asked;
mod attributes;
mod bodies;
mod call;
mod clients;
mod coverage;
mod grant;
mod hcl;
mod index;
mod least;
mod manifest;
mod marks;
mod members;
mod methods;
mod modules;
mod names;
mod needs;
mod orphans;
mod packages;
mod reach;
mod report;
mod resolve;
mod scan;
mod sdk;
mod spelling;
mod standard;
mod tokens;
mod types;
mod value;
mod walk;
mod write;

use std::collections::BTreeMap;
use std::path::PathBuf;

use rekognition_iam_runtime::document::Document;

pub use self::asked::{
    Asked, Conditional, Needed, Place, Recorded, RecordedNeed, RecordedOperation,
};
pub use self::call::{SdkCall, Unfollowed};
pub use self::coverage::{Coverage, Covered, DeclaredDocument, Fix};
pub use self::grant::{Grant, Target};
pub use self::least::Parameter;
pub use self::manifest::Include;
pub use self::scan::Scan;

use self::least::Least;
use crate::dsl::Evaluated;
use crate::export::{Error, Problem};

/// A document as an `aws_iam_policy_document` of Terraform with this name.
///
/// ```
/// use rekognition_iam_codegen::derive::terraform_document;
/// use rekognition_iam_runtime::json;
///
/// let text = r#"{"Statement":[{"Effect":"Allow","Action":"rekognition:DetectLabels","Resource":"*"}]}"#;
/// let module = terraform_document(&json::read(text)?, "needed");
/// assert!(module.starts_with("data \"aws_iam_policy_document\" \"needed\" {"));
/// # Ok::<(), Box<rekognition_iam_runtime::json::Refused>>(())
/// ```
#[must_use]
pub fn terraform_document(document: &Document<'_>, name: &str) -> String {
    hcl::document(document, name, &hcl::Variables::new(), |_| Vec::new())
}

/// A derivation of the least policy. See the [module](self) for what it finds.
#[derive(Debug, Clone)]
#[must_use = "nothing is derived until it is run"]
pub struct Derive {
    package: PathBuf,
    name: String,
    values: BTreeMap<String, String>,
    wildcards: bool,
}

impl Default for Derive {
    fn default() -> Self {
        Self::new()
    }
}

impl Derive {
    /// Of the package in the current directory.
    pub fn new() -> Self {
        Self {
            package: PathBuf::from("."),
            name: "needed".to_owned(),
            values: BTreeMap::new(),
            wildcards: false,
        }
    }

    /// The directory of the package, where `Cargo.toml` lies.
    pub fn manifest_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.package = directory.into();
        self
    }

    /// The name of the static or function in Rust, and of the document in Terraform, instead of `needed`.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// A value for a parameter, as it shall stand in the policy: `*` and `?` in it are wildcards.
    pub fn value(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.values.insert(name.into(), value.into());
        self
    }

    /// Whether `*` may stand in JSON for each parameter that was given no value. Else JSON with open parameters is an error.
    pub fn allow_wildcards(mut self, allow: bool) -> Self {
        self.wildcards = allow;
        self
    }

    /// Scans the package and derives its policy.
    ///
    /// # Errors
    /// When a manifest cannot be read, no call is found, or a value was given for no parameter.
    pub fn run(&self) -> Result<Derived, Error> {
        self.of(Scan::package(&self.package)?)
    }

    /// Derives the policy of calls that were found already.
    ///
    /// # Errors
    /// As those of [`run`](Self::run).
    pub fn of(&self, mut scan: Scan) -> Result<Derived, Error> {
        if scan.calls.is_empty() {
            let problem = Problem::new("derive", "no call to an AWS SDK client was found");
            return Err(if scan.unfollowed.is_empty() {
                problem
                    .help("the calls may be made in another package: name the one that makes them")
            } else {
                problem.help("see what was not followed")
            }
            .into());
        }
        let mut open = least::of(&scan.calls, &BTreeMap::new());
        // The rules take half of the time of a large policy: it is read once if no value is given.
        let mut read = None;
        if !open.statements.is_empty() {
            match write::evaluated(&open) {
                Ok(evaluated) => read = Some(evaluated),
                Err(_) => {
                    leave_out_inexpressible(&mut scan);
                    open = least::of(&scan.calls, &BTreeMap::new());
                }
            }
        }
        let read = read.filter(|_| self.values.is_empty());
        let mut problems: Vec<Problem> = (self.values.keys())
            .filter(|name| !open.parameters.iter().any(|open| open.name == **name))
            .map(|name| {
                let names: Vec<&str> = open
                    .parameters
                    .iter()
                    .map(|open| open.name.as_str())
                    .collect();
                Problem::new("derive", format!("the policy has no parameter `{name}`")).help(
                    if names.is_empty() {
                        "it has no parameters".to_owned()
                    } else {
                        format!("it has {}", names.join(", "))
                    },
                )
            })
            .collect();
        for parameter in &open.parameters {
            if let Some(value) = self.values.get(&parameter.name)
                && let Err(why) = write::valid(parameter.kind, value)
            {
                problems.push(Problem::new(
                    "derive",
                    format!("`{}`: {why}", parameter.name),
                ));
            }
        }
        if !problems.is_empty() {
            return Err(Error::new(problems));
        }
        let mut least = match self.values.is_empty() {
            true => open,
            false => least::of(&scan.calls, &self.values),
        };
        // Whatever is wrong with a value that was given is reported now.
        let mut evaluated = None;
        if !least.statements.is_empty() {
            let read = match read {
                Some(read) => read,
                None => write::evaluated(&least)?,
            };
            least.hints.extend(write::too_large(&read));
            evaluated = Some(read);
        }
        let mut unfollowed = scan.unfollowed.clone();
        unfollowed.extend(least.unsure.iter().cloned());
        unfollowed.sort();
        unfollowed.dedup();
        Ok(Derived {
            scan,
            least,
            evaluated,
            unfollowed,
            name: self.name.clone(),
            wildcards: self.wildcards,
            about: None,
        })
    }
}

/// Leaves out the calls whose permission cannot be written as a policy, such as one with a placeholder for an account, and says
/// so of each: the others are derived all the same.
fn leave_out_inexpressible(scan: &mut Scan) {
    let mut kept = Vec::new();
    for call in std::mem::take(&mut scan.calls) {
        let alone = least::of(std::slice::from_ref(&call), &BTreeMap::new());
        if alone.statements.is_empty() {
            kept.push(call);
            continue;
        }
        match write::inexpressible(&alone) {
            None => kept.push(call),
            Some(why) => scan.unfollowed.push(Unfollowed {
                text: format!(
                    "the permission that `.{}(..)` needs is left out, since it is not right in a policy: {why}; add it by hand",
                    call.method()
                ),
                file: call.file,
                line: call.line,
                column: call.column,
            }),
        }
    }
    scan.calls = kept;
}

/// The least policy of a program.
#[derive(Debug)]
pub struct Derived {
    scan: Scan,
    least: Least,
    /// The policy as the macro reads it; none when nothing needs a permission.
    evaluated: Option<Evaluated>,
    unfollowed: Vec<Unfollowed>,
    name: String,
    wildcards: bool,
    /// The operations, where they are not a program's.
    about: Option<String>,
}

impl Derived {
    /// The calls that the policy is for, by file and place.
    #[must_use]
    pub fn calls(&self) -> &[SdkCall] {
        self.scan.calls()
    }

    /// What was seen and not understood. The policy may lack what it needs.
    #[must_use]
    pub fn unfollowed(&self) -> &[Unfollowed] {
        &self.unfollowed
    }

    /// Why and where each permission is needed: an action on a resource in a line, then the calls that need it.
    #[must_use]
    pub fn explain(&self) -> String {
        report::explain(&self.least)
    }

    /// All that was found, as JSON for other tools: calls, permissions with the places that need them, parameters, what
    /// was not followed, hints.
    #[must_use]
    pub fn json_report(&self) -> String {
        report::json(&self.least, self.calls(), &self.unfollowed)
    }

    /// The actions that are needed, each on one resource, in the order of actions.
    #[must_use]
    pub fn needed(&self) -> Vec<Needed> {
        let all: std::collections::BTreeSet<Needed> =
            self.least.uses.iter().map(asked::needed).collect();
        all.into_iter().collect()
    }

    /// What the calls need when a resource is configured so: with a KMS key of its own, for example; and that the policy is
    /// larger than a managed policy may be.
    pub fn hints(&self) -> impl Iterator<Item = &str> {
        self.least.hints.iter().map(String::as_str)
    }

    /// The values that are known only when the program runs and were not given.
    #[must_use]
    pub fn parameters(&self) -> &[Parameter] {
        &self.least.parameters
    }

    /// The policy as Rust source in the language of `policy!`, laid out as rustfmt does: a static, or a function of the
    /// parameters.
    #[must_use]
    pub fn rust(&self) -> String {
        write::rust(
            &self.least,
            &self.name,
            &self.unfollowed,
            self.about.as_deref(),
        )
    }

    /// The policy as a document.
    ///
    /// # Errors
    /// When parameters are open and wildcards are not allowed.
    pub fn document(&self) -> Result<Document<'static>, Error> {
        write::document(&self.least, self.evaluated.as_ref(), self.wildcards)
    }

    /// The policy as JSON with line ends and indentation.
    ///
    /// # Errors
    /// When parameters are open and wildcards are not allowed.
    pub fn json(&self) -> Result<String, Error> {
        Ok(rekognition_iam_runtime::json::to_pretty(&self.document()?))
    }

    /// The policy as a module of Terraform: a `variable` for each parameter, which takes its values
    /// and patterns of them, and an `aws_iam_policy_document`.
    ///
    /// # Errors
    /// None that [`Derive::run`] would not have told.
    pub fn terraform(&self) -> Result<String, Error> {
        write::terraform(
            &self.least,
            self.evaluated.as_ref(),
            &self.name,
            self.about.as_deref(),
            self.wildcards,
        )
    }
}
