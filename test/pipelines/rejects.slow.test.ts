import './rejects.test.js';
