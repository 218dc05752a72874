/** Mutated pipelines: never a crash, a hang, or an error without a place. */
import { test } from 'node:test';
import { byTier } from '../support/tier.js';
import { fuzzPipelines } from './support/fuzz-pipelines.js';

const COUNT = byTier(300, 5000);

test(`${COUNT} mutated pipelines are checked`, () => fuzzPipelines(COUNT, byTier(1, 1_000_000)));
