//! The least policy for a list of calls: grants by resource, and parameters where a value is not known.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use rekognition_iam_runtime::catalogue;

use super::call::{SdkCall, Unfollowed};
use super::needs::{self, Arg, Grant, Resource};
use super::reach;
use super::value::Origin;

/// The statements of a policy that is to be written.
#[derive(Debug, Default)]
pub(super) struct Least {
    pub(super) statements: Vec<Statement>,
    /// In the order in which a function takes them.
    pub(super) parameters: Vec<Parameter>,
    /// What the calls may need in addition to the statements.
    pub(super) unsure: Vec<Unfollowed>,
    /// What they need when a resource is configured so.
    pub(super) hints: BTreeSet<String>,
    /// Each permission with a place that needs it.
    pub(super) uses: Vec<Use>,
}

/// A permission that a call needs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Use {
    /// `rekognition:IndexFaces`
    pub(super) action: String,
    /// The ARN, with parameters in braces.
    pub(super) resource: String,
    pub(super) passed_to: Vec<&'static str>,
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) method: &'static str,
    pub(super) purpose: Option<&'static str>,
}

/// A statement that allows.
#[derive(Debug)]
pub(super) struct Statement {
    pub(super) service: &'static str,
    pub(super) actions: BTreeSet<&'static str>,
    pub(super) resources: Vec<Resource>,
    pub(super) passed_to: Vec<&'static str>,
    /// Who needs it: file, line, method and purpose.
    pub(super) sites: BTreeSet<(String, usize, String)>,
}

/// A value that is known only when the program runs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parameter {
    /// The name, after what the source calls the value.
    pub name: String,
    /// The type in `rekognition_iam::values`.
    pub kind: &'static str,
    /// How the source makes the values, with `*` for what is unknown: `photos/*.jpg`.
    pub like: Vec<String>,
}

