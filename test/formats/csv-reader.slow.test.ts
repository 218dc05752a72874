/** More CSV, generated, damaged and found, against csv-parse. */
import './csv-reader.test.js';
