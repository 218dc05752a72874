/** Many generated SQL expressions, compiled and interpreted. */
import './compile-generated.test.js';
