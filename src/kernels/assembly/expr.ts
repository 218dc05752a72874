// Kernels of the expr room; see ../expr-kernels.ts.

export * from './expr-decimals';
export * from './expr-distinct-mark';
export * from './expr-integers';
export { jsonArray, jsonPath, jsonText, parseJson, unnestJson } from './expr-json';
export * from './expr-like';
export { caseText, concatText, decimalToText, integerToText } from './expr-make-text';
export { parseText } from './expr-parse';
export * from './expr-rows';
export * from './expr-text';
export * from './expr-doubles';
export * from './expr-time';
