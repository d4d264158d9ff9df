"""A browser without a window, and what tests ask of a page in it."""
import json
import tempfile

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
             "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1400,1000"]
SECONDS = 30


class Browser:
    def __init__(self):
        self._profile = tempfile.TemporaryDirectory(prefix="mallocop-browser-", ignore_cleanup_errors=True)
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        for argument in [*ARGUMENTS, f"--user-data-dir={self._profile.name}"]:
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))

    def close(self):
        self.driver.quit()
        self._profile.cleanup()

    def open(self, path, address=""):
        """Shows the page. Raises if the program in it does not get to its end."""
        self.driver.get("about:blank")
        for kind in ("browser", "performance"):
            self.driver.get_log(kind)
        self.driver.get(f"file://{path}{address}")
        self.until("return document.documentElement.dataset.ready === 'true'")

    def ask(self, program, *arguments):
        return self.driver.execute_script(program, *arguments)

    def until(self, program, *arguments):
        WebDriverWait(self.driver, SECONDS).until(lambda _: self.ask(program, *arguments))

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def text(self, selector):
        return self.ask("return document.querySelector(arguments[0]).textContent", selector)

    def texts(self, selector):
        return self.ask("return [...document.querySelectorAll(arguments[0])].map((one) => one.textContent)", selector)

    def click(self, selector):
        self.ask("document.querySelector(arguments[0]).click()", selector)

    def press(self, *keys):
        """Keys, to whatever has the focus."""
        for key in keys:
            self.driver.switch_to.active_element.send_keys(getattr(Keys, key, key))

    def search(self, text):
        box = self.find("#search")
        box.clear()
        box.send_keys(text)
        self.until("return new URLSearchParams(location.hash.slice(1)).get('search') === arguments[0]", text)

    def choose(self, group, value):
        self.ask("const input = document.querySelector(arguments[0] + ' input[value=\"' + arguments[1] + '\"]'); input.click()",
                 group, value)

    def scope(self, name):
        self.ask("""const select = document.querySelector('#scope');
                    select.value = [...select.options].find((one) => one.textContent === arguments[0]).value;
                    select.dispatchEvent(new Event('change'))""", name)

    def frames(self):
        """What the flame graph draws: the label of each frame that a screen reader hears, outermost first."""
        return self.ask("""return [...document.querySelectorAll('.flame g')].sort((a, b) => a.__data__.depth - b.__data__.depth)
                           .map((one) => one.getAttribute('aria-label'))""")

    def complaints(self):
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self):
        """Addresses that were asked for since the page was opened, but the page's own."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        urls = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
        return [url for url in urls if not url.startswith(("file:///", "about:", "data:"))]
