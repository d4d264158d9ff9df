#include "fake_shim.h"

#include <utility>

#include "mallocop/abi.h"

namespace mallocop::test {
namespace {

std::vector<std::string> calls;
bool is_recording = true;
uint64_t last_call = 0;
uint32_t last_operation = 0;

uint64_t note_begin(const std::string& what) {
  const uint64_t call = is_recording ? ++last_call : 0;
  calls.push_back(what + " -> " + std::to_string(call));
  return call;
}

uint32_t operation(const char* name) {
  calls.push_back(std::string("operation ") + name + " -> " + std::to_string(++last_operation));
  return last_operation;
}
uint64_t begin(uint32_t id) { return note_begin("begin " + std::to_string(id)); }
uint64_t begin_named(const char* name) { return note_begin(std::string("begin_named ") + name); }
void end(uint64_t call) { calls.push_back("end " + std::to_string(call)); }
void end_n(uint64_t call, uint64_t iterations) {
  calls.push_back("end_n " + std::to_string(call) + " x " + std::to_string(iterations));
}

uint32_t totals(const char* whose, mallocop_totals* out) {
  calls.emplace_back(whose);
  *out = is_recording ? mallocop_totals{7, 70, 5} : mallocop_totals{};
  return is_recording ? 1 : 0;
}
uint32_t thread_totals(mallocop_totals* out) { return totals("thread_totals", out); }
uint32_t process_totals(mallocop_totals* out) { return totals("process_totals", out); }
void switch_to(uint64_t coroutine) { calls.push_back("switch_to " + std::to_string(coroutine)); }

}  // namespace

std::vector<std::string> take_calls() {
  last_call = 0;
  last_operation = 0;
  return std::exchange(calls, {});
}

void set_recording(bool recording) { is_recording = recording; }

}  // namespace mallocop::test

// Found by the marks with dlsym(), as the real one is.
extern "C" __attribute__((visibility("default"), used)) const mallocop_api_v1 mallocop_api_v1_table = {
    1,
    sizeof(mallocop_api_v1),
    mallocop::test::operation,
    mallocop::test::begin,
    mallocop::test::begin_named,
    mallocop::test::end,
    mallocop::test::end_n,
    mallocop::test::thread_totals,
    mallocop::test::process_totals,
    mallocop::test::switch_to,
};
