#include "report/trace/replay.h"

#include <algorithm>
#include <limits>
#include <unordered_set>

#include "report/trace/saturating.h"
#include "trace/event.h"

namespace mallocop::report {

using trace::WindowBlock;

void BlockReplay::add(const trace::Window& window, std::span<const SiteNumber> sites, bool open_ended) {
  const auto number = static_cast<WindowNumber>(windows_.size());
  const uint64_t end = open_ended ? std::numeric_limits<uint64_t>::max() : window.end_ticks;
  windows_.push_back({window.thread_ordinal, window.begin_ticks, end});

  saturating_add_to(result_.frees, window.frees);
  for (size_t index = 0; index < window.sites.size(); ++index) {
    const trace::WindowSite& site = window.sites[index];
    if (sites[index] == kToolSite) {
      saturating_add_to(tool_frees_, site.freed);
    } else {
      saturating_add_to(result_.temporary, site.temporary);
    }
  }
  for (const WindowBlock& block : window.blocks) {
    raise_peak(block.level_before);
    const uint64_t address = block.address & trace::Event::kValueMask;
    if (block.kind == WindowBlock::Kind::kAlloc) {
      allocate(address, {sites[block.site], number, block.size});
    } else {
      release(address, block.kind == WindowBlock::Kind::kTemporaryFree);
    }
  }
  raise_peak(window.level_after);
}

void BlockReplay::raise_peak(uint64_t above_level) {
  result_.peak_bytes = std::max(result_.peak_bytes, saturating_add(level_, above_level));
}

void BlockReplay::gain(const Block& block) {
  if (block.site == kToolSite) return;
  saturating_add_to(level_, block.size);
  raise_peak(0);
}

void BlockReplay::lose(const Block& block) {
  if (block.site != kToolSite) level_ = saturating_subtract(level_, block.size);
}

void BlockReplay::allocate(uint64_t address, const Block& block) {
  Block* const old = live_.find(address);
  bool ambiguous = old != nullptr && rivals(*old, block);
  const auto place = disorder_.empty() ? disorder_.end() : disorder_.find(address);
  if (place != disorder_.end()) {
    Disorder& disorder = place->second;
    disorder.foreign.reset();
    ambiguous = ambiguous || (disorder.dead && rivals(*disorder.dead, block));
    if (take_pending(disorder, block)) {
      result_.ambiguous_frees += ambiguous;
      gain(block);
      bury(disorder, block);
      return;
    }
  }
  result_.ambiguous_frees += ambiguous;
  if (old == nullptr) {
    live_[address] = block;
    gain(block);
    return;
  }
  // Two blocks, one address: the one in the window that ended before the other's began came first. Where windows
  // overlap, the order in which they were written decides.
  Disorder& disorder = disorder_[address];
  ++disorder.owed;
  const bool same_thread = windows_[old->window].thread == windows_[block.window].thread;
  const bool new_one_first = !same_thread && windows_[block.window].end <= windows_[old->window].begin;
  if (new_one_first) {
    gain(block);
    bury(disorder, block);
  } else {
    const Block dead = *old;
    *old = block;
    bury(disorder, dead);
    gain(block);
  }
}

void BlockReplay::bury(Disorder& disorder, const Block& block) {
  if (block.site == kToolSite) saturating_add_to(tool_frees_, 1);
  lose(block);
  disorder.dead = block;
}

// A free that could have been this block's: of another thread (a thread's own frees come in order), in a window that
// did not end before the block's window began.
bool BlockReplay::take_pending(Disorder& disorder, const Block& block) {
  const Span& mine = windows_[block.window];
  for (Pending& pending : disorder.pending) {
    const Span& freed = windows_[pending.window];
    if (freed.thread == mine.thread || freed.end <= mine.begin) continue;
    if (--pending.frees == 0) {
      std::swap(pending, disorder.pending.back());
      disorder.pending.pop_back();
    }
    return true;
  }
  return false;
}

// `dead` was taken for dead out of order; `other`, at the same address, could have been the one that died instead.
bool BlockReplay::rivals(const Block& dead, const Block& other) const {
  const Span& a = windows_[dead.window];
  const Span& b = windows_[other.window];
  return a.thread != b.thread && dead.size != other.size && a.begin < b.end && b.begin < a.end;
}

void BlockReplay::release(uint64_t address, bool temporary) {
  const auto number = static_cast<WindowNumber>(windows_.size() - 1);
  Block* const block = live_.find(address);
  if (!disorder_.empty()) {
    const auto place = disorder_.find(address);
    // A thread that frees an address which it allocated itself means its own, latest block.
    const bool own = block != nullptr && windows_[block->window].thread == windows_[number].thread;
    if (place != disorder_.end() && place->second.owed > 0 && !own) {
      --place->second.owed;
      return;
    }
  }
  if (block == nullptr) {
    Disorder& disorder = disorder_[address];
    std::vector<Pending>& pending = disorder.pending;
    if (disorder.foreign && windows_[disorder.foreign->owner].thread == windows_[number].thread) {
      pending.push_back({disorder.foreign->by, 1});
      disorder.foreign.reset();
      if (temporary) saturating_add_to(result_.temporary, 1);
      return;
    }
    if (pending.empty() || pending.back().window != number) pending.push_back({number, 0});
    ++pending.back().frees;
    if (temporary) saturating_add_to(result_.temporary, 1);
    return;
  }
  if (block->site == kToolSite) {
    saturating_add_to(tool_frees_, 1);
  } else if (temporary) {
    if (result_.sites.size() <= block->site) result_.sites.resize(block->site + size_t{1});
    ++result_.sites[block->site].temporary;
    saturating_add_to(result_.temporary, 1);
  }
  if (windows_[block->window].thread != windows_[number].thread) {
    disorder_[address].foreign = ForeignFree{block->window, number};
  }
  lose(*block);
  live_.erase(address);
}

// Whether windows of two threads cover the same time: in order of their beginning, one begins before the latest end
// among those of other threads.
bool BlockReplay::overlap() const {
  std::vector<Span> spans = windows_;
  std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.begin < b.begin; });
  const Span* latest = nullptr;
  for (const Span& span : spans) {
    if (latest != nullptr && span.begin < latest->end && span.thread != latest->thread) return true;
    if (latest == nullptr || span.end > latest->end) latest = &span;
  }
  return false;
}

ReplayResult BlockReplay::finish() {
  live_.for_each([&](uint64_t, const Block& block) {
    if (block.site == kToolSite) return;
    if (result_.sites.size() <= block.site) result_.sites.resize(block.site + size_t{1});
    SiteBlocks& site = result_.sites[block.site];
    ++site.leaked_allocations;
    saturating_add_to(site.leaked_bytes, block.size);
    ++result_.leaked_allocations;
    saturating_add_to(result_.leaked_bytes, block.size);
  });
  for (const auto& [address, disorder] : disorder_) {
    saturating_add_to(result_.owed_frees, disorder.owed);
    for (const Pending& pending : disorder.pending) saturating_add_to(result_.unknown_frees, pending.frees);
  }
  result_.frees = saturating_subtract(result_.frees, tool_frees_);
  std::unordered_set<uint32_t> threads;
  for (const Span& span : windows_) threads.insert(span.thread);
  result_.threads = threads.size();
  result_.windows_overlap = overlap();
  return std::move(result_);
}

}  // namespace mallocop::report
