#!/usr/bin/env python3
"""Random requests and pairs of policies, answered by the command and by a second reading of AWS's documentation.

usage: tests/differential/oracle.py [--command PATH] [--requests N] [--pairs N] [--far N] [--seed N] [--first N] [--minutes N]

Runs in parts of 500, each with random numbers of its own: `--requests 0 --pairs 500 --first 3500` repeats the eighth part of a run
of pairs. A release build answers 20,000 pairs in about six minutes, a debug build in hours; `--minutes` ends a run early. The
slowest answers are printed.

The oracle below is written from the IAM User Guide and shares no code with the project. What the guide leaves open (the path of
a session's role, several values without a set operator, values that cannot be compared, short ARNs in an Allow, variables
before the fifth colon or under Bool, a negated condition that holds for lack of a value, NotPrincipal without the account) it
answers in every possible way, a *world* for each. The command may say

    allowed         when every world allows            explicit_deny   when some world denies explicitly, and none allows that
    implicit_deny   when no world allows                               is not open
    unknown         when worlds differ, or something open is asked about and an answer allows

Some requests say that they do not know a key: it is absent in one world, and has each of several values in others. For these an
answer of unknown is right when worlds differ, and an explicit denial when no world allows. An unknown where the worlds agree
is counted as imprecise. And each answer lists the keys that it depends on: all others that the request does not give are set to
random values, and the decision has to stay.

and of two policies, `new_access` or `lost_access` null only if none of the sampled requests shows one in every world; each
witness is evaluated by the oracle. `far` pairs are resource policies about callers of accounts that only patterns describe, in several
partitions, on resources whose ARNs are abbreviated or have no region; their requests are made from the patterns, and half of
them are put to `evaluate` too. Prints the counts and each wrong answer; exit status 1 when there is one.
Pages: reference_policies_evaluation-logic, _elements_condition_operators, _condition-keys, _variables, _elements_notprincipal,
_elements_resource, _condition-single-vs-multi-valued-context-keys of https://docs.aws.amazon.com/IAM/latest/UserGuide/.
"""
import argparse, collections, copy, datetime, functools, heapq, ipaddress, itertools, json, pathlib, random, re, subprocess, sys, time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ACCOUNT, OTHER = "111111111111", "222222222222"
OPEN = object()

# ---- the oracle --------------------------------------------------------------------------------------------------------

class World:
    """One way that everything open turns out; questions are numbered as they are asked."""
    def __init__(self, answers):
        self.answers, self.asked, self.keys = answers, {}, None
    def __call__(self, *question):
        if question not in self.asked:
            number = len(self.asked)
            self.asked[question] = self.answers[number] if number < len(self.answers) else False
        return self.asked[question]

def wild(pattern, text):
    """`*` is any text and `?` one character; in a pattern, text in \x02..\x03 is literal."""
    return compiled(pattern).fullmatch(text) is not None

@functools.lru_cache(None)
def compiled(pattern):
    out, literal = "", False
    for c in pattern:
        if c in "\x02\x03": literal = c == "\x02"
        elif c == "*" and not literal: out += ".*"
        elif c == "?" and not literal: out += "."
        else: out += re.escape(c)
    return re.compile(out, re.S)

def listed(value):
    return value if isinstance(value, list) else [value]

def derived(request):
    """The keys that follow from the caller."""
    caller, keys = request["principal"], {}
    if caller == "*":
        return {"aws:principalaccount": ["anonymous"], "aws:principaltype": ["Anonymous"], "aws:userid": ["anonymous"]}
    account, what = caller.split(":")[4], caller.split(":", 5)[5]
    keys["aws:principalaccount"] = [account]
    keys["aws:principalisawsservice"] = ["false"]
    if what.startswith("user/"):
        keys.update({"aws:username": [what.split("/")[-1]], "aws:principaltype": ["User"], "aws:principalarn": [caller]})
    elif what.startswith("assumed-role/"):
        keys.update({"aws:principaltype": ["AssumedRole"], "aws:principalarn": OPEN})
    elif what == "root":
        keys.update({"aws:principaltype": ["Account"], "aws:principalarn": [caller], "aws:userid": [account]})
    return keys

def context(request, world):
    """The keys of the request in this world, found out once."""
    if world.keys is None: world.keys = keys_in(request, world)
    return world.keys

# The paths that a role may have of which only the name is known.
PATHS = ["team/", "x/", ""]

def path_in(world):
    """The path that the role has in this world, if anything asked for it."""
    asked = {path: holds for (what, path, *_), holds in world.asked.items() if what == "path"}
    return next((path for path, holds in asked.items() if holds), "") if asked else None

