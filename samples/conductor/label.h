// A short text put together in place. What does not fit is cut off.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace conductor {

class Label {
 public:
  Label& operator<<(std::string_view text) {
    const std::size_t count = std::min(text.size(), chars_.size() - size_);
    std::copy_n(text.data(), count, chars_.data() + size_);
    size_ += count;
    return *this;
  }
  Label& operator<<(std::uint64_t number) {
    const auto [end, error] = std::to_chars(chars_.data() + size_, chars_.data() + chars_.size(), number);
    if (error == std::errc{}) size_ = static_cast<std::size_t>(end - chars_.data());
    return *this;
  }

  std::string_view view() const { return {chars_.data(), size_}; }

 private:
  std::array<char, 64> chars_{};
  std::size_t size_ = 0;
};

}  // namespace conductor
