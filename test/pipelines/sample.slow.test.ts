/** Samples of more rows. */
import './sample.test.js';
