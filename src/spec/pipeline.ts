/**
 * A pipeline file -> PipelineSpec. Only its shape is looked at: which keys there are and of what kind. All mistakes are
 * collected; there is a spec whenever the steps are whole, so that later stages can report theirs together with these.
 */
import { basename } from 'node:path';
import type { Diagnostic, ErrorCode, Span } from '../errors.js';
import { entriesByKey } from './option-reader.js';
import { readParamSpecs } from './params.js';
import type {
  PipelineSpec,
  RunSettings,
  SourceFile,
  SourceText,
  SpecEntry,
  SpecMap,
  SpecNode,
} from './pipeline-spec.js';
import { readRunSettings } from './run-settings.js';
import { type DiagnosticExtra, diagnosticAt, diagnosticInFile, sortByPlace } from './source.js';
import { readSteps } from './steps.js';
import { didYouMean, suggest } from './suggest.js';
import { readYaml } from './yaml-tree.js';

const TOP_LEVEL = ['name', 'params', 'run', 'steps'];

export interface PipelineReading {
  readonly spec?: PipelineSpec;
  /** Sorted by place. */
  readonly diagnostics: readonly Diagnostic[];
}

export function readPipeline(file: SourceFile, verbs: ReadonlySet<string>): PipelineReading {
  const tree = readYaml(file);
  const diagnostics: Diagnostic[] = [];
  const report = (code: ErrorCode, message: string, span: Span, extra?: DiagnosticExtra): void => {
    diagnostics.push(diagnosticInFile(code, message, file, span, extra));
  };
  const done = (spec?: PipelineSpec): PipelineReading => {
    if (tree.diagnostics.length === 0) return { spec, diagnostics: sortByPlace(diagnostics) };
    // What YAML made of a line that it cut or misread is not worth a second message, here or in a later stage.
    const lines = new Set(tree.diagnostics.map(({ place }) => place?.line));
    const others = diagnostics.filter(({ place }) => !lines.has(place?.line));
    return { diagnostics: sortByPlace([...tree.diagnostics, ...others]) };
  };
  const { root } = tree;
  const start = { start: 0, end: 1 };
  if (root === undefined) {
    if (tree.diagnostics.length === 0) {
      report('SPEC_NO_STEPS', 'the file is empty', start, { hint: 'begin with `steps:`' });
    }
    return done();
  }
  if (root.kind !== 'map') {
    const hint = root.kind === 'list' ? 'put `steps:` before the list' : 'a pipeline begins with `steps:`';
    report('SPEC_WRONG_KIND', 'a pipeline is a map with the key `steps`', root.span, { hint });
    return done();
  }

  for (const { key } of root.entries) {
    if (TOP_LEVEL.includes(key.text) || key.text.startsWith('x-')) continue;
    const hint = verbs.has(key.text)
      ? `\`${key.text}\` is a verb: write it in a step, under \`steps:\``
      : didYouMean(key.text, TOP_LEVEL, 'keys of a pipeline');
    const notes = ['keys that begin with `x-` are yours'];
    diagnostics.push(
      diagnosticAt('SPEC_UNKNOWN_KEY', `a pipeline has no key \`${key.text}\``, key, undefined, { hint, notes }),
    );
  }
  const top = entriesByKey(root.entries);
  const section = <T>(name: string, read: (key: SourceText, map: SpecMap) => T): T | undefined => {
    const entry = top.get(name);
    if (entry === undefined || entry.value === null) return undefined;
    if (entry.value.kind === 'map') return read(entry.key, entry.value);
    report('SPEC_WRONG_KIND', `\`${name}\` expects a map`, entry.value.span);
    return undefined;
  };
  const params = section('params', (_, map) => readParamSpecs(map, diagnostics)) ?? [];
  const run: RunSettings = section('run', (key, map) => readRunSettings(key, map, diagnostics)) ?? {};
  const name = pipelineName(top.get('name'), file, report);
  const entry = top.get('steps');
  if (entry === undefined && root.entries.some(({ key }) => suggest(key.text, ['steps']) !== undefined)) return done();
  if (entry === undefined || entry.value === null) {
    report('SPEC_NO_STEPS', 'the pipeline has no steps', entry?.key.span ?? start, {
      hint: 'write `steps:` and below it one `- verb: value` a step',
    });
    return done();
  }
  const steps = readSteps(file, entry.value, verbs, diagnostics);
  return done(steps && { file, name, params, run, steps });
}

function pipelineName(
  entry: SpecEntry | undefined,
  file: SourceFile,
  report: (code: ErrorCode, message: string, span: Span, extra?: DiagnosticExtra) => void,
): string {
  const node: SpecNode | null | undefined = entry?.value;
  if (node?.kind === 'scalar' && node.source.text.trim() !== '') return node.source.text.trim();
  if (entry !== undefined) {
    const span = node?.span ?? entry.key.span;
    report('SPEC_WRONG_KIND', '`name` expects text', span, { hint: 'leave it out to use the name of the file' });
  }
  return basename(file.path).replace(/\.ya?ml$/i, '');
}
