#!/usr/bin/env python3
"""The JSON schema of rekognition-iam.toml accepts and rejects the same configurations as `check`.

Uses the command of a debug build, or the one in REKOGNITION_IAM.
"""

import json
import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import environment

environment.ensure("jsonschema>=4,<5")

from jsonschema import Draft7Validator  # noqa: E402

TARGET = Path(os.environ.get("CARGO_TARGET_DIR", environment.ROOT / "target")).absolute()
COMMAND = os.environ.get("REKOGNITION_IAM", TARGET / "debug" / "rekognition-iam")

POLICY = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "rekognition:DetectLabels", "Resource": "*"}}'

RULE = '[rules.INVALID_ACTION]\nlevel = "off"\nreason = "x"\n'
ACCEPT = '[[accept]]\nrule = "INVALID_ACTION"\nfile = "a.json"\nsid = "A"\nreason = "x"\n'
WITH = '[[organization]]\nactions = ["s3:*"]\nonly-with = {StringEquals = {"aws:SourceVpc" = "vpc-0123abcd"}}\nreason = "x"\n'
IN = '[[organization]]\nactions = ["*", "s3:Get*"]\nonly-in-accounts = ["111122223333"]\nreason = "x"\n'

GOOD = [
    "",
    'max-catalogue-age = 90\nbaseline = "known.json"\n',
    RULE,
    RULE + 'files = []\n',
    RULE.replace("off", "security-warning") + 'files = ["legacy/*", "a"]\n',
    RULE.replace("off", "Error"),
    RULE.replace("off", "Security_Warning"),
    ACCEPT,
    ACCEPT.replace("sid = ", "path = "),
    ACCEPT + 'path = "Statement[0]"\n' + ACCEPT,
    '[unlisted]\n"rekognition:NewAction" = "new"\n',
    WITH,
    WITH.replace('"vpc-0123abcd"', '["vpc-0123abcd", "vpc-4567abcd"]'),
    WITH + 'level = "warning"\nfiles = ["a"]\n' + IN,
    "\n".join(['baseline = "known.json"', RULE, ACCEPT, IN, '[unlisted]\n"a:B" = "c"']),
]


def without(text, name):
    """The text without the line of a key."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(name))


BAD = [
    'baseline = ""\n',
    "baseline = 1\n",
    'catalogue = " "\n',
    "max-catalogue-age = -1\n",
    'max-catalogue-age = "90"\n',
    "max-catalogue-age = 4294967296\n",
    "basline = 1\n",
    "rules = 1\n",
    without(RULE, "level"),
    without(RULE, "reason"),
    RULE.replace('"x"', '" "'),
    RULE.replace("INVALID_ACTION", "INVALID_ACTON"),
    RULE.replace("off", "none"),
    RULE + "files = \"a\"\n",
    RULE + "files = [1]\n",
    RULE + "sid = \"a\"\n",
    *(without(ACCEPT, name) for name in ["rule", "file", "sid", "reason"]),
    ACCEPT.replace("[[accept]]", "[accept]"),
    ACCEPT.replace("INVALID_ACTION", "INVALID_ACTON"),
    ACCEPT + 'level = "off"\n',
    ACCEPT + 'path = ""\n',
    '[unlisted]\nNewAction = "new"\n',
    '[unlisted]\n"a:B" = ""\n',
    *(without(WITH, name) for name in ["actions", "only-with", "reason"]),
    WITH + 'only-in-accounts = ["111122223333"]\n',
    WITH + 'level = "off"\n',
    WITH.replace('["s3:*"]', "[]"),
    WITH.replace('["s3:*"]', '"s3:*"'),
    WITH.replace('["s3:*"]', '["GetObject"]'),
    WITH.replace('{StringEquals = {"aws:SourceVpc" = "vpc-0123abcd"}}', "{}"),
    WITH.replace('{"aws:SourceVpc" = "vpc-0123abcd"}', "{}"),
    WITH.replace('"vpc-0123abcd"', "1"),
    IN.replace('["111122223333"]', '["1"]'),
    IN.replace('["111122223333"]', "[]"),
]


def main():
    printed = subprocess.run([COMMAND, "schema"], check=True, capture_output=True, text=True).stdout
    schema = json.loads(printed)
    Draft7Validator.check_schema(schema)
    validator = Draft7Validator(schema)
    wrong = []
    with tempfile.TemporaryDirectory() as directory:
        work = Path(directory)
        (work / "policy.json").write_text(POLICY)
        (work / "known.json").write_text('{"version": 1, "written_by": "", "findings": []}')
        for expected, texts in [(True, GOOD), (False, BAD)]:
            for text in texts:
                (work / "rekognition-iam.toml").write_text(text)
                done = subprocess.run([COMMAND, "check", "policy.json"], cwd=work, capture_output=True, text=True)
                by_schema = validator.is_valid(tomllib.loads(text))
                if (done.returncode != 2, by_schema) != (expected, expected):
                    wrong.append(f"expected {expected}, schema {by_schema}, check: {done.returncode} {done.stderr}\n{text}")
    # Every key of the schema is in a good configuration, so that none is only there in one of the two.
    everything = "".join(GOOD) + 'catalogue = "x"'
    keys = set()

    def collect(node):
        if isinstance(node, dict):
            keys.update(node.get("properties", {}))
            for value in node.values():
                collect(value)
        elif isinstance(node, list):
            for value in node:
                collect(value)

    collect(schema)
    wrong.extend(f"no configuration has the key {key}" for key in sorted(keys) if key not in everything)
    if wrong:
        sys.exit("\n\n".join(wrong))
    print(f"the schema and the command agree on {len(GOOD)} good and {len(BAD)} bad configurations")


main()
