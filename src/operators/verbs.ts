/** Every verb of the language, in the order of the reference. Adding one is its file and its line here. */
import type { VerbDefinition } from '../dataflow/verb.js';
import { AGGREGATE } from './aggregate.js';
import { DERIVE } from './derive.js';
import { FILTER } from './filter.js';
import { READ } from './read.js';
import { SELECT } from './select.js';
import { WRITE } from './write.js';

export const VERBS: ReadonlyMap<string, VerbDefinition> = new Map(
  [READ, WRITE, FILTER, SELECT, DERIVE, AGGREGATE].map((definition) => [definition.verb, definition]),
);
