/** More groups and values. */
import './value-log.test.js';
