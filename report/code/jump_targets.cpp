// See jump_targets.h.
#include "report/code/jump_targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <iterator>

namespace mallocop::report {
namespace {

// A table has no length that could be read. What lies behind it is read as well, which can only lead to a refusal too
// many: entries until so many in a row lie outside of the function, as those of cases that cannot happen may.
constexpr size_t kMostEntries = 16384;
constexpr size_t kMostOutside = 8;

constexpr size_t kMostSteps = 64;  // back from an indirect jump

}  // namespace

JumpTargets::JumpTargets(ModuleCode& module, const FunctionCode& code) : module_(module), code_(code) {
  collect(code.main);
  collect(code.elsewhere);
  std::sort(edges_.begin(), edges_.end(), [](const Edge& a, const Edge& b) { return a.to < b.to; });
  // What is known of a jump rests on there being no other way to it; a table may show one.
  size_t before = 0;
  do {
    before = table_edges_.size();
    unknown_ = may_leave_ = false;
    for (const Instruction* const jump : indirect_) unknown_ = !follow(*jump) || unknown_;
  } while (table_edges_.size() != before);
  may_leave_ = may_leave_ || unknown_;
}

void JumpTargets::collect(const std::vector<Instruction>& line) {
  for (const Instruction& one : line) {
    if (one.direct) edges_.push_back({one.target, one.address, one.flow == Flow::kCall});
    if (one.addressed != 0) taken_.push_back(one.referred);
    if (one.constant != 0) constants_.push_back(one.constant);
    if (one.flow == Flow::kJump && !one.direct) indirect_.push_back(&one);
  }
}

// Goes back from an indirect jump to the instruction that made its target. False: where it goes is not known.
bool JumpTargets::follow(const Instruction& jump) {
  JumpSource source = source_of_jump(module_, jump);
  const uint16_t held_in = source.held_in;
  const Instruction* one = &jump;
  for (size_t step = 0; source.kind == JumpSource::Kind::kNone && step < kMostSteps; ++step) {
    one = only_way_to(*one);
    if (one == nullptr || one->flow == Flow::kCall) return false;
    source = source_of_register(module_, *one, held_in);
  }
  if (source.kind == JumpSource::Kind::kPointer) {
    may_leave_ = may_leave_ || (jump.referred == 0 && !holds_addresses(source.table));
    return true;
  }
  if (source.kind != JumpSource::Kind::kSum) return false;
  bool found = false;
  for (const uint16_t term : source.terms) found = find_tables(term) || found;
  return found;
}

// The instruction that is always executed before `one`; nullptr if there is more than one way, or none is known.
const Instruction* JumpTargets::only_way_to(const Instruction& one) {
  if (one.address == code_.range.begin) return nullptr;
  const Instruction* before = code_.before(one);
  // Nobody comes through the padding behind an instruction that does not go on.
  const Instruction* solid = before;
  while (solid != nullptr && solid->padding) solid = code_.before(*solid);
  const bool ended =
      before == nullptr || (solid != nullptr && (solid->flow == Flow::kJump || solid->flow == Flow::kStop));
  if (ended) before = nullptr;

  const auto to_it = [&](const Edge& edge) { return edge.to == one.address; };
  const auto edge = std::find_if(edges_.begin(), edges_.end(), to_it);
  const bool other = std::any_of(table_edges_.begin(), table_edges_.end(), to_it) ||
                     std::find(taken_.begin(), taken_.end(), one.address) != taken_.end() ||
                     !module_.addresses_in_data({one.address, one.address + 1}).empty();
  if (other) return nullptr;
  if (edge == edges_.end()) return before;
  if (before != nullptr || edge->call || std::any_of(std::next(edge), edges_.end(), to_it)) return nullptr;
  return code_.at(edge->from);
}

bool JumpTargets::find_tables(uint16_t register_number) {
  bool found = false;
  for (const auto* line : {&code_.main, &code_.elsewhere}) {
    for (const Instruction& one : *line) {
      if (one.addressed == register_number && !module_.is_executable(one.referred)) {
        found = read_table(one.referred) || found;
      }
    }
  }
  return found;
}

bool JumpTargets::read_table(uint64_t table) {
  const auto is_of_it = [&](const Edge& edge) { return edge.from == table; };
  if (std::find(read_.begin(), read_.end(), table) != read_.end()) {
    return std::any_of(table_edges_.begin(), table_edges_.end(), is_of_it);
  }
  read_.push_back(table);
  const std::span<const uint8_t> bytes = module_.bytes(table, kMostEntries * sizeof(int32_t));
  size_t outside = 0;
  bool first_inside = false;
  for (size_t at = 0; at + sizeof(int32_t) <= bytes.size() && outside < kMostOutside; at += sizeof(int32_t)) {
    int32_t offset = 0;
    std::memcpy(&offset, bytes.data() + at, sizeof offset);
    const uint64_t target = table + static_cast<uint64_t>(static_cast<int64_t>(offset));
    if (!code_.holds(target) && target != code_.range.end) {
      ++outside;
      continue;
    }
    outside = 0;
    first_inside = first_inside || at == 0;
    table_edges_.push_back({target, table, false});
  }
  if (first_inside) return true;
  std::erase_if(table_edges_, is_of_it);
  return false;
}

bool JumpTargets::holds_addresses(uint64_t table) const {
  uint64_t first = 0;
  const std::span<const uint8_t> bytes = module_.bytes(table, sizeof first);
  if (table == 0 || bytes.size() < sizeof first) return false;
  std::memcpy(&first, bytes.data(), sizeof first);
  return code_.holds(first);
}

std::string JumpTargets::arrival(AddressRange inside) const {
  const auto edge = std::lower_bound(edges_.begin(), edges_.end(), inside.begin,
                                     [](const Edge& one, uint64_t value) { return one.to < value; });
  if (edge != edges_.end() && edge->to < inside.end) {
    return fmt::format("the {} at {:#x} goes into them, to {:#x}", edge->call ? "call" : "jump", edge->from, edge->to);
  }
  for (const uint64_t address : taken_) {
    if (inside.holds(address)) return fmt::format("its code takes the address {:#x} in them", address);
  }
  for (const Edge& one : table_edges_) {
    if (inside.holds(one.to)) return fmt::format("the table of jumps at {:#x} leads into them", one.from);
  }
  if (indirect_.empty()) return {};
  for (const uint64_t constant : constants_) {
    if (inside.holds(constant)) return fmt::format("an instruction has the address {:#x} in them", constant);
  }
  if (const auto held = module_.addresses_in_data(inside); !held.empty()) {
    return fmt::format("data holds the address {:#x} in them, and it has an indirect jump", held.front());
  }
  return {};
}

bool JumpTargets::jumped_to(uint64_t address) const {
  return std::any_of(edges_.begin(), edges_.end(),
                     [&](const Edge& edge) { return edge.to == address && !edge.call; }) ||
         std::any_of(table_edges_.begin(), table_edges_.end(), [&](const Edge& edge) { return edge.to == address; });
}

}  // namespace mallocop::report
