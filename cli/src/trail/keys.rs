//! What a record proves about condition keys.
//!
//! A key is known, certainly absent, or unknown, and unknown is what everything is that no rule here is about. See
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>.

use std::borrow::Cow;
use std::net::IpAddr;

use super::caller::{Caller, CallerKind};
use super::members::{each_member, is_hidden, member, scalar, texts};
use super::record::Record;
use super::scan::Scan;
use crate::trail::calls;

/// What a record says about a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Status<'t> {
    Known(Vec<Cow<'t, str>>),
    /// The request did not have it.
    Absent,
    Unknown,
    /// It follows from the caller or the resource, which the evaluator knows.
    Derived,
}

/// The request that the keys are about: a record may lead to several.
#[derive(Debug, Clone, Copy)]
pub(crate) struct About<'t> {
    /// The prefix of the service of the event.
    pub(crate) service: &'t str,
    /// `iam:PassRole` for these services.
    pub(crate) passed_to: Option<&'t [&'static str]>,
    /// Whether the account of the resource is known.
    pub(crate) has_owner: bool,
}

fn known<'t>(value: impl Into<Cow<'t, str>>) -> Status<'t> {
    all_known(vec![value.into()])
}

/// These values, unless CloudTrail does not show one of them.
fn all_known(values: Vec<Cow<'_, str>>) -> Status<'_> {
    match values.iter().any(|value| is_hidden(value)) {
        true => Status::Unknown,
        false => Status::Known(values),
    }
}

fn or_unknown<'t>(value: Option<&'t str>) -> Status<'t> {
    value.map_or(Status::Unknown, known)
}

/// What a record says about a key, whose name is in small letters.
pub(crate) fn status<'t>(
    record: &'t Record<'_>,
    caller: &'t Caller<'_>,
    about: About<'t>,
    key: &str,
) -> Status<'t> {
    match of_record(record, caller, about, key) {
        // Enriched events have what IAM evaluated.
        Status::Unknown => enriched(record, key),
        status => status,
    }
}

