/** A column by which rows that were brought together otherwise are put back into the order that they have here. */
import { BIGINT } from '../columnar/data-type.js';
import type { LogicalNode } from '../dataflow/logical-graph.js';
import type { LoweringContext } from '../dataflow/verb.js';

/** The input with the position of each row behind its columns. */
export function addPosition(context: LoweringContext, input: LogicalNode): LogicalNode {
  const schema = [...input.schema, { name: '#position', type: BIGINT }];
  return context.add({ op: 'position' }, [input], schema);
}
