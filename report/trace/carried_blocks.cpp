#include "report/trace/carried_blocks.h"

#include <algorithm>
#include <limits>

#include "report/trace/saturating.h"

namespace mallocop::report {
namespace {

constexpr uint64_t kSweepAbove = 1024;  // blocks; fewer are not worth it

}  // namespace

const std::vector<PartLevels>& CarriedBlocks::add(const trace::Window& window) {
  ++windows_seen_;
  levels_.clear();
  forget_missing(window);
  begin_parts(window);
  uint64_t listed = 0;        // blocks that are no pairs, so far
  uint64_t listed_pairs = 0;  // bytes that pairs in the list hold
  for (const trace::WindowBlock& block : window.blocks) {
    raise(saturating_add(listed_pairs, block.level_before));
    if (block.kind == trace::WindowBlock::Kind::kPairBegin) {
      saturating_add_to(listed_pairs, block.size);
    } else if (block.kind == trace::WindowBlock::Kind::kPairEnd) {
      listed_pairs = saturating_subtract(listed_pairs, block.size);
    } else {
      end_parts(listed++);
      release(block.address);
      if (block.part != trace::WindowBlock::kNoPart) allocate(block);
    }
  }
  raise(saturating_add(listed_pairs, window.level_after));
  end_parts(std::numeric_limits<uint64_t>::max());
  for (Call& call : calls_) {
    saturating_add_to(call.earlier, call.here);
    call.here = 0;
  }
  sweep();
  return levels_;
}

// A call that was open and has no part here: its windows are not whole.
void CarriedBlocks::forget_missing(const trace::Window& window) {
  std::vector<bool> present(calls_.size());
  for (const trace::WindowCall& row : window.calls) {
    if (!row.begins && row.level < present.size()) present[row.level] = true;
  }
  for (uint32_t place = 0; place < calls_.size(); ++place) {
    if (!present[place]) calls_[place] = {};
  }
}

void CarriedBlocks::begin_parts(const trace::Window& window) {
  parts_.clear();
  const auto is_part = [](const trace::WindowCall& row) { return !row.begins; };
  levels_.resize(static_cast<size_t>(std::ranges::count_if(window.calls, is_part)));
  size_t next = 0;
  for (const trace::WindowCall& row : window.calls) {
    if (row.begins) continue;
    PartLevels& levels = levels_[next++];
    if (row.blocks_before == trace::WindowCall::kUnknownWhen) continue;
    levels.known = true;
    parts_.push_back({&row, &levels, call_at(row.level).earlier});
  }
  // As they are written; those of a damaged trace may be not.
  std::ranges::stable_sort(parts_, {}, [](const Part& part) { return part.row->blocks_before; });
}

// The thread's pairs hold so much at most until the next entry, and a call's own are among them.
void CarriedBlocks::raise(uint64_t pairs) {
  for (Part& part : parts_) {
    if (part.earlier == 0) continue;
    const Call& call = calls_[part.row->level];
    part.highest = std::max(part.highest, saturating_add(saturating_add(call.earlier, call.here), pairs));
  }
}

void CarriedBlocks::end_parts(uint64_t blocks_before) {
  const auto is_over = [&](const Part& part) { return part.row->blocks_before <= blocks_before; };
  const auto first_open = std::ranges::find_if_not(parts_, is_over);
  for (auto part = parts_.begin(); part != first_open; ++part) {
    const trace::WindowCall& row = *part->row;
    part->levels->net = saturating_add(calls_[row.level].earlier, row.net);
    part->levels->peak =
        part->earlier == 0 ? row.peak : std::min(saturating_add(part->earlier, row.peak), part->highest);
    if (row.ends) calls_[row.level] = {};
  }
  parts_.erase(parts_.begin(), first_open);
}

void CarriedBlocks::allocate(const trace::WindowBlock& block) {
  Call& call = call_at(block.part);
  if (call.number == 0) call.number = ++calls_seen_;
  saturating_add_to(call.here, block.size);
  ++call.blocks;
  blocks_.insert_or_assign(block.address, Block{block.part, call.number, windows_seen_, block.size});
}

// The block at the address, if a call holds it, is gone.
void CarriedBlocks::release(uint64_t address) {
  const auto found = blocks_.find(address);
  if (found == blocks_.end()) return;
  const Block block = found->second;
  blocks_.erase(found);
  Call& call = calls_[block.place];
  if (call.number != block.call) return;
  uint64_t& level = block.window == windows_seen_ ? call.here : call.earlier;
  level = saturating_subtract(level, block.size);
  --call.blocks;
}

// What ended calls left behind is gone from the table before it is the larger part of it.
void CarriedBlocks::sweep() {
  uint64_t live = 0;
  for (const Call& call : calls_) live += call.blocks;
  if (blocks_.size() <= std::max(2 * live, kSweepAbove)) return;
  std::erase_if(blocks_, [&](const auto& entry) { return calls_[entry.second.place].number != entry.second.call; });
}

CarriedBlocks::Call& CarriedBlocks::call_at(uint32_t place) {
  if (place >= calls_.size()) calls_.resize(place + 1);
  return calls_[place];
}

}  // namespace mallocop::report
