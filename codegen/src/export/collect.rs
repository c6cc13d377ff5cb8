//! From invocations to policies, what is left out, and problems.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};

use proc_macro2::{LineColumn, TokenStream};
use rekognition_iam_runtime::check::{self, Options};
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::json::{self, to_minified, to_pretty};

use super::constants::Constants;
use super::error::Problem;
use super::files;
use super::format::{Choices, Format};
use super::parameters::{self, Filled, Of};
use super::report::{Exported, LeftOut, Parameter};
use super::scan::{Invocation, Owner};
use super::split::{self, OfPart, Part};
use super::template;
use super::walk::SourceFile;
use crate::dsl::{self, Diagnostic, Evaluated};

/// Sorts invocations into policies, what is left out, and problems.
pub(super) struct Collector<'s> {
    /// Where paths in the sources begin.
    pub(super) package: PathBuf,
    pub(super) skips: Vec<(&'s (String, String), bool)>,
    pub(super) pretty: bool,
    pub(super) choices: &'s Choices,
    /// Where constants are looked up.
    pub(super) constants: Constants<'s>,
    /// By name: a policy and the text of its file, or each of its parts if it was split.
    pub(super) policies: BTreeMap<String, Vec<(Exported, String)>>,
    pub(super) left_out: Vec<LeftOut>,
    pub(super) problems: Vec<Problem>,
}

impl Collector<'_> {
    pub(super) fn add(&mut self, file: &SourceFile, invocation: &Invocation) {
        let item = match &invocation.owner {
            Owner::Item(name) | Owner::Macro(name) => name.as_str(),
            Owner::Nameless => "_",
        };
        let mut left_out = |why: &str| {
            self.left_out.push(LeftOut {
                item: item.to_owned(),
                source: file.shown.clone(),
                line: invocation.at.line,
                column: invocation.at.column + 1,
                why: why.to_owned(),
            });
        };
        if invocation.test {
            return left_out("only compiled for tests");
        }
        if let Some(((_, reason), used)) = self.skips.iter_mut().find(|((name, _), _)| name == item)
        {
            *used = true;
            return left_out(reason);
        }
        let problem = match &invocation.owner {
            Owner::Macro(name) => Problem::new(
                &file.shown,
                format!(
                    "this policy is in the body of the macro `{name}!`, so its name and values are only known where the macro is used"
                ),
            )
            .help(format!("write the policies in full, or exclude them from the export with `.skip(\"{name}\", \"why\")`")),
            Owner::Nameless => Problem::new(
                &file.shown,
                "this policy is not in a `static`, `const`, or `fn`, so its file has no name",
            )
            .help("give it a name: `static NAME: Policy = policy![..];`"),
            Owner::Item(_) => {
                self.evaluate(file, item, invocation);
                return;
            }
        };
        self.problems.push(
            problem
                .at(invocation.at)
                .of_rustc(invocation.misplaced && !invocation.conditional),
        );
    }

    fn evaluate(&mut self, file: &SourceFile, item: &str, invocation: &Invocation) {
        let name = snake_case(item);
        let here = |message: String| Problem::new(&file.shown, message).at(invocation.at);
        let entry = match self.policies.entry(name.clone()) {
            Entry::Vacant(_) if name == "manifest" => {
                self.problems.push(
                    here(format!(
                        "`{item}` would be written to manifest.json, which is the name of the list of exports"
                    ))
                    .help("rename it"),
                );
                return;
            }
            Entry::Vacant(entry) => entry,
            Entry::Occupied(entry) => {
                let first = entry.get().first().map(|(first, _)| {
                    let (source, line, column) = (&first.source, first.line, first.column);
                    format!(" and `{}` at {source}:{line}:{column}", first.item)
                });
                self.problems.push(
                    here(format!(
                        "two policies would be written to {name}.json: `{item}` here{}",
                        first.unwrap_or_default()
                    ))
                    .help("give each policy its own `static` or `const` with a different name"),
                );
                return;
            }
        };
        let Made {
            kind,
            evaluated,
            included,
        } = Made::of(invocation, &self.package);
        let mut problems = Vec::new();
        let mut warnings = Vec::new();
        for diagnostic in &evaluated.diagnostics {
            let problem = problem_of(diagnostic, &file.shown, invocation.at)
                .of_rustc(!invocation.conditional);
            if diagnostic.denied {
                problems.push(problem);
            } else {
                warnings.push(problem);
            }
        }
        let of = Of {
            item,
            kind,
            file: &file.shown,
            format: self.choices.format(item),
            conditional: invocation.conditional,
            is_value: invocation.is_value,
        };
        let rendered =
            parameters::fill(&of, &evaluated, self.choices, &self.constants).and_then(|filled| {
                // What is refused has no text.
                let texts = match problems.is_empty() {
                    true => texts(&of, &filled, &name, self.choices, self.pretty)
                        .map_err(|problem| vec![problem.or_at(invocation.at)])?,
                    false => vec![(None, String::new())],
                };
                Ok((filled, texts))
            });
        let (measured, parameters, texts) = match rendered {
            Ok((filled, texts)) => {
                let minified = to_minified(&filled.document);
                // A value that is not known yet has no size.
                let fixed: String = (minified.chars())
                    .filter(|&c| filled.variable(c).is_none())
                    .collect();
                let open = filled
                    .variables
                    .iter()
                    .filter(|variable| variable.is_open());
                let parameters = open.map(Parameter::of).collect();
                let options = Options::new(of.kind).text(fixed.as_str());
                let measured = check::measure(&filled.document, &options);
                (Some(measured), parameters, texts)
            }
            Err(more) => {
                problems.extend(more);
                (None, Vec::new(), vec![(None, String::new())])
            }
        };
        self.problems.extend(problems);
        // A policy that is refused keeps its name taken; nothing is written then.
        let exported = Exported {
            file: format!("{name}{}", of.format.extension()),
            name,
            kind: of.kind,
            included,
            format: of.format,
            parameters,
            item: item.to_owned(),
            source: file.shown.clone(),
            line: invocation.at.line,
            column: invocation.at.column + 1,
            size: measured.map_or(0, |measured| measured.size),
            quota: measured.and_then(|measured| measured.quota),
            sha256: String::new(),
            part: None,
            exceptions: evaluated.exceptions,
            warnings,
        };
        let files = texts.into_iter().map(|(part, text)| {
            let mut exported = exported.clone();
            exported.sha256 = files::sha256(text.as_bytes());
            if let Some((size, part)) = part {
                (exported.size, exported.quota) = (size, Some(part.quota.limit()));
                if part.count > 1 {
                    exported.name = part_name(&exported.name, part.number);
                    exported.file = format!("{}{}", exported.name, of.format.extension());
                }
                if part.number > 1 {
                    // They are about the policy, and reported once.
                    exported.warnings.clear();
                }
                exported.part = Some(part);
            }
            (exported, text)
        });
        entry.insert(files.collect());
    }
}

