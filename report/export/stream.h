// Where an export goes: bytes are collected and handed on in large pieces, so that no document is ever in memory whole.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

namespace mallocop::report {

class ExportStream {
 public:
  // `write` takes each piece; what it throws goes through put(), print() and finish().
  using Write = std::function<void(const std::string& piece)>;
  explicit ExportStream(Write write) : write_(std::move(write)) {}

  void put(std::string_view bytes) {
    buffer_.append(bytes);
    if (buffer_.size() >= kPiece) hand_on();
  }

  template <typename... Arguments>
  void print(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(buffer_), format, std::forward<Arguments>(arguments)...);
    if (buffer_.size() >= kPiece) hand_on();
  }

  // Hands on what is left. To be called once, at the end.
  void finish() { hand_on(); }

 private:
  static constexpr size_t kPiece = size_t{1} << 18;

  void hand_on() {
    if (!buffer_.empty()) write_(buffer_);
    buffer_.clear();
  }

  Write write_;
  std::string buffer_;
};

}  // namespace mallocop::report
