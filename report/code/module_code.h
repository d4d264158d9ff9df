// The code of one executable or shared library as its file has it: bytes, function symbols, relocations.
//
// All addresses are link-time addresses, those that the file's symbols say.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "report/model/address_range.h"
#include "report/model/module.h"
#include "report/symbols/module_file.h"

namespace mallocop::report {

// A symbol that may name a function. The name is mangled, without a version, and lives as long as its ModuleCode.
struct CodeSymbol {
  uint64_t address = 0;
  uint64_t size = 0;  // 0: not said
  std::string_view name;
  bool resolver = false;  // an IFUNC: its address is that of the function that chooses one
  bool global = false;
  uint32_t source = 0;  // local symbols of one source file have the same number
};

class ModuleCode {
 public:
  // With the separate debug file, if there is one where debug files are. Throws Error (kInvalid) if `path` is no ELF
  // file for x86-64 that can be read.
  explicit ModuleCode(const std::string& path);
  // Of a module of a trace. nullptr: the file cannot be read, is not for x86-64, or is another one by now.
  static std::unique_ptr<ModuleCode> measured(const Module& module);

  const std::string& path() const { return path_; }  // absolute, without symbolic links
  Dwfl_Module* dwfl_module() const { return file_->dwfl_module(); }

  const std::vector<CodeSymbol>& symbols() const { return symbols_; }  // by address
  // Whether there are more symbols than those that other modules need: false for a stripped file.
  bool has_symbol_table() const { return has_symbol_table_; }

  // Bytes of the file that are mapped from `address` on, at most `size`; empty if none are.
  std::span<const uint8_t> bytes(uint64_t address, uint64_t size) const;
  bool is_executable(uint64_t address) const;

  // The first function symbol behind `address`; UINT64_MAX if there is none.
  uint64_t next_symbol(uint64_t address) const;

  // Whether the dynamic linker calls it to choose a function.
  bool is_resolver(uint64_t address) const;

  // The mangled name of the function whose address the dynamic linker puts into the pointer at `slot`; "" if none.
  std::string_view imported(uint64_t slot) const;

  // Addresses of code in the given range that some data holds (a table of jumps, say) or that a relocation puts there,
  // sorted. Data that only looks like an address is among them.
  std::span<const uint64_t> addresses_in_data(AddressRange range);

 private:
  struct Segment {
    uint64_t begin;
    std::span<const uint8_t> bytes;
    bool executable;
  };
  void read_segments(Elf* elf);
  void read_symbols();
  void read_relocations(Elf* elf);
  void collect_addresses_in_data();

  std::string path_;
  std::unique_ptr<ModuleFile> file_;
  std::vector<Segment> segments_;
  std::vector<CodeSymbol> symbols_;
  bool has_symbol_table_ = false;
  std::vector<uint64_t> resolvers_;
  std::map<uint64_t, std::string_view> imported_;
  std::vector<uint64_t> relocated_;  // addends of relocations that lie in code
  std::vector<uint64_t> in_data_;
  bool data_collected_ = false;
};

}  // namespace mallocop::report
