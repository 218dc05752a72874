/** The tour on eight slots. */
import './tour.test.js';
