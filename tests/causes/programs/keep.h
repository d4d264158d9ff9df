// What every program of the corpus needs: marks, and a way to keep the optimiser from removing what is measured.
#pragma once

#include <mallocop/mallocop.hpp>

constexpr int kCalls = 20;

// The compiler must take it that `value` is read and changed.
template <typename T>
inline void keep(T& value) {
  asm volatile("" : : "r"(&value) : "memory");
}
