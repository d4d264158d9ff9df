// Every example of docs/budgets.md is read by the code that it is an example of.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "report/support/error.h"
#include "report/verdict/baseline_json.h"
#include "report/verdict/budget_file.h"
#include "report/verdict/limit.h"

namespace mallocop::report {
namespace {

std::string page() {
  std::ifstream stream(BUDGETS_PAGE);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

// The contents of the page's code blocks in `language`.
std::vector<std::string> blocks_of(const std::string& language) {
  std::vector<std::string> blocks;
  std::istringstream lines(page());
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (!inside && line == "```" + language) {
      inside = true;
      blocks.emplace_back();
    } else if (inside && line == "```") {
      inside = false;
    } else if (inside) {
      blocks.back() += line + "\n";
    }
  }
  return blocks;
}

TEST(BudgetsPage, EveryBudgetIsRead) {
  const std::vector<std::string> blocks = blocks_of("toml");
  EXPECT_GE(blocks.size(), 4U);
  for (const std::string& block : blocks) {
    EXPECT_NO_THROW({
      const Budget budget = parse_budget(block, "docs/budgets.md");
      EXPECT_TRUE(!budget.limits.empty() || !budget.allowances.empty() || !budget.regress.empty()) << block;
    }) << block;
  }
}

TEST(BudgetsPage, EveryLimitIsRead) {
  const std::string text = page();
  const std::regex limit("--limit '([^']*)'");
  size_t limits = 0;
  for (std::sregex_iterator match(text.begin(), text.end(), limit), end; match != end; ++match) {
    ++limits;
    EXPECT_NO_THROW(parse_limit_option((*match)[1].str())) << (*match)[1];
  }
  EXPECT_GE(limits, 4U);
}

TEST(BudgetsPage, EveryBaselineIsRead) {
  const std::vector<std::string> blocks = blocks_of("json");
  EXPECT_GE(blocks.size(), 1U);
  for (const std::string& block : blocks) {
    EXPECT_EQ(baseline_to_json(baseline_from_json(block)), block);
  }
}

}  // namespace
}  // namespace mallocop::report
