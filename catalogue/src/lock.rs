//! What the last run generated, so that this one can tell what it changes.
//!
//! `catalogue.lock` lies next to the generated code: one line for each action, resource type, ARN format and condition key,
//! its name and its facts with a tab between. It is also the place to read an update of the catalogue in a review.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use super::Error;
use super::files::HEADER;

/// The name of the file.
pub(super) const FILE: &str = "catalogue.lock";

/// Facts by what they are about: `action rekognition:IndexFaces`.
pub(super) type Facts = BTreeMap<String, String>;

/// What changed between two states of the catalogue.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Changes {
    /// What is new.
    pub added: Vec<String>,
    /// What has other facts than before: name, before, now.
    pub changed: Vec<(String, String, String)>,
    /// What is gone.
    pub removed: Vec<String>,
}

impl Changes {
    pub(super) fn between(before: &Facts, now: &Facts) -> Self {
        let mut changes = Self::default();
        for (name, facts) in now {
            match before.get(name) {
                None => changes.added.push(name.clone()),
                Some(old) if old != facts => {
                    changes
                        .changed
                        .push((name.clone(), old.clone(), facts.clone()));
                }
                Some(_) => {}
            }
        }
        changes.removed = before
            .keys()
            .filter(|name| !now.contains_key(*name))
            .cloned()
            .collect();
        changes
    }

    /// The entry of CHANGELOG.md for these changes: what is gone by name, what is new and different by name for these services and
    /// counted for the others.
    #[must_use]
    pub fn changelog(&self, services: &[&str], as_of: &str, source: &str) -> String {
        let mut out = format!("- The catalogue is of {as_of}, from {source}.\n");
        let changed: Vec<&String> = self.changed.iter().map(|(name, ..)| name).collect();
        for (what, names) in [
            ("Added", self.added.iter().collect()),
            ("Changed", changed),
            ("Removed", self.removed.iter().collect::<Vec<_>>()),
        ] {
            let (shown, counted): (Vec<&String>, Vec<&String>) = (names.into_iter())
                .partition(|name| what == "Removed" || services.iter().any(|own| is_of(name, own)));
            if !shown.is_empty() {
                let shown: Vec<String> = shown.iter().map(|name| format!("`{name}`")).collect();
                let _ = writeln!(out, "  {what}: {}.", shown.join(", "));
            }
            if !counted.is_empty() {
                let count = counted.len();
                let s = if count == 1 { "" } else { "s" };
                let _ = writeln!(
                    out,
                    "  {what} in services without a module: {count} name{s}."
                );
            }
        }
        out
    }

    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty()
    }
}

/// Whether the name of a fact is about this service: `action s3:GetObject`, `resource type s3 bucket`.
fn is_of(name: &str, service: &str) -> bool {
    (name.split([' ', ':'])).any(|word| word == service)
}

pub(super) fn write(facts: &Facts) -> String {
    // The header of the Rust files, as a comment of this one.
    let mut out = HEADER.replacen("//", "#", 1);
    for (name, text) in facts {
        let _ = writeln!(out, "{name}\t{text}");
    }
    out
}

/// Reads the file of the last run. When there is none, everything is new.
pub(super) fn read(out: &Path) -> Result<Facts, Error> {
    let file = out.join(FILE);
    let text = match std::fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Facts::new()),
        Err(error) => return Err(Error::new(&file, "", format!("cannot be read: {error}"))),
    };
    let mut facts = Facts::new();
    for (index, line) in text.lines().enumerate() {
        if line.starts_with('#') {
            continue;
        }
        let Some((name, text)) = line.split_once('\t') else {
            return Err(Error::new(
                &file,
                format!("{}:1", index + 1),
                "expected a name, a tab and facts",
            ));
        };
        facts.insert(name.to_owned(), text.to_owned());
    }
    Ok(facts)
}

#[cfg(test)]
mod tests {
    use super::Changes;

    #[test]
    fn the_entry_of_the_changelog_names_what_is_gone() {
        let changes = Changes {
            added: vec!["action s3:New".to_owned(), "action chime:New".to_owned()],
            changed: vec![(
                "condition key s3 s3:x".to_owned(),
                String::new(),
                String::new(),
            )],
            removed: vec!["action chime:Old".to_owned()],
        };
        assert_eq!(
            changes.changelog(&["s3"], "2027-01-31", "a test"),
            "- The catalogue is of 2027-01-31, from a test.\n  Added: `action s3:New`.\n  \
             Added in services without a module: 1 name.\n  Changed: `condition key s3 s3:x`.\n  \
             Removed: `action chime:Old`.\n"
        );
    }
}
