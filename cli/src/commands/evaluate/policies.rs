//! The documents that requests are put to, read and compiled once.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use rekognition_iam_runtime::document::{Document, Effect, PolicyKind};
use rekognition_iam_runtime::evaluate::{Attached, Program};
use rekognition_iam_runtime::json::{self, Lexer};
use rekognition_iam_runtime::{check, suggest};

use crate::input::documents::{self, Source};
use crate::input::files::Input;
use crate::input::hcl::{Disk, Readers};
use crate::input::policies::{self, Policy};
use crate::json_lines::{self, Wrong};
use crate::plain::cut;
use crate::terminal::complain;

/// A document of the command line.
pub(crate) struct Given {
    pub(crate) path: PathBuf,
    /// Its kind and level, where they were said.
    pub(crate) kind: Option<(PolicyKind, u8)>,
}

impl Given {
    /// `[KIND=]FILE`.
    pub(crate) fn read(argument: &OsString) -> Result<Self, String> {
        let whole = |kind| Self {
            path: PathBuf::from(argument),
            kind,
        };
        let Some((before, file)) = argument.to_str().and_then(|text| text.split_once('=')) else {
            return Ok(whole(None));
        };
        match documents::kind(before) {
            Ok(kind) => Ok(Self {
                path: PathBuf::from(file),
                kind: Some(kind),
            }),
            // File names may hold `=` too.
            Err(_) if Path::new(argument).exists() => Ok(whole(None)),
            Err(error) => Err(error),
        }
    }
}

