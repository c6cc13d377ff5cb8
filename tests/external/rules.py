#!/usr/bin/env python3
"""The rules against other checkers: what each says of some thousand generated policies, and a verdict where they differ.

Good policies, and policies with one planted mistake, all from one seed. `rekognition-iam check` reads every one, and so do
the validator of `moto`, `parliament`, and `cfn-lint` (identity policies that are JSON, as managed policies in templates).
Each either accepts a policy or refuses it as an error. Where another refuses what we accept or the reverse, the pair (our
ids, its words) is a group, and every group needs a verdict in rules_verdicts.json: a group without one fails the run, and
so does one that says that we are wrong. So does a planted mistake that we do not name.

    rules.py            compares 300 good policies, and 12 with each mistake
    rules.py --more     compares 700, and 40
    rules.py --list     prints every group, its size and an example, and judges nothing
    rules.py --keep DIR writes the policies to DIR as well
"""

import copy
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import environment

# parliament asks for pkg_resources, which later releases of setuptools no longer have.
environment.ensure("moto>=5.2,<6", "parliament>=1.6.4,<2", "setuptools<81", "cfn-lint>=1.58,<2")

# The package is meant by `moto`, not the script beside this one.
sys.path.remove(str(Path(__file__).resolve().parent))

import parliament  # noqa: E402  (there only now)
from cfnlint import ManualArgs, lint  # noqa: E402
from moto.iam.exceptions import MalformedPolicyDocument  # noqa: E402
from moto.iam.policy_validation import (  # noqa: E402
    IAMPolicyDocumentValidator,
    IAMTrustPolicyDocumentValidator,
)

SEED = 20261124
GOOD, EACH = (700, 40) if "--more" in sys.argv else (300, 12)
TEMPLATE = 100
VERDICTS = Path(__file__).with_name("rules_verdicts.json")
# "both name it": at another severity; ours is that of AWS's reference of policy checks.
ALLOWED = ["theirs is wrong", "ours says more", "both name it", "out of their scope"]

# ---------------------------------------------------------------- the policies

REGIONS = ["us-east-1", "eu-west-1", "ap-southeast-2", "us-west-2"]
ANY = ["DetectLabels", "DetectFaces", "DetectText", "DetectModerationLabels", "CompareFaces", "RecognizeCelebrities",
       "GetLabelDetection", "GetFaceDetection", "StartLabelDetection", "DetectProtectiveEquipment", "ListCollections"]
COLLECTION = ["IndexFaces", "SearchFaces", "SearchFacesByImage", "ListFaces", "DescribeCollection", "DeleteFaces"]
OBJECT = ["GetObject", "PutObject", "DeleteObject", "GetObjectVersion"]
BUCKET = ["ListBucket", "GetBucketLocation", "ListBucketVersions"]


