// The functions of an ELF symbol table, sorted once so that a look-up is a binary search (libdwfl's own reads the
// whole table each time).
#pragma once

#include <elfutils/libdwfl.h>

#include <cstdint>
#include <vector>

#include "report/symbols/frame_role.h"

namespace mallocop::report {

class ElfSymbols {
 public:
  // Reads the best table there is: of the file, of its separate debug file, or what a stripped file exports.
  explicit ElfSymbols(Dwfl_Module* module);

  // The mangled name of the function that holds `address` (as libdwfl places it); nullptr if no symbol covers it: the
  // nearest one is no answer. The text lives as long as the module.
  const char* find(uint64_t address) const;
  const CoroutineNames& coroutines() const { return coroutines_; }

 private:
  struct Symbol {
    uint64_t begin;
    uint64_t end;
    const char* name;
    int rank;  // of several names for one place, the one to show
  };
  std::vector<Symbol> symbols_;  // by begin, then rank
  CoroutineNames coroutines_;
  std::vector<uint64_t> ends_;  // ends_[i]: the largest end among symbols_[0..i]; says when to stop looking
};

}  // namespace mallocop::report
