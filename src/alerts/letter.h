// Messages in words: what is put into the outbox. Part of the front door of alerts.
#pragma once

#include <string>
#include <string_view>

#include "alerts/judge.h"

namespace sociometer::alerts {

// A message as it goes out. The key is made of what it is about alone, so that the same message is the same key.
struct Letter {
  std::string key;      // "alert/3/12", "alert/3/12/over"
  std::string subject;  // one line
  std::string text;
  std::string json;  // an object, for programs
  std::string link;
};

// `number` is the alert's, which is not given again.
Letter letter_of(const Alert& alert, int64_t number, const Message& message, std::string_view workspace, Instant now,
                 const Zone& zone);
// What is found just now, marked as a test.
Letter test_letter(const Alert& alert, int64_t number, const std::vector<Finding>& found, std::string_view workspace,
                   Instant now, const Zone& zone);

// "2026-06-22 14:00 (Europe/Berlin)"
std::string local_words(Instant at, const Zone& zone);

}  // namespace sociometer::alerts
