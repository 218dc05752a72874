/**
 * Pipeline -> logical graph: wires the steps, then lets each verb bind its expressions and add its nodes, inputs first.
 * A step that uses another pipeline file lowers that in its place, with its own names, parameters and paths. All
 * mistakes are collected; a step whose input was wrong is passed over, so that one slip is reported once.
 */

import { realpathSync } from 'node:fs';
import { devNull } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { LogicalGraph, LogicalNode } from '../dataflow/logical-graph.js';
import type { OtherStep } from '../dataflow/verb.js';
import { type Diagnostic, diagnostic, LeatError } from '../errors.js';
import type { NamedValue } from '../spec/option-schema.js';
import type { SourceText } from '../spec/pipeline-spec.js';
import { diagnosticAt, placeOf, sortByPlace } from '../spec/source.js';
import { didYouMean } from '../spec/suggest.js';
import type { OpenPipeline } from './open-pipeline.js';
import { isWhole, looksLikeLibrary, OPEN_INPUT, outputsRead, type StepOutput, wireSteps } from './step-graph.js';
import { type GraphDraft, type LoweringOptions, StepLowering, type UsingStep } from './step-lowering.js';
import { openUsed, realPath, type UseTrail, withTrail } from './used-pipeline.js';

export type { LoweringOptions } from './step-lowering.js';

export interface Lowered {
  /** Of a library what does not depend on the rows of the pipeline that uses it. */
  readonly graph: LogicalGraph;
  readonly isLibrary: boolean;
  readonly warnings: readonly Diagnostic[];
}

/** Throws a LeatError with every mistake found. `mayBeLibrary`: one without an input is looked at as far as it goes. */
export async function lowerPipeline(
  pipeline: OpenPipeline,
  options: LoweringOptions,
  mayBeLibrary = false,
): Promise<Lowered> {
  const diagnostics: Diagnostic[] = [];
  const draft: GraphDraft = { nodes: [], sinks: [], failures: new Map(), rejected: [], sources: 0, draws: 0n };
  checkOverrides(pipeline, options, diagnostics);
  const isLibrary = mayBeLibrary && looksLikeLibrary(pipeline.spec, options.verbs);
  await lowerSteps(pipeline, { draft, options, trail: [], isLibrary }, diagnostics);
  reportSameOutputs(draft, diagnostics);
  const sorted = sortByPlace(diagnostics);
  if (sorted.some(({ severity }) => severity === 'error')) throw new LeatError(sorted);
  return { graph: { name: pipeline.spec.name, nodes: draft.nodes }, isLibrary, warnings: sorted };
}

interface Surroundings {
  readonly draft: GraphDraft;
  readonly options: LoweringOptions;
  readonly trail: UseTrail;
  /** The step in whose place the pipeline stands. */
  readonly user?: UsingStep;
  readonly isLibrary: boolean;
}

