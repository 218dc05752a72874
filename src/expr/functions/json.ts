/** Functions over json. */
import { JSON_TEXT, STRING } from '../../columnar/data-type.js';
import type { Value } from '../../columnar/value.js';
import { jsonAt } from '../../kernels/json-text.js';
import { jsonPathEmit } from '../compiler/json-emit.js';
import { parsePath } from '../json-path.js';
import { define } from './define.js';
import type { ScalarFunction } from './function.js';

function at([json, path]: readonly Value[]): string | undefined {
  return jsonAt(json as string, parsePath(path as string) ?? []);
}

/** Written as a path, `payload.user.id`; no expression calls it by name. */
export const JSON_PATH: ScalarFunction = define({
  id: 'json_path',
  usage: 'json_path',
  summary: '',
  examples: [],
  takes: [[[JSON_TEXT, STRING], JSON_TEXT]],
  evaluate: (args) => {
    const found = at(args);
    return found === undefined || found === 'null' ? null : found;
  },
  emit: jsonPathEmit(true),
});
