//! A record as it is written, in any of its forms.
//!
//! Names are read whatever their case: Athena has all of them in small letters.

use std::borrow::Cow;

use rekognition_iam_runtime::json::Kind;

use super::identity::Identity;
use super::members::{Text, inner, member, members, scalar, text_of};
use super::scan::Scan;
pub(crate) use super::scan::{Unreadable, lexer};

/// A record of CloudTrail. Of members that are missing or `null`, nothing.
#[derive(Debug, Default)]
pub(crate) struct Record<'t> {
    pub(crate) version: Text<'t>,
    pub(crate) time: Text<'t>,
    pub(crate) source: Text<'t>,
    pub(crate) name: Text<'t>,
    pub(crate) region: Text<'t>,
    pub(crate) address: Text<'t>,
    pub(crate) agent: Text<'t>,
    pub(crate) error: Text<'t>,
    pub(crate) error_message: Text<'t>,
    pub(crate) id: Text<'t>,
    pub(crate) kind: Text<'t>,
    pub(crate) category: Text<'t>,
    pub(crate) recipient: Text<'t>,
    pub(crate) endpoint: Text<'t>,
    pub(crate) endpoint_account: Text<'t>,
    /// The JSON of `requestParameters`.
    pub(crate) parameters: Option<Cow<'t, str>>,
    /// The JSON of `additionalEventData`.
    pub(crate) additional: Option<Cow<'t, str>>,
    /// The JSON of `responseElements`.
    pub(crate) response: Option<Cow<'t, str>>,
    /// The JSON of `eventContext`.
    pub(crate) context: Option<Cow<'t, str>>,
    /// Whether `tlsDetails` says that TLS was used.
    pub(crate) tls: bool,
    pub(crate) resources: Vec<Resource<'t>>,
    pub(crate) identity: Identity<'t>,
}

/// An entry of `resources`.
#[derive(Debug, Default)]
pub(crate) struct Resource<'t> {
    pub(crate) arn: Text<'t>,
    pub(crate) account: Text<'t>,
}

/// What an item of a file is.
#[derive(Debug)]
pub(crate) enum Item<'t> {
    Record(Box<Record<'t>>),
    /// Another form around a record, which is this text.
    Around(Cow<'t, str>),
    /// A digest of files, which has no records.
    Digest,
}

/// The members of a record, in the order in which CloudTrail writes them, with what may be around a record.
const MEMBERS: &[(&str, Member)] = &[
    ("eventVersion", Member::Version),
    ("userIdentity", Member::Identity),
    ("eventTime", Member::Time),
    ("eventSource", Member::Source),
    ("eventName", Member::Name),
    ("awsRegion", Member::Region),
    ("sourceIPAddress", Member::Address),
    ("userAgent", Member::Agent),
    ("errorCode", Member::Error),
    ("errorMessage", Member::ErrorMessage),
    ("requestParameters", Member::Parameters),
    ("responseElements", Member::Response),
    ("additionalEventData", Member::Additional),
    ("requestID", Member::Other),
    ("eventID", Member::Id),
    ("readOnly", Member::Other),
    ("resources", Member::Resources),
    ("eventType", Member::Kind),
    ("apiVersion", Member::Other),
    ("managementEvent", Member::Other),
    ("recipientAccountId", Member::Recipient),
    ("sharedEventID", Member::Other),
    ("vpcEndpointId", Member::Endpoint),
    ("vpcEndpointAccountId", Member::EndpointAccount),
    ("eventCategory", Member::Category),
    ("tlsDetails", Member::Tls),
    ("eventContext", Member::Context),
    // `lookup-events`, EventBridge, CloudTrail Lake, and CloudWatch Logs.
    ("CloudTrailEvent", Member::Around),
    ("detail", Member::Around),
    ("eventJson", Member::Around),
    ("message", Member::Around),
    ("@message", Member::Around),
    ("digestS3Bucket", Member::Digest),
    ("class_uid", Member::Ocsf),
];

/// What a member of a record is read as.
#[derive(Debug, Clone, Copy)]
enum Member {
    Version,
    Identity,
    Time,
    Source,
    Name,
    Region,
    Address,
    Agent,
    Error,
    ErrorMessage,
    Parameters,
    Response,
    Additional,
    Id,
    Resources,
    Kind,
    Recipient,
    Endpoint,
    EndpointAccount,
    Category,
    Tls,
    Context,
    Around,
    Digest,
    Ocsf,
    Other,
}

/// A record, and what of an item says that it is something else.
#[derive(Default)]
struct Draft<'t> {
    record: Record<'t>,
    around: Option<Cow<'t, str>>,
    digest: bool,
    ocsf: bool,
}