pub(crate) fn attach(document: &Document<'_>, kind: Option<(PolicyKind, u8)>) -> Attached<'static> {
    let (kind, level) = kind.unwrap_or_else(|| (PolicyKind::detect(document), 0));
    Attached::new(kind, Program::compile(document)).level(level)
}

/// Documents and the names of their files.
#[derive(Debug, Default)]
pub(crate) struct Policies {
    pub(crate) attached: Vec<Attached<'static>>,
    pub(crate) names: Vec<String>,
    /// The documents, as JSON.
    pub(crate) texts: Vec<String>,
    /// Their levels in an organization.
    pub(crate) levels: Vec<u8>,
    /// What only a deployment knows, as policy variables of the documents: no request knows their values.
    pub(super) open: BTreeSet<String>,
}

impl Policies {
    /// Reads the files of the command line. A policy with values that only a deployment knows is an error.
    pub(crate) fn open(arguments: &[OsString]) -> Result<Self, String> {
        let mut policies = Self::default();
        for argument in arguments {
            policies.read(&Given::read(argument)?)?;
            if let (Some(open), Some(name)) = (policies.open.first(), policies.names.last()) {
                return Err(format!(
                    "{name}: `{}` is not known before deployment; {AS_DEPLOYED}",
                    cut(open)
                ));
            }
        }
        Ok(policies)
    }

    /// The same with such values, for those who ask with [`open`](Self::open) as unknown keys.
    pub(super) fn with_unknowns(arguments: &[OsString]) -> Result<Self, String> {
        let mut policies = Self::default();
        for argument in arguments {
            policies.read(&Given::read(argument)?)?;
        }
        Ok(policies)
    }

    /// Reads a file that holds a policy, or one of its policies.
    fn read(&mut self, given: &Given) -> Result<(), String> {
        let (path, place) = placed(&given.path);
        let (source, found) = loaded(&path)?;
        let name = &source.name;
        let policy = chosen(name, &found, place.as_deref())?;
        let kind = given.kind.or_else(|| policy.kind.map(|kind| (kind, 0)));
        if policy.place.is_empty() && !policy.open {
            // The file is the policy, and mistakes in it have their lines.
            let document = source.document()?;
            self.attach(name, &document, kind);
            self.names.push(name.clone());
            self.texts.push(source.text.clone());
            self.levels.push(kind.map_or(0, |(_, level)| level));
            return Ok(());
        }
        let name = format!("{name}#{}", policy.place);
        let (text, document) = read(policy).map_err(|error| format!("{name}: {error}"))?;
        if policy.open {
            self.open.extend(open_variables(text));
        }
        self.attach(&name, &document, kind);
        self.names.push(name);
        self.texts.push(text.to_owned());
        self.levels.push(kind.map_or(0, |(_, level)| level));
        Ok(())
    }

    fn attach(&mut self, name: &str, document: &Document<'_>, kind: Option<(PolicyKind, u8)>) {
        let attached = attach(document, kind);
        if let Some(wrong) = documents::not_accepted(document, attached.kind()) {
            complain(&format!("note: {name}: {wrong}"));
        }
        self.attached.push(attached);
    }

    /// These and others after them.
    pub(super) fn and(&self, more: Self) -> Self {
        let owned = |attached: &Vec<Attached<'static>>| attached.clone();
        Self {
            attached: owned(&self.attached)
                .into_iter()
                .chain(more.attached)
                .collect(),
            names: self.names.iter().cloned().chain(more.names).collect(),
            texts: self.texts.iter().cloned().chain(more.texts).collect(),
            levels: self.levels.iter().copied().chain(more.levels).collect(),
            open: self.open.iter().cloned().chain(more.open).collect(),
        }
    }
}

/// A policy of a file that is taken alone.
#[derive(Debug)]
pub(crate) struct Alone {
    /// Where it is in the file. Empty when it is the whole file.
    pub(crate) place: String,
    /// The document, or why nobody can say what it grants.
    pub(crate) attached: Result<Attached<'static>, String>,
}

/// The policies of a file, or the one that `#PLACE` names, each taken alone. What only a deployment knows is in them as policy
/// variables, which are any text.
pub(crate) fn each_alone(argument: &Path) -> Result<Vec<Alone>, String> {
    let (path, place) = placed(argument);
    let (source, found) = loaded(&path)?;
    if let [policy] = found.as_slice()
        && policy.place.is_empty()
        && !policy.open
        && place.is_none()
    {
        let document = source.document()?;
        let attached = attach(&document, policy.kind.map(|kind| (kind, 0)));
        note_of(&source.name, &document, attached.kind());
        return Ok(vec![Alone {
            place: String::new(),
            attached: Ok(attached),
        }]);
    }
    let one = match &place {
        Some(place) => Some(chosen(&source.name, &found, Some(place))?),
        None if found.is_empty() => Some(chosen(&source.name, &found, None)?),
        None => None,
    };
    let wanted: Vec<&Policy> = one.map_or_else(|| found.iter().collect(), |one| vec![one]);
    let alone = wanted.into_iter().map(|policy| Alone {
        place: policy.place.clone(),
        attached: read(policy).and_then(|(text, document)| {
            match policy.open.then(|| used_twice(text, &document)).flatten() {
                Some(name) => Err(format!(
                    "`{}` is not known before deployment, and several elements of a statement have it",
                    cut(&name)
                )),
                None => {
                    let attached = attach(&document, policy.kind.map(|kind| (kind, 0)));
                    if !policy.open {
                        let name = format!("{}, {}", source.name, policy.place);
                        note_of(&name, &document, attached.kind());
                    }
                    Ok(attached)
                }
            }
        }),
    });
    Ok(alone.collect())
}

/// Says what makes an answer about a policy true that is not meant.
fn note_of(name: &str, document: &Document<'_>, kind: PolicyKind) {
    let note = documents::not_accepted(document, kind)
        .or_else(|| documents::grants_nothing(document, kind));
    if let Some(note) = note {
        complain(&format!("note: {name}: {note}"));
    }
}

/// A policy all of whose values are known.
#[derive(Debug)]
pub(crate) struct Single {
    pub(crate) name: String,
    pub(crate) text: String,
    /// What kind it is, where its place says so.
    pub(crate) kind: Option<PolicyKind>,
}

/// The one policy of a file, or the one that `#PLACE` names, if nothing of it is only known after deployment.
pub(crate) fn single(argument: &Path) -> Result<Single, String> {
    let (path, place) = placed(argument);
    let (source, found) = loaded(&path)?;
    let policy = chosen(&source.name, &found, place.as_deref())?;
    let name = match policy.place.as_str() {
        "" => source.name.clone(),
        place => format!("{}#{place}", source.name),
    };
    // The file is the policy: the caller reports mistakes with their lines.
    let text = match (&policy.text, policy.place.as_str()) {
        (Ok(text), "") => text,
        _ => read(policy).map_err(|error| format!("{name}: {error}"))?.0,
    };
    if policy.open {
        return Err(format!(
            "{name}: the policy has values that are only known after deployment"
        ));
    }
    Ok(Single {
        text: text.to_string(),
        kind: policy.kind,
        name,
    })
}

/// A value that only a deployment knows and that several elements of an `Allow` have.
///
/// As a policy variable, it is the same literal text in all of them. But it may have wildcards after deployment, and then match
/// another text in each. In one element that makes no difference: what a pattern matches is the text of some request.
fn used_twice(text: &str, document: &Document<'_>) -> Option<String> {
    let open: BTreeSet<String> = open_variables(text).collect();
    let is_in = |name: &str, text: &str| open_variables(text).any(|own| own == name);
    for statement in document.statements.items.iter() {
        if statement.effect == Effect::Deny {
            continue;
        }
        // A Region or an account has no wildcards.
        for name in open.iter().filter(|name| !name.starts_with("AWS::")) {
            let resources = (statement.resources.iter())
                .any(|resources| resources.values.items.iter().any(|text| is_in(name, text)));
            let conditions = (statement.conditions.iter())
                .flat_map(|block| &block.keys)
                .filter(|(_, values)| values.iter().any(|value| is_in(name, value.as_text())))
                .count();
            if usize::from(resources) + conditions > 1 {
                return Some(name.clone());
            }
        }
    }
    None
}

/// The policies of a file.
fn loaded(path: &Path) -> Result<(Source, Vec<Policy>), String> {
    let source = Source::open(path)?;
    let input = Input {
        path: (path != Path::new("-")).then(|| path.to_path_buf()),
        named: true,
    };
    let name = &source.name;
    let found = policies::policies(&source.text, &input, &Disk, &Readers::default());
    for note in found.notes {
        complain(&format!("note: {name}: {note}"));
    }
    match found.unusable {
        Some(error) => Err(format!("{name}: {error}")),
        None => Ok((source, found.policies)),
    }
}

/// The text and document of a policy that is a part of a file.
fn read(policy: &Policy) -> Result<(&str, Document<'_>), String> {
    let text = policy.text.as_ref().map_err(Clone::clone)?;
    if let Some(doubt) = policy.doubts.first() {
        return Err(format!("{doubt}; {AS_DEPLOYED}"));
    }
    let document = json::read(text).map_err(|refused| {
        let located = &refused.located;
        let message = located.finding.message.render(&check::Iam);
        format!("{}: {message}", located.path)
    })?;
    match documents::version(&document) {
        Some(error) => Err(format!("Version: {error}")),
        None => Ok((text, document)),
    }
}

const AS_DEPLOYED: &str =
    "give the policy as it is deployed, for example from `terraform show -json`";

/// A path and the place of a policy after the last `#`, unless the file has that name.
fn placed(path: &Path) -> (PathBuf, Option<String>) {
    let cut = path.to_str().and_then(|text| text.rsplit_once('#'));
    match cut {
        Some((file, place)) if !path.exists() => (PathBuf::from(file), Some(place.to_string())),
        _ => (path.to_path_buf(), None),
    }
}

/// The policy of this place, or the only one.
fn chosen<'p>(name: &str, found: &'p [Policy], place: Option<&str>) -> Result<&'p Policy, String> {
    const MOST: usize = 10;
    if let Some(place) = place {
        return found
            .iter()
            .find(|policy| policy.place == place)
            .ok_or_else(|| {
                let places = found.iter().map(|policy| policy.place.as_str());
                let help = suggest::nearest(place, places)
                    .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                format!("{name}: there is no policy at `{}`{help}", cut(place))
            });
    }
    match found {
        [] => Err(format!("{name}: the file has no policy that can be read")),
        [one] => Ok(one),
        several => {
            let mut places: Vec<String> = (several.iter().take(MOST))
                .map(|policy| format!("`{name}#{}`", policy.place))
                .collect();
            if several.len() > MOST {
                places.push(format!("{} more", several.len() - MOST));
            }
            Err(format!(
                "{name}: the file has {} policies; name each one that applies to the request: {}",
                several.len(),
                places.join(", ")
            ))
        }
    }
}

