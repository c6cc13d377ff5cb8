//! What is known of a text before deployment.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ops::Range;

/// How open values are filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fill {
    /// As widely as they could be.
    Wide,
    /// As something unlike.
    Other,
    /// As policy variables with names of their own, the same wherever the file refers to the same value.
    Named,
}

impl Fill {
    pub(crate) const fn pick<T: Copy>(self, wide: T, other: T) -> T {
        match self {
            Self::Wide | Self::Named => wide,
            Self::Other => other,
        }
    }
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// These characters.
    Text(String),
    /// A value that every account has and that the deployment decides, such as its Region.
    Setting(Setting),
    /// A name or number that a deployment chooses. It stands where it cannot change the form of the text around it.
    Name(Name),
    /// Anything, `/` and `:` included: what the file says in its place, such as `${Bucket}`.
    Unknown(String),
}

/// What every deployment has, by the name that a template gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Setting {
    /// A value that every rule accepts.
    sample: &'static str,
    /// `${AWS::Region}`: the same thing has this name in each tool.
    shown: &'static str,
}

/// A name that a deployment chooses.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Name {
    /// Which: the placeholder of the catalogue, such as `KeyId`.
    pub(crate) placeholder: String,
    /// How to show it: `${Bucket}`. Two names are the same when they are shown alike.
    pub(crate) shown: String,
}

/// A text of which parts may be open.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Known(pub(crate) Vec<Part>);

impl Known {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self(vec![Part::Text(text.into())])
    }

    pub(crate) fn unknown() -> Self {
        Self(vec![Part::Unknown(String::new())])
    }

    /// Nothing is known, not even the form.
    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self.0.as_slice(), [Part::Unknown(_)])
    }

    /// Whether a part of it is open in form.
    pub(crate) fn has_unknown(&self) -> bool {
        self.0.iter().any(|part| matches!(part, Part::Unknown(_)))
    }

    /// The text, when all of it is known or the same in form wherever it is deployed.
    pub(crate) fn literal(&self) -> Option<String> {
        let mut out = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Setting(setting) => out.push_str(setting.sample),
                Part::Name(_) | Part::Unknown(_) => return None,
            }
        }
        Some(out)
    }

    /// The text, when the file has all of it.
    pub(crate) fn written(&self) -> Option<String> {
        let mut out = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Setting(_) | Part::Name(_) | Part::Unknown(_) => return None,
            }
        }
        Some(out)
    }

    /// The text with names as they are shown, and `*` for what is unknown.
    pub(crate) fn shown(&self) -> String {
        let mut out = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Setting(setting) => out.push_str(setting.sample),
                Part::Name(name) => out.push_str(&name.shown),
                Part::Unknown(_) => out.push('*'),
            }
        }
        out
    }

    /// What the file says, the same for two values that are the same. Nothing where it says nothing.
    pub(crate) fn identity(&self) -> Option<String> {
        let mut out = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Setting(setting) => out.push_str(setting.shown),
                Part::Name(name) => out.push_str(&name.shown),
                Part::Unknown(says) if says.is_empty() => return None,
                Part::Unknown(says) => out.push_str(says),
            }
        }
        Some(out)
    }

    /// A form of the catalogue, such as `arn:${Partition}:s3:::${BucketName}`, of something that is shown as `${owner}`.
    pub(crate) fn form(form: &str, owner: &str, given: Option<&Given<'_>>) -> Self {
        // The address of a provider says which condition keys there are, so that no other address can be read instead of it.
        if form.contains("${OidcProviderName}") && given.is_none() {
            return Self::unknown();
        }
        let mut out = Self::default();
        let mut rest = form;
        let mut first = true;
        while let Some((before, tail)) = rest.split_once("${") {
            let Some((placeholder, tail)) = tail.split_once('}') else {
                break;
            };
            out.push_text(before);
            match fixed(placeholder) {
                Some(part) => out.push(part),
                None => {
                    let main = std::mem::take(&mut first);
                    match given.filter(|given| given.placeholder == without_path(placeholder)) {
                        Some(given) => out.push_text(&given.name),
                        None => out.0.push(Part::Name(Name {
                            placeholder: placeholder.to_string(),
                            shown: if main {
                                format!("${{{owner}}}")
                            } else {
                                format!("${{{owner}.{placeholder}}}")
                            },
                        })),
                    }
                }
            }
            rest = tail;
        }
        out.push_text(rest);
        out
    }

    /// The same, with what the file says instead of what is unknown and has no name yet.
    pub(crate) fn named(mut self, says: &str) -> Self {
        for part in &mut self.0 {
            if let Part::Unknown(known) = part
                && known.is_empty()
            {
                known.push_str(says);
            }
        }
        self
    }

    pub(crate) fn push(&mut self, part: Part) {
        match part {
            Part::Text(text) => self.push_text(&text),
            part @ (Part::Setting(_) | Part::Name(_) | Part::Unknown(_)) => self.0.push(part),
        }
    }

    pub(crate) fn push_text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.0.last_mut() {
            Some(Part::Text(last)) => last.push_str(text),
            _ => self.0.push(Part::Text(text.to_string())),
        }
    }
}

