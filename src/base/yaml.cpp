#include "base/yaml.h"

#include <yaml.h>

#include <algorithm>
#include <map>

#include "base/check.h"

namespace sociometer {

struct YamlNode::Piece {
  enum class Kind { nothing, text, list, map };

  Kind kind = Kind::nothing;
  int style = 0;  // the library's, of scalars and of lists
  int line = 0, column = 0;
  size_t weight = 1;                             // pieces there would be without aliases
  std::string text;                              // of a scalar
  std::vector<std::shared_ptr<const Piece>> in;  // items; of a map, a key and its value by turns
};

namespace {

using Piece = YamlNode::Piece;
using PiecePtr = std::shared_ptr<const Piece>;

constexpr int deepest = 100;
constexpr size_t heaviest = 1'000'000;

// What the library hands out between two calls.
struct Event {
  Event() = default;
  ~Event() { yaml_event_delete(&raw); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  yaml_event_t raw{};
};

template <typename Scalar>
std::string scalar_text(const Scalar& scalar) {
  return {reinterpret_cast<const char*>(scalar.value), scalar.length};
}

std::string anchor_name(const yaml_char_t* name) {
  return reinterpret_cast<const char*>(name);
}

bool means_nothing(std::string_view plain) {
  return plain.empty() || plain == "~" || plain == "null" || plain == "Null" || plain == "NULL";
}

}  // namespace

bool YamlNode::is_map() const {
  return piece_ && piece_->kind == Piece::Kind::map;
}
bool YamlNode::is_list() const {
  return piece_ && piece_->kind == Piece::Kind::list;
}
bool YamlNode::is_text() const {
  return piece_ && piece_->kind == Piece::Kind::text;
}
int YamlNode::line() const {
  return piece_ ? piece_->line : 0;
}
int YamlNode::column() const {
  return piece_ ? piece_->column : 0;
}

const std::string& YamlNode::text() const {
  static const std::string none;
  return piece_ ? piece_->text : none;
}

bool YamlNode::is_quoted() const {
  return is_text() &&
         (piece_->style == YAML_SINGLE_QUOTED_SCALAR_STYLE || piece_->style == YAML_DOUBLE_QUOTED_SCALAR_STYLE);
}

std::vector<YamlEntry> YamlNode::entries() const {
  std::vector<YamlEntry> found;
  if (!is_map()) return found;
  for (size_t at = 0; at < piece_->in.size(); at += 2)
    found.push_back({YamlNode(piece_->in[at]), YamlNode(piece_->in[at + 1])});
  return found;
}

std::vector<YamlNode> YamlNode::items() const {
  std::vector<YamlNode> found;
  if (!is_list()) return found;
  for (const PiecePtr& item : piece_->in) found.push_back(YamlNode(item));
  return found;
}

YamlNode YamlNode::member(std::string_view key) const {
  if (!is_map()) return {};
  for (size_t at = 0; at < piece_->in.size(); at += 2)
    if (piece_->in[at]->text == key) return YamlNode(piece_->in[at + 1]);
  return {};
}

// Builds the tree from the library's events. Its own tree would follow an alias within what the anchor names, for ever.
class YamlReader {
 public:
  YamlReader(std::string_view text, YamlFault& fault) : text_(text), fault_(fault) {
    CHECK(yaml_parser_initialize(&parser_) == 1);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  ~YamlReader() { yaml_parser_delete(&parser_); }
  YamlReader(const YamlReader&) = delete;
  YamlReader& operator=(const YamlReader&) = delete;

  YamlNode read() {
    Event start, document;
    if (!next(start) || !next(document)) return {};
    if (document.raw.type == YAML_STREAM_END_EVENT) return YamlNode(std::make_shared<Piece>());
    PiecePtr root = next_piece(0);
    Event end, after;
    if (!root || !next(end) || !next(after)) return {};
    if (after.raw.type != YAML_STREAM_END_EVENT) {
      refuse("a second document begins", after.raw.start_mark);
      return {};
    }
    return YamlNode(root);
  }

 private:
  bool next(Event& event) {
    if (yaml_parser_parse(&parser_, &event.raw) == 1) return true;
    if (parser_.error == YAML_READER_ERROR) {
      const std::string_view before = text_.substr(0, parser_.problem_offset);
      fault_ = {name(parser_.problem), static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1, 1};
    } else {
      refuse(name(parser_.problem), parser_.problem_mark);
      if (parser_.context != nullptr) fault_.what += std::string(" ") + parser_.context;
    }
    return false;
  }

  static std::string name(const char* problem) { return problem == nullptr ? "it cannot be read" : problem; }

  PiecePtr refuse(std::string what, const yaml_mark_t& mark) {
    fault_ = {std::move(what), static_cast<int>(mark.line) + 1, static_cast<int>(mark.column) + 1};
    return nullptr;
  }

  PiecePtr next_piece(int depth) {
    Event event;
    return next(event) ? piece_of(event.raw, depth) : nullptr;
  }

  PiecePtr piece_of(const yaml_event_t& event, int depth) {
    if (depth > deepest) return refuse("it nests too deep", event.start_mark);
    if (event.type == YAML_ALIAS_EVENT) return named(event);
    auto piece = std::make_shared<Piece>();
    piece->line = static_cast<int>(event.start_mark.line) + 1;
    piece->column = static_cast<int>(event.start_mark.column) + 1;
    const yaml_char_t* anchor = nullptr;
    if (event.type == YAML_SCALAR_EVENT) {
      const auto& scalar = event.data.scalar;
      anchor = scalar.anchor;
      piece->style = scalar.style;
      piece->text = scalar_text(scalar);
      const bool is_plain = scalar.style == YAML_PLAIN_SCALAR_STYLE;
      piece->kind = is_plain && means_nothing(piece->text) ? Piece::Kind::nothing : Piece::Kind::text;
    } else {
      const bool is_map = event.type == YAML_MAPPING_START_EVENT;
      CHECK(is_map || event.type == YAML_SEQUENCE_START_EVENT);
      anchor = is_map ? event.data.mapping_start.anchor : event.data.sequence_start.anchor;
      piece->kind = is_map ? Piece::Kind::map : Piece::Kind::list;
      piece->style =
          is_map ? static_cast<int>(event.data.mapping_start.style) : static_cast<int>(event.data.sequence_start.style);
      if (!read_inside(*piece, depth)) return nullptr;
    }
    if (anchor != nullptr) anchors_[anchor_name(anchor)] = piece;
    return piece;
  }

  bool read_inside(Piece& piece, int depth) {
    for (;;) {
      Event event;
      if (!next(event)) return false;
      if (event.raw.type == YAML_MAPPING_END_EVENT || event.raw.type == YAML_SEQUENCE_END_EVENT) return true;
      PiecePtr inner = piece_of(event.raw, depth + 1);
      if (!inner) return false;
      piece.weight += inner->weight;
      if (piece.weight > heaviest) {
        refuse("its aliases unfold to more than a million pieces", event.raw.start_mark);
        return false;
      }
      piece.in.push_back(std::move(inner));
    }
  }

  PiecePtr named(const yaml_event_t& event) {
    const std::string anchor = anchor_name(event.data.alias.anchor);
    auto found = anchors_.find(anchor);
    if (found == anchors_.end()) return refuse("no piece before it is named &" + anchor, event.start_mark);
    return found->second;
  }

  std::string_view text_;
  YamlFault& fault_;
  yaml_parser_t parser_{};
  std::map<std::string, PiecePtr> anchors_;  // of pieces read to their end
};

YamlNode read_yaml(std::string_view text, YamlFault& fault) {
  return YamlReader(text, fault).read();
}

class YamlWriter {
 public:
  YamlWriter() {
    CHECK(yaml_emitter_initialize(&emitter_) == 1);
    yaml_emitter_set_output(
        &emitter_,
        [](void* out, unsigned char* text, size_t length) {
          static_cast<std::string*>(out)->append(reinterpret_cast<const char*>(text), length);
          return 1;
        },
        &out_);
    yaml_emitter_set_unicode(&emitter_, 1);
    yaml_emitter_set_width(&emitter_, -1);
  }
  ~YamlWriter() { yaml_emitter_delete(&emitter_); }
  YamlWriter(const YamlWriter&) = delete;
  YamlWriter& operator=(const YamlWriter&) = delete;

