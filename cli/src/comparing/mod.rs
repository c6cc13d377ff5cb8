//! The files and policies of two sides of a comparison, matched with each other.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use rekognition_iam_runtime::compare::{Differences, LostDeny, lost_denies};
use rekognition_iam_runtime::document::Document;
use rekognition_iam_runtime::evaluate::Program;

use crate::input::documents::Source;
use crate::input::files::{self, Input};
use crate::input::hcl::{self, Disk, Readers, Sources};
use crate::input::ignored::Ignored;
use crate::input::policies::{self, Policy};
use crate::input::revision::Revision;
use crate::input::shape::{self, Shape};
use crate::report::differences::{Compared, Presence};

/// A file as it was and as it is, one of which may not be there.
#[derive(Debug)]
pub(crate) struct Pair {
    old: Option<(Source, Input)>,
    new: Option<(Source, Input)>,
    /// Where the other files of the old one are, when that is not the file system.
    revision: Option<Rc<Revision>>,
}

/// All that is to be compared.
#[derive(Debug, Default)]
pub(crate) struct Pairs {
    pub(crate) files: Vec<Pair>,
    /// What was not looked at.
    pub(crate) notes: Vec<String>,
    /// What could not be read.
    pub(crate) errors: Vec<String>,
}

impl Pairs {
    /// What comes of all of them, with what was not looked at or could not be read before.
    pub(crate) fn compared(self) -> Outcome {
        let mut all = Outcome {
            policies: Vec::new(),
            notes: self.notes,
            errors: self.errors,
        };
        let readers = [Readers::kept(), Readers::kept()];
        for file in &self.files {
            let found = file.compared(&readers);
            all.policies.extend(found.policies);
            all.notes.extend(found.notes);
            all.errors.extend(found.errors);
        }
        all
    }

    /// The two documents, when there is nothing else to compare.
    pub(crate) fn documents(&self) -> Option<[&Source; 2]> {
        let [file] = self.files.as_slice() else {
            return None;
        };
        let (old, new) = (file.old.as_ref()?, file.new.as_ref()?);
        let is_document = |(source, input): &(Source, Input)| {
            let limits = rekognition_iam_runtime::json::Limits::default();
            !files::is_template_text(&source.name)
                && !hcl::is_hcl(input)
                && !shape::is_yaml(&source.text, input)
                && matches!(
                    shape::shape(&source.text, &source.name, true, &limits),
                    Shape::Policy | Shape::Other
                )
                && shape::with_functions(&source.text, &limits).is_none()
        };
        (is_document(old) && is_document(new)).then_some([&old.0, &new.0])
    }
}

/// What came of a pair of files.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) policies: Vec<Compared>,
    /// What was not looked at, and what the answers rest on.
    pub(crate) notes: Vec<String>,
    /// What could not be used.
    pub(crate) errors: Vec<String>,
}

impl Outcome {
    fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    fn skipped(&mut self, name: &str, error: &str) {
        self.note(format!("{name}: skipped: {error}"));
    }

    /// The policies of a file, by their places.
    fn read(
        &mut self,
        side: Option<&(Source, Input)>,
        sources: &dyn Sources,
        readers: &Readers,
    ) -> Read {
        let Some((source, input)) = side else {
            return Read::Policies(BTreeMap::new());
        };
        let name = &source.name;
        let found = policies::policies(&source.text, input, sources, readers);
        for note in found.notes {
            self.note(format!("{name}: {note}"));
        }
        if let Some(error) = found.unusable {
            self.errors.push(format!("{name}: {error}"));
            return Read::Unusable;
        }
        if let Some(error) = found.skipped {
            return Read::Skipped {
                name: name.clone(),
                error,
            };
        }
        let by_place = found.policies.into_iter();
        Read::Policies(
            by_place
                .map(|policy| (policy.place.clone(), policy))
                .collect(),
        )
    }
}

/// What was read of a side.
enum Read {
    /// Its policies, by their places; none if there is no file.
    Policies(BTreeMap<String, Policy>),
    /// The file was found in a directory, and it is not valid JSON or YAML.
    Skipped { name: String, error: String },
    /// The error was reported.
    Unusable,
}

