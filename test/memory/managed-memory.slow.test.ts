/** Managed memory, with hundreds of rounds of killed threads. */
import './managed-memory.test.js';
