// See plan_file.h.
#include "report/detour/plan_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <map>

#include "report/support/error.h"
#include "trace/checksum.h"

namespace mallocop::report {
namespace {

class Texts {
 public:
  uint32_t add(const std::string& text) {
    const auto [entry, added] = places_.try_emplace(text, static_cast<uint32_t>(bytes_.size()));
    if (added) bytes_.append(text.c_str(), text.size() + 1);
    return entry->second;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
  std::map<std::string, uint32_t> places_;
};

template <typename Struct>
void append(std::string& out, const Struct& one) {
  out.append(reinterpret_cast<const char*>(&one), sizeof one);
}

[[noreturn]] void cannot_write(const std::string& path) {
  throw Error(ExitStatus::kError,
              fmt::format("cannot write the plan of the run, '{}': {}", path, std::strerror(errno)));
}

}  // namespace

std::string describe_ends(const std::set<std::string>& ends_in) {
  constexpr size_t kMostNamed = 3;
  std::vector<std::string> names;
  for (const std::string& name : ends_in) {
    if (!name.empty()) names.push_back(fmt::format("'{}'", name));
  }
  const size_t more = names.size() - std::min(names.size(), kMostNamed);
  names.resize(names.size() - more);
  std::string text = fmt::format("{}", fmt::join(names, ", "));
  if (more != 0) text += fmt::format(" and {} more", more);
  if (ends_in.contains("")) text += text.empty() ? "functions without a name" : " and functions without a name";
  return text;
}

Planned whole_process(const std::string& operation) {
  Planned planned{};
  planned.name = operation;
  planned.function.action = trace::PlanAction::kWholeProcess;
  return planned;
}

std::string encode_plan(std::span<const Planned> functions) {
  Texts texts;
  std::string functions_bytes;
  std::string ranges_bytes;
  uint32_t ranges = 0;
  for (uint32_t index = 0; index < functions.size(); ++index) {
    const Planned& planned = functions[index];
    trace::PlannedFunction function = planned.function;
    function.module = texts.add(planned.module);
    function.name = texts.add(planned.name);
    function.ends_in = texts.add(describe_ends(planned.ends_in));
    append(functions_bytes, function);
    for (const AddressRange& range : planned.ranges) {
      append(ranges_bytes, trace::PlannedRange{range.begin, range.end, index, 0});
      ++ranges;
    }
  }
  const std::string rest = functions_bytes + ranges_bytes + texts.bytes();
  trace::PlanHeader header = {};
  std::copy(std::begin(trace::kPlanMagic), std::end(trace::kPlanMagic), header.magic);
  header.version = trace::kPlanVersion;
  header.functions = static_cast<uint32_t>(functions.size());
  header.ranges = ranges;
  header.text_size = static_cast<uint32_t>(texts.bytes().size());
  header.checksum = XXH3_64bits(rest.data(), rest.size());
  std::string file;
  append(file, header);
  return file + rest;
}

PlanFile::PlanFile(std::span<const Planned> functions) {
  const char* folder = std::getenv("TMPDIR");
  path_ = std::filesystem::absolute(folder && *folder ? folder : "/tmp") / "mallocop.plan.XXXXXX";
  const int file = ::mkostemp(path_.data(), O_CLOEXEC);
  if (file < 0) cannot_write(path_);
  const std::string bytes = encode_plan(functions);
  for (size_t done = 0; done < bytes.size();) {
    const ssize_t size = ::write(file, bytes.data() + done, bytes.size() - done);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) {
      const int error = errno;
      ::close(file);
      ::unlink(path_.c_str());
      errno = error;
      cannot_write(path_);
    }
    done += static_cast<size_t>(size);
  }
  ::close(file);
}

PlanFile::~PlanFile() { ::unlink(path_.c_str()); }

}  // namespace mallocop::report
