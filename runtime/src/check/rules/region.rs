//! A rule about features of Rekognition that not every region has.

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use super::arn::is_plain;

use crate::catalogue::facts::Feature;
use crate::catalogue::generated::prose;
use crate::catalogue::{self, ActionInfo, Service, feature_of};
use crate::check::facts::{Facts, KeyFact, ResourceFact, StatementFacts};
use crate::check::rule::rules;
use crate::check::{Message, Sink, text};
use crate::condition::{Operator, SetOperator};

/// An action whose feature is missing somewhere.
type Missing = (&'static Service, &'static ActionInfo, &'static Feature);

/// The actions of a statement that are on the resource, of which none is in the region. An entry that represents several
/// counts when none of them is.
fn missing(
    statement: &StatementFacts<'_>,
    resource: Option<&ResourceFact<'_>>,
    is_in: &dyn Fn(&Feature) -> bool,
) -> Vec<Missing> {
    let mut found = Vec::new();
    for action in &statement.actions {
        let Some((service, infos)) = action.kind.known() else {
            continue;
        };
        if service.prefix != "rekognition" {
            continue;
        }
        let lacked = |info: &ActionInfo| feature_of(info.name).filter(|feature| !is_in(feature));
        if !infos.iter().any(|info| lacked(info).is_some()) {
            continue;
        }
        let mut first = None;
        let mut all = true;
        for &info in infos {
            let on = |resource: &ResourceFact<'_>| {
                (info.resources_of(service)).any(|(_, kind)| resource.could_be(kind))
            };
            if !resource.is_none_or(on) {
                continue;
            }
            match lacked(info) {
                Some(feature) => first = first.or(Some((service, info, feature))),
                None => all = false,
            }
        }
        found.extend(first.filter(|_| all));
    }
    found
}

/// Whether the regions of features are known there: isolated partitions are not documented feature by feature.
fn is_documented(region: &str) -> bool {
    catalogue::region(region).is_some_and(|(home, region)| {
        region.rekognition && matches!(home.name, "aws" | "aws-us-gov")
    })
}

/// The regions that a condition limits requests to, when it names some and nothing else.
pub(super) fn requested<'f>(key: &'f KeyFact<'_>) -> Option<Vec<&'f str>> {
    let plain = matches!(
        key.operator,
        Some(Operator::StringEquals | Operator::StringLike)
    );
    if !plain
        || key.if_exists
        || key.set == Some(SetOperator::ForAllValues)
        || !key.is("aws:RequestedRegion")
        || key.values.items.is_empty()
    {
        return None;
    }
    let mut regions = Vec::new();
    for value in key.values {
        let text = value.as_text();
        let (home, _) = catalogue::region(text)?;
        if !matches!(home.name, "aws" | "aws-us-gov") {
            return None;
        }
        regions.push(text);
    }
    Some(regions)
}

fn says(missing: &[Missing], regions: &[&str]) -> Message {
    let mut actions = Vec::new();
    for (service, info, _) in missing {
        actions.push((*service, *info));
    }
    let more = match actions.len().saturating_sub(3) {
        0 => "".to_string(),
        more => format!(" and {more} more"),
    };
    Message::from(format!(
        "as of {}, Rekognition does not have ",
        prose::FEATURES_AS_OF
    ))
    .actions(actions.get(..3).unwrap_or(&actions))
    .with(format!("{more} in `{}`", text::joined(regions, "`, `")))
}

rules![
    /// A statement allows an action in a region where that feature of Rekognition is not available.
    ///
    /// Checks the actions and regions of Rekognition together: some features, such as Custom Labels, are available
    /// in fewer regions than others. Requests for the action fail there. AWS adds regions over time, so the finding
    /// names the date of the list.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DeleteProject",
    ///   "Resource": "arn:aws:rekognition:us-west-1:123456789012:project/logos/*"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DeleteProject",
    ///   "Resource": "arn:aws:rekognition:us-west-2:123456789012:project/logos/*"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/general/latest/gr/rekognition.html>.
    #[rule(Warning, needs(LESSER_REGION))]
    fn REKOGNITION_IAM_REGION_WITHOUT_FEATURE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        let help = |feature: &Feature| {
            format!(
                "{} has: `{}`",
                feature.name,
                text::joined(feature.regions, "`, `")
            )
        };
        for (place, statement, resource) in facts.resources() {
            let Some(arn) = resource.arn() else {
                continue;
            };
            let region = arn.region();
            if arn.service() != "rekognition"
                || !statement.allows()
                || !statement.names_resources()
                || statement.statement.actions.not
                || !is_plain(region)
                || !is_documented(region)
            {
                continue;
            }
            let found = missing(statement, Some(resource), &|feature| feature.is_in(region));
            if let [(_, _, feature), ..] = found.as_slice() {
                sink.report(place, says(&found, &[region]))
                    .at(arn.region_range())
                    .help(help(feature));
            }
        }
        for (statement, key) in facts.keys() {
            if !statement.allows() || statement.statement.actions.not {
                continue;
            }
            let Some(regions) = requested(key) else {
                continue;
            };
            // Regions without any of Rekognition are reported for that.
            if !regions.iter().any(|region| is_documented(region)) {
                continue;
            }
            let found = missing(statement, None, &|feature| {
                (regions.iter()).any(|region| feature.is_in(region))
            });
            if let [(_, _, feature), ..] = found.as_slice() {
                sink.report(key.place(), says(&found, &regions))
                    .help(help(feature));
            }
        }
    }
];