class Maker:
    """Makes statements that are right."""

    def __init__(self, random):
        self.random = random
        self.sids = 0

    def place(self):
        return self.random.choice(REGIONS), f"{self.random.randrange(10**11, 10**12)}"

    def arn(self, service, resource):
        region, account = self.place()
        return f"arn:aws:{service}:{region}:{account}:{resource}"

    def some(self, prefix, names):
        chosen = self.random.sample(names, self.random.randint(1, 3))
        return [f"{prefix}:{name}" for name in chosen]

    def one_or_list(self, values):
        return values[0] if len(values) == 1 and self.random.random() < 0.6 else values

    def statement(self, kind=None):
        r = self.random
        kind = kind if kind is not None else r.randrange(9)
        number = r.randrange(1000)
        made = {"Sid": f"S{self.sids}n{number}"}
        self.sids += 1
        if r.random() < 0.2:
            del made["Sid"]
        made["Effect"] = "Allow"
        if kind == 0:
            actions, resources = self.some("rekognition", ANY), ["*"]
        elif kind == 1:
            actions = self.some("rekognition", COLLECTION)
            resources = [self.arn("rekognition", f"collection/faces-{i}") for i in range(r.randint(1, 3))]
        elif kind == 2:
            actions, resources = self.some("s3", OBJECT), [f"arn:aws:s3:::bucket-{number}/images/*"]
            made["Condition"] = {"Bool": {"aws:SecureTransport": "true"}}
        elif kind == 3:
            actions, resources = ["sns:Publish"], [self.arn("sns", f"AmazonRekognition-{number}")]
            made["Condition"] = {"StringLike": {"aws:PrincipalTag/team": ["vision-*", "media-*"]}}
        elif kind == 4:
            actions, resources = ["sqs:ReceiveMessage", "sqs:DeleteMessage"], [self.arn("sqs", f"results-{number}")]
        elif kind == 5:
            actions, resources = self.some("s3", BUCKET), [f"arn:aws:s3:::bucket-{number}"]
            made["Condition"] = {"StringEquals": {"aws:SourceVpc": f"vpc-{number:08x}"}}
        elif kind == 6:
            role = f"arn:aws:iam::{self.place()[1]}:role/Vision{number}"
            actions, resources = ["iam:PassRole"], [role]
            made["Condition"] = {"StringEquals": {"iam:PassedToService": "rekognition.amazonaws.com"}}
        elif kind == 7:
            key = f"{number:08x}-1234-1234-1234-{number:012x}"
            actions, resources = ["kms:Decrypt", "kms:GenerateDataKey"], [self.arn("kms", f"key/{key}")]
            made["Condition"] = {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "198.51.100.7"]}}
        else:
            made["Effect"] = "Deny"
            actions, resources = ["rekognition:Delete*"], ["*"]
            made["Condition"] = {
                "StringNotEquals": {"aws:RequestedRegion": REGIONS[:2]},
                "NumericGreaterThanIfExists": {"aws:MultiFactorAuthAge": "3600"},
                "DateLessThan": {"aws:CurrentTime": f"2027-01-{1 + number % 28:02}T00:00:00Z"},
            }
        made["Action"] = self.one_or_list(actions)
        made["Resource"] = self.one_or_list(resources)
        return made

    def policy(self, *kinds):
        kinds = list(kinds) or self.random.sample(range(9), self.random.randint(1, 3))
        body = [self.statement(kind) for kind in kinds]
        single = len(body) == 1 and self.random.random() < 0.3
        return {"Version": "2012-10-17", "Statement": body[0] if single else body}

    def trust(self):
        account = self.place()[1]
        statement = {"Effect": "Allow", "Principal": {"Service": "rekognition.amazonaws.com"}, "Action": "sts:AssumeRole"}
        form = self.random.randrange(3)
        if form == 0:
            statement["Condition"] = {"StringEquals": {"aws:SourceAccount": account}}
        elif form == 1:
            statement["Principal"] = {"AWS": f"arn:aws:iam::{account}:root"}
            statement["Condition"] = {"StringEquals": {"sts:ExternalId": f"id-{account}"}}
        else:
            statement["Condition"] = {
                "StringEquals": {"aws:SourceAccount": account},
                "ArnLike": {"aws:SourceArn": f"arn:aws:rekognition:us-east-1:{account}:streamprocessor/*"},
            }
        return {"Version": "2012-10-17", "Statement": [statement]}


def first(policy):
    body = policy["Statement"]
    return body if isinstance(body, dict) else body[0]


def rename(table, old, new):
    """The same object with one element of another name, in its place."""
    entries = [(new if name == old else name, value) for name, value in table.items()]
    table.clear()
    table.update(entries)


MISTAKES = {}
TRUST_MISTAKES = {}


def mistake(name, *expected, trust=False, kinds=()):
    """A way to spoil a policy: the function changes it, or gives the text. One of the ids must be among ours."""

    def register(function):
        (TRUST_MISTAKES if trust else MISTAKES)[name] = (function, expected, kinds)
        return function

    return register


def put(name, expected, kinds=(), trust=False, **elements):
    """A mistake that gives elements of the first statement other values; None takes the element out."""

    def change(policy, random):
        statement = first(policy)
        for element, values in elements.items():
            value = copy.deepcopy(random.choice(values)) if values else None
            if values:
                statement[element] = value
            else:
                statement.pop(element, None)

    mistake(name, *expected, kinds=kinds, trust=trust)(change)


put("wrong action name", ["INVALID_ACTION"], Action=[
    "rekognition:DetectLabel", "rekognition:IndexFace", "s3:GetObjects", "sns:Send", ["rekognition:DetectFaces", "kms:Decode"]])
