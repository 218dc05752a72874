/**
 * Pipeline spec -> logical graph: wires the steps, then lets each verb bind its expressions and add its nodes, inputs
 * first. All mistakes are collected; a step whose input was wrong is passed over, so that one slip is reported once.
 */
import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Schema } from '../columnar/schema.js';
import type { LogicalGraph, LogicalNode, LogicalOperator } from '../dataflow/logical-graph.js';
import type { LoweringContext, OtherStep, ParamValue, VerbDefinition } from '../dataflow/verb.js';
import { type Diagnostic, diagnostic, LeatError } from '../errors.js';
import { bindExpression } from '../expr/binder.js';
import type { BoundExpr } from '../expr/bound.js';
import type { RunConstants } from '../expr/calc.js';
import { type RandomCalls, scopeOf } from '../expr/scope.js';
import { readEntries } from '../spec/option-reader.js';
import { readOptions } from '../spec/options.js';
import type { PipelineSpec, SourceText, StepSpec } from '../spec/pipeline-spec.js';
import { diagnosticAt, placeOf, sortByPlace } from '../spec/source.js';
import { STEP_KEYS } from '../spec/step-keys.js';
import { didYouMean } from '../spec/suggest.js';
import { outputsRead, type StepOutput, type WiredStep, wireSteps } from './step-graph.js';

/** Those of a step's common keys that are read here. */
const COMMON_OPTIONS = { parallelism: STEP_KEYS.parallelism };

export interface LoweringOptions {
  readonly verbs: ReadonlyMap<string, VerbDefinition>;
  readonly constants: RunConstants;
  readonly params: ReadonlyMap<string, ParamValue>;
  /** Text of a parameter, for options that take `$name`. */
  parameterText(name: string): string | undefined;
  /** A path with its ${...} replaced, absolute; undefined when it was wrong and was reported. */
  resolvePath(source: SourceText, report: (diagnostic: Diagnostic) => void): string | undefined;
  /** Absolute paths by step name or by path as written, in place of what reads and writes say. */
  readonly reads: ReadonlyMap<string, string>;
  readonly writes: ReadonlyMap<string, string>;
  readonly splitBytes?: number;
}

/** The graph, and warnings. Throws a LeatError with every mistake found. */
export async function lowerPipeline(
  spec: PipelineSpec,
  options: LoweringOptions,
): Promise<{ graph: LogicalGraph; warnings: readonly Diagnostic[] }> {
  const diagnostics: Diagnostic[] = [];
  const wired = wireSteps(spec, options.verbs, diagnostics);
  // What is wrong with the keys of a step does not depend on what feeds it.
  const known = new Set(wired.map(({ step }) => step));
  for (const step of spec.steps) {
    if (!known.has(step)) readStep(step, options.verbs.get(step.verb)!, options, diagnostics);
  }
  checkOverrides(spec, options, diagnostics);
  const lowering = new Lowering(
    options,
    diagnostics,
    wired.filter(({ verb }) => !verb.hasOutput || verb.mayEnd).length,
  );
  const last = new Map<number, LogicalNode>();
  const nodeOf = ({ step, side }: StepOutput): LogicalNode | undefined =>
    side === undefined ? last.get(step) : lowering.sides.get(step)?.get(side);
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
  reportSameOutputs(wired, last, diagnostics);
  const sorted = sortByPlace(diagnostics);
  if (sorted.some(({ severity }) => severity === 'error')) throw new LeatError(sorted);
  return { graph: { name: spec.name, nodes: lowering.nodes }, warnings: sorted };
}

/** A step's keys, by their schemas; `values` is undefined when the verb's are not as they must be, which is reported. */
function readStep(step: StepSpec, verb: VerbDefinition, { parameterText }: LoweringOptions, diagnostics: Diagnostic[]) {
  const values = readOptions(verb.schema, step, diagnostics, { parameter: parameterText });
  const owner = { owner: `\`${step.verb}\``, at: step.verbSource };
  return { values, common: readEntries(COMMON_OPTIONS, step.common, owner, diagnostics) };
}

/** `--read NAME=PATH` and `--write NAME=PATH` must mean a step. */
function checkOverrides(spec: PipelineSpec, options: LoweringOptions, diagnostics: Diagnostic[]): void {
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
      if (names.includes(name)) continue;
      diagnostics.push(
        diagnostic('CLI_USAGE', `--${what} ${name}=...: no ${what} has this name or path`, {
          hint: didYouMean(name, names, `${what}s of the pipeline`),
        }),
      );
    }
  }
}

/** The path with the links of its folder followed, if there is such a folder. */
function realPath(path: string): string {
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return path;
  }
}

/** Two writes to one path: the later would replace the earlier. */
function reportSameOutputs(
  wired: readonly WiredStep[],
  nodes: ReadonlyMap<number, LogicalNode>,
  diagnostics: Diagnostic[],
): void {
  const writers = new Map<string, StepSpec>();
  for (const { step } of [...wired].sort((a, b) => a.step.index - b.step.index)) {
    const operator = nodes.get(step.index)?.operator;
    if (operator?.op !== 'sink') continue;
    const path = realPath(operator.text);
    const other = writers.get(path);
    if (other === undefined) writers.set(path, step);
    else {
      const { line } = placeOf(other.verbSource);
      diagnostics.push(
        diagnosticAt(
          'PLAN_SAME_OUTPUT',
          `the step in line ${line} writes ${operator.text} too`,
          step.verbSource,
          undefined,
          {
            hint: 'write to another path, or bring the rows together first',
          },
        ),
      );
    }
  }
}

