import type { Catalog } from '../../api/types';

const FUNCTIONS = new Set(['mean', 'median', 'last', 'first', 'average', 'change', 'share', 'at_post', 'distinct']);
const REFERENCE = '[a-z][a-z0-9_]*(?::[a-z0-9_]+)?(?:\\{[^}]*\\})?';
const PIECE = new RegExp(`([a-z_]+)\\((${REFERENCE})\\)|(${REFERENCE})`, 'g');

/** The names a formula needs numbers for, in the order it names them, as the calculator takes them. */
export function inputsOf(formula: string, catalog: Catalog | null): { key: string; name: string }[] {
  const known = new Map([...(catalog?.measures ?? []), ...(catalog?.kpis ?? [])].map((e) => [e.key, e.name]));
  const nameOf = (reference: string): string => {
    const [, key = reference, filter] = /^([a-z0-9_]+)[^{]*(?:\{(.*)\})?$/.exec(reference) ?? [];
    const name = known.get(key) ?? key.replaceAll('_', ' ');
    return filter ? `${name} (${filter.replaceAll('_', ' ')})` : name;
  };
  const found = new Map<string, string>();
  for (const [, call, argument, alone] of formula.matchAll(PIECE)) {
    const reference = alone ?? argument ?? '';
    if (FUNCTIONS.has(reference)) continue;
    if (call === 'first') {
      found.set(`first_${reference}`, `${nameOf(reference)} (first)`);
      continue;
    }
    found.set(reference, nameOf(reference));
    if (call === 'change') found.set(`first_${reference}`, `${nameOf(reference)} (first)`);
    if (call === 'share') found.set(`total_${reference}`, `${nameOf(reference)} (total)`);
  }
  return [...found].map(([key, name]) => ({ key, name }));
}