put("wrong service", ["INVALID_SERVICE_IN_ACTION"], Action=["rekognitoin:DetectLabels", "sss:GetObject", "amazon-s3:GetObject"])
put("action without service", ["REKOGNITION_IAM_ACTION_FORMAT"], Action=["DetectLabels", "GetObject", ["rekognition"]])
put("action with two colons", ["INVALID_ACTION"], Action=["rekognition:Detect:Labels", "s3::GetObject"])
put("pattern of no action", ["REKOGNITION_IAM_ACTION_PATTERN_MATCHES_NOTHING"], Action=["rekognition:Detekt*", "s3:Fetch*"])
put("missing action", ["MISSING_ACTION"], Action=[])
put("empty list of actions", ["EMPTY_ARRAY_ACTION"], Action=[[]])
put("action of a wrong type", ["DATA_TYPE_MISMATCH"], Action=[7, True, {"rekognition": "DetectLabels"}, ["s3:GetObject", 1]])
put("action and NotAction", ["UNSUPPORTED_ELEMENT_COMBINATION"], NotAction=["iam:*", ["s3:GetObject"]])
put("bad effect", ["INVALID_EFFECT"], Effect=["allow", "ALLOW", "Permit", "deny", ""])
put("effect of a wrong type", ["DATA_TYPE_MISMATCH", "INVALID_EFFECT"], Effect=[True, 1, ["Allow"]])
put("missing effect", ["MISSING_EFFECT"], Effect=[])
put("missing resource", ["MISSING_RESOURCE"], Resource=[])
put("empty list of resources", ["EMPTY_ARRAY_RESOURCE"], Resource=[[]])
put("resource of a wrong type", ["DATA_TYPE_MISMATCH"], Resource=[1, False, {"arn": "*"}, ["*", 2]])
put("resource and NotResource", ["UNSUPPORTED_ELEMENT_COMBINATION"], NotResource=["arn:aws:s3:::other/*"])
put("resource is no ARN", ["INVALID_ARN_PREFIX"], Resource=["bucket", "collection/faces", "s3://bucket/key", ""])
put("ARN with too few fields", ["MISSING_ARN_FIELD"], kinds=(1,), Resource=[
    "arn:aws:rekognition:us-east-1:collection/faces", "arn:aws:rekognition:collection/faces", "arn:aws:rekognition"])
put("ARN of an unknown partition", ["INVALID_PARTITION"], kinds=(1,), Resource=[
    "arn:amazon:rekognition:us-east-1:123456789012:collection/a", "arn:aws-mars:rekognition:us-east-1:123456789012:collection/a"])
put("ARN of an unknown region", ["INVALID_ARN_REGION"], kinds=(1,), Resource=[
    "arn:aws:rekognition:us-east-99:123456789012:collection/a", "arn:aws:rekognition:ireland:123456789012:collection/a"])
put("ARN of no account", ["INVALID_ARN_ACCOUNT"], kinds=(1,), Resource=[
    "arn:aws:rekognition:us-east-1:12345:collection/a", "arn:aws:rekognition:us-east-1:my-account:collection/a"])
put("bucket with a region", ["ARN_REGION_NOT_ALLOWED"], kinds=(2,), Resource=["arn:aws:s3:eu-west-1::bucket/*", "arn:aws:s3:us-east-1:123456789012:bucket/*"])
put("role with a region", ["ARN_REGION_NOT_ALLOWED"], kinds=(6,), Resource=["arn:aws:iam:us-east-1:123456789012:role/Vision"])
put("bad Sid", ["UNSUPPORTED_SID"], Sid=["read-faces", "Read Faces", "faces.read", "lesen_ü"])
put("Sid of a wrong type", ["DATA_TYPE_MISMATCH"], Sid=[5, ["A"], False])
put("action on a resource it cannot use", ["REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH"], Action=["s3:GetObject"], Resource=["arn:aws:s3:::bucket", "arn:aws:sns:us-east-1:123456789012:topic"])
put("collection for an action that takes none", ["REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH"], kinds=(0,), Action=["rekognition:DetectLabels", "rekognition:DetectText"],
    Resource=["arn:aws:rekognition:us-east-1:123456789012:collection/faces"])