def keys_in(request, world):
    keys = derived(request)
    keys.update({key.lower(): listed(values) for key, values in request["context"].items()})
    for key in request.get("unknown", []):
        for number, value in enumerate(CANDIDATES[key]):
            if world("unknown", key, number):
                keys[key.lower()] = listed(value)
                break
    if keys.get("aws:principalarn") is OPEN:
        partition, account, name = request["principal"].split(":")[1], request["principal"].split(":")[4], request["principal"].split("/")[1]
        path = next((path for path in PATHS if path and world("path", path)), "")
        keys["aws:principalarn"] = [f"arn:{partition}:iam::{account}:role/{path}{name}"]
    return keys

def fill(text, keys):
    """The text with its variables, literal; None when one has no value; OPEN when it has several."""
    if "${" not in text: return text
    out, at = "", 0
    for found in re.finditer(r"\$\{([^}]*)\}", text):
        out += text[at:found.start()]
        name, _, default = (part.strip() for part in found.group(1).partition(","))
        if name in ("*", "?", "$"): value = [name]
        else: value = keys.get(name.lower()) or ([default.strip("'")] if default else None)
        if value is None: return None
        if len(value) > 1: return OPEN
        out += "\x02" + value[0] + "\x03"
        at = found.end()
    return out + text[at:]

def plain(text):
    return text.replace("\x02", "").replace("\x03", "")

def number(text):
    return float(text) if re.fullmatch(r"[+-]?\d+(\.\d+)?", text) else None

def moment(text):
    try: return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError: return None

def one(operator, value, text, keys, world, where):
    """Whether a value of the request matches one of the policy, before any negation."""
    if operator.startswith(("String", "Arn")):
        filled = fill(text, keys)
        if filled is None: return False
        if filled is OPEN: return world(where, text, "several")
        if "Equals" in operator and operator.startswith("String"):
            return plain(filled).lower() == value.lower() if "IgnoreCase" in operator else plain(filled) == value
        if operator.startswith("String"): return wild(filled, value)
        pattern, fields = filled.split(":", 5), value.split(":", 5)
        if len(pattern) < 6 or len(fields) < 6: return world(where, text, value)
        return all(wild(p, f) for p, f in zip(pattern, fields))
    if operator == "Bool":
        if "${" in text or text not in ("true", "false"): return world(where, text, value)
        return text == value
    if operator.startswith("Numeric"):
        a, b = number(value), number(text)
    elif operator.startswith("Date"):
        a, b = moment(value), moment(text)
    else:
        try: return ipaddress.ip_address(value) in ipaddress.ip_network(text, strict=False)
        except ValueError: return world(where, text, value)
    if a is None or b is None: return world(where, text, value)
    return {"LessThan": a < b, "LessThanEquals": a <= b, "GreaterThan": a > b, "GreaterThanEquals": a >= b}.get(operator.replace("Numeric", "").replace("Date", ""), a == b)

def holds(name, key, values, keys, world, allows):
    set_operator, _, operator = name.rpartition(":")
    if_exists = operator.endswith("IfExists")
    operator = operator.removesuffix("IfExists")
    have = keys.get(key.lower(), [])
    if operator == "Null": return ("true" if not have else "false") in listed(values)
    if not have and if_exists: return True
    negated = "Not" in operator
    bare = operator.replace("Not", "")
    where = (name, key.lower(), tuple(listed(values)))
    def fits(value):
        answer = any([one(bare, value, text, keys, world, where) for text in listed(values)]) != negated
        if answer and negated and allows and any(fill(text, keys) is None for text in listed(values) if bare.startswith(("String", "Arn"))):
            return world(where, value, "no value")
        return answer
    if not set_operator:
        if not have: return negated
        return fits(have[0]) if len(have) == 1 else world(where, tuple(have))
    if not have or have == [""]: return set_operator == "ForAllValues"
    return (all if set_operator == "ForAllValues" else any)([fits(value) for value in have])

def resource_matches(text, resource, keys, world, narrow):
    if text == "*": return True
    if text.startswith("execute-api:/"):
        # A part of the API that the policy is of.
        found = re.fullmatch(r"arn:[^:]*:execute-api:[^:]*:[^:]*:[^:/]*(/.*)", resource)
        return bool(found) and wild(text.removeprefix("execute-api:"), found.group(1))
    filled = fill(text, keys)
    if filled is None: return None
    if filled is OPEN: return world("several", text)
    matched = wild(filled, resource)
    early = "${" in text and re.match(r"([^:]*:){0,4}[^:]*\$\{(?![*?$]\})", re.sub(r"\$\{[^}]*\}", lambda found: found.group(0).replace(":", "\x04"), text))
    if matched and early: return world("early", text)
    short = text.startswith("arn:") and not text.endswith("*") and len(re.sub(r"\$\{[^}]*\}", "v", text).split(":")) < 6
    if not matched and short:
        missing = 6 - len(re.sub(r"\$\{[^}]*\}", "v", text).split(":"))
        if wild(filled + ":*" * missing, resource): return world("short", text)
    return matched

