import './parquet-write.test.js';
