#include "preload/uncertain_entries.h"

#include <string_view>

#include "preload/process.h"
#include "preload/sys.h"
#include "trace/records.h"

namespace mallocop::preload {

UncertainEntries g_uncertain_entries;

// As the stack will say it: a call from outside of all modules says nothing there.
bool UncertainEntries::is_direct(trace::OperationId operation, uintptr_t return_address) {
  constexpr uintptr_t kLongestCall = 8;
  dl_find_object object{};
  return sys::is_readable(return_address - kLongestCall) && find_object(return_address - 1, object) &&
         g_process.functions.called_from(return_address) == operation;
}

void UncertainEntries::check(ThreadState& thread, trace::OperationId operation, uintptr_t return_address) {
  if (operation < ends_.size() && !is_direct(operation, return_address)) tell(operation, return_address);
  thread.checked_entries.add(operation, return_address);
}

void UncertainEntries::tell(trace::OperationId operation, uintptr_t return_address) {
  Ends& ends = ends_[operation];
  for (std::atomic<uintptr_t>& caller : ends.callers) {
    uintptr_t known = 0;
    if (!caller.compare_exchange_strong(known, return_address, std::memory_order_relaxed)) {
      if (known == return_address) return;
      continue;
    }
    constexpr size_t kMostText = 512;
    const std::string_view text = ends.text == nullptr ? "" : ends.text;
    uint8_t payload[kMostText + 32];
    trace::ByteWriter out(payload, sizeof payload);
    trace::encode_uncertain_entry(out,
                                  {operation, g_process.engine.capture_one(return_address), text.substr(0, kMostText)});
    g_process.trace.append(trace::RecordType::kUncertainEntry, payload, out.size());
    return;
  }
}

}  // namespace mallocop::preload
