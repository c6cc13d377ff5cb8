#!/usr/bin/env python3
"""AWS's managed policies: what `check` reports there is true according to AWS's reference.

The policies are those in the package `moto`, about 1,600. A policy that AWS itself attaches is taken by IAM and mostly does
what it should, so a finding there is a false alarm until proved. Looked at are all errors, and what has an ID of AWS's
validation of policies at any severity. Most is proved here, by the service reference in codegen/data and by the policy, and
not by our own code. Each other finding needs a verdict in managed_verdicts.json, with the page of AWS that settles it: a
finding without one fails the run, and so does a verdict that no finding needs any longer.

    managed.py           checks
    managed.py --list    prints the findings without a verdict, and judges nothing
"""

import importlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import environment

environment.ensure("moto>=5.2,<6")

# The package is meant by `moto`, not the script beside this one.
sys.path.remove(str(Path(__file__).resolve().parent))

VERDICTS = Path(__file__).with_name("managed_verdicts.json")
SERVICES = environment.ROOT / "codegen/data/services"
LISTING = environment.ROOT / "codegen/data/services.txt"
KEYS = environment.ROOT / "codegen/data/global-condition-keys.json"
OURS = "REKOGNITION_IAM_"
PROVED = {
    "REKOGNITION_IAM_ACTION_DEAD_BESIDE_OTHERS",
    "REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH",
    "REKOGNITION_IAM_RESOURCE_UNUSED",
}


def managed_policies():
    """Name to document, of all managed policies that moto has."""
    data = importlib.import_module("moto.iam.aws_managed_policies").aws_managed_policies_data
    return {name: policy["Document"] for name, policy in json.loads(data).items()}


def command():
    subprocess.run(["cargo", "build", "--quiet", "-p", "rekognition-iam-cli"], cwd=environment.ROOT, check=True)
    target = Path(os.environ.get("CARGO_TARGET_DIR", environment.ROOT / "target"))
    return target / "debug" / "rekognition-iam"


