/** `leat validate FILE...` */
import { Command, Flags } from '@oclif/core';
import { outputFlags, pipelineArg, pipelineFlags, pipelineOptions } from '../cli/flags.js';
import { formatOf, type OutputStyle, outputStyle } from '../cli/output-style.js';
import { annotationFolders, failureDocument, reportDiagnostics } from '../cli/report-failure.js';
import { say, toJson, writeResult } from '../cli/streams.js';
import { annotations, type Verdict, validationDocument, verdictText } from '../cli/validation-report.js';
import { writeWhole } from '../cli/write-whole.js';
import type { CheckOptions, Engine } from '../engine-api.js';
import type { ErrorCode } from '../errors.js';

export default class Validate extends Command {
  static override summary = 'Find every mistake in pipelines without running them.';
  static override description =
    'Data is opened only for reads without a schema, whose columns are not known otherwise. ' +
    'What is found in a pipeline is sorted by place. Exit status: 0 all are right, 2 at least one is wrong.';
  static override examples = [
    '<%= config.bin %> validate pipelines/*.yaml',
    '<%= config.bin %> validate pipelines/*.yaml --format json',
  ];
  /** Any number of files. */
  static override strict = false;
  static override args = { file: pipelineArg };
  static override flags = {
    ...pipelineFlags,
    format: Flags.option({
      options: ['text', 'json', 'github'] as const,
      summary: "Text, one JSON document, or GitHub's annotations. In a GitHub workflow text comes with annotations.",
      helpGroup: 'OUTPUT',
    })(),
    freeze: Flags.boolean({ summary: 'Write inferred schemas into the pipelines; comments stay.' }),
    data: Flags.boolean({ summary: 'Compare the headers of the data with the schemas too.' }),
    ...outputFlags,
  };

  override async run(): Promise<void> {
    const { argv, flags } = await this.parse(Validate);
    const style = outputStyle(this.argv, process.env, process.stderr);
    const format = formatOf(style.json, flags.format);
    const engine: Engine = await import('../engine.js');
    const options = { ...pipelineOptions(flags, process.env), data: flags.data };
    const named = new Set<ErrorCode>();
    const verdicts: Verdict[] = [];
    let exitStatus = 0;
    for (const file of argv as string[]) {
      const { exitStatus: status, ...verdict } = await check(engine, file, options);
      if (verdict.ok && flags.freeze) await freeze(engine, file, options, style);
      exitStatus ||= status;
      verdicts.push(verdict);
      const isSilent = format === 'github' || (verdict.ok && style.quiet);
      if (!isSilent) reportDiagnostics(verdict.diagnostics, style, named);
      if (format === 'text' && !style.quiet) writeResult(verdictText(verdict));
      if (format === 'github') annotations([verdict], annotationFolders()).forEach(writeResult);
      if (format === 'github' && !style.quiet) say(verdictText(verdict));
    }
    if (format === 'json') writeResult(toJson(validationDocument(verdicts, exitStatus)));
    process.exitCode = exitStatus;
  }
}

/** Whole or not at all. */
async function freeze(engine: Engine, file: string, options: CheckOptions, { quiet }: OutputStyle): Promise<void> {
  const { text, frozen } = await engine.freezeSchemas(file, options);
  if (frozen > 0) writeWhole(file, text);
  const schemas = frozen === 1 ? '1 schema' : `${frozen} schemas`;
  if (!quiet) say(frozen === 0 ? `${file}: every read has its schema` : `${file}: ${schemas} written`);
}

/** One pipeline that cannot even be opened does not keep the others from being checked. */
async function check(
  engine: Engine,
  file: string,
  options: CheckOptions,
): Promise<Verdict & { readonly exitStatus: number }> {
  try {
    const { ok, isLibrary, steps, diagnostics } = await engine.checkPipeline(file, options);
    return { file, ok, isLibrary, steps, diagnostics, exitStatus: ok ? 0 : 2 };
  } catch (error) {
    return { ...failureDocument(error), file };
  }
}
