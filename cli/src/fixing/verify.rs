//! A fix verifies itself: what a change does to a file is looked at before the file is written.
//!
//! An edit is good when, with it, the text still parses, no error is there that was not, no name and no Sid is there
//! twice, and the documents say exactly what they said but for the values that the findings named. The comparison engine
//! confirms the last by what the documents allow: they differ within the named part of a statement, and not at all where
//! the finding is not an error, for then the policy works as it is.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use rekognition_iam_runtime::check::{Rule, Severity};
use rekognition_iam_runtime::compare::{Guarantee, compare};
use rekognition_iam_runtime::document::{
    Document, Effect, Element, List, Place, PrincipalSet, Statement, Value,
};
use rekognition_iam_runtime::json::{self, Edit, Limits, Span};

use super::lists::{as_sets, doubled, same_sids};
use crate::checking::{self, Settings};
use crate::input::documents;
use crate::input::files::{Input, MAX_FILE};
use crate::input::hcl::{self, Purpose};
use crate::input::policies::opened;
use crate::input::shape::{self, Shape};
use crate::input::tree::{self, Tree};
use crate::report::finding::{FileReport, Named, Problem};

/// The arguments of `aws_iam_policy_document` that merge others into it.
const MERGING: [&str; 4] = [
    "override_json",
    "override_policy_documents",
    "source_json",
    "source_policy_documents",
];

/// Rounds of edits until nothing is left to do. The second takes what touched an edit of the first.
const ROUNDS: usize = 8;

/// What became of the edits of a file.
#[derive(Debug, Default)]
pub(crate) struct Fixed {
    /// The edits that passed, in the order of the text, which they leave in a state that needs no further one.
    pub(crate) edits: Vec<Edit>,
    /// The others, each with its place in the file and why not.
    pub(crate) refused: Vec<String>,
}

/// The edit of a finding if it passes without the others, or why it does not. Nothing for a finding without one.
pub(crate) fn alone<'r>(
    report: &'r FileReport,
    problem: &'r Problem,
    input: &Input,
    settings: &Settings,
) -> Option<Result<&'r Edit, String>> {
    if problem.accepted.is_some() {
        return None;
    }
    let edit = problem.edit.as_ref()?;
    if let Some(source) = report.source {
        return Some(Err(source.to_string()));
    }
    let problems = (report.findings.iter())
        .filter(|problem| problem.accepted.is_none() && problem.edit.as_ref() == Some(edit))
        .collect();
    let wanted = Wanted { edit, problems };
    Some(verify(report, &[wanted], input, settings).map(|_| edit))
}

/// An edit and all findings that ask for it: a value with an alias has several.
#[derive(Debug, Clone)]
struct Wanted<'r> {
    edit: &'r Edit,
    problems: Vec<&'r Problem>,
}

/// Finds the edits of a file that pass.
pub(crate) fn fixed(report: &FileReport, input: &Input, settings: &Settings) -> Fixed {
    let mut out = Fixed::default();
    let mut refused: BTreeMap<(String, String), String> = BTreeMap::new();
    if let Some(source) = report.source {
        let shown = |wanted: Wanted<'_>| wanted.shown(&report.text, source);
        out.refused = wanted(report).into_iter().map(shown).collect();
        return out;
    }
    let mut current: Cow<'_, FileReport> = Cow::Borrowed(report);
    let mut endless: HashSet<String> = HashSet::new();
    let mut round = 0;
    loop {
        let wanted: Vec<_> = (wanted(&current).into_iter())
            .filter(|wanted| !refused.contains_key(&wanted.name()))
            .filter(|wanted| !endless.contains(&wanted.paths()))
            .collect();
        if wanted.is_empty() {
            break;
        }
        if round == ROUNDS {
            // What has no end is not written, and must not keep the others from being written.
            for wanted in &wanted {
                let reason = format!("more fixes remain after {ROUNDS} rounds");
                refused.insert(wanted.name(), wanted.shown(&current.text, &reason));
                endless.insert(wanted.paths());
            }
            out.edits.clear();
            current = Cow::Borrowed(report);
            round = 0;
            continue;
        }
        round += 1;
        let settled = settle(&current, wanted, input, settings);
        for (wanted, reason) in &settled.refused {
            refused.insert(wanted.name(), wanted.shown(&current.text, reason));
        }
        let Some(next) = settled.report else {
            break;
        };
        // From the end, so that none moves those before it.
        for wanted in settled.passed.iter().rev() {
            compose(&mut out.edits, wanted.edit);
        }
        current = Cow::Owned(next);
    }
    out.refused = refused.into_values().collect();
    let edits: Vec<_> = out.edits.iter().collect();
    if crate::fixing::applied(&report.text, &edits) != current.text {
        out.edits.clear();
        out.refused.push(
            " not fixed: the changes do not add up; this is a bug in rekognition-iam".to_string(),
        );
    }
    out
}

