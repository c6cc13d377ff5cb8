//! The words of the language, and the names of its files.

use std::path::Path;

use crate::input::files::Input;

/// A string of HCL with its quotes.
pub(crate) fn quoted(text: &str) -> String {
    escaped(&crate::json_text::quoted(text))
}

/// A text in which nothing is a template.
pub(crate) fn escaped(text: &str) -> String {
    text.replace("${", "$${").replace("%{", "%%{")
}

/// Whether a text is a name, which needs no quotes.
pub(crate) fn is_name(text: &str) -> bool {
    let mut characters = text.chars();
    characters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic())
        && characters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
        && !matches!(text, "null" | "true" | "false" | "for")
}

/// Whether a file of this name is written in HCL.
pub(crate) fn is_hcl(input: &Input) -> bool {
    let extension = input.path.as_deref().and_then(Path::extension);
    extension.is_some_and(|extension| {
        ["tf", "tofu", "hcl"]
            .iter()
            .any(|known| extension == *known)
    })
}
