#include "preload/unwind/rule.h"

#include <gtest/gtest.h>

namespace mallocop::preload {
namespace {

TEST(Rule, KeepsItsParts) {
  for (const RuleKind kind : {RuleKind::kStackPointer, RuleKind::kFramePointer, RuleKind::kRealigned}) {
    for (const int64_t cfa : {int64_t{8}, int64_t{16}, int64_t{-8}, int64_t{1'000'000'000}, int64_t{-1'000'000'000}}) {
      for (const int64_t saved : {int64_t{-16}, int64_t{0}, int64_t{-262'144}, int64_t{262'136}}) {
        const Rule rule = Rule::frame(kind, 0xfffe, cfa, true, saved);
        EXPECT_EQ(rule.kind(), kind);
        EXPECT_EQ(rule.module(), 0xfffe);
        EXPECT_EQ(rule.cfa_offset(), cfa);
        EXPECT_TRUE(rule.frame_pointer_saved());
        EXPECT_EQ(rule.frame_pointer_offset(), saved);
        EXPECT_EQ(Rule::from_word(rule.word()), rule);
      }
    }
  }
}

TEST(Rule, WhatDoesNotFitIsComplex) {
  const auto kind = [](int64_t cfa, int64_t saved) {
    return Rule::frame(RuleKind::kStackPointer, 3, cfa, true, saved).kind();
  };
  EXPECT_EQ(kind(int64_t{1} << 30, 0), RuleKind::kComplex);
  EXPECT_EQ(kind(16, -262'152), RuleKind::kComplex);
  EXPECT_EQ(kind(16, 262'144), RuleKind::kComplex);
  EXPECT_EQ(kind(12, 0), RuleKind::kComplex);
  EXPECT_EQ(kind(16, -4), RuleKind::kComplex);
  EXPECT_EQ(Rule::frame(RuleKind::kStackPointer, 3, 12, false, 0).module(), 3);
}

TEST(Rule, NoRuleIsUnknown) { EXPECT_EQ(Rule().kind(), RuleKind::kUnknown); }

}  // namespace
}  // namespace mallocop::preload
