//! ARNs as policies write them: with wildcards and policy variables.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

pub use crate::catalogue::GrammarError;
use crate::catalogue::{ArnFormat, Piece, Variable};
use crate::glob;

/// An ARN cut into its six fields, each as a range of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arn<'t> {
    text: &'t str,
    colons: [usize; 5],
}

/// Why a text is no ARN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArnError {
    /// It does not begin with `arn:`.
    Prefix,
    /// It has this many fields instead of six.
    Fields(usize),
    /// A policy variable in one of the first five fields has no `}`, so nobody can say where the field ends.
    Variable,
}

impl<'t> Arn<'t> {
    /// Cuts an ARN at its first five colons; colons inside of `${..}` do not count.
    ///
    /// # Errors
    ///
    /// When the text does not begin with `arn:`, has fewer than six fields, or has a `${` without `}` before the last of
    /// them. The fields themselves are not looked at.
    pub fn parse(text: &'t str) -> Result<Self, ArnError> {
        if !text.starts_with("arn:") {
            return Err(ArnError::Prefix);
        }
        let bytes = text.as_bytes();
        let mut colons = [0; 5];
        let mut found = 0;
        let mut at = 0;
        while let (Some(byte), Some(colon)) = (bytes.get(at), colons.get_mut(found)) {
            match byte {
                b'$' if bytes.get(at + 1) == Some(&b'{') => {
                    at += closing(bytes, at).ok_or(ArnError::Variable)?;
                }
                // What another tool writes for a value of its own, `#{AWS::Region}`: IAM reads it as text, of one field.
                b'#' if text
                    .get(at..)
                    .is_some_and(|rest| rest.starts_with("#{AWS::")) =>
                {
                    at += closing(bytes, at).unwrap_or_default();
                }
                b':' => {
                    *colon = at;
                    found += 1;
                }
                _ => {}
            }
            at += 1;
        }
        if found < 5 {
            return Err(ArnError::Fields(found + 1));
        }
        Ok(Self { text, colons })
    }

