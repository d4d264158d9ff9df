#include "report/symbols/debug_image.h"

#include <elf.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <optional>
#include <string_view>

#include "report/support/error.h"

namespace mallocop::report {
namespace {

// What looking up functions and lines reads; the first is what an image is made for.
constexpr std::string_view kInfo = ".debug_info";
constexpr std::string_view kRead[] = {
    kInfo,          ".debug_abbrev",      ".debug_aranges", ".debug_line",   ".debug_line_str",
    ".debug_str",   ".debug_str_offsets", ".debug_addr",    ".debug_ranges", ".debug_rnglists",
    ".debug_types", ".debug_cu_index",    ".debug_tu_index"};
// Files with these refer to others, which libdwfl knows how to find.
constexpr std::string_view kRefersElsewhere[] = {".gnu_debugaltlink", ".debug_sup"};

// No deflated byte stands for more than this many.
constexpr uint64_t kMostPacked = 1032;

template <typename List>
bool is_one_of(std::string_view name, const List& list) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

// The zlib header of two bytes and the checksum behind the data are left out: the checksum takes a sixth of the time,
// and what libdw reads it checks for bounds.
bool inflate_all(std::span<const uint8_t> packed, char* out, uint64_t size) {
  constexpr size_t kZlibHeader = 2;
  if (packed.size() < kZlibHeader || packed.size() > UINT32_MAX || size > UINT32_MAX) return false;
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return false;
  stream.next_in = const_cast<uint8_t*>(packed.data()) + kZlibHeader;  // zlib does not write to it
  stream.avail_in = static_cast<uInt>(packed.size() - kZlibHeader);
  stream.next_out = reinterpret_cast<uint8_t*>(out);
  stream.avail_out = static_cast<uInt>(size);
  const int result = inflate(&stream, Z_FINISH);
  inflateEnd(&stream);
  return result == Z_STREAM_END && stream.avail_out == 0;
}

template <typename Header>
std::optional<Header> header_at(std::span<const uint8_t> bytes, uint64_t offset) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(Header)) return std::nullopt;
  Header header;
  std::memcpy(&header, bytes.data() + offset, sizeof header);
  return header;
}

std::optional<std::span<const uint8_t>> part_of(std::span<const uint8_t> bytes, uint64_t offset, uint64_t size) {
  if (offset > bytes.size() || size > bytes.size() - offset) return std::nullopt;
  return bytes.subspan(offset, size);
}

std::string_view text_at(std::span<const uint8_t> table, uint64_t offset) {
  if (offset >= table.size()) return {};
  const auto* text = reinterpret_cast<const char*>(table.data()) + offset;
  return {text, ::strnlen(text, table.size() - offset)};
}

}  // namespace

std::unique_ptr<DebugImage> DebugImage::of(Dwfl_Module* module) {
  const char* main_path = nullptr;
  const char* debug_path = nullptr;
  dwfl_module_info(module, nullptr, nullptr, nullptr, nullptr, nullptr, &main_path, &debug_path);
  GElf_Addr bias = 0;
  Elf* const main = dwfl_module_getelf(module, &bias);
  const char* const path = debug_path != nullptr ? debug_path : main_path;
  if (main == nullptr || path == nullptr) return nullptr;
  try {
    std::unique_ptr<DebugImage> image(new DebugImage(MappedFile(path)));
    return image->build(main) ? std::move(image) : nullptr;
  } catch (const Error&) {
    return nullptr;
  }
}

std::unique_ptr<DebugImage> DebugImage::again() const {
  std::unique_ptr<DebugImage> other(new DebugImage(image_));
  return other->open() ? std::move(other) : nullptr;
}

DebugImage::~DebugImage() {
  if (dwarf_ != nullptr) dwarf_end(dwarf_);
  if (elf_ != nullptr) elf_end(elf_);
}

bool DebugImage::build(Elf* main) {
  if (!choose_sections() || !same_addresses(main) || !unpack()) return false;
  sections_.clear();
  file_.reset();
  return open();
}

bool DebugImage::open() {
  elf_ = elf_memory(&(*image_)[0], image_->size());
  if (elf_ == nullptr) return false;
  dwarf_ = dwarf_begin_elf(elf_, DWARF_C_READ, nullptr);
  return dwarf_ != nullptr;
}

