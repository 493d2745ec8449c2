// Answers as JSON, in the shapes of docs/api.md. Nothing here is formatted for people.
#include <fmt/format.h>

#include "metrics/metrics.h"

namespace sociometer::metrics {
namespace {

Json number(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}
Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}
JsonArray texts(const std::vector<std::string>& list) {
  return JsonArray(list.begin(), list.end());
}
Json cursor(const std::optional<int64_t>& next) {
  return next ? Json(std::to_string(*next)) : Json(nullptr);
}

Json to_json(const std::optional<Interval>& interval) {
  if (!interval) return nullptr;
  JsonObject object;
  object["low"] = number(interval->low);
  object["high"] = number(interval->high);
  object["level"] = interval->level;
  object["method"] = interval->method;
  return object;
}

Json to_json(const std::optional<Evidence>& evidence) {
  if (!evidence) return nullptr;
  JsonObject object;
  object["change"] = evidence->change;
  object["p"] = evidence->p;
  object["p_adjusted"] = evidence->p_adjusted;
  object["difference"] = evidence->difference;
  object["low"] = number(evidence->interval.low);
  object["high"] = number(evidence->interval.high);
  object["method"] = evidence->interval.method;
  return object;
}

JsonObject cell_json(const Cell& cell, const std::vector<std::string>& by) {
  JsonObject object;
  JsonObject members;
  for (size_t i = 0; i < by.size(); ++i) members[by[i]] = text_or_null(cell.by[i]);
  object["by"] = members;
  object["kpi"] = cell.kpi;
  object["variant"] = text_or_null(cell.variant);
  object["definition"] = cell.definition;
  object["basis"] = text_or_null(cell.basis);
  object["value"] = number(cell.value);
  object["reason"] = text_or_null(cell.reason);
  object["compared"] = number(cell.compared);
  object["change"] = number(cell.change);
  object["interval"] = to_json(cell.interval);
  if (cell.compared_interval) object["compared_interval"] = to_json(cell.compared_interval);
  if (cell.compared) {
    object["compared_n"] = cell.compared_n;
    object["evidence"] = to_json(cell.evidence);
  }
  object["n"] = cell.n;
  object["coverage"] = cell.coverage;
  object["notes"] = texts(cell.notes);
  return object;
}

JsonObject kpi_json(const catalog::KpiChoice& choice) {
  JsonObject object;
  object["key"] = choice.kpi->key;
  object["variant"] = text_or_null(choice.variant->key);
  object["name"] = choice.kpi->name.english();
  object["description"] = choice.kpi->description.english();
  auto put = [&](const char* key, std::string_view text) {
    object[key] = boost::json::string_view(text.data(), text.size());
  };
  put("unit", name(choice.variant->unit));
  put("class", name(choice.kpi->additivity));
  object["family"] = choice.kpi->family;
  put("good", name(choice.kpi->good));
  object["formula"] = choice.variant->formula_text;
  object["definition"] = choice.kpi->definition;
  object["source"] = choice.kpi->source;
  return object;
}

JsonObject input_json(const Explanation::Input& input) {
  JsonObject object;
  object["name"] = input.name;
  object["role"] = input.role;
  object["sum"] = number(input.sum);
  object["rows"] = input.rows;
  JsonArray parts;
  for (const auto& part : input.parts) {
    parts.push_back(JsonObject{{"measure", part.measure}, {"sum", part.sum}, {"rows", part.rows}});
  }
  object["parts"] = parts;
  JsonArray sources;
  for (const auto& source : input.sources) {
    sources.push_back(
        JsonObject{{"batch", source.batch}, {"source", source.source}, {"path", source.path}, {"rows", source.rows}});
  }
  object["sources"] = sources;
  return object;
}

JsonObject row_json(const Explanation::Row& row) {
  JsonObject object;
  object["network"] = row.network;
  object["account"] = row.account;
  object["subject"] = row.subject;
  object["post_id"] = text_or_null(row.post_id);
  object["measure"] = row.measure;
  object["promotion"] = row.promotion;
  if (!row.dimension.empty()) {
    object["breakdown"] = row.dimension;
    object["member"] = row.member;
  }
  object["window"] = row.window;
  object["start"] = format_day(row.start);
  object["end"] = format_day(row.end - 1);
  object["value"] = row.value;
  object["observed_at"] = format_instant(row.observed_at);
  object["source"] = row.source;
  object["batch"] = row.batch;
  if (!row.entity.empty()) object["entity"] = row.entity;
  if (row.censored) object["censored"] = true;
  return object;
}

}  // namespace

Json to_json(const Answer& answer) {
  JsonObject object;
  object["question"] = to_json(answer.question, answer.zone);
  JsonArray rows;
  for (const Cell& cell : answer.rows) rows.push_back(cell_json(cell, answer.question.by));
  object["rows"] = rows;
  object["notes"] = texts(answer.notes);
  return object;
}

