// PDF: Chromium prints the HTML, twice: the first time to learn on which pages the contents lie.
//
// Chromium takes no time but its own for the file's dates, so they are overwritten with the report's moment.
#include <charconv>

#include "base/text.h"
#include "reports/chromium.h"
#include "reports/writing.h"

namespace sociometer::reports {

std::string with_fixed_dates(std::string pdf, Instant as_of) {
  const std::string moment = format_instant({as_of.micros - as_of.micros % 1'000'000});  // 2026-06-22T12:00:00Z
  std::string digits;
  for (const char c : moment) {
    if (c >= '0' && c <= '9') digits += c;
  }
  for (const std::string_view name : {"/CreationDate (D:", "/ModDate (D:"}) {
    for (size_t place = pdf.find(name); place != std::string::npos; place = pdf.find(name, place + 1)) {
      const size_t begin = place + name.size();
      if (begin + digits.size() <= pdf.size()) pdf.replace(begin, digits.size(), digits);
    }
  }
  // The file's identity, where the printer gives one: as many hexadecimal digits, of nothing but the date.
  for (size_t place = pdf.find("/ID [<"); place != std::string::npos; place = pdf.find("/ID [<", place + 1)) {
    const size_t end = pdf.find(']', place);
    for (size_t i = place + 5; end != std::string::npos && i < end; ++i) {
      if (std::isxdigit(static_cast<unsigned char>(pdf[i])) != 0) pdf[i] = digits[i % digits.size()];
    }
  }
  return pdf;
}

std::map<std::string, int> pages_of(const std::string& pdf) {
  // Pages stand in their order: "12 0 obj\n<</Type /Page\n".
  std::map<int, int> numbers;
  constexpr std::string_view page = " 0 obj\n<</Type /Page\n";
  for (size_t place = pdf.find(page); place != std::string::npos; place = pdf.find(page, place + 1)) {
    size_t begin = place;
    while (begin > 0 && pdf[begin - 1] >= '0' && pdf[begin - 1] <= '9') --begin;
    int object = 0;
    std::from_chars(pdf.data() + begin, pdf.data() + place, object);
    numbers.emplace(object, static_cast<int>(numbers.size()) + 1);
  }
  // Destinations: "/tile-3 [12 0 R /XYZ 6 826 0]".
  std::map<std::string, int> found;
  constexpr std::string_view goes_to = " 0 R /XYZ";
  for (size_t place = pdf.find(goes_to); place != std::string::npos; place = pdf.find(goes_to, place + 1)) {
    const size_t bracket = pdf.rfind('[', place);
    if (bracket == std::string::npos || place - bracket > 12 || bracket < 2) continue;
    const size_t slash = pdf.rfind('/', bracket);
    if (slash == std::string::npos || bracket - slash > 64) continue;
    int object = 0;
    std::from_chars(pdf.data() + bracket + 1, pdf.data() + place, object);
    const auto number = numbers.find(object);
    if (number == numbers.end()) continue;
    found[std::string(trimmed(std::string_view(pdf).substr(slash + 1, bracket - slash - 1)))] = number->second;
  }
  return found;
}

Result<std::string> pdf(const Report& report) {
  TRY(const std::unique_ptr<Chromium> chromium, Chromium::find());
  TRY(const std::string first, chromium->printed(html(report)));
  TRY(std::string second, chromium->printed(html(report, pages_of(first))));
  return with_fixed_dates(std::move(second), report.as_of);
}

}  // namespace sociometer::reports
