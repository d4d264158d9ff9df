// JUnit XML, as CI systems show test results: a suite for each trace, a case for each limit that was compared and one
// for the measurement itself. It keeps to what the schemas of Jenkins and of Ant have in common.
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <pugixml.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "report/output/escape.h"
#include "report/output/outputs.h"
#include "report/output/verdict_text.h"
#include "report/support/version.h"

namespace mallocop::report {
namespace {

constexpr size_t kMostCulprits = 20;

// XML has no way to write most control characters: they are made visible, line by line.
std::string xml_text(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += escape_controls(line) + '\n';
  return text;
}

void set(pugi::xml_node node, const char* name, const std::string& value) {
  node.append_attribute(name).set_value(escape_controls(value).c_str());
}

void set(pugi::xml_node node, const char* name, size_t value) {
  node.append_attribute(name).set_value(static_cast<unsigned long long>(value));
}

std::string kind_of(const Violation& one) {
  switch (one.kind) {
    case Violation::Kind::kBudget:
      return "over budget";
    case Violation::Kind::kForbidden:
      return "forbidden allocation";
    case Violation::Kind::kBaseline:
      return "worse than the baseline";
    case Violation::Kind::kBetter:
      return "better than the baseline";
  }
  return "";
}

pugi::xml_node add_case(pugi::xml_node suite, const std::string& operation, const std::string& name) {
  pugi::xml_node node = suite.append_child("testcase");
  set(node, "classname", operation);
  set(node, "name", name);
  set(node, "time", std::string("0"));
  return node;
}

void add_measurement(pugi::xml_node suite, const std::vector<std::string>& reasons) {
  pugi::xml_node node = add_case(suite, "mallocop", "the measurement is whole");
  if (reasons.empty()) return;
  pugi::xml_node error = node.append_child("error");
  set(error, "message", reasons[0]);
  set(error, "type", std::string("invalid measurement"));
  error.text().set(xml_text(reasons).c_str());
}

void add_limit(pugi::xml_node suite, const ReportInput& input, const Compared& one) {
  const std::string what =
      one.metric == "forbidden" ? one.limit : fmt::format("{}.{} at most {}", one.metric, one.statistic, one.limit);
  pugi::xml_node node = add_case(suite, operation_text(one.operation), fmt::format("{} ({})", what, one.source));
  if (!one.violation) return;
  const Violation& violation = input.verdict->violations[*one.violation];
  pugi::xml_node failure = node.append_child("failure");
  set(failure, "message", operation_text(one.operation) + ": " + violation_text(violation));
  set(failure, "type", kind_of(violation));
  std::vector<std::string> lines;
  const std::vector<Culprit> culprits = culprits_of(input.profile, violation);
  for (const Culprit& culprit : culprits) {
    if (lines.size() == kMostCulprits) {
      lines.push_back(fmt::format("and {} more", culprits.size() - kMostCulprits));
      break;
    }
    lines.push_back(culprit_text(culprit));
  }
  failure.text().set(xml_text(lines).c_str());
}

void add_property(pugi::xml_node properties, const std::string& name, const std::string& value) {
  pugi::xml_node node = properties.append_child("property");
  set(node, "name", name);
  set(node, "value", value);
}

}  // namespace

std::string write_junit(const ReportInput& input, const OutputOptions& options) {
  const Profile& profile = input.profile;
  static const Verdict kNone;
  const Verdict& verdict = input.verdict ? *input.verdict : kNone;
  const std::vector<std::string>& reasons = invalid_reasons(input);

  pugi::xml_document document;
  pugi::xml_node suite = document.append_child("testsuite");
  const std::string program = profile.program.substr(profile.program.rfind('/') + 1);
  set(suite, "name", program.empty() ? std::string("mallocop") : program);
  set(suite, "package", std::string("mallocop"));
  set(suite, "id", options.index);
  set(suite, "hostname", std::string("localhost"));
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  set(suite, "timestamp", fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(now)));
  set(suite, "tests", verdict.compared.size() + 1);
  set(suite, "failures", verdict.violations.size());
  set(suite, "errors", size_t{reasons.empty() ? 0U : 1U});
  set(suite, "time", fmt::format("{:.3f}", profile.duration_s));

  pugi::xml_node properties = suite.append_child("properties");
  add_property(properties, "command", fmt::format("{}", fmt::join(profile.command, " ")));
  add_property(properties, "trace", profile.trace_path);
  add_property(properties, "mallocop", std::string(tool_version()));
  for (const auto& [name, value] : profile.fingerprint) add_property(properties, name, value);

  add_measurement(suite, reasons);
  for (const Compared& one : verdict.compared) add_limit(suite, input, one);

  std::vector<std::string> said = verdict.notes;
  for (const std::string& text : verdict.suppressed) said.push_back("allowed: " + text);
  suite.append_child("system-out").text().set(xml_text(said).c_str());
  suite.append_child("system-err").text().set(xml_text(reasons).c_str());

  std::ostringstream text;
  suite.print(text, "  ");
  return text.str();
}

std::string join_junit(std::span<const std::string> suites) {
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (const std::string& suite : suites) text += suite;
  return text + "</testsuites>\n";
}

}  // namespace mallocop::report
