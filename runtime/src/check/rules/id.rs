//! Rules about the ids in an ARN.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::arn::{Arn, GrammarError};
use crate::catalogue::{self, ArnFormat, Grammar, Piece, ResourceType, Service, Variable, Written};
use crate::check::facts::{ActionFact, ActionKind, Facts, Use, formats_of};
use crate::check::rule::rules;
use crate::check::{Sink, text};
use crate::suggest;

/// The ARN with `/*` after it, when that makes it one of a format of its service, and the format.
pub(super) fn opened(arn: &Arn<'_>) -> Option<(&'static ArnFormat, String)> {
    let text = format!("{}/*", arn.text().trim_end_matches('/'));
    let open = Arn::parse(&text).ok()?;
    // Of several, the shortest: what a project has and its versions and datasets add to.
    let mut shortest: Option<&'static ArnFormat> = None;
    for (_, _, format) in &formats_of(open.service()) {
        if shortest.is_none_or(|other| format.text.len() < other.text.len())
            && open.could_be(format)
        {
            shortest = Some(format);
        }
    }
    let format = shortest?;
    Some((format, text))
}

/// As [`opened`], if only the creation timestamp of the ARN is missing.
pub(super) fn without_timestamp(arn: &Arn<'_>) -> Option<(&'static ArnFormat, String)> {
    let (format, text) = opened(arn)?;
    let last = format.variables().last()?;
    let missing = last.name == "CreationTimestamp"
        && format.text.matches('/').count() == text.matches('/').count();
    missing.then_some((format, text))
}

/// The resource that is meant by one whose type is misspelled: `collection/a` for `colection/a`.
pub(super) fn meant(arn: &Arn<'_>) -> Option<String> {
    let formats = formats_of(arn.service());
    let resource = arn.resource();
    let end = resource.find(['/', ':'])?;
    let (word, rest) = (resource.get(..end)?, resource.get(end..)?);
    let mut words = Vec::new();
    for (_, _, format) in &formats {
        if let Some(Piece::Literal(literal)) = format.resource.first()
            && let Some(known) = literal.split(['/', ':']).next()
            && !known.is_empty()
            && !words.contains(&known)
        {
            words.push(known);
        }
    }
    let near = suggest::nearest_all(word, &words);
    let [only] = near.as_slice() else {
        return None;
    };
    let start = arn.text().get(..arn.resource_range().start)?;
    let whole = format!("{start}{only}{rest}");
    let right = Arn::parse(&whole).ok()?;
    (formats.iter().any(|(_, _, format)| right.could_be(format))).then(|| format!("{only}{rest}"))
}

/// What an ARN is of that ends in a name, where no request names it so.
struct Endless {
    what: String,
    /// How it should end.
    end: &'static str,
    /// Which actions are compared with such an ARN.
    compared: Compared,
}

