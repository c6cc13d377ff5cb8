//! Policies with placeholders: for Terraform, CloudFormation, SAM.

use rekognition_iam_runtime::document::{Document, PolicyKind};
use rekognition_iam_runtime::json;

use super::error::Problem;
use super::format::{Format, Pseudo};
use super::json::quoted;
use super::manifest::Object;
use super::parameters::{Filled, Of, Variable};

/// A template for Terraform's `templatefile`, of the policy's JSON.
///
/// See <https://developer.hashicorp.com/terraform/language/expressions/strings#string-templates>.
pub(super) fn terraform(of: &Of<'_>, filled: &Filled, json: &str) -> Result<String, Problem> {
    for variable in filled
        .variables
        .iter()
        .filter(|variable| variable.is_open())
    {
        let name = &variable.name;
        let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !plain || name.starts_with(|c: char| c == '_' || c.is_ascii_digit()) || name == "null" {
            return Err(Problem::new(
                of.file,
                format!(
                    "`{name}` of `{}` is not a name that a Terraform template can use",
                    of.item
                ),
            )
            .help("assign it to a variable with a different name first: `let name = ..;`"));
        }
    }
    let mut out = String::with_capacity(json.len());
    let mut chars = json.chars().peekable();
    while let Some(c) = chars.next() {
        if let Some(variable) = filled.variable(c) {
            out.push_str("${");
            out.push_str(&variable.name);
            out.push('}');
            continue;
        }
        if !matches!(c, '$' | '%') {
            out.push(c);
            continue;
        }
        // `$${` represents `${`; what a longer row of `$` represents, readers of HCL do not agree on, so none is written.
        let mut row = 1;
        while chars.next_if_eq(&c).is_some() {
            row += 1;
        }
        let next = chars.peek().copied();
        let opens = next == Some('{');
        let before_placeholder =
            c == '$' && next.is_some_and(|next| filled.variable(next).is_some());
        let apart = if opens { row - 1 } else { row };
        let text: String = std::iter::repeat_n(c, apart).collect();
        if (opens || before_placeholder) && apart > 0 {
            out.push_str("${\"");
            out.push_str(&text);
            out.push_str("\"}");
        } else {
            out.push_str(&text);
        }
        if opens {
            out.extend([c, c]);
        }
    }
    Ok(out)
}

