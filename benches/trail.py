#!/usr/bin/env python3
"""Makes up CloudTrail records: a trail as CloudTrail delivers it, or one record per line.

usage: benches/trail.py DIRECTORY [--records N] [--files N] [--gzip] [--lines] [--seed N]

No record is of a real account: the account is 123456789012, and the addresses are of RFC 5737. The mix is that of an application
that uses Amazon Rekognition: 40 % image operations, 20 % collections, 10 % stored video with a NotificationChannel, 8 % Custom
Labels, 5 % lists, 3 % stream processors, 10 % objects in S3, 4 % GetCallerIdentity. One call in fifty was denied, one in a hundred
was throttled. The same seed makes the same records.
"""
import argparse, gzip, json, pathlib, random

ACCOUNT = "123456789012"
REGIONS = ["eu-west-1", "us-east-1"]
IMAGES = ["DetectLabels", "DetectFaces", "DetectText", "DetectModerationLabels", "CompareFaces"]
FACES = ["IndexFaces", "SearchFacesByImage", "ListFaces", "DeleteFaces"]
VIDEO = ["StartLabelDetection", "StartFaceDetection", "StartTextDetection"]


def identity(rng):
    if rng.random() < 0.1:
        user = f"user-{rng.randrange(20)}"
        return {"type": "IAMUser", "principalId": f"AIDAEXAMPLE{user}", "arn": f"arn:aws:iam::{ACCOUNT}:user/{user}",
                "accountId": ACCOUNT, "accessKeyId": "AKIAEXAMPLE000000001", "userName": user}
    role, session = f"App{rng.randrange(8)}", f"job-{rng.randrange(500)}"
    return {"type": "AssumedRole", "principalId": f"AROAEXAMPLE{role}:{session}",
            "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{session}", "accountId": ACCOUNT,
            "accessKeyId": f"ASIAEXAMPLE{rng.randrange(1000):09}",
            "sessionContext": {
                "sessionIssuer": {"type": "Role", "principalId": f"AROAEXAMPLE{role}", "arn": f"arn:aws:iam::{ACCOUNT}:role/team/{role}",
                                  "accountId": ACCOUNT, "userName": role},
                "webIdFederationData": {},
                "attributes": {"creationDate": "2026-10-05T07:30:00Z", "mfaAuthenticated": "false"}}}


def call(rng, region):
    """Event source, event name, parameters, and resources."""
    part = rng.random()
    image = {"image": {"s3Object": {"bucket": "photos", "name": f"in/{rng.randrange(10**9):09}.jpg"}}}
    project = f"arn:aws:rekognition:{region}:{ACCOUNT}:project/parts-{rng.randrange(5)}"
    if part < 0.40:
        return "rekognition", rng.choice(IMAGES), {**image, "maxLabels": 10}, None
    if part < 0.60:
        return "rekognition", rng.choice(FACES), {**image, "collectionId": f"staff-{rng.randrange(40)}"}, None
    if part < 0.70:
        video = {"video": {"s3Object": {"bucket": "video", "name": f"{rng.randrange(10**6)}.mp4"}},
                 "notificationChannel": {"roleArn": f"arn:aws:iam::{ACCOUNT}:role/VideoNotify", "sNSTopicArn": f"arn:aws:sns:{region}:{ACCOUNT}:done"}}
        return "rekognition", rng.choice(VIDEO), video, None
    if part < 0.78:
        return "rekognition", "DetectCustomLabels", {**image, "projectVersionArn": f"{project}/version/v{rng.randrange(4)}/1759650000000"}, None
    if part < 0.83:
        return "rekognition", "ListCollections", None, None
    if part < 0.86:
        return "rekognition", rng.choice(["StartStreamProcessor", "StopStreamProcessor"]), {"name": f"gate-{rng.randrange(9)}"}, None
    if part < 0.96:
        key = f"in/{rng.randrange(10**9):09}.jpg"
        return "s3", rng.choice(["GetObject", "PutObject"]), {"bucketName": "photos", "key": key, "Host": "photos.s3.amazonaws.com"}, [
            {"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::photos/{key}"},
            {"accountId": ACCOUNT, "type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::photos"}]
    return "sts", "GetCallerIdentity", None, None


def record(rng, number):
    region = rng.choice(REGIONS)
    source, name, parameters, resources = call(rng, region)
    who = identity(rng)
    found = {
        "eventVersion": "1.11", "userIdentity": who,
        "eventTime": f"2026-10-{1 + number % 28:02}T{number // 28 % 24:02}:{number // 672 % 60:02}:00Z",
        "eventSource": f"{source}.amazonaws.com", "eventName": name, "awsRegion": region,
        "sourceIPAddress": f"198.51.100.{rng.randrange(256)}", "userAgent": "aws-sdk-rust/1.3.9 os/linux lang/rust/1.90.0",
        "requestParameters": parameters, "responseElements": None, "requestID": f"{rng.getrandbits(128):032x}",
        "eventID": f"{number:08x}-0000-4000-8000-{rng.getrandbits(48):012x}", "readOnly": True, "eventType": "AwsApiCall",
        "managementEvent": source != "s3", "recipientAccountId": ACCOUNT, "eventCategory": "Data" if source == "s3" else "Management",
        "tlsDetails": {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256",
                       "clientProvidedHostHeader": f"{source}.{region}.amazonaws.com"}}
    if resources:
        found["resources"] = resources
    end = rng.random()
    if end < 0.02:
        found |= {"errorCode": "AccessDenied", "errorMessage": f"User: {who['arn']} is not authorized to perform: {source}:{name} because no "
                  f"identity-based policy allows the {source}:{name} action"}
    elif end < 0.03:
        found |= {"errorCode": "ThrottlingException", "errorMessage": "Rate exceeded"}
    return found


def write(directory, records=1_000_000, files=50, packed=False, lines=False, seed=1):
    """Writes the files and returns their paths."""
    rng = random.Random(seed)
    directory = pathlib.Path(directory)
    paths, number = [], 0
    for file in range(files):
        count = records // files + (file < records % files)
        texts = (json.dumps(record(rng, number + at), separators=(",", ":")) for at in range(count))
        text = "\n".join(texts) + "\n" if lines else '{"Records":[' + ",".join(texts) + "]}"
        number += count
        day = directory / f"AWSLogs/{ACCOUNT}/CloudTrail/eu-west-1/2026/10/{1 + file % 28:02}"
        day.mkdir(parents=True, exist_ok=True)
        path = day / f"{ACCOUNT}_CloudTrail_eu-west-1_202610{1 + file % 28:02}T0000Z_{file:016}.{'jsonl' if lines else 'json'}{'.gz' if packed else ''}"
        path.write_bytes(gzip.compress(text.encode(), 6) if packed else text.encode())
        paths.append(path)
    return paths


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("directory")
    arguments.add_argument("--records", type=int, default=1_000_000)
    arguments.add_argument("--files", type=int, default=50)
    arguments.add_argument("--gzip", action="store_true")
    arguments.add_argument("--lines", action="store_true")
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    write(given.directory, given.records, given.files, given.gzip, given.lines, given.seed)


if __name__ == "__main__":
    main()
