#include "tests/support/order_check.h"

#include <fmt/format.h>

#include <map>
#include <unordered_map>

#include "report/trace/recovery.h"
#include "report/trace/trace_contents.h"
#include "report/trace/trace_file.h"
#include "trace/window.h"

namespace mallocop::test {
namespace {

constexpr size_t kMostProblems = 10;

class Checker {
 public:
  void add(const trace::Window& window) {
    ++out_.windows;
    const auto [thread, is_new] = next_number_.try_emplace(window.thread_ordinal, window.number);
    if (window.number != thread->second)
      problem("thread {}: window {} comes where {} is due", window.thread_ordinal, window.number, thread->second);
    thread->second = window.number + 1;
    check_sites(window);
    for (const trace::WindowBlock& block : window.blocks) step(window, block);
  }

  OrderCheck finish() {
    out_.threads = next_number_.size();
    for (const auto& [address, live] : live_) {
      if (live < 0 || live > 1) problem("{:#x} was allocated {} times more than it was freed", address, live);
      out_.live_allocations += live > 0 ? static_cast<uint64_t>(live) : 0;
    }
    // In one thread the listed blocks are all in order; of several the sums must do.
    if (out_.threads == 1)
      for (const std::string& text : disorder_) problem("{}", text);
    return std::move(out_);
  }

 private:
  template <typename... Values>
  void problem(fmt::format_string<Values...> text, Values&&... values) {
    if (out_.problems.size() < kMostProblems)
      out_.problems.push_back(fmt::format(text, std::forward<Values>(values)...));
  }
  template <typename... Values>
  void disorder(fmt::format_string<Values...> text, Values&&... values) {
    if (disorder_.size() < kMostProblems) disorder_.push_back(fmt::format(text, std::forward<Values>(values)...));
  }

  void check_sites(const trace::Window& window) {
    struct Listed {
      uint64_t allocations = 0;
      uint64_t bytes = 0;
      uint64_t pairs = 0;
      uint64_t pair_bytes = 0;
    };
    std::vector<Listed> listed(window.sites.size());
    uint64_t frees = 0;
    uint64_t open_pairs = 0;
    for (const trace::WindowBlock& block : window.blocks) {
      if (block.kind == trace::WindowBlock::Kind::kAlloc) {
        ++listed[block.site].allocations;
        listed[block.site].bytes += block.size;
      } else if (block.kind == trace::WindowBlock::Kind::kPairBegin) {
        ++listed[block.site].pairs;
        listed[block.site].pair_bytes += block.size;
        ++open_pairs;
      } else if (block.kind == trace::WindowBlock::Kind::kPairEnd) {
        --open_pairs;  // the reader has found it among those that are open
      } else {
        ++frees;
      }
    }
    for (size_t index = 0; index < window.sites.size(); ++index) {
      const trace::WindowSite& site = window.sites[index];
      if (site.freed > site.allocations || site.temporary > site.freed || site.reallocations > site.allocations)
        problem("window {}, site {}: more freed than allocated", window.number, index);
      if (site.allocations - site.freed != listed[index].allocations)
        problem("window {}, site {}: {} allocations, {} freed, and {} listed", window.number, index, site.allocations,
                site.freed, listed[index].allocations);
      if (site.bytes - site.freed_bytes != listed[index].bytes)
        problem("window {}, site {}: {} bytes, {} freed, and {} listed", window.number, index, site.bytes,
                site.freed_bytes, listed[index].bytes);
      if (site.allocations != 0 && (site.smallest > site.largest || site.largest * site.allocations < site.bytes ||
                                    site.smallest * site.allocations > site.bytes))
        problem("window {}, site {}: sizes from {} to {} do not make {} bytes", window.number, index, site.smallest,
                site.largest, site.bytes);
      if (listed[index].pairs > site.freed || listed[index].pair_bytes > site.freed_bytes)
        problem("window {}, site {}: {} listed pairs of {} bytes, where {} blocks of {} bytes were freed",
                window.number, index, listed[index].pairs, listed[index].pair_bytes, site.freed, site.freed_bytes);
      frees += site.freed;
    }
    if (open_pairs != 0) problem("window {}: {} listed pairs do not end", window.number, open_pairs);
    if (frees != window.frees)
      problem("window {}: {} frees, where its sites and lists have {}", window.number, window.frees, frees);
  }

  void step(const trace::Window& window, const trace::WindowBlock& block) {
    if (block.of_pair()) return;  // it has no address
    int64_t& live = live_[block.address];
    if (block.kind == trace::WindowBlock::Kind::kAlloc) {
      if (live++ != 0) disorder("window {}: {:#x} is allocated while it is live", window.number, block.address);
    } else if (live-- != 1) {
      disorder("window {}: {:#x} is freed while it is not live", window.number, block.address);
    }
  }

  OrderCheck out_;
  std::map<uint32_t, uint32_t> next_number_;    // by thread
  std::unordered_map<uint64_t, int64_t> live_;  // allocated less freed, by address
  std::vector<std::string> disorder_;
};

}  // namespace

OrderCheck check_order(const std::string& path) {
  report::TraceFile file(path);
  Checker checker;
  report::TraceContents contents = report::read_contents(file);
  // Threads that still ran when the process ended left their last windows in the companion.
  const report::Recovery recovery = report::recover(path, file.header().session, contents);
  for (const report::WindowPayload& payload : contents.windows)
    if (const std::optional<trace::Window> window = trace::decode_window(payload.bytes)) checker.add(*window);
  return checker.finish();
}

}  // namespace mallocop::test
