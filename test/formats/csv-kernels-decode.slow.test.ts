/** Many more fields, decoded by kernels, twins and the exact parser. */
import './csv-kernels-decode.test.js';
