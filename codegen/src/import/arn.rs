//! ARNs as constructors, where one fits and reads back to the same text.

use rekognition_iam_runtime::catalogue::{self, ArnField, ArnFormat, Piece, Service};

use super::layout::Expr;

/// The constructor of the only format that the ARN fits, with its module. A variable of a format reaches over no slash
/// unless it may hold some, so `project/a/version/b/1` is a version and no project.
pub(crate) fn constructor(text: &str) -> Option<(&'static str, Expr)> {
    let [scheme, partition, service, region, account, resource] = fields(text)?;
    if scheme != "arn" || partition.is_empty() || partition.contains('/') {
        return None;
    }
    let found: Vec<_> = (catalogue::typed_services().iter())
        .flat_map(|owner| {
            (owner.resources.iter())
                .flat_map(|kind| kind.formats)
                .filter(|format| format.service == service)
                .filter_map(|format| {
                    let values = values(format, region, account, resource)?;
                    Some((*owner, format, values))
                })
        })
        .collect();
    // Several services list the types of others; the one that the ARN names knows best.
    let own = || found.iter().filter(|(owner, ..)| owner.prefix == service);
    let (owner, format, values) = match (own().count(), found.as_slice()) {
        (1, _) => own().next()?,
        (0, [only]) => only,
        _ => return None,
    };
    if !reads_back(owner, format) {
        return None;
    }
    let args = values.iter().map(|value| Expr::string(value)).collect();
    let call = Expr::Call(format!("{}::{}", owner.module, format.rust_name), args);
    let expr = match partition {
        "aws" => call,
        other => call.method("partition", vec![Expr::string(other)]),
    };
    Some((owner.module, expr))
}

/// Whether the name of the constructor leads to this format.
fn reads_back(owner: &'static Service, format: &'static ArnFormat) -> bool {
    (owner.resource_by_ident(format.rust_name)).is_some_and(|(_, found)| found.text == format.text)
}

/// The six fields of an ARN. A colon inside `${..}` ends none.
fn fields(text: &str) -> Option<[&str; 6]> {
    let mut fields = [""; 6];
    let mut rest = text;
    let (last, first) = fields.split_last_mut()?;
    for field in first {
        let at = find_outside(rest, ":")?;
        *field = rest.get(..at)?;
        rest = rest.get(at + 1..)?;
    }
    *last = rest;
    Some(fields)
}

/// The values of the format's variables in the order of its parameters, when the text fits it.
fn values<'t>(
    format: &ArnFormat,
    region: &'t str,
    account: &'t str,
    resource: &'t str,
) -> Option<Vec<&'t str>> {
    let mut values = Vec::new();
    for (field, text) in [(format.region, region), (format.account, account)] {
        match field {
            ArnField::Empty if text.is_empty() => {}
            ArnField::Fixed(fixed) if text == fixed => {}
            // What a constructor writes there.
            ArnField::Any if text == "*" => {}
            ArnField::Variable
                if !text.is_empty() && (!text.contains('/') || text.contains("${")) =>
            {
                values.push(text);
            }
            ArnField::Empty | ArnField::Variable | ArnField::Any | ArnField::Fixed(_) => {
                return None;
            }
        }
    }
    let mut rest = resource;
    let mut pieces = format.resource.iter().peekable();
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Literal(literal) => rest = rest.strip_prefix(literal)?,
            Piece::Variable(variable) => {
                let end = match pieces.peek() {
                    None => rest.len(),
                    Some(Piece::Literal(literal)) => find_outside(rest, literal)?,
                    Some(Piece::Variable(_)) => return None,
                };
                let (value, behind) = rest.split_at_checked(end)?;
                if value.is_empty() || !variable.slashes && find_outside(value, "/").is_some() {
                    return None;
                }
                values.push(value);
                rest = behind;
            }
        }
    }
    rest.is_empty().then_some(values)
}

/// Where the pattern begins in the text, policy variables stepped over.
fn find_outside(text: &str, pattern: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = text.get(at..)?;
        let found = rest.find(pattern)?;
        match rest.find("${") {
            Some(variable) if variable < found => {
                at += variable + rest.get(variable..)?.find('}')? + 1;
            }
            _ => return Some(at + found),
        }
    }
}

/// A principal of the kind `AWS` as a function of the language, where one gives the same text.
pub(crate) fn principal(text: &str) -> Option<Expr> {
    let [scheme, partition, service, region, account, resource] = fields(text)?;
    if scheme != "arn" || !region.is_empty() || account.len() != 12 {
        return None;
    }
    if partition.is_empty() || !account.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let named = |function: &str, names: &[&str]| {
        let args = std::iter::once(&account)
            .chain(names)
            .map(|text| Expr::string(text));
        Some(Expr::Call(function.to_owned(), args.collect()))
    };
    let call = match service {
        "iam" if resource == "root" => named("account", &[]),
        "iam" => match resource.split_once('/')? {
            ("role", name) if !name.is_empty() => named("role", &[name]),
            ("user", name) if !name.is_empty() => named("user", &[name]),
            _ => None,
        },
        "sts" => {
            let (role, session) = resource.strip_prefix("assumed-role/")?.split_once('/')?;
            (!role.is_empty() && !session.is_empty() && !session.contains('/'))
                .then(|| named("session", &[role, session]))?
        }
        _ => None,
    }?;
    Some(match partition {
        "aws" => call,
        other => call.method("partition", vec![Expr::string(other)]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match constructor(text) {
            Some((_, Expr::Call(name, args))) => format!("{name} {args:?}"),
            Some((_, Expr::Chain(receiver, calls))) => format!("{receiver:?} {calls:?}"),
            _ => String::new(),
        }
    }

    #[test]
    fn only_what_fits_one_format() {
        let base = "arn:aws:rekognition:us-east-1:123456789012:";
        for (resource, constructor) in [
            ("collection/staff", "rekognition::collection"),
            ("project/a/1627045542080", "rekognition::project "),
            ("project/a/*", "rekognition::project "),
            ("project/a/version/b/1", "rekognition::projectversion"),
            ("project/a/dataset/train/1", "rekognition::dataset"),
            (
                "collection/${aws:PrincipalTag/a/b}",
                "rekognition::collection",
            ),
        ] {
            let shown = shown(&format!("{base}{resource}"));
            assert!(shown.starts_with(constructor), "{resource}: {shown}");
        }
        for text in [
            "arn:aws:rekognition:us-east-1:123456789012:project/*",
            "arn:aws:rekognition:us-east-1:123456789012:project/a/b/c",
            "arn:aws:rekognition:us-east-1:123456789012:collection/",
            "arn:aws:rekognition:us-east-1::collection/a",
            "arn:aws:rekognition:us-east-1:123456789012:stream/a",
            "arn:aws:rekognition",
            "ARN:aws:s3:::bucket",
            "*",
            "",
        ] {
            assert_eq!(shown(text), "", "{text}");
        }
    }
}
