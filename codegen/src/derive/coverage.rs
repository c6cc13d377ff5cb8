//! Whether the policies that a program declares are in step with its calls.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{LineColumn, Span};
use rekognition_iam_runtime::document::{ConditionBlock, Effect, Element, PolicyKind, Statement};
use rekognition_iam_runtime::glob;

use super::marks::{self, Accepts, Mark};
use super::needs::{self, Grant, Resource};
use super::reach;
use super::scan::{Scan, SdkCall, Unfollowed};
use crate::dsl::{self, Diagnostic};
use crate::export::scan::{Invocation, Owner};
use crate::export::walk::{self, Sources};
use crate::export::{Error, Problem, tree};

/// A comparison of a package's calls with its policies.
///
/// ```no_run
/// // In `main` of build.rs; a test calls `check`.
/// rekognition_iam_codegen::Coverage::new().run_or_exit();
/// ```
///
/// Each call of an SDK client must be covered by a declared `policy!`, and each action and resource that one of them
/// allows must be used by some call. The calls are found as [`Derive`](super::Derive) finds them, the policies as
/// [`Export`](crate::Export) does. A comment accepts an exception, with its reason, at the end of the line that it is about
/// or on a line of its own above:
///
/// ```text
/// // rekognition-iam: allow uncovered, granted to the operators by hand
/// client.delete_collection().collection_id(id).send().await?;
///
/// // rekognition-iam: allow unused, for the next release
/// allow(rekognition::SearchUsers).on(..),
/// ```
///
/// # What counts as covered
/// * The action and each resource that the call's chain shows stand in a statement that allows them. A value that is not
///   known is whatever makes the resource match, in the call and in the policy.
/// * A condition of a statement that allows is taken to hold, but for `iam:PassedToService`.
/// * A statement that denies counts when it has no condition and matches whatever the unknown values are.
///
/// # What counts as unused
/// An action or resource of a statement that allows and that no call needs. Of a group (`rekognition::read()`), a pattern and
/// `not(..)`, one use is enough. Statements that deny grant nothing, and other kinds of policies are somebody else's.
#[derive(Debug, Clone)]
#[must_use = "nothing is compared until it is run"]
pub struct Coverage {
    package: Option<PathBuf>,
    policies: Vec<PathBuf>,
    only: Vec<String>,
    strict: bool,
}

/// What a comparison found.
#[derive(Debug)]
#[non_exhaustive]
pub struct Covered {
    /// Calls that are not covered and grants that are not used, by file and place. Empty when all is in step.
    pub problems: Vec<Problem>,
    /// How many calls there are.
    pub calls: usize,
    /// The policies that were compared, by the items they stand in.
    pub policies: Vec<String>,
    /// What marks in the source accept, with place and reason.
    pub accepted: Vec<String>,
    /// What was seen and could not be followed.
    pub unfollowed: Vec<Unfollowed>,
}

impl Default for Coverage {
    fn default() -> Self {
        Self::new()
    }
}

impl Coverage {
    /// Of the package that cargo builds.
    pub fn new() -> Self {
        Self {
            package: None,
            policies: Vec::new(),
            only: Vec::new(),
            strict: false,
        }
    }

