// The DWARF of a file whose debug sections are compressed, as Debian ships them, unpacked into memory.
//
// libdw unpacks every debug section of a file as soon as it is opened, and that is most of what a report of a small
// program takes. Here the sections that say where variables live, and others that nobody asks for, stay packed.
#pragma once

#include <elfutils/libdwfl.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "report/trace/mapped_file.h"
#include "report/trace/zeroed_array.h"

namespace mallocop::report {

class DebugImage {
 public:
  // Of the module's separate debug file if libdwfl has found one, else of the module's own file. Null if there is
  // nothing to be gained or the file is not a plain one: libdwfl then does it.
  static std::unique_ptr<DebugImage> of(Dwfl_Module* module);
  ~DebugImage();
  DebugImage(const DebugImage&) = delete;
  DebugImage& operator=(const DebugImage&) = delete;

  Dwarf* dwarf() const { return dwarf_; }

 private:
  explicit DebugImage(MappedFile file) : file_(std::move(file)) {}
  bool build(Elf* main);
  bool choose_sections();
  bool same_addresses(Elf* main) const;
  bool unpack();

  struct Section {
    std::string name;
    std::span<const uint8_t> bytes;  // as the file has them
    bool packed = false;
    uint64_t size = 0;  // unpacked
  };

  MappedFile file_;
  std::vector<Section> sections_;
  ZeroedArray<char> image_;
  Elf* elf_ = nullptr;
  Dwarf* dwarf_ = nullptr;
};

}  // namespace mallocop::report
