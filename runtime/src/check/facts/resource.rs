//! What an entry of `Resource` or `NotResource` means in the catalogue.

use alloc::string::String;
use alloc::vec::Vec;

use super::action::is_service_of_arns;
use super::{find_service, is_known_service};
use crate::arn::{Arn, ArnError};
use crate::catalogue::{
    self, ActionInfo, ArnField, ArnFormat, Piece, ResourceType, Service, facts as pages,
};
use crate::check::needs::Needs;
use crate::check::text;
use crate::glob;

/// One entry of `Resource` or `NotResource`.
pub(crate) struct ResourceFact<'d> {
    pub(crate) text: &'d str,
    pub(crate) kind: ResourceKind<'d>,
    /// Whether the ARN fits no format of its service. One rule is about that; to all others it could be anything.
    pub(crate) fits_nothing: bool,
    /// The formats that the ARN could be of, in the services that have such ARNs.
    pub(crate) formats: Vec<(&'static Service, &'static ResourceType, &'static ArnFormat)>,
    /// Whether the ARN is of these formats only when a `*` at the end of a field matches across its colon.
    pub(crate) spilled: bool,
    /// Whether the reference ties a type that the ARN could be of to none of its service's actions. Some action works on it,
    /// and nobody says which: to the rules about actions and resources it could be anything.
    pub(crate) untied: bool,
    /// Whether AWS has no service of that name. One rule is about that; to all others it could be anything.
    unheard: bool,
    /// The service of its ARN.
    pub(crate) home: Option<&'static Service>,
}

pub(crate) enum ResourceKind<'d> {
    /// `*`, or another text of wildcards alone.
    Any,
    Arn(Arn<'d>),
    Malformed(ArnError),
}

impl ResourceFact<'_> {
    /// Whether a resource of this type could match. True also for a text that is not an ARN: another rule is about that.
    pub(crate) fn could_be(&self, kind: &ResourceType) -> bool {
        let ResourceKind::Arn(arn) = &self.kind else {
            return true;
        };
        if self.fits_nothing || self.untied || self.unheard {
            return true;
        }
        for (_, own, _) in &self.formats {
            if core::ptr::eq(*own, kind) {
                return true;
            }
        }
        // All types that can have such an ARN were looked at above, unless the service is not in the catalogue, or the type has
        // ARNs of all services.
        for format in kind.formats {
            if (self.home.is_none() || format.service == "*") && arn.could_be(format) {
                return true;
            }
        }
        false
    }

    /// Whether nothing can be said about its type: all resources, or a text that other rules are about.
    pub(crate) const fn is_anything(&self) -> bool {
        self.fits_nothing
            || self.untied
            || self.unheard
            || !matches!(self.kind, ResourceKind::Arn(_))
    }

    /// Says what the entry has.
    pub(super) fn add_to(&self, has: &mut Needs) {
        match &self.kind {
            ResourceKind::Any => {}
            ResourceKind::Malformed(_) => has.add(Needs::NO_ARN),
            ResourceKind::Arn(arn) => {
                has.add(Needs::ARN);
                has.add_if(self.fits_nothing, Needs::MISFIT);
                let endpoint = self.endpoint(arn);
                has.add_if(endpoint.is_none(), Needs::ODD_FIELD);
                has.add_if(endpoint != Some(true), Needs::NO_ENDPOINT);
                let lesser =
                    arn.service() == "rekognition" && !pages::has_all_features(arn.region());
                has.add_if(lesser, Needs::LESSER_REGION);
            }
        }
    }

    /// Nothing when there may be something to say about a field before the resource part. Otherwise whether an ARN of
    /// Rekognition is in no region without it.
    fn endpoint(&self, arn: &Arn<'_>) -> Option<bool> {
        let home = self.home.filter(|home| home.prefix == arn.service())?;
        let partition = catalogue::partition(arn.partition())?;
        let (region, account) = (arn.region(), arn.account());
        for (_, _, format) in &self.formats {
            let has_region = format.region == ArnField::Variable && !region.is_empty();
            let has_account = format.account == ArnField::Variable && !account.is_empty();
            if !(has_region || (format.region == ArnField::Empty && region.is_empty()))
                || !(has_account || (format.account == ArnField::Empty && account.is_empty()))
            {
                return None;
            }
        }
        if !(matches!(account, "" | "*") || text::is_account(account)) {
            return None;
        }
        let is_rekognition = home.prefix == "rekognition";
        if matches!(region, "" | "*") {
            return Some(!is_rekognition || partition.name == "aws");
        }
        let region = partition.region(region)?;
        Some(!is_rekognition || region.rekognition)
    }

    pub(crate) const fn arn(&self) -> Option<&Arn<'_>> {
        match &self.kind {
            ResourceKind::Arn(arn) => Some(arn),
            ResourceKind::Any | ResourceKind::Malformed(_) => None,
        }
    }
}