def principal_matches(principals, caller):
    """Which of the names speak of the caller: the caller itself, its role, its account."""
    found = set()
    if principals in ("*", {"AWS": "*"}): return {"self"}
    for name in listed(principals.get("AWS", [])):
        if name == "*": found.add("self")
        elif caller == "*": continue
        elif name == caller: found.add("self")
        elif name in (ACCOUNT, OTHER) or name.endswith(":root"):
            account = name if name.isdigit() else name.split(":")[4]
            if account == caller.split(":")[4]: found.add("self" if caller.endswith(":root") else "account")
        elif ":role/" in name and ":assumed-role/" in caller:
            if name.split(":")[4] == caller.split(":")[4] and name.split("/")[-1] == caller.split("/")[1]: found.add("role")
    return found

CHECKED = {"rekognition:DetectLabels": "*"}

def fits(statement, request, world, boundary=False):
    """Nothing, or how the statement speaks of the caller."""
    allows = statement["Effect"] == "Allow"
    keys = context(request, world)
    def covers(name, test):
        if name in statement: return any([test(value) for value in listed(statement[name])])
        if "Not" + name in statement: return not any([test(value) for value in listed(statement["Not" + name])])
        return True
    if not covers("Action", lambda pattern: wild(pattern.lower(), request["action"].lower())): return None
    resource = CHECKED.get(request["action"], request["resource"])
    def on(text):
        answer = resource_matches(text, resource, keys, world, allows)
        if answer is None: return world("no value", text) if "NotResource" in statement and allows else False
        return answer
    if not covers("Resource", on): return None
    link = {"self"}
    if "Principal" in statement:
        link = principal_matches(statement["Principal"], request["principal"])
        if not link: return None
    if "NotPrincipal" in statement and not boundary:
        named = principal_matches(statement["NotPrincipal"], request["principal"])
        whole = {"self", "account"} | ({"role"} if ":assumed-role/" in request["principal"] else set())
        if statement["NotPrincipal"] == {"AWS": "*"} or request["principal"].endswith(":root"): whole = {"self"}
        if whole <= named: return None
        if "self" in named and world("not principal", json.dumps(statement["NotPrincipal"])): return None
    for operator, block in statement.get("Condition", {}).items():
        for key, values in block.items():
            if not holds(operator, key, values, keys, world, allows): return None
    return link

def statements(document):
    return listed(document["Statement"])

def alone(document, request, world):
    found = [s["Effect"] for s in statements(document) if fits(s, request, world)]
    return "explicit_deny" if "Deny" in found else "allowed" if found else "implicit_deny"

def decide(policies, request, world):
    # Service control policies are for the principals of accounts: who did not sign in is none.
    if request["principal"] == "*": policies = [p for p in policies if p["kind"] != "service-control"]
    boundary = any(p["kind"] == "permissions-boundary" for p in policies)
    grants = collections.defaultdict(set)
    for policy in policies:
        for statement in statements(policy["document"]):
            link = fits(statement, request, world, boundary and statement["Effect"] == "Deny")
            if not link: continue
            if statement["Effect"] == "Deny": return "explicit_deny"
            grants[policy["kind"]] |= link
    kinds = {p["kind"] for p in policies}
    if request["principal"] == "*": return "allowed" if "self" in grants["resource"] else "implicit_deny"
    if "service-control" in kinds and not grants["service-control"]: return "implicit_deny"
    if "self" in grants["resource"]: return "allowed"
    limited = "permissions-boundary" in kinds and not grants["permissions-boundary"]
    root = request["principal"].endswith(":root")
    if ("role" in grants["resource"] or grants["identity"] or root) and not limited: return "allowed"
    return "implicit_deny"

def worlds(answer, opened=None):
    """The answers of every world. `opened` gets what any of them asks about."""
    found, queue = collections.Counter(), [()]
    while queue and sum(found.values()) < 128:
        answers = queue.pop()
        world = World(answers)
        found[answer(world)] += 1
        if opened is not None: opened.update(world.asked)
        for number in range(len(answers), len(world.asked)):
            queue.append(answers + (False,) * (number - len(answers)) + (True,))
    return set(found)

# ---- random questions --------------------------------------------------------------------------------------------------

CALLERS = [f"arn:aws:iam::{ACCOUNT}:user/ann", f"arn:aws:iam::{ACCOUNT}:user/dev/bob", f"arn:aws:sts::{ACCOUNT}:assumed-role/app/s", f"arn:aws:iam::{ACCOUNT}:root", "*"]
ON = {"s3:GetObject": ["arn:aws:s3:::b/ann/k", "arn:aws:s3:::b/bob/k", "arn:aws:s3:::c/red/k"], "s3:ListBucket": ["arn:aws:s3:::b", "arn:aws:s3:::c"],
      "sqs:SendMessage": [f"arn:aws:sqs:us-east-1:{ACCOUNT}:ann", f"arn:aws:sqs:us-east-1:{ACCOUNT}:red"], "rekognition:DetectLabels": ["*"],
      "rekognition:IndexFaces": [f"arn:aws:rekognition:us-east-1:{ACCOUNT}:collection/red"], "rekognition:TagResource": [f"arn:aws:rekognition:us-east-1:{ACCOUNT}:collection/red"]}
