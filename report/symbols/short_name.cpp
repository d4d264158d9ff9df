// A small recursive reader of demangled names: no grammar of C++, only brackets, words and what may follow them.
//
// Invariants: every function either consumes well-formed brackets or sets failed_, and then the caller gives the name
// back unread; recursion is bounded by kMaxDepth; work is at most kMaxDepth times the length of the input.
#include "report/symbols/short_name.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <iterator>
#include <vector>

#include "report/symbols/short_name_table.h"

namespace mallocop::report {
namespace {

constexpr size_t kMaxInput = size_t{16} << 10;
constexpr size_t kMaxUnread = 240;       // of a name that is too long, so much is shown
constexpr size_t kMaxArgumentText = 56;  // template arguments longer than this say nothing to a reader
constexpr unsigned kMaxDepth = 48;

// What starts a name that speaks about another one.
constexpr std::string_view kPrefixes[] = {"TLS init function for ", "TLS wrapper function for ",
                                          "global constructors keyed to ", "global destructors keyed to "};

enum class Level { kName, kType };  // the name itself, or something inside its brackets

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$'; }

// The length of "operator" and its symbol at `at`, 0 if there is none. Of a conversion only "operator" and the space.
size_t length_of_operator(std::string_view text, size_t at) {
  constexpr std::string_view kWord = "operator";
  constexpr std::string_view kSymbols[] = {"()", "[]", "<=>", "<<=", ">>=", "->*", "<<", ">>",    "<=", ">=", "->",
                                           "<",  ">",  " ",   "==",  "!=",  "&&",  "||", "++",    "--", "+=", "-=",
                                           "*=", "/=", "%=",  "&=",  "|=",  "^=",  ",",  "\"\" ", "+",  "-",  "*",
                                           "/",  "%",  "&",   "|",   "^",   "~",   "!",  "="};
  if (!text.substr(at).starts_with(kWord) || (at != 0 && is_word(text[at - 1]))) return 0;
  const std::string_view rest = text.substr(at + kWord.size());
  for (const std::string_view named : {" new[]", " delete[]", " new", " delete", " co_await"}) {
    if (rest.starts_with(named)) return kWord.size() + named.size();
  }
  for (const std::string_view symbol : kSymbols) {
    if (rest.starts_with(symbol)) return kWord.size() + symbol.size();
  }
  return 0;
}

// The same. It is asked at every character, and nearly all are sorted out by the first letter.
inline size_t operator_length(std::string_view text, size_t at) {
  return text[at] == 'o' ? length_of_operator(text, at) : 0;
}

// Of one that the text starts with; 0 if there is none.
size_t inline_namespace_length(std::string_view text) {
  for (const std::string_view name : kInlineNamespaces) {
    if (text.starts_with(name)) return name.size();
  }
  return 0;
}

class Folder {
 public:
  explicit Folder(bool with_arguments) : with_arguments_(with_arguments) {}

  std::string fold(std::string_view text, Level level, unsigned depth) {
    if (depth > kMaxDepth) return failed_ = true, std::string();
    Piece piece{text, 0, {}, 0, 0, false, level, depth};
    while (piece.at < text.size() && !failed_ && step(piece)) {
    }
    if (level == Level::kName) piece.out.erase(0, piece.name_start);
    while (piece.out.ends_with(' ')) piece.out.pop_back();
    return std::move(piece.out);
  }
  bool failed() const { return failed_; }

 private:
  struct Piece {
    std::string_view text;
    size_t at;
    std::string out;
    size_t word_start;  // in out: where the qualified name that is being read starts
    size_t name_start;  // in out: behind the last return type
    bool in_operator;   // spaces belong to the name
    Level level;
    unsigned depth;

    std::string_view rest() const { return text.substr(at); }
    void copy(size_t count) {
      out += text.substr(at, count);
      at += count;
    }
  };

  // Reads on; false: the rest does not matter.
  bool step(Piece& p) {
    const char c = p.text[p.at];
    if (const size_t length = operator_length(p.text, p.at); length != 0) {
      p.in_operator = true;
      p.copy(length);
      if (p.out.ends_with(' ')) p.word_start = p.out.size();  // a conversion: a type follows
      return true;
    }
    if (p.rest().starts_with("->")) return p.copy(2), true;
    if (p.rest().starts_with("[abi:")) return skip_to(p, close_of(p.text, p.at));
    if (p.rest().starts_with(" [clone")) return false;
    if (p.in_operator && p.rest().starts_with(" <")) return ++p.at, true;  // "operator< <int>"
    if (c == '<') return angle(p);
    if (c == '(') return parenthesis(p);
    if (c == '{') return brace(p);
    if (p.out.ends_with("::") && skip_inline_namespace(p)) return true;
    p.copy(1);
    if (!is_word(c) && c != ':' && c != '~') p.word_start = p.out.size();
    if (c == ' ' && !p.in_operator) p.name_start = p.out.size();
    return true;
  }

