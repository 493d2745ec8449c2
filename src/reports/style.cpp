// The look of a report on a screen and on paper: the light colours of web/src/ui/tokens.css.
#include "reports/writing.h"

namespace sociometer::reports {

std::string_view style_sheet() {
  return R"css(
:root { color-scheme: light; --canvas: #f8f8f6; --surface: #fff; --border: #e5e4e0; --text: #1a1b1e; --muted: #55585f;
  --faint: #686b72; --accent: #2f54c4; --gap: 16px; }
* { box-sizing: border-box; }
html { background: var(--canvas); }
body { margin: 0 auto; max-width: 1080px; padding: 32px 24px 64px; color: var(--text); background: var(--surface);
  font: 14px/1.5 'Inter Variable', Inter, system-ui, 'Noto Sans Thai', 'Noto Sans', 'DejaVu Sans', sans-serif;
  font-variant-numeric: tabular-nums; }
a { color: inherit; text-decoration: none; }
a:hover, a:focus-visible { color: var(--accent); text-decoration: underline; }
h1, h2, h3 { font-weight: 600; line-height: 1.25; margin: 0; }
h1 { font-size: 28px; } h2 { font-size: 20px; } h3 { font-size: 14px; }
p { margin: 0; }
.cover { border-bottom: 1px solid var(--border); padding-bottom: 24px; margin-bottom: 24px; }
.cover .mark { color: var(--accent); font-weight: 600; margin-bottom: 24px; }
.cover .lead { color: var(--muted); font-size: 16px; margin-top: 12px; max-width: 44em; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 2px 24px; margin: 24px 0 0; }
.facts dt { color: var(--faint); } .facts dd { margin: 0; }
.contents { margin-bottom: 32px; }
.contents ol { margin: 12px 0 0; padding: 0; list-style: none; columns: 2; column-gap: 40px; }
.contents li { break-inside: avoid; padding: 2px 0; }
.contents a { display: flex; align-items: baseline; gap: 6px; }
.contents .dots { flex: 1; border-bottom: 1px dotted #c9c8c2; min-width: 16px; }
.contents .page { color: var(--faint); }
.row { display: flex; flex-wrap: wrap; gap: var(--gap); margin-bottom: var(--gap); align-items: stretch; }
.tile { border: 1px solid var(--border); border-radius: 8px; padding: 14px 16px; min-width: 0; flex: 0 0 auto;
  break-inside: avoid; }
.tile.long { break-inside: auto; }
.tile h3 { margin-bottom: 2px; }
.tile .words { color: var(--muted); font-size: 12px; margin-bottom: 6px; }
.tile .when { color: var(--faint); font-size: 12px; }
.tile.text { border-color: transparent; padding-left: 0; }
.big { font-size: 28px; font-weight: 600; line-height: 1.25; margin: 4px 0; }
.big.range { font-size: 20px; }
.beside { color: var(--muted); font-size: 12px; }
.nothing { color: var(--faint); padding: 8px 0; }
svg { display: block; max-width: 100%; height: auto; margin: 8px 0 4px; font-family: inherit; }
svg a:hover { opacity: 0.8; }
table { border-collapse: collapse; width: 100%; font-size: 12px; margin-top: 8px; }
th { text-align: left; color: var(--faint); font-weight: 500; border-bottom: 1px solid #c9c8c2; }
th, td { padding: 4px 10px 4px 0; vertical-align: top; }
td { border-bottom: 1px solid #ecebe7; overflow-wrap: break-word; }
tr { break-inside: avoid; }
thead { display: table-header-group; }
.end { text-align: right; }
td.end, td.short, td.end .small span { white-space: nowrap; }
td.end .small { white-space: normal; }
td a { color: var(--accent); }
sup { color: var(--faint); font-size: 9px; line-height: 0; margin-left: 2px; }
abbr { text-decoration: none; }
td .small { display: block; color: var(--faint); font-size: 11px; }
.marks { margin: 4px 0 0; padding-left: 20px; color: var(--muted); font-size: 12px; }
.appendix { margin-top: 40px; }
.appendix h2 { margin-bottom: 12px; }
.definition { margin-bottom: 14px; break-inside: avoid; }
.definition code, .key { font: 12px ui-monospace, 'SF Mono', 'DejaVu Sans Mono', Menlo, monospace; }
.definition code { display: block; background: #f2f2ef; border-radius: 5px; padding: 5px 8px; margin: 4px 0;
  overflow-wrap: anywhere; }
.definition p { color: var(--muted); font-size: 12px; }
.key { color: var(--faint); font-weight: 400; }
.notes { padding-left: 18px; margin: 0; } .notes li { margin-bottom: 4px; }
@media (max-width: 720px) { .tile { width: 100% !important; } .contents ol { columns: 1; } }
@media print {
  @page { size: A4; margin: 18mm 16mm 18mm; }
  @page { @bottom-right { content: counter(page) ' / ' counter(pages); font: 9px system-ui, 'DejaVu Sans', sans-serif;
    color: #686b72; } }
  @page:first { @bottom-right { content: ''; } }
  html { background: none; }
  body { max-width: none; padding: 0; font-size: 12px; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  .cover { border: 0; break-after: page; padding-top: 60mm; margin: 0; }
  .cover h1 { font-size: 36px; }
  .contents { break-after: page; margin: 0; }
  .contents ol { columns: 1; max-width: 130mm; }
  .appendix { break-before: page; margin: 0; }
  :root { --gap: 10px; }
  .tile { padding: 10px 12px; }
  .tile h3 { break-after: avoid; }
  .big { font-size: 22px; } .big.range { font-size: 15px; }
  table { font-size: 10px; }
}
)css";
}

std::string anchor_of(size_t tile) {
  return "tile-" + std::to_string(tile + 1);
}

}  // namespace sociometer::reports