fn of_record<'t>(
    record: &'t Record<'_>,
    caller: &'t Caller<'_>,
    about: About<'t>,
    key: &str,
) -> Status<'t> {
    let identity = &record.identity;
    let session = identity.session.as_ref();
    // Records of the console name it although nobody but the user of the console made the call, from their own address.
    let by_console = (identity.invoked_by.as_deref()).is_some_and(calls::is_console)
        && (record.address.as_deref()).is_some_and(|address| address.parse::<IpAddr>().is_ok());
    let forwarded = identity.invoked_by.is_some() && !by_console;
    // Of a call that a service made, the record has the address and the program of the service.
    let direct = !forwarded && caller.kind != CallerKind::Service;
    // Long-term credentials have no session, and what a session has is not in the request.
    let long_term = caller.kind == CallerKind::User
        && session.is_none()
        && identity
            .access_key
            .as_deref()
            .is_some_and(|key| key.starts_with("AKIA"));
    let of_session = |value: Option<&'t str>| match value {
        Some(value) => known(value),
        None if long_term => Status::Absent,
        None => Status::Unknown,
    };
    match key {
        // Nobody signed in, so there is no principal that could be in an organization or have tags.
        key if caller.kind == CallerKind::Anyone
            && (key.starts_with("aws:principalorg") || key.starts_with("aws:principaltag/")) =>
        {
            Status::Absent
        }
        "aws:requestedregion" => or_unknown(record.region.as_deref()),
        "aws:currenttime" | "aws:epochtime" => {
            or_unknown(record.time.as_deref().filter(|time| time.ends_with('Z')))
        }
        "aws:useragent" if direct && !by_console => {
            let agent = record.agent.as_deref().filter(|agent| agent.len() < 1000);
            // S3 prints it in brackets.
            or_unknown(agent.map(|agent| {
                (agent
                    .strip_prefix('[')
                    .and_then(|agent| agent.strip_suffix(']')))
                .unwrap_or(agent)
            }))
        }
        "aws:sourceip" | "aws:vpcsourceip" | "aws:sourcevpce" | "aws:vpceaccount"
        | "aws:sourcevpc" | "aws:sourcevpcarn" | "aws:vpceorgid" | "aws:vpceorgpaths" => {
            network(record, direct, key)
        }
        "aws:securetransport" => match record.tls || has_cipher(record) {
            true => known("true"),
            // How services talk to each other is not documented.
            false if calls::only_https(about.service) && caller.kind != CallerKind::Service => {
                known("true")
            }
            false => Status::Unknown,
        },
        "aws:viaawsservice" => match (forwarded, caller.kind) {
            (false, _) | (true, CallerKind::Service) => known("false"),
            (true, _) if caller.is_service_linked() => known("false"),
            // Nobody but their caller has credentials of a user.
            (true, CallerKind::User | CallerKind::Root | CallerKind::Federated) => known("true"),
            // It may be a service role, which a service uses for itself.
            (true, _) => Status::Unknown,
        },
        "aws:calledvia" | "aws:calledviafirst" | "aws:calledvialast" => match direct {
            true => Status::Absent,
            false => Status::Unknown,
        },
        "aws:sourcearn" => match identity.scope_arn.as_deref() {
            Some(arn) => known(arn),
            None if direct => Status::Absent,
            None => Status::Unknown,
        },
        "aws:sourceaccount" => match identity.scope_account.as_deref() {
            Some(account) => known(account),
            None if direct => Status::Absent,
            None => Status::Unknown,
        },
        "aws:principalarn" => match caller.kind {
            CallerKind::Session { role: true } => known(caller.owner.as_ref()),
            CallerKind::Session { role: false } => Status::Derived,
            CallerKind::User | CallerKind::Federated | CallerKind::Root => {
                known(caller.principal.as_ref())
            }
            CallerKind::Account => Status::Unknown,
            CallerKind::Anyone | CallerKind::Service | CallerKind::Provider => Status::Derived,
        },
        "aws:principalaccount" | "aws:principalisawsservice" | "aws:principalservicename" => {
            Status::Derived
        }
        "aws:principaltype" | "aws:principalservicenameslist" => match caller.kind {
            CallerKind::Account => Status::Unknown,
            _ if key.ends_with("list") => Status::Unknown,
            _ => Status::Derived,
        },
        "aws:userid" => match (identity.id.as_deref(), caller.kind) {
            (Some(id), CallerKind::User | CallerKind::Session { .. } | CallerKind::Federated) => {
                known(id)
            }
            (_, CallerKind::Account) => Status::Unknown,
            _ => Status::Derived,
        },
        "aws:username" => match (identity.user.as_deref(), caller.kind) {
            (_, CallerKind::Account) => Status::Unknown,
            (Some(name), CallerKind::User) => known(name),
            _ => Status::Derived,
        },
        "aws:resourceaccount" => match about.has_owner {
            true => Status::Derived,
            false => Status::Unknown,
        },
        "aws:multifactorauthpresent" => of_session(
            session
                .and_then(|session| session.mfa.as_deref())
                .filter(|value| matches!(*value, "true" | "false")),
        ),
        "aws:multifactorauthage" => match session.and_then(|session| session.mfa.as_deref()) {
            Some("false") => Status::Absent,
            _ => of_session(None),
        },
        "aws:tokenissuetime" => of_session(session.and_then(|session| session.created.as_deref())),
        "aws:sourceidentity" => {
            of_session(session.and_then(|session| session.source_identity.as_deref()))
        }
        "aws:federatedprovider" => {
            of_session(session.and_then(|session| session.federated.as_deref()))
        }
        "aws:assumedroot" => {
            of_session(session.and_then(|session| session.assumed_root.as_deref()))
        }
        "ec2:roledelivery" => {
            of_session(session.and_then(|session| session.role_delivery.as_deref()))
        }
        "iam:passedtoservice" => match about.passed_to {
            Some([only]) => known(*only),
            Some(_) => Status::Unknown,
            None => Status::Absent,
        },
        "aws:tagkeys" if about.passed_to.is_none() => tags(record, None),
        key if about.passed_to.is_none() && key.starts_with("aws:requesttag/") => {
            tags(record, key.split_once('/').map(|(_, tag)| tag))
        }
        key => match (key.split_once(':'), about.passed_to) {
            // Keys of a service are about its own call.
            (Some((service, name)), None) if service == about.service => {
                of_service(record, direct, service, name)
            }
            _ if caller.kind == CallerKind::Provider => provider(record, caller, key),
            _ => Status::Unknown,
        },
    }
}

