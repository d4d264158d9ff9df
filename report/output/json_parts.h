// The parts of the JSON report; json.cpp puts the document together.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string_view>

#include "report/model/profile.h"
#include "report/output/report_input.h"

namespace mallocop::report {

using Json = nlohmann::ordered_json;

std::string_view pattern_name(Pattern pattern);  // "every-op"
Json json_quotient(Rational value);
Json json_number(Rational value);  // the quotient, and `value`: the nearest double
Json json_or_null(std::string_view text);
Json json_operation(const Operation& operation);
// With the innermost `most_frames` of its stack.
Json json_site(const Profile& profile, const Site& site, size_t most_frames);
Json json_verdict(const Verdict& verdict);
Json json_after(const After& after);

}  // namespace mallocop::report