impl<'t> Draft<'t> {
    /// Reads an object. With `None` for an unknown member, the object is not read to its end.
    fn read(
        &mut self,
        scan: &mut Scan<'t>,
        mut unknown: impl FnMut(&mut Scan<'t>, &str) -> Result<(), Unreadable>,
    ) -> Result<(), Unreadable> {
        let record = &mut self.record;
        members(scan, MEMBERS, |scan, name, member| {
            match member {
                Some(Member::Version) => record.version = text_of(scan)?,
                Some(Member::Time) => record.time = text_of(scan)?,
                Some(Member::Source) => record.source = text_of(scan)?,
                Some(Member::Name) => record.name = text_of(scan)?,
                Some(Member::Region) => record.region = text_of(scan)?,
                Some(Member::Address) => record.address = text_of(scan)?,
                Some(Member::Agent) => record.agent = text_of(scan)?,
                Some(Member::Error) => record.error = text_of(scan)?,
                Some(Member::ErrorMessage) => record.error_message = text_of(scan)?,
                Some(Member::Id) => record.id = text_of(scan)?,
                Some(Member::Kind) => record.kind = text_of(scan)?,
                Some(Member::Category) => record.category = text_of(scan)?,
                Some(Member::Recipient) => record.recipient = text_of(scan)?,
                Some(Member::Endpoint) => record.endpoint = text_of(scan)?,
                Some(Member::EndpointAccount) => record.endpoint_account = text_of(scan)?,
                Some(Member::Parameters) => record.parameters = recorded(json_of(scan)?),
                Some(Member::Response) => record.response = recorded(json_of(scan)?),
                Some(Member::Additional) => record.additional = recorded(json_of(scan)?),
                Some(Member::Context) => record.context = recorded(json_of(scan)?),
                Some(Member::Tls) => {
                    inner(scan, "tlsDetails", &[("tlsVersion", ())], |scan, member| {
                        match member {
                            Some(()) => record.tls = text_of(scan)?.is_some(),
                            None => drop(scan.skip()?),
                        }
                        Ok(())
                    })?;
                }
                Some(Member::Resources) => resources(scan, &mut record.resources)?,
                Some(Member::Identity) => record.identity.read(scan)?,
                Some(Member::Around) => self.around = json_of(scan)?,
                Some(Member::Digest) => {
                    self.digest = true;
                    scan.skip()?;
                }
                Some(Member::Ocsf) => {
                    self.ocsf = true;
                    scan.skip()?;
                }
                Some(Member::Other) => drop(scan.skip()?),
                None => unknown(scan, name)?,
            }
            Ok(())
        })
    }

    fn is_record(&self) -> bool {
        self.record.name.is_some() && self.record.source.is_some() && self.around.is_none()
    }
}

impl<'t> Record<'t> {
    /// The record that a text begins with, and its length, when it is one and whole. What has `Records` or another list of items at
    /// the top of a file is not one.
    pub(crate) fn at_start(text: &'t str, top: bool) -> Option<(Self, usize)> {
        let mut scan = Scan::new(text);
        let mut draft = Draft::default();
        draft
            .read(&mut scan, |scan, name| {
                let value = scan.skip()?;
                match top && value.starts_with('[') && is_list_of_items(name) {
                    true => Err(Unreadable::new("a list of records")),
                    false => Ok(()),
                }
            })
            .ok()?;
        draft.is_record().then(|| (draft.record, scan.offset()))
    }
}

/// Whether a member of an object at the top of a file has the items of the file.
pub(crate) fn is_list_of_items(name: &str) -> bool {
    (["records", "events", "logevents"].iter()).any(|known| known.eq_ignore_ascii_case(name))
}

impl<'t> Item<'t> {
    /// Reads an item of a file.
    pub(crate) fn read(text: &'t str) -> Result<Self, Unreadable> {
        let mut scan = Scan::new(text);
        let kind = scan.kind()?;
        if kind != Kind::Object {
            return Err(Unreadable::new(format!(
                "a record is {}, but must be an object",
                kind.words()
            )));
        }
        let mut draft = Draft::default();
        draft.read(&mut scan, |scan, _| scan.skip().map(drop))?;
        scan.finish()?;
        if draft.is_record() {
            return Ok(Self::Record(Box::new(draft.record)));
        }
        match draft.around {
            Some(text) => Ok(Self::Around(text)),
            None if draft.digest => Ok(Self::Digest),
            None if draft.ocsf => Err(Unreadable::new(OCSF)),
            None => Err(Unreadable::new(
                "not a CloudTrail record: `eventName` or `eventSource` is missing",
            )),
        }
    }
}

const OCSF: &str =
    "records of Security Lake (OCSF) are not supported; export the records of CloudTrail";

fn resources<'t>(scan: &mut Scan<'t>, found: &mut Vec<Resource<'t>>) -> Result<(), Unreadable> {
    const PARTS: &[(&str, bool)] = &[("accountId", false), ("ARN", true), ("arn", true)];
    if scan.kind()? != Kind::List {
        scan.skip()?;
        return Ok(());
    }
    scan.open(b'[')?;
    if scan.closes(b']') {
        return Ok(());
    }
    loop {
        // What is put around a record may have ARNs here.
        if scan.kind()? == Kind::Object {
            let mut resource = Resource::default();
            members(scan, PARTS, |scan, _, is_arn| {
                match is_arn {
                    Some(true) => resource.arn = text_of(scan)?,
                    Some(false) => resource.account = text_of(scan)?,
                    None => drop(scan.skip()?),
                }
                Ok(())
            })?;
            found.push(resource);
        } else {
            scan.skip()?;
        }
        if !scan.more(b']')? {
            return Ok(());
        }
    }
}

