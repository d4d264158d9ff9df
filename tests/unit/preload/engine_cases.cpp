#include "tests/unit/preload/engine_cases.h"

#include <alloca.h>
#include <setjmp.h>
#include <stdlib.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <memory>
#include <vector>

#pragma GCC diagnostic ignored "-Wvla"

namespace mallocop::preload::cases {
namespace {

// Keeps the compiler from dropping a local, or from calling as a jump.
void keep(const void* memory) { asm volatile("" : : "r"(memory) : "memory"); }

Leaf g_leaf;  // for callbacks that take no argument of ours

}  // namespace

[[gnu::noinline]] void recursion(int depth, Leaf leaf) {
  depth > 0 ? recursion(depth - 1, leaf) : leaf();
  keep(&depth);
}

[[gnu::noinline]] static void mutual_recursion_back(int depth, Leaf leaf) {
  char local[40] = {};
  keep(local);
  mutual_recursion(depth - 1, leaf);
  keep(local);
}
[[gnu::noinline]] void mutual_recursion(int depth, Leaf leaf) {
  depth > 0 ? mutual_recursion_back(depth, leaf) : leaf();
  keep(&depth);
}

[[gnu::noinline]] void with_alloca(size_t size, Leaf leaf) {
  auto* const memory = static_cast<char*>(alloca(size));
  std::memset(memory, 1, size);
  keep(memory);
  leaf();
  keep(memory);
}

[[gnu::noinline]] void with_array_of_variable_length(size_t size, Leaf leaf) {
  __extension__ char memory[size];
  std::memset(memory, 1, size);
  keep(memory);
  leaf();
  keep(memory);
}

struct alignas(64) Aligned {
  float values[32];
};

[[gnu::noinline]] void with_aligned_local(Leaf leaf) {
  Aligned local{};
  keep(&local);
  leaf();
  keep(&local);
}

[[gnu::noinline]] void with_aligned_local_and_alloca(size_t size, Leaf leaf) {
  Aligned local{};
  void* const memory = alloca(size);
  keep(&local);
  keep(memory);
  recursion(2, leaf);
  keep(&local);
  keep(memory);
}

// All registers that calls preserve are saved, and where is said by expressions.
[[gnu::noinline]] void with_aligned_local_and_registers(size_t count, Leaf leaf) {
  Aligned local{};
  keep(alloca(count));
  size_t a = count, b = count + 1, c = count ^ 2, d = count * 3, e = count - 4, f = count | 5;
  keep(&local);
  asm volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+r"(f));
  leaf();
  keep(&local);
  const size_t all[] = {a, b, c, d, e, f};
  keep(all);
}

[[gnu::noinline]] void with_large_frame(Leaf leaf) {
  char memory[200'000];
  std::memset(memory, 1, sizeof memory);
  keep(memory);
  leaf();
  keep(memory);
}

[[gnu::noinline]] void with_many_registers(const double* values, size_t count, Leaf leaf) {
  double sum[8] = {};
  size_t a = count, b = count + 1, c = count + 2, d = count + 3, e = count + 4;
  for (size_t index = 0; index < count; ++index) {
    sum[index % 8] += values[index];
    if (index == count / 2) leaf();
    a += b ^ c;
    b += c ^ d;
    c += d ^ e;
    d += e ^ a;
    e += a ^ b;
  }
  keep(sum);
  const size_t all[] = {a, b, c, d, e};
  keep(all);
}

[[gnu::noinline]] void through_lambdas(Leaf leaf) {
  int counter = 0;
  const auto outer = [&](int times) {
    const auto inner = [&] {
      counter += times;
      leaf();
    };
    inner();
    keep(&counter);
  };
  outer(3);
  keep(&counter);
}

[[gnu::noinline]] void through_std_function(Leaf leaf) {
  const std::function<void(int)> function = [leaf](int value) {
    leaf();
    keep(&value);
  };
  function(1);
  keep(&function);
}

struct Base {
  virtual ~Base() = default;
  virtual void call(Leaf leaf) = 0;
};
struct Derived : Base {
  void call(Leaf leaf) override {
    leaf();
    keep(this);
  }
};
[[gnu::noinline]] void through_virtual_call(Leaf leaf) {
  const std::unique_ptr<Base> object = std::make_unique<Derived>();
  keep(object.get());
  object->call(leaf);
  keep(object.get());
}

void through_qsort(Leaf leaf) {
  g_leaf = leaf;
  int values[] = {2, 1};
  qsort(values, 2, sizeof values[0], [](const void* a, const void* b) {
    g_leaf();
    return *static_cast<const int*>(a) - *static_cast<const int*>(b);
  });
}

void through_std_sort(Leaf leaf) {
  std::vector<int> values = {2, 1};
  std::sort(values.begin(), values.end(), [leaf](int a, int b) {
    leaf();
    return a < b;
  });
}

void in_a_destructor_while_unwinding(Leaf leaf) {
  struct Guard {
    Leaf leaf;
    ~Guard() { leaf(); }
  };
  try {
    const Guard guard{leaf};
    throw 1;
  } catch (int) {
    keep(&leaf);
  }
}

void in_a_catch_block(Leaf leaf) {
  try {
    throw 1;
  } catch (int) {
    leaf();
  }
  keep(&leaf);
}

static jmp_buf g_buffer;
[[gnu::noinline]] static void jump_out() { longjmp(g_buffer, 1); }
void after_longjmp(Leaf leaf) {
  if (setjmp(g_buffer) == 0) recursion(10, jump_out);
  leaf();
  keep(&g_buffer);
}

}  // namespace mallocop::preload::cases