  std::string write(const YamlNode& node) {
    yaml_event_t event;
    CHECK(yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING) == 1);
    emit(event);
    CHECK(yaml_document_start_event_initialize(&event, nullptr, nullptr, nullptr, 1) == 1);
    emit(event);
    write(*node.piece_);
    CHECK(yaml_document_end_event_initialize(&event, 1) == 1);
    emit(event);
    CHECK(yaml_stream_end_event_initialize(&event) == 1);
    emit(event);
    while (out_.ends_with('\n')) out_.pop_back();
    return std::move(out_);
  }

 private:
  void write(const Piece& piece) {
    yaml_event_t event;
    switch (piece.kind) {
      case Piece::Kind::nothing:
      case Piece::Kind::text: {
        const auto* text = reinterpret_cast<const yaml_char_t*>(piece.text.data());
        // A text that would be read as nothing must be quoted; the library quotes what would be read as no scalar.
        const bool may_be_plain = piece.kind == Piece::Kind::nothing || !means_nothing(piece.text);
        auto style = static_cast<yaml_scalar_style_t>(piece.style);
        if (!may_be_plain && style <= YAML_PLAIN_SCALAR_STYLE) style = YAML_DOUBLE_QUOTED_SCALAR_STYLE;
        CHECK(yaml_scalar_event_initialize(&event, nullptr, nullptr, text, static_cast<int>(piece.text.size()), 1, 1,
                                           style) == 1);
        return emit(event);
      }
      case Piece::Kind::list:
        CHECK(yaml_sequence_start_event_initialize(&event, nullptr, nullptr, 1,
                                                   static_cast<yaml_sequence_style_t>(piece.style)) == 1);
        emit(event);
        for (const PiecePtr& item : piece.in) write(*item);
        CHECK(yaml_sequence_end_event_initialize(&event) == 1);
        return emit(event);
      case Piece::Kind::map:
        CHECK(yaml_mapping_start_event_initialize(&event, nullptr, nullptr, 1,
                                                  static_cast<yaml_mapping_style_t>(piece.style)) == 1);
        emit(event);
        for (const PiecePtr& member : piece.in) write(*member);
        CHECK(yaml_mapping_end_event_initialize(&event) == 1);
        return emit(event);
    }
  }

  void emit(yaml_event_t& event) { CHECK(yaml_emitter_emit(&emitter_, &event) == 1); }

  yaml_emitter_t emitter_{};
  std::string out_;
};

std::string yaml_of(const YamlNode& node) {
  CHECK(node);
  return YamlWriter().write(node);
}

YamlNode yaml_text(std::string text) {
  auto piece = std::make_shared<Piece>();
  piece->kind = Piece::Kind::text;
  piece->text = std::move(text);
  return YamlNode(piece);
}

YamlNode yaml_map(const std::vector<YamlEntry>& entries) {
  auto piece = std::make_shared<Piece>();
  piece->kind = Piece::Kind::map;
  for (const YamlEntry& entry : entries) {
    piece->in.push_back(entry.key.piece_);
    piece->in.push_back(entry.value.piece_);
  }
  return YamlNode(piece);
}

}  // namespace sociometer
