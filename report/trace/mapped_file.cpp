#include "report/trace/mapped_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "report/support/error.h"

namespace mallocop::report {
namespace {

[[noreturn]] void fail(const std::string& path, const char* what, int error) {
  throw Error(ExitStatus::kUsage, fmt::format("{}: cannot be {}: {}", path, what, std::strerror(error)));
}

// Closes the descriptor on every way out of the constructor; the mapping does not need it.
struct Descriptor {
  int number = -1;
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
};

}  // namespace

MappedFile::MappedFile(const std::string& path) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.number < 0) fail(path, "opened", errno);
  struct stat status {};
  if (::fstat(file.number, &status) != 0) fail(path, "read", errno);
  if (S_ISDIR(status.st_mode)) {
    throw Error(ExitStatus::kUsage, fmt::format("{}: is a folder; name the trace file in it (*.mcop)", path));
  }
  if (!S_ISREG(status.st_mode)) {
    throw Error(ExitStatus::kUsage, fmt::format("{}: is not a regular file; save the trace to one first", path));
  }
  size_ = static_cast<size_t>(status.st_size);
  if (size_ == 0) return;
  void* data = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.number, 0);
  if (data == MAP_FAILED) fail(path, "mapped", errno);
  data_ = data;
}

std::optional<MappedFile> MappedFile::open_if_exists(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
  return std::optional<MappedFile>(std::in_place, path);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(data_, size_);
}

}  // namespace mallocop::report
