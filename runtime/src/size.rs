//! How large a text is, as AWS counts it.

use crate::catalogue::prose::{Quota, Unit};

/// The size of a document in each unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) non_blank: usize,
    pub(crate) characters: usize,
    pub(crate) bytes: usize,
}

impl Size {
    pub(crate) fn of(text: &str) -> Self {
        let mut size = Self {
            bytes: text.len(),
            ..Self::default()
        };
        for c in text.chars() {
            size.characters += 1;
            size.non_blank += usize::from(!c.is_ascii_whitespace());
        }
        size
    }

    pub(crate) const fn in_unit(&self, unit: Unit) -> usize {
        match unit {
            Unit::NonBlank => self.non_blank,
            Unit::Characters => self.characters,
            Unit::Bytes => self.bytes,
        }
    }

    /// The size in the unit of a quota.
    pub(crate) fn measured(&self, quota: Option<&Quota>) -> Measured {
        Measured {
            size: self.in_unit(quota.map_or(Unit::NonBlank, |quota| quota.size.unit)),
            quota: quota.map(|quota| quota.size.limit),
        }
    }
}

/// The size of a document as AWS counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Measured {
    /// In characters or bytes, with white space or without, whichever AWS counts for this kind.
    pub size: usize,
    /// The largest size that AWS takes. `None` where none is known.
    pub quota: Option<usize>,
}

impl Measured {
    /// Whether AWS accepts the size, as far as a quota is known.
    #[must_use]
    pub fn is_within_quota(&self) -> bool {
        self.quota.is_none_or(|quota| self.size <= quota)
    }
}
