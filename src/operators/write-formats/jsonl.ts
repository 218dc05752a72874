/** JSON lines, and JSON files that hold a list of objects. */
import type { JsonFormat } from '../../formats/jsonl/json-file.js';
import type { JsonlSinkConfig } from '../jsonl-sink.js';
import type { WriteFormat, WriteRequest } from './write-format.js';

function formatOf(name: JsonFormat, called: string, extensions: readonly string[]): WriteFormat {
  return {
    name,
    called,
    extensions,
    options: [],
    isCut: name === 'jsonl',
    plan({ target }: WriteRequest) {
      const config: Omit<JsonlSinkConfig, 'schema' | 'isOnlyOutput'> = { ...target, format: name };
      return { factory: 'jsonl-sink', config, typed: true };
    },
  };
}

export const JSONL = formatOf('jsonl', 'files of JSON lines', ['.jsonl', '.ndjson']);
export const JSON_FILES = formatOf('json', 'JSON files', ['.json']);
