#include "preload/unwind/oracle.h"

#include <errno.h>
#include <link.h>

#include <cstring>

#include "preload/arch/x86_64_switch.h"
#include "preload/lock.h"
#include "preload/sys.h"
#include "preload/unwind/eh_frame.h"
#include "preload/unwind/libunwind_api.h"

namespace mallocop::preload {
namespace {

LibunwindApi g_libunwind;
unw_addr_space_t g_symbolic_space;
unw_addr_space_t g_real_space;

// --- What both kinds of unwinding share ----------------------------------------------------------------------------

// One use of libunwind; the accessors get it as their argument.
struct Session {
  dl_find_object object{};      // the module whose unwind information is being read
  bool no_information = false;  // an address without unwind information was met: whatever follows is a guess
};

bool in_mapped_range(const dl_find_object& object, uintptr_t address) {
  return address >= reinterpret_cast<uintptr_t>(object.dlfo_map_start) &&
         address + sizeof(unw_word_t) <= reinterpret_cast<uintptr_t>(object.dlfo_map_end);
}

// Of a module with holes between its segments, only the segment with the code is the range that the dynamic linker
// tells. What libunwind reads is in that of the table, whose offsets have 32 bits, and the kernel says whether it is
// there.
bool inside(const dl_find_object& object, uintptr_t address) {
  if (in_mapped_range(object, address)) return true;
  const auto table = reinterpret_cast<uintptr_t>(object.dlfo_eh_frame);
  constexpr uintptr_t kReach = uintptr_t{1} << 31;
  return !in_mapped_range(object, table) && address + kReach > table && address < table + kReach &&
         sys::is_readable(address) && sys::is_readable(address + sizeof(unw_word_t) - 1);
}

// The dynamic linker's entry point is the only code in it without unwind information, and it is where a process
// begins: constructors of libraries are called from there.
bool is_dynamic_linker(const dl_find_object& object) {
  return reinterpret_cast<uintptr_t>(object.dlfo_map_start) == _r_debug.r_ldbase;
}

unw_word_t read_word(uintptr_t address) {
  unw_word_t value;
  std::memcpy(&value, reinterpret_cast<const void*>(address), sizeof value);
  return value;
}

int find_proc_info(unw_addr_space_t space, unw_word_t address, unw_proc_info_t* info, int need_unwind_info,
                   void* argument) {
  auto& session = *static_cast<Session*>(argument);
  EhFrameTable table{};
  if (!find_object(address, session.object) || !read_eh_frame_header(session.object.dlfo_eh_frame, table)) {
    session.no_information = true;
    return -UNW_ENOINFO;
  }
  unw_dyn_info_t description{};
  description.start_ip = reinterpret_cast<uintptr_t>(session.object.dlfo_map_start);
  description.end_ip = reinterpret_cast<uintptr_t>(session.object.dlfo_map_end);
  description.format = UNW_INFO_FORMAT_REMOTE_TABLE;
  description.u.rti.segbase = table.header;
  description.u.rti.table_data = table.entries;
  description.u.rti.table_len = table.count;  // in words; an entry is as large as one
  const int result =
      g_libunwind.dwarf_search_unwind_table(space, address, &description, info, need_unwind_info, argument);
  if (result < 0) session.no_information = true;
  return result;
}

// Where the stack pointer of the cursor's frame is kept: in a register to begin with. libunwind takes the CFA for the
// caller's stack pointer whatever is said of it, so code that leaves one stack for another (longjmp, setcontext) is
// seen by a place that changes.
struct Place {
  unw_save_loc_type_t type;
  unw_word_t where;
  friend bool operator==(const Place&, const Place&) = default;
};
constexpr Place kInItsRegister{UNW_SLT_REG, UNW_X86_64_RSP};

Place stack_pointer_place(unw_cursor_t& cursor) {
  unw_save_loc_t location;
  if (g_libunwind.get_save_loc(&cursor, UNW_X86_64_RSP, &location) < 0) return {UNW_SLT_NONE, 0};
  return {location.type, location.type == UNW_SLT_REG ? static_cast<unw_word_t>(location.u.regnum) : location.u.addr};
}

void put_unwind_info(unw_addr_space_t, unw_proc_info_t*, void*) {}
int get_dyn_info_list_addr(unw_addr_space_t, unw_word_t*, void*) { return -UNW_ENOINFO; }
int access_fpreg(unw_addr_space_t, unw_regnum_t, unw_fpreg_t*, int, void*) { return -UNW_EBADREG; }
int resume(unw_addr_space_t, unw_cursor_t*, void*) { return -UNW_EINVAL; }

// --- Symbolic: what does the rule of an address read? ---------------------------------------------------------------

// Registers hold tokens: numbers that are no addresses on this machine (not canonical), far enough apart that a token
// plus an offset still tells which register it came from. A word read from the stack is a token as well, which
// remembers where it was read.
//
// Each address is asked about twice. The second time the order of all tokens and each bit that an address can have are
// the other way round: an expression that compares registers or looks at bits of them gives another answer then, and
// is not taken for a rule.
struct Symbolic : Session {
  static constexpr unw_word_t kFirstToken = unw_word_t{1} << 56;
  static constexpr unw_word_t kBits = (unw_word_t{1} << 39) - 8;  // stack pointers are multiples of 8
  static constexpr int64_t kReach = int64_t{1} << 40;
  static constexpr size_t kMaxReads = 32;

