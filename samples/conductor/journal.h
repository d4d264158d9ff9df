// A digest of everything that was handled, in order: two schedulers with the same digest did the same work.
#pragma once

#include <cstdint>
#include <string_view>

namespace conductor {

class Journal {
 public:
  // One line for each message: which actor handled what, as "teller-17/payment#4711".
  void note(std::string_view label, std::uint64_t cents) {
    for (const char c : label) mix(static_cast<unsigned char>(c));
    mix(cents);
    ++lines_;
  }

  std::uint64_t lines() const { return lines_; }
  std::uint64_t digest() const { return digest_; }

 private:
  void mix(std::uint64_t value) { digest_ = (digest_ ^ value) * 0x100000001b3; }

  std::uint64_t digest_ = 0xcbf29ce484222325;
  std::uint64_t lines_ = 0;
};

}  // namespace conductor