/** Adds the nodes of all steps; answers that of the rows of the last step, undefined when it was wrong. */
async function lowerSteps(
  pipeline: OpenPipeline,
  { draft, options, trail, user, isLibrary }: Surroundings,
  diagnostics: Diagnostic[],
): Promise<LogicalNode | undefined> {
  const { spec } = pipeline;
  const wired = wireSteps(spec, options.verbs, diagnostics, { isLibrary, user: user?.at });
  const use = async (step: UsingStep, values: readonly NamedValue[]): Promise<LogicalNode | undefined> => {
    const settings = { verbs: new Set(options.verbs.keys()), constants: options.constants, env: options.env };
    const own: Diagnostic[] = [];
    const used = openUsed(pipeline, step.at, values, trail, settings, own);
    const around = {
      draft,
      options: { ...options, reads: NO_OVERRIDES, writes: NO_OVERRIDES },
      trail: [...trail, { file: realPath(spec.file.path), at: step.at }],
      user: step,
      isLibrary: true,
    };
    const node = used && (await lowerSteps(used, around, own));
    addNew(diagnostics, own, step.at);
    return node;
  };
  const lowering = new StepLowering(draft, pipeline, options, diagnostics, use, user);
  // What is wrong with the keys of a step does not depend on what feeds it.
  const known = new Set(wired.map(({ step }) => step));
  for (const step of spec.steps) {
    const verb = options.verbs.get(step.verb);
    if (verb !== undefined && !known.has(step)) lowering.read(step, verb);
  }
  const last = new Map<number, LogicalNode>();
  const nodeOf = ({ step, side }: StepOutput): LogicalNode | undefined => {
    if (side !== undefined) return lowering.sides.get(step)?.get(side);
    return step === OPEN_INPUT ? user?.input : last.get(step);
  };
  const read = wired.flatMap(outputsRead);
  for (const step of wired) {
    const others = new Map<SourceText, OtherStep>();
    for (const { source, name, output } of step.others) {
      const node = nodeOf(output);
      if (node !== undefined) others.set(source, { name, node });
    }
    const sides = read.flatMap(({ step: index, side }) =>
      index === step.step.index && side !== undefined ? [side] : [],
    );
    const node = await lowering.step(step, step.input && nodeOf(step.input), others, sides);
    if (node !== undefined) last.set(step.step.index, node);
  }
  const { rejects } = spec.run;
  if (user === undefined && rejects !== undefined && draft.rejected.length > 0) {
    await lowering.write(spec.run.at!, { kind: 'scalar', source: rejects, span: rejects.span }, draft.rejected);
  }
  const output = last.get(spec.steps.length - 1);
  // A write hands no rows on, which was reported.
  return output?.operator.op === 'sink' ? undefined : output;
}

const NO_OVERRIDES: ReadonlyMap<string, string> = new Map();

/** A pipeline that several steps use has each of its mistakes once. */
function addNew(diagnostics: Diagnostic[], found: readonly Diagnostic[], at: SourceText): void {
  const keyOf = ({ code, message, place }: Diagnostic): string =>
    JSON.stringify([code, message, place?.file, place?.line, place?.column]);
  const known = new Set(diagnostics.map(keyOf));
  diagnostics.push(...found.filter((one) => !known.has(keyOf(one))).map((one) => withTrail(one, at)));
}

/** `--read NAME=PATH` and `--write NAME=PATH` must mean a step. */
function checkOverrides({ spec }: OpenPipeline, options: LoweringOptions, diagnostics: Diagnostic[]): void {
  for (const [overrides, hasInput, what] of [
    [options.reads, false, 'read'],
    [options.writes, true, 'write'],
  ] as const) {
    const steps = spec.steps.filter(({ verb }) => {
      const definition = options.verbs.get(verb);
      return definition !== undefined && definition.hasInput === hasInput && definition.hasOutput !== hasInput;
    });
    const names = steps.flatMap(({ name, value }) => [
      ...(name === undefined ? [] : [name.text]),
      ...(value.kind === 'scalar' ? [value.source.text] : []),
    ]);
    for (const name of overrides.keys()) {
      if (names.includes(name) || !isWhole(spec)) continue;
      diagnostics.push(
        diagnostic('CLI_USAGE', `--${what} ${name}=...: no ${what} has this name or path`, {
          hint: didYouMean(name, names, `${what}s of the pipeline`),
        }),
      );
    }
  }
}

/** The path with the links of its folder followed, if there is such a folder. */
function outputPath(path: string): string {
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return path;
  }
}

/** Two writes to one path: the later would replace the earlier. /dev/null takes any number. */
function reportSameOutputs({ sinks }: GraphDraft, diagnostics: Diagnostic[]): void {
  const writers = new Map<string, SourceText>();
  const inOrder = sinks.toSorted((a, b) =>
    a.at.file === b.at.file ? a.at.span.start - b.at.span.start : sinks.indexOf(a) - sinks.indexOf(b),
  );
  for (const { path: written, at } of inOrder) {
    const path = outputPath(written);
    if (path === devNull) continue;
    const other = writers.get(path);
    if (other === undefined) {
      writers.set(path, at);
      continue;
    }
    const { file, line } = placeOf(other);
    const where = file === at.file.path ? `line ${line}` : `${file}:${line}`;
    diagnostics.push(
      diagnosticAt('PLAN_SAME_OUTPUT', `the step in ${where} writes ${written} too`, at, undefined, {
        hint: 'write to another path, or bring the rows together first',
      }),
    );
  }
}
