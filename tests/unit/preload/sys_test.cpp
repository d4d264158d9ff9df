#include "preload/sys.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

namespace mallocop::preload {
namespace {

TEST(Sys, SaysWhetherAnAddressCanBeRead) {
  constexpr uintptr_t kPage = 4096;
  void* const memory = mmap(nullptr, 2 * kPage, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  const auto address = reinterpret_cast<uintptr_t>(memory);
  ASSERT_EQ(mprotect(reinterpret_cast<void*>(address + kPage), kPage, PROT_NONE), 0);
  EXPECT_TRUE(sys::is_readable(address));
  EXPECT_TRUE(sys::is_readable(address + kPage - 8));
  EXPECT_FALSE(sys::is_readable(address + kPage - 7));
  EXPECT_FALSE(sys::is_readable(address + kPage));
  munmap(memory, 2 * kPage);
  EXPECT_FALSE(sys::is_readable(address));
  EXPECT_FALSE(sys::is_readable(0));
  EXPECT_FALSE(sys::is_readable(uintptr_t{1} << 56));
}

}  // namespace
}  // namespace mallocop::preload
