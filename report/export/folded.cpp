// Folded stacks, as flame graph scripts and viewers read them: "outermost;…;innermost value", a line for each site.
#include <algorithm>

#include "report/export/formats.h"

namespace mallocop::report {

void write_folded(const ExportInput& input, ExportStream& out) {
  const ExportPaths paths(input, ExportPaths::Operations::kAsPlaces);
  std::vector<std::string> names = names_of_places(paths, &ExportPaths::short_name);
  for (std::string& name : names) std::replace(name.begin(), name.end(), ';', ':');
  const size_t metric = static_cast<size_t>(input.metric - export_metrics().data());
  paths.visit([&](const ExportPath& path) {
    if (path.values[metric] == 0) return;
    const char* separator = "";
    for (const PlaceIndex place : path.places) {
      out.put(separator);
      out.put(names[place]);
      separator = ";";
    }
    out.print(" {}\n", path.values[metric]);
  });
}

}  // namespace mallocop::report