  bool skip_to(Piece& p, size_t close) {
    if (close == std::string_view::npos) return false;
    p.at = close + 1;
    return true;
  }

  static bool skip_inline_namespace(Piece& p) {
    const size_t length = inline_namespace_length(p.rest());
    p.at += length;
    return length != 0;
  }

  bool angle(Piece& p) {
    const size_t close = close_of(p.text, p.at);
    if (close == std::string_view::npos) return false;
    const std::string_view inside = p.text.substr(p.at + 1, close - p.at - 1);
    p.at = close + 1;
    if (p.out.size() == p.word_start && !p.in_operator) return qualified_self(p, inside);
    arguments(p, inside);
    return true;
  }

  // Rust's "<Type as Trait>::function".
  bool qualified_self(Piece& p, std::string_view inside) {
    p.out += '<';
    p.out += fold(inside, Level::kType, p.depth + 1);
    p.out += '>';
    return true;
  }

  void arguments(Piece& p, std::string_view inside) {
    const bool turbofish = p.out.ends_with("::");
    if (turbofish) p.out.resize(p.out.size() - 2);
    const std::string_view name = std::string_view(p.out).substr(std::min(p.word_start, p.out.size()));
    std::vector<std::string> list;
    for (const std::string_view part : split(inside)) list.push_back(fold(part, Level::kType, p.depth + 1));
    drop_defaults(name, list);
    if (ends_function(p) && name.starts_with(kLibrary) && drop_characters(list)) return;

    std::string joined;
    for (const std::string& argument : list) {
      if (!joined.empty()) joined += ", ";
      joined += argument;
    }
    const std::string whole = std::string(name) + "<" + joined + ">";
    const auto* alias =
        std::find_if(std::begin(kAliases), std::end(kAliases), [&](const Alias& entry) { return entry.name == whole; });
    if (alias != std::end(kAliases)) {
      p.out.resize(p.word_start);
      p.out += alias->alias;
    } else if (with_arguments_) {
      p.out += turbofish ? "::<" : "<";
      p.out += joined.size() > kMaxArgumentText ? "..." : joined;
      p.out += '>';
    }
  }

  static void drop_defaults(std::string_view name, std::vector<std::string>& list) {
    const auto is_default = [](const std::string& argument) {
      return std::any_of(std::begin(kStandardDefaults), std::end(kStandardDefaults),
                         [&](std::string_view standard) { return argument.starts_with(standard); });
    };
    for (const DefaultedTemplate& entry : kDefaultedTemplates) {
      if (entry.name != name || list.size() <= entry.keep) continue;
      const auto first = list.begin() + static_cast<ptrdiff_t>(entry.keep);
      if (std::all_of(first, list.end(), is_default)) list.erase(first, list.end());
    }
  }

  // What is read on is the parameters of a function, not a part of its name.
  static bool ends_function(const Piece& p) {
    return p.level == Level::kName && (p.at == p.text.size() || p.text[p.at] == '(' || p.text[p.at] == '[');
  }

  // What belongs to a character goes if there is nothing else, and the usual character with it. True: nothing is left.
  static bool drop_characters(std::vector<std::string>& list) {
    const auto belongs_to = [](std::string_view character) {
      return [character](const std::string& argument) {
        return std::any_of(std::begin(kCharacterParts), std::end(kCharacterParts), [&](std::string_view part) {
          return argument == std::string(part).append("<").append(character).append(">");
        });
      };
    };
    for (const std::string_view character : kCharacters) {
      const bool named = list.size() > 1 && list[0] == character;
      if (!std::all_of(list.begin() + (named ? 1 : 0), list.end(), belongs_to(character))) continue;
      if (!named || character == kUsualCharacter) return true;
      list.resize(1);
    }
    return false;
  }

