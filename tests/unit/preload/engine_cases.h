// Ways to come to a call: each runs `leaf` with frames of another kind around it.
#pragma once

#include <cstddef>

namespace mallocop::preload::cases {

using Leaf = void (*)();

void recursion(int depth, Leaf leaf);
void mutual_recursion(int depth, Leaf leaf);
void with_alloca(size_t size, Leaf leaf);
void with_array_of_variable_length(size_t size, Leaf leaf);
void with_aligned_local(Leaf leaf);  // the stack is realigned to 64 bytes
void with_aligned_local_and_alloca(size_t size, Leaf leaf);
void with_aligned_local_and_registers(size_t count, Leaf leaf);
void with_large_frame(Leaf leaf);
void with_many_registers(const double* values, size_t count, Leaf leaf);
void through_lambdas(Leaf leaf);
void through_std_function(Leaf leaf);
void through_virtual_call(Leaf leaf);
void through_qsort(Leaf leaf);  // a callback from the C library
void through_std_sort(Leaf leaf);
void in_a_destructor_while_unwinding(Leaf leaf);
void in_a_catch_block(Leaf leaf);
void after_longjmp(Leaf leaf);

extern "C" void call_without_information(Leaf leaf);  // engine_no_cfi.S

}  // namespace mallocop::preload::cases
