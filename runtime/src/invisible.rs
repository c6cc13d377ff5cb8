//! Characters that nobody sees: one list, for values that go into policies and for text that goes to a terminal.

/// The ranges, in order: the code points that Unicode says a renderer may ignore (`Default_Ignorable_Code_Point`), which hold
/// the marks for the direction of text (`Bidi_Control`) and the tags; the separators but for the space (general category
/// `Z`); and the marks of interlinear annotations. Unicode 16.0, `DerivedCoreProperties.txt` and `UnicodeData.txt`.
const RANGES: [(char, char); 20] = [
    ('\u{a0}', '\u{a0}'),
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{1680}', '\u{1680}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{2000}', '\u{200f}'),
    ('\u{2028}', '\u{202f}'),
    ('\u{205f}', '\u{206f}'),
    ('\u{3000}', '\u{3000}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fffb}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0000}', '\u{e0fff}'),
];

/// Whether a character does something instead of being seen: a control, one that a renderer may ignore, one that sets the
/// direction of text, or a separator other than the space.
///
/// ```
/// use rekognition_iam_runtime::invisible::is_invisible;
///
/// assert!(is_invisible('\u{202e}') && is_invisible('\u{3164}') && is_invisible('\n'));
/// assert!(!is_invisible(' ') && !is_invisible('é') && !is_invisible('中'));
/// ```
#[must_use]
#[inline]
pub fn is_invisible(c: char) -> bool {
    c.is_control() || (!c.is_ascii() && RANGES.iter().any(|&(low, high)| low <= c && c <= high))
}

#[cfg(test)]
mod tests {
    use super::is_invisible;

    #[test]
    fn each_kind_is_in_the_list() {
        for c in [
            '\0',
            '\t',
            '\u{7f}',
            '\u{85}', // controls
            '\u{ad}',
            '\u{34f}',
            '\u{115f}',
            '\u{17b4}',
            '\u{180e}',
            '\u{200b}',
            '\u{200d}',
            '\u{2060}',
            '\u{2064}',
            '\u{206f}',
            '\u{3164}',
            '\u{fe0f}',
            '\u{feff}',
            '\u{ffa0}',
            '\u{fff3}',
            '\u{1bca0}',
            '\u{1d173}',
            '\u{e0001}',
            '\u{e0041}',
            '\u{e01ef}', // ignorable
            '\u{61c}',
            '\u{200e}',
            '\u{202a}',
            '\u{202e}',
            '\u{2066}',
            '\u{2069}', // direction
            '\u{a0}',
            '\u{1680}',
            '\u{2003}',
            '\u{2028}',
            '\u{2029}',
            '\u{202f}',
            '\u{205f}',
            '\u{3000}', // separators
        ] {
            assert!(is_invisible(c), "U+{:04X}", u32::from(c));
        }
        for c in [
            ' ',
            'a',
            '*',
            'é',
            'ÿ',
            'Ω',
            'и',
            '中',
            '\u{1f600}',
            '\u{301}',
            '\u{2010}',
            '\u{2027}',
            '\u{2030}',
            '\u{205e}',
            '\u{2070}',
            '\u{fffd}',
        ] {
            assert!(!is_invisible(c), "U+{:04X}", u32::from(c));
        }
    }
}