/// The name of a resource where the file gives it in so many words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Given<'f> {
    /// The placeholder of forms that it fills: a form also has the names of other resources.
    pub(crate) placeholder: &'f str,
    pub(crate) name: String,
}

impl<'f> Given<'f> {
    /// Reads what a file gives for the name as `form` has it: `alias/x` for `alias/${Alias}`, and `x` for an ARN that ends
    /// in the name. Nothing for a form with several names, of which this could be any.
    pub(crate) fn of(form: &'f str, text: &str) -> Option<Self> {
        let mut own = None;
        let mut rest = form;
        while let Some((before, tail)) = rest.split_once("${") {
            let (placeholder, tail) = tail.split_once('}')?;
            if fixed(placeholder).is_none() && own.replace((before, placeholder)).is_some() {
                return None;
            }
            rest = tail;
        }
        let (before, placeholder) = own?;
        let name = match form.starts_with("arn:") {
            true => text,
            false => text.strip_prefix(before)?,
        };
        Some(Self {
            placeholder: without_path(placeholder),
            // The name of an identity provider is its URL.
            name: name.strip_prefix("https://").unwrap_or(name).to_string(),
        })
    }
}

/// `RoleName` of `RoleNameWithPath`.
pub(crate) fn without_path(placeholder: &str) -> &str {
    placeholder.strip_suffix("WithPath").unwrap_or(placeholder)
}

/// What every account has.
pub(crate) fn fixed(placeholder: &str) -> Option<Part> {
    let setting = |sample, shown| Some(Part::Setting(Setting { sample, shown }));
    match placeholder {
        "Partition" | "AWS::Partition" => setting("aws", "${AWS::Partition}"),
        "Region" | "AWS::Region" => setting("us-east-1", "${AWS::Region}"),
        "Account" | "AWS::AccountId" => setting("123456789012", "${AWS::AccountId}"),
        "URLSuffix" | "AWS::URLSuffix" => Some(Part::Text("amazonaws.com".to_string())),
        _ => None,
    }
}

/// The texts that represent names while the rules look at a policy: one for each name, found again in what they report.
#[derive(Debug, Default)]
pub(crate) struct Samples {
    texts: RefCell<HashMap<Name, String>>,
    /// How each of them is shown.
    shown: RefCell<HashMap<String, String>>,
    /// Their lengths, the longest first: there are few.
    lengths: RefCell<Vec<usize>>,
    /// What they begin with.
    firsts: RefCell<Vec<u8>>,
    /// How many unknown parts there were: no two of them are treated as the same.
    unknown: Cell<usize>,
}

/// A text with samples in it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Filled {
    pub(crate) text: String,
    /// Where the form of the value is not known.
    pub(crate) open: Vec<Range<usize>>,
}

