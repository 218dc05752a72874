/** What the command line loads of this room, and only when it is asked for. */
export { errorPages } from './error-pages.js';
export { findTopics } from './find-topics.js';
export { pipelineJsonSchema } from './json-schema.js';
export { LIST_PAGES } from './topics.js';
