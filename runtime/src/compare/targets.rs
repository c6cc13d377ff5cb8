//! The resources that a request for an action can be checked against.

use core::cmp::Ordering;

use alloc::string::String;
use alloc::vec::Vec;

use super::examples::example;
use super::language::{
    ANY, ANY_IN_FIELD, ANY_IN_SEGMENT, MANY, MANY_IN_FIELD, MANY_IN_SEGMENT, matches,
};
use crate::catalogue::PseudoForm;
use crate::catalogue::access::{WRITTEN, written};
use crate::catalogue::{self, ActionInfo, ActionResource, ArnField, ConditionKey, Piece, Service};
use crate::evaluate::request::ActionName;
use crate::evaluate::target::Checked;

/// What requests for some actions name as their resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Targets {
    /// Any ARN: nothing is known of the action.
    Any,
    /// `*` alone.
    Star,
    /// The ARNs of these patterns, each with one of them for people to recognize, and perhaps `*`.
    Some {
        forms: Vec<(Vec<u32>, String)>,
        star: bool,
        /// What requests do not name of the ARNs that have it at their end.
        tail: Option<&'static str>,
    },
}

impl Targets {
    /// Whether a request names an ARN, and never `*` instead.
    pub(super) const fn have_arns(&self) -> bool {
        matches!(self, Self::Some { star: false, .. })
    }
}

/// The targets of an action of the catalogue.
pub(crate) fn of(service: &'static Service, info: &'static ActionInfo) -> Targets {
    match Checked::of(ActionName::of(service.prefix, info.name)) {
        Checked::Star => Targets::Star,
        Checked::Named if info.resources.is_empty() => Targets::Any,
        checked @ (Checked::Named | Checked::Written(..)) => {
            // On a part of such a resource, the request names the part.
            let tail = if let Checked::Written(written, false) = checked {
                Some(written.request)
            } else {
                None
            };
            let mut forms = Vec::new();
            for (_, kind) in info.resources_of(service) {
                let is_written = WRITTEN.iter().any(|written| {
                    written.service == service.prefix
                        && [written.kind, written.within].contains(&kind.name)
                });
                for format in kind.formats {
                    let mut tokens = tokens(service, format);
                    let mut example = example(format);
                    if is_written {
                        in_fields(&mut tokens);
                    }
                    if let Some(tail) = tail.filter(|_| is_written) {
                        tokens.extend(tail.chars().map(u32::from));
                        example.push_str(tail);
                    }
                    forms.push((tokens, example));
                }
            }
            Targets::Some {
                forms,
                star: !info.resources.iter().any(|kind| kind.required),
                tail,
            }
        }
        Checked::Recorded(recorded) => {
            let mut found = Vec::new();
            for form in recorded {
                if let PseudoForm::Arn {
                    service,
                    region,
                    account,
                    resource,
                } = form
                {
                    found.push(pseudo(service, *region, *account, resource));
                }
            }
            Targets::Some {
                forms: found,
                star: recorded.iter().any(|form| matches!(form, PseudoForm::Star)),
                tail: None,
            }
        }
        Checked::Undocumented => {
            let mut any = head(service.prefix);
            any.extend([MANY_IN_FIELD, colon(), MANY_IN_FIELD, colon(), ANY, MANY]);
            let plain = alloc::format!("arn:aws:{}:us-east-1:123456789012:*", service.prefix);
            Targets::Some {
                forms: alloc::vec![(any, plain)],
                star: true,
                tail: None,
            }
        }
    }
}

/// Whether no request for the action has a key, as far as AWS's service reference was compared with its other pages: one of
/// a service, or one that an action has to declare, as `aws:RequestTag/..`. A request that creates a resource may have the tags of
/// what it creates.
pub(crate) fn never_carries(
    service: &'static Service,
    info: &'static ActionInfo,
    key: &str,
) -> bool {
    let global = catalogue::global_key(key);
    let home = (key.split_once(':')).and_then(|(prefix, _)| catalogue::service(prefix));
    let Some(key) = global.or_else(|| home?.key(key)) else {
        return false;
    };
    if !service.reviewed || global.is_some_and(|key| !key.declared) {
        return false;
    }
    // Of a key that AWS ties to no action of its service, nobody knows which have it.
    let is_home = home.is_some_and(|home| home.prefix == service.prefix);
    let carried = |info: &'static ActionInfo| {
        carries(service, info, key) || info.tags_what_it_creates(service, key)
    };
    !carried(info) && (!is_home || service.actions.iter().any(carried))
}

