/** One step into nodes of the logical graph: reads its options, and is the context in which its verb lowers it. */
import type { Schema } from '../columnar/schema.js';
import type { LogicalNode, LogicalOperator } from '../dataflow/logical-graph.js';
import type { LoweringContext, OtherStep, VerbDefinition } from '../dataflow/verb.js';
import { type Diagnostic, LeatError } from '../errors.js';
import { bindExpression } from '../expr/binder.js';
import type { BoundExpr } from '../expr/bound.js';
import type { RunConstants } from '../expr/calc.js';
import { type RandomCalls, scopeOf } from '../expr/scope.js';
import type { Encoding } from '../formats/encodings.js';
import type { InputFile } from '../formats/input-file.js';
import type { InputSpool } from '../formats/input-spool.js';
import { type ErrorOptions, REJECTS } from '../spec/error-options.js';
import type { NumberParameter, OptionContext } from '../spec/node-reader.js';
import { readEntries } from '../spec/option-reader.js';
import type { NamedValue } from '../spec/option-schema.js';
import { readOptions } from '../spec/options.js';
import { parametersInText } from '../spec/parameters-in-text.js';
import type { SourceText, SpecNode, StepSpec } from '../spec/pipeline-spec.js';
import { diagnosticAt, type Located, locatedText, placeOf } from '../spec/source.js';
import { STEP_KEYS } from '../spec/step-keys.js';
import { didYouMean } from '../spec/suggest.js';
import { type AddNode, guarded, noRejects, type OnError, type Parted, part, united } from './faults.js';
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
  readonly inputs: InputSpool;
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
  /** Rows that steps rejected and that go to no file of their own. */
  readonly rejected: LogicalNode[];
  /** How many calls of random() and uuid() are bound, and how many steps draw. */
  draws: bigint;
}

