#!/usr/bin/env python3
"""A client of AWS hands every exported policy to a server: `boto3` to `moto_server`, on the loopback interface alone.

Identity policies become managed policies and inline policies of roles, trust policies roles, and the policies of
buckets, topics, queues and keys are attached to such. Stacks are created of the templates, and the policies in them
compared with what the program itself writes. Whatever the server refuses fails the run.
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import environment

environment.ensure("moto[server]>=5.2,<6", "boto3")

import boto3  # noqa: E402  (there only now)
from botocore.config import Config  # noqa: E402
from botocore.exceptions import ClientError  # noqa: E402

REGION = "eu-west-1"
ACCOUNT = "123456789012"
EXAMPLE = environment.ROOT / "examples/policies/policies"
TESTS = environment.ROOT / "tests/templates"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(server, url):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(300):
        if server.poll() is not None:
            sys.exit(f"moto_server ended with {server.returncode}")
        try:
            opener.open(f"{url}/moto-api/", timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("moto_server does not answer")


class Account:
    """Creates what policies are attached to. Each has a name of its own."""

    def __init__(self, url):
        self.url = url
        self.clients = {}
        self.numbers = 0
        self.counts = {}
        self.role = None

    def client(self, service):
        if service not in self.clients:
            self.clients[service] = boto3.client(
                service,
                endpoint_url=self.url,
                region_name=REGION,
                aws_access_key_id="test",
                aws_secret_access_key="test",
                config=Config(proxies={}, retries={"max_attempts": 0}),
            )
        return self.clients[service]

    def name(self, stem):
        self.numbers += 1
        return f"{stem.replace('_', '-')}-{self.numbers}"

    def count(self, what):
        self.counts[what] = self.counts.get(what, 0) + 1

    def some_role(self):
        if self.role is None:
            trust = {
                "Version": "2012-10-17",
                "Statement": [
                    {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
                ],
            }
            role = self.client("iam").create_role(RoleName="some-role", AssumeRolePolicyDocument=json.dumps(trust))
            self.role = role["Role"]
        return self.role

    def put(self, kind, name, text):
        """Hands a policy to the service that takes its kind."""
        name = self.name(name)
        iam = self.client("iam")
        if kind in ("identity", "permissions-boundary"):
            policy = iam.create_policy(PolicyName=name, PolicyDocument=text)["Policy"]
            self.count("managed policies")
            if kind == "identity":
                iam.put_role_policy(RoleName=self.some_role()["RoleName"], PolicyName=name, PolicyDocument=text)
                self.count("inline policies")
            else:
                iam.put_role_permissions_boundary(
                    RoleName=self.some_role()["RoleName"], PermissionsBoundary=policy["Arn"]
                )
                self.count("boundaries")
        elif kind == "role-trust":
            iam.create_role(RoleName=name, AssumeRolePolicyDocument=text)
            self.count("roles")
        elif kind == "session":
            arguments = {"RoleArn": self.some_role()["Arn"], "RoleSessionName": name[:64], "Policy": text}
            self.client("sts").assume_role(**arguments)
            self.client("sts").get_federation_token(Name=name[:32], Policy=text)
            self.count("sessions")
        elif kind == "service-control":
            organizations = self.client("organizations")
            organizations.create_organization(FeatureSet="ALL")
            organizations.create_policy(
                Name=name, Description=name, Type="SERVICE_CONTROL_POLICY", Content=text
            )
            self.count("service control policies")
        elif kind == "resource":
            self.attach(json.loads(text)["Statement"], name, text)
        else:
            # moto has neither projects of Custom Labels nor resource control policies.
            self.count(f"policies that moto has no place for ({kind})")

    def attach(self, statements, name, text):
        action = statements[0]["Action"]
        service = (action if isinstance(action, str) else action[0]).split(":")[0]
        client = self.client(service)
        if service == "s3":
            client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
            client.put_bucket_policy(Bucket=name, Policy=text)
        elif service == "sns":
            topic = client.create_topic(Name=name)["TopicArn"]
            client.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=text)
        elif service == "sqs":
            queue = client.create_queue(QueueName=name)["QueueUrl"]
            client.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": text})
        elif service == "kms":
            client.create_key(Policy=text)
        else:
            sys.exit(f"{name}: a policy of a resource of {service}")
        self.count(f"policies of {service}")

    def stack(self, name, template, parameters, expected):
        """Creates a stack, and compares the policy in it with the one that is written as JSON, where there is one."""
        cloudformation, iam = self.client("cloudformation"), self.client("iam")
        stack = self.name(name)
        cloudformation.create_stack(
            StackName=stack,
            TemplateBody=template,
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            Capabilities=["CAPABILITY_IAM"],
        )
        resources = cloudformation.describe_stack_resources(StackName=stack)["StackResources"]
        (resource,) = resources
        if resource["ResourceType"] == "AWS::IAM::ManagedPolicy":
            arn = resource["PhysicalResourceId"]
            document = iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]["Document"]
        else:
            role = iam.get_role(RoleName=resource["PhysicalResourceId"])["Role"]
            document = role["AssumeRolePolicyDocument"]
        if expected is not None and document != expected:
            sys.exit(f"{name}: the stack has another policy:\n{json.dumps(document, indent=2)}")
        self.count("stacks")


def policies(folder):
    for policy in json.loads((folder / "manifest.json").read_text())["policies"]:
        yield policy, (folder / policy["file"]).read_text()


def check(account):
    # The server does look at what it is given.
    try:
        account.client("iam").create_policy(PolicyName="broken", PolicyDocument='{"Version": "2012-10-17"}')
        sys.exit("the server took a policy without statements")
    except ClientError as error:
        assert error.response["Error"]["Code"] == "MalformedPolicyDocument", error

    plain = {}
    for folder in (EXAMPLE, TESTS / "json"):
        for policy, text in policies(folder):
            if policy["format"] != "json":
                continue
            try:
                account.put(policy["kind"], policy["name"], text)
            except ClientError as error:
                sys.exit(f"{policy['file']}: {error}\n{text}")
            plain[folder, policy["name"]] = json.loads(text)

    # The values that tests/it/templates.rs gives. moto knows its own account and region, which are these.
    given = {
        "collection": "staff-faces",
        "region": REGION,
        "account": ACCOUNT,
        "partition": "aws",
        "source": f"arn:aws:rekognition:{REGION}:{ACCOUNT}:streamprocessor/entrance",
    }
    for policy, text in policies(EXAMPLE):
        if policy["format"] in ("cloudformation", "sam"):
            account.stack(policy["name"], text, {"VideoRole": "video", "Topic": "done"}, None)
    for policy, text in policies(TESTS / "cloudformation"):
        if policy["name"] not in ("identity", "trust", "boundary"):
            continue
        values = {parameter["name"].capitalize(): given[parameter["name"]] for parameter in policy["parameters"]}
        account.stack(policy["name"], text, values, plain[TESTS / "json", policy["name"]])


def main():
    port = free_port()
    environment_of_server = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    server = subprocess.Popen(
        [Path(sys.executable).parent / "moto_server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment_of_server,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(server, url)
        account = Account(url)
        check(account)
    finally:
        server.terminate()
        server.wait(timeout=10)
    for what, number in account.counts.items():
        print(f"{number:>3} {what}")


main()
