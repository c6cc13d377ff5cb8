//! The API operations of a table, and what they check.

use super::Table;
use super::records::Kind;

/// An API operation of a [`Table`].
#[derive(Debug, Clone, Copy)]
pub struct OperationRow<'t> {
    pub(super) table: Table<'t>,
    pub(super) name: &'t str,
    pub(super) methods: (usize, usize),
    pub(super) authorizes: (usize, usize),
}

impl<'t> OperationRow<'t> {
    /// The name in the API.
    #[must_use]
    pub const fn name(&self) -> &'t str {
        self.name
    }

    /// The SDK clients that have it, with the method's name.
    pub fn sdk(&self) -> impl Iterator<Item = (&'t str, &'t str)> + use<'t> {
        let sections = self.table.sections;
        (self.methods.0..self.methods.1).filter_map(move |index| {
            let record = sections.record(Kind::Methods, index)?;
            Some((sections.text(record, 0)?, sections.text(record, 4)?))
        })
    }

    /// The actions that the operation may check, with the condition values that each check always carries.
    pub fn authorized(&self) -> impl Iterator<Item = AuthorizedRow<'t>> + use<'t> {
        let table = self.table;
        (self.authorizes.0..self.authorizes.1).filter_map(move |index| {
            let record = table.sections.record(Kind::Authorized, index)?;
            Some(AuthorizedRow {
                table,
                index,
                service: table.sections.text(record, 0)?,
                name: table.sections.text(record, 4)?,
            })
        })
    }

    /// The actions that the operation may check: service and name.
    pub fn authorizes(&self) -> impl Iterator<Item = (&'t str, &'t str)> + use<'t> {
        let sections = self.table.sections;
        (self.authorizes.0..self.authorizes.1).filter_map(move |index| {
            let record = sections.record(Kind::Authorized, index)?;
            Some((sections.text(record, 0)?, sections.text(record, 4)?))
        })
    }
}

/// An action that an operation of a [`Table`] may check.
#[derive(Debug, Clone, Copy)]
pub struct AuthorizedRow<'t> {
    table: Table<'t>,
    index: usize,
    service: &'t str,
    name: &'t str,
}

impl<'t> AuthorizedRow<'t> {
    /// The service prefix.
    #[must_use]
    pub const fn service(&self) -> &'t str {
        self.service
    }

    /// The action's name.
    #[must_use]
    pub const fn name(&self) -> &'t str {
        self.name
    }

    /// The condition keys that the check always carries, such as `iam:PassedToService`, each value with its key.
    pub fn context(&self) -> impl Iterator<Item = (&'t str, &'t str)> + use<'t> {
        let sections = self.table.sections;
        let (start, end) = sections.range(Kind::Authorized, self.index, 8, Kind::ContextKeys);
        (start..end).flat_map(move |key| {
            let (start, end) = sections.range(Kind::ContextKeys, key, 4, Kind::ContextValues);
            (start..end).filter_map(move |value| {
                let name = sections.text(sections.record(Kind::ContextKeys, key)?, 0)?;
                let value = sections.text(sections.record(Kind::ContextValues, value)?, 0)?;
                Some((name, value))
            })
        })
    }
}
