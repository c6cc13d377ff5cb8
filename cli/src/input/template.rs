//! Templates that Terraform makes a policy of, in files that are named like a policy.
//!
//! Many modules keep `policies/lambda.json` with `${kms_key_arn}` in it, for `templatefile`. Read as a policy, every reference would be an
//! unknown policy variable.

use std::path::Path;

use super::files::{self, Input};
use super::hcl::Sources;

/// Directories above the one of a template in which the module may be that uses it.
const LEVELS: usize = 4;

/// Whether a text is a template of Terraform: its name says so, or it has references that no policy has and a module near it makes a
/// template of a file with this name.
pub(crate) fn is_template(text: &str, input: &Input, sources: &dyn Sources) -> bool {
    if files::is_template_text(&input.name()) {
        return true;
    }
    let Some(path) = &input.path else {
        return false;
    };
    let is_json = (path.extension()).is_some_and(|end| end.eq_ignore_ascii_case("json"));
    let (Some(name), true) = (path.file_name().and_then(|name| name.to_str()), is_json) else {
        return false;
    };
    if !has_references(text) {
        return false;
    }
    let directory = path.parent().unwrap_or(Path::new(""));
    (directory.ancestors().take(LEVELS)).any(|directory| {
        let names = sources.names(directory).into_iter();
        let mut modules = names.filter(|name| name.ends_with(".tf") || name.ends_with(".tofu"));
        modules.any(|module| {
            let text = sources.read(&directory.join(module)).unwrap_or_default();
            text.lines().any(|line| line.contains(name)) && text.contains("template")
        })
    })
}

/// Whether a text has references that only a template has: policy variables have a `:` in their names, apart from three characters.
fn has_references(text: &str) -> bool {
    let has_name = |rest: &str| {
        let name = rest.split_once('}').map_or("", |(name, _)| name).trim();
        !(name.is_empty() || name.contains([':', '\n']) || matches!(name, "*" | "?" | "$"))
    };
    text.contains("$${") || text.contains("%{") || text.split("${").skip(1).any(has_name)
}

#[cfg(test)]
mod tests {
    use super::has_references;

    #[test]
    fn references_of_templates() {
        for text in [
            "${arn}/*",
            "x${jsonencode(a)}",
            "$${aws:username}",
            "%{ if x }",
        ] {
            assert!(has_references(text), "{text}");
        }
        for text in [
            "${aws:username}",
            "${*}${?}${$}",
            "${aws:PrincipalTag/a, 'b'}",
            "$x {y}",
            "${",
        ] {
            assert!(!has_references(text), "{text}");
        }
    }
}
