// The small records: what is written comes back, and damaged payloads give nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "trace/records_decode.h"

namespace mallocop::trace {
namespace {

using Payload = std::vector<uint8_t>;

Payload encoded(const std::function<void(ByteWriter&)>& write) {
  Payload payload(4096);
  ByteWriter out(payload.data(), payload.size());
  write(out);
  EXPECT_FALSE(out.failed());
  payload.resize(out.size());
  return payload;
}

// Nothing but the whole payload decodes: not a shorter one, and not one with a byte behind it.
template <typename Decode>
void expect_only_whole(const Payload& payload, Decode decode) {
  EXPECT_TRUE(decode(payload));
  for (size_t size = 0; size < payload.size(); ++size) {
    EXPECT_FALSE(decode(std::span(payload).first(size))) << size << " of " << payload.size();
  }
  Payload longer = payload;
  longer.push_back(0);
  EXPECT_FALSE(decode(longer));
}

TEST(ProcessRecord, ComesBackWithUnknownNamesAndRepeats) {
  const ProcessField fields[] = {{"argument", "a"}, {"argument", ""}, {"not-known-yet", "x"}};
  const Payload payload = encoded([&](ByteWriter& out) { encode_process(out, fields); });
  const auto decoded = decode_process(payload);
  ASSERT_TRUE(decoded);
  ASSERT_EQ(decoded->size(), 3U);
  EXPECT_EQ((*decoded)[1].name, "argument");
  EXPECT_EQ((*decoded)[1].value, "");
  EXPECT_EQ((*decoded)[2].name, "not-known-yet");
  expect_only_whole(payload, decode_process);
}

TEST(ModuleRecord, ComesBack) {
  const ModuleRecord module{7, ~uint64_t{0} - 5, 0x1000, 0x2000, "/lib/x.so", std::string_view("\0\x01", 2)};
  const Payload payload = encoded([&](ByteWriter& out) { encode_module(out, module); });
  const auto decoded = decode_module(payload);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->index, 7);
  EXPECT_EQ(decoded->bias, ~uint64_t{0} - 5);
  EXPECT_EQ(decoded->begin, 0x1000U);
  EXPECT_EQ(decoded->end, 0x2000U);
  EXPECT_EQ(decoded->path, "/lib/x.so");
  EXPECT_EQ(decoded->build_id, std::string_view("\0\x01", 2));
  expect_only_whole(payload, decode_module);
}

TEST(ModuleRecord, WithImpossibleNumbersIsDamage) {
  ModuleRecord module{7, 0, 0x2000, 0x1000, "/x", ""};
  EXPECT_FALSE(decode_module(encoded([&](ByteWriter& out) { encode_module(out, module); })));
  module = {kNoModule, 0, 0x1000, 0x2000, "/x", ""};
  EXPECT_FALSE(decode_module(encoded([&](ByteWriter& out) { encode_module(out, module); })));
}

TEST(ModuleRecord, WithALongerPathThanCanBeIsDamage) {
  const std::string path(kMaxModulePath + 1, 'x');
  std::vector<uint8_t> payload(path.size() + 64);
  const auto decodes = [&](std::string_view name) {
    ByteWriter out(payload.data(), payload.size());
    encode_module(out, {7, 0, 0x1000, 0x2000, name, ""});
    return decode_module({payload.data(), out.size()}).has_value();
  };
  EXPECT_FALSE(decodes(path));
  EXPECT_TRUE(decodes(std::string_view(path).substr(1)));
}

TEST(FramesRecord, ComesBackWithParentsInsideAndBeforeTheRun) {
  const StackNode nodes[] = {
      {0x7fff00001000, 0, 3, 0}, {0x400000, 100, 0, kNodeExactAddress}, {0x400010, 2, kNoModule, kNodeTruncated}};
  const Payload payload = encoded([&](ByteWriter& out) { encode_frames(out, 100, nodes); });
  const auto decoded = decode_frames(payload);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->first, 100U);
  ASSERT_EQ(decoded->nodes.size(), 3U);
  for (size_t index = 0; index < 3; ++index) {
    EXPECT_EQ(decoded->nodes[index].address, nodes[index].address);
    EXPECT_EQ(decoded->nodes[index].parent, nodes[index].parent);
    EXPECT_EQ(decoded->nodes[index].module, nodes[index].module);
    EXPECT_EQ(decoded->nodes[index].flags, nodes[index].flags);
  }
  expect_only_whole(payload, decode_frames);
}

