//! Templates that Terraform makes a policy of, in files that may be named like a policy.
//!
//! Many modules keep `policies/lambda.json` with `${kms_key_arn}` in it, for `templatefile`. Read as a policy, every reference would be an
//! unknown policy variable.

use super::files::{self, Input};
use super::hcl::{self, Readers, Reads, Sources};
use super::shape;

/// Whether a text is a template of Terraform: its name says so, or it is a policy with places for values, and a module near it or
/// among the files of the run makes a template of it.
pub(crate) fn is_template(
    text: &str,
    input: &Input,
    sources: &dyn Sources,
    readers: &Readers,
) -> bool {
    if files::is_template_text(&input.name()) {
        return true;
    }
    let has_values = text.contains("${") || text.contains("%{");
    has_values
        && text.contains("\"Statement\"")
        && !hcl::is_hcl(input)
        && !shape::is_yaml(text, input)
        && readers.reads(input, sources) == Some(Reads::Template)
}