    /// The folder of the package, where `Cargo.toml` lies, instead of the one in `CARGO_MANIFEST_DIR`.
    pub fn manifest_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.package = Some(folder.into());
        self
    }

    /// A folder or file with the policies, relative to the package, instead of `src`. Can be said several times.
    pub fn policies(mut self, folder: impl Into<PathBuf>) -> Self {
        self.policies.push(folder.into());
        self
    }

    /// Compares with the policies in the `static`, `const` or `fn` of this name alone. Can be said several times.
    ///
    /// For packages that declare policies of other programs too.
    pub fn only(mut self, name: impl Into<String>) -> Self {
        self.only.push(name.into());
        self
    }

    /// Whether it is an error that something could not be followed.
    pub fn deny_unfollowed(mut self, deny: bool) -> Self {
        self.strict = deny;
        self
    }

    /// Compares; on an error tells cargo to show it, and ends the build script. What `main` of a build script is for.
    pub fn run_or_exit(&self) -> Covered {
        for folder in self.policy_folders() {
            println!("cargo::rerun-if-changed={}", folder.display());
        }
        println!("cargo::rerun-if-changed=src");
        match self.check() {
            Ok(covered) => {
                for note in &covered.unfollowed {
                    println!("cargo::warning={note}");
                }
                covered
            }
            Err(error) => {
                for line in error.to_string().lines() {
                    println!("cargo::error={line}");
                }
                std::process::exit(0)
            }
        }
    }

    fn policy_folders(&self) -> Vec<PathBuf> {
        if self.policies.is_empty() {
            vec![PathBuf::from("src")]
        } else {
            self.policies.clone()
        }
    }

    /// Compares the calls with the policies, and fails when they are not in step.
    ///
    /// # Errors
    /// Those of [`compare`](Self::compare); for each call that is not covered, with its file and line; for each grant that is
    /// not used, with its policy, statement and place.
    pub fn check(&self) -> Result<Covered, Error> {
        let covered = self.compare()?;
        if covered.problems.is_empty() {
            Ok(covered)
        } else {
            Err(Error::new(covered.problems))
        }
    }

    /// Compares the calls with the policies.
    ///
    /// # Errors
    /// When a source cannot be read or a policy has a mistake.
    pub fn compare(&self) -> Result<Covered, Error> {
        let package = match &self.package {
            Some(folder) => folder.clone(),
            None => std::env::var_os("CARGO_MANIFEST_DIR")
                .map(PathBuf::from)
                .ok_or_else(|| {
                    Problem::new("environment", "`CARGO_MANIFEST_DIR` is not set")
                        .help("cargo sets it for build scripts and tests; elsewhere say `.manifest_dir(..)`")
                })?,
        };
        let package = std::path::absolute(&package).map_err(|error| {
            Problem::new(
                package.to_string_lossy(),
                format!("cannot be found: {error}"),
            )
        })?;
        let scan = Scan::package(&package)?;
        let (policies, texts) = self.declared(&package)?;
        let mut comparison = Comparison {
            marks: BTreeMap::new(),
            problems: Vec::new(),
            accepted: Vec::new(),
            unfollowed: scan.unfollowed.clone(),
        };
        for (file, text) in scan.texts.iter().chain(&texts) {
            comparison.read_marks(file, text);
        }
        let needs = comparison.needs(&scan.calls);
        for need in &needs {
            comparison.covered(need, &policies);
        }
        for policy in &policies {
            comparison.used(policy, &needs);
        }
        comparison.unused_marks();
        comparison.unfollowed.sort();
        comparison.unfollowed.dedup();
        if self.strict {
            comparison
                .problems
                .extend(comparison.unfollowed.iter().map(|note| {
                    Problem::new(&note.file, &note.text).line_column(note.line, note.column)
                }));
        }
        let mut problems = comparison.problems;
        problems.sort_by(|left, right| left.position().cmp(&right.position()));
        Ok(Covered {
            problems,
            calls: scan.calls.len(),
            policies: policies.into_iter().map(|policy| policy.name).collect(),
            accepted: comparison.accepted,
            unfollowed: comparison.unfollowed,
        })
    }

    /// The identity policies of the package, and the texts of their files.
    fn declared(&self, package: &Path) -> Result<(Vec<Declared>, BTreeMap<String, String>), Error> {
        let mut problems = Vec::new();
        let mut sources = Sources::default();
        for folder in self.policy_folders() {
            sources.add(&package.join(&folder), &walk::shown(package, &folder))?;
        }
        let mut texts = BTreeMap::new();
        let mut found = Vec::new();
        let mut missing: Vec<&String> = self.only.iter().collect();
        for (number, invocation) in tree::invocations(&sources, &mut problems) {
            let Some(file) = sources.files.get(number) else {
                continue;
            };
            if invocation.test
                || invocation
                    .kind
                    .is_some_and(|kind| kind != PolicyKind::Identity)
            {
                continue;
            }
            let name = match &invocation.owner {
                Owner::Item(name) => name.clone(),
                // What a macro makes of it is not known.
                Owner::Macro(_) => continue,
                Owner::Nameless => "_".to_owned(),
            };
            if !self.only.is_empty() && !self.only.contains(&name) {
                continue;
            }
            missing.retain(|only| **only != name);
            let Some((declared, diagnostics)) =
                Declared::of(name, &file.shown, package, &invocation)
            else {
                continue;
            };
            for diagnostic in (diagnostics.iter()).filter(|diagnostic| diagnostic.denied) {
                problems.push(
                    Problem::new(&file.shown, &diagnostic.message)
                        .at(start(diagnostic.span, invocation.at)),
                );
            }
            if !texts.contains_key(&file.shown)
                && let Ok(text) = fs::read_to_string(&file.path)
            {
                texts.insert(file.shown.clone(), text);
            }
            found.push(declared);
        }
        for only in missing {
            problems.push(Problem::new(
                "coverage",
                format!("there is no policy `{only}` to compare with"),
            ));
        }
        if !problems.is_empty() {
            return Err(Error::new(problems));
        }
        Ok((found, texts))
    }
}

