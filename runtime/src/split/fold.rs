//! Actions written as patterns that match the same actions today.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::proof::{named, same, today};
use super::{Change, Item, merge};
use crate::catalogue::{self, Service};
use crate::document::Text;
use crate::glob;

/// Replaces actions by patterns that match nothing else in the catalogue.
///
/// A pattern ends at a word, `Detect*` and not `Det*`: that is how AWS names actions, so it adds the least later.
pub(super) fn fold<'a>(version: Option<&Text<'a>>, item: &mut Item<'a>, changes: &mut Vec<Change>) {
    if item.statement.actions.not {
        return;
    }
    let texts = &item.statement.actions.values.items;
    let mut groups: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (at, text) in texts.iter().enumerate() {
        if let Some(pattern) = shortest(text, texts) {
            groups.entry(pattern).or_default().insert(at);
        }
    }
    groups.retain(|_, group| group.len() > 1);
    if groups.is_empty() {
        return;
    }
    let mut folded = item.clone();
    let mut out = Vec::new();
    for (at, text) in texts.iter().enumerate() {
        let group = groups.iter().find(|(_, group)| group.contains(&at));
        match group {
            None => out.push(text.clone()),
            Some((pattern, group)) if group.first() == Some(&at) => {
                out.push(Text::Owned(pattern.clone()));
            }
            Some(_) => {}
        }
    }
    folded.statement.actions.values.items = out;
    let named = named([&item.statement, &folded.statement]);
    let old = today(&item.statement, &named);
    let new = today(&folded.statement, &named);
    if !same(version, &[old], &[new]) {
        return;
    }
    let statement = item.cited();
    for (pattern, group) in groups {
        let actions = (group.iter())
            .filter_map(|&at| Some(texts.get(at)?.clone().into_owned()))
            .collect();
        changes.push(Change::Folded {
            statement: statement.clone(),
            pattern,
            actions,
        });
    }
    merge::shorten(version, &mut folded, changes);
    *item = folded;
}

/// The shortest pattern for an action that matches only actions of the list.
fn shortest(text: &str, all: &[Text<'_>]) -> Option<String> {
    let (prefix, name) = text.split_once(':')?;
    let service = catalogue::service(&prefix.to_ascii_lowercase())?;
    let info = service.action_ignore_case(name)?;
    let start = ends_of_words(info.name).find(|start| only(service, start, all))?;
    Some(format!("{}:{start}*", service.prefix))
}

/// Whether the list has each action of the service that starts with this.
fn only(service: &Service, start: &str, all: &[Text<'_>]) -> bool {
    (service.actions.iter())
        .filter(|info| info.name.starts_with(start))
        .all(|info| {
            let action = format!("{}:{}", service.prefix, info.name);
            all.iter().any(|text| glob::matches(text, &action, true))
        })
}

/// The starts of a name that end where a word does, shortest first: ``, `Detect`, `DetectModeration`.
fn ends_of_words(name: &str) -> impl Iterator<Item = &str> {
    let boundary = move |at: &usize| {
        let before = name.get(..*at).and_then(|start| start.chars().next_back());
        let after = name.get(*at..).and_then(|rest| rest.chars().next());
        match (before, after) {
            (None, Some(_)) => true,
            (Some(before), Some(after)) => !before.is_uppercase() && after.is_uppercase(),
            (_, None) => false,
        }
    };
    (0..name.len())
        .filter(boundary)
        .filter_map(|at| name.get(..at))
}

#[cfg(test)]
mod tests {
    use super::ends_of_words;
    use alloc::vec::Vec;

    #[test]
    fn words() {
        let words = |name| ends_of_words(name).collect::<Vec<_>>();
        assert_eq!(words("DetectText"), ["", "Detect"]);
        assert_eq!(words("GetObjectACL"), ["", "Get", "GetObject"]);
        assert_eq!(words("X"), [""]);
    }
}
