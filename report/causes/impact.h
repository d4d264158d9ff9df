// What a change would take away, computed from the measurement.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "report/causes/cause_table.h"
#include "report/model/profile.h"

namespace mallocop::report {

struct Impact {
  uint64_t allocations = 0;
  uint64_t bytes = 0;
  bool first_call_only = true;  // of every site that was added
  uint64_t calls = 0;           // the most in which one of these sites allocates
  uint64_t reserved = 0;        // allocations that remain: blocks which are made large enough at once

  void add(const Impact& other);
};

// What goes from a site when its cause is cured, of what measured calls took from it.
Impact impact_of(const Site& site, Saving saving);

// "4 of 5 allocations per op (1 reserved block remains), 1,920 of 2,048 bytes per op"; outside of operations
// "12 allocations, 4.1 KiB in all". An impact without bytes speaks of allocations alone.
std::string impact_text(const Profile& profile, std::optional<size_t> operation, const Impact& impact);

}  // namespace mallocop::report
