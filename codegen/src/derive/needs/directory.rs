//! Directory buckets of S3, which have a service of their own: a session authorizes what is done to their objects.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-security-iam.html>

use std::collections::BTreeSet;

use rekognition_iam_runtime::catalogue;

use super::arn::{arg, built, unknown};
use super::resource::at;
use super::{Arg, Needs, Resource};
use crate::derive::call::SdkCall;

const SERVICE: &str = "s3express";
const SESSION: &str = "CreateSession";
/// What the name of each directory bucket ends with.
const END: &str = "--x-s3";

/// The name of the directory bucket that a resource of S3 is in.
fn bucket(resource: &Resource) -> Option<&str> {
    match resource {
        Resource::Built { service, args, .. } if *service == "s3" => match args.first() {
            Some(Arg::Text(name)) if name.ends_with(END) => Some(name),
            _ => None,
        },
        Resource::Built { .. } | Resource::Any | Resource::Text(_) | Resource::Open(_) => None,
    }
}

/// Replaces the permissions of S3 by those of directory buckets.
pub(super) fn replace(needs: &mut Needs) {
    let mut found: BTreeSet<(&'static str, String)> = BTreeSet::new();
    let express = catalogue::service(SERVICE);
    for grant in needs
        .grants
        .iter_mut()
        .filter(|grant| grant.service == "s3")
    {
        // What is done to a bucket has an action of the same name.
        let same = express.and_then(|service| service.action(grant.action));
        let action = same.map_or(SESSION, |action| action.name);
        grant.resources.retain(|resource| match bucket(resource) {
            Some(name) => {
                found.insert((action, name.to_owned()));
                false
            }
            None => true,
        });
    }
    needs.grants.retain(|grant| !grant.resources.is_empty());
    for (action, name) in found {
        add(action, Some(Arg::Text(name)), needs);
    }
}

/// A session that the program asks for itself.
pub(super) fn session(call: &SdkCall, needs: &mut Needs) {
    let buckets = at(call, &["bucket"]);
    if buckets.is_empty() {
        add(SESSION, None, needs);
    }
    for bucket in &buckets {
        let format = super::arn::format("s3", "bucket");
        let variable = format.and_then(|(_, format)| format.variables().next());
        add(
            SESSION,
            variable.map(|variable| arg(bucket, variable, "bucket")),
            needs,
        );
    }
}

fn add(action: &'static str, name: Option<Arg>, needs: &mut Needs) {
    let service = catalogue::service(SERVICE);
    let kind =
        service.and_then(|service| (service.resources.iter()).find(|kind| kind.name == "bucket"));
    let (Some(service), Some(format)) = (service, kind.and_then(|kind| kind.formats.first()))
    else {
        let whole = format!("{SERVICE}:{action}");
        let on = match &name {
            Some(Arg::Text(name)) => format!("the directory bucket `{name}`"),
            Some(Arg::Open { .. }) | None => "the directory bucket".to_owned(),
        };
        let text = format!("the call needs `{whole}` on {on}, which the catalogue does not have");
        return needs.unsure_of(&[&whole], text);
    };
    let resources = built(service, format, |variable| {
        vec![name.clone().unwrap_or_else(|| unknown(variable))]
    });
    needs.add_for(SERVICE, action, resources, Some("for the directory bucket"));
}
