//! A record as it is written, in any of its forms.
//!
//! Names are read whatever their case: Athena has all of them in small letters.

use std::borrow::Cow;
use std::fmt;

use rekognition_iam_runtime::json::{Kind, Lexer, Limits, ReadError};

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

/// `userIdentity`.
#[derive(Debug, Default)]
pub(crate) struct Identity<'t> {
    pub(crate) kind: Text<'t>,
    pub(crate) id: Text<'t>,
    pub(crate) arn: Text<'t>,
    pub(crate) account: Text<'t>,
    pub(crate) access_key: Text<'t>,
    pub(crate) user: Text<'t>,
    pub(crate) invoked_by: Text<'t>,
    pub(crate) provider: Text<'t>,
    pub(crate) bearer: bool,
    /// `sessionContext`, when there is one.
    pub(crate) session: Option<Session<'t>>,
    pub(crate) scope_arn: Text<'t>,
    pub(crate) scope_account: Text<'t>,
}

/// `sessionContext`.
#[derive(Debug, Default)]
pub(crate) struct Session<'t> {
    pub(crate) issuer_kind: Text<'t>,
    pub(crate) issuer: Text<'t>,
    pub(crate) created: Text<'t>,
    pub(crate) mfa: Text<'t>,
    pub(crate) federated: Text<'t>,
    pub(crate) source_identity: Text<'t>,
    pub(crate) role_delivery: Text<'t>,
    pub(crate) assumed_root: Text<'t>,
}