# The actions whose requests can have a key, by the Service Authorization Reference.
HAVE = {"s3:max-keys": {"s3:ListBucket"}, "aws:ResourceTag/team": {"sqs:SendMessage", "rekognition:IndexFaces", "rekognition:TagResource"},
        "aws:TagKeys": {"rekognition:TagResource"}, "aws:RequestTag/owner": {"rekognition:TagResource"}}
ACTIONS = [*ON, "s3:*", "s3:Get*", "sqs:*", "rekognition:*", "*", "rekognition:Index?aces"]
RESOURCES = ["*", "*", "arn:aws:s3:::b/*", "arn:aws:s3:::b", "arn:aws:s3:::*", f"arn:aws:sqs:*:{ACCOUNT}:*", "arn:aws:rekognition:*:*:collection/*", f"arn:aws:sqs:us-east-1:{ACCOUNT}:red",
             "arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::c/${aws:PrincipalTag/team}/k", "arn:aws:s3:::${aws:PrincipalTag/team, 'b'}/*", f"arn:aws:sqs:us-east-1:{ACCOUNT}:${{aws:username}}"]
ODD = ["arn:aws:sqs", f"arn:aws:sqs:us-east-1:{ACCOUNT}", "arn:aws:sqs:us-east-1:${aws:PrincipalAccount}:red", "arn:aws:rekognition:us-east-1"]
VALUES = {"aws:SourceVpc": ["vpc-1", "vpc-2"], "s3:max-keys": ["1", "10", "4.5"], "aws:SourceIp": ["10.0.0.1", "192.0.2.7", "2001:db8::1"], "aws:PrincipalTag/team": ["red", "blue", "b"], "aws:ResourceTag/team": ["red", "blue"],
          "aws:TagKeys": ["a", "b", "team"], "aws:RequestTag/owner": ["ann", "bob", "red"]}
CANDIDATES = {"aws:SourceVpc": ["vpc-1", "vpc-2", "vpc-3", "vpc-9"], "s3:max-keys": ["0", "1", "5", "7", "10", "20"], "aws:SourceIp": ["10.0.0.1", "192.0.2.7", "2001:db8::1", "203.0.113.1"],
              "aws:PrincipalTag/team": ["red", "blue", "b", "ann", "rx", "other"], "aws:ResourceTag/team": ["red", "blue", "ann", "rx", "other"], "aws:TagKeys": ["a", "b", "team", "x", ["a", "x"]], "aws:RequestTag/owner": ["ann", "bob", "red", "rx", "other"]}
ALWAYS = {"aws:SecureTransport": ["true", "false"], "aws:CurrentTime": ["2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z"]}

def condition(rng, odd):
    exists = rng.choice(["", "", "IfExists"])
    set_operator = rng.choice(["ForAllValues:", "ForAnyValue:"])
    some = lambda values: [rng.choice(values) for _ in range(rng.randint(1, 2))]
    text = some(["red", "blue", "ann", "r*", "*", "${aws:PrincipalTag/team}", "${aws:username}", "${aws:PrincipalTag/team, 'red'}"])
    choices = [
        (rng.choice(["StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase"]) + exists, rng.choice(["aws:ResourceTag/team", "aws:RequestTag/owner", "aws:PrincipalTag/team", "aws:username"]), text),
        (rng.choice(["StringEquals", "StringNotEquals"]) + exists, "aws:SourceVpc", some(["vpc-1", "vpc-2", "vpc-3"])),
        (rng.choice(["NumericLessThan", "NumericGreaterThanEquals", "NumericEquals", "NumericNotEquals"]) + exists, "s3:max-keys", some(["1", "5", "10"])),
        (rng.choice(["IpAddress", "NotIpAddress"]) + exists, "aws:SourceIp", some(["10.0.0.0/8", "192.0.2.0/24", "2001:db8::/32"])),
        ("Bool" + exists, "aws:SecureTransport", rng.choice(["true", "false"])),
        ("StringEquals", "aws:SecureTransport", rng.choice(["true", "false"])),
        (rng.choice(["DateLessThan", "DateGreaterThan"]), "aws:CurrentTime", "2026-03-01T00:00:00Z"),
        (set_operator + rng.choice(["StringEquals", "StringLike"]), "aws:TagKeys", some(["a", "b", "t*"])),
        ("Null", rng.choice(["aws:SourceVpc", "aws:ResourceTag/team", "aws:username", "aws:PrincipalArn"]), rng.choice(["true", "false"])),
        (rng.choice(["ArnLike", "ArnNotLike"]), "aws:PrincipalArn", some([f"arn:aws:iam::{ACCOUNT}:role/app", f"arn:aws:iam::{ACCOUNT}:role/*", f"arn:aws:iam::*:user/*", f"arn:aws:iam::{ACCOUNT}:role/team/app", f"arn:aws:iam::{ACCOUNT}:user/ann"])),
        ("StringEquals", "aws:PrincipalAccount", rng.choice([ACCOUNT, OTHER, "anonymous"])),
        (rng.choice(["StringEquals", "StringNotEquals"]), "aws:PrincipalType", rng.choice(["User", "AssumedRole", "Account"])),
    ]
    if odd:
        choices += [("NumericLessThan", "s3:max-keys", ".5"), ("IpAddress", "aws:SourceIp", "10.0.0.0/40"), ("StringEquals", "aws:TagKeys", "a"), ("Bool", "aws:SecureTransport", "${aws:username}")] * 2
    return rng.choice(choices)

