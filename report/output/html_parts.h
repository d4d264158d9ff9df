// The parts of an HTML page's data; html.cpp puts the document together. docs/html-report.md has the whole shape.
#pragma once

#include <cstddef>
#include <vector>

#include "report/output/html_tables.h"
#include "report/output/page.h"
#include "report/output/report_input.h"

namespace mallocop::report {

// Which row of the page a site is in: its own, or one of an operation's that has what is beneath the outermost callers
// that they share.
struct PageSites {
  std::vector<size_t> row_of;  // by index into Profile::sites
  std::vector<size_t> sites;   // those with a row of their own, in the order of rows
  size_t without_row = 0;      // sites
};

// The columns of all rows; `sites` is filled. `most`: sites with a row of their own.
Json page_sites(const Profile& profile, PageTables& tables, size_t most, PageSites& sites);

// Null if nothing is known of it.
Json page_memory(const Profile& profile, const PageSites& sites);

Json page_operations(const Profile& profile);

Json page_bottlenecks(const Profile& profile, const PageSites& sites);
Json page_plan(const std::vector<PlanItem>& plan, const PageSites& sites);

// Null if nothing was checked and the measurement is whole.
Json page_verdict(const ReportInput& input, const PageSites& sites);
Json page_after(const After& after);
Json page_section(const Section& section);

// The lines around the user's code of sites, read now from files below `root`.
Json page_sources(const Profile& profile, const PageSites& sites, const std::string& root);

// The rows of these sites, each once.
Json rows_of(const std::vector<size_t>& indices, const PageSites& sites);

}  // namespace mallocop::report
