/** One step into nodes of the logical graph: reads its options, and is the context in which its verb lowers it. */
import type { Schema } from '../columnar/schema.js';
import type { LogicalNode, LogicalOperator } from '../dataflow/logical-graph.js';
import type { LoweringContext, OtherStep, VerbDefinition } from '../dataflow/verb.js';
import type { Diagnostic } from '../errors.js';
import { bindExpression } from '../expr/binder.js';
import type { BoundExpr } from '../expr/bound.js';
import type { RunConstants } from '../expr/calc.js';
import { type RandomCalls, scopeOf } from '../expr/scope.js';
import type { NumberParameter, OptionContext } from '../spec/node-reader.js';
import { readEntries } from '../spec/option-reader.js';
import type { NamedValue } from '../spec/option-schema.js';
import { readOptions } from '../spec/options.js';
import { parametersInText } from '../spec/parameters-in-text.js';
import type { SourceText, StepSpec } from '../spec/pipeline-spec.js';
import { diagnosticAt, placeOf } from '../spec/source.js';
import { STEP_KEYS } from '../spec/step-keys.js';
import { didYouMean } from '../spec/suggest.js';
import { withOddTexts } from './odd-texts.js';
import type { OpenPipeline } from './open-pipeline.js';
import type { WiredStep } from './step-graph.js';

/** Those of a step's common keys that are read here. */
const COMMON_OPTIONS = { parallelism: STEP_KEYS.parallelism };

export interface LoweringOptions {
  readonly verbs: ReadonlyMap<string, VerbDefinition>;
  readonly constants: RunConstants;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute paths by step name or by path as written, in place of what reads and writes say. */
  readonly reads: ReadonlyMap<string, string>;
  readonly writes: ReadonlyMap<string, string>;
  readonly splitBytes?: number;
}

/** The graph in the making, of the pipeline and all that it uses. */
export interface GraphDraft {
  readonly nodes: LogicalNode[];
  /** What is written, and by which step. */
  readonly sinks: { readonly path: string; readonly at: SourceText }[];
  /** Nodes of rows that fail a check, each with the gate that they failed at. */
  readonly failures: Map<number, number>;
  sources: number;
  /** How many calls of random() and uuid() are bound, and how many steps draw. */
  draws: bigint;
}

/** A step that uses another pipeline. */
export interface UsingStep {
  /** The path that it names. */
  readonly at: SourceText;
  /** What the names of the steps in it begin with. */
  readonly label: string;
  /** The rows that reach it. */
  readonly input: LogicalNode;
  readonly parallelism: number | undefined;
}

/** Operators whose rows come from several rows, or through an exchange. */
const MIXING: ReadonlySet<string> = new Set(['aggregate', 'sort', 'union', 'join', 'asof-join', 'unpivot', 'unnest']);

/** The steps of one pipeline file. */
export class StepLowering {
  /** Side outputs by step and name. */
  readonly sides = new Map<number, Map<string, LogicalNode>>();
  private readonly draft: GraphDraft;
  private readonly pipeline: OpenPipeline;
  private readonly options: LoweringOptions;
  private readonly diagnostics: Diagnostic[];
  private readonly use: (step: UsingStep, values: readonly NamedValue[]) => Promise<LogicalNode | undefined>;
  private readonly user: UsingStep | undefined;

  constructor(
    draft: GraphDraft,
    pipeline: OpenPipeline,
    options: LoweringOptions,
    diagnostics: Diagnostic[],
    use: (step: UsingStep, values: readonly NamedValue[]) => Promise<LogicalNode | undefined>,
    user: UsingStep | undefined,
  ) {
    this.draft = draft;
    this.pipeline = pipeline;
    this.options = options;
    this.diagnostics = diagnostics;
    this.use = use;
    this.user = user;
  }

  /** The last node of the step; undefined when it, or what feeds it, was wrong. */
  async step(
    { step, verb, others: named }: WiredStep,
    input: LogicalNode | undefined,
    others: ReadonlyMap<SourceText, OtherStep>,
    sides: readonly string[],
  ): Promise<LogicalNode | undefined> {
    const { draft } = this;
    const { values, common } = this.read(step, verb);
    if (values === undefined || (verb.hasInput && input === undefined) || others.size < named.length) return undefined;
    const [nodes, sinks] = [draft.nodes.length, draft.sinks.length];
    const parallelism = common.parallelism ?? this.user?.parallelism;
    const node = await verb.lower(this.contextOf(step, verb, input, others, sides, parallelism), values);
    if (node?.operator.op === 'sink') draft.sinks.push({ path: node.operator.text, at: step.verbSource });
    if (node !== undefined) return node;
    draft.nodes.length = nodes;
    draft.sinks.length = sinks;
    return verb.keepsSchema ? input : undefined;
  }