Json to_json(const Explanation& explanation) {
  JsonObject object;
  object["question"] = to_json(explanation.question, explanation.zone);
  object["row"] = cell_json(explanation.cell, explanation.question.by);
  object["kpi"] = kpi_json(explanation.kpi);
  object["window"] = JsonObject{{"from", format_day(explanation.window.first)},
                                {"to", format_day(explanation.window.end - 1)},
                                {"zone", explanation.zone}};
  JsonArray inputs;
  for (const auto& input : explanation.inputs) inputs.push_back(input_json(input));
  object["inputs"] = inputs;
  JsonArray left_out;
  for (const auto& left : explanation.left_out) {
    left_out.push_back(JsonObject{{"reason", left.reason}, {"count", left.count}, {"examples", texts(left.examples)}});
  }
  object["left_out"] = left_out;
  Json interval = to_json(explanation.cell.interval);
  if (interval.is_object()) {
    JsonArray beside;
    for (const Interval& other : explanation.beside) beside.push_back(to_json(std::optional(other)));
    interval.get_object()["words"] = explanation.interval_words;
    interval.get_object()["beside"] = beside;
  }
  object["interval"] = interval;
  object["sql"] = texts(explanation.sql);
  JsonArray rows;
  for (const auto& row : explanation.rows) rows.push_back(row_json(row));
  object["rows"] = rows;
  object["total_rows"] = explanation.total_rows;
  object["next"] = cursor(explanation.next);
  object["command"] = command_line(explanation.question, "kpi");
  return object;
}

Json to_json(const PostsAnswer& answer) {
  JsonObject object;
  JsonArray posts;
  for (const PostRow& post : answer.posts) {
    JsonObject row;
    row["network"] = post.network;
    row["account"] = post.account;
    row["id"] = post.id;
    row["published_at"] = post.published_at ? Json(format_instant(*post.published_at)) : Json(nullptr);
    row["published_day"] = post.published_day ? Json(format_day(*post.published_day)) : Json(nullptr);
    row["kind"] = text_or_null(post.kind);
    row["text"] = post.text;
    row["link"] = text_or_null(post.link);
    row["hashtags"] = texts(post.hashtags);
    row["promotion"] = post.promotion;
    row["campaign"] = text_or_null(post.campaign);
    row["tags"] = texts(post.tags);
    JsonObject values;
    for (const Cell& cell : post.values) {
      values[cell.asked] = JsonObject{{"value", number(cell.value)},
                                      {"reason", text_or_null(cell.reason)},
                                      {"interval", to_json(cell.interval)},
                                      {"notes", texts(cell.notes)}};
    }
    row["values"] = values;
    posts.push_back(row);
  }
  object["posts"] = posts;
  object["total"] = answer.total;
  object["next"] = cursor(answer.next);
  return object;
}

namespace {

JsonObject side_json(const Cell& cell) {
  return JsonObject{{"value", number(cell.value)},        {"reason", text_or_null(cell.reason)},
                    {"interval", to_json(cell.interval)}, {"definition", cell.definition},
                    {"basis", text_or_null(cell.basis)},  {"n", cell.n},
                    {"coverage", cell.coverage},          {"notes", texts(cell.notes)}};
}

}  // namespace

Json to_json(const ChangesAnswer& answer) {
  JsonObject object;
  object["question"] = to_json(answer.question, answer.zone);
  object["since"] = format_instant(answer.since);
  JsonArray rows;
  for (const ChangedRow& row : answer.rows) {
    JsonObject shown, members;
    for (size_t i = 0; i < answer.question.by.size(); ++i)
      members[answer.question.by[i]] = text_or_null(row.after.by[i]);
    shown["by"] = members;
    shown["kpi"] = row.after.kpi;
    shown["variant"] = text_or_null(row.after.variant);
    shown["before"] = side_json(row.before);
    shown["after"] = side_json(row.after);
    bool both = row.before.value && row.after.value;
    shown["difference"] = both ? Json(*row.after.value - *row.before.value) : Json(nullptr);
    shown["batches"] = texts(row.batches);
    rows.push_back(shown);
  }
  object["rows"] = rows;
  object["total"] = answer.total;
  object["unchanged"] = answer.unchanged;
  object["next"] = cursor(answer.next);
  JsonArray batches;
  for (const BatchDeed& deed : answer.batches) {
    batches.push_back(JsonObject{{"batch", deed.batch},
                                 {"source", deed.source},
                                 {"path", deed.path},
                                 {"did", deed.undone ? "undone" : "recorded"},
                                 {"at", format_instant(deed.at)},
                                 {"first_day", deed.days ? Json(format_day(deed.days->first)) : Json(nullptr)},
                                 {"last_day", deed.days ? Json(format_day(deed.days->end - 1)) : Json(nullptr)}});
  }
  object["batches"] = batches;
  return object;
}

Json to_json(const Calculation& calculation) {
  JsonObject object;
  object["kpi"] = calculation.kpi.kpi->key;
  object["variant"] = text_or_null(calculation.kpi.variant->key);
  object["value"] = number(calculation.value);
  object["reason"] = text_or_null(calculation.reason);
  object["formula"] = calculation.kpi.variant->formula_text;
  return object;
}

}  // namespace sociometer::metrics