impl Samples {
    pub(crate) fn fill(&self, known: &Known, fill: Fill) -> Filled {
        let mut filled = Filled::default();
        for part in &known.0 {
            self.add(&mut filled, part, fill);
        }
        filled
    }

    pub(crate) fn add(&self, filled: &mut Filled, part: &Part, fill: Fill) {
        match part {
            Part::Text(text) => filled.text.push_str(text),
            Part::Setting(setting) if fill == Fill::Named => {
                let start = filled.text.len();
                filled.text.push_str(setting.shown);
                filled.open.push(start..filled.text.len());
            }
            Part::Setting(setting) => filled.text.push_str(setting.sample),
            Part::Name(name) if fill == Fill::Named => {
                let start = filled.text.len();
                filled.text.push_str(&variable(&name.shown));
                filled.open.push(start..filled.text.len());
            }
            Part::Name(name) => filled.text.push_str(&self.sample(name, fill)),
            Part::Unknown(says) => {
                let start = filled.text.len();
                self.unknown.set(self.unknown.get() + 1);
                match fill {
                    Fill::Wide => filled.text.push('*'),
                    Fill::Other => {
                        let number = self.unknown.get();
                        filled.text.push_str(&format!("open{number}"));
                    }
                    Fill::Named if says.is_empty() => {
                        let number = self.unknown.get();
                        filled.text.push_str(&format!("${{unknown-{number}}}"));
                    }
                    Fill::Named => filled.text.push_str(&variable(says)),
                }
                filled.open.push(start..filled.text.len());
            }
        }
    }

    /// Whether everything that was filled in was known: with another [`Fill`], the text would be the same.
    pub(crate) fn is_empty(&self) -> bool {
        self.texts.borrow().is_empty() && self.unknown.get() == 0
    }

    fn sample(&self, name: &Name, fill: Fill) -> String {
        if let Some(text) = self.texts.borrow().get(name) {
            return text.clone();
        }
        let number = self.texts.borrow().len() + 1;
        let text = sample(&name.placeholder, number, fill);
        self.texts.borrow_mut().insert(name.clone(), text.clone());
        // A word of the language would be found where it means itself.
        if text != DATASET_TYPE {
            let mut lengths = self.lengths.borrow_mut();
            if !lengths.contains(&text.len()) {
                lengths.push(text.len());
                lengths.sort_unstable_by(|one, other| other.cmp(one));
            }
            let mut firsts = self.firsts.borrow_mut();
            let first = text.bytes().next().filter(|first| !firsts.contains(first));
            firsts.extend(first);
            self.shown
                .borrow_mut()
                .insert(text.clone(), name.shown.clone());
        }
        text
    }

    /// Calls `found` with each sample in a text and where it begins, in one pass.
    fn each(&self, text: &str, mut found: impl FnMut(usize, &str)) {
        let (shown, lengths) = (self.shown.borrow(), self.lengths.borrow());
        if shown.is_empty() {
            return;
        }
        let firsts = self.firsts.borrow();
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            if firsts.contains(byte) {
                let sample = (lengths.iter())
                    .filter_map(|length| text.get(at..at + length))
                    .find(|text| shown.contains_key(*text));
                if let Some(sample) = sample {
                    found(at, sample);
                    at += sample.len();
                    continue;
                }
            }
            at += 1;
        }
    }

    /// A message with names as they are shown.
    pub(crate) fn renamed(&self, message: &str) -> String {
        let mut out = String::with_capacity(message.len());
        let mut from = 0;
        self.each(message, |at, sample| {
            out.push_str(message.get(from..at).unwrap_or_default());
            if let Some(shown) = self.shown.borrow().get(sample) {
                out.push_str(shown);
            }
            from = at + sample.len();
        });
        out.push_str(message.get(from..).unwrap_or_default());
        out
    }

    /// Whether a text holds a sample.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        let mut any = false;
        self.each(text, |_, _| any = true);
        any
    }

    /// How many characters the samples in a text have.
    pub(crate) fn length_in(&self, text: &str) -> usize {
        let mut length = 0;
        self.each(text, |_, sample| length += sample.len());
        length
    }
}

