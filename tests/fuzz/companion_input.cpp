#include "tests/fuzz/companion_input.h"

#include <algorithm>
#include <cstring>

#include "trace/bytes.h"

namespace mallocop::fuzz {
namespace {

constexpr size_t kBlock = 16;  // an event, a node: runs begin and end with whole ones

bool is_zero(const test::Bytes& bytes, size_t at) {
  constexpr uint8_t kZeros[kBlock] = {};
  return std::memcmp(bytes.data() + at, kZeros, std::min(kBlock, bytes.size() - at)) == 0;
}

}  // namespace

CompanionInput read_companion_input(const uint8_t* data, size_t size) {
  CompanionInput input;
  if (size < 2) return input;
  const size_t length = std::min(size_t{data[0]} + size_t{data[1]} * 256, size - 2);
  input.trace.assign(data + 2, data + 2 + length);
  test::Bytes& companion = input.companion;
  trace::ByteReader in(data + 2 + length, size - 2 - length);
  while (in.remaining() != 0) {
    const uint64_t zeros = in.varint();
    if (zeros > kLargestCompanion - companion.size()) break;
    companion.resize(companion.size() + zeros);
    const std::string_view bytes = in.text();
    if (bytes.size() > kLargestCompanion - companion.size()) break;
    companion.insert(companion.end(), bytes.begin(), bytes.end());
  }
  return input;
}

test::Bytes write_companion_input(const CompanionInput& input) {
  const test::Bytes& companion = input.companion;
  test::Bytes out(2 + input.trace.size());
  out[0] = static_cast<uint8_t>(input.trace.size() & 0xff);
  out[1] = static_cast<uint8_t>(input.trace.size() >> 8);
  std::copy(input.trace.begin(), input.trace.end(), out.begin() + 2);
  for (size_t at = 0; at < companion.size();) {
    size_t first = at;
    while (first < companion.size() && is_zero(companion, first)) first += kBlock;
    first = std::min(first, companion.size());
    size_t end = first;
    while (end < companion.size() && !is_zero(companion, end)) end += kBlock;
    end = std::min(end, companion.size());
    uint8_t head[20];  // two numbers of at most ten bytes
    trace::ByteWriter writer(head, sizeof head);
    writer.varint(first - at);
    writer.varint(end - first);
    out.insert(out.end(), head, head + writer.size());
    out.insert(out.end(), companion.data() + first, companion.data() + end);
    at = end;
  }
  return out;
}

}  // namespace mallocop::fuzz
