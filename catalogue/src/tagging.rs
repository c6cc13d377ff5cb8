//! Resource types that have tags, and that no action of their service that changes tags lists.
//!
//! A prefix such as `elasticloadbalancing` or `ses` has several pages in AWS's reference, and an action that is on more than
//! one of them has the resource types of one page alone in its data: `elasticloadbalancing:AddTags` works on target groups,
//! and its types are those of Classic Load Balancers. A type whose tags a condition can ask for is one that some action tags, so
//! each action on tags of the service is taken to work on it too. That some of them do not is the safe mistake: a statement
//! that grants nothing is not reported.

use std::collections::{BTreeMap, BTreeSet};

use super::overlay::ByAction;
use super::reference::{Action, Reference};

/// Adds the types. Services that were compared with AWS's other pages are right as they are.
pub(super) fn complete(
    references: &mut [&mut Reference],
    required: &mut ByAction<BTreeMap<String, bool>>,
    reviewed: &BTreeSet<String>,
) {
    for reference in references {
        if reviewed.contains(&reference.name) {
            continue;
        }
        let tagged: BTreeSet<&String> = (reference.actions.iter())
            .filter(|action| changes_tags(action))
            .flat_map(|action| action.resources.iter().map(|(kind, _)| kind))
            .collect();
        let missing: Vec<String> = (reference.resources.iter())
            .filter(|kind| {
                kind.keys
                    .iter()
                    .any(|key| key.starts_with("aws:ResourceTag/"))
            })
            .filter(|kind| !tagged.contains(&kind.name))
            .map(|kind| kind.name.clone())
            .collect();
        if missing.is_empty() {
            continue;
        }
        let mut of_service = required.remove(&reference.name).unwrap_or_default();
        for action in &mut reference.actions {
            let is_about_tags = changes_tags(action)
                || action.name.starts_with("ListTags")
                || action.name == "DescribeTags";
            // Where no type is listed, nothing is known to be wrong.
            if !is_about_tags || action.resources.is_empty() {
                continue;
            }
            (action.resources).extend(missing.iter().map(|kind| (kind.clone(), Vec::new())));
            action.resources.sort();
            action.resources.dedup_by(|one, other| one.0 == other.0);
            // A request names one of them.
            let kinds = action
                .resources
                .iter()
                .map(|(kind, _)| (kind.clone(), false));
            of_service.insert(action.name.clone(), kinds.collect());
        }
        if !of_service.is_empty() {
            required.insert(reference.name.clone(), of_service);
        }
    }
}

fn changes_tags(action: &Action) -> bool {
    action.flags.is_some_and(|flags| flags.tagging_only)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::{Flags, Resource};

    fn service(name: &str, tags: &[&str]) -> Reference {
        let kind = |name: &str, key: &str| Resource {
            name: name.to_owned(),
            formats: Vec::new(),
            keys: vec![key.to_owned()],
        };
        let action = |name: &str, tagging_only: bool, kinds: &[&str]| Action {
            name: name.to_owned(),
            flags: Some(Flags {
                list: false,
                permission_management: false,
                tagging_only,
                write: true,
            }),
            keys: Vec::new(),
            resources: kinds
                .iter()
                .map(|kind| ((*kind).to_owned(), Vec::new()))
                .collect(),
        };
        Reference {
            name: name.to_owned(),
            actions: vec![
                action("AddTags", true, tags),
                action("Delete", false, &["old"]),
                action("ListTagsForResource", false, tags),
            ],
            resources: vec![
                kind("group", "aws:ResourceTag/${TagKey}"),
                kind("old", "aws:ResourceTag/${TagKey}"),
                kind("plain", "demo:Region"),
            ],
            keys: Vec::new(),
            operations: Vec::new(),
        }
    }

    fn kinds(reference: &Reference) -> Vec<Vec<&str>> {
        (reference.actions.iter())
            .map(|action| {
                action
                    .resources
                    .iter()
                    .map(|(kind, _)| kind.as_str())
                    .collect()
            })
            .collect()
    }

    #[test]
    fn types_with_tags_can_be_tagged() {
        let (mut demo, mut same, mut none) = (
            service("demo", &["old"]),
            service("same", &["old"]),
            service("none", &[]),
        );
        let of_demo = BTreeMap::from([(
            "AddTags".to_owned(),
            BTreeMap::from([("old".to_owned(), true)]),
        )]);
        let mut required = BTreeMap::from([("demo".to_owned(), of_demo)]);
        let reviewed = BTreeSet::from(["same".to_owned()]);
        complete(
            &mut [&mut demo, &mut same, &mut none],
            &mut required,
            &reviewed,
        );
        assert_eq!(
            kinds(&demo),
            [vec!["group", "old"], vec!["old"], vec!["group", "old"]]
        );
        assert_eq!(
            required["demo"]["AddTags"],
            BTreeMap::from([("group".to_owned(), false), ("old".to_owned(), false)])
        );
        assert_eq!(kinds(&same), [["old"], ["old"], ["old"]]);
        assert_eq!(kinds(&none), [vec![], vec!["old"], vec![]]);
    }
}
