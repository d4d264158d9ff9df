// toml++ with places: entries in the order of the file and errors that name file, line and column.
#pragma once

#include <toml++/toml.h>

#include <string>
#include <string_view>
#include <vector>

#include "report/support/error.h"
#include "report/support/units.h"

namespace mallocop::report {

// Knows the file's name, so that every complaint can name it.
class TomlPlace {
 public:
  explicit TomlPlace(std::string file) : file_(std::move(file)) {}

  // "mallocop.toml:12"
  std::string line_of(const toml::source_region& region) const;

  // "mallocop.toml:12:3: why"
  Error error(const toml::source_region& region, std::string_view why) const;

 private:
  std::string file_;
};

struct TomlEntry {
  std::string_view key;
  toml::source_region key_place;
  const toml::node* value;
};

// A table's entries as they stand in the file: toml++ itself sorts them by name.
std::vector<TomlEntry> entries_in_order(const toml::table& table);

// A limit's value: a number for a count, a number of bytes or a text for a size, a text for a time. Exact: a TOML float
// stands for the shortest decimal fraction that reads as it, which is what was written. Throws place.error.
Rational exact_value(const TomlPlace& place, const TomlEntry& entry, Unit unit);

// A text that is not empty.
std::string text_value(const TomlPlace& place, const TomlEntry& entry);

}  // namespace mallocop::report
