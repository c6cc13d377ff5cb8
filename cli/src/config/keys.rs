//! The keys of `rekognition-iam.toml`, from which it is read and its JSON schema is written.

use std::borrow::Cow;

use rekognition_iam_runtime::check::Severity;
use rekognition_iam_runtime::suggest;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::values::Wrong;
use crate::input::rules;
use crate::json_text::{quoted, write_string};

/// The keys of one table.
pub(super) trait Key: Copy + 'static {
    const ALL: &'static [Self];
    /// The keys that a table must have.
    const REQUIRED: &'static [Self];

    fn name(self) -> &'static str;
    fn help(self) -> &'static str;
    fn form(self) -> Form;
}

/// What a value must be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    /// Text that is not empty.
    Text,
    /// A number of days.
    Days,
    /// The ID of a rule.
    Rule,
    /// `off` or a severity.
    Level,
    /// A list of texts.
    Texts,
    /// A table of names that the author chooses, each with a reason.
    Reasons,
    /// A table with a table for each rule.
    Rules,
    /// A severity.
    Severity,
    /// A list of actions.
    Actions,
    /// A list of account IDs.
    Accounts,
    /// A condition as a policy has it.
    Condition,
    /// A list of tables, each of which accepts a finding.
    Accepts,
    /// A list of tables, each of which is a rule of the organization.
    Organizations,
}

macro_rules! keys {
    ($(
        $(#[$meta:meta])*
        $table:ident requires [$($required:ident),*] {
            $(#[doc = $help:literal] $key:ident = $name:literal: $form:ident,)*
        }
    )*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum $table {
            $(#[doc = $help] $key,)*
        }

        impl Key for $table {
            const ALL: &'static [Self] = &[$(Self::$key),*];
            const REQUIRED: &'static [Self] = &[$(Self::$required),*];

            fn name(self) -> &'static str {
                match self {
                    $(Self::$key => $name,)*
                }
            }

            fn help(self) -> &'static str {
                match self {
                    $(Self::$key => $help.trim_ascii(),)*
                }
            }

            fn form(self) -> Form {
                match self {
                    $(Self::$key => Form::$form,)*
                }
            }
        }
    )*};
}

keys! {
    /// What the file can have.
    Top requires [] {
        /// Findings that are accepted in one place, each with a reason.
        Accept = "accept": Accepts,
        /// Baseline file of `check`, relative to this file: findings that it lists do not fail a run.
        Baseline = "baseline": Text,
        /// Catalogue file to use instead of the built-in AWS data, relative to this file.
        Catalogue = "catalogue": Text,
        /// Age in days after which `check` reports the AWS data.
        MaxCatalogueAge = "max-catalogue-age": Days,
        /// Rules of the organization: what actions need, and in which accounts they are allowed.
        Organization = "organization": Organizations,
        /// Severities of rules, each with a reason.
        Rules = "rules": Rules,
        /// Actions and condition keys that the AWS data does not have, each with a reason.
        Unlisted = "unlisted": Reasons,
    }

    /// What is set for a rule.
    Rule requires [Level, Reason] {
        /// Patterns of the files that the setting applies to, all by default. `*` also matches `/`.
        Files = "files": Texts,
        /// Severity of the findings; `off` accepts them.
        Level = "level": Level,
        /// Why.
        Reason = "reason": Text,
    }

    /// A finding that is accepted in one place.
    Accept requires [Rule, File, Reason] {
        /// Pattern of the file, relative to this one. `*` also matches `/`.
        File = "file": Text,
        /// Path of the finding as reports print it, or the beginning of the path, such as `Statement[0]`.
        Path = "path": Text,
        /// Why the finding is accepted.
        Reason = "reason": Text,
        /// ID of the rule.
        Rule = "rule": Rule,
        /// Sid of the statement.
        Sid = "sid": Text,
    }

    /// A rule of the organization.
    Organization requires [Actions, Reason] {
        /// Actions that the rule is about; `*` and `?` are wildcards.
        Actions = "actions": Actions,
        /// Patterns of the files that the rule applies to, all by default. `*` also matches `/`.
        Files = "files": Texts,
        /// Severity of the findings, `error` by default.
        Level = "level": Severity,
        /// IDs of the accounts whose resources the actions may be allowed on. If a policy has principals, they must be in these accounts.
        OnlyInAccounts = "only-in-accounts": Accounts,
        /// Condition that every request with these actions must meet, as in a policy.
        OnlyWith = "only-with": Condition,
        /// Why; reports show it.
        Reason = "reason": Text,
    }
}

/// Hands each member of a table to `take`. `what` names the table in messages.
pub(super) fn each<'v, K: Key>(
    table: &'v DeTable<'v>,
    what: &str,
    mut take: impl FnMut(K, &'v Spanned<Cow<'v, str>>, &'v Spanned<DeValue<'v>>) -> Result<(), Wrong>,
) -> Result<(), Wrong> {
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        match K::ALL.iter().find(|known| known.name() == name) {
            Some(known) => take(*known, key, value)?,
            None => return Err((key.span().start, unknown::<K>(name, value.get_ref(), what))),
        }
    }
    Ok(())
}

fn unknown<K: Key>(name: &str, value: &DeValue<'_>, what: &str) -> String {
    let names: Vec<&str> = K::ALL.iter().map(|key| key.name()).collect();
    let help = match suggest::nearest(name, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the names are {}", listed(&names)),
    };
    let kind = match value {
        DeValue::Table(_) => "table",
        _ => "setting",
    };
    match what {
        "" => format!("unknown {kind} `{name}`; {help}"),
        what => format!("{what} has no setting `{name}`; {help}"),
    }
}

