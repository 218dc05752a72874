/** Digests of the UTF-8 bytes of a text, in hexadecimal. */
import { createHash } from 'node:crypto';
import { STRING } from '../../columnar/data-type.js';
import { define } from './define.js';
import type { ScalarFunction } from './function.js';

function digest(id: string, value: string): ScalarFunction {
  return define({
    id,
    usage: `${id}(text)`,
    summary: `The ${id.toUpperCase()} digest of the bytes of the text, in hexadecimal.`,
    examples: [[`${id}('a')`, value]],
    takes: [[[STRING], STRING]],
    evaluate: ([text]) =>
      createHash(id)
        .update(text as string)
        .digest('hex'),
  });
}

export const HASHES: readonly ScalarFunction[] = [
  digest('md5', '0cc175b9c0f1b6a831c399e269772661'),
  digest('sha1', '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8'),
  digest('sha256', 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb'),
];
