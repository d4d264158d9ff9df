// What a change would take away, computed from the measurement.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
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
  // What remains in the first call, which makes what the others use again.
  uint64_t first_allocations = 0;
  uint64_t first_bytes = 0;
  bool about = false;     // bytes that remain are estimated
  bool at_least = false;  // more allocations may go, and fewer remain
  bool at_most = false;

  void add(const Impact& other);
};

// Sites of one change in one operation (or outside of all), as one.
struct SiteGroup {
  uint64_t allocations = 0;  // of measured calls, as are
  uint64_t bytes = 0;
  uint64_t temporary = 0;
  uint64_t leaked = 0;
  uint64_t reallocations = 0;  // of the allocations, second halves of a realloc
  bool reallocations_known = true;
  uint64_t smallest = 0;
  uint64_t largest = 0;
  uint64_t calls = 0;  // the most in which one of the sites allocates
  bool inside = false;
  bool fades = true;  // all of them allocate in the first calls only, or less and less
  bool first_call_only = true;

  void add(const Site& site);
  void add(const SiteGroup& other);
};

// How many blocks each call grows from the smallest to the largest, if all do so in steps that double, as the sums
// prove; a string's block is one byte larger than the capacity that doubles. Else 0.
uint64_t doubling_chains(const SiteGroup& group);

// Whether blocks grow in a call. `by_realloc`: Cause::grows_by_realloc.
bool grows(const SiteGroup& group, bool by_realloc);

// What goes from a group when its cause is cured.
Impact impact_of(const SiteGroup& group, Saving saving, bool by_realloc = false);

// "4 of 5 allocations per op (1 reserved block remains), 1,920 of 2,048 bytes per op"; outside of operations
// "12 allocations, 4.1 KiB in all". An impact without bytes speaks of allocations alone.
std::string impact_text(const Profile& profile, std::optional<size_t> operation, const Impact& impact);

}  // namespace mallocop::report
