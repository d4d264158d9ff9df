#include "preload/modules.h"

#include <elf.h>
#include <link.h>

#include <algorithm>
#include <cstring>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "preload/sys.h"
#include "trace/records.h"

namespace mallocop::preload {
namespace {

constexpr size_t kMaxEntries = 16384;

struct Bytes {
  const uint8_t* data;
  size_t size;
};

// The build id among the notes at [note, end).
Bytes find_build_id(const uint8_t* note, const uint8_t* end) {
  while (static_cast<size_t>(end - note) >= sizeof(Elf64_Nhdr)) {
    Elf64_Nhdr header;
    std::memcpy(&header, note, sizeof header);
    const size_t name_size = (header.n_namesz + 3U) & ~3U;
    const size_t value_size = (header.n_descsz + 3U) & ~3U;
    if (static_cast<size_t>(end - note) - sizeof header < name_size + value_size) break;
    const uint8_t* const name = note + sizeof header;
    if (header.n_type == NT_GNU_BUILD_ID && header.n_namesz == 4 && std::memcmp(name, "GNU", 4) == 0)
      return {name + name_size, header.n_descsz};
    note = name + name_size + value_size;
  }
  return {nullptr, 0};
}

bool is_header(const uint8_t* begin) { return std::memcmp(begin, ELFMAG, SELFMAG) == 0; }

// The program headers lie in the first mapped page of nearly every module; where they do not, there is no build id.
//
// Of a module with holes between its segments the dynamic linker tells the segment with code, which does not begin with
// the header. That lies where address 0 of the file is.
Bytes build_id_of(const uint8_t* begin, uintptr_t bias) {
  if (!is_header(begin) && bias != 0 && sys::is_readable(bias)) begin = reinterpret_cast<const uint8_t*>(bias);
  Elf64_Ehdr header;
  std::memcpy(&header, begin, sizeof header);
  if (!is_header(header.e_ident) || header.e_phentsize != sizeof(Elf64_Phdr) ||
      header.e_phoff + header.e_phnum * sizeof(Elf64_Phdr) > 4096)
    return {nullptr, 0};
  for (size_t index = 0; index < header.e_phnum; ++index) {
    Elf64_Phdr segment;
    std::memcpy(&segment, begin + header.e_phoff + index * sizeof segment, sizeof segment);
    if (segment.p_type != PT_NOTE) continue;
    const auto* const notes = reinterpret_cast<const uint8_t*>(bias + segment.p_vaddr);
    if (const Bytes found = find_build_id(notes, notes + segment.p_memsz); found.data != nullptr) return found;
  }
  return {nullptr, 0};
}

}  // namespace

bool find_object(uintptr_t address, dl_find_object& out) {
  return _dl_find_object(reinterpret_cast<void*>(address), &out) == 0;
}

bool Modules::start(TraceWriter& trace) {
  trace_ = &trace;
  for (const link_map* map = _r_debug.r_map; map != nullptr; map = map->l_next) last_at_start_ = map;
  entries_ = static_cast<Entry*>(sys::map_anonymous(kMaxEntries * sizeof(Entry)));
  return entries_ != nullptr;
}

bool Modules::is_still_mapped(const Entry& entry) {
  dl_find_object object{};
  return find_object(entry.begin, object) && object.dlfo_link_map == entry.link_map &&
         reinterpret_cast<uintptr_t>(object.dlfo_map_start) == entry.begin;
}

// New modules are added at the end of the dynamic linker's list, and what was there at the start stays: this part of
// the list never changes.
bool Modules::was_there_at_start(const void* link_map) const {
  for (const struct link_map* map = _r_debug.r_map; map != nullptr; map = map->l_next) {
    if (map == link_map) return true;
    if (map == last_at_start_) break;
  }
  return false;
}

trace::ModuleIndex Modules::index_of(const dl_find_object& object) {
  const auto begin = reinterpret_cast<uintptr_t>(object.dlfo_map_start);
  const Locked locked(lock_);
  const size_t count = count_.load(std::memory_order_relaxed);
  for (size_t index = 0; index < count; ++index) {
    if (entries_[index].begin == begin && entries_[index].link_map == object.dlfo_link_map &&
        entries_[index].mapped.load(std::memory_order_relaxed))
      return static_cast<trace::ModuleIndex>(index);
  }

  const char* path = object.dlfo_link_map->l_name;
  static char program[kMaxPath];  // under the lock, and not on a stack that may be small
  if (path == nullptr || path[0] == '\0') {
    const long length = sys::readlink("/proc/self/exe", program, sizeof program - 1);
    program[failed(length) ? 0 : length] = '\0';
    path = program;
  }
  Entry fresh{};
  fresh.begin = begin;
  fresh.end = reinterpret_cast<uintptr_t>(object.dlfo_map_end);
  fresh.bias = object.dlfo_link_map->l_addr;
  fresh.link_map = object.dlfo_link_map;
  fresh.path_hash = XXH3_64bits(path, std::strlen(path));
  if (const Bytes id = build_id_of(reinterpret_cast<const uint8_t*>(begin), fresh.bias); id.data != nullptr) {
    fresh.build_id_size = static_cast<uint8_t>(std::min(id.size, kMaxBuildId));
    std::memcpy(fresh.build_id, id.data, fresh.build_id_size);
  }

  for (size_t index = 0; index < count; ++index) {
    Entry& known = entries_[index];
    if (known.mapped.load(std::memory_order_relaxed) || known.begin != fresh.begin || known.end != fresh.end ||
        known.bias != fresh.bias || known.path_hash != fresh.path_hash || known.build_id_size != fresh.build_id_size ||
        fresh.build_id_size == 0 || std::memcmp(known.build_id, fresh.build_id, fresh.build_id_size) != 0)
      continue;
    known.link_map = fresh.link_map;
    known.mapped.store(true, std::memory_order_relaxed);
    return static_cast<trace::ModuleIndex>(index);
  }
  if (count == kMaxEntries) return trace::kNoModule;
  Entry& entry = entries_[count];
  entry.begin = fresh.begin;
  entry.end = fresh.end;
  entry.bias = fresh.bias;
  entry.link_map = fresh.link_map;
  entry.path_hash = fresh.path_hash;
  entry.build_id_size = fresh.build_id_size;
  entry.was_there_at_start = was_there_at_start(fresh.link_map);
  std::memcpy(entry.build_id, fresh.build_id, sizeof entry.build_id);
  entry.mapped.store(true, std::memory_order_relaxed);
  write(static_cast<trace::ModuleIndex>(count), entry, path);
  count_.store(count + 1, std::memory_order_release);
  return static_cast<trace::ModuleIndex>(count);
}

void Modules::write(trace::ModuleIndex index, const Entry& entry, const char* path) {
  static uint8_t payload[kMaxPath + 128];  // under the lock
  trace::ByteWriter out(payload, sizeof payload);
  trace::encode_module(out, {.index = index,
                             .bias = entry.bias,
                             .begin = entry.begin,
                             .end = entry.end,
                             .path = path,
                             .build_id = {reinterpret_cast<const char*>(entry.build_id), entry.build_id_size}});
  if (!out.failed()) trace_->append(trace::RecordType::kModule, payload, out.size());
}

}  // namespace mallocop::preload
