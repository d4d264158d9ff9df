#include "preload/output_file.h"

#include <errno.h>
#include <sys/resource.h>

#include <cstring>

#include "preload/sys.h"

namespace mallocop::preload {
namespace {

// Growing past RLIMIT_FSIZE would raise SIGXFSZ in the host.
bool within_file_size_limit(uint64_t size) {
  rlimit64 limit{};
  if (failed(sys::limit(RLIMIT_FSIZE, nullptr, &limit))) return true;
  return limit.rlim_cur == RLIM64_INFINITY || size <= limit.rlim_cur;
}

// For file systems that cannot reserve: written zeros take the space as well.
long write_zeros(int descriptor, uint64_t offset, uint64_t size) {
  static constexpr char kZeros[4096] = {};
  while (size > 0) {
    const size_t chunk = size < sizeof kZeros ? static_cast<size_t>(size) : sizeof kZeros;
    const long written = sys::pwrite(descriptor, kZeros, chunk, offset);
    if (failed(written)) return written;
    if (written == 0) return -ENOSPC;
    offset += static_cast<uint64_t>(written);
    size -= static_cast<uint64_t>(written);
  }
  return 0;
}

long reserve(int descriptor, uint64_t offset, uint64_t size) {
  if (!within_file_size_limit(offset + size)) return -EFBIG;
  long result;
  do {
    result = sys::fallocate(descriptor, offset, size);
  } while (result == -EINTR);
  return result == -EOPNOTSUPP || result == -ENOSYS ? write_zeros(descriptor, offset, size) : result;
}

}  // namespace

int OutputFile::create(const char* absolute_path) {
  const size_t length = std::strlen(absolute_path);
  if (length >= sizeof path_) return ENAMETOOLONG;
  std::memcpy(path_, absolute_path, length + 1);
  const long descriptor = sys::open(path_, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (failed(descriptor)) return static_cast<int>(-descriptor);
  struct stat status {};
  const long result = sys::fstat(static_cast<int>(descriptor), status);
  sys::close(static_cast<int>(descriptor));
  device_ = status.st_dev;
  inode_ = status.st_ino;
  return failed(result) ? static_cast<int>(-result) : 0;
}

int OutputFile::open_again() {
  const long descriptor = sys::open(path_, O_RDWR | O_CLOEXEC);
  if (failed(descriptor)) {
    error_ = static_cast<int>(-descriptor);
    return -1;
  }
  struct stat status {};
  if (failed(sys::fstat(static_cast<int>(descriptor), status)) || status.st_dev != device_ || status.st_ino != inode_) {
    sys::close(static_cast<int>(descriptor));
    error_ = ESTALE;
    return -1;
  }
  return static_cast<int>(descriptor);
}

void* OutputFile::extend(uint64_t offset, size_t size) {
  const int descriptor = open_again();
  if (descriptor < 0) return nullptr;
  void* memory = nullptr;
  long result = reserve(descriptor, offset, size);
  if (!failed(result)) {
    memory = sys::map(size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, offset);
    if (memory == nullptr) result = -ENOMEM;
  }
  sys::close(descriptor);
  if (memory == nullptr) error_ = static_cast<int>(-result);
  return memory;
}

bool OutputFile::truncate(uint64_t size) {
  const int descriptor = open_again();
  if (descriptor < 0) return false;
  const long result = sys::ftruncate(descriptor, size);
  sys::close(descriptor);
  if (failed(result)) error_ = static_cast<int>(-result);
  return !failed(result);
}

void OutputFile::remove() {
  const int descriptor = open_again();  // somebody else's file under our name stays
  if (descriptor < 0) return;
  sys::close(descriptor);
  sys::unlink(path_);
}

}  // namespace mallocop::preload
