//! What a build script asks for: formats, given values, pseudo parameters.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use rekognition_iam_runtime::split::Quota;
use rekognition_iam_runtime::suggest;
use rekognition_iam_runtime::values::{self, Pattern};

use super::error::Problem;

/// The form in which a policy is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Format {
    /// The policy document, in `<name>.json`. The policy's variables need [given values](super::Export::value).
    #[default]
    Json,
    /// A template of the policy document for Terraform's `templatefile`, in `<name>.json.tftpl`.
    ///
    /// ```hcl
    /// policy = templatefile("${path.module}/policies/face_reader.json.tftpl", {
    ///   region     = "us-east-1"
    ///   account    = data.aws_caller_identity.current.account_id
    ///   collection = "staff-faces"
    /// })
    /// ```
    ///
    /// The placeholders are the policy's variables. Terraform puts values in as they are: hold them to the `pattern` that
    /// `manifest.json` has for each, so that none of them widens the policy.
    Terraform,
    /// A template of CloudFormation, in `<name>.template.json`: with the policy's variables as `Parameters` that take
    /// nothing that widens it, and the one resource that carries a policy of its kind.
    ///
    /// | kind | resource |
    /// |---|---|
    /// | identity, permissions boundary | `AWS::IAM::ManagedPolicy` |
    /// | trust | `AWS::IAM::Role` |
    /// | of a bucket, topic, queue, key | `AWS::S3::BucketPolicy`, `AWS::SNS::TopicPolicy`, `AWS::SQS::QueuePolicy`, `AWS::KMS::Key` |
    /// | service control, resource control | `AWS::Organizations::Policy` |
    ///
    /// CloudFormation has no resource that takes the policy of a Custom Labels project or of a session: an error.
    CloudFormation,
    /// The same for the Serverless Application Model, in `<name>.template.json`: an application to nest.
    ///
    /// ```yaml
    /// FaceReader:
    ///   Type: AWS::Serverless::Application
    ///   Properties:
    ///     Location: policies/face_reader.template.json
    ///     Parameters: { Collection: staff-faces }
    /// Search:
    ///   Type: AWS::Serverless::Function
    ///   Properties:
    ///     Policies: [!GetAtt FaceReader.Outputs.Arn]
    /// ```
    Sam,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 4] = [Self::Json, Self::Terraform, Self::CloudFormation, Self::Sam];

    /// A short name in lower case, for command lines and files: `json`, `terraform`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Terraform => "terraform",
            Self::CloudFormation => "cloudformation",
            Self::Sam => "sam",
        }
    }

    /// What is after the policy's name in the name of its file.
    pub(super) const fn extension(self) -> &'static str {
        match self {
            Self::Json => ".json",
            Self::Terraform => ".json.tftpl",
            Self::CloudFormation | Self::Sam => ".template.json",
        }
    }

    /// Whether CloudFormation reads it.
    pub(super) const fn is_stack(self) -> bool {
        matches!(self, Self::CloudFormation | Self::Sam)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        find(name, &Self::ALL, Self::name, "format")
    }
}

/// A value that CloudFormation knows by itself, for a variable of a policy.
///
/// See <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Pseudo {
    /// `AWS::AccountId`: the account that the stack is created in.
    AccountId,
    /// `AWS::Partition`: the partition that the stack is created in.
    Partition,
    /// `AWS::Region`: the region that the stack is created in.
    Region,
    /// `AWS::StackName`: letters, digits and `-`, at most 128.
    StackName,
}

impl Pseudo {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::AccountId,
        Self::Partition,
        Self::Region,
        Self::StackName,
    ];

    /// CloudFormation's name without `AWS::`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccountId => "AccountId",
            Self::Partition => "Partition",
            Self::Region => "Region",
            Self::StackName => "StackName",
        }
    }

    /// Whether every value of it is one of the type with this name.
    pub(super) fn fits(self, kind: &str) -> bool {
        match (self, kind) {
            // Meant as it is, which these are.
            (_, "Text") => true,
            (Self::StackName, "ObjectKey") => true,
            (Self::StackName, _) => values::grammar_of(kind).is_some_and(|grammar| {
                grammar.words.is_empty()
                    && grammar.min <= 1
                    && grammar.max >= 128
                    && ['-', '0', '9', 'A', 'Z', 'a', 'z']
                        .into_iter()
                        .all(|c| grammar.allows(c))
            }),
            (Self::AccountId | Self::Partition | Self::Region, kind) => self.name() == kind,
        }
    }
}

