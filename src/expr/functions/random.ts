/**
 * random() and uuid(): drawn from the run's seed, the place of the row among all rows and the number of the call in the
 * pipeline, and from nothing else. So they are the same whatever the slots, the batches or the memory, and two calls in
 * one row differ.
 */
import { BIGINT, DOUBLE, STRING } from '../../columnar/data-type.js';
import type { Value } from '../../columnar/value.js';
import { leatError } from '../../errors.js';
import type { RowContext } from '../calc.js';
import { define } from './define.js';
import type { ScalarFunction } from './function.js';

const MASK = (1n << 64n) - 1n;

/** The finalizer of splitmix64: every bit of the input changes half of the output's. */
function mix(value: bigint): bigint {
  let z = (value + 0x9e3779b97f4a7c15n) & MASK;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK;
  return z ^ (z >> 31n);
}

/** 64 random bits; `part` tells those of one call apart. */
function draw(call: Value, part: bigint, { seed, row }: RowContext): bigint {
  if (seed === null || row === undefined) throw leatError('INTERNAL', 'random() without a seed or a row');
  const keys = [
    BigInt.asUintN(64, seed),
    call as bigint,
    BigInt(row.source),
    BigInt(row.file),
    BigInt(row.offset),
    part,
  ];
  return keys.reduce((state, key) => mix(state ^ key), 0n);
}

function uuid(call: Value, context: RowContext): string {
  const hex = (bits: bigint): string => bits.toString(16).padStart(16, '0');
  const high = hex((draw(call, 1n, context) & ~0xf000n) | 0x4000n);
  const low = hex((draw(call, 2n, context) & (MASK >> 2n)) | (1n << 63n));
  return [high.slice(0, 8), high.slice(8, 12), high.slice(12), low.slice(0, 4), low.slice(4)].join('-');
}

export const RANDOM: readonly ScalarFunction[] = [
  {
    ...define({
      id: 'random',
      usage: 'random()',
      summary:
        'A number from 0 on and below 1, by the seed of the run (`run: { seed: 1 }` or --seed) and the row: the same in every run with that seed.',
      examples: [['random() >= 0 AND random() < 1', 'true']],
      takes: [[[BIGINT], DOUBLE]],
      evaluate: ([call], _, context) => Number(draw(call, 0n, context) >> 11n) / 2 ** 53,
    }),
    readsRow: true,
  },
  {
    ...define({
      id: 'uuid',
      aliases: ['gen_random_uuid', 'uuidv4'],
      usage: 'uuid()',
      summary: 'A UUID of version 4 as a text, by the seed of the run and the row, like random().',
      examples: [['length(uuid())', '36']],
      takes: [[[BIGINT], STRING]],
      evaluate: ([call], _, context) => uuid(call, context),
    }),
    readsRow: true,
  },
];
