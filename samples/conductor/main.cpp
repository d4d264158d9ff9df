// The driver of both conductors: the same actors, the same payments, in the same order.
//
// Prints one line; that of conductor_before and that of conductor_after are equal.
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <memory>

#include CONDUCTOR_HEADER

namespace {

using conductor::ActorId;
using conductor::Conductor;
using conductor::Message;
using conductor::Tariff;

constexpr std::uint32_t kLedgers = 32;
constexpr std::uint32_t kTellers = 480;
constexpr std::uint64_t kPayments = 20'000;
constexpr std::uint32_t kTellersForEachOpen = 8;  // the others have closed their windows
constexpr std::uint64_t kPaymentsInARound = 250;

// Small, fast and the same everywhere; std::rand is neither.
class Lottery {
 public:
  std::uint32_t draw(std::uint32_t below) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::uint32_t>(((state_ >> 32) * below) >> 32);
  }

 private:
  std::uint64_t state_ = 20'000;
};

void hire_actors(Conductor& conductor) {
  const Tariff tariff{{25, 20, 15, 12, 10, 8, 6, 5}, 0};
  for (ActorId i = 0; i < kLedgers; ++i) conductor.create_context("ledger", conductor::book_entry, tariff);
  for (ActorId i = 0; i < kTellers; ++i) {
    Tariff own = tariff;
    own.ledger = i / kTellersForEachOpen % kLedgers;
    conductor.create_context("teller", conductor::take_payment, own);
  }
}

}  // namespace

int main() {
  const auto conductor = std::make_unique<Conductor>();
  hire_actors(*conductor);

  Lottery lottery;
  std::uint64_t refused = 0;
  std::uint64_t turns = 0;
  for (std::uint64_t number = 0; number < kPayments;) {
    for (std::uint64_t i = 0; i < kPaymentsInARound; ++i, ++number) {
      const ActorId teller = kLedgers + lottery.draw(kTellers / kTellersForEachOpen) * kTellersForEachOpen;
      if (!conductor->send({0, teller, Message::Kind::kPayment, number, lottery.draw(10'000)})) ++refused;
    }
    while (conductor->dispatch()) ++turns;
  }

  std::printf("%" PRIu64 " messages in %" PRIu64 " turns, %" PRIu64 " refused, digest %016" PRIx64 "\n",
              conductor->journal().lines(), turns, refused + conductor->refused(), conductor->journal().digest());
}