  unw_word_t address = 0;  // being asked about
  bool second_time = false;
  unw_word_t read_from[kMaxReads];
  size_t reads = 0;

  // Of a register, or of the word that was read as number `kMemory` + n.
  static constexpr unw_word_t kMemory = 32;
  unw_word_t token(unw_word_t number) const {
    const unw_word_t bits = (number + 1) * 0x9e3779b97f4a7c15 & kBits;
    return second_time ? (0x7f - number) * kFirstToken + (bits ^ kBits) : (number + 1) * kFirstToken + bits;
  }
  // Whether `value` is the token of a register plus a small offset.
  bool is_near(unw_word_t value, unw_regnum_t number, int64_t& offset) const {
    offset = static_cast<int64_t>(value - token(static_cast<unw_word_t>(number)));
    return offset > -kReach && offset < kReach;
  }
  // The word at an address, the same each time: libunwind takes each byte of what an expression reads from a reading of
  // its own. False: too many were read.
  bool read(unw_word_t from, unw_word_t& value) {
    size_t index = 0;
    while (index < reads && read_from[index] != from) ++index;
    if (index == kMaxReads) return false;
    if (index == reads) read_from[reads++] = from;
    value = token(kMemory + index);
    return true;
  }
  // Where `value` was read; 0: it was not.
  unw_word_t where_read(unw_word_t value) const {
    for (size_t index = 0; index < reads; ++index)
      if (value == token(kMemory + index)) return read_from[index];
    return 0;
  }
};

int symbolic_memory(unw_addr_space_t, unw_word_t address, unw_word_t* value, int write, void* argument) {
  auto& probe = *static_cast<Symbolic*>(argument);
  if (write) return -UNW_EINVAL;
  if (address < Symbolic::kFirstToken / 2) {
    if (!inside(probe.object, address)) return -UNW_EINVAL;  // only unwind information is read for real
    *value = read_word(address);
    return 0;
  }
  return probe.read(address, *value) ? 0 : -UNW_EINVAL;
}

int symbolic_register(unw_addr_space_t, unw_regnum_t number, unw_word_t* value, int write, void* argument) {
  auto& probe = *static_cast<Symbolic*>(argument);
  if (write || number < 0 || number > UNW_X86_64_RIP) return -UNW_EBADREG;
  *value = number == UNW_X86_64_RIP ? probe.address : probe.token(static_cast<unw_word_t>(number));
  return 0;
}

Rule interpret(Symbolic& probe, trace::ModuleIndex module) {
  const Rule complex(RuleKind::kComplex, module);
  unw_cursor_t cursor;
  if (g_libunwind.init_remote(&cursor, g_symbolic_space, &probe) < 0) return complex;
  const int result = g_libunwind.step(&cursor);
  if (probe.no_information)
    return Rule(is_dynamic_linker(probe.object) ? RuleKind::kOutermost : RuleKind::kNoInformation, module);
  if (result < 0) return complex;
  // No return address was looked for: the call frame information says that there is no caller.
  if (result == 0) return Rule(probe.reads == 0 ? RuleKind::kOutermost : RuleKind::kNoInformation, module);

  unw_word_t cfa = 0, address = 0, frame_pointer = 0;
  if (g_libunwind.get_reg(&cursor, UNW_REG_SP, &cfa) < 0 || g_libunwind.get_reg(&cursor, UNW_REG_IP, &address) < 0 ||
      g_libunwind.get_reg(&cursor, UNW_X86_64_RBP, &frame_pointer) < 0)
    return complex;
  RuleKind kind = RuleKind::kStackPointer;
  int64_t cfa_offset = 0;
  if (!probe.is_near(cfa, UNW_X86_64_RSP, cfa_offset)) {
    kind = RuleKind::kFramePointer;
    if (!probe.is_near(cfa, UNW_X86_64_RBP, cfa_offset)) {
      kind = RuleKind::kRealigned;
      const unw_word_t read = probe.where_read(cfa);
      if (read == 0 || !probe.is_near(read, UNW_X86_64_RBP, cfa_offset)) return complex;
    }
  }
  if (probe.where_read(address) != cfa - 8 || stack_pointer_place(cursor) != kInItsRegister) return complex;
  if (frame_pointer == probe.token(UNW_X86_64_RBP)) return Rule::frame(kind, module, cfa_offset, false, 0);
  const unw_word_t saved = probe.where_read(frame_pointer);
  int64_t saved_at = static_cast<int64_t>(saved - cfa);
  if (saved == 0 || (kind == RuleKind::kRealigned && !probe.is_near(saved, UNW_X86_64_RBP, saved_at))) return complex;
  return Rule::frame(kind, module, cfa_offset, true, saved_at);
}

Rule probe_address(uintptr_t return_address, const dl_find_object& object, Modules& modules) {
  const trace::ModuleIndex module = modules.index_of(object);
  Rule rules[2];
  for (const bool second_time : {false, true}) {
    Symbolic probe;
    probe.address = return_address - 1;
    probe.second_time = second_time;
    rules[second_time] = interpret(probe, module);
  }
  return rules[0] == rules[1] ? rules[0] : Rule(RuleKind::kComplex, module);
}

// --- Real: step by step through the stack ---------------------------------------------------------------------------

struct Real : Session {
  Context context{};
};

int real_memory(unw_addr_space_t, unw_word_t address, unw_word_t* value, int write, void* argument) {
  auto& session = *static_cast<Real*>(argument);
  if (write || (!inside(session.object, address) && !sys::is_readable(address))) return -UNW_EINVAL;
  *value = read_word(address);
  return 0;
}

int real_register(unw_addr_space_t, unw_regnum_t number, unw_word_t* value, int write, void* argument) {
  const Context& context = static_cast<Real*>(argument)->context;
  if (write) return -UNW_EBADREG;
  switch (number) {
    case UNW_X86_64_RIP:
      *value = context.rip;
      return 0;
    case UNW_X86_64_RSP:
      *value = context.rsp;
      return 0;
    case UNW_X86_64_RBP:
      *value = context.rbp;
      return 0;
    case UNW_X86_64_RBX:
      *value = context.rbx;
      return 0;
    case UNW_X86_64_R12:
      *value = context.r12;
      return 0;
    case UNW_X86_64_R13:
      *value = context.r13;
      return 0;
    case UNW_X86_64_R14:
      *value = context.r14;
      return 0;
    case UNW_X86_64_R15:
      *value = context.r15;
      return 0;
    default:
      return -UNW_EBADREG;
  }
}

struct UnwindRequest {
  Context context;
  uintptr_t caller_stack_pointer;
  Modules& modules;
  StackFrame* out;
  size_t room;
  size_t count;
  bool truncated;
};

void unwind_for_real(UnwindRequest& request) {
  Real session;
  session.context = request.context;
  unw_cursor_t cursor;
  request.truncated = true;
  if (g_libunwind.init_remote(&cursor, g_real_space, &session) < 0) return;
  bool in_shim = true;
  Place place = stack_pointer_place(cursor);
  for (bool after_signal = false;;) {
    unw_word_t address = 0, stack_pointer = 0;
    if (g_libunwind.get_reg(&cursor, UNW_REG_IP, &address) < 0 ||
        g_libunwind.get_reg(&cursor, UNW_REG_SP, &stack_pointer) < 0)
      return;
    if (address == 0) break;  // the ABI's other mark of an outermost frame
    in_shim = in_shim && stack_pointer < request.caller_stack_pointer;
    if (!in_shim) {
      if (request.count == request.room) return;
      dl_find_object object{};
      const bool known = find_object(after_signal ? address : address - 1, object);
      request.out[request.count++] = {address, known ? request.modules.index_of(object) : trace::kNoModule,
                                      static_cast<uint16_t>(after_signal ? trace::kNodeExactAddress : 0)};
    }
    if (const Place now = stack_pointer_place(cursor); now != place) {
      unw_word_t saved = 0;
      if (now.type != UNW_SLT_MEMORY || real_memory(g_real_space, now.where, &saved, 0, &session) < 0 ||
          saved != stack_pointer)
        return;
      place = now;
    }
    const int result = g_libunwind.step(&cursor);
    if (session.no_information || result < 0) return;
    if (result == 0) {
      // Nothing above, says libunwind. It also says so where it only lost the frame pointer.
      unw_word_t frame_pointer = 0;
      if (g_libunwind.get_reg(&cursor, UNW_X86_64_RBP, &frame_pointer) < 0) return;
      break;
    }
    after_signal = g_libunwind.is_signal_frame(&cursor) > 0;  // that is: of the frame that was interrupted
  }
  request.truncated = false;
}

unw_addr_space_t make_space(decltype(unw_accessors_t::access_mem) memory,
                            decltype(unw_accessors_t::access_reg) registers) {
  unw_accessors_t accessors{};
  accessors.find_proc_info = find_proc_info;
  accessors.put_unwind_info = put_unwind_info;
  accessors.get_dyn_info_list_addr = get_dyn_info_list_addr;
  accessors.access_mem = memory;
  accessors.access_reg = registers;
  accessors.access_fpreg = access_fpreg;
  accessors.resume = resume;
  const unw_addr_space_t space = g_libunwind.create_addr_space(&accessors, 0);
  if (space != nullptr) g_libunwind.set_caching_policy(space, UNW_CACHE_NONE);
  return space;
}

// Runs `function(argument)` with every signal blocked, on the thread's stack for the oracle.
template <typename Argument>
void run_apart(OracleStack& stack, void (*function)(Argument&), Argument& argument) {
  struct Call {
    void (*function)(Argument&);
    Argument& argument;
  } call{function, argument};
  const SignalsBlocked blocked;
  const int saved = errno;
  call_on_stack(
      [](void* packed) {
        const Call& unpacked = *static_cast<Call*>(packed);
        unpacked.function(unpacked.argument);
      },
      &call, stack.memory + sizeof stack.memory);
  errno = saved;
}

// When libunwind is first used it opens a pipe, and keeps it: for accessors of its own, which are not used here. While
// this exists it cannot: the process may have no more descriptors. The host's own use of the same library then makes
// the pipe when it needs one, as it would without the shim.
class NoNewDescriptors {
 public:
  NoNewDescriptors() {
    if (failed(sys::limit(RLIMIT_NOFILE, nullptr, &limit_))) return;
    const rlimit64 none{0, limit_.rlim_max};
    changed_ = !failed(sys::limit(RLIMIT_NOFILE, &none, nullptr));
  }
  ~NoNewDescriptors() {
    if (changed_) sys::limit(RLIMIT_NOFILE, &limit_, nullptr);
  }
  NoNewDescriptors(const NoNewDescriptors&) = delete;
  NoNewDescriptors& operator=(const NoNewDescriptors&) = delete;

