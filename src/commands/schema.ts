/** `leat schema FILE...` */
import { Args, Command } from '@oclif/core';
import { dataPath } from '../cli/data-pipeline.js';
import { countFlag, fromFlag, outputFlags, pipelineOptions, resourceFlags } from '../cli/flags.js';
import { outputStyle } from '../cli/output-style.js';
import { reportDiagnostics } from '../cli/report-failure.js';
import { inferredText } from '../cli/schema-report.js';
import { toJson, writeResult } from '../cli/streams.js';
import type { Engine, InferredSchema } from '../engine-api.js';

export default class Schema extends Command {
  static override summary = 'Print the columns and types of data files, as a `schema:` to paste into a pipeline.';
  static override description =
    'Types are those that a `read` without a schema would take; behind each stands what speaks for it: nulls, the least and the ' +
    'greatest value of the rows that were looked at.';
  static override examples = [
    '<%= config.bin %> schema orders.csv',
    '<%= config.bin %> schema data/*.csv --rows 1000000',
  ];
  /** Any number of files. */
  static override strict = false;
  static override args = {
    file: Args.string({ required: true, ignoreStdin: true, description: 'A data file, or stdin.' }),
  };
  static override flags = {
    rows: countFlag({ char: 'n', helpValue: 'N', default: 100_000, summary: 'Look at so many rows of each file.' }),
    ...fromFlag,
    ...resourceFlags,
    ...outputFlags,
  };

  override async run(): Promise<void> {
    const { argv, flags } = await this.parse(Schema);
    const style = outputStyle(this.argv, process.env, process.stderr);
    const engine: Engine = await import('../engine.js');
    const options = { ...pipelineOptions(flags, process.env), rows: flags.rows, format: flags.from };
    const found: InferredSchema[] = [];
    for (const file of argv as string[]) {
      const schema = await engine.inferSchemas(dataPath(file), options);
      found.push(schema);
      if (!style.quiet) reportDiagnostics(schema.warnings, style);
      if (!style.json) writeResult(inferredText(schema));
    }
    if (style.json) writeResult(toJson({ ok: true, schemas: found }));
  }
}
