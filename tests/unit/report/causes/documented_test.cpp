// The table of causes and the page that lists them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <string>

#include "report/causes/advice.h"
#include "report/causes/cause_table.h"

namespace mallocop::report {
namespace {

std::set<std::string> documented() {
  std::ifstream page(MALLOCOP_CAUSES_PAGE);
  std::set<std::string> names;
  std::string line;
  while (std::getline(page, line) && line != "<!-- causes -->") {
  }
  while (std::getline(page, line) && line != "<!-- end of causes -->") {
    if (line.starts_with("| ") && !line.starts_with("| ---") && !line.starts_with("| cause |")) {
      names.insert(line.substr(2, line.find(" | ") - 2));
    }
  }
  return names;
}

TEST(CauseTable, IsWhatThePageLists) {
  std::set<std::string> names;
  for (const Cause& row : cause_table()) names.emplace(row.name);
  EXPECT_EQ(documented(), names);
}

TEST(CauseTable, RowsOfOneCauseSaveTheSame) {
  std::map<std::string_view, Saving> savings;
  for (const Cause& row : cause_table()) {
    EXPECT_EQ(savings.try_emplace(row.name, row.saving).first->second, row.saving) << row.name;
  }
}

TEST(CauseTable, EveryRowCanBeFoundAndSaysWhatToDo) {
  for (const Cause& row : cause_table()) {
    const bool by_user = row.direct != Direct::kNo || row.role != FrameRole::kPlain || !row.user_functions.empty() ||
                         !row.around.empty();
    EXPECT_NE(row.functions.empty(), !by_user) << row.name;
    for (const std::string_view text : {row.advice, row.advice_once, row.advice_first}) {
      // A placeholder that is not known throws.
      EXPECT_NO_THROW(advice_text({.advice = text.empty() ? row.advice : text}, "std::vector<int>", {})) << text;
    }
    EXPECT_EQ(row.advice == "", (row.name == "Rust runtime started" || row.name == "protobuf library started"))
        << row.name << ": only there is nothing to be done";
  }
}

}  // namespace
}  // namespace mallocop::report
