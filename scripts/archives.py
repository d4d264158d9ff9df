#!/usr/bin/env python3
"""Archives of the npm registry (scripts/archives), fetched once into a cache that all clones and builds share.

  scripts/archives.py GROUP     makes sure that the archives of a group are there, and says where
  scripts/archives.py           says where the cache is

The cache is $MALLOCOP_ARCHIVES, else mallocop/archives in the user's folder for caches. An archive is known by its SHA-512:
what has another one is not used, wherever it comes from.
"""
import base64
import hashlib
import os
import pathlib
import sys
import tarfile
import urllib.request

REGISTRY = os.environ.get("npm_config_registry", "https://registry.npmjs.org/").rstrip("/") + "/"
LIST = pathlib.Path(__file__).resolve().parent / "archives"
SECONDS = 60  # without an answer


def cache():
    own = os.environ.get("MALLOCOP_ARCHIVES")
    caches = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(own) if own else pathlib.Path(caches) / "mallocop/archives"


def listed():
    """Package to (group, version, checksum)."""
    rows = [line.split() for line in LIST.read_text().splitlines() if line and not line.startswith("#")]
    return {package: (group, version, checksum) for group, package, version, checksum in rows}


def is_right(data, checksum):
    return base64.b64encode(hashlib.sha512(data).digest()).decode() == checksum


def archive(package):
    """The path of a package's archive; fetches it if it is not in the cache. OSError: it cannot be had."""
    _, version, checksum = listed()[package]
    path = cache() / f"{package.replace('/', '-')}-{version}.tgz"
    if path.exists() and is_right(path.read_bytes(), checksum):
        return path
    name = package.split("/")[-1]
    with urllib.request.urlopen(f"{REGISTRY}{package}/-/{name}-{version}.tgz", timeout=SECONDS) as answer:
        data = answer.read()
    if not is_right(data, checksum):
        raise OSError(f"{package} {version} of {REGISTRY} is not what it was")
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")  # two builds at once do not meet
    unfinished.write_bytes(data)
    unfinished.rename(path)
    return path


def member(package, name):
    """The bytes of one file of a package's archive, named as it stands there."""
    with tarfile.open(archive(package)) as files:
        return files.extractfile(name).read()


def unpack(package, folder):
    """All files of a package's archive, without its own top folder, into `folder`."""
    folder = pathlib.Path(folder)
    with tarfile.open(archive(package)) as files:
        for entry in files:
            inside = pathlib.PurePosixPath(entry.name).parts[1:]
            if not entry.isfile() or ".." in inside:
                continue
            path = folder.joinpath(*inside)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(files.extractfile(entry).read())
            path.chmod(entry.mode & 0o755 | 0o600)


def main(group=None):
    if not group:
        print(cache())
        return
    packages = [package for package, (of_group, _, _) in listed().items() if of_group == group]
    if not packages:
        raise SystemExit(f"archives: no group '{group}' in {LIST}")
    try:
        for package in packages:
            print(archive(package))
    except OSError as error:
        raise SystemExit(f"archives: cannot fetch {package}: {error}") from error


if __name__ == "__main__":
    main(*sys.argv[1:])
