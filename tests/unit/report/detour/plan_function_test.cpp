// Functions with every kind of first instructions (functions.S): which can be moved, and that they do the same then.
#include "report/detour/plan_function.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/report/detour/applied_plan.h"

extern "C" {
#define FUNCTION(name) long name(long number)
FUNCTION(frame_pointer);
FUNCTION(behind_endbr);
FUNCTION(relative_first);
FUNCTION(relative_store);
FUNCTION(relative_address);
FUNCTION(short_branch);
FUNCTION(short_jump);
FUNCTION(long_jump);
FUNCTION(call_first);
FUNCTION(call_second);
FUNCTION(call_pointer);
FUNCTION(call_register);
FUNCTION(short_and_padded);
FUNCTION(table);
FUNCTION(addresses);
FUNCTION(unknown_jump_framed);
FUNCTION(with_cold_part);
FUNCTION(calls_itself_last);
FUNCTION(jumped_into);
#undef FUNCTION
}

namespace mallocop::report {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class PlanFunction : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    module_ = new ModuleCode("/proc/self/exe");
    functions_ = new FunctionList(*module_);
  }
  static void TearDownTestSuite() {
    delete functions_;
    delete module_;
  }
  static Outcome plan(const char* symbol) {
    return plan_symbol(*module_, *functions_, symbol, trace::PlanAction::kCountEntry);
  }

  static ModuleCode* module_;
  static FunctionList* functions_;
};
ModuleCode* PlanFunction::module_ = nullptr;
FunctionList* PlanFunction::functions_ = nullptr;

struct Movable {
  const char* name;
  long (*function)(long);
  size_t size;    // that is overwritten
  size_t offset;  // of that in the function
};

class MovableFunctions : public PlanFunction, public testing::WithParamInterface<Movable> {};

TEST_P(MovableFunctions, DoTheSameWithTheirFirstInstructionsElsewhere) {
  const Outcome outcome = plan(GetParam().name);
  ASSERT_TRUE(outcome.planned) << outcome.refusal;
  const trace::PlannedFunction& planned = outcome.planned->function;
  EXPECT_EQ(planned.original_size, GetParam().size);
  EXPECT_EQ(planned.address + test::own_bias(), reinterpret_cast<uint64_t>(GetParam().function) + GetParam().offset);
  EXPECT_EQ(outcome.planned->name, GetParam().name);
  EXPECT_EQ(outcome.planned->module, module_->path());

  long (*volatile function)(long) = GetParam().function;  // volatile: the calls are made
  std::vector<long> before;
  for (long number = 0; number < 4; ++number) before.push_back(function(number));
  std::vector<long> after;
  {
    const test::AppliedPlan applied(planned, test::own_bias());
    for (long number = 0; number < 4; ++number) after.push_back(function(number));
    EXPECT_EQ(applied.entries(), 4u);
  }
  EXPECT_EQ(after, before);
}

INSTANTIATE_TEST_SUITE_P(
    All, MovableFunctions,
    testing::Values(Movable{"frame_pointer", &frame_pointer, 8, 0}, Movable{"behind_endbr", &behind_endbr, 8, 4},
                    Movable{"relative_first", &relative_first, 7, 0}, Movable{"relative_store", &relative_store, 11, 0},
                    Movable{"relative_address", &relative_address, 7, 4}, Movable{"short_branch", &short_branch, 5, 0},
                    Movable{"short_jump", &short_jump, 5, 0}, Movable{"long_jump", &long_jump, 5, 0},
                    Movable{"call_first", &call_first, 5, 0}, Movable{"call_second", &call_second, 9, 0},
                    Movable{"call_pointer", &call_pointer, 10, 0}, Movable{"call_register", &call_register, 7, 0},
                    Movable{"short_and_padded", &short_and_padded, 5, 0}, Movable{"table", &table, 6, 0},
                    Movable{"addresses", &addresses, 10, 0}, Movable{"unknown_jump_framed", &unknown_jump_framed, 5, 0},
                    Movable{"with_cold_part", &with_cold_part, 9, 0}),
    [](const auto& one) { return std::string(one.param.name); });

struct Immovable {
  const char* name;
  const char* reason;
};

class ImmovableFunctions : public PlanFunction, public testing::WithParamInterface<Immovable> {};

TEST_P(ImmovableFunctions, AreRefusedWithTheReason) {
  const Outcome outcome = plan(GetParam().name);
  EXPECT_FALSE(outcome.planned);
  EXPECT_THAT(outcome.reason, HasSubstr(GetParam().reason));
  EXPECT_THAT(outcome.refusal,
              AllOf(HasSubstr(GetParam().name), HasSubstr("cannot be counted"), HasSubstr(outcome.reason)));
}

INSTANTIATE_TEST_SUITE_P(
    All, ImmovableFunctions,
    testing::Values(Immovable{"short_and_followed", "only 3 bytes of it"}, Immovable{"jumped_into", "the jump at"},
                    Immovable{"loops_to_start", "rounds of a loop"}, Immovable{"counts_first", "a loop instruction"},
                    Immovable{"table_into", "the table of jumps"},
                    Immovable{"addresses_into", "data holds the address"},
                    Immovable{"unknown_jump", "where that goes could not be found out"},
                    Immovable{"cold_part_into", "the jump at"}, Immovable{"outer_function", "another function begins"},
                    Immovable{"no_code", "no instruction"}, Immovable{"runs_on", "goes on into what follows"},
                    Immovable{"chosen_at_start", "IFUNC"}, Immovable{"no_such_function", "there is no such function"}),
    [](const auto& one) { return std::string(one.param.name); });

TEST_F(PlanFunction, ATailCallOfItselfIsACall) {
  const Outcome outcome = plan("calls_itself_last");
  ASSERT_TRUE(outcome.planned) << outcome.refusal;
  const test::AppliedPlan applied(outcome.planned->function, test::own_bias());
  long (*volatile function)(long) = &calls_itself_last;
  EXPECT_EQ(function(9), 0);
  EXPECT_EQ(applied.entries(), 10u);
}

TEST_F(PlanFunction, AColdPartIsCodeOfTheFunction) {
  const Outcome outcome = plan("with_cold_part");
  ASSERT_TRUE(outcome.planned) << outcome.refusal;
  ASSERT_EQ(outcome.planned->ranges.size(), 2u);
  EXPECT_EQ(outcome.planned->ranges[0].begin, outcome.planned->function.address);
  const AddressRange cold = outcome.planned->ranges[1];
  EXPECT_EQ(cold.end - cold.begin, 8u);
}

TEST_F(PlanFunction, WhatAFunctionEndsInIsNamed) {
  EXPECT_THAT(plan("long_jump").planned->ends_in, ElementsAre("frame_pointer"));
  EXPECT_THAT(plan("frame_pointer").planned->ends_in, IsEmpty());
}

TEST_F(PlanFunction, TheActionIsTheCallers) {
  const Outcome outcome = plan_symbol(*module_, *functions_, "five", trace::PlanAction::kBatchBegin);
  ASSERT_TRUE(outcome.planned) << outcome.refusal;
  EXPECT_EQ(outcome.planned->function.action, trace::PlanAction::kBatchBegin);
}

TEST(ModuleCode, WhatIsNoElfFileIsAnError) { EXPECT_ANY_THROW(ModuleCode("/etc/passwd")); }

}  // namespace
}  // namespace mallocop::report

// Chosen when the program starts.
static long chosen(long number) { return number; }
extern "C" {
static long (*choose())(long) { return &chosen; }
long chosen_at_start(long number) __attribute__((ifunc("choose")));
}
