// A flame graph as an SVG picture, the outermost frame at the top, or the innermost one if it is inverted. It is whole
// without a script; the script in it lets a click make a frame as wide as the picture.
#include <algorithm>
#include <unordered_map>

#include "report/export/flame_tree.h"
#include "report/export/formats.h"
#include "report/output/escape.h"
#include "report/output/figures.h"
#include "report/symbols/user_code.h"

namespace mallocop::report {
namespace {

constexpr double kWidth = 1200;
constexpr double kMargin = 10;
constexpr double kRow = 17;
constexpr double kTop = 44;          // of the first row
constexpr double kLetter = 6.6;      // a letter is at most about so wide
constexpr double kNarrowest = 0.3;   // what is narrower is not drawn
constexpr size_t kShortestText = 3;  // letters

constexpr std::string_view kStyle =
    "text{font:11px Verdana,DejaVu Sans,sans-serif;fill:#222;pointer-events:none}"
    "rect{stroke:#fff;stroke-width:.6}g:hover rect{stroke:#333}g{cursor:pointer}#title{font-size:15px}";

// Each frame's place and width as drawn are kept in the picture itself.
constexpr std::string_view kScript = R"(
const frames = [...document.querySelectorAll('g[data-value]')].map(g => {
  const rect = g.querySelector('rect'), text = g.querySelector('text');
  return {g, rect, text, name: g.querySelector('title').textContent.split('\n')[0],
          x: +rect.getAttribute('x'), y: +rect.getAttribute('y'), width: +rect.getAttribute('width')};
});
const left = 10, whole = 1180, letter = 6.6, slack = 0.02;
function zoom(to) {
  for (const frame of frames) {
    const inside = frame.x >= to.x - slack && frame.x + frame.width <= to.x + to.width + slack;
    const around = frame.y < to.y && frame.x <= to.x + slack && frame.x + frame.width >= to.x + to.width - slack;
    frame.g.style.display = inside || around ? '' : 'none';
    if (!inside && !around) continue;
    const x = around ? left : left + (frame.x - to.x) * whole / to.width;
    const width = around ? whole : frame.width * whole / to.width;
    frame.rect.setAttribute('x', x);
    frame.rect.setAttribute('width', width);
    const letters = Math.floor((width - 6) / letter);
    frame.text.setAttribute('x', x + 3);
    frame.text.textContent = letters < 3 ? '' : frame.name.length <= letters ? frame.name
                                              : frame.name.slice(0, Math.max(1, letters - 3)) + '...';
  }
}
for (const frame of frames) frame.g.addEventListener('click', () => zoom(frame));
)";

// For an element's text or attribute. `text` has no control characters; XML has two more that it does not take.
std::string xml_text(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("\xef\xbf\xbe") || rest.starts_with("\xef\xbf\xbf")) {
      out += "\xef\xbf\xbd";
      at += 2;
    } else if (text[at] == '&') {
      out += "&amp;";
    } else if (text[at] == '<') {
      out += "&lt;";
    } else if (text[at] == '>') {
      out += "&gt;";
    } else if (text[at] == '"') {
      out += "&quot;";
    } else {
      out += text[at];
    }
  }
  return out;
}

// The same for the same text, everywhere.
uint32_t hash_of(std::string_view text) {
  uint32_t hash = 2166136261;
  for (const char byte : text) hash = (hash ^ static_cast<uint8_t>(byte)) * 16777619;
  return hash;
}

class SvgWriter {
 public:
  SvgWriter(const ExportInput& input, ExportStream& out)
      : input_(input),
        paths_(input, ExportPaths::Operations::kAsPlaces),
        tree_(flame_tree(paths_, input)),
        kinds_(kinds_of_frames(input.profile)),
        total_(tree_.nodes.front().value),
        out_(out) {}

  void write() {
    const size_t rows = deepest_row() + 1;
    const double height = kTop + static_cast<double>(rows) * kRow + kMargin;
    out_.print(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" "
        "height=\"{1}\" viewBox=\"0 0 {0} {1}\">\n<style>{2}</style>\n"
        "<rect width=\"100%\" height=\"100%\" fill=\"#fdfdfb\"/>\n",
        kWidth, height, kStyle);
    const std::string program = escape_controls(input_.profile.program.substr(input_.profile.program.rfind('/') + 1));
    out_.print("<text id=\"title\" x=\"{}\" y=\"24\">{} of {}{}</text>\n", kMargin, xml_text(input_.metric->words),
               xml_text(program.empty() ? "a process" : program), input_.inverted ? ", callers beneath" : "");
    visit([this](const Box& box) { write_box(box); });
    out_.print("<script><![CDATA[{}]]></script>\n</svg>\n", kScript);
  }

