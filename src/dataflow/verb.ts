/**
 * What a verb is: how its step is written, and how it lowers into the logical graph. One definition a file in
 * operators/, one line in operators/verbs.ts; the validator and the reference come from it.
 */
import type { Schema } from '../columnar/schema.js';
import type { Diagnostic } from '../errors.js';
import type { BoundExpr } from '../expr/bound.js';
import type { ExprOrigin, RunConstants } from '../expr/calc.js';
import type { ScopeParam } from '../expr/scope.js';
import type { Encoding } from '../formats/encodings.js';
import type { InputFile } from '../formats/input-file.js';
import type { NamedValue, OptionsOf, VerbSchema } from '../spec/option-schema.js';
import type { SourceText, StepSpec } from '../spec/pipeline-spec.js';
import type { Located } from '../spec/source.js';
import type { LogicalNode, LogicalOperator } from './logical-graph.js';

export interface VerbDefinition<S extends VerbSchema = VerbSchema> {
  readonly verb: string;
  /** One sentence. */
  readonly summary: string;
  /** A step as one would write it. */
  readonly example: string;
  /** `read` has none. */
  readonly hasInput: boolean;
  /** `write` has none. */
  readonly hasOutput: boolean;
  /** Its rows may go nowhere: what it is for happens anyway. */
  readonly mayEnd?: boolean;
  /** Outputs beside its rows, named `STEP.SIDE`. */
  readonly sides?: readonly string[];
  /** Its rows have the columns of its input, so that steps below can be checked even when this one is wrong. */
  readonly keepsSchema?: boolean;
  /** The value behind the verb, and the step's other keys. */
  readonly schema: S;
  /** Adds the step's nodes and answers the last one; undefined when something was wrong and was reported. */
  lower(context: LoweringContext, step: OptionsOf<S>): Promise<LogicalNode | undefined>;
}

/** Checks a definition against its own schema, and forgets the schema's type for the registry. */
export function defineVerb<const S extends VerbSchema>(definition: VerbDefinition<S>): VerbDefinition {
  return definition as unknown as VerbDefinition;
}

/** A path, or a pattern, and the absolute folder that it starts from if it is relative. */
export interface StartedPath {
  readonly folder: string;
  readonly text: string;
}

export interface OtherStep {
  /** Its name, a side output included, as it stands at the beginning of the text. */
  readonly name: string;
  readonly node: LogicalNode;
}

/** What a verb sees of the pipeline around its step. */
export interface LoweringContext {
  readonly step: StepSpec;
  /** The node that feeds the step; for a verb with an input it is there. */
  readonly input: LogicalNode | undefined;
  /** The step that a text of the value names: an item of kind `steps`, or what a check's `references` refers to. */
  other(source: SourceText): OtherStep;
  readonly constants: RunConstants;
  report(diagnostic: Diagnostic): void;
  /** Parses, binds and types an expression over `schema`; undefined when it was wrong and was reported. */
  bind(source: SourceText, schema: Schema): BoundExpr | undefined;
  /** Like `bind`, and reports an expression that is not boolean. */
  bindCondition(source: SourceText, schema: Schema): BoundExpr | undefined;
  origin(source: SourceText): ExprOrigin;
  /** Typed parameters by name, for binders that need more than `bind`. */
  readonly params: ReadonlyMap<string, ScopeParam>;
  /** The gates that all rows of the input failed at: they come out of a `failed` and nowhere else. None: of other rows. */
  readonly showsFailures: readonly number[];
  /** A number of this step, for rows that fail in it. */
  readonly gate: number;
  /** A path of the pipeline with its ${...} replaced; undefined when it was wrong and was reported. */
  resolvePath(source: SourceText): StartedPath | undefined;
  /** The rows of the input have a place in a file each; behind an aggregate, a union or a join they do not. */
  readonly rowsHavePlaces: boolean;
  /** The number of the next thing in the pipeline that draws at random. */
  nextDraw(): bigint;
  /** Bytes of a split in place of the format's constant; for tests. */
  readonly splitBytes: number | undefined;
  /** The place of this step's source among the sources of the plan, for row positions. */
  readonly sourceIndex: number;
  /** Replaces what the step reads or writes (--read NAME=PATH, --write NAME=PATH): an absolute path. */
  readonly pathOverride: string | undefined;
  /**
   * Standard input, for this step alone; `isLookedAt`: its bytes are needed now, else when the job runs. undefined when that
   * was wrong and was reported.
   */
  openStdin(source: SourceText, isLookedAt: boolean): Promise<InputFile | undefined>;
  /** The files as UTF-8, each from the first encoding that all of it is of; `isLookedAt` and the answer as for standard input. */
  decoded(
    files: readonly InputFile[],
    encodings: readonly Encoding[],
    at: Located,
    isLookedAt: boolean,
  ): Promise<readonly InputFile[] | undefined>;
  /** Whether some step reads the side output. */
  wantsSide(side: string): boolean;
  /** Names the node whose rows are the side output. */
  addSide(side: string, node: LogicalNode): void;
  /** Lowers another pipeline file behind the input; the node of its last step. */
  usePipeline(path: SourceText, values: readonly NamedValue[]): Promise<LogicalNode | undefined>;
  /** Adds a node behind `inputs`. */
  add(operator: LogicalOperator, inputs: readonly LogicalNode[], schema: Schema): LogicalNode;
}
