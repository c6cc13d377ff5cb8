//! Did you mean: the nearest right spelling of a wrong name.

use alloc::string::String;
use alloc::vec::Vec;

use crate::sort::{Groups, sort};

/// The candidate that the typed name most likely represents, or `None` when nothing is near enough.
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
    nearest_all(typed, candidates).first().copied()
}

/// All candidates that are as near as the nearest, in their order, each once.
///
/// What is as near as another is a question and no answer: `us-east-9` is one letter from `us-east-1` and `us-east-2`.
///
/// ```
/// use rekognition_iam_runtime::suggest::nearest_all;
///
/// let regions = ["us-east-1", "us-east-2", "us-west-1"];
/// assert_eq!(nearest_all("us-east-9", &regions), ["us-east-1", "us-east-2"]);
/// assert_eq!(nearest_all("us-eat-2", &regions), ["us-east-2"]);
/// ```
#[must_use]
pub fn nearest_all<'c>(typed: &str, candidates: &[&'c str]) -> Vec<&'c str> {
    let mut folded = Vec::new();
    fold(typed, &mut folded);
    let mut limit = folded.len().max(3) / 3;
    // An edit changes the letters of a name by one at most on either side; this tells nearly all names that are far.
    let own = letters(typed);
    let mut near = Vec::new();
    for candidate in candidates {
        // Some have too few letters whichever they are.
        if candidate.len() + limit < folded.len() {
            continue;
        }
        let apart = apart(&own, &letters(candidate));
        if apart <= limit {
            near.push((apart, *candidate));
        }
    }
    let mut found = Vec::new();
    let mut rows = Rows::default();
    for (apart, candidate) in &near {
        if *apart == 0 {
            rows.candidate.clear();
            fold(candidate, &mut rows.candidate);
            if rows.candidate == folded {
                push_new(&mut found, candidate);
            }
        }
    }
    if !found.is_empty() {
        return found;
    }
    let found = reordered(typed, candidates);
    if !found.is_empty() {
        return found;
    }
    let mut found = Vec::new();
    // Those with nearly the same letters first: what they leave of the limit is soon too little for the others.
    let mut distances = Vec::new();
    let most = limit;
    for level in 0..=most {
        for (number, (apart, candidate)) in near.iter().enumerate() {
            if *apart == level
                && level <= limit
                && let Some(distance) = rows.distance(&folded, candidate, limit)
            {
                limit = distance;
                distances.push((number, distance));
            }
        }
    }
    for (number, (_, candidate)) in near.iter().enumerate() {
        if distances.contains(&(number, limit)) {
            push_new(&mut found, candidate);
        }
    }
    found
}

/// The candidate that a wrong name certainly represents, or `None` when there could be any doubt.
///
/// For a tool that writes the answer without asking. A name is certain when it is equal but for letter case; or when it
/// keeps its first word (the verb of an action) and differs by a plural, by two neighboring letters that changed places or
/// by a doubled letter, and no other candidate is as near. All else is a question for a person: [`nearest_all`].
///
/// ```
/// use rekognition_iam_runtime::suggest::certain;
///
/// let names = ["DetectLabels", "PutProjectPolicy", "ListBucket"];
/// assert_eq!(certain("detectlabels", &names), Some("DetectLabels"));
/// assert_eq!(certain("DetectLabel", &names), Some("DetectLabels"));
/// assert_eq!(certain("DetectLabesl", &names), Some("DetectLabels"));
/// // Another verb is another thing, and a missing letter may be any.
/// assert_eq!(certain("GetProjectPolicy", &names), None);
/// assert_eq!(certain("DetectLbels", &names), None);
/// ```
#[must_use]
pub fn certain<'c>(typed: &str, candidates: &[&'c str]) -> Option<&'c str> {
    certain_if(typed, candidates, |candidate| {
        same_verb(typed, candidate) && words(typed).len() > 1
    })
}

/// As [`certain`], among all words of a grammar: such a list does not grow, so its words need not keep their first part.
///
/// ```
/// use rekognition_iam_runtime::suggest::certain_word;
///
/// let elements = ["Action", "NotAction", "Resource"];
/// assert_eq!(certain_word("Actions", &elements), Some("Action"));
/// assert_eq!(certain_word("NoAction", &elements), None);
/// ```
#[must_use]
pub fn certain_word<'c>(typed: &str, candidates: &[&'c str]) -> Option<&'c str> {
    certain_if(typed, candidates, |_| true)
}