impl Wanted<'_> {
    fn is_sid(&self) -> bool {
        let is_sid = |named: &Named| matches!(named.place, Place::Sid(_));
        (self.problems.iter()).any(|problem| problem.named.as_ref().is_some_and(is_sid))
    }

    /// What tells it from the others when the text around it has changed.
    fn name(&self) -> (String, String) {
        (self.paths(), self.edit.text.clone())
    }

    /// The findings that ask for it.
    fn paths(&self) -> String {
        let paths: Vec<_> = (self.problems.iter())
            .map(|problem| format!("{} {}", problem.id, problem.path))
            .collect();
        paths.join(" ")
    }

    fn shown(&self, text: &str, reason: &str) -> String {
        let at = json::position(text, self.edit.span.start);
        let id = self.problems.first().map_or("", |problem| problem.id);
        format!("{}:{}: not fixed: {id}: {reason}", at.line, at.column)
    }
}

/// The edits of a file that do not touch each other, in the order of the text. What is accepted stays as it is.
fn wanted(report: &FileReport) -> Vec<Wanted<'_>> {
    let mut all: Vec<Wanted<'_>> = Vec::new();
    let mut problems: Vec<_> = (report.findings.iter())
        .filter(|problem| problem.accepted.is_none())
        .filter_map(|problem| Some((problem.edit.as_ref()?, problem)))
        .filter(|(edit, _)| edit.span.end > edit.span.start)
        .collect();
    problems.sort_by_key(|(edit, _)| (edit.span.start, edit.span.end));
    for (edit, problem) in problems {
        match all.last_mut() {
            Some(last) if last.edit == edit => last.problems.push(problem),
            // The first of two that touch is taken; the next round finds what is left.
            Some(last) if edit.span.start < last.edit.span.end => {}
            _ => all.push(Wanted {
                edit,
                problems: vec![problem],
            }),
        }
    }
    all
}

#[derive(Debug, Default)]
struct Settled<'r> {
    passed: Vec<Wanted<'r>>,
    /// The file with what passed, when anything did.
    report: Option<FileReport>,
    refused: Vec<(Wanted<'r>, String)>,
}

/// Finds the edits of one round that pass together, in halves: nearly always all of them do.
fn settle<'r>(
    old: &FileReport,
    wanted: Vec<Wanted<'r>>,
    input: &Input,
    settings: &Settings,
) -> Settled<'r> {
    let mut out = Settled::default();
    let mut todo = vec![wanted];
    while let Some(part) = todo.pop() {
        let mut tried = out.passed.clone();
        tried.extend(part.iter().cloned());
        tried.sort_by_key(|wanted| wanted.edit.span.start);
        match verify(old, &tried, input, settings) {
            Ok(report) => {
                out.passed = tried;
                out.report = Some(report);
            }
            Err(reason) => {
                let mut part = part;
                let second = part.split_off(part.len() / 2);
                match (part.is_empty(), second.as_slice()) {
                    (true, [only]) => out.refused.push((only.clone(), reason)),
                    _ => todo.extend([second, part]),
                }
            }
        }
    }
    out
}

