"""scripts/archives.py: what is not as the list says is not used, wherever it comes from."""
import importlib
import os
import pathlib
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, os.environ["MALLOCOP_SOURCE"] + "/scripts")
import archives  # noqa: E402

PACKAGE = "d3-selection"


class Archives(unittest.TestCase):
    def setUp(self):
        importlib.reload(archives)
        self.real = archives.archive(PACKAGE)
        folder = tempfile.TemporaryDirectory(prefix="mallocop-archives-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.cache = self.folder / "cache"
        self.served = self.folder / PACKAGE / "-" / f"{PACKAGE}-{archives.listed()[PACKAGE][1]}.tgz"
        self.served.parent.mkdir(parents=True)
        self.addCleanup(os.environ.pop, "MALLOCOP_ARCHIVES", None)
        os.environ["MALLOCOP_ARCHIVES"] = str(self.cache)
        archives.REGISTRY = f"file://{self.folder}/"

    def test_is_fetched_once(self):
        shutil.copy(self.real, self.served)
        path = archives.archive(PACKAGE)
        self.assertEqual(path.parent, self.cache)
        self.served.unlink()
        self.assertEqual(archives.archive(PACKAGE), path)
        self.assertIn(b"ISC", archives.member(PACKAGE, "package/package.json"))

    def test_of_another_checksum_is_refused(self):
        self.served.write_bytes(self.real.read_bytes() + b"x")
        with self.assertRaisesRegex(OSError, "is not what it was"):
            archives.archive(PACKAGE)
        self.assertFalse(self.cache.exists())

    def test_that_was_damaged_is_fetched_again(self):
        shutil.copy(self.real, self.served)
        archives.archive(PACKAGE).write_bytes(b"")
        self.assertEqual(archives.archive(PACKAGE).read_bytes(), self.real.read_bytes())

    def test_that_cannot_be_had_is_told(self):
        with self.assertRaises(SystemExit) as stopped:
            archives.main("page")
        self.assertIn("cannot fetch", str(stopped.exception))

    def test_unpacks_beneath_its_folder(self):
        shutil.copy(self.real, self.served)
        archives.unpack(PACKAGE, self.folder / "unpacked")
        self.assertTrue((self.folder / "unpacked/LICENSE").exists())


if __name__ == "__main__":
    unittest.main(verbosity=0)
