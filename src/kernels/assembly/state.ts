// Kernels of the state room; see ../state-kernels.ts.

export { enterRows, rowsBelow } from './state-best';
export { rowsInBounds } from './state-bounds';
export { extreme, extremeText } from './state-extreme';
export { findAny, findFixed, findText } from './state-find';
export { growDirectory } from './state-group';
export { countNulls, finishAverageInt, finishCount, finishDouble, finishExtreme, finishSumInt } from './state-finish';
export { hashKeys } from './state-hash';
export { beginRecords, linkRecords, lookUpRecords, storeKeys, storeValues } from './state-join';
export { decodeKeys } from './state-key';
export {
  addToFilter,
  copyHits,
  enterProbes,
  findProbes,
  firstOfIdentities,
  hashProbes,
  matchEntries,
  matchRecords,
  passFilter,
  placeEntered,
} from './state-keyed';
export { gatherRows, lowerEntry, mergeRecords, mergeRows, openMerge } from './state-merge';
export { orderByGroup } from './state-order';
export { packTexts } from './state-pack';
export { checksum, countRecords, indexRecords, lowerBound, writeGroups } from './state-record';
export { measureRows, openRows, placeRows, readRows, writeRows } from './state-rows';
export { groupValues, sortGroups, sortRows, sortValues } from './state-sort';
export { countRows, spreadDouble, sumDouble, sumI32, sumI64, sumI128 } from './state-sum';
export { roundSuper, superAdd, superAddSuper } from './state-super';
export { countEqual, logValues, packCache, placeValues, readGroups, readValues } from './state-values';
export { closeGroup, settleGroup, splitGroup, takeValues } from './state-values-take';
export { gatherGroup, openValues, placeGroups, writeValues } from './state-values-write';
