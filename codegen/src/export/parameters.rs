//! The variables of a policy as the parameters of a template: one for each name, with a type and what fills it.

use std::collections::BTreeSet;

use rekognition_iam_runtime::document::{Document, PolicyKind};
use rekognition_iam_runtime::values::{self, Place};

use super::constants::{Constants, Unknown};
use super::error::Problem;
use super::format::{Choices, Format, Given, Pseudo};
use super::shape::{Shape, shape};
use crate::dsl::{self, Evaluated, Parameter};

/// A variable of a policy, wherever it is in it.
#[derive(Debug)]
pub(super) struct Variable {
    pub(super) name: String,
    expression: String,
    kind: &'static str,
    /// Whether it stands where `*` is a wildcard.
    wildcards: bool,
    pub(super) pseudo: Option<Pseudo>,
    given: bool,
}

impl Variable {
    /// The name of its type.
    pub(super) const fn kind(&self) -> &'static str {
        self.kind
    }

    /// Whether someone fills it in later.
    pub(super) const fn is_open(&self) -> bool {
        self.pseudo.is_none() && !self.given
    }

    /// Whether its value is in the document.
    #[cfg(feature = "compare")]
    pub(super) const fn is_given(&self) -> bool {
        self.given
    }

    pub(super) fn shape(&self) -> Shape {
        let place = if self.wildcards {
            Place::Pattern
        } else {
            Place::Plain
        };
        shape(self.kind, place)
    }
}

/// A policy whose given values are in.
#[derive(Debug)]
pub(super) struct Filled {
    pub(super) document: Document<'static>,
    pub(super) variables: Vec<Variable>,
    /// The number of the variable that each hole of the document represents.
    holes: Vec<usize>,
}

impl Filled {
    /// A document in which all values are.
    #[cfg(feature = "compare")]
    pub(super) const fn without_variables(document: Document<'static>) -> Self {
        Self {
            document,
            variables: Vec::new(),
            holes: Vec::new(),
        }
    }

    /// The variable that a character of the document represents.
    pub(super) fn variable(&self, c: char) -> Option<&Variable> {
        let hole = dsl::hole_of(c)?;
        self.variables.get(*self.holes.get(hole)?)
    }
}

/// What is known of a policy and where it stands.
pub(super) struct Of<'p> {
    pub(super) item: &'p str,
    pub(super) kind: PolicyKind,
    pub(super) file: &'p str,
    pub(super) format: Format,
    /// Whether a `cfg` may leave it out of a build, so that the compiler may not see it.
    pub(super) conditional: bool,
    /// Whether it is the value of a `static` or `const`, where rustc refuses variables.
    pub(super) is_value: bool,
}

