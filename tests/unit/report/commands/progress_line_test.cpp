#include "report/commands/progress_line.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>

namespace mallocop::report {
namespace {

using testing::HasSubstr;

class Terminal : public testing::Test {
 protected:
  void SetUp() override {
    master_ = ::posix_openpt(O_RDWR | O_NOCTTY);
    if (master_ < 0 || ::grantpt(master_) != 0 || ::unlockpt(master_) != 0) GTEST_SKIP() << "no pseudo terminals here";
    slave_ = ::open(::ptsname(master_), O_RDWR | O_NOCTTY);
    ASSERT_GE(slave_, 0);
    ::setenv("TERM", "xterm", 1);
  }
  void TearDown() override {
    if (slave_ >= 0) ::close(slave_);
    if (master_ >= 0) ::close(master_);
  }
  // What has been shown so far and not been read.
  std::string shown() const {
    std::string text;
    pollfd ready = {master_, POLLIN, 0};
    while (::poll(&ready, 1, 20) == 1 && (ready.revents & POLLIN) != 0) {
      char bytes[512];
      const ssize_t size = ::read(master_, bytes, sizeof bytes);
      if (size <= 0) break;
      text.append(bytes, static_cast<size_t>(size));
    }
    return text;
  }
  static void wait() { std::this_thread::sleep_for(std::chrono::milliseconds(500)); }

  int master_ = -1;
  int slave_ = -1;
};

TEST_F(Terminal, ShowsHowFarLongWorkIsAndTakesItAway) {
  {
    ProgressLine line(slave_);
    wait();
    line.show("naming frames", 1234, 50'000);
    EXPECT_THAT(shown(), HasSubstr("mallocop: naming frames: 1,234 of 50,000, 2 %"));
    line.show("naming frames", 1235, 50'000);
    EXPECT_EQ(shown(), "") << "not for every frame";
  }
  EXPECT_EQ(shown(), "\r\x1b[K");
}

TEST_F(Terminal, OfQuickWorkSeesNothing) {
  {
    ProgressLine line(slave_);
    line.show("naming frames", 1, 2);
  }
  EXPECT_EQ(shown(), "");
}

TEST_F(Terminal, ThatCannotGoBackIsLeftAlone) {
  ::setenv("TERM", "dumb", 1);
  ProgressLine line(slave_);
  EXPECT_FALSE(line.callback());
  wait();
  line.show("naming frames", 1, 2);
  EXPECT_EQ(shown(), "");
}

TEST(ProgressLine, IsSilentInAPipe) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_NONBLOCK), 0);
  {
    ProgressLine line(ends[1]);
    EXPECT_FALSE(line.callback());
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    line.show("naming frames", 1, 2);
  }
  char byte = 0;
  EXPECT_EQ(::read(ends[0], &byte, 1), -1);
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace mallocop::report
