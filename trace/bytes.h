// Bounded writing and reading of bytes: the only code that touches encoded payloads.
//
// Numbers are LEB128 varints; signed ones are zigzag. Both classes carry a sticky failure instead of throwing: a
// writer that ran out of room and a reader that ran out of bytes stay failed, and every later call is a no-op that
// returns zero. Neither allocates; both work in the caller's memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace mallocop::trace {

class ByteWriter {
 public:
  ByteWriter(void* out, size_t capacity) : begin_(static_cast<uint8_t*>(out)), at_(begin_), end_(begin_ + capacity) {}

  void varint(uint64_t value) {
    uint8_t* at = at_;  // a byte that is stored could be part of at_, as far as the compiler knows
    if (end_ - at < kMaxVarint) [[unlikely]]
      return varint_slow(value);
    for (; value >= 0x80; value >>= 7) *at++ = static_cast<uint8_t>(value | 0x80);
    *at++ = static_cast<uint8_t>(value);
    at_ = at;
  }
  void zigzag(int64_t value) { varint((static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63)); }
  void fixed64(uint64_t value) { raw(&value, sizeof value); }
  void text(std::string_view value) {
    varint(value.size());
    raw(value.data(), value.size());
  }
  void raw(const void* data, size_t size) {
    if (static_cast<size_t>(end_ - at_) < size) return fail();
    if (size != 0) std::memcpy(at_, data, size);
    at_ += size;
  }

  size_t size() const { return static_cast<size_t>(at_ - begin_); }
  bool failed() const { return failed_; }

 private:
  static constexpr ptrdiff_t kMaxVarint = 10;

  void fail() {
    failed_ = true;
    end_ = at_;
  }
  [[gnu::noinline]] void varint_slow(uint64_t value) {
    uint8_t bytes[kMaxVarint];
    size_t count = 0;
    for (; value >= 0x80; value >>= 7) bytes[count++] = static_cast<uint8_t>(value | 0x80);
    bytes[count++] = static_cast<uint8_t>(value);
    raw(bytes, count);
  }

  uint8_t* begin_;
  uint8_t* at_;
  uint8_t* end_;
  bool failed_ = false;
};

class ByteReader {
 public:
  ByteReader(const void* data, size_t size) : at_(static_cast<const uint8_t*>(data)), end_(at_ + size) {}

  // Most numbers take one byte, and nearly all at most eight, which are read at once.
  uint64_t varint() {
    if (remaining() < sizeof(uint64_t)) return varint_slow();
    uint64_t word = 0;
    std::memcpy(&word, at_, sizeof word);
    if ((word & 0x80) == 0) return ++at_, word & 0x7f;
    const uint64_t ends = ~word & 0x8080808080808080U;  // of each byte that is not followed by another
    if (ends == 0) return varint_slow();
    at_ += (__builtin_ctzll(ends) >> 3) + 1;
    word &= ends ^ (ends - 1);  // up to the first of these
    word = (word & 0x7f007f007f007f00U) >> 1 | (word & 0x007f007f007f007fU);
    word = (word & 0x3fff00003fff0000U) >> 2 | (word & 0x00003fff00003fffU);
    return (word & 0x0fffffff00000000U) >> 4 | (word & 0x000000000fffffffU);
  }
  int64_t zigzag() {
    const uint64_t value = varint();
    return static_cast<int64_t>((value >> 1) ^ (~(value & 1) + 1));
  }
  uint64_t fixed64() {
    uint64_t value = 0;
    if (remaining() < sizeof value) return fail();
    std::memcpy(&value, at_, sizeof value);
    at_ += sizeof value;
    return value;
  }
  // A view into the payload; valid as long as the payload is.
  std::string_view text() {
    const uint64_t size = varint();
    if (failed_ || size > remaining()) return fail(), std::string_view();
    const std::string_view value(reinterpret_cast<const char*>(at_), static_cast<size_t>(size));
    at_ += size;
    return value;
  }
  // A varint that may be at most `limit`: for ids, flags and enumerations.
  uint64_t varint_at_most(uint64_t limit) {
    const uint64_t value = varint();
    return value <= limit ? value : fail();
  }
  // A count of things that take at least `minimum_bytes` each: more than the bytes left can hold is damage, so no
  // caller ever reserves memory for a number that a few bytes made up.
  size_t count(size_t minimum_bytes) {
    const uint64_t value = varint();
    return static_cast<size_t>(value <= remaining() / minimum_bytes ? value : fail());
  }

  size_t remaining() const { return static_cast<size_t>(end_ - at_); }
  bool failed() const { return failed_; }
  // Every byte was read and none was missing.
  bool finished() const { return !failed_ && at_ == end_; }
  uint64_t fail() {
    failed_ = true;
    at_ = end_;
    return 0;
  }

 private:
  // Does not get at this object, whose pointers can then stay in registers.
  struct Number {
    uint64_t value;
    const uint8_t* behind;  // null: there is none
  };
  [[gnu::noinline]] static Number read_number(const uint8_t* at, const uint8_t* end) {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && at != end; shift += 7) {
      const uint8_t byte = *at++;
      if (shift == 63 && byte > 1) break;
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return {value, at};
    }
    return {0, nullptr};
  }
  uint64_t varint_slow() {
    const Number number = read_number(at_, end_);
    if (number.behind == nullptr) return fail();
    at_ = number.behind;
    return number.value;
  }

  const uint8_t* at_;
  const uint8_t* end_;
  bool failed_ = false;
};

}  // namespace mallocop::trace
