// Sites are many and what is said of them is not: each text is made once.
#include <fmt/format.h>

#include <map>
#include <tuple>

#include "report/causes/causes.h"
#include "report/causes/impact.h"
#include "report/causes/recognise.h"
#include "report/support/units.h"

namespace mallocop::report {
namespace {

constexpr std::string_view kNeedsDebugInfo =
    "build with -g: without it, calls that were inlined here cannot be told apart";

class Texts {
 public:
  explicit Texts(Profile& profile) : profile_(profile) { profile.texts = std::make_shared<std::deque<std::string>>(); }

  std::string_view advice(const Recognised& found, const Site& site) {
    const bool tells_size = found.cause->advice.find("{largest}") != std::string_view::npos;
    const auto [text, added] = advice_.try_emplace({found.cause, found.type, tells_size ? site.largest : 0});
    if (added) {
      text->second = keep(fmt::format(fmt::runtime(found.cause->advice), fmt::arg("type", found.type),
                                      fmt::arg("largest", format_size(site.largest))));
    }
    return text->second;
  }

  std::string_view impact(const Recognised& found, const Site& site) {
    const Impact impact = impact_of(site, found.cause->saving);
    if (impact.allocations == 0) return "";
    const auto [text, added] = impact_.try_emplace(
        {site.operation, impact.allocations, impact.bytes, impact.reserved, impact.first_call_only, impact.calls > 1});
    if (added) text->second = keep(impact_text(profile_, site.operation, impact));
    return text->second;
  }

 private:
  std::string_view keep(std::string text) { return profile_.texts->emplace_back(std::move(text)); }

  Profile& profile_;
  std::map<std::tuple<const Cause*, std::string_view, uint64_t>, std::string_view> advice_;  // largest block last
  std::map<std::tuple<std::optional<size_t>, uint64_t, uint64_t, uint64_t, bool, bool>, std::string_view> impact_;
};

}  // namespace

void explain_sites(Profile& profile) {
  Recogniser recogniser(profile);
  Texts texts(profile);
  for (Site& site : profile.sites) {
    site.cause = "unknown";
    site.advice = {};
    site.expected_impact = {};
    if (site.stack >= profile.stacks.size()) continue;
    const Recognised found = recogniser.recognise(site);
    if (found.cause == nullptr) {
      if (found.needs_debug_info) site.advice = kNeedsDebugInfo;
      continue;
    }
    site.cause = found.cause->name;
    site.advice = texts.advice(found, site);
    site.expected_impact = texts.impact(found, site);
  }
}

}  // namespace mallocop::report
