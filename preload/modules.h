// The executables and libraries that addresses on stacks lie in, each with a number.
//
// A module is registered when the first return address inside it is seen; dl_iterate_phdr, which takes the dynamic
// linker's lock, is never called: `_dl_find_object` (glibc 2.35) answers without a lock. A library that is closed and
// opened again at the same place, unchanged, keeps its number; another one at that place gets a new one.
#pragma once

#include <dlfcn.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "preload/lock.h"
#include "preload/trace_writer.h"
#include "trace/format.h"

namespace mallocop::preload {

// Where the dynamic linker says an address lies. False if it is in no module.
bool find_object(uintptr_t address, dl_find_object& out);

class Modules {
 public:
  bool start(TraceWriter& trace);

  // The number of the module that `object` describes; kNoModule if there is no more room. Any thread that is busy.
  trace::ModuleIndex index_of(const dl_find_object& object);

  // After a dlclose: forgets the modules that are not mapped any more, and calls `gone(begin, end)` for each.
  //
  // `others_open`: other threads run, and one may have opened a library since the close. That library may lie where the
  // closed one lay, and even its link map may lie where the other's did; so every module is forgotten that was not
  // there from the start. One that is still there gets its number back when it is met again.
  template <typename Gone>
  void drop_unmapped(bool others_open, Gone gone) {
    const Locked locked(lock_);
    for (size_t index = 0; index < count_.load(std::memory_order_relaxed); ++index) {
      Entry& entry = entries_[index];
      if (!entry.mapped.load(std::memory_order_relaxed)) continue;
      if (entry.was_there_at_start || (!others_open && is_still_mapped(entry))) continue;
      entry.mapped.store(false, std::memory_order_relaxed);
      gone(entry.begin, entry.end);
    }
  }

 private:
  static constexpr size_t kMaxBuildId = 32;
  struct Entry {
    uintptr_t begin;
    uintptr_t end;
    uintptr_t bias;
    const void* link_map;
    uint64_t path_hash;
    uint8_t build_id[kMaxBuildId];
    uint8_t build_id_size;
    bool was_there_at_start;  // so it is never unmapped
    std::atomic<bool> mapped;
  };

  static bool is_still_mapped(const Entry& entry);
  bool was_there_at_start(const void* link_map) const;
  static bool describe(const dl_find_object& object, Entry& entry);
  void write(trace::ModuleIndex index, const Entry& entry, const char* path);

  TraceWriter* trace_ = nullptr;
  Lock lock_;
  Entry* entries_ = nullptr;
  const void* last_at_start_ = nullptr;  // link map
  std::atomic<size_t> count_{0};
};

}  // namespace mallocop::preload