/// The name of a part of a policy, which no policy has: it is not one of Rust.
fn part_name(name: &str, number: usize) -> String {
    format!("{name}-{number}")
}

/// The text of a file, and of a part of a policy its size.
type FileText = (Option<(usize, Part)>, String);

/// The text of the policy's file, or those of its parts with their sizes.
fn texts(
    of: &Of<'_>,
    filled: &Filled,
    name: &str,
    choices: &Choices,
    pretty: bool,
) -> Result<Vec<FileText>, Problem> {
    let Some(documents) = split::documents(of, filled, choices)? else {
        return Ok(vec![(None, render(of, filled, name, pretty)?)]);
    };
    (documents.into_iter())
        .map(|OfPart { filled, size, part }| {
            let name = match part.count {
                1 => name.to_owned(),
                _ => part_name(name, part.number),
            };
            // Where white space counts, there is none.
            let pretty = pretty && !part.quota.counts_white_space();
            let text = render(of, &filled, &name, pretty)?;
            Ok((Some((size, part)), text))
        })
        .collect()
}

/// The text of a file.
fn render(of: &Of<'_>, filled: &Filled, name: &str, pretty: bool) -> Result<String, Problem> {
    let json = match (of.format, pretty) {
        (Format::CloudFormation | Format::Sam, _) => {
            let minified = template::stack(of, filled, of.file, name)?;
            return Ok(if pretty {
                json::pretty(&minified)
            } else {
                minified
            });
        }
        (_, true) => to_pretty(&filled.document),
        (_, false) => to_minified(&filled.document),
    };
    if of.format == Format::Terraform {
        return template::terraform(of, filled, &json);
    }
    Ok(json)
}

/// The file that an invocation of `include_policy!` names.
pub(super) fn included(invocation: &Invocation, package: &Path) -> Option<String> {
    Made::of(invocation, package).included
}

/// A policy, whichever macro made it.
struct Made {
    kind: PolicyKind,
    evaluated: Evaluated,
    /// The file that it is in.
    included: Option<String>,
}

impl Made {
    fn of(invocation: &Invocation, package: &Path) -> Self {
        let input = invocation.input.clone();
        match invocation.kind {
            Some(kind) => Self {
                kind,
                evaluated: dsl::evaluate(kind, input),
                included: None,
            },
            None => Self::from_file(input, package),
        }
    }

    #[cfg(feature = "json")]
    fn from_file(input: TokenStream, package: &Path) -> Self {
        let mut included = dsl::include::evaluate(input, |path| {
            std::fs::read_to_string(package.join(path))
                .map_err(|error| dsl::include::reason(&error))
        });
        Self {
            kind: included.kind,
            included: included.path.take(),
            evaluated: included.into(),
        }
    }

    /// Without the reader there is no macro to find.
    #[cfg(not(feature = "json"))]
    fn from_file(input: TokenStream, _: &Path) -> Self {
        let kind = PolicyKind::default();
        Self {
            kind,
            evaluated: dsl::evaluate(kind, input),
            included: None,
        }
    }
}

fn problem_of(diagnostic: &Diagnostic, shown: &str, invocation: LineColumn) -> Problem {
    let (start, end) = (diagnostic.span.start(), diagnostic.span.end());
    // What is wrong with the whole has a span without length.
    let at = if start == end { invocation } else { start };
    let mut problem = Problem::new(shown, &diagnostic.message).at(at);
    for help in &diagnostic.help {
        problem = problem.help(help);
    }
    match diagnostic.note() {
        Some(note) => problem.note(&note),
        None => problem,
    }
}

/// `FACE_INDEXER`, `face_indexer` and `FaceIndexer` as `face_indexer`.
pub(super) fn snake_case(name: &str) -> String {
    let mut out = String::new();
    let mut before_lower = false;
    for c in name.chars() {
        if c.is_uppercase() && before_lower {
            out.push('_');
        }
        before_lower = c.is_lowercase();
        out.extend(c.to_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files() {
        for (item, expected) in [
            ("FACE_INDEXER", "face_indexer"),
            ("face_indexer", "face_indexer"),
            ("FaceIndexer", "face_indexer"),
            ("faceIndexerV2", "face_indexer_v2"),
            ("A", "a"),
            ("S3READER", "s3reader"),
        ] {
            assert_eq!(snake_case(item), expected, "{item}");
        }
    }
}
