/** The tour on one slot and on eight. */
import './tour.test.js';
