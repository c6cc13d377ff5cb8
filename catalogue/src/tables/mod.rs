//! From the files read to the tables written: names given, indices resolved, everything checked and sorted.

mod build;

use super::names::KeyParts;
use super::overlay;
use super::reference::{self, Flags};

/// One service, ready to be written.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) prefix: String,
    /// Whether what the reference leaves unsaid of it has been looked up.
    pub(super) reviewed: bool,
    /// Sorted by name.
    pub(super) actions: Vec<Action>,
    /// Sorted by name.
    pub(super) resources: Vec<Resource>,
    /// Sorted by name in lower case.
    pub(super) keys: Vec<Key>,
    /// Sorted by name.
    pub(super) operations: Vec<Operation>,
    /// The distinct variables of all ARN formats, sorted by name.
    pub(super) variables: Vec<Variable>,
    /// The names of the grammars in use, sorted.
    pub(super) grammars: Vec<String>,
}

#[expect(
    clippy::indexing_slicing,
    reason = "`build` makes the indices, of the lists of this service"
)]
impl Service {
    pub(super) fn resource(&self, index: usize) -> &Resource {
        &self.resources[index]
    }

    pub(super) fn key(&self, index: usize) -> &Key {
        &self.keys[index]
    }

    pub(super) fn variable(&self, index: usize) -> &Variable {
        &self.variables[index]
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    PermissionsManagement,
    Tagging,
    Write,
    List,
    Read,
}

impl Level {
    pub(super) const ALL: [Self; 5] = [
        Self::PermissionsManagement,
        Self::Tagging,
        Self::Write,
        Self::List,
        Self::Read,
    ];

    /// The first flag that is set, in the order of the enum, decides.
    fn of(flags: Flags) -> Self {
        match flags {
            Flags {
                permission_management: true,
                ..
            } => Self::PermissionsManagement,
            Flags {
                tagging_only: true, ..
            } => Self::Tagging,
            Flags { write: true, .. } => Self::Write,
            Flags { list: true, .. } => Self::List,
            _ => Self::Read,
        }
    }
}

#[derive(Debug)]
pub(super) struct Action {
    pub(super) name: String,
    pub(super) rust_name: String,
    pub(super) level: Level,
    pub(super) resources: Vec<ActionResource>,
    pub(super) keys: Vec<usize>,
    pub(super) required_together: bool,
    pub(super) disputed: bool,
}

#[derive(Debug)]
pub(super) struct ActionResource {
    pub(super) index: usize,
    pub(super) required: bool,
    pub(super) keys: Vec<usize>,
}

#[derive(Debug)]
pub(super) struct Resource {
    pub(super) name: String,
    pub(super) rust_name: String,
    pub(super) formats: Vec<Format>,
    pub(super) keys: Vec<usize>,
}

#[derive(Debug)]
pub(super) struct Format {
    pub(super) text: String,
    pub(super) rust_name: String,
    pub(super) service: String,
    pub(super) region: Field,
    pub(super) account: Field,
    pub(super) pieces: Vec<Piece>,
}

impl Format {
    /// The parameters of a constructor, in order.
    pub(super) fn parameters<'a>(&'a self, service: &'a Service) -> Vec<&'a str> {
        let mut names = Vec::new();
        if self.region == Field::Variable {
            names.push("region");
        }
        if self.account == Field::Variable {
            names.push("account");
        }
        for piece in &self.pieces {
            if let Piece::Variable(index) = piece {
                names.push(&service.variable(*index).rust_name);
            }
        }
        names
    }
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Field {
    Empty,
    Variable,
    /// A `*`: anything or nothing.
    Any,
    Fixed(String),
}

#[derive(Debug)]
pub(super) enum Piece {
    Literal(String),
    /// Index into [`Service::variables`].
    Variable(usize),
}

#[derive(Debug)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) rust_name: String,
    /// The service of the ARNs that have it.
    pub(super) service: String,
    pub(super) facts: overlay::Variable,
}

#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: String,
    pub(super) rust_name: String,
    pub(super) parts: KeyParts,
    pub(super) types: Vec<ValueType>,
    pub(super) multivalued: bool,
    pub(super) sensitive: bool,
    pub(super) declared: bool,
    /// Whether the constant is in the module `aws`, not in the service's.
    pub(super) global: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueType {
    String,
    Arn,
    Bool,
    Numeric,
    Date,
    IpAddress,
}

impl ValueType {
    /// The type, and whether there are several values.
    fn of(text: &str) -> Option<(Self, bool)> {
        let one = text.strip_prefix("ArrayOf");
        let value = match one.unwrap_or(text) {
            "String" => Self::String,
            "ARN" => Self::Arn,
            "Bool" => Self::Bool,
            "Numeric" => Self::Numeric,
            "Date" => Self::Date,
            "IPAddress" => Self::IpAddress,
            _ => return None,
        };
        Some((value, one.is_some()))
    }
}

impl Key {
    /// The type of the key's constant in Rust.
    pub(super) fn rust_type(&self) -> Option<&'static str> {
        Some(match (&self.types[..], self.multivalued) {
            ([ValueType::String], false) => "StringKey",
            ([ValueType::Arn], false) => "ArnKey",
            ([ValueType::Bool], false) => "BoolKey",
            ([ValueType::Numeric], false) => "NumericKey",
            ([ValueType::Date], false) => "DateKey",
            ([ValueType::IpAddress], false) => "IpAddressKey",
            ([ValueType::Date, ValueType::Numeric], false) => "DateOrNumericKey",
            ([ValueType::String], true) => "StringSetKey",
            ([ValueType::Arn], true) => "ArnSetKey",
            ([ValueType::Bool], true) => "BoolSetKey",
            _ => return None,
        })
    }
}

#[derive(Debug)]
pub(super) struct Operation {
    pub(super) name: String,
    pub(super) sdk: Vec<(String, String)>,
    pub(super) authorizes: Vec<reference::Authorized>,
}

/// The tables of all services, and of the global keys.
#[derive(Debug)]
pub(super) struct Tables {
    /// The services with modules of Rust, sorted by prefix.
    pub(super) services: Vec<Service>,
    /// The others, sorted by prefix. Nothing of them has a name in Rust.
    pub(super) others: Vec<Service>,
    /// Sorted by name in lower case.
    pub(super) global_keys: Vec<Key>,
}

impl Tables {
    /// All services, in no order.
    pub(super) fn all(&self) -> impl Iterator<Item = &Service> {
        self.services.iter().chain(&self.others)
    }
}
