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

// What this thread allocated since the object was made; for tests and harnesses. Nothing recorded, as without the shim,
// reads as more than any limit allows, so that no check passes unmeasured.
//
//     const mallocop::Tally tally;
//     parse(document);
//     REQUIRE(tally.allocations() <= 2);
class Tally {
 public:
  static constexpr std::uint64_t kNotRecorded = ~std::uint64_t{0};

  Tally() noexcept : recorded_(mallocop_recording() != 0), begin_(mallocop_thread_totals()) {}

  std::uint64_t allocations() const noexcept { return since().allocations; }
  std::uint64_t bytes() const noexcept { return since().bytes; }  // requested
  std::uint64_t frees() const noexcept { return since().frees; }

  // All three at one moment; kNotRecorded each if it was not recorded throughout.
  mallocop_totals since() const noexcept {
    const mallocop_totals now = mallocop_thread_totals();
    if (!recorded_ || mallocop_recording() == 0) return {kNotRecorded, kNotRecorded, kNotRecorded};
    return {now.allocations - begin_.allocations, now.bytes - begin_.bytes, now.frees - begin_.frees};
  }

 private:
  bool recorded_;
  mallocop_totals begin_;
};

}  // namespace mallocop
