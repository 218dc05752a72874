/** Every expr kernel against its twin, many times. */
import './expr-kernels.test.js';