  bool parenthesis(Piece& p) {
    const size_t close = close_of(p.text, p.at);
    if (close == std::string_view::npos) return false;
    constexpr std::string_view kAnonymous = "(anonymous namespace)";
    if (p.rest().starts_with(kAnonymous)) return p.copy(kAnonymous.size()), true;
    if (p.out.ends_with("decltype")) return p.copy(close + 1 - p.at), true;

    // The parameters of a function that something local belongs to: "run(int) const::{lambda()#1}".
    size_t after = close + 1;
    for (const std::string_view qualifier : {" const", " volatile", " &&", " &", "&&", "&"}) {
      if (p.text.substr(after).starts_with(qualifier)) after += qualifier.size();
    }
    if (p.text.substr(after).starts_with("::") && !p.out.empty() && is_name_end(p.out.back())) {
      p.at = after;
      p.in_operator = false;
      return true;
    }
    if (p.level == Level::kName) return false;  // our own parameters: the name ends here

    const std::string_view inside = p.text.substr(p.at + 1, close - p.at - 1);
    p.out += '(';
    bool first = true;
    for (const std::string_view part : split(inside)) {
      if (!first) p.out += ", ";
      first = false;
      p.out += fold(part, Level::kType, p.depth + 1);
    }
    p.out += ')';
    p.at = close + 1;
    return true;
  }

  static bool is_name_end(char c) { return is_word(c) || c == '>' || c == '}' || c == ')' || c == '=' || c == ']'; }

  bool brace(Piece& p) {
    const size_t close = close_of(p.text, p.at);
    if (close == std::string_view::npos) return false;
    constexpr std::string_view kLambda = "{lambda(";
    if (p.rest().starts_with(kLambda)) {
      const size_t parameters_end = close_of(p.text, p.at + kLambda.size() - 1);
      if (parameters_end == std::string_view::npos) return false;
      p.out += "{lambda";
      p.at = parameters_end + 1;
    }
    p.copy(close + 1 - p.at);
    return true;
  }

  // The bracket that closes the one at `open`; npos (and failed_) if there is none.
  size_t close_of(std::string_view text, size_t open) {
    std::string closers;
    for (size_t at = open; at < text.size(); ++at) {
      if (const size_t length = operator_length(text, at); length != 0) {
        at += length - 1;
        continue;
      }
      const char c = text[at];
      if (c == '(') closers += ')';
      if (c == '[') closers += ']';
      if (c == '{') closers += '}';
      if (c == '<') closers += '>';
      if (c == '-' && at + 1 < text.size() && text[at + 1] == '>') {
        ++at;
      } else if (!closers.empty() && c == closers.back()) {
        closers.pop_back();
        if (closers.empty()) return at;
      }
    }
    failed_ = true;
    return std::string_view::npos;
  }

  // At the commas outside of brackets; spaces around the parts go.
  std::vector<std::string_view> split(std::string_view list) {
    std::vector<std::string_view> parts;
    size_t begin = 0;
    const auto add = [&](size_t end) {
      std::string_view part = list.substr(begin, end - begin);
      while (part.starts_with(' ')) part.remove_prefix(1);
      while (part.ends_with(' ')) part.remove_suffix(1);
      if (!part.empty()) parts.push_back(part);
      begin = end + 1;
    };
    for (size_t at = 0; at < list.size() && !failed_; ++at) {
      if (const size_t length = operator_length(list, at); length != 0) {
        at += length - 1;
      } else if (list[at] == '<' || list[at] == '(' || list[at] == '{' || list[at] == '[') {
        at = close_of(list, at);
        if (failed_) break;
      } else if (list[at] == ',') {
        add(at);
      }
    }
    add(list.size());
    return parts;
  }

  bool with_arguments_;
  bool failed_ = false;
};

std::string folded(std::string_view name, bool with_arguments) {
  for (const std::string_view prefix : kPrefixes) {
    if (name.starts_with(prefix)) return std::string(prefix) + folded(name.substr(prefix.size()), with_arguments);
  }
  if (name.size() > kMaxInput) {
    size_t cut = kMaxUnread;
    while ((static_cast<unsigned char>(name[cut]) & 0xc0) == 0x80 && cut != 0) --cut;  // not inside a character
    return std::string(name.substr(0, cut)) + "...";
  }
  Folder folder(with_arguments);
  std::string result = folder.fold(name, Level::kName, 0);
  return folder.failed() || result.empty() ? std::string(name) : result;
}

}  // namespace

std::string short_name(std::string_view demangled) { return folded(demangled, true); }
std::string without_inline_namespaces(std::string_view demangled) {
  std::string result;
  result.reserve(demangled.size());
  while (!demangled.empty()) {
    const size_t skipped = result.ends_with("::") ? inline_namespace_length(demangled) : 0;
    if (skipped == 0) result += demangled.front();
    demangled.remove_prefix(skipped == 0 ? 1 : skipped);
  }
  return result;
}

std::string bare_name(std::string_view demangled) { return folded(demangled, false); }

std::string shown_name(std::string_view demangled, bool whole) {
  return whole ? std::string(demangled) : short_name(demangled);
}

}  // namespace mallocop::report
