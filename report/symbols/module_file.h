// The file that a module of a trace was mapped from, opened with libdwfl and proved to be the one that was measured.
#pragma once

#include <elfutils/libdwfl.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "report/symbols/debug_servers.h"
#include "report/trace/load_profile.h"

namespace mallocop::report {

class ModuleFile {
 public:
  // Addresses in the file are placed at their link addresses plus bias(). `debug_paths` as in SymbolOptions; `servers`
  // are asked if there is no debug file here, may be null, and must outlive the file.
  // No file: nullptr, and `note` says why in a sentence for the ledger ("" if there was never a file to look for,
  // as for "[vdso]").
  static std::unique_ptr<ModuleFile> open(const Module& module, const std::vector<std::string>& debug_paths,
                                          DebugServers* servers, std::string& note);
  // The file as it is now, whatever was measured. nullptr: it cannot be read, or is no ELF file.
  static std::unique_ptr<ModuleFile> open(const std::string& path, const std::vector<std::string>& debug_paths);
  ~ModuleFile();
  ModuleFile(const ModuleFile&) = delete;
  ModuleFile& operator=(const ModuleFile&) = delete;

  Dwfl_Module* dwfl_module() const { return module_; }
  // Add it to an address relative to the link address to ask libdwfl.
  uint64_t bias() const { return bias_; }

 private:
  ModuleFile(const std::vector<std::string>& debug_paths, DebugServers* servers);
  bool report(const std::string& path);

  static int find_debug_file(Dwfl_Module* module, void** data, const char* name, Dwarf_Addr base, const char* path,
                             const char* link, GElf_Word link_checksum, char** found);

  // Where a debug file may be.
  struct Places {
    std::vector<std::string> folders;
    DebugServers* servers;
  };
  static int from_servers(Dwfl_Module* module, DebugServers& servers, char** found);

  Places places_;
  std::string debug_path_;  // libdwfl keeps pointers to these three
  char* debug_path_pointer_ = nullptr;
  Dwfl_Callbacks callbacks_ = {};
  Dwfl* dwfl_ = nullptr;
  Dwfl_Module* module_ = nullptr;
  uint64_t bias_ = 0;
};

}  // namespace mallocop::report
