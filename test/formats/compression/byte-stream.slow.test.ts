import './byte-stream.test.js';
