// A KPI of the workspace's own, between the fields of a form and the catalog file that the server reads.

import type { Catalog, CatalogFault, Good, Unit } from '../../api/types';

export const UNITS: Unit[] = ['count', 'ratio', 'people', 'money', 'seconds', 'characters', 'per_day', 'score'];
export const CLASSES = ['flow', 'ratio', 'stock', 'unique', 'duration', 'index', 'lifetime', 'modelled', 'quantile'];
export const GOODS: Good[] = ['up', 'down', 'none'];

export interface OwnKpi {
  key: string;
  name: string;
  description: string;
  formula: string;
  unit: string;
  class: string;
  good: string;
  kind: string;
  synonyms: string[];
  serves: string[];
  source: string;
}

export const BLANK: OwnKpi = { key: '', name: '', description: '', formula: '', unit: '', class: '', good: 'up', kind: '', synonyms: [], serves: [], source: '' };

/** "Replies per hour!" → replies_per_hour */
export function keyOf(name: string): string {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, '_').replace(/^[_0-9]+|_+$/g, '').slice(0, 60);
}

/** JSON's strings and lists are YAML's too. */
export function yamlOf(kpi: OwnKpi): string {
  const lines = [`kpis:`, `  ${kpi.key}:`];
  const say = (member: string, value: string | string[]): void => {
    if (value.length) lines.push(`    ${member}: ${typeof value === 'string' && /^[a-z_]+$/.test(value) ? value : JSON.stringify(value)}`);
  };
  say('name', kpi.name.trim());
  say('description', kpi.description.trim());
  say('formula', kpi.formula.trim());
  for (const member of ['unit', 'class', 'good', 'kind'] as const) say(member, kpi[member]);
  say('synonyms', kpi.synonyms);
  say('serves', kpi.serves);
  say('source', kpi.source.trim());
  return lines.join('\n') + '\n';
}

function scalar(text: string): string | null {
  if (text.startsWith('"')) {
    try {
      return JSON.parse(text) as string;
    } catch {
      return null;
    }
  }
  if (text.startsWith("'")) return text.endsWith("'") && text.length > 1 ? text.slice(1, -1).replaceAll("''", "'") : null;
  return /^[[{|>&*!]/.test(text) ? null : text;
}

function listed(text: string): string[] | null {
  if (!text.startsWith('[') || !text.endsWith(']')) return null;
  const parts = text.slice(1, -1).match(/"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^,\s][^,]*/g) ?? [];
  const read = parts.map((part) => scalar(part.trim()));
  return read.includes(null) ? null : (read as string[]);
}

/** The fields of a stored definition; null where it says more than the fields can hold, as several readings. */
export function readOwn(yaml: string): OwnKpi | null {
  const lines = yaml.split('\n').filter((line) => line.trim() && !line.trim().startsWith('#'));
  if (lines[0]?.trim() !== 'kpis:') return null;
  const head = /^(\s+)([a-z][a-z0-9_]*):\s*$/.exec(lines[1] ?? '');
  if (!head) return null;
  const kpi: OwnKpi = { ...BLANK, synonyms: [], serves: [], good: '', key: head[2]! };
  let list: string[] | null = null;
  let depth = 0;
  for (const line of lines.slice(2)) {
    const item = /^(\s+)- (.*)$/.exec(line);
    if (item && list && item[1]!.length >= depth) {
      const value = scalar(item[2]!.trim());
      if (value === null) return null;
      list.push(value);
      continue;
    }
    const member = /^(\s+)([a-z_]+):(?:\s+(.*))?$/.exec(line);
    if (!member || (depth && member[1]!.length !== depth) || member[1]!.length <= head[1]!.length) return null;
    depth = member[1]!.length;
    list = null;
    const name = member[2] as keyof OwnKpi;
    const text = (member[3] ?? '').trim();
    if (name === 'synonyms' || name === 'serves') {
      if (!text) list = kpi[name];
      else {
        const values = listed(text);
        if (!values) return null;
        kpi[name] = values;
      }
    } else if (name !== 'key' && name in kpi) {
      const value = scalar(text);
      if (value === null) return null;
      kpi[name] = value;
    } else {
      return null;
    }
  }
  return kpi;
}

/** The formula of a stored definition, for a list of them. */
export function formulaIn(yaml: string): string {
  const line = /^\s+formula:\s+(.*)$/m.exec(yaml)?.[1]?.trim() ?? '';
  return scalar(line) ?? line;
}

/** What the formula looks like it comes to. The server has the last word. */
export function guess(formula: string, catalog: Catalog | null): { unit: Unit; class: string } | null {
  const known = new Map([...(catalog?.kpis ?? []), ...(catalog?.measures ?? [])].map((e) => [e.key, { unit: e.unit, class: e.class }]));
  const plain = formula.replace(/\{[^}]*\}/g, '').replaceAll('÷', '/').replaceAll('×', '*');
  const named = (text: string) => (text.match(/[a-z][a-z0-9_]*/g) ?? []).map((name) => known.get(name)).filter((entry) => entry !== undefined);
  // The division that the whole comes to: the first one outside of brackets.
  let deep = 0;
  let cut = -1;
  for (let i = 0; i < plain.length && cut < 0; i++) {
    if (plain[i] === '(') deep++;
    else if (plain[i] === ')') deep--;
    else if (plain[i] === '/' && deep === 0) cut = i;
  }
  if (cut < 0) {
    const first = named(plain)[0];
    return first ?? null;
  }
  const above = named(plain.slice(0, cut))[0];
  const below = named(plain.slice(cut + 1))[0];
  if (!above) return null;
  const days = /^\s*days\b/.test(plain.slice(cut + 1));
  if (days) return { unit: 'per_day', class: 'ratio' };
  if (above.unit === 'money' || above.unit === 'seconds') return { unit: below && below.unit === above.unit ? 'ratio' : above.unit, class: 'ratio' };
  if (/^\s*posts\b/.test(plain.slice(cut + 1))) return { unit: above.unit, class: 'ratio' };
  return { unit: 'ratio', class: 'ratio' };
}

/** The faults by the field they are about; what is about none stands under `''`. A formula's keep their lines. */
export function faultsByField(faults: CatalogFault[], key: string): Record<string, string[]> {
  const by: Record<string, string[]> = {};
  for (const { path, what } of faults) {
    const member = path.startsWith(`${key}.`) ? path.slice(key.length + 1).split('.')[0]! : (/^"([a-z]+)" is missing/.exec(what)?.[1] ?? '');
    const field = member in BLANK ? member : '';
    (by[field] ??= []).push(what);
  }
  return by;
}
