#include "preload/operations.h"

#include <algorithm>
#include <cstring>

#include "preload/lock.h"
#include "preload/process.h"
#include "preload/sys.h"
#include "trace/records.h"

namespace mallocop::preload {
namespace {

constexpr size_t kMaxNames = 65536;
constexpr size_t kNameBlock = 64U << 10;

Lock g_lock;  // insertion
const char** g_names = nullptr;
std::atomic<uint32_t> g_count{0};  // names [1, g_count] are there; released after the name is written
char* g_block = nullptr;           // memory for texts
size_t g_block_left = 0;

bool is_named(trace::OperationId operation, const char* name) {
  return operation != trace::kOutside && std::strcmp(g_names[operation], name) == 0;
}

// Linear: names are few, and each thread looks a name up once.
trace::OperationId find(const char* name, uint32_t count) {
  for (trace::OperationId id = 1; id <= count; ++id)
    if (is_named(id, name)) return id;
  return trace::kOutside;
}

const char* keep(const char* name, size_t length) {
  if (g_block_left < length + 1) {
    g_block = static_cast<char*>(sys::map_anonymous(kNameBlock));
    g_block_left = g_block == nullptr ? 0 : kNameBlock;
    if (g_block == nullptr) return nullptr;
  }
  char* const kept = g_block;
  std::memcpy(kept, name, length);
  kept[length] = '\0';
  g_block += length + 1;
  g_block_left -= length + 1;
  return kept;
}

// kOutside if there is no room; what the operation would have been is lost then.
trace::OperationId insert(const char* name) {
  const Locked locked(g_lock);
  const uint32_t count = g_count.load(std::memory_order_relaxed);
  if (const trace::OperationId known = find(name, count); known != trace::kOutside) return known;
  if (g_names == nullptr) g_names = static_cast<const char**>(sys::map_anonymous(kMaxNames * sizeof *g_names));
  const size_t length = std::strlen(name);
  const char* const kept = g_names == nullptr || count + 1 == kMaxNames ? nullptr : keep(name, length);
  if (kept == nullptr) {
    count_dropped(1);
    return trace::kOutside;
  }
  g_names[count + 1] = kept;

  uint8_t payload[trace::kMaxOperationName + 32];
  trace::ByteWriter out(payload, sizeof payload);
  trace::encode_operation(out, {.id = count + 1, .source = trace::OperationSource::kMark, .name = {kept, length}});
  g_process.trace.append(trace::RecordType::kOperation, payload, out.size());
  g_count.store(count + 1, std::memory_order_release);  // partner: the load in intern_operation
  return count + 1;
}

}  // namespace

trace::OperationId intern_operation(ThreadState& thread, const char* name) {
  if (name == nullptr) return trace::kOutside;
  NameCacheEntry& cached = thread.names[(reinterpret_cast<uintptr_t>(name) >> 3) % kNameCache];
  if (cached.name == name && is_named(cached.operation, name)) return cached.operation;
  if (strnlen(name, trace::kMaxOperationName + 1) > trace::kMaxOperationName) return trace::kOutside;
  trace::OperationId id = find(name, g_count.load(std::memory_order_acquire));
  if (id == trace::kOutside) id = insert(name);
  cached = {name, id};
  return id;
}

}  // namespace mallocop::preload
