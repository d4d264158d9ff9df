// The names of the addresses of one module, all at once: they are looked up unit by unit of the debug information, and
// units by several threads where that pays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "report/symbols/debug_info.h"
#include "report/symbols/debug_servers.h"
#include "report/symbols/elf_symbols.h"
#include "report/symbols/module_file.h"

namespace mallocop::report {

class ModuleNames {
 public:
  // `note` as ModuleFile::open has it, `find_guard` may be empty. The others must outlive the object.
  ModuleNames(const Module& module, const std::vector<std::string>& debug_paths, DebugServers& servers,
              const FindGuard& find_guard, std::string& note);
  ~ModuleNames();
  ModuleNames(const ModuleNames&) = delete;
  ModuleNames& operator=(const ModuleNames&) = delete;

  // For each of `offsets`, which are relative to the link address, its frames: innermost first, one at least, without
  // module and address. They are the same for any number of threads, of which there are at most `threads`. `tell` is
  // called now and then, by the calling thread alone, with how many are done.
  std::vector<std::vector<Frame>> find(std::span<const uint64_t> offsets, unsigned threads,
                                       const std::function<void(size_t)>& tell);

 private:
  struct Reader;
  struct Group;
  class Search;

  std::vector<Group> groups(std::span<const uint64_t> offsets);
  std::vector<Reader> more_readers(size_t count);

  const Module& module_;
  const std::vector<std::string>& debug_paths_;
  DebugServers& servers_;
  std::unique_ptr<ModuleFile> file_;
  std::optional<ElfSymbols> symbols_;
  std::optional<DebugInfo> debug_info_;
};

}  // namespace mallocop::report
