/** Workers killed at random moments, hundreds of times. */
import './kill-workers.test.js';