/// Where a token stands; what is about a whole invocation stands where that does.
fn start(span: Span, otherwise: LineColumn) -> LineColumn {
    if span.start() == span.end() {
        otherwise
    } else {
        span.start()
    }
}

/// A policy of the package.
struct Declared {
    name: String,
    file: String,
    statements: Vec<DeclaredStatement>,
}

struct DeclaredStatement {
    number: usize,
    head: LineColumn,
    statement: Statement<'static>,
    /// Where each action stands, and the expression that it came from.
    actions: Vec<(LineColumn, usize)>,
    resources: Vec<LineColumn>,
    /// The resources as patterns.
    patterns: Vec<String>,
}

impl Declared {
    /// An identity policy, whichever macro made it; `None` when it is of another kind.
    fn of(
        name: String,
        file: &str,
        package: &Path,
        invocation: &Invocation,
    ) -> Option<(Self, Vec<Diagnostic>)> {
        let input = invocation.input.clone();
        let Some(kind) = invocation.kind else {
            return Self::from_file(name, file, package, invocation);
        };
        let evaluated = dsl::evaluate(kind, input);
        let declared = Self::new(name, file, invocation.at, &evaluated);
        Some((declared, evaluated.diagnostics))
    }

    /// A policy in a JSON file stands, as far as Rust is concerned, where its macro does.
    fn from_file(
        name: String,
        file: &str,
        package: &Path,
        invocation: &Invocation,
    ) -> Option<(Self, Vec<Diagnostic>)> {
        let included = dsl::include::evaluate(invocation.input.clone(), |path| {
            fs::read_to_string(package.join(path)).map_err(|error| dsl::include::reason(&error))
        });
        if included.kind != PolicyKind::Identity {
            return None;
        }
        let at = invocation.at;
        let statements = (included.document.statements.items.into_iter())
            .enumerate()
            .map(|(number, statement)| DeclaredStatement {
                number,
                head: at,
                actions: (0..statement.actions.values.items.len())
                    .map(|origin| (at, origin))
                    .collect(),
                resources: (statement.resources.iter())
                    .flat_map(|resources| &resources.values)
                    .map(|_| at)
                    .collect(),
                patterns: (statement.resources.iter())
                    .flat_map(|resources| &resources.values)
                    .map(|text| reach::pattern(text))
                    .collect(),
                statement,
            })
            .collect();
        let declared = Self {
            name,
            file: file.to_owned(),
            statements,
        };
        Some((declared, included.diagnostics))
    }

    fn new(name: String, file: &str, at: LineColumn, evaluated: &dsl::Evaluated) -> Self {
        let statements = (evaluated.document.statements.iter())
            .zip(&evaluated.places)
            .enumerate()
            .map(|(number, (statement, places))| DeclaredStatement {
                number,
                head: start(places.head(), at),
                actions: (places.actions().iter())
                    .map(|(span, origin)| (start(*span, at), *origin))
                    .collect(),
                resources: places.resources().map(|span| start(span, at)).collect(),
                patterns: (statement.resources.iter())
                    .flat_map(|resources| resources.values.iter())
                    .map(|text| reach::pattern(text))
                    .collect(),
                statement: statement.clone(),
            })
            .collect();
        Self {
            name,
            file: file.to_owned(),
            statements,
        }
    }
}

/// An action on a resource that a call needs.
struct Need<'c> {
    call: &'c SdkCall,
    grant: Grant,
    /// `rekognition:IndexFaces`
    action: String,
    resources: Vec<(String, Resource)>,
}

struct Comparison {
    /// By file: its marks, and whether each was of use.
    marks: BTreeMap<String, Vec<(Mark, bool)>>,
    problems: Vec<Problem>,
    accepted: Vec<String>,
    unfollowed: Vec<Unfollowed>,
}

impl Comparison {
    fn read_marks(&mut self, file: &str, text: &str) {
        if self.marks.contains_key(file) {
            return;
        }
        let (marks, malformed) = marks::marks(text);
        for malformed in malformed {
            self.problems
                .push(Problem::new(file, malformed.message).line_column(malformed.line, 1));
        }
        let marks = marks.into_iter().map(|mark| (mark, false)).collect();
        self.marks.insert(file.to_owned(), marks);
    }

