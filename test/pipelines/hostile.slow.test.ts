/** Every pipeline case under more hostile settings. */
import './hostile.test.js';