    /// The whole text.
    #[must_use]
    pub const fn text(&self) -> &'t str {
        self.text
    }

    /// Where the partition stands.
    #[must_use]
    pub const fn partition_range(&self) -> Range<usize> {
        self.colons[0] + 1..self.colons[1]
    }

    /// Where the service stands.
    #[must_use]
    pub const fn service_range(&self) -> Range<usize> {
        self.colons[1] + 1..self.colons[2]
    }

    /// Where the region stands.
    #[must_use]
    pub const fn region_range(&self) -> Range<usize> {
        self.colons[2] + 1..self.colons[3]
    }

    /// Where the account stands.
    #[must_use]
    pub const fn account_range(&self) -> Range<usize> {
        self.colons[3] + 1..self.colons[4]
    }

    /// Where the resource part stands.
    #[must_use]
    pub const fn resource_range(&self) -> Range<usize> {
        self.colons[4] + 1..self.text.len()
    }

    /// The partition: `aws`.
    #[must_use]
    pub fn partition(&self) -> &'t str {
        self.part(self.partition_range())
    }

    /// The service: `rekognition`.
    #[must_use]
    pub fn service(&self) -> &'t str {
        self.part(self.service_range())
    }

    /// The region, empty where the service has none.
    #[must_use]
    pub fn region(&self) -> &'t str {
        self.part(self.region_range())
    }

    /// The account, empty where the service has none.
    #[must_use]
    pub fn account(&self) -> &'t str {
        self.part(self.account_range())
    }

    /// Everything after the fifth colon.
    #[must_use]
    pub fn resource(&self) -> &'t str {
        self.part(self.resource_range())
    }

    /// The text at a range, which is one of the above.
    pub(crate) fn part(&self, range: Range<usize>) -> &'t str {
        self.text.get(range).unwrap_or_default()
    }

    /// Everything up to the fifth colon, which is the last of it.
    pub(crate) fn before_resource(&self) -> &'t str {
        self.part(0..self.resource_range().start)
    }

    /// The text with another one at a range.
    pub(crate) fn with_part(&self, range: &Range<usize>, by: &str) -> String {
        let mut text = String::from(self.text);
        if self.text.get(range.clone()).is_some() {
            text.replace_range(range.clone(), by);
        }
        text
    }

    /// Whether some ARN of this format could match, going by service and resource part alone.
    #[must_use]
    pub fn could_be(&self, format: &ArnFormat) -> bool {
        self.has_service_of(format) && could_match(self.resource(), format.resource, Fit::Form)
    }

    fn has_service_of(&self, format: &ArnFormat) -> bool {
        format.is_of(self.service()) || glob::matches(self.service(), format.service, true)
    }

    /// As [`could_be`](Self::could_be), for a format whose service is known to be the ARN's.
    pub(crate) fn resource_could_be(&self, format: &ArnFormat) -> bool {
        could_match(self.resource(), format.resource, Fit::Form)
    }

    /// As [`resource_could_be`](Self::resource_could_be), for an ARN that is of no format when its fields are compared one by
    /// one: a `*` at the end of a field may also match the colon after it and what follows.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>
    pub(crate) fn spilled_could_be(&self, format: &ArnFormat) -> bool {
        let matches = |from: usize| {
            let pattern = self.text.get(from..).unwrap_or_default();
            intersect(&steps(pattern), &form_steps(format.resource), Fit::Fields)
        };
        // From the star on, the rest of the text is a pattern for the resource part.
        let [.., region_end, account_end] = self.colons;
        (self.account().ends_with('*') && matches(account_end - 1))
            || (self.region().ends_with('*')
                && (matches(region_end - 1) || matches(region_end + 1)))
    }

    /// Whether the resource part matches some text of this form, such as `app/${Platform}/${AppName}`. A `*` in the form is
    /// that character.
    pub(crate) fn resource_could_match(&self, form: &str) -> bool {
        static ANY: Variable = Variable {
            name: "",
            rust_name: "",
            service: "",
            grammar: None,
            slashes: false,
        };
        let resource = self.resource();
        // A path that a request asks for ends in a slash: the shortest one, or one that the pattern spells out.
        if let Some(start) = form.strip_suffix("${PathPrefix}") {
            let matches = |path: &str| glob::matches(resource, path, false);
            return matches(&alloc::format!("{start}/"))
                || (resource.match_indices('/')).any(|(at, _)| {
                    (resource.get(..=at)).is_some_and(|path| {
                        path.len() > start.len() && path.starts_with(start) && matches(path)
                    })
                });
        }
        let mut steps_of_form = Vec::with_capacity(form.len());
        let mut rest = form;
        while let Some((literal, behind)) = rest.split_once("${") {
            steps_of_form.extend(literal.bytes().map(Step::Byte));
            steps_of_form.push(Step::Variable(&ANY));
            rest = behind.split_once('}').map_or("", |(_, behind)| behind);
        }
        steps_of_form.extend(rest.bytes().map(Step::Byte));
        intersect(&steps(resource), &steps_of_form, Fit::Form)
    }

    /// As [`could_be`](Self::could_be), and each variable of the format has a value that its grammar allows.
    #[must_use]
    pub fn could_be_strictly(&self, format: &ArnFormat) -> bool {
        self.has_service_of(format) && could_match(self.resource(), format.resource, Fit::Grammar)
    }
}

/// What a variable of a format may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// Anything, but no slash where the format says so.
    Form,
    /// What its grammar allows.
    Grammar,
    /// As `Form`, but no colon: fields are distinguished by theirs.
    Fields,
}

/// One step of a pattern.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step<'f> {
    Byte(u8),
    /// Any one character.
    One,
    /// Any text.
    Many,
    /// One or more characters of a variable of the format.
    Variable(&'f Variable),
}

/// The steps of a pattern with policy variables: a variable may represent any text, `${*}` for a star.
fn steps<'f>(pattern: &str) -> Vec<Step<'f>> {
    let bytes = pattern.as_bytes();
    let mut steps = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'*' => steps.push(Step::Many),
            b'?' => steps.push(Step::One),
            b'$' if bytes.get(at + 1) == Some(&b'{') => {
                let Some(length) = closing(bytes, at) else {
                    // Not closed: another rule says so. Here it may be anything.
                    steps.push(Step::Many);
                    return steps;
                };
                match bytes.get(at + 2..at + length) {
                    Some([c @ (b'*' | b'?' | b'$')]) => steps.push(Step::Byte(*c)),
                    _ => steps.push(Step::Many),
                }
                at += length;
            }
            byte => steps.push(Step::Byte(byte)),
        }
        at += 1;
    }
    steps
}