/// Names in code, as a list in a sentence.
fn listed(names: &[&str]) -> String {
    let mut out = String::new();
    for (number, name) in names.iter().enumerate() {
        out.push_str(match (number, names.len() - number) {
            (0, _) => "",
            (1, 1) => " and ",
            (_, 1) => ", and ",
            _ => ", ",
        });
        out.push_str(&format!("`{name}`"));
    }
    out
}

/// The JSON schema of the file, for editors.
pub(crate) fn schema() -> String {
    let mut out = String::from(
        "{\n  \"$schema\": \"http://json-schema.org/draft-07/schema#\",\n  \"title\": \"rekognition-iam.toml\",\n",
    );
    table::<Top>(&mut out, 1);
    out.push_str("\n}\n");
    out
}

/// The members of the schema of a table.
fn table<K: Key>(out: &mut String, depth: usize) {
    let indent = "  ".repeat(depth);
    out.push_str(&format!(
        "{indent}\"type\": \"object\",\n{indent}\"additionalProperties\": false,\n"
    ));
    if !K::REQUIRED.is_empty() {
        let names: Vec<String> = K::REQUIRED.iter().map(|key| quoted(key.name())).collect();
        out.push_str(&format!("{indent}\"required\": [{}],\n", names.join(", ")));
    }
    out.push_str(&format!("{indent}\"properties\": {{"));
    for (number, key) in K::ALL.iter().enumerate() {
        out.push_str(if number == 0 { "\n" } else { ",\n" });
        out.push_str(&format!("{indent}  {}: {{\n", quoted(key.name())));
        out.push_str(&format!("{indent}    \"description\": "));
        write_string(out, key.help());
        out.push_str(",\n");
        form(out, key.form(), depth + 2);
        out.push_str(&format!("\n{indent}  }}"));
    }
    out.push_str(&format!("\n{indent}}}"));
}

/// The members of the schema of a value.
fn form(out: &mut String, form: Form, depth: usize) {
    let indent = "  ".repeat(depth);
    let text = "\"type\": \"string\", \"pattern\": \"\\\\S\"";
    match form {
        Form::Text => out.push_str(&format!("{indent}{text}")),
        Form::Days => out.push_str(&format!(
            "{indent}\"type\": \"integer\", \"minimum\": 0, \"maximum\": {}",
            u32::MAX
        )),
        Form::Rule => {
            let ids: Vec<String> = rules::all().map(|rule| quoted(rule.id)).collect();
            out.push_str(&format!("{indent}\"enum\": [{}]", ids.join(", ")));
        }
        Form::Level => severities(out, &indent, &["off"]),
        Form::Texts => out.push_str(&format!(
            "{indent}\"type\": \"array\", \"items\": {{\"type\": \"string\"}}"
        )),
        Form::Reasons => out.push_str(&format!(
            "{indent}\"type\": \"object\", \"propertyNames\": {{\"pattern\": \":\"}}, \"additionalProperties\": {{{text}}}"
        )),
        Form::Rules => {
            out.push_str(&format!("{indent}\"type\": \"object\",\n{indent}\"propertyNames\": {{\n"));
            self::form(out, Form::Rule, depth + 1);
            out.push_str(&format!("\n{indent}}},\n{indent}\"additionalProperties\": {{\n"));
            table::<Rule>(out, depth + 1);
            out.push_str(&format!("\n{indent}}}"));
        }
        Form::Accepts => {
            out.push_str(&format!(
                "{indent}\"type\": \"array\",\n{indent}\"items\": {{\n{indent}  \"anyOf\": [{{\"required\": [\"sid\"]}}, {{\"required\": [\"path\"]}}],\n"
            ));
            table::<Accept>(out, depth + 1);
            out.push_str(&format!("\n{indent}}}"));
        }
        Form::Severity => severities(out, &indent, &[]),
        Form::Actions => out.push_str(&format!(
            "{indent}\"type\": \"array\", \"minItems\": 1, \"items\": {{\"type\": \"string\", \"pattern\": \":|^\\\\*$\"}}"
        )),
        Form::Accounts => out.push_str(&format!(
            "{indent}\"type\": \"array\", \"minItems\": 1, \"items\": {{\"type\": \"string\", \"pattern\": \"^[0-9]{{12}}$\"}}"
        )),
        Form::Condition => out.push_str(&format!(
            "{indent}\"type\": \"object\", \"minProperties\": 1, \"additionalProperties\": {{\"type\": \"object\", \"minProperties\": 1, \"additionalProperties\": {{\"anyOf\": [{{\"type\": \"string\"}}, {{\"type\": \"array\", \"items\": {{\"type\": \"string\"}}}}]}}}}"
        )),
        Form::Organizations => {
            out.push_str(&format!(
                "{indent}\"type\": \"array\",\n{indent}\"items\": {{\n{indent}  \"oneOf\": [{{\"required\": [\"only-with\"]}}, {{\"required\": [\"only-in-accounts\"]}}],\n"
            ));
            table::<Organization>(out, depth + 1);
            out.push_str(&format!("\n{indent}}}"));
        }
    }
}

/// One of these texts or of the severities: by its name, which editors offer, or in the other ways that it may be written.
fn severities(out: &mut String, indent: &str, others: &[&str]) {
    let names = Severity::ALL.map(Severity::name);
    let listed: Vec<String> = (others.iter().chain(&names))
        .map(|name| quoted(name))
        .collect();
    let patterns = names.map(|name| {
        let each = name.chars().map(|c| match c {
            '-' => "[-_]".to_string(),
            c => format!("[{c}{}]", c.to_ascii_uppercase()),
        });
        each.collect::<String>()
    });
    out.push_str(&format!(
        "{indent}\"anyOf\": [{{\"enum\": [{}]}}, {{\"pattern\": \"^({})$\"}}]",
        listed.join(", "),
        patterns.join("|")
    ));
}
