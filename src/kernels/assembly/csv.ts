// Kernels of the csv room; see ../csv-kernels.ts.
export { assembleRows } from './csv-assemble';
export {
  decodeBoolean,
  decodeDate,
  decodeDecimal,
  decodeDouble,
  decodeI32,
  decodeI64,
  decodeI128,
  decodeTimestamp,
} from './csv-decode';
export { decodeSpan } from './csv-decode-span';
export { checkJson } from './csv-check-json';
export { decodeText } from './csv-decode-text';
export { indexRows } from './csv-index';
export { indexEscapedRows } from './csv-index-escaped';
export { findRowStart, scanEscapes, scanQuotes } from './csv-scan';
export { firstInvalidUtf8 } from './csv-utf8';
export { assembleObjects } from './jsonl-assemble';
export { indexObjects } from './jsonl-index';
export { decodeEscapedText } from './jsonl-text';
