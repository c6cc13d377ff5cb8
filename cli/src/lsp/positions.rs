//! Places of a text as the language server protocol counts them.

use lsp_types::{Position, PositionEncodingKind, Range};
use rekognition_iam_runtime::json::Span;

/// How the columns of a line are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Encoding {
    Utf8,
    /// What every client supports.
    #[default]
    Utf16,
}

impl Encoding {
    /// UTF-8 if the client offers it: it needs no conversion.
    pub(super) fn of(offered: Option<&[PositionEncodingKind]>) -> Self {
        match offered.is_some_and(|offered| offered.contains(&PositionEncodingKind::UTF8)) {
            true => Self::Utf8,
            false => Self::Utf16,
        }
    }

    pub(super) const fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
        }
    }

    const fn width(self, c: char) -> usize {
        match self {
            Self::Utf8 => c.len_utf8(),
            Self::Utf16 => c.len_utf16(),
        }
    }
}

/// A text with the places of its lines.
#[derive(Debug)]
pub(super) struct Lines<'t> {
    text: &'t str,
    encoding: Encoding,
    /// Where each line starts.
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(super) fn new(text: &'t str, encoding: Encoding) -> Self {
        let bytes = text.as_bytes();
        // Lines end with `\n`, `\r\n`, or `\r`.
        let ends = |&(at, byte): &(usize, &u8)| match byte {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        let ends = bytes.iter().enumerate().filter(ends);
        let starts = std::iter::once(0)
            .chain(ends.map(|(at, _)| at + 1))
            .collect();
        Self {
            text,
            encoding,
            starts,
        }
    }

    /// The byte at a position. A column after the end of its line is the end of the line, and a line after the last one the end of
    /// the text, as the protocol wants it. The middle of a character is its start.
    pub(super) fn offset(&self, position: Position) -> usize {
        let Some(&start) = self.starts.get(position.line as usize) else {
            return self.text.len();
        };
        let rest = self.text.get(start..).unwrap_or_default();
        let (mut at, mut column) = (start, 0);
        for c in rest.chars() {
            column += self.encoding.width(c);
            if matches!(c, '\n' | '\r') || column > position.character as usize {
                break;
            }
            at += c.len_utf8();
        }
        at
    }

    pub(super) fn position(&self, offset: usize) -> Position {
        let line = (self.starts.partition_point(|&start| start <= offset)).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or_default();
        let before = self.text.get(start..offset).unwrap_or_default();
        let column: usize = before.chars().map(|c| self.encoding.width(c)).sum();
        Position::new(clamped(line), clamped(column))
    }

    pub(super) fn range(&self, span: Span) -> Range {
        let start = self.position(span.start);
        Range::new(start, self.position(span.end.max(span.start)))
    }

    /// The bytes of a range, whose ends may come in any order.
    pub(super) fn span(&self, range: Range) -> Span {
        let (start, end) = (self.offset(range.start), self.offset(range.end));
        Span::new(start.min(end), end.max(start))
    }
}

fn clamped(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use lsp_types::Position;

    use super::{Encoding, Lines};

    const TEXT: &str = "a\u{1f600}b\r\n\u{e4}\u{1f600}\rc\n\nd";

    fn lines(encoding: Encoding) -> Lines<'static> {
        Lines::new(TEXT, encoding)
    }

    #[test]
    fn places_of_all_characters_and_back() {
        for encoding in [Encoding::Utf8, Encoding::Utf16] {
            let lines = lines(encoding);
            let is_inside_end = |at: usize| {
                TEXT.get(..at).is_some_and(|text| text.ends_with('\r'))
                    && TEXT.get(at..).is_some_and(|text| text.starts_with('\n'))
            };
            for (at, _) in TEXT.char_indices() {
                if !is_inside_end(at) {
                    assert_eq!(lines.offset(lines.position(at)), at, "{encoding:?} {at}");
                }
            }
            assert_eq!(lines.offset(lines.position(TEXT.len())), TEXT.len());
        }
    }

    #[test]
    fn columns_are_counted_in_the_units_of_the_encoding() {
        let at = TEXT.find('b').unwrap_or_default();
        assert_eq!(lines(Encoding::Utf16).position(at), Position::new(0, 3));
        assert_eq!(lines(Encoding::Utf8).position(at), Position::new(0, 5));
        let at = TEXT.find('c').unwrap_or_default();
        assert_eq!(lines(Encoding::Utf16).position(at), Position::new(2, 0));
        let at = TEXT.find('d').unwrap_or_default();
        assert_eq!(lines(Encoding::Utf16).position(at), Position::new(4, 0));
    }

    #[test]
    fn positions_outside_of_the_text() {
        let lines = lines(Encoding::Utf16);
        // In the middle of a pair of surrogates.
        assert_eq!(lines.offset(Position::new(0, 2)), 1);
        let end = TEXT.find('\r').unwrap_or_default();
        assert_eq!(lines.offset(Position::new(0, 99)), end);
        assert_eq!(lines.offset(Position::new(3, 7)), TEXT.len() - 2);
        assert_eq!(lines.offset(Position::new(99, 0)), TEXT.len());
        assert_eq!(lines.offset(Position::new(u32::MAX, u32::MAX)), TEXT.len());
    }
}
