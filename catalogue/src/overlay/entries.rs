//! The entries of the files, each with its reader.

use std::collections::BTreeMap;

use crate::Error;
use crate::json::{Node, Notes};

/// How policies and requests name the resources of a type.
#[derive(Debug)]
pub(crate) struct Written {
    /// What a policy has after the ARN.
    pub(crate) policy: String,
    /// What a request has after the ARN.
    pub(crate) request: String,
    /// The type of what belongs to such a resource.
    pub(crate) within: String,
    /// The actions on the type that compare the ARN as it is.
    pub(crate) except: Vec<String>,
}

impl Written {
    pub(super) fn read(node: &Node<'_>) -> Result<Self, Error> {
        let text = |name: &str| Ok(node.field(name)?.text()?.to_owned());
        Ok(Self {
            policy: text("policy")?,
            request: text("request")?,
            within: text("within")?,
            except: node.texts("except")?,
        })
    }
}

#[derive(Debug)]
pub(crate) struct Lifecycle {
    pub(crate) feature: String,
    pub(crate) ended: bool,
    pub(crate) date: String,
    pub(crate) evidence: String,
}

pub(super) fn read_lifecycle(node: &Node<'_>) -> Result<Lifecycle, Error> {
    let (ended, date) = match (
        node.optional("ended")?,
        node.optional("closed_to_new_customers")?,
    ) {
        (Some(date), None) => (true, date),
        (None, Some(date)) => (false, date),
        _ => return Err(node.error("expected either `ended` or `closed_to_new_customers`")),
    };
    let date = read_date(&date)?;
    let evidence = node.field("evidence")?;
    if !evidence.text()?.starts_with("https://") {
        // The documentation of the action links to it.
        return Err(evidence.error("expected the address of a page"));
    }
    Ok(Lifecycle {
        feature: node.field("feature")?.text()?.to_owned(),
        ended,
        date,
        evidence: evidence.text()?.to_owned(),
    })
}

/// ARN formats of a resource type, and what the service reference does not know to work on it.
#[derive(Debug)]
pub(crate) struct Formats {
    pub(super) formats: Vec<String>,
    /// Actions that work on this type as well as on those that the service reference lists for them.
    pub(super) actions: Vec<String>,
}

/// A condition key that the service reference leaves out of some actions, or altogether.
#[derive(Debug)]
pub(crate) struct MoreKey {
    pub(super) types: Vec<String>,
    /// The actions whose requests have it.
    pub(super) actions: Vec<String>,
}

/// What AWS evaluates an action as that has no resource types.
#[derive(Debug)]
pub(crate) struct Pseudo {
    /// ARNs as in the service reference, or `*`.
    pub(crate) evaluated_as: Vec<String>,
    /// Whether the records leave no doubt.
    pub(crate) sure: bool,
    /// When the records are from: a day, or only its year.
    pub(crate) date: Option<String>,
}

pub(super) fn read_pseudo(node: &Node<'_>, notes: &mut Notes) -> Result<Pseudo, Error> {
    node.note_unknown(&["evaluated_as", "sure", "date"], notes)?;
    let evaluated_as = node.texts("evaluated_as")?;
    for text in &evaluated_as {
        if pseudo_form(text).is_none() {
            return Err(node.error(format!("`{text}` is neither `*` nor an ARN")));
        }
    }
    Ok(Pseudo {
        evaluated_as,
        sure: node.field("sure")?.flag()?,
        date: match node.optional("date")? {
            Some(date) => Some(date.text()?.to_owned()),
            None => None,
        },
    })
}

/// A resource as a variant of `PseudoForm` in the runtime.
pub(crate) fn pseudo_form(text: &str) -> Option<String> {
    if text == "*" {
        return Some("F::Star".to_owned());
    }
    let fields: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", _, service, region, account, resource] = fields[..] else {
        return None;
    };
    let mut open = String::new();
    let mut rest = resource;
    while let Some((before, behind)) = rest.split_once("${") {
        open.push_str(before);
        let (name, behind) = behind.split_once('}')?;
        // A path begins with a slash, which is all there is of it unless the request says more.
        open.push_str(if name == "PathPrefix" {
            "/\u{1}"
        } else {
            "\u{1}"
        });
        rest = behind;
    }
    open.push_str(rest);
    Some(format!(
        "F::Arn {{ service: {service:?}, region: {}, account: {}, resource: {open:?} }}",
        !region.is_empty(),
        !account.is_empty()
    ))
}

/// The prefixes of actions and condition keys, of all of AWS.
#[derive(Debug)]
pub(crate) struct Prefixes {
    /// Sorted.
    pub(crate) services: Vec<String>,
    /// Services that AWS's reference has had and has no longer. Sorted.
    pub(crate) retired: Vec<String>,
    /// Prefixes of condition keys that do not belong to a service. Sorted.
    pub(crate) keys: Vec<String>,
    /// Services in ARNs that are not a prefix of actions. Sorted.
    pub(crate) arns: Vec<String>,
}