/// Where a call came from. See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-network-properties>.
fn network<'t>(record: &'t Record<'_>, direct: bool, key: &str) -> Status<'t> {
    if !direct {
        return Status::Unknown;
    }
    let address = record
        .address
        .as_deref()
        .filter(|text| text.parse::<IpAddr>().is_ok());
    // It may also be the name of a service, or `AWS Internal`.
    if let Some(endpoint) = record
        .endpoint
        .as_deref()
        .filter(|id| id.starts_with("vpce-"))
    {
        return match key {
            "aws:sourceip" => Status::Absent,
            "aws:vpcsourceip" => or_unknown(address),
            "aws:sourcevpce" => known(endpoint),
            "aws:vpceaccount" => or_unknown(record.endpoint_account.as_deref()),
            // A request through an endpoint has them, and no record does.
            _ => Status::Unknown,
        };
    }
    let Some(text) = address else {
        return Status::Unknown;
    };
    let is_public = record.endpoint.is_none()
        && has_endpoints(record.version.as_deref())
        && text.parse().is_ok_and(is_public);
    match (key, is_public) {
        ("aws:sourceip", true) => known(text),
        (_, true) => Status::Absent,
        // A private address without an endpoint: nobody knows which way it took.
        (_, false) => Status::Unknown,
    }
}

/// Whether an address is not one of a private network.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !address.is_private() && !address.is_link_local(),
        IpAddr::V6(address) => !address.is_unique_local() && !address.is_unicast_link_local(),
    }
}

/// Whether records of a version have `vpcEndpointId`: since 1.04. The second number is a number: 1.10 is after 1.9.
fn has_endpoints(version: Option<&str>) -> bool {
    let number = version.and_then(|version| {
        let (major, minor) = version.split_once('.')?;
        Some((major.parse::<u32>().ok()?, minor.parse::<u32>().ok()?))
    });
    number.is_some_and(|number| number >= (1, 4))
}

/// Whether S3 says that the call was encrypted.
fn has_cipher(record: &Record<'_>) -> bool {
    (record.additional.as_deref()).is_some_and(|json| member(json, "CipherSuite").is_some())
}

/// The tags of a request: all keys, or the value of one.
fn tags<'t>(record: &'t Record<'_>, wanted: Option<&str>) -> Status<'t> {
    let Some(parameters) = record.parameters.as_deref() else {
        return Status::Unknown;
    };
    if let Some(keys) = member(parameters, "tagKeys").and_then(texts) {
        return match wanted {
            Some(_) => Status::Absent,
            None => all_known(keys),
        };
    }
    let mut found: Option<Vec<(Cow<'t, str>, Cow<'t, str>)>> = None;
    let mut doubt = false;
    let read = each_member(parameters, |name, value| {
        if name.eq_ignore_ascii_case("tags") {
            match pairs(value) {
                Some(pairs) => found = Some(pairs),
                None => doubt = true,
            }
        } else if name.to_ascii_lowercase().contains("tag") {
            // Tags by another name.
            doubt = true;
        }
    });
    match (found, wanted) {
        _ if doubt || read.is_err() => Status::Unknown,
        (None, _) => Status::Absent,
        (Some(pairs), None) => all_known(pairs.into_iter().map(|(key, _)| key).collect()),
        (Some(pairs), Some(wanted)) => {
            let value = (pairs.into_iter()).find(|(key, _)| key.eq_ignore_ascii_case(wanted));
            value.map_or(Status::Absent, |(_, value)| known(value))
        }
    }
}