interface StepErrors extends Omit<OnError, 'origin'> {
  readonly rejects: boolean;
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

type Report = (diagnostic: Diagnostic) => void;

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
    const errors = this.errorsOf(step, values.options as Partial<ErrorOptions>, sides);
    if (errors === 'wrong') return undefined;
    const context = this.contextOf(step, verb, input, others, sides, parallelism);
    const parted: Parted[] = [];
    const node = await verb.lower(errors === undefined ? context : this.parting(context, errors, parted), values);
    if (node !== undefined && errors?.rejects) await this.handOutRejects(step, context, node, parted, sides);
    if (node?.operator.op === 'sink') draft.sinks.push({ path: node.operator.text, at: step.verbSource });
    if (node !== undefined) return node;
    draft.nodes.length = nodes;
    draft.sinks.length = sinks;
    return verb.keepsSchema ? input : undefined;
  }

  /** What the step does with rows that fail in it; undefined: such a row ends the run. */
  private errorsOf(
    step: StepSpec,
    options: Partial<ErrorOptions>,
    sides: readonly string[],
  ): StepErrors | undefined | 'wrong' {
    const { on_error: onError = 'fail', max_errors: maxErrors, rejects } = options;
    const at = (key: string): SourceText => step.options.get(key)?.key ?? step.verbSource;
    const refuse = (key: string, message: string, hint: string): 'wrong' => {
      this.diagnostics.push(diagnosticAt('SPEC_BAD_VALUE', message, at(key), undefined, { hint }));
      return 'wrong';
    };
    const isRead = sides.includes(REJECTS);
    if (onError !== 'reject' && (isRead || rejects !== undefined)) {
      return refuse('rejects', 'rejects are read of a step that rejects no rows', 'add `on_error: reject` to the step');
    }
    if (onError === 'fail') {
      if (maxErrors === undefined) return undefined;
      return refuse(
        'max_errors',
        '`max_errors` means nothing where the first error ends the run',
        'add `on_error: skip` or `reject`',
      );
    }
    if (onError === 'reject' && !isRead && rejects === undefined && this.pipeline.spec.run.rejects === undefined) {
      const name = step.name?.text;
      const write = name === undefined ? 'name the step and write `NAME.rejects`' : `write \`from: ${name}.rejects\``;
      const hint = `say where they go: \`rejects: out/rejects.csv\`, or ${write}; \`on_error: skip\` leaves them out`;
      return refuse('on_error', 'the rejected rows go nowhere', hint);
    }
    const gate = this.draft.nodes.length;
    const diagnostic = diagnosticAt(
      'FORMAT_TOO_MANY_ERRORS',
      `too many rows fail in \`${step.verb}\``,
      at('max_errors'),
      undefined,
      {
        hint: 'mend the rows, or raise `max_errors`; those that were rejected are written all the same',
      },
    );
    return { rejects: onError === 'reject', maxErrors, diagnostic, gate };
  }

  /** The same context, in which operators that can fail are guarded. */
  private parting(context: LoweringContext, errors: StepErrors, parted: Parted[]): LoweringContext {
    const onError = { ...errors, origin: context.origin(context.step.verbSource) };
    const add: AddNode = (operator, inputs, schema) => context.add(operator, inputs, schema);
    return {
      ...context,
      add: (operator, inputs, schema) => {
        const guard = guarded(operator);
        if (guard === undefined) return add(operator, inputs, schema);
        const both = part(add, guard, inputs, schema, onError);
        parted.push(both);
        return both.good;
      },
    };
  }

  /** Those on the way to the step's rows: the rows of a `rest` are the same rows. */
  private async handOutRejects(
    step: StepSpec,
    context: LoweringContext,
    node: LogicalNode,
    parted: readonly Parted[],
    sides: readonly string[],
  ): Promise<void> {
    const above = new Set<number>();
    for (const at = [node.id]; at.length > 0; ) {
      const id = at.pop()!;
      if (above.has(id)) continue;
      above.add(id);
      at.push(...this.draft.nodes[id].inputs);
    }
    const rejected = parted.filter(({ good }) => above.has(good.id)).map((both) => both.rejected());
    if (rejected.length === 0) rejected.push(noRejects(context, node));
    const all = united(context, rejected);
    this.draft.failures.set(all.id, context.gate);
    if (sides.includes(REJECTS)) context.addSide(REJECTS, all);
    const path = step.options.get(REJECTS);
    if (path?.value !== undefined && path.value !== null) await this.write(path.key, path.value, [all]);
    else if (!sides.includes(REJECTS)) this.draft.rejected.push(all);
  }

  /** A `write` that no step of the file stands for. */
  async write(key: SourceText, value: SpecNode, rows: readonly LogicalNode[]): Promise<void> {
    const step: StepSpec = {
      ...{ index: -1, verb: 'write', verbSource: key, value, common: new Map(), options: new Map(), span: value.span },
    };
    const verb = this.options.verbs.get('write')!;
    const all = united(this.contextOf(step, verb, undefined, new Map(), [], undefined), rows);
    await this.step({ step, verb, input: undefined, others: [] }, all, new Map(), []);
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
      openStdin: (source, isLookedAt) => this.openStdin(source, isLookedAt, report),
      decoded: (files, encodings, at, isLookedAt) => this.decoded(files, encodings, at, isLookedAt, report),
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

  private async openStdin(source: SourceText, isLookedAt: boolean, report: Report): Promise<InputFile | undefined> {
    const { inputs } = this.options;
    if (inputs.stdinReader !== undefined) {
      const { file, line } = inputs.stdinReader.place;
      const where = file === source.file.path ? `line ${line}` : `${file}:${line}`;
      report(
        diagnosticAt('PLAN_STDIN_TWICE', `the step in ${where} reads standard input too`, source, undefined, {
          hint: 'read it in one step, and name that step in `from:` of the others',
        }),
      );
      return undefined;
    }
    const file = inputs.stdin(locatedText(source));
    return isLookedAt && !(await this.fill(report)) ? undefined : file;
  }

  private async decoded(
    files: readonly InputFile[],
    encodings: readonly Encoding[],
    at: Located,
    isLookedAt: boolean,
    report: Report,
  ): Promise<readonly InputFile[] | undefined> {
    const copies = files.map((file) => this.options.inputs.decoded(file, encodings, at));
    return isLookedAt && !(await this.fill(report)) ? undefined : copies;
  }

  /** False when that was wrong and was reported. */
  private async fill(report: Report): Promise<boolean> {
    try {
      await this.options.inputs.fill();
      return true;
    } catch (error) {
      if (!(error instanceof LeatError)) throw error;
      error.diagnostics.forEach(report);
      return false;
    }
  }

  /** A step in a pipeline that is used is shown behind the name of the step that uses it. */
  private labelOf(name: string): string {
    if (this.user === undefined) return name;
    return name === '' ? this.user.label : `${this.user.label}.${name}`;
  }
}
