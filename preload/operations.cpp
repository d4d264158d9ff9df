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
  return operation != trace::kOutside && g_names[operation] != nullptr && std::strcmp(g_names[operation], name) == 0;
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

// The next id, with its record in the trace. `kept`: the name for those who look for it, or null. The lock is held.
// kOutside if there is no room; what the operation would have been is lost then.
trace::OperationId append(const char* name, const char* kept, trace::OperationSource source) {
  const uint32_t count = g_count.load(std::memory_order_relaxed);
  if (g_names == nullptr) g_names = static_cast<const char**>(sys::map_anonymous(kMaxNames * sizeof *g_names));
  if (g_names == nullptr || count + 1 == kMaxNames) {
    count_dropped(1);
    return trace::kOutside;
  }
  g_names[count + 1] = kept;
  uint8_t payload[trace::kMaxOperationName + 32];
  trace::ByteWriter out(payload, sizeof payload);
  trace::encode_operation(out, {.id = count + 1, .source = source, .name = name});
  g_process.trace.append(trace::RecordType::kOperation, payload, out.size());
  g_count.store(count + 1, std::memory_order_release);  // partner: the load in operation_of
  return count + 1;
}

trace::OperationId insert(const char* name, trace::OperationSource source) {
  const Locked locked(g_lock);
  if (const trace::OperationId known = find(name, g_count.load(std::memory_order_relaxed)); known != trace::kOutside)
    return known;
  const char* const kept = keep(name, std::strlen(name));
  if (kept != nullptr) return append(name, kept, source);
  count_dropped(1);
  return trace::kOutside;
}

}  // namespace

trace::OperationId operation_of(const char* name, trace::OperationSource source) {
  if (strnlen(name, trace::kMaxOperationName + 1) > trace::kMaxOperationName) return trace::kOutside;
  const trace::OperationId known = find(name, g_count.load(std::memory_order_acquire));
  return known == trace::kOutside ? insert(name, source) : known;
}

const char* name_of_operation(trace::OperationId operation) { return g_names[operation]; }

trace::OperationId add_operation(const char* name, trace::OperationSource source) {
  const Locked locked(g_lock);
  return append(name, nullptr, source);
}

trace::OperationId intern_operation(ThreadState& thread, const char* name) {
  if (name == nullptr) return trace::kOutside;
  NameCacheEntry& cached = thread.names[(reinterpret_cast<uintptr_t>(name) >> 3) % kNameCache];
  if (cached.name == name && is_named(cached.operation, name)) return cached.operation;
  const trace::OperationId id = operation_of(name, trace::OperationSource::kMark);
  cached = {name, id};
  return id;
}

}  // namespace mallocop::preload