/// A template for CloudFormation or SAM, as minified JSON.
///
/// See <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html>.
pub(super) fn stack(
    of: &Of<'_>,
    filled: &Filled,
    source: &str,
    name: &str,
) -> Result<String, Problem> {
    // In any text of a template, and nothing can be written that represents the characters themselves.
    if json::to_minified(&filled.document as &Document<'_>).contains("{{resolve:") {
        return Err(Problem::new(
            of.file,
            format!(
                "`{}` contains `{{{{resolve:`, which CloudFormation would replace",
                of.item
            ),
        )
        .help(format!(
            "export it as JSON or for Terraform, with `.format_of(\"{}\", Format::Terraform)`",
            of.item
        )));
    }
    let mut taken: Vec<(String, &str)> = Vec::new();
    for variable in filled
        .variables
        .iter()
        .filter(|variable| variable.is_open())
    {
        let id = logical_id(&variable.name);
        if id.is_empty() {
            return Err(Problem::new(
                of.file,
                format!(
                    "`{}` of `{}` is not a name that a CloudFormation template can use",
                    variable.name, of.item
                ),
            )
            .help("assign it to a variable with a different name first: `let name = ..;`"));
        }
        if let Some((_, other)) = taken.iter().find(|(taken, _)| *taken == id) {
            return Err(Problem::new(
                of.file,
                format!(
                    "`{other}` and `{}` of `{}` would both be the parameter `{id}`",
                    variable.name, of.item
                ),
            )
            .help(
                "assign one of them to a variable with a different name first: `let name = ..;`",
            ));
        }
        taken.push((id, &variable.name));
    }
    let mut resource = logical_id(name);
    while resource.is_empty() || taken.iter().any(|(taken, _)| *taken == resource) {
        resource.push_str("Policy");
    }

    let mut template = Object::default();
    template.text("AWSTemplateFormatVersion", "2010-09-09");
    if of.format == Format::Sam {
        template.text("Transform", "AWS::Serverless-2016-10-31");
    }
    template.text(
        "Description",
        &format!(
            "The policy {} of {source}, by rekognition-iam-codegen",
            of.item
        ),
    );
    let mut parameters = Object::default();
    for (variable, (id, _)) in (filled
        .variables
        .iter()
        .filter(|variable| variable.is_open()))
    .zip(&taken)
    {
        parameters.raw(id, &parameter(variable));
    }
    if !taken.is_empty() {
        template.raw("Parameters", &parameters.end());
    }
    let Carrier {
        kind,
        properties,
        retain,
        output,
    } = carrier(of, filled, name)?;
    let mut body = Object::default();
    body.text("Type", kind);
    if retain {
        // Without its key, nobody reads what it encrypted.
        body.text("DeletionPolicy", "Retain");
        body.text("UpdateReplacePolicy", "Retain");
    }
    body.raw("Properties", &properties.end());
    let mut resources = Object::default();
    resources.raw(&resource, &body.end());
    template.raw("Resources", &resources.end());
    if let Some(output) = output {
        let mut value = Object::default();
        match output {
            "Ref" => value.text("Ref", &resource),
            attribute => value.raw(
                "Fn::GetAtt",
                &format!("[{},{}]", quoted(&resource), quoted(attribute)),
            ),
        }
        let mut arn = Object::default();
        arn.raw("Value", &value.end());
        let mut outputs = Object::default();
        let organization = [PolicyKind::ServiceControl, PolicyKind::ResourceControl];
        let name = if organization.contains(&of.kind) {
            "Id"
        } else {
            "Arn"
        };
        outputs.raw(name, &arn.end());
        template.raw("Outputs", &outputs.end());
    }
    Ok(template.end())
}

