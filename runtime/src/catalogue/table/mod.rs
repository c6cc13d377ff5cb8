//! The catalogue as bytes: all AWS services in one compact table, read in place.
//!
//! The typed services have tables that are compiled in, because their constants, constructors and documentation are Rust.
//! For all the other services that would be far too much code. Their facts are in one table of bytes, which [`Table`] reads
//! where they are: a lookup is a binary search over records of fixed size and allocates nothing.
//!
//! # Format
//!
//! All numbers are little-endian. The file starts with the 8 bytes `IAMTABLE`, the version of the format (`u32`, now 1), and
//! for each section where it starts in the file and how many bytes it has (`u32` each). The sections, in this order:
//!
//! | section | record | sorted by |
//! |---|---|---|
//! | texts | UTF-8, no records | |
//! | about | date of the data (text), its source (text) | |
//! | services | prefix (text), first action, first resource type, first key, first operation, first variable (`u32` each) | prefix |
//! | actions | name (text), flags (`u8`), key list (`u16`), resource list (`u16`) | name |
//! | notices | action (`u32`), date (text) | action |
//! | resource types | name (text), first format (`u32`), key list (`u16`) | name |
//! | formats | ARN format as AWS writes it (text) | |
//! | keys | name (text), types (`u8`), flags (`u8`), length before the placeholder (`u8`), length after it (`u8`) | name in lower case |
//! | key lists | first item (`u32`) | |
//! | key list items | key of the service (`u16`) | |
//! | resource lists | first item (`u32`) | |
//! | resource list items | resource type of the service, plus 2<sup>15</sup> where it is required (`u16`), key list (`u16`) | |
//! | variables | name (text), whether values may contain `/` (`u8`), grammar or 65,535 (`u16`); those that are missing may, and have no grammar | name |
//! | grammars | name (text), first range, first word (`u32` each), shortest, longest (`u16` each) | name |
//! | character ranges | first and last character (`u32` each) | |
//! | words | text | |
//! | operations | name (text), first method, first authorized action (`u32` each) | name |
//! | methods | SDK client (text), method (text) | |
//! | authorized actions | service (text), action (text), first context key (`u32`) | |
//! | context keys | key (text), first value (`u32`) | |
//! | context values | text | |
//! | borrowed types | service of the ARNs or `*` (text), service that lists the type (`u16`), its resource type (`u16`) | service of the ARNs |
//!
//! A *text* in a record is where it starts in the texts (3 bytes) and its length (1 byte). Where a record has the *first* of
//! something, the rest goes to the first of the next record, and the section ends with one record more that only ends the
//! others: this applies to services, resource types, key lists, resource lists, grammars, operations, authorized actions and
//! context keys. An action's flags are its access level (bits 0 to 2, in the order of
//! [`AccessLevel::ALL`](crate::AccessLevel::ALL)), whether all required types are checked at once (bit 3), whether AWS's
//! pages disagree on its types (bit 4), and its lifecycle (bits 5 and 6: nothing, ended, closed to new customers). A key's
//! types are bits in the order of [`ValueType`], and its flags whether it has several values (1), whether a wildcard never has
//! a valid use (2), and whether it exists only where it is declared (4). Its placeholder is between the two lengths; there is
//! none where the first is 255.
//!
//! ```
//! use rekognition_iam_runtime::catalogue::table::{Table, TableError};
//!
//! assert_eq!(Table::open(b"not a table").unwrap_err(), TableError::NotATable);
//! ```

mod format;
#[cfg(feature = "all-services")]
pub(crate) mod load;
mod operation;
mod records;
#[cfg(all(test, feature = "all-services"))]
mod tests;
mod validate;

use core::fmt;

use super::names::{compare, compare_ignore_case};
use super::{ArnField, ValueType};
use crate::action::AccessLevel;
pub use format::{Format, FormatPiece};
pub use operation::{AuthorizedRow, OperationRow};
use records::{COUNT, Kind, Record, SECTIONS, Sections};

/// The version of the format.
const VERSION: u32 = 1;

const MAGIC: &[u8; 8] = b"IAMTABLE";

/// A catalogue in the format of this module, read where its bytes are.
#[derive(Clone, Copy)]
pub struct Table<'t> {
    sections: Sections<'t>,
}

