// What to look at first and what to change, for an HTML page: the same as in the text.
#include "report/output/bottleneck_impact.h"
#include "report/output/expected_impact.h"
#include "report/output/html_parts.h"
#include "report/output/place.h"

namespace mallocop::report {
namespace {

// More than anybody goes through; the table of sites has all.
constexpr size_t kMostBottlenecks = 50;
constexpr size_t kMostPlanItems = 100;
constexpr size_t kMostSites = 200;      // of one of them
constexpr size_t kMostOperations = 10;  // named in what is expected of one

Json first_rows(std::vector<size_t> indices, const PageSites& sites) {
  if (indices.size() > kMostSites) indices.resize(kMostSites);
  return rows_of(indices, sites);
}

}  // namespace

Json page_bottlenecks(const Profile& profile, const PageSites& sites) {
  const std::vector<Bottleneck> groups = all_bottlenecks(profile);
  Json list = Json::array();
  for (size_t i = 0; i < groups.size() && i < kMostBottlenecks; ++i) {
    const Bottleneck& group = groups[i];
    const Site& site = profile.sites[group.sites[0]];
    list.push_back({{"name", page_text(place_name(profile, site))},
                    {"position", page_text(place_position(profile, site))},
                    {"operation", group.operation ? Json(*group.operation) : Json()},
                    {"allocations", group.measured_allocations},
                    {"bytes", group.measured_bytes},
                    {"impact", page_text(bottleneck_impact(profile, group))},
                    {"cause", site.cause == "unknown" ? "" : page_text(site.cause)},
                    {"sites", first_rows(group.sites, sites)}});
  }
  return {{"all", groups.size()}, {"list", std::move(list)}};
}

Json page_plan(const std::vector<PlanItem>& plan, const PageSites& sites) {
  Json list = Json::array();
  for (size_t i = 0; i < plan.size() && i < kMostPlanItems; ++i) {
    const PlanItem& item = plan[i];
    list.push_back({{"priority", item.priority},
                    {"change", page_text(item.change)},
                    {"expected", page_text(expected_impact(item, kMostOperations))},
                    {"sites", first_rows(item.sites, sites)}});
  }
  return {{"all", plan.size()}, {"list", std::move(list)}};
}

}  // namespace mallocop::report
