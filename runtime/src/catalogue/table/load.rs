//! From the table to the model that the rules read.
//!
//! The rules, evaluation and comparison hold `&'static` services, actions and formats. A service of the table is put into that
//! form when it is first named, once in the life of the program, and kept: a few records for each of its actions, with all
//! texts still those of the table. Later lookups are those of the typed services and allocate nothing.

use alloc::boxed::Box;
use alloc::vec::Vec;
use std::sync::OnceLock;

use super::records::Kind;
use super::{FormatPiece, ServiceRow, Table};
use crate::catalogue::{
    ActionInfo, ActionResource, ArnFormat, AuthorizedAction, ConditionKey, Grammar, Lifecycle,
    Operation, Piece, Placeholder, ResourceType, Service, Variable, global_keys, same,
};

/// The table of this crate, made by the generator.
static BYTES: &[u8] = include_bytes!("../generated/services.table");

struct Loaded {
    /// Nothing when the bytes are not a table, which a test excludes.
    table: Option<Table<'static>>,
    /// By the service's number in the table.
    services: Vec<OnceLock<Option<&'static Service>>>,
    grammars: OnceLock<&'static [Grammar]>,
}

static LOADED: OnceLock<Loaded> = OnceLock::new();

fn loaded() -> &'static Loaded {
    LOADED.get_or_init(|| {
        let table = Table::open(BYTES).ok();
        let count = table.map_or(0, |table| table.sections.len(Kind::Services));
        Loaded {
            table,
            services: (1..count).map(|_| OnceLock::new()).collect(),
            grammars: OnceLock::new(),
        }
    })
}

/// The table, whatever is compiled in besides.
pub(in crate::catalogue) fn table() -> Option<Table<'static>> {
    loaded().table
}

/// The service of this prefix.
pub(in crate::catalogue) fn service(prefix: &str) -> Option<&'static Service> {
    at(table()?.service_index(prefix)?)
}

/// All services of the table: the typed ones as they are compiled in.
pub(in crate::catalogue) fn services() -> &'static [&'static Service] {
    static ALL: OnceLock<Vec<&'static Service>> = OnceLock::new();
    ALL.get_or_init(|| {
        (0..loaded().services.len())
            .filter_map(|index| {
                let prefix = table()?.service_at(index)?.prefix;
                crate::catalogue::typed_service(prefix).or_else(|| at(index))
            })
            .collect()
    })
}

/// The resource types of other services whose ARNs have this service field, with the service that lists each.
pub(in crate::catalogue) fn borrowed(
    of: &str,
) -> impl Iterator<Item = (&'static Service, &'static ResourceType)> {
    let table = table();
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

fn at(index: usize) -> Option<&'static Service> {
    let loaded = loaded();
    *loaded.services.get(index)?.get_or_init(|| {
        let row = loaded.table?.service_at(index)?;
        Some(Box::leak(Box::new(Loader { row }.service())))
    })
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
}

impl Loader {
    fn service(&self) -> Service {
        Service {
            prefix: self.row.prefix,
            module: "",
            has_module: false,
            reviewed: false,
            actions: self.actions(),
            resources: self.resources(),
            keys: leak(self.row.keys().map(key).collect()),
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
                rust_name: "",
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
            rust_name: "",
            formats: formats.next(kind.formats().count()),
            keys: numbers.next(self.row.key_numbers(kind.keys).count()),
        });
        leak(kinds.collect())
    }

    fn variable(&self, service: &'static str, name: &'static str) -> Variable {
        let (slashes, grammar) = self.row.variable(name).unwrap_or((true, None));
        Variable {
            name,
            rust_name: "",
            service,
            grammar: grammar.and_then(|grammar| grammars().get(grammar)),
            slashes,
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

fn key(row: super::KeyRow<'static>) -> ConditionKey {
    let global = global_keys().iter().find(|key| same(key.name, row.name));
    ConditionKey {
        name: row.name,
        // The constants of global keys are in the module `aws`; a service without a module has none of its own.
        rust_name: global.map_or("", |key| key.rust_name),
        placeholder: row
            .placeholder
            .map(|(before, after)| Placeholder { before, after }),
        types: leak(row.types().collect()),
        multivalued: row.multivalued(),
        sensitive: row.sensitive(),
        declared: row.declared(),
    }
}

/// The grammars of the table, by number.
fn grammars() -> &'static [Grammar] {
    loaded().grammars.get_or_init(|| {
        let Some(Table { sections }) = table() else {
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