/// Why a record was not read. It quotes nothing of the record, since reports show it.
#[derive(Debug)]
pub(crate) struct Unreadable(Cow<'static, str>);

impl Unreadable {
    fn new(message: impl Into<Cow<'static, str>>) -> Self {
        Self(message.into())
    }
}

impl From<ReadError> for Unreadable {
    fn from(error: ReadError) -> Self {
        let at = error.span.start + 1;
        Self::new(format!("not valid JSON: see byte {at} of the record"))
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
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

/// Bytes of one string: parameters of a request may be one.
const MAX_STRING: usize = 16 << 20;

pub(crate) fn lexer(text: &str) -> Lexer<'_> {
    let limits = Limits {
        string: MAX_STRING,
        ..Limits::default()
    };
    Lexer::with_limits(text, &limits)
}

impl<'t> Item<'t> {
    /// Reads an item of a file.
    pub(crate) fn read(text: &'t str) -> Result<Self, Unreadable> {
        let mut lexer = lexer(text);
        let mut record = Record::default();
        let mut around = None;
        let mut digest = false;
        let mut ocsf = false;
        if lexer.kind()? != Kind::Object {
            return Err(Unreadable::new(format!(
                "a record is {}, but must be an object",
                lexer.kind()?.words()
            )));
        }
        members(&mut lexer, |lexer, name| {
            match name {
                "eventversion" => record.version = text_of(lexer)?,
                "eventtime" => record.time = text_of(lexer)?,
                "eventsource" => record.source = text_of(lexer)?,
                "eventname" => record.name = text_of(lexer)?,
                "awsregion" => record.region = text_of(lexer)?,
                "sourceipaddress" => record.address = text_of(lexer)?,
                "useragent" => record.agent = text_of(lexer)?,
                "errorcode" => record.error = text_of(lexer)?,
                "errormessage" => record.error_message = text_of(lexer)?,
                "eventid" => record.id = text_of(lexer)?,
                "eventtype" => record.kind = text_of(lexer)?,
                "eventcategory" => record.category = text_of(lexer)?,
                "recipientaccountid" => record.recipient = text_of(lexer)?,
                "vpcendpointid" => record.endpoint = text_of(lexer)?,
                "vpcendpointaccountid" => record.endpoint_account = text_of(lexer)?,
                "requestparameters" => record.parameters = recorded(json_of(lexer)?),
                "responseelements" => record.response = recorded(json_of(lexer)?),
                "additionaleventdata" => record.additional = recorded(json_of(lexer)?),
                "eventcontext" => record.context = recorded(json_of(lexer)?),
                "tlsdetails" => {
                    inner(lexer, "tlsDetails", |lexer, name| {
                        match name {
                            "tlsversion" => record.tls = text_of(lexer)?.is_some(),
                            _ => drop(lexer.skip()?),
                        }
                        Ok(())
                    })?;
                }
                "resources" => resources(lexer, &mut record.resources)?,
                "useridentity" => record.identity.read(lexer)?,
                // What is put around a record: by `lookup-events`, EventBridge, CloudTrail Lake, and CloudWatch Logs.
                "cloudtrailevent" | "detail" | "eventjson" | "message" | "@message" => {
                    around = json_of(lexer)?;
                }
                "digests3bucket" => {
                    digest = true;
                    lexer.skip()?;
                }
                "class_uid" => {
                    ocsf = true;
                    lexer.skip()?;
                }
                _ => drop(lexer.skip()?),
            }
            Ok(())
        })?;
        lexer.finish()?;
        if record.name.is_some() && record.source.is_some() && around.is_none() {
            return Ok(Self::Record(Box::new(record)));
        }
        match around {
            Some(text) => Ok(Self::Around(text)),
            None if digest => Ok(Self::Digest),
            None if ocsf => Err(Unreadable::new(OCSF)),
            None => Err(Unreadable::new(
                "not a CloudTrail record: `eventName` or `eventSource` is missing",
            )),
        }
    }
}

const OCSF: &str =
    "records of Security Lake (OCSF) are not supported; export the records of CloudTrail";

impl<'t> Identity<'t> {
    fn read(&mut self, lexer: &mut Lexer<'t>) -> Result<(), Unreadable> {
        inner(lexer, "userIdentity", |lexer, name| {
            match name {
                "type" => self.kind = text_of(lexer)?,
                "principalid" => self.id = text_of(lexer)?,
                "arn" => self.arn = text_of(lexer)?,
                "accountid" => self.account = text_of(lexer)?,
                "accesskeyid" => self.access_key = text_of(lexer)?,
                "username" => self.user = text_of(lexer)?,
                "invokedby" => self.invoked_by = text_of(lexer)?,
                "identityprovider" => self.provider = text_of(lexer)?,
                "onbehalfof" => self.bearer = !is_null(lexer)? && lexer.skip().is_ok(),
                "sessioncontext" => {
                    let mut session = Session::default();
                    if session.read(lexer)? {
                        self.session = Some(session);
                    }
                }
                "inscopeof" => {
                    inner(lexer, "inScopeOf", |lexer, name| {
                        match name {
                            "sourcearn" => self.scope_arn = text_of(lexer)?,
                            "sourceaccount" => self.scope_account = text_of(lexer)?,
                            _ => drop(lexer.skip()?),
                        }
                        Ok(())
                    })?;
                }
                _ => drop(lexer.skip()?),
            }
            Ok(())
        })?;
        Ok(())
    }
}

impl<'t> Session<'t> {
    /// Whether there is one.
    fn read(&mut self, lexer: &mut Lexer<'t>) -> Result<bool, Unreadable> {
        inner(lexer, "sessionContext", |lexer, name| {
            match name {
                "sourceidentity" => self.source_identity = text_of(lexer)?,
                "ec2roledelivery" => self.role_delivery = text_of(lexer)?,
                "assumedroot" => self.assumed_root = text_of(lexer)?,
                "sessionissuer" => {
                    inner(lexer, "sessionIssuer", |lexer, name| {
                        match name {
                            "type" => self.issuer_kind = text_of(lexer)?,
                            "arn" => self.issuer = text_of(lexer)?,
                            _ => drop(lexer.skip()?),
                        }
                        Ok(())
                    })?;
                }
                "attributes" => {
                    inner(lexer, "attributes", |lexer, name| {
                        match name {
                            "creationdate" => self.created = text_of(lexer)?,
                            "mfaauthenticated" => self.mfa = text_of(lexer)?,
                            _ => drop(lexer.skip()?),
                        }
                        Ok(())
                    })?;
                }
                "webidfederationdata" => {
                    inner(lexer, "webIdFederationData", |lexer, name| {
                        match name {
                            "federatedprovider" => self.federated = text_of(lexer)?,
                            _ => drop(lexer.skip()?),
                        }
                        Ok(())
                    })?;
                }
                _ => drop(lexer.skip()?),
            }
            Ok(())
        })
    }
}

fn resources<'t>(lexer: &mut Lexer<'t>, found: &mut Vec<Resource<'t>>) -> Result<(), Unreadable> {
    if lexer.kind()? != Kind::List {
        lexer.skip()?;
        return Ok(());
    }
    lexer.open(b'[')?;
    if lexer.closes(b']') {
        return Ok(());
    }
    loop {
        // What is put around a record may have ARNs here.
        if lexer.kind()? == Kind::Object {
            let mut resource = Resource::default();
            members(lexer, |lexer, name| {
                match name {
                    "arn" => resource.arn = text_of(lexer)?,
                    "accountid" => resource.account = text_of(lexer)?,
                    _ => drop(lexer.skip()?),
                }
                Ok(())
            })?;
            found.push(resource);
        } else {
            lexer.skip()?;
        }
        if !lexer.more(b']')? {
            return Ok(());
        }
    }
}

fn is_null(lexer: &mut Lexer<'_>) -> Result<bool, Unreadable> {
    let is_null = lexer.kind()? == Kind::Null;
    if is_null {
        lexer.word()?;
    }
    Ok(is_null)
}

/// A text; of a number or a Boolean, how it is written. An empty text is nothing, and so is what has parts.
fn text_of<'t>(lexer: &mut Lexer<'t>) -> Result<Text<'t>, Unreadable> {
    let text = match lexer.kind()? {
        Kind::String => lexer.string()?.0,
        Kind::Number => Cow::Borrowed(lexer.number()?.0),
        Kind::Bool | Kind::Null => match lexer.word()?.0 {
            Some(true) => Cow::Borrowed("true"),
            Some(false) => Cow::Borrowed("false"),
            None => return Ok(None),
        },
        Kind::List | Kind::Object => {
            lexer.skip()?;
            return Ok(None);
        }
    };
    Ok((!text.is_empty() && !is_hidden(&text)).then_some(text))
}

