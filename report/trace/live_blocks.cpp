#include "report/trace/live_blocks.h"

namespace mallocop::report {

// Four blocks to the page pay for it; the first MiB is free.
bool LiveBlocks::worth(size_t bytes) const {
  constexpr size_t kFree = size_t{1} << 20;
  constexpr size_t kForEach = 256;
  const size_t used = pages_ * kPageBytes + regions_.size() * kRegionBytes;
  return used + bytes <= kFree + sets_ * kForEach;
}

bool LiveBlocks::go_to(uint64_t region) {
  const uint32_t* const number = numbers_.find(region);
  if (number == nullptr) return false;
  last_ = &regions_[*number];
  last_number_ = region;
  return true;
}

// For an address that has no place. kNoIndex: the block was put among the others.
size_t LiveBlocks::make_place(uint64_t address, const LiveBlock& block) {
  const uint64_t region = address / (kGranule * kPlaces * kPages);
  const bool known = region == last_number_ || go_to(region);
  if (address % kGranule != 0 || block.size >= kHuge || !worth(kPageBytes + (known ? 0 : kRegionBytes))) {
    if (const size_t index = index_of(address); index != kNoIndex) place(index).size_and_one = 0;
    others_[address] = block;
    return kNoIndex;
  }
  if (!known) {
    numbers_[region] = static_cast<uint32_t>(regions_.size());
    regions_.emplace_back(kPages);
    go_to(region);
  }
  if (pages_ * kPlaces / kChunk == places_.size()) {
    places_.emplace_back(kChunk);
    if (!origins_.empty()) origins_.emplace_back(kChunk);
  }
  (*last_)[address / (kGranule * kPlaces) % kPages] = ++pages_;
  return index_of(address);
}

void LiveBlocks::set_origin(size_t index, const LiveBlock& block) {
  while (origins_.size() < places_.size()) origins_.emplace_back(kChunk);
  origins_[index / kChunk][index % kChunk] = {block.window, block.stamp};
}

}  // namespace mallocop::report
