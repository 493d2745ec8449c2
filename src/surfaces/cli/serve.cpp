#include "surfaces/serving.h"

namespace sociometer::surfaces {
namespace {

Run declare_serve(Options options) {
  auto words = std::make_shared<ServeWords>();
  words->declare(options);
  return [words](Call& call) { return serve_until_stopped(call, *words); };
}

}  // namespace

const Command serve_command{"serve", "the API and the web, until stopped", "sociometer serve --listen 127.0.0.1:8321",
                            Needs::ownership, declare_serve};

}  // namespace sociometer::surfaces
