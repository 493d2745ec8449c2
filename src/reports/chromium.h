// Chromium: makes a file or a picture of a page that holds everything it needs. Each run has a home of its own, so that
// nothing of the user's profile is read or written.
//
//   TRY(const auto chromium, Chromium::find());
//   TRY(const std::string pdf, chromium->printed("<!doctype html>…"));
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace sociometer::reports {

class Chromium {
 public:
  // The program that $CHROMIUM names, or else the first of the usual names on the PATH. unavailable: there is none,
  // with what to install.
  static Result<std::unique_ptr<Chromium>> find();
  ~Chromium();
  Chromium(const Chromium&) = delete;
  Chromium& operator=(const Chromium&) = delete;

  // A PDF. internal: it failed; unavailable: it took more than two minutes; full: no room for its files.
  Result<std::string> printed(const std::string& page) const;
  // A PNG of the page's upper left `width` × `height` CSS pixels, two dots to each. Fails as `printed` does.
  Result<std::string> pictured(const std::string& page, int width, int height) const;

 private:
  Chromium(std::string program, std::filesystem::path folder)
      : program_(std::move(program)), folder_(std::move(folder)) {}
  std::string path(const char* name) const;
  Result<Done> run(const std::string& page, const std::vector<std::string>& what) const;

  std::string program_;
  std::filesystem::path folder_;  // gone with this
};

}  // namespace sociometer::reports
