/** The list of steps: each a map with exactly one verb, the common keys, and keys that the verb's schema reads later. */
import type { Diagnostic, ErrorCode, Span } from '../errors.js';
import {
  NO_VERB,
  type SourceFile,
  type SourceText,
  type SpecEntry,
  type SpecMap,
  type SpecNode,
  type StepSpec,
} from './pipeline-spec.js';
import { plannedVerb } from './planned.js';
import { type DiagnosticExtra, diagnosticInFile } from './source.js';
import { STEP_KEYS } from './step-keys.js';
import { didYouMean, listed, suggest } from './suggest.js';

const COMMON_KEYS: readonly string[] = Object.keys(STEP_KEYS);
/** Of these, kept as written and read later. */
const KEPT = new Set(['parallelism']);

/** What other tools call it. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ['where', 'rows are taken with `filter: condition`'],
  ['group_by', 'groups are made with `aggregate:` and `by:`'],
  ['groupby', 'groups are made with `aggregate:` and `by:`'],
  ['order_by', 'rows are ordered with `sort:`'],
  ['having', '`having:` is a key of `aggregate:`; behind it, rows are taken with `filter: condition`'],
  ['percentile', 'quantiles are `quantile_cont(x, 0.5)` in `aggregate:`'],
  ['concat', 'the rows of steps are brought together with `union:`'],
  ['append', 'the rows of steps are brought together with `union:`'],
  ['with_columns', 'columns are made with `derive:`'],
  ['mutate', 'columns are made with `derive:`'],
  ['source', 'files are read with `read:`'],
  ['sink', 'files are written with `write:`'],
]);

/** undefined when a step is not whole: then nothing can be said about how steps fit together. */
export function readSteps(
  file: SourceFile,
  node: SpecNode,
  verbs: ReadonlySet<string>,
  diagnostics: Diagnostic[],
): readonly StepSpec[] | undefined {
  const reader = new StepReader(file, verbs, diagnostics);
  if (node.kind !== 'list') {
    const hint = node.kind === 'map' ? 'begin each step with `- `' : undefined;
    reader.report('SPEC_WRONG_KIND', '`steps` expects a list of steps', node.span, { hint });
    return undefined;
  }
  if (node.items.length === 0) {
    reader.report('SPEC_NO_STEPS', 'the pipeline has no steps', node.span);
    return undefined;
  }
  const steps = node.items.map((item, index) => reader.read(item, index));
  return steps.every((step) => step !== undefined) ? steps : undefined;
}

class StepReader {
  private readonly file: SourceFile;
  private readonly verbs: ReadonlySet<string>;
  private readonly diagnostics: Diagnostic[];

  constructor(file: SourceFile, verbs: ReadonlySet<string>, diagnostics: Diagnostic[]) {
    this.file = file;
    this.verbs = verbs;
    this.diagnostics = diagnostics;
  }

  read(node: SpecNode, index: number): StepSpec | undefined {
    if (node.kind !== 'map') {
      const word = node.kind === 'scalar' ? node.source.text.trim() : '';
      const hint = this.verbs.has(word) ? `write \`- ${word}: ...\`` : 'write `- verb: value`';
      this.report(
        'SPEC_WRONG_KIND',
        `a step is a map with a verb, found ${node.kind === 'list' ? 'a list' : 'text'}`,
        node.span,
        {
          hint,
        },
      );
      return undefined;
    }
    const entry = this.verbOf(node);
    if (entry === undefined) return this.withoutVerb(node, index);
    if (entry.value === null) {
      this.report('SPEC_MISSING_KEY', `\`${entry.key.text}\` has no value`, entry.key.span, {
        hint: `what \`${entry.key.text}\` takes stands behind it or, indented, below it`,
      });
      return this.withoutVerb(node, index);
    }
    const common = new Map<string, SpecEntry>();
    const options = new Map<string, SpecEntry>();
    for (const other of node.entries) {
      const key = other.key.text;
      if (KEPT.has(key)) common.set(key, other);
      else if (other !== entry && !COMMON_KEYS.includes(key)) options.set(key, other);
    }
    const from = this.text(node, 'from');
    // Without it nothing can be said about which step feeds which.
    if (from === undefined && node.entries.some(({ key }) => key.text === 'from')) return undefined;
    return {
      index,
      verb: entry.key.text,
      verbSource: entry.key,
      value: entry.value,
      name: this.text(node, 'name'),
      from,
      description: this.text(node, 'description')?.text,
      common,
      options,
      span: node.span,
    };
  }

