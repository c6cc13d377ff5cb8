#!/usr/bin/env python3
"""Writes api-gateway-paths.json: the paths of the operations of API Gateway, which are the resources that they need.

usage: api_gateway_paths.py BOTOCORE

BOTOCORE is the directory of an unpacked botocore (`pip download --no-deps botocore`, then unzip). Names only, no text.
"""

import datetime
import gzip
import json
import pathlib
import re
import sys

from operation_members import HERE, snake

PAGE = "https://docs.aws.amazon.com/apigateway/latest/developerguide/security_iam_service-with-iam.html"


def model(botocore, client):
    path = sorted((pathlib.Path(botocore) / "botocore" / "data" / client).glob("*/service-2.json*"))[-1]
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return json.loads(text)


def paths(found):
    """The method and path of each operation, with the setters of its members in braces."""
    for name, operation in sorted(found["operations"].items()):
        shape = found["shapes"].get(operation.get("input", {}).get("shape"), {})
        setters = {
            member.get("locationName", key): snake(key)
            for key, member in shape.get("members", {}).items()
            if member.get("location") == "uri"
        }
        http = operation["http"]
        path = http["requestUri"].split("?")[0].removeprefix("/v2")
        path = re.sub(r"\{([^}+]+)\+?\}", lambda match: "{" + setters[match[1]] + "}", path)
        yield name, f"{http['method']} {path}"


def main():
    botocore = sys.argv[1]
    head = {
        "evidence": PAGE,
        "date": datetime.date.today().isoformat(),
        "source": "request paths in botocore's API models, without `/v2`",
    }
    lines = [f"{json.dumps(key)}:{json.dumps(value)}" for key, value in head.items()]
    for client in ("apigateway", "apigatewayv2"):
        found = dict(paths(model(botocore, client)))
        rows = ",\n".join(f"{json.dumps(name)}:{json.dumps(path)}" for name, path in found.items())
        lines.append(f"{json.dumps(client)}:{{\n{rows}\n}}")
    (HERE / "api-gateway-paths.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
