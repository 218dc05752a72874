/**
 * Which step feeds which: names, `from:`, the step above. Finds what is wrong with the wiring before any step is looked
 * at: two steps with one name, unknown steps, steps without an input, circles, rows that go nowhere.
 */

import type { VerbDefinition } from '../dataflow/verb.js';
import type { Diagnostic } from '../errors.js';
import { namedSteps } from '../spec/named-steps.js';
import { NO_VERB, type PipelineSpec, type SourceText, type StepSpec } from '../spec/pipeline-spec.js';
import { plannedSide } from '../spec/planned.js';
import { diagnosticAt } from '../spec/source.js';
import { didYouMean, suggest } from '../spec/suggest.js';

/** The rows of a step, or one of its side outputs. */
export interface StepOutput {
  /** OPEN_INPUT: the rows that reach a pipeline that is used. */
  readonly step: number;
  readonly side?: string;
}

/** A step that another one's value names. */
export interface OtherOutput {
  readonly source: SourceText;
  /** The part of the text that is the name, a side output included. */
  readonly name: string;
  readonly output: StepOutput;
}

export const OPEN_INPUT = -1;

export interface WiredStep {
  readonly step: StepSpec;
  readonly verb: VerbDefinition;
  /** What it reads; undefined for a verb without an input. */
  readonly input: StepOutput | undefined;
  /** The steps that its value names. */
  readonly others: readonly OtherOutput[];
}

/** How the pipeline comes to its rows. */
export interface Standing {
  /** One step without an input is open, and the last step is the output. */
  readonly isLibrary: boolean;
  /** The step that uses it; a library may be looked at by itself. */
  readonly user?: SourceText;
}

/** Steps in an order in which inputs come first; steps whose wiring is wrong are left out and reported. */
export function wireSteps(
  spec: PipelineSpec,
  verbs: ReadonlyMap<string, VerbDefinition>,
  diagnostics: Diagnostic[],
  { isLibrary, user }: Standing,
): readonly WiredStep[] {
  const named = nameSteps(spec, diagnostics);
  const open = openSteps(spec, verbs);
  if (user !== undefined && isWhole(spec)) reportUse(spec, verbs, open, user, diagnostics);
  const wired = spec.steps.map((step): WiredStep | undefined => {
    if (step.verb === NO_VERB) return undefined;
    const verb = verbs.get(step.verb)!;
    const isOpen = isLibrary && step.index === open[0];
    const input = isOpen ? { step: OPEN_INPUT } : inputOf(step, verb, spec, verbs, named, diagnostics);
    const others = namedSteps(verb.schema.value, step.value).map(({ source, withColumn }) => {
      const name = withColumn ? withoutColumn(source, spec, verbs, named) : source.text;
      const output = namedInput({ ...source, text: name }, spec, verbs, named, diagnostics);
      return output && { source, name, output };
    });
    if ((verb.hasInput && input === undefined) || others.some((other) => other === undefined)) return undefined;
    return { step, verb, input, others: others as readonly OtherOutput[] };
  });
  const output = isLibrary ? spec.steps.length - 1 : undefined;
  reportDeadEnds(spec, wired, verbs, output, diagnostics);
  return inOrder(spec, wired, diagnostics);
}

/** Whether all steps have a verb. If not, what is missing may be what one of those would be. */
export function isWhole({ steps }: PipelineSpec): boolean {
  return steps.every(({ verb }) => verb !== NO_VERB);
}

/**
 * Whether it is one for `use`: it begins with a step that has no input and ends with rows. What begins so and ends with a
 * write lacks its `read`.
 */
export function looksLikeLibrary(spec: PipelineSpec, verbs: ReadonlyMap<string, VerbDefinition>): boolean {
  const last = spec.steps[spec.steps.length - 1];
  return isWhole(spec) && openSteps(spec, verbs)[0] === 0 && handsOn(last, verbs);
}

function nameSteps(spec: PipelineSpec, diagnostics: Diagnostic[]): ReadonlyMap<string, number> {
  const named = new Map<string, number>();
  for (const { name, index } of spec.steps) {
    if (name === undefined) continue;
    const other = named.get(name.text);
    if (other === undefined) named.set(name.text, index);
    else {
      diagnostics.push(
        diagnosticAt('PLAN_DUPLICATE_NAME', `two steps are named "${name.text}"`, name, undefined, {
          hint: 'a name stands for one step; give this one another name',
        }),
      );
    }
  }
  return named;
}