 private:
  struct Box {
    uint32_t node;
    size_t row;
    uint64_t begin;  // values of what is left of it
  };

  static FlameTree flame_tree(const ExportPaths& paths, const ExportInput& input) {
    FlameTree tree = make_flame_tree(paths, input);
    if (!input.inverted) return tree;
    const double drawn = kNarrowest / (kWidth - 2 * kMargin);
    const auto least = static_cast<uint64_t>(drawn * static_cast<double>(tree.nodes[0].value));
    return inverted(std::move(tree), least);
  }

  double x_of(uint64_t value) const {
    if (total_ == 0) return kMargin;
    return kMargin + static_cast<double>(value) / static_cast<double>(total_) * (kWidth - 2 * kMargin);
  }

  // Every frame that is wide enough, a caller before what it calls.
  template <typename Visitor>
  void visit(Visitor&& visitor) const {
    std::vector<Box> open = {{0, 0, 0}};
    while (!open.empty()) {
      const Box box = open.back();
      open.pop_back();
      visitor(box);
      uint64_t begin = box.begin;
      for (const uint32_t child : tree_.nodes[box.node].children) {
        const uint64_t end = begin + tree_.nodes[child].value;
        if (x_of(end) - x_of(begin) < kNarrowest) break;  // those that follow are no wider
        open.push_back({child, box.row + 1, begin});
        begin = end;
      }
    }
  }

  size_t deepest_row() const {
    size_t deepest = 0;
    visit([&](const Box& box) { deepest = std::max(deepest, box.row); });
    return deepest;
  }

  std::string color_of(uint32_t node) const {
    if (node == 0) return "#e4e4e0";
    const Frame* const frame = paths_.frame(tree_.nodes[node].place);
    if (frame == nullptr) return "#b9dfb4";
    const uint32_t shade = hash_of(tree_.names[tree_.nodes[node].name]) % 16;
    switch (kinds_[tree_.nodes[node].place]) {
      case FrameKind::kUser:
        return fmt::format("hsl({},85%,{}%)", 22 + hash_of(frame->module) % 28, 62 + shade);
      case FrameKind::kAllocation:
        return "#d5d5d0";
      case FrameKind::kOther:
        break;
    }
    return fmt::format("hsl({},38%,{}%)", 185 + hash_of(frame->module) % 90, 72 + shade);
  }

  std::string value_text(uint64_t value) const {
    const std::string words(input_.metric->words);
    const std::string share =
        total_ == 0 ? "" : fmt::format(", {:.2f} %", static_cast<double>(value) / static_cast<double>(total_) * 100);
    return counted(value, words.c_str(), words.c_str()) + share;
  }

  std::string title_of(uint32_t node, const std::string& name) const {
    std::string title = name + '\n' + value_text(tree_.nodes[node].value);
    const Frame* const frame = node == 0 ? nullptr : paths_.frame(tree_.nodes[node].place);
    if (frame != nullptr && !frame->file.empty()) {
      title += fmt::format("\n{}:{}", escape_controls(frame->file), frame->line);
    }
    if (frame != nullptr && !frame->module.empty()) title += '\n' + escape_controls(frame->module);
    return title;
  }

  void write_box(const Box& box) {
    const FlameNode& node = tree_.nodes[box.node];
    const std::string name = box.node == 0 ? "all" : tree_.names[node.name];
    const double x = x_of(box.begin);
    const double width = total_ == 0 ? kWidth - 2 * kMargin : x_of(box.begin + node.value) - x;
    const double y = kTop + static_cast<double>(box.row) * kRow;
    const auto letters = static_cast<size_t>(std::max(0.0, (width - 6) / kLetter));
    out_.print(
        "<g data-value=\"{}\"><title>{}</title><rect x=\"{:.3f}\" y=\"{}\" width=\"{:.3f}\" height=\"{}\" rx=\"2\" "
        "fill=\"{}\"/><text x=\"{:.3f}\" y=\"{}\">{}</text></g>\n",
        node.value, xml_text(title_of(box.node, name)), x, y, width, kRow - 1, color_of(box.node), x + 3, y + 12,
        letters < kShortestText ? "" : xml_text(cut_to_width(name, letters)));
  }

  const ExportInput& input_;
  ExportPaths paths_;
  FlameTree tree_;
  std::vector<FrameKind> kinds_;
  uint64_t total_;
  ExportStream& out_;
};

}  // namespace

void write_svg(const ExportInput& input, ExportStream& out) { SvgWriter(input, out).write(); }

}  // namespace mallocop::report
