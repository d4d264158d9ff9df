// Containers of the C++ library: vectors, nodes, tables, deques.
#include "report/causes/cause_table.h"

namespace mallocop::report {
namespace {

constexpr std::string_view kVector = "std::vector::*";
constexpr std::string_view kTree = "std::*_*tree::*";

std::vector<std::string_view> takes_vector() { return {"::vector(std::vector<", "::operator=(std::vector<"}; }

Patterns moved_if_noexcept() {
  return {"std::__uninitialized_move_if_noexcept_a", "std::__construct_backward_with_exception_guarantees",
          "std::__uninitialized_allocator_move_if_noexcept"};
}
constexpr std::string_view kDeclareNoexcept =
    "declare the move constructor of the class noexcept: a std::vector that grows copies elements whose move might "
    "throw";
constexpr std::string_view kKeepVector =
    "keep one {type} between operations and assign() to it, or use a std::array: its block ({largest}) is made anew "
    "each time";
constexpr std::string_view kBuildVectorBefore = "build the {type} before the first operation";

std::vector<Cause> vector_rows() {
  return {
      {.name = "value copied into std::optional or std::variant",
       .functions = {"std::vector::vector", "std::vector::operator="},
       .family = kVector,
       .texts = takes_vector(),
       .outside = holders(),
       .advice =
           "return a pointer or a std::span, or std::move() the value in: the optional or variant holds a copy of a "
           "{type} ({largest})"},
      {.name = "vector built",
       .functions = {"std::vector::vector"},
       .family = kVector,
       .texts = takes_vector(),
       .outside = {"std::vector::_M_fill_initialize", "std::vector::__construct_at_end"},
       .outside_texts = {"_M_fill_initialize", "__construct_at_end(unsigned "},  // libc++: not of a range
       .saving = Saving::kKept,
       .advice =
           "keep the outer container between operations, or put all elements into one std::vector: each {type} in it "
           "is a block of its own",
       .advice_first = "build it before the first operation"},
      {.name = "vector copied",
       .functions = {"std::vector::vector", "std::vector::operator="},
       .family = kVector,
       .texts = takes_vector(),
       .advice = "pass and return the {type} by reference, or std::move() it: this is a copy ({largest})"},
      // Copied, not moved, because moving them might throw. The user's own constructor copies …
      {.name = "vector elements copied as it grows", .around = moved_if_noexcept(), .advice = kDeclareNoexcept},
      {.name = "vector elements copied as it grows", .around = {"std::vector::reserve"}, .advice = kDeclareNoexcept},
      // … or that of the compiler.
      {.name = "vector elements copied as it grows",
       .functions = moved_if_noexcept(),
       .owns = true,
       .advice = kDeclareNoexcept},
      {.name = "vector growth",
       .functions = {"std::vector::push_back", "std::vector::emplace_back", "std::vector::_M_realloc_insert"},
       .family = kVector,
       .outside = {"std::priority_queue::*", "std::stack::*", "std::queue::*"},
       .saving = Saving::kGrowth,
       .advice = "give the adapter a {type} that has been reserved ({reserve}), or use a {type} that is kept with "
                 "std::push_heap() or push_back(): an adapter cannot reserve",
       .advice_once = "use a {type} that is kept, with std::push_heap() or push_back(), in place of the adapter",
       .advice_first = "give the adapter a {type} that has been reserved before the first operation"},
      {.name = "vector growth",
       .functions = {"std::vector::_M_realloc_insert", "std::vector::_M_realloc_append", "std::vector::_M_insert_aux",
                     "std::vector::_M_default_append", "std::vector::_M_fill_insert", "std::vector::_M_range_insert",
                     "std::vector::_M_reallocate", "std::vector::push_back", "std::vector::emplace_back",
                     "std::vector::emplace", "std::vector::insert", "std::vector::resize",
                     "std::vector::__push_back_slow_path", "std::vector::__emplace_back_slow_path",
                     "std::vector::__append", "std::vector::__insert*"},
       .family = kVector,
       .saving = Saving::kGrowth,
       .advice = "{reserve} the {type} before it is filled, or keep it between operations: clear() keeps the capacity",
       .advice_once = "keep the {type} between operations: clear() keeps the capacity ({largest})",
       .advice_first = "{reserve} the {type} before the first operation"},
      {.name = "vector reserve",
       .functions = {"std::vector::shrink_to_fit"},
       .family = kVector,
       .saving = Saving::kKept,
       .advice = "leave shrink_to_fit() out: it moves the elements into a block that just holds them ({largest})"},
      {.name = "vector reserve",
       .functions = {"std::vector::reserve"},
       .family = kVector,
       .saving = Saving::kKept,
       .advice = "keep the {type} between operations: clear() keeps the capacity",
       .advice_first = "reserve the {type} before the first operation"},
      {.name = "vector built",
       .functions = {"std::vector::vector", "std::vector::operator=", "std::vector::assign",
                     "std::vector::_M_assign_aux", "std::vector::_M_fill_assign", "std::vector::_M_fill_initialize",
                     "std::vector::_M_range_initialize", "std::vector::_M_initialize", "std::vector::__init_with_size"},
       .family = kVector,
       .saving = Saving::kKept,
       .advice = kKeepVector,
       .advice_first = kBuildVectorBefore},
      // libc++'s, which copies call too.
      {.name = "vector built",
       .functions = {"std::vector::__vallocate"},
       .family = kVector,
       .needs_debug_info = true,
       .saving = Saving::kKept,
       .advice = kKeepVector,
       .advice_first = kBuildVectorBefore},
  };
}

std::vector<Cause> node_rows() {
  return {
      {.name = "node container copied",
       .functions = {"std::_Rb_tree::_M_copy", "std::_Rb_tree::_Rb_tree", "std::_Hashtable::_M_assign",
                     "std::_Hashtable::_M_assign_elements", "std::list::*", "std::forward_list::*", "std::map::*",
                     "std::set::*", "std::multimap::*", "std::multiset::*", "std::unordered_*::*"},
       .owns = true,
       .texts = {"_M_copy", "_M_assign", "::_Rb_tree(std::_Rb_tree<",
                 // The constructor and the assignment of each class that take one of the same.
                 "::list(std::list<", "::operator=(std::list<", "::forward_list(std::forward_list<",
                 "::operator=(std::forward_list<", "::map(std::map<", "::operator=(std::map<", "::set(std::set<",
                 "::operator=(std::set<", "::multimap(std::multimap<", "::operator=(std::multimap<",
                 "::multiset(std::multiset<", "::operator=(std::multiset<", "::unordered_map(std::unordered_map<",
                 "::operator=(std::unordered_map<", "::unordered_set(std::unordered_set<",
                 "::operator=(std::unordered_set<", "::unordered_multimap(std::unordered_multimap<",
                 "::operator=(std::unordered_multimap<", "::unordered_multiset(std::unordered_multiset<",
                 "::operator=(std::unordered_multiset<"},
       .advice = "pass the container by reference, or std::move() it: the copy allocates every element anew"},
      {.name = "node container copied",
       .functions = {"std::deque::*"},
       .owns = true,
       .texts = {"::deque(std::deque<", "::operator=(std::deque<"},
       .excluded_text = "&&)",
       .advice = "pass the deque or queue by reference, or std::move() it: this is a copy"},
      {.name = "hash rehash",
       .functions = {"std::__detail::_Hashtable_alloc::_M_allocate_buckets", "std::_Hashtable::_M_allocate_buckets",
                     "std::_Hashtable::_M_rehash*", "std::_Hashtable::rehash", "std::__detail::_Rehash_base::reserve",
                     "std::__hash_table::*rehash*", "std::__hash_table::__rehash"},
       .saving = Saving::kGrowth,
       .advice = "reserve({buckets}) the table before it is filled, or keep it between operations: clear() keeps the "
                 "buckets",
       .advice_once = "keep the table between operations: clear() keeps the buckets ({largest})",
       .advice_first = "reserve({buckets}) the table before the first operation"},
      {.name = "node container insert",
       .functions = {"std::_Rb_tree::_M_get_node", "std::_Rb_tree::_M_create_node", "std::_Rb_tree::_M_emplace*",
                     "std::_Rb_tree::_M_insert*", "std::_Rb_tree::_M_clone_node", "std::__tree::__construct_node*",
                     "std::__tree::__emplace*"},
       .family = kTree,
       .advice =
           "use a sorted std::vector or a flat map, or keep the nodes (extract() and insert()): a tree allocates for "
           "every element"},
      {.name = "node container insert",
       .functions = {"std::__detail::_Hashtable_alloc::_M_allocate_node",
                     "std::_Hashtable::_M_insert*",
                     "std::_Hashtable::_M_emplace*",
                     "std::__detail::_Map_base::operator[]",
                     "std::list::_M_create_node",
                     "std::list::_M_insert",
                     "std::_List_base::_M_get_node",
                     "std::_Fwd_list_base::_M_get_node",
                     "std::_Fwd_list_base::_M_create_node",
                     "std::__hash_table::__construct_node*",
                     "std::__hash_table::__emplace*",
                     "std::list::__allocate_node",
                     "std::list::push_*",
                     "std::list::emplace*",
                     "std::list::insert",
                     "std::list::resize",
                     "std::forward_list::push_front",
                     "std::forward_list::emplace_*",
                     "std::forward_list::insert_after",
                     "std::forward_list::resize"},
       .advice =
           "use a flat container, or keep the nodes (extract() or splice()): a node container allocates for every "
           "element"},
      {.name = "deque chunk",
       .functions = {"std::_Deque_base::*", "std::deque::_M_push_back_aux", "std::deque::_M_push_front_aux",
                     "std::deque::_M_reallocate_map", "std::deque::__add_*_capacity"},
       .advice = "use a ring over a std::vector that is kept: a deque allocates chunks ({largest}) as it is filled"},
  };
}

// What a resource asks of the one behind it, whatever container it is for.
std::vector<Cause> resource_rows() {
  return {
      {.name = "memory resource chunk",
       .functions = {"std::pmr::monotonic_buffer_resource::*"},
       .owns = true,
       .advice =
           "give the std::pmr::monotonic_buffer_resource a buffer of its own, on the stack or kept, that holds all "
           "that a call needs: where it ends, it asks for chunks ({each_call} in each call here)"},
      {.name = "memory pool chunk",
       .functions = {"std::pmr::*pool_resource::*", "std::pmr::__pool_resource::*"},
       .owns = true,
       .saving = Saving::kKept,
       .advice = "keep the pool between operations: it asks for its chunks (up to {largest}) anew when it is made anew",
       .advice_first = "fill the pool before the first operation"},
  };
}

}  // namespace

void add_container_rows(std::vector<Cause>& rows) {
  for (const std::vector<Cause>& part : {vector_rows(), node_rows(), resource_rows()})
    rows.insert(rows.end(), part.begin(), part.end());
}

}  // namespace mallocop::report