def statement(rng, kind, odd):
    out = {"Effect": rng.choice(["Allow", "Allow", "Deny"])}
    out["NotAction" if rng.random() < .1 else "Action"] = [rng.choice(ACTIONS) for _ in range(rng.randint(1, 2))]
    out["NotResource" if rng.random() < .12 else "Resource"] = [rng.choice(RESOURCES + (ODD * 2 if odd else [])) for _ in range(rng.randint(1, 2))]
    if kind == "resource":
        names = [CALLERS[0], CALLERS[2], f"arn:aws:iam::{ACCOUNT}:role/app", ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root", f"arn:aws:iam::{OTHER}:user/eve"]
        principal = rng.choice(["*", {"AWS": [rng.choice(names) for _ in range(rng.randint(1, 2))]}])
        if out["Effect"] == "Deny" and principal != "*" and rng.random() < .4: out["NotPrincipal"] = principal
        else: out["Principal"] = principal
    for _ in range(rng.choice([0, 0, 1, 1, 2])):
        operator, key, values = condition(rng, odd)
        out.setdefault("Condition", {}).setdefault(operator, {})[key] = values
    return out

def document(rng, kind, odd, most=3):
    return {"Version": "2012-10-17", "Statement": [statement(rng, kind, odd) for _ in range(rng.randint(1, most))]}

def request(rng, callers=CALLERS):
    action = rng.choice(list(ON))
    caller = rng.choice(callers)
    found = {key: rng.choice(values) for key, values in ALWAYS.items()}
    for key, values in VALUES.items():
        if key.startswith("aws:PrincipalTag") and (caller == "*" or caller.endswith(":root")): continue
        if rng.random() < .55: found[key] = rng.choice(values)
    if rng.random() < .15: found["aws:TagKeys"] = ["a", "team"]
    return {"principal": caller, "action": action, "resource": rng.choice(ON[action]), "resource_account": ACCOUNT, "context": found}

def possible(rng, request):
    """The request without what it cannot have: keys of other actions, an address next to a VPC, and tags that are not listed."""
    found = {key: value for key, value in request["context"].items() if key not in HAVE or request["action"] in HAVE[key]}
    if "aws:SourceVpc" in found and "aws:SourceIp" in found: del found[rng.choice(["aws:SourceVpc", "aws:SourceIp"])]
    if "aws:RequestTag/owner" in found:
        keys = found.get("aws:TagKeys", [])
        found["aws:TagKeys"] = sorted({*([keys] if isinstance(keys, str) else keys), "owner"})
    return {**request, "context": found}

def absent(request):
    """The keys that the request does not give and that its caller could have."""
    tagless = request["principal"] == "*" or request["principal"].endswith(":root")
    return [key for key in CANDIDATES if key not in request["context"] and key not in request.get("unknown", []) and not (tagless and key.startswith("aws:PrincipalTag"))]

def doubtful(rng, request):
    """The same request, with a key that it does not know."""
    keys = absent(request)
    if keys and rng.random() < .3: request["unknown"] = [rng.choice(keys)]
    return request

def question(rng):
    odd = rng.random() < .25
    policies = [{"kind": "identity", "document": document(rng, "identity", odd)} for _ in range(rng.choice([0, 1, 1, 2]))]
    everything = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    if rng.random() < .4: policies.append({"kind": "resource", "document": document(rng, "resource", odd)})
    if rng.random() < .15: policies.append({"kind": "permissions-boundary", "document": rng.choice([everything, document(rng, "identity", odd)])})
    if rng.random() < .25:
        policies.append({"kind": "service-control", "document": everything})
        policies.append({"kind": "service-control", "document": document(rng, "identity", odd)})
    return {"policies": policies, "request": doubtful(rng, request(rng))}

def edited(rng, old, kind, odd):
    new = copy.deepcopy(old)
    found = new["Statement"]
    for _ in range(rng.randint(1, 2)):
        edit = rng.randrange(5)
        one = rng.choice(found)
        if edit == 0: found.append(statement(rng, kind, odd))
        elif edit == 1 and len(found) > 1: found.remove(one)
        elif edit == 2: one.pop("Condition", None)
        elif edit == 3:
            operator, key, values = condition(rng, odd)
            one.setdefault("Condition", {}).setdefault(operator, {})[key] = values
        elif "Resource" in one: one["Resource"] = [rng.choice(RESOURCES)]
    return new

# ---- far callers: accounts and partitions that only patterns describe ------------------------------------------------------

PARTITIONS = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
FAR_ACCOUNTS = ["1*", "1111*", "11111111111?", "?11111111111", "1111*1111", "9*", "*5", "????????????", "2*", "22222222222?", ACCOUNT, OTHER]
POINT = f"arn:%s:s3::{ACCOUNT}:accesspoint/mfzwi23gnjvgw.mrap/object/"
API = f"arn:%s:execute-api:%s:{ACCOUNT}:abcdef1234/"
FAR_ON = [("s3:GetObject", "arn:%s:s3:::b/red/k"), ("s3:GetObject", "arn:%s:s3:::c/ann/k"), ("s3:GetObject", POINT + "red/k"), ("s3:PutObject", POINT + "ann/k"),
          ("execute-api:Invoke", API + "prod/GET/red"), ("execute-api:Invoke", API + "dev/POST/red")]
FAR_RESOURCES = ["*", "arn:*:s3:::b/*", "arn:aws:s3:::b/*", "arn:aws-cn:s3:::b/*", "arn:aws-us-gov:s3:::*", POINT % "aws" + "*", POINT % "aws" + "red/*", POINT % "*" + "*",
                 "execute-api:/*", "execute-api:/prod/*", "execute-api:/*/GET/red", API % ("aws", "us-east-1") + "*", API % ("*", "*") + "prod/*"]

def far_condition(rng):
    some = lambda make: [make() for _ in range(rng.randint(1, 2))]
    account = lambda: rng.choice(FAR_ACCOUNTS)
    partition = lambda: rng.choice([*PARTITIONS, "aws", "aws", "*", "aws*"])
    arn = lambda: f"arn:{partition()}:iam::{account()}:{rng.choice(['user/ann', 'user/*', 'role/app', '*', 'root'])}"
    return rng.choice([
        (rng.choice(["ArnLike", "ArnNotLike", "StringLike", "StringNotLike"]), "aws:PrincipalArn", some(arn)),
        (rng.choice(["ArnLike", "StringLike"]), "aws:PrincipalArn", some(arn)),
        (rng.choice(["StringLike", "StringNotLike"]), "aws:PrincipalAccount", some(account)),
        ("Bool", "aws:PrincipalIsAWSService", "false"),
        condition(rng, False),
    ])

def far_statement(rng):
    out = {"Effect": rng.choice(["Allow", "Allow", "Deny"])}
    out["Action"] = [rng.choice(["*", "s3:*", "s3:GetObject", "s3:PutObject", "execute-api:*", "execute-api:Invoke"]) for _ in range(rng.randint(1, 2))]
    out["Resource"] = [rng.choice(FAR_RESOURCES) for _ in range(rng.randint(1, 2))]
    names = [ACCOUNT, f"arn:aws-cn:iam::{OTHER}:user/ann", f"arn:aws:iam::{ACCOUNT}:user/ann"]
    out["Principal"] = rng.choice(["*", "*", {"AWS": "*"}, {"AWS": [rng.choice(names)]}])
    for _ in range(rng.choice([0, 1, 1, 2])):
        operator, key, values = far_condition(rng)
        out.setdefault("Condition", {}).setdefault(operator, {})[key] = values
    return out

def far_document(rng):
    return {"Version": "2012-10-17", "Statement": [far_statement(rng) for _ in range(rng.randint(1, 3))]}

def far_callers(rng, pair):
    """Callers that the patterns of a pair describe, and some that they do not."""
    def number(pattern):
        pattern = pattern.replace("*", "?" * max(0, 13 - len(pattern)), 1).replace("*", "")
        return "".join(rng.choice("0123456789") if c == "?" else c for c in pattern)
    text = json.dumps(pair)
    found = [(partition, account, what) for partition, account, what in re.findall(r'"arn:([^:"]*):iam::([^:"]*):([^"]*)"', text)]
    found += [("*", account, "*") for account in re.findall(r'"aws:PrincipalAccount": \[([^]]*)\]', text) for account in re.findall(r'"([^"]*)"', account)]
    found += [("*", rng.choice(FAR_ACCOUNTS), rng.choice(["user/ann", "root"])), ("aws", ACCOUNT, "user/ann")]
    callers = []
    for partition, account, what in found:
        partition = rng.choice(list(PARTITIONS)) if "*" in partition else partition
        account = number(account)
        if not re.fullmatch(r"\d{12}", account): continue
        what = "user/" + rng.choice(["ann", "x"]) if what == "*" else what.replace("*", "x")
        service, what = ("sts", f"assumed-role/{what.removeprefix('role/')}/s") if what.startswith("role/") else ("iam", what)
        callers.append(f"arn:{partition}:{service}::{account}:{what}")
    return callers + ["*"]

def far_request(rng, callers):
    """A request on a resource of the caller's partition."""
    found = request(rng, callers)
    partition = rng.choice(list(PARTITIONS)) if found["principal"] == "*" else found["principal"].split(":")[1]
    found["action"], resource = rng.choice(FAR_ON)
    found["resource"] = resource % ((partition, PARTITIONS[partition]) if "execute-api" in resource else partition)
    found["context"] = {key: value for key, value in found["context"].items() if not key.startswith(("aws:RequestTag", "aws:TagKeys", "aws:ResourceTag", "s3:max"))}
    return possible(rng, found)

def far(command, rng, count, part):
    asked = []
    for _ in range(count):
        old, new = far_document(rng), far_document(rng)
        if rng.random() < .6:
            new = copy.deepcopy(old)
            one = rng.choice(new["Statement"])
            edit = rng.randrange(3)
            if edit == 0: one.pop("Condition", None)
            elif edit == 1: one["Resource"] = [rng.choice(FAR_RESOURCES)]
            else:
                operator, key, values = far_condition(rng)
                one["Condition"] = {operator: {key: values}}
        asked.append({"old": old, "new": new})
    seen, wrong, evaluated = collections.Counter(), [], []
    for pair, answer in zip(asked, ask(command, "diff", asked, part)):
        seen[answer.get("relation", "error")] += 1
        callers = far_callers(rng, pair)
        samples = [far_request(rng, callers) for _ in range(48)]
        evaluated += [(pair["new"], sample) for sample in samples[:2]]
        check_pair(pair, answer, samples, wrong)
    lines = [{"policies": [{"kind": "resource", "document": document}], "request": sample} for document, sample in evaluated]
    for line, answer in zip(lines, ask(command, "evaluate", lines, part)):
        seen["evaluated"] += 1
        opened = set()
        mine = worlds(lambda world: decide_far(line, world), opened)
        said = answer.get("decision", "error")
        right = {"allowed": mine == {"allowed"}, "implicit_deny": "allowed" not in mine, "explicit_deny": "explicit_deny" in mine, "unknown": "allowed" in mine and bool(opened)}.get(said, False)
        if said == "unknown" and not right: seen["imprecise"] += 1
        elif not right: wrong.append((line, answer, sorted(mine)))
    return seen, wrong

def decide_far(line, world):
    """A resource policy alone: callers of another account have no identity policy here that lets them, and their root users need none."""
    document, request = line["policies"][0]["document"], line["request"]
    if request["principal"] == "*" or request["principal"].split(":")[4] == request["resource_account"]:
        return decide(line["policies"], request, world)
    answer = alone(document, request, world)
    return answer if answer == "explicit_deny" or request["principal"].endswith(":root") else "implicit_deny"

# ---- comparison ---------------------------------------------------------------------------------------------------------

# What is counted that is no answer.
OTHERS = ("imprecise", "with other keys", "evaluated")
# The slowest answers: seconds, what was asked, the part and the line.
SLOWEST = []
SHOWN = 3
PART = 500

def ask(command, verb, lines, part):
    """The answers, one by one, so that each can be timed: the command flushes an answer before it reads the next line."""
    found = []
    with subprocess.Popen([command, verb, "--stdin"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as running:
        for number, line in enumerate(lines):
            start = time.monotonic()
            running.stdin.write(json.dumps(line) + "\n")
            running.stdin.flush()
            answer = running.stdout.readline()
            assert answer, f"no answer to line {number} of part {part}: {json.dumps(line)}"
            found.append(json.loads(answer))
            heapq.heappush(SLOWEST, (time.monotonic() - start, verb, part, number))
            if len(SLOWEST) > SHOWN: heapq.heappop(SLOWEST)
        running.stdin.close()
    return found

def requests(command, rng, count, part):
    asked = [question(rng) for _ in range(count)]
    seen, wrong, again = collections.Counter(), [], []
    for line, answer in zip(asked, ask(command, "evaluate", asked, part)):
        opened = set()
        found = worlds(lambda world: (decide(line["policies"], line["request"], world), path_in(world)), opened)
        mine = {verdict for verdict, _ in found}
        said = answer.get("decision", "error")
        if line["request"].get("unknown"):
            # A `Deny` that depends on an unknown key is no denial. One that depends on the path of a role is, and names the fact.
            only = all(question[0] in ("unknown", "path") for question in opened)
            denied = any(all(verdict != "allowed" for verdict, path in found if path in (None, fixed)) for fixed in PATHS)
            right = {"allowed": mine == {"allowed"}, "implicit_deny": "allowed" not in mine, "explicit_deny": "explicit_deny" in mine and (denied or not only),
                     "unknown": True}.get(said, False)
            if said == "unknown" and len(mine) == 1 and not (mine == {"allowed"} and opened): seen["imprecise"] += 1
        else:
            right = {"allowed": mine == {"allowed"}, "implicit_deny": "allowed" not in mine, "explicit_deny": "explicit_deny" in mine,
                     "unknown": "allowed" in mine and bool(opened)}.get(said, False)
        seen[said] += 1
        if not right: wrong.append((line, answer, sorted(mine)))
        # What the answer does not depend on.
        depends = {key["key"].lower() for key in answer.get("depends_on", [])}
        free = [key for key in absent(line["request"]) if key.lower() not in depends]
        if free:
            values = {key: rng.choice(CANDIDATES[key]) for key in free if rng.random() < .8}
            given = {**line["request"], "context": {**line["request"]["context"], **values}}
            again.append(({**line, "request": given}, said, answer))
    for (line, said, before), answer in zip(again, ask(command, "evaluate", [line for line, _, _ in again], part)):
        seen["with other keys"] += 1
        if answer.get("decision") != said: wrong.append((line, answer, "depends on a key that was not listed", before))
    return seen, wrong

def pairs(command, rng, count, part):
    asked = []
    for _ in range(count):
        kind, odd = rng.choice(["identity", "identity", "resource"]), rng.random() < .15
        old = document(rng, kind, odd)
        asked.append((kind, {"old": old, "new": edited(rng, old, kind, odd) if rng.random() < .7 else document(rng, kind, odd)}))
    seen, wrong = collections.Counter(), []
    for (kind, pair), answer in zip(asked, ask(command, "diff", [pair for _, pair in asked], part)):
        seen[answer.get("relation", "error")] += 1
        # An identity policy is not for the root user, nor for somebody who did not sign in.
        samples = [possible(rng, request(rng, CALLERS if kind == "resource" else CALLERS[:3])) for _ in range(24)]
        check_pair(pair, answer, samples, wrong)
    return seen, wrong

def check_pair(pair, answer, samples, wrong):
    """Adds what is wrong with an answer about a pair."""
    for side, wide, narrow in (("new_access", "new", "old"), ("lost_access", "old", "new")):
        access = answer.get(side)
        if access is None:
            for sample in samples:
                both = worlds(lambda world: (alone(pair[wide], sample, world), alone(pair[narrow], sample, world)))
                if all(w == "allowed" and n != "allowed" for w, n in both):
                    wrong.append((pair, answer, side, sample))
                    break
        elif "unknown" not in access:
            witness = {"principal": access["principal"] or caller_of(access["context"]), "action": access["action"], "resource": access["resource"], "context": access["context"]}
            if witness["principal"] and not re.match(r"\*$|arn:aws[-a-z]*:(iam|sts)::\d{12}:(user|assumed-role|root)", witness["principal"]): continue
            both = worlds(lambda world: (alone(pair[wide], witness, world), alone(pair[narrow], witness, world)))
            if not any(w == "allowed" and n != "allowed" for w, n in both):
                wrong.append((pair, answer, side, sorted(both)))

def caller_of(context):
    """Who may have sent a witness that does not name anybody: keys that follow from the caller are among its own."""
    return f"arn:aws:iam::{ACCOUNT}:nobody/x"

def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--command", default=str(ROOT / "target/debug/rekognition-iam"))
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--pairs", type=int, default=20_000)
    parser.add_argument("--far", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first one, a multiple of 500")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="how long to go on at most")
    parser.add_argument("--show", type=int, default=5, help="how many wrong answers are printed")
    args = parser.parse_args()
    failed, end = 0, time.monotonic() + args.minutes * 60
    for name, run, count in (("requests", requests, args.requests), ("pairs", pairs, args.pairs), ("far", far, args.far)):
        seen, wrong, part = collections.Counter(), [], args.first // PART
        SLOWEST.clear()
        while count > 0 and time.monotonic() < end:
            rng = random.Random(f"{args.seed} {name} {part}")
            more, bad = run(args.command, rng, min(count, PART), part)
            seen += more
            wrong += bad
            count -= PART
            part += 1
            if part % 4 == 0: print(f"{name} up to {part * PART}: {len(wrong)} wrong", file=sys.stderr, flush=True)
        kinds = {kind: number for kind, number in seen.items() if kind not in OTHERS}
        others = ", ".join(f"{seen[kind]} {kind}" for kind in OTHERS if seen[kind])
        print(f"{sum(kinds.values())} {name}: {kinds}{'; ' + others if others else ''}; {len(wrong)} wrong")
        slowest = ", ".join(f"{seconds:.2f} s (part {number}, line {line})" for seconds, _, number, line in sorted(SLOWEST, reverse=True))
        if slowest: print(f"slowest: {slowest}")
        for case in wrong[:args.show]:
            print("WRONG", json.dumps(case))
        failed += len(wrong)
    return 1 if failed else 0

if __name__ == "__main__":
    sys.exit(main())
