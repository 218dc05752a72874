/** What a command means by a file: a pipeline by the end of its name, else data, of which the pipeline is to read it. */
import type { PipelineInput } from '../engine-api.js';

/** `command`: what messages call a pipeline that stands in no file. `format`: of data whose name does not say it. */
export function dataPipeline(command: string, file: string, format?: string): PipelineInput {
  if (/\.ya?ml$/i.test(file)) return file;
  const says = format === undefined ? '' : `    format: ${JSON.stringify(format)}\n`;
  return { path: command, text: `steps:\n  - read: ${JSON.stringify(dataPath(file))}\n${says}` };
}

/** As the shell's users write standard input and output. */
export function dataPath(file: string, standard: 'stdin' | 'stdout' = 'stdin'): string {
  return file === '-' ? standard : file;
}
