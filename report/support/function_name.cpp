#include "report/support/function_name.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

namespace mallocop::report {
namespace {

constexpr char kName = 'n';
constexpr char kTemplate = 't';
constexpr char kParameters = 'p';
constexpr char kSuffix = 's';

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// The position past the bracket that closes the one at `open`; the end of the name if none does. Brackets of every
// kind nest; a comparison or an arrow among template arguments does not occur in demangled names outside parentheses.
size_t past_closing(std::string_view name, size_t open) {
  size_t depth = 0;
  for (size_t i = open; i < name.size(); ++i) {
    const char c = name[i];
    if (c == '(' || c == '<' || c == '[' || c == '{') ++depth;
    const bool arrow = c == '>' && i > 0 && name[i - 1] == '-';
    if ((c == ')' || c == '>' || c == ']' || c == '}') && !arrow && --depth == 0) return i + 1;
  }
  return name.size();
}

// At the word `operator` (from `at`): the position past its symbol. Nothing if the word is part of a longer one.
std::optional<size_t> past_operator(std::string_view name, size_t at) {
  constexpr std::string_view kWord = "operator";
  if (!name.substr(at).starts_with(kWord) || (at > 0 && is_word(name[at - 1]))) return std::nullopt;
  const size_t symbol = at + kWord.size();
  const std::string_view rest = name.substr(symbol);
  if (rest.empty() || is_word(rest.front())) return std::nullopt;
  constexpr std::array<std::string_view, 13> kBracketed = {"<<=", ">>=", "<=>", "->*", "()", "[]", "<<",
                                                           ">>",  "<=",  ">=",  "->",  "<",  ">"};
  for (const std::string_view form : kBracketed) {
    if (rest.starts_with(form)) return symbol + form.size();
  }
  constexpr std::string_view kPlain = "=!+-*/%^&|~,";
  if (kPlain.find(rest.front()) != kPlain.npos) return std::min(name.find_first_not_of(kPlain, symbol), name.size());
  // `operator new[]`, a literal (`operator"" _km`) or a conversion (`operator std::vector<int>`): up to the parameters.
  size_t end = symbol;
  while (end < name.size() && name[end] != '(') end = name[end] == '<' ? past_closing(name, end) : end + 1;
  return end;
}

// A C symbol that the optimiser split or specialised: "parse.cold", "parse.constprop.0". The dot, or the end.
size_t clone_suffix(std::string_view name) {
  for (size_t i = 1; i + 1 < name.size(); ++i) {
    if (name[i] == '.' && is_word(name[i - 1]) && is_word(name[i + 1])) return i;
  }
  return name.size();
}

}  // namespace

FunctionName::FunctionName(std::string_view name) : name_(name), kinds_(name.size(), kName) {
  const auto mark = [this](size_t from, size_t to, char kind) {
    std::fill(kinds_.begin() + static_cast<std::ptrdiff_t>(from), kinds_.begin() + static_cast<std::ptrdiff_t>(to),
              kind);
  };
  const std::string_view text = name_;
  bool operator_seen = false;
  size_t past_parameters = 0;
  size_t i = 0;
  while (i < text.size()) {
    if (const std::optional<size_t> past = past_operator(text, i)) {
      operator_seen = true;
      i = *past;
      continue;
    }
    const char c = text[i];
    size_t end = i + 1;
    if (c == '<' && i > 0) {
      end = past_closing(text, i);
      // Rust writes `foo::<u32>`: the colons belong to the arguments.
      const size_t from = text.substr(0, i).ends_with("::") ? i - 2 : i;
      mark(text[i - 1] == ' ' ? i - 1 : from, end, kTemplate);
    } else if (c == '<') {
      // Rust's `<Type as Trait>::method` is a name; what is inside it is read like any other.
    } else if (c == '[') {
      end = past_closing(text, i);
      mark(i, end, text.substr(i).starts_with("[abi:") ? kTemplate : kName);
    } else if (c == '{' || text.substr(i).starts_with("(anonymous") ||
               (c == '(' && text.substr(0, i).ends_with("decltype"))) {
      end = past_closing(text, i);
    } else if (c == '(') {
      end = past_closing(text, i);
      mark(i, end, kParameters);
      past_parameters = end;
    } else if (c == ' ' && !operator_seen && past_parameters == 0) {
      begin_ = i + 1;
    }
    i = end;
  }
  if (past_parameters == 0) {
    const size_t clone = text.find(" [clone ");
    mark(std::min({clone_suffix(text), clone, text.size()}), text.size(), kSuffix);
    if (clone < begin_) begin_ = 0;
  } else if (!text.substr(past_parameters).starts_with("::")) {
    mark(past_parameters, text.size(), kSuffix);
  }
  // `<A as B>::f`: the blanks are inside the type, there is no return type to leave out.
  if (text.starts_with('<')) begin_ = 0;
}

std::string FunctionName::reading(Keep keep) const {
  std::string result;
  for (size_t i = begin_; i < name_.size(); ++i) {
    const char kind = kinds_[i];
    if ((kind == kTemplate && !keep.templates) || (kind == kParameters && !keep.parameters) ||
        (kind == kSuffix && !keep.suffix)) {
      continue;
    }
    result += name_[i];
  }
  return result;
}

bool FunctionName::has_templates() const { return kinds_.find(kTemplate) != std::string::npos; }
bool FunctionName::has_parameters() const { return kinds_.find(kParameters) != std::string::npos; }

std::string squeeze_blanks(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool between_closing =
        text[i] == ' ' && !result.empty() && result.back() == '>' && text.substr(i + 1).starts_with('>');
    const bool after_comma = text[i] == ' ' && !result.empty() && result.back() == ',';
    if (!between_closing && !after_comma) result += text[i];
  }
  return result;
}

}  // namespace mallocop::report