def findings(policies):
    """Policy and finding, of each error and each finding with an ID of AWS."""
    with tempfile.TemporaryDirectory() as folder:
        for name, document in policies.items():
            Path(folder, f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
        arguments = ["check", "--no-config", "--kind", "identity", "--format", "json", folder]
        answer = subprocess.run([command(), *arguments], capture_output=True, text=True, check=False)
    if answer.returncode not in (0, 1):
        sys.exit(answer.stderr)
    found = [json.loads(line) for line in answer.stdout.splitlines()]
    return [(Path(one["file"]).stem, one) for one in found if one["severity"] == "error" or not one["id"].startswith(OURS)]


def listed(value):
    return value if isinstance(value, list) else [value]


def statement(policy, finding):
    return listed(policy["Statement"])[finding["statement"]]


def subject(name, policy, finding):
    """What the finding is about: an action or a resource, or else a condition key or element and the policy."""
    element = re.match(r"Statement(?:\[\d+\])?\.(Action|Resource|NotResource)(?:\[(\d+)\])?$", finding["path"])
    if element:
        return listed(statement(policy, finding)[element[1]])[int(element[2] or 0)]
    last = re.search(r'(?:\["([^"]+)"\]|([^.\]]+))(?:\[\d+\])?$', finding["path"])
    return f"{(last and (last[1] or last[2])) or 'document'} in {name}"


# ---------------------------------------------------------------- the service reference


class Reference:
    """What the service reference says: the formats of each action's types, its keys, and the type of each key."""

    def __init__(self):
        # Service and action in lower case to the ARN formats of its resource types; empty when it has none.
        self.formats = {}
        # The same to the keys that its requests may have.
        self.keys = {}
        self.types = {key["name"]: key["types"][0] for key in json.loads(KEYS.read_text(encoding="utf-8"))["keys"]}
        for file in SERVICES.glob("*.json"):
            service = json.loads(file.read_text(encoding="utf-8"))
            kinds = {kind["Name"]: kind for kind in service["Resources"]}
            self.types |= {key["Name"]: key["Types"][0] for key in service.get("ConditionKeys", [])}
            for action in service["Actions"]:
                own = [kinds[kind["Name"]] for kind in action.get("Resources", [])]
                self.add(
                    f"{service['Name']}:{action['Name']}",
                    [form for kind in own for form in kind["ARNFormats"]],
                    action.get("ActionConditionKeys", []) + [key for kind in own for key in kind.get("ConditionKeys", [])],
                )
        service, kinds = "", {}
        for line in LISTING.read_text(encoding="utf-8").splitlines():
            what, *fields = line.split("\t")
            if what.startswith("#"):
                continue
            name, *fields = fields

            def whole(keys):
                # A colon stands for the prefix of the service.
                return [f"{service}{key}" if key.startswith(":") else key for key in keys.split()]

            if what == "service":
                service, kinds = name, {}
            elif what == "key":
                self.types[whole(name)[0]] = fields[0]
            elif what == "type":
                kinds[name] = (fields[1:], whole(fields[0]))
            else:
                own = [kind.lstrip("*").partition("=") for kind in fields[1:]]
                self.add(
                    f"{service}:{name}",
                    [form for kind, _, _ in own for form in kinds[kind][0]],
                    whole(fields[0] if fields else "")
                    + [key for kind, _, keys in own for key in kinds[kind][1] + whole(keys)],
                )

    def add(self, name, formats, keys):
        self.formats[name.lower()] = formats
        self.keys[name.lower()] = [key.lower() for key in keys]

    def type_of(self, key):
        """The type of a key, whose tag may be filled in."""
        for name, kind in self.types.items():
            if key.lower() == name.lower() or ("${" in name and key.lower().startswith(name.split("${")[0].lower())):
                return kind
        return None

    def has(self, action, key):
        """Whether requests for the action may have the key."""

        def is_key(name):
            start, placeholder, _ = name.partition("${")
            return key.lower().startswith(start) if placeholder else key.lower() == name

        keys = self.keys.get(action.lower(), [])
        # A request that creates a resource has the tags of it, says the page on global condition keys.
        creates = key.startswith("aws:ResourceTag/") and "aws:requesttag/${tagkey}" in keys
        return creates or any(is_key(name) for name in keys)


def start(text):
    """The literal start of a pattern or a format."""
    return re.split(r"[*?]|\$\{", text, maxsplit=1)[0]


def apart(resource, form):
    """Whether no ARN of the format can match, as the services or the starts of the resource parts alone show."""
    ours, theirs = resource.split(":", 5), form.split(":", 5)
    if len(ours) < 6:
        return True
    if ours[2] != theirs[2]:
        return not re.search(r"[*?$]", ours[2])
    # A star at the end of the account can reach across the colon after it.
    if ours[4].endswith("*") and ":" in theirs[5] and not re.match(r"[\w-]+[/:]", ours[5]):
        return False
    ours, theirs = start(ours[5]), start(theirs[5])
    return not (ours.startswith(theirs) or theirs.startswith(ours))


def never_works(action, resources, actions):
    """Whether the reference shows that the action can use none of the resources."""
    key = action.lower()
    actions = actions.formats
    pattern = re.compile(re.escape(key).replace(r"\*", ".*").replace(r"\?", "."))
    known = [forms for name, forms in actions.items() if pattern.fullmatch(name)]
    return bool(known) and all(apart(resource, form) for forms in known for form in forms for resource in resources)


# A customer's managed policy, without white space. AWS exceeds it in policies of its own.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
QUOTA = 6_144


def characters(policy):
    return len(json.dumps(policy, separators=(",", ":"), ensure_ascii=False))


def covers(pattern, text, fold=False):
    """Whether all that the text matches is matched by the pattern."""
    pattern, text = (pattern.lower(), text.lower()) if fold else (pattern, text)
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "[^*]")
    return re.fullmatch(expression, text) is not None


def all_covered(wide, narrow, name, fold):
    """Whether the element of one statement covers that of another."""
    if name not in wide or name not in narrow:
        return False
    return all(any(covers(pattern, one, fold) for pattern in listed(wide[name])) for one in listed(narrow[name]))


def is_redundant(policy, number):
    """Whether another statement says all that this one says."""
    narrow = listed(policy["Statement"])[number]
    for other, wide in enumerate(listed(policy["Statement"])):
        same = wide["Effect"] == narrow["Effect"] and wide.get("Condition") in (None, {}, narrow.get("Condition"))
        if (other != number and same and all_covered(wide, narrow, "Action", True)
                and all_covered(wide, narrow, "Resource", False)):
            return True
    return False