/// The distance from the beginning of a variable to its `}`.
fn closing(bytes: &[u8], variable: usize) -> Option<usize> {
    (bytes.get(variable..)?.iter()).position(|&byte| byte == b'}')
}

/// Takes the literal text in front of both away, or nothing when they begin differently. Nearly every format that an ARN
/// is not of is reported by this.
fn behind_start<'p, 'f>(pattern: &'p str, form: &'f [Piece]) -> Option<(&'p str, &'f [Piece])> {
    let Some((Piece::Literal(literal), behind)) = form.split_first() else {
        return Some((pattern, form));
    };
    let mut bytes = pattern.bytes();
    for byte in literal.bytes() {
        match (byte, bytes.next()) {
            (b'*', _) | (_, Some(b'*' | b'?' | b'$')) => return Some((pattern, form)),
            (_, found) if found != Some(byte) => return None,
            _ => {}
        }
    }
    Some((pattern.get(literal.len()..)?, behind))
}

/// The answer for a pattern whose only wildcard, if it has one, is a star at its end, and a form in which every variable ends at
/// a slash or at the end, as nearly all are: there is one way to read the text in it. A star takes whatever is left.
fn plain_match(pattern: &str, form: &[Piece], fit: Fit) -> Option<bool> {
    let literal = pattern.strip_suffix('*');
    let open = literal.is_some();
    let mut rest = literal.unwrap_or(pattern).as_bytes();
    if rest.iter().any(|byte| matches!(byte, b'*' | b'?' | b'$')) {
        return None;
    }
    for (number, piece) in form.iter().enumerate() {
        match piece {
            Piece::Literal(literal) => {
                let literal = literal.as_bytes();
                if literal.contains(&b'*') {
                    return None;
                }
                let Some((start, behind)) = rest.split_at_checked(literal.len()) else {
                    return Some(open && literal.starts_with(rest));
                };
                if start != literal {
                    return Some(false);
                }
                rest = behind;
            }
            Piece::Variable(variable) => {
                let next = form.get(number + 1);
                let length = match next {
                    None => rest.len(),
                    Some(Piece::Literal(next)) if !variable.slashes && next.starts_with('/') => {
                        (rest.iter().position(|&byte| byte == b'/')).unwrap_or(rest.len())
                    }
                    Some(_) => return None,
                };
                let (value, behind) = rest.split_at_checked(length)?;
                if value.first().is_some_and(|&first| !begins(variable, first)) {
                    return Some(false);
                }
                for &byte in value {
                    if !takes(variable, byte, fit) {
                        return Some(false);
                    }
                }
                rest = behind;
                if length == 0 && !rest.is_empty() {
                    return Some(false);
                }
                if rest.is_empty() && (length == 0 || next.is_some()) {
                    return Some(open);
                }
            }
        }
    }
    Some(rest.is_empty())
}

/// Whether a value of the variable may begin with this character.
fn begins(variable: &Variable, first: u8) -> bool {
    first != b'/' || !variable.name.ends_with("WithoutLeadingSlash")
}

/// Whether some text both matches the pattern and has the form.
fn could_match(pattern: &str, form: &[Piece], fit: Fit) -> bool {
    let Some((pattern, form)) = behind_start(pattern, form) else {
        return false;
    };
    if let Some(answer) = plain_match(pattern, form, fit) {
        return answer;
    }
    intersect(&steps(pattern), &form_steps(form), fit)
}

/// The steps of a format's resource part.
fn form_steps(form: &[Piece]) -> Vec<Step<'_>> {
    let mut steps = Vec::with_capacity(32);
    for piece in form {
        match piece {
            // A star in AWS's own format is a wildcard there too.
            Piece::Literal(text) => steps.extend(text.bytes().map(|byte| match byte {
                b'*' => Step::Many,
                byte => Step::Byte(byte),
            })),
            Piece::Variable(variable) => steps.push(Step::Variable(variable)),
        }
    }
    steps
}

