#!/usr/bin/env python3
"""AWS's managed policies: every error that `check` reports there is true according to AWS's reference.

The policies are those in the package `moto`, about 1,600. A policy that AWS itself attaches is taken by IAM and mostly does
what it should, so an error there is a false alarm until proved. An error about an action and the resources of its statement
is proved here, by the service reference in codegen/data and not by our own code. Each other one needs a verdict in
managed_verdicts.json, with the page of AWS that settles it: an error without one fails the run, and so does a verdict that
no error needs any longer.

    managed.py           checks
    managed.py --list    prints the errors without a verdict, and judges nothing
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
    """Policy and finding, of each error."""
    with tempfile.TemporaryDirectory() as folder:
        for name, document in policies.items():
            Path(folder, f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
        arguments = ["check", "--no-config", "--kind", "identity", "--format", "json", folder]
        answer = subprocess.run([command(), *arguments], capture_output=True, text=True, check=False)
    if answer.returncode not in (0, 1):
        sys.exit(answer.stderr)
    found = [json.loads(line) for line in answer.stdout.splitlines()]
    return [(Path(one["file"]).stem, one) for one in found if one["severity"] == "error"]


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


def reference():
    """Service and action in lower case to the ARN formats of its resource types; empty when it has none."""
    actions = {}
    for file in SERVICES.glob("*.json"):
        service = json.loads(file.read_text(encoding="utf-8"))
        formats = {kind["Name"]: kind["ARNFormats"] for kind in service["Resources"]}
        for action in service["Actions"]:
            kinds = [kind["Name"] for kind in action.get("Resources", [])]
            key = f"{service['Name']}:{action['Name']}".lower()
            actions[key] = [form for kind in kinds for form in formats[kind]]
    service, formats = "", {}
    for line in LISTING.read_text(encoding="utf-8").splitlines():
        what, *fields = line.split("\t")
        if what.startswith("#") or what == "key":
            continue
        name, *fields = fields
        if what == "service":
            service, formats = name, {}
        elif what == "type":
            formats[name] = fields[1:]
        else:
            kinds = [kind.split("=")[0].lstrip("*") for kind in fields[1:]]
            actions[f"{service}:{name}".lower()] = [form for kind in kinds for form in formats[kind]]
    return actions


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
    pattern = re.compile(re.escape(key).replace(r"\*", ".*").replace(r"\?", "."))
    known = [forms for name, forms in actions.items() if pattern.fullmatch(name)]
    return bool(known) and all(apart(resource, form) for forms in known for form in forms for resource in resources)


# A customer's managed policy, without white space. AWS exceeds it in policies of its own.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
QUOTA = 6_144


def characters(policy):
    return len(json.dumps(policy, separators=(",", ":"), ensure_ascii=False))


def proved(policy, finding, actions):
    """Whether the reference, or the page on quotas, says the same as the finding."""
    rule = finding["id"]
    if rule == "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA":
        return characters(policy) > QUOTA
    part = statement(policy, finding)
    if rule == "INVALID_ACTION":
        # AWS has no such action, or has released it since the date of the data; the message says both.
        return subject("", policy, finding).lower() not in actions
    if rule not in PROVED or "Resource" not in part or "Action" not in part:
        return False
    resources = listed(part["Resource"])
    about = subject("", policy, finding)
    if rule == "REKOGNITION_IAM_RESOURCE_UNUSED":
        return all(never_works(action, [about], actions) for action in listed(part["Action"]))
    return never_works(about, resources, actions)


# ---------------------------------------------------------------- the run


def main():
    policies = managed_policies()
    actions = reference()
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
        print(f"no error needs the verdict on {group}")
    if open_groups or stale:
        sys.exit(f"{len(open_groups)} errors without a verdict, {len(stale)} verdicts without an error")
    print(f"{len(policies)} managed policies: {by_reference} errors that the service reference proves, "
          f"{sum(map(len, groups.values()))} with a verdict, no false alarm")


main()
