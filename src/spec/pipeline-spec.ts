/**
 * What a pipeline file says, checked for shape, with a place for every piece; nothing is resolved or typed yet.
 * Expressions, names and constants are `SourceText`: the scalar's exact text and a map back to the file.
 */
import type { Span } from '../errors.js';
import type { WrittenValue } from './written-value.js';

/** The YAML file itself. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** A scalar's text. `offsetAt(i)` is the file offset of character i of `text`, through quoting and folding. */
export interface SourceText {
  readonly text: string;
  readonly file: SourceFile;
  /** The whole scalar in the file. */
  readonly span: Span;
  offsetAt(index: number): number;
  /** How the scalar stood in the file: 'plain' | 'single' | 'double' | 'block'. */
  readonly style: 'plain' | 'single' | 'double' | 'block';
}

/** The positioned tree: what the YAML holds, anchors and merges resolved, keys in order. */
export type SpecNode = SpecScalar | SpecList | SpecMap;
export interface SpecScalar {
  readonly kind: 'scalar';
  readonly source: SourceText;
  readonly span: Span;
}
export interface SpecList {
  readonly kind: 'list';
  readonly items: readonly SpecNode[];
  readonly span: Span;
}
export interface SpecMap {
  readonly kind: 'map';
  readonly entries: readonly SpecEntry[];
  readonly span: Span;
}
export interface SpecEntry {
  readonly key: SourceText;
  /** null: the key has no value. */
  readonly value: SpecNode | null;
}

/** One step as written: its verb, the verb's value and the other keys, which the verb's definition reads. */
/** In place of a verb that there is not. */
export const NO_VERB = '';

export interface StepSpec {
  readonly index: number;
  /** NO_VERB when it was wrong, which was reported: then the step has a name and nothing else. */
  readonly verb: string;
  readonly verbSource: SourceText;
  readonly value: SpecNode;
  readonly name?: SourceText;
  readonly from?: SourceText;
  readonly description?: string;
  /** Common keys `parallelism`, `chain`, `slot_group`, as written. */
  readonly common: ReadonlyMap<string, SpecEntry>;
  /** All other keys, in order. */
  readonly options: ReadonlyMap<string, SpecEntry>;
  readonly span: Span;
}

export interface ParamSpec {
  readonly name: SourceText;
  /** Of its value, or of each value of its list; undefined: the declaration was wrong, which was reported. */
  readonly type?: SourceText;
  readonly isList: boolean;
  readonly default?: WrittenValue;
  readonly oneOf?: readonly SourceText[];
}

/** Settings under `run:`; flag and environment variable win over them. Sizes in bytes, times in milliseconds. */
export interface RunSettings {
  /** The key itself; undefined: there is no `run:`. */
  readonly at?: SourceText;
  readonly memory?: number;
  readonly slots?: number;
  readonly restartAttempts?: number;
  readonly restartDelayMs?: number;
  readonly spillDir?: string;
  readonly spillLimit?: number;
  readonly rejects?: SourceText;
  readonly now?: SourceText;
  readonly seed?: bigint;
}

export interface PipelineSpec {
  readonly file: SourceFile;
  readonly name: string;
  readonly params: readonly ParamSpec[];
  readonly run: RunSettings;
  readonly steps: readonly StepSpec[];
}
