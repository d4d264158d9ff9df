"""Reads what valgrind's callgrind wrote: how many instructions each function executed itself."""
import collections
import pathlib
import re

# "(12) name" gives a number to a name, "(12)" uses it again. Objects and functions are numbered apart.
_NAME = re.compile(r"\((\d+)\)(?: (.*))?")
_SPACES = {"ob": "object", "cob": "object", "fn": "function", "cfn": "function"}


def by_function(path):
    """{"object: function": instructions}, without those of the functions that it called."""
    names = {"object": {}, "function": {}}
    current = {"ob": "", "fn": ""}
    counts = collections.Counter()
    called = False
    with open(path) as lines:
        for line in lines:
            key, _, value = line.rstrip("\n").partition("=")
            if key in _SPACES:
                number, name = _NAME.match(value).groups()
                known = names[_SPACES[key]]
                if name:
                    known[number] = pathlib.Path(name).name if key.endswith("ob") else name
                if key in current:
                    current[key] = known[number]
            elif key == "calls":
                called = True  # the next line is what the callee took
            elif line[0].isdigit() or line[0] in "+-*":
                if not called:
                    counts[f"{current['ob']}: {current['fn']}"] += int(line.split()[1])
                called = False
    return counts


def difference(more, less, by):
    """Per unit, what `more` has above `less`; start and end of the process cancel out."""
    each = {name: (count - less.get(name, 0)) / by for name, count in more.items()}
    return {name: count for name, count in each.items() if abs(count) >= 0.05}
