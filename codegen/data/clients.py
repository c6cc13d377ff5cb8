#!/usr/bin/env python3
"""Writes clients.txt: the clients of the AWS SDK of services without a module, and what their operations authorize.

usage: clients.py SERVICE_REFERENCE BOTOCORE

SERVICE_REFERENCE is a directory with one file of AWS's service reference for each service, BOTOCORE that of an unpacked
botocore (`pip download --no-deps botocore`, then unzip). Names only, no text.
"""

import gzip
import json
import pathlib
import re
import sys

from operation_members import HERE, model, snake

# What can name a resource; the other members are not needed.
NAMING = re.compile(r"(^|_)(arn|name|id|identifier|uri|url)s?$")
ROLE = re.compile(r"role(_?arn|_name)?s?$")
TAG_ACTION = re.compile(r"^(Tag|AddTags|CreateTags|TagResource)")
TAGS = re.compile(r"^(?!copy|propagate|enable|remove|default)(\w+_)?tags?(_list|s_list|_specifications|_set)?$")
# Only for requests with an API key of Bedrock, which have no signature.
NEVER = {"CallWithBearerToken"}
# What an operation is always checked for, where none of its actions has its name: by service, operation, and action. From
# https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html and the like,
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-iam-policy-examples.html,
# https://docs.aws.amazon.com/cost-management/latest/userguide/migrate-granularaccess-iam-mapping-reference.html,
# https://docs.aws.amazon.com/keyspaces/latest/devguide/security_iam_service-with-iam.html
MAIN = [
    ("bedrock", r"Converse|StartAsyncInvoke", "InvokeModel"),
    ("bedrock", r"ConverseStream", "InvokeModelWithResponseStream"),
    ("apigateway", r"(Create|Generate|Import)\w+", "POST"),
    ("apigateway", r"(Delete|Untag)\w+", "DELETE"),
    ("apigateway", r"Update\w+", "PATCH"),
    ("apigateway", r"(Put|Reimport|Tag)\w+", "PUT"),
    ("budgets", r"\w+", "ModifyBudget"),
    ("budgets", r"Describe\w+", "ViewBudget"),
    ("cassandra", r"Create\w+", "Create"),
    ("cassandra", r"Delete\w+", "Drop"),
    ("cassandra", r"Update\w+|TagResource", "Alter"),
    ("cassandra", r"GetTableAutoScalingSettings", "Select"),
    ("cassandra", r"RestoreTable", "Restore"),
    ("cloudfront", r"CreateDistributionWithTags", "CreateDistribution"),
    ("cloudfront", r"UpdateDistributionWithStagingConfig", "UpdateDistribution"),
    ("quicksight", r"CreateTopicV2", "CreateTopic"),
    ("quicksight", r"UpdateTopicV2", "UpdateTopic"),
]
# Members that name a resource and are not called so: by client and operation.
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html,
# https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_StartSession.html,
# https://docs.aws.amazon.com/textract/latest/dg/API_Document.html
EXTRA = [
    ("autoscaling", r"CreateLaunchConfiguration", "iam_instance_profile"),
    ("ec2", r"(Create|Delete)Tags", "resources"),
    ("ec2", r"RunInstances|(Associate|Replace)IamInstanceProfile(Association)?", "iam_instance_profile"),
    ("ec2", r"RequestSpotFleet", "spot_fleet_request_config"),
    ("ec2", r"RequestSpotInstances", "launch_specification"),
    ("ec2", r"ModifyInstanceAttribute", "groups"),
    ("ssm", r"StartSession", "target"),
    ("ssm", r"SendCommand", "targets"),
    ("textract", r"(Analyze|Detect|Start)\w+", "document"),
    ("textract", r"AnalyzeID", "document_pages"),
    ("textract", r"Start\w+", "document_location"),
]
# The resource of a request is its path.
IN_PATHS = {"apigateway", "apigatewayv2"}
DAY = "2026-08-22"


def catalogue():
    """The actions of each service in services.txt, with what the action's resource types may be called."""
    found, actions, names = {}, {}, {}
    for line in (HERE / "services.txt").read_text().splitlines():
        fields = line.split("\t")
        if fields[0] == "service":
            actions, names = found.setdefault(fields[1], {}), {}
        elif fields[0] == "type":
            kind = snake(fields[1].replace("-", "_"))
            variables = re.findall(r"\$\{(\w+)\}", fields[-1].split(":", 5)[-1])
            names.setdefault(kind, {kind}).update(re.sub("_(name|id)$", "", snake(name)) for name in variables)
        elif len(fields[0]) == 1 and fields[0] != "#":
            actions[fields[1]] = [
                names.get(snake(field.lstrip("*").split("=")[0].replace("-", "_")), set()) for field in fields[3:]
            ]
    return found


def package(service_id):
    """The name of the Rust crate, which is made of what AWS calls the service."""
    return "aws-sdk-" + re.sub(r"[^a-z0-9]", "", service_id.removesuffix(" Service").lower())


def references(directory):
    for path in sorted(directory.rglob("*.json")):
        yield json.loads(path.read_text())