/// A policy variable for something that is open, which no policy has by itself: the name is not the form of a condition key, which
/// has one colon. Two things that the file writes in the same way are the same.
fn variable(says: &str) -> String {
    let inner = says
        .strip_prefix("${")
        .and_then(|inner| inner.strip_suffix('}'))
        .unwrap_or(says)
        .trim();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/');
    let (head, tail) = match inner.strip_prefix("AWS::") {
        Some(tail) => ("AWS::", tail),
        None => ("", inner),
    };
    let mut name = String::from(head);
    name.extend((tail.chars().take(60)).map(|c| if plain(c) { c } else { '_' }));
    if name != inner {
        // What was left out may be what tells two of them apart.
        let hash = inner.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        name.push_str(&format!("-{hash:016x}"));
    }
    format!("${{{name}}}")
}

const DATASET_TYPE: &str = "train";

/// A text that fits the grammar of a placeholder, and is found nowhere else.
fn sample(placeholder: &str, number: usize, fill: Fill) -> String {
    let word = fill.pick("open", "other");
    match placeholder {
        "KeyId" | "Uuid" | "UUID" => format!("{number:08x}-0000-4000-8000-0123456789ab"),
        "CreationTimestamp" | "CreationTime" | "ConsumerCreationTimpstamp" => {
            format!("16{number:011}")
        }
        "Version" | "LayerVersion" => format!("70010{number}"),
        "DatasetType" => DATASET_TYPE.to_string(),
        "OidcProviderName" => format!("{word}{number}z.example.com"),
        "ParameterNameWithSlash" => format!("/{word}{number}z"),
        "SecretId" => format!("{word}{number}z-AbCdEf"),
        "UserPoolId" => format!("us-east-1_{word}{number}z"),
        _ => format!("{word}{number}z"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_filled_with_samples_that_are_found_again() {
        let form = "arn:${Partition}:rekognition:${Region}:${Account}:project/${ProjectName}/${CreationTimestamp}";
        let known = Known::form(form, "Logos", None);
        let samples = Samples::default();
        let filled = samples.fill(&known, Fill::Wide);
        assert_eq!(
            samples.renamed(&filled.text),
            "arn:aws:rekognition:us-east-1:123456789012:project/${Logos}/${Logos.CreationTimestamp}"
        );
        assert!(filled.open.is_empty());
        // A name that is given stands as it is.
        let given = Given::of("${ProjectName}", "parts").unwrap();
        let named = Known::form(form, "Logos", Some(&given));
        assert!(named.shown().contains(":project/parts/"), "{named:?}");
        // The same name is the same text.
        assert_eq!(samples.fill(&known, Fill::Wide), filled);
    }

    #[test]
    fn a_name_fills_its_own_placeholder() {
        let given = |form, text| Given::of(form, text).map(|given| (given.placeholder, given.name));
        let name = |text: &str| text.to_string();
        assert_eq!(
            given("alias/${Alias}", "alias/x"),
            Some(("Alias", name("x")))
        );
        assert_eq!(given("alias/${Alias}", "x"), None);
        let policy = "arn:${Partition}:iam::${Account}:policy/${PolicyNameWithPath}";
        assert_eq!(given(policy, "x"), Some(("PolicyName", name("x"))));
        assert_eq!(given("function:${FunctionName}:${Alias}", "x"), None);
        let alias = Given::of("alias/${Alias}", "alias/x").unwrap();
        let form = |form| Known::form(form, "a", Some(&alias)).shown();
        assert_eq!(
            form("arn:${Partition}:kms:::alias/${Alias}"),
            "arn:aws:kms:::alias/x"
        );
        assert_eq!(
            form("arn:${Partition}:kms:::key/${KeyId}"),
            "arn:aws:kms:::key/${a}"
        );
    }
}
