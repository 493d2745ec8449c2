// How a typed word finds a name: every word of the text must begin somewhere a word of the name begins.

const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}(?<=[\u0300-\u036f])/gu, '')
    .toLowerCase();

export function matches(text: string, ...names: string[]): boolean {
  const wanted = plain(text).split(/\s+/).filter(Boolean);
  const where = names.map(plain);
  return wanted.every((word) =>
    where.some((name) => name.startsWith(word) || name.split(/[^\p{L}\p{N}\p{M}]+/u).some((part) => part.startsWith(word)) || (word.length > 3 && name.includes(word))),
  );
}