impl FromStr for Pseudo {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        find(
            name.strip_prefix("AWS::").unwrap_or(name),
            &Self::ALL,
            Self::name,
            "pseudo parameter",
        )
    }
}

fn find<T: Copy>(
    name: &str,
    all: &[T],
    name_of: impl Fn(T) -> &'static str,
    what: &str,
) -> Result<T, String> {
    let found = all.iter().find(|&&one| name_of(one) == name);
    found.copied().ok_or_else(|| {
        let names: Vec<_> = all
            .iter()
            .map(|&one| format!("`{}`", name_of(one)))
            .collect();
        format!(
            "there is no {what} `{name}`; the choices are {}",
            names.join(", ")
        )
    })
}

/// The value of a policy's variable.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Given {
    /// A text that must be a value of the variable's type.
    Text(String),
    /// A pattern, which may match more than itself. The explicit way, as in the macro.
    Pattern(Pattern),
}

impl From<&str> for Given {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Given {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Pattern> for Given {
    fn from(pattern: Pattern) -> Self {
        Self::Pattern(pattern)
    }
}

/// All that was asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Choices {
    pub(super) formats: Vec<Choice<Format>>,
    pub(super) values: Vec<Choice<Given>>,
    pub(super) pseudos: Vec<Choice<Pseudo>>,
    pub(super) splits: Vec<Choice<Quota>>,
}

/// The quota that a policy is to fit.
#[cfg(feature = "compare")]
pub(super) struct SplitChoice {
    pub(super) quota: Quota,
    /// Whether it was asked for this policy, and not for all.
    pub(super) of_policy: bool,
}

/// Something that was asked for, for all policies or for one.
#[derive(Debug, Clone)]
pub(super) struct Choice<T> {
    /// The method, as its author wrote it.
    method: &'static str,
    /// The `static`, `const` or `fn`; all of them when there is none.
    policy: Option<String>,
    /// The variable, where it is about one.
    parameter: Option<String>,
    choice: T,
    used: Cell<bool>,
}

impl<T> Choice<T> {
    pub(super) const fn new(
        method: &'static str,
        policy: Option<String>,
        parameter: Option<String>,
        choice: T,
    ) -> Self {
        Self {
            method,
            policy,
            parameter,
            choice,
            used: Cell::new(false),
        }
    }

    /// The problem of a choice for a policy or a variable that does not exist.
    fn unused(&self, names: &Names<'_>) -> Option<Problem> {
        if self.used.get() {
            return None;
        }
        let in_stack = match self.method {
            "pseudo" | "pseudo_of" => " and is exported for CloudFormation or SAM",
            _ => "",
        };
        let parameters = match &self.policy {
            Some(policy) => names.parameters.get(policy.as_str()).cloned(),
            None => Some(names.parameters.values().flatten().copied().collect()),
        };
        match (&self.policy, &self.parameter) {
            (Some(policy), _) if parameters.is_none() => Some(names.unknown(self.method, policy)),
            (None, None) => None,
            (Some(policy), None) => Some(
                Problem::new(
                    self.method,
                    format!("the policy `{policy}` is not exported"),
                )
                .help(format!("remove the `.{}(..)`", self.method)),
            ),
            (policy, Some(parameter)) => {
                let policy = policy.as_ref().map(|name| format!(" `{name}`"));
                let message = format!(
                    "there is no policy{} that has a variable `{parameter}`{in_stack}",
                    policy.unwrap_or_default()
                );
                let known: Vec<&str> = parameters.into_iter().flatten().collect();
                let near = (!known.contains(&parameter.as_str()))
                    .then(|| suggest::nearest_of(parameter, &known));
                Some(
                    Problem::new(self.method, message).help(match near.flatten() {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("remove the `.{}(..)`, or fix the name", self.method),
                    }),
                )
            }
        }
    }
}

/// The policies of the crate, with their variables that have no value. Those that are not exported have none.
#[derive(Debug, Default)]
pub(super) struct Names<'n> {
    pub(super) parameters: BTreeMap<&'n str, BTreeSet<&'n str>>,
}