put("misspelled resource type", ["INVALID_ARN_RESOURCE"], kinds=(1,), Resource=["arn:aws:rekognition:us-east-1:123456789012:colection/faces"])
put("principal in an identity policy", ["UNSUPPORTED_PRINCIPAL"], Principal=[
    "*", {"AWS": "arn:aws:iam::123456789012:root"}, {"Service": "rekognition.amazonaws.com"}])
put("wildcard resource", [], kinds=(1,), Resource=["*", ["*"]])
put("everything", [], Action=["*", "*:*", ["*"]], Resource=["*"])
put("condition of a wrong type", ["DATA_TYPE_MISMATCH"], Condition=["yes", ["StringEquals"], 3, {"StringEquals": "aws:SourceVpc"}])
put("unknown operator", ["INVALID_CONDITION_OPERATOR"], Condition=[
    {"StringEqual": {"aws:SourceVpc": "vpc-1"}}, {"Equals": {"aws:SourceVpc": "vpc-1"}}, {"stringlikes": {"aws:SourceVpc": "vpc-1"}}])
put("unknown set operator", ["INVALID_CONDITION_OPERATOR"], Condition=[{"ForSomeValues:StringLike": {"aws:PrincipalOrgPaths": ["o-a1b2c3d4e5/r-ab12/*"]}}])
put("unknown global condition key", ["INVALID_GLOBAL_CONDITION_KEY"], Condition=[{"StringEquals": {"aws:SourceVPN": "a"}}, {"Bool": {"aws:Secure": "true"}}])
put("condition key without service", ["INVALID_CONDITION_KEY_FORMAT"], Condition=[{"StringEquals": {"SourceVpc": "a"}}])
put("condition key of another service", ["UNSUPPORTED_ACTION_FOR_CONDITION_KEY"], kinds=(1,), Condition=[{"StringEquals": {"s3:prefix": "a"}}])
put("condition key of no service", ["INVALID_SERVICE"], Condition=[{"StringEquals": {"rekognitoin:Key": "a"}}])
put("operator of another type", ["TYPE_MISMATCH"], Condition=[
    {"NumericEquals": {"aws:SourceVpc": "1"}}, {"IpAddress": {"aws:SourceVpc": "10.0.0.0/8"}}, {"Bool": {"aws:SourceIp": "true"}}])
put("bad date", ["TYPE_MISMATCH_DATE"], Condition=[{"DateLessThan": {"aws:CurrentTime": "tomorrow"}}, {"DateLessThan": {"aws:CurrentTime": "2026-13-01T00:00:00Z"}}])
put("bad network", ["TYPE_MISMATCH_IP_RANGE"], Condition=[{"IpAddress": {"aws:SourceIp": "300.1.1.1/8"}}, {"IpAddress": {"aws:SourceIp": "10.0.0.0/40"}}])
put("bad Boolean", ["TYPE_MISMATCH_BOOLEAN"], Condition=[{"Bool": {"aws:SecureTransport": "yes"}}])
put("bad number", ["TYPE_MISMATCH_NUMBER"], Condition=[{"NumericLessThan": {"aws:MultiFactorAuthAge": "an hour"}}])
put("bad Null", ["TYPE_MISMATCH_BOOLEAN"], Condition=[{"Null": {"aws:SourceVpc": "maybe"}}])
put("empty condition", ["EMPTY_OBJECT_CONDITION"], Condition=[{}, {"StringEquals": {}}])
put("no mistake: a number as a condition value", [], Condition=[{"NumericLessThan": {"aws:MultiFactorAuthAge": 3600}}])
put("no mistake: a Boolean as a condition value", [], Condition=[{"Bool": {"aws:SecureTransport": True}}])
put("no mistake: a network of IPv6", [], Condition=[{"IpAddress": {"aws:SourceIp": ["2001:db8::/32", "2001:db8:1::/48"]}}])
put("unknown variable", ["REKOGNITION_IAM_UNKNOWN_VARIABLE"], kinds=(2,), Resource=["arn:aws:s3:::bucket/${aws:user}/*", "arn:aws:s3:::bucket/${username}/*"])


@mistake("wrong name of a statement's element", "INVALID_POLICY_ELEMENT")
def _(policy, random):
    element = random.choice(["Action", "Resource", "Effect"])
    rename(first(policy), element, {"Action": "Actions", "Resource": "Ressource", "Effect": "effect"}[element])


