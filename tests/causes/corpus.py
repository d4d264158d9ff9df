"""The corpus of causes: tiny programs, each labelled in its own first comment with why it allocates.

    // cause: vector growth              what the classifier should say of the operation's allocations; "none": there are none
    // also: object created with new     further causes that sites of the operation may have
    // libraries: fmt z                  what it is linked with; the program is left out where that is not installed
    // held out                          was written after the classifier was done
    // cured with it: vector copied      what FIXED cures besides, at the same line
    // plan: WHY                         that the bytes the plan expects are not exact is known, and this is why
    // miss gcc -O2: WHY                 it is known that the answer is not right there, and this is why
    // with libc++: none                 the cause there, where it is another
    // libstdc++ only                    libc++ 14 has not got what it is about
    // test with: clang -O2              the configuration of the test "causes"

The line that should be found is marked "HERE", and "HERE with libc++" where that is another one. With FIXED defined (in
Rust: fixed), a program is what becomes of it when the change that the plan proposes is made.
"""
import collections
import json
import os
import pathlib
import re
import shutil
import subprocess

FOLDER = pathlib.Path(__file__).resolve().parent / "programs"
SOURCE = FOLDER.parents[2]

# name: what the compiler is called with.
CONFIGURATIONS = {
    "gcc -O0": ["g++", "-O0", "-g"],
    "gcc -O2": ["g++", "-O2", "-g"],
    "clang -O0": ["clang++", "-O0", "-g"],
    "clang -O2": ["clang++", "-O2", "-g"],
    "clang libc++ -O0": ["clang++", "-O0", "-g"],
    "clang libc++ -O2": ["clang++", "-O2", "-g"],
    "rustc debug": ["rustc", "-g"],
    "rustc -O": ["rustc", "-O", "-g"],
    "gcc -O2, no -g": ["g++", "-O2"],
    "clang -O2, no -g": ["clang++", "-O2"],
    "rustc -O, no -g": ["rustc", "-O"],
}
LIBCXX = ["clang libc++ -O0", "clang libc++ -O2"]
CPP = ["gcc -O0", "gcc -O2", "clang -O0", "clang -O2", *LIBCXX]
RUST = ["rustc debug", "rustc -O"]
RUST_NO_DEBUG = ["rustc -O, no -g"]
NO_DEBUG = ["gcc -O2, no -g", "clang -O2, no -g", *RUST_NO_DEBUG]
CPP_FLAGS = ["-std=c++20", "-pthread"]
LIBRARIES = {"fmt": "fmt/format.h", "protobuf": "google/protobuf/message.h", "z": "zlib.h"}
MADE_WITH_LIBSTDCXX = {"fmt", "protobuf"}
CRATES = {"mallocop": SOURCE / "integrations/rust/src/lib.rs", "keep": FOLDER / "keep.rs"}


class Program:
    def __init__(self, path):
        text = path.read_text()
        self.path = path
        self.name = path.stem
        self.rust = path.suffix == ".rs"
        self.cause = self._labels(text, "cause")[0]
        self.also = set(self._labels(text, "also"))
        self.libraries = " ".join(self._labels(text, "libraries")).split()
        self.cured = {self.cause, *self._labels(text, "cured with it")}
        self.misses = dict(re.findall(r"^// miss ([^:\n]*): (.*)$", text, re.M))
        self.plan = (self._labels(text, "plan") or [None])[0]
        self.libstdcxx_only = re.search(r"^// libstdc\+\+ only", text, re.M) is not None
        self.held_out = re.search(r"^// held out", text, re.M) is not None
        self.fixable = "FIXED" in text or "(fixed)" in text
        lines = text.split("\n")
        self.lines = self._marked(lines, "// HERE")
        self.libcxx_cause = (self._labels(text, "with libc\\+\\+") or [self.cause])[0]
        self.libcxx_lines = self._marked(lines, "// HERE with libc++") or self.lines
        self.test_with = (self._labels(text, "test with") or [None])[0]

    @staticmethod
    def _labels(text, key):
        return re.findall(rf"^// {key}: (.*)$", text, re.M)

    @staticmethod
    def _marked(lines, mark):
        return {number for number, line in enumerate(lines, 1) if line.endswith(mark)}

    def cause_in(self, configuration):
        return self.libcxx_cause if configuration in LIBCXX else self.cause

    def lines_in(self, configuration):
        return self.libcxx_lines if configuration in LIBCXX else self.lines

    def fits(self, configuration):
        """Whether it can be built so: a library that was made with libstdc++ has other strings than libc++."""
        if configuration in LIBCXX and (self.libstdcxx_only or MADE_WITH_LIBSTDCXX & set(self.libraries)):
            return False
        return self.rust == (configuration in RUST + RUST_NO_DEBUG)

    def installed(self):
        return all(pathlib.Path("/usr/include", LIBRARIES[name]).exists() for name in self.libraries)


def programs():
    found = [Program(path) for path in sorted(FOLDER.iterdir()) if path.suffix in (".cpp", ".rs") and path.stem != "keep"]
    return [program for program in found if program.installed()]