impl Pair {
    /// Whether the text of the file did not change, and no other file says what is in it, as the other files of a module or a service do.
    fn is_same_file(&self) -> bool {
        let (Some((old, input)), Some((new, _))) = (&self.old, &self.new) else {
            return false;
        };
        let limits = rekognition_iam_runtime::json::Limits::default();
        let is_alone = || match shape::shape(&new.text, &new.name, true, &limits) {
            Shape::Policy | Shape::CloudFormation | Shape::CdkTree | Shape::Other => true,
            Shape::Terraform
            | Shape::Hcl
            | Shape::Serverless
            | Shape::Pulumi
            | Shape::Plan
            | Shape::PulumiState => false,
        };
        old.text == new.text && !hcl::is_hcl(input) && is_alone()
    }

    /// The policies of the two files, compared where both have one.
    /// `readers` are those of each side.
    pub(crate) fn compared(&self, [old, new]: &[Readers; 2]) -> Outcome {
        let mut out = Outcome::default();
        let before: &dyn Sources = match &self.revision {
            Some(revision) => &**revision,
            None => &Disk,
        };
        let (old, new) = (
            out.read(self.old.as_ref(), before, old),
            out.read(self.new.as_ref(), &Disk, new),
        );
        let (mut old, new) = match (old, new) {
            (Read::Policies(old), Read::Policies(new)) => (old, new),
            // What was a policy and cannot be read now was not removed.
            (Read::Policies(old), Read::Skipped { name, error }) if !old.is_empty() => {
                out.errors
                    .push(format!("{name}: {error}; it was a policy before"));
                return out;
            }
            (Read::Policies(_), Read::Skipped { name, error }) => {
                out.skipped(&name, &error);
                return out;
            }
            // All access of a policy that could not be read before is new.
            (Read::Skipped { name, error }, Read::Policies(new)) => {
                out.skipped(&name, &error);
                (BTreeMap::new(), new)
            }
            (
                Read::Skipped { name, error },
                Read::Skipped {
                    name: new,
                    error: other,
                },
            ) => {
                out.skipped(&name, &error);
                out.skipped(&new, &other);
                return out;
            }
            (Read::Unusable, _) | (_, Read::Unusable) => return out,
        };
        let name = |side: &Option<(Source, Input)>, other: &Option<(Source, Input)>| {
            (side.as_ref().or(other.as_ref()))
                .map(|(source, _)| source.name.clone())
                .unwrap_or_default()
        };
        let names = [name(&self.old, &self.new), name(&self.new, &self.old)];
        let (sides, renamed) = matched(&mut old, new);
        for (before, after) in renamed {
            let [old, new] = &names;
            out.note(format!(
                "{new}: {after} is the same policy that {old} has as {before}; if only the name changed, no access did"
            ));
        }
        let is_same_file = self.is_same_file();
        let open = |policy: &Option<Policy>| {
            (policy.as_ref())
                .is_some_and(|policy| policy.open || is_same_file && policy.text.is_err())
        };
        if sides.iter().any(|(_, old, new)| open(old) && open(new)) {
            let [_, new] = &names;
            out.note(format!(
                "{new}: values that are only known after deployment are assumed to be the same on both sides"
            ));
        }
        for (place, old, new) in sides {
            match differences(old.as_ref(), new.as_ref(), is_same_file) {
                Ok(answer) => {
                    let [old_name, new_name] = names.clone();
                    out.policies.push(Compared {
                        old: old_name,
                        new: new_name,
                        place,
                        presence: match (&old, &new) {
                            (None, _) => Presence::Added,
                            (_, None) => Presence::Removed,
                            _ => Presence::Both,
                        },
                        differences: answer.differences,
                        lost_denies: answer.lost_denies,
                        doubts: answer.doubts,
                    });
                }
                Err((is_new, error)) => {
                    let [old_name, new_name] = &names;
                    let name = if is_new { new_name } else { old_name };
                    let place = match place.as_str() {
                        "" => String::new(),
                        place => format!("{place}: "),
                    };
                    out.errors.push(format!("{name}: {place}{error}"));
                }
            }
        }
        out
    }
}

/// A place with the policy that is there before and after.
type Sides = (String, Option<Policy>, Option<Policy>);

