//! What a single call needs, asked by its name: an operation, a command line of the AWS CLI, or a method of the SDK.
//!
//! The answer comes from what [`Derive`] knows of calls in programs; there is no other table.

mod command;
mod method;
mod operation;
mod recorded;
mod shell;
mod values;

pub use self::recorded::{Place, Recorded, RecordedNeed, RecordedOperation};

use std::collections::{BTreeMap, BTreeSet};

use super::call::How;
use super::call::SdkCall;
use super::least::{self, Use};
use super::members;
use super::scan::Scan;
use super::sdk::Op;
use super::spelling::snake;
use super::value::{Built, Value};
use super::{Derive, Derived};
use crate::export::{Error, Problem};

/// A question about what calls need.
///
/// ```
/// use rekognition_iam_codegen::derive::{Asked, Derive};
///
/// let asked = Asked::read("aws rekognition detect-labels --image S3Object={Bucket=photos,Name=a.jpg}")?;
/// let derived = asked.derive(&Derive::new())?;
/// assert!(derived.rust().contains(r#"s3::object("photos", "a.jpg")"#));
///
/// // Of an operation alone, what its request may have is listed with what that needs.
/// let asked = Asked::read("rekognition:StartLabelDetection")?;
/// let when: Vec<_> = asked.conditional().into_iter().map(|more| more.when).collect();
/// assert!(when.iter().any(|when| when.contains("notification_channel")));
/// # Ok::<(), rekognition_iam_codegen::export::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Asked {
    calls: Vec<Call>,
    notes: Vec<String>,
}

/// One call.
#[derive(Debug, Clone)]
struct Call {
    sdk: SdkCall,
    /// Nothing of the request is said, so that all of it is open.
    bare: bool,
    region: Option<String>,
}

/// What a call needs when its request has a certain member.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Conditional {
    /// The operation.
    pub operation: &'static str,
    /// The member, by the name of its setter.
    pub member: String,
    /// When, in words.
    pub when: String,
    /// What is then needed in addition to what is always needed.
    pub needs: Vec<Needed>,
    /// What is not known about it.
    pub notes: Vec<String>,
}

/// An action on a resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Needed {
    /// `s3:GetObject`
    pub action: String,
    /// The ARN, with parameters in braces.
    pub resource: String,
    /// The services that a role is passed to.
    pub passed_to: Vec<&'static str>,
    /// What of the call needs it, when it is not the call itself.
    pub purpose: Option<&'static str>,
}

impl Asked {
    /// Reads a question: `rekognition:DetectLabels`, `aws rekognition detect-labels ..`, `client.detect_labels()`,
    /// `aws_sdk_rekognition::Client::detect_labels`. A command line is read as text and never run.
    ///
    /// # Errors
    /// When no operation is meant that the catalogue has, with the nearest name.
    pub fn read(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        if text.is_empty() {
            return Err(problem("the question is empty").help(FORMS).into());
        }
        if command::is_command(text) {
            return command::read(text);
        }
        if let Some((service, name)) = operation::parts(text) {
            return operation::read(service, name);
        }
        method::read(text)
    }

    /// The same with a member that the request has, by the name of its setter: `notification_channel`.
    ///
    /// # Errors
    /// When no call has such a member.
    pub fn with(mut self, member: &str) -> Result<Self, Error> {
        let name = snake(member);
        let mut known: Vec<String> = Vec::new();
        let mut any = false;
        for call in &mut self.calls {
            let op = call.sdk.op;
            let members = members::of_operation(op);
            if members.iter().any(|(known, _)| *known == name) {
                any = true;
                call.sdk.fields.retain(|(field, _)| *field != name);
                call.sdk.fields.push((name.clone(), seen(op, &name)));
            }
            known.extend(members.into_iter().map(|(name, _)| name));
        }
        if any {
            return Ok(self);
        }
        let near =
            rekognition_iam_runtime::suggest::nearest(&name, known.iter().map(String::as_str));
        let problem = problem(format!("the request has no member `{name}`"));
        Err(match near {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help(format!("it has {}", known.join(", "))),
        }
        .into())
    }

    /// The operations that are asked about, as `service:Operation`.
    pub fn operations(&self) -> impl Iterator<Item = String> + '_ {
        self.calls.iter().map(|call| {
            let op = call.sdk.op;
            format!("{}:{}", op.service.prefix, op.operation.name)
        })
    }

    /// What of the question was not used.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The policy that the calls need, with the settings of a derivation: its name and values.
    ///
    /// # Errors
    /// When a value was given for no parameter.
    pub fn derive(&self, derive: &Derive) -> Result<Derived, Error> {
        let mut derive = derive.clone();
        let calls: Vec<SdkCall> = self.calls.iter().map(|call| call.sdk.clone()).collect();
        // A region that the command line names is the one of its resources.
        if let Some(region) = self.region() {
            let open = least::of(&calls, &derive.values);
            if open
                .parameters
                .iter()
                .any(|parameter| parameter.name == "region")
            {
                (derive.values.entry("region".to_owned())).or_insert_with(|| region.to_owned());
            }
        }
        let names: Vec<String> = self.operations().map(|name| format!("`{name}`")).collect();
        let mut derived = derive.of(Scan::of_calls(calls))?;
        derived.about = Some(names.join(", "));
        Ok(derived)
    }

    /// The region, when all calls have the same.
    fn region(&self) -> Option<&str> {
        let mut regions = self.calls.iter().map(|call| call.region.as_deref());
        let first = regions.next()??;
        regions.all(|region| region == Some(first)).then_some(first)
    }

    /// What the calls need when their requests have certain members, of calls about whose requests nothing was said.
    #[must_use]
    pub fn conditional(&self) -> Vec<Conditional> {
        (self.calls.iter())
            .filter(|call| call.bare)
            .flat_map(conditional)
            .collect()
    }
}