class Bench:
    """Builds programs and measures them with the mallocop of a build folder."""

    def __init__(self, build, folder):
        self.mallocop = pathlib.Path(build, "report/mallocop").resolve()
        self.folder = pathlib.Path(folder)
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("MALLOCOP")}
        self.rustc = os.environ.get("RUSTC", "rustc")
        unpacked = subprocess.check_output([SOURCE / "scripts/unpack", "--folder"], text=True).strip()
        self.libcxx = pathlib.Path(unpacked, "usr/lib/llvm-14")

    def prepare(self):
        """What several programs share."""
        if shutil.which(self.rustc):
            for crate, source in CRATES.items():
                self._run([self.rustc, "--edition=2021", "--crate-type=rlib", f"--crate-name={crate}", "-O", "-g", "-o",
                           self.folder / f"lib{crate}.rlib", source])

    def can(self, configuration):
        """Whether the compiler and its library are here."""
        return shutil.which(self._compiler(configuration)) is not None and (
            configuration not in LIBCXX or self.libcxx.exists())

    def _compiler(self, configuration):
        compiler = CONFIGURATIONS[configuration][0]
        return self.rustc if compiler == "rustc" else compiler

    def _executable(self, program, configuration, fixed):
        return self.folder / (re.sub(r"[^\w+]+", "_", f"{program.name} {configuration}") + ("_fixed" if fixed else ""))

    def build(self, program, configuration, fixed=False):
        flags = CONFIGURATIONS[configuration][1:]
        out = self._executable(program, configuration, fixed)
        if program.rust:
            words = [self._compiler(configuration), "--edition=2021", "-A", "warnings", *flags, 
                     *(word for crate in CRATES for word in ("--extern", f"{crate}={self.folder}/lib{crate}.rlib")),
                     *(["--cfg", "fixed"] if fixed else [])]
        else:
            words = [self._compiler(configuration), *CPP_FLAGS, *flags, "-I", SOURCE / "include", *(["-DFIXED"] if fixed else [])]
        if configuration in LIBCXX:
            words += ["-nostdinc++", "-isystem", self.libcxx / "include/c++/v1", "-stdlib=libc++", "-L", self.libcxx / "lib",
                      f"-Wl,-rpath,{self.libcxx}/lib"]
        self._run([*words, program.path, "-o", out, *(f"-l{library}" for library in program.libraries)])

    def measure(self, program, configuration, fixed=False):
        """The report, as JSON. In a folder that is kept, a trace that is newer than its program is not made again."""
        executable = self._executable(program, configuration, fixed)
        trace = pathlib.Path(f"{executable}.mcop")
        newest = max(path.stat().st_mtime for path in (program.path, FOLDER / "keep.h"))
        if not trace.exists() or trace.stat().st_mtime < newest:
            self.build(program, configuration, fixed)
            self._run([self.mallocop, "run", "--quiet", "-o", trace, "--", executable])
        return json.loads(self._run([self.mallocop, "report", trace, "--format", "json"]))

    def _run(self, words):
        done = subprocess.run([str(word) for word in words], cwd=self.folder, env=self.environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
        if done.returncode != 0:
            raise AssertionError(f"status {done.returncode}: {' '.join(map(str, words))}\n"
                                 + done.stderr.decode(errors="replace")[-3000:])
        return done.stdout


Kept = collections.namedtuple("Kept", "change before expected real estimated")


def kept_promise(program, configuration, before, after):
    """Of a program and what became of it by the plan's change: (allocations, bytes) of the operation before, expected
    and measured. None if the plan has no change for the program's own cause at its line."""
    def totals(report):
        return next((tuple(op[metric]["total"] for metric in ("allocations", "bytes"))
                     for op in report["operations"] if op["name"] == "op"), (0, 0))

    lines = program.lines_in(configuration)
    changes, gone, estimated = [], [0, 0], False
    for item in before["plan"]:
        sites = [before["sites"][index] for index in item["sites"]]
        ours = any(site["cause"] in program.cured and site["location"]["line"] in lines for site in sites)
        for gain in item["expected"] if ours else []:
            if gain["operation"] == "op":
                changes.append(item["change"])
                gone = [gone[0] + gain["allocations"], gone[1] + gain["bytes"]]
                estimated = estimated or gain["bytes_are_estimated"]
    if not changes:
        return None
    was = totals(before)
    return Kept(changes[0], was, (was[0] - gone[0], was[1] - gone[1]), totals(after), estimated)


Answer = collections.namedtuple("Answer", "cause right_cause right_place sites")


def judge(program, configuration, report):
    """What the classifier said of a program. Every site of the operation must have one of the causes of the label, and
    the label's own must be at the line that is marked."""
    assert report["measurement"]["valid"], report["measurement"]["reasons"]
    sites = [site for site in report["sites"] if site["operation"] == "op"]
    own = program.cause_in(configuration)
    if not sites:
        return Answer("none", own == "none", own == "none", sites)
    counts = collections.Counter()
    for site in sites:
        counts[site["cause"]] += site["allocations"]
    wrong = [cause for cause, _ in counts.most_common() if cause != own and cause not in program.also]
    has_own = own in counts
    # What is said of the program: its own cause if nothing else is claimed, else the most frequent of what is wrong.
    cause = own if has_own and not wrong else (wrong or [cause for cause, _ in counts.most_common()])[0]
    lines = program.lines_in(configuration)
    at_place = any(site["cause"] == own and site["location"] and site["location"]["line"] in lines
                   and pathlib.Path(site["location"]["file"] or "").name == program.path.name for site in sites)
    return Answer(cause, has_own and not wrong, has_own and not wrong and at_place, sites)
