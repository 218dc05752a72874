/** The quick ways of folding, with larger tables. */
import './fold-paths.test.js';
