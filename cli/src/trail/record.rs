//! A record as it is written, in any of its forms.
//!
//! Names are read whatever their case: Athena has all of them in small letters.

use std::borrow::Cow;

use rekognition_iam_runtime::json::Kind;

use super::identity::Identity;
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

/// A text, or nothing.
pub(crate) type Text<'t> = Option<Cow<'t, str>>;

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

pub(super) fn is_null(scan: &mut Scan<'_>) -> Result<bool, Unreadable> {
    let is_null = scan.kind()? == Kind::Null;
    if is_null {
        scan.word()?;
    }
    Ok(is_null)
}

/// A text; of a number or a Boolean, how it is written. An empty text is nothing, and so is what has parts.
#[inline]
pub(super) fn text_of<'t>(scan: &mut Scan<'t>) -> Result<Text<'t>, Unreadable> {
    let text = match scan.kind()? {
        Kind::String => scan.string()?,
        Kind::Number => Cow::Borrowed(scan.number()?),
        Kind::Bool | Kind::Null => match scan.word()? {
            Some(true) => Cow::Borrowed("true"),
            Some(false) => Cow::Borrowed("false"),
            None => return Ok(None),
        },
        Kind::List | Kind::Object => {
            scan.skip()?;
            return Ok(None);
        }
    };
    Ok((!text.is_empty() && !is_hidden(&text)).then_some(text))
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

/// What CloudTrail writes instead of a value that it does not show.
const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// Whether CloudTrail does not show the text that the request had here.
pub(crate) fn is_hidden(text: &str) -> bool {
    text == HIDDEN
}

/// The JSON of an object, unless it says that the object is too large to be in the record. See
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>.
fn recorded(json: Option<Cow<'_, str>>) -> Option<Cow<'_, str>> {
    json.filter(|json| {
        let omitted = || member(json, "omitted").and_then(scalar);
        !(json.contains("\"omitted\"") && omitted().is_some_and(|omitted| omitted == "true"))
    })
}

/// Reads an object that is a member. `false` where there is none.
pub(super) fn inner<'t, M: Copy>(
    scan: &mut Scan<'t>,
    what: &str,
    known: &[(&str, M)],
    mut take: impl FnMut(&mut Scan<'t>, Option<M>) -> Result<(), Unreadable>,
) -> Result<bool, Unreadable> {
    match scan.kind()? {
        Kind::Null => {
            scan.word()?;
            Ok(false)
        }
        Kind::Object => {
            members(scan, known, |scan, _, member| take(scan, member))?;
            Ok(true)
        }
        Kind::String => {
            let text = scan.string()?;
            let message = if text.starts_with('{') {
                format!(
                    "`{what}` is text and not an object; in Athena, select `CAST({} AS JSON)`, and in CloudTrail Lake `eventJson`",
                    what.to_ascii_lowercase()
                )
            } else {
                format!("`{what}` is a string, but must be an object")
            };
            Err(Unreadable::new(message))
        }
        kind @ (Kind::List | Kind::Number | Kind::Bool) => Err(Unreadable::new(format!(
            "`{what}` is {}, but must be an object",
            kind.words()
        ))),
    }
}

/// Reads the members of an object, those that are known by their names whatever their case.
#[inline]
fn members<'t, M: Copy>(
    scan: &mut Scan<'t>,
    known: &[(&str, M)],
    mut take: impl FnMut(&mut Scan<'t>, &str, Option<M>) -> Result<(), Unreadable>,
) -> Result<(), Unreadable> {
    scan.open(b'{')?;
    if scan.closes(b'}') {
        return Ok(());
    }
    // Members are nearly always in the same order, so that the next one is after the last one.
    let mut next = 0;
    loop {
        let name = scan.name()?;
        let number = found(known, next, &name);
        next = number.map_or(next, |number| number + 1);
        let member = number.and_then(|number| known.get(number));
        take(scan, &name, member.map(|(_, member)| *member))?;
        if !scan.more(b'}')? {
            return Ok(());
        }
    }
}

/// The number of the member with a name. The search begins at `next`.
#[inline]
fn found<M>(known: &[(&str, M)], next: usize, name: &str) -> Option<usize> {
    let (before, after) = known.split_at_checked(next).unwrap_or((known, &[]));
    let is_it = |(known, _): &(&str, M)| *known == name;
    (after.iter().position(is_it))
        .map(|number| next + number)
        .or_else(|| before.iter().position(is_it))
        .or_else(|| (known.iter()).position(|(known, _)| known.eq_ignore_ascii_case(name)))
}

/// Hands each member of the JSON of an object to `take`, by its name and its JSON as it is written.
pub(crate) fn each_member<'t>(
    json: &'t str,
    mut take: impl FnMut(Cow<'t, str>, &'t str),
) -> Result<(), Unreadable> {
    let mut scan = Scan::new(json);
    scan.open(b'{')?;
    if scan.closes(b'}') {
        return Ok(());
    }
    loop {
        let name = scan.name()?;
        take(name, scan.skip()?);
        if !scan.more(b'}')? {
            return Ok(());
        }
    }
}

/// The text of JSON that is a text, a number or a Boolean.
pub(crate) fn scalar(json: &str) -> Option<Cow<'_, str>> {
    let mut scan = Scan::new(json);
    match scan.kind().ok()? {
        Kind::String => scan.string().ok(),
        Kind::Number => Some(Cow::Borrowed(scan.number().ok()?)),
        Kind::Bool => Some(Cow::Borrowed(match scan.word().ok()?? {
            true => "true",
            false => "false",
        })),
        Kind::Null | Kind::List | Kind::Object => None,
    }
}

/// The texts of JSON that is a text or a list of texts.
pub(crate) fn texts(json: &str) -> Option<Vec<Cow<'_, str>>> {
    let mut scan = Scan::new(json);
    if scan.kind().ok()? != Kind::List {
        return Some(vec![scalar(json)?]);
    }
    scan.open(b'[').ok()?;
    let mut found = Vec::new();
    if scan.closes(b']') {
        return Some(found);
    }
    loop {
        found.push(scalar(scan.skip().ok()?)?);
        if !scan.more(b']').ok()? {
            return Some(found);
        }
    }
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

/// A member of the JSON of an object, by its name whatever its case, as JSON. `null` is none.
pub(crate) fn member<'t>(json: &'t str, wanted: &str) -> Option<&'t str> {
    let mut found = None;
    let read = each_member(json, |name, value| {
        if name.eq_ignore_ascii_case(wanted) && value != "null" {
            found = Some(value);
        }
    });
    read.ok().and(found)
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