/// Whether the languages of two step lists have a text in common. States are pairs of positions; a literal prefix,
/// which nearly every ARN has, is walked without any bookkeeping.
fn intersect(pattern: &[Step<'_>], form: &[Step<'_>], fit: Fit) -> bool {
    let mut skip = 0;
    while let (Some(Step::Byte(a)), Some(Step::Byte(b))) = (pattern.get(skip), form.get(skip)) {
        if a != b {
            return false;
        }
        skip += 1;
    }
    let (Some(pattern), Some(form)) = (pattern.get(skip..), form.get(skip..)) else {
        return false;
    };
    // A state also says whether the variable at its form position has taken a character already.
    let width = (form.len() + 1) * 2;
    let mut seen = alloc::vec![false; (pattern.len() + 1) * width];
    let mut todo = alloc::vec![(0_usize, 0_usize, false)];
    while let Some((p, f, begun)) = todo.pop() {
        let index = p * width + f * 2 + usize::from(begun);
        match seen.get_mut(index) {
            Some(seen) if !*seen => *seen = true,
            _ => continue,
        }
        match (pattern.get(p), form.get(f)) {
            (None, None) => return true,
            (Some(Step::Many), _) => {
                todo.push((p + 1, f, begun));
                match form.get(f) {
                    Some(Step::Variable(_)) => {
                        if begun {
                            todo.push((p, f + 1, false));
                        } else {
                            todo.push((p, f, true));
                        }
                    }
                    Some(_) => todo.push((p, f + 1, false)),
                    None => {}
                }
            }
            (_, Some(Step::Many)) => {
                todo.push((p, f + 1, false));
                if p < pattern.len() {
                    todo.push((p + 1, f, false));
                }
            }
            (step, Some(Step::Variable(variable))) => {
                if begun {
                    todo.push((p, f + 1, false));
                }
                match step {
                    Some(Step::One) => todo.push((p + 1, f, true)),
                    Some(Step::Byte(byte))
                        if takes(variable, *byte, fit) && (begun || begins(variable, *byte)) =>
                    {
                        todo.push((p + 1, f, true));
                    }
                    _ => {}
                }
            }
            (Some(Step::Byte(a)), Some(Step::Byte(b))) if a == b => {
                todo.push((p + 1, f + 1, false));
            }
            (Some(Step::One), Some(Step::Byte(_) | Step::One))
            | (Some(Step::Byte(_)), Some(Step::One)) => todo.push((p + 1, f + 1, false)),
            _ => {}
        }
    }
    false
}

fn takes(variable: &Variable, byte: u8, fit: Fit) -> bool {
    if byte == b'/' && !variable.slashes {
        return false;
    }
    match fit {
        Fit::Form => true,
        Fit::Fields => byte != b':',
        Fit::Grammar => (variable.grammar).is_none_or(|grammar| grammar.allows(char::from(byte))),
    }
}

#[cfg(test)]
mod tests {
    use super::{Fit, could_match, form_steps, intersect, plain_match, steps};
    use crate::catalogue::{self, Piece};

    /// The quick ways give the answer of the general one, for every format and for texts made from the formats.
    #[test]
    fn quick_and_general_agree() {
        let forms = || {
            (catalogue::typed_services().iter())
                .flat_map(|service| service.resources)
                .flat_map(|kind| kind.formats)
        };
        let mut patterns = alloc::vec::Vec::new();
        for format in forms() {
            for fill in ["x", "a/b", "", "-"] {
                let mut text = alloc::string::String::new();
                for piece in format.resource {
                    text.push_str(match piece {
                        Piece::Literal(literal) => literal,
                        Piece::Variable(_) => fill,
                    });
                }
                for (end, _) in text.char_indices() {
                    patterns.push(alloc::format!("{}*", text.split_at(end).0));
                }
                patterns.push(alloc::format!("{text}*"));
                patterns.push(text);
            }
        }
        patterns.sort_unstable();
        patterns.dedup();
        let mut answers = [0; 2];
        for (number, pattern) in patterns.iter().enumerate() {
            let pattern_steps = steps(pattern);
            // Another third of the formats for each pattern: there are over a million pairs.
            for format in forms().skip(number % 3).step_by(3) {
                let form = form_steps(format.resource);
                for fit in [Fit::Form, Fit::Grammar, Fit::Fields] {
                    let general = intersect(&pattern_steps, &form, fit);
                    if let Some(plain) = plain_match(pattern, format.resource, fit) {
                        assert_eq!(plain, general, "{pattern} {} {fit:?}", format.text);
                        answers[usize::from(general)] += 1;
                    }
                    let quick = could_match(pattern, format.resource, fit);
                    assert_eq!(quick, general, "{pattern} {} {fit:?}", format.text);
                }
            }
        }
        assert!(answers[0] > 100 && answers[1] > 100, "{answers:?}");
    }
}
