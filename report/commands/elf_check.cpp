// Reads an executable with libelf and refuses the kinds that LD_PRELOAD does not reach. Each refusal names the
// property that was found, so that it can be checked with readelf, and a way out.
#include "report/commands/elf_check.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gelf.h>
#include <libelf.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <string_view>
#include <vector>

#include "report/support/error.h"

namespace mallocop::report {
namespace {

[[noreturn]] void refuse(const std::string& path, std::string_view reason, std::string_view advice) {
  throw Error(ExitStatus::kInvalid, fmt::format("cannot measure '{}': {}; {}", path, reason, advice));
}

struct Sanitizer {
  std::string_view name, library, symbol;
};
constexpr Sanitizer kSanitizers[] = {
    {"AddressSanitizer", "libasan.so", "__asan_init"},       {"ThreadSanitizer", "libtsan.so", "__tsan_init"},
    {"MemorySanitizer", "libmsan.so", "__msan_init"},        {"LeakSanitizer", "liblsan.so", "__lsan_init"},
    {"HWAddressSanitizer", "libhwasan.so", "__hwasan_init"},
};
constexpr std::string_view kMalloc = "malloc";

bool tells_allocator(std::string_view function) {
  return function == kMalloc || std::any_of(std::begin(kSanitizers), std::end(kSanitizers),
                                            [&](const Sanitizer& one) { return function == one.symbol; });
}

class ElfFile {
 public:
  explicit ElfFile(const std::string& path) : path_(path), fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (fd_ < 0) throw Error(ExitStatus::kError, fmt::format("cannot read '{}': {}", path, std::strerror(errno)));
    elf_version(EV_CURRENT);
    elf_ = elf_begin(fd_, ELF_C_READ, nullptr);
  }
  ~ElfFile() {
    elf_end(elf_);
    ::close(fd_);
  }
  ElfFile(const ElfFile&) = delete;
  ElfFile& operator=(const ElfFile&) = delete;

  const std::string& path() const { return path_; }
  GElf_Ehdr header() const {
    GElf_Ehdr header;
    if (!elf_ || !gelf_getehdr(elf_, &header)) {
      throw Error(ExitStatus::kError, fmt::format("cannot start '{}': its ELF header is damaged", path_));
    }
    return header;
  }
  bool has_segment(GElf_Word type) const {
    size_t count = 0;
    if (elf_getphdrnum(elf_, &count) != 0) return false;
    for (size_t i = 0; i < count; ++i) {
      GElf_Phdr segment;
      if (gelf_getphdr(elf_, static_cast<int>(i), &segment) && segment.p_type == type) return true;
    }
    return false;
  }
  bool has_section(std::string_view wanted) const {
    size_t names = 0;
    if (elf_getshdrstrndx(elf_, &names) != 0) return false;
    for (Elf_Scn* section = elf_nextscn(elf_, nullptr); section; section = elf_nextscn(elf_, section)) {
      GElf_Shdr header;
      if (gelf_getshdr(section, &header) && text_at(names, header.sh_name) == wanted) return true;
    }
    return false;
  }
  struct Names {
    std::vector<std::string> needed;   // libraries, DT_NEEDED
    std::vector<std::string> defined;  // functions that tell an allocator of its own, whatever their binding
  };
  // What the section headers lead to; nothing where a file has none.
  Names names() const;

 private:
  std::string text_at(size_t table, size_t offset) const {
    const char* text = elf_strptr(elf_, table, offset);
    return text ? text : "";
  }

