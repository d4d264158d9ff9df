#include "tests/exactness/reference.h"

#define UNW_LOCAL_ONLY
#include <dlfcn.h>
#include <libunwind.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <unwind.h>

#include "preload/arch/x86_64_switch.h"

namespace mallocop::exactness {
namespace {

struct Libunwind {
  decltype(&unw_tdep_getcontext) getcontext;
  decltype(&unw_init_local) init_local;
  decltype(&unw_step) step;
  decltype(&unw_get_reg) get_reg;
  decltype(&unw_set_caching_policy) set_caching_policy;
  decltype(&unw_flush_cache) flush_cache;
  unw_addr_space_t* local_addr_space;
} g_libunwind;

#define TEXT_OF(name) #name
#define NAME_OF(macro) TEXT_OF(macro)

struct Request {
  const preload::CallSite& site;
  unw_context_t& context;
  ReferenceStack& out;
};

void step_through(void* argument) {
  const Request& request = *static_cast<Request*>(argument);
  ReferenceStack& out = request.out;
  unw_cursor_t cursor;
  g_libunwind.init_local(&cursor, &request.context);
  bool below = true;
  while (g_libunwind.step(&cursor) > 0 && out.count < ReferenceStack::kRoom) {
    unw_word_t address = 0, stack_pointer = 0;
    g_libunwind.get_reg(&cursor, UNW_REG_IP, &address);
    g_libunwind.get_reg(&cursor, UNW_REG_SP, &stack_pointer);
    if (address == 0) break;
    below = below && stack_pointer != request.site.stack_pointer;
    if (!below) out.addresses[out.count++] = address;
  }
}

struct Trace {
  const preload::CallSite& site;
  ReferenceStack& out;
  bool below = true;
};

// Where a walk of a reference goes on that reads where nothing is. Nobody else may: not the engine above all.
thread_local sigjmp_buf* t_escape = nullptr;
void escape(int) {
  if (t_escape == nullptr) abort();
  siglongjmp(*t_escape, 1);
}

// False: it failed.
template <typename Walk>
bool survives(const Walk& walk) {
  sigjmp_buf here;
  t_escape = &here;
  const bool whole = sigsetjmp(here, 1) == 0;
  if (whole) walk();
  t_escape = nullptr;
  return whole;
}

_Unwind_Reason_Code add_frame(_Unwind_Context* context, void* argument) {
  auto& trace = *static_cast<Trace*>(argument);
  ReferenceStack& out = trace.out;
  trace.below = trace.below && _Unwind_GetCFA(context) != trace.site.stack_pointer;
  if (trace.below) return _URC_NO_REASON;
  int exact = 0;
  const uintptr_t address = _Unwind_GetIPInfo(context, &exact);
  out.complete = address == 0;  // it comes last
  if (address == 0 || out.count == ReferenceStack::kRoom) return _URC_NO_REASON;
  out.exact[out.count] = exact != 0;
  out.addresses[out.count++] = address;
  return _URC_NO_REASON;
}

}  // namespace

bool load_libunwind() {
  void* const library = dlopen("libunwind.so.8", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return false;
  const auto find = [library](const char* name, auto& function) {
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(library, name));
    return function != nullptr;
  };
  return find(NAME_OF(unw_tdep_getcontext), g_libunwind.getcontext) &&
         find(NAME_OF(unw_init_local), g_libunwind.init_local) && find(NAME_OF(unw_step), g_libunwind.step) &&
         find(NAME_OF(unw_get_reg), g_libunwind.get_reg) &&
         find(NAME_OF(unw_set_caching_policy), g_libunwind.set_caching_policy) &&
         find(NAME_OF(unw_flush_cache), g_libunwind.flush_cache) &&
         find(NAME_OF(unw_local_addr_space), g_libunwind.local_addr_space);
}

void let_libunwind_cache(bool on) {
  g_libunwind.set_caching_policy(*g_libunwind.local_addr_space, on ? UNW_CACHE_PER_THREAD : UNW_CACHE_NONE);
}

void flush_libunwind() { g_libunwind.flush_cache(*g_libunwind.local_addr_space, 0, 0); }

void walk_with_libunwind(const preload::CallSite& site, preload::OracleStack& apart, ReferenceStack& out) {
  out.count = 0;
  unw_context_t context;
  g_libunwind.getcontext(&context);
  Request request{site, context, out};
  out.failed = !survives([&] { preload::call_on_stack(step_through, &request, apart.memory + sizeof apart.memory); });
}

void survive_failures() {
  struct sigaction action {};
  action.sa_handler = escape;
  for (const int signal : {SIGSEGV, SIGBUS}) sigaction(signal, &action, nullptr);
}

void walk_with_libgcc(const preload::CallSite& site, ReferenceStack& out) {
  out.count = 0;
  out.complete = false;
  Trace trace{site, out};
  out.failed = !survives([&] { _Unwind_Backtrace(add_frame, &trace); });
}

}  // namespace mallocop::exactness
