"""The man pages: each command has one with the options of its --help, and man has nothing to say about any of them."""
import re
import unittest

from support import SOURCE, Installed, run


class Man(Installed):
    def commands(self):
        text = run([self.program, "--help"], self.work)
        text = text[text.index("\nSubcommands:"):text.index("\nExit status:")]
        names = re.findall(r"^  ([a-z][a-z-]*) ", text, re.MULTILINE)
        self.assertIn("run", names)
        return names

    def pages(self):
        return {page.name: page for page in (self.prefix / "share/man").glob("man?/*")}

    def test_every_command_has_a_page_and_every_page_a_command(self):
        expected = {"mallocop.1", "mallocop.toml.5", *(f"mallocop-{name}.1" for name in self.commands())}
        self.assertEqual(set(self.pages()), expected)

    def test_a_page_has_the_options_of_the_help(self):
        for name in [None, *self.commands()]:
            with self.subTest(name):
                words, page = ([name], f"mallocop-{name}") if name else ([], "mallocop")
                text = run([self.program, *words, "--help"], self.work)
                # Those of commands inside of a command as well.
                helps = [text]
                if name and "\nSubcommands:" in text:
                    for below in re.findall(r"^  ([a-z][a-z-]*)\b", text[text.index("\nSubcommands:"):], re.MULTILINE):
                        helps.append(run([self.program, name, below, "--help"], self.work))
                shown = {option for one in helps for line in re.findall(r"^  (-\S+)", one, re.MULTILINE)
                         for option in line.split(",")}
                entries = re.findall(r"^\*-.*", (SOURCE / f"man/{page}.1.scd").read_text(), re.MULTILINE)
                documented = {option for line in entries for option in re.findall(r"\*(-[-a-z]+)\*", line)}
                self.assertEqual(documented, shown)

    def test_man_shows_them_without_warnings(self):
        self.assertTrue(self.pages())
        for name, page in self.pages().items():
            with self.subTest(name):
                environment = self.environment | {"LC_ALL": "C.UTF-8", "MANWIDTH": "80", "MAN_KEEP_STDERR": "1"}
                warnings = run(f"man --warnings --local-file {page} 2>&1 >page.txt", self.work, environment)
                self.assertEqual(warnings, "")
                text = (self.work / "page.txt").read_text()
                self.assertTrue(text.startswith(name[:-2] + "("), text[:200])
                self.assertRegex(text, r"(?m)^NAME\n +" + re.escape(name[:-2]) + " - ")

    def test_each_page_that_is_named_exists(self):
        for name in self.pages():
            text = (SOURCE / f"man/{name}.scd").read_text()
            for other, section in re.findall(r"\*(mallocop[-a-z.]*)\*\((\d)\)", text):
                self.assertIn(f"{other}.{section}", self.pages(), f"in {name}")


if __name__ == "__main__":
    unittest.main()
