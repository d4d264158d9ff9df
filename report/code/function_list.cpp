// See function_list.h.
#include "report/code/function_list.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <unordered_map>

#include "report/code/symbol_name.h"
#include "report/support/function_name.h"
#include "report/symbols/demangle.h"

namespace mallocop::report {
namespace {

struct Part {
  const CodeSymbol* symbol;
  SymbolName name;
};

// Which function a split-off part is of. Functions that are local to their files may have one name.
class Owners {
 public:
  void add(const CodeSymbol& symbol, const SymbolName& name, size_t function) {
    by_name_.emplace(symbol.name, Owner{symbol.source, function});
    if (name.base != symbol.name) by_name_.emplace(name.base, Owner{symbol.source, function});
  }

  std::optional<size_t> owner_of(const Part& part) const {
    SymbolName name = part.name;
    std::string_view owner = name.owner;
    // A part may be split once more.
    while ((name = read_symbol_name(owner)).part != SymbolPart::kWhole && !name.owner.empty()) owner = name.owner;
    for (const std::string_view wanted : {owner, name.base}) {
      const auto [first, last] = by_name_.equal_range(wanted);
      if (first == last) continue;
      const auto same_source =
          std::find_if(first, last, [&](const auto& entry) { return entry.second.source == part.symbol->source; });
      if (same_source != last) return same_source->second.function;
      if (std::next(first) == last) return first->second.function;
      const auto global = std::find_if(first, last, [](const auto& entry) { return entry.second.source == 0; });
      if (global != last) return global->second.function;
    }
    return std::nullopt;
  }

 private:
  struct Owner {
    uint32_t source;
    size_t function;
  };
  std::unordered_multimap<std::string_view, Owner> by_name_;
};

void add_name(Function& function, const SymbolName& symbol) {
  std::string name = function_name_of(symbol);
  if (std::find(function.names.begin(), function.names.end(), name) != function.names.end()) return;
  function.names.push_back(std::move(name));
}

}  // namespace

FunctionList::FunctionList(const ModuleCode& module) {
  const std::vector<CodeSymbol>& symbols = module.symbols();
  std::vector<Part> parts;
  Owners owners;
  for (size_t first = 0, last = 0; first < symbols.size(); first = last) {
    const uint64_t address = symbols[first].address;
    while (last < symbols.size() && symbols[last].address == address) ++last;
    uint64_t size = 0;
    for (size_t index = first; index < last; ++index) size = std::max(size, symbols[index].size);
    if (size == 0 && module.next_symbol(address) != UINT64_MAX) size = module.next_symbol(address) - address;

    // What others call it by goes first.
    std::vector<const CodeSymbol*> here;
    for (size_t index = first; index < last; ++index) here.push_back(&symbols[index]);
    std::stable_partition(here.begin(), here.end(), [](const CodeSymbol* symbol) { return symbol->global; });

    Function function;
    function.address = address;
    function.size = size;
    function.resolver = module.is_resolver(address);
    bool whole = false;
    for (const CodeSymbol* const symbol : here) {
      const SymbolName name = read_symbol_name(symbol->name);
      if (name.part == SymbolPart::kCold || name.part == SymbolPart::kOutlined) {
        parts.push_back({symbol, name});
        continue;
      }
      whole = true;
      owners.add(*symbol, name, functions_.size());
      function.symbols.push_back(symbol->name);
      if (name.part == SymbolPart::kNotCalled) continue;
      // With a symbol of its own at the address, it is no mere way to the function.
      function.forwards = name.part != SymbolPart::kWhole && (function.names.empty() || function.forwards);
      add_name(function, name);
    }
    if (!whole) continue;
    if (!function.names.empty()) function.operation = operation_name(function.names.front());
    for (const std::string_view symbol : function.symbols) by_symbol_.emplace(symbol, functions_.size());
    functions_.push_back(std::move(function));
  }
  for (const Part& part : parts) {
    const std::optional<size_t> owner = owners.owner_of(part);
    if (!owner || part.symbol->size == 0) continue;
    const AddressRange range{part.symbol->address, part.symbol->address + part.symbol->size};
    functions_[*owner].parts.push_back(range);
    functions_[*owner].outlined = functions_[*owner].outlined || part.name.part == SymbolPart::kOutlined;
  }
}

const Function* FunctionList::find(std::string_view symbol) const {
  const auto found = by_symbol_.find(symbol);
  return found == by_symbol_.end() ? nullptr : &functions_[found->second];
}

const Function* FunctionList::at(uint64_t address) const {
  const auto found =
      std::lower_bound(functions_.begin(), functions_.end(), address,
                       [](const Function& function, uint64_t value) { return function.address < value; });
  return found == functions_.end() || found->address != address ? nullptr : &*found;
}

std::string part_variant(std::string_view symbol) {
  if (!symbol.starts_with("_ZN")) return {};
  for (const std::string_view whole : {"C1E", "D1E"}) {
    for (size_t at = symbol.find(whole); at != std::string_view::npos; at = symbol.find(whole, at + 1)) {
      std::string variant(symbol);
      variant[at + 1] = '2';
      if (demangle(variant) == demangle(symbol)) return variant;
    }
  }
  return {};
}

std::string operation_name(std::string_view demangled) {
  return FunctionName(demangled).reading({.templates = true, .parameters = false, .suffix = false});
}

}  // namespace mallocop::report
