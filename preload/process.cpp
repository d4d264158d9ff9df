#include "preload/process.h"

#include <dlfcn.h>
#include <errno.h>
#include <gnu/libc-version.h>
#include <link.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cstring>

#include "preload/c_library.h"
#include "preload/detours.h"
#include "preload/environment.h"
#include "preload/exec_hooks.h"
#include "preload/interposition.h"
#include "preload/losses.h"
#include "preload/operations.h"
#include "preload/real.h"
#include "preload/recorder.h"
#include "preload/sys.h"
#include "preload/text.h"
#include "preload/threads.h"
#include "preload/whole_process.h"
#include "trace/records.h"

namespace mallocop::preload {

constinit Process g_process;

void count_dropped(uint64_t events) {
  g_process.live.header().events_dropped.fetch_add(events, std::memory_order_relaxed);
}

void stop_recording(int error) {
  g_process.live.header().trace_cannot_grow.store(static_cast<uint64_t>(error), std::memory_order_relaxed);
  ProcessState expected = ProcessState::kRunning;
  g_process.state.compare_exchange_strong(expected, ProcessState::kOff, std::memory_order_acq_rel);
}

void write_loss(trace::LossReason reason, uint64_t count, std::string_view detail) {
  constexpr size_t kLongestDetail = 400;  // a path may be longer, but no loss may go unsaid
  uint8_t payload[kLongestDetail + 64];
  trace::ByteWriter out(payload, sizeof payload);
  trace::encode_loss(out, {.reason = reason, .count = count, .detail = detail.substr(0, kLongestDetail)});
  g_process.trace.append(trace::RecordType::kLoss, payload, out.size());
}

namespace {

constexpr char kToolVersion[] = MALLOCOP_VERSION;

// Whether a line can be written to standard error without SIGXFSZ, which would end the host.
bool may_write_to_standard_error(size_t size) {
  struct stat status {};
  rlimit64 limit{};
  if (failed(sys::fstat(2, status))) return false;
  if (!S_ISREG(status.st_mode)) return true;
  if (failed(sys::limit(RLIMIT_FSIZE, nullptr, &limit))) return false;
  return limit.rlim_cur == RLIM64_INFINITY || static_cast<uint64_t>(status.st_size) + size <= limit.rlim_cur;
}

// The one thing the shim ever says: that there will be no trace.
void complain(const char* what, const char* path, int error) {
  char line[kMaxPath + 256];
  Text text(line, sizeof line);
  const char* const reason = strerrordesc_np(error);
  for (const char* part : {"mallocop: ", what, " ", path, ": ", reason == nullptr ? "unknown error" : reason,
                           "; the program runs unmeasured\n"})
    text.add(part);
  if (may_write_to_standard_error(text.used())) sys::write(2, line, text.used());
}

uint64_t make_session() {
  uint64_t session = 0;
  system_call(SYS_getrandom, reinterpret_cast<long>(&session), sizeof session, 1 /* GRND_NONBLOCK */);
  session ^= read_ticks() ^ (uint64_t{sys::process_id()} << 32);
  return session == 0 ? 1 : session;
}

struct Number {
  explicit Number(uint64_t value) { Text(text, sizeof text).add_number(value); }
  char text[24];
};

std::string_view file_of(const void* address) {
  dl_find_object object{};
  if (!find_object(reinterpret_cast<uintptr_t>(address), object) || object.dlfo_link_map->l_name == nullptr) return "";
  return object.dlfo_link_map->l_name;
}

// Two pages of the constructor's time; nothing here is on a host's path.
void write_process(int argc, char** argv, const char* program) {
  constexpr size_t kMaxFields = 256;
  static trace::ProcessField fields[kMaxFields];
  static uint8_t payload[256U << 10];
  static char directory[kMaxPath];
  char name[16] = {};
  system_call(SYS_prctl, PR_GET_NAME, reinterpret_cast<long>(name));
  if (failed(sys::getcwd(directory, sizeof directory))) directory[0] = '\0';
  const Number ticks(read_ticks()), monotonic(sys::nanoseconds(CLOCK_MONOTONIC)),
      real(sys::nanoseconds(CLOCK_REALTIME));

  char libc[32];
  Text libc_text(libc, sizeof libc);
  libc_text.add("glibc ");
  libc_text.add(gnu_get_libc_version());

  size_t count = 0;
  const auto add = [&](std::string_view field, std::string_view value) { fields[count++] = {field, value}; };
  add(trace::kFieldProgram, program);
  add(trace::kFieldDirectory, directory);
  add(trace::kFieldCommandName, {name, strnlen(name, sizeof name)});
  add(trace::kFieldToolVersion, kToolVersion);
  add(trace::kFieldLibc, libc);
  add(trace::kFieldAllocator, file_of(reinterpret_cast<void*>(g_real.malloc)));
  add(trace::kFieldArchitecture, "x86_64");
  add(trace::kFieldStartTicks, ticks.text);
  add(trace::kFieldStartNanoseconds, monotonic.text);
  add(trace::kFieldStartTime, real.text);
  for (uint32_t index = 0; whole_process_operation(index) != trace::kOutside; ++index)
    add(trace::kFieldWholeProcess, name_of_operation(whole_process_operation(index)));
  size_t size = 0;
  for (int index = 0; index < argc && count < kMaxFields; ++index) {
    size += std::strlen(argv[index]) + 32;
    if (size > sizeof payload / 2) break;
    add(trace::kFieldArgument, argv[index]);
  }
  trace::ByteWriter out(payload, sizeof payload);
  trace::encode_process(out, {fields, count});
  g_process.trace.append(trace::RecordType::kProcess, payload, out.size());
}

void write_operator_new_loss() {
  const std::string_view allocator = allocator_with_operator_new(reinterpret_cast<void*>(g_real.malloc));
  if (allocator.empty()) return;
  char detail[kMaxPath];
  Text text(detail, sizeof detail);
  text.add("operator new does not call malloc: it is that of ");
  text.add(allocator.data(), allocator.size());
  write_loss(trace::LossReason::kNotInterposed, 0, text.valid() ? detail : "operator new does not call malloc");
}

void write_end(uint64_t live_rings) {
  const trace::LiveHeader& header = g_process.live.header();
  const struct {
    const std::atomic<uint64_t>& counter;
    trace::LossReason reason;
  } losses[] = {{header.events_dropped, trace::LossReason::kEventsDropped},
                {header.calls_too_deep, trace::LossReason::kCallsTooDeep},
                {header.unmatched_call_ends, trace::LossReason::kUnmatchedCallEnds}};
  for (const auto& loss : losses)
    if (const uint64_t count = loss.counter.load(std::memory_order_relaxed); count != 0) write_loss(loss.reason, count);

  rusage children{};
  system_call(SYS_getrusage, RUSAGE_CHILDREN, reinterpret_cast<long>(&children));
  uint8_t payload[128];
  trace::ByteWriter out(payload, sizeof payload);
  trace::encode_end(out, {.windows = g_process.windows.load(std::memory_order_relaxed),
                          .events = g_process.events.load(std::memory_order_relaxed),
                          .threads = thread_count(),
                          .end_ticks = read_ticks(),
                          .end_nanoseconds = sys::nanoseconds(CLOCK_MONOTONIC),
                          .live_rings = live_rings,
                          .children = children.ru_maxrss != 0 ? uint64_t{1} : uint64_t{0}});
  g_process.trace.append(trace::RecordType::kEnd, payload, out.size());
}

// The last of all exit handlers (see start): the host's destructors have run.
void on_exit(void*) {
  if (!g_process.is_running()) return;
  const int saved = errno;
  const uint64_t live_rings = finish_threads();
  g_process.stacks.write_new_nodes(g_process.trace, true);
  write_end(live_rings);
  if (live_rings == 0) {
    g_process.state.store(ProcessState::kEnded, std::memory_order_release);
    g_process.trace.close();
    g_process.live.file().remove();
  }
  errno = saved;
}

extern "C" int __cxa_atexit(void (*)(void*), void*, void*);

// The trace of the program that this process was before an exec makes way.
void remove_replaced(const char* path, const char* live_path, uint64_t session) {
  const long descriptor = sys::open(path, O_RDONLY | O_CLOEXEC);
  if (failed(descriptor)) return;
  trace::FileHeader header{};
  const long size = sys::pread(static_cast<int>(descriptor), &header, sizeof header, 0);
  sys::close(static_cast<int>(descriptor));
  if (size != sizeof header || std::memcmp(header.magic, trace::kTraceMagic, sizeof header.magic) != 0 ||
      header.session != session)
    return;
  sys::unlink(live_path);
  sys::unlink(path);
}

bool make_files(const char* path, uint64_t replace) {
  static char live_path[kMaxPath];
  Text text(live_path, sizeof live_path);
  text.add(path);
  text.add(trace::kLiveSuffix);
  if (!text.valid()) {
    complain("cannot write the trace", path, ENAMETOOLONG);
    return false;
  }
  if (replace != 0) remove_replaced(path, live_path, replace);
  if (const int error = g_process.trace.create(path, g_process.session); error != 0) {
    complain("cannot write the trace", path, error);
    return false;
  }
  if (const int error = g_process.live.create(live_path, g_process.session); error != 0) {
    complain("cannot write", live_path, error);
    return false;
  }
  return true;
}

bool make_guard() {
  void* const page = sys::map_anonymous(4096);
  if (page == nullptr || failed(sys::madvise(page, 4096, MADV_WIPEONFORK))) return false;
  g_process.guard = static_cast<std::atomic<uint32_t>*>(page);
  g_process.guard->store(1, std::memory_order_relaxed);
  return true;
}

void find_before() {
  void* const free = definition_before_hook_of("free");
  void* const realloc = definition_before_hook_of("realloc");
  g_before = {reinterpret_cast<decltype(Before::free)>(free), reinterpret_cast<decltype(Before::realloc)>(realloc)};
}

bool start(int argc, char** argv, char** environment) {
  static char program[kMaxPath], path[kMaxPath];
  resolve_real();
  find_before();
  resolve_exec();
  g_process.process_id = sys::process_id();
  g_process.session = make_session();
  const std::string_view own_path = file_of(reinterpret_cast<const void*>(&on_exit));
  const Options options = take_options(environment, own_path.empty() ? "libmallocop.so" : own_path.data());
  const long length = sys::readlink("/proc/self/exe", program, sizeof program - 1);
  program[failed(length) ? 0 : length] = '\0';
  if (!expand_trace_path(options.out, program, path, sizeof path)) {
    complain("cannot write the trace", options.out, ENAMETOOLONG);
    return false;
  }
  if (!make_guard() || !start_threads() || !make_files(path, options.replace)) return false;
  if (options.plan != nullptr) read_plan(options.plan);
  if (!g_process.modules.start(g_process.trace) || !g_process.stacks.start(g_process.live, g_process.functions))
    return false;
  g_process.engine.attach(g_process.stacks, g_process.modules);
  write_process(argc, argv, program);

  // From here on the hooks record; the main thread's first state is made by hand, so that what follows is marked as
  // mallocop's own.
  g_process.state.store(ProcessState::kRunning, std::memory_order_release);
  ThreadState* const thread = acquire_thread();
  if (thread == nullptr) return false;
  take_early_events(*thread);
  thread->limit = 0;
  thread->tool_depth = 1;
  initialise_c_library(argc, argv, g_clean_environment == nullptr ? environment : g_clean_environment);
  if (!g_process.engine.start()) write_loss(trace::LossReason::kEngineMissing, 0, "libunwind-x86_64.so.8");
  if (const std::string_view before = object_before_hooks(); !before.empty())
    write_loss(trace::LossReason::kNotInterposed, 0, before);
  write_operator_new_loss();
  if (options.plan != nullptr) apply_plan();
  // Registered for no library and before the C library registers the dynamic linker's finalizer: handlers run in
  // reverse, so this one runs when all destructors, ours included, are done.
  __cxa_atexit(on_exit, nullptr, nullptr);
  thread->tool_depth = 0;
  thread->limit = trace::kRingEvents;
  return true;
}

// The library is linked with -z initfirst: this runs before every other constructor, the C library's included, which
// is why the environment is taken from the arguments.
[[gnu::constructor]] void on_load(int argc, char** argv, char** environment) {
  const int saved = errno;
  if (!start(argc, argv, environment)) g_process.state.store(ProcessState::kOff, std::memory_order_release);
  errno = saved;
}

}  // namespace
}  // namespace mallocop::preload
