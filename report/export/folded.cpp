// Folded stacks, as flame graph scripts and viewers read them: "outermost;…;innermost value", a line for each site;
// inverted: "innermost;…;outermost value".
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
    for (size_t index = 0; index < path.places.size(); ++index) {
      if (index > 0) out.put(";");
      out.put(names[path.places[input.inverted ? path.places.size() - 1 - index : index]]);
    }
    out.print(" {}\n", path.values[metric]);
  });
}

}  // namespace mallocop::report
