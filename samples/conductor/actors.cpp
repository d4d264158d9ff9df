#include "actors.h"

#include <algorithm>
#include <cstddef>

namespace conductor {
namespace {

std::uint64_t fee(const Tariff& tariff, std::uint64_t cents) {
  const std::size_t step = std::min<std::size_t>(cents / 1'000, tariff.fee_per_mille.size() - 1);
  return cents * tariff.fee_per_mille[step] / 1'000;
}

}  // namespace

std::optional<Message> take_payment(const Tariff& tariff, Account& account, const Message& message) {
  const std::uint64_t kept = fee(tariff, message.cents);
  account.cents += kept;
  ++account.handled;
  return Message{message.to, tariff.ledger, Message::Kind::kEntry, message.number, message.cents - kept};
}

std::optional<Message> book_entry(const Tariff& /*tariff*/, Account& account, const Message& message) {
  account.cents += message.cents;
  ++account.handled;
  return std::nullopt;
}

std::string_view kind_name(Message::Kind kind) { return kind == Message::Kind::kPayment ? "payment" : "entry"; }

}  // namespace conductor
