// Stands in for the shim: a table of functions that writes down how the marks call it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mallocop::test {

// Takes what was called since the last time, oldest first: "begin_named parse -> 1", "end 1", "end_n 1 x 100" …
std::vector<std::string> take_calls();

// The shim that records nothing: every begin gives 0 until this is set back.
void set_recording(bool recording);

}  // namespace mallocop::test