function inputOf(
  step: StepSpec,
  verb: VerbDefinition,
  spec: PipelineSpec,
  verbs: ReadonlyMap<string, VerbDefinition>,
  named: ReadonlyMap<string, number>,
  diagnostics: Diagnostic[],
): StepOutput | undefined {
  const { from, index, verbSource } = step;
  if (!verb.hasInput) {
    if (from !== undefined) {
      diagnostics.push(
        diagnosticAt('SPEC_BAD_VALUE', `\`${step.verb}\` has no input, so it cannot have \`from\``, from, undefined, {
          hint: 'leave `from:` out',
        }),
      );
    }
    return undefined;
  }
  if (from !== undefined) return namedInput(from, spec, verbs, named, diagnostics);
  if (hasStepAbove(step, spec, verbs)) return { step: index - 1 };
  const above = spec.steps[index - 1];
  const message =
    above === undefined
      ? `\`${step.verb}\` is the first step and has no input`
      : `\`${step.verb}\` stands under a \`${above.verb}\`, which hands no rows on`;
  diagnostics.push(
    diagnosticAt('PLAN_NO_INPUT', message, verbSource, undefined, {
      hint: 'name the step that feeds this one with `from:`, or start with `read:`',
      notes: above === undefined ? ['a pipeline for `use` begins so, and runs in the one that uses it'] : undefined,
    }),
  );
  return undefined;
}

/** The step above hands its rows on. */
function hasStepAbove({ index }: StepSpec, spec: PipelineSpec, verbs: ReadonlyMap<string, VerbDefinition>): boolean {
  const above = spec.steps[index - 1];
  return above !== undefined && handsOn(above, verbs);
}

/** A step without a verb might. */
function handsOn({ verb }: StepSpec, verbs: ReadonlyMap<string, VerbDefinition>): boolean {
  return verb === NO_VERB || verbs.get(verb)!.hasOutput;
}

/** Steps that need an input and have none. */
function openSteps(spec: PipelineSpec, verbs: ReadonlyMap<string, VerbDefinition>): readonly number[] {
  return spec.steps
    .filter((step) => verbs.get(step.verb)?.hasInput && step.from === undefined && !hasStepAbove(step, spec, verbs))
    .map(({ index }) => index);
}

/** What a pipeline must be for a step to use it. A second open step is reported as one without an input. */
function reportUse(
  spec: PipelineSpec,
  verbs: ReadonlyMap<string, VerbDefinition>,
  open: readonly number[],
  user: SourceText,
  diagnostics: Diagnostic[],
): void {
  if (open.length === 0) {
    diagnostics.push(
      diagnosticAt(
        'PLAN_NO_INPUT',
        `every step of ${user.text} has its input, so the rows find no way in`,
        user,
        undefined,
        {
          hint: "let its first step be no `read`, or read the pipeline's output file instead of using it",
        },
      ),
    );
  }
  const last = spec.steps[spec.steps.length - 1];
  if (verbs.get(last.verb)!.hasOutput) return;
  diagnostics.push(
    diagnosticAt(
      'PLAN_DEAD_END',
      `the last step is a \`${last.verb}\`, which hands no rows on`,
      last.verbSource,
      undefined,
      {
        hint: 'the last step of a pipeline that is used is its output: move the one whose rows are wanted to the end',
      },
    ),
  );
}

export function outputsRead({ input, others }: WiredStep): readonly StepOutput[] {
  const named = others.map(({ output }) => output);
  return input === undefined ? named : [input, ...named];
}

/** Of `step.column` or `step.side.column` what stands before the column, which may have dots of its own. */
function withoutColumn(
  { text }: SourceText,
  spec: PipelineSpec,
  verbs: ReadonlyMap<string, VerbDefinition>,
  named: ReadonlyMap<string, number>,
): string {
  const [name, side, ...column] = text.split('.');
  const target = named.get(name);
  const sides = target === undefined ? [] : (verbs.get(spec.steps[target].verb)?.sides ?? []);
  return column.length > 0 && sides.includes(side) ? `${name}.${side}` : name;
}

/** Where a step is named. */
const DATA_FILE = /\/|\.(?:csv|tsv|tab|txt|jsonl?|ndjson|parquet)(?:\.\w+)?$/i;