/// Why bytes are not a table that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TableError {
    /// The bytes do not start as a table does.
    NotATable,
    /// The table has another version of the format.
    Version(u32),
    /// This section is not within the bytes, or not a whole number of records.
    Section(&'static str),
    /// This record of a section says something that cannot be.
    Record(&'static str, usize),
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotATable => f.write_str("not a catalogue"),
            Self::Version(version) => {
                write!(
                    f,
                    "the catalogue has format version {version}, and {VERSION} is supported"
                )
            }
            Self::Section(section) => {
                write!(f, "the section of {section} is cut off or malformed")
            }
            Self::Record(section, record) => {
                write!(f, "record {record} in the section of {section} is invalid")
            }
        }
    }
}

impl core::error::Error for TableError {}

/// Why a catalogue cannot be used instead of the one that is compiled in.
#[cfg(feature = "all-services")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReplaceError {
    /// The bytes are not a table.
    Table(TableError),
    /// Something was looked up already, or the catalogue was replaced before.
    InUse,
}

#[cfg(feature = "all-services")]
impl fmt::Display for ReplaceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table(error) => error.fmt(f),
            Self::InUse => f.write_str("the catalogue is in use and cannot be replaced"),
        }
    }
}

#[cfg(feature = "all-services")]
impl core::error::Error for ReplaceError {}

impl fmt::Debug for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table")
            .field("as_of", &self.as_of())
            .field("services", &self.services().count())
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "all-services")]
impl Table<'static> {
    /// The table of this crate, made by the generator.
    ///
    /// # Errors
    ///
    /// None: a test validates the table.
    ///
    /// ```
    /// use rekognition_iam_runtime::catalogue::{self, table::Table};
    ///
    /// let table = Table::built_in()?;
    /// assert_eq!(table.as_of(), catalogue::AS_OF);
    /// # Ok::<_, catalogue::table::TableError>(())
    /// ```
    pub fn built_in() -> Result<Self, TableError> {
        Self::open(include_bytes!("../generated/services.table"))
    }
}

impl<'t> Table<'t> {
    /// Reads the header. The sections are within the bytes afterwards; [`validate`](Self::validate) looks at every record.
    ///
    /// # Errors
    ///
    /// When the bytes are not a table of this version, or a section is not within them.
    pub fn open(bytes: &'t [u8]) -> Result<Self, TableError> {
        let header = Record(bytes.strip_prefix(MAGIC).ok_or(TableError::NotATable)?);
        let number = |at| header.u32(at).ok_or(TableError::NotATable);
        let version = number(0)?;
        if u32::try_from(version) != Ok(VERSION) {
            return Err(TableError::Version(
                u32::try_from(version).unwrap_or(u32::MAX),
            ));
        }
        let mut all: [&[u8]; COUNT] = [&[]; COUNT];
        for (index, ((name, width), section)) in SECTIONS.iter().zip(&mut all).enumerate() {
            let (start, length) = (number(4 + 8 * index)?, number(8 + 8 * index)?);
            *section = start
                .checked_add(length)
                .and_then(|end| bytes.get(start..end))
                .filter(|section| section.len() % width == 0)
                .ok_or(TableError::Section(name))?;
        }
        let mut sections = Sections { texts: "", all };
        sections.texts = core::str::from_utf8(sections.section(Kind::Texts))
            .map_err(|_| TableError::Section(Kind::Texts.name()))?;
        Ok(Self { sections })
    }