/// The variables of a document that represent what only a deployment knows. Keys of AWS are not among them.
fn open_variables(text: &str) -> impl Iterator<Item = String> + '_ {
    (text.split("${").skip(1))
        .filter_map(|rest| rest.split_once('}'))
        .map(|(inside, _)| inside.split(',').next().unwrap_or_default().trim())
        .filter(|name| {
            let is_key = name
                .get(..4)
                .is_some_and(|start| start.eq_ignore_ascii_case("aws:"))
                && !name.contains("::");
            !is_key && !matches!(*name, "" | "*" | "?" | "$")
        })
        .map(str::to_string)
}

/// Whether standard input is among the files, and more than once.
pub(crate) fn standard_input(arguments: &[&[OsString]]) -> Result<bool, String> {
    let mut count = 0;
    for argument in arguments.iter().flat_map(|arguments| arguments.iter()) {
        count += usize::from(Given::read(argument)?.path == Path::new("-"));
    }
    if count > 1 {
        return Err("standard input can only be read once".to_string());
    }
    Ok(count == 1)
}

/// Reads a policy of a line.
pub(crate) fn policy(lexer: &mut Lexer<'_>, number: usize) -> Result<Attached<'static>, Wrong> {
    let what = |member: &str| format!("policies[{number}]{member}");
    lexer.skip_space();
    let start = lexer.offset();
    let mut document = None;
    let mut kind = None;
    let mut level = None;
    json_lines::members(
        lexer,
        &what(""),
        &["document", "kind", "level"],
        |lexer, name| {
            match name {
                "document" => document = Some(json_lines::document(lexer, &what(".document"))?),
                "kind" => {
                    lexer.skip_space();
                    let at = lexer.offset();
                    if let Some(text) = json_lines::optional(lexer, &what(".kind"))? {
                        let read = documents::kind(&text).map_err(|error| {
                            Wrong::new(at, format!("{}: {error}", what(".kind")))
                        })?;
                        kind = Some(read);
                    }
                }
                _ => {
                    if !json_lines::is_null(lexer)? {
                        let (text, span) = lexer.number()?;
                        let read = documents::level(text).map_err(|error| {
                            Wrong::new(span.start, format!("{}: {error}", what(".level")))
                        })?;
                        level = Some((read, span.start));
                    }
                }
            }
            Ok(())
        },
    )?;
    let Some(document) = document else {
        let error = format!("{} has no member `document`", what(""));
        return Err(Wrong::new(start, error));
    };
    if let Some((level, at)) = level {
        match &mut kind {
            Some((kind, known)) if documents::has_levels(*kind) => *known = level,
            _ => {
                let error = "only the policies of an organization have levels";
                return Err(Wrong::new(at, format!("{}: {error}", what(".level"))));
            }
        }
    }
    Ok(attach(&document, kind))
}
