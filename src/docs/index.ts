/** What the command line loads of this room, and only when it is asked for. */
export { Topics } from './find-topics.js';
export { pipelineJsonSchema } from './json-schema.js';