enum Compared {
    /// All but the one that creates what it names.
    AllBut(&'static str),
    /// Those of the row, but for the one that creates what it names.
    Of(&'static Written, &'static str),
}

impl Endless {
    fn concerns(&self, action: &str) -> bool {
        match self.compared {
            Compared::AllBut(creating) => action != creating,
            Compared::Of(row, creating) => {
                action != creating && (row.actions.contains(&action) || row.parts.contains(&action))
            }
        }
    }
}

fn endless(arn: &Arn<'_>) -> Option<Endless> {
    let open = |name: &str| name.is_empty() || name.contains(['*', '?', '$', ':']);
    if arn.service() == "secretsmanager" {
        let name = arn.resource().strip_prefix("secret:")?;
        let ends = (name.rsplit_once('-'))
            .is_some_and(|(_, end)| end.len() == 6 && text::all(end, u8::is_ascii_alphanumeric));
        return (!open(name) && !ends).then(|| Endless {
            what: String::from("secret"),
            end: "-??????",
            compared: Compared::AllBut("CreateSecret"),
        });
    }
    let row = (catalogue::written().iter()).find(|row| row.service == arn.service())?;
    let name = arn.resource().strip_prefix(row.head)?;
    (!open(name)).then(|| Endless {
        what: row.kind.replace('-', " "),
        end: row.policy,
        compared: Compared::Of(row, "CreateLogGroup"),
    })
}

rules![
    /// The ARN of a Custom Labels resource is missing its trailing timestamp, so it matches nothing.
    ///
    /// Checks the ARNs of projects, datasets, and model versions. AWS puts the time of creation at their end, as in
    /// `project/logos/1627045542080`, so an ARN that ends in the name does not match. Use the whole ARN, or end it
    /// in `/*`.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DeleteProject",
    ///   "Resource": "arn:aws:rekognition:us-east-1:123456789012:project/logos"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DeleteProject",
    ///   "Resource": "arn:aws:rekognition:us-east-1:123456789012:project/logos/*"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/service-authorization/latest/reference/list_rekognition.html>.
    #[rule(Error, needs(MISFIT), subject(Impossible))]
    fn REKOGNITION_IAM_ARN_WITHOUT_TIMESTAMP(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (place, resource, arn) in facts.arns() {
            if !resource.fits_nothing {
                continue;
            }
            let Some((format, _)) = without_timestamp(arn) else {
                continue;
            };
            sink.report(
                place,
                "this ARN is missing its trailing creation timestamp, so it matches nothing",
            )
            .at(arn.resource_range())
            .help(format!(
                "the ARN format is `{}`; end it with `/*` to match any timestamp",
                format.text
            ));
        }
    },

    /// The ARN of a secret or a log group is missing its end, so it matches no request.
    ///
    /// Checks ARNs of secrets and log groups in policies. The ARN of a secret ends in a hyphen and six random characters.
    /// Requests on a log group are checked against an ARN that continues after its name, except those for tags. An ARN
    /// that ends in the name matches none of them. Actions that create a secret or a log group are not checked. End the ARN of a
    /// secret in `-??????`, and that of a log group in `:*`.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "secretsmanager:GetSecretValue",
    ///   "Resource": "arn:aws:secretsmanager:us-east-1:123456789012:secret:db"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "secretsmanager:GetSecretValue",
    ///   "Resource": "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-??????"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html> and
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html>.
    #[rule(Warning, needs(ARN), subject(Impossible))]
    fn REKOGNITION_IAM_ARN_WITHOUT_END(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (place, statement, resource) in facts.resources() {
            let Some(arn) = resource.arn() else { continue };
            let Some(endless) = endless(arn) else {
                continue;
            };
            // Where nothing is known of an action, the ARN may be meant for it; and one that cannot use it at all is reported
            // for that.
            let concerned = |(a, action): (usize, &ActionFact<'_>)| {
                matches!(&action.kind, ActionKind::Known(_, info) if endless.concerns(info.name))
                    && statement.uses.get(a) != Some(&Use::Dead)
            };
            let mut actions = statement.actions.iter().enumerate();
            if statement.statement.actions.not || !actions.any(concerned) {
                continue;
            }
            // Where it ends: with a variable there, the end is not known.
            let range = arn.resource_range();
            let last = arn.resource().chars().next_back().map_or(0, char::len_utf8);
            sink.report(
                place,
                format!(
                    "the ARN of a {} continues after its name, so this matches no request",
                    endless.what
                ),
            )
            .at(range.end - last..range.end)
            .help(format!("end it with `{}`", endless.end));
        }
    },

    /// An ID in an ARN contains characters or has a length that AWS does not allow.
    ///
    /// Checks the IDs in Rekognition ARNs against the patterns in its API reference, and the names of S3 buckets.
    /// No resource can have such an ID, so the ARN matches nothing. A placeholder that was not replaced, such as
    /// `<bucket>`, is a common cause.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": "arn:aws:rekognition:us-east-1:123456789012:collection/my staff"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": "arn:aws:rekognition:us-east-1:123456789012:collection/my-staff"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/rekognition/latest/APIReference/Welcome.html>.
    /// See <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>.
    #[rule(Error, needs(ARN), subject(Impossible))]
    fn REKOGNITION_IAM_ID_GRAMMAR(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (place, resource, arn) in facts.arns() {
            // What an ID may be is known of the service that has it, not of others that list its ARNs.
            let is_own = |listed: &&Listed| arn.service() == listed.0.prefix;
            let has_own = resource.formats.iter().any(|listed| is_own(&listed));
            let formats = || (resource.formats.iter()).filter(|listed| !has_own || is_own(listed));
            // Where a star reaches across colons, segments do not line up with the ids of a format.
            if resource.spilled
                || resource.formats.is_empty()
                || formats().any(|(_, _, format)| fits(arn, format))
            {
                continue;
            }
            // All candidates break; report the one that lines up with the text, segment by segment.
            let broken = formats().find_map(|(_, _, format)| broken_in(arn, format).flatten());
            if let Some((range, grammar, error)) = broken {
                let (message, help) = explain(arn.part(range.clone()), grammar, error);
                sink.report(place, message).at(range).help(help);
                continue;
            }
            sink.report(
                place,
                "no ID that AWS accepts can match this ARN, so it matches nothing",
            )
            .at(arn.resource_range());
        }
    }
];

/// A format, with the service and the resource type that list it.
type Listed = (&'static Service, &'static ResourceType, &'static ArnFormat);

/// A segment that breaks the grammar of its variable.
type Broken = (core::ops::Range<usize>, &'static Grammar, GrammarError);

fn fits(arn: &Arn<'_>, format: &'static ArnFormat) -> bool {
    let mut has_grammar = false;
    for piece in format.resource {
        if let Piece::Variable(variable) = piece {
            has_grammar |= variable.grammar.is_some();
        }
    }
    if !has_grammar {
        return true;
    }
    match broken_in(arn, format) {
        // A star may reach over a slash, so that the segments are others.
        Some(Some(_)) if !arn.resource().contains('*') => false,
        // Without wildcards and variables a text lines up with its format in one way alone.
        Some(None) if !text::is_open(arn.resource()) => true,
        _ => arn.could_be_strictly(format),
    }
}

/// The first broken one of the segments of the resource part, each of which represents one variable. Nothing when text and
/// format do not have the same number of segments.
fn broken_in(arn: &Arn<'_>, format: &'static ArnFormat) -> Option<Option<Broken>> {
    // The variable of each segment of the format. None has nearly so many.
    let mut expected: [Option<&'static Variable>; 16] = [None; 16];
    let mut last = 0;
    for piece in format.resource {
        match piece {
            Piece::Literal(text) => {
                for byte in text.bytes() {
                    last += usize::from(byte == b'/');
                }
            }
            Piece::Variable(variable) => *expected.get_mut(last)? = Some(variable),
        }
    }
    let resource = arn.resource();
    let mut count = 0;
    let mut from = 0;
    while let Some(end) = segment_end(resource, from) {
        count += 1;
        from = end + 1;
    }
    if count != last {
        return None;
    }
    let start = arn.resource_range().start;
    let mut from = 0;
    for variable in expected.get(..=last)? {
        let end = segment_end(resource, from).unwrap_or(resource.len());
        if let Some(grammar) = variable.and_then(|variable| variable.grammar)
            && let Err(error) = grammar.check_pattern(resource.get(from..end)?)
        {
            return Some(Some((start + from..start + end, grammar, error)));
        }
        from = end + 1;
    }
    Some(None)
}

/// The next slash that is not inside `${..}`.
fn segment_end(resource: &str, from: usize) -> Option<usize> {
    let mut inside = false;
    let mut rest = resource.as_bytes().get(from..)?;
    while let Some((byte, behind)) = rest.split_first() {
        match byte {
            b'{' => inside = true,
            b'}' => inside = false,
            b'/' if !inside => return Some(resource.len() - rest.len()),
            _ => {}
        }
        rest = behind;
    }
    None
}

fn explain(value: &str, grammar: &Grammar, error: GrammarError) -> (String, String) {
    let name = grammar.name;
    let message = match error {
        GrammarError::Char(c) => format!("`{}` is not allowed in a {name}", c.escape_debug()),
        GrammarError::Short if value.is_empty() => format!("the {name} is empty"),
        GrammarError::Short => format!("`{value}` is too short for a {name}"),
        GrammarError::Long(length) => format!("this {name} has {length} characters"),
        GrammarError::Word => format!("`{value}` is not a {name}"),
    };
    (message, describe(grammar))
}

/// A grammar in words.
fn describe(grammar: &Grammar) -> String {
    if !grammar.words.is_empty() {
        return format!(
            "the value must be `{}`",
            text::joined(grammar.words, "` or `")
        );
    }
    let mut chars = String::new();
    for &(low, high) in grammar.chars {
        // Two or three neighbours read better one by one.
        if u32::from(high) - u32::from(low) < 3 {
            for c in low..=high {
                chars += &format!(", `{c}`");
            }
        } else {
            chars += &format!(", {low} to {high}");
        }
    }
    format!(
        "use {} to {} of these characters: {}",
        grammar.min,
        grammar.max,
        chars.strip_prefix(", ").unwrap_or("")
    )
}
