/** More rows, generated and damaged. */
import './jsonl-reader.test.js';
