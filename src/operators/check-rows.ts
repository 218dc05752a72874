/**
 * The physical `check`: counts the rows where a condition is not true and remembers the first of them, by position. The
 * verdict is spoken when all tasks are through.
 */
import type { RecordBatch } from '../columnar/record-batch.js';
import { comparePositions } from '../columnar/row-position.js';
import { formatValue } from '../columnar/text.js';
import type { TransformFactory, Verdict } from '../dataflow/factory.js';
import type { Check } from '../dataflow/logical-graph.js';
import type { Collector, Operator, OperatorContext } from '../dataflow/operator.js';
import type { Diagnostic, Place, RowPosition } from '../errors.js';
import { readValue } from '../expr/compiler/row-values.js';

export interface CheckRowsConfig {
  readonly checks: readonly Check[];
  /** Columns that are handed on; 0: nobody reads the rows. */
  readonly passes: number;
  /** Names of the columns before the conditions, to show a row that fails; those of `shows` in any case. */
  readonly names: readonly string[];
  readonly shows: readonly number[];
}

/** What one attempt found of one check. Plain data. */
interface Finding {
  failures: number;
  rows: number;
  first?: { readonly position?: RowPosition; readonly place?: Place; readonly values: string };
}

/** A row is shown by so many columns. */
const SHOWN_COLUMNS = 6;
const SHOWN_CHARACTERS = 40;

class CheckRows implements Operator {
  readonly #config: CheckRowsConfig;
  readonly #context: OperatorContext;
  readonly #output: Collector;
  readonly #findings: Finding[];
  readonly #shown: readonly number[];

  constructor(config: CheckRowsConfig, context: OperatorContext, output: Collector) {
    this.#config = config;
    this.#context = context;
    this.#output = output;
    this.#findings = config.checks.map(() => ({ failures: 0, rows: 0 }));
    const others = [...config.names.keys()].filter((slot) => !config.shows.includes(slot));
    this.#shown = [...config.shows, ...others].slice(0, SHOWN_COLUMNS).sort((a, b) => a - b);
  }

  processBatch(batch: RecordBatch): void {
    const { checks, passes } = this.#config;
    checks.forEach(({ slot }, index) => {
      this.#look(batch, slot, this.#findings[index]);
    });
    if (passes > 0) this.#output.emit({ ...batch, vectors: batch.vectors.slice(0, passes) });
  }

  #look(batch: RecordBatch, slot: number, finding: Finding): void {
    const { u8, u32 } = this.#context.memory.heap;
    const { selection, selectedCount, vectors } = batch;
    const { values, validity, isConstant } = vectors[slot];
    finding.rows += selectedCount;
    for (let i = 0; i < selectedCount; i++) {
      const row = selection === 0 ? i : u32[(selection >>> 2) + i];
      const at = isConstant ? 0 : row;
      if (u8[values + at] !== 0 && (validity === 0 || u8[validity + at] !== 0)) continue;
      // Splits are read in ascending order, so the first failure of an attempt is its lowest.
      if (finding.failures++ === 0) finding.first = this.#show(batch, row);
    }
  }

  #show(batch: RecordBatch, row: number): Finding['first'] {
    const { heap } = this.#context.memory;
    const shown = this.#shown.map((slot) => {
      const name = this.#config.names[slot];
      const vector = batch.vectors[slot];
      const value = readValue(heap, vector, row);
      const text = value === null ? 'null' : formatValue(value, vector.type);
      return `${name} ${text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text}`;
    });
    return { position: batch.origin?.position(row), place: batch.origin?.place(row), values: shown.join(', ') };
  }

  open(): void {}

  endInput(): readonly Finding[] {
    return this.#findings;
  }

  close(): void {}
}

export const CHECK_ROWS: TransformFactory<CheckRowsConfig> = {
  role: 'transform',
  kind: 'check',
  minimumBytes: () => 0,
  verdicts: ({ checks }, results) =>
    checks.map((check, index) =>
      verdict(
        check,
        (results as readonly (readonly Finding[])[]).map((all) => all[index]),
      ),
    ),
  create: (config, context, output) => new CheckRows(config, context, output),
};

function verdict({ diagnostic, severity, maxFailures, failing, gate }: Check, findings: readonly Finding[]): Verdict {
  const failures = findings.reduce((sum, finding) => sum + finding.failures, 0);
  const rows = findings.reduce((sum, finding) => sum + finding.rows, 0);
  const [first] = findings
    .flatMap((finding) => (finding.first === undefined ? [] : [finding.first]))
    .sort((a, b) => comparePositions(a.position, b.position));
  const count = failing === 'all' ? '' : `: ${failures} of ${rows} ${howFailing(failing, failures === 1)}`;
  const isShare = typeof maxFailures !== 'number';
  const may = isShare ? `${Number(maxFailures.part * 100n) / Number(maxFailures.of)}%` : String(maxFailures);
  const allowed = may === '0' && failing !== 'faults' ? '' : `, ${may} may`;
  const holds = isShare
    ? BigInt(failures) * maxFailures.of <= BigInt(rows) * maxFailures.part
    : failures <= maxFailures;
  const message = failures === 0 ? diagnostic.message : `${diagnostic.message}${count}${allowed}`;
  return {
    gate: failing === 'all' ? undefined : gate,
    holds,
    isCheck: failing !== 'faults',
    severity,
    failures,
    diagnostic: {
      ...diagnostic,
      severity: severity === 'warn' ? 'warning' : 'error',
      message,
      ...shown(first, failing),
    },
  };
}

function howFailing(failing: 'rows' | 'values' | 'faults', isOne: boolean): string {
  if (failing === 'faults') return isOne ? 'rows is refused' : 'rows are refused';
  if (failing === 'rows') return isOne ? 'rows fails' : 'rows fail';
  return isOne ? 'values stands in several rows' : 'values stand in several rows';
}

/** Rows behind an aggregation have no place of their own. */
function shown(first: Finding['first'], failing: Check['failing']): Pick<Diagnostic, 'notes' | 'related'> {
  if (first === undefined || first.values === '' || failing === 'faults') return {};
  const message = `${failing === 'all' ? 'found' : 'the first'}: ${first.values}`;
  return first.place === undefined ? { notes: [message] } : { related: [{ place: first.place, message }] };
}
