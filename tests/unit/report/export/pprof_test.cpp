// pprof's messages, taken apart field by field.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <protozero/pbf_reader.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/unit/report/add_stack.h"
#include "tests/unit/report/export/exported.h"
#include "tests/unit/report/output/sample_profile.h"

namespace mallocop::report {
namespace {

using testing::ElementsAre;

std::string unpacked(std::string bytes) {
  std::string out;
  z_stream stream{};
  EXPECT_EQ(::inflateInit2(&stream, 15 + 16), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  int status = Z_OK;
  while (status == Z_OK) {
    std::vector<Bytef> piece(size_t{1} << 16);
    stream.next_out = piece.data();
    stream.avail_out = static_cast<uInt>(piece.size());
    status = ::inflate(&stream, Z_NO_FLUSH);
    out.append(piece.begin(), piece.end() - stream.avail_out);
  }
  EXPECT_EQ(status, Z_STREAM_END);
  ::inflateEnd(&stream);
  return out;
}

struct Sample {
  std::vector<uint64_t> locations;
  std::vector<int64_t> values;
  size_t labels = 0;
};

struct Read {
  std::vector<Sample> samples;
  std::set<uint64_t> functions;
  std::vector<std::string> texts;
  std::vector<std::vector<uint64_t>> lines;  // the functions of each location, by its place in the file
  std::vector<uint64_t> locations;
};

Read read_back(const Profile& profile) {
  Read read;
  const std::string bytes = unpacked(exported("pprof", profile));
  protozero::pbf_reader message(bytes);
  while (message.next()) {
    if (message.tag() == 2) {
      Sample sample;
      protozero::pbf_reader fields = message.get_message();
      while (fields.next()) {
        if (fields.tag() == 1) {
          for (const uint64_t id : fields.get_packed_uint64()) sample.locations.push_back(id);
        } else if (fields.tag() == 2) {
          for (const int64_t value : fields.get_packed_int64()) sample.values.push_back(value);
        } else {
          ++sample.labels;
          fields.skip();
        }
      }
      read.samples.push_back(sample);
    } else if (message.tag() == 4) {
      protozero::pbf_reader fields = message.get_message();
      read.lines.emplace_back();
      while (fields.next()) {
        if (fields.tag() == 1) {
          read.locations.push_back(fields.get_uint64());
        } else if (fields.tag() == 4) {
          protozero::pbf_reader line = fields.get_message();
          while (line.next(1)) read.lines.back().push_back(line.get_uint64());
        } else {
          fields.skip();
        }
      }
    } else if (message.tag() == 5) {
      protozero::pbf_reader fields = message.get_message();
      while (fields.next(1)) read.functions.insert(fields.get_uint64());
    } else if (message.tag() == 6) {
      read.texts.push_back(message.get_string());
    } else {
      message.skip();
    }
  }
  return read;
}

TEST(Pprof, HasEverySiteWithEveryValueAndItsOperationAsLabel) {
  const Read read = read_back(sample_profile());
  ASSERT_EQ(read.samples.size(), 4U);  // three sites, and what lived within one window
  EXPECT_EQ(read.samples[0].values.size(), kExportMetrics);
  EXPECT_EQ(read.samples[0].values[0], 3000);
  EXPECT_EQ(read.samples[0].labels, 1U);
  EXPECT_EQ(read.samples[2].labels, 0U);
  EXPECT_EQ(read.texts.at(0), "");
  for (const Sample& sample : read.samples) {
    for (const uint64_t location : sample.locations) EXPECT_THAT(read.locations, testing::Contains(location));
  }
  for (const auto& lines : read.lines) {
    EXPECT_FALSE(lines.empty());
    for (const uint64_t function : lines) EXPECT_TRUE(read.functions.contains(function));
  }
}

TEST(Pprof, InlinedFramesAreLinesOfOneLocation) {
  Profile profile;
  profile.frames = {named_frame("inner"), named_frame("outer"), named_frame("main")};
  profile.frames[0].inlined = true;
  profile.nodes = {{2, 1, kNoNode}, {0, 2, 0}};
  profile.stacks = {{1}};
  add_site(profile, 0, 5);
  const Read read = read_back(profile);
  ASSERT_EQ(read.samples.size(), 1U);
  EXPECT_THAT(read.samples[0].locations, ElementsAre(1, 3));
  EXPECT_THAT(read.lines, ElementsAre(testing::SizeIs(2), testing::SizeIs(1)));
}

TEST(Pprof, SaturatesWhatItsNumbersCannotHold) {
  Profile profile;
  add_site(profile, add_stack(profile, {named_frame("main")}), ~uint64_t{0});
  EXPECT_EQ(read_back(profile).samples.at(0).values.at(0), std::numeric_limits<int64_t>::max());
}

TEST(Pprof, AnEmptyProfileIsReadable) { EXPECT_EQ(read_back(Profile()).texts.at(0), ""); }

}  // namespace
}  // namespace mallocop::report
