//! What an export tells of what it did.

use std::fmt;

use rekognition_iam_runtime::document::PolicyKind;

use super::error::Problem;
use super::format::Format;
use super::parameters::Variable;
use super::split::Part;
use crate::dsl::Exception;

/// A policy that was exported.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Exported {
    /// The name in the list: the item's in snake case.
    pub name: String,
    /// What it is for.
    pub kind: PolicyKind,
    /// The form of the file.
    pub format: Format,
    /// What is left to be filled in, in the order of the policy.
    pub parameters: Vec<Parameter>,
    /// The JSON file that `include_policy!` names, from the directory of the package.
    pub included: Option<String>,
    /// The `static`, `const` or `fn`.
    pub item: String,
    /// The file, in the directory of the export.
    pub file: String,
    /// The Rust file, relative to the package, with forward slashes.
    pub source: String,
    /// The line of the macro, from 1.
    pub line: usize,
    /// The column of the macro in characters, from 1.
    pub column: usize,
    /// In characters, as AWS counts for this kind; without the values that are not known yet.
    pub size: usize,
    /// The largest size that AWS takes, where one is known; of an identity policy that of a managed policy.
    ///
    /// Policies embedded in a user, role or group have limits of their own, for all of them together.
    pub quota: Option<usize>,
    /// Of the file's bytes, in hexadecimal digits.
    pub sha256: String,
    /// Which part of a policy that was [split](super::Export::split) the file is; `None` if it is all of it.
    pub part: Option<Part>,
    /// What the author vouched for.
    pub exceptions: Vec<Exception>,
    /// What the rules find without refusing the policy.
    pub warnings: Vec<Problem>,
}

/// A parameter of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parameter {
    /// The variable's name.
    pub name: String,
    /// The name of its type in `rekognition_iam::values`.
    pub kind: &'static str,
    /// A regular expression for the whole value. A value that it matches represents only itself.
    pub pattern: String,
}

impl Parameter {
    pub(super) fn of(variable: &Variable) -> Self {
        Self {
            name: variable.name.clone(),
            kind: variable.kind(),
            pattern: variable.shape().pattern,
        }
    }
}

/// A policy that is not exported.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeftOut {
    /// The `static`, `const`, `fn` or `macro_rules!`, or `_`.
    pub item: String,
    /// The Rust file, relative to the package, with forward slashes.
    pub source: String,
    /// The line of the macro, from 1.
    pub line: usize,
    /// The column of the macro in characters, from 1.
    pub column: usize,
    /// Why.
    pub why: String,
}

/// What an export did.
#[derive(Debug, Clone)]
pub struct Report {
    pub(super) policies: Vec<Exported>,
    pub(super) left_out: Vec<LeftOut>,
    pub(super) written: Vec<String>,
    pub(super) removed: Vec<String>,
    pub(super) warnings: Vec<Problem>,
    pub(super) left_to_rustc: Vec<Problem>,
}

impl Report {
    /// Nothing was exported.
    pub(super) fn none(left_to_rustc: Vec<Problem>) -> Self {
        Self {
            policies: Vec::new(),
            left_out: Vec::new(),
            written: Vec::new(),
            removed: Vec::new(),
            warnings: Vec::new(),
            left_to_rustc,
        }
    }

    pub(super) fn with(mut self, warnings: Vec<Problem>, done: (Vec<String>, Vec<String>)) -> Self {
        self.warnings.extend(warnings);
        (self.written, self.removed) = done;
        self
    }

    /// The policies, by name.
    #[must_use]
    pub fn policies(&self) -> &[Exported] {
        &self.policies
    }

    /// The policies that are not exported, in the order of files and lines.
    #[must_use]
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// The files whose text changed.
    #[must_use]
    pub fn written(&self) -> &[String] {
        &self.written
    }

    /// The files of policies that are gone.
    #[must_use]
    pub fn removed(&self) -> &[String] {
        &self.removed
    }

    /// Why a build script exported nothing, when rustc reports it: the mistakes in the sources.
    ///
    /// Then there are no policies in this report, and no file was changed. Always empty after
    /// [`Export::write`](super::Export::write) and [`Export::check`](super::Export::check).
    #[must_use]
    pub fn left_to_rustc(&self) -> &[Problem] {
        &self.left_to_rustc
    }

    /// Everything to be reported: about the policies, then about the files.
    pub fn warnings(&self) -> impl Iterator<Item = &Problem> {
        let of_policies = self.policies.iter().flat_map(|policy| &policy.warnings);
        of_policies.chain(&self.warnings)
    }
}

/// A line for each thing that a reviewer should know.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for policy in &self.policies {
            for exception in &policy.exceptions {
                let name = &policy.name;
                match exception {
                    Exception::Unlisted {
                        name: unlisted,
                        reason,
                    } => {
                        writeln!(f, "exception: {name}: unlisted {unlisted}: {reason}")?;
                    }
                    Exception::Accepted {
                        id,
                        statement,
                        reason,
                    } => {
                        write!(f, "exception: {name}: ")?;
                        if let Some(statement) = statement {
                            write!(f, "statement {}: ", statement + 1)?;
                        }
                        writeln!(f, "{id}: {reason}")?;
                    }
                }
            }
        }
        for LeftOut {
            item,
            source,
            line,
            column,
            why,
        } in &self.left_out
        {
            writeln!(f, "excluded: {source}:{line}:{column}: {item}: {why}")?;
        }
        for warning in self.warnings() {
            writeln!(f, "warning: {warning}")?;
        }
        for file in &self.written {
            writeln!(f, "wrote {file}")?;
        }
        for file in &self.removed {
            writeln!(f, "removed {file}")?;
        }
        write!(
            f,
            "{} policies, {} excluded, {} files written, {} removed",
            self.policies.len(),
            self.left_out.len(),
            self.written.len(),
            self.removed.len()
        )
    }
}