fn carries(
    service: &'static Service,
    info: &'static ActionInfo,
    key: &'static ConditionKey,
) -> bool {
    let declares = |numbers: &[u16]| {
        (numbers.iter())
            .filter_map(|&number| service.keys.get(usize::from(number)))
            .any(|declared| declared.name == key.name)
    };
    declares(info.keys)
        || info.resources.iter().any(|kind| {
            declares(kind.keys)
                || (service.resources.get(usize::from(kind.index)))
                    .is_some_and(|kind| declares(kind.keys))
        })
}

/// The ARNs of the services that a service names its resources with.
pub(crate) fn of_service(service: &'static Service) -> Vec<(Vec<u32>, String)> {
    let mut names = alloc::vec![service.prefix];
    let formats = service.resources.iter().flat_map(|kind| kind.formats);
    for name in formats.map(|format| format.service) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let of = |name: &&str| {
        let mut any = head(name);
        any.extend([MANY_IN_FIELD, colon(), MANY_IN_FIELD, colon(), ANY, MANY]);
        let plain = alloc::format!("arn:aws:{name}:us-east-1:123456789012:example");
        (any, plain)
    };
    names.iter().map(of).collect()
}

/// The ARNs of the type of a resource, when that is a type which some action of the service lists: what other actions do not
/// list, they do not work on.
pub(crate) fn listed(service: &'static Service, arn: &[u32]) -> Option<Vec<u32>> {
    let is_listed = |number: usize| {
        (service.actions.iter())
            .flat_map(|action| action.resources)
            .any(|kind| usize::from(kind.index) == number)
    };
    (service.resources.iter().enumerate())
        .flat_map(|(number, kind)| kind.formats.iter().map(move |format| (number, format)))
        .map(|(number, format)| (number, tokens(service, format)))
        .find(|(number, tokens)| matches(tokens, arn) && is_listed(*number))
        .map(|(_, tokens)| tokens)
}

/// Whether it is known what AWS checks the action against.
pub(crate) fn are_documented(service: &'static Service, info: &'static ActionInfo) -> bool {
    !info.resources.is_empty()
        || !matches!(
            Checked::of(ActionName::of(service.prefix, info.name)),
            Checked::Undocumented
        )
}

/// The resource types of an action, and whether AWS compares more than their ARNs. Two actions of a service that have the same
/// ones have the same targets.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Types(&'static [ActionResource], bool);

impl Ord for Types {
    fn cmp(&self, other: &Self) -> Ordering {
        let types =
            |types: &'static [ActionResource]| types.iter().map(|kind| (kind.index, kind.required));
        types(self.0).cmp(types(other.0)).then(self.1.cmp(&other.1))
    }
}

