#!/usr/bin/env python3
"""The client of the official Python SDK calls every tool of `rekognition-iam mcp`, and tries to read other files.

Uses a debug build with the feature `mcp`, or the command in REKOGNITION_IAM.
"""

import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path

# The directory of this script has its own name too: the package is meant.
sys.path = [entry for entry in sys.path if Path(entry or ".").resolve() != Path(__file__).resolve().parent]
sys.path.append(str(Path(__file__).resolve().parent))

import environment  # noqa: E402

environment.ensure("mcp>=2,<3")

from mcp import ClientSession, StdioServerParameters  # noqa: E402
from mcp.client.stdio import stdio_client  # noqa: E402

TARGET = Path(os.environ.get("CARGO_TARGET_DIR", environment.ROOT / "target")).absolute()
COMMAND = os.environ.get("REKOGNITION_IAM", str(TARGET / "debug" / "rekognition-iam"))

SECRET = "tell-nobody"


def policy(action, **more):
    statement = {"Effect": "Allow", "Action": action, "Resource": "*", **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


def package(directory, source, manifest=""):
    (directory / "src").mkdir(parents=True)
    head = f'[package]\nname = "{directory.name}"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\naws-sdk-rekognition = "1"\n'
    (directory / "Cargo.toml").write_text(head + manifest)
    (directory / "src" / "lib.rs").write_text(source)


CALL = "pub async fn %s(client: &aws_sdk_rekognition::Client) { let _ = client.%s().send().await; }\n"


def lay(root):
    """Files that may be read, and files that may not."""
    inside, outside = root / "inside", root / "outside"
    inside.mkdir()
    outside.mkdir()
    for name, document in [("a.json", policy("rekognition:DetectLabel")), ("good.json", policy("rekognition:DetectLabels")),
                           ("wide.json", policy("rekognition:*"))]:
        (inside / name).write_text(json.dumps(document))
    (inside / "many.json").write_text(json.dumps(policy([f"rekognition:Nothing{number}" for number in range(150)])))
    (inside / "stack.yaml").write_text(
        "Resources:\n  R:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        Version: '2012-10-17'\n"
        "        Statement: {Effect: Allow, Action: 'rekognition:DetectLabels', Resource: '*'}\n")
    (outside / "secret.json").write_text(json.dumps(policy("rekognition:DetectLabels", Sid=SECRET.replace("-", ""))))
    (outside / "secret.txt").write_text(SECRET)
    (outside / "rekognition-iam.toml").write_text('[rules.INVALID_ACTION]\nlevel = "off"\nreason = "x"\n')
    # What a configuration above the directory says does not count either.
    (root / "rekognition-iam.toml").write_text('[rules.INVALID_ACTION]\nlevel = "off"\nreason = "x"\n')
    (inside / "link.json").symlink_to(outside / "secret.json")
    (inside / "linked").symlink_to(outside)
    os.mkfifo(inside / "pipe.json")
    (inside / "module").mkdir()
    (inside / "module" / "main.tf").write_text(
        'locals {\n  a = file("../../outside/secret.json")\n  b = file("/etc/passwd")\n}\n'
        'resource "aws_iam_policy" "p" {\n  policy = local.a\n}\n'
        'module "m" {\n  source = "../../outside/module"\n}\n')
    (outside / "module").mkdir()
    (outside / "module" / "main.tf").write_text('variable "x" {\n  default = "%s"\n}\n' % SECRET)
    package(outside / "helper", CALL % (SECRET.replace("-", "_"), "delete_collection"))
    package(inside / "app", CALL % ("labels", "detect_labels"))
    package(inside / "bad", '#[path = "../../../outside/helper/src/lib.rs"]\npub mod stolen;\n' + CALL % ("labels", "detect_labels"),
            'helper = { path = "../../outside/helper" }\n')
    return inside, outside


class Client:
    def __init__(self, session):
        self.session = session

    async def call(self, name, /, **arguments):
        result = await self.session.call_tool(name, arguments)
        text = "".join(block.text for block in result.content)
        is_error = getattr(result, "is_error", None)
        return bool(getattr(result, "isError", False) if is_error is None else is_error), text

    async def good(self, name, /, **arguments):
        failed, text = await self.call(name, **arguments)
        assert not failed, f"{name} {arguments}: {text}"
        return text

    async def bad(self, name, /, **arguments):
        failed, text = await self.call(name, **arguments)
        assert failed, f"{name} {arguments}: {text}"
        return text


async def tools(client):
    listed = (await client.session.list_tools()).tools
    names = sorted(tool.name for tool in listed)
    assert names == ["check", "derive", "diff", "evaluate", "explain", "needs", "prove"], names
    for tool in listed:
        schema = getattr(tool, "input_schema", None) or tool.inputSchema
        assert schema["type"] == "object" and schema["properties"] and tool.description, tool

    text = await client.good("check", paths=["a.json"])
    head, finding = [json.loads(line) for line in text.splitlines()]
    assert head["files"] == head["policies"] == head["findings"] == 1, head
    assert finding["id"] == "INVALID_ACTION" and finding["file"] == "a.json", finding
    text = await client.good("check", text=json.dumps(policy("rekognition:DetectLabel")))
    assert "INVALID_ACTION" in text, text
    text = await client.good("check", text='{"x": 1}')
    assert "nothing was checked" in text, text

    page = await client.good("explain", rule="invalid-action")
    assert page.startswith("# INVALID_ACTION"), page
    assert "INVALID_ACTION" in await client.good("explain")
    assert "did you mean" in await client.bad("explain", rule="INVALID_ACTON")

    request = {"action": "rekognition:DetectLabels", "resource": "*"}
    for given in [{"file": "good.json"}, {"document": policy("rekognition:DetectLabels")}, {"file": "stack.yaml"},
                  {"kind": "identity", "file": "good.json"}]:
        answer = json.loads(await client.good("evaluate", policies=[given], request=request))
        assert answer["decision"] == "allowed", (given, answer)
    both = [{"file": "wide.json"}, {"kind": "boundary", "document": policy("s3:*")}]
    answer = json.loads(await client.good("evaluate", policies=both, request=request))
    assert answer["decision"] == "implicit_deny", answer

    answer = json.loads(await client.good("diff", old={"file": "good.json"}, new={"file": "wide.json"}))
    assert answer["relation"] == "wider", answer
    answer = json.loads(await client.good("diff", old={"file": "good.json"}, new=policy("rekognition:DetectLabels")))
    assert answer["relation"] == "equivalent", answer

    never = [{"never": "iam:*"}, {"no_wider_than": {"file": "wide.json"}}]
    answer = json.loads(await client.good("prove", policies=[{"file": "good.json"}], guarantees=never))
    assert answer["result"] == "holds", answer
    answer = json.loads(await client.good("prove", policies=[{"document": policy("*")}], guarantees=never))
    assert answer["result"] == "broken", answer

    answer = json.loads(await client.good("needs", call="rekognition:DetectLabels"))
    assert answer["needs"][0]["action"] == "rekognition:DetectLabels", answer

    answer = await client.good("derive", package="app")
    assert "rekognition:DetectLabels" in answer, answer


async def limits(client):
    """A long answer comes in parts, which are all of it."""
    lines, offset, parts = [], 0, 0
    while True:
        text = await client.good("check", paths=["many.json"], offset=offset)
        assert len(text.encode()) < 33_000, len(text)
        parts += 1
        shown, _, cut = text.partition("\n[cut: ")
        lines += shown.splitlines()
        if not cut:
            break
        offset = int(cut.rsplit(": ", 1)[1].rstrip().rstrip("]"))
    assert parts > 1 and len(lines) >= 151, (parts, len(lines))
    for line in lines:
        json.loads(line)
    await client.bad("check", paths=["many.json"], offset=10_000_000)


async def hostile(client, inside, outside):
    tried = 0
    paths = [
        "../outside/secret.json", str(outside / "secret.json"), "link.json", "linked/secret.json", "linked/../secret.json",
        "./../../../../../../../../etc/passwd", "/etc/passwd", "/proc/self/environ", "/proc/self/root/etc/passwd", "/dev/zero", "/dev/stdin",
        "a.json\0.txt", "", "pipe.json", str(inside) + "/../outside/secret.json", "linked", "..", "/", "~/.ssh/id_rsa",
        "missing/../../outside/secret.json", "file:///etc/passwd",
    ]
    document = policy("rekognition:DetectLabels")
    request = {"action": "rekognition:DetectLabels", "resource": "*"}
    for path in paths:
        for name, arguments in [
            ("check", {"paths": [path]}),
            ("evaluate", {"policies": [{"file": path}], "request": request}),
            ("prove", {"policies": [{"file": path}], "guarantees": [{"never": "iam:*"}]}),
            ("prove", {"policies": [{"document": document}], "guarantees": [{"no_wider_than": {"file": path}}]}),
            ("diff", {"old": {"file": path}, "new": {"file": "good.json"}}),
            ("diff", {"old": document, "new": {"file": path}}),
            ("derive", {"package": path}),
        ]:
            failed, text = await client.call(name, **arguments)
            # A file that is there and is not read is an error of `check`'s answer.
            assert failed or '"errors":["' in text or '{"error":' in text, f"{name} {path!r}: {text}"
            assert SECRET not in text and SECRET.replace("-", "") not in text and "root:" not in text, f"{name} {path!r}: {text}"
            tried += 1
    # Read on behalf of a file that may be read.
    text = await client.good("check", paths=["module"])
    assert SECRET not in text and "root:" not in text and "secret.json" in text and "not read" in text, text
    text = await client.good("check", paths=["."])
    assert SECRET not in text and SECRET.replace("-", "") not in text, text
    assert "link.json: outside of the directories" in text, text
    failed, text = await client.call("derive", package="bad")
    assert "DeleteCollection" not in text and SECRET.replace("-", "_") not in text, text
    assert failed or "outside of the directories" in text, text
    # A template in a text is read without any other file.
    source = 'resource "aws_iam_policy" "p" {\n  policy = file("/etc/passwd")\n}\n'
    text = await client.good("check", text=source, name="main.tf")
    assert "root:" not in text, text
    # Arguments of other types, unknown ones, and unknown tools.
    for name, arguments in [
        ("check", {"paths": "a.json"}), ("check", {"paths": [1]}), ("check", {}), ("check", {"path": ["a.json"]}),
        ("check", {"paths": ["a.json"], "offset": -1}), ("check", {"paths": ["a.json"], "extra": 1}), ("evaluate", {"policies": []}),
        ("evaluate", {"policies": {}, "request": {}}), ("evaluate", {"policies": [{"file": 1}], "request": request}), ("diff", {}),
        ("prove", {"policies": [{"document": document}], "guarantees": []}), ("needs", {}), ("needs", {"call": "file:///etc/passwd"}),
        ("derive", {}),
    ]:
        text = await client.bad(name, **arguments)
        assert "bug" not in text, f"{name} {arguments}: {text}"
        tried += 1
    try:
        failed, _ = await client.call("nothing")
        assert failed
    except Exception as error:  # noqa: BLE001: its type differs between versions of the SDK
        assert "nothing" in str(error), error
    assert "INVALID_ACTION" in await client.good("check", paths=["a.json"]), "the server still answers"
    return tried


async def main():
    with tempfile.TemporaryDirectory() as directory:
        inside, outside = lay(Path(directory).resolve())
        server = StdioServerParameters(command=COMMAND, args=["mcp", str(inside)], cwd=str(outside))
        async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
            await session.initialize()
            client = Client(session)
            await tools(client)
            await limits(client)
            tried = await hostile(client, inside, outside)
    print(f"7 tools answered the client of the Python SDK, and {tried} hostile calls were refused")


if __name__ == "__main__":
    asyncio.run(main())
