// Decoding of the records that hold lists. Reader's side only: this allocates, never more than the payload's own
// bytes can account for. Nothing is returned for a damaged payload.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "trace/records.h"

namespace mallocop::trace {

// The texts lie in the payload.
std::optional<std::vector<ProcessField>> decode_process(std::span<const uint8_t> payload);

// The nodes `first`, `first + 1` …. Every parent is kNoParent or an id from kFirstStack up to the node's own, not
// included; whether the parent is in the trace is for the caller to see.
struct FramesRecord {
  StackId first = kFirstStack;
  std::vector<StackNode> nodes;
};
std::optional<FramesRecord> decode_frames(std::span<const uint8_t> payload);

}  // namespace mallocop::trace