/// Keys and values: `{"team":"doors"}` or `[{"key":"team","value":"doors"}]`.
fn pairs(json: &str) -> Option<Vec<(Cow<'_, str>, Cow<'_, str>)>> {
    let mut found = Vec::new();
    if json.starts_with('{') {
        let mut whole = true;
        each_member(json, |key, value| match scalar(value) {
            Some(value) => found.push((key, value)),
            None => whole = false,
        })
        .ok()?;
        return whole.then_some(found);
    }
    let mut scan = Scan::new(json);
    scan.open(b'[').ok()?;
    if scan.closes(b']') {
        return Some(found);
    }
    loop {
        let item = scan.skip().ok()?;
        let part = |names: [&str; 2]| {
            (names.iter())
                .find_map(|name| member(item, name))
                .and_then(scalar)
        };
        let key = part(["key", "tagKey"])?;
        found.push((key, part(["value", "tagValue"]).unwrap_or_default()));
        if !scan.more(b']').ok()? {
            return Some(found);
        }
    }
}

/// What an enriched event says. See
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-context-events.html>.
fn enriched<'t>(record: &'t Record<'_>, key: &str) -> Status<'t> {
    let Some(context) = record.context.as_deref() else {
        return Status::Unknown;
    };
    if let Some(value) = member(context, "requestContext").and_then(|keys| member(keys, key)) {
        return texts(value).map_or(Status::Unknown, all_known);
    }
    let of_tags = |list: &str, tag: &str| {
        let tags = member(context, "tagContext").and_then(|tags| member(tags, list))?;
        let value = (pairs(tags)?.into_iter()).find(|(key, _)| key.eq_ignore_ascii_case(tag));
        value.map(|(_, value)| known(value))
    };
    let tag = key.strip_prefix("aws:principaltag/");
    // Which tags are recorded is configured, so that one that is not there may still exist.
    tag.and_then(|tag| of_tags("principalTags", tag))
        .unwrap_or(Status::Unknown)
}

/// The keys of an identity provider: `host:aud` and `host:sub` are in `principalId`, between and behind colons.
fn provider<'t>(record: &'t Record<'_>, caller: &Caller<'_>, key: &str) -> Status<'t> {
    // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html#STS-API-SAML-WIF
    if record.identity.kind.as_deref() == Some("SAMLUser") {
        return match key {
            "saml:sub" => or_unknown(record.identity.user.as_deref()),
            "saml:namequalifier" => {
                let qualifier = record.identity.provider.as_deref();
                or_unknown(qualifier.filter(|text| !text.starts_with("arn:")))
            }
            _ => Status::Unknown,
        };
    }
    // The ARN of a provider ends with its host.
    let host = match caller.principal.split_once(":oidc-provider/") {
        Some((_, host)) => host,
        None => caller.principal.as_ref(),
    };
    let name = (key.get(..host.len()))
        .filter(|start| start.eq_ignore_ascii_case(host))
        .and_then(|_| key.get(host.len()..)?.strip_prefix(':'));
    let identity = &record.identity;
    let (Some(name), Some(user)) = (name, identity.user.as_deref()) else {
        return Status::Unknown;
    };
    match name {
        "sub" => known(user),
        "aud" => {
            let audience = identity.id.as_deref().and_then(|id| {
                let id = id
                    .strip_prefix(caller.principal.as_ref())?
                    .strip_prefix(':')?;
                id.strip_suffix(user)?.strip_suffix(':')
            });
            or_unknown(audience)
        }
        _ => Status::Unknown,
    }
}