  /** A step's keys, by their schemas; `values` is undefined when the verb's are not as they must be, which is reported. */
  read(step: StepSpec, verb: VerbDefinition) {
    const numbers: OptionContext = { parameter: (name) => this.numberParameter(name) };
    const values = readOptions(verb.schema, step, this.diagnostics, numbers);
    const written = [step.value, ...[...step.options.values()].map(({ value }) => value)];
    for (const node of written) this.diagnostics.push(...parametersInText(node, this.pipeline.parameters.values));
    const owner = { owner: `\`${step.verb}\``, at: step.verbSource };
    return { values, common: readEntries(COMMON_OPTIONS, step.common, owner, this.diagnostics, numbers) };
  }

  private numberParameter(name: string): NumberParameter {
    const { values, paths, missing } = this.pipeline.parameters;
    if (missing.has(name)) return { problem: undefined };
    const path = paths.get(name);
    if (path !== undefined && path !== null) return { text: path.text };
    if (path === null) return { problem: { code: 'EXPR_TYPE_MISMATCH', message: `\`$${name}\` is a list` } };
    const hint = didYouMean(name, values.keys(), 'parameters');
    return { problem: { code: 'EXPR_UNKNOWN_PARAM', message: `there is no parameter $${name}`, hint } };
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
    return { next: () => this.draft.draws++ };
  }

  /** The verb above a node behind which rows have no place in a file any more, if there is one. */
  private mixing({ operator, inputs, verb }: LogicalNode): string | undefined {
    if (MIXING.has(operator.op)) return verb;
    for (const id of inputs) {
      const found = this.mixing(this.draft.nodes[id]);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The gates whose failing rows a node's rows are, all of them. What is only joined to them does not matter. */
  private gatesOf({ id, operator, inputs }: LogicalNode): readonly number[] {
    const gate = this.draft.failures.get(id);
    if (gate !== undefined) return [gate];
    const isOfLeft =
      operator.op === 'asof-join' || (operator.op === 'join' && operator.type !== 'right' && operator.type !== 'full');
    const sources = isOfLeft ? inputs.slice(0, 1) : inputs;
    const gates = sources.map((input) => this.gatesOf(this.draft.nodes[input]));
    return gates.some((some) => some.length === 0) ? [] : [...new Set(gates.flat())];
  }

  private contextOf(
    step: StepSpec,
    verb: VerbDefinition,
    input: LogicalNode | undefined,
    others: ReadonlyMap<SourceText, OtherStep>,
    sides: readonly string[],
    parallelism: number | undefined,
  ): LoweringContext {
    const { draft, pipeline } = this;
    const { constants, reads, writes, splitBytes } = this.options;
    const { values: params } = pipeline.parameters;
    const sources = [...(input === undefined ? [] : [input]), ...[...others.values()].map(({ node }) => node)];
    const report = (diagnostic: Diagnostic): void =>
      void this.diagnostics.push(withOddTexts(diagnostic, sources, draft.nodes));
    const name = step.name?.text ?? '';
    const label = this.labelOf(name);
    const overrides = verb.hasInput ? writes : reads;
    const written = step.value.kind === 'scalar' ? step.value.source.text : '';
    const random = this.randomCalls(input);
    const gate = draft.nodes.length;
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
        return { text: source.text, file, line, column, step: label === '' ? step.verb : `${step.verb} ${label}` };
      },
      resolvePath: (source) => pipeline.resolvePath(source, pipeline.folder, report),
      pathOverride: overrides.get(name) ?? overrides.get(written),
      showsFailures: input === undefined ? [] : this.gatesOf(input),
      gate,
      rowsHavePlaces: input === undefined || this.mixing(input) === undefined,
      nextDraw: () => draft.draws++,
      splitBytes,
      sourceIndex: verb.hasInput ? 0 : draft.sources++,
      wantsSide: (side) => sides.includes(side),
      addSide: (side, node) => {
        const known = this.sides.get(step.index) ?? new Map<string, LogicalNode>();
        this.sides.set(step.index, known.set(side, node));
        if (side === 'failed') draft.failures.set(node.id, gate);
      },
      usePipeline: (at, values) =>
        this.use({ at, label: label === '' ? at.text : label, input: input!, parallelism }, values),
      add: (operator: LogicalOperator, inputs: readonly LogicalNode[], schema: Schema): LogicalNode => {
        const node: LogicalNode = {
          id: draft.nodes.length,
          operator,
          inputs: inputs.map(({ id }) => id),
          schema,
          step: label,
          verb: step.verb,
          place: placeOf(step.verbSource),
          parallelism,
        };
        draft.nodes.push(node);
        return node;
      },
    };
  }

  /** A step in a pipeline that is used is shown behind the name of the step that uses it. */
  private labelOf(name: string): string {
    if (this.user === undefined) return name;
    return name === '' ? this.user.label : `${this.user.label}.${name}`;
  }
}
