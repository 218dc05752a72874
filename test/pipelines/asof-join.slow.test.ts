import './asof-join.test.js';
