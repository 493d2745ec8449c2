import type { Catalog } from '../../api/types';

const FUNCTIONS = new Set(['sum', 'mean', 'median', 'last', 'first', 'average', 'change', 'share', 'at_post', 'min', 'max', 'count']);

/** The names a formula needs numbers for, in the order it names them. */
export function inputsOf(formula: string, catalog: Catalog | null): { key: string; name: string }[] {
  const known = new Map([...(catalog?.measures ?? []), ...(catalog?.kpis ?? [])].map((e) => [e.key, e.name]));
  const names = formula.replace(/\{[^}]*\}/g, '').match(/[a-z][a-z_]*(?::[a-z_]+)?/g) ?? [];
  const keys = [...new Set(names)].filter((key) => !FUNCTIONS.has(key));
  return keys.map((key) => ({ key, name: known.get(key.split(':')[0]!) ?? key.replaceAll('_', ' ') }));
}
