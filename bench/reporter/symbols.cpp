// How long naming the frames of a trace takes: bench_symbols FILE [FRAMES [ROUNDS]]
//
// FRAMES places (50,000 unless named), at equal distances over the code of FILE, an executable or a library, are named
// as those of a trace would be: ROUNDS times (5) by one thread and ROUNDS times by as many as there are processors, in
// turn, each in a process of its own, so that nothing is known from before. What is printed are medians, and of the
// ratio of the two in each round the median, the smallest and the largest.
#include <elf.h>
#include <elfutils/libdwelf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <gelf.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "report/symbols/symbolize.h"

namespace {

using mallocop::report::Frame;
using mallocop::report::LoadedTrace;
using mallocop::report::SymbolOptions;

struct Code {
  uint64_t begin;  // link addresses
  uint64_t end;
};

struct File {
  std::string path;
  std::vector<uint8_t> build_id;
  std::vector<Code> code;
};

// What a run took, sent through a pipe.
struct Run {
  double wall = 0;  // s
  double processor = 0;
  uint64_t peak = 0;   // bytes
  uint64_t named = 0;  // of the places, those that got a name
  uint64_t frames = 0;
  uint64_t digest = 0;  // of all that was found
};

File read_file(const std::string& path) {
  elf_version(EV_CURRENT);
  File file{std::filesystem::canonical(path).string(), {}, {}};
  const int descriptor = ::open(file.path.c_str(), O_RDONLY | O_CLOEXEC);
  Elf* const elf = elf_begin(descriptor, ELF_C_READ_MMAP, nullptr);
  size_t headers = 0;
  if (elf == nullptr || elf_getphdrnum(elf, &headers) != 0) throw std::runtime_error("no ELF file: " + path);
  const void* bits = nullptr;
  if (const ssize_t size = dwelf_elf_gnu_build_id(elf, &bits); size > 0) {
    const auto* const first = static_cast<const uint8_t*>(bits);
    file.build_id.assign(first, first + size);
  }
  for (size_t index = 0; index < headers; ++index) {
    GElf_Phdr header;
    if (gelf_getphdr(elf, static_cast<int>(index), &header) == nullptr) continue;
    if (header.p_type == PT_LOAD && (header.p_flags & PF_X) != 0) {
      file.code.push_back({header.p_vaddr, header.p_vaddr + header.p_filesz});
    }
  }
  elf_end(elf);
  ::close(descriptor);
  return file;
}

LoadedTrace make_trace(const File& file, uint64_t frames) {
  constexpr uint64_t kBias = uint64_t{1} << 40;
  LoadedTrace trace;
  trace.modules.push_back({file.path, file.build_id, kBias, kBias, kBias + file.code.back().end});
  uint64_t size = 0;
  for (const Code& code : file.code) size += code.end - code.begin;
  for (uint64_t index = 0; index < frames; ++index) {
    uint64_t place =
        static_cast<uint64_t>(static_cast<double>(size) / static_cast<double>(frames) * static_cast<double>(index));
    for (const Code& code : file.code) {
      const uint64_t here = code.end - code.begin;
      if (place < here) {
        place += code.begin;
        break;
      }
      place -= here;
    }
    trace.raw_nodes.push_back(static_cast<uint32_t>(index));
    trace.raw_frames.push_back({kBias + place + 1, 0, false});
    trace.profile.nodes.emplace_back();
    trace.profile.stacks.push_back({.node = static_cast<uint32_t>(index)});
  }
  return trace;
}

uint64_t digest_of(const std::vector<Frame>& frames) {
  uint64_t digest = 0;
  const auto add = [&digest](auto value) {
    digest = digest * 0x9e3779b97f4a7c15U + std::hash<decltype(value)>()(value);
  };
  for (const Frame& frame : frames) {
    add(frame.function);
    add(frame.file);
    add(frame.line);
    add(frame.address);
    add(frame.inlined);
  }
  return digest;
}

Run run(const File& file, uint64_t frames, unsigned threads) {
  LoadedTrace trace = make_trace(file, frames);
  SymbolOptions options;
  options.threads = threads;
  Run result;
  const auto begin = std::chrono::steady_clock::now();
  symbolize(trace, options);
  result.wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  result.processor = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  result.peak = static_cast<uint64_t>(usage.ru_maxrss) << 10;
  result.named = trace.profile.measurement.frames_symbolised;
  result.frames = trace.profile.frames.size();
  result.digest = digest_of(trace.profile.frames);
  return result;
}

Run run_apart(const File& file, uint64_t frames, unsigned threads) {
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
  const pid_t child = ::fork();
  if (child == 0) {
    const Run result = run(file, frames, threads);
    ::_exit(::write(ends[1], &result, sizeof result) == sizeof result ? 0 : 1);
  }
  ::close(ends[1]);
  Run result;
  const bool whole = ::read(ends[0], &result, sizeof result) == sizeof result;
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  if (!whole) throw std::runtime_error("a run failed");
  return result;
}

template <typename Value>
double median(const std::vector<Run>& runs, Value Run::*value) {
  std::vector<double> values;
  values.reserve(runs.size());
  for (const Run& each : runs) values.push_back(static_cast<double>(each.*value));
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void print(const char* who, const std::vector<Run>& runs) {
  fmt::print("{:<11} {:6.2f} s, {:6.2f} s of processor time, {:5.0f} MiB\n", who, median(runs, &Run::wall),
             median(runs, &Run::processor), median(runs, &Run::peak) / (1 << 20));
}

void measure(const File& file, uint64_t frames, uint64_t rounds) {
  const unsigned threads = std::max(2U, std::thread::hardware_concurrency());
  std::vector<Run> alone;
  std::vector<Run> together;
  std::vector<double> ratios;
  for (uint64_t round = 0; round < rounds; ++round) {
    alone.push_back(run_apart(file, frames, 1));
    together.push_back(run_apart(file, frames, threads));
    if (alone.back().digest != together.back().digest) throw std::runtime_error("the threads found something else");
    ratios.push_back(together.back().wall / alone.back().wall);
  }
  std::sort(ratios.begin(), ratios.end());
  fmt::print("{}: {} places, {} with a name, {} frames\n", file.path, frames, alone[0].named, alone[0].frames);
  print("1 thread", alone);
  print(fmt::format("{} threads", threads).c_str(), together);
  fmt::print("ratio       {:.2f} ({:.2f} … {:.2f})\n", ratios[ratios.size() / 2], ratios.front(), ratios.back());
}

uint64_t number(int argc, char** argv, int index, uint64_t otherwise) {
  return argc > index ? std::max<uint64_t>(1, std::strtoull(argv[index], nullptr, 10)) : otherwise;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "bench_symbols FILE [FRAMES [ROUNDS]]\n");
    return 2;
  }
  try {
    const File file = read_file(argv[1]);
    if (file.code.empty()) throw std::runtime_error(std::string("no code: ") + argv[1]);
    measure(file, number(argc, argv, 2, 50'000), number(argc, argv, 3, 5));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_symbols: %s\n", error.what());
    return 1;
  }
  return 0;
}
