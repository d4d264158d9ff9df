// The system calls of the shim, by name. preload/README.md says who makes which and when.
#pragma once

#include <fcntl.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "preload/arch/x86_64.h"

namespace mallocop::preload::sys {

inline long open(const char* path, int flags, unsigned mode = 0) {
  return system_call(SYS_openat, AT_FDCWD, reinterpret_cast<long>(path), flags, mode);
}
inline void close(int descriptor) { system_call(SYS_close, descriptor); }
inline long fstat(int descriptor, struct stat& out) {
  return system_call(SYS_fstat, descriptor, reinterpret_cast<long>(&out));
}
inline long stat(const char* path, struct stat& out) {
  return system_call(SYS_newfstatat, AT_FDCWD, reinterpret_cast<long>(path), reinterpret_cast<long>(&out), 0);
}
inline long ftruncate(int descriptor, uint64_t size) {
  return system_call(SYS_ftruncate, descriptor, static_cast<long>(size));
}
inline long fallocate(int descriptor, uint64_t offset, uint64_t size) {
  return system_call(SYS_fallocate, descriptor, 0, static_cast<long>(offset), static_cast<long>(size));
}
inline long pwrite(int descriptor, const void* data, size_t size, uint64_t offset) {
  return system_call(SYS_pwrite64, descriptor, reinterpret_cast<long>(data), static_cast<long>(size),
                     static_cast<long>(offset));
}
inline long pread(int descriptor, void* out, size_t size, uint64_t offset) {
  return system_call(SYS_pread64, descriptor, reinterpret_cast<long>(out), static_cast<long>(size),
                     static_cast<long>(offset));
}
inline long write(int descriptor, const void* data, size_t size) {
  return system_call(SYS_write, descriptor, reinterpret_cast<long>(data), static_cast<long>(size));
}
inline long unlink(const char* path) { return system_call(SYS_unlink, reinterpret_cast<long>(path)); }
inline long readlink(const char* path, char* out, size_t size) {
  return system_call(SYS_readlink, reinterpret_cast<long>(path), reinterpret_cast<long>(out), static_cast<long>(size));
}
inline long getcwd(char* out, size_t size) {
  return system_call(SYS_getcwd, reinterpret_cast<long>(out), static_cast<long>(size));
}

// Null if it fails.
inline void* map(size_t size, int protection, int flags, int descriptor = -1, uint64_t offset = 0) {
  const long result =
      system_call(SYS_mmap, 0, static_cast<long>(size), protection, flags, descriptor, static_cast<long>(offset));
  return failed(result) ? nullptr : reinterpret_cast<void*>(result);
}
inline void* map_anonymous(size_t size) {
  return map(size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE);
}
// At exactly this address, if nothing is mapped there; else null.
inline void* map_at(uintptr_t address, size_t size) {
  const long result = system_call(SYS_mmap, static_cast<long>(address), static_cast<long>(size), PROT_READ | PROT_WRITE,
                                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (failed(result)) return nullptr;
  if (static_cast<uintptr_t>(result) == address) return reinterpret_cast<void*>(result);
  system_call(SYS_munmap, result, static_cast<long>(size));  // a kernel that takes the address for a hint
  return nullptr;
}
inline long protect(void* memory, size_t size, int protection) {
  return system_call(SYS_mprotect, reinterpret_cast<long>(memory), static_cast<long>(size), protection);
}
inline void unmap(void* memory, size_t size) {
  system_call(SYS_munmap, reinterpret_cast<long>(memory), static_cast<long>(size));
}
inline long madvise(void* memory, size_t size, int advice) {
  return system_call(SYS_madvise, reinterpret_cast<long>(memory), static_cast<long>(size), advice);
}

// Of this process; either may be null.
inline long limit(int resource, const rlimit64* set, rlimit64* out) {
  return system_call(SYS_prlimit64, 0, resource, reinterpret_cast<long>(set), reinterpret_cast<long>(out));
}

inline uint32_t thread_id() { return static_cast<uint32_t>(system_call(SYS_gettid)); }
inline uint32_t process_id() { return static_cast<uint32_t>(system_call(SYS_getpid)); }

// Through the vDSO when there is one: libc's function neither locks nor sets errno for these clocks.
inline uint64_t nanoseconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000U + static_cast<uint64_t>(now.tv_nsec);
}

// 0 while the thread exists; ESRCH, negated, when it is gone.
inline long ask_for_thread(uint32_t process, uint32_t thread) {
  return system_call(SYS_tgkill, process, thread, 0 /* no signal */);
}

inline void futex_wait(std::atomic<uint32_t>& word, uint32_t expected) {
  system_call(SYS_futex, reinterpret_cast<long>(&word), FUTEX_WAIT_PRIVATE, expected, 0);
}
inline void futex_wake_one(std::atomic<uint32_t>& word) {
  system_call(SYS_futex, reinterpret_cast<long>(&word), FUTEX_WAKE_PRIVATE, 1);
}

inline constexpr size_t kSignalSetSize = 8;
inline void set_signal_mask(const uint64_t& mask, uint64_t* before) {
  system_call(SYS_rt_sigprocmask, 2 /* SIG_SETMASK */, reinterpret_cast<long>(&mask), reinterpret_cast<long>(before),
              kSignalSetSize);
}
// Whether eight bytes at `address` can be read, asked of the kernel: it copies the signal set in before it finds that
// `how` is none, so that nothing changes and nothing faults. Where a filter refuses the question the answer is no.
inline bool is_readable(uintptr_t address) {
  constexpr long kEinval = -22;  // of `how`; EFAULT if the set cannot be read
  // To the kernel, a null pointer says that there is nothing to read.
  return address != 0 && system_call(SYS_rt_sigprocmask, -1, static_cast<long>(address), 0, kSignalSetSize) == kEinval;
}

}  // namespace mallocop::preload::sys