impl<'d> ResourceFact<'d> {
    pub(super) fn of(text: &'d str) -> Self {
        let kind = resource(text);
        let (mut has_formats, mut formats, mut home) = (false, Vec::new(), None);
        let mut spilled = false;
        let mut unheard = false;
        let nested = matches!(&kind, ResourceKind::Arn(arn) if inner_of(arn).is_some());
        if let ResourceKind::Arn(arn) = &kind {
            home = find_service(arn.service());
            unheard = home.is_none() && is_unheard(arn.service());
        }
        if let ResourceKind::Arn(arn) = &kind
            && !unheard
            && !nested
        {
            for (of, kind) in types_of(home, arn.service()) {
                for format in kind.formats {
                    if may_have(home, of, format, arn.service()) {
                        has_formats = true;
                        if arn.resource_could_be(format) {
                            formats.push((of, kind, format));
                        }
                    }
                }
            }
            // Field by field first: what only a star across colons reaches is hardly ever what was meant.
            if has_formats && formats.is_empty() {
                for (of, kind) in types_of(home, arn.service()) {
                    for format in kind.formats {
                        if may_have(home, of, format, arn.service()) && arn.spilled_could_be(format)
                        {
                            formats.push((of, kind, format));
                        }
                    }
                }
                spilled = !formats.is_empty();
                has_formats = spilled || !is_pseudo(arn);
            }
        }
        // A name may look like the type of another format. The fields before it tell them apart, unless they fit none.
        if let ResourceKind::Arn(arn) = &kind
            && !spilled
            // A star before them may match across their colons.
            && !text::is_open(arn.service())
            && (formats.iter()).any(|(of, _, format)| of.reviewed && has_fields_of(arn, format))
        {
            formats.retain(|(of, _, format)| !of.reviewed || has_fields_of(arn, format));
        }
        let is_path = match (&kind, home) {
            (ResourceKind::Arn(arn), Some(home)) if formats.is_empty() => is_path(arn, home),
            _ => false,
        };
        Self {
            text,
            kind,
            // Only a service of the catalogue has all its formats here.
            fits_nothing: (home.is_some() && has_formats && formats.is_empty() && !is_path)
                || nested,
            // Of reviewed services, someone has looked up what such types are for.
            untied: is_path
                || (formats.iter()).any(|(of, kind, format)| {
                    !of.reviewed && !is_tied(of, kind) && !is_tied_at_home(home, &formats, format)
                }),
            formats,
            spilled,
            unheard,
            home,
        }
    }
}

/// Whether the resource part is a path of the service's API, `/workspaces`, where the reference does not list ARNs with such paths, or
/// one of them continues it. Requests that create something are checked against the path of all, as AWS's own policies show:
/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSageMakerHyperPodObservabilityAdminAccess.html>.
fn is_path(arn: &Arn<'_>, home: &'static Service) -> bool {
    let resource = arn.resource();
    if home.reviewed || !resource.starts_with('/') {
        return false;
    }
    let mut none = true;
    for (_, kind) in types_of(Some(home), arn.service()) {
        for format in kind.formats {
            if let Some(Piece::Literal(literal)) = format.resource.first()
                && literal.starts_with('/')
            {
                none = false;
                let rest = literal.strip_prefix(resource);
                if rest.is_some_and(|rest| rest.starts_with('/')) {
                    return true;
                }
            }
        }
    }
    none
}

/// What has been written into an ARN as if it were a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Inner {
    Arn,
    Url,
}

/// An ARN or a URL where an ARN should have a name, and where it begins in the resource part: at its start, or after the type, as in
/// `table/arn:aws:..`. The key of an object may hold anything.
pub(crate) fn inner_of(arn: &Arn<'_>) -> Option<(usize, Inner)> {
    let resource = arn.resource();
    let found = |at: usize| {
        let text = resource.get(at..)?;
        if text.starts_with("https://") {
            Some((at, Inner::Url))
        } else if text.starts_with("arn:") && Arn::parse(text).is_ok() {
            Some((at, Inner::Arn))
        } else {
            None
        }
    };
    let is_type = |at: usize| {
        let head = resource.get(..at).unwrap_or_default();
        (formats_of(arn.service()).iter()).any(|(_, _, format)| {
            matches!(format.resource.first(), Some(Piece::Literal(literal)) if literal.starts_with(head))
        })
    };
    let is_separator = |byte: &u8| matches!(byte, b'/' | b':');
    let name = text::position(resource, is_separator)? + 1;
    found(0).or_else(|| found(name).filter(|_| is_type(name)))
}