/// The file with these edits in it, or what speaks against them.
fn verify(
    old: &FileReport,
    wanted: &[Wanted<'_>],
    input: &Input,
    settings: &Settings,
) -> Result<FileReport, String> {
    let edits: Vec<&Edit> = wanted.iter().map(|wanted| wanted.edit).collect();
    let text = crate::fixing::applied(&old.text, &edits);
    let new = checking::check_text(text, input, settings);
    if let Some(reason) = &new.unusable {
        return Err(format!("the file would be unusable: {reason}"));
    }
    let before = errors(old);
    for (id, count) in errors(&new) {
        if count > before.get(id).copied().unwrap_or_default() {
            return Err(format!("it would introduce an error, {id}"));
        }
    }
    same_elsewhere(old, &new, wanted, input, settings)?;
    let has_blocks = hcl::is_hcl(input) || old.name.ends_with(".tf.json");
    if old.documents.len() != new.documents.len() {
        return Err("the number of policies in the file would change".to_string());
    }
    for (number, (before, after)) in old.documents.iter().zip(&new.documents).enumerate() {
        if before == after {
            continue;
        }
        let named: Vec<(&Problem, &Named)> = (wanted.iter())
            .flat_map(|wanted| wanted.problems.iter().copied())
            .filter_map(|problem| Some((problem, problem.named.as_ref()?)))
            .filter(|(_, named)| named.document == number)
            .collect();
        same_document(before, after, &named, has_blocks)?;
    }
    Ok(new)
}

/// How often each rule of level error fires.
fn errors(report: &FileReport) -> HashMap<&'static str, usize> {
    let mut count = HashMap::new();
    for problem in &report.findings {
        if is_error(problem.id) {
            *count.entry(problem.id).or_default() += 1;
        }
    }
    count
}

/// Whether a rule is about what AWS rejects or what has no effect, whatever the configuration makes of it.
fn is_error(id: &str) -> bool {
    Rule::find(id).is_some_and(|rule| rule.severity == Severity::Error)
}

