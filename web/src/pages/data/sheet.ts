// Numbers entered by hand become a file in Sociometer's own format, and go the way of every other export.

import { parseNumber } from '../../ui/format';

export type Cells = string[][];

export interface SheetMeta {
  network: string;
  account: string;
  ownership: string;
  zone: string;
  currency: string;
}

export interface SheetColumn {
  key: string;
  /** A ratio's or a sum's measure; texts are not read as numbers. */
  kind: 'day' | 'text' | 'number' | 'money';
}

export interface Fault {
  row: number;
  column: number;
  why: 'day' | 'number' | 'missing_day' | 'missing_id';
}

export interface Composed {
  csv: string;
  rows: number;
  numbers: number;
  faults: Fault[];
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** RFC 4180. */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}

export function csvFile(head: string[], lines: string[][]): string {
  return [head, ...lines].map((cells) => cells.map(csvField).join(',')).join('\r\n') + '\r\n';
}

/** 2026-01-31, or a day as people write it, told apart by the place of the year. */
export function readDay(text: string): string | null {
  const plain = text.trim();
  const iso = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(plain);
  const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(plain);
  const [year, month, day] = iso ? [iso[1], iso[2], iso[3]] : dotted ? [dotted[3], dotted[2], dotted[1]] : [];
  if (!year || !month || !day) return null;
  const made = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const date = new Date(`${made}T00:00:00Z`);
  return DAY.test(made) && !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === made ? made : null;
}

const isBlank = (row: string[]): boolean => row.every((cell) => !cell.trim());

/** Daily numbers of an account: a line per number, the long form. */
export function composeDaily(meta: SheetMeta, columns: SheetColumn[], cells: Cells): Composed {
  const faults: Fault[] = [];
  const lines: string[][] = [];
  let rows = 0;
  const money = columns.some((c) => c.kind === 'money');
  cells.forEach((row, r) => {
    if (isBlank(row)) return;
    rows++;
    const start = readDay(row[0] ?? '');
    if (!start) faults.push({ row: r, column: 0, why: row[0]?.trim() ? 'day' : 'missing_day' });
    columns.forEach((column, c) => {
      if (c === 0) return;
      const text = row[c]?.trim() ?? '';
      if (!text) return;
      const value = parseNumber(text);
      if (value === null) {
        faults.push({ row: r, column: c, why: 'number' });
        return;
      }
      if (!start) return;
      lines.push([meta.network, meta.account, meta.ownership, 'account', column.key, 'day', start, meta.zone, String(value), ...(money ? [column.kind === 'money' ? meta.currency : ''] : [])]);
    });
  });
  const head = ['network', 'account', 'ownership', 'subject', 'measure', 'window', 'start', 'zone', 'value', ...(money ? ['currency'] : [])];
  return { csv: csvFile(head, lines), rows, numbers: lines.length, faults };
}

/** Posts: a line per post, then a column per measure. */
export function composePosts(meta: SheetMeta, columns: SheetColumn[], cells: Cells): Composed {
  const faults: Fault[] = [];
  const lines: string[][] = [];
  let numbers = 0;
  cells.forEach((row, r) => {
    if (isBlank(row)) return;
    const line = [meta.network, meta.account, meta.zone];
    columns.forEach((column, c) => {
      const text = row[c]?.trim() ?? '';
      if (column.kind === 'text') {
        if (column.key === 'post_id' && !text) faults.push({ row: r, column: c, why: 'missing_id' });
        line.push(text);
      } else if (column.kind === 'day') {
        const day = readDay(text);
        if (text && !day) faults.push({ row: r, column: c, why: 'day' });
        line.push(day ?? '');
      } else {
        const value = text ? parseNumber(text) : null;
        if (text && value === null) faults.push({ row: r, column: c, why: 'number' });
        if (value !== null) numbers++;
        line.push(value === null ? '' : String(value));
      }
    });
    lines.push(line);
  });
  const head = ['network', 'account', 'zone', ...columns.map((c) => c.key)];
  return { csv: csvFile(head, lines), rows: lines.length, numbers, faults };
}

/** What a spreadsheet puts on the clipboard: tabs between cells, quotes around cells that hold breaks. */
export function readPaste(text: string): Cells {
  const rows: Cells = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  const plain = text.replace(/\r\n?/g, '\n').replace(/\n$/, '');
  for (let i = 0; i < plain.length; i++) {
    const c = plain[i]!;
    if (quoted) {
      if (c === '"' && plain[i + 1] === '"') {
        cell += '"';
        i++;
      } else if (c === '"') quoted = false;
      else cell += c;
    } else if (c === '"' && cell === '') quoted = true;
    else if (c === '\t') {
      row.push(cell);
      cell = '';
    } else if (c === '\n') {
      rows.push([...row, cell]);
      row = [];
      cell = '';
    } else cell += c;
  }
  rows.push([...row, cell]);
  return rows;
}

/** Pasted cells laid over the sheet from a corner; the sheet grows downwards, never to the right. */
export function lay(cells: Cells, pasted: Cells, row: number, column: number, width: number): Cells {
  const next = cells.map((r) => [...r]);
  pasted.forEach((line, dr) => {
    while (next.length <= row + dr) next.push(Array.from({ length: width }, () => ''));
    line.forEach((text, dc) => {
      if (column + dc < width) next[row + dr]![column + dc] = text;
    });
  });
  return next;
}
