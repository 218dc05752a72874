// Kernels of the state room; see ../state-kernels.ts.

export { countRows, extreme, extremeText, sumDouble, sumI32, sumI64, sumI128 } from './state-accumulate';
export { findAny, findFixed, findText } from './state-find';
export { growDirectory } from './state-group';
export { countNulls, finishAverageInt, finishCount, finishDouble, finishExtreme, finishSumInt } from './state-finish';
export { hashKeys } from './state-hash';
export { decodeKeys } from './state-key';
export { mergeRecords, openMerge } from './state-merge';
export { checksum, countRecords, indexRecords, lowerBound, writeGroups } from './state-record';
export { sortGroups } from './state-sort';
export { roundSuper, superAdd, superAddSuper } from './state-super';
