// Kernels of the csv room; see ../csv-kernels.ts.
export { assembleRows } from './csv-assemble';
export { decodeDouble } from './csv-decode-doubles';
export { decodeDecimal, decodeI32, decodeI64, decodeI128 } from './csv-decode-integers';
export { decodeText } from './csv-decode-text';
export { decodeBoolean, decodeDate, decodeTimestamp } from './csv-decode-times';
export { indexRows } from './csv-index';
export { indexEscapedRows } from './csv-index-escaped';
export { findRowStart, scanEscapes, scanQuotes } from './csv-scan';
export { firstInvalidUtf8 } from './csv-utf8';
