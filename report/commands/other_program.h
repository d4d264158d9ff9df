// Functions are looked up in the command before it runs. A command that only starts the program that is meant (env,
// nice, a script) has none of them: what is said then.
#pragma once

#include <string>
#include <vector>

#include "report/commands/target_check.h"
#include "report/model/profile.h"

namespace mallocop::report {

// What to add to a message that no function was found: which program was looked at, and where to put mallocop if a
// later word of the command names the program that is meant. "" if there is nothing to add.
std::string other_program_advice(const Target& target, const std::vector<std::string>& words);

// Whether the trace is of another program than the one that was looked at: the command executed it in its own place.
// Then says so: the measurement is not valid if `operations` were asked for, and a note is added if the program that
// ran has benchmarks.
bool other_program_ran(const Target& target, bool operations, Profile& profile);

}  // namespace mallocop::report
