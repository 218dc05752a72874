/**
 * Inputs of the pipeline cases: orders with nulls, quotes and odd texts; measurements that sums must not lose a bit of.
 * In the fast tier they have half the rows.
 */
import type { Random } from './random.js';
import { byTier } from './tier.js';

const COUNTRIES = ['NO', 'SE', 'DK', 'FI', 'IS', 'Åland', '"quoted"', 'a,b', ''];

export function orders(most: number): (rng: Random) => string {
  const rows = byTier(most >> 1, most);
  return (rng) => {
    const lines = ['id,country,customer,amount,quantity,at,paid,note'];
    for (let id = 1; id <= rows; id++) {
      const country = csvText(rng.pick(COUNTRIES));
      const amount = rng.chance(0.05) ? '' : `${rng.int(100000)}.${String(rng.int(100)).padStart(2, '0')}`;
      const quantity = rng.chance(0.1) ? '' : String(rng.between(-5, 40));
      const day = `2026-${String(rng.between(1, 12)).padStart(2, '0')}-${String(rng.between(1, 28)).padStart(2, '0')}`;
      const time = `${String(rng.int(24)).padStart(2, '0')}:${String(rng.int(60)).padStart(2, '0')}:00`;
      const note = rng.chance(0.2)
        ? csvText(`line one\nline "two", ${id}`)
        : rng.chance(0.3)
          ? '""'
          : `n${rng.int(50)}`;
      lines.push(`${id},${country},c${rng.int(200)},${amount},${quantity},${day} ${time},${rng.chance(0.5)},${note}`);
    }
    return `${lines.join('\n')}\n`;
  };
}

function csvText(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Doubles of very different sizes and signs, to see a sum that depends on the order of its rows. */
export function measurements(most: number): (rng: Random) => string {
  const rows = byTier(most >> 1, most);
  return (rng) => {
    const lines = ['sensor|value|day'];
    for (let i = 0; i < rows; i++) {
      const value = (rng.next() - 0.5) * 10 ** rng.between(-12, 18);
      lines.push(
        `s${rng.int(7)}|${rng.chance(0.02) ? '' : value}|2026-01-${String(rng.between(1, 31)).padStart(2, '0')}`,
      );
    }
    return lines.join('\r\n');
  };
}

export const SCHEMA = `
    schema:
      id: bigint
      country: string
      customer: string
      amount: decimal(12,2)
      quantity: int
      at: timestamp
      paid: boolean
      note: string`;