/// The JSON of an object, which may be in a string, as Athena has it.
fn json_of<'t>(lexer: &mut Lexer<'t>) -> Result<Option<Cow<'t, str>>, Unreadable> {
    Ok(match lexer.kind()? {
        Kind::Object => {
            let text = lexer.text();
            let span = lexer.skip()?;
            Some(Cow::Borrowed(
                text.get(span.start..span.end).unwrap_or_default(),
            ))
        }
        Kind::String => Some(lexer.string()?.0).filter(|text| text.trim_start().starts_with('{')),
        Kind::List | Kind::Number | Kind::Bool | Kind::Null => {
            lexer.skip()?;
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
fn inner<'t>(
    lexer: &mut Lexer<'t>,
    what: &str,
    take: impl FnMut(&mut Lexer<'t>, &str) -> Result<(), Unreadable>,
) -> Result<bool, Unreadable> {
    match lexer.kind()? {
        Kind::Null => {
            lexer.word()?;
            Ok(false)
        }
        Kind::Object => {
            members(lexer, take)?;
            Ok(true)
        }
        Kind::String => {
            let (text, _) = lexer.string()?;
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

/// Reads the members of an object by their names in small letters.
pub(crate) fn members<'t>(
    lexer: &mut Lexer<'t>,
    mut take: impl FnMut(&mut Lexer<'t>, &str) -> Result<(), Unreadable>,
) -> Result<(), Unreadable> {
    /// The longest name that is looked for.
    const LONGEST: usize = 24;
    lexer.open(b'{')?;
    if lexer.closes(b'}') {
        return Ok(());
    }
    loop {
        let (name, _) = lexer.name()?;
        let mut small = [0; LONGEST];
        match small.get_mut(..name.len()) {
            Some(small) => {
                small.copy_from_slice(name.as_bytes());
                small.make_ascii_lowercase();
                // Of a text, only letters of ASCII were changed.
                take(lexer, std::str::from_utf8(small).unwrap_or_default())?;
            }
            None => drop(lexer.skip()?),
        }
        if !lexer.more(b'}')? {
            return Ok(());
        }
    }
}

/// Hands each member of the JSON of an object to `take`, by its name and its JSON as it is written.
pub(crate) fn each_member<'t>(
    json: &'t str,
    mut take: impl FnMut(Cow<'t, str>, &'t str),
) -> Result<(), Unreadable> {
    let mut lexer = lexer(json);
    lexer.open(b'{')?;
    if lexer.closes(b'}') {
        return Ok(());
    }
    loop {
        let (name, _) = lexer.name()?;
        let span = lexer.skip()?;
        take(name, json.get(span.start..span.end).unwrap_or_default());
        if !lexer.more(b'}')? {
            return Ok(());
        }
    }
}

/// The text of JSON that is a text, a number or a Boolean.
pub(crate) fn scalar(json: &str) -> Option<Cow<'_, str>> {
    let mut lexer = lexer(json);
    match lexer.kind().ok()? {
        Kind::String => Some(lexer.string().ok()?.0),
        Kind::Number => Some(Cow::Borrowed(lexer.number().ok()?.0)),
        Kind::Bool => Some(Cow::Borrowed(match lexer.word().ok()?.0? {
            true => "true",
            false => "false",
        })),
        Kind::Null | Kind::List | Kind::Object => None,
    }
}

/// The texts of JSON that is a text or a list of texts.
pub(crate) fn texts(json: &str) -> Option<Vec<Cow<'_, str>>> {
    let mut lexer = lexer(json);
    if lexer.kind().ok()? != Kind::List {
        return Some(vec![scalar(json)?]);
    }
    lexer.open(b'[').ok()?;
    let mut found = Vec::new();
    if lexer.closes(b']') {
        return Some(found);
    }
    loop {
        let span = lexer.skip().ok()?;
        found.push(scalar(json.get(span.start..span.end)?)?);
        if !lexer.more(b']').ok()? {
            return Some(found);
        }
    }
}

impl Record<'_> {
    /// The time, as CloudTrail writes it. CloudTrail Lake and Athena have other forms of it. Text that is not a time is none: it is
    /// in reports, which have nothing else of a record.
    pub(crate) fn time(&self) -> String {
        let start = (self.time.as_deref()).and_then(|time| time.get(..19));
        match start {
            Some(start) if is_time(start) => format!("{}Z", start.replacen(' ', "T", 1)),
            _ => String::new(),
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
            record.time()
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