fn certain_if<'c>(
    typed: &str,
    candidates: &[&'c str],
    keeps: impl Fn(&str) -> bool,
) -> Option<&'c str> {
    // A typo changes three letters at most: `y` becomes `ies`. This tells nearly all names that are far.
    const MOST: usize = 3;
    let own = letters(typed);
    let mut same = Vec::new();
    let mut slips = Vec::new();
    for candidate in candidates {
        if candidate.eq_ignore_ascii_case(typed) {
            push_new(&mut same, candidate);
        } else if may_be_slip(typed, candidate)
            && apart(&own, &letters(candidate)) <= MOST
            && is_slip(typed, candidate)
        {
            push_new(&mut slips, candidate);
        }
    }
    if !same.is_empty() {
        return match same.as_slice() {
            [only] => Some(only),
            _ => None,
        };
    }
    let [only] = slips.as_slice() else {
        return None;
    };
    if !keeps(only) {
        return None;
    }
    // Whatever is as near in any other way is a rival.
    let mut folded = Vec::new();
    fold(typed, &mut folded);
    let mut rows = Rows::default();
    let limit = rows.distance(&folded, only, folded.len())?;
    let rival = candidates
        .iter()
        .any(|candidate| candidate != only && rows.distance(&folded, candidate, limit).is_some());
    (!rival).then_some(only)
}

/// Whether two names begin with the same word, whatever the letter case.
#[must_use]
#[inline]
pub fn same_verb(a: &str, b: &str) -> bool {
    // The first letter tells most.
    if let (Some(a), Some(b)) = (a.as_bytes().first(), b.as_bytes().first())
        && a.is_ascii_alphanumeric()
        && b.is_ascii_alphanumeric()
        && !a.eq_ignore_ascii_case(b)
    {
        return false;
    }
    is_same_verb(a, b)
}

fn is_same_verb(a: &str, b: &str) -> bool {
    match (next_word(a), next_word(b)) {
        (Some((a, _)), Some((b, _))) => is_same(a, b),
        _ => false,
    }
}

/// The first word of a name, which is the verb of an action.
#[must_use]
pub fn verb(name: &str) -> &str {
    next_word(name).map_or("", |(word, _)| word)
}

/// What follows the first word of a name.
#[must_use]
pub fn object(name: &str) -> &str {
    next_word(name).map_or("", |(_, behind)| behind)
}

/// Whether two words are one typing mistake apart at most, whatever the letter case.
#[must_use]
pub fn within_one(a: &str, b: &str) -> bool {
    if apart(&letters(a), &letters(b)) > 1 {
        return false;
    }
    let mut folded = Vec::new();
    fold(a, &mut folded);
    Rows::default().distance(&folded, b, 1).is_some()
}

/// The candidates with the words of the typed name in another order.
#[must_use]
pub fn reordered<'c>(typed: &str, candidates: &[&'c str]) -> Vec<&'c str> {
    let own = letters(typed);
    let typed = words(typed);
    let mut found = Vec::new();
    for candidate in candidates {
        if typed.len() > 1
            && apart(&own, &letters(candidate)) == 0
            && is_reordered(&typed, &words(candidate))
        {
            push_new(&mut found, candidate);
        }
    }
    found
}

/// Whether the beginnings of two names leave a chance that [`is_slip`] holds: it keeps the first letter, or swaps the
/// first two.
fn may_be_slip(a: &str, b: &str) -> bool {
    let (Some(x), Some(y)) = (a.as_bytes().first(), b.as_bytes().first()) else {
        return false;
    };
    // Words are compared without what separates them, so a separator says nothing.
    x.eq_ignore_ascii_case(y)
        || !x.is_ascii_alphanumeric()
        || !y.is_ascii_alphanumeric()
        || (b.as_bytes().get(1)).is_some_and(|second| x.eq_ignore_ascii_case(second))
}

