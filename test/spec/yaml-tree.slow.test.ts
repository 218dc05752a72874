/** Many more texts and mutilated pipelines, read as YAML. */
import './yaml-tree.test.js';