function namedInput(
  from: SourceText,
  spec: PipelineSpec,
  verbs: ReadonlyMap<string, VerbDefinition>,
  named: ReadonlyMap<string, number>,
  diagnostics: Diagnostic[],
): StepOutput | undefined {
  // A name with a dot was refused where it is given; it is known all the same.
  const [name, ...sides] = named.has(from.text) ? [from.text] : from.text.split('.');
  const side = sides.length === 0 ? undefined : sides.join('.');
  const target = named.get(name);
  if (target === undefined && DATA_FILE.test(from.text)) {
    const called = /[^/]*$/.exec(from.text)![0].replace(/\..*$/, '');
    diagnostics.push(
      diagnosticAt('PLAN_UNKNOWN_STEP', `"${from.text}" is a file, and a step was expected`, from, undefined, {
        hint: `read it in a step of its own, \`- name: ${called}\` and \`read: ${from.text}\`, and name that step here`,
      }),
    );
    return undefined;
  }
  if (target === undefined) {
    const meant = suggest(name, [...named.keys()]);
    const names =
      named.size === 0 ? 'no step of this pipeline has a name' : `named steps: ${[...named.keys()].join(', ')}`;
    diagnostics.push(
      diagnosticAt('PLAN_UNKNOWN_STEP', `there is no step named "${name}"`, from, undefined, {
        hint: meant === undefined ? names : `did you mean "${meant}"?`,
      }),
    );
    return undefined;
  }
  const { verb } = spec.steps[target];
  if (verb === NO_VERB) return { step: target };
  if (side !== undefined) {
    const known = verbs.get(verb)!.sides ?? [];
    if (known.includes(side)) return { step: target, side };
    const names = known.map((other) => `${name}.${other}`);
    diagnostics.push(
      plannedSide(side, from) ??
        diagnosticAt('PLAN_UNKNOWN_STEP', `a \`${verb}\` has no side output \`${side}\``, from, undefined, {
          hint: names.length === 0 ? `its rows are "${name}"` : didYouMean(from.text, names, 'it has'),
        }),
    );
    return undefined;
  }
  if (verbs.get(verb)!.hasOutput) return { step: target };
  diagnostics.push(
    diagnosticAt('PLAN_NO_INPUT', `"${from.text}" is a \`${verb}\`, which hands no rows on`, from, undefined, {
      hint: `read the step that feeds "${from.text}" instead`,
    }),
  );
  return undefined;
}

function reportDeadEnds(
  spec: PipelineSpec,
  wired: readonly (WiredStep | undefined)[],
  verbs: ReadonlyMap<string, VerbDefinition>,
  output: number | undefined,
  diagnostics: Diagnostic[],
): void {
  // A step that could not be wired may have meant any of the others.
  if (wired.some((step) => step === undefined)) return;
  const read = new Set(wired.flatMap((step) => outputsRead(step!).map((output) => output.step)));
  // Whoever names a step where it cannot be read meant to read it.
  for (const { from, verb } of spec.steps) {
    const meant = verbs.get(verb)!.hasInput ? undefined : spec.steps.find(({ name }) => name?.text === from?.text);
    if (from !== undefined && meant !== undefined) read.add(meant.index);
  }
  for (const { index, verb, verbSource, name } of spec.steps) {
    const { hasOutput, mayEnd } = verbs.get(verb)!;
    if (!hasOutput || mayEnd || index === output || read.has(index)) continue;
    const below = spec.steps[index + 1];
    const named = spec.steps.find((other) => other.name !== undefined && read.has(other.index) && other.index < index);
    const hint =
      below === undefined
        ? 'add a `write:` below it'
        : name === undefined && named !== undefined
          ? `write them, or move the name "${named.name!.text}" to this step if it was meant here`
          : 'add a `write:` below it, or read it with `from:`';
    diagnostics.push(
      diagnosticAt('PLAN_DEAD_END', `the rows of this \`${verb}\` go nowhere`, name ?? verbSource, undefined, { hint }),
    );
  }
}

/** Depth first from every step; a step met again while its inputs are being visited closes a circle. */
function inOrder(
  spec: PipelineSpec,
  wired: readonly (WiredStep | undefined)[],
  diagnostics: Diagnostic[],
): readonly WiredStep[] {
  const state = new Map<number, 'visiting' | 'done' | 'broken'>();
  const ordered: WiredStep[] = [];
  const visit = (index: number): boolean => {
    if (index === OPEN_INPUT) return true;
    const known = state.get(index);
    if (known !== undefined) {
      if (known === 'visiting') {
        const { from, verbSource } = spec.steps[index];
        diagnostics.push(
          diagnosticAt(
            'PLAN_CYCLE',
            'this step feeds itself through the steps it reads',
            from ?? verbSource,
            undefined,
            {
              hint: 'let one of them read another step',
            },
          ),
        );
      }
      return known === 'done';
    }
    const step = wired[index];
    state.set(index, 'visiting');
    const inputs = step === undefined ? [] : outputsRead(step);
    const isWhole = step !== undefined && inputs.map((input) => visit(input.step)).every((isRight) => isRight);
    state.set(index, isWhole ? 'done' : 'broken');
    if (isWhole) ordered.push(step);
    return isWhole;
  };
  for (const { index } of spec.steps) visit(index);
  return ordered;
}
