/** Many random programs, compiled and interpreted. */
import './compile-calc.test.js';
