// Texts without allocation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace mallocop::preload {

// A text that is built in a buffer of a fixed size, ended by a zero at every moment; what does not fit is left out and
// makes it invalid.
class Text {
 public:
  Text(char* out, size_t size) : out_(out), size_(size) {}
  void add(const char* text, size_t length) {
    if (used_ >= size_ || length >= size_ - used_) {
      valid_ = false;
      return;
    }
    std::memcpy(out_ + used_, text, length);
    used_ += length;
    out_[used_] = '\0';
  }
  void add(const char* text) { add(text, std::strlen(text)); }
  void add_number(uint64_t value) {
    char digits[20];
    size_t first = sizeof digits;
    do digits[--first] = static_cast<char>('0' + value % 10);
    while ((value /= 10) != 0);
    add(digits + first, sizeof digits - first);
  }
  // Begins another text right behind this one.
  void end() { used_ += 1; }
  size_t used() const { return used_; }
  bool valid() const { return valid_; }

 private:
  char* out_;
  size_t size_;
  size_t used_ = 0;
  bool valid_ = true;
};

}  // namespace mallocop::preload
