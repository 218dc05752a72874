/** Rows through a sort buffer and back, many times. */
import './sort-buffer.test.js';
