#include "alerts/letter.h"

#include <fmt/format.h>

#include "base/text.h"

namespace sociometer::alerts {
namespace {

constexpr size_t subject_length_max = 200;

// Cut between characters.
std::string cut(std::string text, size_t most) {
  if (text.size() <= most) return text;
  size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

std::string one_line(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  return cut(std::move(text), subject_length_max);
}

std::string foot(const Alert& alert, std::string_view workspace, Instant now, const Zone& zone) {
  return fmt::format("\nAlert “{}” of the workspace {}, {}.\n", alert.name, workspace, local_words(now, zone));
}

std::string body_of(const std::string& title, const std::vector<std::string>& lines) {
  std::string text = title + "\n";
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

}  // namespace

std::string local_words(Instant at, const Zone& zone) {
  const Instant local{at.micros + zone.offset_seconds(at) * 1'000'000};
  const std::string text = format_instant({local.micros - ((local.micros % 60'000'000) + 60'000'000) % 60'000'000});
  return fmt::format("{} {} ({})", text.substr(0, 10), text.substr(11, 5), zone.name());
}

Letter letter_of(const Alert& alert, int64_t number, const Message& message, std::string_view workspace, Instant now,
                 const Zone& zone) {
  Letter letter;
  letter.key = fmt::format("alert/{}/{}", number, message.episode);
  letter.link = message.link;
  JsonObject json{{"alert", alert.name},      {"kind", name(alert.kind)}, {"episode", message.episode},
                  {"data", message.data},     {"link", message.link},     {"workspace", workspace},
                  {"at", format_instant(now)}};
  std::string text;
  switch (message.what) {
    case Message::What::began:
      letter.subject = fmt::format("{}: {}", alert.name, message.title);
      text = body_of(message.title, message.lines);
      json["event"] = "began";
      break;
    case Message::What::ended:
      letter.key += "/over";
      letter.subject = fmt::format("{} is over: {}", alert.name, message.end_title);
      text = fmt::format("Over: {}\n", message.title) + body_of(message.end_title, message.end_lines);
      json["event"] = "ended";
      break;
    case Message::What::both:
      letter.subject = fmt::format("{}, over by now: {}", alert.name, message.title);
      text = body_of(message.title, message.lines) +
             "\nIt is over by now: " + body_of(message.end_title, message.end_lines);
      json["event"] = "began_and_ended";
      break;
  }
  json["title"] = message.what == Message::What::ended ? message.end_title : message.title;
  const std::vector<std::string>& lines = message.what == Message::What::ended ? message.end_lines : message.lines;
  json["lines"] = JsonArray(lines.begin(), lines.end());
  letter.subject = one_line(std::move(letter.subject));
  if (!message.link.empty()) text += fmt::format("\nHow it came about: {}\n", message.link);
  letter.text = text + foot(alert, workspace, now, zone);
  letter.json = json_text(json);
  return letter;
}

Letter test_letter(const Alert& alert, int64_t number, const std::vector<Finding>& found, std::string_view workspace,
                   Instant now, const Zone& zone) {
  Letter letter;
  letter.key = fmt::format("alert/{}/test/{}", number, now.micros);
  letter.subject = one_line(fmt::format("[test] {}", alert.name));
  std::string text = "This is a test. Nothing has happened; the alert says just now:\n\n";
  JsonArray findings;
  for (const Finding& finding : found) {
    text += body_of(finding.title, finding.lines) + "\n";
    if (letter.link.empty()) letter.link = finding.link;
    findings.push_back(JsonObject{{"about", finding.about}, {"says", name(finding.says)}, {"title", finding.title}});
  }
  if (!letter.link.empty()) text += fmt::format("How it came about: {}\n", letter.link);
  letter.text = text + foot(alert, workspace, now, zone);
  letter.json = json_text(JsonObject{{"alert", alert.name},
                                     {"kind", name(alert.kind)},
                                     {"event", "test"},
                                     {"findings", std::move(findings)},
                                     {"link", letter.link},
                                     {"workspace", workspace},
                                     {"at", format_instant(now)}});
  return letter;
}

}  // namespace sociometer::alerts
