// `mallocop baseline list|show|rm`: the baselines below .mallocop/baselines.
#include "report/verdict/baseline.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "report/commands/batch.h"
#include "report/commands/commands.h"
#include "report/commands/complain.h"
#include "report/output/baseline_page.h"
#include "report/output/render.h"
#include "report/output/sink.h"
#include "report/support/error.h"
#include "report/verdict/checks.h"

namespace mallocop::report {
namespace {

struct BaselineCommand {
  std::string name;                // to show
  std::vector<std::string> names;  // to remove
  std::string format = "text";
};

std::string folder() { return CheckRequest().baseline_folder; }

std::string rendered(const Page& page, const std::string& format) {
  if (format == "markdown") return render_markdown(page);
  return render_text(page, {stream_width(STDOUT_FILENO), stream_has_color(STDOUT_FILENO)});
}

// One that cannot be read is told of and does not hide the others.
int list() {
  std::vector<Baseline> baselines;
  ExitStatus status = ExitStatus::kOk;
  for (const std::string& name : list_baselines(folder())) {
    try {
      baselines.push_back(load_baseline(name, folder()));
    } catch (const Error& error) {
      complain(error.what());
      status = worse(status, error.status());
    }
  }
  write_document("-", rendered(baselines_page(folder(), baselines), "text"));
  return static_cast<int>(status);
}

int show(const BaselineCommand& command) {
  const Baseline baseline = load_baseline(command.name, folder());
  write_document("-", command.format == "json" ? baseline.text : rendered(baseline_page(baseline), command.format));
  return static_cast<int>(ExitStatus::kOk);
}

// All that are there, whatever is wrong with another.
int remove(const BaselineCommand& command) {
  ExitStatus status = ExitStatus::kOk;
  for (const std::string& name : command.names) {
    try {
      remove_baseline(name, folder());
    } catch (const Error& error) {
      complain(error.what());
      status = worse(status, error.status());
    }
  }
  return static_cast<int>(status);
}

}  // namespace

Action declare_baseline(CLI::App& parser, const std::vector<std::string>&) {
  auto command = std::make_shared<BaselineCommand>();
  parser.require_subcommand(1);
  const CLI::App* const listing = parser.add_subcommand("list", "Names of the baselines, and where they were measured");
  CLI::App* const showing = parser.add_subcommand("show", "What a baseline holds");
  showing->add_option("NAME", command->name, "Which one")->required()->type_name("");
  showing->add_option("--format", command->format, "How to write it; json: the file as it is")
      ->check(CLI::IsMember({"text", "markdown", "json"}))
      ->capture_default_str();
  CLI::App* const removing = parser.add_subcommand("rm", "Remove baselines");
  removing->add_option("NAME", command->names, "Which ones")->required()->type_name("");
  return [command, listing, showing] {
    if (listing->parsed()) return list();
    return showing->parsed() ? show(*command) : remove(*command);
  };
}

}  // namespace mallocop::report
