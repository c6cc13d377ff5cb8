#!/usr/bin/env python3
"""How the work of `check` grows with its input: each shape in three sizes, each twice the one before.

    benches/doubling.py target/release/rekognition-iam [WORD..]

Counts instructions with valgrind if it is installed, and otherwise takes the processor time. What grows in line with the input is at 2,
n log n a little above, and what grows with the square at 4. WORD selects shapes by a part of their name. The test
`runtime/src/check/doubling.rs` counts the steps of the rules in the same way, in every run of the tests.
"""

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from measuring import can_count, instructions

# n log n is below it, and the square above.
LIMIT = 2.7

SHAPES = {}


def shape(make):
    SHAPES[make.__name__] = make
    return make


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def allow(action="s3:GetObject", resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def buckets(count):
    return [f"arn:aws:s3:::b{i}/*" for i in range(count)]


def template(resource):
    document = {"Version": "2012-10-17", "Statement": [allow(resource=resource)]}
    return json.dumps({"Resources": {"R": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": document}}}})


@shape
def resources(n):
    return "a.json", policy(allow(resource=buckets(n)))


@shape
def resources_with_wildcards(n):
    return "a.json", policy(allow(resource=[f"arn:aws:s3:::*b{i}*/*" for i in range(n)]))


@shape
def resources_that_are_wrong(n):
    return "a.json", policy(allow(resource=[f"bucket{i}" for i in range(n)]))


@shape
def unknown_actions(n):
    return "a.json", policy(allow([f"s3:Get{i}" for i in range(n)]))


@shape
def patterns_of_actions(n):
    return "a.json", policy(allow([f"s3:*{i}*" for i in range(n)]))


@shape
def unknown_services(n):
    return "a.json", policy(allow([f"svc{i}:Get" for i in range(n)]))


@shape
def statements(n):
    return "a.json", policy(*(allow(resource=bucket) for bucket in buckets(n)))


@shape
def statements_that_are_denied(n):
    denied = [{**allow("s3:*Object", bucket), "Effect": "Deny"} for bucket in buckets(n)]
    return "a.json", policy(*(allow("s3:Get*", bucket) for bucket in buckets(n)), *denied)


@shape
def statements_with_one_sid(n):
    return "a.json", policy(*(allow(resource=bucket, Sid="A") for bucket in buckets(n)))


@shape
def condition_keys(n):
    return "a.json", policy(allow(Condition={"StringEquals": {f"s3:key{i}": "v" for i in range(n)}}))


@shape
def values(n):
    arns = [f"arn:aws:iam::123456789012:role/r{i}*" for i in range(n)]
    return "a.json", policy(allow(Condition={"ArnLike": {"aws:PrincipalArn": arns}}))


@shape
def yaml(n):
    lines = "".join(f"  - {bucket}\n" for bucket in buckets(n))
    return "a.yaml", f"Version: '2012-10-17'\nStatement:\n- Effect: Allow\n  Action: s3:GetObject\n  Resource:\n{lines}"


@shape
def one_substitution(n):
    return "a.template.json", template({"Fn::Sub": "arn:aws:s3:::" + "${A}" * n})


@shape
def substitutions(n):
    return "a.template.json", template([{"Fn::Sub": f"arn:aws:s3:::${{A}}/{i}"} for i in range(n)])


@shape
def terraform_in_json(n):
    text = policy(*(allow(resource=bucket) for bucket in buckets(n)))
    return "a.tf.json", json.dumps({"resource": {"aws_iam_policy": {"p": {"policy": text}}}})


@shape
def terraform(n):
    statement = ' statement {{\n  actions = ["s3:GetObject"]\n  resources = ["{}"]\n }}\n'
    return "a.tf", 'data "aws_iam_policy_document" "d" {\n' + "".join(statement.format(bucket) for bucket in buckets(n)) + "}\n"


@shape
def terragrunt(n):
    document = '  p{0} = jsonencode({{ Statement = [{{ Effect = "Allow", Action = "s3:GetObject", Resource = "{1}" }}] }})\n'
    return "terragrunt.hcl", "inputs = {\n" + "".join(document.format(i, bucket) for i, bucket in enumerate(buckets(n))) + "}\n"


@shape
def other_yaml(n):
    return "a.yaml", "jobs:\n" + "".join(f"  - name: job {i}\n    run: |\n      make {i}\n    on: [push, {{a: b}}]\n" for i in range(n))


@shape
def no_policy(n):
    return "a.json", json.dumps([{"a": i, "b": [1, 2, 3]} for i in range(n)])


def work(command, directory):
    if can_count():
        return instructions(command, directory)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run(command, cwd=directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def measure(command, words=(), size=None):
    """The growth of each shape in each form: 2 is in line with the input."""
    command = str(Path(command).absolute())
    size = size or (500 if can_count() else 8000)
    for name, make in SHAPES.items():
        if words and not any(word in name for word in words):
            continue
        for form in ("json", "human") if name in ("unknown_actions", "statements_with_one_sid") else ("json",):
            counted = []
            for times in (1, 2, 4):
                with tempfile.TemporaryDirectory() as directory:
                    file, text = make(size * times)
                    (Path(directory) / file).write_text(text)
                    counted.append(work([command, "check", "--no-config", "--format", form, file], directory))
            one, two, four = counted
            # The start of the command is in each of them.
            yield f"{name} ({form})", (four - two) / max(two - one, 1e-9)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    wrong = []
    for name, ratio in measure(sys.argv[1], sys.argv[2:]):
        print(f"{name}: {ratio:.2f}", flush=True)
        if ratio > LIMIT:
            wrong.append(name)
    if wrong:
        sys.exit(f"more than in line with the input: {', '.join(wrong)}")


if __name__ == "__main__":
    main()
