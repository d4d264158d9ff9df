"""Completion as bash, zsh and fish themselves give it, with the installed files."""
import re
import shlex
import unittest

from support import SOURCE, Installed, run

BASH = r"""
source {file}
complete -p mallocop >/dev/null
COMP_WORDS=({words})
COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
compopt() {{ :; }} # which only a shell at a terminal has
_mallocop mallocop "${{COMP_WORDS[COMP_CWORD]}}" "${{COMP_WORDS[COMP_CWORD - 1]}}"
printf '%s\n' "${{COMPREPLY[@]}}"
"""


def long_options(text):
    return set(re.findall(r"^  (?:-\w,)?(--[-a-z]+)", text, re.MULTILINE))


class Completion:
    """What each shell must do; complete(line) gives the words that it offers at the end of the line."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.here = cls.work / "here"
        (cls.here / ".mallocop/baselines").mkdir(parents=True)
        for name in ("main", "old"):
            (cls.here / f".mallocop/baselines/{name}.json").touch()
        (cls.here / "bench.mcop").touch()

    def help(self, *words):
        return run([self.program, *words, "--help"], self.here)

    def commands(self, text):
        return set(re.findall(r"^  ([a-z][-a-z]*) ", text[text.index("\nSubcommands:"):text.index("\nExit status:")],
                              re.MULTILINE))

    def test_commands(self):
        self.assertEqual(self.complete("mallocop "), self.commands(self.help()))
        self.assertEqual(self.complete("mallocop ru"), {"run"})

    def test_the_options_of_each_command(self):
        for command in self.commands(self.help()):
            with self.subTest(command):
                # What excludes another option is offered with it as long as neither is there.
                expected = long_options(self.help(command))
                offered = {word.rstrip("=") for word in self.complete(f"mallocop {command} --")}
                self.assertEqual(offered - {"--"}, expected)

    def test_values_that_the_parser_knows(self):
        formats = re.search(r"--format TEXT:\{(.*?)\}", self.help("report"))[1].split(",")
        self.assertGreaterEqual(len(formats), 3)
        self.assertEqual(self.complete("mallocop report --format "), set(formats))
        self.assertEqual(self.complete("mallocop run --color "), {"auto", "always", "never"})
        self.assertEqual({word.removeprefix("--color=") for word in self.complete("mallocop run --color=a")},
                         {"auto", "always"})

    def test_files_and_baselines(self):
        self.assertEqual(self.complete("mallocop report ben"), {"bench.mcop"})
        self.assertEqual(self.complete("mallocop run --budget ben"), {"bench.mcop"})
        self.assertEqual(self.complete("mallocop check --baseline "), {"main", "old"})
        self.assertEqual(self.complete("mallocop run --save-baseline m"), {"main"})

    def test_a_value_is_no_command_and_no_option(self):
        self.assertEqual(self.complete("mallocop run --op report --qui"), {"--quiet"})
        self.assertEqual(self.complete("mallocop report -o run --qui"), set())

    def test_the_command_of_the_user_is_completed_as_itself(self):
        self.assertIn("mkfifo", self.complete("mallocop run --quiet -- mkfif"))
        self.assertIn("bench.mcop", self.complete("mallocop run -- cat ben"))
        self.assertNotIn("--quiet", self.complete("mallocop run -- cat --qui"))


class Bash(Completion, Installed):
    def complete(self, line):
        file = self.prefix / "share/bash-completion/completions/mallocop"
        words = [shlex.quote(word) for word in re.sub("=", " = ", line).split(" ")]
        output = run(["bash", "--norc", "-c", BASH.format(file=file, words=" ".join(words))], self.here,
                     self.environment)
        return set(output.split("\n")) - {""}

    def test_a_value_that_looks_like_an_option(self):
        self.assertEqual(self.complete("mallocop report --op --format b"), {"bench.mcop"})
        self.assertEqual(self.complete("mallocop report --op=--format b"), {"bench.mcop"})

    def test_bash_reads_the_file(self):
        file = self.prefix / "share/bash-completion/completions/mallocop"
        self.assertEqual(run(["bash", "-u", "-c", f"source {file}; complete -p mallocop"], self.here),
                         "complete -F _mallocop mallocop\n")


class Zsh(Completion, Installed):
    def complete(self, line):
        output = run(["zsh", "-f", SOURCE / "tests/packaging/complete.zsh", self.prefix / "share/zsh/site-functions", line,
                      self.work / "dump"], self.here, self.environment)
        # Some functions of zsh offer more than what continues the word, and let the editor choose.
        last = line.split(" ")[-1].split("=")[-1]
        return {word for word in output.splitlines() if word.startswith(last)}


class Fish(Completion, Installed):
    def complete(self, line):
        file = self.prefix / "share/fish/vendor_completions.d/mallocop.fish"
        output = run(["fish", "--no-config", "-c", f"source {file}; complete -C {shlex.quote(line)}"], self.here,
                     self.environment | {"HOME": str(self.here)})
        last = line.split(" ")[-1]
        return {word for word in (row.split("\t")[0] for row in output.splitlines()) if word.startswith(last)}


if __name__ == "__main__":
    unittest.main()