fn parameter(variable: &Variable) -> String {
    let shape = variable.shape();
    let mut object = Object::default();
    object.text("Type", "String");
    object.text("Description", &capitalized(shape.what));
    if shape.words.is_empty() {
        object.text("AllowedPattern", &shape.pattern);
        if let Some((min, max)) = shape.length {
            object.raw("MinLength", &min.to_string());
            object.raw("MaxLength", &max.to_string());
        }
    } else {
        object.array("AllowedValues", shape.words.iter().map(|word| quoted(word)));
    }
    object.end()
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

/// `face_indexer` and `FACE_INDEXER` as `FaceIndexer`: CloudFormation takes letters and digits.
pub(super) fn logical_id(name: &str) -> String {
    let mut out = String::new();
    // A name in capitals alone has no capitals of its own.
    let shouted = !name.chars().any(char::is_lowercase);
    for word in name.split(|c: char| !c.is_ascii_alphanumeric()) {
        let mut chars = word.chars();
        out.extend(chars.next().map(|first| first.to_ascii_uppercase()));
        if shouted {
            out.extend(chars.map(|c| c.to_ascii_lowercase()));
        } else {
            out.push_str(chars.as_str());
        }
    }
    out
}

/// The resource of CloudFormation that carries a policy.
struct Carrier {
    kind: &'static str,
    properties: Object,
    /// Whether it outlives its stack.
    retain: bool,
    /// What is handed out: `Ref` or the name of an attribute.
    output: Option<&'static str>,
}

fn carrier(of: &Of<'_>, filled: &Filled, name: &str) -> Result<Carrier, Problem> {
    let document = document(filled);
    let mut properties = Object::default();
    let mut retain = false;
    let (kind, output) = match of.kind {
        PolicyKind::Identity | PolicyKind::PermissionsBoundary => {
            properties.raw("PolicyDocument", &document);
            ("AWS::IAM::ManagedPolicy", Some("Ref"))
        }
        PolicyKind::RoleTrust => {
            properties.raw("AssumeRolePolicyDocument", &document);
            ("AWS::IAM::Role", Some("Arn"))
        }
        PolicyKind::ServiceControl | PolicyKind::ResourceControl => {
            properties.text("Name", name);
            properties.text(
                "Type",
                if of.kind == PolicyKind::ServiceControl {
                    "SERVICE_CONTROL_POLICY"
                } else {
                    "RESOURCE_CONTROL_POLICY"
                },
            );
            properties.raw("Content", &document);
            ("AWS::Organizations::Policy", Some("Id"))
        }
        PolicyKind::Resource => match attached(of, filled)? {
            Attached::Bucket(bucket) => {
                properties.raw("Bucket", &bucket.end());
                properties.raw("PolicyDocument", &document);
                ("AWS::S3::BucketPolicy", None)
            }
            Attached::Topic(topic) => {
                properties.raw("Topics", &format!("[{}]", topic.end()));
                properties.raw("PolicyDocument", &document);
                ("AWS::SNS::TopicPolicy", None)
            }
            Attached::Queue(queue) => {
                properties.raw("Queues", &format!("[{}]", queue.end()));
                properties.raw("PolicyDocument", &document);
                ("AWS::SQS::QueuePolicy", None)
            }
            Attached::Key => {
                retain = true;
                properties.raw("KeyPolicy", &document);
                ("AWS::KMS::Key", Some("Arn"))
            }
        },
        PolicyKind::Project => {
            return Err(no_carrier(of, "aws rekognition put-project-policy"));
        }
        PolicyKind::VpcEndpoint => {
            return Err(no_carrier(of, "aws ec2 modify-vpc-endpoint"));
        }
        PolicyKind::Session | _ => return Err(no_carrier(of, "aws sts assume-role")),
    };
    Ok(Carrier {
        kind,
        properties,
        retain,
        output,
    })
}

fn no_carrier(of: &Of<'_>, command: &str) -> Problem {
    let (item, what) = (of.item, of.kind.in_words());
    Problem::new(
        of.file,
        format!("`{item}` cannot be exported for CloudFormation, which has no resource for {what}"),
    )
    .help(format!(
        "export it as JSON, with `.format_of(\"{item}\", Format::Json)`, for `{command}`; its variables need `.value_of(..)`"
    ))
}

/// What a resource policy is attached to.
enum Attached<'f> {
    Bucket(Sub<'f>),
    Topic(Sub<'f>),
    /// By its URL.
    Queue(Sub<'f>),
    Key,
}

/// Reads it off the policy's resources: the policy is attached to what it is about, and to nothing else.
fn attached<'f>(of: &Of<'_>, filled: &'f Filled) -> Result<Attached<'f>, Problem> {
    let unknown = || {
        Problem::new(
            of.file,
            format!(
                "`{}` cannot be exported for CloudFormation: its resources do not name the bucket, topic, or queue it is attached to",
                of.item
            ),
        )
        .help("name a resource without wildcards, as in `sqs::queue(region, account, \"results\")`")
        .help(format!(
            "or export it as JSON or for Terraform, with `.format_of(\"{}\", Format::Terraform)`",
            of.item
        ))
    };
    let statements = filled.document.statements.iter();
    let (actions, resources): (Vec<_>, Vec<_>) = statements
        .map(|statement| (&statement.actions, statement.resources.as_ref()))
        .unzip();
    let service = |action: &str| {
        action
            .split_once(':')
            .map(|(service, _)| service.to_ascii_lowercase())
    };
    let mut services = actions
        .iter()
        .flat_map(|actions| actions.values.iter())
        .map(|action| service(action));
    let first = services.next().flatten().ok_or_else(unknown)?;
    if services.any(|service| service.as_deref() != Some(first.as_str())) {
        return Err(unknown());
    }
    if first == "kms" {
        // A key's policy is about `*`, which is the key itself.
        return Ok(Attached::Key);
    }
    let mut found: Option<Vec<&str>> = None;
    for resource in resources
        .into_iter()
        .flatten()
        .flat_map(|resources| resources.values.iter())
    {
        // partition, service, region, account, name
        let mut fields: Vec<&str> = resource.splitn(6, ':').skip(1).collect();
        if let (true, Some(name)) = (first == "s3", fields.last_mut()) {
            *name = name.split('/').next().unwrap_or_default();
        }
        let exact = fields.len() == 5
            && fields
                .iter()
                .all(|field| !field.contains(['*', '?', '$', '/']));
        if !exact
            || fields.get(1) != Some(&first.as_str())
            || found.as_ref().is_some_and(|found| *found != fields)
        {
            return Err(unknown());
        }
        found = Some(fields);
    }
    let Some([_, _, region, account, name]) = found.as_deref() else {
        return Err(unknown());
    };
    let mut sub = Sub::new(filled);
    match first.as_str() {
        "s3" => {
            sub.text(name);
            Ok(Attached::Bucket(sub))
        }
        "sns" => {
            sub.text("arn");
            for field in found.iter().flatten() {
                sub.text(":");
                sub.text(field);
            }
            Ok(Attached::Topic(sub))
        }
        "sqs" => {
            sub.text("https://sqs.");
            sub.text(region);
            sub.text(".");
            sub.reference("AWS::URLSuffix");
            sub.text("/");
            sub.text(account);
            sub.text("/");
            sub.text(name);
            Ok(Attached::Queue(sub))
        }
        _ => Err(unknown()),
    }
}

/// The policy as minified JSON with `Fn::Sub` where variables are. Variables are never in names of members.
fn document(filled: &Filled) -> String {
    let minified = json::to_minified(&filled.document as &Document<'_>);
    let mut out = String::with_capacity(minified.len());
    let mut rest = minified.as_str();
    while let Some((before, behind)) = rest.split_once('"') {
        out.push_str(before);
        let mut escaped = false;
        let end = behind
            .find(|c| {
                let ends = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            })
            .unwrap_or(behind.len());
        let (text, behind) = behind.split_at(end);
        let mut sub = Sub::new(filled);
        sub.escaped(text);
        out.push_str(&sub.end());
        rest = behind.get(1..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// A string in which names may represent values.
struct Sub<'f> {
    filled: &'f Filled,
    /// As it is between the quotes of a JSON string, without names.
    plain: String,
    /// The same for `Fn::Sub`.
    sub: String,
    named: bool,
}

impl<'f> Sub<'f> {
    fn new(filled: &'f Filled) -> Self {
        Self {
            filled,
            plain: String::new(),
            sub: String::new(),
            named: false,
        }
    }

    /// A text with characters that represent variables.
    fn text(&mut self, text: &str) {
        let json = quoted(text);
        self.escaped(
            json.get(1..json.len().saturating_sub(1))
                .unwrap_or_default(),
        );
    }

    /// The same, as it is between the quotes of a JSON string.
    fn escaped(&mut self, text: &str) {
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match self.filled.variable(c) {
                Some(variable) => match variable.pseudo {
                    Some(pseudo) => self.reference(pseudo_name(pseudo)),
                    None => self.reference(&logical_id(&variable.name)),
                },
                None => {
                    self.plain.push(c);
                    self.sub.push(c);
                    if c == '$' && chars.peek() == Some(&'{') {
                        // IAM's own variables: `${!aws:username}` represents `${aws:username}`.
                        chars.next();
                        self.plain.push('{');
                        self.sub.push_str("{!");
                    }
                }
            }
        }
    }

    fn reference(&mut self, name: &str) {
        self.named = true;
        self.sub.push_str("${");
        self.sub.push_str(name);
        self.sub.push('}');
    }

    fn end(self) -> String {
        if self.named {
            format!("{{\"Fn::Sub\":\"{}\"}}", self.sub)
        } else {
            format!("\"{}\"", self.plain)
        }
    }
}

const fn pseudo_name(pseudo: Pseudo) -> &'static str {
    match pseudo {
        Pseudo::AccountId => "AWS::AccountId",
        Pseudo::Partition => "AWS::Partition",
        Pseudo::Region => "AWS::Region",
        Pseudo::StackName => "AWS::StackName",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logical_ids() {
        for (name, expected) in [
            ("face_indexer", "FaceIndexer"),
            ("REGION", "Region"),
            ("collectionId", "CollectionId"),
            ("v2", "V2"),
            ("größe", "GrE"),
            ("_", ""),
        ] {
            assert_eq!(logical_id(name), expected, "{name}");
        }
    }
}
