/**
 * Pipelines over generated data that the hostile settings run again and again: whatever the slots, batches, blocks,
 * memory and killed workers, the bytes must be those of the plain run.
 */
import { AGGREGATE_CASES } from './aggregate-cases.js';
import { JOIN_CASES } from './join-cases.js';
import { ORDER_CASES } from './order-cases.js';
import type { PipelineCase } from './pipeline-case.js';
import { ROW_CASES } from './row-cases.js';

export const PIPELINE_CASES: readonly PipelineCase[] = [
  ...ROW_CASES,
  ...AGGREGATE_CASES,
  ...ORDER_CASES,
  ...JOIN_CASES,
];
