#include "report/symbols/module_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>

namespace mallocop::report {
namespace {

// Opens a regular file and nothing else: a trace may name a pipe or a device, and opening those can block or do things.
int open_regular(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (file < 0) return -1;
  struct stat status = {};
  if (::fstat(file, &status) == 0 && S_ISREG(status.st_mode)) return file;
  ::close(file);
  return -1;
}

// The path that /proc/self/maps gives to a file that was unlinked while mapped ends in this.
constexpr std::string_view kDeleted = " (deleted)";

}  // namespace

ModuleFile::ModuleFile(const std::vector<std::string>& debug_paths) : debug_path_("+:.debug:/usr/lib/debug") {
  for (const std::string& path : debug_paths) debug_path_ += ":" + path;
  debug_path_pointer_ = debug_path_.data();
  callbacks_.find_elf = &dwfl_build_id_find_elf;
  callbacks_.find_debuginfo = &dwfl_standard_find_debuginfo;
  callbacks_.section_address = &dwfl_offline_section_address;
  callbacks_.debuginfo_path = &debug_path_pointer_;
}

ModuleFile::~ModuleFile() {
  if (dwfl_ != nullptr) dwfl_end(dwfl_);
}

bool ModuleFile::report(const std::string& path) {
  const int file = open_regular(path);
  if (file < 0) return false;
  dwfl_ = dwfl_begin(&callbacks_);
  if (dwfl_ != nullptr) {
    dwfl_report_begin(dwfl_);
    module_ = dwfl_report_elf(dwfl_, path.c_str(), path.c_str(), file, 0, true);
    dwfl_report_end(dwfl_, nullptr, nullptr);
  }
  if (module_ == nullptr) {
    ::close(file);
    return false;
  }
  GElf_Addr bias = 0;
  if (dwfl_module_getelf(module_, &bias) == nullptr) return false;
  bias_ = bias;
  return true;
}

std::unique_ptr<ModuleFile> ModuleFile::open(const Module& module, const std::vector<std::string>& debug_paths,
                                             std::string& note) {
  note.clear();
  std::string path = module.path;
  if (!path.starts_with('/')) return nullptr;
  if (path.ends_with(kDeleted)) path.resize(path.size() - kDeleted.size());

  std::unique_ptr<ModuleFile> file(new ModuleFile(debug_paths));
  if (!file->report(path)) {
    note = fmt::format("{} cannot be read as it was measured (gone, or no ELF file): its frames have no names", path);
    return nullptr;
  }
  const unsigned char* bits = nullptr;
  GElf_Addr where = 0;
  const int size = dwfl_module_build_id(file->module_, &bits, &where);
  const size_t length = size > 0 ? static_cast<size_t>(size) : 0;
  if (length != module.build_id.size() || !std::equal(module.build_id.begin(), module.build_id.end(), bits)) {
    note = fmt::format("{} changed since the measurement: its frames have no names", path);
    return nullptr;
  }
  if (length == 0) note = fmt::format("{} has no build id: its names are those of the file as it is now", path);
  return file;
}

}  // namespace mallocop::report
