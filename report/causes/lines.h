// Numbers for lines of code: frames of one line are many.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "report/model/frame.h"

namespace mallocop::report {

// Of frames that stay where they are.
class Lines {
 public:
  // The same for frames of one function and line; where no line is known, of one place in the code. 0: there is no
  // frame.
  size_t number(const Frame* frame) {
    const auto [known, added] = frames_.try_emplace(frame);
    if (added && frame != nullptr) {
      const uint64_t offset = frame->line == 0 ? frame->offset : 0;
      known->second =
          lines_.try_emplace({frame->file, frame->function, frame->line, offset}, lines_.size() + 1).first->second;
    }
    return known->second;
  }

 private:
  std::unordered_map<const Frame*, size_t> frames_;
  std::map<std::tuple<std::string_view, std::string_view, uint32_t, uint64_t>, size_t> lines_;
};

}  // namespace mallocop::report
