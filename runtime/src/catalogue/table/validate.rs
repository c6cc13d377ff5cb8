//! Looks at every record of a table once, so that a file from elsewhere is refused instead of half read.

use core::cmp::Ordering;

use super::records::{Kind, Record};
use super::{Format, Table, TableError};
use crate::catalogue::names::{compare, compare_ignore_case};

/// A section, the place of a field in its records, and the section that the field starts a range of.
const RANGES: [(Kind, usize, Kind); 14] = [
    (Kind::Services, 4, Kind::Actions),
    (Kind::Services, 8, Kind::Resources),
    (Kind::Services, 12, Kind::Keys),
    (Kind::Services, 16, Kind::Operations),
    (Kind::Services, 20, Kind::Variables),
    (Kind::Resources, 4, Kind::Formats),
    (Kind::KeyLists, 0, Kind::KeyListItems),
    (Kind::ResourceLists, 0, Kind::ResourceListItems),
    (Kind::Grammars, 4, Kind::Ranges),
    (Kind::Grammars, 8, Kind::Words),
    (Kind::Operations, 4, Kind::Methods),
    (Kind::Operations, 8, Kind::Authorized),
    (Kind::Authorized, 8, Kind::ContextKeys),
    (Kind::ContextKeys, 4, Kind::ContextValues),
];

/// A section, and the places of the texts in its records.
const TEXTS: [(Kind, &[usize]); 15] = [
    (Kind::About, &[0, 4]),
    (Kind::Services, &[0]),
    (Kind::Actions, &[0]),
    (Kind::Notices, &[4]),
    (Kind::Resources, &[0]),
    (Kind::Formats, &[0]),
    (Kind::Keys, &[0]),
    (Kind::Variables, &[0]),
    (Kind::Grammars, &[0]),
    (Kind::Words, &[0]),
    (Kind::Operations, &[0]),
    (Kind::Methods, &[0, 4]),
    (Kind::Authorized, &[0, 4]),
    (Kind::ContextKeys, &[0]),
    (Kind::ContextValues, &[0]),
];

