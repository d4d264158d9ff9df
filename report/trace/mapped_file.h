// A file, mapped read-only for as long as the object lives. Views into it must not outlive it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace mallocop::report {

class MappedFile {
 public:
  // Throws Error (kUsage) that names `path` if it cannot be opened, is no regular file, or cannot be mapped.
  explicit MappedFile(const std::string& path);
  // Nothing if there is no such file; otherwise as the constructor.
  static std::optional<MappedFile> open_if_exists(const std::string& path);

  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  // Page-aligned at its beginning.
  std::span<const uint8_t> bytes() const { return {static_cast<const uint8_t*>(data_), size_}; }

 private:
  void* data_ = nullptr;  // null exactly if the file is empty
  size_t size_ = 0;
};

}  // namespace mallocop::report
