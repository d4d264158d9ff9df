// Standing before functions of the host, as the launcher planned it (trace/plan.h). In the constructor only: one thread
// runs, and none of the host's code has.
#pragma once

namespace mallocop::preload {

// Reads the plan at `path`, names its operations and says where their code lies. Before there is any stack.
void read_plan(const char* path);

// Puts the jumps into the functions. What cannot be done is written to the trace as a loss.
void apply_plan();

}  // namespace mallocop::preload
