/** Every physical operator that a job graph may hold; slots and coordinator share this registry. */
import type { FactoryRegistry, OperatorFactory } from '../dataflow/factory.js';
import { ASOF_INDEX } from './asof-index.js';
import { ASOF_JOIN } from './asof-join.js';
import { ASOF_PROBE } from './asof-probe.js';
import { CALC } from './calc.js';
import { CHECK_ROWS } from './check-rows.js';
import { CSV_SINK } from './csv-sink.js';
import { CSV_SOURCE } from './csv-source.js';
import { DRAW_ROWS } from './draw-rows.js';
import { FILE_COLUMNS } from './file-columns.js';
import { FIRST_ROWS } from './first-rows.js';
import { FOLD } from './fold.js';
import { GUARD } from './guard.js';
import { JOIN_DIRECTORY } from './join-directory.js';
import { JOIN_PROBE } from './join-probe.js';
import { JOIN_REST } from './join-rest.js';
import { JOIN_ROWS } from './join-rows.js';
import { JSONL_SINK } from './jsonl-sink.js';
import { JSONL_SOURCE } from './jsonl-source.js';
import { LIMIT_ROWS } from './limit-rows.js';
import { LOG_VALUES } from './log-values.js';
import { MERGE_JOIN } from './merge-join.js';
import { NO_FILES_SOURCE } from './no-files-source.js';
import { PACK } from './pack.js';
import { PARQUET_SOURCE } from './parquet-source.js';
import { PARTIAL_AGGREGATE } from './partial-aggregate.js';
import { ROW_POSITION } from './row-position.js';
import { RUN_SOURCE } from './run-source.js';
import { SORT_ROWS } from './sort-rows.js';
import { SORTED_SOURCE } from './sorted-source.js';
import { UNNEST_ROWS } from './unnest-rows.js';
import { UNPACK } from './unpack.js';
import { UNPIVOT_ROWS } from './unpivot-rows.js';
import { VALUES_SOURCE } from './values-source.js';
import { WINDOW } from './window.js';

export const FACTORIES: FactoryRegistry = new Map(
  // Each factory knows its own configuration's type; the registry forgets it at this one border.
  (
    [
      ASOF_INDEX,
      ASOF_JOIN,
      ASOF_PROBE,
      CSV_SOURCE,
      PARQUET_SOURCE,
      CALC,
      CHECK_ROWS,
      DRAW_ROWS,
      FILE_COLUMNS,
      FIRST_ROWS,
      FOLD,
      GUARD,
      JSONL_SINK,
      JSONL_SOURCE,
      JOIN_DIRECTORY,
      JOIN_PROBE,
      JOIN_REST,
      JOIN_ROWS,
      LIMIT_ROWS,
      LOG_VALUES,
      MERGE_JOIN,
      NO_FILES_SOURCE,
      ROW_POSITION,
      PACK,
      PARTIAL_AGGREGATE,
      RUN_SOURCE,
      SORT_ROWS,
      SORTED_SOURCE,
      UNPACK,
      UNNEST_ROWS,
      UNPIVOT_ROWS,
      VALUES_SOURCE,
      WINDOW,
      CSV_SINK,
    ] as readonly unknown[] as readonly OperatorFactory[]
  ).map((factory) => [factory.kind, factory]),
);
