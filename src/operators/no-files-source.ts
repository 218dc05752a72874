/** A read of no file at all, which the pipeline allows: no splits, so no rows. */
import type { Source, SourceFactory } from '../dataflow/factory.js';

const NOTHING: Source = { open() {}, runSplit() {}, close() {} };

export const NO_FILES_SOURCE: SourceFactory<object> = {
  role: 'source',
  kind: 'no-files-source',
  minimumBytes: () => 0,
  enumerate: async (_, context) => ({ splits: [], shared: context.allocateShared(0) }),
  create: () => NOTHING,
};
