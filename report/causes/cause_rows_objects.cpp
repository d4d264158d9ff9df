// Objects on the heap and what holds them; and what the user's own code asks of the allocator.
#include "report/causes/cause_table.h"

namespace mallocop::report {
namespace {

constexpr std::string_view kFunction = "std::*unction*";
constexpr std::string_view kHoldByValue = "hold the object by value, or reuse it from a pool";

std::vector<Cause> holder_rows() {
  return {
      {.name = "std::function capture",
       .functions = {"std::_Function_base::_Base_manager::_M_create",
                     "std::_Function_base::_Base_manager::_M_init_functor",
                     "std::_Function_base::_Base_manager::_M_clone", "std::_Function_base::_Base_manager::_M_manager",
                     "std::_Function_handler::_M_manager", "std::function::function", "std::function::operator=",
                     "std::move_only_function::*", "std::__function::__value_func::*", "std::__function::__func::*"},
       .family = kFunction,
       .advice = "capture at most 16 bytes (a pointer to the rest), pass the std::function by reference, or take the "
                 "callable as a template argument: the capture of {largest} does not fit into it"},
      {.name = "std::any of a large value",
       .functions = {"std::any::*", "std::__any_imp::_LargeHandler::*", "std::make_any"},
       .family = "std::any::*",
       .advice =
           "use a std::variant of the types there are, or hold the value by pointer: one of {largest} does not fit "
           "into a std::any"},
      {.name = "object created with make_shared",
       .functions = {"std::__allocate_guarded", "std::*allocator::allocate", "__gnu_cxx::*allocator::allocate",
                     "std::allocator_traits::allocate"},
       .texts = {"_Sp_counted_ptr_inplace", "__shared_ptr_emplace"},
       .advice = kHoldByValue},
      {.name = "object created with make_shared",
       .functions = {"std::__shared_count::__shared_count"},
       .texts = {"_Sp_alloc_shared_tag"},
       .advice = kHoldByValue},
      {.name = "object created with make_shared",
       .functions = {"std::make_shared", "std::allocate_shared", "std::_Sp_counted_array_base::*"},
       .advice = kHoldByValue},
      {.name = "shared_ptr control block",
       .functions = {"std::__allocate_guarded", "std::*allocator::allocate", "__gnu_cxx::*allocator::allocate",
                     "std::allocator_traits::allocate"},
       .texts = {"_Sp_counted_deleter"},
       .saving = Saving::kAllocations,
       .advice =
           "keep the shared_ptr, or the std::unique_ptr that it is made from: with a deleter, or from a unique_ptr, "
           "it allocates its counts ({largest})"},
      {.name = "shared_ptr control block",
       .functions = {"std::__shared_count::__shared_count", "std::shared_ptr::shared_ptr", "std::shared_ptr::reset"},
       .family = "std::*shared_*::*",
       .excluded_text = "_Sp_alloc_shared_tag",
       .needs_debug_info = true,
       .saving = Saving::kAllocations,
       .advice = "use std::make_shared, which puts the object and its counts into one block"},
      {.name = "object created with make_unique",
       .functions = {"std::make_unique", "std::make_unique_for_overwrite"},
       .saving = Saving::kAll,
       .advice =
           "hold the object by value, or reuse it from a pool; of an array, keep it between operations ({largest})"},
  };
}

std::vector<Cause> direct_rows() {
  return {
      {.name = "coroutine frame",
       .direct = Direct::kAnyNew,
       .role = FrameRole::kCoroutine,
       .advice =
           "keep the coroutine and resume it, or give its promise_type an operator new that takes frames from a pool: "
           "each call makes a frame ({largest})"},
      {.name = "object created with new",
       .direct = Direct::kNew,
       .advice = "hold the object by value, or reuse it from a pool ({largest})"},
      {.name = "object or array created with new",
       .direct = Direct::kAnyNew,
       .advice =
           "hold the object by value or reuse it from a pool; of an array, keep it between operations ({largest})"},
      {.name = "array created with new[]",
       .direct = Direct::kArrayNew,
       .saving = Saving::kKept,
       .advice = "keep the array between operations, or use one of fixed size (largest block {largest})",
       .advice_first = "make the array before the first operation"},
      {.name = "realloc called directly",
       .direct = Direct::kMalloc,
       .behaviour = Behaviour::kReallocates,
       .saving = Saving::kGrowth,
       .grows_by_realloc = true,
       .advice = "allocate the final size at once (largest block {largest}), or keep the block between operations",
       .advice_once = "keep the block between operations (largest block {largest})",
       .advice_first = "allocate the final size (largest block {largest}) before the first operation"},
      {.name = "malloc called directly",
       .direct = Direct::kMalloc,
       .saving = Saving::kKept,
       .advice = "keep the block between operations (largest block {largest}); one that does not outlive the function "
                 "can be on the stack",
       .advice_first = "allocate the block before the first operation"},
  };
}

}  // namespace

void add_object_rows(std::vector<Cause>& rows) {
  for (const std::vector<Cause>& part : {holder_rows(), direct_rows()}) {
    rows.insert(rows.end(), part.begin(), part.end());
  }
}

}  // namespace mallocop::report