impl Names<'_> {
    /// The problem of a method that has the name of a policy that does not exist.
    pub(super) fn unknown(&self, method: &str, name: &str) -> Problem {
        let known: Vec<&str> = self.parameters.keys().copied().collect();
        let problem = Problem::new(method, format!("there is no policy `{name}` in this crate"));
        match suggest::nearest_of(name, &known) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help(format!(
                "remove the `.{method}(..)`, or use the name of the `static`, `const`, `fn`, or `macro_rules!` that contains the policy"
            )),
        }
    }

    /// Whether a name is probably a misspelled one of these.
    pub(super) fn has_near(&self, name: &str) -> bool {
        let known: Vec<&str> = self.parameters.keys().copied().collect();
        suggest::nearest_of(name, &known).is_some()
    }
}

/// Adds to what was asked for; the last word about the same thing counts.
pub(super) fn ask<T>(choices: &mut Vec<Choice<T>>, new: Choice<T>) {
    choices.retain(|old| (&old.policy, &old.parameter) != (&new.policy, &new.parameter));
    choices.push(new);
}

/// What is asked for this policy: about it alone, or about all.
fn choose<'c, T>(
    choices: &'c [Choice<T>],
    policy: &str,
    parameter: Option<&str>,
) -> Option<&'c Choice<T>> {
    let about = |of_all: bool| {
        choices.iter().find(|choice| {
            let policy = match &choice.policy {
                Some(name) => !of_all && name == policy,
                None => of_all,
            };
            policy && choice.parameter.as_deref() == parameter
        })
    };
    about(false).or_else(|| about(true))
}

impl Choices {
    pub(super) fn format(&self, policy: &str) -> Format {
        match choose(&self.formats, policy, None) {
            Some(choice) => {
                choice.used.set(true);
                choice.choice
            }
            None => Format::default(),
        }
    }

    /// What a policy is to fit, and what is to be split if it does not.
    #[cfg(feature = "compare")]
    pub(super) fn split(&self, policy: &str) -> Option<SplitChoice> {
        let choice = choose(&self.splits, policy, None)?;
        choice.used.set(true);
        Some(SplitChoice {
            quota: choice.choice,
            of_policy: choice.policy.is_some(),
        })
    }

    pub(super) fn value(&self, policy: &str, parameter: &str) -> Option<&Given> {
        let choice = choose(&self.values, policy, Some(parameter))?;
        choice.used.set(true);
        Some(&choice.choice)
    }

    /// What CloudFormation puts for a variable, in a policy that is exported for it.
    pub(super) fn pseudo(&self, policy: &str, parameter: &str, format: Format) -> Option<Pseudo> {
        if !format.is_stack() {
            return None;
        }
        let choice = choose(&self.pseudos, policy, Some(parameter))?;
        choice.used.set(true);
        Some(choice.choice)
    }

    /// The choices that have no effect.
    pub(super) fn unused(&self, names: &Names<'_>) -> Vec<Problem> {
        let formats = self
            .formats
            .iter()
            .filter_map(|choice| choice.unused(names));
        let values = self.values.iter().filter_map(|choice| choice.unused(names));
        let pseudos = self
            .pseudos
            .iter()
            .filter_map(|choice| choice.unused(names));
        let splits = self.splits.iter().filter_map(|choice| choice.unused(names));
        formats.chain(values).chain(pseudos).chain(splits).collect()
    }

    /// The choices with a misspelled name of a policy, which are probably the cause of other problems.
    pub(super) fn misspelled(&self, names: &Names<'_>) -> Vec<Problem> {
        fn of<T>(choices: &[Choice<T>]) -> impl Iterator<Item = (&'static str, &str)> {
            (choices.iter()).filter_map(|choice| Some((choice.method, choice.policy.as_deref()?)))
        }
        let mut asked: Vec<_> = of(&self.formats)
            .chain(of(&self.values))
            .chain(of(&self.pseudos))
            .chain(of(&self.splits))
            .filter(|(_, name)| !names.parameters.contains_key(name) && names.has_near(name))
            .collect();
        asked.dedup();
        (asked.into_iter())
            .map(|(method, name)| names.unknown(method, name))
            .collect()
    }
}