def condition(policy, finding):
    """Operator, key, and values of the condition that a finding is about."""
    path = re.search(r'\.Condition(?:\.(\w+)|\["([^"]+)"\])(?:\["([^"]+)"\]|\.([\w:]+))?', finding["path"])
    operator, key = path[1] or path[2], path[3] or path[4]
    keys = statement(policy, finding)["Condition"][operator]
    return operator, key, listed(keys[key]) if key else list(keys)


def proved(policy, finding, actions):
    """Whether the reference, the policy itself, or the page on quotas says the same as the finding."""
    rule = finding["id"]
    if rule == "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA":
        return characters(policy) > QUOTA
    part = statement(policy, finding)
    about = subject("", policy, finding)
    match rule:
        case "INVALID_ACTION":
            # AWS has no such action, or has released it since the date of the data; the message says both.
            return about.lower() not in actions.formats
        case "REDUNDANT_ACTION" | "REDUNDANT_RESOURCE":
            others = listed(part["Action" if rule == "REDUNDANT_ACTION" else "Resource"])
            covering = [one for one in others if covers(one, about, rule == "REDUNDANT_ACTION")]
            return len(covering) > 1
        case "REDUNDANT_STATEMENT":
            return is_redundant(policy, finding["statement"])
        case "EQUIVALENT_TO_NULL_FALSE":
            operator, _, values = condition(policy, finding)
            return "Like" in operator and "*" in values
        case "TYPE_MISMATCH":
            operator, key, _ = condition(policy, finding)
            return "String" in operator and actions.type_of(key) == "Bool"
        case "FORALLVALUES_WITH_SINGLE_VALUED_KEY":
            operator, key, _ = condition(policy, finding)
            return operator.startswith("ForAllValues") and not (actions.type_of(key) or "ArrayOf").startswith("ArrayOf")
        case "STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS":
            operator, key, keys = condition(policy, finding)
            return operator.startswith("String") and "Like" in operator and any(actions.type_of(one) in ("ARN", "ArrayOfARN") for one in ([key] if key else keys))
        case "UNSUPPORTED_ACTION_FOR_CONDITION_KEY":
            _, key, _ = condition(policy, finding)
            names = re.findall(r"`([\w-]+:\w+)`", finding["message"].split("never in a request for")[-1])
            return bool(names) and not any(actions.has(name, key) for name in names)
        case "PASS_ROLE_WITH_STAR_IN_RESOURCE" | "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE":
            return any(covers(one, "iam:PassRole", True) for one in listed(part["Action"])) and "*" in listed(part["Resource"])
        case "CREATE_SLR_WITH_STAR_IN_RESOURCE" | "CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE":
            name = "iam:CreateServiceLinkedRole"
            return any(covers(one, name, True) for one in listed(part["Action"])) and "*" in listed(part["Resource"])
    if rule not in PROVED or "Resource" not in part or "Action" not in part:
        return False
    if rule == "REKOGNITION_IAM_RESOURCE_UNUSED":
        return all(never_works(action, [about], actions) for action in listed(part["Action"]))
    return never_works(about, listed(part["Resource"]), actions)


# ---------------------------------------------------------------- the run


def main():
    policies = managed_policies()
    actions = Reference()
    verdicts = json.loads(VERDICTS.read_text(encoding="utf-8"))
    by_reference, groups = 0, defaultdict(list)
    for name, finding in findings(policies):
        policy = policies[name]
        if proved(policy, finding, actions):
            by_reference += 1
        else:
            groups[f"{finding['id']} | {subject(name, policy, finding)}"].append((name, finding))
    open_groups = [group for group in groups if group not in verdicts]
    for group in sorted(open_groups):
        name, finding = groups[group][0]
        print(f"{group}\n    {name} {finding['path']}: {finding['message']}")
    if "--list" in sys.argv:
        return
    stale = [group for group in verdicts if group not in groups]
    for group, verdict in verdicts.items():
        if "https://docs.aws.amazon.com/" not in verdict["why"]:
            sys.exit(f"no page of AWS in the verdict on {group}")
    for group in stale:
        print(f"no finding needs the verdict on {group}")
    if open_groups or stale:
        sys.exit(f"{len(open_groups)} findings without a verdict, {len(stale)} verdicts without a finding")
    print(f"{len(policies)} managed policies: {by_reference} findings that AWS's reference or the policy proves, "
          f"{sum(map(len, groups.values()))} with a verdict, no false alarm")


main()
