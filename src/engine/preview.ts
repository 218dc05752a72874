/**
 * The first rows of a step: two steps more behind it, a `limit` and a `write` to a file of our own, and of the pipeline only what
 * feeds them. So a preview reads as little as a `limit` does.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { typeName } from '../columnar/data-type.js';
import type { LogicalGraph, LogicalNode } from '../dataflow/logical-graph.js';
import type { PipelineInput, PreviewOptions, PreviewReport } from '../engine-api.js';
import { leatError } from '../errors.js';
import { readCsvRows } from '../formats/csv/read-rows.js';
import { VERBS } from '../operators/verbs.js';
import { readPipeline } from '../spec/pipeline.js';
import type { PipelineSpec, StepSpec } from '../spec/pipeline-spec.js';
import { didYouMean } from '../spec/suggest.js';
import { planOf, withPipeline } from './checked-pipeline.js';
import { runPlan } from './run-plan.js';

/** Names a step that has none; no step of a file can be called so. */
const SHOWN = '(shown)';

export async function previewRows(input: PipelineInput, options: PreviewOptions): Promise<PreviewReport> {
  const folder = mkdtempSync(join(tmpdir(), 'leat-preview-'));
  try {
    const path = join(folder, 'rows.csv');
    let shown = '';
    const change = (spec: PipelineSpec): PipelineSpec => {
      const step = shownStep(spec, options.step);
      shown = options.step ?? step.name?.text ?? step.verb;
      return withPreview(spec, step, options.step ?? step.name?.text ?? SHOWN, path, options.rows + 1);
    };
    return await withPipeline(input, options, { change }, async (checked) => {
      const sink = checked.logical.nodes.findLast(({ operator }) => operator.op === 'sink' && operator.text === path)!;
      const logical = feeding(checked.logical, sink);
      const report = await runPlan(planOf({ ...checked, logical }), options, undefined);
      const rows = readCsvRows(path);
      const columns = sink.schema.map(({ name, type }) => ({ name, type: typeName(type) }));
      const hasMore = rows.length > options.rows;
      return { step: shown, columns, rows: rows.slice(0, options.rows), hasMore, warnings: report.warnings };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The step of that name, a side output included, or the one whose rows the last `write` gets. */
function shownStep({ steps }: PipelineSpec, wanted: string | undefined): StepSpec {
  if (wanted !== undefined) {
    const [name] = wanted.split('.');
    const found = steps.find((step) => step.name?.text === wanted || step.name?.text === name);
    if (found !== undefined) return found;
    const names = steps.flatMap((step) => (step.name === undefined ? [] : [step.name.text]));
    const hint = names.length === 0 ? 'no step of this pipeline has a name' : didYouMean(wanted, names, 'named steps');
    throw leatError('CLI_USAGE', `there is no step named "${wanted}"`, { hint });
  }
  const last = steps.findLastIndex(({ verb }) => verb === 'write');
  const from = steps[last]?.from?.text.split('.')[0];
  const step =
    from === undefined
      ? steps[last === -1 ? steps.length - 1 : last - 1]
      : steps.find(({ name }) => name?.text === from);
  if (step === undefined) throw leatError('CLI_USAGE', 'there is no step with rows to show');
  return step;
}

/** The pipeline without its outputs, and with that of the preview. */
function withPreview(spec: PipelineSpec, step: StepSpec, name: string, path: string, rows: number): PipelineSpec {
  const text = `steps:\n  - from: ${JSON.stringify(name)}\n    limit: ${rows}\n  - write: ${JSON.stringify(path)}\n    format: csv\n`;
  const more = readPipeline({ path: 'leat preview', text }, new Set(VERBS.keys())).spec!.steps;
  const named = spec.steps.map((each): StepSpec => {
    return each === step && each.name === undefined ? { ...each, name: { ...each.verbSource, text: SHOWN } } : each;
  });
  return { ...spec, steps: [...named, ...more.map((each, i) => ({ ...each, index: named.length + i }))] };
}

/** Only what the rows of a node come from. */
function feeding(graph: LogicalGraph, node: LogicalNode): LogicalGraph {
  const kept = new Set<number>();
  const byId = new Map(graph.nodes.map((each) => [each.id, each]));
  for (const open = [node.id]; open.length > 0; ) {
    const id = open.pop()!;
    if (kept.has(id)) continue;
    kept.add(id);
    open.push(...byId.get(id)!.inputs);
  }
  return { ...graph, nodes: graph.nodes.filter(({ id }) => kept.has(id)) };
}
