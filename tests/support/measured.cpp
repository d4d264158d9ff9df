// See measured.h.
#include "tests/support/measured.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tests/support/order_check.h"

namespace mallocop::test {
namespace {

namespace fs = std::filesystem;

std::string required(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) throw std::runtime_error(std::string(name) + " is not set; run this through meson test");
  return value;
}

}  // namespace

std::string mallocop_program() { return required("MALLOCOP_PROGRAM"); }
std::string shim() { return required("MALLOCOP_SHIM"); }
std::string program(const std::string& name) { return required("MALLOCOP_TEST_PROGRAMS") + "/test_" + name; }

bool Measured::valid() const { return report.is_object() && report["measurement"]["valid"].get<bool>(); }

std::vector<std::string> Measured::operation_names() const {
  std::vector<std::string> names;
  if (report.is_object()) {
    for (const Json& one : report["operations"]) names.push_back(one["name"].get<std::string>());
  }
  return names;
}

const Json& Measured::operation(const std::string& name) const {
  static const Json kNone;
  if (report.is_object()) {
    for (const Json& one : report["operations"]) {
      if (one["name"] == name) return one;
    }
  }
  ADD_FAILURE() << "no operation " << name << " in the report\n" << host.err << reporter.err;
  return kNone;
}

uint64_t Measured::total(const std::string& metric) const {
  if (report.is_object()) return report["totals"][metric].get<uint64_t>();
  ADD_FAILURE() << "no report\n" << host.err << reporter.err;
  return 0;
}

uint64_t Measured::total_of(const std::string& name, const std::string& metric) const {
  const Json& one = operation(name);
  return one.is_null() ? 0 : one[metric]["total"].get<uint64_t>();
}

uint64_t Measured::sum_of_sites(const std::string& name, const std::string& field) const {
  uint64_t sum = 0;
  if (report.is_object()) {
    for (const Json& site : report["sites"]) {
      if (site["operation"] == name) sum += site[field].get<uint64_t>();
    }
  }
  return sum;
}

Integration::Integration() {
  std::string name = fs::temp_directory_path() / "mallocop-test-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = name;
}

Integration::~Integration() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void Integration::write(const std::string& name, const std::string& text) const {
  fs::create_directories(fs::path(file(name)).parent_path());
  std::ofstream out(file(name), std::ios::binary);
  out << text;
  if (!out.flush()) throw std::runtime_error("cannot write " + file(name));
}

std::string Integration::read(const std::string& name) const {
  std::ostringstream text;
  text << std::ifstream(file(name), std::ios::binary).rdbuf();
  return text.str();
}

std::vector<std::string> Integration::files() const {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
    if (entry.is_regular_file()) names.push_back(fs::relative(entry.path(), folder_));
  }
  std::sort(names.begin(), names.end());
  return names;
}

Ended Integration::mallocop(const std::vector<std::string>& words) const {
  std::vector<std::string> all = {mallocop_program()};
  all.insert(all.end(), words.begin(), words.end());
  return bare({.words = all, .environment = {{"MALLOCOP_LIBRARY", shim()}}});
}

Ended Integration::bare(Command command) const {
  if (command.folder.empty()) command.folder = folder_;
  return run_command(command);
}

Command Integration::under_shim(Command command, With with) const {
  if (command.folder.empty()) command.folder = folder_;
  if (with == With::kLauncher) {
    command.environment.emplace_back("MALLOCOP_LIBRARY", shim());
    std::vector<std::string> words = {mallocop_program(), "run", "--quiet", "-o", trace(), "--"};
    command.words.insert(command.words.begin(), words.begin(), words.end());
    return command;
  }
  const bool preloaded = std::any_of(command.environment.begin(), command.environment.end(),
                                     [](const auto& variable) { return variable.first == "LD_PRELOAD"; });
  if (!preloaded) command.environment.emplace_back("LD_PRELOAD", shim());
  command.environment.emplace_back("MALLOCOP_OUT", trace());
  return command;
}

Measured Integration::measure(Command command, With with) const {
  for (const std::string& old : {trace(), trace() + ".live"}) fs::remove(old);
  return report_of(run_command(under_shim(std::move(command), with)));
}

Measured Integration::report_of(Ended host) const {
  Measured measured;
  measured.host = std::move(host);
  EXPECT_FALSE(measured.host.timed_out) << measured.host.err;
  measured.reporter = mallocop({"report", "--format", "json", trace()});
  measured.report = Json::parse(measured.reporter.out, nullptr, false);
  if (measured.report.is_discarded()) measured.report = Json();
  if (measured.valid() && unknown_blocks_ == UnknownBlocks::kNever) expect_order(measured);
  return measured;
}

// On every trace that the tests make.
void Integration::expect_order(const Measured& measured) const {
  const OrderCheck order = check_order(trace());
  EXPECT_THAT(order.problems, testing::IsEmpty());
  EXPECT_GE(order.live_allocations, measured.total("leaked_allocations"));
}

}  // namespace mallocop::test
