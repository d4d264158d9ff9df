// See jump_targets.h.
#include "report/detour/jump_targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace mallocop::report {
namespace {

// A table has no length that could be read. What lies behind it is read as well, which can only lead to a refusal too
// many: entries until so many in a row lie outside of the function, as those of cases that cannot happen may.
constexpr size_t kMostEntries = 16384;
constexpr size_t kMostOutside = 8;

}  // namespace

JumpTargets::JumpTargets(ModuleCode& module, const FunctionCode& code) : module_(module), code_(code) {
  collect(code.main);
  collect(code.elsewhere);
  std::sort(edges_.begin(), edges_.end(), [](const Edge& a, const Edge& b) { return a.to < b.to; });
  follow_indirect(code.main);
  follow_indirect(code.elsewhere);
}

void JumpTargets::collect(const std::vector<Instruction>& line) {
  for (const Instruction& one : line) {
    if (one.direct) edges_.push_back({one.target, one.address, one.flow == Flow::kCall});
    if (one.addressed != 0) taken_.push_back(one.referred);
    if (one.constant != 0) constants_.push_back(one.constant);
  }
}

void JumpTargets::follow_indirect(const std::vector<Instruction>& line) {
  for (size_t index = 0; index < line.size(); ++index) {
    if (line[index].flow != Flow::kJump || line[index].direct) continue;
    indirect_ = true;
    const JumpSource source = source_of_jump(module_, line, index);
    const bool alone = !entered_between(source.address, line[index].address);
    if (source.kind == JumpSource::Kind::kPointer && alone) continue;
    bool found = false;
    if (source.kind == JumpSource::Kind::kSum && alone) {
      for (const uint16_t term : source.terms) found = find_tables(term) || found;
    }
    unknown_ = unknown_ || !found;
  }
}

// Whether a direct jump goes behind the one instruction and to the other or before it.
bool JumpTargets::entered_between(uint64_t after, uint64_t until) const {
  const auto first =
      std::upper_bound(edges_.begin(), edges_.end(), after, [](uint64_t value, const Edge& edge) { return value < edge.to; });
  return first != edges_.end() && first->to <= until;
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

std::string JumpTargets::arrival(CodeRange inside) const {
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
  if (!indirect_) return {};
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
