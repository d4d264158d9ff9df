// Everything that mallocop makes of a loaded trace, with what must hold whatever is in it.
#pragma once

#include <string>

#include "report/output/report_input.h"
#include "report/trace/load_profile.h"

namespace mallocop::fuzz {

// What the rest of the reporter relies on: every index is in range, and what is not valid says why.
void check_profile(const report::Profile& profile);

// Batches are named as mallocop names them, but that no file is opened for the names of functions.
report::LoadOptions options_with_names();

// Names for the frames, made of the paths of their modules: no file is opened, and a trace can bring any name. Then
// causes, plan, verdict, baseline and every output.
void check_report(report::LoadedTrace loaded);

}  // namespace mallocop::fuzz
