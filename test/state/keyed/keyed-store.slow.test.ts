/** More rounds, also in the kernels' twins. */
import './keyed-store.test.js';
import './one-of-each.test.js';
