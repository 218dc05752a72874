/** Jobs of toy operators, at eight slots too. */
import './run-job.test.js';
