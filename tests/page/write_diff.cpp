// write_diff BEFORE AFTER: the page of the difference of two traces, to standard output.
#include <cstdio>
#include <exception>

#include "report/commands/analysis.h"
#include "report/output/html.h"
#include "report/output/sink.h"

int main(int argc, char** argv) {
  using namespace mallocop::report;
  if (argc != 3) return 2;
  try {
    const ReportInput before = analyse(argv[1], {});
    const ReportInput after = analyse(argv[2], {});
    write_document("-", write_html_diff(before, after, {}));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "write_diff: %s\n", error.what());
    return 1;
  }
  return 0;
}