impl PartialOrd for Types {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Types {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Types {}

/// The resource types of an action of the catalogue, when it has any.
pub(crate) fn types(service: &'static Service, info: &'static ActionInfo) -> Option<Types> {
    let is_written = written(service.prefix.as_bytes(), info.name.as_bytes()).is_some();
    (!info.resources.is_empty()).then_some(Types(info.resources, is_written))
}

/// Keeps what wildcards stand for within the fields of an ARN.
fn in_fields(tokens: &mut [u32]) {
    for token in tokens {
        *token = match *token {
            ANY => ANY_IN_FIELD,
            MANY => MANY_IN_FIELD,
            token => token,
        };
    }
}

fn colon() -> u32 {
    u32::from(b':')
}

fn head(service: &str) -> Vec<u32> {
    let mut out: Vec<u32> = "arn:".chars().map(u32::from).collect();
    out.extend([ANY_IN_FIELD, MANY_IN_FIELD, colon()]);
    match service {
        "*" => out.extend([ANY_IN_FIELD, MANY_IN_FIELD]),
        service => out.extend(service.chars().map(u32::from)),
    }
    out.push(colon());
    out
}

/// Whether the service has resources within those of this format, behind a slash: the indexes of a table in `table/NAME/index/..`.
/// The name of a table has no slash then, or nobody could tell them apart.
fn is_extended(service: &Service, format: &catalogue::ArnFormat) -> bool {
    (service.resources.iter())
        .flat_map(|kind| kind.formats)
        .filter_map(|longer| longer.text.strip_prefix(format.text))
        .any(|rest| rest.starts_with('/'))
}

/// The tokens of an ARN format. A value may hold anything where its grammar is not known: the name of a bucket has no slash,
/// the name of a log group may have. A region and an account have no colon.
fn tokens(service: &Service, format: &catalogue::ArnFormat) -> Vec<u32> {
    let extended = is_extended(service, format);
    let mut out = head(format.service);
    for field in [format.region, format.account] {
        match field {
            ArnField::Empty => {}
            // Resources of AWS itself may have none, which the service reference leaves out.
            ArnField::Variable if !service.reviewed => out.push(MANY_IN_FIELD),
            ArnField::Variable => out.extend([ANY_IN_FIELD, MANY_IN_FIELD]),
            ArnField::Any => out.push(MANY_IN_FIELD),
            ArnField::Fixed(text) => out.extend(text.chars().map(u32::from)),
        }
        out.push(colon());
    }
    let last = format.resource.len().wrapping_sub(1);
    for (number, piece) in format.resource.iter().enumerate() {
        match piece {
            // A format with a star takes anything there.
            Piece::Literal(text) => out.extend(text.chars().map(|symbol| match symbol {
                '*' => MANY,
                symbol => u32::from(symbol),
            })),
            Piece::Variable(variable) => out.extend(match variable.grammar {
                Some(grammar) if !has(grammar, ':') && !has(grammar, '/') => {
                    [ANY_IN_SEGMENT, MANY_IN_SEGMENT]
                }
                Some(_) | None if extended && number == last => [ANY_IN_SEGMENT, MANY_IN_SEGMENT],
                Some(_) | None => [ANY, MANY],
            }),
        }
    }
    out
}

fn has(grammar: &catalogue::Grammar, symbol: char) -> bool {
    (grammar.chars.iter()).any(|&(first, last)| first <= symbol && symbol <= last)
}

/// The tokens and an example of an ARN on record.
fn pseudo(service: &str, region: bool, account: bool, resource: &str) -> (Vec<u32>, String) {
    let mut out = head(service);
    for there in [region, account] {
        if there {
            out.extend([ANY_IN_FIELD, MANY_IN_FIELD]);
        }
        out.push(colon());
    }
    for symbol in resource.chars() {
        if symbol == '\u{1}' {
            out.push(MANY);
        } else {
            out.push(u32::from(symbol));
        }
    }
    let plain = alloc::format!(
        "arn:aws:{service}:{}:{}:{}",
        if region { "us-east-1" } else { "" },
        if account { "123456789012" } else { "" },
        resource.replace('\u{1}', "")
    );
    (out, plain)
}

/// The ARN with an account, a region, and a partition that people know in the fields that say nothing, and then with other
/// regions that there are.
pub(crate) fn usual(text: &str) -> impl Iterator<Item = String> + use<'_> {
    let fields: Vec<&str> = text.splitn(6, ':').collect();
    let region = fields.get(3).copied().unwrap_or_default();
    let is_known = region.is_empty()
        || (catalogue::partitions().iter())
            .flat_map(|partition| partition.regions)
            .any(|known| known.name == region);
    let partitions =
        (catalogue::partitions().iter()).map(|partition| plain_in(text, partition.name));
    let regions = (catalogue::partitions().iter())
        .filter(move |_| !is_known)
        .flat_map(|partition| {
            partition
                .regions
                .iter()
                .map(move |region| (partition, region))
        })
        .map(|(partition, region)| {
            let plain = plain_in(text, partition.name);
            let mut fields: Vec<&str> = plain.splitn(6, ':').collect();
            if let [_, own, _, field, ..] = &mut fields[..] {
                *field = region.name;
                if *own == "aws" {
                    *own = partition.name;
                }
            }
            fields.join(":")
        });
    partitions.chain(regions)
}

/// The same for an ARN of this partition.
pub(crate) fn plain_in(text: &str, usual: &str) -> String {
    let fields: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", partition, service, region, account, resource] = fields[..] else {
        return String::from(text);
    };
    let made_up = |field: &str| {
        let mut symbols = field.chars();
        symbols
            .next()
            .is_some_and(|first| symbols.all(|symbol| symbol == first))
    };
    alloc::format!(
        "arn:{}:{service}:{}:{}:{resource}",
        if made_up(partition) || is_no_partition(partition) {
            usual
        } else {
            partition
        },
        if made_up(region) { "us-east-1" } else { region },
        if made_up(account) {
            "123456789012"
        } else {
            account
        },
    )
}

/// Whether it is the beginning of the name of a partition with something made up behind it.
fn is_no_partition(name: &str) -> bool {
    name.starts_with("aws") && catalogue::partition(name).is_none()
}
