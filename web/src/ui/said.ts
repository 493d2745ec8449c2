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
    default:
      return t('change.none');
  }
}
