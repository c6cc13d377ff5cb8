//! What must be proved before statements replace others.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use crate::catalogue;
use crate::compare::{self, Comparison, Relation};
use crate::document::{Document, Effect, Element, List, PrincipalSet, Principals, Statement, Text};
use crate::glob;

use super::Equality;

/// Whether two lists of statements match the same requests, whatever other statements grant or deny.
///
/// Their effects do not matter for this, and must all be the same: an `Allow` and a `Deny` with the same elements match the same
/// requests, so both are compared as `Allow`, which is what a comparison is about.
pub(super) fn same(
    version: Option<&Text<'_>>,
    old: &[Statement<'_>],
    new: &[Statement<'_>],
) -> bool {
    let comparison = compare::compare(
        &document(version, allows(old)),
        &document(version, allows(new)),
    );
    equal(&comparison)
}

/// Equal for every request, and not only for those that are possible according to the catalogue of today.
fn equal(comparison: &Comparison) -> bool {
    comparison.relation() == Relation::Equivalent && !comparison.only_impossible
}

fn allows<'a>(statements: &[Statement<'a>]) -> Vec<Statement<'a>> {
    let mut statements = statements.to_vec();
    for statement in &mut statements {
        statement.effect = Effect::Allow;
    }
    statements
}

fn document<'a>(version: Option<&Text<'a>>, statements: Vec<Statement<'a>>) -> Document<'a> {
    Document {
        version: version.cloned(),
        id: None,
        statements: List::bracketed(statements),
    }
}

/// What comparing the whole documents says.
#[derive(Debug)]
pub(super) enum Whole {
    /// They allow the same, and they deny the same.
    Equal,
    /// The comparison has no answer.
    Unknown,
    /// They do not.
    Different(Box<Comparison>),
}

/// Compares what two documents allow, and what they deny of everything: others may allow what only these deny.
pub(super) fn whole(old: &Document<'_>, new: &Document<'_>, equality: Equality) -> Whole {
    let mut unknown = false;
    let statements = (old.statements.items.iter()).chain(&new.statements.items);
    let named = named(statements);
    for open in [false, true] {
        let comparison = compare::compare(
            &side(old, equality, open, &named),
            &side(new, equality, open, &named),
        );
        match comparison.relation() {
            Relation::Equivalent => {}
            Relation::Unknown
                if comparison.new_access.witness().is_none()
                    && comparison.lost_access.witness().is_none() =>
            {
                unknown = true;
            }
            Relation::Narrower | Relation::Wider | Relation::Incomparable | Relation::Unknown => {
                return Whole::Different(Box::new(comparison));
            }
        }
    }
    if unknown {
        Whole::Unknown
    } else {
        Whole::Equal
    }
}

/// A document for the comparison. An `open` one allows everything that it does not deny.
fn side<'a>(
    document: &Document<'a>,
    equality: Equality,
    open: bool,
    named: &BTreeSet<String>,
) -> Document<'a> {
    let mut statements = document.statements.items.clone();
    match equality {
        Equality::Always => {}
        Equality::ActionsOfToday => {
            for statement in &mut statements {
                *statement = today(statement, named);
            }
        }
    }
    if open {
        let principals = statements.iter().any(|one| one.principals.is_some());
        statements.push(everything(principals));
    }
    self::document(document.version.as_ref(), statements)
}

fn everything(principals: bool) -> Statement<'static> {
    let any = || Element {
        not: false,
        values: List::shortest(alloc::vec![Text::Borrowed("*")]),
    };
    Statement {
        sid: None,
        effect: Effect::Allow,
        principals: principals.then_some(Principals {
            not: false,
            set: PrincipalSet::Anyone,
        }),
        actions: any(),
        resources: Some(any()),
        conditions: Vec::new(),
        empty_condition: false,
    }
}

/// The actions that statements write out. Those that the catalogue does not have exist today too, as far as the policy goes.
pub(super) fn named<'s, 'd: 's>(
    statements: impl IntoIterator<Item = &'s Statement<'d>>,
) -> BTreeSet<String> {
    (statements.into_iter())
        .flat_map(|statement| &statement.actions.values.items)
        .filter(|action| !glob::has_wildcard(action))
        .map(|action| action.clone().into_owned())
        .collect()
}

/// The statement with each pattern of an action replaced by the actions that it matches in the catalogue and among these.
///
/// A pattern whose service is a pattern too stays as it is, and so does one of a service that the catalogue does not have.
pub(super) fn today<'a>(statement: &Statement<'a>, named: &BTreeSet<String>) -> Statement<'a> {
    let mut statement = statement.clone();
    if statement.actions.not {
        return statement;
    }
    let mut actions = Vec::new();
    for action in statement.actions.values.items {
        match matched(&action, named) {
            Some(names) => actions.extend(names.into_iter().map(Text::Owned)),
            None => actions.push(action),
        }
    }
    statement.actions.values.items = actions;
    statement
}

/// The actions in the catalogue and among these that a pattern matches, if its service is written out.
fn matched(action: &str, named: &BTreeSet<String>) -> Option<Vec<String>> {
    let (prefix, name) = action.split_once(':')?;
    if !glob::has_wildcard(name) || glob::has_wildcard(prefix) {
        return None;
    }
    let service = catalogue::service(&prefix.to_ascii_lowercase())?;
    let known = (service.actions.iter())
        .filter(|info| glob::matches(name, info.name, true))
        .map(|info| alloc::format!("{prefix}:{}", info.name));
    let others = (named.iter())
        .filter(|other| glob::matches(action, other, true))
        .cloned();
    Some(known.chain(others).collect())
}
