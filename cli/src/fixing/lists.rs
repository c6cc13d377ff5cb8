//! What a fix does to the lists of a document: their order and their brackets say nothing, and no value is there twice.

use std::collections::HashSet;

use rekognition_iam_runtime::document::{Document, Element, List, PrincipalSet, Statement, Value};

/// A value that the new document has where the old one had another one next to it. Of Terraform's lists, the second is dropped.
/// Lists of principals and conditions may be those of several blocks there.
pub(super) fn doubled(old: &Document<'_>, new: &Document<'_>, has_blocks: bool) -> Option<String> {
    fn lists<'d>(statement: &'d Statement<'_>, has_blocks: bool) -> Vec<Vec<&'d str>> {
        let element = |element: &'d Element<'_>| -> Vec<&'d str> {
            element.values.iter().map(AsRef::as_ref).collect()
        };
        let mut out = vec![element(&statement.actions)];
        out.extend(statement.resources.iter().map(element));
        if has_blocks {
            return out;
        }
        if let Some(principals) = &statement.principals
            && let PrincipalSet::Listed(kinds) = &principals.set
        {
            out.extend((kinds.iter()).map(|(_, names)| names.iter().map(AsRef::as_ref).collect()));
        }
        for block in &statement.conditions {
            let values = |values: &'d List<Value<'_>>| values.iter().map(Value::as_text).collect();
            out.extend(block.keys.iter().map(|(_, list)| values(list)));
        }
        out
    }
    for (before, after) in old.statements.iter().zip(&new.statements) {
        if before == after {
            continue;
        }
        for (before, after) in (lists(before, has_blocks).iter()).zip(&lists(after, has_blocks)) {
            let different: HashSet<&&str> = before.iter().collect();
            let mut seen = HashSet::new();
            if after.iter().collect::<HashSet<_>>().len() < different.len() {
                let twice = after.iter().find(|text| !seen.insert(**text));
                let kept = twice.or_else(|| after.iter().find(|text| !different.contains(text)));
                return kept.or(after.first()).map(|text| (*text).to_string());
            }
        }
    }
    None
}

/// How many Sids are in a document with their like.
pub(super) fn same_sids(document: &Document<'_>) -> usize {
    let mut sids: Vec<&str> = (document.statements.iter())
        .filter_map(|statement| statement.sid.as_deref())
        .collect();
    let all = sids.len();
    sids.sort_unstable();
    sids.dedup();
    all - sids.len()
}

/// A document whose lists are sets, as they are for IAM: Terraform writes what is there twice once, what is alone without
/// a bracket, and all of them in the order of their letters, which a fix of a capital letter changes.
pub(super) fn as_sets<'a>(document: &Document<'a>) -> Document<'a> {
    fn set<T: PartialEq>(list: &mut List<T>, text: fn(&T) -> &str) {
        list.bare = false;
        list.items.sort_by(|one, other| text(one).cmp(text(other)));
        list.items.dedup();
    }
    let mut document = document.clone();
    document.statements.bare = false;
    for statement in &mut document.statements.items {
        set(&mut statement.actions.values, AsRef::as_ref);
        if let Some(resources) = &mut statement.resources {
            set(&mut resources.values, AsRef::as_ref);
        }
        if let Some(principals) = &mut statement.principals
            && let PrincipalSet::Listed(kinds) = &mut principals.set
        {
            kinds
                .iter_mut()
                .for_each(|(_, names)| set(names, AsRef::as_ref));
        }
        for block in &mut statement.conditions {
            (block.keys.iter_mut()).for_each(|(_, values)| set(values, Value::as_text));
        }
    }
    document
}