const FORMS: &str = "ask for an operation, `rekognition:DetectLabels`; a command line, `aws rekognition detect-labels ..`; or a \
     method, `aws_sdk_rekognition::Client::detect_labels`";

fn problem(message: impl Into<String>) -> Problem {
    Problem::new("needs", message)
}

/// A call of an operation that nobody wrote in a file.
fn call(op: Op, how: How, fields: Vec<(String, Value)>) -> SdkCall {
    SdkCall {
        op,
        how,
        file: String::new(),
        line: 0,
        column: 0,
        statement: 0,
        fields,
        open: false,
    }
}

/// What every request of an operation has, of which nothing is known.
fn required(op: Op) -> Vec<(String, Value)> {
    (members::of_operation(op).into_iter())
        .filter(|(_, required)| *required)
        .map(|(name, _)| {
            let value = Value::named(&name);
            (name, value)
        })
        .collect()
}

/// A call about whose request nothing is said. What may be an object in S3 is left out: it is a condition of its own.
fn bare(op: Op, how: How) -> Call {
    let mut fields = required(op);
    fields.retain(|(name, _)| !may_be_object(op, name));
    Call {
        sdk: call(op, how, fields),
        bare: true,
        region: None,
    }
}

/// Whether a request needs more when this member is an object in S3.
fn may_be_object(op: Op, name: &str) -> bool {
    let with = |value: Value| -> BTreeSet<Needed> {
        let mut fields = required(op);
        fields.retain(|(field, _)| field != name);
        fields.push((name.to_owned(), value));
        let least = least::of(&[call(op, How::Method, fields)], &BTreeMap::new());
        least.uses.iter().map(needed).collect()
    };
    let (named, object) = (with(Value::named(name)), with(object()));
    object != named && object.is_superset(&named)
}

/// A member that is there: as an object in S3 where that makes a difference.
fn seen(op: Op, name: &str) -> Value {
    match may_be_object(op, name) {
        true => object(),
        false => Value::named(name),
    }
}

/// An object in S3 of which nothing is known.
fn object() -> Value {
    Value::Built(std::sync::Arc::new(Built {
        name: "S3Object".into(),
        fields: Vec::new(),
    }))
}

pub(super) fn needed(one: &Use) -> Needed {
    Needed {
        action: one.action.clone(),
        // A parameter for a whole ARN.
        resource: match one.resource.strip_prefix("arn:{") {
            Some(rest) if rest.find('}') == rest.len().checked_sub(1) => format!("{{{rest}"),
            _ => one.resource.clone(),
        },
        passed_to: one.passed_to.clone(),
        purpose: one.purpose,
    }
}

/// What a call needs with each member that its request may have: the same derivation, once more with the member.
fn conditional(call: &Call) -> Vec<Conditional> {
    let given = BTreeMap::new();
    let op = call.sdk.op;
    let base = least::of(std::slice::from_ref(&call.sdk), &given);
    let always: BTreeSet<(String, String)> = (base.uses.iter())
        .map(|one| (one.action.clone(), one.resource.clone()))
        .collect();
    let base_notes: BTreeSet<&str> = base.unsure.iter().map(|note| note.text.as_str()).collect();
    let mut found = Vec::new();
    // Services without a module have the roles and tags of their requests in another list than the members.
    let mut all = members::of_operation(op);
    let more = op
        .other
        .map(|other| other.more.as_slice())
        .unwrap_or_default();
    for (path, _) in more.iter().flat_map(|more| &more.when) {
        let name = path.join(".");
        if !all.iter().any(|(known, _)| *known == name) {
            all.push((name, false));
        }
    }
    for (member, required) in all {
        let with = |value: Value| {
            let mut changed = call.sdk.clone();
            let mut path = member.split('.');
            let first = path.next().unwrap_or_default().to_owned();
            changed.fields.retain(|(field, _)| *field != first);
            let value = path.rev().fold(value, |inner, name| {
                Value::Built(std::sync::Arc::new(Built {
                    name: "".into(),
                    fields: vec![(name.into(), inner)],
                }))
            });
            changed.fields.push((first, value));
            let least = least::of(&[changed], &given);
            let needs: BTreeSet<Needed> = (least.uses.iter())
                .filter(|one| !always.contains(&(one.action.clone(), one.resource.clone())))
                .map(needed)
                .collect();
            let notes: Vec<String> = (least.unsure.iter())
                .map(|note| note.text.clone())
                .chain(least.hints.difference(&base.hints).cloned())
                .filter(|note| !base_notes.contains(note.as_str()))
                .collect();
            (needs, notes)
        };
        let mut add = |when: String, (needs, notes): (BTreeSet<Needed>, Vec<String>)| {
            if !needs.is_empty() || !notes.is_empty() {
                found.push(Conditional {
                    operation: op.operation.name,
                    member: member.clone(),
                    when,
                    needs: needs.into_iter().collect(),
                    notes,
                });
            }
        };
        if may_be_object(op, &member) {
            let when = format!("when `{member}` is an object in S3");
            add(when, with(object()));
        } else if !required && !call.sdk.sets(&member) {
            let last = member.rsplit('.').next().unwrap_or_default();
            let named = with(Value::named(last));
            add(format!("when the request has `{member}`"), named);
        }
    }
    found
}