impl Table<'_> {
    /// Looks at every record: whatever a lookup can reach is there, means something, and is sorted.
    ///
    /// # Errors
    ///
    /// The first record that is not so.
    pub fn validate(&self) -> Result<(), TableError> {
        if self.sections.len(Kind::About) != 1 {
            return Err(TableError::Section(Kind::About.name()));
        }
        for (kind, at, to) in RANGES {
            let Some(last) = self.sections.len(kind).checked_sub(1) else {
                return Err(TableError::Section(kind.name()));
            };
            self.all(kind, last, |index, _| {
                Some(self.sections.is_range(kind, index, at, to))
            })?;
            // Nothing is left over: what no record reaches was not read by anyone.
            let edge = |index| self.sections.record(kind, index)?.u32(at);
            let ended = RANGES.iter().any(|(kind, ..)| *kind == to);
            let end = self.sections.len(to).checked_sub(usize::from(ended));
            if edge(0) != Some(0) || edge(last) != end {
                return Err(TableError::Record(kind.name(), last));
            }
        }
        for (kind, places) in TEXTS {
            self.all(kind, self.sections.len(kind), |_, record| {
                let has = |&at: &usize| self.sections.text(record, at).is_some();
                Some(places.iter().all(has))
            })?;
        }
        self.all(
            Kind::Formats,
            self.sections.len(Kind::Formats),
            |_, record| Format::parse(self.sections.text(record, 0)?).map(|_| true),
        )?;
        self.all(
            Kind::Ranges,
            self.sections.len(Kind::Ranges),
            |_, record| {
                let character = |at| char::from_u32(u32::try_from(record.u32(at)?).ok()?);
                Some(character(0)? <= character(4)?)
            },
        )?;
        let lists = |lists: Kind, number: u16| usize::from(number) + 1 < self.sections.len(lists);
        self.all(
            Kind::Actions,
            self.sections.len(Kind::Actions),
            |index, record| {
                let flags = record.u8(4)?;
                let noticed = flags >> 5 == 0 || self.noticed(index);
                Some(
                    flags & 7 < 5
                        && flags >> 5 < 3
                        && noticed
                        && lists(Kind::KeyLists, record.u16(5)?)
                        && lists(Kind::ResourceLists, record.u16(7)?),
                )
            },
        )?;
        self.all(
            Kind::Keys,
            self.sections.len(Kind::Keys),
            |index, record| {
                let types = record.u8(4)?;
                Some(types != 0 && types < 64 && self.key_at(index).is_some())
            },
        )?;
        self.all(
            Kind::Variables,
            self.sections.len(Kind::Variables),
            |_, record| {
                let grammar = record.u16(5)?;
                let known = usize::from(grammar) + 1 < self.sections.len(Kind::Grammars);
                Some(grammar == u16::MAX || known)
            },
        )?;
        self.sorted(
            Kind::Services,
            (0, self.sections.len(Kind::Services).saturating_sub(1)),
            compare,
        )?;
        for number in 0..self.sections.len(Kind::Services).saturating_sub(1) {
            self.service_is_valid(number)?;
        }
        self.all(
            Kind::Borrowed,
            self.sections.len(Kind::Borrowed),
            |_, record| {
                let service = self.service_at(usize::from(record.u16(4)?))?;
                self.sections.text(record, 0)?;
                let (start, end) = service.resources;
                Some(usize::from(record.u16(6)?) < end - start)
            },
        )
    }

    fn noticed(&self, action: usize) -> bool {
        (0..self.sections.len(Kind::Notices)).any(|index| {
            let record = self.sections.record(Kind::Notices, index);
            record.and_then(|record| record.u32(0)) == Some(action)
        })
    }

    /// Sorted by name, and every number counts something of the service.
    fn service_is_valid(&self, number: usize) -> Result<(), TableError> {
        let wrong = || TableError::Record(Kind::Services.name(), number);
        let service = self.service_at(number).ok_or_else(wrong)?;
        self.sorted(Kind::Actions, service.actions, compare)?;
        self.sorted(Kind::Resources, service.resources, compare)?;
        self.sorted(Kind::Keys, service.keys, compare_ignore_case)?;
        self.sorted(Kind::Operations, service.operations, compare)?;
        self.sorted(Kind::Variables, service.variables, compare)?;
        let count = |(start, end): (usize, usize)| end - start;
        let keys_are_known = |list: usize| {
            (service.key_numbers(list)).all(|key| usize::from(key) < count(service.keys))
        };
        for (index, action) in service.actions().enumerate() {
            let items = action.resource_items().all(|(number, _, keys)| {
                keys + 1 < self.sections.len(Kind::KeyLists)
                    && usize::from(number) < count(service.resources)
                    && keys_are_known(keys)
            });
            if !items || !keys_are_known(action.keys) {
                let index = service.actions.0 + index;
                return Err(TableError::Record(Kind::Actions.name(), index));
            }
        }
        for (index, resource) in service.resources().enumerate() {
            let listed = resource.keys + 1 < self.sections.len(Kind::KeyLists);
            if !listed || !keys_are_known(resource.keys) || count(resource.formats) == 0 {
                let index = service.resources.0 + index;
                return Err(TableError::Record(Kind::Resources.name(), index));
            }
        }
        Ok(())
    }

    fn all(
        &self,
        kind: Kind,
        count: usize,
        mut is_valid: impl FnMut(usize, Record<'_>) -> Option<bool>,
    ) -> Result<(), TableError> {
        for index in 0..count {
            let record = self.sections.record(kind, index);
            if record.and_then(|record| is_valid(index, record)) != Some(true) {
                return Err(TableError::Record(kind.name(), index));
            }
        }
        Ok(())
    }

    fn sorted(
        &self,
        kind: Kind,
        (start, end): (usize, usize),
        compare: fn(&str, &str) -> Ordering,
    ) -> Result<(), TableError> {
        let name = |index| self.sections.text(self.sections.record(kind, index)?, 0);
        let mut before: Option<&str> = None;
        for index in start..end {
            let own = name(index);
            if let (Some(before), Some(own)) = (before, own)
                && compare(before, own) != Ordering::Less
            {
                return Err(TableError::Record(kind.name(), index));
            }
            before = own;
        }
        Ok(())
    }
}
