import './publishing.test.js';
