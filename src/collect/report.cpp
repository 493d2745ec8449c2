#include "collect/report.h"

#include <algorithm>

#include "collect/collect.h"

namespace sociometer::collect {

namespace {

Json day_or_null(std::optional<Day> day) {
  return day ? Json(format_day(*day)) : Json(nullptr);
}
Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

JsonArray texts(const std::vector<std::string>& values) {
  JsonArray array;
  for (const std::string& value : values) array.emplace_back(value);
  return array;
}

JsonArray rejects_json(const std::vector<facts::Reject>& rejects) {
  JsonArray array;
  for (const facts::Reject& reject : rejects) {
    array.push_back(
        JsonObject{{"line", reject.line}, {"column", reject.column}, {"text", reject.text}, {"reason", reject.reason}});
  }
  return array;
}

bool taken(const FileReport& file) {
  return !file.error;
}

}  // namespace

std::string clipped(std::string_view text, size_t most) {
  std::string result;
  size_t letters = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    bool continues = (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80;
    if (!continues && letters++ == most) return result + "…";
    result += static_cast<unsigned char>(text[i]) < 0x20 ? ' ' : text[i];
  }
  return result;
}

int ImportReport::exit_status() const {
  bool any_taken = std::any_of(files.begin(), files.end(), taken);
  bool any_trouble = std::any_of(files.begin(), files.end(), [](const FileReport& file) {
    return file.error.has_value() || file.rows_rejected > 0;
  });
  if (!any_taken) return 1;
  return any_trouble ? 3 : 0;
}

Json to_json(const FileReport& report) {
  JsonObject object{
      {"path", report.path},
      {"format", report.error ? Json(nullptr) : text_or_null(report.format)},
      {"network", text_or_null(report.network)},
      {"accounts", texts(report.accounts)},
      {"rows_read", report.rows_read},
      {"rows_accepted", report.rows_accepted},
      {"rows_rejected", report.rows_rejected},
      {"rows_ignored", report.rows_ignored},
      {"posts", report.posts},
      {"observations", report.observations},
      {"already_known", report.already_known},
      {"first_day", day_or_null(report.first_day)},
      {"last_day", day_or_null(report.last_day)},
      {"zone", text_or_null(report.zone)},
      {"observed_at", report.observed_at ? Json(format_instant(*report.observed_at)) : Json(nullptr)},
      {"observed_at_estimated", report.observed_at_estimated},
      {"batch", text_or_null(report.batch)},
      {"warnings", texts(report.warnings)},
      {"rejects", rejects_json(report.rejects)},
  };
  if (report.error) object["error"] = report.error->message;
  return object;
}

Json to_json(const ImportReport& report) {
  JsonArray files;
  for (const FileReport& file : report.files) files.push_back(to_json(file));
  return JsonObject{{"files", std::move(files)}};
}

Json to_json(const facts::Batch& batch) {
  JsonArray accounts;
  for (const std::string& account : batch.accounts) accounts.emplace_back(account.substr(account.find('/') + 1));
  const auto& range = batch.end.range;
  return JsonObject{
      {"batch", batch.id},
      {"path", batch.start.path},
      {"format", text_or_null(batch.start.source)},
      {"network", text_or_null(batch.start.network)},
      {"accounts", std::move(accounts)},
      {"recorded_at", format_instant(batch.recorded_at)},
      {"observed_at", format_instant(batch.end.observed_at)},
      {"observed_at_estimated", batch.end.observed_estimated},
      {"rows_read", batch.end.rows_read},
      {"rows_accepted", batch.end.rows_accepted},
      {"rows_rejected", batch.end.rows_rejected},
      {"rows_ignored", batch.end.rows_ignored},
      {"posts", batch.posts},
      {"observations", batch.observations},
      {"first_day", range ? Json(format_day(range->first)) : Json(nullptr)},
      {"last_day", range ? Json(format_day(range->end - 1)) : Json(nullptr)},
      {"zone", text_or_null(batch.start.zone)},
      {"undone", batch.undone_at.has_value()},
      {"warnings", texts(batch.end.warnings)},
      {"rejects", rejects_json(batch.end.rejects)},
  };
}

}  // namespace sociometer::collect
