// Marks for C++: an operation's call lasts as long as an object.
//
//     void Conductor::dispatch() {
//       const mallocop::Operation op{"Conductor::dispatch"};
//       ...
//     }
//
// See mallocop.h for what a mark does and costs. Leaving the scope by an exception ends the call like any other way.
#pragma once

#include <cstdint>

#include "mallocop/mallocop.h"

namespace mallocop {

// Begins and ends in the thread that made it. `name` must stay unchanged during the constructor; a literal is best.
class Operation {
 public:
  explicit Operation(const char* name) noexcept : op_(mallocop_op_begin(name)) {}
  explicit Operation(mallocop_operation operation) noexcept : op_(mallocop_op_begin_id(operation)) {}
  ~Operation() {
    if (iterations_ == 1) {
      mallocop_op_end(op_);
    } else {
      mallocop_op_end_n(op_, iterations_);
    }
  }

  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

  // This one call stands for `count` repetitions (1 or more) of the operation, so its figures are divided by it.
  void iterations(std::uint64_t count) noexcept { iterations_ = count; }

 private:
  mallocop_op op_;
  std::uint64_t iterations_ = 1;
};

}  // namespace mallocop
