import './block-codecs.test.js';
