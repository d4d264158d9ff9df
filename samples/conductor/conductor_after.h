// The same actor scheduler, with all its memory taken before the first actor is hired.
//
// Everything a turn touches has a fixed capacity: contexts come from an arena, messages from a pool, a mailbox is a
// ring of pointers into that pool. What finds no room is refused and counted, never grown for.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <string_view>
#include <vector>

#include "actors.h"
#include "journal.h"
#include "label.h"
#include "message.h"
#include "ring.h"

namespace conductor {

class Conductor {
 public:
  static constexpr std::size_t kMaxContexts = 512;
  static constexpr std::size_t kMaxMessages = 4'096;  // on their way at once
  static constexpr std::size_t kMailboxRoom = 128;

  Conductor();

  // A new actor; ids are 0, 1, 2 … in order. Throws std::bad_alloc beyond kMaxContexts.
  ActorId create_context(std::string_view role, Behaviour behaviour, const Tariff& tariff);

  // Puts a message into its receiver's mailbox; false if there is no room.
  bool send(const Message& message);

  // One turn of the actor that has waited longest: everything that lies in its mailbox now. False: nobody waits.
  bool dispatch();

  const Journal& journal() const { return journal_; }
  std::uint64_t refused() const { return refused_; }

 private:
  struct Context {
    Label name;
    Account account;
    Behaviour behaviour = nullptr;
    Tariff tariff;
    Ring<Message*, kMailboxRoom> mailbox;
  };

  bool deliver(Message& message);

  std::vector<std::byte> arena_memory_;
  std::pmr::monotonic_buffer_resource arena_;
  std::vector<Context*> contexts_;
  std::vector<Message> message_memory_;
  Ring<Message*, kMaxMessages> free_messages_;
  Ring<Context*, kMaxContexts> waiting_;
  std::array<Message*, kMailboxRoom> outbox_{};  // one turn runs at a time, so one outbox is enough
  Journal journal_;
  std::uint64_t refused_ = 0;
};

}  // namespace conductor
