// Texts for formats that are JSON: ASCII only, bytes that are not UTF-8 replaced, as in the JSON report.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace mallocop::report {

// With its quotes.
inline std::string json_text(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

}  // namespace mallocop::report
