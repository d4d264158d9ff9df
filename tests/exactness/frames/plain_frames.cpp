// Frames that need no library: sizes, alignments, and ways to call and to leave.
#include <alloca.h>
#include <immintrin.h>
#include <setjmp.h>

#include <cstdarg>
#include <utility>

#include "tests/exactness/walk.h"

#pragma GCC diagnostic ignored "-Wvla"

namespace mallocop::exactness {
namespace {

// --- Sizes ----------------------------------------------------------------------------------------------------------

template <int N>
[[gnu::noinline]] void of_size(Walk& walk) {
  char local[N * N * 4 + 1];
  keep(local);
  if (walk.random.below(2) == 0) return go_on(walk);  // two return addresses
  go_on(walk);
  keep(local);
}

void with_large_local(Walk& walk) {
  char local[20'000];
  keep(local);
  go_on(walk);
  keep(local);
}

void with_alloca(Walk& walk) {
  void* const memory = alloca(walk.random.below(600) + 1);
  keep(memory);
  go_on(walk);
  keep(memory);
}

void with_array_of_variable_length(Walk& walk) {
  __extension__ char memory[walk.random.below(600) + 1];
  keep(memory);
  go_on(walk);
  keep(memory);
}

// --- Alignments -----------------------------------------------------------------------------------------------------

struct alignas(64) Aligned {
  float values[32];
};
struct Large {
  long values[9];
};
void with_aligned_local(Walk& walk) {
  Aligned local;
  keep(&local);
  go_on(walk);
  keep(&local);
}
void with_aligned_local_and_alloca(Walk& walk) {
  Aligned local;
  void* const memory = alloca(walk.random.below(600) + 1);
  keep(&local);
  keep(memory);
  go_on(walk);
  keep(&local);
  keep(memory);
}
void with_aligned_local_and_registers(Walk& walk) {
  Aligned local;
  keep(alloca(walk.random.below(600) + 1));
  size_t a = walk.depth, b = a + 1, c = a ^ 77, d = b * 3, e = c + d, f = e * a;
  keep(&local);
  go_on(walk);
  keep(&local);
  const size_t all[] = {a, b, c, d, e, f};
  keep(all);
}
[[gnu::target("avx2")]] void with_vectors(Walk& walk) {
  __m256i a = _mm256_set1_epi32(static_cast<int>(walk.depth));
  __m256i b = _mm256_add_epi32(a, a);
  asm volatile("" : "+x"(a), "+x"(b));
  go_on(walk);  // the values are spilled to places of 32 bytes
  a = _mm256_add_epi32(a, b);
  asm volatile("" : : "x"(a));
}
void with_vectors_if_there(Walk& walk) {
  __builtin_cpu_supports("avx2") ? with_vectors(walk) : with_aligned_local(walk);
  keep(&walk);
}
[[gnu::force_align_arg_pointer]] void with_aligned_stack(Walk& walk) {
  char local[24];
  keep(local);
  go_on(walk);
  keep(local);
}

// --- Registers and arguments ----------------------------------------------------------------------------------------

void with_all_registers(Walk& walk) {
  size_t a = walk.depth, b = a + 1, c = a ^ 77, d = b * 3, e = c + d, f = e * a, g = f ^ b, h = g + 5;
  go_on(walk);
  const size_t all[] = {a, b, c, d, e, f, g, h};
  keep(all);
}
[[gnu::noinline]] void take_many(Walk& walk, long, long, long, long, long, long g, Large h, long i) {
  keep(&g);
  go_on(walk);
  keep(&h);
  keep(&i);
}
void with_many_arguments(Walk& walk) {
  Large large{};
  keep(&large);
  take_many(walk, 1, 2, 3, 4, 5, 6, large, walk.depth);
  keep(&walk);
}
[[gnu::noinline]] void take_any(Walk* walk, ...) {
  va_list list;
  va_start(list, walk);
  go_on(*walk);
  const double value = va_arg(list, double);
  keep(&value);
  va_end(list);
}
void with_any_arguments(Walk& walk) {
  take_any(&walk, 1.5, 2);
  keep(&walk);
}
[[gnu::ms_abi, gnu::noinline]] void as_on_windows(Walk& walk) {
  go_on(walk);
  keep(&walk);
}
// Where vector registers are saved is nothing that libunwind can read: it ends the stack there.
void with_other_convention(Walk& walk) {
  if (walk.random.below(4) != 0) return go_on(walk);
  ++t_frames_that_end_libunwind;
  as_on_windows(walk);
  --t_frames_that_end_libunwind;
}
void with_early_return(Walk& walk) {
  if (walk.random.below(4) == 0) return compare_here();
  Aligned local;
  keep(&local);
  go_on(walk);
  keep(&local);
}

// --- Recursion ------------------------------------------------------------------------------------------------------

[[gnu::noinline]] void recurse(Walk& walk, uint32_t times) {
  times > 0 ? recurse(walk, times - 1) : go_on(walk);
  keep(&times);
}
void recursion(Walk& walk) { recurse(walk, walk.random.below(12)); }

[[gnu::noinline]] void back(Walk& walk, uint32_t times);
[[gnu::noinline]] void forth(Walk& walk, uint32_t times) {
  times > 0 ? back(walk, times - 1) : go_on(walk);
  keep(&times);
}
[[gnu::noinline]] void back(Walk& walk, uint32_t times) {
  char local[40];
  keep(local);
  forth(walk, times);
  keep(local);
}
void mutual_recursion(Walk& walk) { forth(walk, walk.random.below(8)); }

// --- Ways to call and to leave --------------------------------------------------------------------------------------

[[gnu::noinline]] void last(Walk& walk) {
  char local[64];
  keep(local);
  go_on(walk);
  keep(local);
}
void tail_call(Walk& walk) {
  if (walk.random.below(3) == 0) compare_here();
#if defined __clang__
  [[clang::musttail]]
#endif
  return last(walk);
}

// The call that does not come back is the last instruction: its return address is that of the next function.
[[noreturn, gnu::noinline]] void never_return(Walk& walk, jmp_buf& back) {
  go_on(walk);
  ++t_frames_that_end_libunwind;  // it does not see how longjmp changes the stack pointer
  longjmp(back, 1);
}
[[noreturn, gnu::noinline]] void end_in_a_call(Walk& walk, jmp_buf& back) { never_return(walk, back); }
void left_by_longjmp(Walk& walk) {
  const uint32_t depth = walk.depth;
  jmp_buf back;
  if (setjmp(back) == 0) end_in_a_call(walk, back);
  --t_frames_that_end_libunwind;
  walk.depth = depth;
  if (walk.random.below(2) == 0) compare_here();
  keep(&back);
}

[[gnu::cold, gnu::noinline]] void rare(Walk& walk, const char* text) {
  keep(text);
  go_on(walk);
  keep(text);
}
void out_of_cold_part(Walk& walk) {
  char local[32];
  keep(local);
  if (walk.random.below(2) == 0) [[unlikely]] {
    rare(walk, local);
  } else {
    go_on(walk);
  }
  if (walk.random.below(4) == 0) compare_here();
  keep(local);
}

template <int... N>
constexpr auto with_sizes(std::integer_sequence<int, N...>) {
  struct {
    Frame frames[sizeof...(N) + 17];
  } all{{of_size<N>..., with_large_local, with_alloca, with_array_of_variable_length, with_aligned_local,
         with_aligned_local_and_alloca, with_aligned_local_and_registers, with_vectors_if_there, with_aligned_stack,
         with_all_registers, with_many_arguments, with_any_arguments, with_early_return, recursion, mutual_recursion,
         tail_call, left_by_longjmp, out_of_cold_part}};
  return all;
}
constexpr auto kAll = with_sizes(std::make_integer_sequence<int, 16>());

constexpr Frame kForeign[] = {with_other_convention};

}  // namespace

const FrameList kPlainFrames{kAll.frames, sizeof kAll.frames / sizeof(Frame)};
const FrameList kForeignFrames{kForeign, 1};

}  // namespace mallocop::exactness
