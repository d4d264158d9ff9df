"""Archives of the npm registry, fetched once into the build folder. What was fetched is known by its checksum; nothing of
it is run to install it.
"""
import base64
import hashlib
import io
import os
import pathlib
import tarfile
import urllib.request

REGISTRY = "https://registry.npmjs.org/"
FOLDER = pathlib.Path(os.environ["MALLOCOP_BUILD"]) / "archives"

# Package: version, SHA-512 of its archive.
ARCHIVES = {
    "speedscope": ("1.25.0",
                   "cpf9HWTZf1ijLXBJrk87Ve/54tnYx6rlf0gUThvn3ook6h63hLXVOQiMf44PT+XoV503cPfvfiT5gP5vojp6Ag=="),
    "@duckdb/node-api": ("1.5.6-r.1",
                         "yIPol6P4EQmsAUsb27donJf7iADrM31Ei/WkvhkZpSscjhEErYsuF19lsJ/qz5mUWxsKFQpLdjvrlhPQnMTBqw=="),
    "@duckdb/node-bindings": ("1.5.6-r.1",
                              "/pWlTyvKC1d16iSMJCBAPwlmzoeXRs5Y9cqG+TpKd/YAW6Ke05FJg099v/Im2bkS9BgznNyNcAK1NxA1eQhSUw=="),
    "@duckdb/node-bindings-linux-x64": (
        "1.5.6-r.1", "IXcrZJE6kEqM0Z4wwdVnGBHX/frOS33VPNAwDXQ/Q+Fs84b058Qe94chrCCIcNJlG8Y3UHIUU4eBeCQxW5mN1Q=="),
}


def package(name):
    """The folder of the package, as node finds it: FOLDER/node_modules/NAME."""
    version, checksum = ARCHIVES[name]
    path = FOLDER / "node_modules" / name
    mark = path / f".fetched-{version}"
    if mark.exists():
        return path
    address = f"{REGISTRY}{name}/-/{name.rpartition('/')[2]}-{version}.tgz"
    with urllib.request.urlopen(address, timeout=120) as answer:
        data = answer.read()
    if base64.b64encode(hashlib.sha512(data).digest()).decode() != checksum:
        raise RuntimeError(f"{address} is not what it was")
    with tarfile.open(fileobj=io.BytesIO(data)) as files:
        for member in files:
            if not member.isfile() or not member.name.startswith("package/") or ".." in member.name.split("/"):
                continue
            target = path / member.name[len("package/"):]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(files.extractfile(member).read())
    mark.touch()
    return path