 private:
  rlimit64 limit_{};
  bool changed_ = false;
};

}  // namespace

bool Oracle::start(Modules& modules) {
  modules_ = &modules;
  if (!g_libunwind.load()) return false;
  const NoNewDescriptors none;
  g_symbolic_space = make_space(symbolic_memory, symbolic_register);
  g_real_space = make_space(real_memory, real_register);
  return g_symbolic_space != nullptr && g_real_space != nullptr;
}

Rule Oracle::probe(OracleStack& stack, uintptr_t return_address) {
  dl_find_object object{};
  if (!find_object(return_address - 1, object)) return Rule(RuleKind::kNoInformation, trace::kNoModule);
  struct Request {
    uintptr_t address;
    const dl_find_object& object;
    Modules& modules;
    Rule rule;
  } request{return_address, object, *modules_, Rule()};
  run_apart<Request>(
      stack, [](Request& asked) { asked.rule = probe_address(asked.address, asked.object, asked.modules); }, request);
  return request.rule;
}

size_t Oracle::unwind(OracleStack& stack, uintptr_t caller_stack_pointer, StackFrame* out, size_t room,
                      bool& truncated) {
  UnwindRequest request{{}, caller_stack_pointer, *modules_, out, room, 0, true};
  capture_context(request.context);  // of this frame, which stays as it is while the unwinder runs elsewhere
  run_apart<UnwindRequest>(stack, unwind_for_real, request);
  truncated = request.truncated;
  return request.count;
}

}  // namespace mallocop::preload