/// Whether two names differ by a plural, by neighboring letters that changed places or by a doubled letter.
fn is_slip(a: &str, b: &str) -> bool {
    let (lower_a, lower_b) = (a.to_ascii_lowercase(), b.to_ascii_lowercase());
    let (x, y) = (lower_a.as_bytes(), lower_b.as_bytes());
    let start = x.iter().zip(y).take_while(|(x, y)| x == y).count();
    match x.len().abs_diff(y.len()) {
        // `start` is the first of two that are swapped.
        0 => {
            matches!(
                (x.get(start..start + 2), y.get(start..start + 2)),
                (Some(&[p, q]), Some(&[r, s])) if p == s && q == r
            ) && x.get(start + 2..) == y.get(start + 2..)
        }
        1 => {
            let (long, short) = if x.len() > y.len() { (x, y) } else { (y, x) };
            let doubled = start > 0 && long.get(start) == long.get(start - 1);
            (doubled && long.get(start + 1..) == short.get(start..)) || is_plural(a, b)
        }
        _ => is_plural(a, b),
    }
}

/// Whether one word of two names is in the singular in one of them and in the plural in the other.
fn is_plural(a: &str, b: &str) -> bool {
    let (a, b) = (words(a), words(b));
    if a.len() != b.len() {
        return false;
    }
    let mut differ = a.iter().zip(&b).filter(|(a, b)| !is_same(a, b));
    let (Some((a, b)), None) = (differ.next(), differ.next()) else {
        return false;
    };
    let (long, short) = if a.len() > b.len() { (a, b) } else { (b, a) };
    let (long, short) = (long.to_ascii_lowercase(), short.to_ascii_lowercase());
    let ends = |singular: &str, plural: &str| match (
        short.strip_suffix(singular),
        long.strip_suffix(plural),
    ) {
        (Some(short), Some(long)) => short.len() > 1 && short == long,
        _ => false,
    };
    ends("", "s")
        || ends("y", "ies")
        || ["s", "x", "z", "ch", "sh"]
            .iter()
            .any(|end| short.ends_with(end) && ends("", "es"))
}

fn push_new<'c>(list: &mut Vec<&'c str>, text: &'c str) {
    if !list.contains(&text) {
        list.push(text);
    }
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
    Words::of(candidates).related(typed, limit)
}

/// Candidates by their words, for more than one question about them.
#[derive(Debug, Default)]
pub(crate) struct Words<'c> {
    candidates: Vec<&'c str>,
    /// Each word in the singular and in small letters, with the numbers of the candidates that have it, as often as they do.
    of: Groups<String>,
}

impl<'c> Words<'c> {
    pub(crate) fn of(candidates: &[&'c str]) -> Self {
        let mut of = Vec::new();
        for (number, candidate) in candidates.iter().enumerate() {
            for word in words(candidate) {
                of.push((singular(word).to_lowercase(), number));
            }
        }
        Self {
            candidates: candidates.to_vec(),
            of: Groups::of(of),
        }
    }

    /// As [`related`].
    pub(crate) fn related(&self, typed: &str, limit: usize) -> Vec<&'c str> {
        // Verbs that half of all actions begin with say nothing.
        const COMMON: [&str; 9] = [
            "get", "list", "put", "create", "delete", "describe", "update", "start", "stop",
        ];
        let mut wanted = words(typed);
        wanted.retain(|word| word.len() > 2 && !COMMON.iter().any(|verb| is_same(verb, word)));
        let mut words = Vec::new();
        for word in wanted {
            words.push(singular(word).to_lowercase());
        }
        sort(&mut words);
        words.dedup();
        let mut shared = Vec::new();
        for word in &words {
            shared.extend_from_slice(self.of.get(|other| other.cmp(word)));
        }
        sort(&mut shared);
        // The most shared words first. Of those that share as many, the order of the candidates is kept.
        let mut found: Vec<(usize, usize)> = Vec::new();
        for number in shared {
            match found.last_mut() {
                Some((fewer, last)) if *last == number => *fewer -= 1,
                _ => found.push((usize::MAX, number)),
            }
        }
        sort(&mut found);
        (found.iter().take(limit))
            .filter_map(|(_, number)| self.candidates.get(*number).copied())
            .collect()
    }
}

fn singular(word: &str) -> &str {
    // `Policies` and `Policy` share what comes before.
    for end in ["ies", "y"] {
        if let Some(shorter) = word.strip_suffix(end)
            && shorter.len() > 2
        {
            return shorter;
        }
    }
    match word.strip_suffix(['s', 'S']) {
        Some(shorter) if shorter.len() > 2 => shorter,
        _ => word,
    }
}