/// Actions of one service under the same condition, with the resources and calls of each.
type ByAction = BTreeMap<
    (&'static str, Vec<&'static str>, &'static str),
    (Vec<Resource>, HashSet<String>, Sites),
>;
type Sites = BTreeSet<(String, usize, String)>;

/// The least policy that these calls need. `given` are values for parameters, by name.
pub(super) fn of(calls: &[SdkCall], given: &BTreeMap<String, String>) -> Least {
    let mut least = Least::default();
    let mut namer = Namer::default();
    let mut by_action = ByAction::new();
    for call in calls {
        let needs = needs::of(call);
        least.hints.extend(needs.hints);
        least
            .unsure
            .extend(needs.unsure.into_iter().map(|text| Unfollowed {
                file: call.file.clone(),
                line: call.line,
                column: call.column,
                text,
            }));
        for grant in needs.grants {
            let Grant {
                service,
                action,
                resources,
                passed_to,
                purpose,
                via: _,
            } = grant;
            let of_action = by_action.entry((service, passed_to.clone(), action));
            let (all, known, sites) = of_action.or_default();
            for resource in resources {
                let resource = namer.resource(resource, given);
                let text = reach::shown(&resource);
                least.uses.push(Use {
                    action: format!("{service}:{action}"),
                    resource: text.clone(),
                    passed_to: passed_to.clone(),
                    file: call.file.clone(),
                    line: call.line,
                    column: call.column,
                    method: call.op.method,
                    purpose,
                });
                let resource = namer.expressible(resource, given);
                // A program may name thousands.
                if known.insert(text) {
                    all.push(resource);
                }
            }
            let what = match purpose {
                Some(purpose) => format!("{}, {purpose}", call.op.method),
                None => call.op.method.to_owned(),
            };
            sites.insert((call.file.clone(), call.line, what));
        }
    }
    for ((service, passed_to, action), (mut resources, _, sites)) in by_action {
        if resources.contains(&Resource::Any) {
            resources = vec![Resource::Any];
        }
        resources.sort_by_cached_key(shown);
        let same = (least.statements.iter_mut()).find(|statement| {
            statement.service == service
                && statement.passed_to == passed_to
                && statement.resources == resources
        });
        match same {
            Some(statement) => {
                statement.actions.insert(action);
                statement.sites.extend(sites);
            }
            None => least.statements.push(Statement {
                service,
                actions: BTreeSet::from([action]),
                resources,
                passed_to,
                sites,
            }),
        }
    }
    // Rekognition first, then what it needs of others.
    least.statements.sort_by_cached_key(|statement| {
        (
            statement.service != "rekognition",
            statement.service,
            statement.resources.first().map(shown),
            statement.actions.first().copied(),
        )
    });
    least.parameters = namer.parameters(&least.statements);
    least.unsure.sort();
    least.unsure.dedup();
    least
}

/// A resource as text, to sort by.
fn shown(resource: &Resource) -> String {
    match resource {
        Resource::Any => String::new(),
        Resource::Text(text) => text.clone(),
        Resource::Open(arg) => arg_text(arg).to_owned(),
        Resource::Built {
            service,
            format,
            partition,
            args,
        } => {
            let args: Vec<&str> = args.iter().map(arg_text).collect();
            format!(
                "{service} {} {} {partition}",
                format.0.rust_name,
                args.join(" ")
            )
        }
    }
}

fn arg_text(arg: &Arg) -> &str {
    match arg {
        Arg::Text(text) => text,
        Arg::Open { hint, .. } => hint,
    }
}

/// Gives parameters their names.
#[derive(Debug, Default)]
struct Namer {
    /// By hint and kind: the values, each with its name.
    known: BTreeMap<(String, &'static str), Vec<Known>>,
    taken: BTreeSet<String>,
    like: BTreeMap<String, BTreeSet<String>>,
}

/// A value that has a name.
#[derive(Debug)]
struct Known {
    origin: Origin,
    /// How the source makes it.
    like: Option<String>,
    name: String,
}

impl Namer {
    fn resource(&mut self, resource: Resource, given: &BTreeMap<String, String>) -> Resource {
        match resource {
            Resource::Open(arg) => match self.arg(arg, given) {
                Arg::Text(text) if text == "*" => Resource::Any,
                Arg::Text(text) => Resource::Text(text),
                open => Resource::Open(open),
            },
            Resource::Built {
                service,
                format,
                partition,
                mut args,
            } => {
                // Keys of one bucket are one pattern, whatever each function calls them.
                if let [bucket, Arg::Open { hint, .. }] = args.as_mut_slice()
                    && service == "s3"
                {
                    *hint = format!("{}_key", arg_text(bucket));
                }
                Resource::Built {
                    service,
                    format,
                    partition,
                    args: args.into_iter().map(|arg| self.arg(arg, given)).collect(),
                }
            }
            other => other,
        }
    }

    /// The resource as the language has it: a service without a module has no constructors, and neither has a format that is newer
    /// than the module, so that an ARN that is not known in full is one parameter.
    fn expressible(&mut self, resource: Resource, given: &BTreeMap<String, String>) -> Resource {
        let Resource::Built {
            service,
            format,
            args,
            ..
        } = &resource
        else {
            return resource;
        };
        let Some(service) = catalogue::service(service)
            .filter(|service| !service.has_module || format.0.rust_name.is_empty())
        else {
            return resource;
        };
        let (text, open) = reach::text(&resource);
        if !open {
            return Resource::Text(text);
        }
        let kind = (service.resources.iter())
            .find(|kind| (kind.formats.iter()).any(|known| known.text == format.0.text));
        // What the source calls the value, or else the type of the resource.
        let named = args.iter().rev().find_map(|arg| match arg {
            Arg::Open { hint, kind, .. } => {
                let says =
                    !matches!(*kind, "Region" | "AccountId") && !hint.starts_with(&snake(kind));
                says.then_some(hint.as_str())
            }
            Arg::Text(_) => None,
        });
        let kind = || kind.map_or_else(String::new, needs::kind_name);
        let arg = Arg::Open {
            hint: format!("{}_arn", named.map_or_else(kind, str::to_owned)),
            kind: "Arn",
            like: Some(text),
            origin: Origin::Nameless,
        };
        match self.arg(arg, given) {
            Arg::Text(text) if text == "*" => Resource::Any,
            Arg::Text(text) => Resource::Text(text),
            open => Resource::Open(open),
        }
    }

    fn arg(&mut self, arg: Arg, given: &BTreeMap<String, String>) -> Arg {
        let Arg::Open {
            hint,
            kind,
            like,
            origin,
        } = arg
        else {
            return arg;
        };
        let name = self.name(&hint, kind, like.as_deref(), &origin);
        if let Some(text) = given.get(&name) {
            return Arg::Text(text.clone());
        }
        self.like.entry(name.clone()).or_default().extend(like);
        Arg::Open {
            hint: name,
            kind,
            like: None,
            origin: Origin::Nameless,
        }
    }

    /// The name of a value: the same for the same value, another for another value of the same name.
    fn name(
        &mut self,
        hint: &str,
        kind: &'static str,
        like: Option<&str>,
        origin: &Origin,
    ) -> String {
        let known = self
            .known
            .entry((identifier(hint, kind), kind))
            .or_default();
        // There is one region and account, and of the keys that a function reads the bucket is what tells them apart.
        let origin = match kind {
            "Region" | "AccountId" | "Pattern" => &Origin::Name,
            _ => origin,
        };
        // A value that is known in part is another one than a value of that name of which nothing is known.
        let same = |known: &&Known| known.origin == *origin && known.like.as_deref() == like;
        if let Some(known) = known.iter().find(same) {
            return known.name.clone();
        }
        let mut name = identifier(hint, kind);
        if self.taken.contains(&name) {
            name = match origin {
                Origin::Field(_, owner) | Origin::Of(owner) => {
                    format!("{}_{name}", identifier(owner, kind))
                }
                Origin::Name | Origin::Constant(_) | Origin::Nameless if known.is_empty() => {
                    format!("{name}_{}", snake(kind))
                }
                Origin::Name | Origin::Constant(_) | Origin::Nameless => name,
            };
        }
        let base = name.clone();
        let mut number = 2;
        while self.taken.contains(&name) {
            name = format!("{base}_{number}");
            number += 1;
        }
        self.taken.insert(name.clone());
        known.push(Known {
            origin: origin.clone(),
            like: like.map(str::to_owned),
            name: name.clone(),
        });
        name
    }

    /// The parameters that are left, the region and account first.
    fn parameters(&self, statements: &[Statement]) -> Vec<Parameter> {
        let mut used = BTreeSet::new();
        for resource in statements.iter().flat_map(|statement| &statement.resources) {
            let args = match resource {
                Resource::Built { args, .. } => args.as_slice(),
                Resource::Open(arg) => std::slice::from_ref(arg),
                Resource::Any | Resource::Text(_) => &[],
            };
            for arg in args {
                if let Arg::Open { hint, kind, .. } = arg {
                    let order = match *kind {
                        "Region" => 0,
                        "AccountId" => 1,
                        _ => 2,
                    };
                    used.insert((order, hint.clone(), *kind));
                }
            }
        }
        (used.into_iter())
            .map(|(_, name, kind)| Parameter {
                like: (self.like.get(&name).into_iter().flatten())
                    .cloned()
                    .collect(),
                name,
                kind,
            })
            .collect()
    }
}

/// What the source calls a value, as the name of a parameter.
fn identifier(hint: &str, kind: &'static str) -> String {
    let mut name = snake(&hint.replace(['-', '.', '*'], "_"));
    name.retain(|c| c.is_ascii_alphanumeric() || c == '_');
    let name = name.trim_matches('_').to_owned();
    let bad = name.is_empty()
        || name.starts_with(|c: char| c.is_ascii_digit())
        // Names that say nothing, or that the language gives another meaning.
        || matches!(name.as_str(), "id" | "name" | "value" | "arn" | "x" | "s" | "input" | "text")
        || syn::parse_str::<syn::Ident>(&name).is_err()
        || matches!(name.as_str(), "true" | "false" | "policy" | "allow" | "deny")
        || super::needs::is_service(&name);
    if bad && kind != "Arn" {
        snake(kind)
    } else if bad {
        format!("{}_arn", name.trim_end_matches("arn"))
            .trim_matches('_')
            .to_owned()
    } else {
        name
    }
}

/// `CollectionId` and `COLLECTION_ID` as `collection_id`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    let mut before_lower = false;
    for c in name.chars() {
        if c.is_uppercase() && before_lower {
            out.push('_');
        }
        before_lower = c.is_lowercase() || c.is_ascii_digit();
        out.extend(c.to_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_parameters() {
        for (hint, kind, expected) in [
            ("collection", "CollectionId", "collection"),
            ("COLLECTION", "CollectionId", "collection"),
            ("uploadBucket", "BucketName", "upload_bucket"),
            ("id", "CollectionId", "collection_id"),
            ("", "CollectionId", "collection_id"),
            ("type", "ProjectName", "project_name"),
            ("arn", "Arn", "arn"),
            ("s3", "Arn", "s3_arn"),
            ("r#in", "BucketName", "rin"),
            ("1st", "BucketName", "bucket_name"),
        ] {
            assert_eq!(identifier(hint, kind), expected, "{hint}");
        }
    }

    #[test]
    fn one_name_for_each_meaning() {
        let mut namer = Namer::default();
        let mut name = |hint, kind, like, origin: &Origin| namer.name(hint, kind, like, origin);
        let field = |number: usize| Origin::Field(number, format!("Type{number}").into());
        let of = |owner: &str| Origin::Of(owner.into());
        let plain = &Origin::Name;
        assert_eq!(name("target", "BucketName", None, plain), "target");
        assert_eq!(name("target", "BucketName", None, plain), "target");
        let other = name("target", "CollectionId", None, plain);
        assert_eq!(other, "target_collection_id");
        // Fields of two types are two values.
        assert_eq!(name("field", "BucketName", None, &field(1)), "field");
        assert_eq!(name("field", "BucketName", None, &field(2)), "type2_field");
        assert_eq!(name("field", "BucketName", None, &field(1)), "field");
        // So are what methods of two values give, a parameter, and what has no name in the source.
        assert_eq!(name("url", "QueueName", None, plain), "url");
        assert_eq!(name("url", "QueueName", None, &of("in")), "queue_name_url");
        assert_eq!(name("url", "QueueName", None, &of("out")), "out_url");
        assert_eq!(name("url", "QueueName", None, &Origin::Nameless), "url_2");
        // So are two texts, and a text and a value of which nothing is known.
        assert_eq!(name("bucket", "BucketName", Some("*-in"), plain), "bucket");
        assert_eq!(
            name("bucket", "BucketName", Some("*-out"), plain),
            "bucket_2"
        );
        assert_eq!(name("bucket", "BucketName", None, plain), "bucket_3");
        assert_eq!(name("bucket", "BucketName", Some("*-in"), plain), "bucket");
        assert_eq!(name("key", "Pattern", Some("a/*"), &of("x")), "key");
        assert_eq!(name("key", "Pattern", Some("a/*"), plain), "key");
        assert_eq!(name("key", "Pattern", Some("b/*"), plain), "key_2");
        // There is one region.
        assert_eq!(name("region", "Region", None, plain), "region");
        assert_eq!(name("region", "Region", None, &Origin::Nameless), "region");
    }
}
