/** Mutated pipelines: never a crash, a hang, or an error without a place. */
import { test } from 'node:test';
import { fuzzPipelines } from './support/fuzz-pipelines.js';

test('300 mutated pipelines are checked', () => fuzzPipelines(300, 1));
