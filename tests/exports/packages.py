"""Packages of scripts/archives that the tests of exports run or read, unpacked once into the build folder as node finds
them. Nothing of them is run to install them.
"""
import os
import pathlib
import shutil
import sys

sys.path.insert(0, os.environ["MALLOCOP_SOURCE"] + "/scripts")
import archives  # noqa: E402

MODULES = pathlib.Path(os.environ["MALLOCOP_BUILD"]) / "exports/node_modules"


def package(name):
    """The package's folder, of the version that is asked for."""
    path = MODULES / name
    mark = f".version-{archives.listed()[name][1]}"
    if (path / mark).exists():
        return path
    unfinished = MODULES / f".{name.replace('/', '-')}.{os.getpid()}"  # two tests at once do not meet
    archives.unpack(name, unfinished)
    (unfinished / mark).touch()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        unfinished.rename(path)
    except OSError:
        if not (path / mark).exists():  # an older one
            shutil.rmtree(path)
            unfinished.rename(path)
        else:
            shutil.rmtree(unfinished)
    return path