/// The JSON of an object, which may be in a string, as Athena has it.
fn json_of<'t>(scan: &mut Scan<'t>) -> Result<Option<Cow<'t, str>>, Unreadable> {
    Ok(match scan.kind()? {
        Kind::Object => Some(Cow::Borrowed(scan.skip()?)),
        Kind::String => Some(scan.string()?).filter(|text| text.trim_start().starts_with('{')),
        Kind::List | Kind::Number | Kind::Bool | Kind::Null => {
            scan.skip()?;
            None
        }
    })
}

/// The JSON of an object, unless it says that the object is too large to be in the record. See
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>.
fn recorded(json: Option<Cow<'_, str>>) -> Option<Cow<'_, str>> {
    json.filter(|json| {
        let omitted = || member(json, "omitted").and_then(scalar);
        !(json.contains("\"omitted\"") && omitted().is_some_and(|omitted| omitted == "true"))
    })
}

impl Record<'_> {
    /// The time, as CloudTrail writes it. CloudTrail Lake and Athena have other forms of it. Text that is not a time is none: it is
    /// in reports, which have nothing else of a record.
    pub(crate) fn time(&self) -> Cow<'_, str> {
        let time = self.time.as_deref().unwrap_or_default();
        match time.get(..19) {
            Some(start) if is_time(start) => match time.as_bytes() {
                [.., b'Z'] if time.len() == 20 && time.get(10..11) == Some("T") => {
                    Cow::Borrowed(time)
                }
                _ => Cow::Owned(format!("{}Z", start.replacen(' ', "T", 1))),
            },
            _ => Cow::Borrowed(""),
        }
    }

    /// A member of the request, by its name whatever its case, as JSON.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        member(self.parameters.as_deref()?, name)
    }
}

/// Whether a text is like `2026-10-05T08:15:30`, or has a space in the middle.
fn is_time(text: &str) -> bool {
    let shape = b"0000-00-00T00:00:00";
    text.len() == shape.len()
        && text.bytes().zip(shape).all(|(byte, like)| match like {
            b'0' => byte.is_ascii_digit(),
            b'T' => matches!(byte, b'T' | b' '),
            _ => byte == *like,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "SecretOfMira";

    /// A record with the secret in every text.
    fn secrets() -> String {
        let identity = format!(
            r#"{{"type":"AssumedRole","arn":"{SECRET}","userName":"{SECRET}","sessionContext":{{"attributes":{{"creationDate":"{SECRET}"}}}}}}"#
        );
        format!(
            r#"{{"eventName":"{SECRET}","eventSource":"{SECRET}","userIdentity":{identity},"requestParameters":{{"{SECRET}":["{SECRET}"]}},"resources":[{{"ARN":"{SECRET}"}}],"{SECRET}":"{SECRET}"}}"#
        )
    }

    #[test]
    fn no_message_quotes_a_record() {
        let text = secrets();
        assert!(Item::read(&text).is_ok());
        let mut messages = 0;
        for at in 0..text.len() {
            let (before, after) = text.split_at(at);
            let rest = after.get(1..).unwrap_or_default();
            let removed = format!("{before}{rest}");
            let cut = before.to_owned();
            let with = ['"', '\\', '{', '}', '[', ',', ':', 'x', '7', '\n']
                .map(|c| format!("{before}{c}{rest}"));
            let quoted = format!("{before}\"{SECRET}\"{after}");
            for text in [removed, cut, quoted].iter().chain(&with) {
                if let Err(wrong) = Item::read(text) {
                    let message = wrong.to_string();
                    assert!(!message.contains("Secret"), "{message}");
                    messages += 1;
                }
            }
        }
        assert!(messages > 1000, "{messages}");
    }

    #[test]
    fn only_a_time_is_a_time() {
        let time = |text: &'static str| {
            let record = Record {
                time: Some(text.into()),
                ..Record::default()
            };
            record.time().into_owned()
        };
        for text in [
            "2026-10-05T08:15:30Z",
            "2026-10-05 08:15:30.000",
            "2026-10-05T08:15:30.123Z",
        ] {
            assert_eq!(time(text), "2026-10-05T08:15:30Z");
        }
        for text in ["", "mira@example.com 2001:db8::5ec", "2026-10-05T08:15:3"] {
            assert_eq!(time(text), "");
        }
    }
}
