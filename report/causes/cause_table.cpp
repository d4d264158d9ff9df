#include "report/causes/cause_table.h"

#include <algorithm>

namespace mallocop::report {

// Of rows about one function the first counts: what is made of strings and vectors stands before those.
std::span<const Cause> cause_table() {
  static const std::vector<Cause> kRows = [] {
    std::vector<Cause> rows;
    add_runtime_rows(rows);
    add_library_rows(rows);
    add_object_rows(rows);
    add_string_rows(rows);
    add_container_rows(rows);
    add_rust_rows(rows);
    add_rust_container_rows(rows);
    return rows;
  }();
  return kRows;
}

const Cause* find_cause(std::string_view name) {
  const std::span<const Cause> rows = cause_table();
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const Cause& cause) { return cause.name == name; });
  return row == rows.end() ? nullptr : &*row;
}

}  // namespace mallocop::report
