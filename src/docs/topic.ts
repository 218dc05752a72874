/** What can be looked up, as plain data: `leat docs --json` prints it, `src/cli/docs-text.ts` draws it. */
import type { OptionDefinition, OptionSchema } from '../spec/option-schema.js';
import type { PageBlock } from './markdown-pages.js';

export interface OptionPage {
  readonly name: string;
  readonly kind: OptionDefinition['kind'];
  /** Of an enum. */
  readonly values?: readonly string[];
  readonly required: boolean;
  readonly default?: string;
  readonly doc: string;
  /** Of a map with keys of its own. */
  readonly options?: readonly OptionPage[];
}

export interface VerbPage {
  readonly kind: 'verb';
  readonly name: string;
  readonly summary: string;
  /** What stands behind the verb. */
  readonly value: OptionPage;
  readonly options: readonly OptionPage[];
  readonly example: string;
}

/** A part of the pipeline file with keys of its own. */
export interface SectionPage {
  readonly kind: 'section';
  readonly name: string;
  readonly summary: string;
  readonly options: readonly OptionPage[];
  readonly example: string;
}

export interface FunctionPage {
  readonly kind: 'function' | 'aggregate' | 'window';
  readonly name: string;
  readonly family: string;
  readonly aliases: readonly string[];
  readonly usage: string;
  readonly summary: string;
  /** propagate: null when an argument is null; skipped: such values are left out; custom: as the summary says. */
  readonly nulls: 'propagate' | 'skipped' | 'custom';
  readonly examples: readonly { readonly expression: string; readonly value: string }[];
}

export interface ErrorPage {
  readonly kind: 'error';
  readonly name: string;
  readonly summary: string;
  readonly exitStatus: number;
  readonly page: readonly PageBlock[];
}

/** A part of the language. */
export interface GuidePage {
  readonly kind: 'guide';
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly page: readonly PageBlock[];
}

/** Topics that belong together, each with its first line. */
export interface ListPage {
  readonly kind: 'list';
  readonly name: string;
  readonly summary: string;
  readonly entries: readonly { readonly name: string; readonly summary: string }[];
}

export type Topic = VerbPage | SectionPage | FunctionPage | ErrorPage | GuidePage | ListPage;

export function optionPages(options: OptionSchema): readonly OptionPage[] {
  return Object.entries(options).map(([name, option]) => optionPage(name, option));
}

export function optionPage(name: string, option: OptionDefinition): OptionPage {
  const { kind, doc, required = false } = option;
  return {
    ...{ name, kind, doc, required },
    values: option.kind === 'enum' ? option.values : undefined,
    default: option.default === undefined ? undefined : String(option.default),
    options: option.kind === 'group' ? optionPages(option.options) : undefined,
  };
}