bool DebugImage::choose_sections() {
  const std::span<const uint8_t> bytes = file_->bytes();
  const auto header = header_at<Elf64_Ehdr>(bytes, 0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || header->e_ident[EI_CLASS] != ELFCLASS64 ||
      header->e_ident[EI_DATA] != ELFDATA2LSB || (header->e_type != ET_DYN && header->e_type != ET_EXEC) ||
      header->e_shentsize != sizeof(Elf64_Shdr)) {
    return false;
  }
  const auto section_at = [&](uint64_t index) {
    return header_at<Elf64_Shdr>(bytes, header->e_shoff + index * sizeof(Elf64_Shdr));
  };
  const auto names_header = section_at(header->e_shstrndx);
  if (header->e_shoff >= bytes.size() || !names_header) return false;
  const auto names = part_of(bytes, names_header->sh_offset, names_header->sh_size);
  if (!names) return false;
  bool worth_it = false;
  for (uint64_t index = 1; index < header->e_shnum; ++index) {
    const auto section = section_at(index);
    if (!section) return false;
    const std::string_view name = text_at(*names, section->sh_name);
    if (is_one_of(name, kRefersElsewhere)) return false;
    if (!is_one_of(name, kRead) || section->sh_type == SHT_NOBITS) continue;
    const auto content = part_of(bytes, section->sh_offset, section->sh_size);
    if (!content) return false;
    Section chosen{std::string(name), *content, false, content->size()};
    if ((section->sh_flags & SHF_COMPRESSED) != 0) {
      const auto packed = header_at<Elf64_Chdr>(*content, 0);
      if (!packed || packed->ch_type != ELFCOMPRESS_ZLIB || packed->ch_size / kMostPacked > content->size()) {
        return false;
      }
      chosen.bytes = content->subspan(sizeof *packed);
      chosen.packed = true;
      chosen.size = packed->ch_size;
      worth_it = worth_it || name == kInfo;
    }
    sections_.push_back(std::move(chosen));
  }
  return worth_it;
}

// A prelinked file lies elsewhere than its debug file says. libdwfl knows by how much.
bool DebugImage::same_addresses(Elf* main) const {
  const auto header = header_at<Elf64_Ehdr>(file_->bytes(), 0);
  size_t count = 0;
  if (elf_getphdrnum(main, &count) != 0 || header->e_phnum != count || header->e_phentsize != sizeof(Elf64_Phdr)) {
    return false;
  }
  for (size_t index = 0; index < count; ++index) {
    GElf_Phdr mine;
    const auto theirs = header_at<Elf64_Phdr>(file_->bytes(), header->e_phoff + index * sizeof(Elf64_Phdr));
    if (gelf_getphdr(main, static_cast<int>(index), &mine) == nullptr || !theirs) return false;
    if (mine.p_type != theirs->p_type || mine.p_vaddr != theirs->p_vaddr || mine.p_memsz != theirs->p_memsz) {
      return false;
    }
  }
  return true;
}

// A file of nothing but the chosen sections: header, contents, names, section headers.
bool DebugImage::unpack() {
  constexpr uint64_t kAlignment = 16;
  const auto aligned = [](uint64_t value) { return (value + kAlignment - 1) & ~(kAlignment - 1); };
  std::string names(1, '\0');
  std::vector<Elf64_Shdr> headers(1);
  uint64_t offset = aligned(sizeof(Elf64_Ehdr));
  for (const Section& section : sections_) {
    Elf64_Shdr header{};
    header.sh_name = static_cast<Elf64_Word>(names.size());
    header.sh_type = SHT_PROGBITS;
    header.sh_offset = offset;
    header.sh_size = section.size;
    header.sh_addralign = 1;
    names.append(section.name).push_back('\0');
    headers.push_back(header);
    offset = aligned(offset + section.size);
  }
  Elf64_Shdr names_header{};
  names_header.sh_name = static_cast<Elf64_Word>(names.size());
  names_header.sh_type = SHT_STRTAB;
  names_header.sh_offset = offset;
  names_header.sh_addralign = 1;
  names.append(".shstrtab").push_back('\0');
  names_header.sh_size = names.size();
  headers.push_back(names_header);

  Elf64_Ehdr header{};
  std::memcpy(&header, file_->bytes().data(), sizeof header);
  header.e_phoff = 0;
  header.e_phnum = 0;
  header.e_shoff = aligned(offset + names.size());
  header.e_shnum = static_cast<Elf64_Half>(headers.size());
  header.e_shstrndx = static_cast<Elf64_Half>(headers.size() - 1);
  auto bytes = std::make_shared<ZeroedArray<char>>(header.e_shoff + headers.size() * sizeof(Elf64_Shdr));
  ZeroedArray<char>& image = *bytes;
  std::memcpy(&image[0], &header, sizeof header);
  std::memcpy(&image[header.e_shoff], headers.data(), headers.size() * sizeof(Elf64_Shdr));
  std::memcpy(&image[names_header.sh_offset], names.data(), names.size());
  for (size_t index = 0; index < sections_.size(); ++index) {
    const Section& section = sections_[index];
    char* const out = &image[headers[index + 1].sh_offset];
    if (!section.packed) {
      std::memcpy(out, section.bytes.data(), section.bytes.size());
    } else if (!inflate_all(section.bytes, out, section.size)) {
      return false;
    }
  }
  image_ = std::move(bytes);
  return true;
}

}  // namespace mallocop::report
