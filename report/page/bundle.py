"""Makes the HTML report's document: its program bundled with the libraries it uses, its styles, and who may run them.

  bundle.py SOURCES DOCUMENT ASSEMBLY WORK

DOCUMENT has the mark @DATA@ where a report's data goes; ASSEMBLY is a source for the C compiler that holds DOCUMENT as it is.
"""
import base64
import hashlib
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))
import archives  # noqa: E402

ESBUILD = "@esbuild/linux-x64"
LIMIT = 500_000  # bytes of the document, before there is data in it

EMBEDDED = """\
/* {checksum} */
  .section .rodata
  .global mallocop_page
  .global mallocop_page_end
mallocop_page:
  .incbin "{path}"
mallocop_page_end:
  .section .note.GNU-stack, "", @progbits
"""


def bundle(work, entry):
    """The text of a source with all that it imports, made small."""
    command = [work / "esbuild/bin/esbuild", entry, "--bundle", "--minify", "--format=iife", "--target=es2020",
               "--charset=ascii", "--legal-comments=none", "--log-level=warning"]
    environment = os.environ | {"NODE_PATH": str(work / "node_modules")}
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment).stdout.strip()


def checksum(text):
    """As a Content-Security-Policy names a text that may stand inside a document."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def notices(libraries, work):
    """What the licences of the libraries want to be said wherever they go."""
    parts = ["This page has in it:"]
    for package, version in libraries:
        licence = (work / "node_modules" / package / "LICENSE").read_text().strip()
        parts.append(f"{package} {version}\n\n{licence}")
    return "\n\n----\n\n".join(parts).replace("<", "(").replace(">", ")")


def main(sources, document, assembly, work):
    sources, document, work = pathlib.Path(sources), pathlib.Path(document).resolve(), pathlib.Path(work).resolve()
    archives.unpack(ESBUILD, work / "esbuild")
    libraries = [(package, version) for package, (group, version, _) in archives.listed().items()
                 if group == "page" and package != ESBUILD]
    for package, _ in libraries:
        archives.unpack(package, work / "node_modules" / package)
    script, style = bundle(work, sources / "js/main.js"), bundle(work, sources / "style/main.css")
    if "</script" in script.lower() or "</style" in style.lower():
        raise SystemExit("bundle: the program would end its own element")
    policy = (f"default-src 'none'; script-src {checksum(script)}; style-src {checksum(style)}; img-src data:; "
              "base-uri 'none'; form-action 'none'")
    text = (sources / "index.html").read_text()
    for mark, part in [("@NOTICES@", notices(libraries, work)), ("@POLICY@", policy), ("@STYLE@", style), ("@SCRIPT@", script)]:
        before, found, after = text.partition(mark)
        if not found:
            raise SystemExit(f"bundle: index.html has no {mark}")
        text = before + part + after
    if text.count("@DATA@") != 1:
        raise SystemExit("bundle: the place for the data is not told")
    if len(text) > LIMIT:
        raise SystemExit(f"bundle: {len(text)} bytes without data, at most {LIMIT} are wanted")
    document.write_text(text)
    pathlib.Path(assembly).write_text(EMBEDDED.format(checksum=checksum(text).replace("*/", ""), path=document))


if __name__ == "__main__":
    main(*sys.argv[1:])
