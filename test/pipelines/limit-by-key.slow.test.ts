/** More groups, and more settings. */
import './limit-by-key.test.js';
