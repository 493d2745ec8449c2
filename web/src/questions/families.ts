// The families of KPIs, from being seen to being bought from; one that is not named here comes last.

const FAMILIES = ['reach', 'audience', 'content', 'engagement', 'link', 'web', 'conversion', 'paid', 'commerce', 'customer_care', 'voice_of_the_customer', 'listening'];

const place = (family: string): number => (FAMILIES.includes(family) ? FAMILIES.indexOf(family) : FAMILIES.length);

export function byFamily<K extends { family: string }>(kpis: readonly K[]): { family: string; kpis: K[] }[] {
  return [...new Set(kpis.map((k) => k.family))].sort((a, b) => place(a) - place(b)).map((family) => ({ family, kpis: kpis.filter((k) => k.family === family) }));
}