  std::string path_;
  int fd_;
  Elf* elf_ = nullptr;
};

ElfFile::Names ElfFile::names() const {
  Names names;
  for (Elf_Scn* section = elf_nextscn(elf_, nullptr); section; section = elf_nextscn(elf_, section)) {
    GElf_Shdr header;
    if (!gelf_getshdr(section, &header) || header.sh_entsize == 0) continue;
    const bool dynamic = header.sh_type == SHT_DYNAMIC;
    if (!dynamic && header.sh_type != SHT_DYNSYM && header.sh_type != SHT_SYMTAB) continue;
    Elf_Data* data = elf_getdata(section, nullptr);
    const size_t count = data ? data->d_size / header.sh_entsize : 0;
    for (size_t i = 0; i < count; ++i) {
      if (dynamic) {
        GElf_Dyn entry;
        if (gelf_getdyn(data, static_cast<int>(i), &entry) && entry.d_tag == DT_NEEDED) {
          names.needed.push_back(text_at(header.sh_link, entry.d_un.d_val));
        }
      } else {
        GElf_Sym symbol;
        if (!gelf_getsym(data, static_cast<int>(i), &symbol) || symbol.st_shndx == SHN_UNDEF) continue;
        const unsigned type = GELF_ST_TYPE(symbol.st_info);
        if (type != STT_FUNC && type != STT_GNU_IFUNC && type != STT_NOTYPE) continue;
        std::string name = text_at(header.sh_link, symbol.st_name);
        if (tells_allocator(name)) names.defined.push_back(std::move(name));
      }
    }
  }
  return names;
}

// The dynamic linker ignores LD_PRELOAD in a process that gains rights by its file.
void refuse_privileged(const std::string& path) {
  constexpr std::string_view kAdvice = "run a copy without that privilege, or run as the user it belongs to";
  struct stat info = {};
  if (::stat(path.c_str(), &info) != 0) return;
  if ((info.st_mode & S_ISUID) && info.st_uid != ::getuid()) refuse(path, "it is a setuid program", kAdvice);
  const bool setgid = (info.st_mode & S_ISGID) && (info.st_mode & S_IXGRP);
  if (setgid && info.st_gid != ::getgid()) refuse(path, "it is a setgid program", kAdvice);
  if (::getuid() != 0 && ::getxattr(path.c_str(), "security.capability", nullptr, 0) > 0) {
    refuse(path, "it has file capabilities", kAdvice);
  }
}

// With cgo such a program is linked like any other, and still nearly all of its blocks are its runtime's.
void refuse_go(const ElfFile& file) {
  if (!file.has_section(".note.go.buildid") && !file.has_section(".go.buildinfo")) return;
  refuse(file.path(), "it is a Go program, whose blocks come from Go's runtime and not from malloc",
         "measure it with Go's own tools: go test -benchmem");
}

void refuse_sanitizer(const std::string& path, const ElfFile::Names& names) {
  for (const Sanitizer& sanitizer : kSanitizers) {
    bool found = false;
    for (const std::string& library : names.needed) found = found || library.starts_with(sanitizer.library);
    for (const std::string& function : names.defined) found = found || function == sanitizer.symbol;
    if (!found) continue;
    refuse(path, fmt::format("it is built with {}, which brings its own malloc", sanitizer.name),
           "build it without -fsanitize to measure it");
  }
}

}  // namespace

void check_executable(const std::string& path) {
  const ElfFile file(path);
  const GElf_Ehdr header = file.header();
  if (header.e_ident[EI_CLASS] != ELFCLASS64 && (header.e_machine == EM_386 || header.e_machine == EM_X86_64)) {
    refuse(path, "it is a 32-bit program", "mallocop measures 64-bit x86-64 programs; build it for those");
  }
  if (header.e_machine != EM_X86_64) {
    refuse(path, fmt::format("it is built for another machine (ELF machine {})", header.e_machine),
           "mallocop measures 64-bit x86-64 programs; build it for those");
  }
  refuse_go(file);
  if (!file.has_segment(PT_INTERP)) {
    refuse(path, "it is statically linked, so that nothing can be preloaded into it",
           "link it dynamically (without -static)");
  }
  refuse_privileged(path);
  const ElfFile::Names names = file.names();
  refuse_sanitizer(path, names);
  for (const std::string& function : names.defined) {
    if (function != kMalloc) continue;
    refuse(path, "it defines malloc itself, so that its allocations do not pass mallocop",
           "link its allocator as a shared library, or leave it out of this build");
  }
}

}  // namespace mallocop::report