/// Whether the region and the account are there, or are empty, as in the format.
fn has_fields_of(arn: &Arn<'_>, format: &ArnFormat) -> bool {
    let fits = |text: &str, field: ArnField<'_>| match field {
        ArnField::Empty => text.is_empty() || text::is_open(text),
        ArnField::Variable => !text.is_empty(),
        ArnField::Any | ArnField::Fixed(_) => true,
    };
    fits(arn.region(), format.region) && fits(arn.account(), format.account)
}

/// Whether a service field is a name that AWS does not have.
fn is_unheard(service: &str) -> bool {
    let is_open = service.is_empty() || service.contains(['*', '?', '$']);
    !is_open && !is_service_of_arns(&service.to_ascii_lowercase())
}

/// Whether some action of the service works on the resource type.
fn is_tied(service: &Service, kind: &ResourceType) -> bool {
    let of_kind = |index: u16| {
        let own = service.resources.get(usize::from(index));
        own.is_some_and(|own| core::ptr::eq(own, kind))
    };
    (service.actions.iter())
        .flat_map(|action| action.resources)
        .any(|resource| of_kind(resource.index))
}

/// Whether the service of the ARN lists the same format, of a type that its actions work on: `route53` lists VPCs too.
fn is_tied_at_home(
    home: Option<&'static Service>,
    formats: &[(&'static Service, &'static ResourceType, &'static ArnFormat)],
    format: &ArnFormat,
) -> bool {
    let Some(home) = home else {
        return false;
    };
    (formats.iter()).any(|(of, kind, own)| {
        core::ptr::eq(*of, home) && own.text == format.text && is_tied(of, kind)
    })
}

/// Whether an entry of `Resource` matches what an action is evaluated as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Use {
    /// It does not.
    Dead,
    /// AWS does not document it, and it may.
    Undocumented,
    /// It does, or nothing is known of the action.
    Works,
}

impl ResourceFact<'_> {
    /// Whether an action without resource types may be evaluated as something that the entry matches: AWS documents `*` for
    /// all of these, and checks many of them against an ARN.
    pub(crate) fn use_without_type(&self, service: &Service, info: &ActionInfo) -> Use {
        let ResourceKind::Arn(arn) = &self.kind else {
            return Use::Works;
        };
        if self.unheard {
            return Use::Works;
        }
        if !glob::matches(arn.service(), service.prefix, true) {
            return Use::Dead;
        }
        let record = catalogue::pseudo_resource(service.prefix, info.name);
        let arns = record.map_or(&[][..], |record| record.evaluated_as).iter();
        let mut forms = arns.filter_map(|text| Arn::parse(text).ok());
        let matches = forms.any(|form| arn.resource_could_match(form.resource()));
        let may_be = match record {
            Some(record) if record.sure => return if matches { Use::Works } else { Use::Dead },
            // Records that leave a doubt: all of the service is still possible.
            Some(_) => matches || is_whole(arn),
            None => {
                is_whole(arn)
                    || (!is_evaluated_as_star(service)
                        && (is_whole_type(arn, service) || self.may_be_created(service, info)))
            }
        };
        if may_be { Use::Undocumented } else { Use::Dead }
    }
}

impl ResourceFact<'_> {
    /// Whether the action may create what the ARN names, in a service of which nobody has looked up what such actions are
    /// evaluated as: `eks:CreateCluster` is on the ARN of the cluster.
    fn may_be_created(&self, service: &Service, info: &ActionInfo) -> bool {
        const VERBS: [&str; 8] = [
            "Allocate", "Copy", "Create", "Import", "Publish", "Put", "Register", "Restore",
        ];
        !service.reviewed
            && VERBS.iter().any(|verb| info.name.starts_with(verb))
            && (self.formats.iter()).any(|(of, _, _)| of.prefix == service.prefix)
    }
}

