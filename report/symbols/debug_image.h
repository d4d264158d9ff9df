// The DWARF of a file whose debug sections are compressed, as Debian ships them, unpacked into memory.
//
// libdw unpacks every debug section of a file as soon as it is opened, and that is most of what a report of a small
// program takes. Here the sections that say where variables live, and others that nobody asks for, stay packed.
#pragma once

#include <elfutils/libdwfl.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "report/trace/mapped_file.h"
#include "report/trace/zeroed_array.h"

namespace mallocop::report {

class DebugImage {
 public:
  // Of the module's separate debug file if libdwfl has found one, else of the module's own file. Null if there is
  // nothing to be gained or the file is not a plain one: libdwfl then does it.
  static std::unique_ptr<DebugImage> of(Dwfl_Module* module);
  // Another handle on the same bytes, for another thread. Null if libdw refuses.
  std::unique_ptr<DebugImage> again() const;
  ~DebugImage();
  DebugImage(const DebugImage&) = delete;
  DebugImage& operator=(const DebugImage&) = delete;

  Dwarf* dwarf() const { return dwarf_; }

 private:
  using Bytes = std::shared_ptr<ZeroedArray<char>>;

  explicit DebugImage(MappedFile file) : file_(std::move(file)) {}
  explicit DebugImage(Bytes image) : image_(std::move(image)) {}
  bool build(Elf* main);
  bool open();
  bool choose_sections();
  bool same_addresses(Elf* main) const;
  bool unpack();

  struct Section {
    std::string name;
    std::span<const uint8_t> bytes;  // as the file has them
    bool packed = false;
    uint64_t size = 0;  // unpacked
  };

  std::optional<MappedFile> file_;  // until it is unpacked
  std::vector<Section> sections_;   // of it
  Bytes image_;                     // nobody writes to it once there is a handle
  Elf* elf_ = nullptr;
  Dwarf* dwarf_ = nullptr;
};

}  // namespace mallocop::report
