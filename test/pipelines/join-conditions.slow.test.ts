/** Conditions of joins that fail, at eight slots. */
import './join-conditions.test.js';
