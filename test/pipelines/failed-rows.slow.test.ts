/** What is published when a check fails, at eight slots. */
import './failed-rows.test.js';
