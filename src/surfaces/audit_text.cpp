#include "surfaces/audit_text.h"

#include <fmt/format.h>

#include "surfaces/cli/table.h"

namespace sociometer::surfaces {

std::string audit_csv(const std::vector<control::Audited>& entries) {
  std::string text = "number,at,actor_kind,actor,name,workspace,action,object,detail\n";
  for (const control::Audited& entry : entries) {
    const control::Deed& deed = entry.deed;
    text +=
        fmt::format("{},{},{},{},{},{},{},{},{}\n", entry.number, format_instant(entry.at), control::name(deed.actor),
                    csv_field(deed.actor_id), csv_field(entry.actor_name), csv_field(deed.workspace),
                    csv_field(deed.action), csv_field(deed.object), csv_field(deed.detail));
  }
  return text;
}

}  // namespace sociometer::surfaces