/// Finds the variables, fills in what is given, and says what is wrong with it.
pub(super) fn fill(
    of: &Of<'_>,
    evaluated: &Evaluated,
    choices: &Choices,
    constants: &Constants<'_>,
) -> Result<Filled, Vec<Problem>> {
    let mut problems = Vec::new();
    let (mut variables, holes) = variables(of, &evaluated.parameters, &mut problems);
    let mut texts: Vec<Option<String>> = vec![None; holes.len()];
    let mut at: Vec<_> = Vec::new();
    let mut unknown = BTreeSet::new();
    for (number, variable) in variables.iter_mut().enumerate() {
        let places: Vec<_> = (holes.iter().zip(&evaluated.parameters).enumerate())
            .filter(|(_, (of, _))| **of == number)
            .map(|(hole, (_, parameter))| (hole, parameter))
            .collect();
        let Some((_, first)) = places.first() else {
            continue;
        };
        let problem = |message: String| Problem::new(of.file, message).at(first.span.start());
        let (item, name, kind) = (of.item, &variable.name, variable.kind);
        let known = if first.constant {
            constant(of, first, constants).map(Some)
        } else {
            Ok(None)
        };
        let given = choices.value(item, name);
        let known = match (known, given) {
            (Ok(Some(Given::Text(known))), Some(Given::Text(given))) if known != *given => {
                problems.push(
                    problem(format!(
                        "the value given for `{name}` of `{item}` is not that of the constant, which is `{known}`"
                    ))
                    .help(format!("remove `.value_of(\"{item}\", \"{name}\", ..)`, or change the constant")),
                );
                continue;
            }
            (Ok(known), _) => known,
            (Err(_), Some(_)) => None,
            (Err(problem), None) => {
                // Once, whatever types it has.
                if unknown.insert(&first.expression) {
                    problems.push(problem);
                }
                continue;
            }
        };
        let of_program = known.is_some();
        if let Some(given) = known.as_ref().or(given) {
            variable.given = true;
            for (hole, parameter) in &places {
                match text(given, kind, parameter.place) {
                    Ok(text) => {
                        if let Some(slot) = texts.get_mut(*hole) {
                            *slot = Some(text);
                        }
                    }
                    // The compiler checks constants of the program by itself.
                    Err(reason) if of_program => {
                        problems.push(
                            problem(format!(
                                "the value of the constant `{name}` of `{item}` is not allowed there: {reason}"
                            ))
                            .of_rustc(!of.conditional),
                        );
                        break;
                    }
                    Err(reason) => {
                        problems.push(problem(format!(
                            "the value given for `{name}` of `{item}` is not allowed there: {reason}"
                        )));
                        break;
                    }
                }
            }
        } else if let Some(pseudo) = choices.pseudo(item, name, of.format) {
            if pseudo.fits(kind) {
                variable.pseudo = Some(pseudo);
            } else {
                problems.push(
                    problem(format!(
                        "`{name}` of `{item}` is {}, which `AWS::{}` is not",
                        a(kind),
                        pseudo.name()
                    ))
                    .help(
                        "remove the pseudo parameter, so that the template gets a parameter for it",
                    ),
                );
            }
        } else if of.is_value && !first.constant {
            problems.push(
                problem(format!(
                    "`{item}` is a constant, so it cannot use the variable `{name}`, {}",
                    a(kind)
                ))
                .help("write a constant with an uppercase name, or a `fn` that takes the variable")
                .of_rustc(!of.conditional),
            );
        } else if of.format == Format::Json {
            problems.push(
                problem(format!(
                    "`{item}` uses the variable `{name}`, {}, whose value is not known here",
                    a(kind)
                ))
                .help(format!(
                    "export a template, with `.format_of(\"{item}\", Format::Terraform)` or another format"
                ))
                .help(format!(
                    "or give the value, with `.value_of(\"{item}\", \"{name}\", \"..\")`"
                ))
                .help(format!(
                    "or exclude the policy, with `.skip(\"{item}\", \"why\")`"
                )),
            );
        }
        at.push(first.span.start());
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let Some(document) = evaluated.filled_partly(
        |hole| texts.get(hole).cloned().flatten(),
        // One character for one variable, so that texts can be compared.
        |hole| {
            let of = holes.get(hole);
            holes
                .iter()
                .position(|other| Some(other) == of)
                .unwrap_or(hole)
        },
    ) else {
        // What was not understood is reported with the policy.
        return Err(problems);
    };
    if texts.iter().any(Option::is_some) && !evaluated.is_denied() {
        // The rules saw samples of these values so far.
        let found = evaluated.denied_in(of.kind, &document);
        if let (false, Some(&at)) = (found.is_empty(), at.first()) {
            return Err((found.into_iter())
                .map(|found| {
                    let message =
                        format!("with the values given, in `{}`: {}", of.item, found.message);
                    let problem = Problem::new(of.file, message).at(at);
                    let problem = found.help.iter().fold(problem, Problem::help);
                    match found.note() {
                        Some(note) => problem.note(&note),
                        None => problem,
                    }
                })
                .collect());
        }
    }
    Ok(Filled {
        document,
        variables,
        holes,
    })
}

/// The value of a constant, from the sources.
fn constant(
    of: &Of<'_>,
    parameter: &Parameter,
    constants: &Constants<'_>,
) -> Result<Given, Problem> {
    let (path, item, at) = (&parameter.expression, of.item, parameter.span.start());
    let why = match constants.value(of.file, at, path) {
        Ok(text) => return Ok(Given::Text(text)),
        Err(Unknown::NotFound) => {
            "its path does not lead to a declaration that can be read in the sources of this crate"
        }
        Err(Unknown::NotLiteral) => "it is not a string literal or a `concat!` of literals",
        Err(Unknown::Different) => "`cfg` chooses between declarations with different values",
    };
    let name = &parameter.name;
    Err(Problem::new(
        of.file,
        format!("the value of the constant `{name}` of `{item}` is not known here: {why}"),
    )
    .at(at)
    .help(format!(
        "give the value that the program has, with `.value_of(\"{item}\", \"{name}\", \"..\")`"
    )))
}

/// The variables by name, and for each hole the number of its variable.
fn variables(
    of: &Of<'_>,
    parameters: &[Parameter],
    problems: &mut Vec<Problem>,
) -> (Vec<Variable>, Vec<usize>) {
    let mut variables: Vec<Variable> = Vec::new();
    let mut holes = Vec::new();
    for parameter in parameters {
        let wildcards = parameter.place == Place::Pattern;
        // A constant has one value by its path, so two of them need not have one type, nor one path.
        let number = variables.iter().position(|variable| {
            variable.name == parameter.name
                && (!parameter.constant
                    || variable.kind == parameter.kind
                        && variable.expression == parameter.expression)
        });
        let Some((number, variable)) =
            number.and_then(|number| Some((number, variables.get_mut(number)?)))
        else {
            holes.push(variables.len());
            variables.push(Variable {
                name: parameter.name.clone(),
                expression: parameter.expression.clone(),
                kind: parameter.kind,
                wildcards,
                pseudo: None,
                given: false,
            });
            continue;
        };
        holes.push(number);
        let problem = |message: String| {
            Problem::new(of.file, message)
                .at(parameter.span.start())
                .help("assign one of them to a variable with a different name first: `let name = ..;`")
        };
        if variable.expression != parameter.expression {
            problems.push(problem(format!(
                "`{}` and `{}` of `{}` would be one parameter, `{}`",
                variable.expression, parameter.expression, of.item, parameter.name
            )));
            continue;
        }
        variable.wildcards |= wildcards;
        match common(variable.kind, parameter.kind) {
            Some(kind) => variable.kind = kind,
            None => problems.push(problem(format!(
                "`{}` of `{}` is {} here and {} elsewhere",
                parameter.name,
                of.item,
                a(parameter.kind),
                a(variable.kind)
            ))),
        }
    }
    (variables, holes)
}

/// The type whose values may be in both places: conditions take any name or ARN as text.
fn common(left: &'static str, right: &'static str) -> Option<&'static str> {
    let is_text = |kind| kind == "Arn" || values::grammar_of(kind).is_some();
    match (left, right) {
        _ if left == right => Some(left),
        ("Text", kind) | (kind, "Text") if is_text(kind) => Some(kind),
        _ => None,
    }
}

/// What is in the policy for a given value.
fn text(given: &Given, kind: &str, place: Place) -> Result<String, String> {
    let text = match given {
        Given::Text(text) => match values::fill_as(kind, text, place) {
            Some(Ok(text)) => text,
            Some(Err(error)) => return Err(error.to_string()),
            None => return Err(format!("there is no type `{kind}`")),
        },
        Given::Pattern(_) if place == Place::Principal || !values::takes_pattern(kind) => {
            return Err(format!("{} has no wildcards", a(kind)));
        }
        Given::Pattern(pattern) => pattern.as_str().to_owned(),
    };
    // They represent unknown values, only in documents.
    if text.chars().any(|c| dsl::hole_of(c).is_some()) {
        return Err("characters from private use plane 15 are not allowed in a policy".to_owned());
    }
    Ok(text)
}

/// The type with its article, as a message has it.
fn a(kind: &str) -> String {
    let article = if kind.starts_with(['A', 'E', 'I', 'O']) {
        "an"
    } else {
        "a"
    };
    format!("{article} `{kind}`")
}