/// Whether two files have the same values with the same tags and anchors, but for those that are edited.
fn same_elsewhere(
    old: &FileReport,
    new: &FileReport,
    wanted: &[Wanted<'_>],
    input: &Input,
    settings: &Settings,
) -> Result<(), String> {
    let sources = &*settings.sources;
    let is_hcl = hcl::is_hcl(input);
    let (Some(before), Some(after)) = (parsed(old, input), parsed(new, input)) else {
        // A text that is not a tree is not a policy in which values could be taken apart.
        return Err("the file would not parse".to_string());
    };
    let edited = |span: Span| {
        let at = wanted.partition_point(|wanted| wanted.edit.span.end <= span.start);
        wanted.get(at).is_some_and(|wanted| {
            let edit = wanted.edit.span;
            edit.start >= span.start && edit.end <= span.end
        })
    };
    match before.differs(&after, edited) {
        None => Ok(()),
        Some(span) => {
            let at = json::position(&old.text, span.start);
            Err(format!("it would change another value, at {at}"))
        }
    }?;
    // A value with an anchor is read wherever an alias names it, and one of Terraform wherever an expression does.
    let evaluated = match is_hcl {
        true => hcl::read(&old.text, input, sources, Purpose::Check).ok(),
        false => None,
    };
    let read = evaluated.as_ref().map_or(&before, |read| &read.tree);
    for wanted in wanted {
        let readers = read.readers(wanted.edit.span);
        if readers > wanted.problems.len() {
            return Err(match is_hcl {
                true => "another expression uses the same value".to_string(),
                false => "an alias uses the same value in another place".to_string(),
            });
        }
        let names_sid = |problem: &&Problem| matches!(&problem.named, Some(named) if matches!(named.place, Place::Sid(_)));
        let merges = || MERGING.iter().any(|name| old.text.contains(name));
        if is_hcl && wanted.problems.iter().any(names_sid) && merges() {
            return Err("the statements of merged documents are matched by their Sids".to_string());
        }
        if is_hcl && let Some(reason) = hcl::shared(&old.text, input, sources, wanted.edit.span) {
            return Err(reason);
        }
        if wanted.is_sid()
            && let Some(reason) = sid_elsewhere(old, input, settings, wanted.edit.span)
        {
            return Err(reason);
        }
    }
    Ok(())
}

/// Why a Sid at this place cannot be edited: Terraform merges documents by their Sids.
fn sid_elsewhere(
    report: &FileReport,
    input: &Input,
    settings: &Settings,
    span: Span,
) -> Option<String> {
    if hcl::is_hcl(input) {
        return hcl::merged(&report.text, input, &*settings.sources, span);
    }
    let limits = Limits {
        text: MAX_FILE as usize,
        string: MAX_FILE as usize,
    };
    let shape = shape::shape(&report.text, &report.name, input.named, &limits);
    let is_read = || shape == Shape::Policy && settings.reads(input).is_some();
    (shape == Shape::Terraform || is_read())
        .then(|| "documents may be merged by this Sid in another file".to_string())
}

fn parsed<'r>(report: &'r FileReport, input: &Input) -> Option<Tree<'r>> {
    if hcl::is_hcl(input) {
        return hcl::syntax(&report.text).ok();
    }
    if shape::is_yaml(&report.text, input) {
        let text = report.masked.as_deref().unwrap_or(&report.text);
        return (shape::yaml(text, &report.name).ok()).map(|(tree, _)| tree);
    }
    let limits = Limits {
        text: MAX_FILE as usize,
        string: MAX_FILE as usize,
    };
    tree::parse_json(&report.text, &limits).ok()
}

/// Whether a document is what it was but for what the findings name.
fn same_document(
    before: &str,
    after: &str,
    named: &[(&Problem, &Named)],
    has_blocks: bool,
) -> Result<(), String> {
    let limits = Limits::default();
    let (old, new) = (json::parse(before, &limits), json::parse(after, &limits));
    if !new.is_json {
        return Err("the policy would not parse".to_string());
    }
    if twice(after) > twice(before) {
        return Err("a name would appear twice".to_string());
    }
    if same_sids(&new.document) > same_sids(&old.document) {
        return Err("two statements would have the same Sid".to_string());
    }
    if let Some(text) = doubled(&old.document, &new.document, has_blocks) {
        return Err(format!(
            "`{text}` would be in the list twice; remove one of the two values"
        ));
    }
    let mut expected = old.document.clone();
    for (_, named) in named {
        if let Some(text) = &named.replacement {
            put(&mut expected, named.place, text);
        }
    }
    if as_sets(&expected) != as_sets(&new.document) {
        return Err("it would change more of the policy than the finding reports".to_string());
    }
    // Where nothing was an error, the policy works as it is.
    let broken: HashSet<usize> = (named.iter())
        .filter(|(problem, _)| is_error(problem.id))
        .filter_map(|(_, named)| named.place.statement())
        .collect();
    let (old, new) = as_accepted(&old.document, &new.document);
    let (least, most) = bounds(&old, &new, &broken);
    same_access(&old, &least, &most, &new)
}

/// Both documents as they would work if AWS accepted their versions. It refuses a document with any other version, so that
/// nothing could be said about its access, or about a fix to the rest of it.
fn as_accepted<'a>(old: &Document<'a>, new: &Document<'a>) -> (Document<'a>, Document<'a>) {
    let (mut old, mut new) = (old.clone(), new.clone());
    let is_accepted = |document: &Document<'_>| documents::version(document).is_none();
    let accepted = match is_accepted(&new) {
        true => new.version.clone(),
        false => Some(Cow::Borrowed("2012-10-17")),
    };
    for document in [&mut old, &mut new] {
        if !is_accepted(document) {
            document.version.clone_from(&accepted);
        }
    }
    (old, new)
}

