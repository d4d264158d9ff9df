// Giving threads their state and their ring, and taking both back.
//
// A state and its ring are made once and recycled: a program that starts many threads one after another needs as many
// as run at once. At the end of a thread its ring is folded by a destructor of thread-specific data, in the last of
// the rounds that the C library makes, so that what other destructors free is still recorded by the thread itself.
// What comes after that (the C library's own clean-up) goes to one ring that all ended threads share.
#pragma once

#include "preload/thread_state.h"

namespace mallocop::preload {

// Makes the key for thread ends. From the shim's constructor.
bool start_threads();

// The state of the calling thread, made now; null if there is no memory or no disk for one, and then for good. The
// thread has none yet.
ThreadState* acquire_thread();

// Whether the calling thread's state was taken back already.
bool thread_has_ended();

// Calls `record(state)` with the state that all ended threads share, one caller at a time and with signals blocked.
// False if it could not be made.
bool with_shared_state(void (*record)(ThreadState&, void*), void* argument);

// At the end of the process: folds the calling thread's ring and the shared one. Returns how many rings of other
// threads are in use.
uint64_t finish_threads();

// What all threads allocated and freed so far: those that run, those that ended, and what came after their ends.
trace::BlockTotals totals_of_all_threads();

// How many threads had a ring so far.
uint64_t thread_count();

}  // namespace mallocop::preload
