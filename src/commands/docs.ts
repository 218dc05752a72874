/** `leat docs [TOPIC]` */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Args, Command, Flags } from '@oclif/core';
import { docsPage, overviewText, topicsText } from '../cli/docs-text.js';
import { outputFlags } from '../cli/flags.js';
import { outputStyle } from '../cli/output-style.js';
import { toJson, writeResult } from '../cli/streams.js';
import { leatError } from '../errors.js';

export default class Docs extends Command {
  static override summary = 'Look up a verb, a function, the code of an error, or how pipelines are written.';
  static override description = 'Without a topic it lists them all. Names may be aliases, in any case.';
  static override examples = [
    '<%= config.bin %> docs read',
    '<%= config.bin %> docs date_trunc',
    '<%= config.bin %> docs left join',
    '<%= config.bin %> docs EXPR_UNKNOWN_COLUMN',
    '<%= config.bin %> docs --json-schema > leat.schema.json',
  ];
  /** A topic may be several words. */
  static override strict = false;
  static override args = {
    topic: Args.string({
      ignoreStdin: true,
      description: 'A verb, a function, an operator, the code of an error, or a list of such.',
    }),
  };
  static override flags = {
    'json-schema': Flags.boolean({
      summary: 'Print a JSON Schema of pipeline files, for editors.',
      helpGroup: 'OUTPUT',
    }),
    json: outputFlags.json,
    'no-color': outputFlags['no-color'],
  };

  override async run(): Promise<void> {
    const { argv, flags } = await this.parse(Docs);
    const topic = argv.length === 0 ? undefined : argv.join(' ');
    const style = outputStyle(this.argv, process.env, process.stdout);
    const page = docsPage(style.columns, style.paint);
    const { pipelineJsonSchema, Topics } = await import('../docs/index.js');
    if (flags['json-schema']) {
      if (topic === undefined) return writeResult(toJson(pipelineJsonSchema()));
      throw leatError('CLI_USAGE', '--json-schema is of the whole language and takes no topic');
    }
    const text = (name: string): string => readFileSync(join(this.config.root, 'docs', name), 'utf8');
    const all = new Topics(text('language.md'), text('errors.md'));
    if (style.json) writeResult(toJson({ ok: true, topics: topic === undefined ? all.lists : all.find(topic) }));
    else writeResult(topic === undefined ? overviewText(all.lists, page) : topicsText(all.find(topic), page));
  }
}