@mistake("element of no statement", "INVALID_POLICY_ELEMENT")
def _(policy, random):
    first(policy)[random.choice(["Description", "Comment", "Name"])] = "Faces"


@mistake("wrong name of the policy's element", "INVALID_POLICY_ELEMENT")
def _(policy, random):
    if random.random() < 0.5:
        rename(policy, "Statement", "Statements")
    else:
        policy["Description"] = "Faces"


@mistake("bad version", "INVALID_VERSION", "DATA_TYPE_MISMATCH")
def _(policy, random):
    policy["Version"] = random.choice(["2012-10-18", "2020-01-01", "1", 2012, ""])


@mistake("no mistake: the old version")
def _(policy, random):
    policy["Version"] = "2008-10-17"


@mistake("no version", "MISSING_VERSION")
def _(policy, random):
    del policy["Version"]


@mistake("no statement", "MISSING_STATEMENT")
def _(policy, random):
    if random.random() < 0.5:
        del policy["Statement"]
    else:
        policy["Statement"] = []


@mistake("statement of a wrong type", "DATA_TYPE_MISMATCH")
def _(policy, random):
    policy["Statement"] = random.choice(["Allow", 1, ["Allow"], [[first(policy)]]])


@mistake("Id of a wrong type", "DATA_TYPE_MISMATCH")
def _(policy, random):
    policy["Id"] = random.choice([1, ["a"], {}])


@mistake("duplicate Sid", "UNIQUE_SIDS_REQUIRED", kinds=(0, 4))
def _(policy, random):
    for statement in policy["Statement"]:
        statement["Sid"] = "Twice"


@mistake("not JSON", "JSON_SYNTAX_ERROR")
def _(policy, random):
    text = json.dumps(policy)
    return random.choice([text[:-1], text.replace('"Effect": ', '"Effect" '), text.replace('"', "'"), text + "}", "", text[:-1] + ",}",
                          "// faces\n" + text])


@mistake("not an object")
def _(policy, random):
    return random.choice(["[]", "7", '"Allow"', "null", json.dumps([policy])])


@mistake("an element twice", "REKOGNITION_IAM_DUPLICATE_KEY")
def _(policy, random):
    return json.dumps(policy).replace('"Effect": ', '"Effect": "Deny", "Effect": ', 1)


put("trust with a resource", ["ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE"], trust=True, Resource=["*", "arn:aws:iam::123456789012:role/A"])
put("trust for another action", ["UNSUPPORTED_ACTION_IN_POLICY", "INVALID_ACTION"], trust=True, Action=["rekognition:DetectLabels", "sts:AssumeRoles", "iam:PassRole"])
put("trust of nobody", ["MISSING_PRINCIPAL"], trust=True, Principal=[])
put("trust of an unknown kind", ["INVALID_PRINCIPAL_KEY"], trust=True, Principal=[{"User": "arn:aws:iam::123456789012:root"}])
put("trust of a short account", ["REKOGNITION_IAM_PRINCIPAL_FORMAT"], trust=True, Principal=[{"AWS": "arn:aws:iam::1234:root"}, {"AWS": "12345"}])
put("trust with a bad effect", ["INVALID_EFFECT"], trust=True, Effect=["allow"])
put("trust with an unknown operator", ["INVALID_CONDITION_OPERATOR"], trust=True, Condition=[{"StringEqual": {"aws:SourceAccount": "123456789012"}}])


def corpus():
    """(name, kind of policy, planted mistake or "", text) of each, without duplicates."""
    source = random.Random(SEED)
    seen, out = set(), []

    def add(kind, planted, make):
        for _ in range(50):
            made = make()
            text = made if isinstance(made, str) else json.dumps(made, indent=source.choice([None, 2]))
            if (kind, text) not in seen:
                break
        if (kind, text) in seen:
            return
        seen.add((kind, text))
        out.append((f"p{len(out):05}", kind, planted, text))

    def spoil(function, kinds, trust):
        maker = Maker(source)
        policy = maker.trust() if trust else maker.policy(*kinds)
        made = function(policy, source)
        return policy if made is None else made

    for _ in range(GOOD):
        add("identity", "", lambda: Maker(source).policy())
    for _ in range(EACH):
        add("role-trust", "", lambda: Maker(source).trust())
    for trust, table in ((False, MISTAKES), (True, TRUST_MISTAKES)):
        for name, (function, _, kinds) in table.items():
            for _ in range(EACH):
                add("role-trust" if trust else "identity", name, lambda: spoil(function, kinds, trust))
    return out