/** Operators whose rows come from several rows, or through an exchange. */
const MIXING: ReadonlySet<string> = new Set(['aggregate', 'sort', 'union', 'join']);

class Lowering {
  readonly nodes: LogicalNode[] = [];
  /** Side outputs by step and name. */
  readonly sides = new Map<number, Map<string, LogicalNode>>();
  /** Nodes of rows that fail a check. */
  private readonly failures = new Set<number>();
  private sources = 0;
  /** How many calls of random() and uuid() are bound. */
  private calls = 0n;
  /** How many steps write, or check what is written. */
  private readonly writers: number;

  private readonly options: LoweringOptions;
  private readonly diagnostics: Diagnostic[];

  constructor(options: LoweringOptions, diagnostics: Diagnostic[], writers: number) {
    this.writers = writers;
    this.options = options;
    this.diagnostics = diagnostics;
  }

  /** The last node of the step; undefined when it, or what feeds it, was wrong. */
  async step(
    { step, verb, others: named }: WiredStep,
    input: LogicalNode | undefined,
    others: ReadonlyMap<SourceText, OtherStep>,
    sides: readonly string[],
  ): Promise<LogicalNode | undefined> {
    const { diagnostics } = this;
    const { values, common } = readStep(step, verb, this.options, diagnostics);
    if (values === undefined || (verb.hasInput && input === undefined) || others.size < named.length) return undefined;
    const before = this.nodes.length;
    const node = await verb.lower(this.contextOf(step, verb, input, others, sides, common.parallelism), values);
    if (node !== undefined) return node;
    this.nodes.length = before;
    return verb.keepsSchema ? input : undefined;
  }

  /** Numbers in the order of the pipeline; rows have a place until they are aggregated. */
  private randomCalls(input: LogicalNode | undefined): RandomCalls {
    if (this.options.constants.seed === null) {
      return { refused: 'needs a seed', hint: 'add `run: { seed: 1 }` to the pipeline, or --seed 1 to the command' };
    }
    const mixed = input && this.mixing(input);
    if (mixed !== undefined) {
      return { refused: `cannot stand behind \`${mixed}\``, hint: `derive it before the \`${mixed}\`` };
    }
    return { next: () => this.calls++ };
  }

  /** The verb above a node behind which rows have no place in a file any more, if there is one. */
  private mixing({ operator, inputs, verb }: LogicalNode): string | undefined {
    if (MIXING.has(operator.op)) return verb;
    for (const id of inputs) {
      const found = this.mixing(this.nodes[id]);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Whether a node's rows are all rows that fail a check. What is only joined to them does not matter. */
  private showsFailures({ id, operator, inputs }: LogicalNode): boolean {
    if (this.failures.has(id)) return true;
    const isOfLeft = operator.op === 'join' && operator.type !== 'right' && operator.type !== 'full';
    const sources = isOfLeft ? inputs.slice(0, 1) : inputs;
    return sources.length > 0 && sources.every((input) => this.showsFailures(this.nodes[input]));
  }

  private contextOf(
    step: StepSpec,
    verb: VerbDefinition,
    input: LogicalNode | undefined,
    others: ReadonlyMap<SourceText, OtherStep>,
    sides: readonly string[],
    parallelism: number | undefined,
  ): LoweringContext {
    const { constants, params, resolvePath, reads, writes, splitBytes } = this.options;
    const report = (diagnostic: Diagnostic): void => void this.diagnostics.push(diagnostic);
    const name = step.name?.text ?? '';
    const overrides = verb.hasInput ? writes : reads;
    const written = step.value.kind === 'scalar' ? step.value.source.text : '';
    const random = this.randomCalls(input);
    const bind = (source: SourceText, schema: Schema): BoundExpr | undefined => {
      const result = bindExpression(source.text, scopeOf(schema, params, random));
      if ('problems' in result) {
        for (const { code, message, span, hint } of result.problems)
          report(diagnosticAt(code, message, source, span, { hint }));
        return undefined;
      }
      return result.expr;
    };
    return {
      step,
      input,
      other: (source) => others.get(source)!,
      constants,
      params,
      report,
      bind,
      bindCondition: (source, schema) => {
        const expr = bind(source, schema);
        if (expr === undefined || expr.type.kind === 'boolean') return expr;
        report(
          diagnosticAt('EXPR_NOT_BOOLEAN', `a condition is boolean, and this is ${expr.type.kind}`, source, undefined, {
            hint: 'compare it with something, as in `x > 0`',
          }),
        );
        return undefined;
      },
      origin: (source) => {
        const { file, line, column } = placeOf(source);
        return { text: source.text, file, line, column, step: name === '' ? step.verb : `${step.verb} ${name}` };
      },
      resolvePath: (source) => resolvePath(source, report),
      pathOverride: overrides.get(name) ?? overrides.get(written),
      showsFailures: input !== undefined && this.showsFailures(input),
      isOnlyOutput: this.writers === 1,
      splitBytes,
      sourceIndex: verb.hasInput ? 0 : this.sources++,
      wantsSide: (side) => sides.includes(side),
      addSide: (side, node) => {
        const known = this.sides.get(step.index) ?? new Map<string, LogicalNode>();
        this.sides.set(step.index, known.set(side, node));
        if (side === 'failed') this.failures.add(node.id);
      },
      add: (operator: LogicalOperator, inputs: readonly LogicalNode[], schema: Schema): LogicalNode => {
        const node: LogicalNode = {
          id: this.nodes.length,
          operator,
          inputs: inputs.map(({ id }) => id),
          schema,
          step: name,
          verb: step.verb,
          parallelism,
        };
        this.nodes.push(node);
        return node;
      },
    };
  }
}
