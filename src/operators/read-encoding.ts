/** `encoding:` of a `read`: files that are not UTF-8 are read from copies that are. */
import type { LoweringContext } from '../dataflow/verb.js';
import { ENCODINGS, type Encoding } from '../formats/encodings.js';
import { diagnosticAt } from '../spec/source.js';
import { didYouMean } from '../spec/suggest.js';
import type { NamedFile } from './read-formats/read-format.js';
import type { ReadOptions } from './read-formats/read-options.js';

/** undefined when something was wrong and was reported. */
export async function inUtf8(
  context: LoweringContext,
  files: readonly NamedFile[],
  { encoding = [], schema }: ReadOptions,
): Promise<readonly NamedFile[] | undefined> {
  const unknown = encoding.filter(({ text }) => !(ENCODINGS as readonly string[]).includes(text));
  for (const source of unknown) {
    const hint = didYouMean(source.text, ENCODINGS, 'encodings');
    context.report(diagnosticAt('SPEC_BAD_VALUE', `there is no encoding ${source.text}`, source, undefined, { hint }));
  }
  if (unknown.length > 0) return undefined;
  const wanted = encoding.map(({ text }) => text as Encoding);
  if (wanted.length === 0 || (wanted.length === 1 && wanted[0] === 'utf-8')) return files;
  const decoded: NamedFile[] = [];
  for (const { file, name, at } of files) {
    const copies = await context.decoded([file], wanted, at, schema === undefined);
    if (copies === undefined) return undefined;
    decoded.push({ file: copies[0], name, at });
  }
  return decoded;
}