TEST(FramesRecord, WithImpossibleIdsIsDamage) {
  const auto decodes = [](uint64_t first, uint64_t count, uint64_t distance) {
    const Payload payload = encoded([&](ByteWriter& out) {
      out.varint(first);
      out.varint(count);
      for (uint64_t node = 0; node < count; ++node) {
        out.varint(distance);
        for (int field = 0; field < 3; ++field) out.varint(0);
      }
    });
    return decode_frames(payload).has_value();
  };
  EXPECT_TRUE(decodes(2, 1, 0));
  EXPECT_FALSE(decodes(1, 1, 0));  // below the first id
  EXPECT_FALSE(decodes(2, 1, 1));  // the parent would be below it
  EXPECT_TRUE(decodes(10, 1, 8));
  EXPECT_FALSE(decodes(10, 1, 9));
  EXPECT_TRUE(decodes(0xffffffff, 1, 0));  // the last id there is
  EXPECT_FALSE(decodes(0xffffffff, 2, 0));
  EXPECT_FALSE(decodes(0x100000000, 1, 0));
}

TEST(FramesRecord, ACountThatTheBytesCannotHoldIsDamageBeforeMemoryIsAskedFor) {
  EXPECT_FALSE(decode_frames(encoded([](ByteWriter& out) {
    out.varint(2);
    out.varint(uint64_t{1} << 40);
    out.fixed64(0);
  })));
}

TEST(OperationRecord, ComesBack) {
  const Payload payload = encoded([](ByteWriter& out) {
    encode_operation(out, {kMaxOperations - 1, OperationSource::kGoogleBenchmark, "BM_parse/8"});
  });
  const auto decoded = decode_operation(payload);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->id, kMaxOperations - 1);
  EXPECT_EQ(decoded->source, OperationSource::kGoogleBenchmark);
  EXPECT_EQ(decoded->name, "BM_parse/8");
  expect_only_whole(payload, decode_operation);
}

TEST(OperationRecord, WithImpossibleNumbersIsDamage) {
  const auto decodes = [](OperationId id, unsigned source, size_t name) {
    const std::string text(name, 'x');
    return decode_operation(encoded([&](ByteWriter& out) {
             encode_operation(out, {id, static_cast<OperationSource>(source), text});
           }))
        .has_value();
  };
  EXPECT_TRUE(decodes(1, 1, kMaxOperationName));
  EXPECT_FALSE(decodes(1, 1, kMaxOperationName + 1));
  EXPECT_FALSE(decodes(kOutside, 1, 1));
  EXPECT_FALSE(decodes(kMaxOperations, 1, 1));
  EXPECT_FALSE(decodes(1, 0, 1));
  EXPECT_TRUE(decodes(1, 200, 1));  // a source from the future
}

TEST(UncertainEntryRecord, ComesBack) {
  const UncertainEntryRecord entry{7, 4711, "'work::allocate'"};
  const Payload payload = encoded([&](ByteWriter& out) { encode_uncertain_entry(out, entry); });
  const auto decoded = decode_uncertain_entry(payload);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->operation, 7U);
  EXPECT_EQ(decoded->caller, 4711U);
  EXPECT_EQ(decoded->ends_in, "'work::allocate'");
  expect_only_whole(payload, decode_uncertain_entry);
  EXPECT_FALSE(decode_uncertain_entry(encoded([](ByteWriter& out) {
    encode_uncertain_entry(out, {kOutside, 2, "x"});
  })));
}

TEST(LossRecord, ComesBack) {
  const Payload payload = encoded([](ByteWriter& out) {
    encode_loss(out, {LossReason::kThreadsUntracked, 12345, "why"});
  });
  const auto decoded = decode_loss(payload);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->reason, LossReason::kThreadsUntracked);
  EXPECT_EQ(decoded->count, 12345U);
  EXPECT_EQ(decoded->detail, "why");
  expect_only_whole(payload, decode_loss);
}

TEST(EndRecord, ComesBack) {
  const EndRecord end{1, 2, 3, ~uint64_t{0}, 5, 6, 1};
  const Payload payload = encoded([&](ByteWriter& out) { encode_end(out, end); });
  const auto decoded = decode_end(payload);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->windows, 1U);
  EXPECT_EQ(decoded->events, 2U);
  EXPECT_EQ(decoded->threads, 3U);
  EXPECT_EQ(decoded->end_ticks, ~uint64_t{0});
  EXPECT_EQ(decoded->end_nanoseconds, 5U);
  EXPECT_EQ(decoded->live_rings, 6U);
  EXPECT_EQ(decoded->children, 1U);
  expect_only_whole(payload, decode_end);
}

}  // namespace
}  // namespace mallocop::trace