# ---------------------------------------------------------------- the checkers


def ask_us(policies):
    """For each policy the ids by severity."""
    target = Path(os.environ.get("CARGO_TARGET_DIR", environment.ROOT / "target"))
    subprocess.run(["cargo", "build", "--quiet", "-p", "rekognition-iam-cli"], cwd=environment.ROOT, check=True)
    found = {name: {} for name, *_ in policies}
    with tempfile.TemporaryDirectory() as folder:
        for kind in sorted({kind for _, kind, _, _ in policies}):
            files = []
            for name, of_kind, _, text in policies:
                if of_kind == kind:
                    files.append(Path(folder, f"{name}.json"))
                    files[-1].write_text(text)
            command = [target / "debug" / "rekognition-iam", "check", "--no-config", "--format", "json", "--kind", kind, *files]
            done = subprocess.run(command, capture_output=True, text=True)
            assert done.returncode in (0, 1, 2), done.stderr
            for line in done.stdout.splitlines():
                finding = json.loads(line)
                found[Path(finding["file"]).stem].setdefault(finding["severity"], set()).add(finding["id"])
    return found


def ask_moto(kind, text):
    validator = IAMTrustPolicyDocumentValidator if kind == "role-trust" else IAMPolicyDocumentValidator
    try:
        validator(text).validate()
    except MalformedPolicyDocument as error:
        return [normalised(str(error.message))]
    except Exception as error:  # noqa: BLE001  (a crash is an answer too)
        return [f"crash: {type(error).__name__}"]
    return []


# Suggestions that name what another refuses; the rest is advice on good policies too.
NAMED = {"EMPTY_ARRAY_ACTION", "EMPTY_ARRAY_RESOURCE", "EMPTY_OBJECT_CONDITION"}

# What parliament calls an inconsistency, a bad pattern or not ideal is advice.
PARLIAMENT_ADVICE = {
    "BAD_PATTERN_FOR_MFA", "MISMATCHED_TYPE_BUT_USABLE", "NO_VERSION", "OLD_VERSION", "RESOURCE_EFFECTIVELY_STAR",
    "RESOURCE_POLICY_PRIVILEGE_ESCALATION", "RESOURCE_STAR",
}


def ask_parliament(kind, text):
    try:
        findings = parliament.analyze_policy_string(text).findings
    except Exception as error:  # noqa: BLE001
        return [f"crash: {type(error).__name__}"]
    told = set()
    for finding in findings:
        if finding.issue in PARLIAMENT_ADVICE:
            continue
        detail = finding.detail if finding.issue in ("MALFORMED", "INVALID_ARN", "EXCEPTION") else ""
        told.add(normalised(f"{finding.issue} {detail}".strip()))
    return sorted(told)


def ask_cfn_lint(policies):
    """All at once: one template for some hundred, so that the schemas are read once."""
    told = {}
    for start in range(0, len(policies), TEMPLATE):
        part = policies[start:start + TEMPLATE]
        resources = ",".join(
            f'"{name}":{{"Type":"AWS::IAM::ManagedPolicy","Properties":{{"PolicyDocument":{text}}}}}'
            for name, _, _, text in part
        )
        template = f'{{"Resources":{{{resources}}}}}'
        told.update({name: set() for name, *_ in part})
        for match in lint(template, regions=["us-east-1"], config=ManualArgs(regions=["us-east-1"])):
            # W3037 is an unknown action; other warnings are advice.
            if not match.rule.id.startswith("E") and match.rule.id != "W3037":
                continue
            assert match.path and match.path[0] == "Resources" and len(match.path) > 1, match
            told[match.path[1]].add(normalised(f"{match.rule.id} {match.message}"))
    return {name: sorted(messages) for name, messages in told.items()}


