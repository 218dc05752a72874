/** Every verb of the language, in the order of the reference. Adding one is its file and its line here. */
import type { VerbDefinition } from '../dataflow/verb.js';
import { AGGREGATE } from './aggregate.js';
import { CAST } from './cast.js';
import { CHECK } from './check.js';
import { DEDUPE } from './dedupe.js';
import { DERIVE } from './derive.js';
import { DISTINCT } from './distinct.js';
import { DROP } from './drop.js';
import { EXCEPT } from './except.js';
import { EXTRACT } from './extract.js';
import { FILTER } from './filter.js';
import { INTERSECT } from './intersect.js';
import { JOIN } from './join.js';
import { LIMIT } from './limit.js';
import { OVER } from './over.js';
import { PIVOT } from './pivot.js';
import { READ } from './read.js';
import { RENAME } from './rename.js';
import { SAMPLE } from './sample.js';
import { SELECT } from './select.js';
import { SORT } from './sort.js';
import { UNION } from './union.js';
import { UNNEST } from './unnest.js';
import { UNPIVOT } from './unpivot.js';
import { USE } from './use.js';
import { WRITE } from './write.js';

export const VERBS: ReadonlyMap<string, VerbDefinition> = new Map(
  [
    READ,
    WRITE,
    FILTER,
    SELECT,
    DERIVE,
    DROP,
    RENAME,
    CAST,
    EXTRACT,
    AGGREGATE,
    OVER,
    DISTINCT,
    DEDUPE,
    SORT,
    LIMIT,
    UNION,
    INTERSECT,
    EXCEPT,
    JOIN,
    PIVOT,
    UNPIVOT,
    UNNEST,
    SAMPLE,
    CHECK,
    USE,
  ].map((definition) => [definition.verb, definition]),
);
