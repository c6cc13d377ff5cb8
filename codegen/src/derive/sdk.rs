//! The AWS SDK for Rust: its clients, their methods, and the operations behind them, as the catalogue has them.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use rekognition_iam_runtime::catalogue::{self, Operation, Service};

use crate::export::json;

/// The Rust crate of each SDK client.
const CRATES: &str = include_str!("../../data/sdk-crates.json");
/// The operation behind each waiter of an SDK client.
const WAITERS: &str = include_str!("../../data/waiters.json");

/// A client, by its number.
pub(super) type Client = usize;

/// All clients that the catalogue has operations of.
#[derive(Debug)]
pub(super) struct Sdk {
    clients: Vec<ClientInfo>,
    /// By the name of a crate in source code.
    by_crate: HashMap<String, Client>,
}

#[derive(Debug)]
struct ClientInfo {
    /// AWS's name: `rekognition`, `events`.
    name: String,
    /// The package: `aws-sdk-rekognition`.
    package: String,
    methods: HashMap<&'static str, Op>,
    waiters: HashMap<String, Op>,
}

/// An operation of a client.
#[derive(Clone, Copy)]
pub(super) struct Op {
    pub(super) client: Client,
    pub(super) service: &'static Service,
    pub(super) operation: &'static Operation,
    /// The client's method.
    pub(super) method: &'static str,
}

impl fmt::Debug for Op {
    /// The names alone: the service's tables have thousands of lines.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service.prefix, self.operation.name)
    }
}

impl PartialEq for Op {
    fn eq(&self, other: &Self) -> bool {
        self.client == other.client && self.method == other.method
    }
}

impl Sdk {
    /// The SDK, with the names that a package gives its crates.
    pub(super) fn new(dependencies: &BTreeMap<String, String>) -> Self {
        let mut clients: Vec<ClientInfo> = Vec::new();
        for (name, package) in strings(CRATES, &["crates"]) {
            clients.push(ClientInfo {
                name,
                package,
                methods: HashMap::new(),
                waiters: HashMap::new(),
            });
        }
        for (number, client) in clients.iter_mut().enumerate() {
            for service in catalogue::services().iter().copied() {
                for operation in service.operations {
                    for (name, method) in operation.sdk {
                        if *name == client.name {
                            let op = Op {
                                client: number,
                                service,
                                operation,
                                method,
                            };
                            client.methods.insert(method, op);
                        }
                    }
                }
            }
            for (waiter, operation) in strings(WAITERS, &[&client.name]) {
                let op = (client.methods.values()).find(|op| op.operation.name == operation);
                if let Some(op) = op.copied() {
                    client.waiters.insert(format!("wait_until_{waiter}"), op);
                }
            }
        }
        let mut by_crate = HashMap::new();
        for (number, client) in clients.iter().enumerate() {
            // The crate's own name too: it may stand in no dependency and be there, by `extern crate`.
            by_crate.insert(client.package.replace('-', "_"), number);
        }
        for (name, package) in dependencies {
            if let Some(number) = clients.iter().position(|client| client.package == *package) {
                by_crate.insert(name.clone(), number);
            } else {
                // Whatever the SDK calls itself, this package means another crate by the name.
                by_crate.remove(name);
            }
        }
        Self { clients, by_crate }
    }

    /// The client of a crate, by its name in source code.
    pub(super) fn client(&self, krate: &str) -> Option<Client> {
        self.by_crate.get(krate).copied()
    }

    /// The operation that a client's method calls.
    pub(super) fn method(&self, client: Client, method: &str) -> Option<Op> {
        self.clients.get(client)?.methods.get(method).copied()
    }

    /// The operation that a client's waiter calls.
    pub(super) fn waiter(&self, client: Client, method: &str) -> Option<Op> {
        self.clients.get(client)?.waiters.get(method).copied()
    }

    /// The package of a client: `aws-sdk-rekognition`.
    pub(super) fn package(&self, client: Client) -> &str {
        (self.clients.get(client)).map_or("", |client| client.package.as_str())
    }

    /// The clients among these that have a method or waiter of this name.
    pub(super) fn clients_with<'s>(
        &'s self,
        clients: &'s [Client],
        method: &'s str,
    ) -> impl Iterator<Item = Op> + 's {
        clients.iter().filter_map(move |&client| {
            self.method(client, method)
                .or_else(|| self.waiter(client, method))
        })
    }

    /// All clients.
    pub(super) fn all(&self) -> Vec<Client> {
        (0..self.clients.len()).collect()
    }

    /// The clients whose crates are among a package's dependencies.
    pub(super) fn among(&self, dependencies: &BTreeMap<String, String>) -> Vec<Client> {
        let mut found: Vec<Client> = (dependencies.values())
            .filter_map(|package| {
                (self.clients.iter()).position(|client| client.package == *package)
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// The strings of an object of our own data, below these names.
fn strings(text: &str, path: &[&str]) -> Vec<(String, String)> {
    let Ok(root) = json::parse(text) else {
        return Vec::new();
    };
    let mut node = &root;
    for name in path {
        match node.get(name) {
            Some(inner) => node = inner,
            None => return Vec::new(),
        }
    }
    (node.members().iter())
        .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sdk() -> Sdk {
        Sdk::new(&BTreeMap::new())
    }

    #[test]
    fn methods_and_waiters() {
        let sdk = sdk();
        let rekognition = sdk.client("aws_sdk_rekognition").unwrap();
        let op = sdk.method(rekognition, "index_faces").unwrap();
        assert_eq!(op.operation.name, "IndexFaces");
        let waiter = "wait_until_project_version_running";
        let op = sdk.waiter(rekognition, waiter).unwrap();
        assert_eq!(op.method, "describe_project_versions");
        assert!(sdk.method(rekognition, "get_object").is_none());
        let events = sdk.client("aws_sdk_eventbridge").unwrap();
        assert_eq!(
            sdk.method(events, "put_events").unwrap().service.prefix,
            "events"
        );
    }

    #[test]
    fn renamed_and_taken_names() {
        let dependencies = [
            ("rek".to_owned(), "aws-sdk-rekognition".to_owned()),
            ("aws_sdk_s3".to_owned(), "my-fork".to_owned()),
        ];
        let sdk = Sdk::new(&BTreeMap::from(dependencies));
        assert_eq!(sdk.client("rek"), sdk.client("aws_sdk_rekognition"));
        assert_eq!(sdk.client("aws_sdk_s3"), None);
    }

    /// Every waiter of the data is of an operation that the catalogue has, and every client has methods.
    #[test]
    fn the_data_fits_the_catalogue() {
        let sdk = sdk();
        for client in &sdk.clients {
            assert!(!client.methods.is_empty(), "{}", client.name);
            let expected = strings(WAITERS, &[&client.name]).len();
            assert_eq!(client.waiters.len(), expected, "{}", client.name);
        }
    }
}
