// Every word a person reads comes through here. A language is a file with the keys of en.ts.

import { en } from './en';

export type Key = keyof typeof en;
export type Words = Record<Key, string>;

type Names<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type Arguments<K extends Key> = [Names<(typeof en)[K]>] extends [never]
  ? []
  : [Record<Names<(typeof en)[K]>, string | number>];

/** The keys that need nothing filled in. */
export type Label = { [K in Key]: [Names<(typeof en)[K]>] extends [never] ? K : never }[Key];

/** The languages there will be; a missing one falls back to English. */
export const LANGUAGES = ['en', 'de', 'es', 'id', 'th'] as const;
export type Language = (typeof LANGUAGES)[number];

const written: Partial<Record<Language, () => Promise<Words>>> = { en: async () => en };

let words: Words = en;
let language: Language = 'en';

export async function speak(wanted: readonly string[]): Promise<Language> {
  for (const tag of wanted) {
    const short = tag.slice(0, 2).toLowerCase() as Language;
    const load = written[short];
    if (load) {
      words = await load();
      language = short;
      break;
    }
  }
  return language;
}

export const spoken = (): Language => language;

const fill = (text: string, values: Record<string, string | number> = {}): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));

export function t<K extends Key>(key: K, ...values: Arguments<K>): string {
  return fill(words[key], values[0]);
}

/** Counted words: the forms of a language stand side by side, "{n} post | {n} posts"; `shown` is the number as written. */
export function tn(key: Key, count: number, shown: string | number = count, more: Record<string, string | number> = {}): string {
  const forms = words[key].split(' | ');
  const category = new Intl.PluralRules(language).select(count);
  const form = category === 'one' && forms.length > 1 ? forms[0]! : forms[forms.length - 1]!;
  return fill(form, { n: shown, ...more });
}

/** A key made of a part the server chose: a reason, a note, a unit. Unknown ones are shown as they came. */
export function told(prefix: string, name: string): string {
  const key = `${prefix}.${name}`;
  return key in words ? words[key as Key] : name.replaceAll('_', ' ');
}
