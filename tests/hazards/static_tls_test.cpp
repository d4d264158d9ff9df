// The shim's thread-local storage is tiny and never allocates, and it leaves late libraries what they have without it.
#include <elf.h>
#include <gmock/gmock.h>

#include <cstring>
#include <fstream>
#include <set>

#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

class StaticTls : public Integration {
 protected:
  template <typename T>
  static T at(const std::string& file, size_t offset) {
    T value;
    EXPECT_LE(offset + sizeof value, file.size());
    std::memcpy(&value, file.data() + offset, sizeof value);
    return value;
  }
};

TEST_F(StaticTls, IsTinyAndInitialExec) {
  std::ifstream in(shim(), std::ios::binary);
  const std::string file{std::istreambuf_iterator<char>(in), {}};
  const auto header = at<Elf64_Ehdr>(file, 0);
  uint64_t tls_size = 0;
  for (size_t index = 0; index < header.e_phnum; ++index) {
    const auto segment = at<Elf64_Phdr>(file, header.e_phoff + index * sizeof(Elf64_Phdr));
    if (segment.p_type == PT_TLS) tls_size = segment.p_memsz;
  }
  EXPECT_GT(tls_size, 0U);
  EXPECT_LE(tls_size, 32U);
  std::set<uint64_t> kinds;
  for (size_t index = 0; index < header.e_shnum; ++index) {
    const auto section = at<Elf64_Shdr>(file, header.e_shoff + index * sizeof(Elf64_Shdr));
    if (section.sh_type != SHT_RELA) continue;
    for (uint64_t offset = 0; offset < section.sh_size; offset += sizeof(Elf64_Rela))
      kinds.insert(ELF64_R_TYPE(at<Elf64_Rela>(file, section.sh_offset + offset).r_info));
  }
  EXPECT_THAT(kinds, testing::Contains(R_X86_64_TPOFF64));
  EXPECT_THAT(kinds, testing::Not(testing::Contains(R_X86_64_DTPMOD64))) << "its first use in a thread may allocate";
  EXPECT_THAT(kinds, testing::Not(testing::Contains(R_X86_64_TLSDESC)));
}

TEST_F(StaticTls, HasRoomLeftForALibraryThatIsOpenedLate) {
  const Command command = {.words = {program("opens"), "now", program("wide_tls.so"), "touch"}};
  ASSERT_EQ(bare(command).status, 0);
  const Measured measured = measure(command);
  EXPECT_EQ(measured.host.status, 0) << measured.host.err;
  EXPECT_TRUE(measured.valid()) << measured.reporter.out;
}

}  // namespace
}  // namespace mallocop::test
