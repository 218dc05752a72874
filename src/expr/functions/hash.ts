/** Digests of bytes, of a text those of UTF-8, in hexadecimal. */
import { createHash } from 'node:crypto';
import { BYTES, STRING } from '../../columnar/data-type.js';
import { textBytes } from '../../columnar/text-bytes.js';
import { define } from './define.js';
import type { ScalarFunction } from './function.js';

function digest(id: string, value: string): ScalarFunction {
  return define({
    id,
    usage: `${id}(text or bytes)`,
    summary: `The ${id.toUpperCase()} digest of the bytes, or those of the text, in hexadecimal.`,
    examples: [[`${id}('a')`, value]],
    takes: [
      [[STRING], STRING],
      [[BYTES], STRING],
    ],
    evaluate: ([value], { args: [type] }) =>
      createHash(id)
        .update(textBytes(value as string, type))
        .digest('hex'),
  });
}

export const HASHES: readonly ScalarFunction[] = [
  digest('md5', '0cc175b9c0f1b6a831c399e269772661'),
  digest('sha1', '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8'),
  digest('sha256', 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb'),
];