/// The policies of two sides by their places, and the places of equal policies that are on one side each: whether a resource was
/// only renamed, or its policy now belongs to something else, is not in the policy.
fn matched(
    old: &mut BTreeMap<String, Policy>,
    new: BTreeMap<String, Policy>,
) -> (Vec<Sides>, Vec<(String, String)>) {
    let mut sides: Vec<Sides> = (new.into_iter())
        .map(|(place, policy)| {
            let before = old.remove(&place);
            (place, before, Some(policy))
        })
        .collect();
    // Terraform moves the only instance of a block to `[0]`, and back, when `count` is added or removed:
    // <https://developer.hashicorp.com/terraform/language/modules/develop/refactoring#enabling-count-or-for_each-for-a-resource>.
    let only = |place: &str| place.replace("[0]", "");
    let is_new = |(_, before, _): &Sides| before.is_none();
    for number in 0..sides.len() {
        let Some(place) = (sides.get(number))
            .filter(|side| is_new(side))
            .map(|side| only(&side.0))
        else {
            continue;
        };
        let news = (sides.iter()).filter(|side| is_new(side) && only(&side.0) == place);
        let mut olds = old.keys().filter(|known| only(known) == place);
        let found = olds.next().cloned();
        if news.count() == 1
            && olds.next().is_none()
            && let Some(found) = found
            && let Some((_, before, _)) = sides.get_mut(number)
        {
            *before = old.remove(&found);
        }
    }
    let mut renamed = Vec::new();
    let mut left: Vec<(&String, &Policy)> = old.iter().collect();
    for (place, before, after) in &sides {
        let text = |policy: &Policy| policy.text.as_ref().ok().cloned();
        let Some(text) = (after.as_ref().and_then(text)).filter(|_| before.is_none()) else {
            continue;
        };
        if let Some(at) = (left.iter()).position(|(_, old)| old.text.as_ref() == Ok(&text)) {
            renamed.push((left.remove(at).0.clone(), place.clone()));
        }
    }
    let gone = std::mem::take(old).into_iter();
    sides.extend(gone.map(|(place, policy)| (place, Some(policy), None)));
    (sides, renamed)
}

/// All differences between two policies, and why the answer may not hold.
#[derive(Debug, Default)]
struct Answer {
    differences: Differences,
    lost_denies: Vec<LostDeny>,
    doubts: Vec<String>,
}

impl Answer {
    fn doubtful(doubts: Vec<String>) -> Self {
        Self {
            doubts,
            ..Self::default()
        }
    }
}

/// Compares two policies. The error says whether the new policy is wrong.
/// `is_same_file` says that nothing but the values of a deployment decides what the policies are.
fn differences(
    old: Option<&Policy>,
    new: Option<&Policy>,
    is_same_file: bool,
) -> Result<Answer, (bool, String)> {
    let mut doubts: Vec<String> = Vec::new();
    if let (Some(old), Some(new)) = (old, new)
        && old.source == new.source
        && old.text == new.text
        && (old.text.is_ok() || is_same_file)
    {
        // Whatever a deployment makes of it, it makes the same of both. A policy with a mistake is one on both sides.
        return Ok(Answer::default());
    }
    let mut texts = [const { None }; 2];
    for (slot, policy) in texts.iter_mut().zip([old, new]) {
        let Some(policy) = policy else {
            continue;
        };
        let mut add = |doubt: &String| {
            if !doubts.contains(doubt) {
                doubts.push(doubt.clone());
            }
        };
        match &policy.text {
            Ok(text) => {
                policy.doubts.iter().for_each(&mut add);
                *slot = Some(text.as_str());
            }
            Err(doubt) => add(doubt),
        }
    }
    let unreadable = |policy: Option<&Policy>| policy.is_some_and(|policy| policy.text.is_err());
    if unreadable(old) || unreadable(new) {
        return Ok(Answer::doubtful(doubts));
    }
    let [old, new] = texts;
    let (old, new) = (document(old, false)?, document(new, true)?);
    let (old, new) = (Program::compile(&old), Program::compile(&new));
    Ok(Answer {
        differences: Program::differences(&old, &new),
        lost_denies: lost_denies(&old, &new),
        doubts,
    })
}

fn document(text: Option<&str>, is_new: bool) -> Result<Document<'_>, (bool, String)> {
    match text {
        Some(text) => policies::document(text).map_err(|error| (is_new, error)),
        // A policy that is not there allows nothing.
        None => Ok(Document::default()),
    }
}

