// A random way down a stack: frames of many kinds, one below the other, and at the end of it a leaf.
//
// A frame is a function that does something to its stack and then goes on with the walk. Frames are compiled by several
// compilers with several flags (meson.build), so this header is all that they and the tests share.
#pragma once

#include <cstddef>
#include <cstdint>

#include "tests/exactness/random.h"

namespace mallocop::exactness {

struct Walk;
using Frame = void (*)(Walk&);
struct FrameList {
  const Frame* frames;
  size_t count;
};

struct Walk {
  Random random;
  uint32_t depth;    // frames still to come
  uint32_t between;  // of so many frames one compares on the way down; 0: none does
  FrameList list;    // to choose from
  void (*leaf)(Walk&);
};

// Stands for a hook of the allocator: compares the stacks at its caller. Does nothing while the thread compares.
extern "C" void compare_here();

// For code that cannot inline go_on(): the next frame of the walk, or its leaf.
extern "C" void go_deeper(Walk* walk);

// Keeps the compiler from dropping a local, and from calling as a jump.
template <typename T>
[[gnu::always_inline]] inline void keep(T* memory) {
  asm volatile("" : : "r"(memory) : "memory");
}

// In each frame, so that every kind of frame calls the next one, the leaf and the comparison by itself.
[[gnu::always_inline]] inline void go_on(Walk& walk) {
  if (walk.between != 0 && walk.random.below(walk.between) == 0) compare_here();
  if (walk.depth == 0) {
    walk.leaf(walk);
  } else {
    --walk.depth;
    walk.list.frames[walk.random.below(static_cast<uint32_t>(walk.list.count))](walk);
    ++walk.depth;
  }
  keep(&walk);
}

// What stacks are known to end in, on the calling thread: frames without unwind information (counted up and down by
// those who call such code), and frames that end a stack for libunwind alone. Both must leave the mark "truncated".
extern thread_local uint32_t t_frames_without_information;
extern thread_local uint32_t t_frames_that_end_libunwind;

// All frames of this program, compiled with its own flags.
extern const FrameList kPlainFrames;      // frames/plain_frames.cpp: sizes, alignments, ways to call
extern const FrameList kForeignFrames;    // frames/plain_frames.cpp: another calling convention
extern const FrameList kTwinFrames;       // frames/twin_frames.cpp: alike in everything but their address
extern const FrameList kRoundFrames;      // frames/twin_frames.cpp: go on at a round stack pointer
extern const FrameList kCallFrames;       // frames/call_frames.cpp: callables, callbacks from libraries
extern const FrameList kExceptionFrames;  // frames/exception_frames.cpp: exceptions in flight
extern const FrameList kOddFrames;        // frames/odd_frames.cpp: hand-written assembly, other stacks
extern const FrameList kSignalFrames;     // frames/odd_frames.cpp: handlers of signals

}  // namespace mallocop::exactness