    fn about(&self, at: usize) -> &'t str {
        let record = self.sections.record(Kind::About, 0);
        (record.and_then(|record| self.sections.text(record, at))).unwrap_or_default()
    }

    /// The day of the data, as `YYYY-MM-DD`.
    #[must_use]
    pub fn as_of(&self) -> &'t str {
        self.about(0)
    }

    /// Where the data came from.
    #[must_use]
    pub fn source(&self) -> &'t str {
        self.about(4)
    }

    /// All services, sorted by prefix.
    pub fn services(&self) -> impl Iterator<Item = ServiceRow<'t>> + use<'t> {
        let table = *self;
        (0..table.sections.len(Kind::Services).saturating_sub(1))
            .filter_map(move |index| table.service_at(index))
    }

    /// The service of this prefix.
    #[must_use]
    pub fn service(&self, prefix: &str) -> Option<ServiceRow<'t>> {
        self.service_at(self.service_index(prefix)?)
    }

    fn service_index(&self, prefix: &str) -> Option<usize> {
        let end = self.sections.len(Kind::Services).saturating_sub(1);
        self.find(Kind::Services, (0, end), prefix, compare)
    }

    fn service_at(&self, index: usize) -> Option<ServiceRow<'t>> {
        let record = self.sections.record(Kind::Services, index)?;
        let range = |at, to| self.sections.range(Kind::Services, index, at, to);
        Some(ServiceRow {
            table: *self,
            prefix: self.sections.text(record, 0)?,
            actions: range(4, Kind::Actions),
            resources: range(8, Kind::Resources),
            keys: range(12, Kind::Keys),
            operations: range(16, Kind::Operations),
            variables: range(20, Kind::Variables),
        })
    }

    /// The number of the record with this name.
    fn find(
        &self,
        kind: Kind,
        (mut start, mut end): (usize, usize),
        name: &str,
        compare: fn(&str, &str) -> core::cmp::Ordering,
    ) -> Option<usize> {
        while start < end {
            let middle = start + (end - start) / 2;
            let own = self.sections.text(self.sections.record(kind, middle)?, 0)?;
            match compare(own, name) {
                core::cmp::Ordering::Less => start = middle + 1,
                core::cmp::Ordering::Greater => end = middle,
                core::cmp::Ordering::Equal => return Some(middle),
            }
        }
        None
    }

    /// The items of a list: the numbers of their records.
    fn list(&self, lists: Kind, items: Kind, number: usize) -> (usize, usize) {
        self.sections.range(lists, number, 0, items)
    }

    /// The resource types whose ARNs have this service field, or any: the services that list them, and the number there.
    #[cfg(feature = "all-services")]
    fn borrowed(&self, of: &str) -> impl Iterator<Item = (usize, usize)> {
        let sections = self.sections;
        let name = move |index| sections.text(sections.record(Kind::Borrowed, index)?, 0);
        let end = sections.len(Kind::Borrowed);
        // Several rows have the same name: the first of those that the search meets.
        let mut start = self
            .find(Kind::Borrowed, (0, end), of, compare)
            .unwrap_or(end);
        while start > 0 && name(start - 1) == Some(of) {
            start -= 1;
        }
        (start..end)
            .take_while(move |&index| name(index) == Some(of))
            .filter_map(move |index| {
                let record = sections.record(Kind::Borrowed, index)?;
                Some((usize::from(record.u16(4)?), usize::from(record.u16(6)?)))
            })
    }
}

/// A service of a [`Table`].
#[derive(Debug, Clone, Copy)]
pub struct ServiceRow<'t> {
    table: Table<'t>,
    prefix: &'t str,
    actions: (usize, usize),
    resources: (usize, usize),
    keys: (usize, usize),
    operations: (usize, usize),
    variables: (usize, usize),
}

