/** Every window function, by name. A new function is one entry in its family's file. */
import { NEIGHBOURS } from './neighbours.js';
import { OF_FRAME } from './of-frame.js';
import { RANKING } from './ranking.js';
import type { WindowFunction } from './window-function.js';

export const WINDOW_FUNCTIONS: readonly WindowFunction[] = [...RANKING, ...NEIGHBOURS, ...OF_FRAME];

const byName = new Map(WINDOW_FUNCTIONS.flatMap((fn) => [fn.name, ...fn.aliases].map((name) => [name, fn])));

export function findWindowFunction(name: string): WindowFunction | undefined {
  return byName.get(name.toLowerCase());
}

export function windowFunctionNames(): readonly string[] {
  return [...byName.keys()];
}
