import './parquet-row-groups.test.js';
