"""python3 documents.py FOLDER ENTRIES: writes data.json and data.xml there, the same ones whenever it is called."""
import json
import pathlib
import sys


def main(folder, count):
    entries = [
        {"id": i, "name": f"name {i * 7919 % 10007}", "tags": [f"tag{(i + k) % 13}" for k in range(i % 5)], "real": i / 8}
        for i in range(count)
    ]
    (folder / "data.json").write_text(json.dumps(entries))
    rows = (
        f'<entry id="{e["id"]}"><name>{e["name"]}</name>'
        + "".join(f"<tag>{tag}</tag>" for tag in e["tags"])
        + f'<real unit="m">{e["real"]}</real></entry>\n'
        for e in entries
    )
    (folder / "data.xml").write_text(f'<?xml version="1.0"?>\n<entries>\n{"".join(rows)}</entries>\n')


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), int(sys.argv[2]))
