"""python3 json_round_trip.py ROUNDS: writes and reads a document of about 200 KB, again and again."""
import json
import sys

document = {f"key{i}": {"list": [i, i * 2, str(i)], "text": "x" * (i % 30), "real": i / 3} for i in range(3000)}
for _ in range(int(sys.argv[1])):
    assert json.loads(json.dumps(document)) == document
