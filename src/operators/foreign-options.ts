/** Keys of a step that say something about files of another format than its own. */
import type { LoweringContext } from '../dataflow/verb.js';
import { diagnosticAt } from '../spec/source.js';

interface Format {
  /** As messages say it: `CSV files`. */
  readonly called: string;
  /** Keys that not all formats have. */
  readonly options: readonly string[];
}

/** Reports them; true when there are any. */
export function hasForeignOptions({ step, report }: LoweringContext, format: Format, all: readonly Format[]): boolean {
  let isWrong = false;
  for (const [key, entry] of step.options) {
    const owner = format.options.includes(key) ? undefined : all.find(({ options }) => options.includes(key));
    if (owner === undefined) continue;
    const message = `\`${key}\` is for ${owner.called}, not for ${format.called}`;
    report(
      diagnosticAt('SPEC_BAD_VALUE', message, entry.key, undefined, { hint: 'leave it out, or say another `format:`' }),
    );
    isWrong = true;
  }
  return isWrong;
}
