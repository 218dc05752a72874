/** The tour on eight slots too. */
import './tour.test.js';
