/** References, at eight slots too. */
import './references.test.js';
