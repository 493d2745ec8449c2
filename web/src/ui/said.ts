// What a cell says, in words: values with their units, reasons, notes. Formatting meets language here.

import type { Cell, Unit } from '../api/types';
import { networkName } from '../questions/session.svelte';
import { t, told } from '../words';
import { between, integer, percent, points, write, type Written } from './format';
import { isBounds } from '../questions/cell';
import type { Change } from '../questions/change';

export function written(value: number, unit: Unit): Written {
  return write(value, unit, { people: t('unit.people'), characters: t('unit.characters'), perDay: t('unit.per_day') });
}

export function said(value: number, unit: Unit): string {
  const { before, number, unit: after } = written(value, unit);
  const joined = before + number;
  return after ? `${joined}\u202f${after}`.replace(/\u202f(?=[a-z]{2})/, ' ') : joined;
}

export function isBounded(cell: Cell): boolean {
  return isBounds(cell);
}

/** The bounds as numbers only; the unit is set beside them. */
export function boundsOf(cell: Cell, unit: Unit): { text: string; unit: string } {
  const low = cell.interval?.low ?? null;
  const high = cell.interval?.high ?? null;
  const one = (value: number | null): string | null => {
    if (value === null) return null;
    const w = written(value, unit);
    return w.before + w.number;
  };
  return { text: between(one(low), one(high)), unit: written(low ?? high ?? 0, unit).unit };
}

export function intervalSaid(low: number, high: number, unit: Unit): string {
  const a = written(low, unit);
  const b = written(high, unit);
  const text = between(a.before + a.number, b.before + b.number);
  // The word of a unit stands beside the value already.
  return unit === 'ratio' ? `${text}\u202f${b.unit}` : text;
}

export function reasonSaid(cell: Pick<Cell, 'reason'>, network?: string | null): string {
  if (cell.reason === 'not_reported' && network) return t('reason.not_reported_by', { network: networkName(network) });
  return cell.reason ? told('reason', cell.reason) : t('reason.no_data');
}

// What must be read beside the number comes first; the rest is true of most numbers and waits in the explanation.
const NOTES = ['definition_break', 'small_sample', 'partial_period', 'stale', 'unsettled', 'mixed_definitions', 'mixed_basis', 'mixed_zones', 'negative_flow'];
const LOUD = new Set(['definition_break', 'small_sample']);
const IN_TABLES = new Set(['definition_break', 'small_sample', 'partial_period', 'stale']);

export interface SmallWord {
  note: string;
  loud: boolean;
}

/** The notes shown beside a number: in a card the weightiest two, in a table only what changes how it is read. */
export function smallWords(notes: string[], look: 'card' | 'cell' | 'inline'): { shown: SmallWord[]; more: number } {
  if (look === 'inline') return { shown: [], more: 0 };
  const place = (note: string): number => (NOTES.includes(note) ? NOTES.indexOf(note) : NOTES.length);
  const all = notes.filter((note) => note !== 'bounded' && (look === 'card' || IN_TABLES.has(note))).sort((a, b) => place(a) - place(b));
  const shown = all.slice(0, look === 'card' ? 2 : 1).map((note) => ({ note, loud: LOUD.has(note) }));
  return { shown, more: all.length - shown.length };
}

export function noteSaid(note: string): string {
  return told('note', note);
}

/** A whole cell in one line, for tooltips, tables of charts and screen readers. */
export function cellSaid(cell: Cell, unit: Unit, network?: string | null): string {
  if (isBounded(cell)) {
    const b = boundsOf(cell, unit);
    return b.unit ? `${b.text} ${b.unit}` : b.text;
  }
  if (cell.value === null) return `\u2013 ${reasonSaid(cell, network)}`;
  return said(cell.value, unit);
}

export function changeSaid(change: Change): string {
  switch (change.kind) {
    case 'points':
      return t('change.points', { n: points(Math.abs(change.amount)) });
    case 'percent':
      return percent(Math.abs(change.amount));
    case 'difference':
      return integer(Math.abs(change.amount));
    case 'from_zero':
      return t('change.from_zero');
    case 'incomparable':
      return t('change.incomparable');
    default:
      return t('change.none');
  }
}