/// A key of the service that was called.
fn of_service<'t>(record: &'t Record<'_>, direct: bool, service: &str, name: &str) -> Status<'t> {
    let parameter = |member: &str| record.parameter(member).and_then(scalar).map(known);
    // The record has the members of the request, so that one that is not there was not given.
    let or_absent = |found: Option<Status<'t>>| match (found, &record.parameters) {
        (Some(status), _) => status,
        (None, Some(_)) => Status::Absent,
        (None, None) => Status::Unknown,
    };
    match (service, name) {
        ("sts", "rolesessionname") => or_absent(parameter("roleSessionName")),
        ("sts", "externalid") => or_absent(parameter("externalId")),
        ("sts", "durationseconds") => parameter("durationSeconds").unwrap_or(Status::Unknown),
        ("sts", "sourceidentity") => or_absent(parameter("sourceIdentity")),
        ("kms", "encryptionalgorithm") => {
            parameter("encryptionAlgorithm").unwrap_or(Status::Unknown)
        }
        ("kms", "viaservice") => match record.identity.invoked_by.as_deref() {
            _ if direct => Status::Absent,
            Some(by) => {
                let service = by
                    .strip_suffix(".amazonaws.com")
                    .filter(|name| !name.contains('.'));
                match (service, record.region.as_deref()) {
                    (Some(service), Some(region)) => {
                        known(format!("{service}.{region}.amazonaws.com"))
                    }
                    _ => Status::Unknown,
                }
            }
            None => Status::Unknown,
        },
        ("kms", "encryptioncontextkeys") => match record.parameter("encryptionContext") {
            Some(json) => pairs(json).map_or(Status::Unknown, |pairs| {
                all_known(pairs.into_iter().map(|(key, _)| key).collect())
            }),
            None => or_absent(None),
        },
        ("kms", name) if name.starts_with("encryptioncontext:") => {
            let wanted = name.split_once(':').map_or("", |(_, wanted)| wanted);
            match record.parameter("encryptionContext").map(pairs) {
                Some(Some(pairs)) => {
                    let value =
                        (pairs.into_iter()).find(|(key, _)| key.eq_ignore_ascii_case(wanted));
                    value.map_or(Status::Absent, |(_, value)| known(value))
                }
                Some(None) => Status::Unknown,
                None => or_absent(None),
            }
        }
        ("s3", "prefix" | "delimiter" | "max-keys") => or_absent(parameter(name)),
        ("s3", "versionid") => or_absent(parameter("versionId")),
        ("s3", name) if name.starts_with("x-amz-") => parameter(name).unwrap_or(Status::Unknown),
        _ => Status::Unknown,
    }
}

/// The keys with a name of their own in them that a record has a value for: tags, and the encryption context of KMS.
pub(crate) fn tag_keys<'r>(record: &'r Record<'_>) -> Vec<Cow<'r, str>> {
    let mut found = Vec::new();
    let mut add = |before: &str, json: Option<&'r str>| {
        let names = json.and_then(pairs).unwrap_or_default();
        found.extend(
            names
                .into_iter()
                .map(|(name, _)| Cow::Owned(format!("{before}{name}"))),
        );
    };
    add("aws:RequestTag/", record.parameter("tags"));
    add(
        "kms:EncryptionContext:",
        record.parameter("encryptionContext"),
    );
    let tags = (record.context.as_deref())
        .and_then(|context| member(context, "tagContext"))
        .and_then(|tags| member(tags, "principalTags"));
    add("aws:PrincipalTag/", tags);
    // Not in the service reference for every action of STS that carries it.
    if record.parameter("durationSeconds").is_some() {
        found.push(Cow::Borrowed("sts:DurationSeconds"));
    }
    found
}