def normalised(message):
    """Without the values of one policy."""
    message = message.splitlines()[0] if message else ""
    message = re.sub(r"\[.*\]|\{.*\}", "..", message)
    message = re.sub(r"'[^']*'|\"[^\"]*\"", "..", message)
    message = re.sub(r"(Resource|Vendor|Partition) \S+ (must|can|is|cannot)", r"\1 .. \2", message)
    message = re.sub(r"arn:\S+", "..", message)
    return message[:120]


def has_duplicates(text):
    def pairs(entries):
        names = [name for name, _ in entries]
        if len(set(names)) != len(names):
            raise ValueError
        return dict(entries)

    try:
        return not isinstance(json.loads(text, object_pairs_hook=pairs), dict)
    except ValueError:
        return True


# ---------------------------------------------------------------- the comparison


def main():
    started = time.monotonic()
    policies = corpus()
    assert len(policies) >= 1000, len(policies)
    if "--keep" in sys.argv:
        folder = Path(sys.argv[sys.argv.index("--keep") + 1])
        folder.mkdir(parents=True, exist_ok=True)
        for name, kind, planted, text in policies:
            (folder / f"{name}.json").write_text(text)

    ours = ask_us(policies)
    identity = [policy for policy in policies if policy[1] == "identity"]
    answers = {"moto": {name: ask_moto(kind, text) for name, kind, _, text in policies}}
    answers["parliament"] = {name: ask_parliament(kind, text) for name, kind, _, text in identity}
    answers["cfn-lint"] = ask_cfn_lint([policy for policy in identity if not has_duplicates(policy[3])])

    failures = []
    for name, kind, planted, text in policies:
        ids = set().union(*ours[name].values())
        errors = ours[name].get("error", set())
        expected = {**MISTAKES, **TRUST_MISTAKES}[planted][1] if planted else ()
        if (not planted or planted.startswith("no mistake")) and errors:
            failures.append(f"a good policy is refused with {sorted(errors)}: {text}")
        if expected and not ids & set(expected):
            failures.append(f"{planted}: {sorted(ids)} instead of {expected}: {text}")

    groups = {}
    for tool, told in answers.items():
        for name, kind, planted, text in policies:
            if name not in told:
                continue
            errors = sorted(ours[name].get("error", set()))
            if bool(errors) == bool(told[name]):
                continue
            if errors:
                keys = [f"{tool} accepts | {', '.join(errors)}"]
            else:
                warned = sorted(ours[name].get("warning", set()) | ours[name].get("security-warning", set()))
                warned = warned or sorted(ours[name].get("suggestion", set()) & NAMED)
                said = f"{planted or 'good'}; we say {', '.join(warned) or 'nothing'}"
                keys = [f"{tool} refuses: {' + '.join(told[name])} | {said}"]
            for key in keys:
                groups.setdefault(key, []).append((planted, text))

    if "--list" in sys.argv:
        for key, members in sorted(groups.items()):
            print(f"{len(members):5} {key}\n      {sorted({planted for planted, _ in members})}\n      {' '.join(members[0][1].split())[:700]}")
        print("\n".join(failures[:40]))
        return

    verdicts = json.loads(VERDICTS.read_text())
    counts = {}
    for key, members in sorted(groups.items()):
        verdict = verdicts.get(key)
        if verdict is None:
            failures.append(f"no verdict for {key} ({len(members)} policies), such as {members[0][1]}")
        elif verdict.get("verdict") not in ALLOWED or not verdict.get("why"):
            failures.append(f"a verdict that cannot stand for {key}: {verdict}")
        else:
            of_tool = counts.setdefault(key.split(" ")[0], {})
            of_verdict = of_tool.setdefault(verdict["verdict"], [0, 0])
            of_verdict[0] += 1
            of_verdict[1] += len(members)
    # A group of few policies may have none among the smaller number.
    if "--more" in sys.argv:
        failures += [f"a verdict for a group that is no more: {key}" for key in verdicts if key not in groups]
    if failures:
        print("\n".join(failures[:40]))
        sys.exit(f"{len(failures)} failures")
    print(f"{len(policies)} policies in {time.monotonic() - started:.0f} s")
    for tool, told in answers.items():
        parts = [f"{verdict}: {size} ({of} groups)" for verdict, (of, size) in sorted(counts.get(tool, {}).items())]
        print(f"{tool} on {len(told)}: differs on {sum(size for _, size in counts.get(tool, {}).values())}; " + "; ".join(parts))


main()