/// The letters and digits of a name in lower case, behind what the list holds.
fn fold(name: &str, into: &mut Vec<char>) {
    for c in name.chars() {
        if c.is_ascii() {
            if c.is_ascii_alphanumeric() {
                into.push(c.to_ascii_lowercase());
            }
        } else {
            into.extend(c.to_lowercase());
        }
    }
}

/// The words of a name in camel case, snake case or kebab case.
fn words(name: &str) -> Vec<&str> {
    let (mut words, mut rest) = (Vec::new(), name);
    while let Some((word, behind)) = next_word(rest) {
        words.push(word);
        rest = behind;
    }
    words
}

/// The first word of a text, and what follows it. What is not ASCII counts as a small letter.
fn next_word(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let start = bytes.iter().position(|&byte| is_letter(byte))?;
    let mut end = start + 1;
    while let (Some(&before), Some(&byte)) = (bytes.get(end - 1), bytes.get(end))
        && is_letter(byte)
        && (!byte.is_ascii_uppercase() || is_capital(before))
    {
        end += 1;
    }
    Some((text.get(start..end)?, text.get(end..)?))
}

/// Whether a byte is part of a letter or a digit.
const fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii()
}

/// Whether a byte is a capital or a digit, behind which a capital begins no word.
const fn is_capital(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

/// Whether two lists hold the same words, each as often.
fn is_reordered(a: &[&str], b: &[&str]) -> bool {
    a.len() == b.len() && (a.iter()).all(|word| often(word, a) == often(word, b))
}

fn often(word: &str, words: &[&str]) -> usize {
    let mut count = 0;
    for other in words {
        count += usize::from(is_same(other, word));
    }
    count
}

fn is_same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b) || (!a.is_ascii() && a.to_lowercase() == b.to_lowercase())
}

/// How often each letter and digit occurs, whatever the case. Some share a number, which only makes names look nearer than
/// they are.
fn letters(name: &str) -> [u8; 32] {
    /// The number of each character of ASCII; that of all that do not count is thrown away.
    #[expect(
        clippy::indexing_slicing,
        reason = "`get_mut` cannot be used in a constant"
    )]
    const NUMBERS: [u8; 128] = {
        let mut numbers = [32; 128];
        let mut c = 0;
        while c < 128_u8 {
            if c.is_ascii_alphanumeric() {
                numbers[c as usize] = (c | 0x20) % 32;
            }
            c += 1;
        }
        numbers
    };
    #[cfg(test)]
    crate::steps::take(name.len());
    let mut letters = [0_u8; 64];
    for &byte in name.as_bytes() {
        if let Some(&number) = NUMBERS.get(usize::from(byte))
            && let Some(count) = letters.get_mut(usize::from(number))
        {
            *count = count.saturating_add(1);
        }
    }
    if !name.is_ascii() {
        for c in name.chars().filter(|c| !c.is_ascii()) {
            for c in c.to_lowercase() {
                if let Some(count) = letters.get_mut(c as usize % 32) {
                    *count = count.saturating_add(1);
                }
            }
        }
    }
    let (letters, _) = letters.split_at(32);
    letters.try_into().unwrap_or([0; 32])
}

/// The least number of edits between names with these letters.
fn apart(a: &[u8; 32], b: &[u8; 32]) -> usize {
    let (mut more, mut fewer) = (0_u16, 0_u16);
    for (a, b) in a.iter().zip(b) {
        more += u16::from(a.saturating_sub(*b));
        fewer += u16::from(b.saturating_sub(*a));
    }
    usize::from(more.max(fewer))
}

/// Room for the comparison of one name with many.
#[derive(Default)]
struct Rows {
    candidate: Vec<char>,
    before_last: Vec<usize>,
    last: Vec<usize>,
    row: Vec<usize>,
}

