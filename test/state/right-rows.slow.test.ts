import './right-rows.test.js';
