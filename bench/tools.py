"""Runs a command bare, under mallocop and under heaptrack, and says what it took each time.

Both trackers are loaded as their own launchers do it, without the launcher, so that what is measured is the program.
heaptrack's interpreter runs beside it, on another processor, and is measured on its own.
"""
import json
import os
import pathlib
import shutil
import subprocess
from dataclasses import dataclass

# The programs that are measured are the system's, and do not depend on who calls.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": "/nonexistent"}
TIMEOUT = 1800  # seconds, for one run


class Failed(Exception):
    """A run that did not end as it must."""


@dataclass
class Run:
    """What a process took (seconds, bytes), and what it printed."""

    cpu: float
    wall: float
    peak_rss: int
    output: str
    recording: pathlib.Path | None = None  # the trace, or heaptrack's file
    beside: float = 0.0  # CPU time of what the tool ran beside it


def find(program):
    return shutil.which(program, path=ENVIRONMENT["PATH"])


class Tools:
    def __init__(self, build, folder):
        self.measure = build / "bench" / "bench_measure"
        self.mallocop = build / "report" / "mallocop"
        self.shim = build / "preload" / "libmallocop.so"
        self.folder = folder
        heaptrack = find("heaptrack")
        self.heaptrack_library = heaptrack and pathlib.Path(heaptrack).resolve().parent.parent / "lib" / "heaptrack"

    def available(self):
        return [tool for tool in ("bare", "mallocop", "heaptrack") if tool != "heaptrack" or self.heaptrack_library]

    def run(self, tool, command, variables, stdin=None):
        """Runs `command` under the tool of that name. Its recording is replaced by the tool's next one."""
        return getattr(self, "_" + tool)(command, variables, stdin)

    def plain(self, command):
        """Runs a program of the tools' own, a reporter say, and throws away what it prints."""
        with open(os.devnull, "w") as nowhere:
            return self._measured(command, {}, None, stdout=nowhere)

    def _bare(self, command, variables, stdin):
        return self._measured(command, variables, stdin)

    def _mallocop(self, command, variables, stdin):
        trace = self._fresh("run.mcop")
        run = self._measured(command, {**variables, "LD_PRELOAD": self.shim, "MALLOCOP_OUT": trace}, stdin)
        if trace.with_name(trace.name + ".live").exists():
            raise Failed("the trace has a companion: the process did not end in order")
        run.recording = trace
        return run

    def _heaptrack(self, command, variables, stdin):
        pipe = self._fresh("heaptrack.pipe")
        recording = self._fresh("heaptrack.zst")
        result = self._fresh("interpreter.json")
        os.mkfifo(pipe)
        interpret = f"'{self.heaptrack_library}/libexec/heaptrack_interpret' < '{pipe}' | zstd -c > '{recording}'"
        interpreter = subprocess.Popen(
            [self.measure, result, "--", "sh", "-c", interpret], env=ENVIRONMENT, stderr=subprocess.DEVNULL
        )
        try:
            library = self.heaptrack_library / "libheaptrack_preload.so"
            run = self._measured(command, {**variables, "LD_PRELOAD": library, "DUMP_HEAPTRACK_OUTPUT": pipe}, stdin)
        finally:
            # If nobody wrote, the interpreter still waits for the pipe's other end.
            os.close(os.open(pipe, os.O_RDWR | os.O_NONBLOCK))
            interpreter.wait(TIMEOUT)
        usage = json.loads(result.read_text())
        run.beside = usage["user"] + usage["system"]
        run.recording = recording
        return run

    def _measured(self, command, variables, stdin, stdout=subprocess.PIPE):
        result = self._fresh("usage.json")
        settings = [f"{name}={value}" for name, value in variables.items()]
        with open(stdin or os.devnull) as input_file:
            done = subprocess.run(
                [self.measure, result, *settings, "--", *command],
                env=ENVIRONMENT,
                stdin=input_file,
                stdout=stdout,
                stderr=subprocess.PIPE,
                text=True,
                timeout=TIMEOUT,
            )
        if done.returncode != 0:
            raise Failed(f"status {done.returncode}: {' '.join(map(str, command))}\n{done.stderr.strip()}")
        usage = json.loads(result.read_text())
        return Run(usage["user"] + usage["system"], usage["wall"], usage["peak_rss"], done.stdout or "")

    def _fresh(self, name):
        path = self.folder / name
        path.unlink(missing_ok=True)
        return path