impl Rows {
    /// The number of single edits (insert, delete, replace, swap neighbours) between a folded name and a candidate, if at
    /// most `limit`.
    fn distance(&mut self, a: &[char], candidate: &str, limit: usize) -> Option<usize> {
        self.candidate.clear();
        fold(candidate, &mut self.candidate);
        let b = self.candidate.as_slice();
        if a.len().abs_diff(b.len()) > limit {
            return None;
        }
        self.last.clear();
        self.last.extend(0..=b.len());
        let mut before = None;
        for (i, x) in a.iter().enumerate() {
            self.row.clear();
            self.row.push(i + 1);
            let (mut left, mut least) = (i + 1, i + 1);
            // Of a swap: what it would have cost to get to the place before both letters.
            let mut swapped = None;
            let mut behind_swap = self.before_last.iter();
            for (y, last) in b.iter().zip(self.last.windows(2)) {
                let &[diagonal, above] = last else { continue };
                let mut cost = (above + 1)
                    .min(left + 1)
                    .min(diagonal + usize::from(x != y));
                if before == Some(y)
                    && let Some((letter, earlier)) = swapped
                    && letter == x
                {
                    cost = cost.min(earlier + 1);
                }
                swapped = behind_swap.next().map(|earlier: &usize| (y, *earlier));
                least = least.min(cost);
                left = cost;
                self.row.push(cost);
            }
            before = Some(x);
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
    use super::{certain, certain_word, nearest, nearest_all, related};

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
    fn names_that_are_as_near_as_another() {
        let names = ["DetectFaces", "DeleteFaces", "DetectFaces", "IndexFaces"];
        let all = |typed| nearest_all(typed, &names);
        assert_eq!(all("DeletectFaces"), ["DetectFaces", "DeleteFaces"]);
        assert_eq!(all("DeletFaces"), ["DeleteFaces"]);
        assert_eq!(all("detect_faces"), ["DetectFaces"]);
        assert!(all("PutObject").is_empty());
    }

    #[test]
    fn certain_names_have_one_answer() {
        let names = [
            "BatchGetItem",
            "GetItem",
            "GetQueueUrl",
            "ListPolicies",
            "PutProjectPolicy",
            "DeleteAddress",
            "GetPolicy",
            "SetPolicy",
        ];
        for (typed, expected) in [
            ("getitem", Some("GetItem")),
            ("GetItems", Some("GetItem")),
            ("GetIttem", Some("GetItem")),
            ("GetIetm", Some("GetItem")),
            ("BatchGetItems", Some("BatchGetItem")),
            ("ListPolicy", None), // as near to `SetPolicy`
            ("ListPoliciess", Some("ListPolicies")),
            ("DeleteAddresses", Some("DeleteAddress")),
            ("DeleteAddres", Some("DeleteAddress")),
            ("GetQueuesUrl", Some("GetQueueUrl")),
            // A missing, a wrong and an additional letter may be any.
            ("GetItm", None),
            ("GetItex", None),
            ("GetItemx", None),
            // The verb is kept.
            ("GetProjectPolicy", None),
            ("Gets", None),
            ("GeetItem", None),
            ("GteItem", None),
            ("LetPolicys", None),
            // Another case of the words is not of the letters alone.
            ("get_item", None),
            ("", None),
            ("s", None),
        ] {
            assert_eq!(certain(typed, &names), expected, "{typed}");
        }
    }

    #[test]
    fn a_rival_makes_a_name_uncertain() {
        // One letter is doubled in one, and another in the other.
        assert_eq!(
            certain("GetApple", &["GetApple", "GetAple"]),
            Some("GetApple")
        );
        assert_eq!(certain("GetVpcs", &["GetVpc", "GetVpce"]), None);
        assert_eq!(certain("getvpc", &["GetVpc", "GetVPC"]), None);
        assert_eq!(
            certain("GetFoobars", &["GetFoobar", "GetFoobra"]),
            Some("GetFoobar")
        );
    }

    #[test]
    fn words_of_a_grammar() {
        let words = ["Action", "NotAction", "Effect", "Resource", "Id", "Sid"];
        for (typed, expected) in [
            ("action", Some("Action")),
            ("Actions", Some("Action")),
            ("NotActions", Some("NotAction")),
            ("Efect", Some("Effect")),
            ("Effetc", Some("Effect")),
            ("Resuorce", Some("Resource")),
            ("NoAction", None),
            ("Acton", None),
            ("ids", Some("Id")),
            ("ID", Some("Id")),
        ] {
            assert_eq!(certain_word(typed, &words), expected, "{typed}");
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