/// A file of a path; `-` is standard input.
fn read(path: &Path, named: bool) -> Result<(Source, Input), String> {
    let input = Input {
        path: (path != Path::new("-")).then(|| path.to_path_buf()),
        named,
    };
    let name = input.name();
    if let Some(path) = &input.path {
        files::remember(path);
    }
    match files::read(&input) {
        Ok(text) => Ok((Source { name, text }, input)),
        Err(error) => Err(format!("{name}: {error}")),
    }
}

/// Two files, or two directories.
pub(crate) fn of(old: &Path, new: &Path) -> Result<Pairs, String> {
    let mut pairs = Pairs::default();
    match (old.is_dir(), new.is_dir()) {
        (false, false) => pairs.files.push(Pair {
            old: Some(read(old, true)?),
            new: Some(read(new, true)?),
            revision: None,
        }),
        (true, true) => {
            let mut found: BTreeMap<PathBuf, [Option<PathBuf>; 2]> = BTreeMap::new();
            for (side, root) in [old, new].into_iter().map(files::short).enumerate() {
                let collected = files::collect(&[root.to_path_buf()], Ignored::Read);
                pairs.errors.extend(collected.errors);
                pairs.notes.extend(collected.notes);
                for path in collected.inputs.into_iter().filter_map(|input| input.path) {
                    let relative = path.strip_prefix(root).unwrap_or(&path).to_path_buf();
                    if let Some(slot) = found.entry(relative).or_default().get_mut(side) {
                        *slot = Some(path);
                    }
                }
            }
            for [old, new] in found.into_values() {
                let side = |path: Option<PathBuf>| path.map(|path| read(&path, false)).transpose();
                match side(old).and_then(|old| {
                    Ok(Pair {
                        old,
                        new: side(new)?,
                        revision: None,
                    })
                }) {
                    Ok(pair) => pairs.files.push(pair),
                    // Half of a pair would look like a policy that was added or removed.
                    Err(error) => pairs.errors.push(error),
                }
            }
        }
        _ => {
            return Err(format!(
                "{} and {}: compare two files, or two directories",
                old.display(),
                new.display()
            ));
        }
    }
    Ok(pairs)
}

/// Files and directories of the work tree, and what they are at a revision.
pub(crate) fn at_revision(name: &str, paths: &[PathBuf]) -> Result<Pairs, String> {
    let revision = Rc::new(Revision::of(name)?);
    let mut pairs = Pairs::default();
    type Sides = (Option<(Source, Input)>, Option<(Source, Input)>);
    let mut found: BTreeMap<PathBuf, Sides> = BTreeMap::new();
    // Half of a pair would look like a policy that was added or removed.
    let mut broken: Vec<PathBuf> = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            return Err("standard input has no git revision; name a file".to_string());
        }
        let blobs = revision.files(path)?;
        let exists = path.symlink_metadata().is_ok();
        if blobs.is_empty() && !exists {
            pairs.errors.push(format!(
                "{}: no such file in the work tree or at `{name}`",
                path.display()
            ));
            continue;
        }
        let named = !path.is_dir();
        for blob in blobs {
            let shown = format!("{name}:{}", blob.path.display());
            if let Some(why) = blob.unread {
                pairs.notes.push(format!("{shown}: skipped: {why}"));
                continue;
            }
            match revision.read(&blob) {
                Ok(text) => {
                    let named = named && revision.path(path).is_ok_and(|path| path == blob.path);
                    let input = Input {
                        path: Some(blob.path.clone()),
                        named,
                    };
                    let source = Source { name: shown, text };
                    found.entry(blob.path).or_default().0 = Some((source, input));
                }
                Err(error) => {
                    pairs.errors.push(format!("{shown}: {error}"));
                    broken.push(blob.path);
                }
            }
        }
        if !exists {
            continue;
        }
        let collected = files::collect(std::slice::from_ref(path), Ignored::Read);
        pairs.errors.extend(collected.errors);
        pairs.notes.extend(collected.notes);
        for input in collected.inputs {
            let Some(path) = &input.path else {
                continue;
            };
            let key = revision.path(path)?;
            match read(path, input.named) {
                Ok(side) => found.entry(key).or_default().1 = Some(side),
                Err(error) => {
                    pairs.errors.push(error);
                    broken.push(key);
                }
            }
        }
    }
    pairs.files = (found.into_iter())
        .filter(|(path, _)| !broken.contains(path))
        .map(|(_, (old, new))| Pair {
            old,
            new,
            revision: Some(Rc::clone(&revision)),
        })
        .collect();
    Ok(pairs)
}
