// Two measurements side by side: which operations changed, and who made the difference. It judges nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "report/comparison/side.h"
#include "report/model/rational.h"
#include "report/verdict/verdict.h"

namespace mallocop::report {

// Both sides of a number. None: that side does not have it.
template <typename Value>
struct Pair {
  std::optional<Value> before;
  std::optional<Value> now;

  bool differs() const { return before != now; }
};

// A metric of the calls of an operation.
struct MetricChange {
  Metric metric = Metric::kAllocs;
  Pair<Rational> mean;
  Pair<Rational> max;
};

struct OperationChange {
  std::string name;
  Pair<uint64_t> calls;  // one side without: it is new, or gone
  std::vector<MetricChange> metrics;
  Pair<double> time_ns;  // of one call: the median, or what a harness says

  bool differs() const;  // in a metric: neither calls nor times count
};

struct TotalChange {
  Metric metric = Metric::kAllocs;
  uint64_t before = 0;
  uint64_t now = 0;
};

// What a function of the user's allocates in an operation: per call, or outside of all operations in the whole process.
struct PlaceChange {
  std::string operation;  // "": outside
  std::string function;   // whole name
  Pair<Rational> allocations;
  Pair<Rational> bytes;
  // That a side does not have it means that it is not there. False: that side is a baseline which keeps only its
  // largest functions.
  bool certain = true;
  AllocatingPlace place;  // now; before, if it is gone
};

struct Comparison {
  std::string before;  // names of the sides
  std::string now;
  std::vector<std::string> conditions;      // that differ: "libc is 'glibc 2.36', was 'glibc 2.31'"
  std::vector<TotalChange> totals;          // of the whole process
  std::vector<OperationChange> operations;  // those that differ first, by allocations
  std::vector<PlaceChange> places;          // that differ, the largest difference first
  uint64_t places_alike = 0;
};

Comparison compare(const Side& before, const Side& now);

}  // namespace mallocop::report
