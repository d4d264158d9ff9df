#include "report/symbols/module_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iterator>
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

// A debug file that is found by its name and place could be any of these.
bool debug_file_by_name(const std::vector<std::string>& folders, const std::filesystem::path& file,
                        const std::string& name) {
  const auto exists = [&](const std::filesystem::path& folder) {
    std::error_code error;
    return folder / name != file && std::filesystem::exists(folder / name, error);
  };
  const std::filesystem::path own = file.parent_path();
  if (exists(own)) return true;
  return std::any_of(folders.begin(), folders.end(), [&](const std::string& each) {
    if (!each.starts_with('/')) return exists(own / each);
    // Below such a folder lies a tree like the one from the root on, or a part of it.
    std::filesystem::path rest = own.relative_path();
    while (!rest.empty() && !exists(each / rest)) {
      std::filesystem::path shorter;
      for (auto part = std::next(rest.begin()); part != rest.end(); ++part) shorter /= *part;
      rest = shorter;
    }
    return !rest.empty() || exists(each);
  });
}

}  // namespace

int ModuleFile::from_servers(Dwfl_Module* module, DebugServers& servers, char** found) {
  const unsigned char* bits = nullptr;
  GElf_Addr where = 0;
  const int size = dwfl_module_build_id(module, &bits, &where);
  if (size <= 0) return -1;
  const std::string path = servers.find({bits, static_cast<size_t>(size)});
  if (path.empty()) return -1;
  const int file = open_regular(path);
  if (file >= 0) *found = ::strdup(path.c_str());  // libdwfl frees it
  return file;
}

// libdwfl's own way to a debug file ends at a client for servers, which it loads with two dozen libraries even if there
// is no server to ask. So it is gone only if there is something to be found before.
int ModuleFile::find_debug_file(Dwfl_Module* module, void** data, const char* name, Dwarf_Addr base, const char* path,
                                const char* link, GElf_Word link_checksum, char** found) {
  const auto& [folders, servers] = *static_cast<const Places*>(*data);
  const bool alternative = link != nullptr && std::string_view(link).find('/') != std::string_view::npos;
  if (path != nullptr && !alternative) {
    const int file = dwfl_build_id_find_debuginfo(module, data, name, base, path, link, link_checksum, found);
    if (file >= 0) return file;
    std::error_code error;
    const std::filesystem::path real = std::filesystem::canonical(path, error);
    const std::filesystem::path given = path;
    const bool there = link != nullptr
                           ? debug_file_by_name(folders, given, link) || debug_file_by_name(folders, real, link)
                           : debug_file_by_name(folders, given, given.filename()) ||
                                 debug_file_by_name(folders, given, given.filename().string() + ".debug") ||
                                 debug_file_by_name(folders, real, real.filename()) ||
                                 debug_file_by_name(folders, real, real.filename().string() + ".debug");
    if (!there) {
      const int fetched = servers == nullptr ? -1 : from_servers(module, *servers, found);
      if (fetched < 0) errno = 0;
      return fetched;
    }
  }
  return dwfl_standard_find_debuginfo(module, data, name, base, path, link, link_checksum, found);
}

ModuleFile::ModuleFile(const std::vector<std::string>& debug_paths, DebugServers* servers)
    : places_{{".debug", "/usr/lib/debug"}, servers}, debug_path_("+") {
  places_.folders.insert(places_.folders.end(), debug_paths.begin(), debug_paths.end());
  for (const std::string& folder : places_.folders) debug_path_ += ":" + folder;
  debug_path_pointer_ = debug_path_.data();
  callbacks_.find_elf = &dwfl_build_id_find_elf;
  callbacks_.find_debuginfo = &ModuleFile::find_debug_file;
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
    void** data = nullptr;
    if (module_ != nullptr) {
      dwfl_module_info(module_, &data, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr);
      *data = &places_;
    }
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
                                             DebugServers* servers, std::string& note) {
  note.clear();
  std::string path = module.path;
  if (!path.starts_with('/')) return nullptr;
  if (path.ends_with(kDeleted)) path.resize(path.size() - kDeleted.size());

  std::unique_ptr<ModuleFile> file(new ModuleFile(debug_paths, servers));
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

std::unique_ptr<ModuleFile> ModuleFile::open(const std::string& path, const std::vector<std::string>& debug_paths) {
  std::unique_ptr<ModuleFile> file(new ModuleFile(debug_paths, nullptr));
  return file->report(path) ? std::move(file) : nullptr;
}

}  // namespace mallocop::report
