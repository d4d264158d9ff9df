// Programs that people use give the same output, errors, files and status under mallocop as without it, and a report.
#include <filesystem>
#include <functional>
#include <regex>

#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

struct Host {
  const char* name;
  std::vector<std::string> words;
  std::string input = {};
  std::string made = {};  // a file that it makes
  int status = 0;
  // Without exit handlers, as the Debian shell does; or by a signal, where the status says so.
  bool by_underscore_exit = false;
};

void PrintTo(const Host& host, std::ostream* out) { *out << host.name; }

std::vector<Host> hosts() {
  std::string lines;
  for (int i = 0; i < 60000; ++i) lines += std::to_string(i * 7919 % 100003) + "\n";
  return {
      {"sqlite3",
       {"/usr/bin/sqlite3", ":memory:",
        "with recursive t(n) as (select 1 union all select n+1 from t where n < 20000) "
        "select count(*), sum(n), length(group_concat(n)) from t; select nothing from nowhere;"},
       {},
       {},
       1},
      {"python_json",
       {"/usr/bin/python3", "-c",
        "import json; d = {str(i): [i] * 5 for i in range(3000)}; print(len(json.dumps(json.loads(json.dumps(d)))))"}},
      {"python_threads",
       {"/usr/bin/python3", "-c",
        "import threading\nr = []\nts = [threading.Thread(target=lambda i=i: r.append(sum(range(i * 1000)))) "
        "for i in range(20)]\n[t.start() for t in ts]\n[t.join() for t in ts]\nprint(sorted(r))"}},
      {"python_subprocess",
       {"/usr/bin/python3", "-c",
        "import subprocess, sys\nfor i in range(20): print(subprocess.run(['sh', '-c', 'echo %d; exit %d' % (i, i)], "
        "capture_output=True))\nsys.exit(9)"},
       {},
       {},
       9},
      {"git_log", {"/usr/bin/git", "log", "--stat", "-p"}},
      {"clang", {"/usr/bin/clang", "-O1", "-c", "small.c", "-o", "small.o"}, {}, "small.o"},
      {"clang_error", {"/usr/bin/clang", "-c", "broken.c", "-o", "broken.o"}, {}, {}, 1},
      {"gcc", {"/usr/bin/gcc", "-O2", "-c", "small.c", "-o", "small.o"}, {}, "small.o"},
      {"perl",
       {"/usr/bin/perl", "-e",
        "my %h; $h{$_ % 977} .= chr(65 + $_ % 26) for 1..30000; print map {\"$_=$h{$_}\\n\"} "
        "sort keys %h; warn qq(careful\\n); exit 3;"},
       {},
       {},
       3},
      {"shell_pipeline",
       {"/bin/sh", "-c",
        "seq 1 2000 | sort -r | uniq | tail -n 3; for i in 1 2 3; do echo $(expr $i + 1); done; "
        "false | true; echo $? >&2; kill -TERM $$"},
       {},
       {},
       128 + 15,
       false},
      {"env", {"/usr/bin/env"}},
      {"ldd", {"/usr/bin/ldd", "/usr/bin/git"}},
      {"xz_compress", {"/usr/bin/xz", "-T2", "-z", "-c", "-1", "--block-size=100000", "lines"}},
      {"xz_round_trip", {"/bin/sh", "-c", "xz -T2 -1 < lines | xz -d | cmp - lines && echo same"}, {}, {}, 0, true},
      {"sort_parallel", {"/usr/bin/sort", "-n", "--parallel=2", "-S", "1M"}, lines},
  };
}

class HostUnchanged : public Integration, public testing::WithParamInterface<Host> {
 protected:
  void SetUp() override {
    const std::string& host = GetParam().words[0];
    if (!std::filesystem::exists(host)) GTEST_SKIP() << host << " is not installed";
    write("small.c", "#include <stdio.h>\nint main(int n, char** a) { return printf(\"%d %s\\n\", n, a[0]) < 0; }\n");
    write("broken.c", "int main(void) { return no_such_thing; }\n");
    std::string lines;
    for (int i = 0; i < 60000; ++i) lines += "line " + std::to_string(i * 31337 % 9973) + "\n";
    write("lines", lines);
    if (std::string(GetParam().name).starts_with("git")) {
      const char* const script =
          "git init -q . && git config user.name A && git config user.email a@b && git add . && "
          "git commit -q -m one && echo >> small.c && git commit -q -a -m two";
      ASSERT_EQ(bare(command({"/bin/sh", "-c", script})).status, 0);
    }
  }
  Command command(const std::vector<std::string>& words) const {
    return {.words = words,
            .environment = {{"HOME", folder()},
                            {"GIT_CONFIG_NOSYSTEM", "1"},
                            {"LC_ALL", "C"},
                            {"GIT_PAGER", "cat"},
                            {"MALLOCOP_LIBRARY", shim()}},
            .input = GetParam().input};
  }
  // Where ldd finds things to lie is another place in every run.
  static std::string without_addresses(const std::string& text) {
    return std::regex_replace(text, std::regex("0x[0-9a-f]{8,16}"), "ADDRESS");
  }
};

TEST_P(HostUnchanged, ButForItsReport) {
  const Host& host = GetParam();
  const Ended bare_run = bare(command(host.words));
  ASSERT_EQ(bare_run.status, host.status) << bare_run.err;
  const std::string made = host.made.empty() ? "" : read(host.made);
  for (const With with : {With::kPreload, With::kLauncher}) {
    SCOPED_TRACE(with == With::kPreload ? "preload" : "launcher");
    if (!host.made.empty()) std::filesystem::remove(file(host.made));
    const Measured measured = measure(command(host.words), with);
    EXPECT_EQ(without_addresses(measured.host.out), without_addresses(bare_run.out));
    EXPECT_EQ(measured.host.status, host.status) << measured.host.err;
    EXPECT_TRUE(host.made.empty() || read(host.made) == made) << host.made << " differs";
    if (with == With::kPreload || host.status == 0) {
      EXPECT_EQ(measured.host.err, bare_run.err);
    }
    ASSERT_TRUE(measured.report.is_object()) << measured.reporter.err;
    // Only the launcher knows whether a process that could not finish its trace was killed.
    const bool whole = host.status < 128 && (with == With::kLauncher || !host.by_underscore_exit);
    EXPECT_EQ(measured.valid(), whole) << measured.report["measurement"].dump(1);
    EXPECT_EQ(measured.report["measurement"]["finished"], whole);
    EXPECT_EQ(measured.report["measurement"]["events_lost"], 0);
    EXPECT_GT(measured.total("allocations"), 0U);
    EXPECT_EQ(measured.total("frees_of_unknown_blocks"), 0U);
    std::filesystem::remove(trace());
    std::filesystem::remove(trace() + ".live");
  }
}

INSTANTIATE_TEST_SUITE_P(Programs, HostUnchanged, testing::ValuesIn(hosts()),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace mallocop::test
