#!/usr/bin/env python3
"""Policies in SAM templates are read as the real translator of SAM writes them, offline.

Every policy template of the translator, with values for its parameters, and policies that are written out, in functions, state machines,
and APIs: the documents that the command reads in the template are in the CloudFormation template that the translator makes of
it, and `check` finds the same mistakes in both. The translator comes from PyPI; without it, this is skipped.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import environment

environment.ensure("aws-sam-translator>=1.100,<2")

TARGET = Path(os.environ.get("CARGO_TARGET_DIR", environment.ROOT / "target")).absolute()
COMMAND = os.environ.get("REKOGNITION_IAM", TARGET / "debug" / "rekognition-iam")

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")


def translated(template):
    """The template in CloudFormation."""
    from samtranslator.parser.parser import Parser
    from samtranslator.sdk.parameter import SamParameterValues
    from samtranslator.translator.translator import Translator

    class Region:
        region_name = "us-east-1"

    managed = {"AmazonRekognitionReadOnlyAccess": "arn:aws:iam::aws:policy/AmazonRekognitionReadOnlyAccess"}
    parser = Parser()
    parameters = SamParameterValues({})
    parameters.add_pseudo_parameter_values(Region())
    translator = Translator(managed, parser, boto_session=Region())
    return translator.translate(sam_template=template, parameter_values={})


def policy_templates():
    """The translator's own list: names, and the parameters of each."""
    import samtranslator

    text = (Path(samtranslator.__file__).parent / "policy_templates_data" / "policy_templates.json").read_text()
    return {name: list(entry["Parameters"]) for name, entry in json.loads(text)["Templates"].items()}


FUNCTION = {"Handler": "index.handler", "Runtime": "python3.12", "InlineCode": "x"}


def statement(**more):
    return {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*", **more}


def document(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def service():
    """A template with policies in every place."""
    resources = {
        "Photos": {"Type": "AWS::S3::Bucket"},
        "Written": {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                **FUNCTION,
                "Policies": [
                    "AmazonRekognitionReadOnlyAccess",
                    document(statement(Action=["rekognition:DetectLabel", "s3:PutObject"])),
                    {"Statement": [statement(Resource={"Fn::Sub": "${Photos.Arn}/*"})], "Version": "2012-10-17"},
                ],
                "AssumeRolePolicyDocument": document(
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "lambda.amazonaws.com"},
                        "Action": ["sts:AssumeRole", "sts:TagSesion"],
                    }
                ),
            },
        },
        "Machine": {
            "Type": "AWS::Serverless::StateMachine",
            "Properties": {
                "Definition": {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}},
                "Policies": [document(statement(Action="s3:GetObjct"))],
            },
        },
    }
    for number, (name, parameters) in enumerate(policy_templates().items()):
        # Half of the values are fixed, and half are references.
        value = {"Ref": "Photos"} if number % 2 else "some-name"
        resources[f"Template{number}"] = {
            "Type": "AWS::Serverless::Function",
            "Properties": {**FUNCTION, "Policies": [{name: {parameter: value for parameter in parameters}}]},
        }
    return {"AWSTemplateFormatVersion": "2010-09-09", "Transform": "AWS::Serverless-2016-10-31", "Resources": resources}


def run(directory, *arguments):
    done = subprocess.run([COMMAND, *arguments], cwd=directory, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def same(document):
    """A document as a key. The translator writes no `Version` in those of policy templates, which have no policy variables."""
    return json.dumps({name: value for name, value in (document or {}).items() if name != "Version"}, sort_keys=True)


def main():
    template = service()
    with tempfile.TemporaryDirectory() as directory:
        for name, text in {"sam.json": template, "cloudformation.json": translated(json.loads(json.dumps(template)))}.items():
            (Path(directory) / name).write_text(json.dumps(text, indent=1))
        read = {name: run(directory, "documents", name) for name in ("sam.json", "cloudformation.json")}
        there = {same(line.get("document")) for line in read["cloudformation.json"]}
        missing = [line for line in read["sam.json"] if same(line.get("document")) not in there]
        for line in missing:
            print(f"not what the translator writes: {json.dumps(line)[:500]}")
        count = len(read["sam.json"])
        expected = len(policy_templates()) + 4
        if missing or count != expected:
            sys.exit(f"{len(missing)} of {count} policies differ; {expected} are expected")

        found = {}
        for name in read:
            lines = run(directory, "check", "--no-config", "--format", "json", name)
            # What the policy templates say is not the author's to change.
            own = [line for line in lines if not line["path"].startswith("Resources.Template")]
            found[name] = sorted((line["id"], line["message"]) for line in own)
        if found["sam.json"] != found["cloudformation.json"] or len(found["sam.json"]) < 3:
            sys.exit(f"other mistakes: {found}")
    print(f"{count} policies in a template of SAM are what its translator writes")


main()