impl<'t> ServiceRow<'t> {
    /// The prefix in `prefix:Action`.
    #[must_use]
    pub const fn prefix(&self) -> &'t str {
        self.prefix
    }

    /// All actions, sorted by name in byte order.
    pub fn actions(&self) -> impl Iterator<Item = ActionRow<'t>> + use<'t> {
        let service = *self;
        (service.actions.0..service.actions.1).filter_map(move |index| service.action_at(index))
    }

    /// The action of this name, in IAM's spelling.
    #[must_use]
    pub fn action(&self, name: &str) -> Option<ActionRow<'t>> {
        self.action_at(
            self.table
                .find(Kind::Actions, self.actions, name, compare)?,
        )
    }

    fn action_at(&self, index: usize) -> Option<ActionRow<'t>> {
        let sections = &self.table.sections;
        let record = sections.record(Kind::Actions, index)?;
        let flags = record.u8(4)?;
        Some(ActionRow {
            service: *self,
            index,
            name: sections.text(record, 0)?,
            level: *AccessLevel::ALL.get(usize::from(flags & 7))?,
            flags,
            keys: usize::from(record.u16(5)?),
            resources: usize::from(record.u16(7)?),
        })
    }

    /// All resource types, sorted by name in byte order.
    pub fn resources(&self) -> impl Iterator<Item = ResourceRow<'t>> + use<'t> {
        let service = *self;
        (service.resources.0..service.resources.1)
            .filter_map(move |index| service.resource_at(index))
    }

    /// The resource type of this name, in AWS's spelling.
    #[must_use]
    pub fn resource(&self, name: &str) -> Option<ResourceRow<'t>> {
        self.resource_at(
            self.table
                .find(Kind::Resources, self.resources, name, compare)?,
        )
    }

    fn resource_at(&self, index: usize) -> Option<ResourceRow<'t>> {
        let sections = &self.table.sections;
        let record = sections.record(Kind::Resources, index)?;
        Some(ResourceRow {
            service: *self,
            name: sections.text(record, 0)?,
            formats: sections.range(Kind::Resources, index, 4, Kind::Formats),
            keys: usize::from(record.u16(8)?),
        })
    }

    /// All condition keys that the service's actions and resource types carry, sorted by name in lower case.
    pub fn keys(&self) -> impl Iterator<Item = KeyRow<'t>> + use<'t> {
        let service = *self;
        (service.keys.0..service.keys.1).filter_map(move |index| service.table.key_at(index))
    }

    /// The condition key of this name, whatever the case, as AWS writes it: its placeholder not filled in.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<KeyRow<'t>> {
        self.table.key_at(
            self.table
                .find(Kind::Keys, self.keys, name, compare_ignore_case)?,
        )
    }

    /// All API operations that the table has, sorted by name in byte order.
    pub fn operations(&self) -> impl Iterator<Item = OperationRow<'t>> + use<'t> {
        let service = *self;
        (service.operations.0..service.operations.1)
            .filter_map(move |index| service.operation_at(index))
    }

    /// The API operation of this name.
    #[must_use]
    pub fn operation(&self, name: &str) -> Option<OperationRow<'t>> {
        self.operation_at(
            self.table
                .find(Kind::Operations, self.operations, name, compare)?,
        )
    }

    fn operation_at(&self, index: usize) -> Option<OperationRow<'t>> {
        let sections = &self.table.sections;
        let record = sections.record(Kind::Operations, index)?;
        Some(OperationRow {
            table: self.table,
            name: sections.text(record, 0)?,
            methods: sections.range(Kind::Operations, index, 4, Kind::Methods),
            authorizes: sections.range(Kind::Operations, index, 8, Kind::Authorized),
        })
    }

    /// The numbers of a key list, counted from the service's first key.
    fn key_numbers(&self, list: usize) -> impl Iterator<Item = u16> + use<'t> {
        let table = self.table;
        let (start, end) = table.list(Kind::KeyLists, Kind::KeyListItems, list);
        (start..end)
            .filter_map(move |index| table.sections.record(Kind::KeyListItems, index)?.u16(0))
    }

    fn keys_of(&self, list: usize) -> impl Iterator<Item = KeyRow<'t>> + use<'t> {
        let service = *self;
        self.key_numbers(list)
            .filter_map(move |number| service.table.key_at(service.keys.0 + usize::from(number)))
    }

    /// What is known of a variable of the service's ARN formats: whether its values may contain `/`, and its grammar.
    #[cfg(any(feature = "all-services", test))]
    fn variable(&self, name: &str) -> Option<(bool, Option<usize>)> {
        let index = (self.table).find(Kind::Variables, self.variables, name, compare)?;
        let record = self.table.sections.record(Kind::Variables, index)?;
        let grammar = record.u16(5).filter(|&grammar| grammar != u16::MAX);
        Some((record.u8(4)? != 0, grammar.map(usize::from)))
    }
}

/// An action of a [`Table`].
#[derive(Debug, Clone, Copy)]
pub struct ActionRow<'t> {
    service: ServiceRow<'t>,
    index: usize,
    name: &'t str,
    level: AccessLevel,
    flags: u8,
    keys: usize,
    resources: usize,
}

