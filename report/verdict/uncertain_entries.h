// What is said of operations whose figures may be too low, because their functions end in others (tail calls) and were
// entered in a way that the stack does not show.
#pragma once

#include <string>

#include "report/model/profile.h"

namespace mallocop::report {

// "it was entered …, and it ends in …": how it was entered, and what is not seen. "" if all entries are certain.
std::string uncertain_entries(const Profile& profile, const Operation& operation);

// What can be changed about it.
inline constexpr const char* kUncertainEntriesAdvice =
    "mark the operation in the source, name what it ends in by --op as well, or compile it with "
    "-fno-optimize-sibling-calls";

// A note in the ledger for each such operation. The frames of the Profile have their names.
void note_uncertain_entries(Profile& profile);

}  // namespace mallocop::report
