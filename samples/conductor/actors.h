// The actors of the sample: tellers take payments, keep a fee and send the rest on to a ledger, which books it.
//
// An actor's behaviour knows nothing of the scheduler that runs it; both schedulers run this same code.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "message.h"

namespace conductor {

// An actor's own state; only its behaviour changes it.
struct Account {
  std::uint64_t cents = 0;
  std::uint64_t handled = 0;
};

// What a behaviour is set up with: the fee, in parts per thousand, by size of the payment, and where the rest goes.
struct Tariff {
  std::array<std::uint16_t, 8> fee_per_mille{};
  ActorId ledger = 0;
};

// Handles one message; may answer with one to send on.
using Behaviour = std::optional<Message> (*)(const Tariff&, Account&, const Message&);

std::optional<Message> take_payment(const Tariff& tariff, Account& account, const Message& message);
std::optional<Message> book_entry(const Tariff& tariff, Account& account, const Message& message);

std::string_view kind_name(Message::Kind kind);

}  // namespace conductor
