"""What is measured: one row for each case. Nothing else in this folder names a case, but for limits.py."""
import shlex
from dataclasses import dataclass, field

# What a case's figure is, and its unit.
PAIR = "pair"  # the program's own time for a pair of malloc and free, ns
PROGRAM = "program"  # user + system time of a whole program, s
MARK = "mark"  # the program's own time for a mark's begin and end, ns
CALL = "call"  # the program's own time for a call of a function whose calls are counted, ns
MEMORY = "memory"  # resident bytes that one thread more takes, from the difference of two runs
INSTRUCTIONS = "instructions"  # that one pair more executes, from the difference of two runs


@dataclass(frozen=True)
class Case:
    """In `command`, {size} is the size of a run, {bench} the folder of the programs built, {inputs} that of the inputs,
    {documents} that of the generated ones, and {scratch} an empty folder that is new in each run."""

    name: str
    what: str
    kind: str
    command: str  # as a shell would split it
    sizes: tuple  # one, or two for a difference
    quick: tuple  # the same for --quick
    heaptrack_size: int | None = None  # where `sizes` would take too long: a figure of one pair stays comparable
    frames: int | None = None  # of the host's own on the stacks that allocate most
    tools: tuple = ("bare", "mallocop", "heaptrack")
    stdin: str | None = None  # a file of the inputs
    environment: dict = field(default_factory=dict)
    once: bool = False  # counted, not timed: one round is enough

    def sizes_for(self, tool, quick):
        if quick:
            return self.quick
        return (self.heaptrack_size,) if tool == "heaptrack" and self.heaptrack_size else self.sizes

    def words(self, **names):
        """The command, ready to run."""
        return [word.format(**names) for word in shlex.split(self.command)]


def pairs(name, what, arguments, size=10_000_000, heaptrack_size=1_000_000, quick=20_000, frames=None):
    return Case(name, what, PAIR, "{bench}/bench_" + arguments, (size,), (quick,), heaptrack_size, frames)


def program(name, what, command, size=1, quick=1, **more):
    return Case(name, what, PROGRAM, command, (size,), (quick,), **more)


def memory(name, what, pairs_each):
    return Case(name, what, MEMORY, f"{{bench}}/bench_thread_memory {{size}} {pairs_each}", (16, 216), (2, 10))


CASES = (
    pairs("loop-7", "loop, 7 frames", "loop 7 {size}", frames=7),
    pairs("loop-22", "loop, 22 frames", "loop 22 {size}", frames=22),
    pairs("loop-52", "loop, 52 frames", "loop 52 {size}", frames=52),
    pairs("loop-120", "loop, 120 frames", "loop 120 {size}", frames=120),
    pairs("descent", "20 frames down and up for each pair", "descent {size}", 5_000_000),
    pairs("fifo", "1,000 live blocks, the oldest freed first", "fifo {size}", 5_000_000, frames=22),
    pairs("threads-1", "1 thread", "threads 1 {size}", frames=22),
    pairs("threads-2", "2 threads, each its own loop", "threads 2 {size}", frames=22),
    pairs("handover", "allocated in one thread, freed in another", "handover {size}", 2_000_000, frames=22),
    pairs("sites", "5,000 sites in turn", "sites {size}", 2_000_000, frames=22),
    pairs("sites-cold", "5,000 sites, each for the first time", "sites {size} 1", 5000, 5000, 1000),
    pairs("miss-depth", "recursion of random depth, to 100", "misses depth {size}", 2_000_000),
    pairs("miss-paths", "one of 1,024 stacks at random", "misses paths {size}", 2_000_000),
    pairs("steady", "100 million allocations, 22 frames", "loop 22 {size}", 100_000_000, frames=22),
    program(
        "clang",
        "clang++ -fsyntax-only, 24 headers",
        "clang++ -std=c++20 -fsyntax-only -D HEADERS={size} {inputs}/headers.cpp",
        size=24,
        quick=1,
    ),
    program(
        "python3",
        "python3 json, PYTHONMALLOC=malloc",
        "/usr/bin/python3 {inputs}/json_round_trip.py {size}",
        size=40,
        environment={"PYTHONMALLOC": "malloc", "PYTHONHASHSEED": "0"},
    ),
    program(
        "sqlite3",
        "sqlite3, rows, an index, a join",
        "sqlite3 :memory: -cmd '.parameter set :rows {size}'",
        size=300_000,
        quick=1000,
        stdin="rows.sql",
    ),
    program(
        "perl",
        "perl, strings, hashes, split",
        "perl {inputs}/words.pl {size}",
        size=1_000_000,
        quick=5000,
        environment={"PERL_HASH_SEED": "0"},
    ),
    program(
        "jq",
        "jq, group_by over 5 MB",
        "jq '[.[:{size}][] | {{key: .name, value: (.tags | length)}}] | group_by(.key) | map(map(.value) | add) | add'"
        " {documents}/data.json",
        size=60_000,
        quick=100,
    ),
    program(
        "xmllint",
        "xmllint, an XPath over 11 MB",
        "xmllint --noout --xpath 'count(//entry[tag=\"tag3\"])' {documents}/data.xml",
    ),
    program(
        "cmake",
        "cmake, 1,000 targets",
        "cmake -S {inputs}/cmake_project -B {scratch}/build -D TARGETS={size}",
        size=1000,
        quick=10,
    ),
    Case(
        "marks",
        "mark, begin and end",
        MARK,
        "{bench}/bench_marks {size}",
        (5_000_000,),
        (20_000,),
        tools=("bare", "mallocop"),
    ),
    Case(
        "calls",
        "call of a function",
        CALL,
        "{bench}/bench_calls {size}",
        (5_000_000,),
        (20_000,),
        tools=("bare", "mallocop"),
    ),
    memory("thread-idle", "a thread of 10 pairs", 10),
    memory("thread-busy", "a thread of 20,000 pairs", 20_000),
    Case(
        "instructions",
        "instructions of a pair, 22 frames",
        INSTRUCTIONS,
        "{bench}/{loop} 22 {size} 1",
        (50_000, 250_000),
        (9_000, 30_000),
        tools=("bare", "mallocop"),
        once=True,
    ),
)
