// Text as `perf script` prints it: a sample for each site, whose period is its value; the innermost frame first.
#include "report/export/formats.h"
#include "report/output/escape.h"

namespace mallocop::report {
namespace {

constexpr uint64_t kMicroseconds = 1'000'000;

// One word: readers take the name of the command from the start of a line up to a blank.
std::string command_of(const Profile& profile) {
  std::string name = escape_controls(profile.program.substr(profile.program.rfind('/') + 1));
  for (char& byte : name) {
    if (byte == ' ') byte = '_';
  }
  return name.empty() ? "unknown" : name;
}

}  // namespace

void write_perf(const ExportInput& input, ExportStream& out) {
  const ExportPaths paths(input, ExportPaths::Operations::kAsPlaces);
  const std::vector<std::string> names = names_of_places(paths, &ExportPaths::short_name);
  const std::string command = command_of(input.profile);
  const size_t metric = static_cast<size_t>(input.metric - export_metrics().data());
  uint64_t number = 0;  // samples have no time of their own: it only keeps them apart and in order
  paths.visit([&](const ExportPath& path) {
    if (path.values[metric] == 0) return;
    out.print("{} {} {}.{:06}: {} mallocop:{}:\n", command, input.profile.process_id, number / kMicroseconds,
              number % kMicroseconds, path.values[metric], input.metric->name);
    ++number;
    for (size_t position = path.places.size(); position-- > 0;) {
      const PlaceIndex place = path.places[position];
      const Frame* const frame = paths.frame(place);
      const std::string module =
          frame == nullptr || frame->module.empty() ? "[unknown]" : escape_controls(frame->module);
      out.print("\t{:16x} {} ({})\n", frame == nullptr ? 0 : frame->address, names[place], module);
    }
    out.put("\n");
  });
}

}  // namespace mallocop::report
