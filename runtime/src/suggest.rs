//! Did you mean: the nearest right spelling of a wrong name.

use alloc::string::String;
use alloc::vec::Vec;

use crate::sort::sort;

/// The candidate that the typed name most likely stands for, or `None` when nothing is near enough.
///
/// Three steps, each only when the one before found nothing: equal but for case, `_` and `-`; the same words in another
/// order; a few typing mistakes apart (restricted Damerau-Levenshtein, at most a third of the letters).
///
/// ```
/// use rekognition_iam_runtime::suggest::nearest;
///
/// let names = ["DetectLabels", "DetectFaces", "GetLabelDetection"];
/// assert_eq!(nearest("detect_labels", names), Some("DetectLabels"));
/// assert_eq!(nearest("LabelsDetect", names), Some("DetectLabels"));
/// assert_eq!(nearest("DetectLabls", names), Some("DetectLabels"));
/// assert_eq!(nearest("PutObject", names), None);
/// ```
pub fn nearest<'c>(typed: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    nearest_of(typed, &candidates.into_iter().collect::<Vec<_>>())
}

/// As [`nearest`], among the candidates of a list.
#[must_use]
pub fn nearest_of<'c>(typed: &str, candidates: &[&'c str]) -> Option<&'c str> {
    let mut folded = Vec::new();
    fold(typed, &mut folded);
    let mut other = Vec::new();
    // The same words have the same number of letters; few candidates need to be cut into theirs.
    let mut as_long = Vec::new();
    for candidate in candidates {
        other.clear();
        fold(candidate, &mut other);
        if other == folded {
            return Some(candidate);
        }
        if other.len() == folded.len() {
            as_long.push(*candidate);
        }
    }
    let mut sorted = words(typed);
    sort(&mut sorted);
    if sorted.len() > 1 {
        for candidate in as_long {
            let mut words = words(candidate);
            sort(&mut words);
            if words == sorted {
                return Some(candidate);
            }
        }
    }
    let mut limit = folded.len().max(3) / 3;
    let mut best = None;
    let mut rows = Rows {
        letters: letters(&folded),
        candidate: Vec::new(),
        before_last: Vec::new(),
        last: Vec::new(),
        row: Vec::new(),
    };
    for candidate in candidates {
        if let Some(distance) = rows.distance(&folded, candidate, limit) {
            best = Some(*candidate);
            if distance == 0 {
                break;
            }
            // The next one must be nearer.
            limit = distance - 1;
        }
    }
    best
}

/// Candidates that share a word with the typed name, the most shared words first, at most `limit` of them.
///
/// For names too far off to guess at: a list beats a wrong guess.
pub fn related<'c>(
    typed: &str,
    candidates: impl IntoIterator<Item = &'c str>,
    limit: usize,
) -> Vec<&'c str> {
    related_of(typed, &candidates.into_iter().collect::<Vec<_>>(), limit)
}

/// As [`related`], among the candidates of a list.
#[must_use]
pub fn related_of<'c>(typed: &str, candidates: &[&'c str], limit: usize) -> Vec<&'c str> {
    // Verbs that half of all actions begin with say nothing.
    const COMMON: [&str; 9] = [
        "get", "list", "put", "create", "delete", "describe", "update", "start", "stop",
    ];
    let mut wanted = words(typed);
    wanted.retain(|word| word.len() > 2 && !COMMON.contains(&word.as_str()));
    for word in &mut wanted {
        singular(word);
    }
    let mut found: Vec<(usize, &str)> = Vec::new();
    for candidate in candidates {
        let mut shared = 0;
        for mut word in words(candidate) {
            singular(&mut word);
            shared += usize::from(wanted.contains(&word));
        }
        if shared > 0 {
            // Behind those that share as much: the order of the candidates is kept.
            let mut at = found.len();
            while at > 0 && found[at - 1].0 < shared {
                at -= 1;
            }
            found.insert(at, (shared, *candidate));
        }
    }
    let mut related = Vec::new();
    for (_, candidate) in &found[..limit.min(found.len())] {
        related.push(*candidate);
    }
    related
}

fn singular(word: &mut String) {
    if word.ends_with('s') && word.len() > 3 {
        word.pop();
    }
}

