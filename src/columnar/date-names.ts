/** English names of days and months, in their order. */
export const DAY_NAMES = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ');
export const MONTH_NAMES =
  'January February March April May June July August September October November December'.split(' ');
