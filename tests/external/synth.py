#!/usr/bin/env python3
"""What `check` finds in a configuration is what it finds in the templates that the real tools make of it, offline.

The Serverless Framework (version 3; version 4 needs an account) packages a service with its plugin for roles of functions, and the
CDK synthesizes an app with a nested stack, an asset, and a stage. Both come from npm; without it, this is skipped.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).absolute()
COMMAND = os.environ.get("REKOGNITION_IAM", TARGET / "debug" / "rekognition-iam")
HERE = TARGET / "external-npm"

SERVICE = """service: photos
frameworkVersion: '3'
custom:
  collection: staff
  arns: ['arn:aws:rekognition:us-east-1:111122223333:collection/${self:custom.collection}']
  statements:
    - {Effect: Allow, Action: 'rekognition:DetectLabel', Resource: '*'}
    - {Effect: Allow, Action: 's3:GetObject', Resource: !GetAtt Photos.Arn}
plugins: [serverless-iam-roles-per-function]
provider:
  name: aws
  runtime: nodejs18.x
  region: us-east-1
  iam:
    role:
      managedPolicies: ['arn:aws:iam::aws:policy/AmazonRekognitionReadOnlyAcess']
      statements: ${self:custom.statements}
functions:
  a:
    handler: index.a
    iamRoleStatements:
      - {Effect: Allow, Action: ['rekognition:SearchFacesByImag'], Resource: '${self:custom.arns.0}'}
      - {Effect: Allow, Action: 's3:PutObject', Resource: '${self:custom.arns.0}'}
      - Effect: Allow
        Action: 'rekognition:IndexFaces'
        Resource: !Sub 'arn:aws:rekognition:${AWS::Region}:${AWS::AccountId}:collection/${self:custom.collection}'
  b: {handler: index.b}
resources:
  Resources:
    Photos: {Type: 'AWS::S3::Bucket'}
    Policy:
      Type: AWS::IAM::ManagedPolicy
      Properties:
        PolicyDocument:
          Version: '2012-10-17'
          Statement: [{Effect: Allow, Action: 's3:GetObjct', Resource: 'arn:aws:s3:::b/*'}]
"""

APP = """
const cdk = require('aws-cdk-lib');
const iam = require('aws-cdk-lib/aws-iam');
const lambda = require('aws-cdk-lib/aws-lambda');
const allow = (...actions) => new iam.PolicyStatement({actions, resources: ['*']});
class Inner extends cdk.NestedStack {
  constructor(scope, id) {
    super(scope, id);
    const role = new iam.Role(this, 'Role', {assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com')});
    role.addToPolicy(allow('rekognition:DetectLabel'));
  }
}
class Outer extends cdk.Stack {
  constructor(scope, id, props) {
    super(scope, id, props);
    new Inner(this, 'Inner');
    const code = lambda.Code.fromAsset('code');
    const indexer = new lambda.Function(this, 'F', {runtime: lambda.Runtime.NODEJS_LATEST, handler: 'index.a', code});
    indexer.addToRolePolicy(allow('rekognition:IndexFace'));
  }
}
class Stage extends cdk.Stage {
  constructor(scope, id, props) {
    super(scope, id, props);
    new Outer(this, 'Outer', props);
  }
}
// The command `cdk` sets this by default.
const app = new cdk.App({outdir: 'cdk.out', context: {'aws:cdk:enable-path-metadata': true}});
new Outer(app, 'Outer', {env: {account: '111122223333', region: 'us-east-1'}});
new Stage(app, 'Prod', {env: {account: '111122223333', region: 'eu-west-1'}});
app.synth();
"""


def skip(reason):
    print(f"\n*** SKIPPED synth.py: {reason}\n")
    sys.exit(0)


def run(*command, cwd):
    env = os.environ | {
        "SLS_TELEMETRY_DISABLED": "1",
        "SLS_NOTIFICATIONS_MODE": "off",
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
    }
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=300)


def install(name, *packages):
    """A directory with these npm packages."""
    directory = HERE / name
    if not (directory / "installed").exists():
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
        (directory / "package.json").write_text('{"private": true}')
        try:
            done = run("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", *packages, cwd=directory)
        except (OSError, subprocess.SubprocessError) as error:
            skip(f"npm cannot be run: {error}")
        if done.returncode != 0:
            skip(f"npm cannot install {' '.join(packages)}: {done.stderr.strip()[-300:]}")
        (directory / "installed").touch()
    return directory


def check(*paths, cwd):
    done = run(COMMAND, "check", "--no-config", "--no-ignore", "--format", "json", *paths, cwd=cwd)
    assert done.returncode in (0, 1), done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def serverless():
    directory = install("serverless", "serverless@3", "serverless-iam-roles-per-function@3")
    (directory / "serverless.yml").write_text(SERVICE)
    (directory / "index.js").write_text("exports.a = exports.b = () => 1;\n")
    done = run("npx", "--no-install", "serverless", "package", cwd=directory)
    assert done.returncode == 0, done.stdout + done.stderr
    written = {(found["id"], found["message"]) for found in check("serverless.yml", cwd=directory)}
    template = ".serverless/cloudformation-template-update-stack.json"
    made = {
        (found["id"], found["message"])
        for found in check(template, cwd=directory)
        # The framework's own resource.
        if "ServerlessDeploymentBucket" not in found["path"]
    }
    assert written == made, (written - made, made - written)
    assert len(written) >= 6, written
    print(f"serverless: {len(written)} findings, the same in the packaged template")


def cdk():
    directory = install("cdk", "aws-cdk-lib@2", "constructs@10")
    (directory / "code").mkdir(exist_ok=True)
    (directory / "code" / "index.js").write_text("exports.a = () => 1;\n")
    (directory / "app.js").write_text(APP)
    shutil.rmtree(directory / "cdk.out", ignore_errors=True)
    done = run("node", "app.js", cwd=directory)
    assert done.returncode == 0, done.stdout + done.stderr
    found = sorted(
        (one["id"], one["message"], one["help"].splitlines()[-1])
        for one in check("cdk.out", cwd=directory)
        if one["id"] == "INVALID_ACTION"
    )
    expected = sorted(
        ("INVALID_ACTION", f"`rekognition` has no action `{action}`", f"change the construct `{path}` in the CDK app")
        for stage in ("Outer", "Prod/Outer")
        for action, path in [
            ("DetectLabel", f"{stage}/Inner/Role/DefaultPolicy/Resource"),
            ("IndexFace", f"{stage}/F/ServiceRole/DefaultPolicy/Resource"),
        ]
    )
    assert found == expected, found
    print(f"cdk: {len(found)} findings, each with its construct")


if shutil.which("npm") is None or shutil.which("node") is None:
    skip("npm and node are not installed")
cdk()
serverless()