    /// Whether a mark accepts this, at one of these lines.
    fn accepts(&mut self, file: &str, accepts: Accepts, lines: &[usize]) -> bool {
        let marks = self.marks.get_mut(file);
        let found = marks
            .into_iter()
            .flatten()
            .find(|(mark, _)| mark.accepts == accepts && lines.contains(&mark.target));
        let Some((mark, used)) = found else {
            return false;
        };
        if !std::mem::replace(used, true) {
            let (line, word) = (mark.line, accepts.word());
            self.accepted
                .push(format!("{file}:{line}: {word}: {}", mark.reason));
        }
        true
    }

    fn unused_marks(&mut self) {
        for (file, marks) in &self.marks {
            for (mark, _) in marks.iter().filter(|(_, used)| !used) {
                self.problems.push(
                    Problem::new(file, format!("nothing is {} here", mark.accepts.word()))
                        .line_column(mark.line, 1)
                        .help("take the mark away"),
                );
            }
        }
    }

    fn needs<'c>(&mut self, calls: &'c [SdkCall]) -> Vec<Need<'c>> {
        let mut all = Vec::new();
        for call in calls {
            let needs = needs::of(call);
            self.unfollowed
                .extend(needs.unsure.into_iter().map(|text| Unfollowed {
                    file: call.file.clone(),
                    line: call.line,
                    column: call.column,
                    text,
                }));
            all.extend(needs.grants.into_iter().map(|grant| {
                Need {
                    call,
                    action: format!("{}:{}", grant.service, grant.action),
                    resources: (grant.resources.iter())
                        .map(|resource| (reach::needed(resource), resource.clone()))
                        .collect(),
                    grant,
                }
            }));
        }
        all
    }

    /// Whether some policy allows what a call needs, and none denies it.
    fn covered(&mut self, need: &Need<'_>, policies: &[Declared]) {
        for (needed, resource) in &need.resources {
            let statements = || {
                policies.iter().flat_map(|policy| {
                    (policy.statements.iter()).map(move |statement| (policy, statement))
                })
            };
            let denied = statements().find(|(_, statement)| statement.denies(need, needed));
            let allowed = statements().any(|(_, statement)| statement.allows(need, needed));
            if allowed && denied.is_none() {
                continue;
            }
            let call = need.call;
            if self.accepts(&call.file, Accepts::Uncovered, &[call.line, call.statement]) {
                continue;
            }
            let on = match resource {
                Resource::Any => "`*`".to_owned(),
                resource => format!("`{}`", reach::shown(resource)),
            };
            let purpose = need
                .grant
                .purpose
                .map_or(String::new(), |purpose| format!(", {purpose}"));
            let what = format!(
                "`{}` needs `{}` on {on}{purpose}",
                call.op.method, need.action
            );
            let problem = match denied {
                Some((policy, statement)) => Problem::new(
                    &call.file,
                    format!(
                        "{what}, and statement {} of `{}` denies it, at {}:{}",
                        statement.number + 1,
                        policy.name,
                        policy.file,
                        statement.head.line
                    ),
                ),
                None => Problem::new(&call.file, format!("{what}, and no policy allows it")),
            };
            self.problems
                .push(problem.line_column(call.line, call.column));
        }
    }

    /// Whether each grant of a policy is used.
    fn used(&mut self, policy: &Declared, needs: &[Need<'_>]) {
        for statement in &policy.statements {
            if statement.statement.effect != Effect::Allow {
                continue;
            }
            let reached: Vec<&Need<'_>> = (needs.iter())
                .filter(|need| {
                    (need.resources.iter()).any(|(needed, _)| statement.allows(need, needed))
                })
                .collect();
            let origins = statement.origins();
            let mut used_at_all = false;
            let mut problems = Vec::new();
            for (at, names) in &origins {
                let used = statement.statement.actions.not && !reached.is_empty()
                    || !statement.statement.actions.not
                        && (names.iter()).any(|name| {
                            (reached.iter()).any(|need| glob::matches(name, &need.action, true))
                        });
                used_at_all |= used;
                if used {
                    continue;
                }
                let what = match names.as_slice() {
                    [only] if !statement.statement.actions.not => format!("`{only}`"),
                    [_, ..] if !statement.statement.actions.not => {
                        format!("a group of {} actions", names.len())
                    }
                    _ => "everything but a list of actions".to_owned(),
                };
                let elsewhere = (needs.iter()).any(|need| {
                    names
                        .iter()
                        .any(|name| glob::matches(name, &need.action, true))
                });
                let why = if elsewhere && !statement.statement.actions.not {
                    "calls use it on other resources or under other conditions"
                } else {
                    "no call uses it"
                };
                problems.push((
                    *at,
                    format!(
                        "{what} in statement {} of `{}`: {why}",
                        statement.number + 1,
                        policy.name
                    ),
                ));
            }
            if used_at_all
                && (statement.statement.resources.as_ref()).is_some_and(|resources| !resources.not)
            {
                for (pattern, at) in statement.patterns.iter().zip(&statement.resources) {
                    let used = (reached.iter()).any(|need| {
                        need.resources
                            .iter()
                            .any(|(needed, _)| reach::may_match(pattern, needed))
                    });
                    if !used {
                        problems.push((
                            *at,
                            format!(
                                "the resource `{pattern}` in statement {} of `{}`: no call uses it",
                                statement.number + 1,
                                policy.name
                            ),
                        ));
                    }
                }
            }
            for (at, message) in problems {
                if self.accepts(
                    &policy.file,
                    Accepts::Unused,
                    &[at.line, statement.head.line],
                ) {
                    continue;
                }
                self.problems.push(
                    Problem::new(&policy.file, format!("unused: {message}"))
                        .at(at)
                        .help(
                            "take it away, or accept it: `// rekognition-iam: allow unused, why`",
                        ),
                );
            }
        }
    }
}

