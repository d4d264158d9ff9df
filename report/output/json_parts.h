// The operations and sites of the JSON report; json.cpp puts the document together.
#pragma once

#include <nlohmann/json.hpp>

#include "report/model/profile.h"

namespace mallocop::report {

using Json = nlohmann::ordered_json;

Json json_operation(const Operation& operation);
Json json_site(const Profile& profile, const Site& site);

}  // namespace mallocop::report
