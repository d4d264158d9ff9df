// An actor scheduler as it is often written first: clear, correct, and it allocates wherever it can.
//
// The comments in conductor_before.cpp name the habits; conductor_after.h is the same scheduler without them.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors.h"
#include "journal.h"
#include "message.h"

namespace conductor {

class Conductor {
 public:
  // A new actor; ids are 0, 1, 2 … in order.
  ActorId create_context(std::string_view role, Behaviour behaviour, const Tariff& tariff);

  // Puts a message into its receiver's mailbox; false if there is no room (never, in this one).
  bool send(const Message& message);

  // One turn of the actor that has waited longest: everything that lies in its mailbox now. False: nobody waits.
  bool dispatch();

  const Journal& journal() const { return journal_; }
  std::uint64_t refused() const { return 0; }

 private:
  using MessagePtr = std::shared_ptr<const Message>;

  struct Context {
    std::string name;
    Account account;
    std::function<std::optional<Message>(Account&, const Message&)> behaviour;
    std::vector<MessagePtr> mailbox;
    std::vector<Message> outbox;  // what the actor sends during its turn, until the turn is over
  };

  std::vector<std::shared_ptr<Context>> contexts_;
  std::deque<std::shared_ptr<Context>> waiting_;
  Journal journal_;
};

}  // namespace conductor
