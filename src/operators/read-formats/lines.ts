/** Text, a line a row: CSV of one field, in which neither quotes nor delimiters mean anything. */
import { STRING } from '../../columnar/data-type.js';
import type { ScanColumn } from '../../dataflow/logical-graph.js';
import { literal } from '../../expr/literals.js';
import { NO_DELIMITER } from '../../formats/csv/dialect.js';
import { columnExpr } from '../columns.js';
import type { CsvSourceConfig } from '../csv-source.js';
import { inputsOf, type ReadFormat } from './read-format.js';

const LINE: ScanColumn = { name: 'line', type: STRING, from: 0, isDeclared: true };
const NO_SPAN = { start: 0, end: 0 };

export const LINES: ReadFormat = {
  name: 'lines',
  called: 'files of lines',
  extensions: [],
  options: ['skip_lines', 'encoding', 'compression'],
  fixedColumns: [LINE],
  plan(request) {
    const { context, files, options } = request;
    const config: Omit<CsvSourceConfig, 'columns'> = {
      files: inputsOf(request),
      at: files.map(({ at }) => at),
      options: { delimiter: NO_DELIMITER, quote: null, header: [LINE.name], skipLines: options.skip_lines },
      source: context.sourceIndex,
      splitBytes: context.splitBytes,
    };
    // An empty field is null, and an empty line is none.
    const args = [columnExpr([LINE], 0), literal('', STRING, NO_SPAN)];
    const origin = context.origin(context.step.verbSource);
    const casts = [{ name: LINE.name, expr: { op: 'coalesce', args, type: STRING, span: NO_SPAN }, origin } as const];
    return { factory: 'csv-source', config, columns: [LINE], casts };
  },
};