  /** What its verb is to be is not known, but other steps may read it by its name. */
  private withoutVerb(node: SpecMap, index: number): StepSpec | undefined {
    if (node.entries.length === 0) return undefined;
    const [{ key }] = node.entries;
    const none = new Map<string, SpecEntry>();
    const name = this.text(node, 'name');
    return { index, verb: NO_VERB, verbSource: key, value: node, name, common: none, options: none, span: node.span };
  }

  /** The entry of the one verb. */
  private verbOf(step: SpecMap): SpecEntry | undefined {
    const found = step.entries.filter(({ key }) => this.verbs.has(key.text));
    if (found.length === 1) return found[0];
    if (found.length > 1) {
      const names = found.map(({ key }) => `\`${key.text}\``).join(' and ');
      this.report('SPEC_VERB_COUNT', `a step has one verb, this one has ${names}`, found[1].key.span, {
        hint: `begin a new step: \`- ${found[1].key.text}: ...\``,
      });
      return undefined;
    }
    const unknown = step.entries.filter(({ key }) => !COMMON_KEYS.includes(key.text));
    // Of several keys the one that looks like a verb, else the first, is the verb that was meant.
    const meant = unknown.find(({ key }) => suggest(key.text, this.verbs) !== undefined) ?? unknown[0];
    if (meant === undefined) {
      const at = step.entries[0]?.key.span ?? step.span;
      const hasInput = step.entries.some(({ key }) => key.text === 'from');
      const hint = hasInput
        ? 'what is done with the rows stands in the same step, without a dash: `write: ...` below `from:`'
        : `verbs: ${listed([...this.verbs], this.verbs.size)}`;
      this.report('SPEC_VERB_COUNT', 'a step without a verb', at, { hint });
      return undefined;
    }
    const planned = unknown.map(({ key }) => plannedVerb(key)).find((found) => found !== undefined);
    if (planned !== undefined) {
      this.diagnostics.push(planned);
      return undefined;
    }
    const other = unknown.map(({ key }) => OTHER_WORDS.get(key.text.toLowerCase())).find((hint) => hint !== undefined);
    const hint = other ?? didYouMean(meant.key.text, this.verbs, 'verbs', this.verbs.size);
    this.report('SPEC_UNKNOWN_VERB', `there is no verb \`${meant.key.text}\``, meant.key.span, { hint });
    return undefined;
  }

  private text(step: SpecMap, name: string): SourceText | undefined {
    const entry = step.entries.find(({ key }) => key.text === name);
    if (entry === undefined) return undefined;
    if (entry.value?.kind === 'scalar' && entry.value.source.text.trim() !== '') {
      const { source } = entry.value;
      if (name !== 'name' || /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(source.text)) return source;
      this.report('SPEC_BAD_VALUE', `\`${source.text.trim()}\` cannot be the name of a step`, source.span, {
        hint: 'a name is letters, digits, `_` and `-`, and begins with a letter',
      });
      // Those that read the step by it are not wrong too.
      return source;
    }
    const hint = name === 'from' ? 'a step reads one other; `union` brings the rows of several together' : undefined;
    this.report('SPEC_WRONG_KIND', `\`${name}\` expects text`, entry.value?.span ?? entry.key.span, { hint });
    return undefined;
  }

  report(code: ErrorCode, message: string, span: Span, extra?: DiagnosticExtra): void {
    this.diagnostics.push(diagnosticInFile(code, message, this.file, span, extra));
  }
}
