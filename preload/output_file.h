// A file that the shim grows and maps, without ever keeping a descriptor open.
//
// A host may close every descriptor, or reuse the number of one of ours for a file of its own; so none of ours lives
// longer than a call. The file is opened by its absolute path each time it grows and recognised by device and inode.
// Space is reserved before it is mapped: a full disk is an error here and not a SIGBUS in the host.
//
// Threads: the caller serialises calls for one file.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mallocop::preload {

inline constexpr size_t kMaxPath = 4096;

class OutputFile {
 public:
  // Makes a new file; an existing one is left alone and is an error. Returns 0 or an errno.
  int create(const char* absolute_path);

  // Reserves `size` bytes at `offset` (a multiple of the page size) and maps them shared. Returns the mapping, or
  // null with the reason in error().
  void* extend(uint64_t offset, size_t size);

  // Cuts the file to `size` bytes. No mapping past it may be touched afterwards.
  bool truncate(uint64_t size);
  void remove();

  const char* path() const { return path_; }
  int error() const { return error_; }

 private:
  int open_again();

  char path_[kMaxPath] = {};
  uint64_t device_ = 0;
  uint64_t inode_ = 0;
  int error_ = 0;
};

}  // namespace mallocop::preload
