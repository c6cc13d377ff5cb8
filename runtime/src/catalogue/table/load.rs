//! From the table to the model that the rules read.
//!
//! The rules, evaluation and comparison hold `&'static` services, actions and formats. A service of the table is put into that
//! form when it is first named, once in the life of the program, and kept: a few records for each of its actions, with all
//! texts still those of the table. Later lookups are those of the typed services and allocate nothing.
//!
//! A table that replaces that of this crate has the facts of the typed services as well. Their names in Rust are those that are
//! compiled in: what is newer than the module has none.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use std::sync::OnceLock;

use super::records::Kind;
use super::{FormatPiece, ReplaceError, ServiceRow, Table};
use crate::catalogue::names::same;
use crate::catalogue::{
    AS_OF, AWS_SERVICES, ActionInfo, ActionResource, ArnFormat, AuthorizedAction, ConditionKey,
    Grammar, Lifecycle, Operation, Piece, Placeholder, RETIRED_SERVICES, ResourceType, SOURCE,
    Service, Variable, global_keys, typed_service,
};

/// A table, and what of it has been put into the form of the model.
struct Loaded {
    /// Nothing when the bytes are not a table, which a test excludes.
    table: Option<Table<'static>>,
    /// By the service's number in the table.
    services: Vec<OnceLock<Option<&'static Service>>>,
    grammars: OnceLock<&'static [Grammar]>,
    /// Whether the table has the facts of the services with a module too. If not, they are those that are compiled in.
    has_modules: bool,
    /// All services: the typed ones as they are compiled in, where the table does not have them.
    all: OnceLock<Vec<&'static Service>>,
}

/// A catalogue that is used instead of the one of this crate.
struct Replaced {
    loaded: Loaded,
    prefixes: Prefixes,
}

struct Prefixes {
    services: Vec<&'static str>,
    retired: Vec<&'static str>,
}

/// Nothing as soon as something was looked up in the catalogue of this crate.
static REPLACED: OnceLock<Option<Replaced>> = OnceLock::new();

fn replaced() -> Option<&'static Replaced> {
    REPLACED.get_or_init(|| None).as_ref()
}

fn built_in() -> &'static Loaded {
    static LOADED: OnceLock<Loaded> = OnceLock::new();
    LOADED.get_or_init(|| Loaded::new(Table::built_in().ok(), false))
}

/// The table in use.
fn loaded() -> &'static Loaded {
    replaced().map_or_else(built_in, |replaced| &replaced.loaded)
}

/// Uses a table instead of the one of this crate, in everything that follows.
pub(in crate::catalogue) fn replace(bytes: Vec<u8>) -> Result<(), ReplaceError> {
    // The check comes first: what is refused is freed.
    Table::open(&bytes)
        .and_then(|table| table.validate())
        .map_err(ReplaceError::Table)?;
    let table = Table::open(leak(bytes)).map_err(ReplaceError::Table)?;
    let replaced = Replaced {
        loaded: Loaded::new(Some(table), true),
        prefixes: Prefixes::with(table),
    };
    (REPLACED.set(Some(replaced))).map_err(|_| ReplaceError::InUse)
}

impl Prefixes {
    /// Of the services that this crate knows without having them, because they are newer than its data, and those of the table.
    /// What its data has and the table does not have is retired.
    fn with(table: Table<'static>) -> Self {
        let old: BTreeSet<&str> = (Table::built_in().into_iter())
            .flat_map(|table| table.services())
            .map(|service| service.prefix)
            .collect();
        let new: BTreeSet<&str> = table.services().map(|service| service.prefix).collect();
        let newer = (AWS_SERVICES.iter().copied()).filter(|prefix| !old.contains(prefix));
        let services: BTreeSet<&str> = newer.chain(new.iter().copied()).collect();
        let retired: BTreeSet<&str> = (RETIRED_SERVICES.iter().copied())
            .chain(old)
            .filter(|prefix| !services.contains(prefix))
            .collect();
        Self {
            services: services.into_iter().collect(),
            retired: retired.into_iter().collect(),
        }
    }
}

