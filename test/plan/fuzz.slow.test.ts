/** Many mutated pipelines. */
import './fuzz.test.js';
