//! Resources: what the constructors of the service modules return.

use core::fmt;

use crate::catalogue::{ArnField, ArnFormat, Piece};

/// The most variables that a resource part of the catalogue has; a test holds the catalogue to it.
pub(crate) const MAX_VARIABLES: usize = 4;

/// A resource of a policy: an ARN built from a format of the catalogue, or one written out.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::rekognition;
///
/// let staff = rekognition::collection("us-east-1", "123456789012", "staff-faces");
/// assert_eq!(staff.to_string(), "arn:aws:rekognition:us-east-1:123456789012:collection/staff-faces");
/// let china = s3_like().partition("aws-cn");
/// # fn s3_like() -> rekognition_iam::Resource { rekognition::collection("*", "*", "*") }
/// assert!(china.to_string().starts_with("arn:aws-cn:"));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Resource(Form);

#[derive(Debug, Clone, Copy)]
enum Form {
    Text(&'static str),
    Built {
        format: &'static ArnFormat,
        partition: &'static str,
        region: &'static str,
        account: &'static str,
        values: [&'static str; MAX_VARIABLES],
    },
}

impl Resource {
    /// A resource as it is written in a policy: an ARN or `*`.
    #[must_use]
    pub const fn text(text: &'static str) -> Self {
        Self(Form::Text(text))
    }

    pub(crate) const fn built(
        format: &'static ArnFormat,
        region: &'static str,
        account: &'static str,
        values: [&'static str; MAX_VARIABLES],
    ) -> Self {
        Self(Form::Built {
            format,
            partition: "aws",
            region,
            account,
            values,
        })
    }

    /// The same resource in another partition: `aws-cn`, `aws-us-gov`. A constructor starts with `aws`.
    ///
    /// Has no effect on a resource made by [`text`](Self::text), whose partition is written out.
    #[must_use]
    pub const fn partition(self, partition: &'static str) -> Self {
        match self.0 {
            Form::Built {
                format,
                region,
                account,
                values,
                ..
            } => Self(Form::Built {
                format,
                partition,
                region,
                account,
                values,
            }),
            Form::Text(_) => self,
        }
    }
}

impl fmt::Display for Resource {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Form::Text(text) => f.write_str(text),
            Form::Built {
                format,
                partition,
                region,
                account,
                values,
            } => {
                let field = |field: ArnField<'static>, value: &'static str| match field {
                    ArnField::Empty => "",
                    ArnField::Variable => value,
                    ArnField::Any => "*",
                    ArnField::Fixed(text) => text,
                };
                write!(
                    f,
                    "arn:{partition}:{}:{}:{}:",
                    format.service,
                    field(format.region, region),
                    field(format.account, account)
                )?;
                let mut values = values.iter();
                for piece in format.resource {
                    f.write_str(match piece {
                        Piece::Literal(text) => text,
                        Piece::Variable(_) => values.next().copied().unwrap_or_default(),
                    })?;
                }
                Ok(())
            }
        }
    }
}