impl<'t> ActionRow<'t> {
    /// The name without prefix, in IAM's spelling.
    #[must_use]
    pub const fn name(&self) -> &'t str {
        self.name
    }

    /// The access level.
    #[must_use]
    pub const fn level(&self) -> AccessLevel {
        self.level
    }

    /// Whether a request is checked against all required resource types at once.
    #[must_use]
    pub const fn required_together(&self) -> bool {
        self.flags & 8 != 0
    }

    /// Whether AWS's own pages disagree on the resource types.
    #[must_use]
    pub const fn resources_disputed(&self) -> bool {
        self.flags & 16 != 0
    }

    /// What AWS has announced about the end of the action, with the date.
    #[must_use]
    pub fn notice(&self) -> Option<(bool, &'t str)> {
        let ended = match self.flags >> 5 {
            1 => true,
            2 => false,
            _ => return None,
        };
        let sections = &self.service.table.sections;
        (0..sections.len(Kind::Notices)).find_map(|index| {
            let record = sections.record(Kind::Notices, index)?;
            (record.u32(0) == Some(self.index)).then_some((ended, sections.text(record, 4)?))
        })
    }

    /// The condition keys that the action carries whatever the resource.
    pub fn keys(&self) -> impl Iterator<Item = KeyRow<'t>> + use<'t> {
        self.service.keys_of(self.keys)
    }

    /// The resource types that the action can be limited to, and whether a request always names one of the type.
    pub fn resources(&self) -> impl Iterator<Item = (ResourceRow<'t>, bool)> + use<'t> {
        let service = self.service;
        self.resource_items()
            .filter_map(move |(number, required, _)| {
                let row = service.resource_at(service.resources.0 + usize::from(number))?;
                Some((row, required))
            })
    }

    /// The condition keys that the action carries on this resource type only.
    pub fn keys_on(&self, resource: &str) -> impl Iterator<Item = KeyRow<'t>> + use<'t> {
        let service = self.service;
        let wanted = service
            .table
            .find(Kind::Resources, service.resources, resource, compare);
        self.resource_items()
            .filter(move |(number, ..)| wanted == Some(service.resources.0 + usize::from(*number)))
            .flat_map(move |(_, _, keys)| service.keys_of(keys))
    }

    /// Number of the resource type, whether it is required, and the key list.
    fn resource_items(&self) -> impl Iterator<Item = (u16, bool, usize)> + use<'t> {
        let table = self.service.table;
        let (start, end) = table.list(Kind::ResourceLists, Kind::ResourceListItems, self.resources);
        (start..end).filter_map(move |index| {
            let record = table.sections.record(Kind::ResourceListItems, index)?;
            let number = record.u16(0)?;
            let keys = usize::from(record.u16(2)?);
            Some((number & 0x7fff, number & 0x8000 != 0, keys))
        })
    }
}

/// A resource type of a [`Table`].
#[derive(Debug, Clone, Copy)]
pub struct ResourceRow<'t> {
    service: ServiceRow<'t>,
    name: &'t str,
    formats: (usize, usize),
    keys: usize,
}

impl<'t> ResourceRow<'t> {
    /// The name in AWS's spelling.
    #[must_use]
    pub const fn name(&self) -> &'t str {
        self.name
    }

    /// The ARN formats.
    pub fn formats(&self) -> impl Iterator<Item = Format<'t>> + use<'t> {
        let sections = self.service.table.sections;
        (self.formats.0..self.formats.1).filter_map(move |index| {
            Format::parse(sections.text(sections.record(Kind::Formats, index)?, 0)?)
        })
    }

    /// The condition keys that every action on the type carries.
    pub fn keys(&self) -> impl Iterator<Item = KeyRow<'t>> + use<'t> {
        self.service.keys_of(self.keys)
    }
}

/// A condition key of a [`Table`].
#[derive(Debug, Clone, Copy)]
pub struct KeyRow<'t> {
    name: &'t str,
    types: u8,
    flags: u8,
    placeholder: Option<(&'t str, &'t str)>,
}

impl<'t> KeyRow<'t> {
    /// The name with prefix, in AWS's spelling, a placeholder included.
    #[must_use]
    pub const fn name(&self) -> &'t str {
        self.name
    }

    /// The types of the values; nearly always one.
    pub fn types(&self) -> impl Iterator<Item = ValueType> + use<> {
        let types = self.types;
        (ValueType::ALL.into_iter().enumerate())
            .filter(move |(bit, _)| types & (1 << bit) != 0)
            .map(|(_, value)| value)
    }

    /// Whether a request may carry several values.
    #[must_use]
    pub const fn multivalued(&self) -> bool {
        self.flags & 1 != 0
    }

    /// Whether AWS says that a wildcard in a value never has a valid use.
    #[must_use]
    pub const fn sensitive(&self) -> bool {
        self.flags & 2 != 0
    }

    /// Whether the key exists only where an action or resource type declares it.
    #[must_use]
    pub const fn declared(&self) -> bool {
        self.flags & 4 != 0
    }

    /// The texts before and after the placeholder, when the key has one.
    #[must_use]
    pub const fn placeholder(&self) -> Option<(&'t str, &'t str)> {
        self.placeholder
    }
}

impl<'t> Table<'t> {
    fn key_at(&self, index: usize) -> Option<KeyRow<'t>> {
        let record = self.sections.record(Kind::Keys, index)?;
        let name = self.sections.text(record, 0)?;
        let (before, after) = (record.u8(6)?, usize::from(record.u8(7)?));
        let placeholder = match before {
            u8::MAX => None,
            before => Some((
                name.get(..usize::from(before))?,
                name.get(name.len().checked_sub(after)?..)?,
            )),
        };
        Some(KeyRow {
            name,
            types: record.u8(4)?,
            flags: record.u8(5)?,
            placeholder,
        })
    }
}
