#include "report/symbols/functions_at.h"

#include "report/support/function_name.h"
#include "report/symbols/symbolize.h"

namespace mallocop::report {
namespace {

constexpr size_t kMostAddresses = 4096;  // no more are looked up

}  // namespace

std::vector<std::string> functions_at(const std::vector<uint64_t>& return_addresses, const TraceContents& contents) {
  LoadedTrace places;
  for (const ModuleEntry& module : contents.modules) {
    places.modules.push_back({module.path, module.build_id, module.bias, module.begin, module.end});
  }
  for (const uint64_t address : return_addresses) {
    if (places.raw_nodes.size() == kMostAddresses) break;
    RawFrame frame{.address = address, .module = std::nullopt, .exact_address = false};
    for (size_t index = 0; index < places.modules.size(); ++index) {  // of several, the one mapped last
      const Module& module = places.modules[index];
      if (module.begin < address && address <= module.end) frame.module = index;
    }
    places.raw_nodes.push_back(static_cast<FrameIndex>(places.raw_frames.size()));
    places.raw_frames.push_back(frame);
    places.profile.stacks.emplace_back().node = static_cast<NodeIndex>(places.profile.nodes.size());
    places.profile.nodes.emplace_back();
  }
  symbolize(places, SymbolOptions{});
  std::vector<std::string> names;
  for (const StackNode& node : places.profile.nodes) {
    const std::string function =
        node.count == 0 ? std::string() : places.profile.frames[node.first + node.count - 1].function;
    names.push_back(FunctionName(function).reading({.templates = true}));
  }
  names.resize(return_addresses.size());
  return names;
}

}  // namespace mallocop::report