def clients(directory, known):
    """The operations of each client, with the actions that they authorize."""
    found = {}
    for reference in references(directory):
        prefix = reference["Name"]
        if prefix not in known:
            continue
        for operation in reference.get("Operations") or []:
            names = {}
            for action in operation.get("AuthorizedActions") or []:
                if action["Name"] in NEVER:
                    continue
                service = "" if action.get("Service", prefix) == prefix else action["Service"]
                to = (action.get("Context") or {}).get("iam:PassedToService", [])
                # AWS's own test services.
                names[f"{service}:{action['Name']}"] = [name for name in to if name.count(".") == 2]
            for sdk in operation.get("SDK") or []:
                if sdk["Package"] == "Boto3":
                    found.setdefault((sdk["Name"], prefix), {})[operation["Name"]] = names
    return found


def waiters(directory):
    version = sorted(path for path in directory.iterdir() if path.is_dir())[-1]
    for path in version.glob("waiters-2.json*"):
        text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for waiter, found in json.loads(text)["waiters"].items():
            yield snake(waiter), found["operation"]


def members(found, operation):
    shape = found["shapes"].get((found["operations"].get(operation) or {}).get("input", {}).get("shape"), {})
    required = shape.get("required", [])
    for member in shape.get("members", {}):
        yield snake(member), member in required


def is_extra(found, client, operation, name):
    """Whether a member names a resource though it is not called so."""
    if any(client == of and re.fullmatch(like, operation) and name == member for of, like, member in EXTRA):
        return True
    shape = found["shapes"].get((found["operations"].get(operation) or {}).get("input", {}).get("shape"), {})
    return client in IN_PATHS and any(
        snake(key) == name and (member.get("location") == "uri" or name == "domain_name_id")
        for key, member in shape.get("members", {}).items()
    )


def roles(found, operation):
    """The paths of the members that are roles, with a `*` behind those that every request has."""
    shapes, paths = found["shapes"], []

    def walk(name, path, required, within):
        shape = shapes.get(name, {})
        if shape.get("type") == "list":
            return walk(shape["member"]["shape"], path, required, within)
        if shape.get("type") == "map":
            return None
        if shape.get("type") == "string" and path and ROLE.search(path[-1]) and "enum" not in shape:
            paths.append(".".join(path) + "*" * (required and len(path) == 1))
        if shape.get("type") == "structure" and name not in within and len(path) < 5:
            for member, target in shape["members"].items():
                walk(target["shape"], [*path, snake(member)], member in shape.get("required", []), {*within, name})
        return None

    walk((found["operations"].get(operation) or {}).get("input", {}).get("shape"), [], False, set())
    return paths


def is_main(prefix, operation, name):
    return any(prefix == of and name == f":{action}" and re.fullmatch(like, operation) for of, like, action in MAIN)


def condition(found, operation, name):
    """When an operation needs an action: `?` and the members of its request that make it necessary."""
    if name == "iam:PassRole":
        paths = roles(found, operation)
    elif name[0] == ":" and TAG_ACTION.match(name[1:]):
        paths = [member for member, _ in members(found, operation) if TAGS.match(member)][:1]
    else:
        paths = []
    return "?" + ",".join(paths) if paths else ""


def main():
    directory, botocore = map(pathlib.Path, sys.argv[1:3])
    version = re.search(r'__version__ = .([0-9.]+)', (botocore / "__init__.py").read_text())[1]
    known = catalogue()
    lines = [
        f"# Which client of the AWS SDK has which operations: AWS's service reference of {DAY},",
        f"# https://servicereference.us-east-1.amazonaws.com/; names of crates and members: botocore {version}. By `clients.py`.",
        "# `codegen/src/derive/clients.rs` describes the format.",
    ]
    for (client, prefix), operations in sorted(clients(directory, known).items()):
        if not (botocore / "data" / client).is_dir():
            print(f"no model of {client}")
            continue
        found = model(botocore / "data", client)
        crate = package(found["metadata"]["serviceId"])
        if any(f"\t{crate}\t" in line for line in lines):
            print(f"{client}: another client has the crate {crate}")
            continue
        lines.append(f"client\t{client}\t{crate}\t{prefix}")
        for operation, actions in sorted(operations.items()):
            own = operation in known[prefix]
            if own and list(actions) in ([], [f":{operation}"]):
                shown = ""
            else:
                shown = " ".join(
                    name + ">" * bool(to) + ",".join(to) + condition(found, operation, name)
                    + "!" * is_main(prefix, operation, name)
                    for name, to in sorted(actions.items())
                )
            of = [action.split(":") for action in actions or [f":{operation}"]]
            named = [known.get(service or prefix, {}).get(action, []) for service, action in of]
            # The type of a resource may be a setter, too: `.cluster("prod")`, `.clusters("prod")`.
            types = {name + end for kinds in named for kind in kinds for name in kind for end in ("", "s")}
            naming = " ".join(
                sorted(
                    name + "*" * required
                    for name, required in members(found, operation)
                    if any(named) and (NAMING.search(name) or name in types) or is_extra(found, client, operation, name)
                )
            )
            if shown or naming or not own:
                lines.append(f"{operation}\t{shown or '-' * (not own)}\t{naming}".rstrip("\t"))
        for waiter, operation in sorted(waiters(botocore / "data" / client)):
            lines.append(f"wait_until_{waiter}\t={operation}")
    (HERE / "clients.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