/// Whether the ARN is what some action without resource types is evaluated as.
fn is_pseudo(arn: &Arn<'_>) -> bool {
    (catalogue::pseudo_resources(arn.service()))
        .flat_map(|record| record.evaluated_as)
        .filter_map(|text| Arn::parse(text).ok())
        .any(|form| arn.resource_could_match(form.resource()))
}

/// Whether the ARN names everything in its service.
fn is_whole(arn: &Arn<'_>) -> bool {
    glob::matches(arn.resource(), "*", false)
}

/// Whether the ARN names everything of a resource type, as AWS writes it when a request names none: `table/*`, `app/`,
/// `log-group::log-stream:`.
fn is_whole_type(arn: &Arn<'_>, service: &Service) -> bool {
    let formats = (service.resources.iter()).flat_map(|kind| kind.formats);
    // The first letter tells nearly all.
    let first = arn.resource().bytes().next();
    let begins = |format: &ArnFormat| match (format.resource.first(), first) {
        (Some(Piece::Literal(literal)), Some(first)) if !matches!(first, b'*' | b'?') => {
            literal.bytes().next() == Some(first)
        }
        _ => true,
    };
    for format in formats.filter(|format| begins(format) && format.service == service.prefix) {
        for (fill, whole) in [("*", true), ("*", false), ("", true), ("", false)] {
            let mut text = String::new();
            for piece in format.resource {
                match piece {
                    Piece::Literal(literal) => text += literal,
                    Piece::Variable(_) => {
                        text += fill;
                        if !whole {
                            break;
                        }
                    }
                }
            }
            if glob::matches(arn.resource(), &text, false) {
                return true;
            }
        }
    }
    false
}

/// Whether all actions of the service that are on record are evaluated as `*`.
pub(crate) fn is_evaluated_as_star(service: &Service) -> bool {
    let mut some = false;
    for record in catalogue::pseudo_resources(service.prefix) {
        let info = (service.actions)
            .binary_search_by(|info| info.name.cmp(record.action))
            .ok()
            .and_then(|index| service.actions.get(index));
        if info.is_some_and(|info| info.resources_disputed) {
            continue;
        }
        if record.evaluated_as != ["*"] {
            return false;
        }
        some = true;
    }
    some
}

/// The ARN formats of a service, as the service field of an ARN names it, each text once. Nothing for a service whose
/// feature is off: what another service says about its ARNs is not all of them.
pub(crate) fn formats_of(
    service: &str,
) -> Vec<(&'static Service, &'static ResourceType, &'static ArnFormat)> {
    let mut formats: Vec<(_, _, &ArnFormat)> = Vec::new();
    let home = find_service(service);
    for (of, kind) in types_of(home, service) {
        for format in kind.formats {
            let known = |(_, _, known): &(_, _, &ArnFormat)| known.text == format.text;
            if may_have(home, of, format, service) && !formats.iter().any(known) {
                formats.push((of, kind, format));
            }
        }
    }
    formats
}

/// The resource types that may have ARNs with this service field: those of the service itself, and those that other
/// services list of it. A pattern, or a name that the catalogue does not have, asks for those of all services.
fn types_of(
    home: Option<&'static Service>,
    service: &str,
) -> impl Iterator<Item = (&'static Service, &'static ResourceType)> {
    let searched = match home {
        Some(_) => &[],
        None if is_known_service(service) => &[],
        None => catalogue::services(),
    };
    let own = home.into_iter().chain(searched.iter().copied());
    let borrowed = home
        .into_iter()
        .flat_map(|home| catalogue::borrowed(home.prefix));
    own.flat_map(|of| of.resources.iter().map(move |kind| (of, kind)))
        .chain(borrowed)
}

/// Whether the ARN may be of this format of a type. Of a type of another service, only the formats count that name the service.
fn may_have(
    home: Option<&'static Service>,
    of: &'static Service,
    format: &ArnFormat,
    service: &str,
) -> bool {
    let borrowed = home.is_some_and(|home| !core::ptr::eq(home, of));
    is_of(format, service) && !(borrowed && format.service == "*")
}

/// Whether ARNs of the format may have this service field.
fn is_of(format: &ArnFormat, service: &str) -> bool {
    format.is_of(service) || glob::matches(service, format.service, true)
}

fn resource(text: &str) -> ResourceKind<'_> {
    if text::is_star(text) {
        return ResourceKind::Any;
    }
    match Arn::parse(text) {
        Ok(arn) => ResourceKind::Arn(arn),
        Err(error) => ResourceKind::Malformed(error),
    }
}