pub(in crate::catalogue) fn is_replaced() -> bool {
    replaced().is_some()
}

/// The day of the data in use, and where it came from.
pub(in crate::catalogue) fn about() -> (&'static str, &'static str) {
    let table = replaced().and_then(|replaced| replaced.loaded.table);
    table.map_or((AS_OF, SOURCE), |table| (table.as_of(), table.source()))
}

pub(in crate::catalogue) fn aws_services() -> &'static [&'static str] {
    replaced().map_or(AWS_SERVICES, |replaced| &replaced.prefixes.services)
}

pub(in crate::catalogue) fn retired_services() -> &'static [&'static str] {
    replaced().map_or(RETIRED_SERVICES, |replaced| &replaced.prefixes.retired)
}

/// The service of this prefix.
pub(in crate::catalogue) fn service(prefix: &str) -> Option<&'static Service> {
    let loaded = loaded();
    (loaded.compiled(prefix)).or_else(|| loaded.at(loaded.table?.service_index(prefix)?))
}

/// The service of this prefix as the table has it, whether or not it is compiled in.
#[cfg(test)]
pub(super) fn listed(prefix: &str) -> Option<&'static Service> {
    let loaded = built_in();
    loaded.at(loaded.table?.service_index(prefix)?)
}

/// All services.
pub(in crate::catalogue) fn services() -> &'static [&'static Service] {
    let loaded = loaded();
    loaded.all.get_or_init(|| {
        (0..loaded.services.len())
            .filter_map(|index| {
                let prefix = loaded.table?.service_at(index)?.prefix;
                loaded.compiled(prefix).or_else(|| loaded.at(index))
            })
            .collect()
    })
}

/// The resource types of other services whose ARNs have this service field, with the service that lists each.
pub(in crate::catalogue) fn borrowed(
    of: &str,
) -> impl Iterator<Item = (&'static Service, &'static ResourceType)> {
    let table = loaded().table;
    let rows = table.into_iter().flat_map(|table| {
        let rows: Vec<_> = table.borrowed(of).collect();
        rows
    });
    rows.filter_map(move |(service, index)| {
        let prefix = table?.service_at(service)?.prefix;
        let service = crate::catalogue::service(prefix)?;
        Some((service, service.resources.get(index)?))
    })
}

impl Loaded {
    fn new(table: Option<Table<'static>>, has_modules: bool) -> Self {
        let count = table.map_or(0, |table| table.sections.len(Kind::Services));
        Self {
            table,
            services: (1..count).map(|_| OnceLock::new()).collect(),
            grammars: OnceLock::new(),
            has_modules,
            all: OnceLock::new(),
        }
    }

    /// The service as it is compiled in, unless the table has its facts.
    fn compiled(&self, prefix: &str) -> Option<&'static Service> {
        match self.has_modules {
            true => None,
            false => typed_service(prefix),
        }
    }

    fn at(&'static self, index: usize) -> Option<&'static Service> {
        *self.services.get(index)?.get_or_init(|| {
            let row = self.table?.service_at(index)?;
            let compiled = match self.has_modules {
                true => typed_service(row.prefix),
                false => None,
            };
            let loader = Loader {
                row,
                loaded: self,
                compiled,
            };
            Some(Box::leak(Box::new(loader.service())))
        })
    }

    /// The grammars of the table, by number.
    fn grammars(&self) -> &'static [Grammar] {
        self.grammars.get_or_init(|| {
            let Some(Table { sections }) = self.table else {
                return &[];
            };
            let grammars = (1..sections.len(Kind::Grammars)).filter_map(|next| {
                let index = next - 1;
                let record = sections.record(Kind::Grammars, index)?;
                let (first, end) = sections.range(Kind::Grammars, index, 4, Kind::Ranges);
                let chars = (first..end).filter_map(|index| {
                    let record = sections.record(Kind::Ranges, index)?;
                    let character = |at| char::from_u32(u32::try_from(record.u32(at)?).ok()?);
                    Some((character(0)?, character(4)?))
                });
                let (first, end) = sections.range(Kind::Grammars, index, 8, Kind::Words);
                let words = (first..end)
                    .filter_map(|index| sections.text(sections.record(Kind::Words, index)?, 0));
                Some(Grammar {
                    name: sections.text(record, 0)?,
                    chars: leak(chars.collect()),
                    min: record.u16(12)?,
                    max: record.u16(14)?,
                    words: leak(words.collect()),
                })
            });
            leak(grammars.collect())
        })
    }
}

