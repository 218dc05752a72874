/** More rows. */
import './jsonl.test.js';
