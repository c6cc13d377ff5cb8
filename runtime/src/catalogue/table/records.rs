//! Sections of fixed-size records, and texts. Every read is checked: what lies outside of the bytes is `None`.

/// What a section is called in errors, and the bytes of one of its records, in the order of the file.
pub(super) const SECTIONS: [(&str, usize); COUNT] = [
    ("texts", 1),
    ("about", 8),
    ("services", 24),
    ("actions", 9),
    ("notices", 8),
    ("resource types", 10),
    ("formats", 4),
    ("keys", 8),
    ("key lists", 4),
    ("key list items", 2),
    ("resource lists", 4),
    ("resource list items", 4),
    ("variables", 7),
    ("grammars", 16),
    ("character ranges", 8),
    ("words", 4),
    ("operations", 12),
    ("methods", 8),
    ("authorized actions", 12),
    ("context keys", 8),
    ("context values", 4),
    ("borrowed types", 8),
];

/// The number of sections.
pub(super) const COUNT: usize = 22;

/// A section's place in [`SECTIONS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Texts,
    About,
    Services,
    Actions,
    Notices,
    Resources,
    Formats,
    Keys,
    KeyLists,
    KeyListItems,
    ResourceLists,
    ResourceListItems,
    Variables,
    Grammars,
    Ranges,
    Words,
    Operations,
    Methods,
    Authorized,
    ContextKeys,
    ContextValues,
    Borrowed,
}

#[expect(clippy::indexing_slicing, reason = "each kind has its row")]
impl Kind {
    pub(super) const fn name(self) -> &'static str {
        SECTIONS[self as usize].0
    }

    /// The bytes of one record.
    pub(super) const fn width(self) -> usize {
        SECTIONS[self as usize].1
    }
}

/// One record: its bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'t>(pub(super) &'t [u8]);

impl<'t> Record<'t> {
    fn bytes<const N: usize>(self, at: usize) -> Option<&'t [u8; N]> {
        self.0.get(at..)?.first_chunk()
    }

    pub(super) fn u8(self, at: usize) -> Option<u8> {
        self.0.get(at).copied()
    }

    pub(super) fn u16(self, at: usize) -> Option<u16> {
        self.bytes(at).map(|bytes| u16::from_le_bytes(*bytes))
    }

    pub(super) fn u32(self, at: usize) -> Option<usize> {
        let number = self.bytes(at).map(|bytes| u32::from_le_bytes(*bytes))?;
        usize::try_from(number).ok()
    }
}

/// The bytes of a table, cut into sections.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sections<'t> {
    pub(super) texts: &'t str,
    pub(super) all: [&'t [u8]; COUNT],
}

impl<'t> Sections<'t> {
    /// The bytes of all records of a kind.
    pub(super) fn section(&self, kind: Kind) -> &'t [u8] {
        self.all.get(kind as usize).copied().unwrap_or_default()
    }

    /// The number of records.
    pub(super) fn len(&self, kind: Kind) -> usize {
        self.section(kind).len() / kind.width()
    }

    pub(super) fn record(&self, kind: Kind, index: usize) -> Option<Record<'t>> {
        let start = index.checked_mul(kind.width())?;
        let end = start.checked_add(kind.width())?;
        self.section(kind).get(start..end).map(Record)
    }

    /// A text: three bytes of where it starts, and one of how long it is.
    pub(super) fn text(&self, record: Record<'t>, at: usize) -> Option<&'t str> {
        let [a, b, c, length] = *record.bytes::<4>(at)?;
        let start = usize::from(a) | usize::from(b) << 8 | usize::from(c) << 16;
        self.texts.get(start..start + usize::from(length))
    }

    /// The records that belong to a record of another section: from the number it has at `at` to that of the record after it.
    /// An empty range for what is not a range of the section.
    pub(super) fn range(&self, of: Kind, index: usize, at: usize, to: Kind) -> (usize, usize) {
        let number = |index| self.record(of, index)?.u32(at);
        match (number(index), number(index + 1)) {
            (Some(start), Some(end)) if start <= end && end <= self.len(to) => (start, end),
            _ => (0, 0),
        }
    }

    /// As [`range`](Self::range), or the reason why there is none.
    pub(super) fn is_range(&self, of: Kind, index: usize, at: usize, to: Kind) -> bool {
        let number = |index| self.record(of, index)?.u32(at);
        matches!(
            (number(index), number(index + 1)),
            (Some(start), Some(end)) if start <= end && end <= self.len(to)
        )
    }
}