impl DeclaredStatement {
    /// The actions by the expressions that they came from: where each stands, and its names.
    fn origins(&self) -> Vec<(LineColumn, Vec<&str>)> {
        let mut found: Vec<(usize, LineColumn, Vec<&str>)> = Vec::new();
        for (action, (at, origin)) in self.statement.actions.values.iter().zip(&self.actions) {
            match found.iter_mut().find(|(known, _, _)| known == origin) {
                Some((_, _, names)) => names.push(action),
                None => found.push((*origin, *at, vec![action])),
            }
        }
        if self.statement.actions.not {
            // What is listed is what is left out: the statement grants all the rest at once.
            let all = found
                .iter()
                .flat_map(|(_, _, names)| names.iter().copied())
                .collect();
            return vec![(self.head, all)];
        }
        found
            .into_iter()
            .map(|(_, at, names)| (at, names))
            .collect()
    }

    fn has_action(&self, action: &str) -> bool {
        let listed = (self.statement.actions.values.iter())
            .any(|pattern| glob::matches(pattern, action, true));
        listed != self.statement.actions.not
    }

    fn allows(&self, need: &Need<'_>, needed: &str) -> bool {
        self.statement.effect == Effect::Allow
            && self.has_action(&need.action)
            && self.reaches(needed, false)
            && (self.statement.conditions.iter()).all(|block| holds(block, &need.grant.passed_to))
    }

    fn denies(&self, need: &Need<'_>, needed: &str) -> bool {
        self.statement.effect == Effect::Deny
            && self.statement.conditions.is_empty()
            && self.has_action(&need.action)
            && self.reaches(needed, true)
    }

    /// Whether the statement's resources reach what is needed: perhaps, or for certain.
    fn reaches(&self, needed: &str, certain: bool) -> bool {
        let Some(Element { not, .. }) = &self.statement.resources else {
            return true;
        };
        let matches = |pattern: &String, certain: bool| {
            if certain {
                reach::must_match(pattern, needed)
            } else {
                reach::may_match(pattern, needed)
            }
        };
        if *not {
            !(self.patterns.iter()).any(|pattern| matches(pattern, !certain))
        } else {
            self.patterns
                .iter()
                .any(|pattern| matches(pattern, certain))
        }
    }
}

/// Whether a condition of a statement that allows may hold for a call.
fn holds(block: &ConditionBlock<'_>, passed_to: &[&str]) -> bool {
    let positive = ["StringEquals", "StringLike", "StringEqualsIgnoreCase"]
        .iter()
        .any(|operator| block.operator.starts_with(operator));
    (block.keys.iter()).all(|(key, values)| {
        if !positive || passed_to.is_empty() || !key.eq_ignore_ascii_case("iam:PassedToService") {
            return true;
        }
        (values.iter()).any(|value| {
            passed_to
                .iter()
                .any(|service| glob::matches(value.as_text(), service, false))
        })
    })
}
