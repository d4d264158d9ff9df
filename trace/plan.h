// The plan of a run: which functions the shim shall stand before, and how.
//
// The launcher decodes the functions and proves that their first instructions can be moved; the shim, before main,
// moves them and puts a jump in their place. A plan is read once, by the process that the launcher starts, and deleted
// by the launcher: it is no file format for the world, and a shim reads the plans of its own version only.
//
// A file is a PlanHeader, the functions, the ranges, and the texts (each ends with a zero; offsets count from the first
// of them). Addresses are link-time addresses of their module: what the module's symbols say.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mallocop::trace {

inline constexpr uint8_t kPlanMagic[8] = {'m', 'c', 'o', 'p', 'l', 'a', 'n', '\n'};
inline constexpr uint32_t kPlanVersion = 2;

struct PlanHeader {
  uint8_t magic[8];
  uint32_t version;
  uint32_t functions;  // PlannedFunction, behind the header
  uint32_t ranges;     // PlannedRange, behind these
  uint32_t text_size;  // bytes, behind these
  uint64_t checksum;   // XXH3-64 of everything behind the header
};
static_assert(sizeof(PlanHeader) == 32);

// What the shim does when the function is entered.
enum class PlanAction : uint8_t {
  kCountEntry = 1,    // a call of the operation `name` begins
  kBatchBegin = 2,    // benchmark::State::StartKeepRunning: a batch begins when it returns
  kBatchEnd = 3,      // benchmark::State::FinishKeepRunning: the thread's batch ends before it runs
  kBatchPause = 4,    // benchmark::State::PauseTiming: what follows is not the batch's
  kBatchResume = 5,   // benchmark::State::ResumeTiming: from when it returns, it is again
  kWholeProcess = 6,  // no function: calls of the mark `name` count what other threads allocate meanwhile too
};

inline constexpr size_t kJumpSize = 5;          // bytes: jmp with a 32-bit displacement
inline constexpr size_t kMaxOriginalSize = 32;  // bytes of the function that are moved
inline constexpr size_t kMaxMovedSize = 96;     // bytes of the same instructions in their new place
inline constexpr size_t kMaxMovedDisplacements = 8;

// A 32-bit displacement in the moved instructions that is relative to the instruction pointer: the shim writes
// `target` minus the address behind the instruction. A moved call has one more, by which it corrects the return address
// that it pushed: `end_of_instruction` is then not behind `place`.
struct MovedDisplacement {
  uint64_t target;             // link-time address
  uint8_t place;               // offset of the displacement in `moved`
  uint8_t end_of_instruction;  // offset in `moved`
  uint8_t unused[6];
};
static_assert(sizeof(MovedDisplacement) == 16);

struct PlannedFunction {
  uint64_t address;  // where the jump goes: the function's first byte, or the one behind its endbr64
  uint32_t module;   // text: absolute path of the file that has the function
  uint32_t name;     // text: the operation (kCountEntry), else what to call the function in a message
  PlanAction action;
  uint8_t original_size;  // bytes from `address` on that are moved: whole instructions, at least kJumpSize with padding
  uint8_t moved_size;
  uint8_t displacements;
  uint32_t ends_in;  // text: what else the operation's functions end in by a jump (a tail call), for a person; "": none
  uint8_t original[kMaxOriginalSize];  // what must be in memory; else the shim leaves the function alone and says so
  uint8_t moved[kMaxMovedSize];        // without the jump back, which the shim adds
  MovedDisplacement displacement[kMaxMovedDisplacements];
};
static_assert(sizeof(PlannedFunction) == 24 + kMaxOriginalSize + kMaxMovedSize + 16 * kMaxMovedDisplacements);

// Code that belongs to an operation: a frame whose address lies in it is a frame of the operation. A function has one,
// and one more for each part that the compiler moved away from it (`.cold`).
struct PlannedRange {
  uint64_t begin;
  uint64_t end;       // behind the last byte
  uint32_t function;  // index of its PlannedFunction
  uint32_t unused;
};
static_assert(sizeof(PlannedRange) == 24);

}  // namespace mallocop::trace
