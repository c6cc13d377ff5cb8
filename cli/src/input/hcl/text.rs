//! Texts of which parts may not be known, and where they are written.

use std::rc::Rc;

/// The number of a file that was read.
pub(super) type FileId = usize;

/// A range of the bytes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) file: FileId,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Place {
    pub(super) const fn of(self, start: usize, end: usize) -> Self {
        Self {
            file: self.file,
            start,
            end,
        }
    }
}

/// What the file says instead of a value that is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unknown {
    /// `aws_s3_bucket.b.arn`
    pub(super) says: Rc<str>,
    /// Terraform rejects the expression, which `try` and `can` notice.
    pub(super) invalid: bool,
}

impl Unknown {
    pub(super) fn new(says: impl Into<Rc<str>>) -> Self {
        Self {
            says: says.into(),
            invalid: false,
        }
    }

    pub(super) fn invalid(says: impl Into<Rc<str>>) -> Self {
        Self {
            says: says.into(),
            invalid: true,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Known {
        text: String,
        place: Place,
        /// Whether the file has the same bytes at this place.
        same: bool,
    },
    Open(Unknown),
}

/// A text of which parts may not be known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Text(pub(super) Vec<Part>);

impl Text {
    pub(super) fn known(text: impl Into<String>, place: Place, same: bool) -> Self {
        Self(vec![Part::Known {
            text: text.into(),
            place,
            same,
        }])
    }

    pub(super) fn is_known(&self) -> bool {
        self.0.iter().all(|part| matches!(part, Part::Known { .. }))
    }

    /// Whether no part of it is known.
    pub(super) fn all_open(&self) -> bool {
        self.0.iter().all(|part| matches!(part, Part::Open(_)))
    }

    /// The whole text, when all of it is known.
    pub(super) fn all_known(&self) -> Option<String> {
        let mut out = String::new();
        for part in &self.0 {
            match part {
                Part::Known { text, .. } => out.push_str(text),
                Part::Open(_) => return None,
            }
        }
        Some(out)
    }

    /// Whether it is this text.
    pub(super) fn is(&self, other: &str) -> bool {
        match self.0.as_slice() {
            [Part::Known { text, .. }] => text == other,
            _ => self.all_known().is_some_and(|text| text == other),
        }
    }

    pub(super) fn len(&self) -> usize {
        (self.0.iter())
            .map(|part| match part {
                Part::Known { text, .. } => text.len(),
                Part::Open(unknown) => unknown.says.len() + 3,
            })
            .sum()
    }

    pub(super) fn push(&mut self, text: impl Into<String>, place: Place, same: bool) {
        let text = text.into();
        if !text.is_empty() {
            self.0.push(Part::Known { text, place, same });
        }
    }

    /// Adds a text that an expression at this place returns. What comes from another file is at the expression.
    pub(super) fn append(&mut self, other: Self, at: Place) {
        for part in other.0 {
            self.0.push(match part {
                Part::Known { text, place, .. } if place.file != at.file => Part::Known {
                    text,
                    place: at,
                    same: false,
                },
                part => part,
            });
        }
    }

    /// The text with its known parts changed.
    pub(super) fn replaced(&self, from: &str, to: &str) -> Self {
        Self(
            (self.0.iter())
                .map(|part| match part {
                    Part::Known { text, place, same } if text.contains(from) => Part::Known {
                        text: text.replace(from, to),
                        place: *place,
                        same: *same && from.len() == to.len(),
                    },
                    part => part.clone(),
                })
                .collect(),
        )
    }
}