/// The letters and digits of a name in lower case, behind what the list holds.
fn fold(name: &str, into: &mut Vec<char>) {
    for c in name.chars() {
        if c.is_ascii() {
            // All names of the catalogue; the tables of Unicode are slow to ask.
            if c.is_ascii_alphanumeric() {
                into.push(c.to_ascii_lowercase());
            }
        } else {
            into.extend(c.to_lowercase());
        }
    }
}

/// The words of a name in camel case, snake case or kebab case, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut lower_before = false;
    for c in name.chars() {
        if (!c.is_alphanumeric() || (c.is_uppercase() && lower_before)) && !word.is_empty() {
            words.push(core::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        lower_before = c.is_lowercase();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Room for the comparison of one name with many.
struct Rows {
    /// How often the letters of the one name occur.
    letters: [u8; 32],
    candidate: Vec<char>,
    before_last: Vec<usize>,
    last: Vec<usize>,
    row: Vec<usize>,
}

/// How often each letter occurs. Some share a number, which only makes names look nearer than they are.
fn letters(name: &[char]) -> [u8; 32] {
    let mut letters = [0_u8; 32];
    for &c in name {
        let count = &mut letters[c as usize % 32];
        *count = count.saturating_add(1);
    }
    letters
}

impl Rows {
    /// The number of single edits (insert, delete, replace, swap neighbours) between a folded name and a candidate, if at
    /// most `limit`.
    fn distance(&mut self, a: &[char], candidate: &str, limit: usize) -> Option<usize> {
        // Folding makes a name shorter only by what is no letter, and never than its letters.
        if a.len() > candidate.len() + limit {
            return None;
        }
        self.candidate.clear();
        fold(candidate, &mut self.candidate);
        let b = self.candidate.as_slice();
        if a.len().abs_diff(b.len()) > limit {
            return None;
        }
        // An edit changes the letters of a name by one at most on either side; this tells nearly all names that are far.
        let (mut more, mut fewer) = (0, 0);
        let theirs = letters(b);
        for (letter, here) in self.letters.iter().enumerate() {
            let there = theirs[letter];
            more += usize::from(here.saturating_sub(there));
            fewer += usize::from(there.saturating_sub(*here));
        }
        if more.max(fewer) > limit {
            return None;
        }
        self.last.clear();
        self.last.extend(0..=b.len());
        for i in 1..=a.len() {
            self.row.clear();
            self.row.push(i);
            let mut least = i;
            for j in 1..=b.len() {
                let same = usize::from(a[i - 1] != b[j - 1]);
                let (last, row) = (&self.last, &self.row);
                let mut cost = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + same);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    cost = cost.min(self.before_last[j - 2] + 1);
                }
                least = least.min(cost);
                self.row.push(cost);
            }
            if least > limit {
                return None;
            }
            core::mem::swap(&mut self.before_last, &mut self.last);
            core::mem::swap(&mut self.last, &mut self.row);
        }
        let distance = *self.last.last()?;
        (distance <= limit).then_some(distance)
    }
}

#[cfg(test)]
mod tests {
    use super::{nearest, related};

    const NAMES: [&str; 8] = [
        "DetectLabels",
        "DetectText",
        "DeleteProject",
        "GetLabelDetection",
        "IndexFaces",
        "ListFaces",
        "SearchFacesByImage",
        "StartLabelDetection",
    ];

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        for (typed, expected) in [
            ("DetectLabls", Some("DetectLabels")),
            ("DetectLabel", Some("DetectLabels")),
            ("detect_labels", Some("DetectLabels")),
            ("detectLabels", Some("DetectLabels")),
            ("DetcetLabels", Some("DetectLabels")),
            ("SearchFaceByImage", Some("SearchFacesByImage")),
            ("LabelsDetect", Some("DetectLabels")),
            ("GetLabels", None),
            ("PutObject", None),
            ("S3GetObject", None),
            ("InvokeModel", None),
            ("X", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed, NAMES), expected, "{typed}");
        }
    }

    #[test]
    fn related_names_share_a_word() {
        assert_eq!(
            related("GetLabels", NAMES, 3),
            ["DetectLabels", "GetLabelDetection", "StartLabelDetection"]
        );
        assert!(related("InvokeModel", NAMES, 3).is_empty());
    }
}
