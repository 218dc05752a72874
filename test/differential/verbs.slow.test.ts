/** Verbs over generated CSV, many times. */
import './verbs.test.js';
