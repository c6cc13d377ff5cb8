//! Templates that Terraform makes a policy of, in files that may be named like a policy.
//!
//! Many modules keep `policies/lambda.json` with `${kms_key_arn}` in it, for `templatefile`. Read as a policy, every reference would be an
//! unknown policy variable.

use rekognition_iam_runtime::json::Limits;

use super::files::{self, Input, MAX_FILE};
use super::hcl::{self, Readers, Reads, Sources};
use super::known::Fill;
use super::language::Language;
use super::positions::Positions;
use super::render::Embedded;
use super::shape::{self, Shape};
use super::stack::Configuration;

/// What Terraform makes of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Template {
    /// A policy, or a text that is only complete after deployment.
    Policy,
    /// Another text: a script, the containers of a task, or JSON in which a policy is one value of several.
    Other,
}

/// What a text is a template of, if it is one: its name says so, or it is a policy with places for values, and a module near it or
/// among the files of the run makes a template of it.
pub(crate) fn of(
    text: &str,
    input: &Input,
    sources: &dyn Sources,
    readers: &Readers,
) -> Option<Template> {
    if files::is_template_text(&input.name()) {
        return Some(match is_of_policy(text, input) {
            true => Template::Policy,
            false => Template::Other,
        });
    }
    let has_values = text.contains("${") || text.contains("%{");
    let is_read = has_values
        && text.contains("\"Statement\"")
        && !hcl::is_hcl(input)
        && !shape::is_yaml(text, input)
        && readers.reads(input, sources) == Some(Reads::Template);
    is_read.then_some(Template::Policy)
}

/// Whether a template is one of a policy, with anything in the places for values.
fn is_of_policy(text: &str, input: &Input) -> bool {
    if !input.named && shape::is_other_json(text) {
        return false;
    }
    let language = Language::Terraform(Configuration::default());
    let (pieces, _) = language.string(text);
    let filled = Embedded::new(&pieces, Positions::whole(text), None, Fill::Wide);
    let limits = Limits {
        text: MAX_FILE as usize,
        string: MAX_FILE as usize,
    };
    let (shape, is_json) = shape::shape_of_json(&filled.text, &input.name(), input.named, &limits);
    shape == Shape::Policy || !is_json
}
