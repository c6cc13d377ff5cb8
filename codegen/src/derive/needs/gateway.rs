//! The resources of API Gateway's operations: the paths of their requests.
//!
//! The actions of API Gateway are the methods of HTTP, so that their resource types say nothing of a single operation. See
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/security_iam_service-with-iam.html>.

use std::collections::HashMap;
use std::sync::OnceLock;

use rekognition_iam_runtime::catalogue::{
    self, ActionInfo, ArnField, ArnFormat, Piece, Service, Variable,
};

use super::Resource;
use super::arn::{arg, built, unknown};
use super::resource::at;
use crate::derive::call::SdkCall;
use crate::export::json;

const PATHS: &str = include_str!("../../../data/api-gateway-paths.json");

/// The clients of API Gateway. Some operations of both have the same name.
const CLIENTS: [&str; 2] = ["apigateway", "apigatewayv2"];

/// The setter that tells a private custom domain name from others of its name.
const DOMAIN_ID: &str = "domain_name_id";

/// A path as an ARN.
#[derive(Debug)]
struct Path {
    format: &'static ArnFormat,
    /// The setters of the format's variables, in their order.
    setters: Vec<&'static str>,
}

/// An operation's method, and its paths: for a private custom domain name, another one.
#[derive(Debug)]
struct Row {
    method: &'static str,
    path: Path,
    private: Option<Path>,
}

type Table = HashMap<(&'static str, &'static str), Row>;

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| read().unwrap_or_default())
}

/// Read once in the life of the program, which keeps it.
fn read() -> Option<Table> {
    let service = catalogue::service("apigateway")?;
    let root: &'static json::Value = Box::leak(Box::new(json::parse(PATHS).ok()?));
    let mut table = Table::new();
    for client in CLIENTS {
        for (operation, row) in root.get(client)?.members() {
            let (method, path) = row.as_str()?.split_once(' ')?;
            // A private name is written as `name+id`.
            let private = (path.contains("{domain_name}"))
                .then(|| path.replace("{domain_name}", "{domain_name}+{domain_name_id}"))
                .and_then(|path| known(service, String::leak(path)));
            let row = Row {
                method,
                path: known(service, path).unwrap_or_else(|| new(path)),
                private,
            };
            table.insert((client, operation.as_str()), row);
        }
    }
    Some(table)
}

/// The texts of a path, and the setters between them.
fn pieces(path: &'static str) -> Vec<(&'static str, Option<&'static str>)> {
    (path.split('}'))
        .map(|part| match part.split_once('{') {
            Some((text, setter)) => (text, Some(setter)),
            None => (part, None),
        })
        .filter(|(text, setter)| !text.is_empty() || setter.is_some())
        .collect()
}

/// The path of a resource type.
fn known(service: &'static Service, path: &'static str) -> Option<Path> {
    let pieces = pieces(path);
    let is_same = |format: &&'static ArnFormat| {
        let mut own = format.resource.iter();
        format.service == service.prefix
            && pieces.iter().all(|(text, setter)| {
                matches!(own.next(), Some(Piece::Literal(literal)) if literal == text)
                    && (setter.is_none() || matches!(own.next(), Some(Piece::Variable(_))))
            })
            && own.next().is_none()
    };
    let format = (service.resources.iter())
        .flat_map(|kind| kind.formats)
        .find(is_same)?;
    Some(Path {
        format,
        setters: pieces.iter().filter_map(|(_, setter)| *setter).collect(),
    })
}

/// A path for which the catalogue has no resource type.
fn new(path: &'static str) -> Path {
    let pieces = pieces(path);
    let mut resource = Vec::new();
    for (text, setter) in &pieces {
        resource.push(Piece::Literal(text));
        if let Some(name) = setter {
            resource.push(Piece::Variable(Box::leak(Box::new(Variable {
                name,
                rust_name: name,
                service: "apigateway",
                grammar: None,
                slashes: false,
            }))));
        }
    }
    let text = format!("arn:${{Partition}}:apigateway:${{Region}}::{path}");
    Path {
        format: Box::leak(Box::new(ArnFormat {
            text: String::leak(text),
            rust_name: "",
            service: "apigateway",
            region: ArnField::Variable,
            account: ArnField::Empty,
            resource: Vec::leak(resource),
        })),
        setters: pieces.iter().filter_map(|(_, setter)| *setter).collect(),
    }
}

/// The resource of a call to API Gateway, if its action is a method of HTTP.
pub(super) fn resources(call: &SdkCall, action: &'static ActionInfo) -> Option<Vec<Resource>> {
    let service = call.op.service;
    if service.prefix != "apigateway" {
        return None;
    }
    let operation = call.op.operation.name;
    let rows = || {
        CLIENTS
            .iter()
            .filter_map(|client| table().get(&(*client, operation)))
    };
    let own = table().get(&(call.op.client_name, operation));
    // A record does not say of which client an operation is, but its members do.
    let row = match own {
        Some(own) if names_all(call, own) => own,
        own => rows()
            .find(|row| names_all(call, row))
            .or(own)
            .or_else(|| rows().next())?,
    };
    if row.method != action.name {
        return None;
    }
    let path = match &row.private {
        Some(private) if call.sets(DOMAIN_ID) => private,
        _ => &row.path,
    };
    let mut setters = path.setters.iter();
    Some(built(service, path.format, |variable| {
        let Some(setter) = setters.next() else {
            return vec![unknown(variable)];
        };
        let values = at(call, &[setter]);
        // The ARN of what has the tags, in a form that AWS does not show.
        match values.is_empty() || path.format.text.contains(":/tags/") {
            true => vec![unknown(variable)],
            false => (values.iter())
                .map(|value| arg(value, variable, setter))
                .collect(),
        }
    }))
}

fn names_all(call: &SdkCall, row: &Row) -> bool {
    row.path.setters.iter().all(|setter| call.sets(setter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_is_read() {
        let rows: usize = PATHS.lines().filter(|line| line.contains(" /")).count();
        assert_eq!(table().len(), rows);
        let of = |client, operation| {
            let row = &table()[&(client, operation)];
            (row.method, row.path.format.text, row.path.setters.clone())
        };
        assert_eq!(
            of("apigatewayv2", "DeleteApi"),
            (
                "DELETE",
                "arn:${Partition}:apigateway:${Region}::/apis/${ApiId}",
                vec!["api_id"]
            )
        );
        // Not a resource type of the catalogue.
        assert_eq!(
            of("apigateway", "FlushStageCache").1,
            "arn:${Partition}:apigateway:${Region}::/restapis/{rest_api_id}/stages/{stage_name}/cache/data"
        );
    }
}
