"""The HTML report as a reader meets it, in a browser."""
import re
import unittest

from browser import Browser
from measuring import CONDUCTOR, MALLOCOP, SOURCE, Measuring
from programs import CHANGING, HOSTILE, MANY, OVERLAPPING


def number(text):
    """The number at the start of "12,345 allocations …"."""
    return int(re.match(r"[\d,]+", text)[0].replace(",", ""))


def setUpModule():
    Pages.browser = Browser()
    unittest.addModuleCleanup(Pages.browser.close)


class Pages(Measuring):
    @classmethod
    def page(cls, trace, *options):
        page = trace.with_suffix(".html")
        cls.call(MALLOCOP, "report", trace, "--format", "html", "-o", page, *options)
        return page

    def assert_quiet(self):
        self.assertEqual(self.browser.complaints(), [])
        self.assertEqual(self.browser.requests(), [])
        self.assertEqual(self.browser.ask("return performance.getEntriesByType('resource').map((one) => one.name)"), [])


class OfAScheduler(Pages):
    """The sample program, whose page has everything: operations, limits, causes, sources."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.trace = cls.work / "conductor.mcop"
        cls.html = cls.work / "conductor.html"
        cls.call(MALLOCOP, "run", "-o", cls.trace, "--budget", SOURCE / "samples/conductor/mallocop.toml", "--report", cls.html,
                 "--format", "html", "--source-root", SOURCE, "--", CONDUCTOR, status=3)
        cls.json = cls.report(cls.trace, "--source-root", SOURCE)

    def setUp(self):
        self.browser.open(self.html)

    def total(self, scope):
        """Of the flame graph: what its outermost frame says."""
        return number(self.browser.frames()[0].removeprefix(f"{scope}: "))

    def sum(self, column, wanted):
        return sum(site[column] for site in self.json["sites"] if wanted(site))

    def test_asks_for_nothing_and_complains_of_nothing(self):
        self.assert_quiet()
        ids = self.browser.ask("return [...document.querySelectorAll('section')].map((one) => one.id)")
        self.assertEqual(ids[:6], ["overview", "verdict", "operations", "advice", "flame", "sites"])
        self.assertEqual(ids[-1], "ledger")

    def test_totals_are_those_of_the_json_report(self):
        totals = self.json["totals"]
        shown = lambda name: self.browser.text(f"[data-total={name}] strong")  # noqa: E731
        for name in ("allocations", "frees", "temporary"):
            self.assertEqual(number(shown(name)), totals[name])
        self.assertIn("most bytes live at once", self.browser.text("[data-total=peak_bytes]"))  # one thread, one peak
        self.assertEqual(self.total("whole run"), totals["allocations"])
        self.assertIn(f"{totals['leaked_allocations']} blocks", self.browser.text("[data-total=leaked_bytes]"))

    def test_the_verdict_and_who_broke_it_come_first(self):
        self.assertIn("FAIL", self.browser.text("header .badge"))
        self.assertIn("FAIL: 3 of 5 limits broken", self.browser.text("#verdict"))
        self.assertEqual(len(self.browser.texts(".violation")), 3)
        self.assertTrue(self.browser.driver.title.startswith("FAIL "))
        self.browser.click(".violation button.link")
        self.assertEqual(self.browser.text(".detail h3"), "conductor::Conductor::dispatch")

    def test_operations_have_the_figures_of_the_text(self):
        text = self.call(MALLOCOP, "report", self.trace)
        rows = self.browser.texts("#operations .rows .row")
        self.assertEqual(len(rows), len(self.json["operations"]))
        for operation, row in zip(self.json["operations"], rows):
            line = next(line for line in text.splitlines() if line.strip().startswith(operation["name"]))
            for figure in line.split()[-4:-2]:
                self.assertIn(figure, row)

    def test_scope_and_metric_change_the_flame_graph(self):
        dispatch = lambda site: site["operation"] == "Conductor::dispatch"  # noqa: E731
        self.browser.scope("Conductor::dispatch")
        self.assertEqual(self.total("Conductor::dispatch"), self.sum("allocations", dispatch))
        self.browser.choose("#metric", "temporary")
        self.assertEqual(self.total("Conductor::dispatch"), self.sum("temporary", dispatch))
        self.browser.scope("outside operations")
        self.browser.choose("#metric", "allocations")
        self.assertEqual(self.total("outside operations"), self.sum("allocations", lambda site: site["operation"] is None))
        # Choosing an operation's row is the same.
        self.browser.click("#operations .rows .row:nth-child(2)")
        self.assertEqual(self.total("Conductor::dispatch"), self.sum("allocations", dispatch))

    def test_every_frame_has_what_is_beneath_it(self):
        main = next(label for label in self.browser.frames() if label.startswith("main: "))
        in_main = self.sum("allocations", lambda site: any(frame["function"] == "main" for frame in site["stack"]))
        self.assertEqual(number(main.removeprefix("main: ")), in_main)

    def test_turned_around_it_has_the_same_totals(self):
        outermost = self.browser.frames()
        self.browser.press("i")
        innermost = self.browser.frames()
        self.assertEqual(innermost[0], outermost[0])
        self.assertIn("the one that it called", self.browser.text("#flame .hint"))
        # Its first row is who allocates, as far as that is wide enough to see.
        allocates = {}
        for site in self.json["sites"]:
            name = site["stack"][0]["function"]
            allocates[name] = allocates.get(name, 0) + site["allocations"]
        row = self.browser.ask("return [...document.querySelectorAll('.flame g[aria-level=\"2\"]')].map((one) => one.ariaLabel)")
        drawn = sorted((number(label.partition(": ")[2]) for label in row), reverse=True)
        self.assertEqual(drawn, sorted(allocates.values(), reverse=True)[:len(drawn)])
        self.assertGreater(sum(drawn), 0.99 * self.total("whole run"))
        # A function is there as often as it is called on different ways, which add up.
        rows = self.browser.ask("return [...document.querySelectorAll('.flame g')].map((one) => [one.ariaLabel, one.ariaLevel])")
        send = sum(number(label.partition(": ")[2]) for label, _ in rows if label.startswith("conductor::Conductor::send: "))
        self.assertEqual(send, self.sum("allocations", lambda site: any("Conductor::send(" in (frame["function"] or "")
                                                                        for frame in site["stack"])))
        self.browser.search("Conductor::send")
        self.assertIn(f"Found: {send:,} allocations", self.browser.text(".flame-found"))
        # It stays as it is in what else is chosen, and in the address.
        self.browser.scope("Conductor::dispatch")
        self.assertEqual(self.total("Conductor::dispatch"),
                         self.sum("allocations", lambda site: site["operation"] == "Conductor::dispatch"))
        self.browser.open(self.html, self.browser.ask("return location.hash"))
        self.assertTrue(self.browser.ask("return document.querySelector('#flame input[value=innermost]').checked"))
        self.browser.choose("#flame", "outermost")
        self.assertNotIn("innermost", self.browser.ask("return location.hash"))

    def test_a_site_is_found_from_both_ends(self):
        for end in ("outermost", "innermost"):
            self.browser.choose("#flame", end)
            self.browser.click(".detail .show-flame")
            focused = self.browser.ask("return document.activeElement.ariaLabel")
            site = max(self.json["sites"], key=lambda one: one["allocations"])
            self.assertEqual(number(focused.partition(": ")[2]), site["allocations"], end)

    def test_zoom_by_pointer_and_keyboard(self):
        self.browser.ask("[...document.querySelectorAll('.flame g')].find((one) => one.getAttribute('aria-label')"
                         ".startsWith('main: ')).dispatchEvent(new MouseEvent('click', {bubbles: true}))")
        self.assertIn("main", self.browser.text(".flame-path"))
        focused = lambda: self.browser.ask("return document.activeElement.getAttribute('aria-label')")  # noqa: E731
        self.assertTrue(focused().startswith("main: "))
        self.browser.press("ARROW_DOWN")
        self.assertTrue(focused().startswith("conductor::Conductor::dispatch: "), focused())
        self.browser.press("ARROW_RIGHT")
        self.assertTrue(focused().startswith("conductor::Conductor::send: "), focused())
        self.browser.press("ENTER")
        self.assertIn("Conductor::send", self.browser.text(".flame-path"))
        wide = "return Number(document.activeElement.firstChild.getAttribute('width'))"
        self.assertGreater(self.browser.ask(wide), 1000)
        self.browser.press("ESCAPE", "ESCAPE", "ESCAPE", "ESCAPE", "ESCAPE", "ESCAPE")
        self.assertTrue(self.browser.ask("return document.querySelector('.flame-path').hidden"))
        self.assertEqual(len(self.browser.texts(".flame g[tabindex='0']")), 1)

    def test_search_marks_frames_and_leaves_the_sites_that_have_them(self):
        self.browser.search("Conductor::send")
        inside = lambda site: any("Conductor::send" in (frame["function"] or "") for frame in site["stack"])  # noqa: E731
        self.assertIn(f"Found: {self.sum('allocations', inside):,} allocations", self.browser.text(".flame-found"))
        self.assertGreater(len(self.browser.texts(".flame .match")), 0)
        self.assertGreater(len(self.browser.texts(".flame .other")), 0)
        count = sum(inside(site) for site in self.json["sites"])
        self.assertTrue(self.browser.text("#sites-found").startswith(f"{count} of {len(self.json['sites'])} sites"))
        self.browser.search("no such name")
        self.assertIn("No function", self.browser.text(".flame-found"))
        self.browser.press("ESCAPE")
        self.browser.until("return document.querySelector('.flame-found').hidden")

    def test_sites_sort_and_one_is_explained(self):
        first = lambda: self.browser.text("#sites .rows .row .cell:nth-child(3)")  # noqa: E731
        most = max(site["allocations"] for site in self.json["sites"])
        self.assertEqual(number(first()), most)
        self.browser.click("#sites [data-column=allocations]")
        self.assertEqual(number(first()), min(site["allocations"] for site in self.json["sites"]))
        self.assertEqual(self.browser.ask("return document.querySelector('#sites [data-column=allocations]').closest("
                                          "'[role=columnheader]').ariaSort"), "ascending")
        self.browser.click("#sites [data-column=allocations]")
        self.browser.ask("document.querySelector('#sites .table').focus()")
        self.browser.press("HOME")
        site = max(self.json["sites"], key=lambda one: one["allocations"])
        detail = self.browser.text(".detail")
        for text in (site["cause"], site["advice"], site["expected_impact"]):
            self.assertIn(text, detail)
        line = (SOURCE / "samples/conductor/conductor_before.cpp").read_text().splitlines()[site["location"]["line"] - 1]
        self.assertIn(line.strip(), self.browser.text(".detail .source .here"))
        self.assertEqual(len(self.browser.texts(".detail .stack li")), len(site["stack"]))
        chosen = self.browser.text("#sites .row.chosen")
        self.browser.press("ARROW_DOWN")
        self.assertNotEqual(self.browser.text("#sites .row.chosen"), chosen)
        self.browser.click(".detail .show-flame")
        self.assertFalse(self.browser.ask("return document.querySelector('.flame-path').hidden"))

    def test_what_was_chosen_is_in_the_address(self):
        self.browser.scope("Conductor::dispatch")
        self.browser.choose("#metric", "bytes")
        self.browser.search("send")
        address = self.browser.ask("return location.hash")
        self.browser.open(self.html, address)
        self.assertTrue(self.browser.frames()[0].startswith("Conductor::dispatch: "))
        self.assertIn("B requested", self.browser.frames()[0])
        self.assertEqual(self.browser.ask("return document.querySelector('#search').value"), "send")

    def test_light_and_dark(self):
        ground = lambda: self.browser.ask("return getComputedStyle(document.body).backgroundColor")  # noqa: E731
        emulate = lambda scheme: self.browser.driver.execute_cdp_cmd(  # noqa: E731
            "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        emulate("light")
        light = ground()
        emulate("dark")
        dark = ground()
        self.assertNotEqual(light, dark)
        self.browser.click("#theme")
        self.assertEqual(ground(), light)
        self.browser.click("#theme")
        self.assertEqual(ground(), dark)
        emulate("light")
        self.assertEqual(ground(), dark)
        self.browser.click("#theme")
        self.assertEqual(ground(), light)

    def test_windows_of_any_width_show_all_of_it(self):
        metrics = self.browser.driver.execute_cdp_cmd
        self.addCleanup(metrics, "Emulation.clearDeviceMetricsOverride", {})
        for width in (1400, 1100, 768, 400):
            metrics("Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False})
            # What is drawn to the width of the window follows it a frame later.
            self.browser.until("return innerWidth === arguments[0] && document.documentElement.scrollWidth <= innerWidth", width)
            # Where a link of the bar leads to, the heading can be seen: no bar lies over it.
            self.browser.ask("[...document.querySelectorAll('header nav a')].find((one) => one.textContent === 'Sites').click()")
            self.assertEqual(self.browser.ask("""const box = document.querySelector('#sites h2').getBoundingClientRect();
                                                 return document.elementFromPoint(box.left + 5, box.top + 5)?.id"""),
                             "sites-title", width)

    def test_names_for_those_who_do_not_see_it(self):
        nameless = self.browser.ask("""
            const parts = 'button, input, select, [role=grid], [role=tree], section, nav';
            const named = (one) => one.ariaLabel || one.textContent.trim() || one.labels?.length || one.hasAttribute('aria-labelledby');
            return [...document.querySelectorAll(parts)].filter((one) => !named(one)).map((one) => one.outerHTML.slice(0, 200))""")
        self.assertEqual(nameless, [])
        self.assertEqual(self.browser.ask("return [...document.querySelectorAll('[role=grid]')].map((one) => one.getAttribute("
                                          "'aria-rowcount'))"),
                         [str(len(self.json["operations"]) + 1), str(len(self.json["sites"]) + 1)])


class OfManySites(Pages):
    def test_few_rows_and_frames_are_elements(self):
        trace = self.measured("many", self.compiled("many", MANY))
        page = self.page(trace)
        report = self.report(trace)
        self.assertGreater(len(report["sites"]), 8000)
        self.assertLess(page.stat().st_size, 4_000_000)
        self.browser.open(page)
        self.assertLess(len(self.browser.texts("*")), 8000)
        rows = lambda: self.browser.ask("return document.querySelectorAll('#sites .rows .row').length")  # noqa: E731
        self.assertLess(rows(), 60)
        self.browser.ask("document.querySelector('#sites .table').focus()")
        self.browser.press("END")
        chosen = "document.querySelector('#sites .row.chosen')"
        self.browser.until(f"return {chosen}?.getAttribute('aria-rowindex') === arguments[0]", str(len(report["sites"]) + 1))
        self.assertLess(rows(), 60)
        self.assertIn("Stack", self.browser.text(".detail"))
        frames = self.browser.frames()
        self.assertGreater(len(frames), 1000)
        self.assertLess(len(frames), 5100)
        self.assertEqual(number(frames[0].removeprefix("whole run: ")), report["totals"]["allocations"])
        self.browser.choose("#flame", "innermost")
        self.assertEqual(self.browser.frames()[0], frames[0])
        self.assertGreater(len(self.browser.frames()), 1000)
        self.assertLess(len(self.browser.frames()), 5100)
        self.browser.search("right")
        self.assertLess(rows(), 60)
        self.assert_quiet()


class OfThreads(Pages):
    def test_the_peak_has_the_bounds_of_the_text(self):
        trace = self.measured("threads", self.compiled("threads", OVERLAPPING, "-pthread"))
        memory = self.report(trace)["memory"]
        self.assertGreaterEqual(memory["peak_at_most"] - memory["peak_at_least"], 2 << 20)
        bounds = re.search(r"threads at once: \S+ MiB to \S+ MiB", " ".join(self.call(MALLOCOP, "report", trace).split()))[0]
        self.browser.open(self.page(trace))
        self.assertIn(bounds, " ".join(self.browser.text("[data-total=peak_bytes]").split()))


class OfHostileNames(Pages):
    def test_are_only_ever_text(self):
        program = self.compiled("hostile", HOSTILE)
        strange = program.rename(self.work / "<img src=x onerror=alert(3)>")
        trace = self.measured("hostile", strange, "</script><script>alert(4)</script>", "<!--")
        self.browser.open(self.page(trace))
        self.assert_quiet()
        self.assertEqual(self.browser.ask("return document.querySelectorAll('img, b, main script').length"), 0)
        self.assertIn("</script><script>alert(4)</script> <!--", self.browser.text("h1"))
        self.assertIn("</script><b>\"x'&amp;\\u003c", self.browser.text("#operations .rows"))
        self.assertTrue(any("<img src=x onerror=alert(1)>" in label for label in self.browser.frames()))
        self.browser.scope("</script><b>\"x'&amp;\\u003c")
        self.assertIn("</script><script>alert(2)</script>", self.browser.text(".detail .source"))
        self.assertEqual(self.browser.complaints(), [])


class OfADifference(Pages):
    def test_shows_what_came_and_what_went(self):
        program = self.compiled("changing", CHANGING)
        before, after = self.measured("before", program), self.measured("after", program, "more")
        page = self.work / "diff.html"
        self.call(MALLOCOP, "diff", before, after, "--format", "html", "-o", page)
        self.browser.open(page)
        self.assert_quiet()
        label = lambda name: next(one for one in self.browser.frames() if one.startswith(name + ": "))  # noqa: E731
        self.assertEqual(label("grow"), "grow: 10 before, 30 after (+20, +200 %)")
        self.assertEqual(label("gone"), "gone: 7 before, 0 after (−7, gone)")
        self.assertEqual(label("come"), "come: 0 before, 5 after (+5, new)")
        self.assertFalse(any(one.startswith("stay: ") for one in self.browser.frames()))
        kinds = lambda name: self.browser.ask(  # noqa: E731
            "return [...document.querySelectorAll('.flame g')].find((one) => one.getAttribute('aria-label').startsWith("
            "arguments[0] + ': ')).getAttribute('class')", name)
        self.assertIn("more", kinds("grow"))
        self.assertIn("less", kinds("gone"))
        self.browser.choose("#flame", "innermost")
        beneath = [one for one in self.browser.frames() if re.match("(grow|gone|come): ", one)]
        self.assertEqual(sorted(beneath), sorted(label(name) for name in ("grow", "gone", "come")))
        self.assertEqual(label("grow"), "grow: 10 before, 30 after (+20, +200 %)")
        self.browser.choose("#flame", "outermost")
        # As wide as what is there after: what went is not.
        self.browser.choose("#flame", "after")
        self.assertIn("same", kinds("stay"))
        self.assertFalse(any(one.startswith("gone: ") for one in self.browser.frames()))
        self.browser.choose("#flame", "before")
        self.assertFalse(any(one.startswith("come: ") for one in self.browser.frames()))
        rows = self.browser.texts("#sites .rows .row")
        self.assertIn("+20", rows[0])
        self.assertTrue(any("gone" in row and "−7" in row for row in rows))
        self.assertIn("+86 %", self.browser.text("[data-total=allocations]"))


if __name__ == "__main__":
    unittest.main(verbosity=0)
