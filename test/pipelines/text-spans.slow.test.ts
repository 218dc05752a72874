/** More files. */
import './text-spans.test.js';
