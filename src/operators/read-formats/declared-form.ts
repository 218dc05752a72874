/** What an entry of a `schema:` says about how values are written; each key is for some types only. */
import { type DataType, type TypeKind, typeName } from '../../columnar/data-type.js';
import type { TextForm } from '../../columnar/text-form.js';
import { timeFormat } from '../../columnar/time-format.js';
import { findTimeZone, timeZoneNames } from '../../columnar/time-zone.js';
import type { LoweringContext } from '../../dataflow/verb.js';
import type { Diagnostic } from '../../errors.js';
import type { SchemaEntry } from '../../spec/option-schema.js';
import type { SourceText } from '../../spec/pipeline-spec.js';
import { diagnosticAt } from '../../spec/source.js';
import { didYouMean } from '../../spec/suggest.js';

export const FORM_KEYS = ['format', 'timezone', 'decimal', 'thousands', 'trim'] as const;

const TYPES_OF_KEY: Readonly<Record<Exclude<(typeof FORM_KEYS)[number], 'trim'>, readonly TypeKind[]>> = {
  format: ['date', 'timestamp'],
  timezone: ['timestamp'],
  decimal: ['decimal', 'double'],
  thousands: ['int', 'bigint', 'decimal', 'double'],
};

/** undefined: values are written as usual. */
export function textFormOf(
  context: LoweringContext,
  entry: SchemaEntry,
  type: DataType,
): TextForm | 'wrong' | undefined {
  const { format, timezone, decimal, thousands, trim } = entry;
  if (!trim && FORM_KEYS.every((key) => key === 'trim' || entry[key] === undefined)) return undefined;
  const wrong = [
    ...misplacedKeys(entry, type),
    ...wrongFormats(format ?? []),
    ...wrongZone(timezone),
    ...wrongMarks(entry, type),
  ];
  wrong.forEach(context.report);
  if (wrong.length > 0) return 'wrong';
  return { formats: format?.map(({ text }) => text), timezone: timezone?.text, decimal, thousands, trim };
}

const bad = (message: string, at: SourceText, hint: string | undefined): Diagnostic =>
  diagnosticAt('SPEC_BAD_VALUE', message, at, undefined, { hint });

function misplacedKeys(entry: SchemaEntry, type: DataType): readonly Diagnostic[] {
  return Object.entries(TYPES_OF_KEY).flatMap(([key, kinds]) => {
    if (entry[key as keyof typeof TYPES_OF_KEY] === undefined || kinds.includes(type.kind)) return [];
    const message = `\`${key}\` is for columns of type ${kinds.join(', ')}, and this is ${typeName(type)}`;
    return [bad(message, entry.name, 'leave it out, or declare the other type')];
  });
}

function wrongFormats(formats: readonly SourceText[]): readonly Diagnostic[] {
  return formats.flatMap((source) => {
    const found = source.text === '' ? source.text : timeFormat(source.text);
    if (typeof found !== 'string') return [];
    if (found === '') return [bad('the format is empty', source, 'write it as for strptime: %d.%m.%Y')];
    return [bad(`${found} is not a part of a format that can be read`, source, 'a percent sign is written %%')];
  });
}

function wrongZone(zone: SourceText | undefined): readonly Diagnostic[] {
  if (zone === undefined || findTimeZone(zone.text) !== undefined) return [];
  return [bad(`there is no time zone ${zone.text}`, zone, didYouMean(zone.text, timeZoneNames(), 'time zones'))];
}

function wrongMarks({ name, decimal, thousands }: SchemaEntry, { kind }: DataType): readonly Diagnostic[] {
  const isWhole = kind === 'int' || kind === 'bigint';
  if (!isWhole && thousands !== undefined && thousands === (decimal ?? '.')) {
    const hint = decimal === undefined ? "say what the decimal point is: decimal: ','" : 'they must differ';
    return [bad(`${JSON.stringify(thousands)} stands between thousands and is the decimal point`, name, hint)];
  }
  const digit = [decimal, thousands].find((mark) => mark !== undefined && /[0-9eE+-]/.test(mark));
  return digit === undefined ? [] : [bad(`${digit} is a part of numbers already`, name, 'choose another mark')];
}
