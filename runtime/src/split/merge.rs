//! Fewer and shorter statements with the same meaning.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::proof::same;
use super::{Change, Item};
use crate::check::covers_pattern;
use crate::document::{Document, Element, List, Statement, Text, Value};
use crate::json;

/// A list of a statement that can be joined with that of another.
#[derive(Debug, Clone, Copy)]
enum Joint {
    Actions,
    Resources,
}

impl Joint {
    fn of<'s, 'a>(self, statement: &'s Statement<'a>) -> Option<&'s Element<'a>> {
        match self {
            Self::Actions => Some(&statement.actions),
            Self::Resources => statement.resources.as_ref(),
        }
        .filter(|element| !element.not)
    }

    fn of_mut<'s, 'a>(self, statement: &'s mut Statement<'a>) -> Option<&'s mut Element<'a>> {
        match self {
            Self::Actions => Some(&mut statement.actions),
            Self::Resources => statement.resources.as_mut(),
        }
        .filter(|element| !element.not)
    }

    /// AWS compares actions whatever their letter case.
    const fn folds(self) -> bool {
        match self {
            Self::Actions => true,
            Self::Resources => false,
        }
    }
}

/// Merges statements, and removes what others cover. Each step is proved before it is taken.
pub(super) fn shrink<'a>(
    version: Option<&Text<'a>>,
    items: Vec<Item<'a>>,
    changes: &mut Vec<Change>,
) -> Vec<Item<'a>> {
    let mut items = items;
    for item in &mut items {
        shorten(version, item, changes);
    }
    loop {
        let before = items.len();
        for joint in [Joint::Actions, Joint::Resources] {
            items = join(version, items, joint, changes);
        }
        if items.len() == before {
            break;
        }
    }
    uncovered(version, items, changes)
}

/// Removes entries of lists that others of the list cover.
pub(super) fn shorten<'a>(
    version: Option<&Text<'a>>,
    item: &mut Item<'a>,
    changes: &mut Vec<Change>,
) {
    for joint in [Joint::Actions, Joint::Resources] {
        let mut shorter = item.statement.clone();
        let Some(element) = joint.of_mut(&mut shorter) else {
            continue;
        };
        let texts = core::mem::take(&mut element.values.items);
        let mut removed = Vec::new();
        let mut kept: Vec<Text<'a>> = Vec::new();
        for text in texts {
            if let Some(by) = (kept.iter()).find(|by| covers_pattern(by, &text, joint.folds())) {
                removed.push((text.into_owned(), by.clone().into_owned()));
                continue;
            }
            kept.retain(|old| {
                let covered = covers_pattern(&text, old, joint.folds());
                if covered {
                    removed.push((old.clone().into_owned(), text.clone().into_owned()));
                }
                !covered
            });
            kept.push(text);
        }
        element.values.items = kept;
        element.values.bare = true;
        if removed.is_empty() {
            item.statement = shorter;
        } else if same(
            version,
            core::slice::from_ref(&item.statement),
            core::slice::from_ref(&shorter),
        ) {
            item.statement = shorter;
            let statement = item.cited();
            changes.extend(removed.into_iter().map(|(entry, by)| Change::Redundant {
                statement: statement.clone(),
                entry,
                by,
            }));
        }
    }
}

/// Joins statements that differ in nothing but one list.
fn join<'a>(
    version: Option<&Text<'a>>,
    items: Vec<Item<'a>>,
    joint: Joint,
    changes: &mut Vec<Change>,
) -> Vec<Item<'a>> {
    let mut out: Vec<Item<'a>> = Vec::new();
    let mut firsts: BTreeMap<String, usize> = BTreeMap::new();
    for item in items {
        let Some(more) = joint.of(&item.statement) else {
            out.push(item);
            continue;
        };
        let key = rest(&item.statement, joint);
        let Some(first) = firsts.get(&key).and_then(|&at| out.get_mut(at)) else {
            firsts.insert(key, out.len());
            out.push(item);
            continue;
        };
        let mut merged = first.clone();
        if let Some(element) = joint.of_mut(&mut merged.statement) {
            element
                .values
                .items
                .extend(more.values.items.iter().cloned());
            element.values.bare = true;
        }
        if merged.statement.sid.is_none() {
            merged.statement.sid.clone_from(&item.statement.sid);
        }
        merged.from.extend(item.from.iter().cloned());
        let parts = [first.statement.clone(), item.statement.clone()];
        if same(version, &parts, core::slice::from_ref(&merged.statement)) {
            shorten(version, &mut merged, &mut Vec::new());
            changes.push(Change::Merged(merged.from.clone()));
            *first = merged;
        } else {
            out.push(item);
        }
    }
    out
}

/// All of a statement but its `Sid` and one list, the same text for the same meaning where that is easily seen.
fn rest(statement: &Statement<'_>, joint: Joint) -> String {
    let mut statement = statement.clone();
    statement.sid = None;
    if let Some(element) = joint.of_mut(&mut statement) {
        element.values = List::default();
    }
    let sorted = |element: &mut Element<'_>| {
        element.values.items.sort();
        element.values.items.dedup();
        element.values.bare = true;
    };
    sorted(&mut statement.actions);
    if let Some(resources) = &mut statement.resources {
        sorted(resources);
    }
    for block in &mut statement.conditions {
        for (_, values) in &mut block.keys {
            let mut texts: Vec<String> = (values.iter())
                .map(|value| value.as_text().to_owned())
                .collect();
            texts.sort();
            values.items = (texts.into_iter())
                .map(|text| Value::String(text.into()))
                .collect();
            values.bare = true;
        }
        block.keys.sort_by(|a, b| a.0.cmp(&b.0));
    }
    statement
        .conditions
        .sort_by(|a, b| a.operator.cmp(&b.operator));
    json::to_minified(&Document {
        statements: List::bracketed(alloc::vec![statement]),
        ..Document::default()
    })
}

/// Removes statements that another one covers.
fn uncovered<'a>(
    version: Option<&Text<'a>>,
    items: Vec<Item<'a>>,
    changes: &mut Vec<Change>,
) -> Vec<Item<'a>> {
    let mut gone = alloc::vec![false; items.len()];
    let document = Document {
        version: version.cloned(),
        id: None,
        statements: List::bracketed(items.iter().map(|item| item.statement.clone()).collect()),
    };
    for (inner, outer) in crate::check::covered_statements(&document) {
        let is_gone = |at: usize| gone.get(at).copied().unwrap_or(true);
        let (Some(small), Some(large)) = (items.get(inner), items.get(outer)) else {
            continue;
        };
        if is_gone(inner) || is_gone(outer) {
            continue;
        }
        let both = [large.statement.clone(), small.statement.clone()];
        if same(version, &both, core::slice::from_ref(&large.statement)) {
            if let Some(gone) = gone.get_mut(inner) {
                *gone = true;
            }
            changes.push(Change::Covered {
                statement: small.cited(),
                by: large.cited(),
            });
        }
    }
    let mut gone = gone.into_iter();
    let mut items = items;
    items.retain(|_| !gone.next().unwrap_or_default());
    items
}

/// Removes empty `Sid`s, and makes the others different from each other.
pub(super) fn name_apart(items: &mut [Item<'_>], sids: &mut super::Sids) {
    for item in items {
        let sid = item.statement.sid.take().filter(|sid| !sid.is_empty());
        item.statement.sid = sid.map(|sid| {
            if sids.take(&sid) {
                sid
            } else {
                Text::Owned(sids.next(&sid))
            }
        });
    }
}