pub(super) fn read_prefixes(node: &Node<'_>, notes: &mut Notes) -> Result<Prefixes, Error> {
    let known = [
        "as_of",
        "services",
        "newer",
        "retired",
        "key_prefixes",
        "arn_services",
    ];
    node.note_unknown(&known, notes)?;
    read_date(&node.field("as_of")?)?;
    let names = |field: &str| -> Result<Vec<String>, Error> {
        let entries = node.field(field)?.entries()?;
        let mut names = Vec::new();
        for (name, evidence) in entries {
            evidence.text()?;
            names.push(name.to_owned());
        }
        names.sort();
        Ok(names)
    };
    let retired = names("retired")?;
    let mut services = node.texts("services")?;
    services.extend(names("newer")?);
    services.sort();
    let both = (services.windows(2).find_map(|pair| match pair {
        [first, second] if first == second => Some(first),
        _ => None,
    }))
    .or_else(|| {
        retired
            .iter()
            .find(|name| services.binary_search(name).is_ok())
    });
    if let Some(name) = both {
        return Err(node.error(format!("`{name}` is listed twice")));
    }
    Ok(Prefixes {
        services,
        retired,
        keys: names("key_prefixes")?,
        arns: names("arn_services")?,
    })
}

#[derive(Debug)]
pub(crate) struct Grammar {
    /// Sorted, not touching.
    pub(crate) chars: Vec<(char, char)>,
    pub(crate) min: u16,
    pub(crate) max: u16,
    pub(crate) words: Vec<String>,
}

pub(super) fn read_grammar(node: &Node<'_>) -> Result<Grammar, Error> {
    let mut chars = Vec::new();
    for range in node.field("chars")?.items()? {
        let text = range.text()?;
        let all: Vec<char> = text.chars().collect();
        chars.push(match all[..] {
            [one] => (one, one),
            [first, '-', last] if first <= last => (first, last),
            _ => {
                return Err(range.error(format!(
                    "`{text}` is neither a character nor a range such as `a-z`"
                )));
            }
        });
    }
    chars.sort_unstable();
    let mut merged: Vec<(char, char)> = Vec::new();
    for (first, last) in chars {
        match merged.last_mut() {
            Some(end) if u32::from(first) <= u32::from(end.1) + 1 => end.1 = end.1.max(last),
            _ => merged.push((first, last)),
        }
    }
    let (min, max) = (node.field("min")?.number()?, node.field("max")?.number()?);
    if min > max {
        return Err(node.error(format!(
            "the least length {min} is above the greatest, {max}"
        )));
    }
    Ok(Grammar {
        chars: merged,
        min,
        max,
        words: node.texts("words")?,
    })
}

#[derive(Debug, Default, Clone)]
pub(crate) struct Variable {
    pub(crate) grammar: Option<String>,
    pub(crate) slashes: bool,
    pub(crate) example: Option<String>,
}

pub(super) fn read_variable(
    node: &Node<'_>,
    grammars: &BTreeMap<String, Grammar>,
) -> Result<Variable, Error> {
    let grammar = match node.optional("grammar")? {
        Some(name) if !grammars.contains_key(name.text()?) => {
            return Err(name.error(format!("there is no grammar `{}`", name.text()?)));
        }
        Some(name) => Some(name.text()?.to_owned()),
        None => None,
    };
    let example = match node.optional("example")? {
        Some(example) => Some(example.text()?.to_owned()),
        None => None,
    };
    Ok(Variable {
        grammar,
        slashes: node.flag_or_false("slashes")?,
        example,
    })
}

#[derive(Debug)]
pub(crate) struct GlobalKey {
    pub(crate) name: String,
    pub(crate) types: Vec<String>,
    pub(crate) multivalued: bool,
    pub(crate) sensitive: bool,
    pub(crate) declared: bool,
}

pub(super) fn read_global_key(node: &Node<'_>, notes: &mut Notes) -> Result<GlobalKey, Error> {
    let known = ["name", "types", "multivalued", "sensitive", "declared"];
    node.note_unknown(&known, notes)?;
    Ok(GlobalKey {
        name: node.field("name")?.text()?.to_owned(),
        types: node
            .field("types")?
            .items()?
            .iter()
            .map(|item| item.text().map(str::to_owned))
            .collect::<Result<_, _>>()?,
        multivalued: node.flag_or_false("multivalued")?,
        sensitive: node.flag_or_false("sensitive")?,
        declared: node.flag_or_false("declared")?,
    })
}

#[derive(Debug)]
pub(crate) struct Partition {
    pub(crate) name: String,
    /// Name, and whether Rekognition has an endpoint there.
    pub(crate) regions: Vec<(String, bool)>,
}

pub(super) fn read_partition(node: &Node<'_>) -> Result<Partition, Error> {
    let mut regions = node
        .field("regions")?
        .items()?
        .iter()
        .map(|region| {
            Ok((
                region.field("name")?.text()?.to_owned(),
                region.flag_or_false("rekognition")?,
            ))
        })
        .collect::<Result<Vec<_>, Error>>()?;
    regions.sort();
    Ok(Partition {
        name: node.field("name")?.text()?.to_owned(),
        regions,
    })
}

pub(super) fn read_action_names(node: &Node<'_>) -> Result<Vec<(String, String)>, Error> {
    (node.items()?.iter())
        .map(|item| {
            let text = item.text()?;
            let (service, name) = text.split_once(':').ok_or_else(|| {
                item.error(format!("`{text}` is no action such as `s3:GetObject`"))
            })?;
            Ok((service.to_owned(), name.to_owned()))
        })
        .collect()
}

/// Whether it is of the form `YYYY-MM-DD`.
pub(crate) fn is_date(text: &str) -> bool {
    let shape: String = text
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    shape == "0000-00-00"
}

pub(crate) fn read_date(node: &Node<'_>) -> Result<String, Error> {
    let text = node.text()?;
    if !is_date(text) {
        return Err(node.error(format!("`{text}` is no date of the form YYYY-MM-DD")));
    }
    Ok(text.to_owned())
}