fn leak<T>(items: Vec<T>) -> &'static [T] {
    Box::leak(items.into_boxed_slice())
}

/// Cuts lists out of one allocation: how many items each of them has.
struct Cut<T: 'static> {
    rest: &'static [T],
}

impl<T> Cut<T> {
    fn new(items: Vec<T>) -> Self {
        Self { rest: leak(items) }
    }

    fn next(&mut self, count: usize) -> &'static [T] {
        let (start, rest) = self
            .rest
            .split_at_checked(count)
            .unwrap_or((self.rest, &[]));
        self.rest = rest;
        start
    }
}

struct Loader {
    row: ServiceRow<'static>,
    loaded: &'static Loaded,
    /// The service with the names in Rust, where it has a module and the facts are those of the table.
    compiled: Option<&'static Service>,
}

impl Loader {
    fn service(&self) -> Service {
        Service {
            prefix: self.row.prefix,
            module: self.compiled.map_or("", |service| service.module),
            has_module: self.compiled.is_some(),
            reviewed: self.compiled.is_some_and(|service| service.reviewed),
            actions: self.actions(),
            resources: self.resources(),
            keys: leak(self.row.keys().map(|row| self.key(row)).collect()),
            operations: self.operations(),
        }
    }

    fn actions(&self) -> &'static [ActionInfo] {
        // The key lists first, then the lists of resource types that hold them, then the actions.
        let mut numbers = Vec::new();
        for action in self.row.actions() {
            numbers.extend(self.row.key_numbers(action.keys));
            for (_, _, keys) in action.resource_items() {
                numbers.extend(self.row.key_numbers(keys));
            }
        }
        let mut numbers = Cut::new(numbers);
        let mut next = |list| numbers.next(self.row.key_numbers(list).count());
        let (mut own, mut resources) = (Vec::new(), Vec::new());
        for action in self.row.actions() {
            own.push(next(action.keys));
            for (index, required, keys) in action.resource_items() {
                resources.push(ActionResource {
                    index,
                    required,
                    keys: next(keys),
                });
            }
        }
        let mut resources = Cut::new(resources);
        let actions = self
            .row
            .actions()
            .zip(own)
            .map(|(action, keys)| ActionInfo {
                name: action.name,
                level: action.level,
                resources: resources.next(action.resource_items().count()),
                keys,
                required_together: action.required_together(),
                resources_disputed: action.resources_disputed(),
                lifecycle: action.notice().map(|(ended, date)| match ended {
                    true => Lifecycle::Ended(date),
                    false => Lifecycle::ClosedToNewCustomers(date),
                }),
            });
        leak(actions.collect())
    }

    fn resources(&self) -> &'static [ResourceType] {
        let names: Vec<(&'static str, &'static str)> = (self.row.resources())
            .flat_map(|kind| kind.formats())
            .flat_map(|format| format.pieces().map(move |piece| (format.service(), piece)))
            .filter_map(|(service, piece)| match piece {
                FormatPiece::Variable(name) => Some((service, name)),
                FormatPiece::Literal(_) => None,
            })
            .collect();
        let variables: Vec<Variable> = (names.into_iter())
            .map(|(service, name)| self.variable(service, name))
            .collect();
        let mut variables = leak(variables).iter();
        let pieces: Vec<Piece> = (self.row.resources())
            .flat_map(|kind| kind.formats())
            .flat_map(|format| format.pieces())
            .filter_map(|piece| match piece {
                FormatPiece::Variable(_) => variables.next().map(Piece::Variable),
                FormatPiece::Literal(text) => Some(Piece::Literal(text)),
            })
            .collect();
        let mut pieces = Cut::new(pieces);
        let formats: Vec<ArnFormat> = (self.row.resources())
            .flat_map(|kind| kind.formats())
            .map(|format| ArnFormat {
                text: format.text(),
                rust_name: self.name_of_format(format.text()),
                service: format.service(),
                region: format.region(),
                account: format.account(),
                resource: pieces.next(format.pieces().count()),
            })
            .collect();
        let mut formats = Cut::new(formats);
        let numbers = (self.row.resources()).flat_map(|kind| self.row.key_numbers(kind.keys));
        let mut numbers = Cut::new(numbers.collect());
        let kinds = self.row.resources().map(|kind| ResourceType {
            name: kind.name,
            rust_name: (self.compiled)
                .and_then(|service| service.resource(kind.name))
                .map_or("", |kind| kind.rust_name),
            formats: formats.next(kind.formats().count()),
            keys: numbers.next(self.row.key_numbers(kind.keys).count()),
        });
        leak(kinds.collect())
    }

    fn variable(&self, service: &'static str, name: &'static str) -> Variable {
        let (slashes, grammar) = self.row.variable(name).unwrap_or((true, None));
        let named = (self.compiled_formats())
            .flat_map(ArnFormat::variables)
            .find(|variable| same(variable.name, name));
        Variable {
            name,
            rust_name: named.map_or("", |variable| variable.rust_name),
            service,
            grammar: grammar.and_then(|grammar| self.loaded.grammars().get(grammar)),
            slashes,
        }
    }

    fn compiled_formats(&self) -> impl Iterator<Item = &'static ArnFormat> + use<> {
        let kinds = self.compiled.map_or(&[][..], |service| service.resources);
        kinds.iter().flat_map(|kind| kind.formats)
    }

    /// The constructor of this format. A format that is newer than the module has none.
    fn name_of_format(&self, text: &str) -> &'static str {
        let mut formats = self.compiled_formats();
        (formats.find(|format| same(format.text, text))).map_or("", |format| format.rust_name)
    }

    fn key(&self, row: super::KeyRow<'static>) -> ConditionKey {
        let own = self.compiled.map_or(&[][..], |service| service.keys);
        // The constants of global keys are in the module `aws`; a service without a module has none of its own.
        let named = (own.iter().chain(global_keys())).find(|key| same(key.name, row.name));
        ConditionKey {
            name: row.name,
            rust_name: named.map_or("", |key| key.rust_name),
            placeholder: row
                .placeholder
                .map(|(before, after)| Placeholder { before, after }),
            types: leak(row.types().collect()),
            multivalued: row.multivalued(),
            sensitive: row.sensitive(),
            declared: row.declared(),
        }
    }

    fn operations(&self) -> &'static [Operation] {
        let sections = self.row.table.sections;
        let text = |kind, index, at| {
            (sections.record(kind, index))
                .and_then(|record| sections.text(record, at))
                .unwrap_or_default()
        };
        let context = |index| {
            let (start, end) = sections.range(Kind::Authorized, index, 8, Kind::ContextKeys);
            let context = (start..end).map(|key| {
                let (start, end) = sections.range(Kind::ContextKeys, key, 4, Kind::ContextValues);
                let values = (start..end).map(|value| text(Kind::ContextValues, value, 0));
                (text(Kind::ContextKeys, key, 0), leak(values.collect()))
            });
            leak(context.collect())
        };
        let operations = self.row.operations().map(|operation| Operation {
            name: operation.name,
            sdk: leak(operation.sdk().collect()),
            authorizes: leak(
                (operation.authorizes.0..operation.authorizes.1)
                    .map(|index| AuthorizedAction {
                        service: text(Kind::Authorized, index, 0),
                        name: text(Kind::Authorized, index, 4),
                        context: context(index),
                    })
                    .collect(),
            ),
        });
        leak(operations.collect())
    }
}