/// Whether the new document allows and denies no less than `least` does and no more than `most` does.
fn same_access(
    old: &Document<'_>,
    least: &Document<'_>,
    most: &Document<'_>,
    new: &Document<'_>,
) -> Result<(), String> {
    within(least, most, new)?;
    // What a document denies shows only where something is allowed, in this document or in another one.
    let changed = (old.statements.iter().zip(&new.statements))
        .find(|(before, after)| before.effect == Effect::Deny && before != after);
    match changed {
        None => Ok(()),
        Some((deny, _)) => within(
            &opened(least, deny),
            &opened(most, deny),
            &opened(new, deny),
        ),
    }
}

fn within(least: &Document<'_>, most: &Document<'_>, new: &Document<'_>) -> Result<(), String> {
    for (found, what) in [
        (compare(most, new).new_access, "more"),
        (compare(least, new).lost_access, "less"),
    ] {
        match found {
            Guarantee::Holds => {}
            Guarantee::Broken(witness) => {
                return Err(format!(
                    "the policy would allow {what} than the finding accounts for: {witness}"
                ));
            }
            Guarantee::Unknown(reason) => {
                return Err(format!("cannot tell what the policy would allow: {reason}"));
            }
        }
    }
    Ok(())
}

/// How many names of a text in JSON are in one object with their like.
fn twice(text: &str) -> usize {
    tree::parse_json(text, &Limits::default()).map_or(0, |tree| tree.twice())
}

/// Puts a text in a place of a document. Names of elements, effects and kinds of principals are read as what is meant
/// already, and so have nothing to be put.
fn put<'a>(document: &mut Document<'a>, place: Place, text: &'a str) {
    fn item<T>(list: &mut List<T>, number: usize, value: T) {
        if let Some(item) = list.items.get_mut(number) {
            *item = value;
        }
    }
    let text = Cow::Borrowed(text);
    let Some(s) = place.statement() else {
        if place == Place::Version {
            document.version = Some(text);
        }
        return;
    };
    let Some(statement) = document.statements.items.get_mut(s) else {
        return;
    };
    match place {
        Place::Document
        | Place::Version
        | Place::Statement(_)
        | Place::Effect(_)
        | Place::Principals(_) => {}
        Place::Sid(_) => statement.sid = Some(text),
        Place::Action(_, n) => item(&mut statement.actions.values, n, text),
        Place::Resource(_, n) => {
            if let Some(resources) = &mut statement.resources {
                item(&mut resources.values, n, text);
            }
        }
        Place::Principal(_, k, n) => {
            if let Some(principals) = &mut statement.principals
                && let PrincipalSet::Listed(kinds) = &mut principals.set
                && let Some((_, names)) = kinds.get_mut(k)
            {
                item(names, n, text);
            }
        }
        Place::Operator(_, o) => {
            if let Some(block) = statement.conditions.get_mut(o) {
                block.operator = text;
            }
        }
        Place::Key(_, o, k) | Place::Value(_, o, k, _) => {
            let block = statement.conditions.get_mut(o);
            let Some((key, values)) = block.and_then(|block| block.keys.get_mut(k)) else {
                return;
            };
            if let Place::Value(.., n) = place {
                item(values, n, Value::String(text));
            } else {
                *key = text;
            }
        }
    }
}

