import type { Catalog } from '../../api/types';

const FUNCTIONS = new Set(['sum', 'mean', 'median', 'last', 'first', 'count', 'days', 'min', 'max', 'over', 'by', 'at', 'end', 'of', 'start', 'pow', 'per', 'the', 'in', 'and']);

/** The names a formula needs numbers for, in the order it names them. */
export function inputsOf(formula: string, catalog: Catalog | null): { key: string; name: string }[] {
  const known = new Map([...(catalog?.measures ?? []), ...(catalog?.kpis ?? [])].map((e) => [e.key, e.name]));
  const keys = [...new Set(formula.match(/[a-z][a-z_]*(?::[a-z_]+)?/g) ?? [])].filter((key) => {
    const bare = key.split(':')[0]!;
    return known.has(bare) || (bare === 'days' ? true : !FUNCTIONS.has(bare));
  });
  return keys.map((key) => ({ key, name: known.get(key.split(':')[0]!) ?? key.replaceAll('_', ' ') }));
}
