//! ARN formats as AWS writes them, read piece by piece.

use super::ArnField;

/// An ARN format of a [`Table`](super::Table).
///
/// ```
/// use rekognition_iam_runtime::catalogue::{ArnField, table::{Format, FormatPiece}};
///
/// let format = Format::parse("arn:${Partition}:dms:${Region}:${AccountId}:rep:*").unwrap();
/// assert_eq!(format.service(), "dms");
/// assert_eq!(format.account(), ArnField::Variable);
/// assert_eq!(format.pieces().collect::<Vec<_>>(), [FormatPiece::Literal("rep:*")]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format<'t> {
    text: &'t str,
    service: &'t str,
    region: &'t str,
    account: &'t str,
    resource: &'t str,
}

/// A piece of the resource part of a [`Format`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormatPiece<'t> {
    /// This text. A `*` in it is any text.
    Literal(&'t str),
    /// The variable of this name.
    Variable(&'t str),
}

impl<'t> Format<'t> {
    /// Reads a format: `arn:${Partition}:`, service, region, account and resource part.
    ///
    /// `None` for a text that is not one: fewer than six fields, another partition, a field that is part variable and part
    /// text, or a variable without an end.
    #[must_use]
    pub fn parse(text: &'t str) -> Option<Self> {
        let mut fields = text.strip_prefix("arn:${Partition}:")?.splitn(4, ':');
        let format = Self {
            text,
            service: fields.next()?,
            region: fields.next()?,
            account: fields.next()?,
            resource: fields.next()?,
        };
        let whole = |field: &str| !field.contains("${") || variable(field).is_some();
        let closed = |rest: &str| rest.split("${").skip(1).all(|rest| rest.contains('}'));
        (whole(format.service)
            && whole(format.region)
            && whole(format.account)
            && !format.service.is_empty()
            && !format.resource.is_empty()
            && closed(format.resource))
        .then_some(format)
    }

    /// As AWS writes it.
    #[must_use]
    pub const fn text(&self) -> &'t str {
        self.text
    }

    /// The service field, `*` where it varies.
    #[must_use]
    pub fn service(&self) -> &'t str {
        match variable(self.service) {
            Some(_) => "*",
            None => self.service,
        }
    }

    /// The region field.
    #[must_use]
    pub fn region(&self) -> ArnField<'t> {
        field(self.region)
    }

    /// The account field.
    #[must_use]
    pub fn account(&self) -> ArnField<'t> {
        field(self.account)
    }

    /// What follows the fifth colon, piece by piece.
    pub fn pieces(&self) -> impl Iterator<Item = FormatPiece<'t>> + use<'t> {
        let mut rest = self.resource;
        core::iter::from_fn(move || {
            if let Some(inner) = rest.strip_prefix("${")
                && let Some((name, behind)) = inner.split_once('}')
            {
                rest = behind;
                return Some(FormatPiece::Variable(name));
            }
            let end = rest.find("${").unwrap_or(rest.len());
            let (literal, behind) = rest.split_at_checked(end)?;
            rest = behind;
            (!literal.is_empty()).then_some(FormatPiece::Literal(literal))
        })
    }
}

/// The name of the variable that a field consists of.
fn variable(field: &str) -> Option<&str> {
    let name = field.strip_prefix("${")?.strip_suffix('}')?;
    (!name.is_empty() && !name.contains(['$', '{', '}'])).then_some(name)
}

fn field(text: &str) -> ArnField<'_> {
    match text {
        "" => ArnField::Empty,
        "*" => ArnField::Any,
        text if variable(text).is_some() => ArnField::Variable,
        text => ArnField::Fixed(text),
    }
}
