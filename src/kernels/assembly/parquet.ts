// Kernels of the parquet room; see ../parquet-kernels.ts.
export { decodeDelta, deltaCount, joinPrefixes, joinStreams, sumOfLengths, viewsOfLengths } from './parquet-delta';
export { countLevels, takeBits, takeLevels, takeRuns } from './parquet-runs';
export { firstInvalidText, isAscii, timeTexts, uuidTexts } from './parquet-text';
export {
  bigEndian64,
  bigEndian128,
  convertNumbers,
  fixedViews,
  gather,
  outside64,
  outside128,
  plainViews,
  spread,
} from './parquet-values';
