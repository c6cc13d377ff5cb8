#!/usr/bin/env python3
"""Times `who-can` and `what-can` over a generated account.

usage: who_can.py target/release/rekognition-iam [ROLES]
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ACCOUNT = "123456789012"


def allow(action, resource):
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def document(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def account(roles):
    """Roles with three inline statements, two managed policies of ten statements, and a trust policy each."""
    managed = [
        {
            "PolicyName": f"p{number}",
            "Arn": f"arn:aws:iam::{ACCOUNT}:policy/p{number}",
            "PolicyVersionList": [
                {
                    "VersionId": "v1",
                    "IsDefaultVersion": True,
                    "Document": document(
                        *(allow(f"s3:Get*{part}", f"arn:aws:s3:::b{number}-{part}/*") for part in range(9)),
                        allow("rekognition:Detect*", "*"),
                    ),
                }
            ],
        }
        for number in range(50)
    ]
    trust = document({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}})
    details = [
        {
            "RoleName": f"r{number}",
            "Arn": f"arn:aws:iam::{ACCOUNT}:role/r{number}",
            "AssumeRolePolicyDocument": trust,
            "RolePolicyList": [
                {
                    "PolicyName": "own",
                    "PolicyDocument": document(
                        allow("rekognition:IndexFaces", f"arn:aws:rekognition:*:{ACCOUNT}:collection/c{number}"),
                        allow("s3:GetObject", f"arn:aws:s3:::r{number}/*"),
                        {
                            "Effect": "Deny",
                            "Action": "*",
                            "Resource": "*",
                            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                        },
                    ),
                }
            ],
            "AttachedManagedPolicies": [
                {"PolicyName": f"p{at % 50}", "PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/p{at % 50}"}
                for at in (number, number + 7)
            ],
        }
        for number in range(roles)
    ]
    return {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": details, "Policies": managed}


def main():
    command = str(Path(sys.argv[1]).resolve())
    roles = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "account.json")
        path.write_text(json.dumps(account(roles)))
        for question in (
            ["who-can", "rekognition:IndexFaces", str(path)],
            ["who-can", "s3:GetObject", "--on", "arn:aws:s3:::r7/key", str(path)],
            ["what-can", "r7", str(path)],
        ):
            start = time.monotonic()
            done = subprocess.run([command, *question], capture_output=True, check=False)
            seconds = time.monotonic() - start
            print(f"{question[0]} {question[1]}: {seconds:.3f} s, exit code {done.returncode}, {roles} roles")


main()