/// The least and the most that the new document may allow: the old one without, and with, what the changed parts of its
/// broken statements grant and take. The others say the same as before.
fn bounds<'a>(
    old: &Document<'a>,
    new: &Document<'a>,
    broken: &HashSet<usize>,
) -> (Document<'a>, Document<'a>) {
    let (mut least, mut most) = (Vec::new(), Vec::new());
    for (number, (before, after)) in old.statements.iter().zip(&new.statements).enumerate() {
        if before == after || !broken.contains(&number) {
            least.push(before.clone());
            most.push(before.clone());
            continue;
        }
        let (kept, part) = parts(before, after);
        let (less, more) = match before.effect {
            Effect::Allow => (&mut least, &mut most),
            Effect::Deny => (&mut most, &mut least),
        };
        less.extend(kept);
        more.extend([before.clone(), part]);
    }
    let with = |items| {
        let mut document = old.clone();
        document.statements = List { items, bare: false };
        document
    };
    (with(least), with(most))
}

/// What two forms of a statement have in common, when it is a list that differs, and what is new.
fn parts<'a>(
    before: &Statement<'a>,
    after: &Statement<'a>,
) -> (Option<Statement<'a>>, Statement<'a>) {
    let lists = |old: &Element<'a>, new: &Element<'a>| {
        let only = |of: &Element<'a>, other: &Element<'a>, known: bool| -> Vec<_> {
            let there: HashSet<&str> = other.values.iter().map(AsRef::as_ref).collect();
            (of.values.iter())
                .filter(|value| there.contains(value.as_ref()) == known)
                .cloned()
                .collect()
        };
        (only(old, new, true), only(new, old, false))
    };
    let with_actions = Statement {
        actions: after.actions.clone(),
        ..before.clone()
    };
    if !before.actions.not && with_actions == *after {
        let (kept, fresh) = lists(&before.actions, &after.actions);
        let with = |items: Vec<_>| {
            let mut statement = before.clone();
            statement.actions.values = List { items, bare: false };
            statement
        };
        return ((!kept.is_empty()).then(|| with(kept)), with(fresh));
    }
    let with_resources = Statement {
        resources: after.resources.clone(),
        ..before.clone()
    };
    if let (Some(old), Some(new)) = (&before.resources, &after.resources)
        && !old.not
        && with_resources == *after
    {
        let (kept, fresh) = lists(old, new);
        let with = |items: Vec<_>| {
            let mut statement = before.clone();
            statement.resources = Some(Element {
                not: false,
                values: List { items, bare: false },
            });
            statement
        };
        return ((!kept.is_empty()).then(|| with(kept)), with(fresh));
    }
    (None, after.clone())
}

/// Adds an edit of the text as the earlier edits leave it.
fn compose(edits: &mut Vec<Edit>, edit: &Edit) {
    // Where each edit's text begins after all of them.
    let mut shift = 0_isize;
    let mut placed = Vec::with_capacity(edits.len());
    for earlier in edits.iter() {
        let start = earlier.span.start.saturating_add_signed(shift);
        placed.push(Span::new(start, start + earlier.text.len()));
        shift += earlier.text.len() as isize - (earlier.span.end - earlier.span.start) as isize;
    }
    let inside = |span: &Span| span.start <= edit.span.start && edit.span.end <= span.end;
    if let Some(number) = placed.iter().position(inside)
        && let (Some(earlier), Some(span)) = (edits.get_mut(number), placed.get(number))
    {
        let range = edit.span.start - span.start..edit.span.end - span.start;
        earlier.text.replace_range(range, &edit.text);
        return;
    }
    let before = placed.iter().filter(|span| span.end <= edit.span.start);
    let number = before.count();
    let shift: isize = (edits.iter().take(number))
        .map(|earlier| {
            earlier.text.len() as isize - (earlier.span.end - earlier.span.start) as isize
        })
        .sum();
    let back = |at: usize| at.saturating_add_signed(-shift);
    let edit = Edit {
        span: Span::new(back(edit.span.start), back(edit.span.end)),
        text: edit.text.clone(),
    };
    edits.insert(number, edit);
}

#[cfg(test)]
mod tests;
