// The blocks that are live while a trace is replayed, by address.
//
// Blocks lie side by side, 16 bytes apart at least, so an address names a place in a table of pages as it does in
// memory: no hashing, no probing, and what the program used together is together here. What does not fit into a place
// (an odd address, a huge block), and what lies so thinly that its pages would cost too much, is in a hash map instead;
// a trace is untrusted, and may not ask for more memory than its events are worth.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "report/trace/flat_map.h"
#include "report/trace/site_table.h"
#include "report/trace/zeroed_array.h"

namespace mallocop::report {

struct LiveBlock {
  SiteNumber site = 0;
  uint32_t window = 0;  // that it was allocated in; 0 if nobody will ask
  uint32_t stamp = 0;
  uint64_t size = 0;
};

class LiveBlocks {
 public:
  std::optional<LiveBlock> find(uint64_t address) {
    if (const size_t index = index_of(address); index != kNoIndex && place(index).size_and_one != 0) {
      return block_at(index);
    }
    if (others_.size() == 0) return std::nullopt;
    const LiveBlock* const other = others_.find(address);
    return other == nullptr ? std::nullopt : std::optional(*other);
  }

  // Puts the block there, in the place of any other.
  void set(uint64_t address, const LiveBlock& block) {
    ++sets_;
    size_t index = block.size < kHuge ? index_of(address) : kNoIndex;
    if (index == kNoIndex) index = make_place(address, block);
    if (index == kNoIndex) return;
    place(index) = {block.site, static_cast<uint32_t>(block.size + 1)};
    if ((block.window | block.stamp) != 0 || !origins_.empty()) set_origin(index, block);
    if (others_.size() != 0) others_.erase(address);
  }

  void erase(uint64_t address) {
    if (const size_t index = index_of(address); index != kNoIndex) place(index).size_and_one = 0;
    if (others_.size() != 0) others_.erase(address);
  }

  template <typename Visit>
  void for_each(Visit visit) const {
    for (size_t index = 0; index < pages_ * kPlaces; ++index) {
      if (places_[index / kChunk][index % kChunk].size_and_one != 0) visit(block_at(index));
    }
    others_.for_each([&](uint64_t, const LiveBlock& block) { visit(block); });
  }

 private:
  static constexpr uint64_t kGranule = 16;           // bytes of a program's memory that one place stands for
  static constexpr size_t kPlaces = 64;              // in a page, which stands for 1 KiB
  static constexpr size_t kPages = 1024;             // in a region, which stands for 1 MiB
  static constexpr size_t kChunk = size_t{1} << 19;  // places that are asked for at once
  static constexpr uint64_t kHuge = UINT32_MAX - 1;
  static constexpr size_t kPageBytes = kPlaces * 2 * sizeof(uint64_t);
  static constexpr size_t kRegionBytes = kPages * sizeof(uint32_t);

  static constexpr size_t kNoIndex = SIZE_MAX;

  struct Place {
    SiteNumber site;
    uint32_t size_and_one;  // 0: no block
  };
  struct Origin {
    uint32_t window;
    uint32_t stamp;
  };
  using Region = ZeroedArray<uint32_t>;  // the number of each page, plus one; 0: there is none

  // kNoIndex: the address has no place yet, or cannot have one.
  size_t index_of(uint64_t address) {
    const uint64_t number = address / (kGranule * kPlaces * kPages);
    if (address % kGranule != 0 || (number != last_number_ && !go_to(number))) return kNoIndex;
    const uint32_t page = (*last_)[address / (kGranule * kPlaces) % kPages];
    return page == 0 ? kNoIndex : (page - 1) * kPlaces + address / kGranule % kPlaces;
  }
  Place& place(size_t index) { return places_[index / kChunk][index % kChunk]; }
  LiveBlock block_at(size_t index) const {
    const Place& at = places_[index / kChunk][index % kChunk];
    const Origin from = origins_.empty() ? Origin{0, 0} : origins_[index / kChunk][index % kChunk];
    return {at.site, from.window, from.stamp, at.size_and_one - 1U};
  }
  bool go_to(uint64_t region);
  size_t make_place(uint64_t address, const LiveBlock& block);
  void set_origin(size_t index, const LiveBlock& block);
  bool worth(size_t bytes) const;

  FlatMap<uint32_t> numbers_;  // of regions, by address
  std::deque<Region> regions_;
  Region* last_ = nullptr;  // that was used last
  uint64_t last_number_ = ~uint64_t{0};
  std::deque<ZeroedArray<Place>> places_;
  std::deque<ZeroedArray<Origin>> origins_;  // none until a block has one that is not all zeros
  uint32_t pages_ = 0;
  uint64_t sets_ = 0;
  FlatMap<LiveBlock> others_;
};

}  // namespace mallocop::report
