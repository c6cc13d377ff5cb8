#!/usr/bin/env python3
"""How often `diff` has no answer, over AWS's managed policies and fourteen kinds of edits to each.

usage: tests/external/unknown_rate.py [--command PATH] [--policies N] [--moto WHEEL] [--documents FOLDER ..] [--list] [--seed N]

The policies come with `moto`, from Python's registry; `--documents` adds the JSON policies of folders, such as a checkout of
github.com/aws-samples/data-perimeter-policy-examples. Each is compared with itself after each edit, and answers are counted by
kind; `--list` prints every question without an answer. Each of them has to name the statement and what would settle it, and
the key unless no single key is in the way. Exit status 1 when one does not, or when more than one in two hundred has no answer.
"""
import argparse, collections, copy, json, pathlib, random, re, subprocess, sys, tempfile, time, zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

def each(value):
    return value if isinstance(value, list) else [value]

def managed(wheel):
    if not wheel:
        folder = tempfile.mkdtemp()
        subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "-d", folder, "moto"], check=True)
        wheel = next(pathlib.Path(folder).glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if "aws_managed_policies" in name)
        text = archive.read(name).decode()
    if name.endswith(".py"):
        text = re.search(r'"""(.*)"""', text, re.S).group(1)
    policies = json.loads(text)
    return {name: policy["Document"] for name, policy in sorted(policies.items())}

def documents(folder):
    """The policy documents in the JSON files of a folder, however deep they are in them, and in the code blocks of its pages."""
    def inside(value):
        if isinstance(value, dict):
            if "Statement" in value and all(isinstance(s, dict) and "Effect" in s for s in each(value["Statement"])): yield value
            else:
                for part in value.values(): yield from inside(part)
        elif isinstance(value, list):
            for part in value: yield from inside(part)
    found = {}
    for path in sorted(pathlib.Path(folder).rglob("*")):
        if path.suffix not in (".json", ".md"): continue
        text = path.read_text(encoding="utf-8")
        for block in [text] if path.suffix == ".json" else re.findall(r"```(?:json)?\n(.*?)```", text, re.S):
            try: value = json.loads(block)
            except ValueError: continue
            for document in inside(value): found[f"{path.relative_to(folder)}#{len(found)}"] = document
    return found

def is_explained(answer):
    """Whether each side without an answer says where and why, and what would settle it."""
    sides = [side for side in (answer["new_access"], answer["lost_access"]) if side and "unknown" in side]
    return bool(sides) and all("; " in side["unknown"] and side.get("cause") and (side.get("key") and "statement" in side or side["cause"] == "too_many") for side in sides)

def narrowed(document):
    """The first Allow on everything is limited to one account."""
    for statement in each(document["Statement"]):
        if statement["Effect"] == "Allow" and statement.get("Resource") in ("*", ["*"]):
            statement["Resource"] = "arn:aws:*:*:123456789012:*"
            return

def first_allow(document):
    return next((statement for statement in each(document["Statement"]) if statement["Effect"] == "Allow"), None)

def with_condition(document, operator, key, value):
    statement = first_allow(document)
    if statement is not None:
        statement.setdefault("Condition", {}).setdefault(operator, {})[key] = value

def without_statement(document):
    statements = each(document["Statement"])
    document["Statement"] = statements[1:] or [{"Effect": "Deny", "Action": "*", "Resource": "*"}]

def without_action(document):
    statement = first_allow(document)
    if statement is not None and "Action" in statement and len(each(statement["Action"])) > 1:
        statement["Action"] = each(statement["Action"])[1:]

def without_conditions(document):
    for statement in each(document["Statement"]):
        statement.pop("Condition", None)

def with_variable(document):
    document["Statement"] = each(document["Statement"]) + [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/${aws:username}/*"}]

def added(statement):
    return lambda document: document.update(Statement=each(document["Statement"]) + [statement])

EDITS = {
    "a statement added": added({"Effect": "Allow", "Action": "rekognition:IndexFaces", "Resource": "arn:aws:rekognition:us-east-1:123456789012:collection/staff"}),
    "a Deny added": added({"Effect": "Deny", "Action": "s3:Delete*", "Resource": "*"}),
    "a Deny without MFA added": added({"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}),
    "a Deny outside of the organization added": added({"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"StringNotEqualsIfExists": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}}),
    "a statement removed": without_statement,
    "an action removed": without_action,
    "conditions removed": without_conditions,
    "a resource narrowed": narrowed,
    "a source address required": lambda document: with_condition(document, "IpAddress", "aws:SourceIp", ["10.0.0.0/8", "192.0.2.0/24"]),
    "ABAC: the owner's tag required": lambda document: with_condition(document, "StringEquals", "aws:ResourceTag/owner", "${aws:username}"),
    "ABAC: the team's tag required": lambda document: with_condition(document, "StringEquals", "aws:ResourceTag/team", "${aws:PrincipalTag/team}"),
    "ABAC: an Allow of one's own added": added({"Effect": "Allow", "Action": "ec2:StartInstances", "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/owner": "${aws:username}"}}}),
    "ABAC: a Deny of others' added": added({"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}}),
    "a home directory added": with_variable,
}

def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--command", default=str(ROOT / "target/debug/rekognition-iam"))
    parser.add_argument("--policies", type=int, default=0, help="that many of them, chosen by the seed; 0 for all")
    parser.add_argument("--moto", help="the wheel, where it is at hand")
    parser.add_argument("--documents", nargs="*", default=[], help="folders with more policies in JSON")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--list", action="store_true")
    args = parser.parse_args()
    policies = managed(args.moto)
    names = list(policies)
    if args.policies:
        names = random.Random(args.seed).sample(names, min(args.policies, len(names)))
    for folder in args.documents:
        more = documents(folder)
        policies.update(more)
        names += list(more)
        print(f"{folder}: {len(more)} policies")
    asked = []
    for name in names:
        for edit, change in EDITS.items():
            new = copy.deepcopy(policies[name])
            change(new)
            asked.append((name, edit, policies[name], new))
    text = "".join(json.dumps({"old": old, "new": new}) + "\n" for _, _, old, new in asked)
    start = time.monotonic()
    answers = subprocess.run([args.command, "diff", "--stdin"], input=text, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    took = time.monotonic() - start
    assert len(answers) == len(asked)
    counts = collections.defaultdict(collections.Counter)
    unknown = bare = 0
    for (name, edit, _, _), answer in zip(asked, answers):
        answer = json.loads(answer)
        relation = answer.get("relation", "error")
        counts[edit][relation] += 1
        if relation == "unknown":
            unknown += 1
            bare += not is_explained(answer)
            if args.list:
                print(f"{name}: {edit}: {json.dumps(answer)}")
    for edit, found in counts.items():
        print(f"{edit}: {dict(found)}")
    print(f"{len(asked)} questions about {len(names)} policies in {took:.0f} s: {unknown} without an answer, {100 * unknown / len(asked):.2f} %")
    print(f"{bare} of them do not say where, why, and what would settle it")
    return 1 if unknown * 200 > len(asked) or bare else 0

if __name__ == "__main__":
    sys.exit(main())
