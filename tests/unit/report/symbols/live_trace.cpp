#include "tests/unit/report/symbols/live_trace.h"

#include <elf.h>
#include <elfutils/libdwelf.h>
#include <execinfo.h>
#include <fcntl.h>
#include <libelf.h>
#include <link.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

namespace mallocop::report {
namespace {

std::vector<uint8_t> mapped_build_id(const dl_phdr_info& info, const ElfW(Phdr) & header) {
  const auto* at = reinterpret_cast<const uint8_t*>(info.dlpi_addr + header.p_vaddr);
  const uint8_t* end = at + header.p_memsz;
  while (at + sizeof(ElfW(Nhdr)) <= end) {
    ElfW(Nhdr) note;
    std::memcpy(&note, at, sizeof note);
    const uint8_t* name = at + sizeof note;
    const uint8_t* description = name + ((note.n_namesz + 3U) & ~3U);
    if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && std::memcmp(name, "GNU", 4) == 0) {
      return {description, description + note.n_descsz};
    }
    at = description + ((note.n_descsz + 3U) & ~3U);
  }
  return {};
}

int add_module(dl_phdr_info* info, size_t, void* out) {
  auto& modules = *static_cast<std::vector<Module>*>(out);
  Module module;
  module.path = modules.empty() ? std::filesystem::read_symlink("/proc/self/exe").string() : info->dlpi_name;
  module.bias = info->dlpi_addr;
  module.begin = UINT64_MAX;
  for (int index = 0; index < info->dlpi_phnum; ++index) {
    const ElfW(Phdr)& header = info->dlpi_phdr[index];
    if (header.p_type == PT_LOAD) {
      module.begin = std::min<uint64_t>(module.begin, info->dlpi_addr + header.p_vaddr);
      module.end = std::max<uint64_t>(module.end, info->dlpi_addr + header.p_vaddr + header.p_memsz);
    }
    if (header.p_type == PT_NOTE && module.build_id.empty()) module.build_id = mapped_build_id(*info, header);
  }
  modules.push_back(module);
  return 0;
}

}  // namespace

std::vector<Module> live_modules() {
  std::vector<Module> modules;
  dl_iterate_phdr(&add_module, &modules);
  return modules;
}

std::vector<void*> live_stack() {
  std::vector<void*> addresses(128);
  const int depth = backtrace(addresses.data(), static_cast<int>(addresses.size()));
  addresses.resize(static_cast<size_t>(depth));
  addresses.erase(addresses.begin());  // this function
  return addresses;
}

void add_raw_stack(LoadedTrace& trace, const std::vector<RawFrame>& frames, bool truncated) {
  Stack stack;
  stack.truncated = truncated;
  for (size_t position = frames.size(); position-- > 0;) {
    trace.raw_nodes.push_back(static_cast<FrameIndex>(trace.raw_frames.size()));
    trace.raw_frames.push_back(frames[position]);
    trace.profile.nodes.push_back({0, 0, stack.node});
    stack.node = static_cast<NodeIndex>(trace.profile.nodes.size() - 1);
  }
  trace.profile.stacks.push_back(stack);
}

std::vector<RawFrame*> raw_frames_in(LoadedTrace& trace, size_t stack) {
  std::vector<RawFrame*> frames;
  for (NodeIndex node = trace.profile.stacks.at(stack).node; node != kNoNode; node = trace.profile.nodes[node].parent) {
    frames.push_back(&trace.raw_frames[trace.raw_nodes[node]]);
  }
  return frames;
}

LoadedTrace live_trace(const std::vector<std::vector<void*>>& stacks) {
  LoadedTrace trace;
  trace.modules = live_modules();
  for (const std::vector<void*>& addresses : stacks) {
    std::vector<RawFrame> frames;
    for (void* pointer : addresses) {
      RawFrame& frame = frames.emplace_back();
      frame.address = reinterpret_cast<uint64_t>(pointer);
      const auto module = std::find_if(trace.modules.begin(), trace.modules.end(), [&](const Module& candidate) {
        return candidate.begin <= frame.address && frame.address < candidate.end;
      });
      if (module != trace.modules.end()) frame.module = static_cast<size_t>(module - trace.modules.begin());
    }
    add_raw_stack(trace, frames);
  }
  return trace;
}

std::vector<uint8_t> build_id_of(const std::string& path) {
  elf_version(EV_CURRENT);
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  std::vector<uint8_t> id;
  if (Elf* elf = elf_begin(file, ELF_C_READ, nullptr); elf != nullptr) {
    const void* bits = nullptr;
    const ssize_t size = dwelf_elf_gnu_build_id(elf, &bits);
    if (size > 0) id.assign(static_cast<const uint8_t*>(bits), static_cast<const uint8_t*>(bits) + size);
    elf_end(elf);
  }
  close(file);
  return id;
}

}  // namespace mallocop::report
